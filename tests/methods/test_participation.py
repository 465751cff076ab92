"""Equality of participation: worked numbers, bounds, brute force, and intervals that hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce_methods.participation import deviation, gini, group_shares, response_rates

TURNS = st.lists(st.integers(0, 50), min_size=2, max_size=30)


def test_the_worked_numbers_of_the_documentation():
    turns, groups = [4, 0, 1, 7, 2, 2], ["a", "a", "a", "b", "b", "b"]
    assert gini(turns) == pytest.approx(0.55)
    assert gini(turns, corrected=False) == pytest.approx(44 / 96)
    assert deviation(turns) == pytest.approx(2.503, abs=5e-4)
    a, b = group_shares(turns, groups)
    assert (a.turns, a.share_of_people, a.share_of_turns, a.ratio) == (5, 0.5, pytest.approx(5 / 16), 0.625)
    assert (a.low, a.high) == pytest.approx((0.108, 3.610), abs=5e-4)
    assert b.ratio == 1.375
    rates = response_rates(["a", "a", "a", "b"], [True, False, False, True])
    assert [(rate.group, rate.taken_up.count, rate.taken_up.of) for rate in rates] == [("a", 1, 3), ("b", 1, 1)]
    assert (rates[0].taken_up.low, rates[0].taken_up.high) == pytest.approx((0.061, 0.792), abs=5e-4)


@given(TURNS)
def test_gini_is_the_mean_difference_between_any_two(turns):
    x = np.array(turns, dtype=float)
    if x.sum() == 0:
        assert gini(x) is None
        return
    n = x.size
    by_pairs = np.abs(x[:, None] - x[None, :]).sum() / (2 * n * n * x.mean())
    assert gini(x, corrected=False) == pytest.approx(by_pairs)
    assert gini(x) == pytest.approx(by_pairs * n / (n - 1))
    assert -1e-12 <= gini(x) <= 1 + 1e-12
    assert gini(x[::-1] * 3) == pytest.approx(gini(x))


def test_gini_at_its_ends():
    assert gini([5, 5, 5]) == 0
    assert gini([0, 0, 9]) == 1
    assert (gini([]), gini([3]), gini([0, 0])) == (None, None, None)
    assert deviation([3]) is None
    with pytest.raises(ValueError, match="numbers from 0"):
        gini([1, -1])


@given(TURNS, st.data())
def test_shares_add_up_and_their_mean_by_people_is_one(turns, data):
    groups = data.draw(st.lists(st.sampled_from("abc"), min_size=len(turns), max_size=len(turns)))
    shares = group_shares(turns, groups)
    assert sum(each.people for each in shares) == len(turns)
    assert sum(each.share_of_people for each in shares) == pytest.approx(1)
    if sum(turns):
        assert sum(each.share_of_turns for each in shares) == pytest.approx(1)
        assert sum(each.ratio * each.share_of_people for each in shares) == pytest.approx(1)
    for each in shares:
        if each.low is not None:
            assert each.low <= each.ratio + 1e-12
            assert each.high >= each.ratio - 1e-12


def test_where_nothing_varies_or_nobody_spoke():
    assert group_shares([2, 2], ["a", "a"])[0].low == 1
    silent = group_shares([0, 0, 3, 4], ["a", "a", "b", "b"])[0]
    assert (silent.ratio, silent.low, silent.high) == (0, None, None)
    assert group_shares([0, 0], ["a", "b"])[0].ratio is None
    assert group_shares([1, 5, 2], ["a", "b", "b"])[0].low is None
    with pytest.raises(ValueError, match="one group for each person"):
        group_shares([1], ["a", "b"])
    with pytest.raises(ValueError, match="one group for each turn"):
        response_rates(["a"], [])


def test_the_interval_holds_about_as_often_as_it_says():
    rng = np.random.default_rng(11)
    held = []
    for _ in range(1500):
        turns = np.concatenate([rng.negative_binomial(2, 0.2, 12), rng.negative_binomial(2, 0.1, 25)])
        truth = (8 * 12) / (8 * 12 + 18 * 25) / (12 / 37)
        share = group_shares(turns, ["a"] * 12 + ["b"] * 25)[0]
        held.append(share.low <= truth <= share.high)
    assert 0.93 < np.mean(held) < 0.985
