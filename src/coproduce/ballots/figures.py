"""The result of a count made ready for a page: a picture, and the same as rows of a table."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce.ballots.queries import Result
from coproduce.deliberation.queries import group_name
from coproduce.ui.pictures.count import Against, Bar, Bars, Beside, count_bars, set_beside
from coproduce_methods.votes import APPROVAL, HIGHEST_SCORE, RANKED, Count, GroupCount


@dataclass(frozen=True, slots=True)
class Line:
    """One option in the table: its place, whether it shares it, its figure, and the columns of its spread."""

    words: str
    place: int
    shares_place: bool
    figure: int
    spread: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class GroupLine:
    """One row of people: their name, how many, and each option's figure in the order of the options."""

    name: str
    people: int
    figures: tuple[str, ...]


def picture_of(result: Result) -> SafeString | str:
    """The picture of a count; "" where there is nothing to draw."""
    count = result.count
    if count is None or not count.first:
        return ""
    words = [option.words for option in result.options]
    if count.rule == RANKED:
        return set_beside(_against(count, words, str(result.standing.ballot.pk)))
    most = count.papers if count.rule == APPROVAL else count.papers * HIGHEST_SCORE
    bars = [Bar(words[row.option], row.figure, _said(count, row.figure), row.place == 1) for row in count.placed]
    title = _("Ticks for each one") if count.rule == APPROVAL else _("Points for each one")
    return count_bars(Bars(f"count-{result.standing.ballot.pk}", title, most, bars))


def _said(count: Count, figure: int) -> str:
    if count.rule == APPROVAL:
        return ngettext("one tick", "%(n)s ticks", figure) % {"n": figure}
    return ngettext("one point", "%(n)s points", figure) % {"n": figure}


def _against(count: Count, words: Sequence[str], key: str) -> Beside:
    first = count.first[0]
    rows = []
    for row in count.placed:
        for pair in count.pairs:
            if {pair.one, pair.other} == {first, row.option}:
                before, after = (pair.above, pair.below) if pair.one == first else (pair.below, pair.above)
                rows.append(Against(words[row.option], before, after))
    return Beside(f"count-{key}", words[first], count.papers, rows)


def lines_of(result: Result) -> list[Line]:
    """The rows of the table, the first place first."""
    if result.count is None:
        return []
    return [
        Line(result.options[row.option].words, row.place, row.shares_place, row.figure, row.spread)
        for row in result.count.placed
    ]


def columns_of(result: Result) -> list[str]:
    """The heads of the table's columns after the place."""
    if result.count is None:
        return []
    if result.count.rule == APPROVAL:
        return [_("Ticks"), _("Not ticked"), _("Ticked")]
    if result.count.rule == RANKED:
        ranks = [_("Put in place %(rank)s") % {"rank": rank} for rank in range(1, len(result.options) + 1)]
        return [_("Comes before"), *ranks, _("Left out")]
    given = [ngettext("%(n)s point", "%(n)s points", n) % {"n": n} for n in range(HIGHEST_SCORE + 1)]
    return [_("Points"), *given]


def group_lines(groups: Sequence[GroupCount]) -> list[GroupLine]:
    """A count by group as rows; empty where there is only one row, which is everybody."""
    if len(groups) < 2:
        return []
    lines = []
    for group in groups:
        by_option = sorted(group.count.placed, key=lambda row: row.option)
        figures = tuple(
            _("place %(place)s") % {"place": row.place} if group.count.rule == RANKED else str(row.figure)
            for row in by_option
        )
        lines.append(GroupLine(group_name(group.row), group.people, figures))
    return lines
