"""What is said to a proposal beside positions: questions, reactions, advice, other words."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from coproduce.decisions.models import AdviceAsked, Amendment, Proposal, Voice
from coproduce.deliberation.queries import may_be_read, ways_beside, ways_of_people
from coproduce.errors import NotHere
from coproduce.people.models import Attribution
from coproduce.people.naming import shown_name, shown_recorder
from coproduce.spaces.access import Place

VOICES_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Said:
    """One voice as far as the reader may know. ``answer`` is "" until it is answered."""

    pk: UUID
    kind: str
    words: str
    name: str
    ways: str
    recorded_by: str
    said_at: datetime
    answer: str
    answered_by: str
    is_answered: bool
    is_noted: bool
    is_late: bool
    asked: UUID | None


def voices_on(place: Place, proposal: Proposal) -> list[Said]:
    """What was said, in the order it was said. Three queries."""
    found = Voice.objects.filter(may_be_read(place), proposal=proposal)
    if not place.is_member:
        found = found.exclude(asked__outside__gt="")  # nobody outside has agreed to be read by anyone
    rows = list(found.select_related("person", "recorded_by", "answered_by", "asked")[:VOICES_AT_MOST])
    if not rows:
        return []
    people = [row.person_id for row in rows]
    spoken = ways_of_people(place.space, people, shown_only=True)
    deciding = set(proposal.register.filter(person__in=people).values_list("person", flat=True))
    return [_said(place, row, spoken.get(row.person_id, ""), row.person_id in deciding) for row in rows]


def _said(place: Place, row: Voice, letters: str, decides: bool) -> Said:
    outside = row.asked is not None and bool(row.asked.outside)
    name = row.asked.outside if row.asked is not None and outside else shown_name(row.person, row.attribution, letters)
    written_by = row.person if outside else row.recorded_by
    return Said(
        pk=row.pk,
        kind=row.kind,
        words=row.words,
        name=name,
        ways="" if outside else ways_beside(row.attribution, letters),
        recorded_by=shown_recorder(written_by, row.attribution) if place.is_member else "",
        said_at=row.said_at,
        answer=row.answer,
        answered_by=row.answered_by.chosen_name if row.answered_by and place.is_member else "",
        is_answered=row.answered_at is not None,
        is_noted=row.is_noted,
        # Of nameless words it would point at those few who came later.
        is_late=not decides and not outside and row.attribution in (Attribution.NAME, Attribution.CHOSEN),
        asked=row.asked_id,
    )


def voice_on(proposal: Proposal, pk: UUID) -> Voice:
    """One voice of this proposal. ``NotHere`` if there is none."""
    voice = Voice.objects.filter(proposal=proposal, pk=pk).select_related("person").first()
    if voice is None:
        raise NotHere
    return voice


def amendments_on(proposal: Proposal) -> list[Amendment]:
    """Other words that were suggested, with what became of them, in the order they came. Members read them."""
    found = Amendment.objects.filter(proposal=proposal)
    return list(found.select_related("suggested_by", "recorded_by", "answered_by", "version"))


def amendment_on(proposal: Proposal, pk: UUID) -> Amendment:
    """One suggestion for this proposal. ``NotHere`` if there is none."""
    found = Amendment.objects.filter(proposal=proposal, pk=pk).select_related("suggested_by").first()
    if found is None:
        raise NotHere
    return found


def asked_for_advice(proposal: Proposal) -> list[AdviceAsked]:
    """Whom the proposer asked, in the order of asking."""
    return list(AdviceAsked.objects.filter(proposal=proposal).select_related("person"))
