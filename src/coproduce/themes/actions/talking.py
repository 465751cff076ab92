"""Talking about a passage that two people put to different themes, and seeing it another's way."""

from django.db import transaction

from coproduce import clock
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.use import require_usable
from coproduce.errors import NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.themes.actions.holding import hold_open_themes
from coproduce.themes.models import CodingNote, Theme, ThemeLink
from coproduce.themes.passages import Stretch


@transaction.atomic
def add_coding_note(
    *, actor: Person, contribution: Contribution, theme: Theme, words: str, passage: Stretch | None = None
) -> CodingNote:
    """Say something about whether these words belong to a theme. It stands beside what others said of it."""
    require_member(actor, theme.space)
    is_seen = contribution.state == ContributionState.VISIBLE
    if contribution.space_id != theme.space_id or not is_seen:
        raise NotHere
    note = CodingNote(
        contribution=contribution,
        theme=theme,
        start=passage.start if passage is not None else None,
        end=passage.end if passage is not None else None,
        words=words.strip(),
        said_by=actor,
        said_at=clock.now(),
    )
    note.full_clean()
    note.save(force_insert=True)
    record(
        "passage talked about",
        actor=actor,
        space=theme.space,
        subject=theme,
        note=note.pk,
        contribution=contribution.pk,
    )
    return note


@transaction.atomic
def see_it_their_way(*, actor: Person, contribution: Contribution, theme: Theme, other: Person) -> Theme:
    """Mark in these words for this theme what the other marked, and nothing else: one's own marks only are changed.

    Raises ``NotHere`` for somebody who is not of this space, ``NotAllowed``, ``UseEnded``.
    """
    require_member(actor, theme.space)
    require_member(other, theme.space)
    if contribution.space_id != theme.space_id or actor.pk == other.pk:
        raise NotHere
    hold_open_themes([theme])
    held = ThemeLink.objects.filter(theme=theme, contribution=contribution, ended_at=None)
    mine = {(link.version, link.start, link.end): link for link in held.filter(linked_by=actor)}
    theirs = {(link.version, link.start, link.end): link for link in held.filter(linked_by=other)}
    if theirs.keys() - mine.keys():
        require_usable(theme.space, [contribution])
    at = clock.now()
    ended = [mine[where].pk for where in mine.keys() - theirs.keys()]
    ThemeLink.objects.filter(pk__in=ended).update(ended_at=at, ended_by=actor)
    new = [
        ThemeLink(
            theme=theme, contribution=contribution, version=version, start=start, end=end, linked_by=actor, linked_at=at
        )
        for version, start, end in theirs.keys() - mine.keys()
    ]
    ThemeLink.objects.bulk_create(new)
    record(
        "passage seen another’s way",
        actor=actor,
        space=theme.space,
        subject=theme,
        contribution=contribution.pk,
        other=other.pk,
        ended=ended,
        links=[link.pk for link in new],
    )
    return theme
