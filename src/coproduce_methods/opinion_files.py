"""Answers from files: a table with the columns person, statement and response, or a folder exported from Polis.

Both become the same arrays, and keep the names that the file gives to people and statements.
"""

import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.csv_records import records
from coproduce_methods.errors import Malformed
from coproduce_methods.polis_files import BadRow, PolisFilesRefused, read_polis_folder

COLUMNS = ("person", "statement", "response")
RESPONSES = {"1": 1, "+1": 1, "-1": -1, "0": 0, "1.0": 1, "-1.0": -1, "0.0": 0, "−1": -1}


@dataclass(frozen=True, eq=False)
class Answers:
    """Answers as ``opinion_map`` takes them, with the file's own names of the indices.

    people, statements: names in the order of the file (of Polis: by number)
    texts: what each statement says; its name where the file does not tell
    left_out: rows that could not be used and that the caller agreed to go on without
    """

    person: NDArray[np.int32]
    statement: NDArray[np.int32]
    response: NDArray[np.int8]
    people: tuple[str, ...]
    statements: tuple[str, ...]
    texts: tuple[str, ...]
    moderated_out: tuple[int, ...] = ()
    left_out: int = 0


def read_answers(path: Path, *, skip_bad_rows: bool = False, agree_is: int | None = None) -> Answers:
    """Answers of a CSV file or of a Polis folder; ``agree_is`` only where the folder leaves the sign open.

    Malformed names the file, the line and what was expected. ``skip_bad_rows`` goes on without
    rows of a Polis folder that make no sense; a table of answers is read whole or not at all.
    """
    if path.is_dir():
        return _of_folder(path, skip_bad_rows, agree_is)
    return _of_table(path)


# ── a folder of Polis ────────────────────────────────────────────────────────────────────────────


def _of_folder(folder: Path, skip_bad_rows: bool, agree_is: int | None) -> Answers:
    try:
        export = read_polis_folder(folder, agree_is)
    except PolisFilesRefused as why:
        raise Malformed(folder, None, str(why)) from None
    if export.bad_rows and not skip_bad_rows:
        first, more = export.bad_rows[0], len(export.bad_rows) - 1
        others = f", and {more} more such rows" if more else ""
        raise Malformed(
            folder / first.file, _line_of(folder, first), f"{first.reason}{others} (--skip-bad-rows goes on without)"
        )
    return Answers(
        export.person.astype(np.int32),
        export.statement.astype(np.int32),
        export.response.astype(np.int8),
        people=export.people,
        statements=tuple(comment.id for comment in export.comments),
        texts=tuple(comment.text for comment in export.comments),
        moderated_out=export.moderated_out,
        left_out=len(export.bad_rows),
    )


def _line_of(folder: Path, bad: BadRow) -> int:
    """The line of the file on which a record begins; a quoted cell may have held several lines before it."""
    with (folder / bad.file).open(encoding="utf-8-sig", errors="surrogateescape", newline="") as file:
        reader, begins = csv.reader(file), 1
        for _ in range(bad.row - 1):
            try:
                next(reader)
            except (csv.Error, StopIteration):
                break
            begins = reader.line_num + 1
    return begins


# ── a table ──────────────────────────────────────────────────────────────────────────────────────


def _columns(path: Path, header: list[str]) -> list[int]:
    """Where the three columns are."""
    names = [name.strip().lower() for name in header]
    for column in COLUMNS:
        if names.count(column) != 1:
            found = "more than one column" if column in names else "no column"
            wanted = "expected a first row with the columns person,statement,response"
            raise Malformed(path, 1, f"{found} named {column!r}; {wanted}, or a folder exported from Polis")
    return [names.index(column) for column in COLUMNS]


def _of_table(path: Path) -> Answers:
    rows = records(path)
    line, header = next(rows, (1, []))
    person, statement, response = _columns(path, header)
    people: dict[str, int] = {}
    statements: dict[str, int] = {}
    seen: dict[tuple[int, int], int] = {}
    values: list[int] = []
    for line, row in rows:
        if len(row) != len(header):
            raise Malformed(path, line, f"has {len(row)} cells where the first row has {len(header)}")
        value = RESPONSES.get(row[response].strip())
        if value is None:
            said = row[response][:40]
            raise Malformed(path, line, f"response is {said!r}; expected -1 (disagree), 0 (unsure) or 1 (agree)")
        who, what = row[person], row[statement]
        if not who.strip() or not what.strip() or "\0" in who + what:
            raise Malformed(path, line, "expected a person and a statement, as text without empty characters")
        cell = people.setdefault(who, len(people)), statements.setdefault(what, len(statements))
        if (before := seen.setdefault(cell, line)) != line:
            raise Malformed(
                path, line, f"{who[:40]!r} answers {what[:40]!r} a second time (first on line {before}); expected once"
            )
        values.append(value)
    cells = np.array(list(seen), dtype=np.int32).reshape(-1, 2)
    return Answers(
        np.ascontiguousarray(cells[:, 0]),
        np.ascontiguousarray(cells[:, 1]),
        np.array(values, dtype=np.int8),
        people=tuple(people),
        statements=tuple(statements),
        texts=tuple(statements),
    )
