"""Who may see and do what in a space. Every page of a space begins here."""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from django.db.models import CharField, OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from coproduce.errors import NotAllowed, NotHere, SignInNeeded
from coproduce.people.models import Person
from coproduce.prepared import given, only, prepared
from coproduce.spaces.models import Framing, Membership, MembershipState, Privacy, Space


class LinkClosed(NotAllowed):
    """A link or code that lets nobody in any more."""

    status = 410
    title = _("This way in has closed")
    what_now = _(
        "The link or code you used has ended, or somebody closed it. The space may well still be there: "
        "ask the person who gave it to you for a new one."
    )


@dataclass(frozen=True, slots=True)
class Place:
    """A space as one person finds it: what ``space_for`` answers.

    membership is None for a visitor. ``person`` is None for somebody who has not signed in.
    """

    space: Space
    person: Person | None
    membership: Membership | None

    @property
    def is_member(self) -> bool:
        return self.membership is not None

    @property
    def is_facilitator(self) -> bool:
        return self.membership is not None and self.membership.is_facilitator


def membership_of(person: Person | None, space_id: UUID) -> Membership | None:
    """The membership of someone who has not left."""
    if person is None:
        return None
    return only(_membership()(space=space_id, person=person.pk))


@prepared
def _space(*, listed: bool) -> QuerySet[Space]:
    """A space by its address, with the present wording of its question; ``listed``: and how it came to be asked so."""
    newest = Framing.objects.filter(space=OuterRef("pk")).order_by("-number")
    wording = Subquery(newest.values("words")[:1])
    found = Space.objects.filter(slug=given("slug", CharField())).annotate(question=wording)
    if listed:
        first = Framing.objects.filter(space=OuterRef("pk")).order_by("number").values("words")[:1]
        found = found.annotate(framed=Subquery(newest.values("number")[:1]), first_question=Subquery(first))
    return found


@prepared
def _membership() -> QuerySet[Membership]:
    found = Membership.objects.filter(space=given("space"), person=given("person"))
    return found.exclude(state=MembershipState.LEFT)


def space_for(request: HttpRequest, slug: str, *, listed: bool = False) -> Place:
    """The space and who is asking. Raises ``NotHere`` for a space that is not for them to read.

    With ``listed=True`` a listed space's front page is found by anyone: its question and how to join, no more.
    ``space.question`` is the present wording of the question (str); with ``listed=True`` ``space.framed`` is how many
    wordings there were, and ``space.first_question`` the first. Two queries for someone signed in, one else.
    """
    space = only(_space(listed=listed)(slug=slug))
    if space is None:
        raise NotHere
    person: Person | None = getattr(request, "person", None)
    membership = membership_of(person, space.pk)
    open_to_all = (Privacy.PUBLIC, Privacy.LISTED) if listed else (Privacy.PUBLIC,)
    if membership is None and space.privacy not in open_to_all:
        raise NotHere
    return Place(space, person, membership)


def member_place(request: HttpRequest, slug: str) -> Place:
    """As ``space_for``, for pages that only members may open. Somebody not signed in is asked to sign in.

    It asks before it looks whether the space is there, so that the answer tells a stranger nothing.
    """
    if getattr(request, "person", None) is None:
        raise SignInNeeded
    place = space_for(request, slug)
    if not place.is_member:
        raise NotHere
    return place


def require_member(actor: Person, space: Space) -> Membership:
    """For actions: the actor's membership, or ``NotHere``."""
    membership = membership_of(actor, space.pk)
    if membership is None:
        raise NotHere
    return membership


def require_facilitator(actor: Person, space: Space) -> Membership:
    """For actions: the actor's membership as a facilitator. ``NotHere`` for others' spaces, else ``NotAllowed``."""
    membership = require_member(actor, space)
    if not membership.is_facilitator:
        raise NotAllowed
    return membership


class WrittenDown(Protocol):
    """What somebody said, and who wrote it down for them."""

    person_id: UUID
    recorded_by_id: UUID | None


def may_see_again(reader: Person | None, said: WrittenDown | None) -> bool:
    """Whether a sheet shows somebody what was put on it before: whose it is, and who wrote it down or brought it.

    Whoever writes for the same person next does not learn it from the sheet; what they write takes its place. It is
    the same whether it carries a name or none (``docs/decisions/0031``).
    """
    if reader is None or said is None:
        return False
    return reader.pk in (said.person_id, said.recorded_by_id, getattr(said, "brought_by_id", None))


def typed_by_another(said: WrittenDown, recorder: Person | None) -> bool:
    """Whether a sheet that somebody typed up is typed now by a second person, who is not shown what the first typed."""
    return recorder is not None and said.recorded_by_id is not None and said.recorded_by_id != recorder.pk


def recorder_for(actor: Person, person: Person, space: Space) -> Person | None:
    """For actions where ``actor`` presses the button and the words are ``person``'s: who is noted as the recorder.

    None when they are the same. The actor when they facilitate the space and the person is an assisted
    member of it. ``NotHere`` when either is not in the space, else ``NotAllowed``.

    Words may carry no name: to whoever cannot speak for anybody the refusal is the same whosever they are, whether
    that person signs in, goes by post, or has left.
    """
    membership = require_member(actor, space)
    if actor.pk == person.pk:
        return None
    if not membership.is_facilitator or not person.is_assisted:
        raise NotAllowed(
            _(
                "Nobody can speak for somebody else here, but for people who do not go online. Those who "
                "facilitate write down for them. Nothing was changed."
            )
        )
    require_member(person, space)
    return actor
