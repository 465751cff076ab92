"""Renaming, merging, splitting and placing themes. What they were before stays on the record."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.use import require_usable
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.themes.actions.holding import hold_space, hold_theme
from coproduce.themes.actions.naming import AT_ONCE, refuse_taken_name
from coproduce.themes.models import COLOURS, Theme, ThemeChange, ThemeChangeKind, ThemeLink, ThemeState

DEEPEST = 5
"""How many themes may stand below each other, the topmost counted."""


def _note(actor: Person, theme: Theme, kind: str, **fields: object) -> ThemeChange:
    change = ThemeChange(theme=theme, kind=kind, changed_by=actor, changed_at=clock.now(), **fields)
    change.full_clean()
    change.save(force_insert=True)
    return change


@transaction.atomic
def rename_theme(
    *,
    actor: Person,
    theme: Theme,
    name: str,
    why: str,
    words: str | None = None,
    person: Person | None = None,
    as_it_was: str | None = None,
) -> Theme:
    """Call a theme something else. ``words``: what it gathers, said anew; None leaves it.

    person: an assisted member whose name for it this is, written down by a facilitator (the actor).
    as_it_was: ``as_it_is`` of the theme when somebody looked at it; ``ChangedMeanwhile`` if it is not so any more.
    """
    person = person or actor
    recorder_for(actor, person, theme.space)
    hold_space(theme.space)
    theme = hold_theme(theme, as_it_was)
    refuse_taken_name(theme.space, name, besides=theme)
    before, words_before = theme.name, theme.words
    theme.name, theme.words = name.strip(), theme.words if words is None else words.strip()
    theme.full_clean()
    theme.save()
    said_anew = {"words_before": words_before, "words_after": theme.words} if theme.words != words_before else {}
    _note(person, theme, ThemeChangeKind.RENAMED, before=before, after=theme.name, why=why.strip(), **said_anew)
    record(
        "theme renamed",
        actor=actor,
        space=theme.space,
        subject=theme,
        person=person.pk,
        before=before,
        after=theme.name,
        why=why,
    )
    return theme


@transaction.atomic
def merge_themes(*, actor: Person, theme: Theme, into: Theme, why: str, as_it_was: str | None = None) -> Theme:
    """``theme`` becomes a part of ``into``, with all its words. Its page stays and says where it went.

    Answers ``into``. What linked each passage, and why, goes along; what somebody said of ``into`` already is not
    doubled. A theme with others under it is not merged: ``NotAllowed``. as_it_was: see ``rename_theme``.
    """
    require_member(actor, theme.space)
    if theme.pk == into.pk or into.space_id != theme.space_id:
        raise NotHere
    hold_space(theme.space)
    held = {one.pk: hold_theme(one, was) for one, was in _in_order((theme, as_it_was), (into, None))}
    theme, into = held[theme.pk], held[into.pk]
    if theme.children.filter(state=ThemeState.OPEN).exists():
        raise NotAllowed(_("Other themes stand under this one. Put them somewhere else first, or on their own."))
    change = _note(
        actor, theme, ThemeChangeKind.MERGED, before=theme.name, after=into.name, other=into, why=why.strip()
    )
    moved = carry_over(change, ThemeLink.objects.filter(theme=theme, ended_at=None), into, at=change.changed_at)
    theme.state, theme.merged_into = ThemeState.MERGED, into
    theme.full_clean()
    theme.save()
    record("theme merged", actor=actor, space=theme.space, subject=theme, into=into.pk, links=moved, why=why)
    return into


def _in_order(*themes: tuple[Theme, str | None]) -> list[tuple[Theme, str | None]]:
    return sorted(themes, key=lambda one: one[0].pk)


@transaction.atomic
def split_theme(
    *,
    actor: Person,
    theme: Theme,
    name: str,
    links: Sequence[ThemeLink],
    why: str,
    words: str = "",
    as_it_was: str | None = None,
) -> Theme:
    """A new theme begins out of ``theme``, with some of its words. Answers the new one, which arose from the old.

    Its origin and its place are those of the theme it was in: splitting does not put anything on an agenda.
    as_it_was: see ``rename_theme``. Raises ``NotAllowed`` where some of the words were taken out meanwhile.
    """
    require_member(actor, theme.space)
    hold_space(theme.space)
    theme = hold_theme(theme, as_it_was)
    if not links:
        raise NotAllowed(_("Choose the words that the new theme begins with."))
    if any(link.theme_id != theme.pk for link in links):
        raise NotHere
    require_usable(theme.space, [link.contribution_id for link in links])
    going = ThemeLink.objects.filter(pk__in=[link.pk for link in links], ended_at=None)
    if going.count() < len({link.pk for link in links}):
        raise NotHere(_("Some of these words were taken out of the theme meanwhile. Look again at what is in it."))
    refuse_taken_name(theme.space, name)
    new = Theme(
        space=theme.space,
        name=name.strip(),
        words=words.strip(),
        origin=theme.origin,
        proposed_by=actor,
        proposed_at=clock.now(),
        split_from=theme,
        parent_id=theme.parent_id,
    )
    new.full_clean()
    new.save(force_insert=True)
    change = _note(actor, theme, ThemeChangeKind.SPLIT, before=theme.name, after=new.name, other=new, why=why.strip())
    moved = carry_over(change, going, new, at=change.changed_at)
    record("theme split", actor=actor, space=theme.space, subject=theme, new=new.pk, links=moved, why=why)
    return new


@transaction.atomic
def place_theme(
    *, actor: Person, theme: Theme, under: Theme | None, why: str = "", as_it_was: str | None = None
) -> Theme:
    """Put a theme under another, or on its own (None). Its words stay where they are.

    ``NotAllowed`` where it would stand under itself, or deeper than ``DEEPEST``. as_it_was: see ``rename_theme``.
    """
    require_member(actor, theme.space)
    if under is not None and under.space_id != theme.space_id:
        raise NotHere
    hold_space(theme.space)
    theme = hold_theme(theme, as_it_was)
    if under is not None:
        under = hold_theme(under)
        require_room(theme, under)
    if theme.parent_id == (under.pk if under else None):
        return theme
    stood_under, theme.parent = theme.parent, under
    theme.full_clean()
    theme.save()
    _note(
        actor,
        theme,
        ThemeChangeKind.PLACED,
        before=theme.name,
        after=theme.name,
        other=under,
        stood_under=stood_under,
        why=why.strip(),
    )
    record("theme placed", actor=actor, space=theme.space, subject=theme, under=under.pk if under else None, why=why)
    return theme


def require_room(theme: Theme, under: Theme) -> None:
    """Raise ``NotAllowed`` unless the theme, with all that stands under it, may stand under the other. The space is
    held. One query.
    """
    rows = Theme.objects.filter(space=theme.space_id, state=ThemeState.OPEN).exclude(pk=theme.pk)
    parents = dict(rows.values_list("pk", "parent"))
    above: list[UUID] = []
    at: UUID | None = under.pk
    while at is not None and at not in above:
        if at == theme.pk:
            raise NotAllowed(_("A theme cannot stand under itself, or under one that stands under it."))
        above.append(at)
        at = parents.get(at)
    height, level = 1, {theme.pk}
    while level := {child for child, parent in parents.items() if parent in level}:
        height += 1
    if len(above) + height > DEEPEST:
        raise NotAllowed(_("Themes can stand five deep at most. Put it under one that is nearer to the top."))


@transaction.atomic
def colour_theme(*, actor: Person, theme: Theme, colour: str, as_it_was: str | None = None) -> Theme:
    """Give a theme one of ``COLOURS``, or none ("")."""
    require_member(actor, theme.space)
    theme = hold_theme(theme, as_it_was)
    if colour and colour not in COLOURS:
        raise NotAllowed(_("Choose one of the colours that can be told apart on every page."))
    if theme.colour == colour:
        return theme
    before, theme.colour = theme.colour, colour
    theme.save(update_fields=["colour"])
    record("theme coloured", actor=actor, space=theme.space, subject=theme, before=before, after=colour)
    return theme


def carry_over(
    change: ThemeChange, links: Iterable[ThemeLink], to: Theme, *, at: datetime, by: Person | None = None
) -> int:
    """End ``links`` where they are and make them anew in ``to``, as whoever made them made them. How many were new.

    Each new link says which it carries on, and what moved it: ``change``. by: who ends them, if not its maker.
    """
    old = list(links)
    there = {_place(link) for link in ThemeLink.objects.filter(theme=to, ended_at=None)}
    new = []
    for link in old:
        if _place(link) in there:
            continue
        there.add(_place(link))
        new.append(
            ThemeLink(
                theme=to,
                contribution_id=link.contribution_id,
                version=link.version,
                start=link.start,
                end=link.end,
                why=link.why,
                linked_by_id=link.linked_by_id,
                linked_at=link.linked_at,
                moved_from=link,
                moved_by=change,
            )
        )
    for begin in range(0, len(old), AT_ONCE):
        some = [link.pk for link in old[begin : begin + AT_ONCE]]
        held = ThemeLink.objects.filter(pk__in=some, ended_at=None)
        held.update(ended_at=at, ended_by=by or change.changed_by)
    ThemeLink.objects.bulk_create(new, batch_size=AT_ONCE)
    return len(new)


def _place(link: ThemeLink) -> tuple[object, ...]:
    version = None if link.start is None else link.version
    return (link.contribution_id, version, link.start, link.end, link.linked_by_id)
