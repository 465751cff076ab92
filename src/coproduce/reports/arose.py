"""*This was not on our agenda*: the page that follows what arose."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import formats, timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coproduce.contributions.queries import known_as, standpoints_of
from coproduce.conversation.seasons import Season, season_of
from coproduce.decisions.models import ProposalState
from coproduce.outcomes.models import State
from coproduce.reports.drawing import outcome_note
from coproduce.reports.queries.arose import THEMES_ON_A_PAGE, Arose, what_arose
from coproduce.spaces.access import space_for
from coproduce.ui.pages import page
from coproduce.ui.pictures.growth import AT_MOST, Growth, growth
from coproduce.ways import LETTERS

SEASONS_AT_MOST = 6


@dataclass(frozen=True, slots=True)
class Span:
    """Some months in which something was said. lines: its name in short lines."""

    first: date
    last: date
    lines: list[str]

    @property
    def name(self) -> str:
        return " ".join(self.lines)


@dataclass(frozen=True, slots=True)
class Followed:
    """A theme as the page shows it. rows: for the table, each span with (letter, how many) of the ways in it."""

    arose: Arose
    known: str
    picture: str
    rows: list[tuple[Span, list[tuple[str, int]]]]
    outcomes: list[tuple[Any, str]]


@require_safe
def not_on_agenda(request: HttpRequest, slug: str) -> HttpResponse:
    """Each theme that arose: its first words, who named it, how it grew, and what it reached, or nowhere yet."""
    place = space_for(request, slug)
    typed = request.GET.get("from") or ""
    start = int(typed) if typed.isdecimal() and len(typed) < 7 else 0
    found = what_arose(place, start=start)
    shown = found[:THEMES_ON_A_PAGE]
    spoken = standpoints_of(place.space, [each.first.author_id for each in shown if each.first])
    context = {
        "place_here": place,
        "rows": [_followed(each, spoken) for each in shown],
        "rest": start + THEMES_ON_A_PAGE if len(found) > THEMES_ON_A_PAGE else 0,
        "start": start,
        "letters": LETTERS,
    }
    return page(request, "reports/not_on_agenda.html", context, space=place.space, place="themes")


def _followed(arose: Arose, spoken: Any) -> Followed:
    first = arose.first
    known = known_as(first.author_id, first.attribution, first.ways, spoken) if first else ""
    spans = spans_of([one.on for one in arose.said], _named_on(arose))
    rows = [(span, _ways(arose, span)) for span in spans]
    outcomes = [(standing, outcome_note(standing)) for standing in arose.outcomes]
    return Followed(arose, known, _picture(arose, spans), rows, outcomes)


def _named_on(arose: Arose) -> date:
    return timezone.localdate(arose.theme.proposed_at)


def _ways(arose: Arose, span: Span) -> list[tuple[str, int]]:
    counts = arose.ways_in(span.first, span.last)
    return [(letter, counts[letter]) for letter in LETTERS if counts[letter]]


def spans_of(days: Sequence[date], named: date) -> list[Span]:
    """The seasons in which something was said, and that of the naming; years where there are many. In order."""
    seasons = sorted({season_of(day) for day in [*days, named]}, key=lambda season: season.first)
    if len(seasons) <= SEASONS_AT_MOST:
        return [_span(season) for season in seasons]
    years = sorted({day.year for day in [*days, named]})[-SEASONS_AT_MOST:]
    spans = [Span(date(year, 1, 1), date(year, 12, 31), [str(year)]) for year in years]
    if days and min(days).year < years[0]:
        early = _("until %(year)s") % {"year": years[0]}
        spans[0] = Span(min(days), spans[0].last, [early])
    return spans


def _span(season: Season) -> Span:
    months = _("%(first)s to %(last)s") % {
        "first": formats.date_format(season.first, "M"),
        "last": formats.date_format(season.last, "M"),
    }
    return Span(season.first, season.last, [months, str(season.last.year)])


def _place(spans: Sequence[Span], day: date) -> int:
    return max((at for at, span in enumerate(spans) if span.first <= day), default=0)


def _picture(arose: Arose, spans: Sequence[Span]) -> str:
    voices = [one for one in arose.said if one.ways]
    chosen = voices
    if len(voices) > AT_MOST:
        chosen = [voices[round(at * (len(voices) - 1) / (AT_MOST - 1))] for at in range(AT_MOST)]
    return growth(
        Growth(
            key=f"g{arose.theme.pk.hex}",
            name=arose.theme.name,
            seasons=[span.lines for span in spans],
            threads=[(one.ways[0], _place(spans, one.on)) for one in chosen],
            named=_place(spans, _named_on(arose)),
            end=_end(arose),
            more=len(arose.said) - len(chosen) if not arose.is_more else 0,
        )
    )


def _end(arose: Arose) -> str:
    agreed = any(proposal.state == ProposalState.AGREED for proposal in arose.proposals)
    done = any(standing.now.state in (State.DONE, State.PARTLY) for standing in arose.outcomes)
    if agreed or done:
        return "reached"
    return "frayed" if any(proposal.state == ProposalState.NOT_AGREED for proposal in arose.proposals) else "waiting"
