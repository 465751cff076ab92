"""Answers held small: for each person a run of codes, one for each answer. Two bytes an answer, where 21,845 statements
are enough, and every sum over answers exact.

The code of an answer is 3 × statement + response + 1. What the map needs of the answers are sums: over a person's codes
of a weight for each code (``gathered``), over those who gave a code of a number for each person (``spread``), and how
often each group gave each code (``tallied``). Weights are whole numbers (reals in units of a power of two), so a sum
comes out the same in whatever order or pieces it is taken: with numba or without, on one thread or several, however
rows and people were numbered.
"""

import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

fast: Any
try:
    from coproduce_methods import opinion_fast as fast
except ModuleNotFoundError:  # the extra "fast" is not installed: the same, slower
    fast = None

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Whole = NDArray[np.integer[Any]]

AT_ONCE = 4_000_000
"""Answers in one piece: small enough for what is made of a piece to be small, large enough to share out."""

MOST_THREADS = min(4, os.cpu_count() or 1)
BLOCK = 4
"""Columns that ``gram`` takes at once."""


class Elsewhere(ABC):
    """Answers that are not here, as of runs of people in other processes."""

    @abstractmethod
    def added(self, what: str, weights: Ints, *more: Any) -> Ints:
        """What the function of this module with the name ``what`` gives for all of them."""

    @abstractmethod
    def codes_of(self, kept: Bools) -> NDArray[Any]:
        """The codes of some people, side by side."""


@dataclass(frozen=True, eq=False)
class Table:
    """The answers of person p are ``codes[starts[p]:starts[p + 1]]``, in no particular order.

    ``moderated_out`` is true for statements kept out of the picture. As Polis does, such a
    statement counts as answered with 0 by everybody, so it bears on nobody's place. Where answers
    are held ``elsewhere``, ``codes`` is empty.
    """

    starts: Ints
    codes: Whole
    moderated_out: Bools
    elsewhere: Elsewhere | None = None

    @property
    def n_people(self) -> int:
        """People, also those who answered nothing."""
        return len(self.starts) - 1

    @property
    def n_statements(self) -> int:
        """Statements, also those that nobody answered."""
        return len(self.moderated_out)

    @cached_property
    def answered(self) -> Ints:
        """How many statements each person answered."""
        return np.diff(self.starts)

    @cached_property
    def pieces(self) -> list[tuple[int, int]]:
        """People in runs of about ``AT_ONCE`` answers: first, and one past the last."""
        if len(self.codes) <= AT_ONCE:
            return [(0, self.n_people)]
        wanted = np.arange(AT_ONCE, len(self.codes), AT_ONCE)
        bounds = np.unique([0, *np.searchsorted(self.starts, wanted), self.n_people]).tolist()
        return list(pairwise(bounds))

    def of_people(self, kept: Bools) -> "Table":
        """The answers of some of the people; everybody keeps their number."""
        counts = np.where(kept, self.answered, 0)
        there = self.elsewhere
        codes = self.codes[np.repeat(kept, self.answered)] if there is None else there.codes_of(kept)
        return replace(self, starts=np.concatenate([[0], np.cumsum(counts)]), codes=codes, elsewhere=None)

    def cells(self, people: Ints, statements: Ints) -> tuple[Ints, Ints, Floats]:
        """(person, statement, response) renumbered: old indices come in these orders, and rows by both."""
        rank_p, rank_s = np.empty_like(people), np.empty_like(statements)
        rank_p[people], rank_s[statements] = np.arange(len(people)), np.arange(len(statements))
        person = np.repeat(rank_p, self.answered)
        codes = self.of_people(np.ones(self.n_people, dtype=np.bool_)).codes if self.elsewhere else self.codes
        statement, value = np.divmod(codes.astype(np.int64), 3)
        statement = rank_s[statement]
        order = np.argsort(person * max(self.n_statements, 1) + statement)
        return person[order], statement[order], (value - 1.0)[order]


# ── from rows to a table ─────────────────────────────────────────────────────────────────────────

WRONG = {
    1: "a response that is not -1, 0 or +1",
    2: "a person index outside 0..n_people-1",
    3: "a statement index outside 0..n_statements-1",
    4: "a second answer of one person to one statement",
}


def _whole(values: ArrayLike, what: str) -> Whole:
    """Indices as int32 or int64, or a ValueError."""
    array = np.asarray(values)
    if len(array.shape) == 1 and not len(array):
        return array.astype(np.int64)
    if not np.issubdtype(array.dtype, np.integer):
        raise ValueError(f"{what} must be whole numbers")
    return array if array.dtype in (np.int32, np.int64) else array.astype(np.int64)


def _responses(values: ArrayLike) -> NDArray[np.int8]:
    """Responses as int8; what is none of -1, 0, +1 becomes 2."""
    array = np.asarray(values)
    if array.dtype == np.int8:
        return array
    if array.dtype == np.bool_ or not np.issubdtype(array.dtype, np.number):
        array = array.astype(np.float64)
    fits = (array >= -1) & (array <= 1)
    small: NDArray[np.int8] = np.where(fits, array, 2).astype(np.int8)
    return np.where(small == array, small, np.int8(2)) if not np.issubdtype(array.dtype, np.integer) else small


def table_of(
    person: ArrayLike,
    statement: ArrayLike,
    response: ArrayLike,
    *,
    n_people: int | None = None,
    n_statements: int | None = None,
    moderated_out: Bools | None = None,
) -> Table:
    """The rows as a table, or a ValueError that says which row (from 0) is wrong and how."""
    shapes = {np.shape(person), np.shape(statement), np.shape(response)}
    if len(shapes) != 1 or len(next(iter(shapes))) != 1:
        raise ValueError("person, statement and response must be three lists of the same length")
    who, what = _whole(person, "person and statement"), _whole(statement, "person and statement")
    value = _responses(response)
    people = int(who.max(initial=-1)) + 1 if n_people is None else n_people
    statements = int(what.max(initial=-1)) + 1 if n_statements is None else n_statements
    out = np.zeros(statements, dtype=np.bool_) if moderated_out is None else moderated_out
    smallest: type[np.integer[Any]] = np.uint16 if 3 * statements <= np.iinfo(np.uint16).max else np.uint32
    codes: Whole = np.empty(len(who), dtype=smallest)
    if fast is None:
        starts = _sorted(who, what, value, codes, shape=(people, statements))
    else:
        starts = np.zeros(people + 1, dtype=np.int64)
        wrong, row, in_order = fast.counted(who, what, value, statements, starts)
        if wrong:
            raise ValueError(f"row {row} (counted from 0) has {WRONG[wrong]}")
        fast.filled(who, what, value, starts[:0] if in_order else starts[:-1].copy(), codes)
        if fast.answered_twice(starts, codes, statements):
            _refuse_second(who, what, statements)
    return Table(starts, codes, out)


def _refuse(wrong: Bools, what: int) -> None:
    if wrong.any():
        raise ValueError(f"row {int(np.argmax(wrong))} (counted from 0) has {WRONG[what]}")


def _refuse_second(who: Whole, what: Whole, statements: int) -> None:
    """ValueError for the first row that answers again."""
    cell = who.astype(np.int64) * max(statements, 1) + what
    order = np.argsort(cell, kind="stable")
    again = np.zeros(len(cell), dtype=np.bool_)
    again[order[1:]] = np.diff(cell[order]) == 0
    _refuse(again, 4)


def _sorted(who: Whole, what: Whole, value: NDArray[np.int8], codes: Whole, *, shape: tuple[int, int]) -> Ints:
    """Check everything, fill ``codes``, and return the starts: without numba."""
    people, statements = shape
    _refuse((value < -1) | (value > 1), 1)
    _refuse((who < 0) | (who >= people), 2)
    _refuse((what < 0) | (what >= statements), 3)
    _refuse_second(who, what, statements)
    codes[:] = 3 * what + value + 1
    if len(who) and np.any(who[1:] < who[:-1]):
        codes[:] = codes[np.argsort(who, kind="stable")]
    return np.concatenate([[0], np.cumsum(np.bincount(who, minlength=people))]).astype(np.int64)


# ── sums ─────────────────────────────────────────────────────────────────────────────────────────


def _added(table: Table, shape: tuple[int, ...], work: Callable[[Ints, int, int], None]) -> Ints:
    """Zeros of ``shape`` to which ``work`` has added every piece; each thread adds to its own."""
    pieces = table.pieces
    threads = min(len(pieces), MOST_THREADS)
    if threads <= 1:
        total = np.zeros(shape, dtype=np.int64)
        for first, end in pieces:
            work(total, first, end)
        return total

    def share(which: int) -> Ints:
        own = np.zeros(shape, dtype=np.int64)
        for first, end in pieces[which::threads]:
            work(own, first, end)
        return own

    with ThreadPoolExecutor(threads) as pool:
        return sum(pool.map(share, range(threads)), np.zeros(shape, dtype=np.int64))


def _indicator(table: Table, first: int, end: int) -> csr_array:
    """People first..end-1 by codes, 1 where the person gave the code."""
    begin, stop = table.starts[first], table.starts[end]
    codes = table.codes[begin:stop].astype(np.int32)
    shape = (end - first, 3 * table.n_statements)
    return csr_array((np.ones(len(codes), dtype=np.int64), codes, table.starts[first : end + 1] - begin), shape=shape)


def gathered(table: Table, weights: Ints) -> Ints:
    """(n_people, width): the sum of ``weights`` (3 × n_statements, width) over each person's codes."""
    if table.elsewhere is not None:
        return table.elsewhere.added("gathered", weights)
    sums = np.empty((table.n_people, weights.shape[1]), dtype=np.int64)
    for first, end in table.pieces:
        if fast is None:
            sums[first:end] = _indicator(table, first, end) @ weights
        else:
            fast.gathered(table.starts, table.codes, weights, sums, (first, end))
    return sums


def spread(table: Table, sums: Ints) -> Ints:
    """(3 × n_statements, width): for each code the total of ``sums`` (n_people, width) of those who gave it."""
    if table.elsewhere is not None:
        return table.elsewhere.added("spread", sums)

    def work(totals: Ints, first: int, end: int) -> None:
        if fast is None:
            totals += _indicator(table, first, end).T @ sums[first:end]
        else:
            fast.spread(table.starts, table.codes, sums, totals, (first, end))

    return _added(table, (3 * table.n_statements, sums.shape[1]), work)


def gram(table: Table, weights: Ints) -> Ints:
    """``spread(gathered(weights))`` for weights with ``BLOCK`` columns, in one pass."""
    if table.elsewhere is not None:
        return table.elsewhere.added("gram", weights)

    def work(totals: Ints, first: int, end: int) -> None:
        if fast is None:
            some = _indicator(table, first, end)
            totals += some.T @ (some @ weights)
        else:
            fast.gram(table.starts, table.codes, weights, totals, (first, end))

    return _added(table, weights.shape, work)


def tallied(table: Table, labels: Ints, k: int) -> Ints:
    """(k, 3 × n_statements): how many people with each label 0..k-1 gave each code; -1 is left out."""
    n_codes = 3 * table.n_statements
    if table.elsewhere is not None:
        return table.elsewhere.added("tallied", labels, k)

    def work(counts: Ints, first: int, end: int) -> None:
        if fast is not None:
            fast.tallied(table.starts, table.codes, labels, counts, (first, end))
            return
        of = np.repeat(labels[first:end], table.answered[first:end])
        cell = of * n_codes + table.codes[table.starts[first] : table.starts[end]]
        counts += np.bincount(cell[of >= 0], minlength=k * n_codes).reshape(k, n_codes)

    return _added(table, (k, n_codes), work)


def paired(table: Table) -> Ints:
    """(3 × n_statements, 3 × n_statements): how many people gave both of two codes. For few statements."""
    n_codes = 3 * table.n_statements
    if table.elsewhere is not None:
        return table.elsewhere.added("paired", np.empty(0, dtype=np.int64))

    def work(counts: Ints, first: int, end: int) -> None:
        if fast is None:
            some = _indicator(table, first, end)
            counts += (some.T @ some).toarray()
        else:
            fast.paired(table.starts, table.codes, counts, (first, end))

    return _added(table, (n_codes, n_codes), work)
