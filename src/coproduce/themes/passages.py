"""Passages: pieces of someone's words, counted in code points, found in a text and drawn in it.

Nothing here asks the database. Offsets count from 0 in the words as they are stored; the end is excluded.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_BETWEEN_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_ALIKE = {"'": "['’‘]", "’": "['’‘]", "‘": "['’‘]", '"': '["“”]', "“": '["“”]', "”": '["“”]'}


class Stretch(NamedTuple):
    """Where a passage stands: ``words[start:end]``."""

    start: int
    end: int


def places_of(passage: str, words: str) -> list[Stretch]:
    """Where ``passage`` stands in ``words``, letter for letter, overlapping finds left out.

    How much empty space there is, and whether quotation marks are curled, does not matter: copying from a
    page changes both.
    """
    tokens = passage.split()
    if not tokens:
        return []
    pattern = r"\s+".join("".join(_ALIKE.get(letter, re.escape(letter)) for letter in token) for token in tokens)
    return [Stretch(*found.span()) for found in re.finditer(pattern, words)]


def _joined(stretches: Sequence[tuple[int, int]]) -> list[Stretch]:
    """Stretches in order, with those that overlap joined into one."""
    joined: list[Stretch] = []
    for start, end in sorted(stretches):
        if joined and start < joined[-1].end:
            joined[-1] = Stretch(joined[-1].start, max(end, joined[-1].end))
        else:
            joined.append(Stretch(start, end))
    return joined


def _drawn(words: str, start: int, end: int, marks: Sequence[Stretch]) -> str:
    out, at = [], start
    for mark in marks:
        first, last = max(mark.start, start), min(mark.end, end)
        if first < last:
            out += [escape(words[at:first]), "<mark>", escape(words[first:last]), "</mark>"]
            at = last
    return "".join([*out, escape(words[at:end])]).replace("\n", "<br>\n")


def marked(words: str, stretches: Sequence[tuple[int, int]] = ()) -> SafeString:
    """The words as paragraphs with the stretches marked, everything escaped.

    Each paragraph says where it starts (``data-start``) and its text, new lines too, is as stored, so
    that a selection on the page can be counted back to offsets.
    """
    marks = _joined(stretches)
    out, at = [], 0
    for gap in [*_BETWEEN_PARAGRAPHS.finditer(words), None]:
        end = gap.start() if gap else len(words)
        out.append(f'<p dir="auto" data-start="{at}">{_drawn(words, at, end, marks)}</p>')
        at = gap.end() if gap else end
    return mark_safe("".join(out))  # noqa: S308  # every piece of the words went through escape
