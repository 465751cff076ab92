"""The Method of Equal Shares, and its completion by adding 1 to everybody's share.

Every voter gets the same share of the budget. A project is funded if its supporters can pay for it
together; first the one whose supporters get most for what they pay. Method: ``docs/methods/fund_allocation.md``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from types import ModuleType

import numpy as np

from coproduce_methods import fund_rounds
from coproduce_methods.fund_ballots import Election, Ints
from coproduce_methods.fund_exact import Exact
from coproduce_methods.fund_rounds import DONE, LOOSE, Lists, Standing, lists_of, points_of, standing_of

UTILITIES = ("cost", "cardinality", "points", "cost-points")
MORE_THAN_ONE = 2


@cache
def _compiled() -> ModuleType | None:
    try:
        from coproduce_methods import fund_fast
    except ImportError:
        return None
    return fund_fast


def rounds_with(fast: bool | None) -> ModuleType:
    """The compiled rounds where numba is installed (``fast`` None or True), or those on numpy."""
    return (_compiled() if fast is not False else None) or fund_rounds


@dataclass(frozen=True, eq=False)
class Run:
    """Equal shares once: what everybody had, and what came of it. Free projects are not in it."""

    share: Fraction
    at: Standing
    exact: Exact

    @property
    def taken(self) -> list[int]:
        """Projects in the order in which they were funded."""
        found: list[int] = self.at.taken[: self.at.tally[0]].tolist()
        return found

    @property
    def ties(self) -> list[tuple[int, list[int]]]:
        """Rounds, counted from 0, in which several projects were equally good, and which these were."""
        found, used, i = list(self.exact.ties), int(self.at.tally[1]), 0
        while i < used:
            k, n = self.at.ties[i : i + 2].tolist()
            found.append((k, self.at.ties[i + 2 : i + 2 + n].tolist()))
            i += 2 + n
        return sorted(found)


class EqualShares:
    """The rule on one election with one utility: made once, run with any share."""

    def __init__(self, election: Election, utility: str, rank: Ints, fast: bool | None = None) -> None:
        """``rank``: which project comes first in a tie, for each a different whole number; the least comes first."""
        self.election, self.grouped = election, election.grouped
        by_cost, by_points = utility.startswith("cost"), utility.endswith("points")
        self.lists = lists_of(self.grouped, election.costs, rank, by_cost=by_cost, by_points=by_points)
        self.points = points_of(self.lists)
        self.rounds = rounds_with(fast)
        self.wanted = np.flatnonzero((self.points > 0) & (election.costs > 0))

    def _begin(self, share: Fraction) -> tuple[Lists, Standing, Exact]:
        lists = self.lists
        fresh = lists._replace(supporter=lists.supporter.copy(), weight=lists.weight.copy(), score=lists.score.copy())
        at = standing_of(fresh, self.points, len(self.grouped.weights), share.numerator / share.denominator)
        return fresh, at, Exact(self.grouped, fresh, share)

    def run(self, share: Fraction) -> Run:
        """The rule with this share for everybody, in smallest units."""
        lists, at, exact = self._begin(share)
        advance: Callable[[Lists, Standing], int] = self.rounds.advance
        while (status := advance(lists, at)) != DONE:
            if status == LOOSE:
                exact.renew(at)
            else:
                exact.settle(at)
        return Run(share, at, exact)

    def stays(self, run: Run, share: Fraction) -> bool:
        """True: with this larger share, and with each between, the same is funded in the same order.

        False: not so, or not certain.
        """
        lists, at, exact = self._begin(share)
        unchanged: Callable[[Lists, Standing, Standing], int] = self.rounds.unchanged
        while (status := unchanged(lists, at, run.at)) == LOOSE:
            exact.renew(at)
        return status == DONE

    def _over(self, run: Run) -> bool:
        return int(self.election.costs[run.at.taken[: run.at.tally[0]]].sum()) > self.election.budget

    def _exhausted(self, run: Run) -> bool:
        """Whether no project that anybody asked for fits into what is left."""
        taken = run.at.taken[: run.at.tally[0]]
        left = self.election.budget - int(self.election.costs[taken].sum())
        others = np.setdiff1d(self.wanted, taken, assume_unique=True)
        return not len(others) or int(self.election.costs[others].min()) > left

    def add_one(self) -> tuple[Run, int]:
        """Shares are raised by 1 of the money again and again, until nothing more fits or too much is funded.

        The last run that is not over the budget, and by how much each share was raised. Sums that
        cannot change the outcome are passed over (``stays``).
        """
        first = Fraction(self.election.budget, self.election.voters)
        run, raised, step, calm = self.run(first), 0, 1, 0
        while not self._exhausted(run):
            if step >= MORE_THAN_ONE:
                if self.stays(run, first + (raised + step) * self.election.unit):
                    raised, step = raised + step, step * 4
                else:
                    step //= 4
                continue
            after = self.run(first + (raised + 1) * self.election.unit)
            if self._over(after):
                # Of a run that stayed as it was for some sums, the last is the one that is told.
                return (run if run.share == first + raised * self.election.unit else self.run_at(raised)), raised
            calm = calm + 1 if after.taken == run.taken else 0
            run, raised, step = after, raised + 1, MORE_THAN_ONE * 2 if calm else 1
        return run, raised

    def run_at(self, raised: int) -> Run:
        """The run with shares raised by so much of the money."""
        return self.run(Fraction(self.election.budget, self.election.voters) + raised * self.election.unit)
