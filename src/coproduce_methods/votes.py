"""Counting votes: approval, score and ranked, each by one rule that is written down.

    count = count_votes("ranked", [(1, 2, None), (2, 1, 1), …], options=3)
    count.first                       # the options that came first: several where they tie
    count.placed[0].place, count.placed[0].figure
    count.pairs, count.chains         # how a ranked count came about, step by step

A choice holds one number for each option, or None. Nothing is drawn by lot and no tie is broken: what ties is said to
tie. Rules, sources and worked numbers: ``docs/methods/votes.md``.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.suppression import Row, join_small_groups

METHOD_VERSION = "1.0"
APPROVAL, SCORE, RANKED = "approval", "score", "ranked"
RULES = (APPROVAL, SCORE, RANKED)
HIGHEST_SCORE = 5

Choice = Sequence[int | None]
"""approval: 1 for each option that is good enough, else 0 or None. score: 0 to 5, None counts as 0. ranked: 1 for
the one liked best, larger for later, equal numbers allowed; None stands below all that have a number."""
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Placed:
    """Where one option (its number in the list, from 0) came out.

    place: 1 for first; options that tie share it. figure: approvals; or points; or, ranked, how many options it comes
    before. spread: approval (no, yes); score how many gave 0, 1, … 5; ranked how many put it first, second, … with
    those who left it out at the end
    """

    option: int
    place: int
    shares_place: bool
    figure: int
    spread: tuple[int, ...]


@dataclass(frozen=True)
class Pair:
    """Two options beside each other: how many papers put ``one`` above ``other``, below it, or say nothing of it."""

    one: int
    other: int
    above: int
    below: int
    neither: int

    @property
    def margin(self) -> int:
        """By how many more papers ``one`` stands above ``other``; negative where it stands below."""
        return self.above - self.below


@dataclass(frozen=True)
class Chain:
    """Why ``one`` comes before ``other`` though it does not beat it directly, or does so in a circle.

    along: the options from one to other, each beating the next by at least ``strength``
    back: the same from other to one (empty where there is no such chain), each by at least ``strength_back``
    """

    one: int
    other: int
    along: tuple[int, ...]
    strength: int
    back: tuple[int, ...]
    strength_back: int


@dataclass(frozen=True)
class Count:
    """The result of one count. ``placed`` in order of place, then of the list.

    papers: how many there were; blank: how many of them said nothing of any option
    first: the options that came first; empty where every paper was blank or there was none
    beats_all: ranked: the option that beats each other one directly, if there is one
    pairs, chains: ranked only
    """

    rule: str
    papers: int
    blank: int
    placed: tuple[Placed, ...]
    first: tuple[int, ...]
    beats_all: int | None = None
    pairs: tuple[Pair, ...] = ()
    chains: tuple[Chain, ...] = ()

    @property
    def is_tie(self) -> bool:
        """Whether several came first together."""
        return len(self.first) > 1

    def to_json(self) -> dict[str, Any]:
        """A plain record of it, with the method and its version."""
        return {"method": "votes", "version": METHOD_VERSION} | asdict(self)


@dataclass(frozen=True)
class GroupCount:
    """The count of the papers of one row of groups (those joined stand in one row)."""

    row: Row
    people: int
    count: Count


def count_votes(rule: str, choices: Sequence[Choice], options: int) -> Count:
    """Count papers by one of ``RULES``. ValueError for an unknown rule or a choice the rule does not allow."""
    for choice in choices:
        check_choice(rule, choice, options)
    if rule == RANKED:
        return _ranked(choices, options)
    return _added_up(rule, choices, options)


def check_choice(rule: str, choice: Choice, options: int) -> None:
    """ValueError where a choice is not one of this rule: too long or short, or a number that it does not know."""
    if rule not in RULES:
        raise ValueError(f"unknown rule {rule!r}")
    if len(choice) != options:
        raise ValueError(f"a choice must have {options} places, not {len(choice)}")
    lowest, highest = {APPROVAL: (0, 1), SCORE: (0, HIGHEST_SCORE), RANKED: (1, options)}[rule]
    for given in choice:
        if given is not None and (type(given) is not int or not lowest <= given <= highest):
            raise ValueError(f"{given!r} is not between {lowest} and {highest}")


def is_blank(rule: str, choice: Choice) -> bool:
    """Whether a paper says nothing: nothing ticked, no points, nothing put in order."""
    return not any(choice) if rule == APPROVAL else all(given is None for given in choice)


def votes_by(
    rule: str,
    groups: Sequence[Collection[str]],
    choices: Sequence[Choice],
    options: int,
    threshold: int = 8,
    *,
    others: str = "",
    nothing_said: str = "",
) -> tuple[GroupCount, ...]:
    """The same count for each group apart, small ones joined as in ``join_small_groups``.

    ``groups`` and ``choices`` go paper by paper; somebody in several groups counts in each. Empty where there are
    too few papers to show any row. ValueError as in ``count_votes``, or for lists of different length.
    """
    if len(groups) != len(choices):
        raise ValueError("groups and choices must be of the same length")
    joined = join_small_groups(groups, threshold, others=others, nothing_said=nothing_said)
    found = []
    for row in joined.rows:
        of_row = [
            choice
            for held, choice in zip(groups, choices, strict=True)
            if not (frozenset(held) or {nothing_said}).isdisjoint(row)
        ]
        found.append(GroupCount(row, len(of_row), count_votes(rule, of_row, options)))
    return tuple(found)


# ── approval and score ───────────────────────────────────────────────────────────────────────────


def _added_up(rule: str, choices: Sequence[Choice], options: int) -> Count:
    highest = 1 if rule == APPROVAL else HIGHEST_SCORE
    given = np.array([[each or 0 for each in choice] for choice in choices], dtype=np.int64).reshape(-1, options)
    spread = np.stack([(given == points).sum(axis=0) for points in range(highest + 1)], axis=1)
    totals = given.sum(axis=0)
    blank = sum(is_blank(rule, choice) for choice in choices)
    places = 1 + (totals[None, :] > totals[:, None]).sum(axis=1)
    first = () if blank == len(choices) else tuple(int(i) for i in np.flatnonzero(places == 1))
    return Count(rule, len(choices), blank, _placed(places, totals, spread), first)


def _placed(places: Whole, figures: Whole, spread: Whole) -> tuple[Placed, ...]:
    sharing = np.bincount(places, minlength=len(places) + 1)
    rows = [
        Placed(i, int(place), bool(sharing[place] > 1), int(figures[i]), tuple(int(n) for n in spread[i]))
        for i, place in enumerate(places)
    ]
    return tuple(sorted(rows, key=lambda row: (row.place, row.option)))


# ── ranked: Schulze's rule ───────────────────────────────────────────────────────────────────────


def _ranked(choices: Sequence[Choice], options: int) -> Count:
    last = options + 1
    ranks = np.array([[each or last for each in choice] for choice in choices], dtype=np.int64).reshape(-1, options)
    above = np.zeros((options, options), dtype=np.int64)
    for i in range(options):
        above[i] = (ranks[:, i, None] < ranks).sum(axis=0)
    strengths = strongest_chains(above - above.T)
    before = strengths > strengths.T
    blank = sum(is_blank(RANKED, choice) for choice in choices)
    places = 1 + before.sum(axis=0)
    spread = np.stack([(ranks == rank).sum(axis=0) for rank in range(1, last + 1)], axis=1)
    beats_all = [i for i in range(options) if options > 1 and (np.delete(above[i] - above[:, i], i) > 0).all()]
    first = () if blank == len(choices) else tuple(int(i) for i in np.flatnonzero(~before.any(axis=0)))
    pairs = tuple(
        Pair(i, j, int(above[i, j]), int(above[j, i]), len(choices) - int(above[i, j] + above[j, i]))
        for i in range(options)
        for j in range(i + 1, options)
    )
    return Count(
        RANKED,
        len(choices),
        blank,
        _placed(places, before.sum(axis=1), spread),
        first,
        beats_all[0] if beats_all else None,
        pairs,
        _chains(above - above.T, strengths, before),
    )


def strongest_chains(margins: Whole) -> Whole:
    """For each two options the strength of the strongest chain of wins from one to the other, 0 where there is none.

    A chain is as strong as its weakest win. (The widest path of a graph, as Floyd and Warshall find shortest ones.)
    """
    strengths: Whole = np.where(margins > 0, margins, 0)
    np.fill_diagonal(strengths, 0)
    for through in range(len(strengths)):
        by_way_of = np.minimum(strengths[:, through, None], strengths[None, through, :])
        strengths = np.maximum(strengths, by_way_of)
        np.fill_diagonal(strengths, 0)
    return strengths


def _chains(margins: Whole, strengths: Whole, before: NDArray[np.bool_]) -> tuple[Chain, ...]:
    """What settles each two options that are in a circle: where both have a chain of wins to the other."""
    found = []
    for i, j in zip(*np.nonzero(before), strict=True):
        if strengths[j, i] == 0:
            continue
        along = _path(margins, int(i), int(j), int(strengths[i, j]))
        back = _path(margins, int(j), int(i), int(strengths[j, i]))
        found.append(Chain(int(i), int(j), along, int(strengths[i, j]), back, int(strengths[j, i])))
    return tuple(found)


def _path(margins: Whole, start: int, end: int, strength: int) -> tuple[int, ...]:
    """The shortest chain from start to end in which every win is by at least ``strength``."""
    came_from = {start: start}
    edge = [start]
    while end not in came_from:
        reached = []
        for at in edge:
            for to in np.flatnonzero(margins[at] >= strength):
                if int(to) not in came_from:
                    came_from[int(to)] = at
                    reached.append(int(to))
        edge = reached
    path = [end]
    while path[-1] != start:
        path.append(came_from[path[-1]])
    return tuple(reversed(path))
