"""Why a project was funded or not, in amounts that a voter can follow: who paid what, and what was lacking."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from coproduce_methods.fund_ballots import Election, Floats, Ints
from coproduce_methods.fund_equal_shares import Run


@dataclass(frozen=True, eq=False)
class Price:
    """How one project was paid for. Amounts are in the smallest unit.

    how: ``free`` (it costs nothing), ``shares`` (by its supporters), ``loads`` (by its supporters, with
    what they had earned), ``completion`` or ``greedy`` (from the fund: no voter pays)
    each: what a supporter paid for each of their points, None where no voter pays or they pay differently
    full: supporters who paid that; last: who gave all they had left instead; nothing: who had nothing left
    alike, lasts: what those of ``full`` and of ``last`` paid together
    """

    project: int
    how: str
    each: float | None = None
    full: int = 0
    last: int = 0
    nothing: int = 0
    alike: float = 0.0
    lasts: float = 0.0
    _amounts: tuple[Ints, Floats] | None = None

    def paid_by(self, election: Election) -> tuple[Ints, Floats] | None:
        """Voters and their amounts over 0; None where no voter pays."""
        if self._amounts is None:
            return None
        ballots, amounts = self._amounts
        of_ballot = np.zeros(len(election.grouped.weights))
        of_ballot[ballots] = amounts
        each = of_ballot[election.grouped.of_voter]
        voters = np.flatnonzero(each > 0)
        return voters, each[voters]


@dataclass(frozen=True)
class Lost:
    """A project that is not funded.

    money: what its supporters had left together, None where voters have none; lacking: what it would have needed
    more, 0 for a project that its supporters could still pay but the budget could not
    """

    project: int
    votes: int
    money: Fraction | None
    lacking: Fraction | None


def prices_of_run(election: Election, run: Run) -> list[Price]:
    """The prices of equal shares."""
    grouped, exact = election.grouped, run.exact
    exact.catch_up(run.at)
    left = np.full(len(grouped.weights), run.share.numerator / run.share.denominator)
    found = []
    for k, p in enumerate(run.taken):
        part = slice(grouped.start[p], grouped.start[p + 1])
        who, weights = grouped.supporters[part], grouped.supporter_weights[part]
        score = grouped.supporter_scores[part] if exact.scored else np.ones(len(who))
        each = float(exact.price(k))
        broke = run.at.broke[who]
        full, last = (broke < 0) | (broke > k), broke == k
        amounts = np.where(full, each * score, np.where(last, left[who], 0.0))
        left[who] = np.where(full, left[who] - amounts, 0.0)
        n_full, n_last = int(weights[full].sum()), int(weights[last].sum())
        paid = weights * amounts
        found.append(
            Price(
                project=p,
                how="shares",
                each=each,
                full=n_full,
                last=n_last,
                nothing=int(weights.sum()) - n_full - n_last,
                alike=float(paid[full].sum()),
                lasts=float(paid[last].sum()),
                _amounts=(who, amounts),
            )
        )
    return found


def prices_of_loads(election: Election, selected: Sequence[int], loads: Sequence[float]) -> list[Price]:
    """The prices of Phragmén's rule: supporters pay what they earned since they last paid."""
    grouped = election.grouped
    load = np.zeros(len(grouped.weights))
    found = []
    for p, reached in zip(selected, loads, strict=False):
        part = slice(grouped.start[p], grouped.start[p + 1])
        who, weights = grouped.supporters[part], grouped.supporter_weights[part]
        amounts = reached - load[who]
        load[who] = reached
        paying = int(weights[amounts > 0].sum())
        alike = float((weights * amounts).sum())
        found.append(Price(p, "loads", None, paying, 0, int(weights.sum()) - paying, alike, 0.0, (who, amounts)))
    return found


def lost_projects(election: Election, selected: tuple[int, ...], run: Run | None) -> tuple[Lost, ...]:
    """All that were not selected, by id."""
    funded = set(selected)
    others = sorted((p for p in range(len(election.projects)) if p not in funded), key=election.projects.__getitem__)
    found = []
    for p in others:
        money = run.exact.money_behind(run.at, p) if run else None
        lacking = None if money is None else max(Fraction(0), int(election.costs[p]) - money)
        found.append(Lost(p, int(election.votes[p]), money, lacking))
    return tuple(found)
