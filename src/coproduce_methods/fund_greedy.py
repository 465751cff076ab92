"""Greedy: project after project by what its supporters get for each unit of cost, as long as it fits."""

from fractions import Fraction

from coproduce_methods.fund_ballots import Election, Ints

Ties = list[tuple[int, list[int]]]


def worth_of(election: Election, utility: str) -> list[Fraction]:
    """For each project the utility of all its supporters, divided by its cost.

    With cost utilities that is the number of supporters (or their points); with the others, that number divided by
    the cost. A project that costs nothing and was asked for is worth more than any other.
    """
    support = (election.points if utility.endswith("points") else election.votes).tolist()
    costs = election.costs.tolist()
    if utility.startswith("cost"):
        most = max(support, default=0) + 1
        return [Fraction(most if n and not cost else n) for n, cost in zip(support, costs, strict=True)]
    most = sum(support) + 1
    return [Fraction(n, cost) if cost else Fraction(most * bool(n)) for n, cost in zip(support, costs, strict=True)]


def greedy(
    election: Election, utility: str, rank: Ints, *, taken: list[int], only_wanted: bool
) -> tuple[list[int], Ties]:
    """What is funded beyond ``taken``, in order, and the ties. ``only_wanted``: nothing that nobody asked for."""
    worth, left = worth_of(election, utility), election.budget - sum(int(election.costs[p]) for p in taken)
    had = set(taken)
    order = sorted((p for p in range(len(worth)) if p not in had), key=lambda p: (-worth[p], int(rank[p])))
    costs, found, ties = election.costs.tolist(), list[int](), Ties()
    for i, p in enumerate(order):
        if costs[p] > left or (only_wanted and not worth[p]):
            continue
        tied = [p]
        for q in order[i + 1 :]:
            if worth[q] != worth[p]:
                break
            if costs[q] <= left:
                tied.append(q)
        if len(tied) > 1:
            ties.append((len(taken) + len(found), tied))
        found.append(p)
        left -= costs[p]
    return found, ties
