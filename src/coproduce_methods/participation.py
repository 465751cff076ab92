"""How equally people take part: who speaks how much, and whose turns are taken up.

    gini([4, 0, 1, 7]), group_shares(turns, groups), response_rates(groups_of_turns, taken_up)

``turns`` has a number for everybody who could have spoken, 0 for those who did not. Worked numbers and what none of
this can say: ``docs/methods/participation.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, sqrt

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtrit

from coproduce_methods.knowing import Share, share_of

METHOD_VERSION = "1.0"
Floats = NDArray[np.float64]
SURE = 0.975


@dataclass(frozen=True)
class GroupShare:
    """A group's part of the turns beside its part of the people.

    ratio: share of turns ÷ share of people, 1 if they speak as much as all do on average; low, high: 95 % interval
    with people, not turns, as what varies. None where it cannot be said.
    """

    group: str
    people: int
    turns: float
    share_of_people: float
    share_of_turns: float | None
    ratio: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Response:
    """How many of a group's turns were taken up by somebody, with Wilson's interval."""

    group: str
    taken_up: Share


def gini(values: ArrayLike, *, corrected: bool = True) -> float | None:
    """Σ_i Σ_j |x_i − x_j| / (2 n² x̄), × n/(n−1) if ``corrected``: 0 all alike, 1 one person has everything.

    None for nobody, for nothing at all, and (corrected) for one person. ValueError for a number below 0.
    """
    x = _numbers(values)
    n, total = x.size, float(x.sum())
    if n == 0 or total == 0 or (corrected and n == 1):
        return None
    ranked = np.sort(x)
    weighted = float((2 * np.arange(1, n + 1) - n - 1) @ ranked)
    return weighted / (total * (n - 1 if corrected else n))


def deviation(values: ArrayLike) -> float | None:
    """The standard deviation of turns (as Woolley and others 2010 use it), of a sample; None for fewer than two."""
    x = _numbers(values)
    return float(x.std(ddof=1)) if x.size > 1 else None


def group_shares(turns: ArrayLike, groups: Sequence[str]) -> list[GroupShare]:
    """Each group's share of turns ÷ its share of people, groups in order of name.

    The interval is of the logarithm of the ratio by the delta method, from how much turns vary between people within
    the group and outside it, with Student's t for small groups.
    """
    x = _numbers(turns)
    if len(groups) != x.size:
        raise ValueError("one group for each person is needed")
    names = np.asarray(groups, dtype=object)
    return [_group_share(str(name), x, names == name) for name in sorted(set(groups))]


def _group_share(name: str, x: Floats, inside: NDArray[np.bool_]) -> GroupShare:
    own, rest = x[inside], x[~inside]
    people, total = own.size / x.size, float(x.sum())
    if total == 0:
        return GroupShare(name, own.size, 0.0, people, None, None, None, None)
    share = float(own.sum()) / total
    low, high = _interval(own, rest, share / people)
    return GroupShare(name, own.size, float(own.sum()), people, share, share / people, low, high)


def _interval(own: Floats, rest: Floats, ratio: float) -> tuple[float | None, float | None]:
    if rest.size == 0:
        return 1.0, 1.0
    if own.size < 2 or ratio == 0:
        return None, None
    total, mine, theirs = float(own.sum() + rest.sum()), float(own.sum()), float(rest.sum())
    first = (theirs / (mine * total)) ** 2 * own.size * float(own.var(ddof=1))
    second = (1 / total) ** 2 * rest.size * float(rest.var(ddof=1)) if rest.size > 1 else 0.0
    both = first + second
    if both == 0:
        return ratio, ratio
    # Welch and Satterthwaite: as many degrees of freedom as the two variances are worth together.
    worth = both**2 / (first**2 / (own.size - 1) + (second**2 / (rest.size - 1) if rest.size > 1 else 0.0))
    reach = float(stdtrit(worth, SURE)) * sqrt(both)
    return ratio * exp(-reach), ratio * exp(reach)


def response_rates(groups: Sequence[str], taken_up: Sequence[bool]) -> list[Response]:
    """For each group (of whoever spoke, one for each turn) the share of turns that were taken up."""
    if len(groups) != len(taken_up):
        raise ValueError("one group for each turn is needed")
    found: dict[str, list[bool]] = {}
    for group, taken in zip(groups, taken_up, strict=True):
        found.setdefault(group, []).append(bool(taken))
    return [Response(group, share_of(sum(each), len(each))) for group, each in sorted(found.items())]


def _numbers(values: ArrayLike) -> Floats:
    x = np.asarray(values, dtype=np.float64).ravel()
    if not np.all((x >= 0) & np.isfinite(x)):
        raise ValueError("turns are numbers from 0")
    return x
