"""Seasons of the calendar, what changed between them, and ties that outlive the work."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coproduce_methods.relations_seasons import change, months_after, persistence, seasons_of, to_day


def days(*texts):
    return np.array(texts, dtype="datetime64[D]")


def test_seasons_are_those_of_the_calendar_with_the_empty_ones():
    at = days("2025-02-28", "2024-12-31", "2025-07-01")
    assert seasons_of(at, "quarter") == (["2024-Q4", "2025-Q1", "2025-Q2", "2025-Q3"], pytest.approx([1, 0, 3]))
    names, number = seasons_of(at, "month")
    assert (names[0], names[-1], len(names), number.tolist()) == ("2024-12", "2025-07", 8, [2, 0, 7])
    assert seasons_of(at, "year")[0] == ["2024", "2025"]
    assert seasons_of(days("1969-12-31", "1970-01-01"), "year")[0] == ["1969", "1970"]
    assert seasons_of(days(), "year")[0] == []


def test_dates_that_lie_too_far_apart_and_unknown_seasons_are_refused():
    with pytest.raises(ValueError, match="more than 1200 seasons"):
        seasons_of(days("0001-01-01", "9999-01-01"), "month")
    with pytest.raises(ValueError, match="month, quarter, year"):
        seasons_of(days("2025-01-01"), "week")


@given(st.lists(st.integers(0, 20)), st.lists(st.integers(0, 20)))
def test_change_is_that_of_sets(before, after):
    found = change(before, after)
    one, other = set(before), set(after)
    assert (found.kept, found.new, found.lost) == (len(one & other), len(other - one), len(one - other))
    assert found.jaccard == (len(one & other) / len(one | other) if one | other else None)


def test_so_many_months_after_a_day():
    assert str(months_after(np.datetime64("2025-08-31"), 6)) == "2026-02-28"
    assert str(months_after(np.datetime64("2023-08-31"), 6)) == "2024-02-29"
    assert str(months_after(np.datetime64("2025-03-15"), 12)) == "2026-03-15"


def test_the_worked_numbers_of_the_documentation():
    source, target = np.array([0, 1, 0, 3, 2, 0]), np.array([2, 2, 1, 0, 0, 2])
    at = days("2024-01-10", "2024-02-01", "2024-02-02", "2024-03-01", "2024-10-01", "2025-04-01")
    groups = ["a", "a", "b", "b"]
    six, twelve = persistence(source, target, at, groups, np.datetime64("2024-03-31"))
    assert (six.since, six.alive.count, six.alive.of) == ("2024-09-30", 1, 3)
    assert (twelve.since, twelve.alive.count, twelve.alive.of) == ("2025-03-31", 1, 3)


def test_of_what_lies_after_the_end_of_the_record_nothing_is_said():
    source, target, at = np.array([0]), np.array([1]), days("2024-01-10")
    six, _ = persistence(source, target, at, ["a", "b"], np.datetime64("2024-03-31"))
    assert six.alive is None
    until = np.datetime64("2024-12-31")
    six, twelve = persistence(source, target, at, ["a", "b"], np.datetime64("2024-03-31"), until=until)
    assert (six.alive.count, six.alive.of, twelve.alive) == (0, 1, None)


@pytest.mark.parametrize("text", ["", "soon", "31/03/2025", "2025-13-01", "2025-02-30", "99999-01-01"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(ValueError):  # noqa: PT011  # whatever the words
        to_day(text)


def test_a_time_after_the_date_is_let_go():
    assert str(to_day(" 2025-03-31T23:59:00+01:00 ")) == "2025-03-31"
