"""How far several rankings agree: Kendall's W with ties, its significance, and Spearman's coefficient.

    result = kendall_w([[8, 3, 1], [7, 3, 2], [5, 5, 1]])
    result.w, result.p, result.method

Method and worked numbers: ``docs/methods/concordance.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations
from math import factorial

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtrc

EXACT_AT_MOST = 20_000
"""Arrangements that are all counted; above it, they are drawn."""
DRAWN_AT_MOST = 20
"""Raters for whom chance is drawn; above it, the chi-square approximation is good."""
DRAWS = 9_999

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True)
class Concordance:
    """How far raters agree on the order of items.

    w: 0 for none to 1 for the same order by all; None where nobody prefers anything, or for fewer than two of either
    p: how often chance alone would make at least this much; ``method`` says how that was found: ``exact``
    (all arrangements counted), ``permutation`` (drawn with the seed) or ``chi-square``; "" with w None
    """

    w: float | None
    raters: int
    items: int
    p: float | None
    method: str


def twice_ranks(scores: ArrayLike) -> Whole:
    """Twice the rank of each entry of each row, the smallest first; of equal ones twice the mean of their ranks.

    Twice, because these are whole numbers and so compare exactly. Shape (…, items).
    """
    below, upto = counts_below(scores)
    return below + upto + 1


def counts_below(scores: ArrayLike) -> tuple[Whole, Whole]:
    """For each entry of each row (last axis) how many are smaller, and how many are no greater."""
    table = np.asarray(scores, dtype=np.float64)
    items = table.shape[-1]
    order = np.argsort(table, axis=-1, kind="stable")
    ordered = np.take_along_axis(table, order, axis=-1)
    new = np.ones(table.shape, dtype=bool)
    new[..., 1:] = ordered[..., 1:] != ordered[..., :-1]
    at = np.broadcast_to(np.arange(items), table.shape)
    first = np.maximum.accumulate(np.where(new, at, 0), axis=-1)
    ends = np.ones(table.shape, dtype=bool)
    ends[..., :-1] = new[..., 1:]
    last = np.minimum.accumulate(np.where(ends, at, items)[..., ::-1], axis=-1)[..., ::-1] + 1
    below, upto = np.empty(table.shape, dtype=np.int64), np.empty(table.shape, dtype=np.int64)
    np.put_along_axis(below, order, first, axis=-1)
    np.put_along_axis(upto, order, last, axis=-1)
    return below, upto


def kendall_w(scores: ArrayLike, *, seed: int = 1) -> Concordance:
    """Kendall's W of raters (rows) over items (columns), corrected for ties.

    ``scores`` may be ranks, points or ratings: only their order within a row counts, and equal ones share a rank.
    The order of rows and columns makes no difference, not even to what is drawn. ValueError for what is no table
    of finite numbers.
    """
    table = np.asarray(scores, dtype=np.float64)
    if table.ndim != 2 or not np.isfinite(table).all():
        raise ValueError("scores must be a table of finite numbers, a row for each rater")
    raters, items = table.shape
    ranks = twice_ranks(table) if table.size else np.zeros((raters, items), dtype=np.int64)
    most = _most(ranks)
    if raters < 2 or items < 2 or most == 0:
        return Concordance(None, raters, items, None, "")
    found = _spread(ranks.sum(axis=0), raters, items)
    w = found / most
    p, method = _chance(ranks, found, w, seed)
    return Concordance(w, raters, items, p, method)


def _spread(sums: Whole, raters: int, items: int) -> int:
    """4 S: the squared distances of doubled rank sums (last axis) from their mean. Whole numbers."""
    return int(((sums - raters * (items + 1)) ** 2).sum())


def _most(ranks: Whole) -> float:
    """4 S where all agree: (m² (n³ − n) − m Σ (t³ − t)) / 3 over the ties of t in each row."""
    raters, items = ranks.shape
    tied = sum(int((np.unique(row, return_counts=True)[1] ** 3).sum()) - items for row in ranks)
    most: float = (raters * raters * (items**3 - items) - raters * tied) / 3
    return most


def _chance(ranks: Whole, found: int, w: float, seed: int) -> tuple[float, str]:
    raters, items = ranks.shape
    # Chance depends on the ties alone. So this order makes the draws the same however the table was written.
    plain = np.array(sorted(tuple(sorted(row)) for row in ranks.tolist()), dtype=np.int64)
    if items <= 8 and factorial(items) ** (raters - 1) <= EXACT_AT_MOST:
        return _exact(plain, found), "exact"
    if raters <= DRAWN_AT_MOST:
        return _drawn(plain, found, seed), "permutation"
    return float(chdtrc(items - 1, raters * (items - 1) * w)), "chi-square"


def _exact(ranks: Whole, found: int) -> float:
    """Over all orders of every row but the first: turning all rows alike changes nothing."""
    raters, items = ranks.shape
    orders = np.array(list(permutations(range(items))), dtype=np.int64)
    sums = ranks[:1]
    for row in ranks[1:]:
        sums = (sums[:, None, :] + row[orders][None, :, :]).reshape(-1, items)
    spread = ((sums - raters * (items + 1)) ** 2).sum(axis=1)
    return float((spread >= found).mean())


def _drawn(ranks: Whole, found: int, seed: int) -> float:
    raters, items = ranks.shape
    rng = np.random.default_rng(seed)
    as_much, left = 1, DRAWS
    while left:
        draws = min(left, max(1, 200_000 // ranks.size))
        sums = rng.permuted(np.broadcast_to(ranks, (draws, raters, items)), axis=2).sum(axis=1)
        as_much += int((((sums - raters * (items + 1)) ** 2).sum(axis=1) >= found).sum())
        left -= draws
    return as_much / (DRAWS + 1)


def spearman(one: Sequence[float], other: Sequence[float]) -> float | None:
    """Spearman's rank correlation, −1 to 1, ties sharing their rank; None where one has no order at all."""
    if len(one) != len(other):
        raise ValueError("both must rank the same items")
    if not len(one):
        return None
    a, b = (twice_ranks(np.asarray(each, dtype=np.float64)) - (len(one) + 1) for each in (one, other))
    size = float((a * a).sum()) * float((b * b).sum())
    return max(-1.0, min(1.0, float((a * b).sum()) / size**0.5)) if size else None
