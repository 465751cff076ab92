"""What nobody had on an agenda: each theme that arose, from the first words that held it to where it went."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, OuterRef, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast, Concat

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import may_be_seen, seen_among
from coproduce.decisions.models import Proposal, ProposalSource
from coproduce.deliberation.models import Statement, StatementSource
from coproduce.outcomes.models import Outcome, OutcomeSource
from coproduce.outcomes.queries import Standing, standings
from coproduce.spaces.access import Place
from coproduce.suggestions.models import Suggestion, SuggestionState
from coproduce.themes.models import Origin, Theme, ThemeLink, ThemeState
from coproduce.themes.queries import InOneText, maker_name

THEMES_ON_A_PAGE = 3
COUNTED_TO = 100
"""Of each theme so many links are read, those made first: a page of a very large space stays as quick as any."""


@dataclass(frozen=True, slots=True)
class Said:
    """One piece of what people said, in a theme."""

    pk: UUID
    on: date
    ways: str
    linked: str
    """When it was put there, as the database writes it: good for putting in order."""


@dataclass(slots=True)
class Arose:
    """A theme that arose. ``said``: what is in it, earliest first; ``first``: what it arose from, if it may be read.

    ``namer``: who named it, "" to visitors; ``noticed``: whether the computer had suggested it. ``is_more``: it holds
    more than was counted. ``by_name``: which proposals and outcomes name the theme itself, and not only words
    in it.
    """

    theme: Theme
    namer: str
    noticed: bool
    said: list[Said]
    is_more: bool
    first: Contribution | None = None
    statements: list[Statement] = field(default_factory=list)
    proposals: list[Proposal] = field(default_factory=list)
    outcomes: list[Standing] = field(default_factory=list)
    by_name: set[UUID] = field(default_factory=set)

    @property
    def reached(self) -> bool:
        return bool(self.statements or self.proposals or self.outcomes)

    @property
    def earlier(self) -> Said | None:
        """What was said before the words that it arose from, and seen later to hold it already."""
        return self.said[0] if self.first and self.said[0].on < self.first.said_on else None

    def ways_in(self, first: date, last: date) -> Counter[str]:
        """How many were said between two days, by each way of knowing."""
        return Counter(letter for one in self.said if first <= one.on <= last for letter in one.ways)


def what_arose(place: Place, *, start: int = 0) -> list[Arose]:
    """The open themes that arose, in the order they were named: ``THEMES_ON_A_PAGE`` and one more. Ten queries."""
    themes = list(_themes(place)[start : start + THEMES_ON_A_PAGE + 1])
    keys = [theme.pk for theme in themes]
    noticed = Suggestion.objects.filter(became_theme__in=keys, state=SuggestionState.ACCEPTED)
    by_computer = set(noticed.values_list("became_theme", flat=True)) if keys else set()
    found = [_arose(place, theme, theme.pk in by_computer) for theme in themes]
    began = {each.theme.pk: min(each.said, key=_as_it_arose).pk for each in found if each.said}
    firsts = {one.pk: one for one in seen_among(place, began.values())}
    for each in found:
        each.first = firsts.get(began[each.theme.pk]) if each.said else None
    _follow(place, found)
    return found


def _themes(place: Place) -> QuerySet[Any]:
    """Each with ``told``: day, ways and key of its first words, as many as are counted and one more."""
    seen = ThemeLink.objects.filter(may_be_seen(place, "contribution__"), ended_at=None, theme=OuterRef("pk"))
    bar = Value("|", output_field=CharField())
    row = Concat(
        Cast("contribution__said_on", CharField()),
        bar,
        F("contribution__ways"),
        bar,
        Cast("contribution", CharField()),
        bar,
        Cast("linked_at", CharField()),
        output_field=TextField(),
    )
    links = seen.order_by("linked_at", "contribution__said_on", "id").values(told=row)[: COUNTED_TO + 1]
    rows = Theme.objects.filter(space=place.space, state=ThemeState.OPEN, origin=Origin.EMERGED)
    told = rows.annotate(told=InOneText(links, output_field=TextField())).select_related("proposed_by")
    return told.order_by("proposed_at", "id")


def _as_it_arose(one: Said) -> tuple[str, date, UUID]:
    """The order in which the list of themes tells from whose words one arose: put there first, then said first."""
    return one.linked, one.on, one.pk


def _arose(place: Place, theme: Any, noticed: bool) -> Arose:
    rows = [row.split("|") for row in (theme.told or "").split(",") if row]
    said: dict[UUID, Said] = {}
    for day, ways, key, linked in sorted(rows, key=lambda row: row[3]):
        said.setdefault(UUID(key), Said(UUID(key), date.fromisoformat(day), ways, linked))
    in_order = sorted(said.values(), key=lambda one: (one.on, one.pk))
    return Arose(theme, maker_name(place, theme.proposed_by), noticed, in_order, len(rows) > COUNTED_TO)


def _follow(place: Place, found: Sequence[Arose]) -> None:
    """Fill in the claims, proposals and outcomes that name each theme, or words in it."""
    of_theme = {each.theme.pk: each for each in found}
    holding: dict[UUID, list[Arose]] = defaultdict(list)
    for each in found:
        for one in each.said:
            holding[one.pk].append(each)
    if not of_theme:
        return
    drawn = StatementSource.objects.filter(contribution__in=holding, statement__hidden_at=None)
    for claim in drawn.select_related("statement").order_by("statement__drawn_at", "id"):
        for each in holding[claim.contribution_id]:
            _once(each.statements, claim.statement)
    named = Q(theme__in=of_theme) | Q(contribution__in=holding)
    decided: dict[UUID, list[Arose]] = defaultdict(list)
    put = ProposalSource.objects.filter(named, proposal__space=place.space).select_related("proposal")
    for source in put.order_by("proposal__opened_at", "id"):
        for each in _whose(source, of_theme, holding):
            _once(each.proposals, source.proposal)
            if source.theme_id:
                each.by_name.add(source.proposal_id)
            _once(decided[source.proposal_id], each)
    _came(place, of_theme, holding, decided, named)


def _came(
    place: Place,
    of_theme: dict[UUID, Arose],
    holding: dict[UUID, list[Arose]],
    decided: dict[UUID, list[Arose]],
    named: Q,
) -> None:
    led = OutcomeSource.objects.filter(named | Q(decision__proposal__in=decided), outcome__space=place.space)
    led_to: dict[UUID, list[Arose]] = defaultdict(list)
    for source in led.select_related("decision"):
        whose = decided[source.decision.proposal_id] if source.decision else _whose(source, of_theme, holding)
        for each in whose:
            _once(led_to[source.outcome_id], each)
            if source.theme_id or (source.decision and source.decision.proposal_id in each.by_name):
                each.by_name.add(source.outcome_id)
    for standing in standings(Outcome.objects.filter(pk__in=led_to).order_by("recorded_at", "id")):
        for each in led_to[standing.outcome.pk]:
            each.outcomes.append(standing)


def _whose(source: Any, of_theme: dict[UUID, Arose], holding: dict[UUID, list[Arose]]) -> list[Arose]:
    if source.theme_id in of_theme:
        return [of_theme[source.theme_id]]
    return holding.get(source.contribution_id, [])


def _once(rows: list[Any], row: Any) -> None:
    if row not in rows:
        rows.append(row)
