"""How a decision treats voters: who got nothing they wanted, and on whose wishes the money is spent.

    fairness(election, result.selected, {"sex": file.votes.column("sex")})

Formulas and sources: ``docs/methods/fund_allocation.md``.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from coproduce_methods.fund_ballots import Bools, Election, Floats, Ints

SMALLEST = 8
"""Groups of fewer voters are told together."""
BANDS = (0, 18, 25, 35, 45, 55, 65, 75)
NOT_SAID, OTHERS = "not said", "others"


@dataclass(frozen=True)
class GroupShare:
    """One group of voters.

    column, label: which; labels: what was told together under ``others``, else empty
    voters, part: how many, and which part of all; spending: which part of the money spent on wishes is on theirs
    left_out: part of those who asked for something that got nothing of it, None if none asked
    """

    column: str
    label: str
    labels: tuple[str, ...]
    voters: int
    part: float
    spending: float
    left_out: float | None


@dataclass(frozen=True)
class Fairness:
    """How voters fare. A voter's part of a project is its cost divided by the number who asked for it.

    asked: voters who asked for something; left_out: how many of them got nothing of it; exclusion: their part
    projects: mean number of funded projects that a voter asked for; granted: mean part of what each asked for
    money: mean cost of the funded projects that a voter asked for
    gini: of the sums of voters' parts, 0 all equal .. 1 all for one; groups: by columns of the ballots
    None where nobody asked for anything.
    """

    voters: int
    asked: int
    left_out: int
    exclusion: float | None
    projects: float | None
    granted: float | None
    money: float | None
    gini: float | None
    groups: tuple[GroupShare, ...]


def gini(amounts: Floats) -> float | None:
    """Gini's coefficient of amounts that are not negative; None where they are all 0 or there are none."""
    total, n = float(amounts.sum()), len(amounts)
    if total <= 0:
        return None
    rising = np.sort(amounts)
    return float(2 * (np.arange(1, n + 1) @ rising) / (n * total) - (n + 1) / n)


def age_bands(cells: Sequence[str]) -> list[str]:
    """Ages as bands; anything that is no age in years as it stands."""
    names = [f"{low}–{high - 1}" for low, high in pairwise(BANDS)] + [f"{BANDS[-1]} and over"]
    known: dict[str, str] = {}
    for cell in set(cells):
        is_age = cell.isascii() and cell.isdecimal() and int(cell[:4]) < 150
        known[cell] = names[int(np.searchsorted(BANDS, int(cell), side="right")) - 1] if is_age else cell
    return [known[cell] for cell in cells]


def fairness(
    election: Election,
    selected: Sequence[int],
    groups: Mapping[str, Sequence[str]] | None = None,
    *,
    smallest: int = SMALLEST,
) -> Fairness:
    """Measures of a decision. ``groups``: columns with what each voter said, in the order of the voters."""
    grouped = election.grouped
    funded = np.zeros(len(election.projects), dtype=np.bool_)
    funded[list(selected)] = True
    row = np.repeat(np.arange(len(grouped.weights)), np.diff(grouped.indptr))
    hit = funded[grouped.chosen]
    per_vote = np.where(funded & (election.votes > 0), election.costs / np.maximum(election.votes, 1), 0.0)

    def summed(values: Floats | Bools) -> Floats:
        found = np.bincount(row, values.astype(np.float64), minlength=len(grouped.weights))
        return np.asarray(found, dtype=np.float64)[grouped.of_voter]

    got, parts = summed(hit), summed(per_vote[grouped.chosen])
    length = np.diff(grouped.indptr)[grouped.of_voter]
    asked: Bools = length > 0
    none = asked & (got == 0)
    n = int(asked.sum())
    told = [
        group
        for column, cells in (groups or {}).items()
        for group in _by_column(column, cells, _Voters(parts, asked, none), smallest)
    ]
    money = summed(np.where(hit, election.costs[grouped.chosen], 0).astype(np.float64))
    return Fairness(
        voters=election.voters,
        asked=n,
        left_out=int(none.sum()),
        exclusion=float(none.sum() / n) if n else None,
        projects=float(got[asked].mean()) if n else None,
        granted=float((got[asked] / length[asked]).mean()) if n else None,
        money=float(money[asked].mean() / election.unit) if n else None,
        gini=gini(parts[asked]) if n else None,
        groups=tuple(told),
    )


class _Voters(NamedTuple):
    """What is known of each voter: their part of the spending, whether they asked for something, and got nothing."""

    parts: Floats
    asked: Bools
    none: Bools


def _by_column(column: str, cells: Sequence[str], voters: _Voters, smallest: int) -> list[GroupShare]:
    parts, asked, none = voters
    if len(cells) != len(parts):
        raise ValueError(f"{column} must have one cell for each voter")
    labels, code = np.unique(np.array([cell or NOT_SAID for cell in cells], dtype=np.str_), return_inverse=True)
    counts = np.bincount(code, minlength=len(labels))
    together = _together(counts, smallest)
    total = float(parts.sum())
    found = []
    for some in together:
        inside = np.isin(code, some)
        said = tuple(str(labels[i]) for i in some)
        n = int((inside & asked).sum())
        found.append(
            GroupShare(
                column=column,
                label=said[0] if len(said) == 1 else OTHERS,
                labels=said if len(said) > 1 else (),
                voters=int(inside.sum()),
                part=float(inside.mean()),
                spending=float(parts[inside].sum() / total) if total else 0.0,
                left_out=float((inside & none).sum() / n) if n else None,
            )
        )
    return found


def _together(counts: Ints, smallest: int) -> list[list[int]]:
    """Which labels are told together: all small ones, and so many more that these are no small group either."""
    rising = sorted(range(len(counts)), key=lambda i: (int(counts[i]), i))
    small = [i for i in rising if counts[i] < smallest]
    for i in rising[len(small) :]:
        if not small or sum(int(counts[j]) for j in small) >= smallest:
            break
        small.append(i)
    return [[i] for i in range(len(counts)) if i not in small] + ([sorted(small)] if small else [])
