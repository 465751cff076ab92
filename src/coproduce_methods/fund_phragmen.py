"""Sequential Phragmén: everybody earns at one speed, and a project is bought as soon as its supporters can.

Told by loads, as Phragmén did: buying a project makes the loads of its supporters equal, at

    (cost + sum of their loads) / their number,

and the project with the least such load is next. It ends when that project is over what is left.
"""

from dataclasses import dataclass, field
from math import gcd

import numpy as np

from coproduce_methods.fund_ballots import Election, Floats, Grouped, Ints
from coproduce_methods.fund_greedy import Ties
from coproduce_methods.fund_rounds import EPS


@dataclass
class _Loads:
    """Loads that were reached, in doubles and as whole numbers over ``under``; the 0th is 0."""

    grouped: Grouped
    costs: list[int]
    near: list[float] = field(default_factory=lambda: [0.0])
    exact: list[int] = field(default_factory=lambda: [0])
    under: int = 1

    def __post_init__(self) -> None:
        self.last = np.zeros(len(self.grouped.weights), dtype=np.int64)
        self.votes = [int(part.sum()) for part in np.split(self.grouped.supporter_weights, self.grouped.start[1:-1])]

    def had(self, p: int) -> Floats:
        """How many supporters of a project have each load that was reached: whole numbers."""
        part = slice(self.grouped.start[p], self.grouped.start[p + 1])
        last, weights = self.last[self.grouped.supporters[part]], self.grouped.supporter_weights[part]
        return np.asarray(np.bincount(last, weights, minlength=len(self.near)), dtype=np.float64)

    def about(self, p: int) -> float:
        """The load that buying a project makes."""
        return float(self.costs[p] + self.had(p) @ np.array(self.near)) / self.votes[p]

    def sum_of(self, p: int) -> int:
        """Cost and loads of the supporters of a project, over ``under``."""
        return self.costs[p] * self.under + sum(
            int(n) * load for n, load in zip(self.had(p).tolist(), self.exact, strict=True) if n
        )

    def buy(self, p: int) -> None:
        """Make the loads of its supporters equal."""
        total, votes = self.sum_of(p), self.votes[p]
        common = gcd(total, votes)
        self.exact = [load * (votes // common) for load in self.exact]
        self.under *= votes // common
        self.exact.append(total // common)
        self.near.append(total / (votes * (self.under // (votes // common))))
        self.last[self.grouped.supporters[self.grouped.start[p] : self.grouped.start[p + 1]]] = len(self.near) - 1


def phragmen(election: Election, rank: Ints, *, only_wanted: bool) -> tuple[list[int], Ties, list[float]]:
    """What is funded, in order, the ties, and the load (in smallest units) that each purchase made."""
    costs = election.costs.tolist()
    loads = _Loads(election.grouped, costs)
    fits = [p for p in range(len(costs)) if costs[p] <= election.budget]
    # Loads only grow: what a project came to before is a lower bound for ever.
    least = {p: costs[p] / loads.votes[p] for p in fits if loads.votes[p]}
    left, taken, ties = election.budget, list[int](), Ties()
    while least:
        tied = _next(loads, least)
        if len(tied) > 1:
            ties.append((len(taken), tied))
        if any(costs[p] > left for p in tied):
            return taken, ties, loads.near[1:]
        p = min(tied, key=lambda p: int(rank[p]))
        del least[p]
        loads.buy(p)
        taken.append(p)
        left -= costs[p]
    reached = loads.near[1:]
    # Nobody asked for the rest: they are alike, and end it as any others do.
    rest = [] if only_wanted else sorted((p for p in fits if not loads.votes[p]), key=lambda p: int(rank[p]))
    while rest and all(costs[p] <= left for p in rest):
        if len(rest) > 1:
            ties.append((len(taken), list(rest)))
        p = rest.pop(0)
        taken.append(p)
        left -= costs[p]
    return taken, ties, reached


def _next(loads: _Loads, least: dict[int, float]) -> list[int]:
    """The projects with the least load, several only where they are exactly equal. Improves ``least``."""
    # All terms are positive: the error of a sum is within so much of itself, and grows by that in each round.
    rounds = len(loads.near)
    within = 1 + rounds * (rounds + 8) * 4 * EPS
    fresh: dict[int, float] = {}
    bound = np.inf
    while True:
        p = min((q for q in least if q not in fresh), key=least.__getitem__, default=-1)
        if p < 0 or least[p] > bound * within * within:
            break
        fresh[p] = least[p] = loads.about(p)
        bound = min(bound, fresh[p])
    close = [p for p, load in fresh.items() if load <= bound * within * within]
    if len(close) == 1:
        return close
    sums = {p: loads.sum_of(p) for p in close}
    best = close[0]
    for p in close[1:]:
        if sums[p] * loads.votes[best] < sums[best] * loads.votes[p]:
            best = p
    return sorted(p for p in close if sums[p] * loads.votes[best] == sums[best] * loads.votes[p])
