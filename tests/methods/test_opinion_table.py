"""Answers held small: the sums against the plain definitions; the same to the last bit without numba and in pieces."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods import opinion_fast, opinion_groups, opinion_table
from coproduce_methods.opinion_groups import adjusted_rand, k_means, lowest_places, nearest
from coproduce_methods.opinion_map import RED_DWARF, Parameters, opinion_map
from coproduce_methods.opinion_projection import canonical_order, project
from coproduce_methods.opinion_statements import (
    majorities,
    proportion_test,
    representative_statements,
    votes_by_group,
)
from coproduce_methods.opinion_table import gathered, gram, paired, spread, table_of, tallied
from tests.methods.real_data import POLIS, POLIS_MATH, PolisMath, polis

QUICK = Parameters(n_resamples=0, n_null=0)


def made_up(seed, n=50, m=9, density=0.6):
    rng = np.random.default_rng(seed)
    person, statement = np.nonzero(rng.random((n, m)) < density)
    lean = rng.normal(size=(2, m))[rng.integers(0, 2, n)][person, statement]
    response = np.sign(np.round(lean + rng.normal(size=len(person)))).astype(np.int8)
    rows = rng.permutation(len(person))
    return person[rows], statement[rows], response[rows]


@pytest.fixture
def without_numba(monkeypatch):
    """Call it to go on as if the extra were not installed."""

    def go_on():
        monkeypatch.setattr(opinion_table, "fast", None)
        monkeypatch.setattr(opinion_groups, "fast", None)

    return go_on


def same(one, other):
    assert (one.groups, one.k) == (other.groups, other.k)
    np.testing.assert_array_equal(one.coordinates, other.coordinates)
    np.testing.assert_array_equal(one.components, other.components)
    np.testing.assert_array_equal(one.votes, other.votes)
    assert one.representative == other.representative
    assert one.silhouettes == pytest.approx(other.silhouettes, rel=1e-12)


@given(st.integers(0, 10_000), st.sampled_from([1, 7, 10**9]))
@settings(max_examples=25, deadline=None)
def test_every_sum_is_that_of_the_filled_table_with_numba_and_without_and_in_pieces(seed, at_once):
    person, statement, response = made_up(seed)
    rng = np.random.default_rng(seed)
    member = np.zeros((50, 27), dtype=np.int64)
    member[person, 3 * statement + response + 1] = 1
    weights, labels = rng.integers(-(2**40), 2**40, (27, 4)), rng.integers(-1, 3, 50)
    sums = member @ weights
    for fast in (opinion_fast, None):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(opinion_table, "fast", fast)
            patch.setattr(opinion_table, "AT_ONCE", at_once)
            table = table_of(person, statement, response, n_people=50, n_statements=9)
            np.testing.assert_array_equal(table.answered, member.sum(axis=1))
            np.testing.assert_array_equal(gathered(table, weights), sums)
            np.testing.assert_array_equal(spread(table, sums), member.T @ sums)
            np.testing.assert_array_equal(gram(table, weights), member.T @ sums)
            np.testing.assert_array_equal(paired(table), member.T @ member)
            wanted = [member[labels == g].sum(axis=0) for g in range(3)]
            np.testing.assert_array_equal(tallied(table, labels, 3), wanted)


@given(st.integers(0, 10_000), st.sampled_from([9, 90]))
@settings(max_examples=15, deadline=None)
def test_the_map_is_the_same_to_the_last_bit_without_numba(seed, statements):
    rows = made_up(seed, m=statements)
    compiled = opinion_map(*rows, parameters=QUICK, seed=seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opinion_table, "fast", None)
        patch.setattr(opinion_groups, "fast", None)
        same(compiled, opinion_map(*rows, parameters=QUICK, seed=seed))


@pytest.mark.data
@pytest.mark.parametrize("name", POLIS)
def test_real_conversations_give_the_same_map_without_numba(name, without_numba):
    export = polis(name)
    given = {
        "n_people": len(export.people),
        "n_statements": len(export.comments),
        "moderated_out": export.moderated_out,
        "parameters": QUICK,
    }
    compiled = opinion_map(export.person, export.statement, export.response, **given)
    without_numba()
    same(compiled, opinion_map(export.person, export.statement, export.response, **given))


@pytest.mark.parametrize("kind", [np.int8, np.int16, np.int64, np.uint8, np.float32, float, list])
def test_numbers_of_any_kind_make_the_same_table(kind):
    person, statement, response = made_up(1)
    if kind is np.uint8:
        response = np.abs(response)
    plain = table_of(person, statement, response)
    index = kind if kind not in (np.float32, float, list) else np.int32
    given = [person, statement, response] if kind is not list else [c.tolist() for c in (person, statement, response)]
    if kind is not list:
        given = [person.astype(index), statement.astype(index), response.astype(kind)]
    table = table_of(*given)
    np.testing.assert_array_equal(table.starts, plain.starts)
    np.testing.assert_array_equal(table.codes, plain.codes)


@pytest.mark.parametrize("numba", [True, False])
@pytest.mark.parametrize("wrong", [2, -2, 0.5, 1e300, np.nan, np.inf, 257])
def test_responses_that_are_none_are_refused(wrong, numba, without_numba):
    if not numba:
        without_numba()
    with pytest.raises(ValueError, match=r"row 1 .*not -1, 0 or"):
        table_of([0, 1], [0, 0], np.array([1, wrong]))


@pytest.mark.parametrize("numba", [True, False])
@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (([0, 5], [0, 0], [1, 1]), "row 1 .*person index"),
        (([0, 1], [0, -1], [1, 1]), "row 1 .*statement index"),
        (([2, 1, 2, 1], [0, 0, 0, 0], [1, 1, 1, 1]), "row 2 .*second answer"),
        (([0, 1], [0], [1, 1]), "same length"),
        (([0.0], [0], [1]), "whole numbers"),
    ],
)
def test_rows_that_make_no_sense_are_refused(rows, message, numba, without_numba):
    if not numba:
        without_numba()
    with pytest.raises(ValueError, match=message):
        table_of(*rows, n_people=3, n_statements=3)


def test_more_statements_than_two_bytes_can_tell_are_told_in_four():
    table = table_of([0, 1], [0, 30_000], [1, -1])
    assert (table.codes.dtype, table.codes.tolist()) == (np.uint32, [2, 90_000])


@given(st.integers(0, 10_000), st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_the_canonical_order_follows_people_and_statements_however_they_are_numbered(made, shuffled):
    person, statement, response = made_up(made)
    rng = np.random.default_rng(shuffled)
    people, statements = rng.permutation(50), rng.permutation(9)
    before = canonical_order(table_of(person, statement, response, n_people=50, n_statements=9))
    after = canonical_order(table_of(people[person], statements[statement], response, n_people=50, n_statements=9))
    np.testing.assert_array_equal(statements[before[1]], after[1])
    alone = ~np.isin(np.arange(50), person)
    assert (people[before[0]] == after[0]).sum() >= 50 - alone.sum() - 4


def test_few_people_with_many_statements_have_as_many_directions_as_there_are():
    rng = np.random.default_rng(3)
    value = rng.integers(-1, 2, (4, 200))
    person, statement = np.nonzero(np.ones_like(value))
    found = project(table_of(person, statement, value[person, statement]), n_components=4)
    wanted = np.linalg.svd(value - value.mean(axis=0), compute_uv=False) ** 2
    assert found.eigenvalues[:3] == pytest.approx(wanted[:3], rel=1e-9)
    assert found.eigenvalues[3:] == pytest.approx(0, abs=1e-6)
    assert np.isfinite(found.components).all()


def test_directions_that_hardly_differ_in_strength_are_still_told_apart():
    rng = np.random.default_rng(5)
    person, statement = np.nonzero(rng.random((700, 150)) < 0.5)
    value = rng.integers(-1, 2, len(person))
    table = table_of(person, statement, value)
    found = project(table)
    matrix = np.zeros((700, 150))
    matrix[person, statement] = value - found.means[statement]
    values, vectors = np.linalg.eigh(matrix.T @ matrix)
    assert found.eigenvalues == pytest.approx(values[:-4:-1], rel=1e-8)
    assert np.abs(found.components[0] @ vectors[:, -1]) == pytest.approx(1, abs=1e-9)


# ── k-means ──────────────────────────────────────────────────────────────────────────────────────


@given(st.integers(0, 10_000), st.integers(2, 5), st.booleans())
@settings(max_examples=30, deadline=None)
def test_k_means_is_the_same_without_numba(seed, k, rounded):
    rng = np.random.default_rng(seed)
    points = rng.normal(size=(60, 2))
    points = np.round(points) if rounded else points
    weights = rng.integers(1, 5, 60).astype(float)
    compiled = k_means(points, k, rng=np.random.default_rng(1), weights=weights)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(opinion_groups, "fast", None)
        plain = k_means(points, k, rng=np.random.default_rng(1), weights=weights)
        np.testing.assert_array_equal(nearest(points, points[:k]), np.argmin(reach(points, points[:k]), axis=1))
    np.testing.assert_array_equal(compiled, plain)
    np.testing.assert_array_equal(nearest(points, points[:k]), np.argmin(reach(points, points[:k]), axis=1))


def reach(points, centres):
    return ((points[:, None] - centres) ** 2).sum(axis=2)


def test_k_means_begins_where_it_is_told_and_stops_when_it_is_told():
    points = np.stack([np.array([0.0, 1, 2, 3, 4, 5, 6, 20]), np.zeros(8)], axis=1)

    def labels(**stops):
        made = k_means(points, 2, rng=np.random.default_rng(0), init_centres=points[:2], keep_order=True, **stops)
        return made.tolist()

    assert labels(max_iterations=1) == [0] + [1] * 7
    assert labels(tolerance=1e9) == [0] * 3 + [1] * 5, "the centres move once, and all go to the nearest"
    assert labels() == [0] * 7 + [1]


def test_the_lowest_places_are_the_first_different_ones_along_the_first_axis():
    points = np.array([[2.0, 0], [1, 5], [1, 5], [1, 4], [3, 3]])
    assert lowest_places(points, 2).tolist() == [[1, 4], [1, 5]]


# ── as other tools do it ─────────────────────────────────────────────────────────────────────────


def test_with_the_conventions_of_red_dwarf_k_depends_on_a_sign_and_with_ours_it_does_not():
    differ = 0
    for seed in range(12):
        rows = made_up(seed, n=60, m=14)
        xy = np.zeros((60, 2))
        first = opinion_map(*rows, n_people=60, parameters=QUICK)
        xy[first.people] = first.coordinates
        turned = xy * (-1, 1)
        theirs = [opinion_map(*rows, n_people=60, parameters=RED_DWARF, coordinates=at) for at in (xy, turned)]
        ours = [opinion_map(*rows, n_people=60, parameters=QUICK, coordinates=at) for at in (xy, turned)]
        differ += theirs[0].k != theirs[1].k
        assert ours[0].k == ours[1].k == first.k
        assert ours[0].silhouettes == ours[1].silhouettes
        assert ours[0].groups == first.groups
    assert differ > 0


def test_groups_that_are_given_are_kept_and_told_of():
    rows = made_up(4)
    first = opinion_map(*rows, n_people=50, parameters=QUICK)
    labels = np.full(50, -1)
    labels[first.people] = [-1 if g is None else g for g in first.groups]
    kept = opinion_map(*rows, n_people=50, parameters=QUICK, keep_labels=labels)
    assert (kept.groups, kept.k) == (first.groups, first.k)
    assert kept.silhouette == pytest.approx(first.silhouette)
    assert kept.representative == first.representative
    turned = opinion_map(*rows, n_people=50, parameters=QUICK, keep_labels=np.where(labels < 0, -1, 1 - labels % 2))
    assert turned.k == 2


@pytest.mark.parametrize(
    "wrong",
    [
        {"keep_labels": [0] * 49},
        {"keep_labels": [2] * 50},
        {"coordinates": np.zeros((50, 3))},
        {"coordinates": np.full((50, 2), np.nan)},
    ],
)
def test_places_and_labels_that_make_no_sense_are_refused(wrong):
    with pytest.raises(ValueError, match="must"):
        opinion_map(*made_up(4), n_people=50, parameters=QUICK, **wrong)


def test_centres_to_begin_with_carry_on_from_an_earlier_map():
    rows = made_up(8, n=80, m=14)
    first = opinion_map(*rows, n_people=80, parameters=QUICK)
    groups = np.array([-1 if g is None else g for g in first.groups])
    centres = [first.coordinates[groups == g].mean(axis=0) for g in range(first.k)]
    same_k = Parameters(n_resamples=0, n_null=0, min_k=first.k, max_k=first.k)
    again = opinion_map(*rows, n_people=80, parameters=same_k, init_centres=centres, seed=99)
    assert adjusted_rand(groups + 1, np.array([-1 if g is None else g for g in again.groups]) + 1) == 1.0


@pytest.mark.data
@pytest.mark.parametrize("name", POLIS_MATH)
@pytest.mark.parametrize("best_agree", ["strongest", "in_order"])
def test_both_ways_to_choose_the_best_agreement_give_what_polis_chose(name, best_agree):
    conversation = PolisMath(name)
    table = table_of(
        conversation.person,
        conversation.statement,
        conversation.response,
        n_people=len(conversation.people),
        n_statements=len(conversation.statements),
    )
    k = len(conversation.math["group-clusters"])
    counts = votes_by_group(np.array(conversation.groups()), table, k)
    allowed = np.setdiff1d(np.arange(len(conversation.statements)), conversation.moderated_out)
    found = representative_statements(counts, allowed, best_agree=best_agree)
    for group, rows in zip(conversation.math["group-clusters"], found, strict=True):
        wanted = [(row["tid"], row["repful-for"]) for row in conversation.math["repness"][str(group["id"])]]
        assert [(conversation.statements[row.statement], row.direction) for row in rows] == wanted


def test_a_majority_is_over_half_of_everybody_clearly_and_the_strongest_come_first():
    together = np.array([[60, 10, 80], [50, 20, 70], [41, 40, 90], [3, 0, 3], [1, 90, 95]])
    found = majorities(together, np.array([0, 1, 2, 3, 4]))
    assert [(m.statement, m.direction) for m in found] == [(0, "agree"), (1, "agree"), (3, "agree"), (4, "disagree")]
    assert found[0].p_success == 61 / 82
    assert found[0].p_test == proportion_test(np.array(60), np.array(80))
    assert [m.statement for m in majorities(together, np.array([1, 3]), most=1)] == [1]


# ── how much it holds ────────────────────────────────────────────────────────────────────────────


def test_a_map_of_many_answers_never_holds_the_filled_table():
    person = np.repeat(np.arange(8000, dtype=np.int32), 40)
    statement = ((np.arange(len(person)) * 7919) % 3000 // 40 * 40 + np.arange(len(person)) % 40).astype(np.int32)
    response = (np.arange(len(person)) * 31 % 3 - 1).astype(np.int8)
    opinion_map(person[:400], statement[:400], response[:400], parameters=QUICK)
    tracemalloc.start()
    try:
        opinion_map(person, statement, response, n_people=8000, n_statements=3000, parameters=QUICK)
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    filled = 8000 * 3000 * 8
    assert most < filled / 8


@pytest.mark.slow
def test_two_million_answers_take_little_beside_themselves():
    code = """
import resource, numpy as np
from coproduce_methods.opinion_map import Parameters, opinion_map
n, each = 20_000, 100
person = np.repeat(np.arange(n, dtype=np.int32), each)
statement = np.tile(np.arange(0, 500, 5, dtype=np.int32), n) + (person % 5)
response = ((person // 7 * 31 + statement * (person % 2)) % 3 - 1).astype(np.int8)
few = person < 300
quick = Parameters(n_resamples=0, n_null=0)
opinion_map(person[few], statement[few], response[few], n_statements=500, parameters=quick)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
opinion_map(person, statement, response, n_statements=500, parameters=quick)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    grown = int(done.stdout) * (1 if sys.platform == "darwin" else 1024)
    assert grown < 40 * 2_000_000


def test_what_is_named_only_because_something_must_be_does_not_stand_out():
    counts = np.zeros((2, 3, 3), dtype=np.int64)
    counts[0, :, :] = [[20, 1, 22], [10, 10, 21], [1, 0, 1]]  # agree, disagree, seen
    counts[1, :, :] = [[1, 20, 22], [10, 10, 21], [0, 0, 0]]
    apart = representative_statements(counts, np.arange(3))
    assert [(row.statement, row.stands_out) for row in apart[0] if row.statement == 0] == [(0, True)]
    alike = representative_statements(counts[:, 1:], np.arange(2))
    assert [row.stands_out for rows in alike for row in rows] == [False] * sum(map(len, alike))
    assert any(alike)
