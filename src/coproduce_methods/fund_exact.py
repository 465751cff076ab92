"""The rounds of equal shares in whole numbers of any size, for where doubles cannot tell.

A voter who still has money has paid x · points for every project of theirs that was taken; one whose
money is gone has exactly none. So every x is a whole combination of the share and of the x before it,

    x = (c - n · share + Σ a_j x_j) / U

(n: voters who gave their last money, a_j: their points for what was taken in round j, U: points of
the others). All are kept as whole numbers over one common denominator.
"""

from dataclasses import dataclass
from fractions import Fraction
from math import gcd

import numpy as np

from coproduce_methods.fund_ballots import Bools, Grouped, Ints
from coproduce_methods.fund_rounds import EPS, Lists, Standing, note


@dataclass(frozen=True)
class _Offer:
    """x = number / (rich · the common denominator); of the list of ``p``, who pays all they have, and how many."""

    p: int
    number: int
    rich: int
    poor: int
    who: Ints
    pays_all: Bools


class Exact:
    """Exact prices of the rounds of a ``Standing``, made when they are first asked for."""

    def __init__(self, grouped: Grouped, lists: Lists, share: Fraction) -> None:
        """``share`` is what everybody has before the first round."""
        self.grouped, self.lists = grouped, lists
        self.under = share.denominator
        self.share = share.numerator
        self.prices: list[int] = []
        self.ties: list[tuple[int, list[int]]] = []
        self.round_of = np.full(len(lists.cost), -1)
        self.scored = len(lists.score) > 0

    def price(self, k: int) -> Fraction:
        """The payment for each point in round k."""
        return Fraction(self.prices[k], self.under)

    def money_behind(self, at: Standing, p: int) -> Fraction:
        """What the supporters of a project have left together."""
        self.catch_up(at)
        supporters = self.grouped.supporters[self.grouped.start[p] : self.grouped.start[p + 1]]
        return Fraction(self._money(supporters[at.broke[supporters] < 0]), self.under)

    def catch_up(self, at: Standing) -> None:
        """Exact prices for all rounds so far."""
        for k in range(len(self.prices), int(at.tally[0])):
            p = int(at.taken[k])
            supporters = self.grouped.supporters[self.grouped.start[p] : self.grouped.start[p + 1]]
            when = at.broke[supporters]
            rich = (when < 0) | (when > k)
            points = self.grouped.weights[supporters]
            if self.scored:
                points = points * self.grouped.supporter_scores[self.grouped.start[p] : self.grouped.start[p + 1]]
            number = self._asked(p) - self._money(supporters[when == k])
            self._keep(p, number, int(points[rich].sum()))

    def _keep(self, p: int, number: int, rich: int) -> None:
        common = gcd(number, rich)
        self.round_of[p] = len(self.prices)
        scale = rich // common
        self.under *= scale
        self.share *= scale
        self.prices = [price * scale for price in self.prices]
        self.prices.append(number // common)

    def _asked(self, p: int) -> int:
        return int(self.lists.cost[p]) * self.under

    def _entries(self, ballots: Ints) -> tuple[Ints, Ints, Ints]:
        """Place in ``ballots``, round and points of everything of theirs that was taken."""
        first, length = self.grouped.indptr[ballots], np.diff(self.grouped.indptr)[ballots]
        place = np.repeat(np.arange(len(ballots)), length)
        where = np.repeat(first - np.cumsum(length) + length, length) + np.arange(len(place))
        rounds = self.round_of[self.grouped.chosen[where]]
        kept = rounds >= 0
        scores = self.grouped.scores[where][kept] if self.scored else np.ones(int(kept.sum()), dtype=np.int64)
        return place[kept], rounds[kept], scores

    def _money(self, ballots: Ints) -> int:
        """What all voters with these ballots have together, none of them being out of money before."""
        place, rounds, scores = self._entries(ballots)
        weights = self.grouped.weights[ballots]
        paid = np.zeros(len(self.prices), dtype=np.int64)
        np.add.at(paid, rounds, weights[place] * scores)
        spent = sum(int(paid[j]) * self.prices[j] for j in np.flatnonzero(paid).tolist())
        return int(weights.sum()) * self.share - spent

    def _money_each(self, ballots: Ints) -> list[int]:
        place, rounds, scores = self._entries(ballots)
        money = [self.share] * len(ballots)
        for i, j, score in zip(place.tolist(), rounds.tolist(), scores.tolist(), strict=True):
            money[i] -= score * self.prices[j]
        return money

    def _offer(self, at: Standing, p: int) -> _Offer | None:
        """The exact x of a project, or None where its supporters do not have its cost."""
        part = slice(self.lists.start[p], self.lists.start[p] + at.length[p])
        who = self.lists.supporter[part].astype(np.int64)
        weight = self.lists.weight[part].astype(np.int64)
        score = self.lists.score[part] if self.scored else np.ones(len(who), dtype=np.int64)
        can, x, error = at.money[who] / score, at.x[p], at.bound[0]
        reach = np.inf
        if at.hi[p] < np.inf:
            reach = 2 * (at.hi[p] * self.lists.worth[p] - x) + error + 16 * EPS * x
        elif self._money(who) < self._asked(p):
            return None
        poor = can < x - reach
        unsure = np.flatnonzero(~poor & (can <= x + reach))
        exact = dict(zip(unsure.tolist(), self._money_each(who[unsure]), strict=True))
        number = self._asked(p) - self._money(who[poor])
        rich, n = int((weight * score)[~poor].sum()), int(weight[poor].sum())
        for i in sorted(exact, key=lambda i: Fraction(exact[i], int(score[i]))):
            if exact[i] * rich > number * int(score[i]):
                break
            # Just enough is all they have as well, and the last who pay set x themselves.
            poor[i] = True
            if exact[i] * rich < number * int(score[i]):
                rich -= int(weight[i] * score[i])
                number -= int(weight[i]) * exact[i]
                n += int(weight[i])
        return _Offer(p, number, rich, n, who, poor) if rich else None

    def settle(self, at: Standing) -> None:
        """Finish the round that ``advance`` could not: exactly the best project is taken, the tie told and broken."""
        self.catch_up(at)
        among = np.flatnonzero(at.open & at.settled)
        among = among[at.lo[among] <= at.hi[among].min()]
        best: list[_Offer] = []
        for p in among.tolist():
            offer = self._offer(at, p)
            if offer is None:
                at.open[p] = False
                continue
            order = self._compare(offer, best[0]) if best else -1
            if order <= 0:
                best = [offer] if order < 0 else [*best, offer]
        if best:
            self._take(at, best)

    def _compare(self, a: _Offer, b: _Offer) -> int:
        worth_a, worth_b = (int(self.lists.worth[offer.p]) for offer in (a, b))
        left, right = a.number * b.rich * worth_b, b.number * a.rich * worth_a
        return int(left > right) - int(left < right)

    def _take(self, at: Standing, best: list[_Offer]) -> None:
        k = int(at.tally[0])
        if len(best) > 1:
            self.ties.append((k, [offer.p for offer in best]))
        offer = min(best, key=lambda one: int(self.lists.rank[one.p]))
        p, x = offer.p, offer.number / (offer.rich * self.under)
        score = self.lists.score[self.lists.start[p] : self.lists.start[p] + at.length[p]]
        each = score if self.scored else np.ones(len(offer.who), dtype=np.int64)
        at.x[p], at.poor[p], at.rich[p] = x, offer.poor, offer.rich
        at.money[offer.who] = np.where(offer.pays_all, 0.0, at.money[offer.who] - x * each)
        at.broke[offer.who[offer.pays_all]] = k
        at.wrong[offer.who] += 4 * EPS * (x * each + at.bound[1])
        at.bound[0] = max(at.bound[0], float(at.wrong[offer.who].max(initial=0.0)))
        note(at, p, top=x / float(self.lists.worth[p]) * (1 + 8 * EPS))
        self._keep(p, offer.number, offer.rich)

    def renew(self, at: Standing) -> None:
        """Money made anew from the exact prices, so that its error is as small as in the beginning."""
        self.catch_up(at)
        has = np.flatnonzero(at.broke < 0)
        place, rounds, scores = self._entries(has)
        price = np.array([number / self.under for number in self.prices])
        paid = np.bincount(place, price[rounds] * scores, minlength=len(has))
        at.money[has] = at.bound[1] - paid
        at.bound[0] = (int(np.diff(self.grouped.indptr).max()) + 4) * 4 * EPS * at.bound[1]
        at.wrong[:] = at.bound[0]
