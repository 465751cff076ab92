"""Funds shared out: ours beside pabutools, and beside an exact reference with dictionaries.

- pabutools: ``method_of_equal_shares``, ``greedy_utilitarian_welfare``, ``sequential_phragmen`` of the
  installed package on an election that it has read; its own exact fractions (gmpy2).
- reference: ``equal_shares`` and ``add_one`` below: dictionaries, fractions of gmpy2, a project looked
  at again only if its last price could still win, supporters sorted by money. It is the same
  algorithm as the quick script that pabutools keeps beside its package for comparing running times,
  and computes the same as textbooks say. It gets its lists of supporters ready made, and so do ours.

Ours is timed with numba, and "from file" includes reading, grouping ballots and telling prices.
Answers are compared before anything is timed: winners of every rule that both have.
"""

import argparse
import os
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

from gmpy2 import mpq
from measuring import Row, alternating, options, told
from pabutools.election import Additive_Cardinal_Sat, Cardinality_Sat, Cost_Sat, parse_pabulib
from pabutools.rules import (
    completion_by_rule_combination,
    greedy_utilitarian_welfare,
    method_of_equal_shares,
    sequential_phragmen,
)

from coproduce_methods.fund_allocation import allocate, ranks
from coproduce_methods.fund_equal_shares import EqualShares
from coproduce_methods.pabulib_files import read_pabulib

PROJECT = Path(__file__).resolve().parents[2]
DATA = (PROJECT / os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")).resolve() / "pabulib"
LONG = 3.0
"""An anchor that takes more seconds than this is run once, not in turn."""
MOST_ADDED = 20_000
"""Completions of pabutools are run on files with fewer choices than this: on larger ones they take it hours."""
SATISFACTION = {"cost": Cost_Sat, "cardinality": Cardinality_Sat, "points": Additive_Cardinal_Sat}


# ── the reference ────────────────────────────────────────────────────────────────────────────────


def equal_shares(
    cost: dict[str, int], supporters: dict[str, list[int]], voters: int, share: Any, *, by_cost: bool
) -> list[str]:
    """Equal shares for approval ballots, exact; ties by id."""
    money = dict.fromkeys(range(voters), share)
    worth = {p: mpq(cost[p] if by_cost else 1) for p in cost}
    # The last known price of a unit of utility: it only rises.
    price = {p: mpq(cost[p]) / (len(who) * worth[p]) for p, who in supporters.items() if who and cost[p] > 0}
    winners: list[str] = []
    while True:
        least, best = None, ""
        for p in sorted(price, key=price.__getitem__):
            if least is not None and price[p] > least:
                break
            who = supporters[p]
            if sum(money[v] for v in who) < cost[p]:
                del price[p]
                continue
            who.sort(key=money.__getitem__)
            rest, paying = mpq(cost[p]), len(who)
            for v in who:
                if money[v] * paying >= rest:
                    break
                rest -= money[v]
                paying -= 1
            price[p] = rest / (paying * worth[p])
            if least is None or price[p] < least or (price[p] == least and p < best):
                least, best = price[p], p
        if least is None:
            return winners
        each = least * worth[best]
        for v in supporters[best]:
            money[v] = money[v] - each if money[v] > each else mpq(0)
        del price[best]
        winners.append(best)


def add_one(
    cost: dict[str, int], supporters: dict[str, list[int]], voters: int, budget: int, *, by_cost: bool
) -> list[str]:
    """Shares raised by 1 until the outcome exhausts the budget, or would be over it."""
    share, before = mpq(budget, voters), []
    while True:
        winners = equal_shares(cost, supporters, voters, share, by_cost=by_cost)
        left = budget - sum(cost[p] for p in winners)
        if left < 0:
            return before
        if all(cost[p] > left for p, who in supporters.items() if who and p not in winners):
            return winners
        share, before = share + 1, winners


# ── one file ─────────────────────────────────────────────────────────────────────────────────────


class Case:
    """One file, read by both."""

    def __init__(self, path: Path, runs: int) -> None:
        self.path, self.runs, self.rows = path, runs, list[Row]()
        self.instance, self.profile = parse_pabulib(str(path))
        self.election = read_pabulib(path).election
        self.rank = ranks(self.election, ["lexico"])
        ids = self.election.projects
        self.cost = dict(zip(ids, self.election.costs.tolist(), strict=True))
        self.supporters: dict[str, list[int]] = {p: [] for p in ids}
        for voter in range(self.election.voters):
            for p in self.election.chosen[self.election.indptr[voter] : self.election.indptr[voter + 1]]:
                self.supporters[ids[p]].append(voter)
        self.utilities = ["cost", "cardinality"] + (["points"] if self.election.scores is not None else [])

    def ids(self, projects: list[int] | tuple[int, ...]) -> list[str]:
        return [self.election.projects[p] for p in projects]

    def rule(self, utility: str, *, fast: bool = True) -> EqualShares:
        return EqualShares(self.election, utility, self.rank, fast)

    def add(self, what: str, anchor: str, theirs: Callable[[], Any], ours: Callable[[], Any], goal: float) -> None:
        """Compare the answers; time both if they are the same."""
        start = time.perf_counter()
        expected = theirs()
        once = time.perf_counter() - start
        mine = ours()
        agrees = "same" if expected == mine else "DIFFERS"
        seconds: tuple[float | None, float | None] = (None, None)
        note = "" if self.runs == 1 or once <= LONG else "anchor run once"
        if agrees == "same":
            seconds = alternating(1 if once > LONG else self.runs, theirs if once <= LONG else lambda: None, ours)
            if once > LONG:
                seconds = (once, alternating(self.runs, lambda: None, ours)[1])
        self.rows.append(Row(f"{self.path.stem[:26]} {what}", anchor, *seconds, agrees, f"≥ {goal:g}×", note))
        print(self.rows[-1].case, anchor, seconds, agrees, flush=True)

    def equal_shares(self) -> None:
        voters, budget = self.election.voters, self.election.budget
        share = Fraction(budget, voters)
        for utility in self.utilities:
            rule, sat = self.rule(utility), SATISFACTION[utility]
            slow = self.rule(utility, fast=False)
            if self.ids(slow.run(share).taken) != self.ids(rule.run(share).taken):
                raise SystemExit("with and without numba differ")
            mine = lambda rule=rule: self.ids(rule.run(share).taken)  # noqa: E731
            if utility != "points":
                reference = lambda by_cost=utility == "cost": equal_shares(  # noqa: E731
                    self.cost,
                    {p: list(who) for p, who in self.supporters.items()},
                    voters,
                    mpq(budget, voters),
                    by_cost=by_cost,
                )
                self.add(f"equal shares, {utility}", "reference", reference, mine, 200)
            theirs = lambda sat=sat: [p.name for p in method_of_equal_shares(self.instance, self.profile, sat)]  # noqa: E731
            self.add(f"equal shares, {utility}", "pabutools", theirs, mine, 1000)

    def from_file(self) -> None:
        def theirs() -> list[str]:
            instance, profile = parse_pabulib(str(self.path))
            return [p.name for p in method_of_equal_shares(instance, profile, Cost_Sat)]

        def mine() -> list[str]:
            result = allocate(read_pabulib(self.path).election, utility="cost", fast=True)
            return self.ids(result.selected)

        self.add("from file", "pabutools", theirs, mine, 300)

    def completed(self, *, pabutools: bool) -> None:
        voters, budget = self.election.voters, self.election.budget
        for utility in ("cost", "cardinality"):
            rule = self.rule(utility)
            self.add(
                f"add one, {utility}",
                "reference",
                lambda by_cost=utility == "cost": add_one(
                    self.cost, {p: list(who) for p, who in self.supporters.items()}, voters, budget, by_cost=by_cost
                ),
                lambda rule=rule: self.ids(rule.add_one()[0].taken),
                200,
            )
        if not pabutools:
            return
        for utility in self.utilities:
            sat = SATISFACTION[utility]
            for completion, more in (("utilitarian", {}), ("add1u", {"voter_budget_increment": 1})):
                self.add(
                    f"{completion}, {utility}",
                    "pabutools",
                    lambda sat=sat, more=more: {
                        p.name
                        for p in completion_by_rule_combination(
                            self.instance,
                            self.profile,
                            [method_of_equal_shares, greedy_utilitarian_welfare],
                            [{"sat_class": sat, **more}, {"sat_class": sat}],
                        )
                    },
                    lambda utility=utility, completion=completion: set(
                        self.ids(allocate(self.election, utility=utility, completion=completion).selected)
                    ),
                    200,
                )

    def others(self) -> None:
        for utility in self.utilities:
            sat = SATISFACTION[utility]
            self.add(
                f"greedy, {utility}",
                "pabutools",
                lambda sat=sat: [p.name for p in greedy_utilitarian_welfare(self.instance, self.profile, sat)],
                lambda utility=utility: self.ids(allocate(self.election, "greedy", utility=utility).selected),
                1000,
            )
        if self.election.scores is None:
            self.add(
                "Phragmén",
                "pabutools",
                lambda: sorted(p.name for p in sequential_phragmen(self.instance, self.profile)),
                lambda: sorted(self.ids(allocate(self.election, "phragmen").selected)),
                1000,
            )


def main() -> int:
    given: argparse.Namespace = options()
    # pabutools takes one level of calls for each project that it funds.
    sys.setrecursionlimit(100_000)
    rows: list[Row] = []
    only = os.environ.get("FUND_FILES", "")
    for path in sorted(DATA.glob("*.pb"), key=lambda path: path.stat().st_size):
        if only in path.stem:
            case = Case(path, given.runs)
            case.equal_shares()
            case.from_file()
            case.others()
            case.completed(pabutools=len(case.election.chosen) < MOST_ADDED)
            rows += case.rows
    told(rows, given.out, "coproduce", "pabutools", "gmpy2", "numpy", "numba")
    return int(any(row.agrees != "same" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
