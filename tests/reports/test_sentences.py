"""Sentences beside the figures: true of the numbers, and careful where there are few."""

import pytest

from coproduce.reports.sentences import _most_and_least, equally_says, heard_says, in_a_hundred, took_says
from coproduce.ways import LETTERS
from coproduce_methods.knowing import knowing, share_of, waiting


def known(**ways):
    """``L=(reached, brought)``."""
    rows = [({way}, n < reached) for way, (reached, brought) in ways.items() for n in range(brought)]
    return knowing([way for way, _led in rows], [led for _way, led in rows], list(LETTERS))


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [(2, 3, "67, from 20 to 94"), (0, 20, "0, from 0 to 17"), (5, 5, "100, from 56 to 100"), (0, 0, "")],
)
def test_a_share_is_said_with_its_range_rounded_outwards(count, of, said):
    assert in_a_hundred(share_of(count, of)) == said


def test_a_difference_that_chance_may_have_made_is_said_to_be_one():
    few, many = (_most_and_least(known(L=(4 * times, 5 * times), R=(times, 5 * times)))[0] for times in (1, 12))
    assert "4 of 5" in few
    assert "may be chance" in few
    assert "more than chance makes" in many


def test_the_two_furthest_apart_of_six_need_more_than_two_alone_would():
    # Alone this pair would pass at 95 of 100; picked out of 15 pairs it does not.
    method = known(L=(11, 20), R=(4, 20))
    assert method.compare("L", "R").is_sure
    assert "may be chance" in _most_and_least(method)[0]


@pytest.mark.parametrize("ways", [{"L": (2, 9)}, {"L": (2, 9), "R": (1, 3)}, {"L": (2, 8), "R": (1, 4)}])
def test_nothing_is_compared_where_there_is_one_too_few_or_no_difference(ways):
    assert _most_and_least(known(**ways)) == []


def test_how_equally_ways_were_heard():
    assert "6 of the 6 ways of knowing, about equally" in heard_says(known(**dict.fromkeys(LETTERS, (0, 5))))
    assert "as if 1 of them" in heard_says(known(L=(0, 50), R=(0, 1)))
    assert heard_says(known(L=(0, 50))) == ""


def test_days_are_told_with_what_waits_and_not_of_few():
    said = " ".join(took_says(waiting([10, 20, 30, 40, 50, 60], [5])))
    assert "within 35 days" in said
    assert "10 to 60 days" in said
    assert "One thing has not reached" in said
    assert took_says(waiting([10, 20])) == []
    assert took_says(waiting([], [3])) == []


def test_equally_is_from_nothing_to_a_hundred():
    assert equally_says(0.194).endswith("this is 19.")
