"""Knowledge in the account: what each way of knowing brought, and how much of it reached a decision."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.figure import both, figure_svg, linked, text, width_of
from coproduce.ui.pictures.thread import knot, num, stroke
from coproduce.ways import BY_LETTER

_STEPS = {"C": 8.0, "M": 10.0}
_STEP = 7.0
WIDE = 1080
NARROW = 320
_EACH = (1, 2, 5, 10, 20, 30, 50, 75, 100, 150, 200, 300, 500, 750, 1000, 2000, 5000, 10000, 50000)
_LEAN = (-4, 6, -7, 3, 8, -3, 5, -6)


class Known(NamedTuple):
    """One way of knowing: its letter, contributions brought, how many of them reached a decision, the rows' address."""

    letter: str
    brought: int
    reached: int
    url: str = ""


@dataclass(frozen=True)
class Warp:
    """key: unique on the page; ways: in any order, drawn as given; a way with nothing brought is drawn as empty."""

    key: str
    ways: Sequence[Known]


def _threads(count: int, each: int) -> int:
    return -(-count // each)


def _split(way: Known, each: int) -> tuple[int, int]:
    return _threads(way.reached, each), _threads(max(0, way.brought - way.reached), each)


def _words(way: Known) -> list[str]:
    brought = ngettext("%(n)s brought,", "%(n)s brought,", way.brought) % {"n": way.brought}
    return [brought, gettext("%(n)s reached") % {"n": way.reached}]


def _waiting(letter: str, x: float, foot: float, index: int) -> str:
    tall = 44 + (index * 29 % 31)
    lean = _LEAN[index % len(_LEAN)]
    return stroke(letter, f"M{num(x)} {num(foot)}v{num(-tall * 0.6)}q0 {num(-tall * 0.25)} {lean} {num(-tall * 0.4)}")


def _group(way: Known, x: float, span: tuple[float, float], wefts: Sequence[float], each: int) -> str:
    """The threads of one way between ``span`` (top, foot): long ones crossed by the wefts, then the waiting ones."""
    top, foot = span
    long, short = _split(way, each)
    step = _STEPS.get(way.letter, _STEP)
    xs = [x + 4 + step * i for i in range(long)]
    drawn = "".join(stroke(way.letter, f"M{num(at)} {num(foot)}V{num(top)}") for at in xs)
    over = "".join(
        f"M{num(at - 4)} {num(y)}h8" for row, y in enumerate(wefts) for i, at in enumerate(xs) if (i + row) % 2 == 0
    )
    start = x + 4 + step * long + (4 if long else 0)
    loose = "".join(_waiting(way.letter, start + step * i, foot, i) for i in range(short))
    crossing = f'<path class="warp-clear" d="{over}"/><path class="warp-over" d="{over}"/>' if over else ""
    return drawn + crossing + loose


def _label(way: Known, x: float, y: float) -> str:
    said = str(BY_LETTER[way.letter].says)
    return knot(way.letter, x + 13, y) + text(x + 31, y + 6, [said], "f17 b") + text(x, y + 34, _words(way), "f17 q")


def _needs(way: Known, each: int) -> float:
    """How wide a group is: its threads, and never less than its words."""
    threads = sum(_split(way, each)) * _STEPS.get(way.letter, _STEP) + 12
    return max(threads, width_of(str(BY_LETTER[way.letter].says), 17, True) + 33)


def _each(ways: Sequence[Known], width: float, gap: float) -> int:
    for each in _EACH:
        if sum(_needs(way, each) for way in ways) + gap * (len(ways) - 1) <= width:
            return each
    return max(way.brought for way in ways)


def _described(data: Warp) -> str:
    return " ".join(
        gettext("%(way)s: %(brought)s brought, %(reached)s reached a decision.")
        % {"way": BY_LETTER[way.letter].says, "brought": way.brought, "reached": way.reached}
        for way in data.ways
    )


def _scale(each: int) -> list[str]:
    """What a thread is, when it is more than one contribution."""
    return [] if each == 1 else [gettext("One thread is about %(n)s contributions.") % {"n": each}]


def _named(way: Known) -> str:
    return f"{BY_LETTER[way.letter].says}: {' '.join(_words(way))}"


def _wide(data: Warp) -> SafeString:
    gap = 14.0
    each = _each(data.ways, WIDE, gap)
    needs = [_needs(way, each) for way in data.ways]
    spare = (WIDE - sum(needs) - gap * (len(needs) - 1)) / max(1, len(needs) - 1)
    gap += min(46, max(0, spare))
    wefts = [34 + 11.0 * i for i in range(8)]
    lines = "".join(f"M0 {num(y)}H{WIDE - (0 if i % 2 else 8)}" for i, y in enumerate(wefts))
    body, x = [f'<path class="warp-weft" d="{lines}"/>'], 0.0
    for way, need in zip(data.ways, needs, strict=True):
        body.append(linked(way.url, _named(way), _group(way, x, (2, 218), wefts, each) + _label(way, x, 246)))
        x += need + gap
    body.append(text(0, 330, _scale(each), "f17 q"))
    height = 340 if each > 1 else 308
    return _framed(data, WIDE, height, "".join(body))


def _narrow(data: Warp) -> SafeString:
    each = next(
        (
            one
            for one in _EACH
            if all(sum(_split(way, one)) * _STEPS.get(way.letter, _STEP) + 12 <= NARROW for way in data.ways)
        ),
        _EACH[-1],
    )
    body, y = [], 0.0
    for way in data.ways:
        wefts = [y + 24 + 11.0 * i for i in range(4)]
        lines = "".join(f"M0 {num(at)}H{NARROW}" for at in wefts)
        drawn = f'<path class="warp-weft" d="{lines}"/>' + _group(way, 0, (y + 2, y + 112), wefts, each)
        words = " ".join(_words(way))
        label = knot(way.letter, 13, y + 136) + text(31, y + 142, [str(BY_LETTER[way.letter].says)], "f17 b")
        body.append(linked(way.url, _named(way), drawn + label + text(0, y + 168, [words], "f17 q")))
        y += 214
    body.append(text(0, y, _scale(each), "f17 q"))
    return _framed(data, NARROW, y + 8, "".join(body))


def _framed(data: Warp, width: float, height: float, body: str) -> SafeString:
    title = gettext("What was brought, and what reached a decision, by how people know")
    links = any(way.url for way in data.ways)
    return figure_svg(f"{data.key}-{num(width)}", title, _described(data), (width, height), body, links=links)


def knowledge_warp(data: Warp) -> SafeString:
    """What went into a decision goes through the cloth; the rest stops below. A thread stands for several contributions
    when there are too many to draw, and the picture says so."""
    return both(_wide(data), _narrow(data), full=True)
