"""What came of it, as pages show it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet

from coproduce import clock
from coproduce.contributions.known import known_to
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.queries import assisted_members, seen_among, visible_contributions
from coproduce.contributions.sentences import sources_gone
from coproduce.decisions.models import Decision, ProposalSource
from coproduce.errors import NotHere
from coproduce.outcomes.how_long import how_long
from coproduce.outcomes.models import (
    CommitmentState,
    GoodEnough,
    LeftOpen,
    Outcome,
    OutcomeSource,
    OutcomeState,
    State,
)
from coproduce.people.models import Attribution, Person
from coproduce.prepared import given_many, prepared
from coproduce.spaces.access import Place
from coproduce.themes.models import Theme, ThemeLink

A_PAGE = 60


def is_open_again(outcome: Outcome) -> bool:
    """Whether somebody said that it is not good enough, and nothing has been told since. Two queries."""
    last = outcome.states.order_by("-number").values_list("at", flat=True).first()
    unhappy = outcome.good_enough.filter(answer=False, replaced_at=None)
    return last is not None and unhappy.filter(at__gte=last).exists()


@dataclass(slots=True)
class Standing:
    """An outcome with its newest state, and whether somebody said that it is not good enough.

    ``first_asked``: the first day on which it was asked for, None for what never was *not yet*. ``is_inherited``:
    another space left it open (filled in for the list).
    """

    outcome: Outcome
    now: OutcomeState
    is_open_again: bool = False
    sources: list["Source"] = field(default_factory=list)
    first_asked: date | None = None
    is_inherited: bool = False

    @property
    def decisions(self) -> list[Decision]:
        return [source.decision for source in self.sources if source.decision]

    @property
    def themes(self) -> list[Theme]:
        return [source.theme for source in self.sources if source.theme]

    @property
    def words(self) -> list[Contribution]:
        """Of what it comes from the words that may be read here, one contribution for each person who gave a name."""
        found: dict[UUID, Contribution] = {}
        for source in self.sources:
            said = source.contribution
            if said is not None:
                named = said.attribution in (Attribution.NAME, Attribution.CHOSEN)
                found.setdefault(said.author_id if named else said.pk, said)
        return list(found.values())

    @property
    def gone(self) -> int:
        """How many of the words it comes from are taken back or out of sight, or not for this reader."""
        return sum(source.is_gone for source in self.sources)

    @property
    def gone_says(self) -> list[str]:
        """What is said of those, in sentences."""
        return sources_gone(source.state for source in self.sources if source.is_gone)

    @property
    def waited(self) -> str:
        """How long a *not yet* has waited since it was first asked for, in words; "" for anything else."""
        if self.now.state != State.NOT_YET or self.first_asked is None:
            return ""
        return how_long(self.first_asked, clock.today())

    @property
    def is_open(self) -> bool:
        """Something is still to come: not yet, partly, or not good enough for somebody whose words led here."""
        return self.is_open_again or self.now.state in {State.NOT_YET, State.PARTLY}


@dataclass(frozen=True, slots=True)
class Source:
    """Where an outcome comes from. One of the three is set; ``is_gone``: words that cannot be read here, and to members
    their ``state``.
    """

    decision: Decision | None = None
    theme: Theme | None = None
    contribution: Contribution | None = None
    is_gone: bool = False
    state: str = ""


def newest_states(outcomes: Iterable[UUID]) -> dict[UUID, OutcomeState]:
    """The newest state of each outcome. One query."""
    wanted = list(outcomes)
    if not wanted:
        return {}
    rows = _states()(outcomes=wanted)
    return {state.outcome_id: state for state in rows}


@prepared
def _states() -> QuerySet[OutcomeState]:
    return OutcomeState.objects.filter(outcome__in=given_many("outcomes")).order_by("number")


@prepared
def _said_no() -> QuerySet[GoodEnough]:
    return GoodEnough.objects.filter(outcome__in=given_many("outcomes"), answer=False, replaced_at=None)


def standings(outcomes: Iterable[Outcome]) -> list[Standing]:
    """Each outcome with where it stands, in the order given. Two queries."""
    rows = list(outcomes)
    if not rows:
        return []
    keys = [outcome.pk for outcome in rows]
    states: dict[UUID, OutcomeState] = {}
    first_asked: dict[UUID, date] = {}
    for state in _states()(outcomes=keys):
        states[state.outcome_id] = state
        if state.asked_on is not None:
            first_asked[state.outcome_id] = min(state.asked_on, first_asked.get(state.outcome_id, state.asked_on))
    unhappy: dict[UUID, list[GoodEnough]] = defaultdict(list)
    for said in _said_no()(outcomes=keys):
        unhappy[said.outcome_id].append(said)
    return [
        Standing(
            row,
            states[row.pk],
            any(said.at >= states[row.pk].at for said in unhappy[row.pk]),
            first_asked=first_asked.get(row.pk),
        )
        for row in rows
        if row.pk in states
    ]


def outcomes_of(place: Place, *, page: int = 0) -> list[Standing]:
    """What came of this space, newest told first, each with its sources: ``A_PAGE`` and one more. Seven queries."""
    told = Outcome.objects.filter(space=place.space).select_related("recorded_by")
    rows = standings(told[A_PAGE * page : A_PAGE * (page + 1) + 1])
    _fill_sources(place, rows)
    alone = {row.outcome.pk: row for row in rows if not row.sources}
    for pk in LeftOpen.objects.filter(taken_up__in=alone).values_list("taken_up", flat=True) if alone else ():
        alone[pk].is_inherited = True
    return rows


def outcome_in(place: Place, pk: UUID) -> Standing:
    """One outcome with its sources. Raises ``NotHere``."""
    found = standings(Outcome.objects.filter(space=place.space, pk=pk).select_related("recorded_by"))
    if not found:
        raise NotHere
    found[0].outcome.space = place.space
    _fill_sources(place, found)
    return found[0]


def _fill_sources(place: Place, rows: list[Standing]) -> None:
    by_pk = {row.outcome.pk: row for row in rows}
    held = OutcomeSource.objects.filter(outcome__in=list(by_pk)).select_related("decision__proposal", "theme")
    sources: list[Any] = list(held.annotate(words_state=F("contribution__state")).order_by("pk"))
    wanted = [source.contribution_id for source in sources if source.contribution_id]
    readable = {one.pk: one for one in seen_among(place, wanted)} if wanted else {}
    for source in sources:
        words = readable.get(source.contribution_id) if source.contribution_id else None
        by_pk[source.outcome_id].sources.append(
            Source(
                source.decision,
                source.theme,
                words,
                is_gone=bool(source.contribution_id) and words is None,
                state=(source.words_state or "") if place.is_member else "",
            )
        )


def history_of(outcome: Outcome) -> list[OutcomeState]:
    """How far it had come at each time, oldest first."""
    return list(outcome.states.select_related("told_by"))


def commitments_of(outcome: Outcome, asked: Mapping[UUID, Any] | None = None) -> list[Any]:
    """Who promised what. Each has ``earlier``, how it went, where there is more than its present state (a state
    ``is_handed`` when somebody else took it on), and ``asked``, who is asked to take it on now; it and its states have
    ``said_by``: the name of somebody else who said how far it had come, so that nobody's words stand under another's
    name. Two queries.
    """
    rows_of = CommitmentState.objects.select_related("person", "told_by").order_by("number")
    states = Prefetch("states", queryset=rows_of)
    promises: list[Any] = list(outcome.commitments.select_related("person", "recorded_by").prefetch_related(states))
    for promise in promises:
        rows: list[Any] = list(promise.states.all())
        for before, state in pairwise([None, *rows]):
            state.is_handed = before is not None and before.person_id != state.person_id
            is_own = state.told_by_id == state.person_id
            promise.said_by = state.said_by = "" if is_own else state.told_by.chosen_name
        promise.earlier = rows if len(rows) > 1 else []
        promise.asked = (asked or {}).get(promise.pk)
    return promises


@dataclass(frozen=True, slots=True)
class Judgements:
    """What people whose words led here say: now, and what they said before more had happened."""

    now: list[GoodEnough]
    before: list[GoodEnough]


def judgements_of(place: Place, outcome: Outcome) -> Judgements:
    """Whether it was good enough, as far as this person may read it, oldest first. Visitors read what may be quoted."""
    readable = visible_contributions(place).select_related(None).filter(pk__in=words_behind(outcome).values("pk"))
    rows = list(
        outcome.good_enough.filter(contribution__in=readable.values("pk")).select_related(
            "person", "contribution__author", "recorded_by"
        )
    )
    return Judgements(
        [row for row in rows if row.replaced_at is None],
        [row for row in rows if row.replaced_at is not None and place.is_member],
    )


def helped_with_words_behind(place: Place, outcome: Outcome) -> list[Person]:
    """For a facilitator: assisted members whose words led here, who are asked by somebody in person. Of nameless words
    only who wrote them down learns whose they are.
    """
    if not place.is_facilitator:
        return []
    known = words_behind(outcome).filter(known_to(place.person), author__account=None)
    led_here = set(known.values_list("author", flat=True))
    return [person for person in assisted_members(place.space) if person.pk in led_here]


def words_behind(outcome: Outcome) -> QuerySet[Contribution]:
    """The contributions that led to an outcome: named by it, or through its themes and decisions.

    Words that joined a theme after the outcome was told, or after the decision, did not lead there.
    """
    sources = OutcomeSource.objects.filter(outcome=outcome)
    decisions = Decision.objects.filter(pk__in=sources.values("decision"))
    proposed = ProposalSource.objects.filter(proposal__in=decisions.values("proposal"))
    in_time = decisions.filter(
        decided_at__gte=OuterRef("linked_at"),
        proposal__in=ProposalSource.objects.filter(theme=OuterRef(OuterRef("theme"))).values("proposal"),
    )
    links = ThemeLink.objects.filter(ended_at=None).filter(
        Q(theme__in=sources.values("theme"), linked_at__lte=outcome.recorded_at) | Q(Exists(in_time))
    )
    return Contribution.objects.filter(
        Q(pk__in=sources.exclude(contribution=None).values("contribution"))
        | Q(pk__in=proposed.exclude(contribution=None).values("contribution"))
        | Q(pk__in=links.values("contribution")),
        space=outcome.space_id,
        state=ContributionState.VISIBLE,
    )


def my_words_behind(person: Person, outcome: Outcome, reader: Person | None = None) -> list[Contribution]:
    """The person's own words that led to an outcome, oldest first.

    reader: somebody who asks or writes for them; of nameless words they learn only of those they wrote down.
    """
    told = Q() if reader is None or reader.pk == person.pk else known_to(reader)
    return list(words_behind(outcome).filter(told, author=person).order_by("said_on", "pk")[:20])


@dataclass(frozen=True, slots=True)
class Choices:
    """What an outcome may be said to come from."""

    decisions: list[Decision]
    themes: list[Theme]


def possible_sources(place: Place) -> Choices:
    """The decisions and themes of a space. Two queries."""
    decisions = Decision.objects.filter(proposal__space=place.space).select_related("proposal").order_by("-decided_at")
    themes = Theme.objects.filter(space=place.space, state="open").order_by("name")
    return Choices(list(decisions[:100]), list(themes[:100]))
