"""Small groups: beside a plain search over all sets of people, worked numbers, and the worst cases."""

import random
import time
from collections import Counter
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.suppression import PRIME, can_be_undone, join_small_groups

HELD = st.lists(st.frozensets(st.sampled_from("abc"), max_size=3), max_size=12)
ROWS = st.lists(st.frozensets(st.sampled_from("abc"), min_size=1), min_size=1, max_size=4, unique=True)


def people(*counts):
    return [set(groups) for groups, n in counts for _ in range(n)]


def least(held, rows):
    """The fewest people that any weighting of the rows and the total is about, found by trying every set of people."""
    table = np.array([[1.0] * len(held), *([float(not own.isdisjoint(row)) for own in held] for row in rows)])
    rank = np.linalg.matrix_rank(table)
    return next(
        size
        for size in range(1, len(held) + 1)
        for few in combinations(range(len(held)), size)
        if np.linalg.matrix_rank(np.delete(table, few, axis=1)) < rank
    )


# ── worked numbers ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("counts", "rows", "together"),
    [
        ([("a", 20), ("b", 9), ("c", 3)], (("a",), ("b", "c")), False),
        ([("a", 20), ("b", 3), ("c", 2), ("d", 4)], (("a",), ("b", "c", "d")), False),
        ([("a", 20), ("b", 3)], (("a", "b"),), True),
        ([("a", 7)], (), False),
        ([("c", 10), ("n", 7), ("cn", 1)], (("c", "n"),), True),
        ([("c", 9), ("n", 8), ("cn", 8)], (("c",), ("n",)), False),
    ],
)
def test_the_table_of_the_documentation(counts, rows, together):
    plan = join_small_groups(people(*counts))
    assert (plan.rows, plan.together, plan.all_hidden) == (rows, together, rows == ())


def test_of_twenty_people_twelve_carers_and_nine_nurses_tell_of_one():
    atoms = Counter({frozenset("c"): 11, frozenset("n"): 8, frozenset("cn"): 1})
    assert can_be_undone([{"c"}, {"n"}], atoms, 2)
    assert not can_be_undone([{"c"}], atoms, 8)


def test_three_rows_can_be_undone_though_no_two_can():
    # Everybody is in two of three groups but four, who are in one: a + b + c − 2 × all is about them.
    held = people(("ab", 10), ("bc", 10), ("ac", 10), ("a", 4))
    atoms = Counter(frozenset(own) for own in held)
    assert can_be_undone([{"a"}, {"b"}, {"c"}], atoms, 5)
    assert not can_be_undone([{"a"}, {"b"}, {"c"}], atoms, 4)
    assert not can_be_undone([{"a"}, {"b"}], atoms, 5)


# ── the search is exact ──────────────────────────────────────────────────────────────────────────


@given(HELD.filter(lambda held: len(held) > 0), ROWS)
@settings(deadline=None, max_examples=60)
def test_it_finds_the_least_and_no_less(held, rows):
    atoms, fewest = Counter(held), least(held, rows)
    assert can_be_undone(rows, atoms, fewest + 1)
    assert not can_be_undone(rows, atoms, fewest)


@given(HELD, st.integers(5, 7))
@settings(deadline=None, max_examples=60)
def test_what_is_shown_holds_and_everybody_is_in_it(held, threshold):
    plan = join_small_groups(held, threshold)
    if plan.all_hidden:
        assert len(held) < threshold
        return
    own = [one or frozenset([""]) for one in held]
    assert least(own, [] if plan.together else [frozenset(row) for row in plan.rows]) >= threshold
    assert all(any(not one.isdisjoint(row) for row in plan.rows) for one in own)
    assert all(sum(not one.isdisjoint(row) for one in own) >= threshold for row in plan.rows)
    assert plan.joined == tuple(row for row in plan.rows if len(row) > 1)


@given(HELD, st.randoms())
@settings(deadline=None, max_examples=40)
def test_neither_the_order_of_people_nor_names_in_the_same_order_matter(held, chance):
    shuffled = list(held)
    chance.shuffle(shuffled)
    plan = join_small_groups(held, 5)
    assert join_small_groups(shuffled, 5) == plan
    later = dict(zip("abc", "pqr", strict=True))
    renamed = join_small_groups([{later[name] for name in own} for own in held], 5)
    assert renamed.rows == tuple(tuple(later.get(name, name) for name in row) for row in plan.rows)


def test_whole_numbers_stay_below_the_prime_for_as_many_rows_as_a_page_has():
    # Hadamard: no determinant of zeros and ones of size n is over (n + 1)^((n + 1)/2) / 2^n.
    assert PRIME > 34 ** (34 / 2) / 2**33


@pytest.mark.parametrize(("number", "groups", "most"), [(30, 6, 3), (60, 6, 4), (400, 6, 6), (40, 7, 4), (100, 10, 3)])
def test_people_in_many_groups_do_not_make_a_page_wait(number, groups, most):
    chance = random.Random(9)
    held = [chance.sample("abcdefghij"[:groups], chance.randint(0, most)) for _ in range(number)]
    begun = time.process_time()
    plan = join_small_groups(held, 8)
    assert time.process_time() - begun < 3
    assert plan.rows
