"""Measures of a decision, by hand and against their definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.fund_allocation import allocate
from coproduce_methods.fund_ballots import election_of
from coproduce_methods.fund_fairness import age_bands, fairness, gini


def worked():
    """The worked numbers of docs/methods/fund_allocation.md."""
    ballots = [["bench", "trees"], ["bench", "trees"], ["trees"], ["trees"], ["swings"], []]
    return election_of({"bench": 200, "trees": 300, "swings": 500}, 600, ballots)


def test_by_hand():
    election = worked()
    told = fairness(election, [0, 1], {"street": ["a", "a", "b", "b", "b", "a"]}, smallest=1)
    assert (told.voters, told.asked, told.left_out) == (6, 5, 1)
    assert told.exclusion == pytest.approx(1 / 5)
    assert told.projects == pytest.approx((2 + 2 + 1 + 1 + 0) / 5)
    assert told.granted == pytest.approx(4 / 5)
    assert told.money == pytest.approx((500 + 500 + 300 + 300 + 0) / 5)
    # Parts: 100 + 75 twice, 75 twice, 0.
    assert told.gini == pytest.approx(gini(np.array([175.0, 175, 75, 75, 0])))
    a, b = told.groups
    assert (a.label, a.voters, a.part, a.spending, a.left_out) == ("a", 3, 0.5, pytest.approx(350 / 500), 0)
    assert (b.label, b.voters, b.part, b.spending, b.left_out) == ("b", 3, 0.5, pytest.approx(150 / 500), 1 / 3)


def test_the_worked_numbers_of_the_document():
    election = worked()
    once, again = allocate(election), allocate(election, completion="add1")
    assert [election.projects[p] for p in once.selected] == ["trees"]
    assert (once.share, once.prices[0].each, once.prices[0].full) == (100, 75, 4)
    assert {election.projects[lost.project]: lost.lacking for lost in once.lost} == {"bench": 150, "swings": 400}
    assert [election.projects[p] for p in again.selected] == ["trees", "bench"]
    assert (again.raised, again.share, again.spent) == (75, 175, 500)
    assert [price.each for price in again.prices] == [75, 100]


def test_small_groups_are_told_together_and_never_alone():
    ballots = [["bench"]] * 24
    election = election_of({"bench": 1}, 1, ballots)
    cells = ["x"] * 13 + ["y"] * 8 + ["z"] * 2 + [""]
    told = fairness(election, [0], {"street": cells}, smallest=8).groups
    assert [(g.label, g.voters, g.labels) for g in told] == [("x", 13, ()), ("others", 11, ("not said", "y", "z"))]
    one = fairness(election, [0], {"street": ["x"] * 20 + ["y"] * 4}, smallest=8).groups
    assert [(g.label, g.voters) for g in one] == [("others", 24)]
    with pytest.raises(ValueError, match="one cell for each voter"):
        fairness(election, [0], {"street": ["x"]})


def test_nobody_asked_for_anything():
    told = fairness(election_of({"bench": 1}, 1, [[], []]), [0], {"street": ["x", "x"]}, smallest=1)
    assert (told.asked, told.exclusion, told.projects, told.granted, told.money, told.gini) == (0, *[None] * 5)
    assert (told.groups[0].spending, told.groups[0].left_out) == (0.0, None)


def test_ages_are_told_in_bands():
    assert age_bands(["17", "18", "24", "75", "101", "", "F", "1999", "٣"]) == [
        "0–17",
        "18–24",
        "18–24",
        "75 and over",
        "75 and over",
        "",
        "F",
        "1999",
        "٣",
    ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 50), min_size=1, max_size=12))
def test_gini_is_half_the_mean_difference_over_the_mean(amounts):
    found = gini(np.array(amounts, dtype=float))
    if not sum(amounts):
        assert found is None
        return
    differences = sum(abs(a - b) for a in amounts for b in amounts)
    assert found == pytest.approx(differences / (2 * len(amounts) * sum(amounts)))
    assert -1e-12 <= found < 1


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_spending_of_all_groups_is_all_spending(data):
    n = data.draw(st.integers(1, 12))
    ids = [f"p{i}" for i in range(4)]
    ballots = [data.draw(st.sets(st.sampled_from(ids))) for _ in range(n)]
    election = election_of({name: data.draw(st.integers(0, 9)) for name in ids}, 20, [sorted(row) for row in ballots])
    selected = sorted(data.draw(st.sets(st.integers(0, 3))))
    cells = [data.draw(st.sampled_from(["a", "b", ""])) for _ in range(n)]
    told = fairness(election, selected, {"street": cells}, smallest=data.draw(st.integers(1, 4)))
    spent_on_wishes = sum(election.costs[p] for p in selected if election.votes[p])
    assert sum(group.voters for group in told.groups) == n
    assert sum(group.spending for group in told.groups) == pytest.approx(1.0 if spent_on_wishes else 0.0)
    funded = {ids[p] for p in selected}
    assert told.left_out == sum(bool(row) and not row & funded for row in ballots)
