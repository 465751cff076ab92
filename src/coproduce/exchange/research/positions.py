"""Where a passage begins and ends, by the ways in which programs count.

The standard counts code points, takes a line end as one character (LF), and its end position is that of the last
character of the passage. Some programs give the position after the last, some count in the halves of UTF-16 that
Windows and Java count in, some count a line end of two characters as two. A file does not say how it counts. Many
give the words of a passage beside its positions, though: so each way is tried, and the one taken under which most
passages hold the words that the file says they hold.
"""

from bisect import bisect_left
from collections.abc import Iterable
from itertools import product
from typing import NamedTuple

from django.utils.translation import gettext as _

ELLIPSES = ("…", "...")
LEAST_PREFIX = 8
"""A shortened quotation says something from this many characters on."""


class Counting(NamedTuple):
    """One way to count. ``end_after``: the end is the place after the last character; ``halves``: of UTF-16;
    ``as_they_stand``: CRLF is two characters."""

    end_after: bool = False
    halves: bool = False
    as_they_stand: bool = False

    def told(self) -> str:
        """The way in a sentence, for the page that shows what will be read in."""
        end = (
            _("an end is the place after the last character")
            if self.end_after
            else _("an end is the last character itself")
        )
        unit = _("in the halves of UTF-16") if self.halves else _("in characters (code points)")
        lines = _(", a line end of two counts as two") if self.as_they_stand else ""
        return _("Positions are read %(unit)s%(lines)s; %(end)s.") % {"unit": unit, "lines": lines, "end": end}


STANDARD = Counting()
KNOWN = {"coproduce": STANDARD, "qualcoder": Counting(end_after=True)}
"""What programs do that we have seen, by the beginning of their name."""


def line_feeds(text: str) -> str:
    """The text with one kind of line end. U+2028 and its like are characters of the text and stay."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class Ruler:
    """Turns positions in the text as a file holds it into positions in its words as they are kept here."""

    def __init__(self, raw: str) -> None:
        self.raw = raw.removeprefix("\ufeff")
        self.text = line_feeds(self.raw)
        self.words = self.text.strip()
        self._lead = len(self.text) - len(self.text.lstrip())
        self._pairs = [
            place for place, mark in enumerate(self.raw) if mark == "\r" and self.raw[place + 1 : place + 2] == "\n"
        ]
        self._halves: dict[bool, list[int]] = {}
        self.is_astral = max(self.text, default="") > "\uffff"
        self.has_pairs = bool(self._pairs)

    def stretch(self, start: int, end: int, counting: Counting) -> tuple[int, int] | None:
        """``words[start:end]``, or None for positions that lie outside of the text or hold nothing of it."""
        first = self._place(start, counting)
        last = self._place(end + (0 if counting.end_after else 1), counting)
        if first is None or last is None or first >= last:
            return None
        first, last = max(first - self._lead, 0), min(last - self._lead, len(self.words))
        return (first, last) if first < last else None

    def _place(self, position: int, counting: Counting) -> int | None:
        """A position of the file as a position in ``text``."""
        if position < 0:
            return None
        if counting.halves:
            starts = self._starts_of_halves(counting.as_they_stand)
            place = bisect_left(starts, position)
        else:
            place = position
        if place > len(self.raw if counting.as_they_stand else self.text):
            return None
        return place - bisect_left(self._pairs, place) if counting.as_they_stand else place

    def _starts_of_halves(self, as_they_stand: bool) -> list[int]:
        if as_they_stand not in self._halves:
            starts, at = [], 0
            for letter in self.raw if as_they_stand else self.text:
                starts.append(at)
                at += 2 if letter > "\uffff" else 1
            self._halves[as_they_stand] = [*starts, at]
        return self._halves[as_they_stand]


class Told(NamedTuple):
    """A passage as the file gives it: its text, its positions, and the words that it should hold ("" if not said)."""

    ruler: Ruler
    start: int
    end: int
    words: str


def counting_of(origin: str, passages: Iterable[Told]) -> tuple[Counting, int, int]:
    """How a file counts, (of how many passages that say their words, how many hold them so).

    A file of a program that we know is read as that program counts, unless its own words speak against it.
    """
    told = list(passages)
    known = next((way for name, way in KNOWN.items() if origin.lower().startswith(name)), STANDARD)
    rulers = {id(each.ruler): each.ruler for each in told}.values()
    astral = any(ruler.is_astral for ruler in rulers)
    pairs = any(ruler.has_pairs for ruler in rulers)
    ways = [Counting(*way) for way in product((False, True), (False, astral), (False, pairs))]
    scores = {way: sum(_score(each, way) for each in told) for way in dict.fromkeys([known, *ways])}
    best = max(scores, key=lambda way: (scores[way], way == known, way == STANDARD, -sum(way)))
    saying = [each for each in told if each.words.strip()]
    return best, sum(_score(each, best) >= 2 for each in saying), len(saying)


def _score(told: Told, counting: Counting) -> int:
    """2 for the words it says, 1 for their beginning, -1 for a place that is none."""
    found = told.ruler.stretch(told.start, told.end, counting)
    if found is None:
        return -1
    said = " ".join(told.words.split())
    if not said:
        return 0
    held = holds(told.ruler.words, found, told.words)
    if held:
        return 2
    for mark in ELLIPSES:
        said = said.removesuffix(mark).rstrip()
    begins = " ".join(told.ruler.words[found[0] : min(found[1], found[0] + _room_for(told.words))].split())
    return 1 if len(said) >= LEAST_PREFIX and begins.startswith(said) else 0


def holds(words: str, place: tuple[int, int], said: str) -> bool:
    """Whether a passage holds what is said to stand in it, but for how much empty space there is."""
    start, end = place
    # No more is looked at than could be what is said: a file may name the same long passage a million times.
    return end - start <= _room_for(said) and words[start:end].split() == said.split()


def _room_for(said: str) -> int:
    return 4 * len(said) + 200
