"""Density, reciprocity, E–I index and Gini for every window of time at once, from millions of events.

windows(window, source, target, groups, people=10_000, count=52).density
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coproduce_methods.relations_measures import group_codes
from coproduce_methods.relations_network import Floats, Ints


@dataclass(frozen=True, eq=False)
class Windows:
    """One value for each window; nan where it cannot be said.

    events: all, repeated ones too; pairs: different ordered pairs of people; active: people in any of them
    density, reciprocity, e_i: of the different pairs; gini: of how often people were the source, corrected for n
    """

    events: Ints
    pairs: Ints
    active: Ints
    density: Floats
    reciprocity: Floats
    e_i: Floats
    gini: Floats


def windows(
    window: ArrayLike, source: ArrayLike, target: ArrayLike, groups: ArrayLike | None, *, people: int, count: int
) -> Windows:
    """Measures of each window 0..count−1 of directed events between people 0..people−1.

    ``groups``: the group of each person, or None for no E–I index. ValueError for numbers out of range, columns of
    different length or an event of somebody with themselves.
    """
    when, a, b = (np.asarray(each) for each in (window, source, target))
    _check(when, a, b, people, count)
    codes = np.zeros(people, np.int64) if groups is None else group_codes(groups, people)
    small = codes.astype(np.uint8 if codes.max(initial=0) < 256 else np.int64)
    pairs, mutual, external = (np.zeros(count, np.int64) for _ in range(3))
    starts = np.concatenate(([0], np.cumsum(np.bincount(when, minlength=count))))
    order = None if when.size == 0 or (when[1:] >= when[:-1]).all() else np.argsort(when, kind="stable")
    gini, active = np.full(count, np.nan), np.zeros(count, np.int64)
    for w in range(count):
        here = slice(starts[w], starts[w + 1]) if order is None else order[starts[w] : starts[w + 1]]
        one, other = a[here].astype(np.int64), b[here].astype(np.int64)
        keys = _pairs(one, other, people)
        pairs[w] = keys.size
        mutual[w] = 2 * np.count_nonzero(keys[1:] == (keys[:-1] | 1)) if keys.size else 0
        lesser, greater = np.divmod(keys >> 1, max(people, 1))
        external[w] = np.count_nonzero(small[lesser] != small[greater])
        turns = np.bincount(one, minlength=people)
        active[w] = np.count_nonzero(turns + np.bincount(other, minlength=people))
        gini[w] = _gini(turns, one.size)
    with np.errstate(invalid="ignore", divide="ignore"):
        e_i = (2 * external - pairs) / pairs if groups is not None else np.full(count, np.nan)
        return Windows(
            events=np.diff(starts),
            pairs=pairs,
            active=active,
            density=pairs / np.float64(people * (people - 1)),
            reciprocity=mutual / pairs,
            e_i=e_i,
            gini=gini,
        )


def _check(when: NDArray[np.generic], a: NDArray[np.generic], b: NDArray[np.generic], people: int, count: int) -> None:
    if not when.shape == a.shape == b.shape or when.ndim != 1:
        raise ValueError("window, source and target must be three lists of the same length")
    for each, most, what in ((when, count, "window"), (a, people, "source"), (b, people, "target")):
        if each.size and not np.issubdtype(each.dtype, np.integer):
            raise ValueError(f"{what} must be whole numbers")
        if each.size and (int(each.min()) < 0 or int(each.max()) >= most):
            raise ValueError(f"{what} must be between 0 and {most - 1}")
    if a.size and bool((a == b).any()):
        raise ValueError("an event is of somebody with themselves")


def _pairs(one: Ints, other: Ints, people: int) -> Ints:
    """Different pairs as sorted numbers: the lesser, the greater, and which way: so both ways lie side by side."""
    keys = (np.minimum(one, other) * people + np.maximum(one, other)) * 2 + (one > other)
    keys.sort()
    if keys.size:
        keys = keys[np.concatenate(([True], keys[1:] != keys[:-1]))]
    return keys


def _gini(turns: Ints, total: int) -> float:
    """As ``participation.gini``, for whole numbers: from how many people had each number of turns."""
    n = turns.size
    if n < 2 or total == 0:
        return float("nan")
    values = np.arange(int(turns.max()) + 1)
    having = np.bincount(turns)
    below = np.cumsum(having) - having
    # Ranks of those with the same number run from below + 1 to below + having.
    weighted = int((values * having * (2 * below + having - n)).sum())
    return weighted / (total * (n - 1))
