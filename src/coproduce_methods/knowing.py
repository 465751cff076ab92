"""Which ways of knowing a space heard, which of them reached a decision, and how long that took.

    result = knowing([{"lived"}, {"lived", "caring"}, …], reached, ways=["lived", "caring", …])
    result.diversity, result.evenness, result.uptake("lived"), result.compare("lived", "research")
    emergence([True, False, …]).share, waiting([34, 120, …], [10, 200, …]).median

Method and worked numbers: ``docs/methods/knowing.md``.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass
from math import exp, inf, lgamma, log, sqrt
from typing import Any

METHOD_VERSION = "1.0"
Z_95 = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""
MISS_95 = 0.025
"""How often an interval may miss on each side."""


@dataclass(frozen=True)
class Share:
    """So many of so many, with the interval that the true share lies in with 95 % confidence.

    ``share``, ``low`` and ``high`` are None where there was nothing to take a share of.
    """

    count: int
    of: int
    share: float | None
    low: float | None
    high: float | None


@dataclass(frozen=True)
class Uptake:
    """How much of what was said in one way of knowing reached a decision."""

    way: str
    mentions: int
    reached: Share


@dataclass(frozen=True)
class Ratio:
    """One share as so many times another, with the interval of Koopman (1984), 95 %.

    ``ratio`` is None where the other share is 0 or there is nothing to compare; ``low`` is then still a bound if
    something can be said. ``high`` None: there is no upper bound. Both None: nothing can be said.
    """

    ratio: float | None
    low: float | None
    high: float | None

    @property
    def is_sure(self) -> bool:
        """Whether the interval leaves out 1, so that the two differ by more than chance explains."""
        return (self.low is not None and self.low > 1) or (self.high is not None and self.high < 1)


@dataclass(frozen=True)
class Waiting:
    """How long it took from a contribution to the first decision that it reached, in days.

    reached, waiting: how many did, and how many had not when it was counted
    median: of those that reached one, with the interval ``low`` to ``high`` for the median that holds at 95 % or more
    half_by: the day by which half of *all* had reached one, None where fewer than half are known to have
    """

    reached: int
    waiting: int
    median: float | None
    low: float | None
    high: float | None
    half_by: float | None

    def to_json(self) -> dict[str, Any]:
        """A plain record of it, with the method and its version."""
        return {"method": "waiting", "version": METHOD_VERSION} | asdict(self)


@dataclass(frozen=True)
class Knowing:
    """Ways of knowing in the contributions of a space.

    diversity: Shannon's H in nats, of mentions; evenness: Pielou's J = H / ln K for the K ways there could
    have been, None for K < 2 or where nobody named a way; untagged: contributions with no way
    effective: exp H, the number of ways that would be as diverse if each were heard equally; None where none was
    """

    diversity: float
    evenness: float | None
    effective: float | None
    uptakes: tuple[Uptake, ...]
    contributions: int
    untagged: int

    def uptake(self, way: str) -> Uptake:
        """The uptake of one way; KeyError where it is not one of the ways asked about."""
        for uptake in self.uptakes:
            if uptake.way == way:
                return uptake
        raise KeyError(way)

    def ratio(self, way: str, other: str) -> float | None:
        """Uptake of one way over that of another; None where it cannot be said."""
        return self.compare(way, other).ratio

    def compare(self, way: str, other: str, z: float = Z_95) -> Ratio:
        """Uptake of one way over that of another, with its interval; KeyError as for ``uptake``.

        z: for another confidence than 95 %, as when the two were picked because they lie furthest apart.

        Contributions in both ways count in both. The interval takes the two as apart, which makes it
        too wide for such, and never too narrow: what they share can only draw the two uptakes together.
        """
        one, two = self.uptake(way).reached, self.uptake(other).reached
        return ratio_of(one.count, one.of, two.count, two.of, z)

    def to_json(self) -> dict[str, Any]:
        """A plain record of it, with the method and its version."""
        return {"method": "knowing", "version": METHOD_VERSION} | asdict(self)


def wilson_interval(count: int, of: int, z: float = Z_95) -> tuple[float, float] | None:
    """The interval of Wilson (1927) for a share; None of nothing. Holds up for small numbers."""
    if not 0 <= count <= of:
        raise ValueError("a share needs 0 <= count <= of")
    if of == 0:
        return None
    share, extra = count / of, z * z / of
    middle = share + extra / 2
    reach = z * sqrt(share * (1 - share) / of + extra / (4 * of))
    low, high = (middle - reach) / (1 + extra), (middle + reach) / (1 + extra)
    # At the ends the formula gives exactly 0 and 1, and rounding almost does.
    return (0.0 if count == 0 else low, 1.0 if count == of else high)


def share_of(count: int, of: int) -> Share:
    """A share with its Wilson interval."""
    interval = wilson_interval(count, of)
    if interval is None:
        return Share(count, of, None, None, None)
    return Share(count, of, count / of, *interval)


def ratio_of(count: int, of: int, other_count: int, other_of: int, z: float = Z_95) -> Ratio:
    """``count / of`` over ``other_count / other_of``, with Koopman's interval. ValueError as for a share."""
    if not 0 <= count <= of or not 0 <= other_count <= other_of:
        raise ValueError("a share needs 0 <= count <= of")
    if of == 0 or other_of == 0 or count + other_count == 0:
        return Ratio(None, None, None)
    ratio = (count * other_of) / (of * other_count) if other_count else inf

    def far(logarithm: float) -> bool:
        return _score(exp(logarithm), count, of, other_count, other_of) > z * z

    middle = log(ratio) if 0 < ratio < inf else 0.0
    low = 0.0 if count == 0 else exp(_edge(far, middle, -1.0, inside=ratio < inf))
    high = None if other_count == 0 else exp(_edge(far, middle, 1.0, inside=ratio > 0))
    return Ratio(ratio if ratio < inf else None, low, high)


def _score(ratio: float, count: int, of: int, other_count: int, other_of: int) -> float:
    """Pearson's chi-square of the two counts if the true ratio were ``ratio``, at the likeliest pair of shares."""
    a = (of + other_of) * ratio
    b = of * ratio + count + other_of + other_count * ratio
    other = 2 * (count + other_count) / (b + sqrt(max(b * b - 4 * a * (count + other_count), 0.0)))
    return _squared(count, of, min(ratio * other, 1.0)) + _squared(other_count, other_of, min(other, 1.0))


def _squared(count: int, of: int, share: float) -> float:
    """(count − of·share)² / (of·share·(1 − share)), which has a limit where all or none are counted."""
    if count == of:
        return of * (1 - share) / share
    if count == 0:
        return of * share / (1 - share)
    return (count - of * share) ** 2 / (of * share * (1 - share)) if 0 < share < 1 else inf


def _edge(far: Callable[[float], bool], middle: float, way: float, *, inside: bool) -> float:
    """Where ``far`` turns, on one side of ``middle``: by doubling, then by halving.

    inside False: the estimate lies at infinity on the other side, so ``middle`` itself may be far; it is then moved.
    """
    step = 1.0
    while not inside and far(middle):
        middle, step = middle - way * step, step * 2
    near, beyond = middle, middle + way
    while not far(beyond):
        near, beyond = beyond, beyond + way * 2 * abs(beyond - middle)
    for _halving in range(80):
        half = (near + beyond) / 2
        near, beyond = (near, half) if far(half) else (half, beyond)
    return (near + beyond) / 2


def waiting(reached_after: Sequence[float], waiting_for: Sequence[float] = ()) -> Waiting:
    """Median days from contribution to decision, and the day by which half of all had reached one.

    ``reached_after``: days, for those that reached a decision; ``waiting_for``: days so far, for those that have
    not. The second number counts these as they should be: not as never, and not as nothing (Kaplan and Meier
    1958). ValueError for days below 0.
    """
    days = sorted(reached_after)
    if any(not day >= 0 for day in (*days, *waiting_for)):
        raise ValueError("days must be 0 or more")
    if not days:
        return Waiting(0, len(waiting_for), None, None, None, None)
    number = len(days)
    median = (days[(number - 1) // 2] + days[number // 2]) / 2
    spare = _order(number)
    low, high = (days[spare - 1], days[number - spare]) if spare else (None, None)
    return Waiting(number, len(waiting_for), float(median), low, high, _half_by(days, waiting_for))


def _order(number: int) -> int:
    """The k for which the k-th smallest to the k-th largest hold the median in 95 % or more; 0 where none does.

    From the binomial distribution: no shape of the days is taken for granted. Summed from where it begins to count.
    """
    k = max(0, int(number / 2 - 6 * sqrt(number)))
    below = 0.0
    while (below := below + exp(_log_choose(number, k) - number * log(2))) <= MISS_95:
        k += 1
    return k


def _log_choose(number: int, k: int) -> float:
    return lgamma(number + 1) - lgamma(k + 1) - lgamma(number - k + 1)


def _half_by(reached: Sequence[float], waiting_for: Sequence[float]) -> float | None:
    everyone = sorted((*reached, *waiting_for))
    still = 1.0
    for day, times in sorted(Counter(reached).items()):
        still *= 1 - times / (len(everyone) - bisect_left(everyone, day))
        if still <= 0.5 + 1e-12:
            return float(day)
    return None


def shannon_diversity(counts: Sequence[int]) -> float:
    """H = -sum p ln p (Shannon 1948), in nats; 0 for nothing and for one kind only."""
    total = sum(counts)
    return sum(-(count / total) * log(count / total) for count in counts if count > 0) + 0.0


def knowing(contributions: Sequence[Collection[str]], reached: Sequence[bool], ways: Sequence[str]) -> Knowing:
    """Diversity, evenness and uptake of the ways of knowing that contributions were tagged with.

    ``contributions`` holds for each the ways its author chose, several counting in each;
    ``reached`` says whether it led to at least one decision; ``ways`` are all ways there are, in
    the order wanted. ValueError for lists of different lengths, or a way that is not one of them.
    """
    if len(contributions) != len(reached):
        raise ValueError("contributions and reached must be lists of the same contributions")
    if len(set(ways)) != len(ways):
        raise ValueError("ways must each be named once")
    unknown = {way for tagged in contributions for way in tagged} - set(ways)
    if unknown:
        raise ValueError(f"not among the ways of knowing: {', '.join(sorted(unknown))}")
    mentions = Counter(way for tagged in contributions for way in set(tagged))
    taken_up = Counter(way for tagged, led in zip(contributions, reached, strict=True) if led for way in set(tagged))
    diversity = shannon_diversity([mentions[way] for way in ways])
    even = min(diversity / log(len(ways)), 1.0) if len(ways) > 1 and mentions else None
    return Knowing(
        diversity=diversity,
        evenness=even,
        effective=exp(diversity) if mentions else None,
        uptakes=tuple(Uptake(way, mentions[way], share_of(taken_up[way], mentions[way])) for way in ways),
        contributions=len(contributions),
        untagged=sum(not tagged for tagged in contributions),
    )


def emergence(emerged: Sequence[bool]) -> Share:
    """The share of themes (or outcomes) that were not on the opening agenda, with its interval."""
    return share_of(sum(map(bool, emerged)), len(emerged))
