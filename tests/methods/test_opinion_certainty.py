"""How sure a map is: the products for many tables at once, chance, and groups that come again."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods import opinion_certainty
from coproduce_methods.opinion_certainty import asked_of, leading, pattern_limit, resampled_places, stability
from coproduce_methods.opinion_map import Parameters, opinion_map
from coproduce_methods.opinion_projection import canonical_order
from coproduce_methods.opinion_table import table_of


def planted(seed, n=80, m=16, *, k=2, strength=1.5, density=0.8):
    """Made-up people who lean as their group does, with noise: (person, statement, response)."""
    rng = np.random.default_rng(seed)
    lean = rng.normal(size=m) + rng.normal(size=(k, m))[rng.integers(0, k, n)] * strength + rng.normal(size=(n, m))
    person, statement = np.nonzero(rng.random((n, m)) < density)
    return person, statement, np.where(lean > 0.3, 1, np.where(lean < -0.3, -1, 0))[person, statement]


def unrelated(seed, n, m, density=0.6):
    """People who answer by chance; statements differ in how many agree, people in how much they answer."""
    rng = np.random.default_rng(seed)
    agree, unsure = rng.beta(2, 2, m), rng.beta(1, 5, m)
    answered = rng.random((n, m)) < rng.beta(4 * density, 4 * (1 - density), n)[:, None]
    drawn = rng.random((n, m))
    table = np.where(drawn < unsure, 0, np.where(drawn < unsure + (1 - unsure) * agree, 1, -1))
    person, statement = np.nonzero(answered)
    return person, statement, table[person, statement]


def asked(person, statement, response, moderated_out=(), **settings):
    table = table_of(person, statement, response)
    table.moderated_out[list(moderated_out)] = True
    return asked_of(table, *canonical_order(table), **settings)


def whole(answers):
    """The answers as a full table, None as NaN."""
    table = np.full(answers.answers.shape, np.nan)
    rows = np.repeat(np.arange(table.shape[0]), np.diff(answers.answers.indptr))
    table[rows, answers.answers.indices] = answers.answers.data
    return table


@pytest.fixture
def plain(monkeypatch):
    """Switches the compiled code off."""
    assert opinion_certainty.fast is not None
    return lambda: monkeypatch.setattr(opinion_certainty, "fast", None)


# ── who is asked ─────────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 1000), st.integers(0, 1000))
@settings(max_examples=20, deadline=None)
def test_the_same_are_asked_whatever_their_numbers(made, shuffled):
    person, statement, response = planted(made)
    rng = np.random.default_rng(shuffled)
    people, statements, rows = rng.permutation(80), rng.permutation(16), rng.permutation(len(person))
    one = asked(person, statement, response, most=30)
    other = asked(people[person][rows], statements[statement][rows], response[rows], most=30)
    assert people[one.people].tolist() == other.people.tolist()
    np.testing.assert_array_equal(whole(one), whole(other))


def test_all_answers_of_those_asked_are_there_but_for_statements_moderated_out():
    person, statement, response = planted(3)
    answers = asked(person, statement, response, moderated_out=[4])
    expected = sorted(
        (p, r) for p, s, r in zip(person.tolist(), statement.tolist(), response.tolist(), strict=True) if s != 4
    )
    matrix = answers.answers
    rows = answers.people[np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))]
    assert sorted(zip(rows.tolist(), matrix.data.tolist(), strict=True)) == expected


# ── many tables at once ──────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 1000), st.integers(1, 70), st.integers(1, 5))
@settings(max_examples=25, deadline=None)
def test_leading_finds_the_largest_eigenvalues_of_each(seed, side, lanes):
    rng = np.random.default_rng(seed)
    roots = rng.normal(size=(lanes, side, side)) * rng.uniform(0, 3, (lanes, 1, side))
    matrices = roots @ roots.transpose(0, 2, 1)
    values, vectors = leading(lambda v: np.einsum("lij,jl->il", matrices, v), side, lanes, 2, tolerance=1e-9)
    for lane in range(lanes):
        expected = np.linalg.eigvalsh(matrices[lane])[::-1][:2]
        assert values[: min(2, side), lane] == pytest.approx(expected, rel=1e-6, abs=1e-9)
        first = vectors[0, :, lane]
        np.testing.assert_allclose(matrices[lane] @ first, values[0, lane] * first, atol=1e-4 * values[0, lane] + 1e-12)


def test_nothing_but_zeros_has_no_eigenvalue():
    values, vectors = leading(np.zeros_like, 5, 3, 2)
    assert not values.any()
    assert np.isfinite(vectors).all()


def test_chance_is_the_same_with_numba_and_without(plain):
    answers = asked(*planted(0))
    compiled = pattern_limit(answers, 40, np.random.default_rng(1))
    plain()
    assert pattern_limit(answers, 40, np.random.default_rng(1)) == compiled


def test_chance_is_the_largest_eigenvalue_of_tables_with_signs_flipped():
    answers = asked(*planted(0))
    table = whole(answers)
    centred = np.where(np.isnan(table), 0, table - np.nanmean(table, axis=0))
    first, limit = pattern_limit(answers, 19, np.random.default_rng(1))
    assert first == pytest.approx(np.linalg.norm(centred, 2) ** 2, rel=1e-3)
    rng = np.random.default_rng(5)
    by_chance = [np.linalg.norm(centred * rng.choice([-1, 1], centred.shape), 2) ** 2 for _ in range(200)]
    assert np.quantile(by_chance, 0.5) < limit < max(by_chance) * 1.1


def test_places_of_resamples_are_those_of_maps_of_these_people_alone(plain):
    answers = asked(*planted(2, n=60))
    kept = np.random.default_rng(0).random((60, 4)) < 0.8
    compiled = resampled_places(answers, kept)
    plain()
    np.testing.assert_array_equal(resampled_places(answers, kept), compiled)
    for lane in range(4):
        table = whole(answers)[kept[:, lane]]
        centred = np.where(np.isnan(table), 0, table - np.nanmean(table, axis=0))
        expected = centred @ np.linalg.svd(centred)[2][:2].T
        for axis in (0, 1):
            found = compiled[axis, kept[:, lane], lane]
            assert abs(np.corrcoef(found, expected[:, axis])[0, 1]) > 0.999
        assert not compiled[:, ~kept[:, lane], lane].any()


# ── steady or not ────────────────────────────────────────────────────────────────────────────────


def test_groupings_that_are_the_same_again_are_steady_and_none_is_nothing_alike():
    answers = asked(*planted(1))
    labels = (np.arange(80) % 2).astype(np.int64)
    ask = {"n_resamples": 5, "share": 0.8, "rng": np.random.default_rng(0)}
    one = np.ones(80)
    never = stability(answers, labels, one, lambda *_: None, **ask)
    assert (never.mean, never.low, never.groups) == (0.0, 0.0, (0.0, 0.0))
    assert stability(answers, labels, one, lambda *_: None, **(ask | {"n_resamples": 0})) is None
    by_chance = stability(
        answers, labels, one, lambda points, rng: np.append([0, 1], rng.integers(0, 2, len(points) - 2)), **ask
    )
    assert abs(by_chance.mean) < 0.1


def test_fewer_are_asked_where_there_are_many_and_what_they_say_stands_for_all(monkeypatch):
    monkeypatch.setattr(opinion_certainty, "MOST", 200)
    monkeypatch.setattr(opinion_certainty.asked_of, "__defaults__", (200,))
    result = opinion_map(*planted(4, n=600, strength=2.0), seed=1)
    assert result.stability.n_people == 200
    assert result.worth_showing
    assert 0 < result.pattern_limit < result.eigenvalues[0]
    lost = opinion_map(*unrelated(4, 600, 20), seed=1)
    assert not lost.worth_showing


def share(found):
    return sum(found) / len(found)


@pytest.mark.slow
@pytest.mark.parametrize(("n", "m", "density"), [(200, 30, 0.6), (40, 12, 0.8), (100, 60, 0.3)])
def test_sets_without_features_are_refused(n, m, density):
    quick = Parameters(n_resamples=0)
    why_not = [opinion_map(*unrelated(seed, n, m, density), parameters=quick, seed=seed).why_not for seed in range(60)]
    # Chance alone exceeds the largest of 19 once in twenty: of 60 more than 8 would come once in 200 times.
    assert sum("no_pattern" not in reasons for reasons in why_not) <= 8


@pytest.mark.slow
@pytest.mark.parametrize("k", [2, 3])
def test_groups_that_are_there_are_found_and_shown(k):
    shown = [opinion_map(*planted(s, n=150, m=30, k=k, strength=2.0), seed=s).worth_showing for s in range(12)]
    assert share(shown) > 0.9


def test_few_people_are_refused():
    shown = [opinion_map(*planted(seed, n=14, m=12, strength=2.0), seed=seed).worth_showing for seed in range(10)]
    assert not any(shown)
