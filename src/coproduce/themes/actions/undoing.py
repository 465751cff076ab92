"""Undoing what was done to a theme, as long as nothing later stands in the way. The undoing is on record too."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.themes.actions.changing import carry_over, require_room
from coproduce.themes.actions.holding import hold_space
from coproduce.themes.actions.naming import NameTaken, refuse_taken_name
from coproduce.themes.models import Theme, ThemeChange, ThemeChangeKind, ThemeLink, ThemeState


class InTheWay(NotAllowed):
    """Something done later would be undone with it. It says what."""

    status = 409
    title = _lazy("Something later stands in the way")


@transaction.atomic
def undo_change(*, actor: Person, change: ThemeChange, why: str = "") -> Theme:
    """Undo a renaming, merging, splitting or placing. Answers the theme it was done to.

    Words that were taken out of a theme since stay out, and words put with it since stay with it. Undoing a split puts
    everything that is in the new theme back, and the new one becomes a part of the old.
    Raises ``InTheWay`` (naming what was done later), ``NameTaken``, ``NotHere`` where it is undone already.
    """
    space = change.theme.space
    require_member(actor, space)
    hold_space(space)
    rows = ThemeChange.objects.select_for_update(of=("self",), no_key=True).select_related(
        "theme__space", "other", "stood_under", "changed_by"
    )
    change = rows.get(pk=change.pk)
    if change.undone_at is not None:
        raise NotHere(_("This was undone already."))
    now = clock.now()
    change.undone_by, change.undone_at = actor, now
    moved = _UNDO[ThemeChangeKind(change.kind)](actor, change)
    change.save(update_fields=["undone_by", "undone_at"])
    record(
        "theme change undone",
        actor=actor,
        space=space,
        subject=change.theme,
        change=change.pk,
        undone=change.kind,
        links=moved,
        why=why.strip(),
    )
    return change.theme


def _rename_back(_actor: Person, change: ThemeChange) -> int:
    theme = _open(change.theme)
    said_anew = change.words_before != change.words_after
    if theme.name != change.after or (said_anew and theme.words != change.words_after):
        raise InTheWay(_say_later(change, Q(theme=theme, kind=ThemeChangeKind.RENAMED)))
    refuse_taken_name(theme.space, change.before, besides=theme)
    theme.name = change.before
    theme.words = change.words_before if said_anew else theme.words
    theme.full_clean()
    theme.save()
    return 0


def _take_apart(actor: Person, change: ThemeChange) -> int:
    """A merged theme stands for itself again, with the words that came with it."""
    theme, into = change.theme, _open(change.other)
    if theme.merged_into_id != into.pk:
        raise InTheWay(_say_later(change, Q(theme=theme)))
    _refuse_name(theme, change.before)
    carried = ThemeLink.objects.filter(moved_by=change)
    later = ThemeChange.objects.filter(pk__in=_moved_on(carried)).order_by("changed_at").first()
    if later is not None:
        raise InTheWay(_say(later))
    theme.state, theme.merged_into = ThemeState.OPEN, None
    theme.parent = _still_stands(theme)
    theme.full_clean()
    theme.save()
    still = carried.filter(ended_at=None, theme=into)
    moved = carry_over(change, still, theme, at=_undone(change), by=actor)
    # What somebody had said of both themes was there once while they were one: now it is there twice again.
    ended = ThemeLink.objects.filter(theme=theme, ended_at=change.changed_at, ended_by=change.changed_by)
    doubled = ended.exclude(pk__in=carried.filter(moved_from__isnull=False).values("moved_from"))
    return moved + carry_over(change, doubled, theme, at=_undone(change), by=actor)


def _put_together(actor: Person, change: ThemeChange) -> int:
    """A theme that was split off becomes a part of the one it was split from."""
    theme, new = _open(change.theme), _open(change.other)
    if new.children.filter(state=ThemeState.OPEN).exists():
        raise InTheWay(
            _("Other themes stand under “%(name)s” now. Put them somewhere else first.") % {"name": new.name}
        )
    moved = carry_over(change, ThemeLink.objects.filter(theme=new, ended_at=None), theme, at=_undone(change), by=actor)
    new.state, new.merged_into = ThemeState.MERGED, theme
    new.full_clean()
    new.save()
    return moved


def _place_back(_actor: Person, change: ThemeChange) -> int:
    theme = _open(change.theme)
    if theme.parent_id != change.other_id:
        raise InTheWay(_say_later(change, Q(theme=theme, kind=ThemeChangeKind.PLACED)))
    if change.stood_under is not None:
        require_room(theme, _open(change.stood_under))
    theme.parent = change.stood_under
    theme.full_clean()
    theme.save()
    return 0


_UNDO = {
    ThemeChangeKind.RENAMED: _rename_back,
    ThemeChangeKind.MERGED: _take_apart,
    ThemeChangeKind.SPLIT: _put_together,
    ThemeChangeKind.PLACED: _place_back,
}


# ── what stands in the way ───────────────────────────────────────────────────────────────────────


def _open(theme: Theme | None) -> Theme:
    """The theme as it is now, held. ``InTheWay`` if it became a part of another."""
    if theme is None:
        raise NotHere
    held = Theme.objects.select_for_update(of=("self",), no_key=True).select_related("space").get(pk=theme.pk)
    if held.state != ThemeState.OPEN:
        merged = ThemeChange.objects.filter(theme=held, kind=ThemeChangeKind.MERGED, undone_at=None)
        later = merged.select_related("changed_by").order_by("-changed_at").first()
        gone = _("“%(name)s” is a part of another theme now.") % {"name": held.name}
        raise InTheWay(_say(later) if later is not None else gone)
    return held


def _undone(change: ThemeChange) -> datetime:
    """When: all that the undoing moves is ended at that moment."""
    return change.undone_at or clock.now()


def _refuse_name(theme: Theme, name: str) -> None:
    try:
        refuse_taken_name(theme.space, name, besides=theme)
    except NameTaken:
        raise InTheWay(
            _("Another theme is called “%(name)s” now. Rename that one first, and then undo this.") % {"name": name}
        ) from None


def _moved_on(carried: QuerySet[ThemeLink]) -> list[UUID]:
    """The changes, not undone, that later moved links which one change had carried."""
    on = ThemeLink.objects.filter(moved_from__in=carried, moved_by__isnull=False, moved_by__undone_at=None)
    return [key for key in on.order_by().values_list("moved_by", flat=True).distinct() if key is not None]


def _still_stands(theme: Theme) -> Theme | None:
    """Under which theme it stands, if that is there and there is room; else it stands on its own."""
    if theme.parent is None or theme.parent.state != ThemeState.OPEN:
        return None
    try:
        require_room(theme, theme.parent)
    except NotAllowed:
        return None
    return theme.parent


def _say_later(change: ThemeChange, among: Q) -> str:
    """The sentence about the newest later change among some that was not undone."""
    later = ThemeChange.objects.filter(among, changed_at__gte=change.changed_at, undone_at=None).exclude(pk=change.pk)
    newest = later.select_related("changed_by").order_by("-changed_at", "-id").first()
    if newest is None:
        return _("The theme is not as this left it. Nothing was changed.")
    return _say(newest)


def _say(later: ThemeChange) -> str:
    told = {
        "name": later.changed_by.chosen_name,
        "before": later.before,
        "after": later.after,
    }
    sentences = {
        ThemeChangeKind.RENAMED: _("%(name)s has renamed “%(before)s” to “%(after)s” since. Undo that first."),
        ThemeChangeKind.MERGED: _("%(name)s has made “%(before)s” a part of “%(after)s” since. Undo that first."),
        ThemeChangeKind.SPLIT: _("%(name)s has split “%(after)s” from “%(before)s” since. Undo that first."),
        ThemeChangeKind.PLACED: _("%(name)s has put “%(before)s” somewhere else since. Undo that first."),
    }
    return sentences[ThemeChangeKind(later.kind)] % told
