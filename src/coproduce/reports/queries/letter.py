"""What happened in a space in one season, for somebody who was away."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from random import Random
from typing import Any
from uuid import UUID

from django.db.models import Count, DateField, Q, QuerySet
from django.utils import timezone

from coproduce.contributions.known import known_to
from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import OPENING, cut_at_a_word, seen_by
from coproduce.contributions.use import in_use
from coproduce.conversation.a_few import Candidate, in_order_of_need
from coproduce.conversation.folding import folded_for
from coproduce.conversation.models import Ask, Mention
from coproduce.conversation.queries import OPEN
from coproduce.conversation.seasons import Season
from coproduce.decisions.models import Decision, Proposal, ProposalState
from coproduce.decisions.queries import reviews_due
from coproduce.gatherings.models import Gathering
from coproduce.gatherings.queries import gatherings_to_come
from coproduce.outcomes.models import Outcome, OutcomeState
from coproduce.outcomes.queries import Standing, standings
from coproduce.people.models import Person
from coproduce.prepared import given, prepared
from coproduce.reports.queries.did import Step, what_words_did
from coproduce.spaces.access import Place
from coproduce.spaces.models import Framing, Membership, MembershipState
from coproduce.themes.models import Origin, Theme, ThemeState

VOICES = 4
OF_A_KIND = 12
"""So many themes, decisions and outcomes are told of; a letter is read in one sitting."""
OWN_WORDS = 20
NAMES = 40
LOOKED_AT = 200


@dataclass(frozen=True, slots=True)
class OwnWords:
    """Something the reader brought, and what it did in the season."""

    contribution: Contribution
    steps: list[Step]


@dataclass(frozen=True, slots=True)
class Letter:
    """A season as it is told. Of each kind ``OF_A_KIND`` at most, and in ``more`` how many others there were.

    framings: wordings of the question that were new in it, oldest first; question: the wording that held at its end.
    """

    season: Season
    question: str
    framings: list[Framing]
    brought: int
    answers: int
    voices: list[Contribution]
    themes: list[Theme]
    decisions: list[Decision]
    states: list[OutcomeState]
    joined: list[str]
    proposals: list[Proposal]
    due: list[Decision]
    waiting: list[Standing]
    gatherings: list[Gathering]
    own: list[OwnWords]
    asks: list[Ask]
    meant: list[Contribution]
    more: dict[str, int]

    @property
    def is_quiet(self) -> bool:
        """Nothing at all happened."""
        return not (self.brought or self.answers or self.themes or self.decisions or self.states or self.framings)


def letter_of(place: Place, season: Season, reader: Person) -> Letter:
    """The letter of a season for one member (``reader``: whoever reads, or an assisted person it is printed for).

    A fixed number of queries, whatever the space holds. Voices are only words whose authors agreed that they may be
    quoted, for letters are printed and handed on; none that carry a note, and none the reader folded away.
    """
    begins, ends = _moments(season)
    more: dict[str, int] = {}
    states = _few(_states(place, begins, ends), "states", more)
    said = Contribution.objects.filter(
        seen_by(is_member=True), space=place.space, said_on__range=(season.first, season.last)
    )
    counts = said.order_by().aggregate(openers=Count("pk", filter=Q(answers=None)), all=Count("pk"))
    framings = list(Framing.objects.filter(space=place.space, framed_at__lt=ends).order_by("-number")[:OF_A_KIND])
    return Letter(
        season=season,
        question=framings[0].words if framings else place.space.question,  # type: ignore[attr-defined]
        framings=[one for one in reversed(framings) if one.framed_at >= begins and one.number > 1],
        brought=counts["openers"],
        answers=counts["all"] - counts["openers"],
        voices=_voices(place, season),
        themes=_few(_themes(place, begins, ends), "themes", more),
        decisions=_few(_decisions(place, begins, ends), "decisions", more),
        states=states,
        joined=_joined(place, begins, ends, more),
        proposals=_few(_open_proposals(place), "proposals", more),
        due=reviews_due(place, at_most=OF_A_KIND),
        waiting=_waiting(place, {state.outcome_id for state in states}),
        gatherings=list(gatherings_to_come(place.space)[:OF_A_KIND]),
        own=_own_words(place, season, reader),
        asks=list(Ask.objects.filter(OPEN, space=place.space, asked=reader).select_related("by").order_by("at")),
        meant=_meant_for(place, begins, ends, reader),
        more=more,
    )


def _moments(season: Season) -> tuple[datetime, datetime]:
    """When a season begins and when the next one does."""
    days = (season.first, season.last + timedelta(days=1))
    begins, ends = (timezone.make_aware(datetime.combine(day, time.min)) for day in days)
    return begins, ends


def _few(found: QuerySet[Any], name: str, more: dict[str, int]) -> list[Any]:
    """The first ``OF_A_KIND``; notes in ``more`` how many there are besides. One query, or two."""
    rows = list(found[: OF_A_KIND + 1])
    if len(rows) > OF_A_KIND:
        more[name] = found.count() - OF_A_KIND
    return rows[:OF_A_KIND]


def _voices(place: Place, season: Season) -> list[Contribution]:
    """A few passages from different ways of knowing, the same for everybody who reads the letter. Four queries."""
    rows: Any = _quotable()(space=place.space.pk, first=season.first, last=season.last)
    candidates = [Candidate(pk, ways, is_answered=False) for pk, ways in rows]
    chosen = in_order_of_need(candidates, Random(f"{season.code} {place.space.pk}"))[: VOICES * 3]  # noqa: S311
    folded = folded_for(place, [one.pk for one in chosen])
    wanted = [one.pk for one in chosen if one.pk not in folded][:VOICES]
    found = {one.pk: one for one in Contribution.objects.filter(pk__in=wanted).select_related("author")}
    voices = [found[pk] for pk in wanted]
    for one in voices:
        one.opening = cut_at_a_word(one.words, OPENING // 2)  # type: ignore[attr-defined]
    return voices


@prepared
def _quotable() -> QuerySet[Contribution, Any]:
    """Openers of a season that may stand on paper: as visitors may read them, still in use, without a note."""
    found = Contribution.objects.filter(
        seen_by(is_member=False), in_use(), space=given("space"), answers=None, content_note="",
        said_on__gte=given("first", DateField()), said_on__lte=given("last", DateField()),
    )  # fmt: skip
    return found.order_by("said_on", "id").values_list("pk", "ways")[:LOOKED_AT]


def _themes(place: Place, begins: datetime, ends: datetime) -> QuerySet[Theme]:
    named = Theme.objects.filter(space=place.space, state=ThemeState.OPEN, origin=Origin.EMERGED)
    return named.filter(proposed_at__gte=begins, proposed_at__lt=ends).order_by("proposed_at", "pk")


def _decisions(place: Place, begins: datetime, ends: datetime) -> QuerySet[Decision]:
    made = Decision.objects.filter(proposal__space=place.space, decided_at__gte=begins, decided_at__lt=ends)
    return made.select_related("proposal").order_by("decided_at", "pk")


def _states(place: Place, begins: datetime, ends: datetime) -> QuerySet[OutcomeState]:
    told = OutcomeState.objects.filter(outcome__space=place.space, at__gte=begins, at__lt=ends)
    return told.select_related("outcome").order_by("at", "pk")


def _open_proposals(place: Place) -> QuerySet[Proposal]:
    return Proposal.objects.filter(space=place.space, state=ProposalState.OPEN).order_by("opened_at", "pk")


def _joined(place: Place, begins: datetime, ends: datetime, more: dict[str, int]) -> list[str]:
    """The chosen names of those who joined and are still here: what the page of who is here shows anyway."""
    here = Membership.objects.filter(
        space=place.space, joined_at__gte=begins, joined_at__lt=ends, person__pseudonymous=False
    ).exclude(state=MembershipState.LEFT)
    names = list(here.order_by("joined_at", "pk").values_list("person__chosen_name", flat=True)[: NAMES + 1])
    if len(names) > NAMES:
        more["joined"] = here.count() - NAMES
    return names[:NAMES]


def _waiting(place: Place, told_above: set[UUID]) -> list[Standing]:
    """What has been asked for or is half done, of the outcomes told last, but for the season’s own. Three queries."""
    told = Outcome.objects.filter(space=place.space).order_by("-recorded_at", "pk")[: OF_A_KIND * 2]
    waiting = [standing for standing in standings(told) if standing.is_open]
    return [standing for standing in waiting if standing.outcome.pk not in told_above][:OF_A_KIND]


def _meant_for(place: Place, begins: datetime, ends: datetime, reader: Person) -> list[Contribution]:
    """Words that are meant for the reader, said so in the season, as far as they are in sight. One query."""
    told = Mention.objects.filter(person=reader, at__gte=begins, at__lt=ends).values("contribution")
    meant = Contribution.objects.filter(seen_by(is_member=True), space=place.space, pk__in=told)
    return list(meant.select_related("author").order_by("said_on", "id")[:OF_A_KIND])


def _own_words(place: Place, season: Season, reader: Person) -> list[OwnWords]:
    """What the reader's own words did in the season, newest words first; what came of several of them is told of the
    newest alone. On a letter that somebody else prints for them, of nameless words only those which that person wrote
    down. Eight queries at most."""
    known = Q() if place.person is not None and place.person.pk == reader.pk else known_to(place.person)
    newest = Contribution.objects.filter(
        seen_by(is_member=True), known, space=place.space, author=reader, said_on__lte=season.last
    )
    words = list(newest.select_related("author", "recorder").order_by("-said_on", "-id")[:OWN_WORDS])
    traces = what_words_did(place, words)
    found, told = [], set()
    for one in words:
        one.opening = cut_at_a_word(one.words, 120)  # type: ignore[attr-defined]
        # The first step is that they were brought, which the reader knows.
        steps = [step for step in traces[one.pk].steps[1:] if season.first <= step.on <= season.last]
        steps = [step for step in steps if not step.url or (step.what, step.url) not in told]
        told |= {(step.what, step.url) for step in steps}
        if steps:
            found.append(OwnWords(one, steps))
    return found
