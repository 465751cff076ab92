"""Turning what a person wrote into paragraphs, without changing or interpreting any of it."""

import re
from collections.abc import Iterable

from django.utils.html import escape
from django.utils.safestring import SafeString

_PARAGRAPHS = re.compile(r"\n[ \t]*\n\s*")
# Control characters that draw nothing and would not be well-formed; tabs and new lines stay.
_UNDRAWN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff]")


def _clean(text: str) -> str:
    return _UNDRAWN.sub("", str(text).replace("\r\n", "\n").replace("\r", "\n"))


def _marked(paragraph: str, passages: list[str]) -> str:
    """Escaped text with every passage marked; where passages meet or overlap they are marked as one."""
    covered = sorted(
        (found.start(), found.end()) for passage in passages for found in re.finditer(re.escape(passage), paragraph)
    )
    out, at, i = [], 0, 0
    while i < len(covered):
        start, end = covered[i]
        while i + 1 < len(covered) and covered[i + 1][0] <= end:
            i += 1
            end = max(end, covered[i][1])
        out += [escape(paragraph[at:start]), "<mark>", escape(paragraph[start:end]), "</mark>"]
        at = end
        i += 1
    return "".join([*out, escape(paragraph[at:])])


def paragraphs(text: str, passages: Iterable[str] = ()) -> SafeString:
    """``<p dir="auto">`` for each paragraph, line breaks kept, everything escaped.

    passages: exact pieces of the text to mark; one that runs over several paragraphs is marked in each.
    Every paragraph chooses its own direction, so words in Arabic or Hebrew never turn what is around them.
    """
    pieces = [
        piece.strip() for passage in passages or () for piece in _PARAGRAPHS.split(_clean(passage)) if piece.strip()
    ]
    out = []
    for paragraph in _PARAGRAPHS.split(_clean(text).strip()):
        inner = _marked(paragraph, pieces) if pieces else escape(paragraph)
        out.append(f'<p dir="auto">{inner.replace(chr(10), "<br>")}</p>')
    return SafeString("".join(out))


def shortened(text: str, length: int) -> str:
    """The beginning of a text on one line, cut between words, with … where it was cut. Plain, not escaped."""
    line = " ".join(_clean(text).split())
    if len(line) <= length:
        return line
    cut = line[:length].rsplit(" ", 1)[0] if " " in line[:length] else line[:length]
    return cut.rstrip(" ,;:.–—-") + "…"


def one_line(text: str, length: int = 140) -> SafeString:
    """``shortened`` inside ``<bdi>``, escaped."""
    return SafeString(f"<bdi>{escape(shortened(text, length))}</bdi>")
