"""The weave: from what was brought through themes and decisions to what came of it."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from itertools import zip_longest
from uuid import UUID

from django.db.models import Q

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import may_be_seen, seen_among
from coproduce.conversation.seasons import Season, season_of
from coproduce.decisions.models import Proposal, ProposalSource
from coproduce.outcomes.models import Outcome, OutcomeSource
from coproduce.outcomes.queries import Standing, standings
from coproduce.spaces.access import Place
from coproduce.themes.models import Theme, ThemeLink, ThemeState
from coproduce.themes.queries import Only, first_in, threads_in

THEMES_AT_ONCE = 6
THEMES_IN_THE_TABLE = 24
OUTCOMES_AT_ONCE = 8
WORDS_IN_ALL, FEW = 20, 24
"""How many words are drawn one by one in a weave of more; up to ``FEW`` there are no threads with a number."""
BUNDLED_FROM = 60
"""Words in the themes that are drawn. From here on those that are not drawn one by one run together, way by way."""
SEASONS_TO_CHOOSE = 40

Came = tuple[Standing, set[UUID], set[UUID], set[UUID]]
"""An outcome with the proposals, themes and contributions it came from."""


@dataclass(slots=True)
class WovenTheme:
    """A theme with some of its contributions, and how many there are by ways of knowing.

    ``more``: how many contributions each combination of ways has beyond those in ``chosen``.
    """

    theme: Theme
    since: date
    chosen: list[Contribution] = field(default_factory=list)
    more: Counter[str] = field(default_factory=Counter)
    total: int = 0


@dataclass(slots=True)
class Woven:
    """Everything the picture and the table of the weave are made of. ``direct`` are words that skip the themes.

    ``proposals``: (proposal, theme ids, contribution ids); ``outcomes``: (outcome, decided proposal ids,
    theme ids, contribution ids).
    """

    themes: list[WovenTheme]
    proposals: list[tuple[Proposal, set[UUID], set[UUID]]]
    outcomes: list[Came]
    direct: list[Contribution]
    themes_in_all: int
    outcomes_not_drawn: int = 0


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of the weave is asked for: one theme, the words given with one way of knowing, those said in one season."""

    theme: UUID | None = None
    way: str = ""
    season: Season | None = None

    @property
    def words(self) -> Only:
        return Only(self.way, (self.season.first, self.season.last) if self.season else None)

    def __bool__(self) -> bool:
        return bool(self.theme or self.way or self.season)


WHOLE = Narrowed()


def weave_of(place: Place, narrowed: Narrowed = WHOLE) -> Woven:
    """The weave of a space, or of a part of it. Eight queries, whatever the rows.

    Themes that reached proposals come first, then those that hold most. Each has a few contributions: those that
    a proposal or an outcome names first, then the earliest. The rest is counted by ways of knowing.
    """
    only = narrowed.theme
    themes, in_all = _themes(place, narrowed)
    proposals = _proposals(place, {woven.theme.pk for woven in themes}, only)
    outcomes = _outcomes(place, proposals, {woven.theme.pk for woven in themes}, only)
    themes.sort(key=lambda woven: -sum(woven.theme.pk in into for _proposal, into, _own in proposals))
    named: set[UUID] = set()
    for _proposal, _in, contributions in proposals:
        named |= contributions
    for _outcome, _decided, _in, contributions in outcomes:
        named |= contributions
    direct = _fill(place, themes, named, narrowed)
    return Woven(themes, proposals, outcomes, direct, in_all)


def drawn_part(woven: Woven) -> Woven:
    """What the picture shows of a weave: the first themes, and the decisions and outcomes that they lead to."""
    themes = woven.themes[:THEMES_AT_ONCE]
    keys = {one.theme.pk for one in themes}
    words = {one.pk for theme in themes for one in theme.chosen} | {one.pk for one in woven.direct}
    proposals = [
        (proposal, into & keys, own & words) for proposal, into, own in woven.proposals if into & keys or own & words
    ]
    drawn = {proposal.pk for proposal, _into, _own in proposals}
    outcomes = [
        (standing, decided & drawn, into & keys, own & words)
        for standing, decided, into, own in woven.outcomes
        if decided & drawn or into & keys or own & words
    ]
    kept = _reached_most(outcomes, len(words))
    return Woven(themes, proposals, kept, woven.direct, woven.themes_in_all, len(woven.outcomes) - len(kept))


def _reached_most(outcomes: list[Came], words: int) -> list[Came]:
    """As many outcomes as can be read in one picture, in their order: what was planned and what was not, by turns.

    A theme counts for more than any of its ``words``, and a decision for more than themes.
    """

    def reach(came: Came) -> int:
        _standing, decided, into, own = came
        return (len(decided) * (THEMES_AT_ONCE + 1) + len(into)) * (words + 1) + len(own)

    most = sorted(outcomes, key=reach, reverse=True)
    planned = [came for came in most if came[0].outcome.expected]
    unplanned = [came for came in most if not came[0].outcome.expected]
    by_turns = [came for pair in zip_longest(planned, unplanned) for came in pair if came is not None]
    kept = {came[0].outcome.pk for came in by_turns[:OUTCOMES_AT_ONCE]}
    return [came for came in outcomes if came[0].outcome.pk in kept]


def seasons_in(place: Place) -> list[Season]:
    """The seasons in which something was said here, the newest first. Two queries."""
    said = Contribution.objects.filter(may_be_seen(place), space=place.space)
    newest, oldest = (
        said.order_by(order).values_list("said_on", flat=True).first() for order in ("-said_on", "said_on")
    )
    found: list[Season] = []
    season = season_of(newest) if newest else None
    while season is not None and oldest is not None and season.last >= oldest and len(found) < SEASONS_TO_CHOOSE:
        found.append(season)
        season = season.before
    return found


def _themes(place: Place, narrowed: Narrowed) -> tuple[list[WovenTheme], int]:
    """The themes that hold most, with how many words of which ways this person may see in each; and how many in all."""
    only = narrowed.theme
    open_ones = Theme.objects.filter(space=place.space, state=ThemeState.OPEN)
    if only is not None:
        open_ones = open_ones.filter(pk=only)
    themes = list(open_ones.order_by("proposed_at"))
    counts = threads_in(place, [theme.pk for theme in themes], narrowed.words)
    found = [WovenTheme(theme, theme.proposed_at.date(), more=Counter(counts.get(theme.pk, {}))) for theme in themes]
    for woven in found:
        woven.total = woven.more.total()
    if narrowed.way or narrowed.season:
        found = [woven for woven in found if woven.total]
    found.sort(key=lambda woven: -woven.total)
    return found[:THEMES_IN_THE_TABLE], len(found)


def _named(place: Place, themes: list[UUID], named: set[UUID], narrowed: Narrowed) -> dict[UUID, list[UUID]]:
    """theme -> those of the named contributions that are in it, first linked first."""
    links = ThemeLink.objects.filter(may_be_seen(place, "contribution__"), ended_at=None, contribution__in=named)
    links = links.filter(_said(narrowed, "contribution__"))
    found: dict[UUID, dict[UUID, None]] = defaultdict(dict)
    rows = links.order_by("linked_at", "contribution").values_list("theme", "contribution")
    for theme, contribution in rows.filter(theme__in=themes):
        found[theme][contribution] = None
    return {theme: list(held) for theme, held in found.items()}


def _said(narrowed: Narrowed, through: str = "") -> Q:
    wanted = Q(**{f"{through}ways__contains": narrowed.way}) if narrowed.way else Q()
    if narrowed.season is not None:
        wanted &= Q(**{f"{through}said_on__range": (narrowed.season.first, narrowed.season.last)})
    return wanted


def _fill(place: Place, themes: list[WovenTheme], named: set[UUID], narrowed: Narrowed) -> list[Contribution]:
    """Chooses the words to draw in each theme; answers those that a proposal or an outcome names, in no theme.

    Where there are many words few of each theme are drawn one by one: the others run in one thread for each way.
    """
    drawn = max(1, min(len(themes), THEMES_AT_ONCE))
    in_all = sum(woven.total for woven in themes[:drawn])
    is_bundled = narrowed.theme is None and in_all > BUNDLED_FROM
    each = WORDS_IN_ALL if narrowed.theme else (2 if is_bundled else max(3, WORDS_IN_ALL // drawn))
    each = FEW if in_all <= FEW else each
    keys = [woven.theme.pk for woven in themes]
    of_named = _named(place, keys, named, narrowed)
    earliest = first_in(place, keys, each, narrowed.words)
    chosen = {pk: list(dict.fromkeys([*of_named.get(pk, []), *earliest.get(pk, [])]))[:each] for pk in keys}
    in_themes = {pk for picked in chosen.values() for pk in picked}
    linked = {pk for held in of_named.values() for pk in held}
    apart = set() if narrowed else set(sorted(named - linked)[:6])
    by_pk = {one.pk: one for one in seen_among(place, in_themes | apart)}
    for woven in themes:
        woven.chosen = [by_pk[pk] for pk in chosen[woven.theme.pk] if pk in by_pk]
        woven.more -= Counter(one.ways for one in woven.chosen)
    return sorted((by_pk[pk] for pk in apart if pk in by_pk), key=lambda one: (one.said_on, one.pk))


def _proposals(place: Place, themes: set[UUID], only: UUID | None) -> list[tuple[Proposal, set[UUID], set[UUID]]]:
    proposals = {
        one.pk: one
        for one in Proposal.objects.filter(space=place.space).select_related("decision").order_by("opened_at")
    }
    into: dict[UUID, set[UUID]] = defaultdict(set)
    own: dict[UUID, set[UUID]] = defaultdict(set)
    for source in ProposalSource.objects.filter(proposal__space=place.space):
        if source.theme_id in themes:
            into[source.proposal_id].add(source.theme_id)
        elif source.contribution_id:
            own[source.proposal_id].add(source.contribution_id)
    found = [(one, into[pk], own[pk]) for pk, one in proposals.items()]
    return [row for row in found if row[1]] if only else found


def _outcomes(
    place: Place, proposals: list[tuple[Proposal, set[UUID], set[UUID]]], themes: set[UUID], only: UUID | None
) -> list[Came]:
    of_decision = {one.decision.pk: one.pk for one, _into, _own in proposals if hasattr(one, "decision")}
    outcomes = {
        standing.outcome.pk: standing
        for standing in standings(Outcome.objects.filter(space=place.space).order_by("recorded_at"))
    }
    decided: dict[UUID, set[UUID]] = defaultdict(set)
    into: dict[UUID, set[UUID]] = defaultdict(set)
    own: dict[UUID, set[UUID]] = defaultdict(set)
    for source in OutcomeSource.objects.filter(outcome__space=place.space):
        if source.decision_id in of_decision:
            decided[source.outcome_id].add(of_decision[source.decision_id])
        elif source.theme_id in themes:
            into[source.outcome_id].add(source.theme_id)
        elif source.contribution_id:
            own[source.outcome_id].add(source.contribution_id)
    found = [(one, decided[pk], into[pk], own[pk]) for pk, one in outcomes.items()]
    return [row for row in found if row[1] or row[2]] if only else found
