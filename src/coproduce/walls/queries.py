"""Walls and what hangs on them, as far as the person who asks may see it."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from coproduce import clock
from coproduce.contributions.models import Contribution, WaitingWords
from coproduce.contributions.queries import WORDS_WAIT_FOR, Speaker, may_be_seen, ways_of
from coproduce.errors import NotHere
from coproduce.gatherings.models import Gathering
from coproduce.gatherings.queries import gathering_in
from coproduce.history.models import Event
from coproduce.people.models import Attribution, Person
from coproduce.people.naming import shown_name
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState, Space
from coproduce.spaces.queries import plain_code
from coproduce.walls.models import Wall, WallCard, WallGroup

CARDS_AT_MOST = 600
PEOPLE_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class Card:
    """Words on the wall. ``version``: how often it was moved; 0 for never."""

    pk: UUID
    words: str
    ways: str
    name: str
    content_note: str
    version: int = 0
    place: int = 0
    group: UUID | None = None


@dataclass(slots=True)
class Held:
    """A group and the cards in it."""

    group: WallGroup
    cards: list[Card] = field(default_factory=list)

    @property
    def ways(self) -> str:
        """The letters of its cards, one after the other, to draw it as cloth."""
        return "".join(card.ways[:1] for card in self.cards)


@dataclass(frozen=True, slots=True)
class Hung:
    """What hangs on a wall: the cards in no group, the newest first, and the groups. more: cards beyond the most."""

    loose: list[Card]
    groups: list[Held]
    more: bool = False

    @property
    def count(self) -> int:
        """How many cards hang there."""
        return len(self.loose) + sum(len(held.cards) for held in self.groups)


def wall_or_gathering(space: Space, gathering: UUID) -> tuple[Wall | None, Gathering]:
    """The wall of a gathering of this space, or None where nobody opened one; ``NotHere`` for another's gathering."""
    found = Wall.objects.select_related("gathering", "way_in").filter(gathering=gathering, gathering__space=space)
    wall = found.first()
    if wall is None:
        return None, gathering_in(space, gathering)
    wall.gathering.space = space
    return wall, wall.gathering


def wall_of(space: Space, gathering: UUID) -> Wall:
    """The wall of a gathering, or ``NotHere``."""
    wall, _gathering = wall_or_gathering(space, gathering)
    if wall is None:
        raise NotHere
    return wall


def wall_by_code(typed: str) -> Wall | None:
    """The wall with this code, with its gathering and space. None for a code nobody has."""
    code = plain_code(typed)
    if not code:
        return None
    return Wall.objects.select_related("gathering__space", "way_in").filter(code=code).first()


def group_of(wall: Wall, pk: UUID) -> WallGroup:
    """A group of this wall, or ``NotHere``."""
    group = WallGroup.objects.select_related("theme").filter(wall=wall, pk=pk).first()
    if group is None:
        raise NotHere
    group.wall = wall
    return group


def groups_of(wall: Wall) -> list[WallGroup]:
    """The groups in their order, each with the theme it became."""
    return list(wall.groups.select_related("theme").order_by("place", "id"))


def _brought_to(place: Place, wall: Wall) -> QuerySet[Contribution]:
    # The space is not named: a gathering is of one space, and its few words are found by it.
    return Contribution.objects.filter(may_be_seen(place), gathering=wall.gathering_id, answers=None)


_OF_A_CARD = ("pk", "words", "ways", "content_note", "attribution", "author__full_name", "author__chosen_name")


def hung_on(place: Place, wall: Wall, groups: Sequence[WallGroup] | None = None) -> Hung:
    """Everything on the wall. Three queries, however many cards; two where the groups are known."""
    held = {group.pk: Held(group) for group in (groups_of(wall) if groups is None else groups)}
    hangs = {row[0]: row for row in _places(wall)}
    rows = list(_brought_to(place, wall).order_by("-brought_at", "-id").values_list(*_OF_A_CARD)[: CARDS_AT_MOST + 1])
    loose: list[Card] = []
    for row in rows[:CARDS_AT_MOST]:
        card = _card(row, hangs.get(row[0]))
        if card.group in held:
            held[card.group].cards.append(card)
        else:
            loose.append(card)
    for each in held.values():
        each.cards.sort(key=lambda card: card.place)
    return Hung(loose, list(held.values()), len(rows) > CARDS_AT_MOST)


def _places(wall: Wall) -> Any:
    return WallCard.objects.filter(wall=wall).values_list("contribution_id", "group_id", "place", "version")


def _card(row: tuple[Any, ...], hangs: tuple[Any, ...] | None) -> Card:
    pk, words, ways, note, attribution, full_name, chosen_name = row
    _pk, group, place, version = hangs or (pk, None, 0, 0)
    name = shown_name(Speaker(full_name or chosen_name, chosen_name), attribution, ways)
    return Card(pk, words, ways, name, note, version, place, group)


def card_on(place: Place, wall: Wall, pk: UUID) -> Card:
    """One card, or ``NotHere``. Two queries."""
    row = _brought_to(place, wall).filter(pk=pk).values_list(*_OF_A_CARD).first()
    if row is None:
        raise NotHere
    return _card(row, _places(wall).filter(contribution=pk).first())


def moved_last(wall: Wall, pk: UUID) -> WallCard | None:
    """Where a card was put last, by whom, with its group; None if nobody moved it."""
    return WallCard.objects.select_related("group", "moved_by").filter(wall=wall, contribution=pk).first()


def words_in(place: Place, wall: Wall, group: WallGroup) -> list[Contribution]:
    """The contributions in a group that something new may be made of, in their order."""
    hangs = WallCard.objects.filter(wall=wall, group=group).order_by("place", "id").values_list("contribution")
    keys = [row[0] for row in hangs]
    usable = _brought_to(place, wall).filter(pk__in=keys, use_ended_at=None).in_bulk()
    return [usable[key] for key in keys if key in usable]


def stamp_of(slug: str, gathering: UUID, person: Person) -> int | None:
    """A number that changes with everything that happens in the space of a wall. One query, whatever hangs there.

    None where there is no such wall, or the person is not in its space.
    """
    last = Event.objects.filter(stream=OuterRef("gathering__space")).order_by("-sequence").values("sequence")[:1]
    here = Membership.objects.filter(person=person).exclude(state=MembershipState.LEFT).values("space")
    found = Wall.objects.filter(gathering=gathering, gathering__space__slug=slug, gathering__space__in=here)
    return found.annotate(stamp=Subquery(last)).values_list("stamp", flat=True).first()


def last_choice(place: Place, wall: Wall) -> tuple[str, str]:
    """(ways, attribution) of the card this person wrote last here, or how they said they speak. At most two queries."""
    own = Contribution.objects.filter(author=place.person, gathering=wall.gathering_id, recorder=None)
    last = own.order_by("-brought_at").values_list("ways", "attribution").first()
    return (last[0], last[1]) if last else (ways_of(place), Attribution.CHOSEN)


def waiting_for(place: Place) -> list[WaitingWords]:
    """Cards that somebody wrote for this person on a shared phone, and that wait for their yes. One query."""
    since = clock.now() - WORDS_WAIT_FOR
    waiting = WaitingWords.objects.filter(space=place.space, person=place.person, written_at__gte=since)
    return list(waiting.order_by("written_at")[:20])


def people_here(space: Space) -> list[Person]:
    """The members whose words may be written on a shared phone, by name. Those who do not come online come first."""
    here = Membership.objects.filter(space=space).exclude(state=MembershipState.LEFT).values("person")
    assisted = Q(account=None, pseudonymous=False)
    found = Person.objects.filter(assisted | Q(account__is_active=True), pk__in=here)
    ordered = found.order_by("chosen_name", "pk")[:PEOPLE_AT_MOST]
    return sorted(ordered, key=lambda person: not person.is_assisted)


def last_place(wall: Wall) -> int:
    """The highest place that a group of this wall has."""
    return WallGroup.objects.filter(wall=wall).aggregate(last=Max("place"))["last"] or 0
