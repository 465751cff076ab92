"""The votes of a large ``.pb`` file, read as arrays where they are plain.

Plain: no quotes, every row with all its cells, ids of up to 16 bytes, points of up to 8 digits, nothing
named twice. Anything else is left to the reading row by row of ``pabulib_files``, which also says what
is wrong; so this one never has to.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Words = NDArray[np.uint64]

LONGEST_ID, LONGEST_POINTS = 16, 8
_MASKS = np.array([(1 << 8 * n) - 1 for n in range(9)], dtype=np.uint64)
_SEMICOLON, _COMMA, _LINE_FEED = b";"[0], b","[0], b"\n"[0]


@dataclass(frozen=True, eq=False)
class PlainVotes:
    """Ballots as arrays, and where every cell is. starts and ends: (rows, columns), bytes of ``text``."""

    text: bytes
    starts: Ints
    ends: Ints
    indptr: Ints
    chosen: Ints
    scores: Ints | None

    def cells(self, column: int) -> list[str]:
        """The cells of one column."""
        text = self.text
        pairs = zip(self.starts[:, column].tolist(), self.ends[:, column].tolist(), strict=True)
        return [text[start:end].decode().strip() for start, end in pairs]


def read_plainly(
    text: bytes, columns: int, places: tuple[int, int | None], ids: tuple[str, ...], *, scored: bool
) -> PlainVotes | None:
    """The rows after the names of the columns, or None where they are not plain.

    ``places``: the columns of the vote and of the points.
    """
    text = text.rstrip()
    cells = _cells(text, columns)
    finder = _Finder.of(ids)
    if cells is None or finder is None or (scored and places[1] is None):
        return None
    starts, ends = cells
    # Some bytes more, so that eight can be taken from anywhere.
    eights = np.ndarray((len(text) + 17,), dtype="<u8", buffer=text + bytes(32), strides=(1,))
    data = np.frombuffer(text, dtype=np.uint8)
    commas = np.flatnonzero(data == _COMMA)
    indptr, at, length = _split(starts[:, places[0]], ends[:, places[0]], commas)
    if len(length) and not 0 < length.min() <= length.max() <= LONGEST_ID:
        return None
    chosen = finder.find(*_words(eights, at, length))
    if chosen is None:
        return None
    scores = None
    if scored and places[1] is not None:
        points_of, at, length = _split(starts[:, places[1]], ends[:, places[1]], commas)
        scores = _numbers(eights, at, length)
        if scores is None or not np.array_equal(indptr, points_of) or (len(scores) and not scores.min()):
            return None
    if _names_twice(indptr, chosen, len(ids)):
        return None
    return PlainVotes(text, starts, ends, indptr, chosen, scores)


def _cells(text: bytes, columns: int) -> tuple[Ints, Ints] | None:
    """Where the cells of all rows begin and end, or None where a row has not all of them."""
    if b'"' in text or not text:
        return None
    data = np.frombuffer(text, dtype=np.uint8)
    feeds = np.flatnonzero(data == _LINE_FEED)
    returns = text.count(b"\r")
    row_starts = np.concatenate([np.zeros(1, dtype=np.int64), feeds + 1])
    row_ends = np.append(feeds, len(text))
    if returns:
        # The last row has lost its own with the white space at the end.
        before = data[np.maximum(row_ends - 1, 0)] == b"\r"[0]
        if int(before.sum()) != returns:
            return None
        row_ends = row_ends - before
    semicolons = np.flatnonzero(data == _SEMICOLON)
    if len(semicolons) != len(row_starts) * (columns - 1):
        return None
    between = semicolons.reshape(len(row_starts), columns - 1)
    starts = np.concatenate([row_starts[:, None], between + 1], axis=1)
    ends = np.concatenate([between, row_ends[:, None]], axis=1)
    # As many as there should be in all; in each row, if none lies outside its own.
    if (starts > ends).any() or (row_starts >= row_ends).any():
        return None
    return starts, ends


def _split(starts: Ints, ends: Ints, commas: Ints) -> tuple[Ints, Ints, Ints]:
    """The parts of cells between commas: where those of each cell begin in the list, where they are, how long."""
    first, last = np.searchsorted(commas, starts), np.searchsorted(commas, ends)
    filled = ends > starts
    counts = np.where(filled, last - first + 1, 0)
    indptr = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(counts)])
    at, until = np.empty(indptr[-1], dtype=np.int64), np.empty(indptr[-1], dtype=np.int64)
    n = int((last - first)[filled].sum())
    inside = commas[np.repeat(first - (np.cumsum(last - first) - (last - first)), last - first) + np.arange(n)]
    begins = np.zeros(len(at), dtype=np.bool_)
    begins[indptr[:-1][filled]] = True
    finishes = np.zeros(len(at), dtype=np.bool_)
    finishes[indptr[1:][filled] - 1] = True
    at[begins], at[~begins] = starts[filled], inside + 1
    until[finishes], until[~finishes] = ends[filled], inside
    return indptr, at, until - at


def _words(eights: Words, at: Ints, length: Ints) -> tuple[Words, Words]:
    """The first and the second eight bytes of each part, with nothing behind its end."""
    first = eights[at] & _MASKS[np.minimum(length, 8)]
    if not len(length) or length.max() <= 8:
        return first, np.zeros(len(first), dtype=np.uint64)
    return first, eights[at + 8] & _MASKS[np.clip(length - 8, 0, 8)]


def _numbers(eights: Words, at: Ints, length: Ints) -> Ints | None:
    """Whole numbers of digits only, or None where one is not."""
    if not len(length):
        return np.empty(0, dtype=np.int64)
    if not 0 < length.min() <= length.max() <= LONGEST_POINTS:
        return None
    word, _ = _words(eights, at, length)
    found = np.zeros(len(word), dtype=np.int64)
    for place in range(int(length.max())):
        digit = ((word >> np.uint64(8 * place)) & np.uint64(255)).astype(np.int64) - ord("0")
        within = place < length
        if ((digit < 0) | (digit > 9))[within].any():
            return None
        found = np.where(within, found * 10 + digit, found)
    return found


def _names_twice(indptr: Ints, chosen: Ints, projects: int) -> bool:
    key = np.repeat(np.arange(len(indptr) - 1) * projects, np.diff(indptr)) + chosen
    if (key[1:] > key[:-1]).all():
        return False
    key.sort()
    return bool((key[1:] == key[:-1]).any())


@dataclass(frozen=True, eq=False)
class _Finder:
    """Ids as words in a table without collisions."""

    first: Words
    second: Words
    table: Ints
    factor: np.uint64
    shift: np.uint64

    @classmethod
    def of(cls, ids: tuple[str, ...]) -> "_Finder | None":
        """None where an id is too long or no such table is found."""
        coded = [name.encode() for name in ids]
        if not ids or max(map(len, coded)) > LONGEST_ID:
            return None
        words = np.frombuffer(b"".join(name.ljust(16, b"\0") for name in coded), dtype="<u8").reshape(-1, 2)
        first, second = words[:, 0].astype(np.uint64), words[:, 1].astype(np.uint64)
        bits = min(20, 2 + 2 * len(ids).bit_length())
        for turn in range(64):
            factor = np.uint64(0x9E3779B97F4A7C15 + 2 * turn * 0x632BE59BD9B4E019 & 2**64 - 1)
            slots = _slots(first, second, factor, np.uint64(64 - bits))
            table = np.zeros(1 << bits, dtype=np.int64)
            table[slots] = np.arange(len(ids))
            if (table[slots] == np.arange(len(ids))).all():
                return cls(first, second, table, factor, np.uint64(64 - bits))
        return None

    def find(self, first: Words, second: Words) -> Ints | None:
        """The number of each id, or None where one is not there."""
        found: Ints = self.table[_slots(first, second, self.factor, self.shift)]
        if (self.first[found] == first).all() and (self.second[found] == second).all():
            return found
        return None


def _slots(first: Words, second: Words, factor: np.uint64, shift: np.uint64) -> Ints:
    mixed = (first ^ (second * np.uint64(0xD6E8FEB86659FD93))) * factor
    return ((mixed ^ (mixed >> np.uint64(29))) * factor >> shift).astype(np.int64)
