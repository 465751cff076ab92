"""The rounds of ``fund_rounds``, compiled with numba (the extra ``fast``): the same bounds, the same decisions."""

from collections.abc import Callable
from typing import TypeVar, cast

import numpy as np
from numba import njit

from coproduce_methods.fund_ballots import Ints
from coproduce_methods.fund_rounds import DONE, EPS, LOOSE, LOOSEST, UNDECIDED, Climb, Lists, Opening, Standing

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compiled when first called, and kept beside this file or in the user's cache."""
    return cast(F, njit(cache=True)(function))


@compiled
def _behind(lists: Lists, at: Standing, p: int) -> tuple[float, float, int, int, int, float, float]:
    """Money of all and of the poor, weight of all and of the poor, points of the rich, most of a poor, least of a rich.

    Shortens the list as it goes. A poor supporter is one who cannot pay x.
    """
    start, x, scored = lists.start[p], at.x[p], len(lists.score) > 0
    out = start
    rich_money, poor_money, weights, poor, rich = 0.0, 0.0, 0, 0, 0
    most, least = 0.0, np.inf
    for j in range(start, start + at.length[p]):
        who = lists.supporter[j]
        money = at.money[who]
        if money <= 0.0:
            continue
        weight = lists.weight[j]
        points = weight * 1
        can = money
        lists.supporter[out] = who
        lists.weight[out] = weight
        if scored:
            score = lists.score[j]
            lists.score[out] = score
            points = weight * score
            can = money / score
        out += 1
        weights += weight
        if can < x:
            poor_money += weight * money
            poor += weight
            most = max(most, can)
        else:
            rich_money += weight * money
            rich += points
            least = min(least, can)
    at.length[p] = out - start
    return poor_money + rich_money, poor_money, weights, poor, rich, most, least


@compiled
def _step(lists: Lists, at: Standing, p: int) -> None:
    everything, poor_money, weights, poor, rich, most, least = _behind(lists, at, p)
    left, error = at.length[p], at.bound[0]
    if everything + weights * error + (left + 4) * 2 * EPS * everything < lists.cost[p]:
        at.open[p] = False
        return
    if rich == 0:
        at.settled[p] = True
        at.near[p] = True
        at.hi[p] = np.inf
        return
    x = max(at.x[p], (lists.cost[p] - poor_money) / rich)
    off = (poor * error + (left + 4) * 2 * EPS * poor_money) / rich + 4 * EPS * x
    at.x[p] = x
    at.poor[p] = poor
    at.rich[p] = rich
    at.lo[p] = max(at.lo[p], (x - off) / lists.worth[p] * (1 - 4 * EPS))
    reach = off + error + 4 * EPS * x
    if least >= x - reach:
        at.settled[p] = True
        at.hi[p] = (x + off) / lists.worth[p] * (1 + 4 * EPS)
        at.near[p] = least <= x + reach or (poor > 0 and most >= x - reach)


@compiled
def _compare(lists: Lists, at: Standing, p: int, q: int) -> int:
    if lists.by_cost:
        a, b = at.rich[q], at.rich[p]
    else:
        if max(lists.cost[p] * at.rich[q], lists.cost[q] * at.rich[p]) >= 2.0**62:
            return 2
        a, b = int(lists.cost[p]) * at.rich[q], int(lists.cost[q]) * at.rich[p]
    return int(a > b) - int(a < b)


@compiled
def _next(at: Standing, besides: int) -> int:
    """The open, unsettled project with the least lower bound, or -1."""
    found, least = -1, np.inf
    for p in range(len(at.lo)):
        if at.open[p] and not at.settled[p] and at.lo[p] < least and p != besides:
            found, least = p, at.lo[p]
    return found


@compiled
def _first(lists: Lists, at: Standing, best: int, bound: float) -> tuple[int, int]:
    """Among those all paid equally by all, ``best`` being the first of them: the one to take and how many tie with it.

    -2 where that cannot be told.
    """
    tied = 1
    for p in range(best + 1, len(at.lo)):
        if not (at.open[p] and at.settled[p] and at.lo[p] <= bound):
            continue
        order = _compare(lists, at, p, best)
        if order == 2:
            return -2, 0
        if order < 0:
            best, tied = p, 1
        elif order == 0:
            tied += 1
            if lists.rank[p] < lists.rank[best]:
                best = p
    return best, tied


@compiled
def _note_tie(lists: Lists, at: Standing, best: int, tied: int, bound: float) -> bool:
    """Write down what ties with the best; False where there is no room."""
    used = at.tally[1]
    if used + 2 + tied > len(at.ties):
        return False
    at.ties[used] = at.tally[0]
    at.ties[used + 1] = tied
    used += 2
    for p in range(len(at.lo)):
        if at.open[p] and at.settled[p] and at.lo[p] <= bound and _compare(lists, at, p, best) == 0:
            at.ties[used] = p
            used += 1
    at.tally[1] = used
    return True


@compiled
def _best(lists: Lists, at: Standing, bound: float) -> int:
    best, among, certain = -1, 0, True
    for p in range(len(at.lo)):
        if at.open[p] and at.settled[p] and at.lo[p] <= bound:
            among += 1
            if best < 0:
                best = p
            certain = certain and not at.near[p] and at.poor[p] == 0
    if among == 0:
        return -1
    if among == 1:
        return -2 if at.near[best] else best
    if not certain:
        return -2
    best, tied = _first(lists, at, best, bound)
    if tied > 1 and not _note_tie(lists, at, best, tied, bound):
        return -2
    return best


@compiled
def _take(lists: Lists, at: Standing, p: int) -> None:
    x, k, start, scored = at.x[p], at.tally[0], lists.start[p], len(lists.score) > 0
    poor_money, poor_wrong, score = 0.0, 0.0, 1
    for j in range(start, start + at.length[p]):
        who = lists.supporter[j]
        if scored:
            score = lists.score[j]
        if at.money[who] / score <= x:
            poor_money += lists.weight[j] * at.money[who]
            poor_wrong += lists.weight[j] * at.wrong[who]
            at.money[who] = 0.0
            at.broke[who] = k
    off = (2 * poor_wrong + (at.length[p] + 4) * 2 * EPS * poor_money) / at.rich[p] + 4 * EPS * x
    most = at.bound[0]
    for j in range(start, start + at.length[p]):
        who = lists.supporter[j]
        if at.broke[who] < 0:
            if scored:
                score = lists.score[j]
            at.money[who] -= x * score
            at.wrong[who] += off * score + 4 * EPS * at.bound[1]
            most = max(most, at.wrong[who])
    at.bound[0] = most
    at.taken[k], at.price[k], at.top[k] = p, x, at.hi[p]
    at.taken_poor[k], at.taken_rich[k] = at.poor[p], at.rich[p]
    at.open[p] = False
    at.tally[0] = k + 1


@compiled
def advance(lists: Lists, at: Standing) -> int:
    """As ``fund_rounds.advance``."""
    while True:
        at.settled[:] = False
        bound = np.inf
        while True:
            p = _next(at, -1)
            if p < 0 or at.lo[p] > bound:
                break
            _step(lists, at, p)
            if at.settled[p] and at.open[p]:
                bound = min(bound, at.hi[p])
        best = _best(lists, at, bound)
        if best == -1:
            return DONE
        if best == -2:
            return UNDECIDED
        _take(lists, at, best)
        if at.bound[0] > LOOSEST * at.bound[1]:
            return LOOSE


@compiled
def _stays_first(lists: Lists, at: Standing, before: Standing, k: int) -> bool:
    w, top = before.taken[k], before.top[k]
    while True:
        p = _next(at, w)
        if p < 0 or at.lo[p] > top:
            break
        _step(lists, at, p)
    at.rich[w] = before.taken_rich[k]
    for p in range(len(at.lo)):
        if at.open[p] and at.settled[p] and at.lo[p] <= top:
            if before.taken_poor[k] > 0 or at.poor[p] > 0 or at.near[p]:
                return False
            order = _compare(lists, at, w, p)
            if order > 0 or (order == 0 and lists.rank[w] > lists.rank[p]):
                return False
    return True


@compiled
def unchanged(lists: Lists, at: Standing, before: Standing) -> int:
    """As ``fund_rounds.unchanged``."""
    for k in range(at.tally[0], before.tally[0]):
        at.settled[:] = False
        w = before.taken[k]
        if not at.open[w] or not _stays_first(lists, at, before, k):
            return UNDECIDED
        while at.open[w] and not at.settled[w]:
            _step(lists, at, w)
        if not at.open[w] or at.near[w]:
            return UNDECIDED
        _take(lists, at, w)
        if at.bound[0] > LOOSEST * at.bound[1]:
            return LOOSE
    for p in range(len(at.lo)):
        if at.open[p]:
            _step(lists, at, p)
            if at.open[p]:
                return UNDECIDED
    return DONE


# ── shares raised by 1 again and again ───────────────────────────────────────────────────────────


@compiled
def _restart(source: Lists, opening: Opening, room: Climb, share: float) -> None:
    """The state before the first round, in the room that is there."""
    lists, at = room.lists, room.at
    lists.supporter[:] = source.supporter
    lists.weight[:] = source.weight
    lists.score[:] = source.score
    at.length[:] = opening.length
    at.x[:] = opening.x
    at.lo[:] = opening.lo
    at.open[:] = opening.open
    at.rich[:] = opening.rich
    at.poor[:] = 0
    at.money[:] = share
    at.wrong[:] = 4 * EPS * share
    at.broke[:] = -1
    at.tally[:] = 0
    at.bound[0] = 4 * EPS * share
    at.bound[1] = share


@compiled
def _fits_no_more(room: Climb, left: int) -> bool:
    """Whether no project that was wanted and not taken costs as little as is left."""
    room.at.settled[:] = False
    for k in range(room.at.tally[0]):
        room.at.settled[room.at.taken[k]] = True
    for p in range(len(room.costs)):
        if not room.at.settled[p] and room.at.rich[p] > 0 and 0 < room.costs[p] <= left:
            return False
    return True


@compiled
def _same_as_before(room: Climb) -> bool:
    """Whether the same was taken as before; what was taken is what was taken before from here on."""
    at, before = room.at, room.before
    n = at.tally[0]
    same = before.tally[0] == n and np.array_equal(at.taken[:n], before.taken[:n])
    before.tally[0] = n
    before.taken[:n] = at.taken[:n]
    before.top[:n] = at.top[:n]
    before.taken_poor[:n] = at.taken_poor[:n]
    before.taken_rich[:n] = at.taken_rich[:n]
    return bool(same)


@compiled
def climb(source: Lists, opening: Opening, room: Climb, plan: Ints) -> int:
    """Raise shares while what comes of it is certain, within the budget, and leaves room for more.

    ``plan``: by how much shares are raised (changed), the budget, voters, and the unit. Where the last sum leaves
    no room for more it is the sum in ``plan``; where the next is over the budget or not certain, the one before it.
    """
    budget, voters, unit = plan[1], plan[2], plan[3]
    first, step, last = budget / voters, 1, 1
    while True:
        if step > 1:
            _restart(source, opening, room, first + (plan[0] + step) * unit)
            if unchanged(room.lists, room.at, room.before) == DONE:
                plan[0] += step
                # What is compared with next is as near as can be.
                _same_as_before(room)
                last = step
                step *= 2
            else:
                step = step // 2 if step <= last else (last + 1) // 2
            continue
        _restart(source, opening, room, first + (plan[0] + 1) * unit)
        if advance(room.lists, room.at) != DONE:
            return UNDECIDED
        left = budget
        for k in range(room.at.tally[0]):
            left -= room.costs[room.at.taken[k]]
        if left < 0:
            return DONE
        plan[0] += 1
        room.at.rich[:] = opening.rich
        step = max(4, last) if _same_as_before(room) else 1
        if _fits_no_more(room, left):
            return DONE
