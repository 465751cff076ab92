"""Rounds: claims that people are asked about together, and whose answers are out of sight while one is open."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.crypto import salted_hmac

from coproduce.contributions.queries import assisted_members
from coproduce.deliberation.models import Response, Round, Statement
from coproduce.deliberation.queries.claims import statements_in
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Charter, Space


def open_round(space: Space) -> Round | None:
    """The round that people are asked in now; a space has one at most."""
    found = Round.objects.filter(space=space, closed_at=None).first()
    if found is not None:
        found.space = space
    return found


def _hiding(space: Space, at: datetime | None) -> QuerySet[Round]:
    rounds = Round.objects.filter(space=space, hides=True)
    if at is None:
        return rounds.filter(closed_at=None)
    return rounds.filter(Q(closed_at=None) | Q(closed_at__gt=at), opened_at__lte=at)


def hidden_claims(space: Space, at: datetime | None = None) -> QuerySet[Statement]:
    """The claims of which nobody is shown what others answer, now or at a moment: those of an open round that hides.

    This is the one place that says so. Whatever counts answers, shows reasons, makes a map or lets any of it leave
    takes its claims from ``shown_claims``, or its answers from ``answers.counted`` or ``answers.answers_at``, which
    do. Only a person's own answers are read past it: by them, by whoever writes them down for them, and to choose
    what is asked next. Meant as a subquery (``.values("pk")``); most often it is empty.
    """
    rounds = _hiding(space, at).order_by()
    in_a_round = Exists(rounds.filter(for_all=True)) | Exists(rounds.filter(claims=OuterRef("pk")))
    return Statement.objects.filter(in_a_round, space=space).order_by()


def shown_claims(space: Space) -> QuerySet[Statement]:
    """The claims in sight whose answers may be shown to others now."""
    rounds = _hiding(space, None).order_by()
    in_a_round = Exists(rounds.filter(for_all=True)) | Exists(rounds.filter(claims=OuterRef("pk")))
    return statements_in(space).exclude(in_a_round)


def answers_are_hidden(space: Space, statement: Statement) -> bool:
    """Whether what people answer to this claim is out of sight until a round closes. One query."""
    return hidden_claims(space).filter(pk=statement.pk).exists()


def hidden_among(space: Space, statements: Collection[UUID]) -> set[UUID]:
    """Of these claims those of which answers are out of sight until a round closes. One query."""
    return set(hidden_claims(space).filter(pk__in=statements).values_list("pk", flat=True))


def is_asked_now(statement: Statement) -> bool:
    """Whether an open round asks about this claim; then its words stay as they are. One query."""
    rounds = Round.objects.filter(space=statement.space_id, closed_at=None)
    return rounds.filter(Q(for_all=True) | Q(claims=statement)).exists()


def shortest_round(space: Space) -> int:
    """For how many days a round stays open at least: as long as the charter gives people to read."""
    newest = Charter.objects.filter(space=space).order_by("-version").values_list("minimum_reading_days", flat=True)
    return max(newest.first() or 0, 1)


def claims_of_round(asked: Round) -> list[Statement]:
    """The claims in sight that a round asks (or asked) about, in the order they were drawn. One query."""
    found = statements_in(asked.space).select_related("drawn_by")
    if not asked.for_all:
        found = found.filter(pk__in=asked.claims.order_by().values("pk"))
    elif asked.closed_at is not None:
        found = found.filter(drawn_at__lte=asked.closed_at)
    claims = list(found)
    for claim in claims:
        claim.space = asked.space
    return claims


def round_in(place: Place, pk: UUID) -> Round:
    """One round of the space. ``NotHere`` if there is none."""
    found = Round.objects.filter(space=place.space, pk=pk).select_related("opened_by", "closed_by").first()
    if found is None:
        raise NotHere
    found.space = place.space
    return found


def rounds_in(space: Space) -> list[Round]:
    """Every round of a space, the newest first. One query."""
    found = list(Round.objects.filter(space=space).select_related("opened_by", "closed_by"))
    for each in found:
        each.space = space
    return found


def mine_in_round(asked: Round, person: Person) -> dict[UUID, Response]:
    """What somebody answered to the claims of a round, by claim: for themselves, and who writes down for them."""
    found = Response.objects.filter(person=person, statement__space=asked.space)
    if not asked.for_all:
        found = found.filter(statement__in=asked.claims.order_by().values("pk"))
    return {response.statement_id: response for response in found}


LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"


def code_on_paper(what: str, person: Person) -> str:
    """The short code on somebody's sheet: whose it is, said without a name. ``K7QM-3XTR``.

    It is worked out from what the sheet is of and the person with the secret of the server, and is kept nowhere.
    """
    digest = salted_hmac("coproduce.paper", f"{what}{person.pk.hex}", algorithm="sha256").digest()
    letters = "".join(LETTERS[byte % len(LETTERS)] for byte in digest[:8])
    return f"{letters[:4]}-{letters[4:]}"


def whose_code(space: Space, what: str, code: str) -> Person | None:
    """The assisted member whose code this is, however it was typed. One query."""
    typed = "".join(letter for letter in code.upper() if letter.isalnum())
    for person in assisted_members(space):
        if code_on_paper(what, person).replace("-", "") == typed:
            return person
    return None


def paper_code(asked: Round, person: Person) -> str:
    """The code on somebody's sheet of a round."""
    return code_on_paper(asked.pk.hex, person)


def whose_paper(asked: Round, code: str) -> Person | None:
    """Whose sheet of a round this is. One query."""
    return whose_code(asked.space, asked.pk.hex, code)


def paper_back(asked: Round) -> dict[UUID, int]:
    """By assisted member: to how many claims of the round something was written down for them. One query."""
    claims = [claim.pk for claim in claims_of_round(asked)]
    found = Response.objects.filter(statement__in=claims, recorded_by__isnull=False).order_by()
    return dict(found.values_list("person").annotate(n=Count("*")))
