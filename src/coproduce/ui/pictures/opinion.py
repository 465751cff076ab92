"""The map of views: people as marks, near where they answered alike, groups inside outlines drawn as by hand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.figure import both, figure_svg, text, width_of, wrap
from coproduce.ui.pictures.thread import num

EDGE = 50
_SHAPES = 5


class Frame(NamedTuple):
    """How large a map is drawn, and how many marks it can hold without becoming a stain."""

    width: int
    height: int
    marks: int


WIDE = Frame(620, 420, 400)
NARROW = Frame(320, 300, 160)


class Point(NamedTuple):
    """One person, or ``people`` of them that the method put in one place; ``group`` counts from 0, None is neither."""

    x: float
    y: float
    group: int | None
    people: int = 1


@dataclass(frozen=True)
class OpinionMap:
    """key: unique on the page; points: in the method's own coordinates (x to the right, y upwards), any order;
    groups: the name of each group or "" (only groups as large as the space's threshold may be passed);
    you: where the reader is, or None."""

    key: str
    points: Sequence[Point]
    groups: Sequence[str]
    you: tuple[float, float] | None = None


def person_mark(group: int | None, x: float, y: float) -> str:
    """The mark of a group: dot, square, diamond, plus, ring; a triangle for neither."""
    a, b = num(x), num(y)
    if group is None:
        return f'<path class="p-none" d="M{a} {num(y - 6)}l6 10.5h-12z"/>'
    shape = group % _SHAPES
    if shape == 0:
        return f'<circle class="p-full" cx="{a}" cy="{b}" r="6.5"/>'
    if shape == 1:
        return f'<rect class="p-open" x="{num(x - 5.5)}" y="{num(y - 5.5)}" width="11" height="11"/>'
    if shape == 2:
        return f'<path class="p-full p-ink" d="M{a} {num(y - 8)}l8 8-8 8-8-8z"/>'
    if shape == 3:
        return f'<path class="p-open" d="M{num(x - 6)} {b}h12M{a} {num(y - 6)}v12"/>'
    return f'<circle class="p-open" cx="{a}" cy="{b}" r="5.5"/>'


def group_mark(group: int | None) -> SafeString:
    """The mark alone, 18 × 18, for the words beside the map."""
    return SafeString(
        f'<svg class="group-mark" aria-hidden="true" focusable="false" width="18" height="18" viewBox="0 0 18 18">'
        f"{person_mark(group, 9, 9)}</svg>"
    )


def _fitted(data: OpinionMap, frame: Frame) -> tuple[list[Point], tuple[float, float] | None]:
    """The points in the picture's own px, the same scale both ways, so that near stays near."""
    spots = [(p.x, p.y) for p in data.points] + ([data.you] if data.you else [])
    if not spots:
        return [], None
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    wide, tall = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    scale = min((frame.width - 2 * EDGE) / wide, (frame.height - 2 * EDGE) / tall)
    mx, my = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2

    def place(x: float, y: float) -> tuple[float, float]:
        return frame.width / 2 + (x - mx) * scale, frame.height / 2 - (y - my) * scale

    moved = [Point(*place(p.x, p.y), p.group, p.people) for p in data.points]
    return moved, place(*data.you) if data.you else None


def _thinned(points: Sequence[Point], most: int) -> list[Point]:
    """At most ``most`` marks: people of one group who stand in the same small square share a mark at its middle."""
    side = 8.0
    kept = list(points)
    while len(kept) > most:
        squares: dict[tuple[int, int, int], list[Point]] = {}
        for p in points:
            group = -1 if p.group is None else p.group
            squares.setdefault((group, int(p.x // side), int(p.y // side)), []).append(p)
        kept = [
            Point(
                sum(p.x for p in some) / len(some),
                sum(p.y for p in some) / len(some),
                some[0].group,
                sum(p.people for p in some),
            )
            for _, some in sorted(squares.items())
        ]
        side *= 1.4
    return kept


def _hull(spots: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The convex hull, by Andrew's monotone chain, without its first point repeated."""
    ordered = sorted(set(spots))
    if len(ordered) < 3:
        return ordered

    def half(run: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for p in run:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    return half(ordered) + half(ordered[::-1])


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _outline(spots: Sequence[tuple[float, float]], seed: int) -> str:
    """A closed curve around ``spots`` that looks drawn by hand: twelve directions, each as far as the group reaches."""
    cx, cy = sum(x for x, _ in spots) / len(spots), sum(y for _, y in spots) / len(spots)
    corners = _hull(spots)
    ring = []
    for i in range(12):
        angle = 2 * math.pi * i / 12
        ux, uy = math.cos(angle), math.sin(angle)
        reach = max((x - cx) * ux + (y - cy) * uy for x, y in corners)
        far = reach + 22 + 5 * math.sin(i * 2.4 + seed * 1.7)
        ring.append((cx + ux * far * 0.99, cy + uy * far * 0.99))
    return _closed(ring)


def _closed(ring: Sequence[tuple[float, float]]) -> str:
    """A smooth closed path through the ring (Catmull–Rom written as Béziers)."""
    count = len(ring)
    out = [f"M{num(ring[0][0])} {num(ring[0][1])}"]
    for i in range(count):
        before, here, then, after = (ring[(i + k) % count] for k in (-1, 0, 1, 2))
        one = (here[0] + (then[0] - before[0]) / 6, here[1] + (then[1] - before[1]) / 6)
        two = (then[0] - (after[0] - here[0]) / 6, then[1] - (after[1] - here[1]) / 6)
        out.append("C" + " ".join(f"{num(x)} {num(y)}" for x, y in (one, two, then)))
    return "".join(out) + "Z"


def _you(spot: tuple[float, float], frame: Frame, marks: Sequence[Point]) -> str:
    """The reader's cross, with its words on the side where they cover the fewest people."""
    x, y = spot
    said = gettext("you are here")
    wide = width_of(said, 17, True)
    sides = [(x + 20, y + 6), (x - 20 - wide, y + 6), (x - wide / 2, y - 20), (x - wide / 2, y + 32)]

    def covered(side: tuple[float, float]) -> int:
        left, low = side
        outside = left < 0 or left + wide > frame.width or low < 20 or low > frame.height
        over = sum(left - 8 < p.x < left + wide + 8 and low - 22 < p.y < low + 12 for p in marks)
        return over + outside * (len(marks) + 1)

    left, low = min(sides, key=covered)
    cross = f"M{num(x - 11)} {num(y)}h22M{num(x)} {num(y - 11)}v22"
    return f'<path class="you-clear" d="{cross}"/><path class="you" d="{cross}"/>' + text(
        left, low, [said], "f17 b halo-text"
    )


def _described(data: OpinionMap) -> str:
    said = []
    for i, name in enumerate(data.groups):
        people = sum(p.people for p in data.points if p.group == i)
        line = ngettext("%(n)s person", "%(n)s people", people) % {"n": people}
        said.append(f"{name}: {line}." if name else f"{line}.")
    neither = sum(p.people for p in data.points if p.group is None)
    if neither:
        said.append(ngettext("%(n)s person is in no group.", "%(n)s people are in no group.", neither) % {"n": neither})
    return " ".join(said) + " " + gettext("People who answered alike stand near each other.")


def _draw(data: OpinionMap, frame: Frame) -> SafeString:
    points, you = _fitted(data, frame)
    grounds = []
    for group in range(len(data.groups)):
        spots = [(p.x, p.y) for p in points if p.group == group]
        if len(spots) > 2:
            grounds.append(f'<path class="outline o{group % 4}" d="{_outline(spots, group)}"/>')
    shown = _thinned(points, frame.marks)
    marks = "".join(person_mark(p.group, p.x, p.y) for p in shown)
    body = "".join(grounds) + marks + (_you(you, frame, shown) if you else "")
    height = frame.height
    if sum(p.people for p in shown) > len(shown):
        said = wrap(gettext("One mark may be several people who answered alike."), 17, frame.width, 2)
        body += text(0, height + 20, said, "f17 q")
        height += 10 + 22 * len(said)
    title = gettext("A map of how we see it")
    return figure_svg(f"{data.key}-{frame.width}", title, _described(data), (frame.width, height), body)


def opinion_map(data: OpinionMap) -> SafeString:
    """The map, 620 or 320 wide. Where there are too many people for a mark each, those of a group who stand
    together share one, and a line below says so. Pass the method's base clusters, not 100,000 points."""
    return both(_draw(data, WIDE), _draw(data, NARROW))
