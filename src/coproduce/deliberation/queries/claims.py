"""Claims in sight, and the words they were drawn from."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.queries import seen_among
from coproduce.contributions.sentences import sources_gone
from coproduce.deliberation.models import (
    Statement,
    StatementSource,
)
from coproduce.errors import NotHere
from coproduce.people.models import Attribution
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space


def statements_in(space: Space) -> QuerySet[Statement]:
    """The claims of a space that are in sight, in the order they were drawn."""
    return Statement.objects.filter(space=space, hidden_at=None)


def statement_in(place: Place, pk: UUID) -> Statement:
    """One claim in sight, with its space and who drew it. ``NotHere`` if there is none."""
    statement = statements_in(place.space).select_related("drawn_by").filter(pk=pk).first()
    if statement is None:
        raise NotHere
    statement.space = place.space
    return statement


def hidden_statement(place: Place, pk: UUID) -> Statement | None:
    """A claim that was put out of sight, for members, who may read why; its words are for facilitators alone."""
    if not place.is_member:
        return None
    statement = Statement.objects.filter(space=place.space, hidden_at__isnull=False, pk=pk).first()
    if statement is not None:
        statement.space = place.space
        statement.words = statement.words if place.is_facilitator else ""
    return statement


# ── the words that claims were drawn from ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SourceWords:
    """A contribution as the source of something, as far as this person may see it.

    is_gone: it was taken back or put out of sight, or is not for this person; then nothing of it is here but, for
    members, its ``state``.
    note: what to know before reading; then ``line``, which stands in lists and pictures, holds it and not the words.
    speaker: who said it, for those who gave a name with it; is_unnamed: neither a name nor a standpoint stands with it.
    """

    pk: UUID
    url: str = ""
    name: str = ""
    words: str = ""
    ways: str = ""
    is_gone: bool = False
    state: str = ""
    note: str = ""
    is_unnamed: bool = False
    speaker: UUID | None = None

    @property
    def gone_says(self) -> str:
        """Why it cannot be read, in a sentence."""
        return sources_gone([self.state])[0]

    @property
    def line(self) -> str:
        return _("With a note: %(note)s") % {"note": self.note} if self.note else self.words


def as_sources(place: Place, contributions: Sequence[Contribution]) -> list[SourceWords]:
    """What may be shown of contributions (with their authors fetched). One query for visitors, none for members."""
    seen = {each.pk for each in contributions if each.state == ContributionState.VISIBLE}
    if not place.is_member and seen:
        seen = set(seen_among(place, seen).order_by().values_list("pk", flat=True))
    base = reverse("contributions:contributions", args=[place.space.slug])
    return [
        SourceWords(
            each.pk,
            f"{base}{each.pk}/",
            each.shown_name,
            each.words,
            each.ways,
            note=each.content_note,
            is_unnamed=each.attribution == Attribution.ANONYMOUS
            or (each.attribution == Attribution.STANDPOINT and not each.ways),
            speaker=each.author_id if each.attribution in (Attribution.NAME, Attribution.CHOSEN) else None,
        )
        if each.pk in seen
        else SourceWords(each.pk, is_gone=True, state=each.state if place.is_member else "")
        for each in contributions
    ]


def voices(sources: Sequence[SourceWords]) -> list[SourceWords]:
    """Whose words something is from: everyone who gave a name once, and all who gave none."""
    first = {source.speaker or source.pk: source for source in reversed(sources)}
    return [source for source in sources if first[source.speaker or source.pk] is source]


def sources_of(place: Place, statements: Collection[UUID]) -> dict[UUID, list[SourceWords]]:
    """The words that each of these claims was drawn from. One query, two for visitors."""
    rows = list(
        StatementSource.objects.filter(statement__in=statements)
        .select_related("contribution__author")
        .order_by("contribution__said_on", "contribution_id")
    )
    shown = as_sources(place, [row.contribution for row in rows])
    found: dict[UUID, list[SourceWords]] = {}
    for row, source in zip(rows, shown, strict=True):
        found.setdefault(row.statement_id, []).append(source)
    return found
