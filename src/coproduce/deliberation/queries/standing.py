"""What follows from all answers of a space: counted once, and again only when something was done there.

Counting a quarter of a million answers takes longer than the rest of a page. What was counted is kept by the process
under the newest events of the record, of which every action leaves one: so it cannot go on saying what was true
before somebody answered, spoke from somewhere else or put a claim out of sight, and there is no counter to go astray.
Only numbers are kept here, never a person's answer or words.
"""

import time
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import NamedTuple
from uuid import UUID

from django.db.models import CharField, Count, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Cast

from coproduce.deliberation.models import Answer, Importance, Response, Statement
from coproduce.deliberation.queries.answers import Tally, counted, people_who_answered, shown, tallies
from coproduce.deliberation.queries.claims import statements_in
from coproduce.deliberation.queries.rounds import hidden_claims
from coproduce.deliberation.queries.standpoints import ways_of_people
from coproduce.history.models import INSTALLATION, Event
from coproduce.prepared import given, only, prepared
from coproduce.spaces.models import Space
from coproduce_methods.agreement import Agreement, agreement_of

NEARLY_EVERYONE = 0.8
IN_EVERY_GROUP = 0.6
BOTH_SIDES = 0.2
LOOKED_AT = 8
"""So many claims of each kind are looked at by standpoint before the first few are shown."""


LARGE = 20_000
"""Answers. From here on people may come quicker than all is counted anew for each of them."""
FRESH_FOR = 3.0


class Mattering(NamedTuple):
    """How many said how much a claim matters to them, and to how many of them it matters a lot."""

    said: int = 0
    a_lot: int = 0


Events = tuple[str, str]
"""The hashes of the newest event of a space and of the installation."""


@dataclass(frozen=True, slots=True)
class Standing:
    """The numbers of a space. events: until when it is counted.

    claims: how many are in sight; hidden: of how many answers are out of sight while a round is open. people: who
    said how they see at least one of the others; apart: who said only that one is not theirs to say. in_map: how many
    answers a map made now is of: also those to claims that were put out of sight, which bear on nothing in it.
    tallies: of claims that somebody answered. enough: claims that as many people answered as may be shown. shared,
    divided, mattering: of these, in the order to show them (``results``). agreement: by standpoint, of the claims in
    these three. argued: of the divided ones, those with reasons given on either side; with_reasons: those with any.
    """

    events: Events
    claims: int
    hidden: int
    people: int
    apart: int
    answers: int
    in_map: int
    tallies: Mapping[UUID, Tally]
    matters: Mapping[UUID, Mattering]
    enough: tuple[UUID, ...]
    shared: tuple[UUID, ...]
    divided: tuple[UUID, ...]
    mattering: tuple[UUID, ...]
    agreement: Mapping[UUID, Agreement]
    argued: frozenset[UUID]
    with_reasons: frozenset[UUID]


def standing_of(space: Space) -> Standing:
    """The numbers of a space as they are now; of one with very many answers, as they were ``FRESH_FOR`` seconds ago at
    most. One query where nothing was done there since they were counted.
    """
    events = newest_events(space)
    last = _of_large.get(space.pk)
    if last is not None and last.standing.events != events and (last.is_fresh or not last.turn.acquire(blocking=False)):
        return last.standing
    try:
        now = _counted_at(space, events)
        if now.answers >= LARGE and (last is None or last.standing is not now):
            _of_large[space.pk] = _Large(now, time.monotonic(), last.turn if last else Lock())
        return now
    finally:
        if last is not None and last.standing.events != events:
            last.turn.release()


class _Large(NamedTuple):
    """What was last counted of a space with very many answers, when, and the turn to count it again: whoever comes
    while another thread counts is shown what was counted last."""

    standing: Standing
    at: float
    turn: Lock

    @property
    def is_fresh(self) -> bool:
        return time.monotonic() - self.at < FRESH_FOR


_of_large: dict[UUID, _Large] = {}


def newest_events(space: Space) -> Events:
    """What changes whenever anything does in this space."""
    here, elsewhere = only(_newest_events()(space=space.pk)) or ("", "")
    return here or "", elsewhere or ""


@prepared
def _newest_events() -> QuerySet[Space, tuple[str | None, str | None]]:
    def last(stream: Q) -> Subquery:
        return Subquery(Event.objects.filter(stream).order_by("-sequence").values("hash")[:1])

    both = last(Q(stream=OuterRef("pk"))), last(Q(stream=INSTALLATION))
    return Space.objects.filter(pk=given("space")).values_list(*both)


@lru_cache(maxsize=32)
def _counted_at(space: Space, events: Events) -> Standing:
    by_claim = tallies(space)
    matters = mattering_of(space)
    enough = {pk: tally for pk, tally in by_claim.items() if tally.answered >= space.threshold}
    held = sorted(enough, key=lambda pk: (-enough[pk].held, pk))[:LOOKED_AT]
    apart = sorted(enough, key=lambda pk: (-enough[pk].divided, pk))[:LOOKED_AT]
    mattering = _matter_to_many(enough, matters, space.threshold)
    answers = sum(tally.answered for tally in by_claim.values())
    agreement = agreement_on(space, {pk: enough[pk] for pk in dict.fromkeys([*held, *apart, *mattering])})
    divided = tuple(pk for pk in apart if is_divided(enough[pk], agreement[pk]))
    shared = [pk for pk in held if is_shared(enough[pk], agreement[pk])]
    sides = _sides_with_reasons(space, divided)
    people = people_who_answered(space)
    return Standing(
        events=events,
        claims=statements_in(space).count(),
        hidden=hidden_claims(space).filter(hidden_at=None).count(),
        people=people.seeing,
        apart=people.apart,
        answers=answers,
        in_map=answers + _answers_out_of_sight(space),
        tallies=by_claim,
        matters=matters,
        enough=tuple(enough),
        # Those that can be shown by standpoint come first.
        shared=tuple(sorted(shared, key=lambda pk: not agreement[pk].rows)),
        divided=divided,
        mattering=mattering,
        agreement=agreement,
        argued=frozenset(pk for pk, answers in sides.items() if {Answer.AGREE, Answer.DISAGREE} <= answers),
        with_reasons=frozenset(sides),
    )


def _answers_out_of_sight(space: Space) -> int:
    """How many answers count that were given to claims put out of sight. One query."""
    gone = Statement.objects.filter(space=space, hidden_at__isnull=False).exclude(
        pk__in=hidden_claims(space).values("pk")
    )
    found = Response.objects.filter(statement__in=gone.order_by().values("pk"), overtaken_at=None)
    return found.exclude(answer=Answer.NOT_MINE).count()


def _sides_with_reasons(space: Space, statements: Collection[UUID]) -> dict[UUID, set[int]]:
    """The answers to these claims for which somebody gave a reason, whoever may read it. One query."""
    rows = counted(space, statements).exclude(reason="").order_by().values_list("statement", "answer").distinct()
    sides: dict[UUID, set[int]] = {}
    for statement, answer in rows if statements else ():
        sides.setdefault(statement, set()).add(answer)
    return sides


# ── which claims are shown as what ───────────────────────────────────────────────────────────────


def is_shared(tally: Tally, agreement: Agreement) -> bool:
    """Whether nearly everyone agrees, and most of every group shown."""
    everywhere = all(row.agree >= IN_EVERY_GROUP * row.people for row in agreement.rows)
    return tally.agree >= NEARLY_EVERYONE * tally.answered and everywhere


def is_divided(tally: Tally, agreement: Agreement) -> bool:
    """Whether there are people on both sides, or groups shown of which one leans one way and one the other."""
    both = min(tally.agree, tally.disagree) >= BOTH_SIDES * tally.answered
    leaning = [row.agree - row.disagree for row in agreement.rows]
    return both or (min(leaning, default=0) < 0 < max(leaning, default=0))


def _matter_to_many(
    enough: Mapping[UUID, Tally], matters: Mapping[UUID, Mattering], threshold: int
) -> tuple[UUID, ...]:
    """Claims that fewer than half agree with and that matter a lot to as many as may be told, most of them first."""
    found = [
        pk
        for pk, tally in enough.items()
        if 2 * tally.agree < tally.answered and matters.get(pk, Mattering()).a_lot >= threshold
    ]
    return tuple(sorted(found, key=lambda pk: (-matters[pk].a_lot, pk))[:LOOKED_AT])


def mattering_of(space: Space, statements: Collection[UUID] | None = None) -> dict[UUID, Mattering]:
    """How much claims matter to people, of those whose answers are shown (or of some). One query."""
    told = shown(space, statements).filter(importance__isnull=False).order_by().values("statement")
    rows = told.annotate(said=Count("pk"), a_lot=Count("pk", filter=Q(importance=Importance.A_LOT))).values_list(
        "statement", "said", "a_lot"
    )
    return {statement: Mattering(said, a_lot) for statement, said, a_lot in rows}


# ── by standpoint ────────────────────────────────────────────────────────────────────────────────


def agreement_on(space: Space, counts: Mapping[UUID, Tally]) -> dict[UUID, Agreement]:
    """For each claim in ``counts`` what may be shown of its answers by standpoint, small groups joined.

    Two queries. Only answers of people who said where they speak from are read one by one.
    """
    held = {person: frozenset(letters) for person, letters in ways_of_people(space).items()}
    given: dict[UUID, dict[tuple[frozenset[str], int], int]] = {statement: {} for statement in counts}
    if held:
        rows = counted(space, list(counts))
        if len(held) < 500:
            rows = rows.filter(person__in=list(held))
        for statement, person, answer in told_quickly(rows):
            if person in held:
                cell = (held[person], answer)
                given[statement][cell] = given[statement].get(cell, 0) + 1
    return {statement: _agreement(tally, given[statement], space.threshold) for statement, tally in counts.items()}


def told_quickly(answers: QuerySet[Response]) -> Iterator[tuple[UUID, UUID, int]]:
    """(claim, person, answer) of each, in no order. One query.

    The database gives identifiers as text, and each is made a ``UUID`` once: to make one of every cell takes longer
    than all the rest where there are tens of thousands.
    """
    known: dict[str, UUID] = {}
    as_text = answers.order_by().values_list(Cast("statement", CharField()), Cast("person", CharField()), "answer")
    for statement, person, answer in as_text.iterator(chunk_size=2000):
        for text in (statement, person):
            if text not in known:
                known[text] = UUID(text)
        yield known[statement], known[person], answer


UNSAID = frozenset([""])
"""Where somebody speaks from who has not said."""


def _agreement(tally: Tally, given: dict[tuple[frozenset[str], int], int], threshold: int) -> Agreement:
    for value, total in ((1, tally.agree), (0, tally.unsure), (-1, tally.disagree)):
        known = sum(people for (_held, answer), people in given.items() if answer == value)
        if total > known:
            given[UNSAID, value] = total - known
    return agreement_of(given, threshold)
