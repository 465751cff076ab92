"""The map of views: people as marks, near where they answered alike, groups inside outlines drawn as by hand."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.figure import both, figure_svg, text, width_of, wrap
from coproduce_methods.opinion_picture import (
    NARROW,
    WIDE,
    Frame,
    Point,
    fitted,
    grounds,
    in_drawing_order,
    num,
    person_mark,
    thinned,
)

__all__ = ["OpinionMap", "Point", "group_mark", "opinion_map", "person_mark"]


@dataclass(frozen=True)
class OpinionMap:
    """key: unique on the page; points: in the method's own coordinates (x to the right, y upwards), any order;
    groups: the name of each group or "" (only groups as large as the space's threshold may be passed);
    you: where the reader is, or None."""

    key: str
    points: Sequence[Point]
    groups: Sequence[str]
    you: tuple[float, float] | None = None


def group_mark(group: int | None) -> SafeString:
    """The mark alone, 18 × 18, for the words beside the map."""
    return SafeString(
        f'<svg class="group-mark" aria-hidden="true" focusable="false" width="18" height="18" viewBox="0 0 18 18">'
        f"{person_mark(group, 9, 9)}</svg>"
    )


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
    points, you = fitted(data.points, frame, data.you)
    shown = thinned(points, frame.marks)
    marks = "".join(person_mark(p.group, p.x, p.y) for p in in_drawing_order(shown))
    body = grounds(points, len(data.groups)) + marks + (_you(you, frame, shown) if you else "")
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
