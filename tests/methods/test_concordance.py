"""Agreement of rankings: worked numbers, beside scipy, and what must hold for all."""

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from coproduce_methods.concordance import counts_below, kendall_w, spearman, twice_ranks

TABLES = st.integers(2, 6).flatmap(
    lambda items: st.lists(st.lists(st.integers(0, 4), min_size=items, max_size=items), min_size=2, max_size=7)
)


def test_the_worked_numbers_of_the_documentation():
    result = kendall_w([[1, 2, 3], [1, 3, 2], [1, 2.5, 2.5]])
    assert result.w == pytest.approx(9 / 11)
    assert (result.p, result.method) == (pytest.approx(1 / 9), "exact")
    assert spearman([3, 2, 1, 0], [3, 1, 2, 0]) == pytest.approx(0.8)


def test_two_who_agree_and_two_who_do_not():
    assert kendall_w([[1, 2, 3, 4], [10, 20, 30, 40]]).w == 1
    assert kendall_w([[1, 2, 3, 4], [4, 3, 2, 1]]).w == 0
    # One order of 24 is the same: by chance, 1 in 24.
    assert kendall_w([[1, 2, 3, 4], [1, 2, 3, 4]]).p == pytest.approx(1 / 24)


@given(TABLES)
@settings(deadline=None, max_examples=40)
def test_it_is_friedmans_statistic_by_scipy(table):
    result = kendall_w(table)
    flat = np.array(table)
    if all(len(set(row)) == 1 for row in table):
        assert (result.w, result.p, result.method) == (None, None, "")
        return
    assert 0 <= result.w <= 1 + 1e-12
    if len(flat[0]) > 2:
        friedman = stats.friedmanchisquare(*flat.T).statistic
        assert result.w * result.raters * (result.items - 1) == pytest.approx(friedman, abs=1e-9)
    assert (twice_ranks(flat) / 2).tolist() == stats.rankdata(flat, axis=1).tolist()


def test_chance_is_counted_over_all_orders_drawn_or_approximated_and_says_which():
    rng = np.random.default_rng(5)
    small, middle, large = (rng.normal(size=(raters, 5)) + np.arange(5) * 0.4 for raters in (3, 12, 60))
    assert kendall_w(small).method == "exact"
    drawn = kendall_w(middle)
    assert drawn.method == "permutation"
    assert drawn.p == pytest.approx(stats.friedmanchisquare(*middle.T).pvalue, abs=0.01)
    wide = kendall_w(large)
    assert wide.method == "chi-square"
    assert wide.p == pytest.approx(stats.friedmanchisquare(*large.T).pvalue, rel=1e-9)


@given(st.lists(st.lists(st.integers(0, 3), min_size=3, max_size=3), min_size=2, max_size=3))
@settings(deadline=None, max_examples=30)
def test_the_exact_chance_is_that_over_all_orders_of_all_rows(table):
    result = kendall_w(table)
    if result.w is None:
        return

    def spread(rows):
        return float(((np.array(rows).sum(axis=0) - len(rows) * 2) ** 2).sum())

    ranks = stats.rankdata(table, axis=1).tolist()
    every = list(product(*(list(permutations(row)) for row in ranks)))
    as_much = sum(spread(rows) >= spread(ranks) - 1e-9 for rows in every)
    assert result.p == pytest.approx(as_much / len(every))


@given(TABLES, st.randoms())
@settings(deadline=None, max_examples=30)
def test_neither_the_order_of_raters_nor_of_items_nor_the_scale_matters(table, random):
    rows, columns = list(table), list(range(len(table[0])))
    random.shuffle(rows)
    random.shuffle(columns)
    turned = [[row[j] ** 3 * 2 + 1 for j in columns] for row in rows]
    before, after = kendall_w(table, seed=3), kendall_w(turned, seed=3)
    assert after.w == (None if before.w is None else pytest.approx(before.w))
    assert (after.p, after.method) == (before.p, before.method)


@given(TABLES)
@settings(deadline=None, max_examples=30)
def test_everybody_twice_agree_as_much(table):
    before, after = kendall_w(table), kendall_w(table * 2)
    assert after.w == (None if before.w is None else pytest.approx(before.w))


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=12))
@settings(deadline=None)
def test_spearmans_is_scipys(pairs):
    one, other = [a for a, _b in pairs], [b for _a, b in pairs]
    found = spearman(one, other)
    if len(set(one)) == 1 or len(set(other)) == 1:
        assert found is None
    else:
        assert found == pytest.approx(stats.spearmanr(one, other).statistic, abs=1e-12)
        assert -1 <= found <= 1


def test_how_many_are_smaller_in_tables_of_any_depth():
    below, upto = counts_below(np.array([[[3, 1, 3], [2, 2, 2]]]))
    assert below.tolist() == [[[1, 0, 1], [0, 0, 0]]]
    assert upto.tolist() == [[[3, 1, 3], [3, 3, 3]]]


@pytest.mark.parametrize("table", [[], [[]], [[1, 2]], [[1], [2]], [[2, 2], [1, 1]]])
def test_too_little_to_agree_on_says_nothing(table):
    if table:
        assert kendall_w(table).w is None
    assert spearman([], []) is None


@pytest.mark.parametrize("table", [[1, 2], [[1, float("nan")]], [[[1]]]])
def test_what_is_no_table_is_refused(table):
    with pytest.raises(ValueError, match="table"):
        kendall_w(table)


def test_rankings_of_different_things_are_refused():
    with pytest.raises(ValueError, match="same items"):
        spearman([1, 2], [1, 2, 3])
