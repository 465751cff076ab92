"""Reading ties and people from CSV: strict, and every refusal names the file, the line and what was expected.

``TIES.csv`` has the columns ``from`` and ``to``, and where there are any ``kind``, ``at`` (a date) and ``weight``.
``NODES.csv`` has ``id`` and any other columns: what is known of each person.
"""

import csv
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO
from math import isfinite
from pathlib import Path

import numpy as np

from coproduce_methods.errors import Malformed
from coproduce_methods.relations_network import Floats, Ints
from coproduce_methods.relations_seasons import Days, to_day

HEAVIEST = 1e12
LONGEST_CELL = 2**31 - 1


@dataclass(frozen=True, eq=False)
class TieTable:
    """Ties as they were given, one for each row, and everybody in them or in the table of people.

    people: ids in order; source, target: indices into it; at: the day of each, None if there is no such column
    kind: the kind of each, empty if there is none; attributes: for each column one value for each of ``people``
    not_listed: people with ties who are not in the table of people; nobody is if there is no such table
    """

    people: tuple[str, ...]
    source: Ints
    target: Ints
    at: Days | None
    kind: tuple[str, ...]
    weight: Floats
    attributes: dict[str, tuple[str, ...]]
    not_listed: int = 0


Row = tuple[int, list[str]]


def read_ties(ties: Path, nodes: Path | None = None) -> TieTable:
    """Both files, or Malformed. The order of rows changes nothing."""
    known, columns, values = _read_nodes(nodes) if nodes else ({}, [], [])
    header, rows = _table(ties, ("from", "to"))
    place = {name: header.index(name) for name in ("from", "to", "kind", "at", "weight") if name in header}
    found: list[tuple[str, str]] = []
    kinds: list[str] = []
    days: list[np.datetime64] = []
    weights: list[float] = []
    day_of = _remembered(to_day)
    for line, row in rows:
        one, other = row[place["from"]].strip(), row[place["to"]].strip()
        if not one or not other:
            raise Malformed(ties, line, "from and to must both name somebody")
        found.append((one, other))
        if "kind" in place:
            kinds.append(row[place["kind"]].strip())
        if "at" in place:
            days.append(_day(ties, line, row[place["at"]], day_of))
        weights.append(_weight(ties, line, row[place["weight"]]) if "weight" in place else 1.0)
    mentioned = {person for pair in found for person in pair}
    people = tuple(sorted(mentioned | set(known)))
    number = {person: i for i, person in enumerate(people)}
    pairs = np.array([(number[one], number[other]) for one, other in found], dtype=np.int64).reshape(-1, 2)
    empty = [""] * len(columns)
    of = [values[known[person]] if person in known else empty for person in people]
    return TieTable(
        people=people,
        source=pairs[:, 0],
        target=pairs[:, 1],
        at=np.array(days, dtype="datetime64[D]") if "at" in place else None,
        kind=tuple(kinds),
        weight=np.array(weights, dtype=np.float64),
        attributes={column: tuple(each[i] for each in of) for i, column in enumerate(columns)},
        not_listed=len(mentioned - set(known)) if nodes else 0,
    )


def _read_nodes(path: Path) -> tuple[dict[str, int], list[str], list[list[str]]]:
    header, rows = _table(path, ("id",))
    key = header.index("id")
    known: dict[str, int] = {}
    values: list[list[str]] = []
    for line, row in rows:
        person = row[key].strip()
        if not person:
            raise Malformed(path, line, "id must name somebody")
        if person in known:
            raise Malformed(path, line, f"the id {person[:40]!r} has a line already; one for each person is expected")
        known[person] = len(values)
        values.append([cell.strip() for i, cell in enumerate(row) if i != key])
    return known, [name for i, name in enumerate(header) if i != key], values


def _remembered(function: Callable[[str], np.datetime64]) -> Callable[[str], np.datetime64]:
    """Many rows have the same day."""
    seen: dict[str, np.datetime64] = {}

    def look(text: str) -> np.datetime64:
        if text not in seen:
            seen[text] = function(text)
        return seen[text]

    return look


def _day(path: Path, line: int, cell: str, day_of: Callable[[str], np.datetime64]) -> np.datetime64:
    try:
        return day_of(cell)
    except ValueError:
        raise Malformed(path, line, f"at is {cell[:40]!r}; a date like 2025-03-31 was expected") from None


def _weight(path: Path, line: int, cell: str) -> float:
    try:
        weight = float(cell)
    except ValueError:
        weight = float("nan")
    if not (isfinite(weight) and 0 < weight <= HEAVIEST):
        raise Malformed(path, line, f"weight is {cell[:40]!r}; a number more than 0 and at most 10^12 was expected")
    return weight


def _table(path: Path, needed: tuple[str, ...]) -> tuple[list[str], Iterator[Row]]:
    """The names of the columns, and then every row with the line that it begins on."""
    rows = _rows(path)
    line, header = next(rows, (1, []))
    names = [name.strip() for name in header]
    missing = [name for name in needed if name not in names]
    if missing:
        raise Malformed(path, line, f"the first line must name the columns {', '.join(needed)}")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Malformed(path, line, f"the column {twice[0][:40]!r} is there twice")
    return names, _as_wide(path, rows, len(names))


def _as_wide(path: Path, rows: Iterator[Row], width: int) -> Iterator[Row]:
    for line, row in rows:
        if len(row) != width:
            raise Malformed(path, line, f"has {len(row)} cells where the first line has {width}")
        yield line, row


def _rows(path: Path) -> Iterator[Row]:
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise Malformed(path, line, "is not text in UTF-8, which was expected") from None
    if "\0" in text:
        raise Malformed(path, text.count("\n", 0, text.index("\0")) + 1, "holds a zero byte; plain text was expected")
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    reader = csv.reader(StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise Malformed(path, line, f"is not readable as CSV: {error}") from None
        if any(cell.strip() for cell in row):
            yield line, row
