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
from coproduce_methods.fund_rounds import DONE, LOOSE, Climb, Lists, Standing, lists_of, opening_of, standing_of

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
        self.opening = opening_of(self.lists)
        self.rounds = rounds_with(fast)
        self.wanted = np.flatnonzero(self.opening.open)

    def _begin(self, share: Fraction) -> tuple[Lists, Standing, Exact]:
        lists = self.lists
        fresh = lists._replace(supporter=lists.supporter.copy(), weight=lists.weight.copy(), score=lists.score.copy())
        at = standing_of(self.opening, len(self.grouped.weights), share.numerator / share.denominator)
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

    def stays(self, run: Run, share: Fraction) -> Run | None:
        """The run with this larger share, its ties not told, if this and each share between fund the same in one order.

        None: not so, or not certain.
        """
        lists, at, exact = self._begin(share)
        unchanged: Callable[[Lists, Standing, Standing], int] = self.rounds.unchanged
        while (status := unchanged(lists, at, run.at)) == LOOSE:
            exact.renew(at)
        return Run(share, at, exact) if status == DONE else None

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
        cannot change the outcome are passed over.
        """
        run = self.run_at(0)
        climb = getattr(self.rounds, "climb", None)
        raised = 0
        while not self._exhausted(run):
            if climb:
                raised, run = self._climbed(climb, run, raised)
                if self._exhausted(run):
                    break
            raised, run, over = self._climbed_step(run, raised)
            if over:
                break
        return self.run_at(raised), raised

    def _climbed(self, climb: Callable[..., int], run: Run, raised: int) -> tuple[int, Run]:
        """As far as the compiled climb comes by itself; the run at its end, or one with the same outcome."""
        lists, at, _ = self._begin(run.share)
        plan = np.array([raised, self.election.budget, self.election.voters, self.election.unit])
        climb(self.lists, self.opening, Climb(lists, at, run.at, self.election.costs), plan)
        return int(plan[0]), (self.run_at(int(plan[0])) if plan[0] > raised else run)

    def _climbed_step(self, run: Run, raised: int) -> tuple[int, Run, bool]:
        """One step, after so many at once as certainly change nothing: raised, the run, whether it ends here."""
        step = MORE_THAN_ONE
        while further := self.stays(run, self._share(raised + step)):
            run, raised, step = further, raised + step, step * 2
        after = self.run_at(raised + 1)
        return (raised, run, True) if self._over(after) else (raised + 1, after, False)

    def _share(self, raised: int) -> Fraction:
        return Fraction(self.election.budget, self.election.voters) + raised * self.election.unit

    def run_at(self, raised: int) -> Run:
        """The run with shares raised by so much of the money."""
        return self.run(self._share(raised))
