"""Linking something of one space to something of another: asked for, agreed to by both, and ended by either."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.consent.models import Agreement, Use
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Person
from coproduce.spaces.access import membership_of, require_member
from coproduce.spaces.models import Privacy, Space
from coproduce.traces.models import ENDS, AcrossLink


class NotForAnotherProject(NotAllowed):
    """Words whose author has not agreed that they be used in another project; or that carry no name, whatever was
    agreed: whoever asks would learn what somebody agreed to whom nobody should be able to find.
    """

    def __init__(self) -> None:
        super().__init__(
            _(
                "These words carry no name, or whoever said them has not agreed that they are used in another "
                "project. Link the theme they are in, or what was decided from them. Nothing was changed."
            )
        )


@transaction.atomic
def ask_across(*, actor: Person, ours: Space, source: Any, theirs: Space, led_to: Any = None, why: str) -> AcrossLink:
    """Ask that ``source`` of one space be shown to have led to ``led_to`` of another (None: to the other space itself).

    The actor is a member of both, or facilitates the first and the other is for anyone to read. Whoever facilitates a
    space agrees for it by asking. Raises ``NotHere``, ``NotAllowed``, ``UseEnded`` or ``ValidationError``.
    """
    mine = require_member(actor, ours)
    there = membership_of(actor, theirs.pk)
    if there is None and not (mine.is_facilitator and theirs.privacy == Privacy.PUBLIC):
        raise NotHere
    for space, thing in ((ours, source), (theirs, led_to)):
        _require_of(space, thing)
    link = AcrossLink(
        ours=ours, theirs=theirs, why=why.strip(), asked_by=actor, asked_at=clock.now(),
        **{f"ours_{_end_of(source)}": source}, **({f"theirs_{_end_of(led_to)}": led_to} if led_to else {}),
    )  # fmt: skip
    if mine.is_facilitator:
        link.ours_agreed_by, link.ours_agreed_at = actor, clock.now()
    if there is not None and there.is_facilitator:
        link.theirs_agreed_by, link.theirs_agreed_at = actor, clock.now()
    link.full_clean()
    link.save(force_insert=True)
    _record_both("link across asked", actor, link, why=link.why)
    return link


def _end_of(thing: Any) -> str:
    """The name of the field that holds a thing."""
    if isinstance(thing, Contribution):
        return "words"
    name: str = thing._meta.model_name
    if name not in ENDS:
        raise NotHere
    return name


def _require_of(space: Space, thing: Any) -> None:
    """The thing belongs to the space; of words, something may be made, also in another project."""
    if thing is None:
        return
    if thing.space_id != space.pk:
        raise NotHere
    if isinstance(thing, Contribution):
        require_usable(space, [thing])
        agreed = Agreement.objects.filter(space=space, person=thing.author_id, use=Use.REUSE, given=True, ended_at=None)
        if thing.attribution not in (Attribution.NAME, Attribution.CHOSEN) or not agreed.exists():
            raise NotForAnotherProject


@transaction.atomic
def agree_across(*, actor: Person, link: AcrossLink, space: Space) -> AcrossLink:
    """Somebody who facilitates one of the two spaces agrees for it. Twice is once. ``NotHere`` or ``NotAllowed``."""
    link = _held(link)
    side = _side(link, space)
    _require_facilitating(actor, space)
    if link.ended_at is not None:
        raise NotAllowed(_("This link was ended. Ask for it anew if both want it."))
    if getattr(link, f"{side}_agreed_at") is None:
        setattr(link, f"{side}_agreed_by", actor)
        setattr(link, f"{side}_agreed_at", clock.now())
        link.full_clean()
        link.save(update_fields=[f"{side}_agreed_by", f"{side}_agreed_at"])
        _record_both("link across agreed", actor, link, by=side)
    return link


@transaction.atomic
def end_across(*, actor: Person, link: AcrossLink, space: Space, why: str) -> AcrossLink:
    """Somebody who facilitates either space, or who asked, ends it and says why; before it holds that is a *no*.

    It stays on record and is shown nowhere from then on. Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    link = _held(link)
    side = _side(link, space)
    if require_member(actor, space).pk and actor.pk != link.asked_by_id:
        _require_facilitating(actor, space)
    if link.ended_at is not None:
        return link
    link.ended_by, link.ended_at, link.ended_why = actor, clock.now(), why.strip()
    if not link.ended_why:
        raise NotAllowed(_("Say why it ends, so that people in both spaces need not guess."))
    link.full_clean()
    link.save(update_fields=["ended_by", "ended_at", "ended_why"])
    _record_both("link across ended", actor, link, by=side, why=link.ended_why)
    return link


def _held(link: AcrossLink) -> AcrossLink:
    held = (
        AcrossLink.objects.select_for_update(of=("self",)).select_related("ours", "theirs").filter(pk=link.pk).first()
    )
    if held is None:
        raise NotHere
    return held


def _side(link: AcrossLink, space: Space) -> str:
    if space.pk not in (link.ours_id, link.theirs_id):
        raise NotHere
    return "ours" if space.pk == link.ours_id else "theirs"


def _require_facilitating(actor: Person, space: Space) -> None:
    if not require_member(actor, space).is_facilitator:
        raise NotAllowed(_("Those who facilitate a space say whether it is linked to another."))


def _record_both(kind: str, actor: Person, link: AcrossLink, **detail: Any) -> None:
    """One event in the record of each space: neither record depends on the other's. It names nothing of the other."""
    for space in (link.ours, link.theirs):
        record(kind, actor=actor, space=space, subject=link, **detail)
