"""Tables are mixed, everybody sits once, and the second round brings others together."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.mixed_tables import counted_under, mixed_tables


@st.composite
def rooms(draw):
    """People with the groups they speak from, a number of tables, and a seed."""
    held = draw(st.lists(st.sets(st.sampled_from("LCPROM"), max_size=3), min_size=1, max_size=45))
    people = [(f"p{number}", "".join(sorted(groups))) for number, groups in enumerate(held)]
    return people, draw(st.integers(1, max(1, len(people) // 2))), draw(st.integers(0, 10_000))


def spread(counts, tables):
    """The difference between the table with most and the one with least."""
    of_each = [counts.get(table, 0) for table in range(1, tables + 1)]
    return max(of_each) - min(of_each)


@settings(max_examples=150, deadline=None)
@given(rooms())
def test_everybody_sits_once_and_every_table_is_mixed(room):
    people, tables, seed = room
    groups = counted_under(people)
    for seats in mixed_tables(people, tables, seed=seed):
        assert sorted(seats) == sorted(name for name, _groups in people)
        assert spread(Counter(seats.values()), tables) <= 1
        for group in set(groups.values()):
            assert spread(Counter(seats[name] for name in seats if groups[name] == group), tables) <= 1


@settings(max_examples=150, deadline=None)
@given(rooms())
def test_the_second_round_meets_new_people(room):
    people, tables, seed = room
    first, second = mixed_tables(people, tables, seed=seed)
    for table in range(1, tables + 1):
        sat_there = [name for name in first if first[name] == table]
        assert spread(Counter(second[name] for name in sat_there), tables) <= 1
        if len(sat_there) <= tables:
            assert all(second[one] != second[other] for one, other in combinations(sat_there, 2))


@settings(max_examples=40, deadline=None)
@given(rooms(), st.randoms(use_true_random=False))
def test_the_same_people_are_seated_alike_in_whatever_order_they_are_named(room, chance):
    people, tables, seed = room
    named = people[:]
    chance.shuffle(named)
    assert mixed_tables(named, tables, seed=seed) == mixed_tables(people, tables, seed=seed)


def test_another_seed_seats_people_otherwise():
    people = [(f"p{number}", "LCP"[number % 3]) for number in range(12)]
    assert mixed_tables(people, 3, seed=1) != mixed_tables(people, 3, seed=2)


def test_somebody_in_several_groups_is_counted_under_the_rarest():
    people = [("a", "L"), ("b", "LC"), ("c", "L"), ("d", "C"), ("e", "C"), ("f", ""), ("g", "LP")]
    assert counted_under(people) == {"a": "L", "b": "C", "c": "L", "d": "C", "e": "C", "f": "", "g": "P"}


def test_worked_numbers():
    """docs/methods/mixed_tables.md repeats these."""
    people = [*((f"L{n}", "L") for n in range(1, 6)), *((f"P{n}", "P") for n in range(1, 5)), ("C1", "C")]
    found = [
        [" ".join(name for name in seats if seats[name] == table) for table in (1, 2, 3)]
        for seats in mixed_tables(people, 3, seed=1)
    ]
    assert found == [
        ["L1 L3 P2 P4", "L2 L5 P3", "C1 L4 P1"],
        ["C1 L2 P2 P4", "L3 L5 P1", "L1 L4 P3"],
    ]


@pytest.mark.parametrize(("names", "tables"), [(["a", "a"], 1), (["a", "b"], 0), (["a", "b"], 3)])
def test_what_cannot_be_seated_is_refused(names, tables):
    with pytest.raises(ValueError, match=r"everyone must be named|at least one table"):
        mixed_tables([(name, "L") for name in names], tables)
