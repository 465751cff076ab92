"""How important people hold each of several things, from 1 to 9, by group.

    result = ratings_by([{"carer"}, {"nurse"}, …], [{"sleep": 9, "cough": 4}, …], ["sleep", "cough"])
    for one in result.rated: one.question, one.verdict, one.rows

Groups are asked apart, and where they differ it is said. Method and worked numbers: ``docs/methods/priorities.md``.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from coproduce_methods.knowing import Share, share_of
from coproduce_methods.suppression import Row, join_small_groups

METHOD_VERSION = "1.0"
LOWEST, HIGHEST = 1, 9
ENOUGH, TOO_MANY = 0.7, 0.15
"""Held important: 7 to 9 by at least so large a share, and 1 to 3 by less than the other."""


@dataclass(frozen=True)
class RatedRow:
    """What the people of ``groups`` gave one question. ``high`` is the share that gave 7 to 9, ``low`` 1 to 3."""

    groups: Row
    people: int
    median: float
    high: Share
    low: Share
    verdict: str


@dataclass(frozen=True)
class Rated:
    """One question. ``rows`` is empty where too few rated it; small groups are joined by who rated *it*.

    verdict: ``important`` or ``unimportant`` where every row says so, ``groups differ`` where one says important
    and another does not, ``open`` where none is clear, ``too few``
    """

    question: str
    people: int | None
    rows: tuple[RatedRow, ...]
    joined: tuple[Row, ...]
    verdict: str


@dataclass(frozen=True)
class Ratings:
    """All questions, in the order they were given."""

    rated: tuple[Rated, ...]
    threshold: int

    def to_json(self) -> dict[str, Any]:
        """A plain record of it, with the method and its version."""
        return {"method": "ratings", "version": METHOD_VERSION} | asdict(self)


def ratings_by(
    groups: Sequence[Collection[str]],
    ratings: Sequence[Mapping[str, int]],
    questions: Sequence[str],
    threshold: int = 8,
    *,
    others: str = "",
    nothing_said: str = "",
) -> Ratings:
    """Median, share of 7 to 9 and of 1 to 3 with Wilson intervals, and a verdict, by group for each question.

    ``groups`` and ``ratings`` go person by person; a question that is missing was not rated by that person.
    ValueError for lists of different length, a question that was not asked, a rating that is no whole number from 1 to
    9, or threshold < 5.
    """
    if len(groups) != len(ratings):
        raise ValueError("groups and ratings must be lists of the same people")
    if len(set(questions)) != len(questions):
        raise ValueError("questions must each be named once")
    for given in ratings:
        if not set(given) <= set(questions):
            raise ValueError(f"not among the questions: {', '.join(sorted(set(given) - set(questions)))}")
        if any(not isinstance(number, int) or not LOWEST <= number <= HIGHEST for number in given.values()):
            raise ValueError(f"a rating must be a whole number from {LOWEST} to {HIGHEST}")
    held = [frozenset(own) or frozenset([nothing_said]) for own in groups]
    rated = []
    for question in questions:
        found = [(own, given[question]) for own, given in zip(held, ratings, strict=True) if question in given]
        rated.append(_rated(question, found, threshold, others))
    return Ratings(tuple(rated), threshold)


def _rated(question: str, found: Sequence[tuple[frozenset[str], int]], threshold: int, others: str) -> Rated:
    plan = join_small_groups([own for own, _number in found], threshold, others=others)
    if plan.all_hidden:
        return Rated(question, None, (), (), "too few")
    rows = tuple(_row(row, [number for own, number in found if not own.isdisjoint(row)]) for row in plan.rows)
    return Rated(question, len(found), rows, plan.joined, _together({row.verdict for row in rows}))


def _row(row: Row, numbers: Sequence[int]) -> RatedRow:
    high = share_of(sum(number >= 7 for number in numbers), len(numbers))
    low = share_of(sum(number <= 3 for number in numbers), len(numbers))
    return RatedRow(row, len(numbers), float(median(numbers)), high, low, _verdict(high, low))


def _verdict(high: Share, low: Share) -> str:
    above, below = high.share or 0.0, low.share or 0.0
    if above >= ENOUGH and below < TOO_MANY:
        return "important"
    return "unimportant" if below >= ENOUGH and above < TOO_MANY else "open"


def _together(verdicts: set[str]) -> str:
    if len(verdicts) == 1:
        return next(iter(verdicts))
    return "groups differ" if "important" in verdicts else "open"
