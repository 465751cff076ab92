"""What the methods behind an account are given: the record now, or as it was at a moment.

Each function takes ``at``: only what had happened by then is counted, as far as the record still holds it. Words taken
back since, or a standpoint somebody removed, are gone from the past too: that is what taking back means. So whoever
counts again compares the digest of what was given (``reports/queries/replaying.py``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import (
    BooleanField,
    Case,
    Count,
    Exists,
    IntegerField,
    Max,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Value,
    When,
)
from django.utils import timezone

from coproduce.contributions.models import Acknowledgement, Contribution, ContributionState
from coproduce.decisions.models import ProposalSource
from coproduce.deliberation.models import Statement
from coproduce.deliberation.queries import answers_at
from coproduce.spaces.models import Membership, Space, Standpoint
from coproduce.themes.models import Origin, Theme, ThemeLink, ThemeState
from coproduce_methods.ties import Tie

SHORTEST_FOR_TWO_SEASONS = timedelta(days=120)
Season = tuple[str, date, date]


def by_then(field: str, at: datetime | None) -> Q:
    """Only rows whose ``field`` is not after ``at``; all of them without it."""
    return Q() if at is None else Q(**{f"{field}__lte": at})


def counted(space: Space, at: datetime | None = None) -> QuerySet[Contribution]:
    """The contributions and answers that an account counts: all that are visible in the space, also to visitors."""
    return Contribution.objects.filter(by_then("brought_at", at), space=space, state=ContributionState.VISIBLE)


def _decided(at: datetime | None) -> QuerySet[ProposalSource]:
    return ProposalSource.objects.filter(
        by_then("proposal__decision__decided_at", at), proposal__decision__isnull=False
    )


def _in_themes(at: datetime | None) -> QuerySet[ThemeLink]:
    still = Q(ended_at=None) if at is None else Q(ended_at=None) | Q(ended_at__gt=at)
    return ThemeLink.objects.filter(still, by_then("linked_at", at))


def _decided_later(at: datetime | None) -> QuerySet[ProposalSource]:
    """Decisions on the theme of a link that were made after it: for an outer query over links."""
    return _decided(at).filter(theme=OuterRef("theme"), proposal__decision__decided_at__gte=OuterRef("linked_at"))


def reached_a_decision(space: Space, at: datetime | None = None) -> Q:
    """Contributions behind a proposal that was decided: named by it, or in a theme it named before it was decided."""
    here = _decided(at).filter(proposal__space=space)
    # The themes are named apart, so that no database begins with all links of all spaces.
    themes = here.exclude(theme=None).values("theme")
    through_theme = _in_themes(at).filter(Exists(_decided_later(at)), theme__in=themes)
    return Q(pk__in=here.exclude(contribution=None).values("contribution")) | Q(
        pk__in=through_theme.values("contribution")
    )


def ways_told(space: Space, at: datetime | None = None) -> list[tuple[str, bool, int]]:
    """(ways, whether it reached a decision, how many) of what was brought. One query."""
    reached: Counter[tuple[str, bool]] = Counter()
    rows = (
        counted(space, at)
        .annotate(
            reached=Case(When(reached_a_decision(space, at), then=True), default=False, output_field=BooleanField())
        )
        .order_by()
    )
    for row in rows.values("ways", "reached").annotate(n=Count("pk")):
        reached[row["ways"], bool(row["reached"])] += row["n"]
    return [(ways, led, n) for (ways, led), n in sorted(reached.items())]


def days_taken(space: Space, at: datetime | None, today: date) -> tuple[list[int], list[int]]:
    """Days from each contribution to the first decision it reached, and days so far of those that wait.

    Four queries. What is in decided themes is grouped by the database: it may be a hundred thousand words.
    """
    decided_at = "proposal__decision__decided_at"
    own = Q(contribution__space=space, contribution__state=ContributionState.VISIBLE)
    own &= by_then("contribution__brought_at", at)
    on_themes: dict[UUID, list[datetime]] = defaultdict(list)
    named: dict[UUID, tuple[datetime, date]] = {}
    sources = _decided(at).filter(own | Q(theme__space=space)).order_by(decided_at)
    for theme, pk, said_on, then in sources.values_list("theme", "contribution", "contribution__said_on", decided_at):
        if theme is not None:
            on_themes[theme].append(then)
        else:
            named.setdefault(pk, (then, said_on))
    moments, first = _first_decision(on_themes)
    reached: list[tuple[datetime, date]] = []
    if moments:
        linked = _in_themes(at).filter(own, theme__in=list(on_themes)).order_by().values("contribution")
        held = linked.filter(contribution__in=named).annotate(index=first).values_list("contribution", "index")
        for pk, index in held:
            if index is not None:
                named[pk] = min(named[pk], (moments[index], named[pk][1]))
        rest = linked.exclude(contribution__in=named)
        found = rest.annotate(index=first, said_on=Min("contribution__said_on")).values_list("index", "said_on")
        reached = [(moments[index], said_on) for index, said_on in found.iterator() if index is not None]
    reached += named.values()
    taken = [(timezone.localdate(then) - said_on).days for then, said_on in reached]
    said = Counter(dict(counted(space, at).order_by().values_list("said_on").annotate(n=Count("pk"))))
    said.subtract(said_on for _then, said_on in reached)
    waited = [(today - said_on).days for said_on, n in said.items() for _one in range(n)]
    # Said after it was decided, or on a day to come: it took no time.
    return sorted(max(days, 0) for days in taken), sorted(max(days, 0) for days in waited)


def _first_decision(on_themes: dict[UUID, list[datetime]]) -> tuple[list[datetime], Min]:
    """The moments of decisions in order, and (over links) the number of the first that was made after any of them.

    on_themes: theme -> when decisions on it were made, earliest first.
    """
    moments = sorted({then for times in on_themes.values() for then in times})
    number = {then: index for index, then in enumerate(moments)}
    after = [
        When(theme=theme, linked_at__lte=then, then=Value(number[then]))
        for theme, times in on_themes.items()
        for then in times
    ]
    return moments, Min(Case(*after, default=None, output_field=IntegerField()))


def themes_arose(space: Space, at: datetime | None = None) -> list[bool]:
    """For each open theme whether it was on no agenda. One query."""
    open_then = Theme.objects.filter(by_then("proposed_at", at), space=space, state=ThemeState.OPEN)
    return sorted(origin == Origin.EMERGED for origin in open_then.order_by().values_list("origin", flat=True))


# ── ties ─────────────────────────────────────────────────────────────────────────────────────────


class TiesGiven(NamedTuple):
    """Who answered and acknowledged whom, and where they speak from. ``seasons`` as (name, first day, last day)."""

    ties: list[Tie]
    groups: dict[str, set[str]]
    seasons: list[Season]
    answers: int
    acknowledgements: int


def ties_given(space: Space, at: datetime | None = None) -> TiesGiven | None:
    """What there is of ties; None before anybody answered or thanked anybody. Six queries at most."""
    groups = standpoints(space, at)
    answers = counted(space, at).filter(answers__isnull=False)
    thanked = Acknowledgement.objects.filter(
        by_then("at", at), contribution__space=space, contribution__state=ContributionState.VISIBLE
    )
    thanks = [
        (timezone.localdate(moment), one, other)
        for moment, one, other in thanked.values_list("at", "person", "contribution__author")
    ]
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
    return TiesGiven(sorted(ties), groups, seasons, span["all"], len(thanks)) if ties else None


def turns_taken(space: Space, groups: dict[str, set[str]], at: datetime | None = None) -> list[tuple[str, int]]:
    """For everybody in ``groups`` (``standpoints``): (ways of knowing, how much they brought), in no order of theirs.

    One query.
    """
    found = counted(space, at).order_by().values_list("author").annotate(n=Count("pk"))
    brought = {str(author): n for author, n in found}
    return sorted(("".join(sorted(ways)), brought.get(person, 0)) for person, ways in groups.items())


def standpoints(space: Space, at: datetime | None = None) -> dict[str, set[str]]:
    """For everybody who is or was a member the ways of knowing they speak from. Two queries."""
    members = Membership.objects.filter(by_then("joined_at", at), space=space)
    person_of = dict(members.values_list("pk", "person"))
    groups: dict[str, set[str]] = {str(person): set() for person in person_of.values()}
    said = Standpoint.objects.filter(by_then("said_at", at), membership__space=space)
    for membership, way in said.values_list("membership", "way"):
        if membership in person_of:
            groups[str(person_of[membership])].add(way)
    return groups


def seasons_of(first: date, last: date) -> list[Season]:
    """The time in two halves (or one, while it is short): (name, first day, last day)."""
    if last - first < SHORTEST_FOR_TWO_SEASONS:
        return [("all", first, last)]
    middle = first + (last - first) // 2
    return [("first", first, middle), ("last", middle + timedelta(days=1), last)]


def _season_of(on: date, seasons: Iterable[Season]) -> str:
    return next(name for name, begins, ends in seasons if begins <= on <= ends)


# ── how people saw the claims ────────────────────────────────────────────────────────────────────


def claims_answered(space: Space, at: datetime) -> dict[UUID, list[tuple[str, int]]]:
    """For each claim that was in sight and answered: (ways of knowing, answer) of each person. Five queries."""
    groups = standpoints(space, at)
    in_sight = Statement.objects.filter(Q(hidden_at=None) | Q(hidden_at__gt=at), by_then("drawn_at", at), space=space)
    claims = set(in_sight.order_by().values_list("pk", flat=True))
    found: dict[UUID, list[tuple[str, int]]] = defaultdict(list)
    for person, claim, answer in answers_at(space, at):
        if claim in claims:
            found[claim].append(("".join(sorted(groups.get(str(person), ()))), answer))
    return {claim: sorted(found[claim]) for claim in sorted(found)}
