"""What an allocation comes to, and the same as plain JSON values."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from fractions import Fraction
from functools import cached_property
from typing import Any

from coproduce_methods.fund_ballots import Election, Floats, Ints
from coproduce_methods.fund_equal_shares import Run
from coproduce_methods.fund_explained import Lost, Price, lost_projects, prices_of_loads, prices_of_run
from coproduce_methods.fund_fairness import Fairness

EQUAL_SHARES, GREEDY, PHRAGMEN = "equal-shares", "greedy", "phragmen"
FORMAT = "coproduce.fund"
VERSION = 1
METHOD_VERSION = "1.0"


@dataclass(frozen=True)
class Tie:
    """Before this place in ``selected`` (from 0) these projects were equally good; ``taken`` was taken."""

    step: int
    projects: tuple[int, ...]
    taken: int | None


@dataclass(frozen=True, eq=False)
class Allocation:
    """What is funded. Projects are indices of the election; amounts are in its smallest unit.

    selected: in the order of selection; spent: what they cost together
    ties: where several were equally good
    share: what each voter had to give, None but for equal shares; raised: by how much of the money
    the completion raised it

    What it says beyond that (``prices``, ``paid``, ``lost``) is made when it is asked for.
    """

    election: Election
    rule: str
    utility: str
    completion: str
    tie_break: tuple[str, ...]
    selected: tuple[int, ...]
    spent: int
    ties: tuple[Tie, ...]
    share: Fraction | None
    raised: int
    _run: Run | None = None
    _loads: tuple[float, ...] = ()

    @cached_property
    def prices(self) -> tuple[Price, ...]:
        """How each of ``selected`` was paid for, in their order."""
        if self._run:
            free = [p for p in self.selected if not self.election.costs[p] and self.election.votes[p]]
            priced = [Price(p, "free") for p in free] + prices_of_run(self.election, self._run)
        else:
            priced = prices_of_loads(self.election, self.selected, self._loads)
        how = GREEDY if self.rule == GREEDY else "completion"
        return (*priced, *(Price(p, how) for p in self.selected[len(priced) :]))

    @cached_property
    def lost(self) -> tuple[Lost, ...]:
        """Every project that is not funded, by id, with what its supporters had left."""
        return lost_projects(self.election, self.selected, self._run)

    def paid(self, step: int) -> tuple[Ints, Floats] | None:
        """Who paid how much for ``selected[step]``: voters, and amounts over 0. None where voters pay nothing."""
        return self.prices[step].paid_by(self.election)

    def to_json(
        self,
        *,
        voter_ids: Sequence[str] | None = None,
        by_voter: bool = False,
        measures: Fairness | None = None,
        notices: Sequence[str] = (),
    ) -> dict[str, Any]:
        """Plain values with the keys of ``docs/methods/fund_allocation.md``. Amounts are money, not smallest units.

        by_voter: also what each voter paid; ``voter_ids`` names them (default: their indices).
        """
        election, ids = self.election, self.election.projects
        payments = [_payment(self, step, price) for step, price in enumerate(self.prices)]
        if by_voter:
            for step, row in enumerate(payments):
                row["by_voter"] = _by_voter(self, step, voter_ids)
        return {
            "format": FORMAT,
            "version": VERSION,
            "method_version": METHOD_VERSION,
            "rule": self.rule,
            "utility": None if self.rule == PHRAGMEN else self.utility,
            "completion": self.completion,
            "tie_break": list(self.tie_break),
            "ballot": election.ballot,
            "voters": election.voters,
            "budget": _money(self, election.budget),
            "selected": [ids[p] for p in self.selected],
            "spent": _money(self, self.spent),
            "share": _money(self, self.share),
            "raised": self.raised,
            "ties": [_tie(self, tie) for tie in self.ties],
            "payments": payments,
            "lost": [_lost(self, lost) for lost in self.lost],
            "fairness": None if measures is None else asdict(measures),
            "notices": list(notices),
        }


def _money(result: Allocation, amount: Fraction | float | None) -> int | float | None:
    """Smallest units as money: a whole number where it is one."""
    if amount is None:
        return None
    value = amount / result.election.unit if isinstance(amount, float) else Fraction(amount) / result.election.unit
    return int(value) if value == int(value) else float(value)


def _payment(result: Allocation, step: int, price: Price) -> dict[str, Any]:
    election, p = result.election, price.project
    return {
        "project": election.projects[p],
        "cost": _money(result, int(election.costs[p])),
        "how": price.how,
        "price": _money(result, price.each),
        "supporters": int(election.votes[p]),
        "paid_in_full": price.full,
        "paid_their_last": price.last,
        "had_nothing": price.nothing,
    }


def _by_voter(result: Allocation, step: int, voter_ids: Sequence[str] | None) -> list[list[Any]]:
    """Pairs of voter and amount; none where voters pay nothing."""
    paid = result.paid(step)
    if paid is None:
        return []
    voters: list[Any] = paid[0].tolist()
    named = voters if voter_ids is None else [voter_ids[v] for v in voters]
    return [[voter, amount / result.election.unit] for voter, amount in zip(named, paid[1].tolist(), strict=True)]


def _tie(result: Allocation, tie: Tie) -> dict[str, Any]:
    ids = result.election.projects
    taken = None if tie.taken is None else ids[tie.taken]
    return {"step": tie.step, "projects": sorted(ids[p] for p in tie.projects), "taken": taken}


def _lost(result: Allocation, lost: Lost) -> dict[str, Any]:
    return {
        "project": result.election.projects[lost.project],
        "cost": _money(result, int(result.election.costs[lost.project])),
        "supporters": lost.votes,
        "money": _money(result, lost.money),
        "lacking": _money(result, lost.lacking),
    }
