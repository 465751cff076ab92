"""Tables from anybody: CSV with its lines, refused where it is none."""

import csv
from collections.abc import Iterator
from pathlib import Path

from coproduce_methods.errors import Malformed

LARGEST_CELL = 1_000_000


def records(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Every record with the line on which it begins; empty lines are passed over. Malformed names the line."""
    csv.field_size_limit(max(csv.field_size_limit(), LARGEST_CELL))
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader, begins = csv.reader(file, strict=True), 1
        while True:
            try:
                record = next(reader)
            except StopIteration:
                return
            except csv.Error as why:
                raise Malformed(path, begins, f"is not readable as CSV ({why})") from None
            except UnicodeDecodeError:
                raise Malformed(path, _first_not_utf8(path), "is not UTF-8 text") from None
            # The limit of the csv module is one for the whole process, and another reader may have raised it.
            if any(len(cell) > LARGEST_CELL for cell in record):
                raise Malformed(
                    path, begins, f"is not readable as CSV (a cell of more than {LARGEST_CELL:,} characters)"
                )
            if record:
                yield begins, record
            begins = reader.line_num + 1


def _first_not_utf8(path: Path) -> int:
    with path.open("rb") as file:
        for number, line in enumerate(file, 1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return number
    return 1
