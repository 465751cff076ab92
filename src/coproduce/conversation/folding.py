"""Which words a reader asked not to see. Everything here is asked by one person about their own choices."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from coproduce.contributions.models import Contribution
from coproduce.conversation.models import Muted
from coproduce.prepared import given, given_many, prepared
from coproduce.spaces.access import Place
from coproduce.themes.models import ThemeLink


class Mutes(NamedTuple):
    """What one reader asked not to see in one space. authors: (person, the kind of name they spoke under)."""

    authors: frozenset[tuple[UUID, str]] = frozenset()
    themes: frozenset[UUID] = frozenset()
    phrases: re.Pattern[str] | None = None
    notes: re.Pattern[str] | None = None

    def __bool__(self) -> bool:
        return bool(self.authors or self.themes or self.phrases or self.notes)


NONE = Mutes()


def mutes_of(place: Place) -> Mutes:
    """What this reader asked not to see here. One query; none for visitors."""
    if place.membership is None or place.person is None:
        return NONE
    return mutes_from(_mutes()(space=place.space.pk, person=place.person.pk))


@prepared
def _mutes() -> QuerySet[Muted, Any]:
    found = Muted.objects.filter(space=given("space"), person=given("person")).order_by()
    return found.values_list("author", "attribution", "theme", "phrase", "note")


def mutes_from(rows: Iterable[Sequence[Any]]) -> Mutes:
    """From rows of (author, kind of name, theme, phrase, note)."""
    held = list(rows)
    if not held:
        return NONE
    return Mutes(
        frozenset((author, shown) for author, shown, *_rest in held if author),
        frozenset(theme for _author, _shown, theme, *_rest in held if theme),
        _any_of(phrase for *_rest, phrase, _note in held if phrase),
        _any_of(note for *_rest, note in held if note),
    )


def _any_of(texts: Iterable[str]) -> re.Pattern[str] | None:
    """Any of these at the beginning of a word, however it is written large or small and however it is spaced."""
    wanted = [r"\s+".join(re.escape(part) for part in text.casefold().split()) for text in texts]
    return re.compile(r"(?<!\w)(?:" + "|".join(wanted) + ")") if wanted else None


def folded_for(place: Place, contributions: Iterable[UUID]) -> Collection[UUID]:
    """Of these contributions those that the reader asked not to see. One query for somebody who asked for nothing,
    three at most; none for visitors."""
    return folded_by(place, mutes_of(place), contributions)


def folded_by(place: Place, mutes: Mutes, contributions: Iterable[UUID]) -> Collection[UUID]:
    """As ``folded_for``, where the page knows already what the reader asked for. Two queries at most."""
    wanted = list(contributions)
    if not mutes or not wanted or place.person is None:
        return frozenset()
    me = place.person.pk
    rows: list[Any] = list(_words()(contributions=wanted))
    # One's own words stay open: who wrote them knows what is in them.
    found = {pk for pk, author, *said in rows if author != me and _is_muted(mutes, author, *said)}
    if mutes.themes:
        mine = {pk for pk, author, *_said in rows if author == me}
        found |= set(_in_themes()(contributions=wanted, themes=list(mutes.themes))) - mine
    return found


@prepared
def _words() -> QuerySet[Contribution, Any]:
    found = Contribution.objects.filter(pk__in=given_many("contributions")).order_by()
    return found.values_list("pk", "author_id", "attribution", "words", "content_note")


@prepared
def _in_themes() -> QuerySet[ThemeLink, Any]:
    held = ThemeLink.objects.filter(
        contribution__in=given_many("contributions"), theme__in=given_many("themes"), ended_at=None
    )
    return held.order_by().values_list("contribution", flat=True)


def _is_muted(mutes: Mutes, author: UUID, attribution: str, words: str, note: str) -> bool:
    if (author, attribution) in mutes.authors:
        return True
    if mutes.phrases and mutes.phrases.search(words.casefold()):
        return True
    return any(wanted.search(note.casefold()) for wanted in (mutes.phrases, mutes.notes) if wanted)
