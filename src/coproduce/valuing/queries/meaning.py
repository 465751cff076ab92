"""What doing this together means to people, in their words. Nothing here is counted."""

from dataclasses import dataclass, field
from datetime import datetime

from django.utils import timezone

from coproduce.conversation.seasons import Season, season_of
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Standpoint, Understanding, Visibility
from coproduce.ways import in_order

MOST = 40


@dataclass(slots=True)
class Thought:
    """What it means to one person, and what they said before, the newest first."""

    words: str
    said_at: datetime
    name: str
    letters: str
    earlier: list[tuple[str, datetime]] = field(default_factory=list)


@dataclass(slots=True)
class Meanings:
    """Everything that members let others read. ``seasons``: in which anything was said, the first one first."""

    thoughts: list[Thought]
    seasons: list[Season]

    def of(self, way: str) -> list[Thought]:
        """Of the people who speak from one standpoint, ``MOST`` at most; everybody for ""."""
        return [each for each in self.thoughts if not way or way in each.letters][:MOST]


def meanings(place: Place, up_to: Season | None = None) -> Meanings:
    """What each member said last, up to a season, beside what they said before. Two queries."""
    letters: dict[object, str] = {}
    shown = Standpoint.objects.filter(membership__space=place.space, visibility=Visibility.SHOWN).order_by()
    for membership, way in shown.values_list("membership", "way"):
        letters[membership] = letters.get(membership, "") + way
    rows = Understanding.objects.filter(membership__space=place.space, visibility=Visibility.SHOWN)
    by_person: dict[object, Thought] = {}
    seasons: dict[str, Season] = {}
    for row in rows.select_related("membership__person").order_by("said_at", "pk"):
        season = season_of(timezone.localdate(row.said_at))
        seasons[season.code] = season
        if up_to is not None and season.first > up_to.first:
            continue
        before = by_person.pop(row.membership_id, None)
        earlier = [] if before is None else [(before.words, before.said_at), *before.earlier]
        by_person[row.membership_id] = Thought(
            row.words,
            row.said_at,
            row.membership.person.chosen_name,
            in_order(letters.get(row.membership_id, "")),
            earlier,
        )
    return Meanings(list(by_person.values())[::-1], list(seasons.values()))


def own_meanings(place: Place, person: Person) -> list[Understanding]:
    """What one person said about it, the newest first: everything for themselves; for who writes down for them, what
    they let others read. One query.
    """
    found = Understanding.objects.filter(membership__space=place.space, membership__person=person)
    if place.person is None or place.person.pk != person.pk:
        found = found.filter(visibility=Visibility.SHOWN)
    return list(found.order_by("-said_at", "-pk"))
