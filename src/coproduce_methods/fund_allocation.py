"""Which projects a fund pays for: equal shares, greedy, or Phragmén, with who paid what and what was lacking.

    election = election_of({"bench": 300, "trees": 900}, 1000, [["bench"], ["bench", "trees"], ["trees"]])
    result = allocate(election)
    result.selected, result.prices, result.lost

Exact: doubles decide only where their error cannot matter, whole numbers otherwise. The result does
not depend on the order of voters or projects. Method: ``docs/methods/fund_allocation.md``.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np

from coproduce_methods.fund_ballots import APPROVAL, Election, Ints
from coproduce_methods.fund_equal_shares import UTILITIES, EqualShares, Run
from coproduce_methods.fund_greedy import Ties, greedy
from coproduce_methods.fund_phragmen import phragmen
from coproduce_methods.fund_result import EQUAL_SHARES, GREEDY, PHRAGMEN, Allocation, Tie

RULES = (EQUAL_SHARES, GREEDY, PHRAGMEN)
COMPLETIONS = ("none", "add1", "utilitarian", "add1u")
TIE_BREAKS = ("app_score", "min_cost", "max_cost", "lexico")


def usual_utility(election: Election) -> str:
    """``cost`` for approval ballots, ``points`` for all that give some."""
    return "cost" if election.ballot == APPROVAL else "points"


def ranks(election: Election, tie_break: Sequence[str]) -> Ints:
    """The place of each project when all tie.

    Each of ``tie_break`` in turn decides: ``app_score`` more votes first, ``min_cost``, ``max_cost``, ``lexico`` by
    id as text, or ``order:ID,ID,…`` these first, as listed. The id decides last. ValueError for any other.
    """
    keys = [_key(election, name) for name in tie_break] + [_key(election, "lexico")]
    order = sorted(range(len(election.projects)), key=lambda p: [key[p] for key in keys])
    found = np.empty(len(order), dtype=np.int64)
    found[order] = np.arange(len(order))
    return found


def _key(election: Election, name: str) -> list[int]:
    ids = election.projects
    if name == "app_score":
        return [-n for n in election.votes.tolist()]
    if name in ("min_cost", "max_cost"):
        return [cost if name == "min_cost" else -cost for cost in election.costs.tolist()]
    if name == "lexico":
        place = {project: i for i, project in enumerate(sorted(ids))}
    elif name.startswith("order:"):
        place = {project: i for i, project in enumerate(name.removeprefix("order:").split(","))}
        if unknown := set(place) - set(ids):
            raise ValueError(f"the order of ties names {sorted(unknown)[0]!r}, which is not there")
    else:
        raise ValueError(f"tie_break is {name!r}; expected {', '.join(TIE_BREAKS)} or order:ID,ID,…")
    return [place.get(project, len(place)) for project in ids]


def allocate(
    election: Election,
    rule: str = EQUAL_SHARES,
    *,
    utility: str | None = None,
    completion: str = "none",
    tie_break: Sequence[str] = ("lexico",),
    only_wanted: bool = False,
    fast: bool | None = None,
) -> Allocation:
    """Decide which projects are funded.

    utility: one of ``UTILITIES`` (default: ``usual_utility``); Phragmén's has none. completion: what equal shares does
    with money that is left, one of ``COMPLETIONS``. only_wanted: never fund what nobody asked for,
    which greedy and Phragmén otherwise do last of all. fast: False to go without numba. The answer is the same.
    """
    utility = utility or usual_utility(election)
    if rule not in RULES or utility not in UTILITIES or completion not in COMPLETIONS:
        raise ValueError(
            f"expected a rule of {', '.join(RULES)}, a utility of {', '.join(UTILITIES)}, "
            f"and a completion of {', '.join(COMPLETIONS)}"
        )
    if completion != "none" and rule != EQUAL_SHARES:
        raise ValueError("only equal shares is completed: the other rules spend what they can")
    rank = ranks(election, tie_break)
    run, raised, loads = None, 0, list[float]()
    if rule == EQUAL_SHARES:
        selected, ties, run, raised = _shares(EqualShares(election, utility, rank, fast), completion)
        if completion in ("utilitarian", "add1u"):
            more, more_ties = greedy(election, utility, rank, taken=selected, only_wanted=only_wanted)
            selected, ties = selected + more, ties + more_ties
    elif rule == PHRAGMEN:
        selected, ties, loads = phragmen(election, rank, only_wanted=only_wanted)
    else:
        selected, ties = greedy(election, utility, rank, taken=[], only_wanted=only_wanted)
    return Allocation(
        election=election,
        rule=rule,
        utility=utility,
        completion=completion,
        tie_break=tuple(tie_break),
        selected=tuple(selected),
        spent=int(election.costs[selected].sum()),
        ties=tuple(Tie(k, tuple(some), selected[k] if k < len(selected) else None) for k, some in ties),
        share=run.share if run else None,
        raised=raised,
        _run=run,
        _loads=tuple(loads),
    )


def _shares(rule: EqualShares, completion: str) -> tuple[list[int], Ties, Run | None, int]:
    """What costs nothing and was asked for, then what equal shares funds."""
    election, votes = rule.election, rule.election.votes
    nothing = np.flatnonzero((election.costs == 0) & (votes > 0)).tolist()
    free = sorted(nothing, key=lambda p: int(rule.lists.rank[p]))
    if not election.voters:
        return free, [], None, 0
    if completion.startswith("add1"):
        run, raised = rule.add_one()
    else:
        run, raised = rule.run(Fraction(election.budget, election.voters)), 0
    ties = [(k + len(free), some) for k, some in run.ties]
    return free + run.taken, ties, run, raised
