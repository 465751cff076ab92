"""Themes, passages and what was said about them, from a file, by the thousand."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.errors import NotHere
from coproduce.history.chain import canonical, record
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator
from coproduce.spaces.models import Space
from coproduce.themes.actions.changing import DEEPEST
from coproduce.themes.actions.holding import hold_open_themes, hold_space
from coproduce.themes.models import CodingNote, Origin, Theme, ThemeLink, ThemeState

AT_ONCE = 400
LONGEST = 120


@dataclass(frozen=True, slots=True)
class ImportedTheme:
    """A theme from elsewhere. source: what tells it apart in this space for ever; parent: the source of the theme
    above it, "" for none. A row comes after the row of its parent."""

    source: str
    name: str
    words: str = ""
    colour: str = ""
    parent: str = ""


@dataclass(frozen=True, slots=True)
class ImportedLink:
    """Words put to a theme elsewhere: the whole (``start`` and ``end`` None) or a passage of the present version."""

    theme: Theme
    contribution: Contribution
    linked_by: Person
    start: int | None = None
    end: int | None = None
    why: str = ""
    linked_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class ImportedNote:
    """Something said elsewhere about a passage and a theme."""

    theme: Theme
    contribution: Contribution
    said_by: Person
    words: str
    start: int | None = None
    end: int | None = None
    said_at: datetime | None = None


@transaction.atomic
def name_themes_many(
    *, actor: Person, space: Space, rows: Sequence[ImportedTheme], known: dict[str, Theme] | None = None
) -> dict[str, Theme]:
    """Give names to themes from a file: a theme for each row's source, the old and the new. One event for the lot.

    known: by source, themes of this space that are meant. A row whose name an open theme of the space has joins that
    theme, which stays as it is. Of two rows of one name the second is named with the theme above it. A row that would
    stand deeper than ``DEEPEST`` stands as deep as it may. Safe to run twice. Raises ``NotHere``, ``NotAllowed``.
    """
    require_facilitator(actor, space)
    hold_space(space)
    found = _there_already(space, [row.source for row in rows]) | (known or {})
    called = {theme.name.casefold(): theme for theme in Theme.objects.filter(space=space, state=ThemeState.OPEN)}
    taken = {theme.pk for theme in found.values()}
    depth: dict[object, int] = {}
    new: list[Theme] = []
    for row in rows:
        if row.source in found:
            continue
        same = called.get(row.name[:LONGEST].casefold())
        if same is not None and same.pk not in taken and not same._state.adding:
            found[row.source] = same
            taken.add(same.pk)
            continue
        parent = _deep_enough(found.get(row.parent), depth)
        theme = _theme(actor, space, row, parent, _free_name(row.name, parent, called))
        new.append(theme)
        taken.add(theme.pk)
        found[row.source] = called[theme.name.casefold()] = theme
    Theme.objects.bulk_create(new, batch_size=AT_ONCE)
    if new:
        digest = hashlib.sha256(canonical([[theme.pk, theme.source] for theme in new])).hexdigest()
        record("themes named together", actor=actor, space=space, subject=space, count=len(new), digest=digest)
    return found


def _deep_enough(parent: Theme | None, depth: dict[object, int]) -> Theme | None:
    while parent is not None and _depth(parent, depth) >= DEEPEST:
        parent = parent.parent
    return parent


def _theme(actor: Person, space: Space, row: ImportedTheme, parent: Theme | None, name: str) -> Theme:
    theme = Theme(
        space=space,
        name=name,
        words=row.words.strip(),
        colour=row.colour,
        origin=Origin.EMERGED,
        proposed_by=actor,
        proposed_at=clock.now(),
        source=row.source,
        parent=parent,
    )
    theme.clean_fields(exclude={"space", "proposed_by", "parent"})
    return theme


def _depth(theme: Theme, known: dict[object, int]) -> int:
    """How deep a theme stands, the topmost being 1."""
    if theme.pk not in known:
        known[theme.pk] = 1 + (_depth(theme.parent, known) if theme.parent is not None else 0)
    return known[theme.pk]


def _free_name(name: str, parent: Theme | None, called: dict[str, Theme]) -> str:
    plain = " ".join(name.split()) or _("A theme without a name")
    tries = [plain] if parent is None else [plain, f"{parent.name}: {plain}"]
    for one in tries:
        if one[:LONGEST].casefold() not in called:
            return one[:LONGEST]
    number = 2
    while f"{tries[-1][: LONGEST - 8]} ({number})".casefold() in called:
        number += 1
    return f"{tries[-1][: LONGEST - 8]} ({number})"


def _there_already(space: Space, sources: list[str]) -> dict[str, Theme]:
    found: dict[str, Theme] = {}
    for start in range(0, len(sources), AT_ONCE):
        some = Theme.objects.filter(space=space, source__in=sources[start : start + AT_ONCE])
        for theme in some.select_related("merged_into", "parent"):
            source, now = theme.source, theme
            while now.merged_into is not None:
                now = now.merged_into
            found[source] = now
    return found


@transaction.atomic
def link_passages_many(*, actor: Person, space: Space, rows: Iterable[ImportedLink]) -> int:
    """Put words and passages with themes, each as whoever did so elsewhere: how many links are new. One event.

    Safe to run twice. Raises ``NotHere`` for what is of another space or where a passage is not in the words,
    ``UseEnded`` for words of which nothing new may be made.
    """
    require_facilitator(actor, space)
    wanted = {_mark(row): row for row in rows}
    _require_of_space(space, wanted.values())
    there = set(
        ThemeLink.objects.filter(theme__space=space, ended_at=None).values_list(
            "theme", "contribution", "start", "end", "linked_by"
        )
    )
    fresh = [row for mark, row in wanted.items() if mark not in there]
    hold_open_themes(row.theme for row in fresh)
    require_usable(space, [row.contribution for row in fresh])
    new = [
        ThemeLink(
            theme=row.theme,
            contribution=row.contribution,
            version=row.contribution.version,
            start=row.start,
            end=row.end,
            why=row.why.strip(),
            linked_by=row.linked_by,
            linked_at=row.linked_at or clock.now(),
        )
        for row in fresh
    ]
    ThemeLink.objects.bulk_create(new, batch_size=AT_ONCE)
    if new:
        told = [[link.theme_id, link.contribution_id, link.start, link.end, link.linked_by_id] for link in new]
        digest = hashlib.sha256(canonical(told)).hexdigest()
        record(
            "passages put with themes together", actor=actor, space=space, subject=space, count=len(new), digest=digest
        )
    return len(new)


def _mark(row: ImportedLink) -> tuple[object, ...]:
    return (row.theme.pk, row.contribution.pk, row.start, row.end, row.linked_by.pk)


def _require_of_space(space: Space, rows: Iterable[ImportedLink]) -> None:
    for row in rows:
        inside = row.start is None or (row.end is not None and 0 <= row.start < row.end <= len(row.contribution.words))
        if row.theme.space_id != space.pk or row.contribution.space_id != space.pk or not inside:
            raise NotHere


@transaction.atomic
def note_many(*, actor: Person, space: Space, rows: Iterable[ImportedNote]) -> int:
    """Keep what was said elsewhere about passages: how many are new. One event for the lot; safe to run twice."""
    require_facilitator(actor, space)
    held = CodingNote.objects.filter(theme__space=space).values_list(
        "theme", "contribution", "start", "end", "said_by", "words"
    )
    there = set(held)
    new = []
    for row in rows:
        if row.theme.space_id != space.pk or row.contribution.space_id != space.pk:
            raise NotHere
        mark = (row.theme.pk, row.contribution.pk, row.start, row.end, row.said_by.pk, row.words.strip())
        if mark in there:
            continue
        there.add(mark)
        new.append(
            CodingNote(
                theme=row.theme,
                contribution=row.contribution,
                start=row.start,
                end=row.end,
                words=row.words.strip(),
                said_by=row.said_by,
                said_at=row.said_at or clock.now(),
            )
        )
    CodingNote.objects.bulk_create(new, batch_size=AT_ONCE)
    if new:
        record("passages talked about together", actor=actor, space=space, subject=space, count=len(new))
    return len(new)
