"""What matters to whom: worked numbers, beside scipy, small groups joined, and nothing averaged over sides."""

from itertools import product
from math import inf, nan

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.spatial.distance import jensenshannon

from coproduce_methods.suppression import join_small_groups
from coproduce_methods.valuing import (
    jensen_shannon,
    may_follow,
    may_stand_beside,
    paired_interval,
    value_shifts,
    values_by,
)

LIVED = [{"dignity": 6, "access": 3, "money": 1}] * 4 + [{"dignity": 4, "access": 4, "money": 2}] * 4
WORK = [{"dignity": 2, "access": 2, "money": 6}] * 4 + [{"dignity": 2, "access": 3, "money": 5}] * 4
LATER = [{"dignity": 6, "access": 3, "money": 1}] * 4 + [
    {"dignity": 4, "access": 2, "money": 1, "not being alone": 3}
] * 4
SIDES = [{"lived"}] * 8 + [{"work"}] * 8
VALUES = ("access", "dignity", "money")
AMOUNTS = st.lists(st.tuples(st.integers(0, 40), st.integers(0, 40)), min_size=1, max_size=8)


@st.composite
def tokens(draw):
    """Ten tokens over three values."""
    first = draw(st.integers(0, 10))
    second = draw(st.integers(0, 10 - first))
    return {"access": first, "dignity": second, "money": 10 - first - second}


PEOPLE = st.lists(st.tuples(st.frozensets(st.sampled_from("ab"), max_size=2), tokens()), min_size=5, max_size=14)


# ── worked numbers ───────────────────────────────────────────────────────────────────────────────


def test_the_worked_numbers_of_the_documentation():
    result = values_by(SIDES, LIVED + WORK)
    assert [(row.groups, row.people) for row in result.rows] == [(("lived",), 8), (("work",), 8)]
    assert [[one.tokens for one in row.values] for row in result.rows] == [[3.5, 5.0, 1.5], [2.5, 2.0, 5.5]]
    (between,) = result.divergences
    assert between.divergence == pytest.approx(0.141589, abs=1e-6)
    assert between.by_chance == pytest.approx(0.011, abs=2e-3)
    assert between.p < 0.001
    # Each side agrees within itself, and the two cancel out: this is why no mean of all is given.
    assert [row.agreement.w for row in result.rows] == pytest.approx([13 / 14, 13 / 14])
    assert result.agreement.w == 0


def test_the_worked_shifts_of_the_documentation():
    (row,) = value_shifts([{"lived"}] * 8, LIVED, LATER).rows
    shifts = {one.value: (one.before, one.after, one.change) for one in row.shifts}
    assert shifts == {
        "access": (3.5, 2.5, -1),
        "dignity": (5, 5, 0),
        "money": (1.5, 1, -0.5),
        "not being alone": (None, 1.5, 1.5),
    }
    assert row.moved == pytest.approx(0.0847, abs=1e-4)
    access = row.shifts[0]
    assert (access.low, access.high) == pytest.approx((-1.75, -0.25), abs=0.13)
    assert (row.shifts[1].low, row.shifts[1].high) == (0, 0)


# ── divergence ───────────────────────────────────────────────────────────────────────────────────


@given(AMOUNTS)
@settings(deadline=None)
def test_the_divergence_is_scipys_distance_squared(pairs):
    one, other = [a for a, _b in pairs], [b for _a, b in pairs]
    assume(sum(one))
    assume(sum(other))
    found = jensen_shannon(one, other)
    assert found == pytest.approx(jensenshannon(one, other, base=2) ** 2, abs=1e-9)
    assert 0 <= found <= 1
    assert jensen_shannon(other, one) == pytest.approx(found, abs=1e-15)
    assert jensen_shannon(one[::-1], other[::-1]) == pytest.approx(found, abs=1e-15)
    assert jensen_shannon([7 * a for a in one], other) == pytest.approx(found, abs=1e-12)


def test_alike_is_nothing_and_nothing_in_common_is_one():
    assert jensen_shannon([1, 2, 3], [2, 4, 6]) == 0
    assert jensen_shannon([1, 0], [0, 5]) == 1


@pytest.mark.parametrize(
    ("one", "other"), [([1], [1, 2]), ([0, 0], [1, 1]), ([-1, 2], [1, 1]), ([nan], [1]), ([inf], [1])]
)
def test_amounts_that_make_no_sense_are_refused(one, other):
    with pytest.raises(ValueError, match=r"amounts"):
        jensen_shannon(one, other)


@pytest.mark.slow
def test_a_difference_that_chance_makes_is_said_to_be_one():
    rng = np.random.default_rng(4)
    dealt = [dict(zip(VALUES, map(int, rng.multinomial(10, [0.5, 0.3, 0.2])), strict=True)) for _ in range(40)]
    often = []
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(40)
        groups = [{"a"} if place < 20 else {"b"} for place in order]
        often.append(values_by(groups, dealt).divergences[0].p)
    assert sum(p < 0.05 for p in often) <= 4
    assert np.mean(often) == pytest.approx(0.5, abs=0.2)


# ── groups ───────────────────────────────────────────────────────────────────────────────────────


def test_a_small_group_is_joined_and_few_people_show_nothing():
    result = values_by([{"a"}] * 10 + [{"b"}] * 9 + [{"c"}] * 2, [LIVED[0]] * 21)
    assert [row.groups for row in result.rows] == [("a",), ("b", "c")]
    assert result.joined == (("b", "c"),)
    hidden = values_by([{"a"}] * 7, [LIVED[0]] * 7)
    assert (hidden.rows, hidden.people, hidden.agreement, hidden.divergences) == ((), None, None, ())
    shifts = value_shifts([{"a"}] * 9, [*LIVED, None], [*LIVED[:7], None, None])
    assert (shifts.rows, shifts.only_before, shifts.only_after) == ((), 1, 0)


def test_who_did_not_take_part_is_not_counted_and_who_came_once_is_in_no_shift():
    result = values_by([*SIDES, {"lived"}], [*LIVED, *WORK, None])
    assert result == values_by(SIDES, LIVED + WORK)
    shifts = value_shifts([*SIDES[:8], {"lived"}, {"lived"}], [*LIVED, WORK[0], None], [*LATER, None, WORK[0]])
    assert shifts.rows == value_shifts(SIDES[:8], LIVED, LATER).rows
    assert (shifts.only_before, shifts.only_after) == (1, 1)


def test_a_value_that_somebody_added_is_shown_and_not_counted_against_those_who_did_not_see_it():
    result = values_by([{"lived"}] * 8, LATER)
    assert result.added == ("not being alone",)
    assert result.rows[0].values[3].gave == 4
    assert result.agreement.items == 3


@pytest.mark.slow
@given(PEOPLE, st.randoms())
@settings(deadline=None, max_examples=20)
def test_the_order_of_people_does_not_matter_not_even_to_what_is_drawn(people, random):
    shuffled = list(people)
    random.shuffle(shuffled)
    before, after = (values_by([g for g, _t in p], [t for _g, t in p], 5) for p in (people, shuffled))
    assert before == after
    one, two = (
        value_shifts([g for g, _t in p], [t for _g, t in p], [LIVED[0]] * len(p), 5) for p in (people, shuffled)
    )
    assert one == two


@given(PEOPLE)
@settings(deadline=None, max_examples=20)
def test_names_change_nothing_but_names(people):
    new = dict(zip(VALUES, "XYZ", strict=True))
    plain = values_by([g for g, _t in people], [t for _g, t in people], 5)
    renamed = values_by(
        [{letter.upper() for letter in g} for g, _t in people],
        [{new[value]: n for value, n in t.items()} for _g, t in people],
        5,
    )
    assert [[(one.tokens, one.gave) for one in row.values] for row in plain.rows] == [
        [(one.tokens, one.gave) for one in row.values] for row in renamed.rows
    ]
    assert [one.divergence for one in plain.divergences] == [one.divergence for one in renamed.divergences]


@given(PEOPLE)
@settings(deadline=None, max_examples=20)
def test_every_row_holds_ten_tokens_a_person_and_enough_people(people):
    result = values_by([g for g, _t in people], [t for _g, t in people], 5)
    for row in result.rows:
        assert row.people >= 5
        assert sum(one.tokens for one in row.values) == pytest.approx(10)
        assert all(one.gave <= row.people for one in row.values)


def test_a_whole_group_twice_changes_no_divergence():
    once = values_by(SIDES, LIVED + WORK)
    twice = values_by([*SIDES, *SIDES[:8]], [*LIVED, *WORK, *LIVED])
    assert twice.divergences[0].divergence == pytest.approx(once.divergences[0].divergence)


# ── shifts ───────────────────────────────────────────────────────────────────────────────────────


def test_the_interval_of_a_shift_holds_what_is_true_about_as_often_as_it_says():
    rng = np.random.default_rng(2)
    true, hits, tries = 0.4, 0, 300
    for number in range(tries):
        change = rng.normal(true, 2.0, size=(10, 1))
        low, high = paired_interval(change, seed=number, resamples=1000)
        hits += bool(low[0] <= true <= high[0])
    assert 0.91 <= hits / tries <= 0.98


def test_the_seed_decides_what_is_drawn_and_nothing_else():
    one, same, other = (value_shifts(SIDES[:8], LIVED, LATER, seed=seed) for seed in (1, 1, 2))
    assert one == same
    assert [s.change for s in one.rows[0].shifts] == [s.change for s in other.rows[0].shifts]
    wide = value_shifts(SIDES, LIVED + WORK, WORK + LIVED, seed=7)
    assert {row.groups: [round(s.change, 9) for s in row.shifts] for row in wide.rows} == {
        ("lived",): [-1, -3, 4],
        ("work",): [1, 3, -4],
    }


def test_one_person_has_no_narrow_interval():
    low, high = paired_interval(np.array([[3.0]]))
    assert (low[0], high[0]) == (3, 3)  # nobody publishes it: a row has at least five


# ── what makes no sense ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("groups", "given_tokens", "message"),
    [
        ([{"a"}], [], "same people"),
        ([{"a"}], [{"x": 9}], "10 tokens in all"),
        ([{"a"}], [{"x": 11, "y": -1}], "whole numbers"),
        ([{"a"}], [{"x": 9.5, "y": 0.5}], "whole numbers"),
        ([{"a"}], [{"x": True, "y": 9}], "whole numbers"),
        ([{"a"}] * 8, [{"x": 10}] * 8, "at least 5"),
    ],
)
def test_what_makes_no_sense_is_refused(groups, given_tokens, message):
    threshold = 4 if "at least" in message else 8
    with pytest.raises(ValueError, match=message):
        values_by(groups, given_tokens, threshold)
    with pytest.raises(ValueError, match=message):
        value_shifts(groups, given_tokens, given_tokens, threshold)


def test_no_tokens_at_all_are_refused():
    with pytest.raises(ValueError, match="token to give"):
        values_by([], [], each=0)


def test_the_record_of_it_is_plain():
    assert values_by(SIDES, LIVED + WORK).to_json()["method"] == "valuing"
    assert value_shifts(SIDES[:8], LIVED, LATER).to_json()["version"] == "1.0"


# ── several tables of the same answers ───────────────────────────────────────────────────────────


def came_later(n):
    """Everybody, and those who also took part the other time: eight carers and eight nurses, and n nurses who came."""
    everybody = [{"carer"}] * 8 + [{"nurse"}] * (8 + n)
    return [everybody, [*everybody[:16], *[None] * n]]


@pytest.mark.parametrize(("n", "may"), [(0, True), (1, False), (7, False), (8, True), (20, True)])
def test_two_tables_stand_beside_each_other_only_if_their_difference_hides_everybody(n, may):
    assert may_stand_beside(came_later(n)) is may


def test_a_third_table_can_undo_what_two_hide():
    everybody = [{"nurse"}] * 40
    first, second = ([{"nurse"}] * kept + [None] * (40 - kept) for kept in (32, 31))
    assert may_stand_beside([everybody, first])
    assert may_stand_beside([everybody, second])
    assert not may_stand_beside([everybody, first, second])  # the two parts differ by one


def test_tables_that_show_nobody_tell_of_nobody_and_odd_lists_are_refused():
    assert may_stand_beside([])
    assert may_stand_beside([[{"carer"}] * 3, [None, {"carer"}, None]])
    with pytest.raises(ValueError, match="the same people"):
        may_stand_beside([[set()], []])


@given(
    st.lists(st.tuples(st.frozensets(st.sampled_from("ab"), max_size=2), st.booleans()), min_size=5, max_size=13),
)
def test_no_sum_or_difference_of_two_tables_is_of_fewer_than_five(people):
    tables = [[own for own, _both in people], [own if both else None for own, both in people]]
    assume(may_stand_beside(tables, 5))
    plans = [join_small_groups([own for own in table if own is not None], 5) for table in tables]
    rows = []
    for plan, table in zip(plans, tables, strict=True):
        if not plan.all_hidden:
            rows.append([int(own is not None) for own in table])
            rows += [[int(own is not None and not (own or {""}).isdisjoint(row)) for own in table] for row in plan.rows]
    for weights in product((-1, 0, 1), repeat=len(rows)):
        told_of = np.count_nonzero(np.array(weights) @ np.array(rows)) if rows else 0
        assert told_of == 0 or told_of >= 5


# ── a table and the one that takes its place ─────────────────────────────────────────────────────


@pytest.mark.parametrize(("came", "may"), [(0, True), (1, False), (4, False), (5, True), (8, True)])
def test_a_table_follows_another_only_if_their_difference_hides_everybody(came, may):
    before = [{"nurse"}] * 9 + [None] * came
    assert may_follow(before, [{"nurse"}] * (9 + came), [False] * (9 + came)) is may


@pytest.mark.parametrize(("changed", "may"), [(0, True), (1, False), (4, False), (5, True), (20, True)])
def test_somebody_who_gave_otherwise_is_one_and_not_two(changed, may):
    people = [{"nurse"}] * 40
    assert may_follow(people, people, [number < changed for number in range(40)]) is may


def test_eight_who_came_do_not_hide_the_one_of_them_who_has_a_row_of_their_own():
    before = [{"carer"}] * 8 + [{"nurse"}] * 8
    came = [{"carer"}] * 7 + [{"nurse"}]
    assert not may_follow([*before, *[None] * 8], [*before, *came], [False] * 24)
    assert may_follow([*before, *[None] * 8], [*before, *[{"carer"}] * 8], [False] * 24)


HELD = st.frozensets(st.sampled_from("ab"), max_size=2)


@given(st.lists(st.tuples(st.none() | HELD, st.none() | HELD, st.booleans()), min_size=5, max_size=12))
def test_no_sum_or_difference_of_two_tables_that_follow_is_of_fewer_than_five(people):
    before, after = [one[0] for one in people], [one[1] for one in people]
    changed = [one[2] for one in people]
    assume(may_follow(before, after, changed, 5))
    sums = []
    for table, unknown in ((before, 0), (after, 1)):
        plan = join_small_groups([own for own in table if own is not None], 5)
        for row in () if plan.all_hidden else [None, *plan.rows]:
            sums.append(np.zeros((len(people), 2), dtype=int))
            for number, own in enumerate(table):
                inside = own is not None and (row is None or not (own or {""}).isdisjoint(row))
                sums[-1][number, unknown if changed[number] else 0] = inside
    for weights in product((-1, 0, 1), repeat=min(len(sums), 7)):
        told = sum((weight * one for weight, one in zip(weights, sums, strict=False)), np.zeros((1, 2), dtype=int))
        told_of = np.count_nonzero(np.any(told, axis=1))
        assert told_of == 0 or told_of >= 5
