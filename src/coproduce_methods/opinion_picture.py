"""The map of opinion as a picture: where each mark stands, the outlines of groups, and a drawing that stands alone.

The geometry (``fitted``, ``thinned``, ``outline``, ``person_mark``) is what the page draws with; ``drawn`` puts the
same marks into one SVG file with its words and colours, for reports and for people without a server.
Nothing here is random: the same map gives the same picture.
"""

import math
import unicodedata
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

EDGE = 50
_SHAPES = 5
Spot = tuple[float, float]


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


class Told(NamedTuple):
    """What the picture says of one group: its name, how many people, and claims with which side it takes."""

    name: str
    people: int
    stands: Sequence[tuple[str, str]]


def num(value: float) -> str:
    """A coordinate with at most one decimal, without a trailing ``.0``: ``12.04`` gives ``12``."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


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
    if shape == 2:  # the shapes are told in the docstring
        return f'<path class="p-full p-ink" d="M{a} {num(y - 8)}l8 8-8 8-8-8z"/>'
    if shape == 3:
        return f'<path class="p-open" d="M{num(x - 6)} {b}h12M{a} {num(y - 6)}v12"/>'
    return f'<circle class="p-open" cx="{a}" cy="{b}" r="5.5"/>'


def fitted(points: Sequence[Point], frame: Frame, you: Spot | None = None) -> tuple[list[Point], Spot | None]:
    """The points in the picture's own px, the same scale both ways, so that near stays near."""
    spots = [(p.x, p.y) for p in points] + ([you] if you else [])
    if not spots:
        return [], None
    xs, ys = [x for x, _ in spots], [y for _, y in spots]
    wide, tall = max(xs) - min(xs) or 1.0, max(ys) - min(ys) or 1.0
    scale = min((frame.width - 2 * EDGE) / wide, (frame.height - 2 * EDGE) / tall)
    mx, my = (max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2

    def place(x: float, y: float) -> Spot:
        return frame.width / 2 + (x - mx) * scale, frame.height / 2 - (y - my) * scale

    return [Point(*place(p.x, p.y), p.group, p.people) for p in points], place(*you) if you else None


def thinned(points: Sequence[Point], most: int) -> list[Point]:
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


def _hull(spots: Sequence[Spot]) -> list[Spot]:
    """The convex hull, by Andrew's monotone chain, without its first point repeated."""
    ordered = sorted(set(spots))
    if len(ordered) < 3:  # two points are their own hull
        return ordered

    def half(run: Sequence[Spot]) -> list[Spot]:
        chain: list[Spot] = []
        for p in run:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        return chain[:-1]

    return half(ordered) + half(ordered[::-1])


def _turn(a: Spot, b: Spot, c: Spot) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def outline(spots: Sequence[Spot], seed: int) -> str:
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


def _closed(ring: Sequence[Spot]) -> str:
    """A smooth closed path through the ring (Catmull–Rom written as Béziers)."""
    count = len(ring)
    out = [f"M{num(ring[0][0])} {num(ring[0][1])}"]
    for i in range(count):
        before, here, then, after = (ring[(i + k) % count] for k in (-1, 0, 1, 2))
        one = (here[0] + (then[0] - before[0]) / 6, here[1] + (then[1] - before[1]) / 6)
        two = (then[0] - (after[0] - here[0]) / 6, then[1] - (after[1] - here[1]) / 6)
        out.append("C" + " ".join(f"{num(x)} {num(y)}" for x, y in (one, two, then)))
    return "".join(out) + "Z"


def grounds(points: Sequence[Point], groups: int) -> str:
    """The outline of every group with more than two people, as paths; ``points`` are in px."""
    drawn_ = []
    for group in range(groups):
        spots = [(p.x, p.y) for p in points if p.group == group]
        if len(spots) > 2:  # two people make no ground
            drawn_.append(f'<path class="outline o{group % 4}" d="{outline(spots, group)}"/>')
    return "".join(drawn_)


# ── the picture that stands alone ────────────────────────────────────────────────────────────────

_STYLE = (
    "svg{--paper:#f4eddf;--sheet:#fcf8ef;--ink:#231f1a;--ink2:#4b443a;--accent:#5b1d45}"
    "@media(prefers-color-scheme:dark){svg{--paper:#1b1816;--sheet:#262220;--ink:#f3ebdc;--ink2:#cfc4b2;--accent:#e6aecb}}"
    ".ground{fill:var(--paper)}text{fill:var(--ink);font-family:'Atkinson Hyperlegible Next','Atkinson Hyperlegible',"
    "system-ui,sans-serif;font-size:17px}.t{font-size:33px;font-weight:380;letter-spacing:-.012em}"
    ".h{font-size:20px;font-weight:620}.q{fill:var(--ink2)}"
    ".outline{fill:var(--sheet);stroke:var(--ink);stroke-width:2}.o0{stroke-dasharray:9 5}.o1{stroke-dasharray:3 5}"
    ".o2{stroke-dasharray:14 5 3 5}.p-full{fill:var(--accent)}.p-ink{fill:var(--ink)}"
    ".p-open{fill:var(--sheet);stroke:var(--ink);stroke-width:2.4}.p-none{fill:none;stroke:var(--ink2);stroke-width:1.8}"
)
_LEFT, _BESIDE, _COLUMN = 44, 724, 44
_DEEP = 24


def _lines(x: float, y: float, lines: Sequence[str], kind: str) -> str:
    return "".join(
        f'<text class="{kind}" x="{num(x)}" y="{num(y + i * _DEEP)}">{escape(_clean(line))}</text>'
        for i, line in enumerate(lines)
    )


def _beside(told: Sequence[Told], neither: int, top: float) -> tuple[str, float]:
    """The words beside the map, and where they end."""
    y = top
    parts = []
    for group, one in enumerate(told):
        parts.append(person_mark(group, _BESIDE + 8, y - 6) + _lines(_BESIDE + 30, y, [one.name], "h"))
        people = "one person" if one.people == 1 else f"{one.people:,} people"
        parts.append(_lines(_BESIDE, y + 27, [people], "q"))
        y += 27 + _DEEP
        for side, words in one.stands:
            said = _wrapped(f"{side}: “{_clean(words)}”", _COLUMN, 3)
            parts.append(_lines(_BESIDE, y + 4, said, ""))
            y += 4 + _DEEP * len(said)
        y += 24
    if neither:
        people = "One person" if neither == 1 else f"{neither:,} people"
        parts.append(person_mark(None, _BESIDE + 8, y - 6))
        parts.append(_lines(_BESIDE + 30, y, [f"{people} answered too little", "to be in a group"], "q"))
        y += 2 * _DEEP
    return "".join(parts), y


def _clean(words: str) -> str:
    """Words on one line, without what XML cannot hold."""
    return " ".join(
        "".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in words).split()
    )


def _wide(character: str) -> int:
    """1 for a letter, 2 for a character that is drawn square."""
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _wrapped(words: str, columns: int, most: int = 99) -> list[str]:
    """Lines of at most ``columns`` letters; words longer than a line, and scripts without spaces, break anywhere."""
    lines = [""]
    room = columns
    for word in words.split(" "):
        size = sum(map(_wide, word))
        if lines[-1] and (size < room or size > columns > 2 * (columns - room)):
            lines[-1], room = lines[-1] + " ", room - 1
        elif lines[-1]:
            lines, room = [*lines, ""], columns
        for character in word:
            if _wide(character) > room:
                lines, room = [*lines, ""], columns
            lines[-1] += character
            room -= _wide(character)
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(" ,;:.")[: columns - 2] + "…”"]
    return [line.rstrip() for line in lines]


def in_drawing_order(points: Sequence[Point]) -> list[Point]:
    """Those in no group first, so that no group is hidden below them."""
    return sorted(points, key=lambda p: p.group is not None)


def drawn(title: str, points: Sequence[Point], told: Sequence[Told], below: Sequence[str]) -> str:
    """One SVG file: the title, the map with the groups of ``told``, their words beside it, sentences below.

    Without ``told`` nobody is drawn in a group, whatever the points say. ``below`` says what the
    picture does not show.
    """
    if not told:
        points = [Point(p.x, p.y, None, p.people) for p in points]
    placed, _ = fitted(points, WIDE)
    shown = thinned(placed, WIDE.marks)
    body = grounds(placed, len(told)) + "".join(person_mark(p.group, p.x, p.y) for p in in_drawing_order(shown))
    neither = sum(p.people for p in points if p.group is None)
    words, ends = _beside(told, neither if told else 0, 134)
    notes = [*below]
    if sum(p.people for p in shown) > len(shown):
        notes.insert(0, "One mark may be several people who answered alike.")
    wrapped = [line for note in notes for line in _wrapped(_clean(note), 100)]
    top = max(96 + WIDE.height, ends) + 34
    width, height = 1140, top + _DEEP * len(wrapped) + 16
    said = [f"{_clean(one.name)}: {one.people} people." for one in told]
    said += [f"{neither} people are in no group."] if neither else []
    described = " ".join([*said, "People who answered alike stand near each other.", *map(_clean, below)])
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {width} {num(height)}" width="{width}" '
        f'height="{num(height)}" aria-labelledby="t d"><title id="t">{escape(_clean(title))}</title>'
        f'<desc id="d">{escape(described)}</desc><style>{_STYLE}</style>'
        f'<rect class="ground" width="100%" height="100%"/>{_lines(_LEFT, 64, [_clean(title)], "t")}'
        f'<g transform="translate({_LEFT} 96)">{body}</g>{words}{_lines(_LEFT, top, wrapped, "q")}</svg>\n'
    )
