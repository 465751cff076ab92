"""Themes compared by whose knowledge is in them."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coproduce.spaces.access import member_place
from coproduce.themes import queries
from coproduce.themes.models import Theme
from coproduce.themes.queries.comparing import (
    THEMES_AT_ONCE,
    Known,
    KnownRow,
    beginning,
    known_in,
    side_by_side,
)
from coproduce.themes.tree import in_tree
from coproduce.ui.pages import page
from coproduce.ui.pictures.thread import num, stroke
from coproduce.ways import BY_LETTER

LONGEST = 300


@require_safe
def compare(request: HttpRequest, slug: str) -> HttpResponse:
    """Each theme by way of knowing (``?by=standpoint``: by where people stand); ``?one=&other=`` two side by side."""
    place = member_place(request, slug)
    themes = [placed.theme for placed in in_tree(queries.open_themes(place))]
    typed = request.GET.get("from", "")
    start = int(typed) if typed.isdecimal() and len(typed) < 7 else 0
    by_standpoint = request.GET.get("by") == "standpoint"
    shown = themes[start : start + THEMES_AT_ONCE]
    known = known_in(place, shown, by_standpoint=by_standpoint)
    one, other = (_chosen(themes, request.GET.get(name, "")) for name in ("one", "other"))
    two = side_by_side(place, one, other) if one and other and one != other else []
    context = {
        "themes": themes,
        "known": _drawn(known),
        "by_standpoint": by_standpoint,
        "threshold": place.space.threshold,
        "one": one,
        "other": other,
        "two": [
            (
                heard,
                [(beginning(mark), mark) for mark in heard.ones],
                [(beginning(mark), mark) for mark in heard.others],
            )
            for heard in two
        ],
        "from": start,
        "rest": start + len(shown) if len(themes) > start + len(shown) else 0,
    }
    return page(request, "themes/compare.html", context, space=place.space, place="themes")


def _chosen(themes: list[Theme], typed: str) -> Theme | None:
    try:
        key = UUID(typed)
    except ValueError:
        return None
    return next((theme for theme in themes if theme.pk == key), None)


def _drawn(known: list[Known]) -> list[tuple[Known, list[tuple[KnownRow, str, SafeString]]]]:
    """Each theme with its rows: (row, its name, a thread as long as it has people, on one scale for the page)."""
    most = max((row.people for one in known for row in one.rows), default=1)
    return [(one, [(row, _name(row), _thread(row, most)) for row in one.rows]) for one in known]


def _name(row: KnownRow) -> str:
    names = [str(BY_LETTER[letter].people) for letter in row.letters]
    return ", ".join([*names, *([_("People who did not say")] if row.says_none else [])])


def _thread(row: KnownRow, most: int) -> SafeString:
    """One thread; where several groups are counted together their threads lie beside each other."""
    length = max(12, LONGEST * row.people / most)
    letters = row.letters
    if not letters:
        lines = f'<path class="rule" d="M2 12H{num(length)}"/>'
    else:
        lines = "".join(stroke(letter, f"M2 {12 + 11 * n}H{num(length)}") for n, letter in enumerate(letters))
    height = 24 + 11 * max(0, len(letters) - 1)
    svg = f'<svg class="known" viewBox="0 0 {LONGEST + 4} {height}" width="{LONGEST + 4}" height="{height}" '
    return mark_safe(f'{svg}aria-hidden="true" focusable="false">{lines}</svg>')  # noqa: S308  # numbers and known letters
