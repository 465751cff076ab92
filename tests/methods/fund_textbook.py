"""Rules of fund allocation as the textbooks have them: in fractions, slowly, with no trick. What ours must equal."""

from fractions import Fraction


def supporters_of(election):
    """For each project its voters with their points."""
    found = [{} for _ in election.projects]
    for voter in range(election.voters):
        for i in range(election.indptr[voter], election.indptr[voter + 1]):
            points = 1 if election.scores is None else int(election.scores[i])
            found[election.chosen[i]][voter] = Fraction(points)
    return found


def utilities(election, utility):
    """For each project its voters with their utility."""
    points = supporters_of(election)
    if not utility.endswith("points"):
        points = [dict.fromkeys(voters, Fraction(1)) for voters in points]
    if utility.startswith("cost"):
        costs = election.costs.tolist()
        points = [{v: u * costs[p] for v, u in voters.items()} for p, voters in enumerate(points)]
    return points


def rho(cost, money, utility):
    """The least price of a unit of utility at which the supporters can pay, or None."""
    if sum((money[v] for v in utility), Fraction(0)) < cost:
        return None
    paid, rest = Fraction(0), sum(utility.values())
    for v in sorted(utility, key=lambda v: money[v] / utility[v]):
        price = (cost - paid) / rest
        if price * utility[v] <= money[v]:
            return price
        paid += money[v]
        rest -= utility[v]
    raise AssertionError


def equal_shares(election, utility, rank, share):
    """Peters, Pierczyński and Skowron (2021): projects in order, their prices, payments, and the ties."""
    u = utilities(election, utility)
    costs = election.costs.tolist()
    money = [Fraction(share)] * election.voters
    left = [p for p in range(len(costs)) if costs[p] and u[p]]
    taken, prices, payments, ties = [], [], [], []
    while True:
        offers = {p: rho(costs[p], money, u[p]) for p in left}
        left = [p for p in left if offers[p] is not None]
        if not left:
            return taken, prices, payments, ties, money
        least = min(offers[p] for p in left)
        tied = [p for p in left if offers[p] == least]
        if len(tied) > 1:
            ties.append((len(taken), sorted(tied)))
        best = min(tied, key=lambda p: rank[p])
        paid = {v: min(money[v], least * u[best][v]) for v in u[best]}
        for v, amount in paid.items():
            money[v] -= amount
        taken.append(best)
        prices.append(least * costs[best] if utility.startswith("cost") else least)
        payments.append(paid)
        left.remove(best)


def add_one(election, utility, rank):
    """Shares raised by one step at a time: the last outcome within the budget, or the first that exhausts it."""
    costs = election.costs.tolist()
    wanted = [p for p, voters in enumerate(supporters_of(election)) if voters and costs[p]]
    raised, before = 0, None
    while True:
        share = Fraction(election.budget, election.voters) + raised * election.unit
        taken = equal_shares(election, utility, rank, share)[0]
        spent = sum(costs[p] for p in taken)
        if spent > election.budget:
            return before, raised - 1
        if all(spent + costs[p] > election.budget for p in wanted if p not in taken):
            return taken, raised
        before, raised = taken, raised + 1


def greedy(election, utility, rank):
    """Again and again the project with most utility for its cost among those that fit."""
    u = utilities(election, utility)
    costs, left, taken = election.costs.tolist(), election.budget, []

    def worth(p):
        total = sum(u[p].values())
        if costs[p]:
            return (0, Fraction(total) / costs[p])
        return (1, 0) if u[p] else (0, 0)

    while fits := [p for p in range(len(costs)) if p not in taken and costs[p] <= left]:
        best = min(fits, key=lambda p: (-worth(p)[0], -worth(p)[1], rank[p]))
        taken.append(best)
        left -= costs[best]
    return taken


def phragmen(election, rank):
    """By loads; ends when one of the best is over what is left. What nobody asked for comes last."""
    voters = supporters_of(election)
    costs, budget = election.costs.tolist(), election.budget
    load, taken, reached = [Fraction(0)] * election.voters, [], []
    left = [p for p in range(len(costs)) if costs[p] <= budget]
    while left:
        loads = {p: (costs[p] + sum(load[v] for v in voters[p])) / Fraction(len(voters[p])) for p in left if voters[p]}
        least = min(loads.values(), default=None)
        tied = left if least is None else [p for p, value in loads.items() if value == least]
        spent = sum(costs[p] for p in taken)
        if any(spent + costs[p] > budget for p in tied):
            break
        best = min(tied, key=lambda p: rank[p])
        for v in voters[best]:
            load[v] = least
        taken.append(best)
        reached.append(least)
        left.remove(best)
    return taken, reached
