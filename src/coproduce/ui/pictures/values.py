"""Values side by side: what one side gave its tokens to, then and now. Never averaged over both sides."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from coproduce.ui.pictures.figure import both, figure_svg, settle, text, width_of, wrap
from coproduce.ui.pictures.thread import num

LEADING = 20
TOP = 52.0
A_TOKEN = 46.0


class Value(NamedTuple):
    """One value and its tokens, the average of this side; None where it was not on the list then (or is no more)."""

    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True)
class Slope:
    """One side. key: unique on the page; side: who they are; before, after: the two times as words; values: in the
    same order for every side, so that a value is drawn with the same line on each."""

    key: str
    side: str
    before: str
    after: str
    values: Sequence[Value]


def _amount(value: float) -> str:
    return number_format(value, 0 if value == int(value) else 1)


def _described(data: Slope) -> str:
    said = []
    for value in data.values:
        if value.before is None and value.after is not None:
            said.append(gettext("%(name)s was added: %(after)s") % {"name": value.name, "after": _amount(value.after)})
        elif value.before is not None and value.after is None:
            said.append(
                gettext("%(name)s: %(before)s, then left out") % {"name": value.name, "before": _amount(value.before)}
            )
        elif value.before is not None and value.after is not None:
            said.append(
                gettext("%(name)s: from %(before)s to %(after)s")
                % {"name": value.name, "before": _amount(value.before), "after": _amount(value.after)}
            )
    return "; ".join(said) + "."


def _labels(
    items: Sequence[tuple[int, float, str]],
    x: float,
    anchor: str,
    limit: float,
    added: set[int],
    *,
    top: float,
) -> tuple[dict[int, float], str, float]:
    """Places the labels of one side by value without letting them touch: y of each, the markup, the lowest edge."""
    high = max((amount for _, amount, _ in items), default=0)
    ordered = sorted(items, key=lambda item: (-item[1], item[0]))
    lines = [wrap(label, 17, limit, 3, i in added) for i, _, label in ordered]
    sizes = [float(LEADING * len(line)) for line in lines]
    places = settle([top + (high - amount) * A_TOKEN for _, amount, _ in ordered], sizes, top - 10, 8)
    out, at, low = [], {}, top
    for (i, _, _), line, y in zip(ordered, lines, places, strict=True):
        at[i] = y
        first = y - LEADING * (len(line) - 1) / 2 + 5.5
        out.append(text(x, first, line, "f17 b arose" if i in added else "f17", anchor, leading=LEADING))
        low = max(low, y + LEADING * len(line) / 2)
    return at, "".join(out), low


def _draw(data: Slope, width: float, room: float) -> SafeString:
    """room: px for the labels on each side of the slope."""
    left, right = room, width - room
    added = {i for i, value in enumerate(data.values) if value.before is None}
    before = [(i, v.before, f"{v.name} {_amount(v.before)}") for i, v in enumerate(data.values) if v.before is not None]
    after = [(i, v.after, f"{_amount(v.after)} {v.name}") for i, v in enumerate(data.values) if v.after is not None]
    heads = [wrap(data.before, 17, room - 12, 3), wrap(data.after, 17, room - 12, 3)]
    top = TOP + LEADING * (max(len(lines) for lines in heads) - 1)
    at_left, left_text, low_left = _labels(before, left - 10, "end", room - 12, added, top=top)
    at_right, right_text, low_right = _labels(after, right + 10, "start", room - 12, added, top=top)
    low = max(low_left, low_right) + 24
    lines, rings = [], []
    for i, _ in enumerate(data.values):
        start = (left, at_left[i]) if i in at_left else (left + (right - left) * 0.45, low)
        end = (right, at_right[i]) if i in at_right else (left + (right - left) * 0.55, low)
        kind = "slope-added" if i in added else f"slope-{i % 4}"
        lines.append(f'<path class="slope {kind}" d="M{num(start[0])} {num(start[1])}L{num(end[0])} {num(end[1])}"/>')
        if i in added:
            rings.append(f'<circle class="ring-added" cx="{num(start[0])}" cy="{num(start[1])}" r="7"/>')
        elif i not in at_right:
            rings.append(f'<circle class="ring-left" cx="{num(end[0])}" cy="{num(end[1])}" r="6"/>')
    times = text(left - 10, 18, heads[0], "f17 q", "end", leading=LEADING)
    times += text(right + 10, 18, heads[1], "f17 q", leading=LEADING)
    body = times + "".join(lines) + "".join(rings) + left_text + right_text
    title = gettext("What %(side)s gave tokens to") % {"side": data.side}
    height = low + 14 if added or len(at_right) < len(data.values) else max(low_left, low_right) + 8
    return figure_svg(f"{data.key}-{num(width)}", title, _described(data), (width, height), body)


def values_slope(data: Slope) -> SafeString:
    """The slope of one side; put two beside each other in ``.columns-even``. Widths 500 and 320."""
    longest = max((width_of(value.name, 17, True) for value in data.values), default=0) + 50
    longest = max(longest, width_of(data.before, 17) + 12, width_of(data.after, 17) + 12)
    return both(_draw(data, 500, min(190, max(130, longest))), _draw(data, 320, 118))
