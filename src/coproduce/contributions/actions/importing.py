"""Bringing thousands of texts from elsewhere in one go."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from coproduce import clock
from coproduce.contributions.actions.bringing import require_open, tidy
from coproduce.contributions.models import (
    Contribution,
    ContributionState,
    ContributionVersion,
    Kind,
)
from coproduce.history.chain import canonical, record
from coproduce.people.models import Attribution, Channel, Person
from coproduce.spaces.access import require_facilitator
from coproduce.spaces.models import Space
from coproduce.ways import in_order

AT_ONCE = 400


@dataclass(frozen=True, slots=True)
class ImportedWords:
    """One text from elsewhere.

    source: what tells it apart in this space for ever (``polis:4ab:17``); a text that is already there under
    the same source is left alone. ``state`` may be hidden, for what was moderated where it comes from.
    """

    source: str
    words: str
    author: Person
    said_on: date
    kind: str = Kind.OBSERVATION
    ways: str = ""
    attribution: str = Attribution.ANONYMOUS
    channel: str = Channel.WEB
    content_note: str = ""
    state: str = ContributionState.VISIBLE
    state_why: str = ""

    def contribution(self, actor: Person, space: Space) -> Contribution:
        """The row as it will be saved, checked as far as that needs no query."""
        made = Contribution(
            space=space,
            author=self.author,
            recorder=None if actor.pk == self.author.pk else actor,
            words=tidy(self.words),
            kind=self.kind,
            ways=in_order(self.ways),
            attribution=self.attribution,
            channel=self.channel,
            content_note=self.content_note,
            said_on=self.said_on,
            brought_at=clock.now(),
            state=self.state,
            state_why=self.state_why,
            source=self.source,
        )
        made.clean_fields(exclude={"space", "author", "recorder"})
        return made


@transaction.atomic
def bring_many(*, actor: Person, space: Space, rows: Iterable[ImportedWords]) -> dict[str, Contribution]:
    """Bring ``rows`` with two statements for each ``AT_ONCE`` of them and one event for the lot.

    Safe to run twice: rows whose source is there already, or comes twice, are brought once. Answers every row's
    contribution by its source, the new and the old. The event says how many came and holds a digest of
    their identifiers and sources (never of their words). Raises ``NotHere``, ``NotAllowed`` or
    ``ValidationError``; then nothing is brought. Every author must be a member already.
    """
    require_facilitator(actor, space)
    require_open(space)
    wanted = {row.source: row for row in rows}
    if "" in wanted:
        raise ValueError("every imported text needs a source")
    there = _there_already(space, list(wanted))
    new = [row.contribution(actor, space) for source, row in wanted.items() if source not in there]
    Contribution.objects.bulk_create(new, batch_size=AT_ONCE)
    ContributionVersion.objects.bulk_create(
        [
            ContributionVersion(
                contribution=made, number=1, words=made.words, written_by=actor, written_at=made.brought_at
            )
            for made in new
        ],
        batch_size=AT_ONCE,
    )
    if new:
        digest = hashlib.sha256(canonical([[made.pk, made.source] for made in new])).hexdigest()
        record("contributions brought together", actor=actor, space=space, subject=space, count=len(new), digest=digest)
    return there | {made.source: made for made in new}


def _there_already(space: Space, sources: list[str]) -> dict[str, Contribution]:
    found: dict[str, Contribution] = {}
    for start in range(0, len(sources), AT_ONCE):
        some = Contribution.objects.filter(space=space, source__in=sources[start : start + AT_ONCE])
        found.update({contribution.source: contribution for contribution in some})
    return found
