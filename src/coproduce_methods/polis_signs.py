"""Which sign means *agree* in the files of a Polis export, told from what the files say elsewhere.

A wrong sign would turn everybody's views round, so it is found, never assumed. Each function
returns 1 or -1, or None where the evidence is missing or points both ways.
"""

from collections.abc import Mapping, Sequence

CLEAR = 0.9
"""The part of the evidence that must point one way."""


def _verdict(upright: int, reversed_: int) -> int | None:
    total = upright + reversed_
    if total == 0 or max(upright, reversed_) / total < CLEAR:
        return None
    return 1 if upright > reversed_ else -1


def column_sign(claimed: Sequence[tuple[int, int, int, int]]) -> int | None:
    """From rows of (n-agree, n-disagree, cells of +1, cells of -1): the sign that makes them true.

    Rows in which both are equal tell nothing.
    """
    telling = [row for row in claimed if row[2] != row[3]]
    upright = sum(row[:2] == row[2:] for row in telling)
    reversed_ = sum(row[:2] == row[:1:-1] for row in telling)
    return _verdict(upright, reversed_)


def compared_sign(first: Mapping[tuple[str, int], int], second: Mapping[tuple[str, int], int]) -> int | None:
    """1 where two tables of the same answers have the same sign, -1 where they are opposite."""
    both = [value * second[cell] for cell, value in first.items() if cell in second]
    return _verdict(both.count(1), both.count(-1))


def counted_sign(cells: Mapping[tuple[str, int], int], counts: Sequence[tuple[int, int]]) -> int | None:
    """From the counts of agreeing and disagreeing votes on each comment: the sign that fits better.

    Such counts can be out of date, so each comment says which of the two is nearer, if either.
    """
    plus, minus = [0] * len(counts), [0] * len(counts)
    for (_, what), value in cells.items():
        plus[what] += value > 0
        minus[what] += value < 0
    upright = reversed_ = 0
    for (agrees, disagrees), ups, downs in zip(counts, plus, minus, strict=True):
        as_is = abs(agrees - ups) + abs(disagrees - downs)
        turned = abs(agrees - downs) + abs(disagrees - ups)
        upright += as_is < turned
        reversed_ += turned < as_is
    return _verdict(upright, reversed_)
