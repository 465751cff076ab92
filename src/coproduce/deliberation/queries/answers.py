"""What people answer: counted, one person's own, what they are asked next, and as it stood at a moment."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from coproduce.contributions.queries import assisted_members
from coproduce.deliberation.models import (
    Answer,
    EarlierResponse,
    Response,
    Statement,
    Value,
)
from coproduce.deliberation.queries.claims import statement_in, statements_in
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, Space

OFFERED: tuple[Promise, ...] = (
    gettext_lazy("fairness"),
    gettext_lazy("being heard"),
    gettext_lazy("dignity"),
    gettext_lazy("safety"),
    gettext_lazy("honesty"),
    gettext_lazy("kindness"),
    gettext_lazy("living my own life"),
    gettext_lazy("what experience teaches"),
    gettext_lazy("evidence"),
    gettext_lazy("money well spent"),
)
"""Offered in a space that has not said what it offers."""


class Tally(NamedTuple):
    """How many people gave each answer."""

    agree: int = 0
    unsure: int = 0
    disagree: int = 0

    @property
    def answered(self) -> int:
        return self.agree + self.unsure + self.disagree

    @property
    def held(self) -> float:
        """The share that agrees, drawn towards one half where few have answered."""
        return (self.agree + 1) / (self.answered + 2)

    @property
    def divided(self) -> float:
        """The share of the smaller side of agree and disagree, drawn towards none where few have answered."""
        return min(self.agree, self.disagree) / (self.answered + 2)


def tallies(space: Space, statements: Collection[UUID] | None = None) -> dict[UUID, Tally]:
    """Answers counted for every claim in sight (or for some), those with none left out. One query."""
    found = Response.objects.filter(statement__in=statements_in(space).order_by().values("pk"))
    if statements is not None:
        found = Response.objects.filter(statement__in=list(statements))
    counted: dict[UUID, dict[int, int]] = {}
    rows = found.order_by().values_list("statement", "answer").annotate(n=Count("*"))
    for statement, answer, n in rows:
        counted.setdefault(statement, {})[answer] = n
    return {
        statement: Tally(by.get(Answer.AGREE, 0), by.get(Answer.UNSURE, 0), by.get(Answer.DISAGREE, 0))
        for statement, by in counted.items()
    }


def people_who_answered(space: Space) -> int:
    """How many members have said how they see at least one claim in sight. One query, a look per member."""
    # Asked of an expression, so that SQLite begins from the person's few answers and not from every claim.
    answers = Response.objects.filter(person=OuterRef("person")).annotate(of=Coalesce("statement", "statement"))
    answers = answers.filter(of__in=statements_in(space).order_by().values("pk"))
    return Membership.objects.filter(Exists(answers), space=space).count()


def next_statement(place: Place, person: Person, skipped: Iterable[str] = ()) -> Statement | None:
    """The claim that ``person`` is asked about next: of those they have neither answered nor skipped, the one that
    fewest people have answered; of equal ones the order differs from person to person. None when all are done.
    """
    answered = Response.objects.filter(person=person, statement=OuterRef("pk"))
    open_ones = statements_in(place.space).exclude(Exists(answered)).exclude(pk__in=list(skipped))
    pks = list(open_ones.order_by().values_list("pk", flat=True))
    if not pks:
        return None
    counts = tallies(place.space, pks if len(pks) < 500 else None)
    first = min(pks, key=lambda pk: (counts.get(pk, Tally()).answered, pk.int ^ person.pk.int))
    return statement_in(place, first)


def left_to_answer(place: Place, person: Person) -> tuple[int, int]:
    """(claims that this person has answered, claims in sight)."""
    total = statements_in(place.space).count()
    done = Response.objects.filter(person=person, statement__space=place.space, statement__hidden_at=None).count()
    return done, total


def speaker(place: Place, named: str) -> Person:
    """Whose answer or position it is: the person signed in, or the assisted member whom a facilitator named.

    named: an identifier, or "" for oneself. ``NotHere`` for anybody else.
    """
    if not named and place.person is not None:
        return place.person
    if place.is_facilitator:
        for person in assisted_members(place.space):
            if str(person.pk) == named:
                return person
    raise NotHere


def values_offered(space: Space) -> list[str]:
    """The names to choose from: what the space offers and what people added; before that, ``OFFERED``."""
    rows = list(Value.objects.filter(space=space).order_by("added_at", "name"))
    offered = [row.name for row in rows if row.added_by_id is None]
    known = {name.casefold() for name in offered}
    if not offered or known <= {str(name).casefold() for name in OFFERED}:
        offered += [str(name) for name in OFFERED if str(name).casefold() not in known]
    have = {name.casefold() for name in offered}
    return offered + [row.name for row in rows if row.name.casefold() not in have]


def response_of(statement: Statement, person: Person) -> Response | None:
    """What this person says to the claim now, with its values and what they said before."""
    return (
        Response.objects.filter(statement=statement, person=person)
        .prefetch_related("values", "earlier")
        .select_related("person", "recorded_by")
        .first()
    )


def answers_at(space: Space, at: datetime | None = None) -> list[tuple[UUID, UUID, int]]:
    """(person, claim, answer) of every answer to a claim of the space, now or as it was at a moment, in their order."""
    now = Response.objects.filter(statement__space=space).order_by("person", "statement")
    if at is None:
        return list(now.values_list("person", "statement", "answer"))
    then = {(person, claim): answer for person, claim, answer in _changed_since(space, at)}
    given = now.filter(answered_at__lte=at).values_list("person", "statement", "answer")
    then |= {(person, claim): answer for person, claim, answer in given}
    return [(person, claim, then[person, claim]) for person, claim in sorted(then)]


def _changed_since(space: Space, at: datetime) -> Iterable[tuple[UUID, UUID, int]]:
    before = EarlierResponse.objects.filter(response__statement__space=space, answered_at__lte=at, until__gt=at)
    return before.order_by("answered_at").values_list("response__person", "response__statement", "answer")
