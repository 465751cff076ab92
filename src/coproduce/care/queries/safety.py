"""Where to turn, and worries about somebody's safety."""

from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from coproduce.care.models import BrokenGlass, CareNote, Concern, Role
from coproduce.care.queries.people import looks_after_safety, who_may
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space

SHOWN = 100


def present_note(space: Space) -> CareNote | None:
    """Where to turn, as this space has written it, or None where nobody has. One query."""
    return CareNote.objects.filter(space=space).select_related("written_by").order_by("-version").first()


def who_may_be_told(space: Space, *, apart: list[UUID]) -> list[Person]:
    """Whom a worry about safety can be written to: named for it first, then who facilitates; nobody of ``apart``."""
    return who_may(space, Role.SAFEGUARDING, apart=apart)


def my_concerns(place: Place) -> list[Concern]:
    """Worries about safety that this person wrote, newest first, each with ``told``: who else opened it, and why."""
    opened = BrokenGlass.objects.filter(tells_writer=True, opened_at__isnull=False)
    told = Prefetch("openings", opened.select_related("asked_by", "second").order_by("opened_at"), to_attr="told")
    found = Concern.objects.filter(space=place.space, written_by=place.person).prefetch_related(told)
    return list(found.select_related("to_person", "answered_by", "about").order_by("-at", "pk")[:SHOWN])


def concerns_to(place: Place) -> list[Concern]:
    """Worries about safety written to this person, what waits longest first, then what was answered."""
    found = Concern.objects.filter(space=place.space, to_person=place.person)
    return list(found.select_related("written_by", "answered_by").order_by("answered_at", "at", "pk")[:SHOWN])


def concerns_of_others(place: Place) -> list[Concern]:
    """That worries about safety wait for somebody else, for those who look after the space: never what they say, nor
    who wrote them. Each with ``openings``: who asked to read it."""
    if not looks_after_safety(place):
        return []
    found = _of_others(place).filter(answered_at=None).defer("words", "answer")
    return list(found.select_related("to_person").prefetch_related("openings__asked_by").order_by("at", "pk")[:SHOWN])


def _of_others(place: Place) -> QuerySet[Concern]:
    found = Concern.objects.filter(space=place.space)
    found = found.exclude(Q(about__isnull=False) & Q(about__author=place.person))
    return found.exclude(written_by=place.person).exclude(to_person=place.person)


def concern_for(place: Place, pk: UUID) -> Concern:
    """One worry about safety, for its writer, whom it was written to, or whoever has opened it with a second person."""
    opened = BrokenGlass.objects.filter(asked_by=place.person, opened_at__isnull=False).values("concern")
    may_read = Q(written_by=place.person) | Q(to_person=place.person) | Q(pk__in=opened)
    found = Concern.objects.filter(may_read, space=place.space, pk=pk)
    concern = found.select_related("written_by", "to_person", "answered_by", "about", "space").first()
    if concern is None:
        raise NotHere
    return concern


def sealed_concern(place: Place, pk: UUID) -> Concern:
    """A worry about safety of somebody else's, without its words: to ask to read it, or to agree that another does."""
    if not looks_after_safety(place):
        raise NotHere
    found = _of_others(place).filter(pk=pk).defer("words", "answer").select_related("to_person", "space", "about")
    concern = found.first()
    if concern is None:
        raise NotHere
    return concern


def _wishes_of_others(place: Place) -> QuerySet[BrokenGlass]:
    """Wishes that still wait for a second person: never shown to who wrote the worry, who may be told nothing of it."""
    found = BrokenGlass.objects.filter(concern__space=place.space, opened_at=None).exclude(asked_by=place.person)
    found = found.exclude(Q(concern__about__isnull=False) & Q(concern__about__author=place.person))
    return found.exclude(concern__written_by=place.person)


def opening_for(place: Place, pk: UUID) -> BrokenGlass:
    """Somebody's wish to read a worry about safety, for a second person to agree to. ``NotHere`` for who asked, for
    whose worry it is, and for whose words it is about."""
    if not looks_after_safety(place):
        raise NotHere
    found = _wishes_of_others(place).filter(pk=pk)
    opening = found.select_related("asked_by", "concern__space", "concern__to_person").first()
    if opening is None:
        raise NotHere
    return opening


def openings_that_wait(place: Place) -> list[BrokenGlass]:
    """Wishes to read a worry about safety that this person could agree to."""
    if not looks_after_safety(place):
        return []
    found = _wishes_of_others(place).filter(concern__answered_at=None)
    return list(found.select_related("asked_by", "concern__to_person").order_by("asked_at", "pk")[:SHOWN])
