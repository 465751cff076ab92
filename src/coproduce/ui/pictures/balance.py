"""Who had to be here: for each way of knowing a thread, crossed once for each person the charter asked for.

It shows what was needed and that it was met, never how many came: a count could single somebody out.
"""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from coproduce.ui.pictures.thread import knot, num, stroke
from coproduce.ways import BY_LETTER

STEP = 26
AT_MOST = 8

POSITIONS = {
    "consent": '<path class="stance" d="M2 14H26"/>',
    "reservations": '<path class="stance" d="M2 14H11M17 14H26"/>',
    "aside": '<path class="stance thin" d="M2 17C9 17 11 8 26 9"/>',
    "object": '<path class="stance" d="M2 14H26M14 3V25"/>',
}


class Needed(NamedTuple):
    """One way of knowing: its letter, how many the charter asks for, the sentence ("two needed. They were here.")."""

    letter: str
    needed: int
    sentence: str


def _drawn(row: Needed) -> str:
    crossed = min(row.needed, AT_MOST)
    width = 26 + STEP * (crossed + 1)
    wefts = "".join(f"M{num(42 + STEP * i)} 6V30" for i in range(crossed))
    thread = stroke(row.letter, f"M25 18H{width}")
    return (
        f'<svg aria-hidden="true" focusable="false" width="{width + 2}" height="36" viewBox="0 0 {width + 2} 36">'
        f'{thread}<path class="clear c-band" d="{wefts}"/><path class="weft w-decision" d="{wefts}"/>'
        f"{knot(row.letter, 13.5, 18)}</svg>"
    )


def balance(rows: Sequence[Needed]) -> SafeString:
    """A list: the people, their thread with its crossings, and the sentence."""
    return format_html(
        '<ul class="balance">{}</ul>',
        format_html_join(
            "",
            '<li><span>{}</span><span>{}</span><span class="small">{}</span></li>',
            ((BY_LETTER[row.letter].people, SafeString(_drawn(row)), row.sentence) for row in rows),
        ),
    )


def position_mark(position: str) -> SafeString:
    """The mark of a position, 28 × 28: a line, a broken line, a line that turns aside, a line that is crossed."""
    body = POSITIONS.get(position, "")
    return SafeString(
        '<svg class="position" aria-hidden="true" focusable="false" width="28" height="28" '
        f'viewBox="0 0 28 28">{body}</svg>'
    )
