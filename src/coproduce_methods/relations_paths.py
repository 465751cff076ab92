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
from scipy.sparse import csgraph

from coproduce_methods.relations_network import Floats, Ints, Network

LANES = 32
PIECE = 512
"""Sources in one piece of work; pieces are added up in order, so threads do not change the last digit."""
MOST_THREADS = 4
WORTH_COMPILING = 10_000_000
"""From so many people times ties on, loading numba takes less than it saves."""
CONFIDENCE = 0.95

Work = Callable[[Ints, Floats], None]


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
    pairs = (n - 1) * (n - 2) // (1 if net.directed else 2) if n > 2 else 0
    if sample is not None and sample < n:
        sources = np.sort(np.random.default_rng(seed).choice(n, sample, replace=False))
        return _estimated(net, sources, pairs, compiled)
    total = _dependencies(net, np.arange(n), np.zeros(n), compiled)[0] * (1.0 if net.directed else 0.5)
    return Betweenness(total, np.zeros(n), pairs, n, bound=0.0, exact=True)


def _estimated(net: Network, sources: Ints, pairs: int, compiled: bool | None) -> Betweenness:
    """From a sample of sources, less what is known beforehand of those with a tie to somebody, plus that of all.

    Most of a person's betweenness is from the few sources with a tie to them, and a sample has hardly any of these.
    But what the partners of a source have of it together is known: one for everybody it reaches, less those it has
    a tie to. So each partner's part of that, by how many they lead on to, is taken off what is sampled and put back
    in full: right on average whatever the network, and far less to be unsure of.
    """
    n, k = net.people, sources.size
    share = 1.0 if net.directed else 0.5
    onward, lean = _expected_parts(net)
    total, squares, cross = _dependencies(net, sources, lean, compiled)
    drawn = np.zeros(n)
    drawn[sources] = lean[sources]
    back = net.pattern.T.tocsr()
    known = onward * (back @ lean)
    total -= onward * (back @ drawn)
    squares += onward**2 * (back @ drawn**2) - 2 * onward * cross
    # Of sources drawn without replacement; those not drawn make the estimate unsure, and there are n - k of them.
    variance = np.maximum(squares - total**2 / k, 0) / (k - 1)
    error = n * np.sqrt(variance / k * (1 - k / n)) * share
    widest = max(n - 2, 0) + float((onward[net.target] * lean[net.source]).max(initial=0.0))
    bound = n * widest * sqrt(log(2 * n / (1 - CONFIDENCE)) / (2 * k)) * share
    return Betweenness((known + total * (n / k)) * share, error, pairs, k, bound=bound, exact=False)


def _expected_parts(net: Network) -> tuple[Floats, Floats]:
    """How many each person leads on to; and for each source the people it surely reaches, less itself and its
    partners, ÷ what these partners lead on to together."""
    part = csgraph.connected_components(net.pattern, directed=True, connection="strong")[1]
    reached = np.bincount(part, minlength=1)[part]
    beyond = np.maximum(reached - 1 - net.out_degree, 0).astype(np.float64)
    onward = np.maximum(net.out_degree - (0 if net.directed else 1), 0).astype(np.float64)
    together = net.pattern @ onward
    return onward, np.divide(beyond, together, out=np.zeros(net.people), where=together > 0)


def _dependencies(net: Network, sources: Ints, lean: Floats, compiled: bool | None) -> Floats:
    """For each person, in rows: the sum of their dependencies over the sources, of the squares, and of those from
    sources with a tie to them times the source's ``lean``."""
    work = _work(net, sources.size, lean, compiled)
    pieces = [sources[first : first + PIECE] for first in range(0, sources.size, PIECE)]

    def one(piece: Ints) -> Floats:
        found = np.zeros((3, net.people))
        work(piece, found)
        return found

    threads = min(len(pieces), MOST_THREADS, os.cpu_count() or 1)
    if threads > 1:
        with ThreadPoolExecutor(threads) as pool:
            parts = list(pool.map(one, pieces))
    else:
        parts = [one(piece) for piece in pieces]
    total = sum(parts, np.zeros((3, net.people)))
    if not np.isfinite(total).all():
        raise ValueError("there are more shortest ways between two people than can be counted")
    return total


def _work(net: Network, sources: int, lean: Floats, compiled: bool | None) -> Work:
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
            return lambda piece, found: dependencies(*lists, piece, lean, found)
    return lambda piece, found: _without_numba(out, back, piece, lean, found)


def _lists(matrix: "sparse.csr_array") -> tuple[Ints, NDArray[np.uint32]]:
    return matrix.indptr.astype(np.int64), matrix.indices.astype(np.uint32)


@dataclass(frozen=True)
class _Levels:
    """Who was reached at each distance, and by how many shortest ways in each lane."""

    rows: list[Ints] = field(default_factory=list)
    ways: list[Floats] = field(default_factory=list)


def _without_numba(
    out: "sparse.csr_array", back: "sparse.csr_array", sources: Ints, lean: Floats, found: Floats
) -> None:
    level = np.zeros((out.shape[0], LANES))
    for first in range(0, sources.size, LANES):
        batch = sources[first : first + LANES]
        leans = np.zeros(LANES)
        leans[: batch.size] = lean[batch]
        _share(out, _reached(out, back, batch, level), level, leans, found)


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


def _share(out: "sparse.csr_array", levels: _Levels, level: Floats, leans: Floats, found: Floats) -> None:
    """From the furthest level back: the part of each person in the ways that were found."""
    later: Ints = np.empty(0, dtype=np.int64)
    for step in range(len(levels.rows) - 1, 0, -1):
        rows, ways = levels.rows[step], levels.ways[step]
        share = ways * (_rows(out, rows) @ level)
        found[0, rows] += share.sum(axis=1)
        found[1, rows] += (share * share).sum(axis=1)
        if step == 1:
            found[2, rows] += share @ leans
        level[later] = 0
        level[rows] = np.divide(1 + share, ways, out=np.zeros_like(ways), where=ways > 0)
        later = rows
    level[later] = 0
