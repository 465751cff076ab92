"""What was counted, made ready for the page: sides beside one another, how far apart, and what changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from math import cos, pi, sin, sqrt
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
FEW, WORTH_SAYING = 3, 0.5
"""So many values are named as those that lie furthest apart, and only where half a token lies between the sides."""


@dataclass(frozen=True, slots=True)
class Side:
    """The people of one side. mark: the shape of its beads, so that its name need not stand at every value."""

    name: str
    people: int
    mark: SafeString


@dataclass(frozen=True, slots=True)
class Cell:
    """One side at one value: mean tokens a person."""

    side: Side
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

    @property
    def apart(self) -> float:
        """How many tokens lie between the side that gave it most and the one that gave it least."""
        given = [cell.tokens for cell in self.cells]
        return max(given) - min(given)


@dataclass(frozen=True, slots=True)
class Apart:
    """How far apart two sides are, in words and in numbers."""

    one: Side
    other: Side
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
    """One season as the page shows it. ``sides``: empty where too few took part. ``differ``: the few values at which
    they lie furthest apart, in the order of the list; none where there is one side.
    """

    sides: list[Side]
    groups: list[tuple[str, list[Row]]]
    differ: list[Row]
    apart: list[Apart]
    joined: list[str]
    people: int | None
    counted: CountedValues

    @property
    def surely_apart(self) -> list[Apart]:
        """The pairs of sides that are further apart than chance would make."""
        return [each for each in self.apart if each.is_sure]


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
    sides = [_side(number, row, alone=len(result["rows"]) == 1) for number, row in enumerate(result["rows"])]
    tokens = [{each["value"]: each for each in row["values"]} for row in result["rows"]]
    by_system: dict[str, list[Row]] = {}
    rows = []
    for pks in names.sorted(result["values"] if sides else []):
        value = names.values.get(pks[0])
        row = _row(pks, value, names)
        for number, (side, gave) in enumerate(zip(sides, tokens, strict=True)):
            mean = sum(gave[pk]["tokens"] for pk in pks)
            row.cells.append(Cell(side, mean, beads(mean, number)))
        by_system.setdefault(value.system if value else "", []).append(row)
        rows.append(row)
    return SideBySide(
        sides=sides,
        groups=[(system_name(system), by_system[system]) for system in SYSTEMS if system in by_system],
        differ=_furthest(rows),
        apart=_apart(result, names, sides),
        joined=[group_name(row) for row in result["joined"]] if len(sides) > 1 else [],
        people=result["people"],
        counted=counted,
    )


def _side(number: int, row: dict[str, Any], *, alone: bool) -> Side:
    name = _("Everyone who gave tokens") if alone else group_name(row["groups"])
    return Side(name, row["people"], bead_mark(number))


def _furthest(rows: Sequence[Row]) -> list[Row]:
    named = sorted((row for row in rows if row.key and row.apart >= WORTH_SAYING), key=lambda row: -row.apart)
    few = named[:FEW]
    return [row for row in rows if any(row is one for one in few)]


def _row(pks: Sequence[str], value: Value | None, names: Names) -> Row:
    if value is None:
        return Row(_("something else"), "")
    return Row(value.name, key_of(value), value.explanation, names.before.get(value.pk, []))


def _apart(result: dict[str, Any], names: Names, sides: Sequence[Side]) -> list[Apart]:
    pairs = len(result["divergences"])
    by_groups = {tuple(row["groups"]): side for row, side in zip(result["rows"], sides, strict=True)}
    means = {tuple(row["groups"]): {each["value"]: each["tokens"] for each in row["values"]} for row in result["rows"]}
    found = []
    for each in result["divergences"]:
        one, other = tuple(each["one"]), tuple(each["other"])
        more = sorted(result["values"], key=lambda pk: means[one][pk] - means[other][pk])
        found.append(
            Apart(
                one=by_groups[one],
                other=by_groups[other],
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

STEP, RADIUS = 11, 4.6
SHAPES = ((0, 0.0, 1.0), (4, pi / 4, 1.2), (4, 0.0, 1.25), (3, -pi / 2, 1.2), (5, -pi / 2, 1.15), (3, pi / 2, 1.2))
"""(corners, turned by, size): the beads of each side have a shape of their own; the first are round."""


def beads(tokens: float, side: int = 0) -> SafeString:
    """Ten rings in the shape of a side, filled as far as the tokens go. The number stands beside them."""
    parts = [min(1.0, max(0.0, tokens - i)) for i in range(EACH)]
    rings = "".join(_shape(side, 6 + STEP * i, RADIUS - 0.6) for i, part in enumerate(parts) if part <= 0.95)
    full = "".join(
        _shape(side, 6 + STEP * i, RADIUS * (1.0 if part > 0.95 else 0.9 * sqrt(part)))
        for i, part in enumerate(parts)
        if part >= 0.05
    )
    return _drawn(STEP * EACH + 2, rings, full)


def bead_mark(side: int) -> SafeString:
    """One bead of a side, for the words beside the picture."""
    return _drawn(12, "", _shape(side, 6, RADIUS))


def _drawn(width: int, rings: str, full: str) -> SafeString:
    ring = f'<path class="bead" d="{rings}"/>' if rings else ""
    filled = f'<path class="bead-full" d="{full}"/>' if full else ""
    return SafeString(
        f'<svg class="beads" aria-hidden="true" focusable="false" width="{width}" height="16" '
        f'viewBox="0 0 {width} 16">{ring}{filled}</svg>'
    )


def _shape(side: int, x: float, radius: float) -> str:
    corners, turn, size = SHAPES[side % len(SHAPES)]
    r = radius * size
    if not corners:
        return f"M{num(x - r)} 8a{num(r)} {num(r)} 0 1 0 {num(2 * r)} 0a{num(r)} {num(r)} 0 1 0 {num(-2 * r)} 0z"
    angles = [turn + 2 * pi * corner / corners for corner in range(corners)]
    return "M" + "L".join(f"{num(x + r * cos(a))} {num(8 + r * sin(a))}" for a in angles) + "z"
