"""Where something came from, and what it led to: step by step, a page at a time.

A walk goes level by level from one thing. Of each thing the first few links are followed, and it says where there are
more; so the first page takes as long in a space of a million words as in one of twenty.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import NamedTuple
from uuid import UUID

from django.utils import timezone

from coproduce.conversation.folding import Mutes, mutes_of
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.traces.across import Across, across_from
from coproduce.traces.links import After, Link, Node, Way, What, links_around
from coproduce.traces.things import Thing, thing_at, things
from coproduce.ways import LETTERS

AT_FIRST, EACH = 12, 6
"""So many links of the first thing are followed, and so many of each of the others."""
SPARE = 3
"""So many more are read of each table: several people link the same."""
ON_A_LEVEL, ON_A_PAGE, LEVELS = 12, 40, 6
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
    """A thing, and what it came from (or led to) level by level. ``goes_on``: the last level may have links of its
    own that are not followed here; ``by_way``: of the words shown, how many were said from each way of knowing.
    ``across``: where any of it leads to another space, or came from one.
    """

    thing: Thing
    way: Way
    levels: list[Level] = field(default_factory=list)
    goes_on: bool = False
    across: list[Across] = field(default_factory=list)

    @property
    def by_way(self) -> list[tuple[str, int]]:
        counts = Counter(letter for level in self.levels for step in level.steps for letter in step.thing.ways)
        return [(letter, counts[letter]) for letter in LETTERS if counts[letter]]

    @property
    def shown(self) -> int:
        return sum(len(level.steps) for level in self.levels)


def walk(place: Place, kind: str, pk: UUID, way: Way) -> Walk:
    """The first page of a trace, in one direction. Raises ``NotHere``.

    At most ``LEVELS`` levels of at most ``ON_A_LEVEL`` things and ``ON_A_PAGE`` in all, each level with one query for
    the links and one for each kind of thing at their ends: about 20 queries, whatever the rows.
    """
    start = thing_at(place, kind, pk)
    found = Walk(start, way)
    walker = _Walker(place, way, mutes_of(place), {start.node})
    frontier = [start]
    while frontier and len(found.levels) < LEVELS and found.shown < ON_A_PAGE:
        level = walker.level(len(found.levels) + 1, frontier, EACH if found.levels else AT_FIRST)
        if level.steps or level.rest:
            found.levels.append(level)
        frontier = [step.thing for step in level.steps]
    found.goes_on = bool(frontier)
    _name_makers(place, found.levels)
    found.across = across_from(place, list(walker.passed), way)
    return found


@dataclass(frozen=True, slots=True)
class _Walker:
    """Somebody on a walk, with what they have passed: what was reached before is not shown again."""

    place: Place
    way: Way
    mutes: Mutes
    passed: set[Node]

    def level(self, number: int, frontier: Sequence[Thing], each: int) -> Level:
        """The next level: of each thing the first few links that lead to something new."""
        around = links_around(self.place, [thing.node for thing in frontier], self.way, each=each + SPARE)
        shown: list[tuple[Thing, list[Link]]] = []
        rest: list[Rest] = []
        for thing in frontier:
            links = around.links.get(thing.node, [])
            ends = list(_by_end(link for link in links if link.far not in self.passed).values())
            kept = ends[: min(each, ON_A_LEVEL - len(shown))]
            self.passed.update(held[0].far for held in kept)
            shown += [(thing, held) for held in kept]
            left, is_cut = len(ends) - len(kept), thing.node in around.cut
            if left or is_cut:
                rest.append(Rest(thing, left, is_cut))
        seen = things(self.place, [held[0].far for _thing, held in shown], self.mutes)
        steps = [_step(seen[held[0].far], thing, held) for thing, held in shown if held[0].far in seen]
        return Level(number, steps, rest)


def _by_end(links: Iterable[Link]) -> dict[Node, list[Link]]:
    """The links to each thing, in the order of the first of them."""
    found: dict[Node, list[Link]] = {}
    for link in links:
        found.setdefault(link.far, []).append(link)
    return found


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
    around = links_around(place, [thing.node], way, each=A_PAGE + 1, after=_after(after))
    links = around.links.get(thing.node, [])
    page, more = links[:A_PAGE], len(links) > A_PAGE
    seen = things(place, {link.far for link in page}, mutes_of(place))
    by_end = _by_end(link for link in page if link.far in seen)
    level = Level(1, [_step(seen[node], thing, held) for node, held in by_end.items()], [])
    _name_makers(place, [level])
    return Listed(thing, way, level, _written(page[-1]) if more else "")


def _written(link: Link) -> str:
    return f"{link.at.isoformat()}_{link.row.hex}"


def _after(text: str) -> After | None:
    moment, _line, row = text.partition("_")
    try:
        at = datetime.fromisoformat(moment)
        return (at.astimezone(UTC), UUID(row)) if at.tzinfo else None
    except (ValueError, OverflowError):
        return None
