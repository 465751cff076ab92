"""Gathering people into groups by where they stand: k-means, agreement of groupings.

All functions take points as an (n, d) array and are deterministic for a given seed. None depends
on the sign of an axis, except where centres to begin with are given. k-means: Lloyd (1982) with
the starts of Arthur and Vassilvitskii (2007); adjusted Rand index: Hubert and Arabie (1985). How
far groups are apart is in ``opinion_silhouette``.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

fast: Any
try:
    from coproduce_methods import opinion_fast as fast
except ModuleNotFoundError:  # the extra "fast" is not installed: the same, slower
    fast = None

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUGHLY = 1e-3
"""Starts are compared when their centres move less, in squares, beside the variance of the points; the best goes on."""


def lowest_places(points: Floats, k: int) -> Floats:
    """The k different places lowest on the first axis (then the next), as red-dwarf begins.

    They change with the sign of an axis, and so may the groups that are found from them.
    """
    return np.unique(points, axis=0)[:k]


def nearest(points: Floats, centres: Floats, at_once: int = 100_000) -> Ints:
    """The number of the centre nearest to each point; the first where equal."""
    labels = np.empty(len(points), dtype=np.int64)
    if fast is not None and points.shape[1] == 2:
        fast.assigned(np.ascontiguousarray(points.T), np.ascontiguousarray(centres), labels, np.empty(len(points)))
        return labels
    for first in range(0, len(points), at_once):
        rows = slice(first, first + at_once)
        labels[rows] = _squares(points[rows], centres[None])[0].argmin(axis=1)
    return labels


def _starts(points: Floats, weights: Floats, chances: Floats) -> Floats | None:
    """(starts, k, d): centres among the points, each drawn far from those before; None where fewer than k differ."""
    starts, k = chances.shape
    centres = np.empty((starts, k, points.shape[1]))
    near = np.full((starts, len(points)), np.inf)
    for j in range(k):
        odds = np.broadcast_to(weights, near.shape) if j == 0 else near * weights
        so_far = np.cumsum(odds, axis=1)
        if not (so_far[:, -1] > 0).all():
            return None
        target = chances[:, j] * so_far[:, -1]
        at = np.minimum((so_far <= target[:, None]).sum(axis=1), len(points) - 1)
        centres[:, j] = points[at]
        near = np.minimum(near, _squares(points, centres[:, j : j + 1])[:, :, 0])
    return centres


def _squares(points: Floats, centres: Floats) -> Floats:
    """(starts, n, k) squared distances to ``centres`` (starts, k, d)."""
    total = np.zeros((len(centres), len(points), centres.shape[1]))
    for axis, column in enumerate(points.T):
        total += (column[None, :, None] - centres[:, None, :, axis]) ** 2
    return total


def _lloyd(points: Floats, weights: Floats, centres: Floats, stops: tuple[int, float]) -> tuple[Ints, Floats]:
    """Settle every start; labels (starts, n) and the weighted sum of squared distances of each."""
    starts, k, _ = centres.shape
    labels: Ints = np.full((starts, len(points)), -1, dtype=np.int64)
    reach = np.zeros((starts, len(points)))
    active = np.arange(starts)
    for _ in range(stops[0]):
        far = _squares(points, centres[active])
        new = far.argmin(axis=2)
        going = (new != labels[active]).any(axis=1)
        labels[active], reach[active] = new, far.min(axis=2)
        active, new = active[going], new[going]
        if not len(active):
            break
        moved = _moved(points, weights, new, k, reach[active])
        shift = ((moved - centres[active]) ** 2).sum(axis=(1, 2))
        centres[active] = moved
        still = shift <= stops[1]
        if still.any():
            far = _squares(points, centres[active[still]])
            labels[active[still]], reach[active[still]] = far.argmin(axis=2), far.min(axis=2)
            active = active[~still]
            if not len(active):
                break
    which = np.repeat(np.arange(starts), len(points))
    spread: Floats = np.bincount(which, (weights * reach).ravel(), starts).astype(np.float64)
    return labels, spread


def _moved(points: Floats, weights: Floats, labels: Ints, k: int, reach: Floats) -> Floats:
    """The centre of every group of every start; one that lost everybody begins again at the point worst served."""
    starts = len(labels)
    cell = (labels + k * np.arange(starts)[:, None]).ravel()
    many = np.tile(weights, starts)
    heavy = np.bincount(cell, weights=many, minlength=starts * k)
    sums = [np.bincount(cell, weights=np.tile(weights * axis, starts), minlength=starts * k) for axis in points.T]
    centres = (np.stack(sums, axis=1) / np.where(heavy > 0, heavy, 1.0)[:, None]).reshape(starts, k, -1)
    for start, j in zip(*np.nonzero(heavy.reshape(starts, k) == 0), strict=True):
        centres[start, j] = points[int(np.argmax(reach[start]))]
    return centres


def _best(points: Floats, weights: Floats, chances: Floats, given: Floats, stops: tuple[int, float, float]) -> Ints:
    """As ``opinion_fast.best_of``, in any number of dimensions."""
    starts, k = chances.shape
    centres: Floats | None = np.empty((starts, k, points.shape[1]))
    if len(given) < k:
        centres = _starts(points, weights, chances)
    if centres is None:
        return np.empty(0, dtype=np.int64)
    centres[:, : len(given)] = given[:k]
    most, tolerance, roughly = stops
    best = 0
    if starts > 1:
        _, spread = _lloyd(points, weights, centres, (most, roughly))
        for start in range(1, starts):
            if spread[start] < spread[best] * (1 - 1e-12):
                best = start
    won: Ints = _lloyd(points, weights, centres[best : best + 1], (most, tolerance))[0][0]
    return won


def k_means(
    points: Floats,
    k: int,
    *,
    rng: np.random.Generator,
    weights: Floats | None = None,
    n_init: int = 10,
    max_iterations: int = 300,
    init_centres: Floats | None = None,
    tolerance: float = 0.0,
    keep_order: bool = False,
) -> Ints | None:
    """The best of ``n_init`` k-means groupings as labels 0..k-1, largest group first.

    init_centres: (any, d), of which the first k are the first centres, where there are so many
    tolerance: stop when the centres together move less, in squares (0: when nobody changes group)
    keep_order: number the groups as the centres that they began from, not by size

    None where there are fewer than k different places to stand, or a group comes out empty.
    """
    weights = np.ones(len(points)) if weights is None else weights
    given = np.empty((0, points.shape[1])) if init_centres is None else np.asarray(init_centres, dtype=np.float64)
    spread_out = float(np.var(points, axis=0).sum()) if len(points) else 0.0
    stops = max_iterations, float(tolerance), max(float(tolerance), ROUGHLY * spread_out)
    chances = rng.random((1 if len(given) >= k else n_init, k))
    if fast is not None and points.shape[1] == 2:
        best: Ints = fast.best_of(np.ascontiguousarray(points.T), weights, chances, given, stops)
    else:
        best = _best(points, weights, chances, given, stops)
    if not len(best) or not np.bincount(best, minlength=k).all():
        return None
    return best if keep_order else ordered_labels(points, best, weights)


def ordered_labels(points: Floats, labels: Ints, weights: Floats) -> Ints:
    """Renumber groups by size, largest first; ties by the centre, so numbers mean the same twice."""
    k = int(labels.max()) + 1
    heavy = np.bincount(labels, weights=weights, minlength=k)
    centres = [np.bincount(labels, weights=weights * axis, minlength=k) / heavy for axis in points.T]
    order = np.lexsort((*centres[::-1], -heavy))
    new = np.empty(k, dtype=np.int64)
    new[order] = np.arange(k)
    return new[labels]


def _crossed(first: Ints, second: Ints) -> Floats:
    """How many are in group i of the first and j of the second grouping."""
    a, b = int(first.max()) + 1, int(second.max()) + 1
    return np.bincount(first * b + second, minlength=a * b).reshape(a, b).astype(np.float64)


def adjusted_rand(first: Ints, second: Ints) -> float:
    """How alike two groupings of the same people are: 1 the same, about 0 as by chance.

    Two groupings that both put everybody together, or everybody apart, are the same: 1.
    """
    table = _crossed(first, second)

    def pairs(counts: Floats) -> float:
        return float((counts * (counts - 1) / 2).sum())

    both, one, two = pairs(table), pairs(table.sum(axis=1)), pairs(table.sum(axis=0))
    everybody = len(first) * (len(first) - 1) / 2
    if everybody == 0:
        return 1.0
    chance = one * two / everybody
    most = (one + two) / 2
    return 1.0 if most == chance else (both - chance) / (most - chance)


def best_matches(first: Ints, second: Ints, k: int) -> Floats:
    """For each group of the first grouping, its Jaccard likeness to the best match in the second.

    Source: Hennig (2007), cluster-wise assessment of cluster stability. NaN for an absent group.
    """
    table = _crossed(first, second)
    union = table.sum(axis=1)[:, None] + table.sum(axis=0)[None, :] - table
    likeness = np.where(union > 0, table / np.where(union > 0, union, 1.0), 0.0).max(axis=1)
    result = np.full(k, np.nan)
    present = table.sum(axis=1) > 0
    result[: len(likeness)][present] = likeness[present]
    return result
