"""Everything that can be done with a wall: open and close it, write cards, move them, name groups, make themes."""

from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from coproduce import clock
from coproduce.contributions.actions import bring_contribution, keep_waiting_words
from coproduce.contributions.models import Contribution, ContributionState, Kind, WaitingWords
from coproduce.errors import NotAllowed, NotHere
from coproduce.gatherings.models import Gathering
from coproduce.history.chain import record
from coproduce.people.models import Channel, Person
from coproduce.spaces.access import Place, membership_of, require_facilitator, require_member
from coproduce.spaces.actions.ways_in import fresh_link
from coproduce.themes.actions import link_many, name_theme
from coproduce.themes.models import Origin, Theme, ThemeState
from coproduce.walls import queries
from coproduce.walls.models import Wall, WallCard, WallGroup

LETS_IN_FOR = timedelta(hours=24)
"""How long the code of a wall lets people into the space: the day of the gathering."""


class WallClosed(NotAllowed):
    """Cards are written and moved while a wall is open."""

    status = 409
    title = _lazy("This wall has closed")
    what_now = _lazy(
        "It can still be read, and every card on it is kept. Whoever looks after the space can open it again."
    )


class MovedMeanwhile(NotAllowed):
    """Somebody else moved the card after this person saw it. ``hangs``: where it is now."""

    status = 409
    title = _lazy("Somebody moved this card a moment ago")

    def __init__(self, hangs: WallCard | None) -> None:
        self.hangs = hangs
        super().__init__()


class NameTaken(NotAllowed):
    """Two groups of one name could not be told apart."""

    status = 409
    title = _lazy("That name is taken")
    what_now = _lazy("There is a group of that name on this wall. Put the card there, or choose another name.")


def _require_open(wall: Wall) -> None:
    if not wall.is_open:
        raise WallClosed


def _hold(wall: Wall) -> Wall:
    """The wall as it is now, open, and held until the end: on one wall one change of cards or groups at a time."""
    held = Wall.objects.select_for_update(of=("self",)).select_related("gathering__space").get(pk=wall.pk)
    _require_open(held)
    return held


@transaction.atomic
def open_wall(*, actor: Person, gathering: Gathering, lets_in: bool = True) -> Wall:
    """Open a wall for a gathering, or open the closed one again. A facilitator does.

    lets_in: for the next 24 hours its code also lets people into the space who are not in it.
    """
    require_facilitator(actor, gathering.space)
    wall = Wall.objects.select_for_update(of=("self",)).filter(gathering=gathering).first()
    if wall is not None and wall.is_open:
        return wall
    now = clock.now()
    if wall is None:
        link = fresh_link(gathering.space, actor)
        wall = Wall(gathering=gathering, code=link.code, way_in=link, opened_by=actor, opened_at=now)
    wall.way_in.ends_at = now + LETS_IN_FOR
    wall.way_in.closed_at = None if lets_in else now
    wall.way_in.save(update_fields=["ends_at", "closed_at"])
    wall.closed_at = None
    wall.full_clean()
    wall.save()
    record("wall opened", actor=actor, space=gathering.space, subject=wall, gathering=gathering.pk, lets_in=lets_in)
    return wall


@transaction.atomic
def close_wall(*, actor: Person, wall: Wall) -> Wall:
    """Close a wall and its way in. It stays to be read. A facilitator does."""
    require_facilitator(actor, wall.gathering.space)
    if wall.is_open:
        wall.closed_at = clock.now()
        wall.save(update_fields=["closed_at"])
        if wall.way_in.closed_at is None:
            wall.way_in.closed_at = wall.closed_at
            wall.way_in.save(update_fields=["closed_at"])
        record("wall closed", actor=actor, space=wall.gathering.space, subject=wall)
    return wall


# no event of its own: bringing the words is recorded
@transaction.atomic
def write_card(*, actor: Person, wall: Wall, author: Person | None = None, **said: Any) -> Contribution:
    """Write a card: a contribution said in the room, which hangs in no group yet.

    author: an assisted member whose words a facilitator (the actor) writes down. ``said``: words, ways, attribution,
    content_note. Raises ``WallClosed`` and whatever ``bring_contribution`` raises.
    """
    _require_open(wall)
    return bring_contribution(
        actor=actor,
        space=wall.gathering.space,
        author=author,
        gathering=wall.gathering,
        channel=Channel.ROOM,
        kind=Kind.OBSERVATION,
        **said,
    )


# no event: nobody has said yes to these words yet, and what nobody says yes to leaves no trace
@transaction.atomic
def keep_card_for(*, actor: Person, wall: Wall, person: Person, **said: Any) -> WaitingWords:
    """Keep a card that was written on a shared phone for a member who signs in: it waits for their yes.

    Nobody can speak for someone who signs in, so it hangs nowhere until they bring it themselves. The actor
    facilitates the space. Raises ``WallClosed``, ``NotAllowed`` or ``NotHere``.
    """
    _require_open(wall)
    require_facilitator(actor, wall.gathering.space)
    require_member(person, wall.gathering.space)
    if person.is_assisted:
        raise NotAllowed
    return keep_waiting_words(
        join_link=wall.way_in, person=person, gathering=wall.gathering, kind=Kind.OBSERVATION, **said
    )


# no event, as for all words that are kept before somebody signs up
@transaction.atomic
def keep_card_of_newcomer(*, actor: Person | None, wall: Wall, **said: Any) -> WaitingWords:
    """Keep a card of somebody who is not in the space, until they have joined.

    actor: who is signed in, or None. ``LinkClosed`` if the code lets nobody in.
    """
    _require_open(wall)
    return keep_waiting_words(
        join_link=wall.way_in, person=actor, gathering=wall.gathering, kind=Kind.OBSERVATION, **said
    )


def _refuse_taken_name(wall: Wall, name: str, besides: WallGroup | None = None) -> None:
    called = wall.groups.filter(name__iexact=name)
    if (called if besides is None else called.exclude(pk=besides.pk)).exists():
        raise NameTaken


@transaction.atomic
def start_group(*, actor: Person, wall: Wall, name: str) -> WallGroup:
    """Give a group a place on the wall. Any member may. Raises ``WallClosed``, ``NameTaken``."""
    require_member(actor, wall.gathering.space)
    wall = _hold(wall)
    name = name.strip()
    _refuse_taken_name(wall, name)
    group = WallGroup(wall=wall, name=name, place=queries.last_place(wall) + 1, made_by=actor, made_at=clock.now())
    group.full_clean()
    group.save(force_insert=True)
    record("group started on a wall", actor=actor, space=wall.gathering.space, subject=group, name=name)
    return group


@transaction.atomic
def rename_group(*, actor: Person, group: WallGroup, name: str) -> WallGroup:
    """Call a group otherwise. Any member may. Raises ``WallClosed``, ``NameTaken``."""
    require_member(actor, group.wall.gathering.space)
    _hold(group.wall)
    before, group.name = group.name, name.strip()
    _refuse_taken_name(group.wall, group.name, besides=group)
    group.full_clean()
    group.save(update_fields=["name"])
    record(
        "group on a wall renamed",
        actor=actor,
        space=group.wall.gathering.space,
        subject=group,
        before=before,
        name=group.name,
    )
    return group


@transaction.atomic
def take_down_group(*, actor: Person, group: WallGroup) -> Wall:
    """Take a group's name down: its cards are in no group again. What became a theme stays. Raises ``WallClosed``."""
    wall = group.wall
    require_member(actor, wall.gathering.space)
    _hold(wall)
    cards = list(WallCard.objects.filter(group=group))
    for card in cards:
        card.group, card.version, card.moved_by, card.moved_at = None, card.version + 1, actor, clock.now()
    WallCard.objects.bulk_update(cards, ["group", "version", "moved_by", "moved_at"])
    pk, name = group.pk, group.name
    group.delete()
    record(
        "group on a wall taken down",
        actor=actor,
        space=wall.gathering.space,
        subject=wall,
        group=pk,
        name=name,
        cards=[card.contribution_id for card in cards],
    )
    return wall


@transaction.atomic
def move_card(
    *, actor: Person, wall: Wall, contribution: Contribution, group: WallGroup | None, version: int
) -> WallCard:
    """Put a card with a group, or with none, after the cards that are there. Any member may.

    version: how often it had been moved when the actor saw it. Raises ``MovedMeanwhile`` if it was moved since,
    ``WallClosed``, or ``NotHere`` for what does not hang on this wall.
    """
    require_member(actor, wall.gathering.space)
    # Of two people who take the same card, the second is asked.
    wall = _hold(wall)
    if contribution.gathering_id != wall.gathering_id or contribution.state != ContributionState.VISIBLE:
        raise NotHere
    if group is not None and not wall.groups.filter(pk=group.pk).exists():
        raise NotHere  # it is of another wall, or was taken down a moment ago
    card = queries.moved_last(wall, contribution.pk)
    if (card.version if card is not None else 0) != version:
        raise MovedMeanwhile(card)
    before = card.group_id if card is not None else None
    card = card or WallCard(wall=wall, contribution=contribution, version=0)
    last = WallCard.objects.filter(wall=wall, group=group).aggregate(last=Max("place"))["last"] or 0
    card.group, card.place, card.version = group, last + 1, version + 1
    card.moved_by, card.moved_at = actor, clock.now()
    card.full_clean()
    card.save()
    record(
        "card moved",
        actor=actor,
        space=wall.gathering.space,
        subject=wall,
        contribution=contribution.pk,
        before=before,
        group=group.pk if group is not None else None,
    )
    return card


@transaction.atomic
def make_theme_of(*, actor: Person, group: WallGroup, name: str, words: str = "", why: str = "") -> Theme:
    """Name what a group of cards shares as a theme that arose, from the cards in it that may still be used.

    Raises ``themes.actions.NameTaken`` if an open theme is called that.
    """
    space = group.wall.gathering.space
    place = Place(space, actor, membership_of(actor, space.pk))
    if not place.is_member:
        raise NotHere
    cards = queries.words_in(place, group.wall, group)
    theme = name_theme(
        actor=actor, space=space, name=name, words=words, origin=Origin.EMERGED, contributions=cards, why=why
    )
    _became(actor, group, theme, len(cards))
    return theme


@transaction.atomic
def add_to_theme(*, actor: Person, group: WallGroup, theme: Theme, why: str = "") -> Theme:
    """Put the cards of a group that may still be used with a theme that is there. Those in it already stay there."""
    space = group.wall.gathering.space
    place = Place(space, actor, membership_of(actor, space.pk))
    if not place.is_member or theme.space_id != space.pk:
        raise NotHere
    if theme.state != ThemeState.OPEN:
        raise NotAllowed(_("This theme was merged into another. Put the words with that one."))
    cards = queries.words_in(place, group.wall, group)
    link_many(actor=actor, space=space, rows=[(theme, card) for card in cards], why=why)
    _became(actor, group, theme, len(cards))
    return theme


def _became(actor: Person, group: WallGroup, theme: Theme, cards: int) -> None:
    group.theme = theme
    group.save(update_fields=["theme"])
    record(
        "group on a wall became a theme",
        actor=actor,
        space=group.wall.gathering.space,
        subject=group,
        theme=theme.pk,
        cards=cards,
    )
