"""What is still unanswered, who looks after it, and what of it somebody themself asked for."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import (
    Case,
    DateField,
    Exists,
    Min,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.functions import Coalesce, TruncDate

from coproduce import clock
from coproduce.contributions.models import ContributionState
from coproduce.decisions.models import ProposalSource
from coproduce.outcomes.how_long import how_long
from coproduce.outcomes.models import (
    Commitment,
    GoodEnough,
    Handing,
    Keeper,
    Outcome,
    OutcomeSource,
    OutcomeState,
    State,
)
from coproduce.outcomes.queries.standing import A_PAGE
from coproduce.people.models import Person
from coproduce.prepared import given, prepared
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState, Space
from coproduce.themes.models import ThemeLink

OF_MINE, FRONT = 50, 4


@dataclass(slots=True)
class Waits:
    """An outcome that waits for an answer, since when, and who looks after it (None: nobody).

    ``again``: it was answered, and somebody said that the answer is not good enough.
    """

    outcome: Outcome
    since: date
    again: bool
    keeper: Keeper | None = None

    @property
    def how_long(self) -> str:
        return how_long(self.since, clock.today())


IS_OPEN = Q(state=State.NOT_YET) | Q(no_at__isnull=False)
"""Of outcomes with what ``open_ones`` puts beside each."""


def open_ones(outcomes: QuerySet[Outcome]) -> QuerySet[Any]:
    """Of these the unanswered: *not yet*, or answered and not good enough for somebody whose words led here.

    Each has ``state`` (its newest), ``no_at`` (when somebody said no to that, or None) and ``since`` (a date: when it
    was first asked for, or opened again).
    """
    return _with_since(outcomes).filter(IS_OPEN)


def _with_since(outcomes: QuerySet[Outcome]) -> QuerySet[Any]:
    newest = OutcomeState.objects.filter(outcome=OuterRef("pk")).order_by("-number")
    asked = OutcomeState.objects.filter(outcome=OuterRef("pk"), asked_on__isnull=False).order_by()
    first = asked.values("outcome").annotate(first=Min("asked_on")).values("first")
    noes = GoodEnough.objects.filter(outcome=OuterRef("pk"), answer=False, replaced_at=None)
    found = outcomes.annotate(
        state=Subquery(newest.values("state")[:1]), told_at=Subquery(newest.values("at")[:1])
    ).annotate(no_at=Subquery(noes.filter(at__gte=OuterRef("told_at")).order_by("at").values("at")[:1]))
    since = Case(When(state=State.NOT_YET, then=Subquery(first)), default=TruncDate("no_at"), output_field=DateField())
    return found.annotate(since=since)


def unanswered(place: Place, *, page: int = 0) -> list[Waits]:
    """What is still unanswered in a space, longest first: ``A_PAGE`` and one more. Two queries."""
    found = open_ones(Outcome.objects.filter(space=place.space)).order_by("since", "pk")
    return _with_keepers(place.space, found[A_PAGE * page : A_PAGE * (page + 1) + 1])


def how_many_unanswered(space: Space) -> int:
    """How many questions of a space are still unanswered."""
    return open_ones(Outcome.objects.filter(space=space)).count()


def waits_of(place: Place, outcome: Outcome) -> Waits | None:
    """One outcome with since when it waits, None where it is answered. Two queries."""
    found = _with_keepers(place.space, open_ones(Outcome.objects.filter(pk=outcome.pk)))
    return found[0] if found else None


def _with_keepers(space: Space, outcomes: Iterable[Any]) -> list[Waits]:
    rows = [Waits(one, one.since, one.state != State.NOT_YET) for one in outcomes]
    kept = keepers_of(space, [row.outcome.pk for row in rows])
    for row in rows:
        row.outcome.space = space
        row.keeper = kept.get(row.outcome.pk)
    return rows


def keepers_of(space: Space, outcomes: list[UUID]) -> dict[UUID, Keeper]:
    """By outcome who looks after the answer now. Whoever has left the space does no longer. One query."""
    here = Membership.objects.filter(space=space, person=OuterRef("person")).exclude(state=MembershipState.LEFT)
    now = Keeper.objects.filter(Exists(here), outcome__in=outcomes, until=None).select_related("person")
    return {one.outcome_id: one for one in now}


def led_from_words_of(person: Any, space: Any, outcome: str = "pk") -> Q:
    """The condition: somebody's words led to the outcome, as ``words_behind`` says it.

    person, space: their keys, or what stands for them in a prepared query; outcome: the path to the outcome's key.
    """
    mine = {
        "contribution__space": space,
        "contribution__author": person,
        "contribution__state": ContributionState.VISIBLE,
    }
    my_links = ThemeLink.objects.filter(ended_at=None, **mine)
    my_themes = my_links.order_by().values("theme")
    # Asked of an expression, so that the database begins with what the person said and not with all words of a theme.
    links = my_links.alias(of=Coalesce("theme", "theme")).filter(of=OuterRef("theme"))
    sources = OutcomeSource.objects.filter(outcome=OuterRef(outcome))
    in_time = links.filter(linked_at__lte=OuterRef("outcome__recorded_at"))
    proposed = ProposalSource.objects.filter(proposal=OuterRef("decision__proposal"))
    before = links.filter(linked_at__lte=OuterRef("proposal__decision__decided_at"))
    decided = Q(Exists(proposed.filter(**mine))) | Q(Exists(proposed.filter(Exists(before), theme__in=my_themes)))
    return (
        Q(Exists(sources.filter(**mine)))
        | Q(Exists(sources.filter(Exists(in_time), theme__in=my_themes)))
        | Q(Exists(sources.filter(decided, decision__isnull=False)))
    )


def my_words_wait(person: Person, space: Space, at_most: int = OF_MINE) -> list[Waits]:
    """What somebody's own words asked for and what has no answer yet, longest first. Two queries."""
    mine = Outcome.objects.filter(led_from_words_of(person.pk, space.pk), space=space)
    return _with_keepers(space, open_ones(mine).order_by("since", "pk")[:at_most])


def kept_by(person: Person, space: Space) -> list[Waits]:
    """The unanswered that somebody looks after, longest first. Two queries."""
    kept = Keeper.objects.filter(outcome=OuterRef("pk"), person=person, until=None)
    found = open_ones(Outcome.objects.filter(Exists(kept), space=space)).order_by("since", "pk")
    return _with_keepers(space, found[:OF_MINE])


def promises_of(person: Person, space: Space) -> list[Commitment]:
    """What somebody promised and has not done yet, oldest first. Query for ``space`` none: it is that of the page."""
    open_states = [State.NOT_YET, State.PARTLY]
    found = Commitment.objects.filter(person=person, outcome__space=space, state__in=open_states)
    return list(found.select_related("outcome").order_by("made_at", "pk")[:OF_MINE])


def asked_of(people: Iterable[Person], space: Space) -> list[Handing]:
    """What these people are asked to take on and have not answered, oldest first. One query."""
    found = Handing.objects.filter(outcome__space=space, to__in=list(people), answered_at=None)
    return list(found.select_related("outcome", "commitment", "by", "to").order_by("at", "pk")[:OF_MINE])


def handing_of(outcome: Outcome) -> dict[UUID, Handing]:
    """What is being handed on of an outcome and its promises, by the key of each. One query."""
    waiting = Handing.objects.filter(outcome=outcome, answered_at=None).select_related("to", "by")
    return {one.commitment_id or outcome.pk: one for one in waiting}


def something_came_for(person: Person, space: Space, since: datetime) -> bool:
    """Whether there is news for somebody since then: of what came of their words, of an answer that they look after and
    that is open again, or a question whether they take something on. For the bundled message. Three queries at most.
    """
    told = OutcomeState.objects.filter(led_from_words_of(person.pk, space.pk, "outcome"), outcome__space=space)
    noes = GoodEnough.objects.filter(answer=False, replaced_at=None, at__gt=since, outcome__space=space)
    kept = Keeper.objects.filter(outcome=OuterRef("outcome"), person=person, until=None)
    return (
        told.filter(at__gt=since).exclude(told_by=person).exists()
        or noes.filter(Exists(kept)).exclude(person=person).exists()
        or Handing.objects.filter(outcome__space=space, to=person, at__gt=since, answered_at=None).exists()
    )


class OnFront(NamedTuple):
    """An outcome that waits for somebody, or they for it, since when.

    what: ``handed`` (they are asked to take something on), ``again`` (they look after it, and somebody says it is not
    good enough), ``reopened`` (the same, of what their words led to), ``asked`` (their words asked for it, and there is
    no answer yet).
    """

    what: str
    outcome: UUID
    title: str
    since: date

    @property
    def how_long(self) -> str:
        return how_long(self.since, clock.today())

    @property
    def asks_me(self) -> bool:
        """Whether somebody waits for them, and not they for somebody."""
        return self.what in ("handed", "again")


def waits_for_me(person: Person, space: Space) -> list[OnFront]:
    """For the front page ``FRONT``: what somebody is asked first, then what they have waited for longest. One query."""
    rows: Any = _waits_for()(space=space.pk, me=person.pk)
    return [OnFront("handed" if handed else what, pk, title, since) for pk, title, since, handed, what in rows]


@prepared
def _waits_for() -> QuerySet[Any, Any]:
    me, space = given("me"), given("space")
    found = _with_since(Outcome.objects.filter(space=space)).annotate(
        handed=Exists(Handing.objects.filter(outcome=OuterRef("pk"), to=me, answered_at=None)),
        kept=Exists(Keeper.objects.filter(outcome=OuterRef("pk"), person=me, until=None)),
    )
    again = Q(no_at__isnull=False) & ~Q(state=State.NOT_YET)
    wanted = found.filter(Q(handed=True) | again & Q(kept=True) | (IS_OPEN & led_from_words_of(me, space)))
    what = Case(
        When(again & Q(kept=True), then=Value("again")),
        When(again, then=Value("reopened")),
        default=Value("asked"),
        output_field=TextField(),
    )
    asked_first = Case(When(Q(handed=True) | again & Q(kept=True), then=Value(0)), default=Value(1))
    rows: QuerySet[Any, Any] = wanted.order_by(asked_first, "since", "pk").values_list(
        "pk", "title", "since", "handed", what
    )
    return rows[:FRONT]


def people_who_can_be_asked(space: Space, at_most: int = 500) -> list[Person]:
    """Everybody in the space under a name that is theirs, by name: those who could take something on."""
    here = Membership.objects.filter(space=space, person__pseudonymous=False).exclude(state=MembershipState.LEFT)
    return [one.person for one in here.select_related("person").order_by("person__chosen_name", "pk")[:at_most]]
