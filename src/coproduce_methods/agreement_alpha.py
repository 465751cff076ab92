"""How far people who sort the same things agree, beyond what chance would make: Krippendorff's alpha for names.

    nominal_alpha([("a", "b"), ("a", "a"), (None, "c"), …]).alpha

1 is full agreement, 0 what chance would make, below 0 less than that. For two people who mark stretches of texts,
``marked_alike`` and ``alpha_of_counts`` say it letter by letter. Method and worked numbers: ``docs/methods/coding.md``.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from typing import NamedTuple

METHOD_VERSION = "1.0"


class Alpha(NamedTuple):
    """The result. ``alpha`` is None where nothing varies or nothing was sorted twice: then agreement says nothing.

    observed, expected: the disagreement found, and what chance would make, as shares of pairs (0 to 1).
    units: things that two people or more sorted. pairable: how many sortings of these there are.
    """

    alpha: float | None
    observed: float
    expected: float
    units: int
    pairable: int


class Alike(NamedTuple):
    """Letters that both marked, only the first, only the other, and neither."""

    both: int
    only_one: int
    only_other: int
    neither: int


NOTHING = Alpha(None, 0.0, 0.0, 0, 0)


def nominal_alpha(units: Iterable[Sequence[Hashable | None]]) -> Alpha:
    """Alpha for things sorted under names.

    units: for each thing the name that each person gave it, None where somebody did not sort it. Any number of people;
    things sorted by fewer than two are left out.
    """
    agreeing, values, used = 0.0, Counter[Hashable](), 0
    for unit in units:
        counts = Counter(value for value in unit if value is not None)
        given = counts.total()
        if given < 2:
            continue
        used += 1
        values += counts
        agreeing += sum(n * (n - 1) for n in counts.values()) / (given - 1)
    return _alpha(agreeing, list(values.values()), used)


def alpha_of_counts(alike: Alike) -> Alpha:
    """Alpha of two people who each said yes or no of many things, from how often they said what."""
    things = sum(alike)
    yes = 2 * alike.both + alike.only_one + alike.only_other
    return _alpha(2.0 * (alike.both + alike.neither), [yes, 2 * things - yes], things)


def _alpha(agreeing: float, values: Sequence[int], units: int) -> Alpha:
    pairable = sum(values)
    if pairable < 2:
        return NOTHING
    observed = 1 - agreeing / pairable
    expected = 1 - sum(n * (n - 1) for n in values) / (pairable * (pairable - 1))
    return Alpha(1 - observed / expected if expected else None, observed, expected, units, pairable)


def marked_alike(length: int, one: Iterable[tuple[int, int]], other: Iterable[tuple[int, int]]) -> Alike:
    """How many letters of a text of this length two people marked: each gives stretches from 0, end excluded.

    Stretches may overlap; what lies outside the text is left out. ValueError for a length below 0.
    """
    if length < 0:
        raise ValueError("a text has no fewer than 0 letters")
    first, second = _joined(one, length), _joined(other, length)
    both = sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in first for b in second)
    in_first, in_second = (sum(end - start for start, end in joined) for joined in (first, second))
    return Alike(both, in_first - both, in_second - both, length - in_first - in_second + both)


def _joined(stretches: Iterable[tuple[int, int]], length: int) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted((max(0, start), min(end, length)) for start, end in stretches):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
