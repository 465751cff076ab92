"""The scans of ``trace``, compiled with numba (the extra ``fast``). Other threads run meanwhile."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numpy.typing import NDArray

F = TypeVar("F", bound=Callable[..., object])
Ints = NDArray[np.int64]
Starts = NDArray[np.int32] | NDArray[np.int64]
Small = NDArray[np.int32]
STEP = 8
"""Marks that are looked at together: those of eight things are one word of memory, mostly 0."""


def compiled(function: F) -> F:
    """Compiled when first called, and kept beside this file or in the user's cache."""
    return cast(F, njit(cache=True, nogil=True)(function))


@compiled
def _mark_backwards(starts: Starts, others: Small, marks: NDArray[np.uint8], words: Any, of: int) -> int:
    """Mark everything that ``of`` came from; how many there are. Goes no further than the lowest that is marked."""
    count, lowest = 0, of
    for i in range(starts[of], starts[of + 1]):
        marks[others[i]] = 1
        lowest = min(lowest, others[i])
    word = of // STEP
    while word * STEP + STEP > lowest and word >= 0:
        if words[word] != 0:
            for thing in range(min(word * STEP + STEP, of) - 1, word * STEP - 1, -1):
                if marks[thing]:
                    count += 1
                    for i in range(starts[thing], starts[thing + 1]):
                        marks[others[i]] = 1
                        lowest = min(lowest, others[i])
        word -= 1
    return count


@compiled
def _mark_forwards(starts: Starts, others: Small, marks: NDArray[np.uint8], words: Any, of: int) -> int:
    count, highest, last = 0, of, starts.size - 1
    for i in range(starts[of], starts[of + 1]):
        marks[others[i]] = 1
        highest = max(highest, others[i])
    word = of // STEP
    while word * STEP <= highest and word < words.size:
        if words[word] != 0:
            for thing in range(max(word * STEP, of + 1), min(word * STEP + STEP, last)):
                if marks[thing]:
                    count += 1
                    for i in range(starts[thing], starts[thing + 1]):
                        marks[others[i]] = 1
                        highest = max(highest, others[i])
        word += 1
    return count


@compiled
def _marked(marks: NDArray[np.uint8], words: Any, count: int) -> Ints:
    found = np.empty(count, np.int64)
    at = word = 0
    while at < count:
        if words[word] != 0:
            for thing in range(word * STEP, word * STEP + STEP):
                if marks[thing]:
                    found[at] = thing
                    at += 1
        word += 1
    return found


def _room(nodes: int) -> tuple[NDArray[np.uint8], NDArray[np.uint64]]:
    words = np.zeros(-(-nodes // STEP), np.uint64)
    return words.view(np.uint8), words


def reached_backwards(starts: Starts, others: Small, of: int) -> Ints:
    """Everything from which ``of`` came, where ``others`` of a thing have lower numbers."""
    marks, words = _room(starts.size - 1)
    return _marked(marks, words, _mark_backwards(starts, others, marks, words, of))


def reached_forwards(starts: Starts, others: Small, of: int) -> Ints:
    """Everything that came from ``of``, where ``others`` of a thing have higher numbers."""
    marks, words = _room(starts.size - 1)
    return _marked(marks, words, _mark_forwards(starts, others, marks, words, of))


@compiled
def scan_backwards(starts: Starts, others: Small, asked: Ints, bits: NDArray[np.uint64]) -> None:
    """Up to 64 questions in one scan; bit k of each thing is set if ``asked[k]`` came from it."""
    top = asked.max() if asked.size else -1
    own = np.zeros(top + 1, np.uint64)
    for k in range(asked.size):
        own[asked[k]] |= np.uint64(1) << np.uint64(k)
    for thing in range(top, -1, -1):
        passed = bits[thing] | own[thing]
        if passed:
            for i in range(starts[thing], starts[thing + 1]):
                bits[others[i]] |= passed


@compiled
def scan_forwards(starts: Starts, others: Small, asked: Ints, bits: NDArray[np.uint64]) -> None:
    """The same onwards: bit k of each thing is set if it came from ``asked[k]``."""
    first = asked.min() if asked.size else starts.size - 1
    own = np.zeros(starts.size - 1, np.uint64)
    for k in range(asked.size):
        own[asked[k]] |= np.uint64(1) << np.uint64(k)
    for thing in range(first, starts.size - 1):
        passed = bits[thing] | own[thing]
        if passed:
            for i in range(starts[thing], starts[thing + 1]):
                bits[others[i]] |= passed
