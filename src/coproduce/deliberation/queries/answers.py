"""What people answer: counted, one person's own, what they are asked next, and as it stood at a moment."""

import hashlib
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from coproduce import clock
from coproduce.contributions.queries import assisted_members
from coproduce.deliberation.models import (
    SEEN,
    Answer,
    EarlierResponse,
    Response,
    Round,
    Statement,
)
from coproduce.deliberation.queries.claims import statement_in, statements_in
from coproduce.deliberation.queries.rounds import hidden_claims, shown_claims
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, Space


class Tally(NamedTuple):
    """How many people gave each answer. ``not_mine`` said that it is not theirs to say: they are in no share."""

    agree: int = 0
    unsure: int = 0
    disagree: int = 0
    not_mine: int = 0

    @property
    def answered(self) -> int:
        """Those who said how they see it."""
        return self.agree + self.unsure + self.disagree

    @property
    def held(self) -> float:
        """The share that agrees, drawn towards one half where few have answered."""
        return (self.agree + 1) / (self.answered + 2)

    @property
    def divided(self) -> float:
        """The share of the smaller side of agree and disagree, drawn towards none where few have answered."""
        return min(self.agree, self.disagree) / (self.answered + 2)


def shown(space: Space, statements: Collection[UUID] | None = None) -> QuerySet[Response]:
    """The answers to present wordings that others may be shown: to every claim in sight, or to some.

    None of a claim in a round that hides (``rounds.hidden_claims``), and none that was given to an earlier wording
    and not said again. *Not mine to say* is among them: ``counted`` leaves it out.
    """
    found = Response.objects.filter(statement__in=shown_claims(space).order_by().values("pk"), overtaken_at=None)
    return found if statements is None else found.filter(statement__in=list(statements))


def counted(space: Space, statements: Collection[UUID] | None = None) -> QuerySet[Response]:
    """As ``shown``, but only those that say how somebody sees it: what shares and maps are made of."""
    return shown(space, statements).exclude(answer=Answer.NOT_MINE)


def tallies(space: Space, statements: Collection[UUID] | None = None) -> dict[UUID, Tally]:
    """Answers counted for every claim whose answers are shown (or for some), those with none left out. One query."""
    by_claim: dict[UUID, dict[int, int]] = {}
    rows = shown(space, statements).order_by().values_list("statement", "answer").annotate(n=Count("*"))
    for statement, answer, n in rows:
        by_claim.setdefault(statement, {})[answer] = n
    return {
        statement: Tally(
            by.get(Answer.AGREE, 0), by.get(Answer.UNSURE, 0), by.get(Answer.DISAGREE, 0), by.get(Answer.NOT_MINE, 0)
        )
        for statement, by in by_claim.items()
    }


class People(NamedTuple):
    """How many members have said how they see a claim, and how many only that one is not theirs to say."""

    seeing: int
    apart: int


def people_who_answered(space: Space) -> People:
    """How many members have answered at least one claim in sight. One query, a look or two per member."""
    # Asked of an expression, so that SQLite begins from the person's few answers and not from every claim.
    answers = Response.objects.filter(person=OuterRef("person")).annotate(of=Coalesce("statement", "statement"))
    answers = answers.filter(of__in=shown_claims(space).order_by().values("pk"))
    seeing, apart = Exists(answers.filter(answer__in=SEEN)), Exists(answers.filter(answer=Answer.NOT_MINE))
    found = Membership.objects.filter(space=space)
    # In this order all answers are looked through only of those few who did not say how they see a claim.
    return People(**found.aggregate(seeing=Count("pk", filter=seeing), apart=Count("pk", filter=~seeing & apart)))


def next_statement(place: Place, person: Person, skipped: Iterable[str] = ()) -> Statement | None:
    """The claim that ``person`` is asked about next, of those they have neither answered nor skipped; None at the end.

    ``docs/decisions/0023`` says how it is chosen, and why: claims of the open round come before others; of what is
    left, the fifth that fewest people have answered; of these one by lot, drawn anew for each person each
    day. When a claim was drawn, and by whom, has no part in it.
    """
    answered = Response.objects.filter(person=person, statement=OuterRef("pk"))
    asked_now = Round.objects.filter(space=place.space, closed_at=None).filter(
        Q(for_all=True) | Q(claims=OuterRef("pk"))
    )
    left = statements_in(place.space).exclude(Exists(answered)).exclude(pk__in=list(skipped))
    rows = list(left.order_by().values_list("pk", Exists(asked_now)))
    pks = [pk for pk, in_round in rows if in_round] or [pk for pk, _in_round in rows]
    if not pks:
        return None
    return statement_in(place, _by_lot(_least_seen(pks, eyes(pks)), person))


FEWEST = 5
"""One in so many of the claims that are left, those that fewest people have answered, go into the lot together."""


def eyes(statements: Collection[UUID]) -> dict[UUID, int]:
    """How many people have answered each of these claims in whatever way, in sight or not; for choosing alone."""
    found = Response.objects.filter(statement__in=list(statements)).order_by()
    return dict(found.values_list("statement").annotate(n=Count("*")))


def _least_seen(pks: Sequence[UUID], seen: dict[UUID, int]) -> list[UUID]:
    """Those that fewest have answered, with all that as few have answered as the last of them."""
    counts = sorted(seen.get(pk, 0) for pk in pks)
    most = counts[-(-len(pks) // FEWEST) - 1]
    return [pk for pk in pks if seen.get(pk, 0) <= most]


def _by_lot(pks: Iterable[UUID], person: Person) -> UUID:
    drum = person.pk.bytes + clock.today().isoformat().encode()
    return min(pks, key=lambda pk: hashlib.sha256(drum + pk.bytes).digest())


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


def response_of(statement: Statement, person: Person) -> Response | None:
    """What this person says to the claim now, with its values and what they said before."""
    return (
        Response.objects.filter(statement=statement, person=person)
        .prefetch_related("values", "earlier")
        .select_related("person", "recorded_by")
        .first()
    )


def answers_at(space: Space, at: datetime | None = None) -> list[tuple[UUID, UUID, int]]:
    """(person, claim, answer) of every answer that counts, now or as it counted at a moment, in their order.

    *Not mine to say* is none of them, nor is an answer to an earlier wording, nor one to a claim of a round that hid
    its answers then.
    """
    hidden = list(hidden_claims(space, at).values_list("pk", flat=True))
    now = Response.objects.filter(_counts(at), statement__space=space).exclude(statement__in=hidden)
    now = now.order_by("person", "statement")
    if at is None:
        return list(now.values_list("person", "statement", "answer"))
    then = {(person, claim): answer for person, claim, answer in _changed_since(space, at, hidden)}
    given = now.filter(answered_at__lte=at).values_list("person", "statement", "answer")
    then |= {(person, claim): answer for person, claim, answer in given}
    return [(person, claim, then[person, claim]) for person, claim in sorted(then)]


def _counts(at: datetime | None) -> Q:
    """Which answers say how somebody saw a claim in the wording it had, now or at a moment."""
    overtaken = Q(overtaken_at=None) if at is None else Q(overtaken_at=None) | Q(overtaken_at__gt=at)
    return overtaken & ~Q(answer=Answer.NOT_MINE)


def _changed_since(space: Space, at: datetime, hidden: list[UUID]) -> Iterable[tuple[UUID, UUID, int]]:
    before = EarlierResponse.objects.filter(
        _counts(at), response__statement__space=space, answered_at__lte=at, until__gt=at
    ).exclude(response__statement__in=hidden)
    return before.order_by("answered_at").values_list("response__person", "response__statement", "answer")
