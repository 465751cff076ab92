"""What readers arrange for themselves: what they follow, and what they would rather not see.

None of it is an event: like when somebody looks in, it is their own affair and is not on the record.
"""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.conversation.models import Following, Muted
from coproduce.errors import NotAllowed, NotHere
from coproduce.people.models import Attribution, Person
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme

MUTED_AT_MOST = 200


@transaction.atomic
def follow_quietly(
    *, actor: Person, contribution: Contribution | None = None, theme: Theme | None = None
) -> Contribution | Theme:
    """Hear what becomes of some words, or of a theme (exactly one of them), when one comes back. Twice is once."""
    followed = _one_of(contribution, theme)
    require_member(actor, followed.space)
    if contribution is not None and contribution.state != ContributionState.VISIBLE:
        raise NotHere
    try:
        with transaction.atomic():
            Following.objects.create(
                space=followed.space, person=actor, contribution=contribution, theme=theme, since=clock.now()
            )
    except IntegrityError:
        pass  # it was followed already
    return followed


@transaction.atomic
def stop_following(
    *, actor: Person, contribution: Contribution | None = None, theme: Theme | None = None
) -> Contribution | Theme:
    """Hear no more of it. Nothing happens where it was not followed."""
    followed = _one_of(contribution, theme)
    require_member(actor, followed.space)
    held = Following.objects.filter(person=actor, contribution=contribution, theme=theme, ended_at=None)
    held.update(ended_at=clock.now())
    return followed


def _one_of(contribution: Contribution | None, theme: Theme | None) -> Contribution | Theme:
    found = [one for one in (contribution, theme) if one is not None]
    if len(found) != 1:
        raise NotHere
    return found[0]


@transaction.atomic
def fold_away(
    *,
    actor: Person,
    space: Space,
    said_by: Contribution | None = None,
    theme: Theme | None = None,
    phrase: str = "",
    note: str = "",
) -> Muted:
    """Fold something away for the actor alone: exactly one of the four. Asking twice is asking once.

    said_by: words whose author is meant, under the name that stands beside them. Words without a name say nothing of
    who wrote them, so ``NotAllowed`` for those, and for one's own.
    """
    wanted = Muted(space=space, person=actor, theme=theme, phrase=_plain(phrase), note=_plain(note), since=clock.now())
    require_member(actor, wanted.space)
    if said_by is not None:
        if said_by.attribution not in (Attribution.NAME, Attribution.CHOSEN) or said_by.author_id == actor.pk:
            raise NotAllowed(_("These words carry no name, or they are your own."))
        wanted.author, wanted.attribution = said_by.author, said_by.attribution
    if any(one is not None and one.space_id != wanted.space_id for one in (said_by, theme)):
        raise NotHere
    mine = Muted.objects.filter(space=wanted.space, person=actor)
    same = {"author": wanted.author, "attribution": wanted.attribution, "theme": theme}
    held = mine.filter(**same, phrase=wanted.phrase, note=wanted.note).first()
    if held is not None:
        return held
    if mine.count() >= MUTED_AT_MOST:
        raise NotAllowed(_("You have folded away as much as we can keep. Show something again first."))
    wanted.full_clean()
    wanted.save(force_insert=True)
    return wanted


def _plain(text: str) -> str:
    return " ".join(text.split())


@transaction.atomic
def show_again(*, actor: Person, muted: Muted) -> None:
    """Fold it away no more. ``NotHere`` for somebody else's."""
    if muted.person_id != actor.pk:
        raise NotHere
    Muted.objects.filter(pk=muted.pk).delete()
