"""The parts of relations that are worth compiling, for where numba is installed (the extra ``fast``).

Everything here has a twin in numpy and scipy that gives the same answers; see the modules that
import this one. All functions let other threads run.
"""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba import config, njit
from numpy.typing import NDArray

LANES = 8
"""So many people are started from at once: eight numbers of eight bytes are one line of the processor's cache."""

Array = NDArray[Any]
Eight = tuple[float, float, float, float, float, float, float, float]


def compiled_for(*signature: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Compile for these types, so that eight sums side by side become sums of wide registers."""

    def compile_it(function: Callable[..., Any]) -> Callable[..., Any]:
        settings, types = vars(config), list(signature)
        before, settings["SLP_VECTORIZE"] = settings["SLP_VECTORIZE"], 1
        try:
            compiled: Callable[..., Any] = njit(types, cache=True, nogil=True, error_model="numpy")(function)
        except RuntimeError:  # nowhere to keep it
            compiled = njit(types, nogil=True, error_model="numpy")(function)
        finally:
            settings["SLP_VECTORIZE"] = before
        return compiled

    return compile_it


def _inner(function: Callable[..., Any]) -> Callable[..., Any]:
    compiled: Callable[..., Any] = njit(nogil=True, error_model="numpy")(function)
    return compiled


# Eight numbers at a time, written out: only so do they become one or two wide registers.


@_inner
def _row(v: Array, i: int) -> Eight:
    return v[i, 0], v[i, 1], v[i, 2], v[i, 3], v[i, 4], v[i, 5], v[i, 6], v[i, 7]


@_inner
def _store(v: Array, i: int, x: Eight) -> None:
    v[i, 0], v[i, 1], v[i, 2], v[i, 3], v[i, 4], v[i, 5], v[i, 6], v[i, 7] = x


@_inner
def _plus(x: Eight, y: Eight) -> Eight:
    return x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3], x[4] + y[4], x[5] + y[5], x[6] + y[6], x[7] + y[7]


@_inner
def _times(x: Eight, y: Eight) -> Eight:
    return x[0] * y[0], x[1] * y[1], x[2] * y[2], x[3] * y[3], x[4] * y[4], x[5] * y[5], x[6] * y[6], x[7] * y[7]


@_inner
def _total(x: Eight) -> float:
    return ((x[0] + x[1]) + (x[2] + x[3])) + ((x[4] + x[5]) + (x[6] + x[7]))


@_inner
def _over(x: float, y: float) -> float:
    return (1.0 + x) / y if y > 0.0 else 0.0


@_inner
def _one_and_over(x: Eight, y: Eight) -> Eight:
    """(1 + x) / y, and 0 where y is 0."""
    return (
        _over(x[0], y[0]),
        _over(x[1], y[1]),
        _over(x[2], y[2]),
        _over(x[3], y[3]),
        _over(x[4], y[4]),
        _over(x[5], y[5]),
        _over(x[6], y[6]),
        _over(x[7], y[7]),
    )


@_inner
def _unless(x: float, y: float) -> float:
    return 0.0 if y > 0.0 else x


@_inner
def _where_none(x: Eight, y: Eight) -> Eight:
    """x where y is 0, and 0 elsewhere."""
    return (
        _unless(x[0], y[0]),
        _unless(x[1], y[1]),
        _unless(x[2], y[2]),
        _unless(x[3], y[3]),
        _unless(x[4], y[4]),
        _unless(x[5], y[5]),
        _unless(x[6], y[6]),
        _unless(x[7], y[7]),
    )


@_inner
def _sum_of_rows(v: Array, members: Array, begin: int, end: int) -> Eight:
    a = b = c = d = e = f = g = h = 0.0
    for k in range(begin, end):
        i = members[k]
        a += v[i, 0]
        b += v[i, 1]
        c += v[i, 2]
        d += v[i, 3]
        e += v[i, 4]
        f += v[i, 5]
        g += v[i, 6]
        h += v[i, 7]
    return a, b, c, d, e, f, g, h


NONE = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class _Ties(NamedTuple):
    """Ties from each person: those of person p are ``others[starts[p]:starts[p + 1]]``."""

    starts: Array
    others: Array


class _Room(NamedTuple):
    """What a batch of eight sources is worked out in.

    rows, paths: entries, level after level: a person, and in each lane the shortest ways that come to them at this
    distance; starts: where each level begins; unseen: 1 in the lanes a person was not reached in; left: any such
    level, sums: numbers of each person, all 0 between steps; touched, marked: whose sums are not 0;
    lean: one row, a number of the source of each lane
    """

    rows: Array
    paths: Array
    starts: Array
    unseen: Array
    left: Array
    level: Array
    sums: Array
    touched: Array
    marked: Array
    lean: Array


class _Sums(NamedTuple):
    """For each person: of their dependencies from all sources, of the squares, and of the first times ``lean``."""

    total: Array
    squares: Array
    cross: Array


@_inner
def _spread(ties: _Ties, room: _Room, begin: int, end: int) -> int:
    """Add the values of these entries to the sums of everybody they have a tie with; how many that were."""
    count = 0
    for entry in range(begin, end):
        person, more = room.rows[entry], _row(room.paths, entry)
        for k in range(ties.starts[person], ties.starts[person + 1]):
            other = ties.others[k]
            if not room.marked[other]:
                room.marked[other] = True
                room.touched[count] = other
                count += 1
            _store(room.sums, other, _plus(_row(room.sums, other), more))
    return count


@_inner
def _reach(came: Eight, person: int, room: _Room, at: int) -> int:
    """Write down the ways that come to a person for the first time. Where the entries end."""
    before = _row(room.unseen, person)
    first = _times(came, before)
    if _total(first) == 0.0:
        return at
    still = _where_none(before, first)
    _store(room.paths, at, first)
    _store(room.unseen, person, still)
    room.left[person] = _total(still) > 0.0
    room.rows[at] = person
    return at + 1


@_inner
def _work(ties: _Ties, rows: Array, begin: int, end: int) -> int:
    count = 0
    for entry in range(begin, end):
        count += ties.starts[rows[entry] + 1] - ties.starts[rows[entry]]
    return count


@_inner
def _show(room: _Room, begin: int, end: int) -> None:
    for entry in range(begin, end):
        _store(room.level, room.rows[entry], _row(room.paths, entry))


@_inner
def _hide(room: _Room, begin: int, end: int) -> None:
    for entry in range(begin, end):
        _store(room.level, room.rows[entry], NONE)


@_inner
def _clear(room: _Room, count: int) -> None:
    for k in range(count):
        room.marked[room.touched[k]] = False
        _store(room.sums, room.touched[k], NONE)


@_inner
def _forward(out: _Ties, back: _Ties, room: _Room) -> int:
    """All levels from the entries of level 0; how many there are with somebody in them."""
    depth = 0
    while room.starts[depth + 1] > room.starts[depth]:
        begin, end = room.starts[depth], room.starts[depth + 1]
        at = end
        if 3 * _work(out, room.rows, begin, end) < out.others.size:  # few: they tell those they have ties to
            count = _spread(out, room, begin, end)
            for k in range(count):
                other = room.touched[k]
                at = _reach(_row(room.sums, other), other, room, at)
            _clear(room, count)
        else:  # many: everybody not yet reached in all lanes asks
            _show(room, begin, end)
            for person in range(room.left.size):
                if room.left[person]:
                    came = _sum_of_rows(room.level, back.others, back.starts[person], back.starts[person + 1])
                    at = _reach(came, person, room, at)
            _hide(room, begin, end)
        depth += 1
        room.starts[depth + 1] = at
    return depth


@_inner
def _pass_on(value: Eight, entry: int, room: _Room, found: _Sums, first: bool) -> None:
    here = _row(room.paths, entry)
    share = _times(here, value)
    found.total[room.rows[entry]] += _total(share)
    found.squares[room.rows[entry]] += _total(_times(share, share))
    _store(room.paths, entry, _one_and_over(share, here))
    if first:
        found.cross[room.rows[entry]] += _total(_times(share, _row(room.lean, 0)))


@_inner
def _backward(out: _Ties, back: _Ties, room: _Room, depth: int, found: _Sums) -> None:
    """Add every person's part in the ways that were found, from the furthest level; ``paths`` is used up."""
    for entry in range(room.starts[depth - 1], room.starts[depth]):
        _store(room.paths, entry, _one_and_over(NONE, _row(room.paths, entry)))
    for step in range(depth - 2, 0, -1):
        begin, end, last = room.starts[step], room.starts[step + 1], room.starts[step + 2]
        if 2 * _work(back, room.rows, end, last) < _work(out, room.rows, begin, end):
            count = _spread(back, room, end, last)
            for entry in range(begin, end):
                _pass_on(_row(room.sums, room.rows[entry]), entry, room, found, step == 1)
            _clear(room, count)
        else:
            _show(room, end, last)
            for entry in range(begin, end):
                person = room.rows[entry]
                value = _sum_of_rows(room.level, out.others, out.starts[person], out.starts[person + 1])
                _pass_on(value, entry, room, found, step == 1)
            _hide(room, end, last)


@compiled_for("void(i8[::1], u4[::1], i8[::1], u4[::1], i8[::1], f8[::1], f8[:, ::1])")
def dependencies(  # noqa: PLR0917  # compiled for arrays by place
    out_starts: Array, out_of: Array, in_starts: Array, in_of: Array, sources: Array, lean: Array, found: Array
) -> None:
    """Brandes (2001) from eight people at a time, added to the rows of ``found`` for each person.

    The first is the sum of their dependencies from every source, the second of the squares, the third of those
    from sources with a tie to them, times the source's ``lean``.
    """
    people = out_starts.size - 1
    entries = (people + 1) * LANES
    out, back = _Ties(out_starts, out_of), _Ties(in_starts, in_of)
    room = _Room(
        np.empty(entries, np.uint32),
        np.empty((entries, LANES)),
        np.zeros(people + 3, np.int64),
        np.ones((people, LANES)),
        np.ones(people, np.bool_),
        np.zeros((people, LANES)),
        np.zeros((people, LANES)),
        np.empty(people, np.uint32),
        np.zeros(people, np.bool_),
        np.zeros((1, LANES)),
    )
    sums = _Sums(found[0], found[1], found[2])
    for first in range(0, sources.size, LANES):
        count = min(LANES, sources.size - first)
        for lane in range(count):
            room.rows[lane] = sources[first + lane]
            _store(room.paths, lane, NONE)
            room.paths[lane, lane] = 1.0
            room.unseen[sources[first + lane], lane] = 0.0
            room.lean[0, lane] = lean[sources[first + lane]]
        room.starts[1] = count
        depth = _forward(out, back, room)
        _backward(out, back, room, depth, sums)
        for entry in range(room.starts[depth]):
            for lane in range(LANES):
                room.unseen[room.rows[entry], lane] = 1.0
            room.left[room.rows[entry]] = True
