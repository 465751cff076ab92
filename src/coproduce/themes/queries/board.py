"""The board: themes as columns with the words in them as cards, newest put there first. Every column is bounded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, TextField
from django.db.models.functions import Cast
from django.urls import reverse

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import cut_at_a_word, seen_among
from coproduce.contributions.use import usable
from coproduce.spaces.access import Place
from coproduce.themes.models import Theme, ThemeLink, ThemeState
from coproduce.themes.queries import InOneText, Marking, markings_of
from coproduce.themes.tree import in_tree

COLUMNS = 8
CARDS = 10
LINKS_LOOKED_AT = 60
"""Of each column: several people may have put the same words there, and a card stands once."""


@dataclass(slots=True)
class Card:
    """Words on the board: what of them is in the column (passages, or their opening), and who put it there.

    mine: whether the reader put some of it there: that is what they can move; the rest stays with whoever put it there.
    """

    contribution: Contribution
    url: str
    name: str
    opening: str
    markings: list[Marking]
    mine: bool
    theme: Theme | None = None

    @property
    def value(self) -> str:
        """What stands for the card in a form: the words, and the theme they are in or "none"."""
        return f"{self.contribution.pk} {self.theme.pk if self.theme else 'none'}"

    @property
    def passages(self) -> list[Marking]:
        """The marks that are of a passage."""
        return [marking for marking in self.markings if marking.passage]


@dataclass(slots=True)
class Column:
    """A theme and the newest words in it; ``theme`` None: words in no theme. more: where its next page begins, or 0."""

    theme: Theme | None
    depth: int = 0
    cards: list[Card] = field(default_factory=list)
    more: int = 0

    @property
    def key(self) -> str:
        """What stands for the column in a form: the theme's key, or "none"."""
        return str(self.theme.pk) if self.theme else "none"


def board_of(place: Place, *, first: int = 0, mine: bool = False) -> tuple[Column, list[Column], list[Theme], int]:
    """(words in no theme, ``COLUMNS`` themes from ``first``, all open themes, where the next columns begin or 0).

    mine: only what the reader put there. Six queries at most, whatever is on the board.
    """
    themes = [placed.theme for placed in in_tree(_open(place))]
    depths = {placed.theme.pk: placed.depth for placed in in_tree(themes)}
    shown = themes[first : first + COLUMNS]
    newest = _newest_in(place, shown, mine=mine)
    columns = [Column(theme, depths[theme.pk]) for theme in shown]
    wanted: dict[UUID, list[UUID]] = {}
    for column, theme in zip(columns, shown, strict=True):
        keys = list(dict.fromkeys(newest.get(theme.pk, [])))
        wanted[theme.pk] = keys[:CARDS]
        there_is_more = len(keys) > CARDS or len(newest.get(theme.pk, [])) == LINKS_LOOKED_AT
        column.more = len(wanted[theme.pk]) if there_is_more else 0
    loose = _loose(place, 0)
    _fill(place, columns, wanted)
    rest = first + len(shown) if len(themes) > first + len(shown) else 0
    return _unthemed_column(place, loose, 0), columns, themes, rest


def column_of(place: Place, theme: Theme | None, *, start: int = 0, mine: bool = False) -> Column:
    """One column, from its card number ``start``. Four queries."""
    if theme is None:
        return _unthemed_column(place, _loose(place, start), start)
    links = ThemeLink.objects.filter(theme=theme, ended_at=None, contribution__state="visible")
    if mine:
        links = links.filter(linked_by=place.person)
    rows: Any = links.order_by("-linked_at", "-id").values_list("contribution", flat=True)
    # Cards are counted and not links: somebody else's link to the same words makes no second card.
    found: dict[UUID, None] = {}
    for key in rows.iterator(chunk_size=500):
        found[key] = None
        if len(found) > start + CARDS:
            break
    keys = list(found)[start:]
    column = Column(theme, more=start + CARDS if len(keys) > CARDS else 0)
    _fill(place, [column], {theme.pk: keys[:CARDS]})
    return column


def _open(place: Place) -> QuerySet[Theme]:
    return Theme.objects.filter(space=place.space, state=ThemeState.OPEN).order_by("proposed_at", "id")


def _newest_in(place: Place, themes: Sequence[Theme], *, mine: bool) -> dict[UUID, list[UUID]]:
    """The contributions of the ``LINKS_LOOKED_AT`` newest links of each theme, newest first. One query."""
    if not themes:
        return {}
    links = ThemeLink.objects.filter(theme=OuterRef("pk"), ended_at=None, contribution__state="visible")
    if mine:
        links = links.filter(linked_by=place.person)
    rows = links.order_by("-linked_at", "-id").values(told=Cast("contribution", TextField()))[:LINKS_LOOKED_AT]
    told = InOneText(rows, output_field=TextField())
    found: Any = Theme.objects.filter(pk__in=[theme.pk for theme in themes]).order_by().values_list("pk", told)
    return {theme: [UUID(hex=key) for key in keys.split(",")] for theme, keys in found if keys is not None}


def _loose(place: Place, start: int) -> list[UUID]:
    """Words in no open theme, newest said first, one more than a column holds. One query."""
    held = ThemeLink.objects.filter(contribution=OuterRef("pk"), ended_at=None, theme__state=ThemeState.OPEN)
    found = usable(place).filter(~Exists(held), answers=None).order_by("-said_on", "-id")
    return list(found.values_list("pk", flat=True)[start : start + CARDS + 1])


def _unthemed_column(place: Place, keys: list[UUID], start: int) -> Column:
    words = _words(place, keys[:CARDS])
    cards = [_card(place, words[key], [], mine=True) for key in keys[:CARDS] if key in words]
    return Column(None, cards=cards, more=start + CARDS if len(keys) > CARDS else 0)


def _fill(place: Place, columns: Iterable[Column], wanted: dict[UUID, list[UUID]]) -> None:
    keys = {key for held in wanted.values() for key in held}
    words = _words(place, keys)
    held = ThemeLink.objects.filter(theme__in=list(wanted), contribution__in=list(words), ended_at=None)
    links = list(held.select_related("linked_by", "theme").order_by("linked_at", "id")) if words else []
    marks: dict[tuple[UUID, UUID], list[Marking]] = {}
    for key, markings in markings_of(place, links, words.values()).items():
        for marking in markings:
            marks.setdefault((marking.link.theme_id, key), []).append(marking)
    for column in columns:
        assert column.theme is not None  # noqa: S101  # columns without a theme are filled elsewhere
        for key in wanted[column.theme.pk]:
            here = marks.get((column.theme.pk, key), [])
            if key in words and here:
                is_mine = any(one.link.linked_by_id == place.person.pk for mark in here for one in mark.said)  # type: ignore[union-attr]
                column.cards.append(_card(place, words[key], here, mine=is_mine, theme=column.theme))


def _words(place: Place, keys: Iterable[UUID]) -> dict[UUID, Contribution]:
    wanted = list(keys)
    found: Any = seen_among(place, wanted) if wanted else []
    return {words.pk: words for words in found}


def _card(
    place: Place, words: Contribution, markings: list[Marking], *, mine: bool, theme: Theme | None = None
) -> Card:
    return Card(
        contribution=words,
        url=reverse("themes:read", args=[place.space.slug, words.pk]),
        name=words.shown_name,
        opening=cut_at_a_word(words.words, 180),
        markings=markings,
        mine=mine,
        theme=theme,
    )
