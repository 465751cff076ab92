"""Who stands between others: brokerage between groups (Gould and Fernandez 1989) and constraint (Burt 1992).

    brokerage(net, groups).counts["gatekeeper"]      # for each person
    constraint(net)                                  # for each person, not a number where they have no ties

About people, so nothing for a page: sums over groups are (see ``docs/methods/relations.md``).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from coproduce_methods.relations_measures import group_codes
from coproduce_methods.relations_network import Floats, Ints, Network

ROLES = ("coordinator", "itinerant", "gatekeeper", "representative", "liaison")
"""One person passes on from a to c, who have no tie from a to c.

coordinator: all three of one group; itinerant: a and c of one group, the person between of another; gatekeeper:
the person and c of one group, a of another; representative: a and the person of one group, c of another;
liaison: three groups.
"""
BLOCK = 4_000_000
"""Most products of ties that are held at once."""


@dataclass(frozen=True, eq=False)
class Brokerage:
    """How often each person stands between two others in each role.

    expected: the part of all of a person's in each role if the groups were shared out at random; None for n < 3
    """

    counts: dict[str, Ints]
    expected: dict[str, float] | None

    @property
    def total(self) -> Ints:
        """Ordered pairs of others that a person stands between, in whatever role."""
        total: Ints = np.sum([self.counts[role] for role in ROLES], axis=0)
        return total


def brokerage(net: Network, groups: ArrayLike) -> Brokerage:
    """Roles of each person: all ways a → b → c over b, less those where a and c are one or have a tie a → c.

    Each kind of way is counted in whole: by products of what comes in and goes out; then the closed ones are
    taken off, by products of ties that are there.
    """
    codes = group_codes(groups, net.people)
    same = codes[net.source] == codes[net.target]
    inside, across = _part(net, same), _part(net, ~same)
    counts = _all_ways(net, codes, same)
    back = np.bincount(net.source[net.mutual & same], minlength=net.people)
    forth = np.bincount(net.source[net.mutual & ~same], minlength=net.people)
    counts["coordinator"] -= back + _closed(inside, inside, inside)
    counts["itinerant"] -= forth + _closed(across, across, inside)
    counts["gatekeeper"] -= _closed(across, inside, across)
    counts["representative"] -= _closed(inside, across, across)
    counts["liaison"] -= _closed(across, across, across)
    return Brokerage(counts, _expected(np.bincount(codes), net.people))


def _part(net: Network, kept: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> "sparse.csr_array":
    source, target = net.source[kept].astype(np.int32), net.target[kept].astype(np.int32)
    ones = np.ones(source.size, dtype=np.int64)
    return sparse.csr_array((ones, (source, target)), shape=(net.people, net.people))


def _all_ways(net: Network, codes: Ints, same: "np.ndarray[tuple[int], np.dtype[np.bool_]]") -> dict[str, Ints]:
    n = net.people
    in_same = np.bincount(net.target[same], minlength=n)
    in_other = net.in_degree - in_same
    out_same = np.bincount(net.source[same], minlength=n)
    out_other = net.out_degree - out_same
    groups = int(codes.max(initial=-1)) + 1
    shape = (n, groups)
    came = sparse.csr_array(
        (np.ones(int((~same).sum()), np.int64), (net.target[~same], codes[net.source[~same]])), shape=shape
    )
    went = sparse.csr_array(
        (np.ones(int((~same).sum()), np.int64), (net.source[~same], codes[net.target[~same]])), shape=shape
    )
    there_and_back = np.asarray(came.multiply(went).sum(axis=1)).ravel().astype(np.int64)
    return {
        "coordinator": in_same * out_same,
        "itinerant": there_and_back,
        "gatekeeper": in_other * out_same,
        "representative": in_same * out_other,
        "liaison": in_other * out_other - there_and_back,
    }


def _closed(came: "sparse.csr_array", went: "sparse.csr_array", direct: "sparse.csr_array") -> Ints:
    """For each b: the ways a → b (in ``came``) → c (in ``went``) with a tie a → c (in ``direct``)."""
    back = came.T.tocsr()
    count = np.zeros(back.shape[0], dtype=np.int64)
    for first, end in _blocks(back, direct):
        reached = back[first:end] @ direct
        count[first:end] = np.asarray(reached.multiply(went[first:end]).sum(axis=1)).ravel()
    return count


def _blocks(left: "sparse.csr_array", right: "sparse.csr_array") -> Iterator[tuple[int, int]]:
    """Runs of rows of ``left`` whose product with ``right`` is not too large to hold."""
    work = np.concatenate(([0], np.cumsum(np.diff(right.indptr)[left.indices])))[left.indptr]
    bounds = np.searchsorted(work, np.arange(BLOCK, int(work[-1]), BLOCK), side="right")
    edges = np.unique(np.concatenate(([0], bounds, [left.shape[0]]))).tolist()
    yield from pairwise(edges)


def _expected(sizes: Ints, people: int) -> dict[str, float] | None:
    if people < 3:
        return None
    n, total = sizes.astype(np.float64), people * (people - 1) * (people - 2)
    one = float((n * (n - 1) * (n - 2)).sum() / total)
    two = float((n * (n - 1) * (people - n)).sum() / total)
    liaison = max(0.0, 1 - one - 3 * two)
    return {"coordinator": one, "itinerant": two, "gatekeeper": two, "representative": two, "liaison": liaison}


def constraint(net: Network, *, weighted: bool = True) -> Floats:
    """Burt's (1992) constraint of each person; nan for who has no ties.

    Σ over those j with whom i has a tie, either way, of (p_ij + Σ_q p_iq p_qj)², where p_ij is the part of what
    i exchanges with all that is exchanged with j: weights both ways added (1 for each tie if not ``weighted``).
    """
    given = net.matrix if weighted else net.pattern
    both = (given + given.T).tocsr()
    strength = np.asarray(both.sum(axis=1)).ravel()
    parts = both.copy()
    parts.data = both.data / np.repeat(strength, np.diff(both.indptr))
    there = both.copy()
    there.data = np.ones_like(both.data)
    found = np.full(net.people, np.nan)
    for first, end in _blocks(parts, parts):
        through = (parts[first:end] @ parts).multiply(there[first:end])
        invested = parts[first:end] + through
        found[first:end] = np.asarray(invested.multiply(invested).sum(axis=1)).ravel()
    found[strength == 0] = np.nan
    return found
