"""Answers held by several processes, each some runs of people: asked at once, their answers put together.

Each process reads its runs of people once and keeps their codes (two bytes an answer) in a folder,
mapped into memory where they are read. What is asked of them are the sums over people of
``opinion_table``, of whole numbers: the same, to the last bit, as if everything were in one place.
The processes are Pythons of their own that speak over pipes; they import nothing of the caller's.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import pairwise
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np
from numpy.typing import NDArray

from coproduce_methods import opinion_table
from coproduce_methods.errors import Malformed
from coproduce_methods.opinion_table import Elsewhere, Table
from coproduce_methods.parquet_answers import Name, Run, connected, read_run, readable

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

BY_PERSON = ("spread", "tallied")
"""Sums that are given something for each person."""


class Share:
    """Some of the runs, read and held: what one process answers."""

    def __init__(self, runs: Sequence[Run], statements: Sequence[Name], folder: str, first: int) -> None:
        """``first``: the number of the first run among all, by which its file is named."""
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


# ── in a process ─────────────────────────────────────────────────────────────────────────────────


def serve() -> None:
    """The life of a process: be given a share, and answer until nobody asks any more."""
    asks, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    # What anything prints must not come between.
    os.dup2(2, 1)
    opinion_table.MOST_THREADS = 1
    try:
        share = pickle.load(asks)  # noqa: S301  # from the process that started this one
        while True:
            name, given = pickle.load(asks)  # noqa: S301
            try:
                _tell(answers, (getattr(share, name)(*given), None))
            except Malformed as why:
                _tell(answers, (None, (why.file, why.line, why.why)))
    except (EOFError, BrokenPipeError):
        return


def _tell(line: BinaryIO, what: object) -> None:
    pickle.dump(what, line, protocol=pickle.HIGHEST_PROTOCOL)
    line.flush()


class _Process:
    """A process with its share."""

    def __init__(self, share: Share) -> None:
        given = os.environ | {"PYTHONPATH": os.pathsep.join(part for part in sys.path if part)}
        command = [sys.executable, "-c", f"from {__name__} import serve; serve()"]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=given)
        self.asks, self.answers = cast("BinaryIO", self.process.stdin), cast("BinaryIO", self.process.stdout)
        self.ask(share)

    def ask(self, what: object) -> None:
        """Send; do not wait."""
        _tell(self.asks, what)

    def answer(self) -> Any:
        """Wait for what it has to say."""
        found, wrong = pickle.load(self.answers)  # noqa: S301  # from a process that we started
        if wrong is not None:
            raise Malformed(*wrong)
        return found

    def end(self) -> None:
        """End it at once: it has nothing of its own to put away."""
        self.process.kill()
        self.process.wait()
        self.answers.close()
        with suppress(BrokenPipeError):
            self.asks.close()


# ── in the caller's ──────────────────────────────────────────────────────────────────────────────


class Shares(Elsewhere):
    """All shares together; a single one is held here, without a process."""

    def __init__(self, shares: Sequence[Share]) -> None:
        """Starts the processes; ``end`` ends them."""
        self.own = shares[0] if len(shares) == 1 else None
        self.processes: list[_Process] = []
        self.sizes: list[int] = []
        if self.own is None:
            for share in shares:
                self.processes.append(_Process(share))

    def read(self) -> tuple[list[Name], Ints]:
        """The names of everybody, and how many answers each gave."""
        found = self._asked("read", [()] * max(1, len(self.processes)))
        self.sizes = [len(answered) for _, answered in found]
        names = [name for part, _ in found for name in part]
        return names, np.concatenate([answered for _, answered in found])

    def added(self, what: str, weights: Ints, *more: Any) -> Ints:
        """A sum over people of ``opinion_table``."""
        given = self._cut(weights) if what in BY_PERSON else [weights] * len(self.sizes)
        parts: list[Ints] = self._asked("added", [(what, part, *more) for part in given])
        return np.concatenate(parts) if what == "gathered" else np.sum(parts, axis=0)

    def codes_of(self, kept: Bools) -> NDArray[Any]:
        """The codes of some people, one person after the other."""
        return np.concatenate(self._asked("codes_of", [(part,) for part in self._cut(kept)]))

    def _cut(self, by_person: NDArray[Any]) -> list[NDArray[Any]]:
        return np.split(by_person, np.cumsum(self.sizes)[:-1])

    def _asked(self, name: str, given: Sequence[tuple[Any, ...]]) -> list[Any]:
        """What each says, in order. ChildProcessError where one has ended."""
        if self.own is not None:
            return [getattr(self.own, name)(*given[0])]
        try:
            for process, part in zip(self.processes, given, strict=True):
                process.ask((name, part))
            return [process.answer() for process in self.processes]
        except (EOFError, BrokenPipeError):
            raise ChildProcessError("a process that held answers has ended, perhaps for want of memory") from None

    def end(self) -> None:
        """End the processes."""
        for process in self.processes:
            process.end()


@contextmanager
def shared_out(runs: Sequence[Run], statements: Sequence[Name], folder: str, workers: int) -> Iterator[Shares]:
    """The runs in as many processes, which are ended afterwards whatever happens."""
    ends = [len(runs) * i // workers for i in range(workers + 1)]
    shares = Shares([Share(runs[a:b], statements, folder, a) for a, b in pairwise(ends) if a < b])
    try:
        yield shares
    finally:
        shares.end()
