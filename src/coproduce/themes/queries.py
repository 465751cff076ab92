"""Themes, and the words in them, as far as the person who asks may see them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, F, OuterRef, Q, QuerySet, Subquery, UUIDField, When
from django.db.models.functions import Left
from django.urls import reverse

from coproduce.contributions.models import Contribution, ContributionState, ContributionVersion
from coproduce.contributions.queries import OPENING, cut_at_a_word, known_as, may_be_seen, standpoints_of
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.prepared import given_many, prepared
from coproduce.spaces.access import Place
from coproduce.themes.models import Theme, ThemeChange, ThemeLink, ThemeState
from coproduce.themes.passages import Stretch, places_of
from coproduce.ui.pictures.cloth import few
from coproduce.ways import LETTERS

THEMES_ON_A_PAGE = 50
WORDS_ON_A_PAGE = 25
THREADS_DRAWN = 6


@dataclass(frozen=True, slots=True)
class ThemeRow:
    """A theme in a list. threads: the letters of a few threads to draw; words_in_it: how many contributions;
    first_name: whose words it arose from, as that person's name appears, "" if they may not be seen.
    """

    theme: Theme
    url: str
    threads: str
    words_in_it: int
    first_name: str


# From whose words a theme arose: the link made first, and of those made at once the words said first. Links that came
# with a theme that was merged into it are older than the theme, and it did not arise from them.
_CAME_BY_MERGING = Case(When(theme__split_from=None, linked_at__lt=F("theme__proposed_at"), then=1), default=0)
_FIRST = (_CAME_BY_MERGING, "linked_at", "contribution__said_on", "id")


def _first_links() -> QuerySet[ThemeLink]:
    """Every link that holds, the one a theme arose from first, whoever may see its words."""
    return ThemeLink.objects.filter(ended_at=None).order_by(*_FIRST)


def _seen_words(place: Place, wanted: Iterable[UUID | None]) -> dict[UUID, Contribution]:
    """Those of the contributions that this person may see, with their authors."""
    seen = Contribution.objects.filter(may_be_seen(place), pk__in=[pk for pk in wanted if pk is not None])
    return {words.pk: words for words in seen.select_related("author")}


def _seen_links(place: Place) -> QuerySet[ThemeLink]:
    """Links that hold, to words that this person may see. Say of which theme: it does not ask for the space."""
    return ThemeLink.objects.filter(may_be_seen(place, "contribution__"), ended_at=None).order_by()


def row_of(place: Place, theme: Theme) -> ThemeRow:
    """One theme as it stands in the list. Three queries."""
    counts = threads_in(place, [theme.pk]).get(theme.pk, {})
    first = _first_links().filter(theme=theme).values_list("contribution", flat=True).first()
    url = reverse("themes:theme", args=[place.space.slug, theme.pk])
    return _row(theme, url, counts, _seen_words(place, [first]).get(first) if first else None)


def _row(theme: Theme, url: str, counts: dict[str, int], first: Contribution | None) -> ThemeRow:
    return ThemeRow(
        theme=theme,
        url=url,
        threads=few(by_letter(counts), THREADS_DRAWN),
        words_in_it=sum(counts.values()),
        first_name=first.shown_name if first else "",
    )


def themes_in(place: Place, *, start: int = 0, limit: int = THEMES_ON_A_PAGE) -> list[ThemeRow]:
    """The open themes in the order they were named, with the threads in each. Three queries, whatever is in them.

    A page asks for one more than it draws to know whether there are others.
    """
    earliest = _first_links().filter(theme=OuterRef("pk"))
    themes = list(
        Theme.objects.filter(space=place.space, state=ThemeState.OPEN)
        .annotate(first_words=Subquery(earliest.values("contribution")[:1], output_field=UUIDField()))
        .order_by("proposed_at", "id")[start : start + limit]
    )
    counts = threads_in(place, [theme.pk for theme in themes])
    firsts = _seen_words(place, [theme.first_words for theme in themes])
    base = reverse("themes:themes", args=[place.space.slug])
    return [
        _row(theme, f"{base}{theme.pk}/", counts.get(theme.pk, {}), firsts.get(theme.first_words)) for theme in themes
    ]


def threads_in(place: Place, themes: Sequence[UUID]) -> dict[UUID, dict[str, int]]:
    """For each theme how many contributions in it were given with which ways: ``{"LM": 3, "P": 1}``. One query."""
    found: dict[UUID, dict[str, int]] = {}
    rows = (
        _seen_links(place)
        .filter(theme__in=themes)
        .values_list("theme", "contribution__ways")
        .annotate(n=Count("contribution", distinct=True))
    )
    for theme, ways, n in rows:
        found.setdefault(theme, {})[ways] = n
    return found


def by_letter(counts: dict[str, int]) -> dict[str, int]:
    """How many contributions were given with each way: ``{"LM": 3, "M": 1}`` gives ``{"L": 3, "M": 4}``."""
    return {letter: n for letter in LETTERS if (n := sum(m for ways, m in counts.items() if letter in ways))}


def theme_in(place: Place, pk: UUID) -> Theme:
    """One theme with what it was merged into or split from. ``NotHere`` if it is not in this space."""
    theme = (
        Theme.objects.select_related("proposed_by", "merged_into", "split_from")
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
        .select_related("changed_by", "other", "theme")
        .order_by("changed_at", "id")[:limit]
    )


def maker_name(place: Place, person: Person) -> str:
    """How someone who marked or named something is called: by name among members, "" to visitors."""
    return person.chosen_name if place.is_member else ""


# ── the words in a theme ─────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Marking:
    """A passage (or "" for the whole) that somebody put with a theme. where: in the present words, or None.

    ``is_earlier``: the passage is of an earlier wording and is no longer in the words.
    """

    link: ThemeLink
    maker: str
    passage: str
    where: Stretch | None = None
    is_earlier: bool = False


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
    """The contributions in a theme, newest said first, ``WORDS_ON_A_PAGE`` and one more. Four queries at most."""
    inside = _seen_links(place).filter(theme=theme).values("contribution")
    rows = list(
        Contribution.objects.filter(pk__in=inside)
        .select_related("author")
        .annotate(opening=Left("words", OPENING + 60))
        .order_by("-said_on", "-id")[start : start + WORDS_ON_A_PAGE + 1]
    )
    spoken = standpoints_of(place.space, [row.author_id for row in rows]) if rows else {}
    links = ThemeLink.objects.filter(theme=theme, contribution__in=[row.pk for row in rows], ended_at=None)
    held = list(links.select_related("linked_by", "theme").order_by("linked_at", "id")) if rows else []
    marks = _markings(place, held, rows)
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


def taken_back_from(theme: Theme) -> int:
    """How many contributions in a theme were taken back by whoever brought them: their places stay."""
    gone = ThemeLink.objects.filter(theme=theme, ended_at=None, contribution__state=ContributionState.WITHDRAWN)
    return gone.order_by().values("contribution").distinct().count()


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
    return _markings(place, held[:limit], [contribution]).get(contribution.pk, [])


def _markings(
    place: Place, held: Sequence[ThemeLink], contributions: Iterable[Contribution]
) -> dict[UUID, list[Marking]]:
    by_key = {contribution.pk: contribution for contribution in contributions}
    old = _earlier_words(link for link in held if link.version != by_key[link.contribution_id].version)
    found: dict[UUID, list[Marking]] = {}
    for link in held:
        words = by_key[link.contribution_id].words
        earlier = old.get((link.contribution_id, link.version))
        found.setdefault(link.contribution_id, []).append(_marking(place, link, words, earlier))
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


def _marking(place: Place, link: ThemeLink, words: str, earlier: str | None) -> Marking:
    """Where a link's passage stands now: by its offsets in its own version, by its text in a later one."""
    maker = maker_name(place, link.linked_by)
    if link.start is None or link.end is None:
        return Marking(link, maker, "")
    if earlier is None:
        return Marking(link, maker, words[link.start : link.end], Stretch(link.start, link.end))
    passage = earlier[link.start : link.end]
    places = places_of(passage, words)
    if len(places) == 1:
        return Marking(link, maker, passage, places[0])
    return Marking(link, maker, passage, None, is_earlier=True)
