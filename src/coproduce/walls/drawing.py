"""How a wall is drawn: for a projector at the size that fits, and the square that cameras read."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import NamedTuple

import segno
from django.utils.safestring import SafeString, mark_safe

from coproduce.contributions.queries import cut_at_a_word
from coproduce.ui.pictures.thread import crossings, num, stroke, wefts
from coproduce.walls.queries import Card, Hung


class Step(NamedTuple):
    """A size of letters on the projector: a line holds so many characters, and all columns so many lines."""

    name: str
    across: int
    lines: int


STEPS = (Step("huge", 31, 26), Step("large", 24, 56), Step("middling", 31, 66), Step("small", 27, 108))
"""Measured at 1920 by 1080: the letters are 44, 34, 27 and 23 pixels high; the smallest is read at six metres."""
CUT_AT = 110
"""Characters of a card where there are too many to show whole."""
A_HEADING, BETWEEN = 3.8, 0.7
"""Lines that a group's name and its band take, and the space after a card."""
THREADS_AT_MOST = 22


@dataclass(frozen=True, slots=True)
class OnTheWall:
    """A group as it is thrown on the wall; ``more``: its cards that have no room. ``name`` is "" for no group.

    band: the threads of all its cards, held together by one weft.
    """

    name: str
    cards: Sequence[Card]
    more: int
    band: SafeString


@dataclass(frozen=True, slots=True)
class Thrown:
    """What is on the projector: the step's name, and its groups."""

    size: str
    groups: list[OnTheWall]
    count: int


def lines_of(hung: Hung, step: Step) -> float:
    """How many lines everything on the wall takes at one size."""
    cards = [*hung.loose, *(card for held in hung.groups for card in held.cards)]
    headings = len(hung.groups) + bool(hung.loose)
    return headings * A_HEADING + sum(ceil(len(shown_words(card)) / step.across) + BETWEEN for card in cards)


def shown_words(card: Card) -> str:
    """What the room reads: the note alone where one stands before the words."""
    return card.content_note or card.words


def for_projector(hung: Hung) -> Thrown:
    """The wall at the largest size at which all of it fits; else at the smallest, cut, the newest of each group."""
    parts = [("", hung.loose)] if hung.loose else []
    parts += [(held.group.name, held.cards[::-1]) for held in hung.groups]
    for step in STEPS:
        if lines_of(hung, step) <= step.lines:
            return Thrown(
                step.name, [OnTheWall(name, cards, 0, band(name, cards)) for name, cards in parts], hung.count
            )
    step = STEPS[-1]
    each = (step.lines - A_HEADING * len(parts)) / (ceil(CUT_AT / step.across) + BETWEEN)
    room = _shared_out([len(cards) for _name, cards in parts], max(len(parts), int(each)))
    groups = [
        OnTheWall(name, [_cut(card) for card in cards[:n]], len(cards) - n, band(name, cards))
        for (name, cards), n in zip(parts, room, strict=True)
    ]
    return Thrown(step.name, groups, hung.count)


def _shared_out(wanted: Sequence[int], room: int) -> list[int]:
    """``room`` places shared out one at a time, so that no group is left out for a larger one."""
    given = [0] * len(wanted)
    while room > 0 and any(n < all_of_it for n, all_of_it in zip(given, wanted, strict=True)):
        for index, all_of_it in enumerate(wanted):
            if given[index] < all_of_it and room > 0:
                given[index] += 1
                room -= 1
    return given


def _cut(card: Card) -> Card:
    return replace(card, words=cut_at_a_word(card.words, CUT_AT))


def band(name: str, cards: Sequence[Card]) -> SafeString:
    """The threads of a group's cards side by side, held by one weft that goes over and under; of no group, loose."""
    letters = [letter for card in cards for letter in card.ways][:THREADS_AT_MOST]
    if not letters:
        return SafeString("")
    length = 14.0 * len(letters) + 10
    ys = [12.0 + 14 * i for i in range(len(letters))]
    drawn = "".join(
        stroke(letter, f"M{num(4 + i % 3 * 2)} {num(y)}H{num(40 - i % 4 * 2)}")
        for i, (letter, y) in enumerate(zip(letters, ys, strict=True))
    )
    if name:
        drawn = wefts([22], 0, length, "arose") + drawn + crossings([22], ys, "arose", "".join(letters), 1)
    # Cloth lies on its side elsewhere; here the threads hang.
    return SafeString(
        f'<svg class="band" viewBox="0 0 {num(length)} 44" width="{num(length)}" height="44" aria-hidden="true" '
        f'focusable="false"><g transform="matrix(0 1 1 0 0 0)">{drawn}</g></svg>'
    )


def square(address: str) -> SafeString:
    """The address as a QR code, an SVG in one path, readable when a fifth of it is smudged."""
    drawn = segno.make(address, error="q", micro=False)
    svg = drawn.svg_inline(scale=4, border=2, omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(svg)  # noqa: S308  # drawn by the library from numbers; the address is not in it as text
