"""What was counted, made ready for the page: sides beside one another, how far apart, and what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, pi, sin
from typing import Any

from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from coproduce.conversation.seasons import season_called
from coproduce.deliberation.models import Value
from coproduce.deliberation.queries import group_name
from coproduce.deliberation.starting import SYSTEMS
from coproduce.ui.pictures.thread import num
from coproduce.ui.pictures.values import Slope, values_slope
from coproduce.ui.pictures.values import Value as SlopeValue
from coproduce.valuing.forms import system_name
from coproduce.valuing.models import EACH, CountedValues
from coproduce.valuing.queries.giving import key_of

SURE = 0.05
MOST_DRAWN = 7
"""So many values of one side are drawn as a slope; the table has all."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One side at one value: mean tokens a person."""

    side: str
    tokens: float
    beads: SafeString


@dataclass(slots=True)
class Row:
    """One value across the sides. key: "" for *something else*."""

    name: str
    key: str
    explanation: str = ""
    called_before: list[str] = field(default_factory=list)
    cells: list[Cell] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Apart:
    """How far apart two sides are, in words and in numbers."""

    one: str
    other: str
    is_sure: bool
    one_more: str
    other_more: str
    divergence: str
    by_chance: str
    p: str


@dataclass(frozen=True, slots=True)
class ChangedRow:
    """One value in one side, then and now. "" where it was in front of nobody then, or names are kept back."""

    name: str
    before: str
    after: str
    change: str
    low: str
    high: str
    is_sure: bool


@dataclass(frozen=True, slots=True)
class Changed:
    """One side between two seasons: its picture, sentence and table."""

    side: str
    people: int
    picture: SafeString
    rows: list[ChangedRow]
    said: str


@dataclass(slots=True)
class SideBySide:
    """One season as the page shows it. ``sides``: (name, people); empty where too few took part."""

    sides: list[tuple[str, int]]
    groups: list[tuple[str, list[Row]]]
    apart: list[Apart]
    joined: list[str]
    people: int | None
    counted: CountedValues


def _number(value: float, places: int = 1) -> str:
    return number_format(round(value, places) + 0.0, places)


class Names:
    """How values are called now. Those whose name is kept back, or that are not known, are *something else*."""

    def __init__(self, values: Iterable[Value], before: dict[Any, list[str]]) -> None:
        self.values = {str(value.pk): value for value in values if value.held_back_at is None}
        self.order = list(self.values)
        self.before = before

    def of(self, pk: str) -> str:
        return self.values[pk].name if pk in self.values else _("something else")

    def sorted(self, pks: Iterable[str]) -> list[list[str]]:
        """The identifiers in the order of the list, one list for each row that is shown: the last may hold several."""
        known = [pk for pk in self.order if pk in set(pks)]
        rest = [pk for pk in pks if pk not in self.values]
        return [*([pk] for pk in known), *([rest] if rest else [])]


def side_by_side(counted: CountedValues, names: Names) -> SideBySide:
    """One season: every value with each side's tokens. The order is the list's, never who got more."""
    result = counted.result
    sides = [
        (group_name(row["groups"]) if len(result["rows"]) > 1 else _("Everyone who gave tokens"))
        for row in result["rows"]
    ]
    tokens = [{each["value"]: each for each in row["values"]} for row in result["rows"]]
    by_system: dict[str, list[Row]] = {}
    for pks in names.sorted(result["values"] if sides else []):
        value = names.values.get(pks[0])
        row = _row(pks, value, names)
        for side, gave in zip(sides, tokens, strict=True):
            mean = sum(gave[pk]["tokens"] for pk in pks)
            row.cells.append(Cell(side, mean, beads(mean)))
        by_system.setdefault(value.system if value else "", []).append(row)
    return SideBySide(
        sides=[(side, row["people"]) for side, row in zip(sides, result["rows"], strict=True)],
        groups=[(system_name(system), by_system[system]) for system in SYSTEMS if system in by_system],
        apart=_apart(result, names),
        joined=[group_name(row) for row in result["joined"]] if len(sides) > 1 else [],
        people=result["people"],
        counted=counted,
    )


def _row(pks: Sequence[str], value: Value | None, names: Names) -> Row:
    if value is None:
        return Row(_("something else"), "")
    return Row(value.name, key_of(value), value.explanation, names.before.get(value.pk, []))


def _apart(result: dict[str, Any], names: Names) -> list[Apart]:
    pairs = len(result["divergences"])
    means = {tuple(row["groups"]): {each["value"]: each["tokens"] for each in row["values"]} for row in result["rows"]}
    found = []
    for each in result["divergences"]:
        one, other = tuple(each["one"]), tuple(each["other"])
        more = sorted(result["values"], key=lambda pk: means[one][pk] - means[other][pk])
        found.append(
            Apart(
                one=group_name(one),
                other=group_name(other),
                # One pair in twenty would look apart by chance alone: the more pairs, the surer each has to be.
                is_sure=each["p"] * pairs < SURE,
                one_more=names.of(more[-1]),
                other_more=names.of(more[0]),
                divergence=_number(each["divergence"], 3),
                by_chance=_number(each["by_chance"], 3),
                p=_number(each["p"], 4),
            )
        )
    return found


def changes(counted: CountedValues, names: Names) -> list[Changed]:
    """What changed between two seasons, side by side, of those who took part in both."""
    result = counted.result
    then, now = (_season(code) for code in (counted.before, counted.season))
    found = []
    for number, row in enumerate(result["rows"]):
        side = group_name(row["groups"]) if len(result["rows"]) > 1 else _("Everyone who took part in both")
        of = {each["value"]: each for each in row["shifts"]}
        rows = [_changed_row(pks, of, names) for pks in names.sorted(of)]
        drawn = [
            SlopeValue(names.of(pk), of[pk]["before"], of[pk]["after"])
            for pk in _worth_drawing(of)
            if pk in names.values
        ]
        picture = values_slope(Slope(f"slope-{number}", side, then, now, drawn)) if drawn else SafeString("")
        found.append(Changed(side, row["people"], picture, rows, _what_changed(rows)))
    return found


def _season(code: str) -> str:
    season = season_called(code)
    return season.name.split(",")[0] if season else code


def _worth_drawing(of: dict[str, Any]) -> list[str]:
    """The values that hold most, then or now: a slope of all would be a heap of zeros."""
    weight = {pk: max(each["before"] or 0, each["after"] or 0) + abs(each["change"]) for pk, each in of.items()}
    return [pk for pk in sorted(weight, key=lambda pk: -weight[pk])[:MOST_DRAWN] if weight[pk] > 0]


def _changed_row(pks: Sequence[str], of: dict[str, Any], names: Names) -> ChangedRow:
    def mean(when: str) -> str:
        known = [of[pk][when] for pk in pks if of[pk][when] is not None]
        return _number(sum(known)) if known else ""

    change = sum(of[pk]["change"] for pk in pks)
    alone = of[pks[0]] if len(pks) == 1 else None
    return ChangedRow(
        name=names.of(pks[0]),
        before=mean("before"),
        after=mean("after"),
        change=("+" if change > 0 else "") + _number(change),
        low=_number(alone["low"]) if alone else "",
        high=_number(alone["high"]) if alone else "",
        is_sure=bool(alone and (alone["low"] > 0 or alone["high"] < 0)),
    )


def _what_changed(rows: Sequence[ChangedRow]) -> str:
    sure = [row for row in rows if row.is_sure]
    if not sure:
        return _("No value got more or fewer tokens than chance might make.")
    said = [
        (_("more to %(name)s") if row.change.startswith("+") else _("fewer to %(name)s")) % {"name": row.name}
        for row in sure
    ]
    return _("They gave %(what)s.") % {"what": ", ".join(said)}


# ── beads ────────────────────────────────────────────────────────────────────────────────────────

STEP, RADIUS = 11, 5


def beads(tokens: float) -> SafeString:
    """Ten rings, filled as far as the tokens go. The number stands beside them."""
    drawn = "".join(_bead(6 + STEP * i, min(1.0, max(0.0, tokens - i))) for i in range(EACH))
    width = STEP * EACH + 2
    return SafeString(
        f'<svg class="beads" aria-hidden="true" focusable="false" width="{width}" height="16" '
        f'viewBox="0 0 {width} 16">{drawn}</svg>'
    )


def _bead(x: float, full: float) -> str:
    ring = f'<circle class="bead" cx="{num(x)}" cy="8" r="{RADIUS - 1}"/>'
    if full < 0.05:
        return ring
    if full > 0.95:
        return f'<circle class="bead-full" cx="{num(x)}" cy="8" r="{RADIUS}"/>'
    angle = 2 * pi * full
    end = (x + RADIUS * sin(angle), 8 - RADIUS * cos(angle))
    slice_of = f"M{num(x)} 8V{8 - RADIUS}A{RADIUS} {RADIUS} 0 {int(full > 0.5)} 1 {num(end[0])} {num(end[1])}Z"
    return f'{ring}<path class="bead-full" d="{slice_of}"/>'
