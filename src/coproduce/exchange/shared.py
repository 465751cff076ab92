"""A copy of a space that any member may take: only what people agreed may leave.

It is not the file that an installation is moved with (``queries.space_records``): nobody's identifier, address,
response, position or agreement is in it. Words are in it where the person agreed that they may be quoted, and
their name where they agreed to that too. Words of which their author wants no more use made are not in it at all.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from coproduce import __version__, clock
from coproduce.consent.models import Agreement, Use
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import in_use
from coproduce.decisions.models import Decision
from coproduce.deliberation.models import Statement
from coproduce.deliberation.queries import Tally, tallies
from coproduce.exchange.leaving import Someone, Spoken, agreed, people_behind, spoken_by
from coproduce.exchange.space_file import plain
from coproduce.outcomes.models import Outcome
from coproduce.outcomes.queries import standings
from coproduce.people.models import Attribution
from coproduce.spaces.access import Place
from coproduce.spaces.models import Framing, Space
from coproduce.themes.models import Theme, ThemeLink

FORMAT = "coproduce-copy"
VERSION = 1
NAMELESS = (Attribution.STANDPOINT, Attribution.ANONYMOUS)


class _Known(NamedTuple):
    """Who agreed to be quoted, with their name or without, and who is who in this copy."""

    quoted: set[UUID]
    named: set[UUID]
    people: dict[Spoken, Someone]


def shared_records(place: Place) -> Iterator[dict[str, Any]]:
    """One record after another, the first describing the file, the last saying how many there were."""
    yield {
        "record": "file", "format": FORMAT, "version": VERSION, "exported_at": plain(clock.now()),
        "software": f"coproduce {__version__}", "space": place.space.slug, "name": place.space.name,
    }  # fmt: skip
    known = _Known(
        agreed(place.space, Use.QUOTE),
        agreed(place.space, Use.ATTRIBUTED_QUOTE),
        people_behind(place.space, quotable_texts(place.space)),
    )
    count = 0
    for part in (_framings, _contributions, _people, _themes, _links, _statements, _decisions, _outcomes):
        for record in part(place, known):
            count += 1
            yield record
    yield {"record": "end", "records": count}


def _framings(place: Place, _known: _Known) -> Iterator[dict[str, Any]]:
    for one in Framing.objects.filter(space=place.space):
        yield {
            "record": "framing", "number": one.number, "words": one.words, "why": one.why,
            "at": plain(one.framed_at),
        }  # fmt: skip


def quotable_texts(space: Space) -> QuerySet[Contribution]:
    """The words that may leave in a copy: in sight, in use, and their author agreed that they may be quoted."""
    held = Agreement.objects.filter(space=space, use__in=(Use.QUOTE, Use.ATTRIBUTED_QUOTE), given=True, ended_at=None)
    return Contribution.objects.filter(in_use(), space=space, author__in=held.values("person"))


def _contributions(place: Place, known: _Known) -> Iterator[dict[str, Any]]:
    found = Contribution.objects.filter(in_use(), space=place.space).select_related("author")
    for one in found.order_by("said_on", "pk").iterator(chunk_size=1000):
        may_name = one.author_id in known.named or one.attribution in NAMELESS
        may_quote = one.author_id in known.named or one.author_id in known.quoted
        someone = known.people.get(spoken_by(one)) if may_quote and one.attribution not in NAMELESS else None
        yield {
            "record": "contribution",
            "id": plain(one.pk),
            "kind": one.kind,
            "ways": one.ways,
            "said_on": plain(one.said_on),
            "channel": one.channel,
            "answers": plain(one.answers_id),
            "verb": one.verb,
            "words": one.words if may_quote else None,
            "content_note": one.content_note if may_quote else "",
            "name": one.shown_name if may_quote and may_name else None,
            "person": someone.name if someone else None,
            "citation": one.citation if may_quote else "",
            "link": one.link if may_quote else "",
        }


def _people(_place: Place, known: _Known) -> Iterator[dict[str, Any]]:
    """Whoever said something under a name that members see, by a pseudonym, and how they know if enough share it."""
    for someone in sorted(known.people.values()):
        yield {
            "record": "person",
            "person": someone.name,
            "ways": someone.ways,
            "speaks_from": list(someone.standpoints),
        }


def _themes(place: Place, _known: _Known) -> Iterator[dict[str, Any]]:
    for one in Theme.objects.filter(space=place.space).order_by("proposed_at", "pk"):
        yield {
            "record": "theme", "id": plain(one.pk), "name": one.name, "words": one.words, "origin": one.origin,
            "state": one.state, "merged_into": plain(one.merged_into_id), "at": plain(one.proposed_at),
            "parent": plain(one.parent_id), "colour": one.colour,
        }  # fmt: skip


def _links(place: Place, _known: _Known) -> Iterator[dict[str, Any]]:
    held = ThemeLink.objects.filter(in_use("contribution__"), theme__space=place.space, ended_at=None)
    # Two people who marked the same passage alike made two links: who marked it is not in this file, so it is one here.
    rows = held.order_by("theme", "contribution", "version", "start", "end").distinct()
    for theme, contribution, version, start, end in rows.values_list(
        "theme", "contribution", "version", "start", "end"
    ).iterator(chunk_size=1000):
        yield {
            "record": "theme_link", "theme": plain(theme), "contribution": plain(contribution),
            "version": version, "start": start, "end": end,
        }  # fmt: skip


def _statements(place: Place, _known: _Known) -> Iterator[dict[str, Any]]:
    """Claims with their counts, which are left out where fewer than the space's threshold answered, or may be seen."""
    counted = tallies(place.space)
    for one in Statement.objects.filter(space=place.space, hidden_at=None).order_by("drawn_at", "pk"):
        tally = counted.get(one.pk, Tally())
        enough = tally.answered >= place.space.threshold
        counts = {"agree": tally.agree, "unsure": tally.unsure, "disagree": tally.disagree} if enough else None
        yield {"record": "statement", "id": plain(one.pk), "words": one.words, "responses": counts}


def _decisions(place: Place, _known: _Known) -> Iterator[dict[str, Any]]:
    found = Decision.objects.filter(proposal__space=place.space).select_related("proposal", "version")
    for one in found.order_by("decided_at"):
        yield {
            "record": "decision", "id": plain(one.pk), "title": one.proposal.title, "words": one.version.words,
            "agreed": one.agreed, "why": one.why, "decided_at": plain(one.decided_at),
        }  # fmt: skip


def _outcomes(place: Place, _known: _Known) -> Iterator[dict[str, Any]]:
    for standing in standings(Outcome.objects.filter(space=place.space).order_by("recorded_at", "pk")):
        one, now = standing.outcome, standing.now
        yield {
            "record": "outcome", "id": plain(one.pk), "title": one.title, "words": one.words, "kind": one.kind,
            "expected": one.expected, "state": now.state, "because": now.because, "at": plain(now.at),
        }  # fmt: skip
