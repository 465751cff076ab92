"""The relations picture: groups of people as circles, what passed between them as bundles of lines."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.figure import both, figure_svg, linked, text, wrap
from coproduce.ui.pictures.thread import num

LINES_AT_MOST = 12
RINGS_AT_MOST = 5


class Tie(NamedTuple):
    """What passed between two groups (their places in ``groups``), or within one when both are the same.

    count: how often somebody answered, built on or thanked somebody; url: the rows it was counted from.
    """

    one: int
    other: int
    count: int
    url: str = ""


@dataclass(frozen=True)
class Relations:
    """One season. key: unique on the page; season: its words; groups: two to six names, none below the threshold;
    per_line: how many times one line stands for, the same for every season shown together."""

    key: str
    season: str
    groups: Sequence[str]
    ties: Sequence[Tie]
    per_line: int = 5


def lines_for(count: int, per_line: int, most: int) -> int:
    """Lines that stand for ``count``: at least one where anything passed, never more than can be told apart."""
    return min(most, max(1, round(count / per_line))) if count > 0 else 0


def _places(count: int, width: float, height: float, margin: float) -> list[tuple[float, float]]:
    """Corners for up to four, an oval for five and six; the first at the top left, then clockwise.

    A narrow picture has two columns, a little out of step, so that no name stands on another.
    """
    cx, cy, rx, ry = width / 2, height / 2, width / 2 - 86, height / 2 - margin
    if count > 4 and width < 400:
        step = (height - 2 * margin - 22) / 2
        return [(cx - rx + i % 2 * 2 * rx, margin + i // 2 * step + i % 2 * 22) for i in range(count)]
    if count <= 2:
        return [(cx - rx, cy), (cx + rx, cy)][:count]
    if count == 4:
        return [(cx - rx, cy - ry), (cx + rx, cy - ry), (cx + rx, cy + ry), (cx - rx, cy + ry)]
    turn = -math.pi / 2 - (math.pi / count if count % 2 == 0 else 0)
    angles = [turn + 2 * math.pi * i / count for i in range(count)]
    return [(cx + rx * math.cos(angle), cy + ry * math.sin(angle)) for angle in angles]


def _bundle(a: tuple[float, float], b: tuple[float, float], lines: int) -> str:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy) or 1
    gap = min(8.0, 52 / max(1, lines - 1))
    out = []
    for i in range(lines):
        bow = (i - (lines - 1) / 2) * gap * 1.5
        mx, my = (a[0] + b[0]) / 2 - dy / length * bow, (a[1] + b[1]) / 2 + dx / length * bow
        out.append(f"M{num(a[0])} {num(a[1])}Q{num(mx)} {num(my)} {num(b[0])} {num(b[1])}")
    return "".join(out)


def _rings(at: tuple[float, float], centre: tuple[float, float], rings: int) -> str:
    side = 1 if at[0] >= centre[0] else -1
    out = []
    for i in range(rings):
        radius = 9 + 6.5 * i
        out.append(
            f'<ellipse class="tie-within" cx="{num(at[0] + side * (8 + radius))}" cy="{num(at[1])}" '
            f'rx="{num(radius)}" ry="{num(radius * 0.5)}"/>'
        )
    return "".join(out)


def _said(data: Relations, tie: Tie) -> str:
    times = ngettext("%(n)s time", "%(n)s times", tie.count) % {"n": tie.count}
    if tie.one == tie.other:
        return gettext("Among %(one)s: %(times)s") % {"one": data.groups[tie.one], "times": times}
    pair = {"one": data.groups[tie.one], "other": data.groups[tie.other], "times": times}
    return gettext("%(one)s and %(other)s: %(times)s") % pair


def _limit(width: float, corners: bool) -> float:
    return width - 300 if width > 400 and corners else min(168.0, width - 184)


def _lines(group: str, width: float, corners: bool) -> list[str]:
    return wrap(group, 17, _limit(width, corners), 3, bold=True)


def _name(group: str, at: tuple[float, float], centre: tuple[float, float], width: float, corners: bool) -> str:
    lines, limit = _lines(group, width, corners), _limit(width, corners)
    x = min(max(at[0], limit / 2), width - limit / 2)
    y = at[1] - 24 - 20 * (len(lines) - 1) if at[1] < centre[1] - 1 else at[1] + 36
    return text(x, y, lines, "f17 b halo-text", "middle", leading=20)


def _draw(data: Relations, width: float, height: float) -> SafeString:
    corners = len(data.groups) <= 4
    lines = max((len(_lines(group, width, corners)) for group in data.groups), default=1)
    height += 40 * (lines - 1)
    places = _places(len(data.groups), width, height, 24.0 + 20 * lines)
    centre = (width / 2, height / 2)
    ties, said = [], []
    for tie in sorted(data.ties, key=lambda one: (one.count, one.one, one.other)):
        if tie.count <= 0:
            continue
        a, b = places[tie.one], places[tie.other]
        if tie.one == tie.other:
            drawn = _rings(a, centre, lines_for(tie.count, data.per_line, RINGS_AT_MOST))
        else:
            d = _bundle(a, b, lines_for(tie.count, data.per_line, LINES_AT_MOST))
            drawn = f'<path class="tie-halo" d="{d}"/><path class="tie" d="{d}"/>'
        said.append(_said(data, tie))
        ties.append(linked(tie.url, said[-1], drawn))
    circles = "".join(f'<circle class="group" cx="{num(x)}" cy="{num(y)}" r="12"/>' for x, y in places)
    names = "".join(_name(group, at, centre, width, corners) for group, at in zip(data.groups, places, strict=True))
    title = gettext("Who answered whom, %(season)s") % {"season": data.season}
    described = ". ".join(reversed(said)) + "." if said else gettext("Nothing has passed between groups yet.")
    has_links = any(tie.url for tie in data.ties)
    key = f"{data.key}-{num(width)}"
    return figure_svg(key, title, described, (width, height), "".join(ties) + circles + names, links=has_links)


def relations(data: Relations) -> SafeString:
    """One season's picture, 500 and 320 wide. The caller says in a sentence what one line is and what it leaves out."""
    tall = 300 if len(data.groups) <= 4 else 390
    return both(_draw(data, 500, tall), _draw(data, 320, tall))
