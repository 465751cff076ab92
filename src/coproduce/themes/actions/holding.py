"""What an action holds while it changes themes, so that of two people at once neither overwrites the other.

Whoever changes how themes are named or stand to each other holds the space first, then the themes by their keys:
always in this order, so that nobody waits for somebody who waits for them. Whoever only puts words with a theme holds
that theme alone. On SQLite one writer writes at a time anyway.
"""

import hashlib
from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from coproduce.errors import NotAllowed, Refused
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme, ThemeState


class ChangedMeanwhile(Refused):
    """Somebody else changed the theme after the sheet was opened. ``theme``: as it is now."""

    status = 409
    title = _lazy("Somebody changed this theme meanwhile")
    what_now = _lazy("Nothing was overwritten. Look at what they changed, and then say whether you still mean it.")

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self.theme = theme


def as_it_is(theme: Theme) -> str:
    """What a sheet carries of a theme: it is another when the theme was renamed, merged or placed since."""
    told = "\0".join([theme.name, theme.words, theme.state, str(theme.parent_id), theme.colour])
    return hashlib.sha256(told.encode("utf-8", "surrogatepass")).hexdigest()[:20]


def hold_space(space: Space) -> None:
    """One at a time changes the names and the order of the themes of a space."""
    Space.objects.select_for_update(no_key=True).values("pk").get(pk=space.pk)


def hold_theme(theme: Theme, as_it_was: str | None = None) -> Theme:
    """The theme as it is now, held until the transaction ends; only an open one can be changed.

    as_it_was: what ``as_it_is`` said when the sheet was opened; None or "" where nobody looked. If it is not so any
    more: ``ChangedMeanwhile``.
    """
    held = Theme.objects.select_for_update(of=("self",), no_key=True).select_related("space").get(pk=theme.pk)
    if as_it_was and as_it_is(held) != as_it_was:
        raise ChangedMeanwhile(held)
    if held.state != ThemeState.OPEN:
        raise NotAllowed(_("This theme was merged into another. Change that one."))
    return held


def hold_open_themes(themes: Iterable[Theme]) -> dict[object, Theme]:
    """Several themes to put words with, held in the order of their keys; by key. All must be open."""
    keys = {theme.pk for theme in themes}
    found = Theme.objects.select_for_update(of=("self",), no_key=True).filter(pk__in=keys).order_by("pk")
    held: dict[object, Theme] = {theme.pk: theme for theme in found}
    if any(theme.state != ThemeState.OPEN for theme in held.values()):
        raise NotAllowed(_("This theme was merged into another. Put the words with that one."))
    return held
