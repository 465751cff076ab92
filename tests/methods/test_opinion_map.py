"""Maps of opinion: worked numbers of the documentation, what must not matter, and honesty."""

import json
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods import opinion_projection
from coproduce_methods.opinion_groups import adjusted_rand
from coproduce_methods.opinion_map import WHY_NOT, Parameters, opinion_map
from coproduce_methods.opinion_projection import Responses, project
from tests.methods.real_data import POLIS, PROJECT, polis

QUICK = Parameters(n_resamples=0, n_null=0)
# Six people, four statements: the table of docs/methods/opinion_map.md. None is no answer.
TABLE = (
    (1, 1, -1, 1),
    (1, 1, -1, 1),
    (1, None, -1, 1),
    (-1, -1, 1, 1),
    (-1, -1, 1, 0),
    (-1, -1, None, 1),
)


def rows_of(table):
    rows = [(p, s, v) for p, row in enumerate(table) for s, v in enumerate(row) if v is not None]
    return np.array(rows, dtype=np.int64).reshape(-1, 3).T


def planted(seed, n=60, m=14, *, k=2, strength=1.0, density=0.8):
    """Made-up people who lean as their group does, with noise: (person, statement, response)."""
    rng = np.random.default_rng(seed)
    lean = rng.normal(size=m) + rng.normal(size=(k, m))[rng.integers(0, k, n)] * strength
    lean += rng.normal(size=(n, m))
    answered = rng.random((n, m)) < density
    person, statement = np.nonzero(answered)
    return person, statement, np.where(lean > 0.3, 1, np.where(lean < -0.3, -1, 0))[answered]


def partition(result, names=None):
    """The groups as sets of people, whatever their numbers."""
    groups = {}
    for person, group in zip(result.people, result.groups, strict=True):
        groups.setdefault(group, set()).add(int(person) if names is None else int(names[person]))
    return {g: frozenset(members) for g, members in groups.items()}


# ── worked numbers ───────────────────────────────────────────────────────────────────────────────


def test_the_worked_numbers_of_the_documentation():
    result = opinion_map(*rows_of(TABLE), parameters=Parameters(min_votes=3, n_resamples=0, n_null=0))
    assert result.means == pytest.approx([0, -1 / 5, -1 / 5, 5 / 6])
    assert result.eigenvalues[:2] == pytest.approx([14.454533, 1.122103], abs=1e-6)
    assert result.components[0] == pytest.approx([0.630106, 0.539945, -0.543676, 0.125868], abs=1e-6)
    assert result.coordinates[0] == pytest.approx([1.733958, 0.262739], abs=1e-6)
    assert result.coordinates[2] == pytest.approx([1.254033, -0.535910], abs=1e-6)
    assert result.groups == (1, 1, 1, 0, 0, 0)
    assert result.k == 2
    assert result.silhouette == pytest.approx(0.745100, abs=1e-6)
    assert result.votes[1].tolist() == [[3, 0, 3], [2, 0, 2], [0, 3, 3], [3, 0, 3]]
    assert result.consensus[3, 0] == pytest.approx(4 / 5 * 3 / 5)
    first = result.representative[1][0]
    assert (first.statement, first.direction, first.n_success, first.n_trials) == (0, "agree", 3, 3)
    assert first.p_success == pytest.approx(4 / 5)
    assert first.p_test == pytest.approx(2.0)
    assert first.repness == pytest.approx(4.0)
    assert first.repness_test == pytest.approx(2.190890, abs=1e-6)
    (shared,) = result.common_ground
    assert (shared.statement, shared.direction, shared.consensus) == (3, "agree", pytest.approx(0.48))
    assert shared.p_test == pytest.approx(1.889822, abs=1e-6)
    widest = result.divisive[0]
    assert (widest.statement, widest.gap, widest.leanings) == (0, pytest.approx(1.2), (-0.6, 0.6))
    assert result.worth_showing is False
    assert {"too_few_people", "too_few_statements", "small_group"} <= set(result.why_not)


# ── what must not matter ─────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 10_000), st.integers(0, 2**32 - 1))
@settings(max_examples=25, deadline=None)
def test_the_order_of_rows_and_the_numbers_of_people_and_statements_do_not_matter(made, shuffled):
    person, statement, response = planted(made)
    rng = np.random.default_rng(shuffled)
    people, statements = rng.permutation(person.max() + 1), rng.permutation(statement.max() + 1)
    rows = rng.permutation(len(person))
    settings_ = Parameters(n_resamples=3, n_null=3)
    before = opinion_map(person, statement, response, parameters=settings_, seed=5)
    after = opinion_map(people[person][rows], statements[statement][rows], response[rows], parameters=settings_, seed=5)
    assert after.k == before.k
    assert after.silhouettes == before.silhouettes
    assert after.stability == before.stability
    assert after.pattern_limit == before.pattern_limit
    assert partition(before, people) == partition(after)
    at = dict(zip(after.people.tolist(), after.coordinates.tolist(), strict=True))
    for p, xy in zip(before.people, before.coordinates.tolist(), strict=True):
        assert at[people[p]] == xy
    np.testing.assert_array_equal(after.votes[:, statements], before.votes)


@pytest.mark.parametrize("flip", [(-1, 1), (1, -1), (-1, -1)])
@pytest.mark.parametrize("seed", range(4))
def test_the_sign_of_a_component_does_not_matter(monkeypatch, flip, seed):
    before = opinion_map(*planted(seed), seed=3)
    oriented = opinion_projection._oriented
    monkeypatch.setattr(opinion_projection, "_oriented", lambda c: oriented(c) * np.array(flip)[:, None])
    after = opinion_map(*planted(seed), seed=3)
    np.testing.assert_array_equal(after.coordinates, before.coordinates * flip)
    assert set(partition(after).values()) == set(partition(before).values())
    assert (after.k, after.silhouettes, after.stability) == (before.k, before.silhouettes, before.stability)


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_agreeing_and_disagreeing_turned_round_gives_the_same_groups(made):
    person, statement, response = planted(made)
    before = opinion_map(person, statement, response, parameters=QUICK)
    after = opinion_map(person, statement, -response, parameters=QUICK)
    np.testing.assert_allclose(np.abs(after.coordinates), np.abs(before.coordinates), atol=1e-8)
    np.testing.assert_array_equal(after.votes.sum(axis=0)[:, [1, 0, 2]], before.votes.sum(axis=0))


def test_the_same_seed_gives_the_same_map_and_people_can_be_missing_from_the_numbers():
    person, statement, response = planted(1)
    once, twice = (opinion_map(person * 3, statement, response, seed=9).to_json() for _ in range(2))
    assert once == twice
    assert [row["id"] for row in once["participants"]] == sorted(set((person * 3).tolist()))


# ── against doing it the plain way ───────────────────────────────────────────────────────────────


@pytest.mark.slow
@given(st.integers(0, 10_000), st.sampled_from([(40, 12), (12, 40), (300, 280)]))
@settings(max_examples=12, deadline=None)
def test_the_sparse_projection_equals_the_one_of_the_filled_table(seed, shape):
    person, statement, value = planted(seed, *shape)
    responses = Responses(person, statement, value.astype(float), *shape, np.zeros(shape[1], dtype=bool))
    found = project(responses)
    table = np.full(shape, np.nan)
    table[person, statement] = value
    means = np.nanmean(table, axis=0)
    filled = np.where(np.isnan(table), means, table) - means
    values, rows = np.linalg.svd(filled, full_matrices=False)[1:]
    assert found.eigenvalues == pytest.approx(values[:3] ** 2, rel=1e-9)
    gap = np.diff(values[:3]) / values[0]
    for i in (0, 1):
        if abs(gap[i]) > 1e-3 and (i == 0 or abs(gap[0]) > 1e-3):
            assert abs(found.components[i] @ rows[i]) == pytest.approx(1, abs=1e-7)
    scaled = filled @ found.components.T * np.sqrt(shape[1] / (~np.isnan(table)).sum(axis=1))[:, None]
    np.testing.assert_allclose(found.coordinates, scaled, atol=1e-9)


def test_the_small_and_the_large_solver_agree(monkeypatch):
    person, statement, value = planted(4, 320, 300)
    responses = Responses(person, statement, value.astype(float), 320, 300, np.zeros(300, dtype=bool))
    iterated = project(responses)
    monkeypatch.setattr(opinion_projection, "DENSE_UP_TO", 300)
    exact = project(responses)
    np.testing.assert_allclose(iterated.eigenvalues, exact.eigenvalues, rtol=1e-10)
    # A residual of 1e-11 beside a narrow gap leaves a vector this far off.
    np.testing.assert_allclose(iterated.components, exact.components, atol=1e-6)


def test_many_people_are_gathered_into_places_first_and_fall_into_almost_the_same_groups():
    rows = planted(2, n=900, m=20, k=3, strength=2.0)
    exact = opinion_map(*rows, parameters=QUICK)
    gathered = opinion_map(*rows, parameters=Parameters(n_resamples=0, n_null=0, max_exact=200))
    assert gathered.k == exact.k == 3
    assert adjusted_rand(np.array(gathered.groups), np.array(exact.groups)) > 0.98


# ── honesty ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("seed", range(12))
def test_answers_that_have_nothing_to_do_with_one_another_are_not_worth_showing(seed):
    result = opinion_map(*planted(seed, n=120, m=24, strength=0.0), seed=seed)
    assert not result.worth_showing
    assert set(result.why_not) <= set(WHY_NOT)


def test_chance_makes_patterns_as_strong_only_once_in_twenty_and_a_real_one_is_stronger():
    quick = Parameters(n_resamples=0)
    by_chance = [opinion_map(*planted(s, strength=0.0), parameters=quick, seed=s).why_not for s in range(40)]
    real = [opinion_map(*planted(s, strength=1.5), parameters=quick, seed=s).why_not for s in range(20)]
    assert sum("no_pattern" in reasons for reasons in by_chance) >= 34
    assert sum("no_pattern" in reasons for reasons in real) <= 2


@pytest.mark.parametrize("seed", range(4))
def test_groups_that_are_there_are_found_and_worth_showing(seed):
    rng = np.random.default_rng(seed)
    group = np.repeat([0, 1, 2], 40)
    lean = rng.normal(size=(3, 20))[group] * 1.5 + rng.normal(size=(120, 20))
    person, statement = np.nonzero(rng.random((120, 20)) < 0.7)
    response = np.where(lean > 0, 1, -1)[person, statement]
    result = opinion_map(person, statement, response, seed=seed)
    assert result.worth_showing, result.why_not
    assert result.stability.mean > 0.8
    found = [g for g in result.groups if g is not None]
    assert len(found) > 100
    same = np.equal.outer(found, found)
    truth = group[[p for p, g in zip(result.people, result.groups, strict=True) if g is not None]]
    assert (same == np.equal.outer(truth, truth)).mean() > 0.85


@pytest.mark.parametrize(
    ("table", "reason"),
    [
        ([[]], "too_few_people"),
        ([[1]], "too_few_people"),
        ([[1] * 9] * 30, "no_groups"),
        ([[1, -1] * 5] * 3 + [[-1, 1] * 5] * 3, "too_few_people"),
        ([[1, -1]] * 20 + [[-1, 1]] * 20, "too_few_statements"),
        ([[1, -1] * 5] * 30 + [[-1, 1] * 5] * 3, "small_group"),
    ],
)
def test_small_and_featureless_sets_say_why_not(table, reason):
    result = opinion_map(*rows_of(table), n_people=len(table), n_statements=len(table[0]))
    assert not result.worth_showing
    assert reason in result.why_not
    json.dumps(result.to_json(), allow_nan=False)


def test_a_person_with_too_few_answers_is_in_no_group_and_in_no_count():
    person, statement, response = planted(3)
    rare = np.array([60, 60])
    result = opinion_map(
        np.concatenate([person, rare]),
        np.concatenate([statement, [0, 1]]),
        np.concatenate([response, [1, 1]]),
        parameters=QUICK,
    )
    assert result.people[-1] == 60
    assert result.groups[-1] is None
    assert result.votes[:, 0, 2].sum() == (statement[np.isin(person, placed(person))] == 0).sum()


def placed(person):
    return np.flatnonzero(np.bincount(person) >= 7)


def test_statements_moderated_out_bear_on_nothing_and_are_listed_nowhere():
    person, statement, response = planted(6)
    turned = np.where(statement == 2, -response, response)
    with_it, turned_round = (
        opinion_map(person, statement, values, moderated_out=[2], parameters=QUICK) for values in (response, turned)
    )
    np.testing.assert_array_equal(with_it.coordinates, turned_round.coordinates)
    assert with_it.components[:, 2] == pytest.approx([0, 0], abs=1e-12)
    listed = [
        *with_it.common_ground,
        *with_it.divisive,
        *(r for rows in with_it.representative for r in rows),
    ]
    assert listed
    assert 2 not in {row.statement for row in listed}


# ── what is refused ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("person", "statement", "response", "message"),
    [
        ([0, 1], [0, 0], [1, 2], "row 1 .*not -1, 0 or"),
        ([0, 1], [0, 0], [1, float("nan")], "row 1 .*not -1, 0 or"),
        ([0, -1], [0, 0], [1, 1], "row 1 .*person index"),
        ([0, 1], [0, 9], [1, 1], "row 1 .*statement index"),
        ([0, 1, 0], [0, 0, 0], [1, 1, 1], "row 2 .*second answer"),
        ([0, 1], [0], [1, 1], "same length"),
        ([0.5], [0], [1], "whole numbers"),
    ],
)
def test_rows_that_make_no_sense_are_refused_by_number(person, statement, response, message):
    with pytest.raises(ValueError, match=message):
        opinion_map(person, statement, response, n_statements=3)


@pytest.mark.parametrize(
    "wrong",
    [{"min_k": 1}, {"max_k": 1}, {"resample_share": 0}, {"n_init": 0}, {"n_null": -1}],
)
def test_parameters_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        Parameters(**wrong)


# ── as JSON ──────────────────────────────────────────────────────────────────────────────────────


def test_the_json_has_the_agreed_keys_and_the_names_of_the_file():
    person, statement, response = planted(8)
    moment = datetime(2026, 3, 1, tzinfo=UTC)
    result = opinion_map(person, statement, response, seed=4, at=moment)
    names = [f"p{i}" for i in range(60)]
    out = json.loads(json.dumps(result.to_json(names, [f"s{j}" for j in range(14)]), allow_nan=False))
    assert out["format"] == "coproduce.opinion-map"
    assert (out["version"], out["seed"], out["computed_at"]) == (1, 4, moment.isoformat())
    assert set(out["participants"][0]) == {"id", "x", "y", "group"}
    assert {row["id"] for row in out["participants"]} == set(names)
    assert [g["id"] for g in out["groups"]] == list(range(out["k"]))
    assert sum(g["size"] for g in out["groups"]) == sum(r["group"] is not None for r in out["participants"])
    assert out["parameters"]["min_votes"] == 7
    for key in ("representative", "common_ground", "divisive", "statements"):
        assert all(row["statement"].startswith("s") for row in out[key])
    assert {"k", "silhouette", "worth_showing", "why_not", "stability"} <= set(out)


# ── real conversations ───────────────────────────────────────────────────────────────────────────


@pytest.mark.data
@pytest.mark.parametrize("name", POLIS)
def test_real_conversations_give_a_map_that_other_numbering_does_not_change(name):
    export = polis(name)
    size = {"n_people": len(export.people), "n_statements": len(export.comments)}
    first = opinion_map(
        export.person,
        export.statement,
        export.response,
        moderated_out=export.moderated_out,
        parameters=QUICK,
        **size,
    )
    rng = np.random.default_rng(1)
    people, statements = rng.permutation(size["n_people"]), rng.permutation(size["n_statements"])
    rows = rng.permutation(len(export.person))
    second = opinion_map(
        people[export.person][rows],
        statements[export.statement][rows],
        export.response[rows],
        moderated_out=[int(statements[j]) for j in export.moderated_out],
        parameters=QUICK,
        **size,
    )
    assert (second.k, second.silhouettes) == (first.k, first.silhouettes)
    assert partition(first, people) == partition(second)
    assert first.silhouette > 0.3


def test_every_key_of_the_json_and_every_reason_is_in_the_documentation():
    text = (PROJECT / "docs" / "methods" / "opinion_map.md").read_text(encoding="utf-8")
    out = opinion_map(*planted(8), parameters=QUICK).to_json()
    rows = [row for value in out.values() if isinstance(value, list) for row in value if isinstance(row, dict)]
    keys = set(out) | {key for row in rows for key in row} | set(WHY_NOT)
    assert len(keys) > 40
    assert sorted(key for key in keys if f"`{key}`" not in text) == []
