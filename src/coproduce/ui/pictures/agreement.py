"""Agreement by standpoint: one row for each group, one mark for each person."""

from collections.abc import Sequence
from typing import NamedTuple

from django.utils.formats import number_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.thread import num

PEOPLE_AT_MOST = 60
IN_A_LINE = 30
STEP = 17


class Row(NamedTuple):
    """One group of people, never smaller than the space's threshold: the caller joins small ones.

    url: where what was counted in it can be read, "" for nowhere.
    """

    group: str
    agree: int
    unsure: int
    disagree: int
    url: str = ""


def _share(counts: Sequence[int], each: int) -> list[int]:
    """Marks for each answer when one mark stands for ``each`` people; nobody who answered is left without a mark."""
    return [max(1, round(count / each)) if count else 0 for count in counts]


def people_a_mark(rows: Sequence[Row]) -> int:
    """How many people one mark stands for, the same in every row: 1 up to sixty people a row, then 2, 5, 10, 20, …"""
    most = max((row.agree + row.unsure + row.disagree for row in rows), default=0)
    each, steps = 1, (2, 2.5, 2)
    turn = 0
    while most > PEOPLE_AT_MOST * each:
        each = int(each * steps[turn % 3])
        turn += 1
    return each


def agree_mark(x: float, y: float) -> str:
    """A full dot."""
    return f'<circle class="m-agree" cx="{num(x)}" cy="{num(y)}" r="6"/>'


def unsure_mark(x: float, y: float) -> str:
    """A broken ring."""
    return f'<circle class="m-unsure" cx="{num(x)}" cy="{num(y)}" r="5.3"/>'


def disagree_mark(x: float, y: float) -> str:
    """A cross."""
    return f'<path class="m-disagree" d="M{num(x - 5)} {num(y - 5)}l10 10m0-10l-10 10"/>'


def _marks(counts: Sequence[int]) -> str:
    draw = [agree_mark] * counts[0] + [unsure_mark] * counts[1] + [disagree_mark] * counts[2]
    lines = max(1, -(-len(draw) // IN_A_LINE))
    width, height = STEP * min(IN_A_LINE, max(1, len(draw))), 20 * lines
    body = "".join(one(8 + STEP * (i % IN_A_LINE), 10 + 20 * (i // IN_A_LINE)) for i, one in enumerate(draw))
    return (
        f'<svg class="marks" aria-hidden="true" focusable="false" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{body}</svg>'
    )


def said_of(row: Row) -> str:
    """How many of a row gave which answer, in words."""
    said = []
    agree, unsure, disagree = (number_format(n, force_grouping=True) for n in row[1:4])
    if row.agree:
        said.append(ngettext("%(n)s agrees", "%(n)s agree", row.agree) % {"n": agree})
    if row.unsure:
        said.append(gettext("%(n)s unsure") % {"n": unsure})
    if row.disagree:
        said.append(ngettext("%(n)s disagrees", "%(n)s disagree", row.disagree) % {"n": disagree})
    return ", ".join(said) or gettext("nobody has answered yet")


def _told(row: Row) -> SafeString | str:
    """The sentence, leading to what was counted; read aloud alone it says of whom."""
    if not row.url:
        return said_of(row)
    return format_html('<a href="{}"><span class="visually-hidden">{}: </span>{}</a>', row.url, row.group, said_of(row))


def agreement_key(each: int = 1) -> SafeString:
    """What the three marks mean, and how many people one of them is."""
    said = (
        gettext("One mark is one person.")
        if each == 1
        else gettext("One mark is about %(n)s people; an answer that anybody gave has a mark.") % {"n": each}
    )
    kinds = ((agree_mark, gettext("agrees")), (unsure_mark, gettext("unsure")), (disagree_mark, gettext("disagrees")))
    items = format_html_join(
        "",
        '<li><svg aria-hidden="true" width="16" height="16" viewBox="0 0 16 16">{}</svg> {}</li>',
        ((SafeString(draw(8, 8)), word) for draw, word in kinds),
    )
    return format_html('<ul class="marks-key">{}<li>{}</li></ul>', items, said)


def agreement_marks(rows: Sequence[Row], each: int = 0) -> SafeString:
    """The rows, each a name, its marks and the same in words. Beyond sixty people a row one mark stands for several.

    each: how many, where rows above and below are to be compared; 0 to see from these rows.
    """
    each = each or people_a_mark(rows)
    return format_html(
        '<ul class="agreement">{}</ul>',
        format_html_join(
            "",
            '<li><span>{}</span><span class="marks-of">{}</span><span class="small">{}</span></li>',
            (
                (row.group, SafeString(_marks(_share((row.agree, row.unsure, row.disagree), each))), _told(row))
                for row in rows
            ),
        ),
    )
