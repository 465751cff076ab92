"""Betweenness: how many shortest ways between two others lead through somebody; exact, or from a sample of people.

    betweenness(net).values                          # exact: Brandes (2001)
    betweenness(net, sample=200, seed=1).error       # an estimate, with the standard error of each

Ties count as one step each, whatever their weight. Sources are taken in batches, so that one pass over the ties
serves several: with numba eight to a line of the processor's cache, without it 32 to a product of sparse matrices.
"""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from math import log, sqrt

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from coproduce_methods.relations_network import Floats, Ints, Network

LANES = 32
PIECE = 512
"""Sources in one piece of work; pieces are added up in order, so threads do not change the last digit."""
MOST_THREADS = 4
WORTH_COMPILING = 10_000_000
"""From so many people times ties on, loading numba takes less than it saves."""
CONFIDENCE = 0.95

Work = Callable[[Ints, Floats, Floats], None]


@dataclass(frozen=True, eq=False)
class Betweenness:
    """For each person the number of pairs of others between whom they stand, shared ways counted in parts.

    values: exact, or estimated from ``sources`` people; pairs: how many pairs there are, so values / pairs is 0..1
    error: the standard error of each value, 0 where exact
    bound: with 95 % confidence none of the values is further off than this (Hoeffding; wide)
    """

    values: Floats
    error: Floats
    pairs: int
    sources: int
    bound: float
    exact: bool


def betweenness(net: Network, *, sample: int | None = None, seed: int = 0, compiled: bool | None = None) -> Betweenness:
    """Exact where ``sample`` is None or not fewer than the people; else from that many, drawn without replacement.

    ``compiled``: with numba (True), without (False), or as it pays where numba is there (None). ValueError for a
    sample below 2, and where there are more shortest ways than can be counted.
    """
    n = net.people
    if sample is not None and sample < 2:
        raise ValueError("a sample needs at least two people")
    exact = sample is None or sample >= n
    sources = np.arange(n) if exact or sample is None else np.random.default_rng(seed).choice(n, sample, replace=False)
    total, squares = _dependencies(net, np.sort(sources), compiled)
    if not np.isfinite(total).all():
        raise ValueError("there are more shortest ways between two people than can be counted")
    share = 1.0 if net.directed else 0.5
    pairs = (n - 1) * (n - 2) // (1 if net.directed else 2) if n > 2 else 0
    if exact:
        return Betweenness(total * share, np.zeros(n), pairs, n, bound=0.0, exact=True)
    k = sources.size
    # Of sources drawn without replacement; those not drawn make the estimate unsure, and there are n - k of them.
    variance = np.maximum(squares - total**2 / k, 0) / (k - 1)
    error = n * np.sqrt(variance / k * (1 - k / n)) * share
    bound = n * max(n - 2, 0) * sqrt(log(2 * n / (1 - CONFIDENCE)) / (2 * k)) * share
    return Betweenness(total * (n / k * share), error, pairs, k, bound=bound, exact=False)


def _dependencies(net: Network, sources: Ints, compiled: bool | None) -> tuple[Floats, Floats]:
    """For each person the sum of their dependencies over the sources, and of the squares."""
    work = _work(net, sources.size, compiled)
    pieces = [sources[first : first + PIECE] for first in range(0, sources.size, PIECE)]

    def one(piece: Ints) -> tuple[Floats, Floats]:
        total, squares = np.zeros(net.people), np.zeros(net.people)
        work(piece, total, squares)
        return total, squares

    threads = min(len(pieces), MOST_THREADS, os.cpu_count() or 1)
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            found = list(pool.map(one, pieces))
    else:
        found = [one(piece) for piece in pieces]
    zero = np.zeros(net.people)
    return sum((total for total, _ in found), zero), sum((squares for _, squares in found), zero)


def _work(net: Network, sources: int, compiled: bool | None) -> Work:
    out = net.pattern
    back = out.T.tocsr()
    if compiled or (compiled is None and sources * net.arcs >= WORTH_COMPILING):
        try:
            from coproduce_methods.relations_fast import dependencies
        except ModuleNotFoundError:
            if compiled:
                raise
        else:
            lists = [part for each in (out, back) for part in _lists(each)]
            return lambda piece, total, squares: dependencies(*lists, piece, total, squares)
    return lambda piece, total, squares: _without_numba(out, back, piece, total, squares)


def _lists(matrix: "sparse.csr_array") -> tuple[Ints, NDArray[np.uint32]]:
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.uint32)


@dataclass(frozen=True)
class _Levels:
    """Who was reached at each distance, and by how many shortest ways in each lane."""

    rows: list[Ints] = field(default_factory=list)
    ways: list[Floats] = field(default_factory=list)


def _without_numba(
    out: "sparse.csr_array", back: "sparse.csr_array", sources: Ints, total: Floats, squares: Floats
) -> None:
    level = np.zeros((out.shape[0], LANES))
    for first in range(0, sources.size, LANES):
        batch = sources[first : first + LANES]
        _share(out, _reached(out, back, batch, level), level, total, squares)


def _rows(matrix: "sparse.csr_array", rows: Ints) -> "sparse.csr_array":
    return matrix if rows.size == matrix.shape[0] else matrix[rows]


def _reached(out: "sparse.csr_array", back: "sparse.csr_array", batch: Ints, level: Floats) -> _Levels:
    """Breadth first from the people of a batch, one to a lane. ``level`` is all 0 before and after."""
    people = out.shape[0]
    unseen = np.ones((people, LANES))
    found = _Levels()
    rows, ways = np.sort(batch), np.zeros((batch.size, LANES))
    ways[np.arange(batch.size), np.arange(batch.size)] = 1
    while rows.size:
        found.rows.append(rows)
        found.ways.append(ways)
        unseen[rows] *= ways == 0
        level[rows] = ways
        degrees = out.indptr[rows + 1] - out.indptr[rows]
        # From few people only those they have ties to can be reached; from many, it is quicker to ask everybody.
        asked = np.unique(out[rows].indices) if 4 * degrees.sum() < out.nnz else np.arange(people)
        asked = asked[unseen[asked].any(axis=1)]
        came = (_rows(back, asked) @ level) * unseen[asked]
        level[rows] = 0
        new = came.any(axis=1)
        rows, ways = asked[new], came[new]
    return found


def _share(out: "sparse.csr_array", found: _Levels, level: Floats, total: Floats, squares: Floats) -> None:
    """From the furthest level back: the part of each person in the ways that were found."""
    later: Ints = np.empty(0, dtype=np.int64)
    for step in range(len(found.rows) - 1, 0, -1):
        rows, ways = found.rows[step], found.ways[step]
        share = ways * (_rows(out, rows) @ level)
        total[rows] += share.sum(axis=1)
        squares[rows] += (share * share).sum(axis=1)
        level[later] = 0
        level[rows] = np.divide(1 + share, ways, out=np.zeros_like(ways), where=ways > 0)
        later = rows
    level[later] = 0
