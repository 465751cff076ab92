"""Communities: who has more ties among themselves than their numbers of ties would give (modularity).

    communities(net).member, communities(net).modularity

Louvain's moves and joining (Blondel and others 2008), refined from the whole result until nothing more is gained,
and no community without a way within it. What depends on an order follows an order of people by the shape of the
network alone, so neither the order of rows nor what people are called changes who is with whom, except where two
people have exactly the same place in it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse import csgraph

from coproduce_methods.relations_moving import Joined, move
from coproduce_methods.relations_network import Ints, Network

RUNS = 4
ROUNDS = 20
TRIED = 8
"""Of people who look alike, so many are tried before one is singled out."""
MOST_WORK = 50_000_000
"""Ties looked at in all to find an order by shape."""
WORTH_COMPILING = 20_000
"""From so many ties on, loading numba takes less than it saves."""
GAIN = 1e-12


@dataclass(frozen=True, eq=False)
class Communities:
    """member: the community of each person, 0 the largest; sizes: of each; modularity: Newman and Girvan's (2004) Q.

    ``modularity`` None: no ties. People without ties are communities of one.
    """

    member: Ints
    sizes: tuple[int, ...]
    modularity: float | None


def communities(net: Network, *, resolution: float = 1.0, runs: int = RUNS, seed: int = 0) -> Communities:
    """The best of ``runs`` searches, each visiting people in another order drawn with ``seed``.

    Direction is left aside: a tie each way weighs as two. ``resolution`` over 1 finds smaller communities
    (Reichardt and Bornholdt 2006). ValueError for a resolution that is not more than 0 or no run.
    """
    if not resolution > 0 or runs < 1:
        raise ValueError("resolution must be more than 0, and runs at least 1")
    order = order_by_shape(net)
    both = net.undirected().matrix[order][:, order].tocsr()
    both.sort_indices()
    total = float(both.sum())
    if not total:
        return Communities(np.arange(net.people), (1,) * net.people, None)
    rng = np.random.default_rng(seed)
    best, most = np.arange(net.people), -np.inf
    for run in range(runs):
        start = np.arange(net.people) if run == 0 else rng.permutation(net.people)
        found = _search(both, start, resolution)
        quality = _modularity(both, found, resolution)
        if quality > most + GAIN:
            best, most = found, quality
    member = np.empty(net.people, dtype=np.int64)
    member[order] = best
    sizes = np.bincount(best)
    first = np.unique(best, return_index=True)[1]
    rank = np.empty(sizes.size, dtype=np.int64)
    by_size = np.lexsort((first, -sizes))
    rank[by_size] = np.arange(sizes.size)
    return Communities(rank[member], tuple(sizes[by_size].tolist()), _modularity(both, best, 1.0))


def modularity(net: Network, member: Sequence[int] | Ints) -> float | None:
    """Newman and Girvan's (2004) Q of a division; None without ties."""
    both = net.undirected().matrix
    return _modularity(both, np.unique(member, return_inverse=True)[1], 1.0) if net.arcs else None


def _modularity(both: "sparse.csr_array", member: Ints, resolution: float) -> float:
    total = float(both.sum())
    rows = np.repeat(np.arange(both.shape[0]), np.diff(both.indptr))
    within = float(both.data[member[rows] == member[both.indices]].sum())
    strength = np.bincount(member, weights=np.asarray(both.sum(axis=1)).ravel())
    return within / total - resolution * float(((strength / total) ** 2).sum())


def _search(both: "sparse.csr_array", visit: Ints, resolution: float) -> Ints:
    """Move, join, move the joined …; then again from the result, until nothing is gained."""
    moving = _moving(both.nnz)
    member, quality = np.arange(both.shape[0]), -np.inf
    for _ in range(ROUNDS):
        member = _levels(both, member, visit, resolution, moving)
        member = _numbered(csgraph.connected_components(_within(both, member), directed=False)[1])
        now = _modularity(both, member, resolution)
        if now <= quality + GAIN:
            break
        quality = now
    return member


def _levels(both: "sparse.csr_array", member: Ints, visit: Ints, resolution: float, moving: Callable[..., int]) -> Ints:
    graph, level, part = both.copy(), np.arange(both.shape[0]), member
    strength = np.asarray(both.sum(axis=1)).ravel()
    total = float(both.sum())
    while True:
        part = part.copy()
        graph.setdiag(0)
        graph.eliminate_zeros()
        ties = Joined(graph.indptr.astype(np.int64), graph.indices.astype(np.int64), graph.data, strength)
        moves = moving(ties, part, visit, resolution / total)
        part = _numbered(part)
        level = part[level]
        count = int(part.max()) + 1
        if not moves or count == graph.shape[0]:
            return level
        joined = sparse.csr_array((np.ones(part.size), (np.arange(part.size), part)), shape=(part.size, count))
        graph = (joined.T @ graph @ joined).tocsr()
        graph.sort_indices()
        strength = np.bincount(part, weights=strength, minlength=count)
        part = visit = np.arange(count)


def _moving(ties: int) -> Callable[..., int]:
    if ties >= WORTH_COMPILING:
        try:
            from coproduce_methods.relations_moving_fast import move_compiled
        except ModuleNotFoundError:
            return move
        return move_compiled
    return move


def _within(both: "sparse.csr_array", member: Ints) -> "sparse.csr_array":
    rows = np.repeat(np.arange(both.shape[0]), np.diff(both.indptr))
    kept = member[rows] == member[both.indices]
    return sparse.csr_array((both.data[kept], (rows[kept], both.indices[kept])), shape=both.shape)


def _numbered(part: NDArray[np.integer]) -> Ints:
    """The same division, numbered from 0 in order of each one's first."""
    _, first, inverse = np.unique(part, return_index=True, return_inverse=True)
    rank = np.empty(first.size, dtype=np.int64)
    rank[np.argsort(first)] = np.arange(first.size)
    return rank[inverse]


# ── an order of people that the shape of the network gives ───────────────────────────────────────

Marks = NDArray[np.uint64]


def order_by_shape(net: Network) -> Ints:
    """People in an order that depends on their places in the network, not on their numbers.

    Everybody's mark is mixed with those of the people they have ties with until no more can be told apart
    (Weisfeiler and Leman 1968). Then in each part of the network one of those still alike is singled out, the one
    that gives the least sum of marks, and it begins again. Those whose ties are the very same stand in order of
    number, and so does, in large networks, whoever is still alike after some rounds.
    """
    part = csgraph.connected_components(net.pattern, directed=False)[1].astype(np.int64)
    left = max(4, MOST_WORK // (net.people + net.arcs + 1))
    marks, spent = _told_apart(net, _mixed(_twins(net)), left)
    left -= spent
    while left > 0:
        alike = _first_alike(part, marks)
        if not alike.size:
            break
        marks, spent = _singled_out(net, part, marks, alike, left)
        left -= spent
    whole = np.zeros(int(part.max(initial=-1)) + 1, np.uint64)
    np.add.at(whole, part, marks)
    return np.lexsort((marks, part, whole[part]))


def _mixed(value: Marks) -> Marks:
    """Spread over all 64 bits (Stafford's variant 13 of the finaliser of MurmurHash3)."""
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    mixed: Marks = value ^ (value >> np.uint64(31))
    return mixed


def _twins(net: Network) -> Marks:
    """0, 1, 2 … for people with the very same ties to the very same people, who could change places."""
    number = np.arange(net.people, dtype=np.uint64)
    same = _round(net, _mixed(number))
    same = np.where(net.out_degree + net.in_degree > 0, same, np.uint64(0))
    order = np.lexsort((number, same))
    first = np.ones(net.people, np.bool_)
    first[1:] = same[order][1:] != same[order][:-1]
    place = np.arange(net.people)
    rank = np.empty(net.people, np.uint64)
    rank[order] = (place - np.maximum.accumulate(np.where(first, place, 0))).astype(np.uint64)
    return rank


def _first_alike(part: Ints, marks: Marks) -> Ints:
    """In each part of the network the people who share the least mark that is shared."""
    order = np.lexsort((marks, part))
    p, m = part[order], marks[order]
    again = np.zeros(order.size, np.bool_)
    again[1:] = (p[1:] == p[:-1]) & (m[1:] == m[:-1])
    again[:-1] |= again[1:]
    p, m, order = p[again], m[again], order[again]
    new = np.ones(order.size, np.bool_)
    new[1:] = p[1:] != p[:-1]
    least = m[np.maximum.accumulate(np.where(new, np.arange(order.size), 0))]
    found: Ints = order[m == least]
    return found


def _singled_out(net: Network, part: Ints, marks: Marks, alike: Ints, most: int) -> tuple[Marks, int]:
    """In each part try the first few of those alike, and keep the one with the least sum of marks; rounds needed."""
    new = np.ones(alike.size, np.bool_)
    new[1:] = part[alike][1:] != part[alike][:-1]
    place = np.arange(alike.size)
    rank = place - np.maximum.accumulate(np.where(new, place, 0))
    size = np.bincount(part[alike], minlength=int(part.max()) + 1)
    kept, least, rounds = marks, np.full(size.size, np.iinfo(np.uint64).max), 0
    for k in range(min(TRIED, int(size.max()))):
        one = alike[rank == k]
        tried = marks.copy()
        tried[one] = _mixed(tried[one] + np.uint64(1))
        tried, spent = _told_apart(net, tried, max(1, most - rounds))
        rounds += spent
        whole = np.zeros(size.size, np.uint64)
        np.add.at(whole, part, tried)
        better = (whole < least) & (size > k)
        kept = np.where(better[part], tried, kept)
        least = np.where(better, whole, least)
    return kept, rounds


def _told_apart(net: Network, marks: Marks, most: int) -> tuple[Marks, int]:
    """Marks after as many rounds as tell more people apart, at most so many; and how many rounds it took."""
    told = np.unique(marks).size
    for rounds in range(1, most + 1):
        marks = _mixed(marks + _round(net, marks))
        now = np.unique(marks).size
        if now <= told:
            return marks, rounds
        told = now
    return marks, most


def _round(net: Network, marks: Marks) -> Marks:
    """For each person the marks of those they have ties with, and which way and how strong, in one number."""
    weights = _mixed(net.weight.view(np.uint64))
    sent = _summed(_mixed(marks[net.target] ^ weights), net.out_degree)
    came = _summed(_mixed(marks[net.source[net.by_target]] ^ weights[net.by_target]), net.in_degree)
    both: Marks = sent * np.uint64(3) + _mixed(came)
    return both


def _summed(values: Marks, counts: Ints) -> Marks:
    sums = np.concatenate((np.zeros(1, np.uint64), np.cumsum(values, dtype=np.uint64)))
    ends = np.cumsum(counts)
    summed: Marks = sums[ends] - sums[ends - counts]
    return summed
