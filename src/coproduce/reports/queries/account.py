"""The account of a space: knowledge, values, social relations, and what came of it."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import BooleanField, Case, Count, Exists, Max, Min, OuterRef, Q, QuerySet, When
from django.utils import timezone

from coproduce.contributions.models import Acknowledgement, Contribution, ContributionState
from coproduce.contributions.queries import visible_contributions
from coproduce.decisions.models import Decision, PositionKind, ProposalSource
from coproduce.deliberation.models import Response
from coproduce.outcomes.models import Outcome, State
from coproduce.outcomes.queries import Standing, standings
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, Space, Standpoint, Understanding, Visibility
from coproduce.themes.models import Origin, Theme, ThemeLink, ThemeState
from coproduce.ways import LETTERS
from coproduce_methods.knowing import Knowing, Share, emergence, knowing
from coproduce_methods.ties import Tie, Ties, ties_between

SHORTEST_FOR_TWO_SEASONS = timedelta(days=120)


def reached_a_decision() -> Q:
    """Contributions behind a proposal that was decided: named by it, or in a theme it named before it was decided."""
    decided = ProposalSource.objects.filter(proposal__decision__isnull=False)
    through_theme = ThemeLink.objects.filter(ended_at=None).filter(
        Exists(decided.filter(theme=OuterRef("theme"), proposal__decision__decided_at__gte=OuterRef("linked_at")))
    )
    return Q(pk__in=decided.exclude(contribution=None).values("contribution")) | Q(
        pk__in=through_theme.values("contribution")
    )


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Part one. ``ways`` in the order of the letters; ``arose``: themes that were on no agenda, of all of them."""

    method: Knowing
    arose: Share
    themes: Sequence[Theme]
    contributions: int
    people: int
    first: date | None
    last: date | None


def counted(place: Place) -> QuerySet[Contribution]:
    """The contributions and answers that the account counts: all that are visible in the space, also to visitors.

    Numbers are the same for everyone; the words behind them open as far as consent allows.
    """
    return Contribution.objects.filter(space=place.space, state=ContributionState.VISIBLE)


def knowledge(place: Place) -> Knowledge:
    """What was brought, by way of knowing, and what of it reached a decision. Three queries."""
    reached = {True: Counter[str](), False: Counter[str]()}
    rows = (
        counted(place)
        .annotate(reached=Case(When(reached_a_decision(), then=True), default=False, output_field=BooleanField()))
        .order_by()
    )
    for row in rows.values("ways", "reached").annotate(n=Count("pk")):
        reached[bool(row["reached"])][row["ways"]] += row["n"]
    tagged = [(set(ways), led) for led, found in reached.items() for ways, n in found.items() for _one in range(n)]
    method = knowing([ways for ways, _led in tagged], [led for _ways, led in tagged], list(LETTERS))
    themes = list(
        Theme.objects.filter(space=place.space, state=ThemeState.OPEN)
        .select_related("proposed_by")
        .annotate(held=Count("links__contribution", filter=Q(links__ended_at=None), distinct=True))
        .order_by("proposed_at")
    )
    span = counted(place).aggregate(first=Min("said_on"), last=Max("said_on"), people=Count("author", distinct=True))
    return Knowledge(
        method,
        emergence([theme.origin == Origin.EMERGED for theme in themes]),
        themes,
        len(tagged),
        span["people"],
        span["first"],
        span["last"],
    )


@dataclass(frozen=True, slots=True)
class Values:
    """Part two. ``spoken``: value name -> reasons it was given with, for each answer (agree, unsure, disagree).

    understandings: what co-production means to people, as they let it be shown, newest of each.
    """

    spoken: list[tuple[str, int]]
    added: set[str]
    reasons: int
    understandings: list[tuple[str, str, str]]


def values(place: Place) -> Values:
    """What people said matters, in the reasons they gave and in their own words. Three queries."""
    through = Response.values.through
    found = (
        through.objects.filter(response__statement__space=place.space, response__statement__hidden_at=None)
        .values("value__name", "value__added_by")
        .annotate(n=Count("pk"))
        .order_by("-n", "value__name")
    )
    spoken = [(row["value__name"], row["n"]) for row in found]
    added = {row["value__name"] for row in found if row["value__added_by"]}
    reasons = (
        Response.objects.filter(statement__space=place.space, statement__hidden_at=None).exclude(reason="").count()
    )
    return Values(spoken, added, reasons, _understandings(place))


def _understandings(place: Place) -> list[tuple[str, str, str]]:
    """(words, name, letters) of what people let be shown; to members only."""
    if not place.is_member:
        return []
    letters = _letters(place.space)
    newest: dict[UUID, Understanding] = {}
    shown = Understanding.objects.filter(membership__space=place.space, visibility=Visibility.SHOWN)
    for one in shown.select_related("membership__person").order_by("said_at"):
        newest[one.membership_id] = one
    return [
        (one.words, one.membership.person.chosen_name, letters.get(one.membership_id, ""))
        for one in sorted(newest.values(), key=lambda one: one.said_at)
    ]


def _letters(space: Space) -> dict[UUID, str]:
    found: dict[UUID, set[str]] = defaultdict(set)
    shown = Standpoint.objects.filter(membership__space=space, visibility=Visibility.SHOWN)
    for membership, way in shown.values_list("membership", "way"):
        found[membership].add(way)
    return {pk: "".join(letter for letter in LETTERS if letter in ways) for pk, ways in found.items()}


@dataclass(frozen=True, slots=True)
class Relations:
    """Part three. ``ties``: by season, between groups of standpoints, small groups joined; ``seasons`` as dates."""

    ties: Ties
    seasons: list[tuple[str, date, date]]
    answers: int
    acknowledgements: int


def relations(place: Place) -> Relations | None:
    """Who answered and acknowledged whom, between standpoints. None before anybody did. Six queries at most."""
    person_of = dict(Membership.objects.filter(space=place.space).values_list("pk", "person"))
    groups: dict[str, set[str]] = {str(person): set() for person in person_of.values()}
    for membership, way in Standpoint.objects.filter(membership__space=place.space).values_list("membership", "way"):
        groups[str(person_of[membership])].add(way)
    answers = counted(place).filter(answers__isnull=False)
    thanked = list(
        Acknowledgement.objects.filter(
            contribution__space=place.space, contribution__state=ContributionState.VISIBLE
        ).values_list("at", "person", "contribution__author")
    )
    thanks = [(timezone.localdate(at), one, other) for at, one, other in thanked]
    span = answers.aggregate(first=Min("said_on"), last=Max("said_on"), all=Count("pk"))
    days = [*(day for day, _one, _other in thanks), *(day for day in (span["first"], span["last"]) if day)]
    if not days:
        return None
    seasons = seasons_of(min(days), max(days))
    counts = Counter((_season_of(day, seasons), one, other) for day, one, other in thanks)
    for name, begins, ends in seasons:
        pairs = answers.filter(said_on__range=(begins, ends)).order_by().values_list("author", "answers__author")
        for one, other, times in pairs.annotate(times=Count("pk")):
            counts[name, one, other] += times
    ties = [
        Tie(season, str(one), str(other), times)
        for (season, one, other), times in counts.items()
        if one != other and str(one) in groups and str(other) in groups
    ]
    if not ties:
        return None
    method = ties_between(ties, groups, place.space.threshold, periods=[name for name, _from, _to in seasons])
    return Relations(method, seasons, span["all"], len(thanked))


def seasons_of(first: date, last: date) -> list[tuple[str, date, date]]:
    """The time in two halves (or one, while it is short): (name, first day, last day)."""
    if last - first < SHORTEST_FOR_TWO_SEASONS:
        return [("all", first, last)]
    middle = first + (last - first) // 2
    return [("first", first, middle), ("last", middle + timedelta(days=1), last)]


def _season_of(on: date, seasons: list[tuple[str, date, date]]) -> str:
    return next(name for name, begins, ends in seasons if begins <= on <= ends)


@dataclass(frozen=True, slots=True)
class Came:
    """Decisions with how many objected, and outcomes by their newest state."""

    decisions: Sequence[Decision]
    outcomes: dict[str, list[Standing]]


def what_came(place: Place) -> Came:
    """What was decided and what came of it. Three queries."""
    decisions = list(
        Decision.objects.filter(proposal__space=place.space)
        .select_related("proposal")
        .annotate(
            objected=Count(
                "proposal__positions", filter=Q(proposal__positions__kind=PositionKind.OBJECT), distinct=True
            )
        )
        .order_by("decided_at")
    )
    by_state: dict[str, list[Standing]] = {state: [] for state in State.values}
    for standing in standings(Outcome.objects.filter(space=place.space).order_by("recorded_at")):
        by_state[standing.now.state].append(standing)
    return Came(decisions, by_state)


def rows_behind(place: Place, what: str) -> QuerySet[Contribution] | None:
    """The contributions that a number of the account was counted from, as far as this person may read them.

    what: ``brought``, ``reached`` or ``waiting``, and a letter after a hyphen for one way of knowing.
    None where there is no such number.
    """
    kind, _hyphen, letter = what.partition("-")
    if kind not in ("brought", "reached", "waiting") or (letter and letter not in LETTERS):
        return None
    found = visible_contributions(place).order_by("said_on", "pk")
    if letter:
        found = found.filter(ways__contains=letter)
    if kind == "reached":
        return found.filter(reached_a_decision())
    return found.exclude(reached_a_decision()) if kind == "waiting" else found


def number_behind(place: Place, what: str) -> int:
    """How many rows the number counts, whether or not this person may read them all."""
    kind, _hyphen, letter = what.partition("-")
    found = counted(place)
    if letter:
        found = found.filter(ways__contains=letter)
    if kind == "reached":
        return found.filter(reached_a_decision()).count()
    return found.exclude(reached_a_decision()).count() if kind == "waiting" else found.count()
