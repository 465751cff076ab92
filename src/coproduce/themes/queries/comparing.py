"""Whose knowledge is in which theme: people and words by way of knowing, and two themes side by side.

Groups are joined until nobody can be picked out: ``coproduce_methods.suppression``, as in every table of people.

Any member can make a theme of the words they choose and look at it again with one thing more in it. So what the words
themselves do not show is not counted here at all: not who said words without a name, or a theme of eight people whom
one knows and those words would tell whether they are by one of the eight; and no standpoint that is only counted.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count

from coproduce.contributions.queries import cut_at_a_word
from coproduce.contributions.recognised import NAMELESS
from coproduce.spaces.access import Place
from coproduce.spaces.models import Standpoint, Visibility
from coproduce.themes.models import Theme, ThemeLink
from coproduce.themes.queries import Marking, markings_of
from coproduce.ways import LETTERS
from coproduce_methods.suppression import join_small_groups

THEMES_AT_ONCE = 12
LINKS_LOOKED_AT = 300
OF_EACH_WAY = 2

Given = tuple[UUID, str, int]
"""Who, with which ways of knowing, how many contributions."""


class KnownRow(NamedTuple):
    """One row: the letters of its ways ("" stands for those who said none), how many people and how much they said."""

    groups: tuple[str, ...]
    people: int
    words: int

    @property
    def letters(self) -> str:
        """The letters alone, in the order of drawing."""
        return "".join(letter for letter in LETTERS if letter in self.groups)

    @property
    def says_none(self) -> bool:
        """Whether people who said nothing of how they know are among them."""
        return "" in self.groups


@dataclass(frozen=True, slots=True)
class Known:
    """Whose knowledge is in a theme: of the words that carry a name.

    people: None where they are fewer than the threshold. together: only the total. nameless: how many words without a
    name are in it beside those.
    """

    theme: Theme
    people: int | None
    words: int
    rows: tuple[KnownRow, ...]
    together: bool
    nameless: int = 0


def known_in(place: Place, themes: Sequence[Theme], *, by_standpoint: bool = False) -> list[Known]:
    """For each theme its people and words, by the ways given with the words, or by where people say they stand.

    A person who knows in two ways is in two rows. Three queries at most, which read everything that is in the themes.
    """
    links = ThemeLink.objects.filter(theme__in=themes, ended_at=None, contribution__state="visible").order_by()
    named = links.exclude(contribution__attribution__in=NAMELESS)
    rows: Any = named.values_list("theme", "contribution__author", "contribution__ways")
    given: dict[UUID, list[Given]] = {}
    for theme, author, ways, number in rows.annotate(n=Count("contribution", distinct=True)):
        given.setdefault(theme, []).append((author, ways, number))
    without: Any = links.filter(contribution__attribution__in=NAMELESS).values_list("theme")
    nameless = dict(without.annotate(n=Count("contribution", distinct=True)))
    stand = _standing(place) if by_standpoint else None
    known = [_known(theme, given.get(theme.pk, []), stand, place.space.threshold) for theme in themes]
    return [replace(one, nameless=nameless.get(one.theme.pk, 0)) for one in known]


def _standing(place: Place) -> dict[UUID, str]:
    """Where the members show that they stand: what is only counted elsewhere stands here as not said. One query."""
    found: dict[UUID, str] = {}
    rows: Any = Standpoint.objects.filter(membership__space=place.space, visibility=Visibility.SHOWN).order_by()
    for person, way in rows.values_list("membership__person", "way").distinct():
        found[person] = found.get(person, "") + way
    return found


def _known(theme: Theme, given: Sequence[Given], stand: dict[UUID, str] | None, threshold: int) -> Known:
    groups: dict[UUID, set[str]] = {}
    for author, ways, _number in given:
        groups.setdefault(author, set()).update(ways if stand is None else stand.get(author, ""))
    words = sum(number for _author, _ways, number in given)
    plan = join_small_groups(list(groups.values()), threshold)
    if plan.all_hidden:
        return Known(theme, None, words, (), together=False)
    rows = [
        KnownRow(
            row,
            sum(_is_in(row, held) for held in groups.values()),
            sum(number for author, ways, number in given if _is_in(row, ways if stand is None else groups[author])),
        )
        for row in plan.rows
    ]
    rows.sort(key=lambda row: min(LETTERS.find(letter) if letter else 9 for letter in row.groups))
    return Known(theme, len(groups), words, () if plan.together else tuple(rows), together=plan.together)


def _is_in(row: Sequence[str], held: Any) -> bool:
    return any(letter in held for letter in row if letter) or ("" in row and not held)


# ── two themes side by side ──────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Heard:
    """What was said with one way of knowing ("" for none) in each of two themes."""

    letter: str
    ones: list[Marking] = field(default_factory=list)
    others: list[Marking] = field(default_factory=list)


def side_by_side(place: Place, one: Theme, other: Theme) -> list[Heard]:
    """Passages that were put first with each of two themes, ``OF_EACH_WAY`` of each way of knowing. Four queries."""
    found = {letter: Heard(letter) for letter in (*LETTERS, "")}
    for theme, side in ((one, "ones"), (other, "others")):
        held = ThemeLink.objects.filter(theme=theme, ended_at=None, contribution__state="visible")
        near = held.select_related("contribution__author", "linked_by", "theme").order_by("linked_at", "id")
        links = list(near[:LINKS_LOOKED_AT])
        words = {link.contribution_id: link.contribution for link in links}
        marks = [mark for markings in markings_of(place, links, words.values()).values() for mark in markings]
        # A passage says more than a beginning; what more people marked comes first.
        marks.sort(key=lambda mark: (not mark.passage, -len(mark.said)))
        for mark in marks:
            for letter in mark.link.contribution.ways or ("",):
                chosen = getattr(found[letter], side)
                if len(chosen) < OF_EACH_WAY:
                    chosen.append(mark)
    return [heard for heard in found.values() if heard.ones or heard.others]


def beginning(mark: Marking) -> str:
    """A passage, or the beginning of the words where all of them belong to the theme."""
    return mark.passage or cut_at_a_word(mark.link.contribution.words, 240)
