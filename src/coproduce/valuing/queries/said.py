"""Why people gave as they did, in their words, as far as this person may read it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from coproduce.deliberation.models import Response, Value
from coproduce.deliberation.queries import may_be_read, ways_beside, ways_of_people
from coproduce.deliberation.queries.answers import shown
from coproduce.people.models import Person
from coproduce.people.naming import shown_name, shown_recorder
from coproduce.spaces.access import Place
from coproduce.valuing.models import Allocation, ValueTension

MOST = 60


@dataclass(frozen=True, slots=True)
class Said:
    """Somebody's words with the name they chose for them. ``ways`` is "" for no name at all."""

    words: str
    name: str
    ways: str
    recorded_by: str = ""
    season: str = ""
    about: UUID | None = None
    answer: int = 0
    url: str = ""
    claim: str = ""


def _said(place: Place, row: "Allocation | Response | ValueTension", words: str, letters: str, **more: object) -> Said:
    recorder: Person | None = row.recorded_by if place.is_member else None
    return Said(
        words,
        shown_name(row.person, row.attribution, letters),
        ways_beside(row.attribution, letters),
        shown_recorder(recorder, row.attribution),
        **more,  # type: ignore[arg-type]  # the fields of Said
    )


def said_when_giving(place: Place, *, season: str = "", about: Value | None = None) -> list[Said]:
    """The words with which people gave their tokens, of a season or about a value; the newest first. Two queries."""
    rows: QuerySet[Allocation] = Allocation.objects.filter(may_be_read(place), space=place.space).exclude(words="")
    if season:
        rows = rows.filter(season=season)
    if about is not None:
        rows = rows.filter(about=about)
    found = list(rows.select_related("person", "recorded_by").order_by("-given_at", "-pk")[:MOST])
    letters = _letters(place, found)
    return [
        _said(place, row, row.words, letters.get(row.person_id, ""), season=row.season, about=row.about_id)
        for row in found
    ]


def said_to_claims(place: Place, value: Value) -> list[Said]:
    """The reasons that people tagged with a value when they said how they see a claim. Two queries."""
    rows = shown(place.space).filter(may_be_read(place), values=value).exclude(reason="")
    found = list(rows.select_related("person", "recorded_by", "statement").order_by("-answered_at", "-pk")[:MOST])
    letters = _letters(place, found)
    said = []
    for row in found:
        row.statement.space = place.space
        more = {"answer": row.answer, "url": row.statement.get_absolute_url(), "claim": row.statement.words}
        said.append(_said(place, row, row.reason, letters.get(row.person_id, ""), **more))
    return said


def _letters(place: Place, rows: "Sequence[Allocation | Response | ValueTension]") -> dict[UUID, str]:
    return ways_of_people(place.space, [row.person_id for row in rows], shown_only=True) if rows else {}
