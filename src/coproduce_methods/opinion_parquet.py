"""A map of opinion from more answers than fit in memory: the same method, the same answers, another backend.

    found = opinion_map_parquet([Path("a.parquet"), Path("b.parquet")], workers=2, seed=1)
    found.map, found.people, found.statements
    found.to_json()

The files have the columns person, statement and response. They are read once, by runs of people; each
process keeps the codes of its runs (two bytes an answer) in a temporary folder, mapped into memory where
they are read. All that ``opinion_map`` asks of the answers are sums of whole numbers over people: each
process adds up its own, and the sums of all are the same, to the last bit, as if everything were in
one place. Coordinates and groups of everybody (some dozens of bytes a person) are held by the caller.

With more than one process, a script that calls this needs ``if __name__ == "__main__":``, as all that starts
processes does. Needs the extra ``nation``.
"""

import os
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from itertools import pairwise
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coproduce_methods import opinion_table
from coproduce_methods.errors import Malformed
from coproduce_methods.opinion_map import OpinionMap, Parameters, mapped
from coproduce_methods.opinion_table import Elsewhere, Table
from coproduce_methods.parquet_answers import (
    Name,
    Run,
    connected,
    looked_at,
    nobody,
    read_run,
    readable,
    runs_of,
    statements_of,
)

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

AT_ONCE = 2_000_000
"""Answers read in one piece."""

FEW = 5_000_000
MOST_WORKERS = min(4, os.cpu_count() or 1)
PATIENCE = 5.0
"""Seconds that a process has to end by itself."""


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
    of ``moderated_out`` that is not there, or where no path is given.
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
        with _held(runs, statements, temporary, workers) as everywhere:
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


# ── in a process ─────────────────────────────────────────────────────────────────────────────────


class _Share:
    """Some of the runs, read and held: what one process answers."""

    def __init__(self, runs: Sequence[Run], statements: Sequence[Name], folder: str, first: int) -> None:
        self.runs, self.statements, self.folder, self.first = runs, statements, folder, first
        self.tables: list[Table] = []

    def read(self) -> tuple[list[Name], Ints]:
        """The names of the people, and how many answers each gave."""
        names: list[Name] = []
        with connected(1, self.folder) as database:
            for number, run in enumerate(self.runs, self.first):
                with readable(run.told, database):
                    table, people = read_run(run, self.statements, database)
                file = Path(self.folder) / f"{number}.npy"
                np.save(file, table.codes)
                # Not written to, but code compiled for memory that may be is the code that is there.
                codes = np.asarray(np.load(file, mmap_mode="c")) if len(table.codes) else table.codes
                self.tables.append(Table(table.starts, codes, table.moderated_out))
                names += people
        return names, np.concatenate([table.answered for table in self.tables])

    def added(self, what: str, weights: Ints, *more: Any) -> Ints:
        """A sum over people of ``opinion_table``, over those of this share."""
        parts: list[Ints] = [
            getattr(opinion_table, what)(table, *given) for table, given in self._each(what, weights, more)
        ]
        return np.concatenate(parts) if what == "gathered" else np.sum(parts, axis=0)

    def _each(self, what: str, weights: Ints, more: tuple[Any, ...]) -> Iterator[tuple[Table, tuple[Any, ...]]]:
        """Each table and what it is given: where that is by person, that of its people."""
        first = 0
        for table in self.tables:
            own = weights[first : first + table.n_people] if what in BY_PERSON else weights
            yield table, (() if what == "paired" else (own, *more))
            first += table.n_people

    def codes_of(self, kept: Bools) -> NDArray[Any]:
        """The codes of some people, one person after the other."""
        parts, first = [], 0
        for table in self.tables:
            parts.append(table.of_people(kept[first : first + table.n_people]).codes)
            first += table.n_people
        return np.concatenate(parts)


BY_PERSON = ("spread", "tallied")
"""Sums that are given something for each person."""


def _serve(line: Connection, share: _Share) -> None:
    """The life of a process: answer until nobody asks any more."""
    opinion_table.MOST_THREADS = 1
    with suppress(EOFError):
        while True:
            name, given = line.recv()
            try:
                line.send((getattr(share, name)(*given), None))
            except Malformed as why:
                line.send((None, (why.file, why.line, why.why)))


# ── in the caller's ──────────────────────────────────────────────────────────────────────────────


class _Held(Elsewhere):
    """All shares: asked at once, their answers put together."""

    def __init__(self, lines: Sequence[Connection], own: _Share | None) -> None:
        self.lines, self.own = lines, own
        self.sizes: list[int] = []

    def read(self) -> tuple[list[Name], Ints]:
        """The names of everybody, and how many answers each gave."""
        found = self._asked("read", [()] * max(1, len(self.lines)))
        self.sizes = [len(answered) for _, answered in found]
        names = [name for part, _ in found for name in part]
        return names, np.concatenate([answered for _, answered in found])

    def added(self, what: str, weights: Ints, *more: Any) -> Ints:
        """A sum over people of ``opinion_table``."""
        given = self._cut(weights) if what in BY_PERSON else [weights] * len(self.sizes)
        parts = self._asked("added", [(what, part, *more) for part in given])
        return np.concatenate(parts) if what == "gathered" else np.sum(parts, axis=0)

    def codes_of(self, kept: Bools) -> NDArray[Any]:
        """The codes of some people, one person after the other."""
        return np.concatenate(self._asked("codes_of", [(part,) for part in self._cut(kept)]))

    def _cut(self, by_person: NDArray[Any]) -> list[NDArray[Any]]:
        return np.split(by_person, np.cumsum(self.sizes)[:-1])

    def _asked(self, name: str, given: Sequence[tuple[Any, ...]]) -> list[Any]:
        if self.own is not None:
            return [getattr(self.own, name)(*given[0])]
        try:
            for line, part in zip(self.lines, given, strict=True):
                line.send((name, part))
            answers = [line.recv() for line in self.lines]
        except (EOFError, BrokenPipeError):
            raise MemoryError(
                "a process that held answers has ended; try a smaller at_once, or fewer workers"
            ) from None
        for _, wrong in answers:
            if wrong is not None:
                raise Malformed(*wrong)
        return [answer for answer, _ in answers]


@contextmanager
def _held(runs: Sequence[Run], statements: Sequence[Name], folder: str, workers: int) -> Iterator[_Held]:
    """Processes with as many runs each, ended afterwards whatever happens."""
    ends = [len(runs) * i // workers for i in range(workers + 1)]
    shares = [_Share(runs[a:b], statements, folder, a) for a, b in pairwise(ends) if a < b]
    if len(shares) < 2:
        yield _Held([], shares[0])
        return
    context = get_context("spawn")
    lines: list[Connection] = []
    processes = []
    try:
        for share in shares:
            ours, theirs = context.Pipe()
            processes.append(context.Process(target=_serve, args=(theirs, share), daemon=True))
            processes[-1].start()
            theirs.close()
            lines.append(ours)
        yield _Held(lines, None)
    finally:
        for line in lines:
            line.close()
        for process in processes:
            process.join(PATIENCE)
            process.terminate()
            process.join()
