"""Ratings from 1 to 9 by group: worked numbers, verdicts, and groups that differ."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.ratings import ratings_by

CARERS = [9, 9, 8, 8, 7, 7, 6, 2]
NURSES = [7, 5, 5, 4, 4, 3, 3, 1]
SIDES = [{"carers"}] * 8 + [{"nurses"}] * 8
PEOPLE = st.lists(st.tuples(st.sampled_from([set(), {"a"}, {"b"}]), st.integers(1, 9)), max_size=24)


def rated(groups, numbers, threshold=8):
    return ratings_by(groups, [{"sleep": number} for number in numbers], ["sleep"], threshold).rated[0]


def test_the_worked_numbers_of_the_documentation():
    result = rated(SIDES, CARERS + NURSES)
    assert result.verdict == "groups differ"
    carers, nurses = result.rows
    assert (carers.median, carers.high.count, carers.low.count, carers.verdict) == (7.5, 6, 1, "important")
    assert (nurses.median, nurses.high.count, nurses.low.count, nurses.verdict) == (4, 1, 3, "open")
    assert (carers.high.low, carers.high.high) == pytest.approx((0.409, 0.929), abs=1e-3)


@pytest.mark.parametrize(
    ("carers", "nurses", "verdict"),
    [
        ([9] * 8, [7] * 8, "important"),
        ([1] * 8, [3] * 8, "unimportant"),
        ([5] * 8, [5] * 8, "open"),
        ([9] * 8, [1] * 8, "groups differ"),
        ([1] * 8, [5] * 8, "open"),
    ],
)
def test_verdicts(carers, nurses, verdict):
    assert rated(SIDES, carers + nurses).verdict == verdict


def test_only_who_rated_it_is_counted_and_too_few_show_nothing():
    ratings = [{"sleep": 9}] * 7 + [{"cough": 1}] * 9
    sleep, cough = ratings_by([{"carers"}] * 16, ratings, ["sleep", "cough"]).rated
    assert (sleep.rows, sleep.people, sleep.verdict) == ((), None, "too few")
    assert (cough.people, cough.verdict) == (9, "unimportant")


@given(PEOPLE, st.randoms())
@settings(deadline=None, max_examples=40)
def test_the_order_does_not_matter_and_twice_of_all_says_the_same(people, random):
    people = [*people, *[({"a"}, 9)] * 5, *[({"b"}, 2)] * 5, *[(set(), 5)] * 5]
    shuffled = list(people)
    random.shuffle(shuffled)
    before = rated([g for g, _n in people], [n for _g, n in people], 5)
    assert rated([g for g, _n in shuffled], [n for _g, n in shuffled], 5) == before
    twice = rated([g for g, _n in people * 2], [n for _g, n in people * 2], 5)
    assert [(row.groups, row.median, row.high.share, row.verdict) for row in twice.rows] == [
        (row.groups, row.median, row.high.share, row.verdict) for row in before.rows
    ]
    assert all(row.people >= 5 for row in before.rows)


@pytest.mark.parametrize(
    ("groups", "ratings", "questions", "message"),
    [
        ([{"a"}], [], ["sleep"], "same people"),
        ([{"a"}], [{"cough": 1}], ["sleep"], "cough"),
        ([{"a"}], [{"sleep": 0}], ["sleep"], "from 1 to 9"),
        ([{"a"}], [{"sleep": 9.5}], ["sleep"], "from 1 to 9"),
        ([], [], ["sleep", "sleep"], "once"),
    ],
)
def test_what_makes_no_sense_is_refused(groups, ratings, questions, message):
    with pytest.raises(ValueError, match=message):
        ratings_by(groups, ratings, questions)


def test_the_record_of_it_is_plain():
    assert ratings_by([], [], ["sleep"]).to_json()["rated"][0]["verdict"] == "too few"
