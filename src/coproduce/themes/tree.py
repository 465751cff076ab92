"""Themes under other themes: their order in a list, and how deep each stands. Nothing here asks the database."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple
from uuid import UUID

from coproduce.themes.models import Theme


class Placed(NamedTuple):
    """A theme in a list, and how many of the list it stands under: 0 for one on its own."""

    theme: Theme
    depth: int


def in_tree(themes: Iterable[Theme]) -> list[Placed]:
    """The themes in the order given, each followed by those under it. One whose parent is not in the list stands
    on its own."""
    rows = list(themes)
    there = {theme.pk for theme in rows}
    below: dict[UUID | None, list[Theme]] = {}
    for theme in rows:
        below.setdefault(theme.parent_id if theme.parent_id in there else None, []).append(theme)
    found: list[Placed] = []
    ahead = [Placed(theme, 0) for theme in reversed(below.get(None, []))]
    while ahead:
        here = ahead.pop()
        found.append(here)
        ahead += [Placed(child, here.depth + 1) for child in reversed(below.get(here.theme.pk, []))]
    return found


def choices_of(themes: Sequence[Theme]) -> list[tuple[UUID, str]]:
    """(key, name) for a field of choice, with a dash before the name for each theme it stands under."""
    return [(placed.theme.pk, "– " * placed.depth + placed.theme.name) for placed in in_tree(themes)]
