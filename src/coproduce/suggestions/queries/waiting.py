"""What the computer noticed and nobody has decided, as far as it still holds.

Words that were taken back, put out of sight, changed or kept from new use since the computer looked are left out here,
in the query, and so is what somebody linked by hand meanwhile: nothing has to be computed again for that.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.urls import reverse

from coproduce.contributions.models import Contribution
from coproduce.contributions.use import in_use
from coproduce.errors import NotHere
from coproduce.people.models import Attribution
from coproduce.spaces.access import Place
from coproduce.suggestions.models import (
    Suggestion,
    SuggestionKind,
    SuggestionRun,
    SuggestionState,
    SuggestionWords,
)
from coproduce.themes.models import ThemeLink, ThemeState

FOR_A_THEME = 2
ON_A_THEMES_PAGE = 40
THEMES_ON_A_PAGE = 4
TYPICAL = 3
NAMELESS = (Attribution.STANDPOINT, Attribution.ANONYMOUS)
LONG, AROUND = 420, 150
"""Of longer words the passage is shown, and so many letters around it."""
FEWEST_IN_A_GROUP = 2
NEW_SHARE, NEW_WORDS = 0.1, 25
"""Looking again is offered once so many of the words, as a share or in number, are new."""


@dataclass(frozen=True, slots=True)
class WordsShown:
    """Words with the places in them that speak for the suggestion, most first. passages: pieces of text to mark.

    shown: the words, or of long ones the passage with what stands around it.
    """

    suggestion: Suggestion
    contribution: Contribution
    url: str
    shown: str
    terms: list[str]
    passages: list[str]


@dataclass(frozen=True, slots=True)
class ThemeShown:
    """A theme with what may belong to it; ``more``: how many others wait for it."""

    theme: Any
    words: list[WordsShown]
    more: int


@dataclass(frozen=True, slots=True)
class GroupShown:
    """Words that fit no theme yet. ``size``: how many, by how many ``people`` (None where that is not told).

    ``rest``: others than the typical, where all are shown.
    """

    suggestion: Suggestion
    terms: list[str]
    typical: list[Contribution]
    rest: list[Contribution]
    size: int
    people: int | None


@dataclass(frozen=True, slots=True)
class Looked:
    """When the computer looked last, for whom, at how many texts; ``new_words``: brought or changed since then."""

    at: datetime
    asked_by: str
    counts: dict[str, Any]
    new_words: int

    @property
    def is_worth_looking_again(self) -> bool:
        return bool(self.new_words >= min(NEW_WORDS, max(1, NEW_SHARE * self.counts.get("texts", 0))))


def last_look(place: Place) -> Looked | None:
    """The last time the computer looked at this space, if it did. Two queries."""
    run = SuggestionRun.objects.filter(space=place.space, kind=SuggestionKind.BELONGS)
    last = run.select_related("asked_by").order_by("-at", "-id").first()
    if last is None:
        return None
    new = Contribution.objects.filter(in_use(), space=place.space, versions__written_at__gt=last.at)
    return Looked(last.at, last.asked_by.chosen_name, last.counts, new.values("pk").distinct().count())


def _waiting(place: Place) -> QuerySet[Suggestion]:
    """May-belong suggestions that still hold."""
    there = ThemeLink.objects.filter(theme=OuterRef("theme"), contribution=OuterRef("contribution"), ended_at=None)
    return Suggestion.objects.filter(
        in_use("contribution__"),
        ~Exists(there),
        space=place.space,
        kind=SuggestionKind.BELONGS,
        state=SuggestionState.WAITING,
        theme__state=ThemeState.OPEN,
        version=F("contribution__version"),
    )


def belonging_in(place: Place, theme: UUID | None = None, *, start: int = 0) -> list[ThemeShown]:
    """Themes with words that may belong to them, in the order the themes were named. Two queries.

    ``THEMES_ON_A_PAGE`` from ``start`` on and one more, of each ``FOR_A_THEME`` at most; with ``theme`` only that one,
    and ``ON_A_THEMES_PAGE`` of it.
    """
    waiting = _waiting(place) if theme is None else _waiting(place).filter(theme=theme)
    most = FOR_A_THEME if theme is None else ON_A_THEMES_PAGE
    every: dict[UUID, list[UUID]] = {}
    for of, pk in waiting.order_by("theme__proposed_at", "theme", "-score", "id").values_list("theme", "pk"):
        every.setdefault(of, []).append(pk)
    keys = list(every.values())[start : start + THEMES_ON_A_PAGE + 1]
    wanted = [pk for some in keys for pk in some[:most]]
    rows = Suggestion.objects.filter(pk__in=wanted).select_related("theme", "contribution__author")
    found = {row.pk: row for row in rows} if wanted else {}
    base = reverse("contributions:contributions", args=[place.space.slug])
    return [
        ThemeShown(
            theme=found[some[0]].theme,
            words=[_shown(found[pk], base) for pk in some[:most] if pk in found],
            more=max(0, len(some) - most),
        )
        for some in keys
        if some[0] in found
    ]


def _shown(row: Suggestion, base: str) -> WordsShown:
    contribution: Any = row.contribution
    terms = pieces(contribution.words, row.reasons.get("terms") or ())
    passage = row.reasons.get("passage")
    marked = pieces(contribution.words, [passage] if passage else ())
    shown = around(contribution.words, passage if marked else None)
    return WordsShown(row, contribution, f"{base}{contribution.pk}/", shown, terms, marked)


def around(words: str, passage: Sequence[int] | None) -> str:
    """The words whole, or if they are long the passage (or the beginning) with some words on each side."""
    if len(words) <= LONG:
        return words
    start, end = passage or (0, 0)
    begin = max(0, start - AROUND)
    stop = min(len(words), max(end + AROUND, begin + LONG))
    cut = words[begin:stop]
    if begin:
        cut = "… " + cut[cut.find(" ") + 1 :] if " " in cut[: start - begin] else "…" + cut
    if stop < len(words):
        cut = cut[: cut.rfind(" ")] + " …" if " " in cut[end - stop :] else cut + "…"
    return cut


def pieces(words: str, places: Iterable[Sequence[int]]) -> list[str]:
    """The text at each place; what is no place in the words (a file may say anything) is left out."""
    found = []
    for place in places:
        if len(place) == 2 and all(isinstance(at, int) for at in place) and 0 <= place[0] < place[1] <= len(words):
            found.append(words[place[0] : place[1]])
    return found


def suggestions_among(place: Place, keys: Iterable[UUID]) -> list[Suggestion]:
    """Those of the waiting suggestions of the space that are wanted. ``NotHere`` if one is not. One query."""
    wanted = set(keys)
    found = list(Suggestion.objects.filter(space=place.space, pk__in=wanted))
    if not wanted or len(found) != len(wanted):
        raise NotHere
    return found


# ── what fits no theme yet ───────────────────────────────────────────────────────────────────────


def _holding(place: Place, suggestions: Sequence[Suggestion]) -> QuerySet[SuggestionWords]:
    """The words of these groups that still hold and are in no theme."""
    linked = ThemeLink.objects.filter(
        contribution=OuterRef("contribution"), ended_at=None, theme__state=ThemeState.OPEN
    )
    return SuggestionWords.objects.filter(
        in_use("contribution__"),
        ~Exists(linked),
        suggestion__in=[suggestion.pk for suggestion in suggestions],
        contribution__space=place.space,
        version=F("contribution__version"),
    )


def _words_of(rows: QuerySet[SuggestionWords]) -> dict[UUID, list[Contribution]]:
    """By group: the typical first, the others in the order in which they were said; with their authors. One query."""
    found: dict[UUID, list[SuggestionWords]] = {}
    for row in rows.select_related("contribution__author").order_by("contribution__said_on", "contribution"):
        found.setdefault(row.suggestion_id, []).append(row)
    return {
        group: [row.contribution for row in sorted(words, key=lambda row: row.typical or TYPICAL + 1)]
        for group, words in found.items()
    }


def groups_in(place: Place) -> list[GroupShown]:
    """The groups that nobody has decided, best first; none of which too little is left. Three queries.

    Only words that stand for a group are fetched: where none of those is left the group says how many it holds.
    """
    waiting = Suggestion.objects.filter(space=place.space, kind=SuggestionKind.NEW, state=SuggestionState.WAITING)
    suggestions = list(waiting.order_by("place", "id")[:8])
    if not suggestions:
        return []
    holding = _holding(place, suggestions)
    counted = holding.order_by().values_list("suggestion")
    sizes = {
        pk: (size, people, nameless)
        for pk, size, people, nameless in counted.annotate(
            size=Count("contribution"),
            people=Count("contribution__author", distinct=True),
            nameless=Count("contribution", filter=Q(contribution__attribution__in=NAMELESS)),
        )
    }
    typical = _words_of(holding.filter(typical__gt=0))
    return [
        GroupShown(each, _terms(each), typical.get(each.pk, []), [], sizes[each.pk][0], _people(*sizes[each.pk]))
        for each in suggestions
        if each.pk in sizes and _may_be_shown(*sizes[each.pk])
    ]


def _may_be_shown(size: int, people: int, nameless: int) -> bool:
    """What only one person said, some of it without a name, is no group: it would tell whose the nameless words are."""
    return size >= FEWEST_IN_A_GROUP and not (nameless and people == 1)


def _people(_size: int, people: int, nameless: int) -> int | None:
    """By how many it was said; None where some gave no name, since a number would tell which words are one person's."""
    return None if nameless else people


def _terms(suggestion: Suggestion) -> list[str]:
    return [term for term in suggestion.name.split(", ") if term]


def group_in(place: Place, pk: UUID) -> GroupShown:
    """One waiting group with all its words. Raises ``NotHere``. Two queries."""
    row = Suggestion.objects.filter(
        space=place.space, pk=pk, kind=SuggestionKind.NEW, state=SuggestionState.WAITING
    ).first()
    if row is None:
        raise NotHere
    row.space = place.space
    words = _words_of(_holding(place, [row])).get(row.pk, [])
    nameless = sum(each.attribution in NAMELESS for each in words)
    counts = len(words), len({each.author_id for each in words}), nameless
    if not _may_be_shown(*counts):
        raise NotHere
    return GroupShown(row, _terms(row), words[:TYPICAL], words[TYPICAL:], len(words), _people(*counts))
