"""Themes, and the words in them, as far as the person who asks may see them."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, DateField, Exists, F, OuterRef, Q, QuerySet, Subquery, TextField, UUIDField
from django.db.models.functions import Cast, Coalesce, Left
from django.urls import reverse
from django.utils.text import get_text_list
from django.utils.translation import gettext

from coproduce.contributions.models import Contribution, ContributionState, ContributionVersion
from coproduce.contributions.queries import (
    OPENING,
    cut_at_a_word,
    known_as,
    may_be_seen,
    seen_by,
    standpoints_of,
    visible_contributions,
)
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.prepared import Prepared, given, given_many, prepared
from coproduce.spaces.access import Place
from coproduce.themes.models import Theme, ThemeChange, ThemeLink, ThemeState
from coproduce.themes.passages import Stretch, places_of
from coproduce.ui.pictures.cloth import few
from coproduce.ways import LETTERS

THEMES_ON_A_PAGE = 50
WORDS_ON_A_PAGE = 25
THREADS_DRAWN = 6
COUNTED_TO = 100
"""A list of themes counts what is in each up to here: a space with thousands of words opens as quickly as any."""
GONE_COUNTED_TO = 1000
LARGE = 1000
"""Links. From about here on going through the newest words of a space is quicker than sorting all of a theme's."""


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme in a list. threads: the letters of a few threads to draw; words_in_it: how many contributions, counted
    to ``COUNTED_TO``, and ``is_more`` where there are more; first_name: whose words it arose from, as that person's
    name appears, "" if they may not be seen.
    """

    theme: Theme
    url: str
    threads: str
    words_in_it: int
    is_more: bool
    first_name: str


# From whose words a theme arose: the link made first, and of those made at once the words said first. Links that came
# with a theme that was merged into it are older than the theme, and it did not arise from them if there is another.
_FIRST = ("linked_at", "contribution__said_on", "id")


def _first_words() -> Coalesce:
    """The contribution that a theme arose from, whoever may see its words, as a column of the theme."""
    held = ThemeLink.objects.filter(theme=OuterRef("pk"), ended_at=None).order_by(*_FIRST)
    own = held.filter(Q(theme__split_from__isnull=False) | Q(linked_at__gte=F("theme__proposed_at")))
    return Coalesce(
        Subquery(own.values("contribution")[:1], output_field=UUIDField()),
        Subquery(held.values("contribution")[:1], output_field=UUIDField()),
    )


class InOneText(Subquery):
    """The column ``told`` of a few rows in one text, with commas between: one look for each row of the query around.

    The database stops at the limit of the rows inside, which a count or a group in one query would not.
    """

    template = "(SELECT %(joined)s(held.told, ',') FROM (%(subquery)s) held)"

    def as_sql(self, compiler: Any, connection: Any, template: str | None = None, **more: Any) -> tuple[str, Any]:
        joined = "string_agg" if connection.vendor == "postgresql" else "group_concat"
        return super().as_sql(compiler, connection, template, joined=joined, **more)


def _ways_in(*, is_member: bool) -> InOneText:
    """The ways of each of the words in a theme that may be seen, up to ``COUNTED_TO`` and one more."""
    links = ThemeLink.objects.filter(seen_by(is_member=is_member, through="contribution__"), ended_at=None)
    rows = links.filter(theme=OuterRef("pk")).order_by().values("contribution", told=F("contribution__ways"))
    return InOneText(rows.distinct()[: COUNTED_TO + 1], output_field=TextField())


@prepared
def _first_rows(*, is_member: bool, limit: int) -> QuerySet[Theme]:
    return _rows(is_member=is_member, start=0, limit=limit)


def _rows(*, is_member: bool, start: int, limit: int) -> QuerySet[Theme]:
    """Open themes in the order they were named, each with ``ways`` and ``first_words``."""
    found = Theme.objects.filter(space=given("space"), state=ThemeState.OPEN)
    told = found.select_related("parent").annotate(ways=_ways_in(is_member=is_member), first_words=_first_words())
    return told.order_by("proposed_at", "id")[start : start + limit]


@prepared
def _row_of(*, is_member: bool) -> QuerySet[Theme]:
    told = Theme.objects.annotate(ways=_ways_in(is_member=is_member), first_words=_first_words())
    return told.filter(pk=given("theme"))


@prepared
def _seen(*, is_member: bool) -> QuerySet[Contribution]:
    return Contribution.objects.filter(seen_by(is_member=is_member), pk__in=given_many("words")).select_related(
        "author"
    )


def _seen_words(place: Place, wanted: Iterable[UUID | None]) -> dict[UUID, Contribution]:
    """Those of the contributions that this person may see, with their authors."""
    keys = [pk for pk in wanted if pk is not None]
    seen = _seen(is_member=place.is_member)(space=place.space.pk, words=keys) if keys else ()
    return {words.pk: words for words in seen}


def _seen_links(place: Place) -> QuerySet[ThemeLink]:
    """Links that hold, to words that this person may see. Say of which theme: it does not ask for the space."""
    return ThemeLink.objects.filter(may_be_seen(place, "contribution__"), ended_at=None).order_by()


def row_of(place: Place, theme: Theme) -> ThemeRow:
    """One theme as it stands in the list. Two queries."""
    return _drawn_rows(place, _row_of(is_member=place.is_member)(space=place.space.pk, theme=theme.pk))[0]


def themes_in(place: Place, *, start: int = 0, limit: int = THEMES_ON_A_PAGE) -> list[ThemeRow]:
    """The open themes in the order they were named, with the threads in each. Two queries, whatever is in them.

    A page asks for one more than it draws to know whether there are others.
    """
    if start:
        ask = Prepared(_rows(is_member=place.is_member, start=start, limit=limit))
    else:
        ask = _first_rows(is_member=place.is_member, limit=limit)
    return _drawn_rows(place, ask(space=place.space.pk))


def _drawn_rows(place: Place, found: Iterable[Any]) -> list[ThemeRow]:
    themes = list(found)
    firsts = _seen_words(place, [theme.first_words for theme in themes])
    base = reverse("themes:themes", args=[place.space.slug])
    return [_row(theme, f"{base}{theme.pk}/", firsts.get(theme.first_words)) for theme in themes]


def _row(theme: Any, url: str, first: Contribution | None) -> ThemeRow:
    ways = theme.ways.split(",") if theme.ways is not None else []
    return ThemeRow(
        theme=theme,
        url=url,
        threads=few(by_letter(Counter(ways)), THREADS_DRAWN),
        words_in_it=min(len(ways), COUNTED_TO),
        is_more=len(ways) > COUNTED_TO,
        first_name=first.shown_name if first else "",
    )


class Only(NamedTuple):
    """Which words of a theme: those given with one way of knowing ("" for any), and said from one day to another."""

    way: str = ""
    days: tuple[date, date] | None = None

    @property
    def shape(self) -> dict[str, Any]:
        return {"way": self.way, "in_days": self.days is not None}

    @property
    def values(self) -> dict[str, Any]:
        return {"first": self.days[0], "last": self.days[1]} if self.days else {}


EVERYTHING = Only()


def _only(*, way: str, in_days: bool) -> Q:
    wanted = Q(contribution__ways__contains=way) if way else Q()
    days = given("first", DateField()), given("last", DateField())
    return wanted & Q(contribution__said_on__gte=days[0], contribution__said_on__lte=days[1]) if in_days else wanted


def threads_in(place: Place, themes: Sequence[UUID], only: Only = EVERYTHING) -> dict[UUID, dict[str, int]]:
    """For each theme how many contributions in it were given with which ways: ``{"LM": 3, "P": 1}``. One query, which
    reads everything that is in the themes.
    """
    found: dict[UUID, dict[str, int]] = {}
    ask = _threads(is_member=place.is_member, **only.shape)
    for theme, ways, n in ask(space=place.space.pk, themes=themes, **only.values):
        found.setdefault(theme, {})[ways] = n
    return found


def first_in(place: Place, themes: Sequence[UUID], number: int, only: Only = EVERYTHING) -> dict[UUID, list[UUID]]:
    """For each theme contributions that were put there first, ``number`` or more where it holds so many. One query.

    number: one of few, it is part of the statement.
    """
    ask = _first_in(is_member=place.is_member, number=number, **only.shape)
    rows: Any = ask(space=place.space.pk, themes=themes, **only.values)
    return {
        theme: list(dict.fromkeys(UUID(hex=key) for key in keys.split(","))) for theme, keys in rows if keys is not None
    }


@prepared
def _first_in(*, is_member: bool, number: int, way: str, in_days: bool) -> QuerySet[Theme, Any]:
    links = ThemeLink.objects.filter(seen_by(is_member=is_member, through="contribution__"), ended_at=None)
    links = links.filter(_only(way=way, in_days=in_days))
    rows = links.filter(theme=OuterRef("pk")).order_by("linked_at", "contribution")
    # More than asked for, since several passages of one contribution may have been put there.
    keys = rows.values(told=Cast("contribution", TextField()))[: number * 4]
    told = InOneText(keys, output_field=TextField())
    return Theme.objects.filter(pk__in=given_many("themes")).values_list("pk", told)


@prepared
def _threads(*, is_member: bool, way: str, in_days: bool) -> QuerySet[ThemeLink, Any]:
    links = ThemeLink.objects.filter(seen_by(is_member=is_member, through="contribution__"), ended_at=None)
    links = links.filter(_only(way=way, in_days=in_days))
    rows = links.filter(theme__in=given_many("themes")).order_by().values_list("theme", "contribution__ways")
    return rows.annotate(n=Count("contribution", distinct=True))


def by_letter(counts: dict[str, int]) -> dict[str, int]:
    """How many contributions were given with each way: ``{"LM": 3, "M": 1}`` gives ``{"L": 3, "M": 4}``."""
    return {letter: n for letter in LETTERS if (n := sum(m for ways, m in counts.items() if letter in ways))}


def theme_in(place: Place, pk: UUID) -> Theme:
    """One theme with what it was merged into or split from. ``NotHere`` if it is not in this space."""
    theme = (
        Theme.objects.select_related("proposed_by", "merged_into", "split_from", "parent")
        .filter(space=place.space, pk=pk)
        .first()
    )
    if theme is None:
        raise NotHere
    theme.space = place.space
    return theme


def open_themes(place: Place, limit: int = 300) -> list[Theme]:
    """The open themes of a space by name, to choose from. One query."""
    return list(Theme.objects.filter(space=place.space, state=ThemeState.OPEN).order_by("name", "id")[:limit])


def history_of(theme: Theme, limit: int = 100) -> list[ThemeChange]:
    """What was done to a theme, and what was merged into it or split from it, oldest first. One query."""
    return list(
        ThemeChange.objects.filter(Q(theme=theme) | Q(other=theme))
        .select_related("changed_by", "undone_by", "other", "stood_under", "theme")
        .order_by("changed_at", "id")[:limit]
    )


def maker_name(place: Place, person: Person) -> str:
    """How someone who marked or named something is called: by name among members, "" to visitors."""
    return person.chosen_name if place.is_member else ""


# ── the words in a theme ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Marking:
    """A passage (or "" for the whole) that people put with a theme. where: in the present words, or None.

    Two who marked the same passage for the same theme stand in one marking: ``said`` has each with their why, in the
    order they said it; ``link`` is the first of them, ``maker`` all their names in one text.
    ``is_earlier``: the passage is of an earlier wording and is no longer in the words.
    """

    link: ThemeLink
    maker: str
    passage: str
    where: Stretch | None = None
    is_earlier: bool = False
    said: tuple["Said", ...] = ()

    @property
    def reasons(self) -> list["Said"]:
        """Those who said why."""
        return [one for one in self.said if one.link.why]


@dataclass(frozen=True, slots=True)
class Said:
    """What one person said of a passage: their name ("" to visitors), and their link with its why."""

    maker: str
    link: ThemeLink


@dataclass(frozen=True, slots=True)
class WordsIn:
    """A contribution in a theme, with everything that was marked in it."""

    contribution: Contribution
    url: str
    name: str
    known: str
    opening: str
    markings: list[Marking] = field(default_factory=list)

    @property
    def passages(self) -> list[Marking]:
        return [marking for marking in self.markings if marking.passage]


def words_in(place: Place, theme: Theme, *, start: int = 0) -> list[WordsIn]:
    """The contributions in a theme, newest said first, ``WORDS_ON_A_PAGE`` and one more. Five queries at most, and no
    more work for a hundred thousand links than for a thousand.
    """
    rows = list(
        _inside(place, theme)
        .select_related("author")
        .annotate(opening=Left("words", OPENING + 60))
        .order_by("-said_on", "-id")[start : start + WORDS_ON_A_PAGE + 1]
    )
    spoken = standpoints_of(place.space, [row.author_id for row in rows]) if rows else {}
    # Asked of an expression, so that the database begins with these few words and not with all links of the theme.
    links = ThemeLink.objects.alias(into=Coalesce("theme", "theme")).filter(
        into=theme.pk, contribution__in=[row.pk for row in rows], ended_at=None
    )
    held = list(links.select_related("linked_by", "theme").order_by("linked_at", "id")) if rows else []
    marks = markings_of(place, held, rows)
    base = reverse("contributions:contributions", args=[place.space.slug])
    return [
        WordsIn(
            contribution=row,
            url=f"{base}{row.pk}/",
            name=row.shown_name,
            known=known_as(row.author_id, row.attribution, row.ways, spoken),
            opening=cut_at_a_word(row.opening, OPENING),
            markings=marks.get(row.pk, []),
        )
        for row in rows
    ]


def _inside(place: Place, theme: Theme) -> QuerySet[Contribution]:
    """The contributions in a theme that this person may see, asked so that the newest are found quickly. One query.

    A small theme gives its links and they are sorted; in a large one, where every so many words are in it, the words
    of the space are gone through from the newest.
    """
    held = ThemeLink.objects.filter(theme=theme, ended_at=None).order_by()
    if held[: LARGE + 1].count() <= LARGE:
        return Contribution.objects.filter(pk__in=_seen_links(place).filter(theme=theme).values("contribution"))
    return visible_contributions(place).filter(Exists(held.filter(contribution=OuterRef("pk"))))


def gone_from(theme: Theme) -> list[str]:
    """The states of contributions in a theme that were taken back or put out of sight: their places stay. One query."""
    held = ThemeLink.objects.filter(theme=theme, ended_at=None, contribution=OuterRef("pk"))
    # Few words of a space are out of sight: it begins with them, not with the links of a theme.
    out_of_sight = [state for state in ContributionState.values if state != ContributionState.VISIBLE]
    gone = Contribution.objects.filter(Exists(held), space=theme.space_id, state__in=out_of_sight)
    return list(gone.order_by().values_list("state", flat=True)[:GONE_COUNTED_TO])


@prepared
def _links() -> QuerySet[ThemeLink]:
    held = ThemeLink.objects.filter(contribution__in=given_many("contributions"), ended_at=None)
    return held.select_related("linked_by", "theme").order_by("linked_at", "id")


def links_of(contributions: Sequence[UUID]) -> list[ThemeLink]:
    """The links of these contributions that hold, first made first, with their themes and who made them. One query."""
    return list(_links()(contributions=contributions))


def marks_on(place: Place, contribution: Contribution, links: Iterable[ThemeLink], limit: int = 60) -> list[Marking]:
    """What was marked in one contribution, for which open themes, by whom and why: of ``links_of`` it. No query, or
    one if it was revised."""
    held = [link for link in links if link.theme.state == ThemeState.OPEN]
    return markings_of(place, held[:limit], [contribution]).get(contribution.pk, [])


def markings_of(
    place: Place, held: Sequence[ThemeLink], contributions: Iterable[Contribution]
) -> dict[UUID, list[Marking]]:
    by_key = {contribution.pk: contribution for contribution in contributions}
    old = _earlier_words(link for link in held if link.version != by_key[link.contribution_id].version)
    alike: dict[tuple[Any, ...], list[ThemeLink]] = {}
    for link in held:
        version = None if link.start is None else link.version
        alike.setdefault((link.contribution_id, link.theme_id, version, link.start, link.end), []).append(link)
    found: dict[UUID, list[Marking]] = {}
    for links in alike.values():
        first = links[0]
        words = by_key[first.contribution_id].words
        earlier = old.get((first.contribution_id, first.version))
        found.setdefault(first.contribution_id, []).append(_marking(place, links, words, earlier))
    return found


def _earlier_words(links: Iterable[ThemeLink]) -> dict[tuple[Any, int], str]:
    """The wordings that passages were marked in, where they are not the present ones. No query if there is none."""
    wanted = {(link.contribution_id, link.version) for link in links if link.start is not None}
    if not wanted:
        return {}
    versions = ContributionVersion.objects.filter(
        contribution__in={contribution for contribution, _ in wanted}, number__in={number for _, number in wanted}
    )
    return {(v.contribution_id, v.number): v.words for v in versions if (v.contribution_id, v.number) in wanted}


def _marking(place: Place, links: Sequence[ThemeLink], words: str, earlier: str | None) -> Marking:
    """Where a passage stands now: by its offsets in its own version, by its text in a later one."""
    link = links[0]
    said = tuple(Said(maker_name(place, one.linked_by), one) for one in links)
    maker = get_text_list([one.maker for one in said if one.maker], gettext("and"))
    if link.start is None or link.end is None:
        return Marking(link, maker, "", said=said)
    if earlier is None:
        return Marking(link, maker, words[link.start : link.end], Stretch(link.start, link.end), said=said)
    passage = earlier[link.start : link.end]
    places = places_of(passage, words)
    if len(places) == 1:
        return Marking(link, maker, passage, places[0], said=said)
    return Marking(link, maker, passage, None, is_earlier=True, said=said)
