"""The account of a space: knowledge, values, social relations, and what came of it."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Count, Max, Min, Q, QuerySet

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import visible_contributions
from coproduce.decisions.models import Decision, PositionKind
from coproduce.deliberation.models import Response
from coproduce.deliberation.queries import shown as shown_answers
from coproduce.deliberation.queries import shown_claims
from coproduce.outcomes.models import Outcome, State
from coproduce.outcomes.queries import Standing, standings
from coproduce.people.models import Attribution
from coproduce.reports.queries.given import (
    counted,
    days_taken,
    reached_a_decision,
    standpoints,
    ties_given,
    turns_taken,
    ways_told,
)
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space, Standpoint, Understanding, Visibility
from coproduce.themes.models import Origin, Theme, ThemeState
from coproduce.ways import LETTERS
from coproduce_methods.knowing import Knowing, Share, Waiting, emergence, knowing, waiting
from coproduce_methods.participation import GroupShare, gini, group_shares
from coproduce_methods.suppression import join_small_groups
from coproduce_methods.ties import Ties, ties_between


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Part one. ``ways`` in the order of the letters; ``arose``: themes that were on no agenda, of all of them;
    ``took``: days from words to a decision; ``people``: how many put a name to something, ``nameless``: whether any
    words have none. Those who give no name are not counted: before and after would tell whether somebody new spoke.
    """

    method: Knowing
    arose: Share
    took: Waiting
    themes: Sequence[Theme]
    contributions: int
    people: int
    nameless: bool
    first: date | None
    last: date | None


def knowledge(place: Place) -> Knowledge:
    """What was brought, by way of knowing, what of it reached a decision, and how long that took. Five queries."""
    space = place.space
    method = knowing_of(ways_told(space))
    themes = list(
        Theme.objects.filter(space=space, state=ThemeState.OPEN).select_related("proposed_by").order_by("proposed_at")
    )
    named = Q(attribution__in=[Attribution.NAME, Attribution.CHOSEN])
    span = counted(space).aggregate(
        first=Min("said_on"),
        last=Max("said_on"),
        people=Count("author", distinct=True, filter=named),
        nameless=Count("pk", filter=~named),
    )
    return Knowledge(
        method,
        emergence([theme.origin == Origin.EMERGED for theme in themes]),
        waiting(*days_taken(space, None, clock.today())),
        themes,
        method.contributions,
        span["people"],
        span["nameless"] > 0,
        span["first"],
        span["last"],
    )


def knowing_of(told: list[tuple[str, bool, int]]) -> Knowing:
    """The method over (ways, whether it reached a decision, how many)."""
    tagged = [(set(ways), led) for ways, led, n in told for _one in range(n)]
    return knowing([ways for ways, _led in tagged], [led for _ways, led in tagged], list(LETTERS))


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
        through.objects.filter(
            response__statement__in=shown_claims(place.space).values("pk"),
            response__overtaken_at=None,
            value__held_back_at=None,
        )
        .values("value__name", "value__added_by")
        .annotate(n=Count("pk"))
        .order_by("-n", "value__name")
    )
    spoken = [(row["value__name"], row["n"]) for row in found]
    added = {row["value__name"] for row in found if row["value__added_by"]}
    reasons = shown_answers(place.space).exclude(reason="").count()
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
    given = ties_given(place.space)
    if given is None:
        return None
    names = [name for name, _from, _to in given.seasons]
    method = ties_between(given.ties, given.groups, place.space.threshold, periods=names)
    return Relations(method, given.seasons, given.answers, given.acknowledgements)


@dataclass(frozen=True, slots=True)
class Participation:
    """How much people brought: of everybody who is or was a member, also of who brought nothing.

    gini: 0 where all brought as much, 1 where one brought everything; rows: small groups joined, none where only all
    together may be shown
    """

    people: int
    turns: int
    gini: float | None
    rows: list[tuple[tuple[str, ...], GroupShare]]
    joined: tuple[tuple[str, ...], ...]


def participation(place: Place) -> Participation | None:
    """How equally people took part. None where there are too few to say, or nothing was brought. Three queries."""
    space = place.space
    return participation_of(turns_taken(space, standpoints(space)), space.threshold)


def participation_of(taken: list[tuple[str, int]], threshold: int) -> Participation | None:
    """The method over (ways of knowing, how much they brought) of each person."""
    plan = join_small_groups([ways for ways, _n in taken], threshold)
    turns = [n for _ways, n in taken]
    if plan.all_hidden or not sum(turns):
        return None
    rows = []
    for row in () if plan.together else plan.rows:
        # One row beside all others at a time: somebody in two rows counts in both.
        inside = ["in" if (set(ways) or {""}) & set(row) else "out" for ways, _n in taken]
        rows.append((row, next(share for share in group_shares(turns, inside) if share.group == "in")))
    return Participation(len(taken), sum(turns), gini(turns), rows, plan.joined)


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
        return found.filter(reached_a_decision(place.space))
    return found.exclude(reached_a_decision(place.space)) if kind == "waiting" else found


def number_behind(place: Place, what: str) -> int:
    """How many rows the number counts, whether or not this person may read them all."""
    kind, _hyphen, letter = what.partition("-")
    found = counted(place.space)
    if letter:
        found = found.filter(ways__contains=letter)
    if kind == "reached":
        return found.filter(reached_a_decision(place.space)).count()
    return found.exclude(reached_a_decision(place.space)).count() if kind == "waiting" else found.count()
