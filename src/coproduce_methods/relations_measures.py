"""What can be said of a whole network: how dense, how mutual, how central, how mixed its groups.

Formulas, sources and worked numbers: ``docs/methods/relations.md``. Every measure that would divide by nothing is None.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb, isclose, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coproduce_methods.relations_network import Floats, Ints, Network

EXACT_UP_TO = 20_000
"""Ways to share out the groups that are all tried; of more, a random sample is."""
PERMUTATIONS = 2_000
BATCH = 2_000_000
TOLERANCE = 1e-9


@dataclass(frozen=True)
class Centralisation:
    """Freeman's (1978) centralisation of degrees, 0 (all alike) to 1 (a star).

    degree: with whomever, whichever way; received and given: of directed ties, None for undirected
    """

    degree: float | None
    received: float | None
    given: float | None


@dataclass(frozen=True)
class EIndex:
    """The E–I index of Krackhardt and Stern (1988), beside what chance would give.

    internal, external: different ties within groups and between; index: −1 all within to +1 all between
    expected, deviation: mean and standard deviation when the same groups are shared out at random: exact
    p: how often chance is as far from ``expected`` or further, on either side
    exact: every way of sharing out was tried, ``tried`` in all; if not, ``p_error`` is the standard error of p
    """

    internal: int
    external: int
    index: float | None
    expected: float | None
    deviation: float | None
    p: float | None
    p_error: float | None
    exact: bool
    tried: int


@dataclass(frozen=True)
class Assortativity:
    """Newman's (2003) coefficient, 1 only alike have ties; its error by leaving out one tie at a time."""

    r: float | None
    error: float | None


def group_codes(groups: ArrayLike, people: int) -> Ints:
    """The group of each person as numbers from 0; ValueError if not one for each."""
    given = np.asarray(groups)
    if given.shape != (people,):
        raise ValueError(f"one group for each of {people} people is needed, not {given.shape}")
    return np.unique(given, return_inverse=True)[1].astype(np.int64)


def density(net: Network) -> float | None:
    """Ties ÷ ties there could be; None for fewer than two people."""
    possible = net.people * (net.people - 1)
    return net.arcs / possible if possible else None


def reciprocity(net: Network) -> float | None:
    """Directed ties whose reverse is there too ÷ all; None without any, or where direction has no meaning."""
    return float(net.mutual.mean()) if net.arcs and net.directed else None


def centralisation(net: Network) -> Centralisation:
    """Of degrees: Σ(max − d) over the most there can be, (n−1)(n−2); of directed ones (n−1)². None for n < 3."""
    n = net.people
    if n < 3:
        return Centralisation(None, None, None)
    one_way = (n - 1) ** 2 if net.directed else None
    return Centralisation(
        degree=_spread(net.degree, (n - 1) * (n - 2)),
        received=_spread(net.in_degree, one_way) if one_way else None,
        given=_spread(net.out_degree, one_way) if one_way else None,
    )


def _spread(degrees: Ints, most: int) -> float:
    return float((degrees.max() - degrees).sum() / most)


def mixing(net: Network, codes: Ints, count: int | None = None) -> Ints:
    """Different ties from people of each group (row) to people of each (column)."""
    groups = int(codes.max(initial=-1)) + 1 if count is None else count
    cell = codes[net.source] * groups + codes[net.target]
    return np.bincount(cell, minlength=groups * groups).reshape(groups, groups)


def e_i_index(
    net: Network, groups: ArrayLike, *, permutations: int = PERMUTATIONS, seed: int = 0, exact_up_to: int = EXACT_UP_TO
) -> EIndex:
    """The E–I index with its expectation and a permutation test that keeps ties and sizes of groups.

    ``permutations`` 0: no test. With more than ``exact_up_to`` ways to share out the groups, that many random
    ones are tried, and p counts the one observed among them (Phipson and Smyth 2010).
    """
    codes = group_codes(groups, net.people)
    external = int((codes[net.source] != codes[net.target]).sum())
    share = 1 if net.directed else 2
    internal, external = (net.arcs - external) // share, external // share
    if not net.arcs:
        return EIndex(0, 0, None, None, None, None, None, exact=False, tried=0)
    sizes = np.bincount(codes)
    mean, deviation = _by_chance(net, sizes)
    ties = internal + external
    p, error, exact, tried = _permuted(net, codes, mean, permutations=permutations, seed=seed, exact_up_to=exact_up_to)
    return EIndex(
        internal=internal,
        external=external,
        index=(external - internal) / ties,
        expected=2 * mean - 1,
        deviation=2 * deviation,
        p=p,
        p_error=error,
        exact=exact,
        tried=tried,
    )


def _by_chance(net: Network, sizes: Ints) -> tuple[float, float]:
    """Mean and standard deviation of the share of ties between groups when groups are shared out at random.

    The variance is that of a sum over pairs of people: the same pair, pairs with one in common, pairs with none.
    """
    n = net.people
    sizes_f = sizes.astype(np.float64)
    apart = float((sizes_f * (n - sizes_f)).sum() / (n * (n - 1)))
    if n < 3:
        return apart, 0.0
    two_apart = float((sizes_f * (n - sizes_f) * (n - sizes_f - 1)).sum() / (n * (n - 1) * (n - 2)))
    both = net.mutual.sum()
    total, squares = float(net.arcs), float(net.arcs + both)
    strength = (net.in_degree + net.out_degree).astype(np.float64)
    touching = float((strength**2).sum()) - 2 * squares
    disjoint = total**2 - squares - touching
    pairs = sizes_f * (sizes_f - 1)
    none_apart = 0.0
    if n > 3:
        fours = float((pairs * (sizes_f - 2) * (sizes_f - 3)).sum() + pairs.sum() ** 2 - (pairs**2).sum())
        within = fours / (n * (n - 1) * (n - 2) * (n - 3))
        none_apart = 1 - 2 * (1 - apart) + within
    variance = squares * apart + touching * two_apart + disjoint * none_apart - (total * apart) ** 2
    return apart, sqrt(max(variance, 0.0)) / total


def _permuted(
    net: Network, codes: Ints, mean: float, *, permutations: int, seed: int, exact_up_to: int
) -> tuple[float | None, float | None, bool, int]:
    """p, its standard error, whether every way was tried, and how many were."""
    if permutations < 1:
        return None, None, False, 0
    sizes = np.bincount(codes).tolist()
    ways, left = 1, net.people
    for size in sizes:
        ways, left = ways * comb(left, size), left - size
        if ways > exact_up_to:
            break
    observed = abs(_between(net, codes[None, :])[0] - mean)
    if ways <= exact_up_to:
        every = np.array(list(_ways(net.people, sizes)), dtype=np.int32)
        far = sum(int(hits) for hits in _far(net, every, mean, observed))
        return far / ways, 0.0, True, ways
    rng = np.random.default_rng(seed)
    far, step = 0, max(1, BATCH // (net.people + net.arcs))
    small = codes.astype(np.uint16 if len(sizes) <= 65_536 else np.int64)
    for first in range(0, permutations, step):
        batch = np.tile(small, (min(step, permutations - first), 1))
        far += sum(int(hits) for hits in _far(net, rng.permuted(batch, axis=1), mean, observed))
    p = (far + 1) / (permutations + 1)
    return p, sqrt(p * (1 - p) / permutations), False, permutations


def _far(net: Network, arrangements: NDArray[np.generic], mean: float, observed: float) -> Iterator[int]:
    step = max(1, BATCH // max(net.arcs, 1))
    for first in range(0, len(arrangements), step):
        distance = np.abs(_between(net, arrangements[first : first + step]) - mean)
        yield int((distance >= observed - TOLERANCE).sum())


def _between(net: Network, arrangements: NDArray[np.generic]) -> Floats:
    """The share of ties between groups for each arrangement (a row)."""
    found: Floats = (arrangements[:, net.source] != arrangements[:, net.target]).mean(axis=1)
    return found


def _ways(people: int, sizes: list[int]) -> Iterator[Ints]:
    """Every way to share out groups of these sizes, as the group of each person."""
    yield from _ways_from(np.zeros(people, dtype=np.int64), tuple(range(people)), sizes, 0)


def _ways_from(given: Ints, people: tuple[int, ...], sizes: list[int], group: int) -> Iterator[Ints]:
    if group == len(sizes) - 1:
        given[list(people)] = group
        yield given.copy()
        return
    for chosen in combinations(people, sizes[group]):
        given[list(chosen)] = group
        yield from _ways_from(given, tuple(sorted(set(people) - set(chosen))), sizes, group + 1)


def assortativity(net: Network, groups: ArrayLike) -> Assortativity:
    """Newman (2003): (Σ e_gg − Σ a_g b_g) / (1 − Σ a_g b_g) over different ties; None where all are of one group."""
    counts = mixing(net, group_codes(groups, net.people)).astype(np.float64)
    ties, diagonal = counts.sum(), np.trace(counts)
    ends, starts = counts.sum(axis=0), counts.sum(axis=1)
    by_chance = float(starts @ ends)
    r = _coefficient(diagonal, by_chance, ties)
    if r is None:
        return Assortativity(None, None)
    same = np.eye(len(counts))
    if net.directed:
        left = ties - 1
        chance = by_chance - ends[:, None] - starts[None, :] + same
        without = diagonal - same
    else:
        left = ties - 2
        chance = by_chance - 2 * starts[:, None] - 2 * starts[None, :] + 2 + 2 * same
        without = diagonal - 2 * same
    spread = left**2 - chance
    usable = (counts > 0) & (spread > TOLERANCE)
    if not left or (counts[~usable] > 0).any():
        return Assortativity(r, None)
    again = (left * without[usable] - chance[usable]) / spread[usable]
    share = 1.0 if net.directed else 0.5
    return Assortativity(r, sqrt(float((counts[usable] * share * (again - r) ** 2).sum())))


def _coefficient(diagonal: float, by_chance: float, ties: float) -> float | None:
    if not ties or isclose(by_chance, ties**2):
        return None
    return float((ties * diagonal - by_chance) / (ties**2 - by_chance))


def numeric_assortativity(net: Network, values: ArrayLike) -> float | None:
    """Newman (2003): the correlation of a number (years in practice) at both ends of ties; None if all have one."""
    given = np.asarray(values, dtype=np.float64)
    if given.shape != (net.people,) or not np.isfinite(given).all():
        raise ValueError(f"one number for each of {net.people} people is needed")
    one, other = given[net.source], given[net.target]
    if net.arcs < 2 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])
