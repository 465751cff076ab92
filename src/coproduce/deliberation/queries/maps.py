"""Stored maps of opinion, and the answers that they are made of."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple
from uuid import UUID

import numpy as np
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast
from numpy.typing import NDArray

from coproduce.deliberation.models import Answer, OpinionMap, Response
from coproduce.deliberation.queries.answers import Tally, counted
from coproduce.deliberation.queries.rounds import hidden_claims
from coproduce.deliberation.queries.standing import UNSAID, agreement_on, told_quickly
from coproduce.deliberation.queries.standpoints import ways_of_people
from coproduce.prepared import given, only, prepared
from coproduce.spaces.models import Space
from coproduce.work.models import Piece
from coproduce.work.queries import going_on
from coproduce_methods.agreement import Agreement
from coproduce_methods.suppression import can_be_undone

KIND = "opinion map"
"""What a piece of work that makes a map is called in the queue."""


def newest_map(space: Space) -> OpinionMap | None:
    """The stored map of opinion that was made last; its result, which is large, is read when it is asked for."""
    return only(_newest_map()(space=space.pk))


@prepared
def _newest_map() -> QuerySet[OpinionMap]:
    return OpinionMap.objects.filter(space=given("space")).defer("result").order_by("-computed_at", "-id")[:1]


def map_being_made(space: Space) -> Piece | None:
    """The piece of work that will make the map anew, or does so now. One query."""
    return going_on(space, KIND)


class GroupsTold(NamedTuple):
    """How the people of each group of a map answer one claim. joined: the group with which those few are counted who
    answered it and are in none, since they could be had by subtracting all groups from the total; None where nobody is.
    """

    tallies: list[Tally]
    joined: int | None = None


def group_votes(
    space: Space, labels: Mapping[UUID, int], groups: int, statements: Collection[UUID]
) -> dict[UUID, GroupsTold | None]:
    """How the people of each group of a map answer these claims now; None for a claim where that would tell of few.

    labels: the group of everybody who is in one. The rows of a claim by standpoint are shown as well, so the test that
    nothing smaller can be had by subtracting is made of both tables together (``docs/methods/suppression.md``).
    Four queries.
    """
    ways = {person: frozenset(letters) for person, letters in ways_of_people(space).items()}
    rows = told_quickly(counted(space, statements))
    tallies: dict[UUID, list[Counter[int]]] = {pk: [Counter() for _n in range(groups + 1)] for pk in statements}
    atoms: dict[UUID, Counter[frozenset[str]]] = {pk: Counter() for pk in statements}
    for statement, person, answer in rows:
        group = labels.get(person, groups)
        tallies[statement][group][answer] += 1
        atoms[statement][ways.get(person, UNSAID) | {_mark(group)}] += 1
    every = {pk: sum((Counter(by) for by in counts), Counter()) for pk, counts in tallies.items()}
    agreement = agreement_on(space, {pk: Tally(n[1], n[0], n[-1]) for pk, n in every.items()})
    told: dict[UUID, GroupsTold | None] = {}
    for pk in statements:
        home = _with_whom(tallies[pk], space.threshold)
        if home is not None:
            tallies[pk][home] += tallies[pk][groups]
            atoms[pk] = _moved(atoms[pk], _mark(groups), _mark(home))
        may = _may_be_told(agreement[pk], atoms[pk], groups, space.threshold)
        told[pk] = GroupsTold([Tally(by[1], by[0], by[-1]) for by in tallies[pk][:groups]], home) if may else None
    return told


def _with_whom(counts: Sequence[Counter[int]], threshold: int) -> int | None:
    """The smallest group that anybody of answered, for the few in none, who come last; None where they are not few."""
    *sizes, apart = (by.total() for by in counts)
    if not 0 < apart < threshold:
        return None
    return min((size, group) for group, size in enumerate(sizes) if size)[1] if any(sizes) else None


def _moved(atoms: Counter[frozenset[str]], mark: str, to: str) -> Counter[frozenset[str]]:
    """The same people, with one mark in the place of another."""
    found: Counter[frozenset[str]] = Counter()
    for held, people in atoms.items():
        found[held - {mark} | {to} if mark in held else held] += people
    return found


def _mark(group: int) -> str:
    return f"#{group}"


def _may_be_told(agreement: Agreement, atoms: Counter[frozenset[str]], groups: int, threshold: int) -> bool:
    """Whether the rows by group may be shown beside the rows by standpoint. A row of nobody tells of nobody."""
    if agreement.total is None:
        return False
    marks = [_mark(group) for group in range(groups)]
    sizes = [sum(people for held, people in atoms.items() if mark in held) for mark in marks]
    if any(0 < size < threshold for size in sizes):
        return False
    rows = [row.groups for row in agreement.rows] + [(mark,) for mark, size in zip(marks, sizes, strict=True) if size]
    return not can_be_undone(rows, atoms, threshold)


class Columns(NamedTuple):
    """Answers as three columns of one length, by person and then claim, with the people that they are of in order."""

    people: list[UUID]
    person: NDArray[np.int64]
    statement: NDArray[np.int64]
    answer: NDArray[np.int8]


def answers_now(space: Space, statements: list[UUID]) -> Columns:
    """What ``answers_at`` answers of now, in columns, in a third of the time. Two queries.

    statements: every claim of the space, in order; a column holds its place among them. Identifiers are told apart as
    text, since making a ``UUID`` of half a million of them takes longer than the map that is made of them.
    """
    hidden = list(hidden_claims(space).values_list("pk", flat=True))
    found = Response.objects.filter(statement__space=space, overtaken_at=None).exclude(answer=Answer.NOT_MINE)
    found = found.exclude(statement__in=hidden).order_by()
    rows = list(found.values_list(Cast("person", CharField()), Cast("statement", CharField()), "answer"))
    told_people, told_claims, told_answers = zip(*rows, strict=True) if rows else ((), (), ())
    by_text = {text: UUID(text) for text in set(told_people)}
    people = sorted(by_text.values())
    place_of = {pk: i for i, pk in enumerate(people)}
    column_of = {pk: j for j, pk in enumerate(statements)}
    row_of_text = {text: place_of[pk] for text, pk in by_text.items()}
    column_of_text = {text: column_of[UUID(text)] for text in set(told_claims)}
    person = np.fromiter(map(row_of_text.__getitem__, told_people), dtype=np.int64, count=len(rows))
    statement = np.fromiter(map(column_of_text.__getitem__, told_claims), dtype=np.int64, count=len(rows))
    order = np.lexsort((statement, person))
    answer = np.array(told_answers, dtype=np.int8)
    return Columns(people, person[order], statement[order], answer[order])
