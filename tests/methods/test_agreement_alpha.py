"""Krippendorff's alpha against the numbers he published, and against counting by hand."""

import random

import pytest

from coproduce_methods.agreement_alpha import Alike, alpha_of_counts, marked_alike, nominal_alpha

A = ("0100000010", "1110010000")
B = ("aabbdcccedda", "babbbccceddd")
C = ("123321412...", "1233224125.3", ".3332342251.", "12332441251.")


def sorted_by(*people):
    """Their values thing by thing; a point is nothing."""
    return [[None if value == "." else value for value in unit] for unit in zip(*people, strict=True)]


@pytest.mark.parametrize(("people", "alpha"), [(A, 0.095), (B, 0.692), (C, 0.743)])
def test_the_published_examples(people, alpha):
    assert round(nominal_alpha(sorted_by(*people)).alpha, 3) == alpha


def test_the_steps_in_the_documentation():
    found = nominal_alpha(sorted_by(*B))
    assert (found.units, found.pairable, found.observed) == (12, 24, 0.25)
    assert round(found.expected, 4) == 0.8116
    alike = marked_alike(20, [(0, 10)], [(5, 15)])
    assert alike == Alike(5, 5, 5, 5)
    assert round(alpha_of_counts(alike).alpha, 3) == 0.025


def test_full_agreement_none_and_nothing_to_agree_about():
    assert nominal_alpha([("a", "a"), ("b", "b")]).alpha == 1
    assert nominal_alpha([("a", "b"), ("b", "a")]).alpha < 0
    for nothing in ([], [("a", None)], [("a", "a"), ("a", "a")]):
        assert nominal_alpha(nothing).alpha is None
    assert alpha_of_counts(Alike(0, 0, 0, 0)).alpha is None
    assert alpha_of_counts(Alike(0, 0, 0, 40)).alpha is None


def test_things_that_one_person_sorted_count_for_nothing():
    assert nominal_alpha([*sorted_by(*B), ("z", None), (None, None)]) == nominal_alpha(sorted_by(*B))


def test_counts_say_the_same_as_going_thing_by_thing():
    chance = random.Random(4)
    for _round in range(50):
        length = chance.randint(0, 30)
        one, other = (
            [(chance.randint(0, 30), chance.randint(0, 35)) for _n in range(chance.randint(0, 3))] for _who in range(2)
        )
        letters = [
            [any(start <= n < end for start, end in stretches) for stretches in (one, other)] for n in range(length)
        ]
        by_hand, counted = nominal_alpha(letters), alpha_of_counts(marked_alike(length, one, other))
        assert by_hand.alpha == pytest.approx(counted.alpha)
        assert by_hand.units == counted.units


def test_a_length_below_nothing_is_refused():
    with pytest.raises(ValueError, match="fewer than 0"):
        marked_alike(-1, [], [])
