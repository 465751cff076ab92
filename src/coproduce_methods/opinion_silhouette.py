"""How well groups are apart: the exact mean silhouette of many people in the plane, without all pairs.

Answers, for several groupings of the same people, how much nearer each person stands to their own
group than to the next one (Rousseeuw 1987). What costs is the sum of distances from everybody to
every group: with all pairs, four times as many people take sixteen times as long. Here people are
gathered in a tree of discs. Between two discs well apart, distances are summed all at once: in
complex numbers, with D from the one centre to the other and e, d the places inside,

    |D + e - d| = |D| g(u) conj(g(u)),    u = (e - d)/D,    g(u) = sqrt(1 + u) = sum of b_n u^n

and the sum over e of every power is known beforehand (multipole expansion: Greengard and Rokhlin
1987). The series is cut where the remainder is proven to be under ``TOLERANCE`` of each distance,
so each mean distance is exact to that share, and a silhouette to about twice that. People in discs
too near to one another are taken pair by pair.
"""

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.distance import cdist
from scipy.special import binom

from coproduce_methods.one_thread import one_thread

try:
    from coproduce_methods import opinion_silhouette_fast as fast
except ModuleNotFoundError:  # the extra "fast" is not installed: the same, slower
    fast = None  # type: ignore[assignment]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Complexes = NDArray[np.complex128]
Discs = tuple[Complexes, Floats]

TOLERANCE = 1e-11
"""No distance is wrong by more than this share of itself."""

ALL_PAIRS_UP_TO = 8000 if fast is None else 40_000
"""With so many places or fewer, all pairs are quicker."""

LEAF = 256
ORDERS = np.array([12, 16, 20, 24, 28, 32])
AT_ONCE = 256
MOST_THREADS = 4


def silhouettes(points: Floats, labellings: Sequence[Ints], weights: Floats | None = None) -> list[float]:
    """The mean silhouette, in -1..1, of each labelling (0..k-1) of the same ``points`` (n, d).

    A point of weight w stands for w people in one place. People alone in their group count 0. In
    the plane the time grows little faster than n, and the error is under 4 ``TOLERANCE``; in other
    dimensions all pairs are taken. Memory is a few hundred bytes a point.
    """
    if not labellings:
        return []
    heavy = np.ones(len(points)) if weights is None else np.asarray(weights, dtype=np.float64)
    table = np.stack([np.asarray(labels, dtype=np.int64) for labels in labellings], axis=1)
    points, table, heavy = _places(np.asarray(points, dtype=np.float64), table, heavy)
    reach = _summed_distances(points, table, heavy)
    widths, first = [], 0
    for labels in table.T:
        k = int(labels.max()) + 1
        totals: Floats = np.bincount(labels, weights=heavy, minlength=k).astype(np.float64)
        each = _widths(reach[:, first : first + k], totals, labels)
        widths.append(float(np.dot(heavy, each) / heavy.sum()))
        first += k
    return widths


def _places(points: Floats, table: Ints, weights: Floats) -> tuple[Floats, Ints, Floats]:
    """People in one place with the same labels taken together, sorted by their labels.

    The order is that of the first of each, then by distance from the axes, so that sums are taken
    in the same order whatever the names of the groups and the signs of the axes.
    """
    order = np.lexsort((*np.abs(points).T, _piece(table)))
    points, table = points[order], table[order]
    new = np.ones(len(points), dtype=np.bool_)
    new[1:] = (np.diff(points, axis=0) != 0).any(axis=1) | (np.diff(table, axis=0) != 0).any(axis=1)
    return points[new], table[new], np.add.reduceat(weights[order], np.flatnonzero(new))


def _piece(table: Ints) -> Ints:
    """A number for every row of labels that tells it from other rows, in the order of the first of each."""
    piece = np.zeros(len(table), dtype=np.int64)
    for labels in table.T:
        # Renumbered each time, so that many labellings of many groups cannot overflow.
        together = piece * (int(labels.max()) + 1) + labels
        _, first, piece = np.unique(together, return_index=True, return_inverse=True)
        piece = np.argsort(np.argsort(first))[piece]
    return piece


def _summed_distances(points: Floats, table: Ints, weights: Floats) -> Floats:
    """For each point the weighted sum of its distances to every group of every labelling.

    ``table`` (n, g) has a labelling in each column, equal rows together; the result has the groups
    of the first labelling, then those of the second, and so on.
    """
    sizes = table.max(axis=0) + 1
    starts = np.flatnonzero(np.concatenate([[True], (np.diff(table, axis=0) != 0).any(axis=1)]))
    # Pieces that no labelling divides are summed once for all labellings.
    joined = np.concatenate([np.eye(k)[labels] for k, labels in zip(sizes, table[starts].T, strict=True)], axis=1)
    if points.shape[1] == 2 and len(points) > ALL_PAIRS_UP_TO:
        piece = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(points)))
        if len(starts) > 2 * joined.shape[1]:
            return _Plane(points, joined[piece] * weights[:, None]).reach()
        found: Floats = _Plane(points, np.eye(len(starts))[piece] * weights[:, None]).reach() @ joined
        return found
    pairwise: Floats = _all_pairs(points, weights, starts) @ joined
    return pairwise


def _all_pairs(points: Floats, weights: Floats, starts: Ints) -> Floats:
    """Summed distances to each piece, a run of points from each of ``starts`` on."""
    if fast is not None and points.shape[1] == 2:
        return fast.all_pairs(points, weights, starts, min(os.cpu_count() or 1, MOST_THREADS))
    reach = np.empty((len(points), len(starts)))
    for first in range(0, len(points), AT_ONCE):
        rows = slice(first, first + AT_ONCE)
        reach[rows] = np.add.reduceat(cdist(points[rows], points) * weights, starts, axis=1)
    return reach


def _widths(reach: Floats, totals: Floats, labels: Ints) -> Floats:
    """Silhouette width of each point from its summed distances to every group."""
    rows = np.arange(len(labels))
    own = totals[labels]
    within = reach[rows, labels] / np.where(own > 1, own - 1, 1)
    between = np.where(totals > 0, reach / np.where(totals > 0, totals, 1.0), np.inf)
    between[rows, labels] = np.inf
    nearest = between.min(axis=1)
    larger = np.maximum(within, nearest)
    known = (own > 1) & (larger > 0) & np.isfinite(nearest)
    widths: Floats = np.where(known, (np.where(known, nearest, 0) - within) / np.where(known, larger, 1.0), 0.0)
    return widths


# ── the series and its remainder ─────────────────────────────────────────────────────────────────


def coefficients(order: int) -> Floats:
    """b_0 … b_(order-1): the power series of sqrt(1 + u)."""
    found: Floats = binom(0.5, np.arange(order))
    return found


def remainder(order: int, ratio: Floats) -> Floats:
    """The most that a distance is wrong by, as a share of itself, with ``order`` powers kept.

    ``ratio`` is the sum of the two radii over the distance of the centres: |u| is at most that.
    From b_n falling with n, |g| <= 2 - sqrt(1 - ratio), and |D + e - d| >= |D| (1 - ratio).
    """
    cut = abs(float(binom(0.5, order))) * ratio**order / (1 - ratio)
    bound: Floats = (2 * (2 - np.sqrt(1 - ratio)) * cut + cut**2) / (1 - ratio)
    return bound


def _largest_ratios() -> Floats:
    """For each of ORDERS how near two discs may be."""
    ratios = np.linspace(0.0, 0.7, 7001)
    return np.array([ratios[remainder(int(order), ratios) <= TOLERANCE][-1] for order in ORDERS])


def _translation(order: int, distance: Complexes, to: Floats, of: Floats) -> Complexes:
    """H (pairs, order, order): from the powers about one centre to those about the other.

    The powers of d about a centre at -D hold, of those of e, |D| H M H*, both inside radius 1.
    """
    n = np.arange(order)
    total = n[:, None] + n
    series = np.where(total < order, binom(0.5, total) * binom(total, n[:, None]) * (-1.0) ** n[:, None], 0.0)
    near, far = (_powers(radius / distance, order) for radius in (to, of))
    return series * near[:, :, None] * far[:, None, :]


def _powers(base: Complexes, order: int) -> Complexes:
    """1, base, base², … along a new last axis."""
    return np.vander(base, order, increasing=True)


def _shift(order: int, shrink: float, moved: complex) -> Complexes:
    """S (order, order): the powers of (shrink e + moved) are S times those of e."""
    n = np.arange(order)
    fewer = np.maximum(n[:, None] - n, 0)
    matrix: Complexes = np.tril(binom(n[:, None], n) * _powers(np.array([moved]), order)[0][fewer]) * shrink**n
    return matrix


# ── the tree ─────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class _Tree:
    """A complete binary tree of discs: the children of node i are 2i+1 and 2i+2.

    ``order`` puts the points so that those of node i are ``start[i]:stop[i]``.
    """

    order: Ints
    start: Ints
    stop: Ints
    centre: Complexes
    radius: Floats

    @property
    def first_leaf(self) -> int:
        return len(self.start) // 2


def _grown(at: Complexes) -> _Tree:
    """Halve the points along their longer side until few are together."""
    depth = max(0, int(np.ceil(np.log2(len(at) / LEAF))))
    n_nodes = 2 ** (depth + 1) - 1
    order = np.arange(len(at))
    start, stop = np.zeros(n_nodes, dtype=np.int64), np.full(n_nodes, len(at), dtype=np.int64)
    centre, radius = np.zeros(n_nodes, dtype=np.complex128), np.zeros(n_nodes)
    for node in range(n_nodes):
        here = slice(int(start[node]), int(stop[node]))
        part = at[order[here]]
        low, high = complex(part.real.min(), part.imag.min()), complex(part.real.max(), part.imag.max())
        centre[node] = (low + high) / 2
        radius[node] = np.abs(part - centre[node]).max()
        if node < n_nodes // 2:
            side, half = high - low, len(part) // 2
            along = part.real if side.real >= side.imag else part.imag
            order[here] = order[here][np.argpartition(along, half)]
            start[2 * node + 1 : 2 * node + 3] = here.start, here.start + half
            stop[2 * node + 1 : 2 * node + 3] = here.start + half, here.stop
    return _Tree(order, start, stop, centre, radius)


def _interactions(tree: _Tree, nearest: float) -> tuple[Ints, Ints]:
    """Pairs of nodes that together hold every pair of points once: those well apart, and leaves that are not."""
    pairs = np.zeros((1, 2), dtype=np.int64)
    apart, together = [], []
    while len(pairs):
        distance = np.abs(tree.centre[pairs[:, 0]] - tree.centre[pairs[:, 1]])
        far = tree.radius[pairs].sum(axis=1) <= nearest * distance
        far &= distance > 0
        apart.append(pairs[far])
        pairs = pairs[~far]
        leaves = (pairs >= tree.first_leaf).all(axis=1)
        together.append(pairs[leaves])
        pairs = _divided(tree, pairs[~leaves])
    return np.concatenate(apart), np.concatenate(together)


def _divided(tree: _Tree, pairs: Ints) -> Ints:
    """Put in place of the larger disc of each pair its two halves."""
    same = pairs[:, 0] == pairs[:, 1]
    left, right = 2 * pairs[same, 0] + 1, 2 * pairs[same, 0] + 2
    inside = [np.stack(both, axis=1) for both in ((left, left), (left, right), (right, right))]
    one, two = pairs[~same].T
    # A leaf cannot be divided, however large.
    first = (tree.radius[one] >= tree.radius[two]) & (one < tree.first_leaf) | (two >= tree.first_leaf)
    large, small = np.where(first, one, two), np.where(first, two, one)
    return np.concatenate([*inside, *(np.stack([2 * large + child, small], axis=1) for child in (1, 2))])


class _Plane:
    """Summed distances in the plane, group by group."""

    def __init__(self, points: Floats, member: Floats) -> None:
        at = points[:, 0] + 1j * points[:, 1]
        self.tree = _grown(at)
        order = self.tree.order
        self.points, self.member = points[order], np.ascontiguousarray(member[order])
        self.at = at[order]
        ratios = _largest_ratios()
        self.apart, self.together = _interactions(self.tree, float(ratios[-1]))
        tree, both = self.tree, self.apart
        ratio = tree.radius[both].sum(axis=1) / np.abs(tree.centre[both[:, 0]] - tree.centre[both[:, 1]])
        self.needed = np.searchsorted(ratios, ratio)
        self.size = int(ORDERS[-1])
        self.scale = np.where(tree.radius > 0, tree.radius, 1.0)
        self.leaves = range(tree.first_leaf, len(tree.start))
        where = np.repeat(np.arange(len(self.leaves)), (tree.stop - tree.start)[tree.first_leaf :])
        node = where + tree.first_leaf
        self.powers = _powers((self.at - tree.centre[node]) / self.scale[node], self.size)
        self.shifts = self._shifts()

    def _shifts(self) -> Complexes:
        """How the powers about each node's centre read about its parent's."""
        shifts = np.zeros((len(self.scale), self.size, self.size), dtype=np.complex128)
        for node in range(1, len(self.scale)):
            parent = (node - 1) // 2
            moved = (self.tree.centre[node] - self.tree.centre[parent]) / self.scale[parent]
            shifts[node] = _shift(self.size, self.scale[node] / self.scale[parent], moved)
        return shifts

    def reach(self) -> Floats:
        """In the order in which the points came."""
        found = self._pair_by_pair()
        columns = range(self.member.shape[1])
        # One thread for each group: the tables are too small for the threads of a linear algebra library.
        with one_thread(), ThreadPoolExecutor(min(os.cpu_count() or 1, MOST_THREADS)) as threads:
            for column, far in zip(columns, threads.map(self._far, columns), strict=True):
                found[:, column] += far
        back = np.empty_like(found)
        back[self.tree.order] = found
        return back

    def _rows(self, node: int) -> slice:
        return slice(int(self.tree.start[node]), int(self.tree.stop[node]))

    def _pair_by_pair(self) -> Floats:
        """Of points in discs too near to one another; a leaf mostly holds people of one or two groups."""
        found = np.zeros_like(self.member)
        held = {leaf: np.flatnonzero(self.member[self._rows(leaf)].any(axis=0)) for leaf in self.leaves}
        weights = {leaf: self.member[self._rows(leaf)][:, held[leaf]] for leaf in self.leaves}
        for one, two in self.together.tolist():
            here, there = self._rows(one), self._rows(two)
            distances = cdist(self.points[here], self.points[there])
            found[here, held[two]] += distances @ weights[two]
            if one != two:
                found[there, held[one]] += distances.T @ weights[one]
        return found

    def _moments(self, mass: Floats) -> tuple[Complexes, NDArray[np.bool_]]:
        """Sums of e^m conj(e)^n over the points of each node, and which nodes have any."""
        n_nodes = len(self.scale)
        moments = np.zeros((n_nodes, self.size, self.size), dtype=np.complex128)
        held = np.zeros(n_nodes, dtype=np.bool_)
        for leaf in self.leaves:
            rows = self._rows(leaf)
            if mass[rows].any():
                powers = self.powers[rows]
                moments[leaf] = (powers * mass[rows, None]).T @ powers.conj()
                held[leaf] = True
        for node in range(n_nodes - 1, 0, -1):
            if held[node]:
                shift = self.shifts[node]
                moments[(node - 1) // 2] += shift @ moments[node] @ shift.conj().T
                held[(node - 1) // 2] = True
        return moments, held

    def _far(self, column: int) -> Floats:
        """For every point the distances to the points of one group that are well apart."""
        moments, held = self._moments(self.member[:, column])
        found = np.zeros(len(self.at))
        local = np.zeros_like(moments)
        for to, of, order in self._batches(held):
            tree = self.tree
            distance = tree.centre[of] - tree.centre[to]
            h = _translation(order, distance, self.scale[to], self.scale[of])
            parts = h @ moments[of, :order, :order] @ h.conj().transpose(0, 2, 1)
            parts *= np.abs(distance)[:, None, None]
            first = np.flatnonzero(np.diff(to, prepend=-1))
            local[to[first], :order, :order] += np.add.reduceat(parts, first, axis=0)
        for node in range(1, len(self.scale)):
            shift = self.shifts[node]
            local[node] += shift.T @ local[(node - 1) // 2] @ shift.conj()
        for leaf in self.leaves:
            rows = self._rows(leaf)
            powers = self.powers[rows]
            found[rows] = np.einsum("ij,ij->i", powers @ local[leaf], powers.conj()).real
        return found

    def _batches(self, held: NDArray[np.bool_]) -> Iterator[tuple[Ints, Ints, int]]:
        """Pairs (to, of) that need as many powers, sorted by the first, some at a time."""
        for i, order in enumerate(ORDERS):
            pairs = self.apart[self.needed == i]
            to, of = np.concatenate([pairs, pairs[:, ::-1]]).T
            to, of = to[held[of]], of[held[of]]
            by = np.argsort(to, kind="stable")
            for first in range(0, len(by), AT_ONCE):
                some = by[first : first + AT_ONCE]
                yield to[some], of[some], int(order)
