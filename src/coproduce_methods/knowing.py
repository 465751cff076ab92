"""Which ways of knowing a space heard, and which of them reached a decision.

    result = knowing([{"lived"}, {"lived", "caring"}, …], reached, ways=["lived", "caring", …])
    result.diversity, result.evenness, result.uptake("lived")

Method and worked numbers: ``docs/methods/knowing.md``.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from math import log, sqrt

Z_95 = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""


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
class Knowing:
    """Ways of knowing in the contributions of a space.

    diversity: Shannon's H in nats; evenness: Pielou's J = H / ln K for the K ways there could
    have been, None for K < 2 or where nobody named a way; untagged: contributions with no way
    """

    diversity: float
    evenness: float | None
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
        above, below = self.uptake(way).reached.share, self.uptake(other).reached.share
        return above / below if above is not None and below else None


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
    even = diversity / log(len(ways)) if len(ways) > 1 and mentions else None
    return Knowing(
        diversity=diversity,
        evenness=even,
        uptakes=tuple(Uptake(way, mentions[way], share_of(taken_up[way], mentions[way])) for way in ways),
        contributions=len(contributions),
        untagged=sum(not tagged for tagged in contributions),
    )


def emergence(emerged: Sequence[bool]) -> Share:
    """The share of themes (or outcomes) that were not on the opening agenda, with its interval."""
    return share_of(sum(map(bool, emerged)), len(emerged))
