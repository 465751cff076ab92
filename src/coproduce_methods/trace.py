"""From a decision back to every word it came from, or from a word on to all it led to, in a record of a million.

    record = record_of(nodes, earlier, later)        # links: ``later`` came from ``earlier``
    ancestors(record, 70_123), descendants(record, 12)
    found = ancestors_of_each(record, [70_123, 80_456]); found.of(0)

A record that is only ever added to is in order already: what something came from was there before it. So one scan
from it backwards finds everything it came from, and 64 questions are answered in one. ``docs/methods/trace.md``
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse import csgraph


def _compiled() -> Any:
    """The module that needs numba, or None where the extra ``fast`` is not installed: the same, slower."""
    try:
        from coproduce_methods import trace_fast
    except ModuleNotFoundError:
        return None
    return trace_fast


fast = _compiled()
Ints = NDArray[np.int64]
Starts = NDArray[np.int32] | NDArray[np.int64]
Small = NDArray[np.int32]
AT_ONCE = 64


@dataclass(frozen=True, eq=False)
class Record:
    """Things numbered in the order in which they were added, and which came from which.

    What thing v came from is ``before[before_starts[v]:before_starts[v + 1]]``; what came from it is in ``after``.
    """

    before_starts: Starts
    before: Small
    after_starts: Starts
    after: Small

    @property
    def nodes(self) -> int:
        """How many things there are."""
        return self.before_starts.size - 1

    @property
    def links(self) -> int:
        """How many links."""
        return self.before.size

    @cached_property
    def backwards(self) -> "sparse.csr_array":
        """From each thing to those it came from."""
        return self._matrix(self.before_starts, self.before)

    @cached_property
    def forwards(self) -> "sparse.csr_array":
        """From each thing to those that came from it."""
        return self._matrix(self.after_starts, self.after)

    def _matrix(self, starts: Starts, others: Small) -> "sparse.csr_array":
        shape = (self.nodes, self.nodes)
        return sparse.csr_array((np.ones(others.size), others, starts), shape=shape)


@dataclass(frozen=True, eq=False)
class Found:
    """The answers to several questions: bit k % 64 of ``bits[k // 64, v]`` is 1 if v belongs to question k."""

    bits: NDArray[np.uint64]
    questions: int

    def of(self, question: int) -> Ints:
        """What belongs to one question, in order; IndexError where there is none of that number."""
        if not 0 <= question < self.questions:
            raise IndexError(f"there are {self.questions} questions, counted from 0")
        bit = np.uint64(1) << np.uint64(question % AT_ONCE)
        return np.flatnonzero(self.bits[question // AT_ONCE] & bit)


def record_of(nodes: int, earlier: ArrayLike, later: ArrayLike) -> Record:
    """A record of so many things from its links. The order of links does not matter, and one given twice is one.

    ValueError for a number outside 0..nodes − 1, and for a link whose ``earlier`` is not before ``later``.
    """
    if not 0 <= nodes < 2**31 - 1:
        raise ValueError("a record holds between 0 and 2^31 - 2 things")
    one, other = np.asarray(earlier).ravel(), np.asarray(later).ravel()
    if one.size != other.size:
        raise ValueError("earlier and later must have one number for each link")
    if one.size == 0:
        one, other = one.astype(np.int64), other.astype(np.int64)
    if not (np.issubdtype(one.dtype, np.integer) and np.issubdtype(other.dtype, np.integer)):
        raise ValueError("things are given by whole numbers")
    wrong = np.flatnonzero((one < 0) | (other >= nodes) | (one >= other))
    if wrong.size:
        link = int(wrong[0])
        raise ValueError(
            f"link {link} (counted from 0) says {int(other[link])} came from {int(one[link])}; what something came "
            f"from must have a lower number, and all numbers be from 0 to {nodes - 1}"
        )
    pairs = np.unique(other.astype(np.int64) * nodes + one)
    child, parent = (part.astype(np.int32) for part in np.divmod(pairs, max(nodes, 1)))
    onward = np.argsort(parent, kind="stable")
    return Record(_starts(child, nodes), parent, _starts(parent, nodes), child[onward])


def _starts(numbers: Small, nodes: int) -> Starts:
    starts = np.concatenate(([0], np.cumsum(np.bincount(numbers, minlength=nodes))))
    return starts.astype(np.int32) if numbers.size < 2**31 else starts.astype(np.int64)


def ancestors(record: Record, of: int) -> Ints:
    """Everything that ``of`` came from, by however many steps, in order and without itself."""
    _check(record, [of])
    if fast is None:
        return _without_numba(record.backwards, of)
    found: Ints = fast.reached_backwards(record.before_starts, record.before, of)
    return found


def descendants(record: Record, of: int) -> Ints:
    """Everything that came from ``of``, by however many steps, in order and without itself."""
    _check(record, [of])
    if fast is None:
        return _without_numba(record.forwards, of)
    found: Ints = fast.reached_forwards(record.after_starts, record.after, of)
    return found


def ancestors_of_each(record: Record, of: Sequence[int]) -> Found:
    """``ancestors`` of several at once, 64 to a scan."""
    return _each(record, of, back=True)


def descendants_of_each(record: Record, of: Sequence[int]) -> Found:
    """``descendants`` of several at once, 64 to a scan."""
    return _each(record, of, back=False)


def _each(record: Record, of: Sequence[int], *, back: bool) -> Found:
    _check(record, of)
    bits = np.zeros((-(-len(of) // AT_ONCE), record.nodes), dtype=np.uint64)
    for row, first in zip(bits, range(0, len(of), AT_ONCE), strict=True):
        asked = np.asarray(of[first : first + AT_ONCE], dtype=np.int64)
        if fast is None:
            for k, one in enumerate(asked.tolist()):
                reached = _without_numba(record.backwards if back else record.forwards, one)
                row[reached] |= np.uint64(1) << np.uint64(k)
        elif back:
            fast.scan_backwards(record.before_starts, record.before, asked, row)
        else:
            fast.scan_forwards(record.after_starts, record.after, asked, row)
    return Found(bits, len(of))


def _check(record: Record, of: Sequence[int]) -> None:
    for one in of:
        if not 0 <= one < record.nodes:
            raise ValueError(f"there is no thing {one}: they are numbered from 0 to {record.nodes - 1}")


def _without_numba(matrix: "sparse.csr_array", of: int) -> Ints:
    found = csgraph.breadth_first_order(matrix, of, directed=True, return_predecessors=False)[1:]
    return np.sort(found).astype(np.int64)
