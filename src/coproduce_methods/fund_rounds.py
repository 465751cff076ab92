"""The rounds of equal shares in doubles whose errors are bounded, so that nothing is decided that is not certain.

``advance`` takes project after project for as long as the best one is certain, and stops where only
exact numbers can tell (``fund_exact``). ``unchanged`` tells whether more money each leaves every
choice as it was. Here with numpy; ``fund_fast`` has the same two for numba.

For a project with cost c, x is the payment for each point of support that collects it:
the sum over supporters of min(money, x · points) is c. The next project is the one with the least
x / worth, where worth is what a point counts for: its cost with cost utilities, else 1. The sum is
concave in x, so each Newton step from below stays below: a step is a lower bound already, and most
projects need one only to be put aside.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.fund_ballots import Bools, Floats, Grouped, Ints

EPS = 2.0**-53
DONE, UNDECIDED, LOOSE = 0, 1, 2
LOOSEST = 1e-7
"""Money whose bound of error is over this share of what everybody had is made anew from exact prices."""


class Lists(NamedTuple):
    """Who supports what. supporter, weight and score are shortened in place as money runs out.

    score is empty where every choice counts 1; by_cost: worth is the cost.
    """

    start: Ints
    supporter: NDArray[np.int32]
    weight: NDArray[np.int32]
    score: Ints
    cost: Floats
    worth: Floats
    rank: Ints
    by_cost: bool


class Standing(NamedTuple):
    """Where the rounds stand.

    Of projects: length of its list, x and bounds lo, hi of x / worth, open (neither taken nor out of
    reach), settled in this round, near (some supporter may or may not be able to pay x), poor and rich
    (weight of those who cannot pay x, points of those who can).
    Of ballots: money left, by how much it may be wrong; broke: in which round its last money went, or -1.
    Of rounds: taken, price (x), top (upper bound of x / worth), taken_poor, taken_rich.
    tally: rounds, then how much of ``ties`` is used (round, how many, which …).
    bound: how wrong any money may be at most, what everybody had.
    """

    length: Ints
    x: Floats
    lo: Floats
    hi: Floats
    open: Bools
    settled: Bools
    near: Bools
    poor: Ints
    rich: Ints
    money: Floats
    wrong: Floats
    broke: NDArray[np.int32]
    taken: Ints
    price: Floats
    top: Floats
    taken_poor: Ints
    taken_rich: Ints
    tally: Ints
    bound: Floats
    ties: Ints


def lists_of(grouped: Grouped, costs: Ints, rank: Ints, *, by_cost: bool, by_points: bool) -> Lists:
    """The lists of an election before the first round."""
    cost = costs.astype(np.float64)
    return Lists(
        start=grouped.start,
        supporter=grouped.supporters.astype(np.int32),
        weight=grouped.supporter_weights.astype(np.int32),
        score=grouped.supporter_scores if by_points else np.empty(0, dtype=np.int64),
        cost=cost,
        worth=cost if by_cost else np.ones(len(cost)),
        rank=rank,
        by_cost=by_cost,
    )


def points_of(lists: Lists) -> Ints:
    """For each project all the points of its supporters."""
    points = lists.weight * lists.score if len(lists.score) else lists.weight.astype(np.int64)
    sums = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(points)])
    found: Ints = sums[lists.start[1:]] - sums[lists.start[:-1]]
    return found


class Opening(NamedTuple):
    """What projects begin with, whatever the share is: see ``Standing``."""

    length: Ints
    x: Floats
    lo: Floats
    open: Bools
    rich: Ints


def opening_of(lists: Lists) -> Opening:
    """For each project: all supporters pay alike."""
    points = points_of(lists)
    could = (points > 0) & (lists.cost > 0)
    x = np.full(len(points), np.inf)
    np.divide(lists.cost, points, out=x, where=could)
    lo = np.full(len(points), np.inf)
    np.divide(x * (1 - 8 * EPS), lists.worth, out=lo, where=could)
    return Opening(np.diff(lists.start), x, lo, could, points)


def standing_of(opening: Opening, ballots: int, share: float) -> Standing:
    """The state before the first round: everybody has ``share``."""
    m = len(opening.x)
    return Standing(
        length=opening.length.copy(),
        x=opening.x.copy(),
        lo=opening.lo.copy(),
        hi=np.empty(m),
        open=opening.open.copy(),
        settled=np.empty(m, dtype=np.bool_),
        near=np.empty(m, dtype=np.bool_),
        poor=np.zeros(m, dtype=np.int64),
        rich=opening.rich.copy(),
        money=np.full(ballots, share),
        wrong=np.full(ballots, 4 * EPS * share),
        broke=np.full(ballots, -1, dtype=np.int32),
        taken=np.empty(m, dtype=np.int64),
        price=np.empty(m),
        top=np.empty(m),
        taken_poor=np.empty(m, dtype=np.int64),
        taken_rich=np.empty(m, dtype=np.int64),
        tally=np.zeros(2, dtype=np.int64),
        bound=np.array([4 * EPS * share, share]),
        ties=np.empty(4 * m + 64, dtype=np.int64),
    )


class Climb(NamedTuple):
    """Room for the compiled climb: lists and a standing to work in, the run to begin from, whole costs."""

    lists: Lists
    at: Standing
    before: Standing
    costs: Ints


def _shorten(lists: Lists, at: Standing, p: int) -> slice:
    """The list of a project without those whose money is gone."""
    part = slice(lists.start[p], lists.start[p] + at.length[p])
    has = at.money[lists.supporter[part]] > 0
    left = int(np.count_nonzero(has))
    if left < at.length[p]:
        for kept in (lists.supporter, lists.weight, lists.score):
            if len(kept):
                kept[part][:left] = kept[part][has]
        at.length[p] = left
    return slice(lists.start[p], lists.start[p] + left)


def _step(lists: Lists, at: Standing, p: int) -> None:
    """One Newton step for a project: out of reach, a better lower bound, or settled."""
    part = _shorten(lists, at, p)
    weight, left = lists.weight[part], part.stop - part.start
    money = at.money[lists.supporter[part]]
    can = money / lists.score[part] if len(lists.score) else money
    is_poor = can < at.x[p]
    behind = weight * money
    everything, poor_money = float(behind.sum()), float(behind[is_poor].sum())
    error, n = at.bound[0], int(weight.sum())
    if everything + n * error + (left + 4) * 2 * EPS * everything < lists.cost[p]:
        at.open[p] = False
        return
    poor = int(weight[is_poor].sum())
    able = weight[~is_poor]
    rich = int((able * lists.score[part][~is_poor]).sum() if len(lists.score) else able.sum())
    if rich == 0:
        at.settled[p] = at.near[p] = True
        at.hi[p] = np.inf
        return
    x = max(at.x[p], (lists.cost[p] - poor_money) / rich)
    off = (poor * error + (left + 4) * 2 * EPS * poor_money) / rich + 4 * EPS * x
    at.x[p], at.poor[p], at.rich[p] = x, poor, rich
    at.lo[p] = max(at.lo[p], (x - off) / lists.worth[p] * (1 - 4 * EPS))
    reach = off + error + 4 * EPS * x
    least = float(can[~is_poor].min())
    if least >= x - reach:
        at.settled[p] = True
        at.hi[p] = (x + off) / lists.worth[p] * (1 + 4 * EPS)
        at.near[p] = least <= x + reach or (poor > 0 and float(can[is_poor].max()) >= x - reach)


def compare_all_rich(lists: Lists, at: Standing, p: int, q: int) -> int:
    """-1, 0 or 1 as p has the smaller, equal or larger x / worth, both paid equally by all; 2: too large to tell."""
    if lists.by_cost:
        a, b = at.rich[q], at.rich[p]
    else:
        if max(lists.cost[p] * at.rich[q], lists.cost[q] * at.rich[p]) >= 2.0**62:
            return 2
        a, b = int(lists.cost[p]) * at.rich[q], int(lists.cost[q]) * at.rich[p]
    return int(a > b) - int(a < b)


def _best(lists: Lists, at: Standing) -> int:
    """The project to take, -1 for none, -2 where doubles cannot tell."""
    among = np.flatnonzero(at.open & at.settled)
    if not len(among):
        return -1
    among = among[at.lo[among] <= at.hi[among].min()]
    if len(among) == 1:
        return -2 if at.near[among[0]] else int(among[0])
    if at.near[among].any() or at.poor[among].any():
        return -2
    best, tied = int(among[0]), [int(among[0])]
    for p in among[1:].tolist():
        order = compare_all_rich(lists, at, p, best)
        if order == 2:
            return -2
        if order < 0:
            best, tied = p, [p]
        elif order == 0:
            tied.append(p)
    if len(tied) > 1:
        used = int(at.tally[1])
        if used + 2 + len(tied) > len(at.ties):
            return -2
        at.ties[used : used + 2 + len(tied)] = [at.tally[0], len(tied), *tied]
        at.tally[1] = used + 2 + len(tied)
    return min(tied, key=lambda p: lists.rank[p])


def _take(lists: Lists, at: Standing, p: int) -> None:
    """Fund a project whose x is certain, and have its supporters pay."""
    part = slice(lists.start[p], lists.start[p] + at.length[p])
    who, x = lists.supporter[part], at.x[p]
    money = at.money[who]
    score = lists.score[part] if len(lists.score) else np.ones(len(who))
    pays_all = money / score <= x
    weight, wrong = lists.weight[part], at.wrong[who]
    poor_money, poor_wrong = (float((weight * some)[pays_all].sum()) for some in (money, wrong))
    off = (2 * poor_wrong + (len(who) + 4) * 2 * EPS * poor_money) / at.rich[p] + 4 * EPS * x
    k = int(at.tally[0])
    at.money[who] = np.where(pays_all, 0.0, money - x * score)
    at.broke[who[pays_all]] = k
    at.wrong[who] = wrong + off * score + 4 * EPS * at.bound[1]
    at.bound[0] = max(at.bound[0], float(at.wrong[who[~pays_all]].max(initial=0.0)))
    note(at, p, top=float(at.hi[p]))


def note(at: Standing, p: int, *, top: float) -> None:
    """Write down that a project is taken in this round."""
    k = int(at.tally[0])
    at.taken[k], at.price[k], at.top[k] = p, at.x[p], top
    at.taken_poor[k], at.taken_rich[k] = at.poor[p], at.rich[p]
    at.open[p] = False
    at.tally[0] = k + 1


def advance(lists: Lists, at: Standing) -> int:
    """Take projects while that is certain. DONE; UNDECIDED: among the settled ones with ``lo`` up to the
    least ``hi``; LOOSE: the money has to be made anew first.
    """
    while True:
        at.settled[:] = False
        while True:
            left = np.where(at.open & ~at.settled, at.lo, np.inf)
            p = int(left.argmin()) if len(left) else 0
            sure = at.hi[at.open & at.settled]
            if not len(left) or left[p] == np.inf or (len(sure) and left[p] > sure.min()):
                break
            _step(lists, at, p)
        best = _best(lists, at)
        if best == -1:
            return DONE
        if best == -2:
            return UNDECIDED
        _take(lists, at, best)
        if at.bound[0] > LOOSEST * at.bound[1]:
            return LOOSE


def _stays_first(lists: Lists, at: Standing, before: Standing, k: int) -> bool:
    """Whether with more money each nothing can come before what was taken in round k, all rounds before being alike."""
    w, top = int(before.taken[k]), float(before.top[k])
    while True:
        left = np.where(at.open & ~at.settled, at.lo, np.inf)
        left[w] = np.inf
        p = int(left.argmin())
        if left[p] > top:
            break
        _step(lists, at, p)
    at.rich[w] = before.taken_rich[k]
    for p in np.flatnonzero(at.open & at.settled & (at.lo <= top)).tolist():
        # Both paid by all equally: whole numbers tell. More money can only bring w further down.
        if before.taken_poor[k] or at.poor[p] or at.near[p]:
            return False
        order = compare_all_rich(lists, at, w, p)
        if not (order == -1 or (order == 0 and lists.rank[w] < lists.rank[p])):
            return False
    return True


def unchanged(lists: Lists, at: Standing, before: Standing) -> int:
    """DONE: with the money of ``at``, and with any sum between that and what led to ``before``, the same
    projects are taken in the same order. UNDECIDED: that is not so, or not certain. LOOSE: the money has to
    be made anew first.

    With the same projects before it, more money for everybody makes each voter's money at that moment more
    or the same, and so each x less or the same. So what was taken stays first if nothing else comes down,
    with the larger sum, to what it had with the smaller one.
    """
    for k in range(int(at.tally[0]), int(before.tally[0])):
        at.settled[:] = False
        w = int(before.taken[k])
        if not at.open[w] or not _stays_first(lists, at, before, k):
            return UNDECIDED
        while at.open[w] and not at.settled[w]:
            _step(lists, at, w)
        if not at.open[w] or at.near[w]:
            return UNDECIDED
        _take(lists, at, w)
        if at.bound[0] > LOOSEST * at.bound[1]:
            return LOOSE
    for p in np.flatnonzero(at.open).tolist():
        _step(lists, at, p)
        if at.open[p]:
            return UNDECIDED
    return DONE
