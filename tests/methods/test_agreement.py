"""Agreement by standpoint: nothing about a few people can be had from what is shown."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.agreement import agreement_by
from coproduce_methods.suppression import join_small_groups

PEOPLE = st.lists(
    st.tuples(st.frozensets(st.sampled_from("abcd"), max_size=3), st.sampled_from([1, 0, -1, None])),
    max_size=26,
)
FEW_GROUPS = st.lists(st.frozensets(st.sampled_from("abc"), max_size=2), max_size=13)


def people(*counts):
    """``("ab", 3)`` is three people who hold groups a and b."""
    return [set(groups) for groups, n in counts for _ in range(n)]


# ── worked numbers ───────────────────────────────────────────────────────────────────────────────


def test_the_worked_numbers_of_the_documentation():
    groups = [{"lived"}] * 12 + [{"practice"}] * 9 + [{"research"}] * 3
    answers = [1] * 9 + [0, -1, -1] + [1] * 4 + [-1] * 5 + [0, 0, -1]
    result = agreement_by(groups, answers)
    assert (result.total.agree, result.total.unsure, result.total.disagree) == (13, 3, 8)
    assert [(r.groups, r.agree, r.unsure, r.disagree) for r in result.rows] == [
        (("lived",), 9, 1, 2),
        (("practice", "research"), 4, 2, 6),
    ]
    assert result.joined == (("practice", "research"),)
    assert (result.to_json()["method"], result.to_json()["total"]["agree"]) == ("agreement", 13)


def test_one_person_in_two_large_groups_is_not_given_away_by_adding_up():
    groups = people(("c", 11), ("n", 8), ("cn", 1))
    answers = [1] * 11 + [-1] * 8 + [0]
    result = agreement_by(groups, answers)
    # 12 carers and 9 nurses of 20 people: 12 + 9 - 20 is the answer of the one who is both.
    assert result.rows == ()
    assert result.joined == (("c", "n"),)
    assert result.total.people == 20


def test_enough_people_in_two_groups_leave_both_shown_and_count_in_each():
    result = agreement_by(people(("c", 9), ("n", 8), ("cn", 8)), [1] * 17 + [-1] * 8)
    assert [(r.groups, r.agree, r.disagree) for r in result.rows] == [(("c",), 9, 8), (("n",), 8, 8)]
    assert result.joined == ()
    assert sum(r.people for r in result.rows) > result.total.people


# ── joining ──────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("counts", "rows", "together"),
    [
        ([("a", 9), ("b", 8)], (("a",), ("b",)), False),
        ([("a", 20), ("b", 9), ("c", 3)], (("a",), ("b", "c")), False),
        ([("a", 20), ("b", 3), ("c", 2), ("d", 4)], (("a",), ("b", "c", "d")), False),
        ([("a", 20), ("b", 3)], (("a", "b"),), True),
        ([("a", 7)], (), False),
        ([("a", 8)], (("a",),), True),
        ([("a", 20), ("", 3)], (("", "a"),), True),
        ([("a", 20), ("", 9)], (("",), ("a",)), False),
    ],
)
def test_small_groups_are_joined_smallest_first(counts, rows, together):
    plan = join_small_groups(people(*counts))
    assert (plan.rows, plan.together) == (rows, together)
    assert plan.all_hidden == (rows == ())


def test_a_small_group_goes_to_the_named_others_where_they_are():
    plan = join_small_groups(people(("a", 20), ("b", 9), ("c", 3), ("o", 15)), others="o")
    assert plan.rows == (("a",), ("b",), ("c", "o"))


def test_people_in_no_group_are_a_group_of_their_own_by_the_name_given():
    plan = join_small_groups(people(("a", 20), ("b", 9), ("", 3)), nothing_said="not said")
    assert plan.rows == (("a",), ("b", "not said"))


@pytest.mark.parametrize("threshold", [4, 1, 0, -8])
def test_a_threshold_below_five_is_refused(threshold):
    with pytest.raises(ValueError, match="at least 5"):
        agreement_by([{"a"}] * 20, [1] * 20, threshold)


@pytest.mark.parametrize(
    ("groups", "answers", "message"),
    [([{"a"}], [1, 1], "same people"), ([{"a"}], [2], "1, 0, -1 or None")],
)
def test_what_makes_no_sense_is_refused(groups, answers, message):
    with pytest.raises(ValueError, match=message):
        agreement_by(groups, answers)


# ── nothing can be had by subtraction ────────────────────────────────────────────────────────────


def tells_of_few(members, plan, threshold):
    """Plainly, over every set of few people: can the shown rows be combined to be about them only?

    They can when the rows, on everybody else, are less independent than on all.
    """
    held = [frozenset(groups) or frozenset([""]) for groups in members]
    shown = [] if plan.together else plan.rows
    table = np.array([[1.0] * len(held), *([float(not h.isdisjoint(row)) for h in held] for row in shown)])
    rank = np.linalg.matrix_rank(table)
    return any(
        np.linalg.matrix_rank(np.delete(table, few, axis=1)) < rank
        for size in range(1, threshold)
        for few in combinations(range(len(held)), size)
    )


@given(FEW_GROUPS)
@settings(max_examples=60, deadline=None)
def test_no_sum_or_difference_of_what_is_shown_is_about_fewer_than_the_threshold(members):
    plan = join_small_groups(members, 5)
    assert plan.all_hidden == (len(members) < 5)
    if not plan.all_hidden:
        assert not tells_of_few(members, plan, 5)


@given(PEOPLE, st.integers(5, 9))
@settings(deadline=None)
def test_every_row_and_every_rest_is_large_and_the_counts_are_right(given_people, threshold):
    groups, answers = [g for g, _ in given_people], [a for _, a in given_people]
    result = agreement_by(groups, answers, threshold)
    answered = [(g or frozenset([""]), a) for g, a in given_people if a is not None]
    if len(answered) < threshold:
        assert result.total is None
        assert result.rows == ()
        return
    assert result.total.people == len(answered)
    for row in result.rows:
        inside = [a for g, a in answered if not g.isdisjoint(row.groups)]
        assert (row.agree, row.unsure, row.disagree) == tuple(inside.count(v) for v in (1, 0, -1))
        assert row.people >= threshold
        rest = result.total.people - row.people
        assert rest == 0 or rest >= threshold
    named = [name for row in result.rows for name in row.groups]
    assert len(named) == len(set(named))


@given(PEOPLE, st.randoms())
@settings(deadline=None)
def test_the_order_of_people_does_not_matter(given_people, random):
    shuffled = list(given_people)
    random.shuffle(shuffled)
    before, after = (agreement_by([g for g, _ in p], [a for _, a in p], 5) for p in (given_people, shuffled))
    assert before == after


@given(PEOPLE)
@settings(deadline=None)
def test_how_people_answered_does_not_change_what_is_joined(given_people):
    groups = [g for g, a in given_people if a is not None]
    one, two = (agreement_by(groups, [value] * len(groups), 5) for value in (1, -1))
    assert [r.groups for r in one.rows] == [r.groups for r in two.rows]
