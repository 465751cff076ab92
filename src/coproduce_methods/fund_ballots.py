"""An election over a fund: projects with costs, a budget, and what each voter asked for.

    election = election_of({"bench": 300, "trees": 900}, 1000, [["bench"], ["bench", "trees"]])
    election.grouped.weights      # how many voters cast each different ballot

Ballots are kept row by row in one array (CSR). Voters with the same ballot are always treated
alike by every rule here, so the rules work on different ballots and their weights.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from math import lcm

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

APPROVAL, CUMULATIVE, SCORING, ORDINAL = "approval", "cumulative", "scoring", "ordinal"
BALLOTS = (APPROVAL, CUMULATIVE, SCORING, ORDINAL)
LARGEST = 2**52
"""Costs, budgets and sums of points are below this, in the smallest unit, so that doubles hold them exactly."""


@dataclass(frozen=True, eq=False)
class Election:
    """Projects, their costs, the budget, and the ballots.

    projects: ids; costs, budget: whole numbers of the smallest unit; unit: how many of these are one
    of the money that people speak of (100 where costs have two decimals)
    indptr, chosen: voter v asked for ``chosen[indptr[v]:indptr[v + 1]]``, indices of projects, each once
    scores: points (> 0) beside ``chosen``, or None where a project is asked for or not
    ballot: one of ``BALLOTS``
    ValueError where they do not fit.
    """

    projects: tuple[str, ...]
    costs: Ints
    budget: int
    indptr: Ints
    chosen: Ints
    scores: Ints | None = None
    ballot: str = APPROVAL
    unit: int = 1

    def __post_init__(self) -> None:
        """Refuse arrays that do not fit each other, and numbers too large to be counted exactly."""
        self._fits()
        if len(set(self.projects)) != len(self.projects):
            raise ValueError("two projects have the same id")
        # No sum that anybody here makes can reach what a double does not hold exactly.
        if not 0 <= self.budget < LARGEST or (len(self.costs) and self.costs.min() < 0):
            raise ValueError("the budget and costs must be at least 0 and below 2^52")
        if sum(self.costs.tolist()) >= LARGEST:
            raise ValueError("all costs together must be below 2^52")
        if self.scores is not None and len(self.scores):
            if self.scores.min() <= 0:
                raise ValueError("points must be over 0: leave out what somebody did not ask for")
            if float(self.scores.sum(dtype=np.float64)) >= LARGEST:
                raise ValueError("all points together must be below 2^52")

    def _fits(self) -> None:
        if len(self.costs) != len(self.projects):
            raise ValueError("there must be one cost for each project")
        if self.ballot not in BALLOTS or self.unit < 1:
            raise ValueError(f"ballot must be one of {', '.join(BALLOTS)} and unit at least 1")
        steps = np.diff(self.indptr)
        if not len(self.indptr) or self.indptr[0] != 0 or self.indptr[-1] != len(self.chosen):
            raise ValueError("indptr must go from 0 to the number of choices")
        if len(steps) and steps.min() < 0:
            raise ValueError("indptr must not fall")
        if len(self.chosen) and (self.chosen.min() < 0 or self.chosen.max() >= len(self.projects)):
            raise ValueError("a ballot asks for a project that is not there")
        if self.scores is not None and len(self.scores) != len(self.chosen):
            raise ValueError("there must be points for each choice")

    @property
    def voters(self) -> int:
        """How many people voted, those with empty ballots too: the budget is shared among all of them."""
        return len(self.indptr) - 1

    @cached_property
    def grouped(self) -> "Grouped":
        """Different ballots and how many cast each. ValueError where a ballot names a project twice."""
        return _grouped(self)

    @cached_property
    def votes(self) -> Ints:
        """For each project, how many asked for it."""
        found: Ints = np.bincount(self.chosen, minlength=len(self.projects))
        return found

    @cached_property
    def points(self) -> Ints:
        """For each project, the sum of its points; without points the number who asked for it."""
        if self.scores is None:
            return self.votes
        found = np.bincount(self.chosen, self.scores, minlength=len(self.projects))
        return found.astype(np.int64)

    def in_money(self, amount: int | Fraction) -> Fraction:
        """An amount of smallest units as money."""
        return Fraction(amount) / self.unit


@dataclass(frozen=True, eq=False)
class Grouped:
    """Different ballots, row by row and project by project.

    weights: voters with each ballot; of_voter: the ballot of each voter
    indptr, chosen, scores: the ballots as in ``Election``, projects rising in each (scores: ones without points)
    start, supporters, supporter_scores: ``supporters[start[p]:start[p + 1]]`` asked for project p
    """

    weights: Ints
    of_voter: Ints
    indptr: Ints
    chosen: Ints
    scores: Ints
    start: Ints
    supporters: Ints
    supporter_scores: Ints

    @cached_property
    def supporter_weights(self) -> Ints:
        """``weights`` beside ``supporters``."""
        return self.weights[self.supporters]


def election_of(
    costs: Mapping[str, int | str | Fraction],
    budget: int | str | Fraction,
    ballots: Sequence[Sequence[str] | Mapping[str, int | str | Fraction]],
    *,
    ballot: str | None = None,
) -> Election:
    """An election from plain lists: a ballot is the ids asked for, or ids with their points.

    Amounts may be whole numbers, fractions or decimal text. With ``ballot="ordinal"`` a list is a
    ranking, best first, and the points are Borda's: the last of k has 1, the first k.
    """
    ids = tuple(costs)
    number = {name: i for i, name in enumerate(ids)}
    amounts = [Fraction(cost) for cost in costs.values()]
    unit = lcm(Fraction(budget).denominator, *(amount.denominator for amount in amounts))
    rows: list[Mapping[str, Fraction]] = [_points(row, ballot) for row in ballots]
    scored = ballot not in (None, APPROVAL) or any(isinstance(row, Mapping) for row in ballots)
    parts = lcm(*(value.denominator for row in rows for value in row.values()))
    for row in rows:
        for name in row:
            if name not in number:
                raise ValueError(f"a ballot asks for {name!r}, which is not there")
    kept = [{number[name]: int(value * parts) for name, value in row.items() if value > 0} for row in rows]
    return Election(
        projects=ids,
        costs=np.array([int(amount * unit) for amount in amounts], dtype=np.int64),
        budget=int(Fraction(budget) * unit),
        indptr=np.cumsum([0, *(len(row) for row in kept)]),
        chosen=np.array([p for row in kept for p in row], dtype=np.int64),
        scores=np.array([s for row in kept for s in row.values()], dtype=np.int64) if scored else None,
        ballot=ballot or (SCORING if scored else APPROVAL),
        unit=unit,
    )


def _points(row: Sequence[str] | Mapping[str, int | str | Fraction], ballot: str | None) -> dict[str, Fraction]:
    if isinstance(row, Mapping):
        return {name: Fraction(value) for name, value in row.items()}
    if ballot == ORDINAL:
        return {name: Fraction(len(row) - place) for place, name in enumerate(row)}
    return dict.fromkeys(row, Fraction(1))


def _mixed(number: Ints) -> NDArray[np.uint64]:
    """64 well-mixed bits for each number (Steele, Lea and Flood 2014: the finaliser of SplitMix)."""
    z = (number.astype(np.uint64) + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return z ^ (z >> np.uint64(31))


def _in_order(election: Election) -> tuple[Ints, Ints | None]:
    """Choices and points with the projects rising in each ballot."""
    chosen, scores = election.chosen, election.scores
    key = np.repeat(np.arange(election.voters) * len(election.projects), np.diff(election.indptr)) + chosen
    rises = key[1:] > key[:-1]
    if rises.all():
        return chosen, scores
    if scores is None:
        key.sort()
        order = None
    else:
        order = np.argsort(key)
        key = key[order]
    if (key[1:] == key[:-1]).any():
        raise ValueError("a ballot names a project twice")
    return key % len(election.projects), None if scores is None or order is None else scores[order]


def _first_alike(marks: NDArray[np.uint64]) -> Ints:
    """For each mark the place of one with the same mark: the same place for all that are alike."""
    n = len(marks)
    bits = max(8, int(n).bit_length() + 1)
    found = np.full(n, -1, dtype=np.int64)
    left: Ints = np.arange(n)
    for turn in range(64):
        slot = (marks[left] * np.uint64(2 * turn + 1) >> np.uint64(64 - bits)).astype(np.int64)
        table = np.zeros(1 << bits, dtype=np.int64)
        table[slot] = left
        other = table[slot]
        same = marks[other] == marks[left]
        found[left[same]] = other[same]
        left = left[~same]
        if not len(left):
            return found
    _, first, inverse = np.unique(marks[left], return_index=True, return_inverse=True)
    found[left] = left[first[inverse]]
    return found


def _alike(indptr: Ints, chosen: Ints, scores: Ints | None) -> Ints:
    """For each row the number of one with the very same choices and points."""
    words = _mixed(chosen if scores is None else chosen * 2**31 + scores)
    sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(words)])
    lengths = np.diff(indptr)
    marks = _mixed((sums[indptr[1:]] - sums[indptr[:-1]] + lengths.astype(np.uint64)).view(np.int64))
    alike = _first_alike(marks)
    # Two different ballots may have one mark: then, and only then, they are told apart choice by choice.
    where = np.repeat(indptr[:-1][alike] - indptr[:-1], lengths) + np.arange(len(chosen))
    same = bool((lengths == lengths[alike]).all()) and bool((chosen == chosen[where]).all())
    if same and (scores is None or bool((scores == scores[where]).all())):
        return alike
    seen: dict[bytes, int] = {}
    both = chosen[:, None] if scores is None else np.column_stack([chosen, scores])
    rows = (both[indptr[v] : indptr[v + 1]].tobytes() for v in range(len(lengths)))
    return np.array([seen.setdefault(row, v) for v, row in enumerate(rows)], dtype=np.int64)


def _grouped(election: Election) -> Grouped:
    chosen, scores = _in_order(election)
    indptr, n = election.indptr, election.voters
    alike = _alike(indptr, chosen, scores)
    kept = np.flatnonzero(alike == np.arange(n))
    number = np.empty(n, dtype=np.int64)
    number[kept] = np.arange(len(kept))
    of_voter = number[alike]
    lengths = np.diff(indptr)[kept]
    rows = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(lengths)])
    where = np.repeat(indptr[:-1][kept] - rows[:-1], lengths) + np.arange(rows[-1])
    chosen = chosen[where]
    points = np.ones(len(chosen), dtype=np.int64) if scores is None else scores[where]
    small = chosen.astype(np.uint16) if len(election.projects) < 2**16 else chosen
    order = np.argsort(small, kind="stable")
    counts = np.bincount(chosen, minlength=len(election.projects))
    return Grouped(
        weights=np.bincount(of_voter, minlength=len(kept)).astype(np.int64),
        of_voter=of_voter,
        indptr=rows,
        chosen=chosen,
        scores=points,
        start=np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)]),
        supporters=np.repeat(np.arange(len(kept)), lengths)[order],
        supporter_scores=points[order],
    )
