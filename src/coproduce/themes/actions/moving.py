"""Moving words between themes on the board, and moving them back. Everybody moves what they put there themselves."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space
from coproduce.themes.actions.holding import hold_open_themes
from coproduce.themes.models import Theme, ThemeLink

Where = tuple[UUID, int | None, int | None, int | None]


class MovedMeanwhile(NotAllowed):
    """What was to be moved is not where the page showed it."""

    status = 409
    title = _lazy("Somebody moved these words meanwhile")
    what_now = _lazy(
        "They are not where you saw them any more. Nothing was changed. Look again, and move them from there."
    )


@transaction.atomic
def move_links(
    *,
    actor: Person,
    space: Space,
    cards: Sequence[tuple[Contribution, Theme | None]],
    to: Theme | None,
    why: str = "",
) -> datetime:
    """Move words from where they are (a theme, or none) to another theme, or out of the one they are in (``to`` None).

    What this person put there is ended there and made anew in ``to``, with the same passages. What only others put
    there stays with them there too: then this person says that it belongs to ``to`` as well.
    Answers when it was: ``undo_move`` takes it. Raises ``MovedMeanwhile``, ``NotAllowed``, ``NotHere``, ``UseEnded``.
    """
    require_member(actor, space)
    themes = [theme for _words, theme in cards if theme is not None] + ([to] if to is not None else [])
    if not cards or any(theme.space_id != space.pk for theme in themes):
        raise NotHere
    hold_open_themes(themes)
    if to is not None:
        require_usable(space, [words for words, _theme in cards])
    at = clock.now()
    new: list[ThemeLink] = []
    ended: list[UUID] = []
    for words, out_of in cards:
        held = _held(words, out_of)
        mine = [link for link in held if link.linked_by_id == actor.pk]
        if to is None and not mine:
            raise NotAllowed(_("Somebody else put these words there, and only they can take them out."))
        ended += [link.pk for link in mine]
        if to is not None:
            whole = ThemeLink(contribution=words, version=words.version)
            new += _anew(actor, mine or held or [whole], to, why.strip(), at)
    ThemeLink.objects.filter(pk__in=ended).update(ended_at=at, ended_by=actor)
    ThemeLink.objects.bulk_create(new)
    record(
        "words moved on the board",
        actor=actor,
        space=space,
        subject=to or space,
        to=to.pk if to is not None else None,
        ended=ended,
        links=[link.pk for link in new],
        why=why.strip(),
    )
    return at


def _held(words: Contribution, out_of: Theme | None) -> list[ThemeLink]:
    """What holds the words where the page showed them."""
    if out_of is None:
        return []
    held = list(ThemeLink.objects.filter(theme=out_of, contribution=words, ended_at=None).order_by("linked_at", "id"))
    if not held:
        raise MovedMeanwhile
    return held


def _anew(actor: Person, held: Sequence[ThemeLink], to: Theme, why: str, at: datetime) -> list[ThemeLink]:
    """The links of this person in ``to`` that carry on ``held``, which are all of the same words."""
    words = held[0].contribution_id
    mine = ThemeLink.objects.filter(theme=to, contribution=words, linked_by=actor, ended_at=None)
    there = {_where(link) for link in mine}
    made = []
    for link in held:
        if _where(link) in there:
            continue
        there.add(_where(link))
        is_mine = link.linked_by_id == actor.pk
        made.append(
            ThemeLink(
                theme=to,
                contribution_id=words,
                version=link.version,
                start=link.start,
                end=link.end,
                why=why or (link.why if is_mine else ""),
                linked_by=actor,
                linked_at=at,
                moved_from=link if is_mine else None,
            )
        )
    return made


def _where(link: ThemeLink) -> Where:
    return (link.contribution_id, None if link.start is None else link.version, link.start, link.end)


@transaction.atomic
def undo_move(*, actor: Person, space: Space, at: datetime) -> Space:
    """Put back what this person moved then. What they changed again since is left alone.

    Raises ``NotHere`` where there is nothing of it, ``NotAllowed`` where the theme they came from was merged.
    """
    require_member(actor, space)
    mine = ThemeLink.objects.filter(linked_by=actor, theme__space=space).select_related("theme")
    ended = list(mine.filter(ended_by=actor, ended_at=at))
    arrived = list(mine.filter(linked_at=at, ended_at=None))
    if not ended and not arrived:
        raise NotHere(_("There is nothing to put back: it was changed again since."))
    hold_open_themes(link.theme for link in ended)
    ThemeLink.objects.filter(pk__in=[link.pk for link in arrived]).update(ended_at=clock.now(), ended_by=actor)
    back = [_back(link) for link in ended if not _is_there(link)]
    ThemeLink.objects.bulk_create(back)
    record(
        "words moved back",
        actor=actor,
        space=space,
        subject=space,
        ended=[link.pk for link in arrived],
        links=[link.pk for link in back],
    )
    return space


def _is_there(link: ThemeLink) -> bool:
    held = ThemeLink.objects.filter(
        theme=link.theme_id, contribution=link.contribution_id, linked_by=link.linked_by_id, ended_at=None
    )
    return _where(link) in {_where(one) for one in held}


def _back(link: ThemeLink) -> ThemeLink:
    return ThemeLink(
        theme_id=link.theme_id,
        contribution_id=link.contribution_id,
        version=link.version,
        start=link.start,
        end=link.end,
        why=link.why,
        linked_by_id=link.linked_by_id,
        linked_at=link.linked_at,
        moved_from=link,
    )
