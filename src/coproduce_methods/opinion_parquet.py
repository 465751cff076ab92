"""A map of opinion from more answers than fit in memory: the same method, the same answers, another backend.

    found = opinion_map_parquet([Path("a.parquet"), Path("b.parquet")], workers=2, seed=1)
    found.map, found.people, found.statements
    found.to_json()

The files have the columns person, statement and response. They are read once, by runs of people, and held
by several processes (see ``opinion_shares``). All that ``opinion_map`` asks of the answers are sums of whole
numbers over people, so the map is the same, to the last bit, as if everything were in one place. Coordinates
and groups of everybody (some dozens of bytes a person) are held by the caller. Needs the extra ``nation``.
"""

import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.errors import Malformed
from coproduce_methods.opinion_map import OpinionMap, Parameters, mapped
from coproduce_methods.opinion_shares import shared_out
from coproduce_methods.opinion_table import Table
from coproduce_methods.parquet_answers import (
    Name,
    connected,
    looked_at,
    nobody,
    readable,
    runs_of,
    statements_of,
)

Bools = NDArray[np.bool_]

AT_ONCE = 2_000_000
"""Answers read in one piece."""

FEW = 5_000_000
MOST_WORKERS = min(4, os.cpu_count() or 1)


@dataclass(frozen=True, eq=False)
class ParquetMap:
    """A map, and the names in the files of its indices of people and statements."""

    map: OpinionMap
    people: Sequence[Name]
    statements: Sequence[Name]

    def to_json(self) -> dict[str, Any]:
        """As ``OpinionMap.to_json``, with the names of the files."""
        return self.map.to_json(self.people, self.statements)


def opinion_map_parquet(
    paths: Sequence[Path],
    *,
    moderated_out: Collection[Name] = (),
    parameters: Parameters | None = None,
    seed: int = 0,
    at: datetime | None = None,
    workers: int | None = None,
    folder: Path | None = None,
    at_once: int = AT_ONCE,
) -> ParquetMap:
    """The map of all answers in ``paths``: files, or folders whose ``*.parquet`` are read.

    moderated_out: statements by their names in the files
    workers: processes; 1 does everything in this one, which is usual up to ``FEW`` answers
    folder: where the temporary folder is made, with room for 2 bytes an answer (10 if rows are strewn)
    at_once: answers read in one piece; a process takes about 40 bytes for each

    Malformed, naming the file and the row (from 1), where a file is missing or not Parquet, lacks a
    column, holds something else than -1, 0 and 1, or somebody answers twice. ValueError for a statement
    of ``moderated_out`` that is not there, or where no path is given. ChildProcessError where a process was
    ended from outside.
    """
    files = _files(paths)
    with (
        TemporaryDirectory(prefix="coproduce-", dir=folder) as temporary,
        connected(workers or MOST_WORKERS, temporary) as database,
    ):
        source = looked_at(files, database)
        workers = workers or (1 if source.n_rows <= FEW else MOST_WORKERS)
        with readable(source, database):
            statements = statements_of(source, database)
            runs = runs_of(source, database, max(workers, -(-source.n_rows // at_once)), Path(temporary))
        out = _kept_out(statements, moderated_out)
        with shared_out(runs, statements, temporary, workers) as everywhere:
            people, answered = everywhere.read()
            if int(answered.sum()) != source.n_rows:
                raise nobody(source, database)
            starts = np.concatenate([[0], np.cumsum(answered)]).astype(np.int64)
            table = Table(starts, np.empty(0, dtype=np.uint16), out, everywhere)
            found = mapped(table, parameters or Parameters(), seed=seed, at=at)
    return ParquetMap(found, people, statements)


def is_parquet(path: Path) -> bool:
    """Whether a path is meant as Parquet: by its name, or a folder with such files in it."""
    return any(path.glob("*.parquet")) if path.is_dir() else path.suffix.lower() == ".parquet"


def _files(paths: Sequence[Path]) -> list[Path]:
    files: list[Path] = []
    for path in paths:
        inside = sorted(path.glob("*.parquet")) if path.is_dir() else [path]
        if not inside:
            raise Malformed(path, None, "holds no file that ends with .parquet")
        files += inside
    if not files:
        raise ValueError("paths must name at least one file")
    if find_spec("duckdb") is None:
        raise Malformed(files[0], None, "is Parquet, which needs duckdb (pip install 'coproduce[nation]')")
    return files


def _kept_out(statements: Sequence[Name], moderated_out: Collection[Name]) -> Bools:
    missing = sorted(set(moderated_out) - set(statements), key=str)
    if missing:
        raise ValueError(f"moderated_out names statement {missing[0]!r}, which is not there")
    return np.array([name in set(moderated_out) for name in statements], dtype=np.bool_)
