"""Ties between groups: worked numbers, bounds, and small groups joined."""

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.ties import Tie, e_i_index, reciprocity_of, ties_between

NAMES = [f"p{i}" for i in range(16)]
TIES = st.lists(
    st.builds(
        Tie, st.sampled_from(["1", "2"]), st.sampled_from(NAMES), st.sampled_from(NAMES), st.integers(1, 3)
    ).filter(lambda tie: tie.source != tie.target),
    max_size=40,
)
HALVES = {name: {"a" if i < 8 else "b"} for i, name in enumerate(NAMES)}


def chain(period, *people):
    return [Tie(period, a, b) for a, b in pairwise(people)]


def test_the_worked_numbers_of_the_documentation():
    ties = [
        *chain("spring", *NAMES[:4]),
        *chain("spring", *NAMES[8:13]),
        Tie("spring", "p0", "p8"),
        Tie("spring", "p8", "p0"),
        Tie("spring", "p8", "p0"),
    ]
    spring, summer = ties_between(ties, HALVES, periods=["spring", "summer"]).periods
    assert (spring.ties, spring.pairs) == (10, 9)
    assert {(cell.sources[0], cell.targets[0]): cell.ties for cell in spring.between} == {
        ("a", "a"): 3,
        ("a", "b"): 1,
        ("b", "a"): 2,
        ("b", "b"): 4,
    }
    assert (spring.internal, spring.external) == (7, 3)
    assert spring.e_i == pytest.approx(-0.4)
    assert spring.reciprocity == pytest.approx(2 / 9)
    assert (summer.ties, summer.pairs, summer.e_i, summer.reciprocity) == (0, 0, None, None)


@given(st.integers(0, 99), st.integers(0, 99))
def test_the_e_i_index_is_between_minus_one_and_one_and_turns_round(external, internal):
    index = e_i_index(external, internal)
    assert (index is None) == (external + internal == 0)
    if index is not None:
        assert -1 <= index <= 1
        assert e_i_index(internal, external) == -index


def test_reciprocity_is_the_share_returned():
    assert reciprocity_of([("a", "b"), ("b", "a")]) == 1
    assert reciprocity_of([("a", "b"), ("b", "c")]) == 0
    assert reciprocity_of([("a", "b"), ("b", "a"), ("a", "c")]) == pytest.approx(2 / 3)
    assert reciprocity_of([]) is None


@given(TIES, st.randoms())
@settings(deadline=None)
def test_the_table_adds_up_and_the_order_of_ties_does_not_matter(ties, random):
    result = ties_between(ties, HALVES, periods=["1", "2"])
    for period in result.periods:
        own = [tie for tie in ties if tie.period == period.period]
        if period.ties is None:
            assert 0 < len({person for tie in own for person in tie[1:3]}) < 8
            assert period.between == ()
            assert period.e_i is None
        else:
            assert sum(cell.ties for cell in period.between) == period.ties == sum(tie.times for tie in own)
            assert period.internal + period.external == period.ties
    shuffled = list(ties)
    random.shuffle(shuffled)
    assert ties_between(shuffled, HALVES, periods=["1", "2"]) == result


def test_a_small_group_is_joined_in_every_period_alike():
    groups = HALVES | {"x": {"c"}, "y": {"c"}}
    ties = chain("1", *NAMES) + chain("2", *NAMES, "x", "y")
    result = ties_between(ties, groups)
    assert result.rows == (("a", "c"), ("b",))
    assert result.joined == (("a", "c"),)
    for period in result.periods:
        assert {cell.sources for cell in period.between} == set(result.rows)


def test_with_one_large_group_and_one_small_only_the_totals_are_shown():
    groups = {name: {"a" if i < 13 else "b"} for i, name in enumerate(NAMES)}
    (period,) = ties_between(chain("1", *NAMES), groups).periods
    assert (period.ties, period.between, period.internal, period.external) == (15, (), None, None)
    assert period.e_i is None


def test_few_people_show_nothing():
    groups = {name: {"a"} for name in NAMES[:6]}
    (period,) = ties_between(chain("1", *NAMES[:6]), groups).periods
    assert (period.ties, period.pairs, period.reciprocity, period.between) == (None, None, None, ())


def test_somebody_in_two_groups_has_their_ties_in_both():
    groups = {f"a{i}": {"a"} for i in range(8)} | {f"b{i}": {"b"} for i in range(8)}
    groups |= {f"c{i}": {"a", "b"} for i in range(8)}
    ties = [*chain("1", *groups), Tie("1", "c0", "a0")]
    (period,) = ties_between(ties, groups).periods
    assert len(period.between) == 4
    assert sum(cell.ties for cell in period.between) > period.ties == len(ties)


@pytest.mark.parametrize(
    ("tie", "periods", "message"),
    [
        (Tie("1", "p0", "who"), None, "not in groups"),
        (Tie("1", "p0", "p0"), None, "themselves"),
        (Tie("1", "p0", "p1"), ["2"], "not among periods"),
    ],
)
def test_ties_that_make_no_sense_are_refused_without_naming_anybody(tie, periods, message):
    with pytest.raises(ValueError, match=message) as refused:
        ties_between([tie], HALVES, periods=periods)
    assert "p0" not in str(refused.value)


def test_a_tie_that_came_three_times_is_three_ties():
    once = ties_between([Tie("spring", "p0", "p8", 3), Tie("spring", "p8", "p9")], HALVES)
    each = ties_between([*[Tie("spring", "p0", "p8")] * 3, Tie("spring", "p8", "p9")], HALVES)
    assert once == each
