"""Who follows what and who asked whom, as far as the person who asks may know."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import assisted_members
from coproduce.conversation.folding import Mutes, mutes_from, mutes_of
from coproduce.conversation.models import Ask, Following, Mention, Muted, QuietChoice, WhoMayAsk
from coproduce.errors import NotHere
from coproduce.people.models import Attribution, Person
from coproduce.prepared import given, prepared
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState, Space
from coproduce.themes.models import ThemeLink, ThemeState

SHOWN = 100
OPEN = Q(answer=None, declined_at=None, taken_back_at=None)


# ── beside some words ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Beside:
    """What the reader of some words arranged for themselves, and what they were asked about them.

    asks: (key of the ask, name of whoever asked) of the open ones.
    """

    mutes: Mutes
    is_followed: bool
    asks: list[tuple[UUID, str]]


def beside_words(place: Place, contribution: Contribution) -> Beside | None:
    """For the page of a contribution; None for visitors, who have nothing of the kind. One query."""
    if place.membership is None or place.person is None:
        return None
    ask = _beside()
    rows: list[Any] = list(ask(space=place.space.pk, person=place.person.pk, about=contribution.pk))
    return Beside(
        mutes_from(row[2:] for row in rows if row[0] == "muted"),
        any(row[0] == "followed" for row in rows),
        [(row[1], row[5]) for row in rows if row[0] == "asked"],
    )


@prepared
def _beside() -> QuerySet[Any, Any]:
    """Three kinds of rows in one query: (which, key, author, kind of name, theme, phrase or name, note)."""
    space, person, about = given("space"), given("person"), given("about")
    nobody, empty = Value(None, output_field=UUIDField()), Value("", output_field=TextField())
    muted = Muted.objects.filter(space=space, person=person).order_by()
    followed = Following.objects.filter(person=person, contribution=about, ended_at=None).order_by()
    asked = Ask.objects.filter(OPEN, space=space, asked=person, about=about).order_by()

    def text(field: str) -> Cast:
        return Cast(F(field), TextField())

    def kind(name: str) -> Value:
        return Value(name, output_field=TextField())

    return muted.values_list(
        kind("muted"), F("pk"), F("author"), text("attribution"), F("theme"), text("phrase"), text("note")
    ).union(
        followed.values_list(kind("followed"), F("pk"), nobody, empty, nobody, empty, empty),
        asked.values_list(kind("asked"), F("pk"), nobody, empty, nobody, text("by__chosen_name"), empty),
        all=True,
    )


def is_following(place: Place, theme: UUID) -> bool:
    """Whether the reader follows a theme. One query."""
    return Following.objects.filter(person=place.person, theme=theme, ended_at=None).exists()


# ── what one arranged for oneself ────────────────────────────────────────────────────────────────


def followed_by(place: Place) -> list[Following]:
    """What the reader follows here, newest first, with the words and themes. One query."""
    held = Following.objects.filter(space=place.space, person=place.person, ended_at=None)
    return list(held.select_related("contribution__author", "theme").order_by("-since", "-id")[:SHOWN])


def muted_by(place: Place) -> list[Muted]:
    """What the reader folded away here, in the order they did. One query."""
    held = Muted.objects.filter(space=place.space, person=place.person).select_related("author", "theme")
    return list(held.order_by("since", "id"))


def own_muted(place: Place, pk: UUID) -> Muted:
    """One thing that the reader folded away. ``NotHere`` for anybody else's."""
    found = Muted.objects.filter(space=place.space, person=place.person, pk=pk).first()
    if found is None:
        raise NotHere
    return found


def who_may_ask(place: Place) -> str:
    """What the reader chose about being asked by name here. One query."""
    held = QuietChoice.objects.filter(space=place.space, person=place.person).values_list("who_may_ask", flat=True)
    return held.first() or WhoMayAsk.ANYONE


# ── asking by name ───────────────────────────────────────────────────────────────────────────────


def people_to_tell(place: Place, but: Iterable[UUID] = (), limit: int = 300) -> list[Person]:
    """Members beside the reader for whom words may be meant, by name. One query."""
    here = Membership.objects.filter(space=place.space).exclude(state=MembershipState.LEFT)
    return _people(here, place, but, limit)


def people_to_ask(place: Place, limit: int = 300) -> list[Person]:
    """Members beside the reader who are here, have no pause and may be asked by name, by name. One query."""
    nobody = QuietChoice.objects.filter(
        space=OuterRef("space"), person=OuterRef("person"), who_may_ask=WhoMayAsk.NOBODY
    )
    here = Membership.objects.filter(~Exists(nobody), space=place.space, state=MembershipState.ACTIVE)
    return _people(here, place, (), limit)


def _people(here: QuerySet[Membership], place: Place, but: Iterable[UUID], limit: int) -> list[Person]:
    apart = {*but} | ({place.person.pk} if place.person else set())
    found = Person.objects.filter(pseudonymous=False, pk__in=here.values("person")).exclude(pk__in=apart)
    return list(found.order_by("chosen_name", "pk")[:limit])


_WITH = ("asked", "by", "about__author", "answer__author", "noted_by")


def ask_in(place: Place, pk: UUID) -> Ask:
    """One question by name: for whoever was asked, whoever asked, and for facilitators where the one who was asked
    does not go online. ``NotHere`` for everybody else. One query."""
    ask = Ask.objects.filter(space=place.space, pk=pk).select_related(*_WITH).first()
    if ask is None or not _may_know(place, ask):
        raise NotHere
    ask.space = place.space
    return ask


def _may_know(place: Place, ask: Ask) -> bool:
    person = place.person
    own = person is not None and person.pk in (ask.asked_id, ask.by_id)
    return own or (place.is_facilitator and ask.asked.is_assisted)


def asked_of(place: Place) -> list[Ask]:
    """What the reader is asked here and has not answered, oldest first. One query."""
    held = Ask.objects.filter(OPEN, space=place.space, asked=place.person).select_related(*_WITH)
    return list(held.order_by("at", "id")[:SHOWN])


def asked_by(place: Place) -> list[Ask]:
    """What the reader asked others here and did not take back, newest first. One query."""
    held = Ask.objects.filter(space=place.space, by=place.person, taken_back_at=None).select_related(*_WITH)
    return list(held.order_by("-at", "-id")[:SHOWN])


def asked_of_assisted(place: Place) -> list[tuple[Person, list[Ask]]]:
    """For facilitators: what people who do not go online are asked, person by person. Two queries."""
    people = {person.pk: person for person in assisted_members(place.space)}
    held = Ask.objects.filter(OPEN, space=place.space, asked__in=list(people)).select_related(*_WITH)
    found: dict[UUID, list[Ask]] = {}
    for ask in held.order_by("at", "id")[: SHOWN * 5]:
        found.setdefault(ask.asked_id, []).append(ask)
    return [(person, found[pk]) for pk, person in people.items() if pk in found]


def from_muted(place: Place, asks: Iterable[Ask]) -> set[UUID]:
    """Which of the questions the reader's own choices fold away: whoever asked does so under their chosen name, and the
    words may hold what the reader would rather not see. One query."""
    mutes = mutes_of(place)
    return {
        ask.pk
        for ask in asks
        if (ask.by_id, Attribution.CHOSEN) in mutes.authors
        or (mutes.phrases and mutes.phrases.search(ask.words.casefold()))
    }


def meant_for(contribution: Contribution) -> list[Mention]:
    """For whom words are meant, for their author's eyes. One query."""
    return list(Mention.objects.filter(contribution=contribution).select_related("person").order_by("at", "id"))


def something_new_for(person: Person, space: Space, since: Any) -> bool:
    """Whether something waits for somebody in a space since then: a question by name not looked at, words meant for
    them, or news of what they follow; but for what they fold away. For the bundled message. Four queries at most."""
    muted = Muted.objects.filter(space=space, person=person)
    asks = Ask.objects.filter(OPEN, space=space, asked=person, seen_at=None, at__gt=since)
    if asks.exclude(Exists(muted.filter(author=OuterRef("by"), attribution=Attribution.CHOSEN))).exists():
        return True
    by_others = Contribution.objects.filter(space=space, state="visible").exclude(author=person)
    by_others = by_others.exclude(Exists(muted.filter(author=OuterRef("author"), attribution=OuterRef("attribution"))))
    follows = Following.objects.filter(person=person, ended_at=None)
    told = Mention.objects.filter(person=person, at__gt=since).values("contribution")
    answered = Exists(follows.filter(contribution=OuterRef("answers")))
    return (
        by_others.filter(pk__in=told).exists()
        or by_others.filter(answered, brought_at__gt=since, answers__isnull=False).exists()
        or ThemeLink.objects.filter(
            Exists(follows.filter(theme=OuterRef("theme"))), theme__space=space, theme__state=ThemeState.OPEN,
            ended_at=None, linked_at__gt=since, contribution__state="visible",
        ).exclude(linked_by=person).exists()
    )  # fmt: skip
