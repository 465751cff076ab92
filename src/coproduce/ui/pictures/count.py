"""What came out of a count: a bar for each option, or how the first stands against each of the others."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from coproduce.ui.pictures.figure import both, figure_svg, text, wrap
from coproduce.ui.pictures.thread import num

LINE, ROW = 22.0, 30.0


class Bar(NamedTuple):
    """One option: its words, its number, that number in words, and whether it came first."""

    words: str
    figure: int
    said: str
    first: bool


@dataclass(frozen=True)
class Bars:
    """key: unique on the page; title; most: the number that would fill the whole width."""

    key: str
    title: str
    most: int
    bars: Sequence[Bar]


class Against(NamedTuple):
    """How many people put the first before this one, and how many after."""

    words: str
    before: int
    after: int


@dataclass(frozen=True)
class Beside:
    """key: unique on the page; first: the words of the one that is set beside the others; people: how many voted."""

    key: str
    first: str
    people: int
    against: Sequence[Against]


def _bars(data: Bars, width: float) -> SafeString:
    room, y, out = width - 84, 0.0, []
    for bar in data.bars:
        lines = wrap(bar.words, 17, width - 8, 3, bar.first)
        y += LINE
        out.append(text(0, y, lines, "f17 b" if bar.first else "f17", leading=LINE))
        y += LINE * (len(lines) - 1) + 18
        length = room * bar.figure / max(data.most, 1)
        out.append(f'<path class="thin" d="M0 {num(y)}H{num(room)}"/>')
        if bar.figure:
            kind = "bar bar-first" if bar.first else "bar"
            out.append(f'<path class="{kind}" d="M0 {num(y)}H{num(length)}"/>')
        out.append(text(room + 14, y + 6, [str(bar.figure)], "f17 b" if bar.first else "f17"))
        y += ROW - 8
    said = "; ".join(f"{bar.words}: {bar.said}" for bar in data.bars) + "."
    return figure_svg(f"{data.key}-{num(width)}", data.title, said, (width, y + 6), "".join(out))


def count_bars(data: Bars) -> SafeString:
    """A bar for each option, those that came first in another colour and in bold. Widths 640 and 300."""
    return both(_bars(data, 640), _bars(data, 300))


def _beside(data: Beside, width: float) -> SafeString:
    middle, room, y, out = width / 2, width / 2 - 44, 0.0, []
    for row in data.against:
        lines = wrap(row.words, 17, width - 8, 3)
        y += LINE
        out.append(text(0, y, lines, "f17", leading=LINE))
        y += LINE * (len(lines) - 1) + 18
        left, right = (room * n / max(data.people, 1) for n in (row.before, row.after))
        out.append(f'<path class="thin" d="M{num(middle - room)} {num(y)}H{num(middle + room)}"/>')
        if row.before:
            out.append(f'<path class="bar bar-first" d="M{num(middle - left)} {num(y)}H{num(middle)}"/>')
        if row.after:
            out.append(f'<path class="bar bar-partly" d="M{num(middle)} {num(y)}H{num(middle + right)}"/>')
        out.append(f'<path class="thin" d="M{num(middle)} {num(y - 10)}V{num(y + 10)}"/>')
        out.append(text(middle - room - 8, y + 6, [str(row.before)], "f17 b", "end"))
        out.append(text(middle + room + 8, y + 6, [str(row.after)], "f17"))
        y += ROW - 8
    title = gettext("How many put “%(first)s” before each of the others") % {"first": data.first}
    said = "; ".join(
        gettext("%(other)s: %(before)s before it, %(after)s after")
        % {"other": row.words, "before": row.before, "after": row.after}
        for row in data.against
    )
    return figure_svg(f"{data.key}-{num(width)}", title, said + ".", (width, y + 6), "".join(out))


def set_beside(data: Beside) -> SafeString:
    """The one that came first against each of the others, two by two. Widths 640 and 300."""
    return both(_beside(data, 640), _beside(data, 300))
