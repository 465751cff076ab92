"""Renaming, merging and splitting themes. What they were before stays on the record."""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.themes.actions.naming import AT_ONCE, refuse_taken_name
from coproduce.themes.models import Theme, ThemeChange, ThemeChangeKind, ThemeLink, ThemeState


def _held(theme: Theme) -> Theme:
    """The theme as it is now, held until the transaction ends; only an open one can be changed."""
    held = Theme.objects.select_for_update(of=("self",)).select_related("space").get(pk=theme.pk)
    if held.state != ThemeState.OPEN:
        raise NotAllowed(_("This theme was merged into another. Change that one."))
    return held


def _note(actor: Person, theme: Theme, kind: str, **fields: object) -> ThemeChange:
    change = ThemeChange(theme=theme, kind=kind, changed_by=actor, changed_at=clock.now(), **fields)
    change.full_clean()
    change.save(force_insert=True)
    return change


@transaction.atomic
def rename_theme(
    *, actor: Person, theme: Theme, name: str, why: str, words: str | None = None, person: Person | None = None
) -> Theme:
    """Call a theme something else. ``words``: what it gathers, said anew; None leaves it.

    person: an assisted member whose name for it this is, written down by a facilitator (the actor).
    """
    person = person or actor
    recorder_for(actor, person, theme.space)
    theme = _held(theme)
    refuse_taken_name(theme.space, name, besides=theme)
    before, theme.name = theme.name, name.strip()
    theme.words = theme.words if words is None else words.strip()
    theme.full_clean()
    theme.save()
    _note(person, theme, ThemeChangeKind.RENAMED, before=before, after=theme.name, why=why.strip())
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
def merge_themes(*, actor: Person, theme: Theme, into: Theme, why: str) -> Theme:
    """``theme`` becomes a part of ``into``, with all its words. Its page stays and says where it went.

    Answers ``into``. What linked each passage, and why, goes along; links that ``into`` has already are not doubled.
    """
    require_member(actor, theme.space)
    if theme.pk == into.pk or into.space_id != theme.space_id:
        raise NotHere
    theme, into = _held(theme), _held(into)
    moved = _carry_over(actor, ThemeLink.objects.filter(theme=theme, ended_at=None), into)
    theme.state, theme.merged_into = ThemeState.MERGED, into
    theme.full_clean()
    theme.save()
    _note(actor, theme, ThemeChangeKind.MERGED, before=theme.name, after=into.name, other=into, why=why.strip())
    record("theme merged", actor=actor, space=theme.space, subject=theme, into=into.pk, links=moved, why=why)
    return into


@transaction.atomic
def split_theme(
    *, actor: Person, theme: Theme, name: str, links: Sequence[ThemeLink], why: str, words: str = ""
) -> Theme:
    """A new theme begins out of ``theme``, with some of its words. Answers the new one, which arose from the old.

    Its origin is that of the theme it was in: splitting does not put anything on an agenda.
    """
    require_member(actor, theme.space)
    theme = _held(theme)
    if not links:
        raise NotAllowed(_("Choose the words that the new theme begins with."))
    if any(link.theme_id != theme.pk or link.ended_at is not None for link in links):
        raise NotHere
    refuse_taken_name(theme.space, name)
    new = Theme(
        space=theme.space,
        name=name.strip(),
        words=words.strip(),
        origin=theme.origin,
        proposed_by=actor,
        proposed_at=clock.now(),
        split_from=theme,
    )
    new.full_clean()
    new.save(force_insert=True)
    moved = _carry_over(actor, ThemeLink.objects.filter(pk__in=[link.pk for link in links]), new)
    _note(actor, theme, ThemeChangeKind.SPLIT, before=theme.name, after=new.name, other=new, why=why.strip())
    record("theme split", actor=actor, space=theme.space, subject=theme, new=new.pk, links=moved, why=why)
    return new


def _carry_over(actor: Person, links: QuerySet[ThemeLink], to: Theme) -> int:
    """End ``links`` where they are and make them anew in ``to``, as whoever made them made them. How many were new."""
    old = list(links)
    now = clock.now()
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
            )
        )
    for begin in range(0, len(old), AT_ONCE):
        some = [link.pk for link in old[begin : begin + AT_ONCE]]
        ThemeLink.objects.filter(pk__in=some).update(ended_at=now, ended_by=actor)
    ThemeLink.objects.bulk_create(new, batch_size=AT_ONCE)
    return len(new)


def _place(link: ThemeLink) -> tuple[object, ...]:
    return (link.contribution_id, None if link.start is None else link.version, link.start, link.end)
