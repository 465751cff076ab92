"""Where something came from, and what it led to: step by step, a page at a time.

A walk goes level by level from one thing. Of each thing the first few links are followed, and it says where there are
more; so the first page takes as long in a space of a million words as in one of twenty.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.traces.links import After, Kind, Link, Node, Way, What, links_around
from coproduce.traces.things import Thing, thing_at, things
from coproduce.ways import LETTERS

EACH = 8
"""So many links of one thing are followed; of the first thing twice as many."""
READ = 3 * EACH + 1
"""So many are read of each table: some of what they lead to may not be seen, and people link the same twice."""
ON_A_LEVEL = 24
LEVELS = 6
A_PAGE = 40


class Step(NamedTuple):
    """One thing reached, from ``other``, by a link of ``what`` kind. ``by``: who made it, "" where that is not told;
    ``also``: how many more people made the same link.
    """

    thing: Thing
    other: Thing
    what: What
    on: date
    by: str
    why: str
    also: int


class Rest(NamedTuple):
    """What is not on the page of what one thing is linked to. ``number``: how many, at least that where ``or_more``."""

    thing: Thing
    number: int
    or_more: bool


@dataclass(frozen=True, slots=True)
class Level:
    """All that is reached with one step more. ``rest``: of what more is left out here."""

    number: int
    steps: list[Step]
    rest: list[Rest]


@dataclass(slots=True)
class Walk:
    """A thing, and what it came from (or led to) level by level. ``goes_on``: the last level has links of its own that
    are not followed here; ``by_way``: of the words shown, how many were said from each way of knowing.
    """

    thing: Thing
    way: Way
    levels: list[Level] = field(default_factory=list)
    goes_on: bool = False

    @property
    def by_way(self) -> list[tuple[str, int]]:
        counts = Counter(letter for level in self.levels for step in level.steps for letter in step.thing.ways)
        return [(letter, counts[letter]) for letter in LETTERS if counts[letter]]

    @property
    def shown(self) -> int:
        return sum(len(level.steps) for level in self.levels)


def walk(place: Place, kind: str, pk: UUID, way: Way) -> Walk:
    """The first page of a trace, in one direction. Raises ``NotHere``.

    At most ``LEVELS`` levels of at most ``ON_A_LEVEL`` things, each with one query for the links and one for each kind
    of thing at their ends: about 20 queries, whatever the rows.
    """
    start = thing_at(place, kind, pk)
    found = Walk(start, way)
    passed: dict[Node, Thing] = {start.node: start}
    frontier = [start]
    for number in range(1, LEVELS + 1):
        around = links_around([thing.node for thing in frontier], way, each=READ)
        level = _level(place, number, frontier, around, passed)
        if not level.steps:
            break
        found.levels.append(level)
        frontier = [step.thing for step in level.steps]
    else:
        found.goes_on = any(links_around([thing.node for thing in frontier], way, each=1).values())
    _name_makers(place, found.levels)
    return found


def _level(
    place: Place, number: int, frontier: Sequence[Thing], around: dict[Node, list[Link]], passed: dict[Node, Thing]
) -> Level:
    """The next level; notes in ``passed`` what is on it. What was reached before is not shown again."""
    ends = {link.far for links in around.values() for link in links} - passed.keys()
    seen = things(place, ends)
    steps: list[Step] = []
    rest: list[Rest] = []
    for thing in frontier:
        links = around.get(thing.node, [])
        by_end: dict[Node, list[Link]] = {}
        for link in links:
            if link.far in seen and link.far not in passed:
                by_end.setdefault(link.far, []).append(link)
        room = min(EACH * 2 if number == 1 else EACH, ON_A_LEVEL - len(steps))
        for node in list(by_end)[:room]:
            passed[node] = seen[node]
            steps.append(_step(seen[node], thing, by_end[node]))
        left = len(by_end) - room
        is_cut = _is_cut(links)
        if left > 0 or is_cut:
            rest.append(Rest(thing, max(left, 0), is_cut))
    return Level(number, steps, rest)


def _is_cut(links: Iterable[Link]) -> bool:
    """Whether there may be more links than were read, of any table."""
    counts = Counter((link.what, link.far[0]) for link in links)
    return any(number >= READ for number in counts.values())


def _step(thing: Thing, other: Thing, links: Sequence[Link]) -> Step:
    first = links[0]
    also = len({link.by for link in links}) - 1
    return Step(thing, other, first.what, timezone.localdate(first.at), str(first.by or ""), first.why, also)


def _name_makers(place: Place, levels: Iterable[Level]) -> None:
    """Puts a name in the place of each maker's key. Visitors read what was linked, not by whom, nor why."""
    keys = {step.by for level in levels for step in level.steps if step.by}
    named: dict[str, str] = {}
    if place.is_member and keys:
        people = Person.objects.filter(pk__in=keys).only("chosen_name")
        named = {str(person.pk): person.chosen_name for person in people}
    for level in levels:
        level.steps[:] = [
            step._replace(by=named.get(step.by, ""), why=step.why if place.is_member or _is_verb(step) else "")
            for step in level.steps
        ]


def _is_verb(step: Step) -> bool:
    return step.what == What.ANSWERS


# ── everything that one thing is linked to ───────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of all that is one step from a thing, in the order it was linked. ``further``: where the next begins."""

    thing: Thing
    way: Way
    level: Level
    further: str


def listed(place: Place, kind: str, pk: UUID, way: Way, after: str = "") -> Listed:
    """One page of ``A_PAGE`` links, from a place in the order (``Listed.further``). About six queries."""
    thing = thing_at(place, kind, pk)
    around = links_around([thing.node], way, each=A_PAGE + 1, after=_after(after))
    links = around.get(thing.node, [])
    page, more = links[:A_PAGE], len(links) > A_PAGE
    seen = things(place, {link.far for link in page})
    by_end: dict[Node, list[Link]] = {}
    for link in page:
        if link.far in seen:
            by_end.setdefault(link.far, []).append(link)
    level = Level(1, [_step(seen[node], thing, held) for node, held in by_end.items()], [])
    _name_makers(place, [level])
    return Listed(thing, way, level, _written(page[-1]) if more else "")


def _written(link: Link) -> str:
    return f"{link.at.isoformat()}_{link.row.hex}"


def _after(text: str) -> After | None:
    moment, _line, row = text.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at, UUID(row)) if at.tzinfo else None
    except ValueError:
        return None


def is_walkable(kind: str) -> bool:
    """Whether there is a kind of thing by this name."""
    return kind in set(Kind)
