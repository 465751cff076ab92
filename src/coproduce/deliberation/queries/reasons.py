"""Why people answered as they did, as far as this person may read it."""

from collections.abc import Collection
from dataclasses import dataclass, field
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, Window
from django.db.models.functions import RowNumber

from coproduce.consent.models import Agreement as ConsentAgreement
from coproduce.consent.models import Use
from coproduce.deliberation.models import (
    Response,
)
from coproduce.deliberation.queries.answers import shown
from coproduce.deliberation.queries.standpoints import ways_beside, ways_of_people
from coproduce.people.models import Attribution
from coproduce.people.naming import shown_name, shown_recorder
from coproduce.spaces.access import Place


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody answered as they did, with the name they chose for it. ``ways`` is "" for no name at all."""

    answer: int
    words: str
    name: str
    ways: str
    values: list[str] = field(default_factory=list)
    recorded_by: str = ""


def may_be_read(place: Place) -> Q:
    """Which reasons (of answers and positions) this person may read: members all, visitors what may be quoted."""
    if place.is_member:
        return Q()

    def agreed(use: str) -> Exists:
        held = ConsentAgreement.objects.filter(
            space=place.space, person=OuterRef("person"), use=use, given=True, ended_at=None
        )
        return Exists(held)

    without_a_name = Q(attribution__in=[Attribution.STANDPOINT, Attribution.ANONYMOUS])
    return Q(agreed(Use.ATTRIBUTED_QUOTE)) | (Q(agreed(Use.QUOTE)) & without_a_name)


def reasons_for(place: Place, statements: Collection[UUID], most: int) -> dict[UUID, list[Reason]]:
    """The newest reasons given for each answer to each claim, ``most`` of each kind. Three queries at most."""
    in_turn = Window(
        RowNumber(), partition_by=[F("statement"), F("answer")], order_by=[F("answered_at").desc(), F("pk").desc()]
    )
    rows = list(
        shown(place.space, statements)
        .filter(may_be_read(place))
        .exclude(reason="")
        .annotate(turn=in_turn)
        .filter(turn__lte=most)
        .select_related("person", "recorded_by")
        .prefetch_related("values")
        .order_by("turn")
    )
    spoken = ways_of_people(place.space, [row.person_id for row in rows], shown_only=True) if rows else {}
    found: dict[UUID, list[Reason]] = {}
    for row in rows:
        found.setdefault(row.statement_id, []).append(_reason(place, row, spoken.get(row.person_id, "")))
    return found


def _reason(place: Place, row: Response, letters: str) -> Reason:
    return Reason(
        answer=row.answer,
        words=row.reason,
        name=shown_name(row.person, row.attribution, letters),
        ways=ways_beside(row.attribution, letters),
        values=[value.name for value in row.values.all() if value.held_back_at is None],
        # Visitors read whose words they are; who wrote them down has not agreed to be named to them.
        recorded_by=shown_recorder(row.recorded_by, row.attribution) if place.is_member else "",
    )
