"""What is still open in a space that means to end, and what a space went on with that ended elsewhere."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from coproduce.ballots.models import Ballot, Closing
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.decisions.models import Proposal, ProposalState
from coproduce.deliberation.models import Round
from coproduce.errors import NotHere
from coproduce.outcomes.models import Commitment, Ending, LeftKind, LeftOpen, Outcome, State, Succession
from coproduce.outcomes.queries.waiting import open_ones
from coproduce.outcomes.telling import untold_in
from coproduce.people.models import Person
from coproduce.priorities.models import Exercise, Step
from coproduce.spaces.access import Place, membership_of
from coproduce.spaces.models import Membership, MembershipState, Privacy, Space, SpaceState

SHOWN = 50
"""Of each kind on the page; all of a kind can be left or handed on at once."""


@dataclass(frozen=True, slots=True)
class OpenThing:
    """Something that is still open. title: "" for words, which are not quoted; url: where it is answered."""

    kind: str
    subject: UUID
    title: str
    url: str
    since: date | None = None


def ending_of(space: Space) -> Ending | None:
    """What was said last about ending or resting, and was not called off: still to come, or done. One query."""
    held = Ending.objects.filter(space=space, called_off_at=None).select_related("said_by", "done_by")
    return held.order_by("-said_at").first()


def ending_to_come(space: Space) -> Ending:
    """The ending that is said and not done. ``NotHere`` where there is none."""
    held = Ending.objects.filter(space=space, done_at=None, called_off_at=None).first()
    if held is None:
        raise NotHere
    return held


def successor_of(ending: Ending) -> Succession | None:
    """Which space is asked to go on, or agreed to. One query."""
    asked = Succession.objects.filter(ending=ending).exclude(agreed=False)
    return asked.select_related("to_space", "asked_by", "answered_by").first()


def may_know_of(place: Place, other: Space) -> bool:
    """Whether this person may know that another space is there: anybody finds it, or they are in it. One query."""
    anybody = other.privacy in (Privacy.LISTED, Privacy.PUBLIC)
    return anybody or membership_of(place.person, other.pk) is not None


@dataclass(frozen=True, slots=True)
class GoesOn:
    """Where it goes on, as this person may know it.

    name: "" where they may not know which space it is; url and slug: "" where they could not open it.
    """

    name: str
    url: str
    slug: str
    agreed: bool
    asked_at: datetime
    answered_words: str


def goes_on_in(place: Place, ending: Ending) -> GoesOn | None:
    """``successor_of``, named to those who may know of that space or asked it, and to members once it agreed."""
    asked = successor_of(ending)
    if asked is None:
        return None
    known = asked.to_space is not None and may_know_of(place, asked.to_space)
    named = known or place.is_facilitator or (bool(asked.agreed) and place.is_member)
    opened = asked.to_space if known else None
    return GoesOn(
        asked.name if named else "",
        opened.get_absolute_url() if opened is not None else "",
        opened.slug if opened is not None else "",
        bool(asked.agreed),
        asked.asked_at,
        asked.answered_words if named else "",
    )


def still_open(space: Space, reader: Person | None = None) -> dict[str, list[OpenThing]]:
    """By kind everything that is still open; kinds of which nothing is are left out. Some fifteen queries.

    reader: who asks; somebody to be told for nameless words stands there only for who wrote those down.
    """
    found: dict[str, list[OpenThing]] = {}
    for thing in _every_open_thing(space, reader):
        found.setdefault(thing.kind, []).append(thing)
    return found


def _every_open_thing(space: Space, reader: Person | None) -> Iterator[OpenThing]:
    slug = space.slug
    for one in open_ones(Outcome.objects.filter(space=space)).order_by("since", "pk"):
        url = reverse("outcomes:outcome", args=[slug, one.pk])
        yield OpenThing(LeftKind.OUTCOME, one.pk, one.title, url, one.since)
    promises = Commitment.objects.filter(outcome__space=space, state__in=[State.NOT_YET, State.PARTLY])
    for pk, words, at in promises.order_by("made_at", "pk").values_list("pk", "words", "made_at"):
        url = reverse("outcomes:keep", args=[slug, pk])
        yield OpenThing(LeftKind.COMMITMENT, pk, words[:200], url, timezone.localdate(at))
    for pk, title, at in (
        Proposal.objects.filter(space=space, state=ProposalState.OPEN)
        .order_by("opened_at", "pk")
        .values_list("pk", "title", "opened_at")
    ):
        url = reverse("decisions:proposal", args=[slug, pk])
        yield OpenThing(LeftKind.PROPOSAL, pk, title, url, timezone.localdate(at))
    yield from _counts_and_rounds(space)
    for pk, said_on in unanswered_words(space).order_by("said_on", "pk").values_list("pk", "said_on"):
        url = reverse("contributions:contribution", args=[slug, pk])
        yield OpenThing(LeftKind.WORDS, pk, "", url, said_on)
    people = {one.person.pk: one for one in reversed(untold_in(space, reader, at_most=10_000))}
    for untold in people.values():
        url = reverse("outcomes:told", args=[slug, untold.outcome.pk, untold.person.pk])
        yield OpenThing(LeftKind.PERSON, untold.person.pk, "", url, timezone.localdate(untold.state.at))


def _counts_and_rounds(space: Space) -> Iterator[OpenThing]:
    closed = Closing.objects.filter(ballot=OuterRef("pk"))
    for ballot in Ballot.objects.filter(~Exists(closed), space=space).order_by("opened_at", "pk"):
        ballot.space = space
        on = timezone.localdate(ballot.opened_at)
        yield OpenThing(LeftKind.BALLOT, ballot.pk, ballot.title, ballot.get_absolute_url(), on)
    for asked in Round.objects.filter(space=space, closed_at=None):
        asked.space = space
        on = timezone.localdate(asked.opened_at)
        yield OpenThing(LeftKind.ROUND, asked.pk, asked.question, asked.get_absolute_url(), on)
    for exercise in Exercise.objects.filter(space=space).exclude(step=Step.DONE):
        exercise.space = space
        on = timezone.localdate(exercise.proposed_at)
        yield OpenThing(LeftKind.EXERCISE, exercise.pk, exercise.title, exercise.get_absolute_url(), on)


def unanswered_words(space: Space) -> QuerySet[Contribution]:
    """What was brought and never had an answer nor *this changed my thinking*. No query."""
    answers = Contribution.objects.filter(answers=OuterRef("pk"), state=ContributionState.VISIBLE)
    brought = Contribution.objects.filter(space=space, state=ContributionState.VISIBLE, answers=None)
    return brought.filter(~Exists(answers), acknowledgements=None)


def left_open_of(ending: Ending) -> dict[tuple[str, UUID], LeftOpen]:
    """What was said of each open thing, by kind and key. One query."""
    return {
        (one.kind, one.subject): one for one in LeftOpen.objects.filter(ending=ending).select_related("by", "taken_up")
    }


def spaces_that_could_go_on(person: Person, space: Space) -> list[Space]:
    """Spaces that could be asked: those that anybody finds here, and those this person is in. One query."""
    mine = Membership.objects.filter(person=person).exclude(state=MembershipState.LEFT).values("space")
    found = Space.objects.filter(Q(pk__in=mine) | Q(privacy__in=[Privacy.LISTED, Privacy.PUBLIC]))
    return list(found.exclude(state=SpaceState.ENDED).exclude(pk=space.pk).order_by("name", "pk")[:200])


@dataclass(frozen=True, slots=True)
class Inherited:
    """What a space went on with: from which ending, what was handed on, and whether the reader may read it there.

    name: of the space that ended, "" for a visitor who may not know of it; they see of ``left`` what was taken up.
    """

    succession: Succession
    left: list[LeftOpen]
    may_read: bool
    name: str


def inherited_by(place: Place) -> tuple[list[Inherited], list[Succession]]:
    """What this space went on with, and what it is asked to go on with and has not answered. Three queries."""
    found = Succession.objects.filter(to_space=place.space).exclude(agreed=False)
    rows = list(found.select_related("ending__space", "asked_by").order_by("asked_at"))
    agreed = [one for one in rows if one.agreed]
    handed: dict[UUID, list[LeftOpen]] = {one.ending_id: [] for one in agreed}
    for left in LeftOpen.objects.filter(ending__in=handed, handed_on=True).select_related("taken_up"):
        handed[left.ending_id].append(left)
    mine = set[UUID]()
    if place.person is not None:
        there = Membership.objects.filter(person=place.person, space__in=[one.ending.space_id for one in agreed])
        mine = set(there.exclude(state=MembershipState.LEFT).values_list("space", flat=True))
    told = []
    for one in agreed:
        from_space = one.ending.space
        may_read = from_space.pk in mine or from_space.privacy == Privacy.PUBLIC
        rows_left = handed[one.ending_id]
        if not (place.is_member or may_read):
            rows_left = [each for each in rows_left if each.taken_up_id is not None]
        told.append(Inherited(one, rows_left, may_read, _named_to(place, from_space, may_read)))
    return told, [one for one in rows if one.agreed is None] if place.is_member else []


def _named_to(place: Place, other: Space, may_read: bool) -> str:
    return other.name if place.is_member or may_read or other.privacy == Privacy.LISTED else ""


def where_it_was_before(place: Place, outcome: Outcome) -> str | None:
    """The name of the space that handed on what was taken up as this outcome; "" for a visitor who may not know of it,
    None where none did. Two queries at most.
    """
    left = LeftOpen.objects.filter(taken_up=outcome).select_related("ending__space").first()
    if left is None:
        return None
    other = left.ending.space
    return other.name if place.is_member or may_know_of(place, other) else ""


@dataclass(frozen=True, slots=True)
class EndOnFront:
    """What the front page says of an end: that it is meant, or how it was; and whether this space grew from another."""

    ending: Ending | None
    going_on: GoesOn | None
    grew: bool


def end_on_front(place: Place) -> EndOnFront | None:
    """None for a space that goes on and began by itself. One query, three where an end was said."""
    space = place.space
    ending = ending_of(space)
    if ending is not None and ending.done_at is not None and space.state not in (SpaceState.ENDED, SpaceState.RESTING):
        ending = None
    if ending is None and space.parent_id is None:
        return None
    return EndOnFront(ending, goes_on_in(place, ending) if ending is not None else None, space.parent_id is not None)
