"""Naming a theme, and saying which words belong to it."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import canonical, record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.models import Membership, Space
from coproduce.themes.actions.holding import hold_open_themes, hold_space
from coproduce.themes.models import Origin, Theme, ThemeLink, ThemeState
from coproduce.themes.passages import Stretch

AT_ONCE = 400


@transaction.atomic
def name_theme(
    *,
    actor: Person,
    space: Space,
    name: str,
    words: str = "",
    origin: str = Origin.EMERGED,
    contributions: Sequence[Contribution] = (),
    passages: Mapping[UUID, Stretch] | None = None,
    why: str = "",
    source: str = "",
    person: Person | None = None,
) -> Theme:
    """Give a name to what several contributions share, and say whether it was on an opening agenda.

    Each of ``contributions`` is linked with ``why``: the passage of it that ``passages`` gives, else the whole.
    With a ``source`` that is there already the theme of that source is answered and nothing is written.
    person: an assisted member whose name for it this is, written down by a facilitator (the actor).
    Raises ``NotHere``, ``NotAllowed``, ``NameTaken``, ``ValidationError``.
    """
    person = person or actor
    recorder_for(actor, person, space)
    if source and (there := Theme.objects.filter(space=space, source=source).first()):
        return there
    hold_space(space)
    refuse_taken_name(space, name)
    theme = Theme(
        space=space,
        name=name.strip(),
        words=words.strip(),
        origin=origin,
        proposed_by=person,
        proposed_at=clock.now(),
        source=source,
    )
    theme.full_clean()
    theme.save(force_insert=True)
    require_usable(space, contributions)
    for contribution in contributions:
        new_link(actor, theme, contribution, (passages or {}).get(contribution.pk), why)
    record(
        "theme named",
        actor=actor,
        space=space,
        subject=theme,
        name=theme.name,
        origin=theme.origin,
        person=person.pk,
        contributions=[contribution.pk for contribution in contributions],
    )
    return theme


class NameTaken(NotAllowed):
    """An open theme of this space is called that already: two of one name could not be told apart."""

    status = 409
    title = _lazy("That name is taken")
    what_now = _lazy("There is a theme of that name already. Put the words with that one, or choose another name.")


def refuse_taken_name(space: Space, name: str, besides: Theme | None = None) -> None:
    """Raise ``NameTaken`` if an open theme other than ``besides`` has this name, in large or small letters."""
    called = Theme.objects.filter(space=space, state=ThemeState.OPEN, name__iexact=name.strip())
    if (called if besides is None else called.exclude(pk=besides.pk)).exists():
        raise NameTaken


def own_link(actor: Person, theme: Theme, contribution: Contribution, passage: Stretch | None) -> ThemeLink | None:
    """What this person marked there already."""
    mine = ThemeLink.objects.filter(theme=theme, contribution=contribution, linked_by=actor, ended_at=None)
    if passage is None:
        return mine.filter(start=None).first()
    return mine.filter(version=contribution.version, start=passage.start, end=passage.end).first()


def new_link(actor: Person, theme: Theme, contribution: Contribution, passage: Stretch | None, why: str) -> ThemeLink:
    """A link of this person that was not there before. The theme is held, and the words may be used."""
    if contribution.space_id != theme.space_id:
        raise NotHere
    if passage is not None and not 0 <= passage.start < passage.end <= len(contribution.words):
        raise NotAllowed(_("That passage is not in these words."))
    link = ThemeLink(
        theme=theme,
        contribution=contribution,
        version=contribution.version,
        start=passage.start if passage is not None else None,
        end=passage.end if passage is not None else None,
        why=why.strip(),
        linked_by=actor,
        linked_at=clock.now(),
    )
    link.full_clean()
    link.save(force_insert=True)
    return link


@transaction.atomic
def link_contribution(
    *, actor: Person, theme: Theme, contribution: Contribution, passage: Stretch | None = None, why: str = ""
) -> ThemeLink:
    """Say that words, or a passage of them, belong to a theme, and why.

    passage: where it stands in the version of the words that ``contribution`` holds; None for the whole. Everybody
    says it for themselves: what one person says twice is there once, what two people say is there from each.
    Raises ``NotHere``, ``NotAllowed`` or ``UseEnded``.
    """
    require_member(actor, theme.space)
    hold_open_themes([theme])
    require_usable(theme.space, [contribution])
    there = own_link(actor, theme, contribution, passage)
    if there is not None:
        return there
    link = new_link(actor, theme, contribution, passage, why)
    record(
        "words put with a theme",
        actor=actor,
        space=theme.space,
        subject=theme,
        link=link.pk,
        contribution=contribution.pk,
        version=link.version,
        start=link.start,
        end=link.end,
    )
    return link


def may_end(membership: Membership, link: ThemeLink) -> bool:
    """Whether this member may take these words out of the theme."""
    return link.linked_by_id == membership.person_id or membership.is_facilitator


@transaction.atomic
def end_link(*, actor: Person, link: ThemeLink) -> Theme:
    """Take words out of a theme. The link stays on the record, with who ended it and when.

    A link is ended by whoever made it, or by somebody who facilitates. Who sees it differently says so, and talks.
    """
    theme = link.theme
    if not may_end(require_member(actor, theme.space), link):
        raise NotAllowed(
            _("Somebody else put these words here, and only they can take them out. You can talk about it.")
        )
    ended = ThemeLink.objects.filter(pk=link.pk, ended_at=None).update(ended_at=clock.now(), ended_by=actor)
    if not ended:
        raise NotHere(_("These words were taken out of the theme already."))
    record(
        "words taken out of a theme",
        actor=actor,
        space=theme.space,
        subject=theme,
        link=link.pk,
        contribution=link.contribution_id,
    )
    return theme


@transaction.atomic
def link_many(*, actor: Person, space: Space, rows: Iterable[tuple[Theme, Contribution]], why: str = "") -> int:
    """Put whole contributions with themes, by the thousand: how many links are new. For importers.

    Safe to run twice: what this person linked as a whole already is left alone. One event for the lot, with how many
    and a digest of which. Raises ``NotHere`` for a theme or contribution of another space.
    """
    require_member(actor, space)
    wanted: dict[tuple[object, object], tuple[Theme, Contribution]] = {}
    for theme, contribution in rows:
        if theme.space_id != space.pk or contribution.space_id != space.pk:
            raise NotHere
        wanted[theme.pk, contribution.pk] = (theme, contribution)
    hold_open_themes(theme for theme, _contribution in wanted.values())
    mine = ThemeLink.objects.filter(theme__space=space, linked_by=actor, ended_at=None, start=None)
    there = set(mine.values_list("theme", "contribution"))
    require_usable(space, [contribution for pair, (_theme, contribution) in wanted.items() if pair not in there])
    now = clock.now()
    new = [
        ThemeLink(
            theme=theme,
            contribution=contribution,
            version=contribution.version,
            why=why,
            linked_by=actor,
            linked_at=now,
        )
        for pair, (theme, contribution) in wanted.items()
        if pair not in there
    ]
    ThemeLink.objects.bulk_create(new, batch_size=AT_ONCE)
    if new:
        digest = hashlib.sha256(canonical([[link.theme_id, link.contribution_id] for link in new])).hexdigest()
        record("words put with themes together", actor=actor, space=space, subject=space, count=len(new), digest=digest)
    return len(new)
