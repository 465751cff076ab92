"""The strokes everything is drawn with: threads, knots, wefts and the six verbs.

A thread is one or two strokes over the same path. Width, pattern and hue are in the stylesheet
under the classes named here, so the same marks follow dark pages, paper and forced colours.
Every function returns markup that is safe: letters are looked up, numbers are formatted here.
"""

from collections.abc import Iterable, Sequence
from functools import cache

from coproduce.ways import BY_LETTER, in_order

# Drawn over the first stroke: the ground between the twin lines, the ticks across the thin one.
_OVER = {"C": "tC2", "M": "tM2"}
KNOT_RADIUS = 12
HALF_WIDTH = {"L": 1.8, "C": 3.2, "P": 1.7, "R": 2.5, "O": 1.7, "M": 4.5}

VERBS = {
    "builds_on": "M1 8H47M1 24C18 24 16 13 28 13H47",
    "supports": "M1 9H47M1 19H47M12 9V19M24 9V19M36 9V19",
    "questions": "M1 14H22M28 14h.1M36 14h.1M44 14h.1",
    "differs": "M1 14H15M15 14C24 14 26 4 47 4M15 14C24 14 26 24 47 24",
    "reframes": "M1 23H47M24 23C14 23 12 5 24 5S34 23 24 23",
    "answers": "M1 14H17M31 14H47M17 14C20 6 28 6 31 14M17 14C20 22 28 22 31 14",
}


def num(value: float) -> str:
    """A coordinate with at most one decimal, without a trailing ``.0``: ``12.04`` gives ``12``."""
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def stroke(letter: str, d: str) -> str:
    """The thread of a way of knowing along a path: ``<path class="tL" d="…"/>``, two paths for C and M."""
    known = BY_LETTER[letter].letter
    first = f'<path class="t{known}" d="{d}"/>'
    return first + (f'<path class="{_OVER[known]}" d="{d}"/>' if known in _OVER else "")


def halo(letter: str, d: str) -> str:
    """The ground cleared around a thread, so that it is seen to pass over what is below it."""
    return f'<path class="halo h{BY_LETTER[letter].letter}" d="{d}"/>'


@cache
def knot(letter: str, x: float, y: float) -> str:
    """A disc with the letter in it: where a thread begins. ``x``, ``y`` are its centre."""
    known = BY_LETTER[letter].letter
    return (
        f'<circle class="k k{known}" cx="{num(x)}" cy="{num(y)}" r="{KNOT_RADIUS}"/>'
        f'<text class="kt" x="{num(x)}" y="{num(y + 5)}">{known}</text>'
    )


def _line(letter: str, x: int) -> str:
    ends = f'x1="{x}" x2="{x}" y1="0" y2="100%"'
    first = f'<line class="t{letter}" {ends}/>'
    return first + (f'<line class="{_OVER[letter]}" {ends}/>' if letter in _OVER else "")


@cache
def side_threads(letters: str, spread: int = 13) -> str:
    """Vertical threads for the side of someone's words, as high as what stands beside them. "" without letters."""
    ways = in_order(letters)
    if not ways:
        return ""
    lines = "".join(_line(letter, 5 + spread * i) for i, letter in enumerate(ways))
    return f'<span class="threads n{len(ways)}"><svg aria-hidden="true" focusable="false">{lines}</svg></span>'


@cache
def knots(letters: str, tail: int = 0) -> str:
    """Knots side by side as one small picture, hidden from assistive technology; ``tail`` px of the last thread."""
    ways = in_order(letters)
    if not ways:
        return ""
    reach = 26 * len(ways)
    thread = stroke(ways[-1], f"M{reach - 3} 14H{reach + tail}") if tail else ""
    discs = "".join(knot(letter, 13.5 + 26 * i, 14) for i, letter in enumerate(ways))
    width = reach + 2 + tail
    return (
        f'<svg class="knots" width="{width}" height="28" viewBox="0 0 {width} 28" '
        f'aria-hidden="true" focusable="false">{thread}{discs}</svg>'
    )


@cache
def question_thread(letters: str) -> str:
    """The first thread of somebody's words, drawn from under a question round into the side of the words below it."""
    ways = in_order(letters)
    if not ways:
        return ""
    d = "M330 4H8C-34 4 -40 38 -8 43C4 45 9 51 9 60V70"
    return (
        '<svg class="question-thread" viewBox="0 0 340 70" width="340" height="70" aria-hidden="true" '
        f'focusable="false">{stroke(ways[0], d)}</svg>'
    )


@cache
def verb_mark(verb: str) -> str:
    """One of the six drawn verbs, 48 × 28, or "" for a verb that has no drawing."""
    d = VERBS.get(verb)
    if d is None:
        return ""
    return f'<svg class="verb" viewBox="0 0 48 28" aria-hidden="true" focusable="false"><path d="{d}"/></svg>'


def wefts(xs: Sequence[float], top: float, bottom: float, kind: str) -> str:
    """Upright wefts at ``xs``, whole; ``crossings`` puts them over the threads. kind: agenda, arose or decision."""
    d = "".join(f"M{num(x)} {num(top)}V{num(bottom)}" for x in xs)
    return f'<path class="weft w-{kind}" d="{d}"/>'


def crossings(xs: Sequence[float], ys: Sequence[float], kind: str, letters: str, reach: float = 6) -> str:
    """Where wefts pass over threads, every other crossing: the ground cleared, and the weft again.

    xs: wefts from left to right; ys: threads from top to bottom with their ``letters``. Draw it last.
    reach: how far above and below a thread the weft is drawn again, over the thread's own halo.
    """
    over = [
        (x, y, HALF_WIDTH[letter])
        for i, x in enumerate(xs)
        for j, (y, letter) in enumerate(zip(ys, letters, strict=True))
        if (i + j) % 2 == 0
    ]
    if not over:
        return ""
    clear = "".join(f"M{num(x)} {num(y - h - 1)}v{num(2 * h + 2)}" for x, y, h in over)
    again = "".join(f"M{num(x)} {num(y - h - reach)}v{num(2 * (h + reach))}" for x, y, h in over)
    return f'<path class="clear c-{kind}" d="{clear}"/><path class="weft again w-{kind}" d="{again}"/>'


def spread(count: int, centre: float, step: float) -> list[float]:
    """``count`` positions ``step`` apart around ``centre``: (3, 10, 4) gives [6, 10, 14]."""
    first = centre - step * (count - 1) / 2
    return [first + step * i for i in range(count)]


def path_over(points: Iterable[tuple[float, float]]) -> str:
    """A hand-like line through ``points`` that leaves and reaches each one level."""
    parts: list[str] = []
    before: tuple[float, float] | None = None
    for x, y in points:
        if before is None:
            parts.append(f"M{num(x)} {num(y)}")
        elif abs(y - before[1]) < 0.05:
            parts.append(f"H{num(x)}")
        else:
            bend = (x - before[0]) * 0.5
            parts.append(f"C{num(before[0] + bend)} {num(before[1])} {num(x - bend)} {num(y)} {num(x)} {num(y)}")
        before = (x, y)
    return "".join(parts)
