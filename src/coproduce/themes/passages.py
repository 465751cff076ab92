"""Passages: pieces of someone's words, counted in code points, found in a text and drawn in it.

Nothing here asks the database. Offsets count from 0 in the words as they are stored; the end is excluded.
"""

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_BETWEEN_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
_LINE = re.compile(r"[^\r\n]+")
_LINE_ENDS = re.compile(r"\r\n|\r|\n")
_SENTENCE = re.compile(r"\S.*?(?:[.!?…؟।]+[\"'”’»)\]]*(?=\s)|[。！？]+|\s*$)")  # noqa: RUF001  # as they are written
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


# ── reading, sentence by sentence ────────────────────────────────────────────────────────────────


def sentences_of(words: str) -> list[Stretch]:
    """Where each sentence stands, without the space around it. The end of a line ends a sentence."""
    found = []
    for line in _LINE.finditer(words):
        for one in _SENTENCE.finditer(line[0]):
            start, end = line.start() + one.start(), line.start() + one.end()
            found.append(trimmed(words, Stretch(start, end)))
    return found


def trimmed(words: str, passage: Stretch) -> Stretch:
    """The passage without the empty space at its two ends; as it is where it is nothing else."""
    text = words[passage.start : passage.end]
    start = passage.start + len(text) - len(text.lstrip())
    return Stretch(start, start + len(text.strip())) if text.strip() else passage


def for_reading(words: str, marks: Sequence[Stretch]) -> SafeString:
    """The words as paragraphs of sentences, with the marks in them, everything escaped.

    Every piece lies in an element with ``data-start`` that holds no end of a line: a selection can be counted back to
    code points whatever the line ends are. The sentences are those of ``sentences_of``, by ``data-sentence``. Where
    marks overlap each piece says how many there are, and a mark ends in its number: its place in ``marks``, from 1.
    """
    sentences = sentences_of(words)
    edges = {0, len(words)} | {edge for one in (*sentences, *marks) for edge in one}
    edges |= {edge for end in _LINE_ENDS.finditer(words) for edge in end.span()}
    number = {one.start: n for n, one in enumerate(sentences)}
    ends = {one.end for one in sentences}
    out, is_open = [_PARAGRAPH], False
    for start, end in pairwise(sorted(edges)):
        piece = words[start:end]
        if piece[0] in "\r\n":
            out.append("<br>")
            continue
        if start in number:
            out.append(f'<span class="sentence" data-sentence="{number[start]}" data-start="{start}">')
            is_open = True
        drawn = _piece(piece, start, end, marks)
        out.append(drawn if is_open else f'<span data-start="{start}">{drawn}</span>')
        if is_open and end in ends:
            out.append("</span>")
            is_open = False
    text = _EMPTY_LINE.sub(f"</p>{_PARAGRAPH}", "".join([*out, "</p>"]))
    return mark_safe(text)  # noqa: S308  # every piece of the words went through escape


_PARAGRAPH = '<p dir="auto">'
_EMPTY_LINE = re.compile(
    r'<br>(?:<span data-start="\d+">\s*</span>)?<br>(?:(?:<span data-start="\d+">\s*</span>)?<br>)*'
)


def _piece(piece: str, start: int, end: int, marks: Sequence[Stretch]) -> str:
    within = [n for n, mark in enumerate(marks, start=1) if mark.start <= start and end <= mark.end]
    if not within:
        return escape(piece)
    ending = [n for n in within if marks[n - 1].end == end]
    label = f' data-ends="{" ".join(map(str, ending))}"' if ending else ""
    numbers = " ".join(map(str, within))
    return f'<mark class="marks-{min(len(within), 3)}" data-marks="{numbers}"{label}>{escape(piece)}</mark>'
