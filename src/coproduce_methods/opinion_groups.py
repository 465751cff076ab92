"""Gathering people into groups by where they stand: k-means, agreement of groupings.

All functions take points as an (n, d) array and are deterministic for a given seed. None depends
on the sign of an axis. k-means: Lloyd (1982) with the starts of Arthur and Vassilvitskii (2007);
adjusted Rand index: Hubert and Arabie (1985). How far groups are apart is in ``opinion_silhouette``.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.vq import vq

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def _starts(points: Floats, weights: Floats, k: int, rng: np.random.Generator) -> Floats:
    """k starting centres among the points, each drawn far from those before it."""
    chosen = [int(rng.choice(len(points), p=weights / weights.sum()))]
    nearest = np.full(len(points), np.inf)
    for _ in range(1, k):
        last = points[chosen[-1]]
        nearest = np.minimum(nearest, ((points - last) ** 2).sum(axis=1))
        odds = nearest * weights
        chosen.append(int(rng.choice(len(points), p=odds / odds.sum())))
    return points[chosen]


def _lloyd(points: Floats, weights: Floats, centres: Floats, max_iterations: int) -> tuple[Ints, float]:
    """Settle the centres; returns labels and the weighted sum of squared distances."""
    k = len(centres)
    pulls = [weights * axis for axis in points.T]
    labels = np.full(len(points), -1)
    distances = np.zeros(len(points))
    for _ in range(max_iterations):
        new, distances = vq(points, centres, check_finite=False)
        if np.array_equal(new, labels):
            break
        labels = new
        heavy = np.bincount(labels, weights=weights, minlength=k)
        sums = [np.bincount(labels, weights=pull, minlength=k) for pull in pulls]
        moved = np.stack(sums, axis=1) / np.where(heavy > 0, heavy, 1.0)[:, None]
        # A centre that lost everybody starts again at the point worst served.
        moved[heavy == 0] = points[int(np.argmax(distances))]
        centres = moved
    return labels.astype(np.int64), float((weights * distances**2).sum())


def k_means(
    points: Floats,
    k: int,
    *,
    rng: np.random.Generator,
    weights: Floats | None = None,
    n_init: int = 10,
    max_iterations: int = 100,
) -> Ints | None:
    """The best of ``n_init`` k-means groupings as labels 0..k-1, largest group first.

    None where there are fewer than k different places to stand, or a group comes out empty.
    """
    weights = np.ones(len(points)) if weights is None else weights
    if len(np.unique(points, axis=0)) < k:
        return None
    best: Ints | None = None
    least = np.inf
    for _ in range(n_init):
        labels, spread = _lloyd(points, weights, _starts(points, weights, k, rng), max_iterations)
        if spread < least * (1 - 1e-12):
            best, least = labels, spread
    if best is None or len(np.unique(best)) < k:
        return None
    return ordered_labels(points, best, weights)


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
