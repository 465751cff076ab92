"""People and the ties between them as arrays: what every measure of relations begins with.

    net = network(source, target, people=12)          # indices of people, one for each tie
    net.ties, net.degree, net.out_degree

A tie that is given several times is one tie whose weight is the sum of theirs; a tie of somebody
with themselves is left out and counted in ``loops``. The order of the ties does not matter.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Network:
    """Different ties between ``people`` people, numbered from 0, in order of source and then target.

    weight: how often or how strong, more than 0. directed: False means that every tie is held both ways
    loops: how many of the ties given were of somebody with themselves
    """

    people: int
    source: Ints
    target: Ints
    weight: Floats
    directed: bool = True
    loops: int = 0

    @property
    def arcs(self) -> int:
        """Different ordered pairs of people with a tie."""
        return int(self.source.size)

    @property
    def ties(self) -> int:
        """Different ties: ordered pairs, or pairs where direction has no meaning."""
        return self.arcs if self.directed else self.arcs // 2

    @cached_property
    def out_degree(self) -> Ints:
        """How many others each person has a tie to."""
        return np.bincount(self.source, minlength=self.people)

    @cached_property
    def in_degree(self) -> Ints:
        """How many others have a tie to each person."""
        return np.bincount(self.target, minlength=self.people)

    @cached_property
    def mutual(self) -> NDArray[np.bool_]:
        """For each tie whether its reverse is there too."""
        back = self.target * self.people + self.source
        found: NDArray[np.bool_] = np.isin(back, self.source * self.people + self.target, assume_unique=True)
        return found

    @cached_property
    def degree(self) -> Ints:
        """How many others each person has a tie with, whichever way."""
        return self.out_degree + self.in_degree - np.bincount(self.source[self.mutual], minlength=self.people)

    @cached_property
    def by_target(self) -> Ints:
        """The ties in order of target and then source."""
        return np.argsort(self.target, kind="stable")

    @cached_property
    def matrix(self) -> "sparse.csr_array":
        """The weights by source and target."""
        return self._csr(self.weight)

    @cached_property
    def pattern(self) -> "sparse.csr_array":
        """1 where there is a tie."""
        return self._csr(np.ones(self.arcs))

    def _csr(self, values: Floats) -> "sparse.csr_array":
        starts = np.concatenate(([0], np.cumsum(self.out_degree)))
        shape = (self.people, self.people)
        return sparse.csr_array((values, self.target.astype(np.int32), starts.astype(np.int32)), shape=shape)

    def undirected(self) -> "Network":
        """The same people; a tie where there is one either way, its weight the sum of both."""
        if not self.directed:
            return self
        return network(self.source, self.target, self.people, weight=self.weight, directed=False)


def network(
    source: ArrayLike, target: ArrayLike, people: int, *, weight: ArrayLike | None = None, directed: bool = True
) -> Network:
    """A network from ties between people numbered 0 to ``people`` − 1.

    ValueError for a number out of that range, columns of different length, or a weight that is not more than 0.
    """
    a, b = _numbers(source, people), _numbers(target, people)
    w = np.ones(a.size) if weight is None else np.asarray(weight, dtype=np.float64).ravel()
    if not a.size == b.size == w.size:
        raise ValueError("source, target and weight must have one value for each tie")
    if not np.all((w > 0) & np.isfinite(w)):
        raise ValueError("a weight must be a number more than 0")
    apart = a != b
    loops = int(a.size - apart.sum())
    a, b, w = a[apart], b[apart], w[apart]
    if not directed:
        a, b, w = np.concatenate((a, b)), np.concatenate((b, a)), np.concatenate((w, w))
    pairs, place = np.unique(a * people + b, return_inverse=True)
    # Sorted before they are added, so that the order of the ties does not change the last digit.
    order = np.lexsort((w, place))
    summed = np.bincount(place[order], weights=w[order], minlength=pairs.size).astype(np.float64)
    return Network(people, pairs // max(people, 1), pairs % max(people, 1), summed, directed, loops)


def _numbers(given: ArrayLike, people: int) -> Ints:
    values = np.asarray(given).ravel()
    if values.size and not np.issubdtype(values.dtype, np.integer):
        raise ValueError("people are given by whole numbers")
    numbers = values.astype(np.int64)
    if people < 0 or people > 2**31 - 2:
        raise ValueError("people must be between 0 and 2^31 - 2")
    if numbers.size and (numbers.min() < 0 or numbers.max() >= people):
        raise ValueError(f"people are numbered from 0 to {people - 1}")
    return numbers
