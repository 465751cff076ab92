"""Counting: the numbers of ``docs/methods/votes.md``, the definition tried chain by chain, and what is claimed."""

from itertools import pairwise, permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.votes import Chain, Pair, count_votes, is_blank, votes_by


def order(said, options="ABCD"):
    """A ranked choice from a string of letters; those left out get None."""
    return tuple(said.index(one) + 1 if one in said else None for one in options)


SCHULZE = [(8, "ACDB"), (2, "BADC"), (4, "CDBA"), (4, "DBAC"), (3, "DCBA")]
TENNESSEE = [(42, "ABCD"), (26, "BCDA"), (15, "CDBA"), (17, "DCBA")]


def papers(said):
    return [order(one) for times, one in said for _each in range(times)]


def names(count):
    return "".join("ABCDE"[row.option] for row in count.placed)


def test_a_circle_is_settled_by_the_strongest_chains():
    count = count_votes("ranked", papers(SCHULZE), 4)
    assert {(pair.one, pair.other): (pair.above, pair.below) for pair in count.pairs} == {
        (0, 1): (8, 13), (0, 2): (14, 7), (0, 3): (10, 11), (1, 2): (6, 15), (1, 3): (2, 19), (2, 3): (12, 9)
    }  # fmt: skip
    assert names(count) == "DACB"
    assert count.first == (3,)
    assert count.beats_all is None
    assert Chain(3, 0, (3, 1, 0), 5, (0, 2, 3), 3) in count.chains


def test_what_wins_against_each_other_is_first():
    count = count_votes("ranked", papers(TENNESSEE), 4)
    assert names(count) == "BCDA"
    assert count.beats_all == 1
    assert Pair(0, 1, 42, 58, 0) in count.pairs
    assert count.chains == ()
    assert count.placed[-1].spread == (42, 0, 0, 58, 0)


def test_45_people_and_five_options():
    said = [
        (5, "ACBED"),
        (5, "ADECB"),
        (8, "BEDAC"),
        (3, "CABED"),
        (7, "CAEBD"),
        (2, "CBADE"),
        (7, "DCEBA"),
        (8, "EBADC"),
    ]
    count = count_votes("ranked", [order(one, "ABCDE") for times, one in said for _ in range(times)], 5)
    assert names(count) == "EACBD"


def test_approval_and_its_tie():
    count = count_votes("approval", [(1, 1, 0), (1, None, 0), (0, 1, 1), (0, 0, 0)], 3)
    assert [row.figure for row in count.placed] == [2, 2, 1]
    assert (count.first, count.is_tie, count.blank, count.papers) == ((0, 1), True, 1, 4)
    assert count.placed[0].spread == (2, 2)
    assert [row.shares_place for row in count.placed] == [True, True, False]


def test_points_are_added_up_and_their_spread_stays():
    given_points = [(5, 3), (5, 3), (5, 3), (0, 3), (None, 3)]
    count = count_votes("score", given_points, 2)
    assert (count.first, [row.figure for row in count.placed]) == ((0, 1), [15, 15])
    assert count.placed[0].spread == (2, 0, 0, 0, 0, 3)
    assert count_votes("score", [(5, 4), *given_points[1:]], 2).first == (1,)


@pytest.mark.parametrize("rule", ["approval", "score", "ranked"])
def test_blank_papers_put_nothing_first(rule):
    count = count_votes(rule, [(None, None), (None, None)], 2)
    assert (count.first, count.blank, count.papers) == ((), 2, 2)
    assert count_votes(rule, [], 2).first == ()


@pytest.mark.parametrize(
    ("rule", "choice"),
    [("approval", (2, 0)), ("score", (6, 0)), ("score", (-1, 0)), ("ranked", (0, 1)), ("ranked", (3, 1)),
     ("ranked", (1,)), ("approval", (True, 0)), ("score", (1.0, 2)), ("plurality", (1, 0))],
)  # fmt: skip
def test_what_a_rule_does_not_know_is_refused(rule, choice):
    with pytest.raises(ValueError, match=r"must|not between|unknown"):
        count_votes(rule, [choice], 2)


def test_groups_apart_and_small_ones_joined():
    groups = ["L"] * 8 + ["C"] * 8 + ["P"] * 2
    choices = [(1, 0)] * 8 + [(0, 1)] * 10
    found = votes_by("approval", groups, choices, 2)
    assert sorted((row.row, row.people, row.count.first) for row in found) == [
        (("C", "P"), 10, (1,)), (("L",), 8, (0,))
    ]  # fmt: skip
    assert votes_by("approval", groups[:5], choices[:5], 2) == ()


# ── the definition, and what is claimed of it ────────────────────────────────────────────────────

OPTIONS = 4
ranked_papers = st.lists(st.tuples(*[st.one_of(st.none(), st.integers(1, OPTIONS))] * OPTIONS), min_size=1, max_size=9)
scores = st.lists(st.tuples(*[st.integers(0, 5)] * 3), min_size=1, max_size=8)


def margins_of(choices):
    last = OPTIONS + 1
    return [
        [sum((c[i] or last) < (c[j] or last) for c in choices) - sum((c[j] or last) < (c[i] or last) for c in choices)
         for j in range(OPTIONS)]
        for i in range(OPTIONS)
    ]  # fmt: skip


def strongest(margins, one, other):
    """Every chain there is, tried one by one."""
    between = [k for k in range(OPTIONS) if k not in (one, other)]
    chains = [(one, *through, other) for n in range(len(between) + 1) for through in permutations(between, n)]
    return max([min(margins[a][b] for a, b in pairwise(c)) for c in chains] + [0])


@settings(max_examples=150, deadline=None)
@given(ranked_papers)
def test_the_ranked_rule_is_its_definition(choices):
    margins = margins_of(choices)
    p = {(i, j): strongest(margins, i, j) for i in range(OPTIONS) for j in range(OPTIONS) if i != j}
    wanted = tuple(i for i in range(OPTIONS) if all(p[i, j] >= p[j, i] for j in range(OPTIONS) if j != i))
    count = count_votes("ranked", choices, OPTIONS)
    assert count.first == (() if all(is_blank("ranked", c) for c in choices) else wanted)
    for row in count.placed:
        before = sum(p[j, row.option] > p[row.option, j] for j in range(OPTIONS) if j != row.option)
        assert row.place == before + 1
    for chain in count.chains:
        assert (chain.strength, chain.strength_back) == (p[chain.one, chain.other], p[chain.other, chain.one])
        assert min(margins[a][b] for a, b in pairwise(chain.along)) == chain.strength
        assert min(margins[a][b] for a, b in pairwise(chain.back)) == chain.strength_back


@settings(max_examples=60, deadline=None)
@given(ranked_papers, st.permutations(range(OPTIONS)), st.randoms())
def test_neither_the_order_of_options_nor_of_papers_matters(choices, moved, chance):
    count = count_votes("ranked", choices, OPTIONS)
    mixed = [tuple(choice[old] for old in moved) for choice in choices]
    chance.shuffle(mixed)
    again = count_votes("ranked", mixed, OPTIONS)
    assert {moved[i] for i in again.first} == set(count.first)


@settings(max_examples=60, deadline=None)
@given(ranked_papers, st.data())
def test_putting_the_first_higher_never_harms_it(choices, data):
    count = count_votes("ranked", choices, OPTIONS)
    if not count.first:
        return
    winner, which = count.first[0], data.draw(st.integers(0, len(choices) - 1))
    raised = list(choices)
    others = [(rank or OPTIONS) for rank in choices[which]]
    raised[which] = tuple(1 if i == winner else min(OPTIONS, max(2, rank)) for i, rank in enumerate(others))
    if all((raised[which][i] < raised[which][j]) == ((choices[which][i] or 9) < (choices[which][j] or 9))
           for i in range(OPTIONS) for j in range(OPTIONS) if winner not in (i, j)):  # fmt: skip
        assert winner in count_votes("ranked", raised, OPTIONS).first


@settings(max_examples=60, deadline=None)
@given(scores, scores)
def test_two_groups_that_agree_what_is_first_agree_together(one, other):
    first = set(count_votes("score", one, 3).first) & set(count_votes("score", other, 3).first)
    if first:
        assert set(count_votes("score", one + other, 3).first) == first
