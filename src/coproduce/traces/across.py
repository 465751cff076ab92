"""Links from one space to another, as far as whoever asks may know of the other side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.urls import reverse

from coproduce.consent.models import Agreement, Use
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import in_use
from coproduce.conversation.folding import NONE
from coproduce.decisions.models import Proposal
from coproduce.errors import NotHere
from coproduce.outcomes.models import Outcome
from coproduce.people.models import Person
from coproduce.spaces.access import Place, membership_of
from coproduce.spaces.models import Membership, MembershipState, Privacy, Space
from coproduce.themes.models import Theme, ThemeState
from coproduce.traces.links import Kind, Node, Way
from coproduce.traces.models import AcrossLink
from coproduce.traces.things import Thing, things

KINDS = {"words": Kind.WORDS, "theme": Kind.THEME, "proposal": Kind.PROPOSAL, "outcome": Kind.OUTCOME}
MODELS: dict[str, Any] = {"words": Contribution, "theme": Theme, "proposal": Proposal, "outcome": Outcome}
FIELD_OF = {kind: field for field, kind in KINDS.items()}
AT_MOST, TO_CHOOSE = 20, 60


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a link as this person may know it. ``name``: of the space, "" where they may not know which it is;
    ``thing``: what it is there, None where they may not read it, or it is the space itself (``url`` leads there then).
    """

    name: str
    url: str = ""
    thing: Thing | None = None


@dataclass(frozen=True, slots=True)
class Across:
    """A link seen from one of its spaces. ``near``: what it joins here; ``far``: the other side."""

    link: AcrossLink
    near: Thing | None
    far: Side
    way: Way

    @property
    def waits_for_us(self) -> bool:
        """Whether it is this space that has not agreed yet."""
        side = "ours" if self.way == Way.ON else "theirs"
        return self.link.ended_at is None and getattr(self.link, f"{side}_agreed_at") is None


def across_from(place: Place, nodes: Sequence[Node], way: Way) -> list[Across]:
    """The links that hold from any of these things of a space to another space (back: from another). One query, and a
    few for each of the other spaces; ``AT_MOST`` links.
    """
    mine = "ours" if way == Way.ON else "theirs"
    asked = [
        Q(**{f"{mine}_{field}__in": keys})
        for field, kind in KINDS.items()
        if (keys := [pk for of_kind, pk in nodes if of_kind == kind])
    ]
    if not asked:
        return []
    holding = AcrossLink.objects.filter(
        reduce(or_, asked), **{mine: place.space}, ended_at=None,
        ours_agreed_at__isnull=False, theirs_agreed_at__isnull=False,
    )  # fmt: skip
    return _seen(place, holding.select_related("ours", "theirs")[:AT_MOST])


def across_in(place: Place) -> list[Across]:
    """Every link of this space to or from another, newest first, also those that wait or were ended: for members."""
    if not place.is_member:
        raise NotHere
    links = AcrossLink.objects.filter(Q(ours=place.space) | Q(theirs=place.space)).select_related(
        "ours", "theirs", "asked_by", "ended_by"
    )
    return _seen(place, links.order_by("-asked_at", "-id")[:AT_MOST])


def across_one(place: Place, pk: UUID) -> Across:
    """One link of this space, for members. ``NotHere``."""
    if not place.is_member:
        raise NotHere
    links = AcrossLink.objects.filter(Q(ours=place.space) | Q(theirs=place.space), pk=pk)
    found = _seen(place, links.select_related("ours", "theirs", "asked_by", "ended_by"))
    if not found:
        raise NotHere
    return found[0]


def known_here(place: Place, people: Iterable[Person | None]) -> dict[UUID, str]:
    """The names of those of these people who are, or were, in this space; nobody of the other is named. One query."""
    wanted = [person.pk for person in people if person is not None]
    here = Membership.objects.filter(space=place.space, person__in=wanted)
    return dict(here.values_list("person", "person__chosen_name"))


def _seen(place: Place, links: Iterable[AcrossLink]) -> list[Across]:
    held = [(link, Way.ON if link.ours_id == place.space.pk else Way.BACK) for link in links]
    near = {link.pk: _node(link, "ours" if way == Way.ON else "theirs") for link, way in held}
    far = {link.pk: _node(link, "theirs" if way == Way.ON else "ours") for link, way in held}
    others = {space.pk: space for link, way in held for space in [link.theirs if way == Way.ON else link.ours]}
    here = things(place, [node for node in near.values() if node], NONE)
    there: dict[UUID, dict[Node, Thing] | None] = {}
    for pk, space in others.items():
        nodes = [far[link.pk] for link, _way in held if pk in (link.ours_id, link.theirs_id)]
        there[pk] = _things_there(_place_of(place, space), [node for node in nodes if node])
    found = []
    for link, way in held:
        space = link.theirs if way == Way.ON else link.ours
        mine = near[link.pk]
        side = _side(space, there[space.pk], far[link.pk])
        found.append(Across(link, here.get(mine) if mine else None, side, way))
    return found


def _place_of(place: Place, space: Space) -> Place | None:
    """How this person finds the other space; None where it is not theirs to read."""
    membership = membership_of(place.person, space.pk)
    if membership is None and space.privacy != Privacy.PUBLIC:
        return None
    return Place(space, place.person, membership)


def _things_there(place: Place | None, nodes: Sequence[Node]) -> dict[Node, Thing] | None:
    """What this person may see of another space; None where they may not read it at all."""
    if place is None:
        return None
    words = may_go_abroad(place.space, [pk for kind, pk in nodes if kind == Kind.WORDS])
    return things(place, [node for node in nodes if node[0] != Kind.WORDS or node[1] in words], NONE)


def _side(space: Space, there: dict[Node, Thing] | None, node: Node | None) -> Side:
    if there is None:
        listed = space.privacy == Privacy.LISTED
        return Side(space.name, space.get_absolute_url()) if listed else Side("")
    thing = there.get(node) if node else None
    if thing is not None and thing.kind == Kind.WORDS:
        return Side(space.name, thing.url, thing)
    url = reverse("traces:came_from", args=[space.slug, thing.kind, thing.pk]) if thing else space.get_absolute_url()
    return Side(space.name, url, thing)


def _node(link: AcrossLink, side: str) -> Node | None:
    for field, kind in KINDS.items():
        key = getattr(link, f"{side}_{field}_id")
        if key is not None:
            return (kind, key)
    return None


def may_go_abroad(space: Space, words: Iterable[UUID]) -> set[UUID]:
    """Which of these words are shown to another space: in use, and their author agrees to that now. One query."""
    wanted = list(words)
    if not wanted:
        return set()
    agreed = Agreement.objects.filter(space=space, use=Use.REUSE, given=True, ended_at=None).values("person")
    found = Contribution.objects.filter(in_use(), pk__in=wanted, space=space, author__in=agreed)
    return set(found.values_list("pk", flat=True))


# ── for the sheet ────────────────────────────────────────────────────────────────────────────────


def source_of(place: Place, kind: str, pk: UUID) -> Any:
    """The row of this space that a link may begin from, for members. ``NotHere``."""
    field = FIELD_OF.get(Kind(kind)) if kind in set(Kind) else None
    if field is None or not place.is_member or not things(place, [(Kind(kind), pk)], NONE):
        raise NotHere
    return MODELS[field].objects.get(pk=pk, space=place.space)


def spaces_to_choose(place: Place) -> list[Space]:
    """The other spaces this person may link to: those they are in, by name. One query."""
    held = Membership.objects.filter(person=place.person).exclude(state=MembershipState.LEFT)
    return list(Space.objects.filter(pk__in=held.values("space")).exclude(pk=place.space.pk).order_by("name", "pk"))


def ends_to_choose(spaces: Sequence[Space]) -> list[tuple[Space, str, UUID, str]]:
    """(space, field, key, name) of what something may have led to there, the newest first. Three queries."""
    keys = [space.pk for space in spaces]
    by_pk = {space.pk: space for space in spaces}
    rows: list[tuple[QuerySet[Any], str, str]] = [
        (Outcome.objects.order_by("-recorded_at"), "outcome", "title"),
        (Proposal.objects.order_by("-opened_at"), "proposal", "title"),
        (Theme.objects.filter(state=ThemeState.OPEN).order_by("-proposed_at"), "theme", "name"),
    ]
    return [
        (by_pk[space], field, pk, name)
        for held, field, column in rows
        for pk, space, name in held.filter(space__in=keys).values_list("pk", "space", column)[:TO_CHOOSE]
    ]
