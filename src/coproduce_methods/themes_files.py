"""A table of texts: one column with the words, and a column for each theme that holds 1 where a person gave it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.csv_records import records
from coproduce_methods.errors import Malformed

GIVEN = {"1": True, "1.0": True, "": False, "0": False, "0.0": False}


@dataclass(frozen=True, eq=False)
class Labelled:
    """Texts in the order of the file, empty ones too; ``belongs`` (texts × themes) is true where the cell holds 1."""

    texts: tuple[str, ...]
    themes: tuple[str, ...]
    belongs: NDArray[np.bool_]

    @property
    def unlabelled(self) -> NDArray[np.intp]:
        """Rows without a theme, counted from 0."""
        return np.flatnonzero(~self.belongs.any(axis=1))


def read_texts(path: Path, text: str, labels: Sequence[str] = ()) -> Labelled:
    """Read a CSV file. Malformed names the line and what was expected; empty lines are passed over."""
    rows = records(path)
    _, header = next(rows, (1, []))
    if not header:
        raise Malformed(path, 1, "is empty; expected a first row that names the columns")
    column = _column(path, header, text)
    themes = [_column(path, header, label) for label in labels]
    if len(set(themes)) < len(themes) or column in themes:
        raise Malformed(path, 1, "the column of texts and those of labels must each be another one")
    texts, given = [], []
    for line, row in rows:
        if len(row) != len(header):
            raise Malformed(path, line, f"has {len(row)} cells where the first row has {len(header)}")
        if "\0" in row[column]:
            raise Malformed(path, line, "holds an empty character (NUL); expected text")
        texts.append(row[column])
        given.append([_given(path, line, header[at], row[at]) for at in themes])
    belongs = np.array(given, dtype=bool).reshape(len(texts), len(themes))
    return Labelled(tuple(texts), tuple(labels), belongs)


def _given(path: Path, line: int, name: str, cell: str) -> bool:
    said = GIVEN.get(cell.strip())
    if said is None:
        raise Malformed(path, line, f"{name[:60]!r} is {cell[:40]!r}; expected 1, or nothing")
    return said


def _column(path: Path, header: list[str], wanted: str) -> int:
    """Where a column is: by its exact name, or by its name without spaces around it."""
    exact = [at for at, name in enumerate(header) if name == wanted]
    found = exact or [at for at, name in enumerate(header) if name.strip() == wanted.strip()]
    if len(found) == 1:
        return found[0]
    if found:
        raise Malformed(path, 1, f"more than one column is named {wanted[:60]!r}; expected one")
    there = ", ".join(repr(name[:40]) for name in header[:12]) + (", …" if len(header) > 12 else "")
    raise Malformed(path, 1, f"no column is named {wanted[:60]!r}; there are {there}")
