"""What people say is wrong with words: for those who look after it, and for whoever said it."""

from uuid import UUID

from django.db.models import Q, QuerySet

from coproduce.care.models import Flag, Role
from coproduce.care.queries.people import named_for, readers_of
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space

SHOWN = 100


def words_in(space: Space, pk: UUID) -> Contribution:
    """Words of this space as they are, whatever their state, for those who look after them. One query.

    The caller has seen to it that whoever asks may read them. ``NotHere`` for what is not in the space.
    """
    found = Contribution.objects.select_related("author", "recorder", "space", "gathering")
    words = found.filter(space=space, pk=pk).first()
    if words is None:
        raise NotHere
    return words


def readers_of_worries(contribution: Contribution) -> list[Person]:
    """Who would read a worry about these words, the first of them first: never whose words they are."""
    return readers_of(contribution.space, Role.WORRIES, apart=[contribution.author_id])


def my_open_worry(contribution: Contribution, person: Person) -> Flag | None:
    """What this person has already said about these words and waits to hear of, if anything."""
    return Flag.objects.filter(contribution=contribution, flagger=person, answered_at=None).first()


def _worries_for(place: Place) -> QuerySet[Flag]:
    """What this person may read: all but worries about their own words, if the space named them, or named nobody.

    What is about the words of the only one who is named falls to those who facilitate.
    """
    if place.person is None or not place.is_member:
        return Flag.objects.none()
    named = {one.pk for one in named_for(place.space, Role.WORRIES)}
    found = Flag.objects.filter(contribution__space=place.space).exclude(contribution__author=place.person)
    if place.person.pk in named or (place.is_facilitator and not named):
        return found
    if not place.is_facilitator:
        return found.none()
    asked_first = Q(to_person=place.person)
    return (
        found.filter(asked_first | Q(contribution__author__in=named)) if len(named) == 1 else found.filter(asked_first)
    )


def worries_that_wait(place: Place) -> list[Flag]:
    """Worries that this person may answer, the one that has waited longest first. Two queries."""
    waiting = _worries_for(place).filter(answered_at=None)
    return list(
        waiting.select_related("contribution__author", "flagger", "rule", "to_person").order_by("at", "pk")[:SHOWN]
    )


def worries_answered(place: Place) -> list[Flag]:
    """Worries that were answered, newest first, for those who may answer them."""
    done = _worries_for(place).filter(answered_at__isnull=False)
    return list(done.select_related("contribution__author", "answered_by").order_by("-answered_at", "pk")[:SHOWN])


def worry_for(place: Place, pk: UUID) -> Flag:
    """One worry that this person may answer or has answered, or ``NotHere``."""
    found = _worries_for(place).select_related(
        "contribution__author", "contribution__recorder", "contribution__space", "flagger", "recorded_by", "rule",
        "to_person", "answered_by", "talked_by",
    )  # fmt: skip
    worry = found.filter(pk=pk).first()
    if worry is None:
        raise NotHere
    return worry


def my_worries(place: Place) -> list[Flag]:
    """What this person said is wrong, or had written down for them, newest first, with what became of it.

    Words that they may not read any more are emptied.
    """
    mine = Flag.objects.filter(contribution__space=place.space, flagger=place.person)
    found = list(
        mine.select_related("contribution__author", "to_person", "answered_by", "rule").order_by("-at", "pk")[:SHOWN]
    )
    for worry in found:
        if worry.contribution.state != ContributionState.VISIBLE:
            worry.contribution.words = worry.contribution.content_note = ""
    return found


def talks_about(contributions: QuerySet[Contribution]) -> list[Flag]:
    """Where somebody who looks after the space wrote to the author of these words. Only what the author may read:
    who wrote, when and what; never who had a worry, nor which."""
    talked = Flag.objects.filter(contribution__in=contributions, talked_at__isnull=False)
    return list(
        talked.select_related("talked_by")
        .only("talk", "talked_at", "talked_by__chosen_name", "contribution_id")
        .order_by("-talked_at", "pk")[:SHOWN]
    )
