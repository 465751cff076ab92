"""Ending a space, or letting it rest: said first, what is open answered, handed on or left with a reason, then done."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.chain import record
from coproduce.outcomes.actions.telling import tell_outcome
from coproduce.outcomes.models import (
    Ending,
    EndsAs,
    LeftKind,
    LeftOpen,
    Outcome,
    OutcomeKind,
    State,
    Succession,
)
from coproduce.outcomes.queries.ending import left_open_of, spaces_that_could_go_on, still_open, successor_of
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator, require_member
from coproduce.spaces.models import Space, SpaceState
from coproduce.spaces.queries import present_charter


@transaction.atomic
def say_ending(*, actor: Person, space: Space, ends_as: str, why: str, stays: str = "") -> Ending:
    """Say to everybody that the space means to end, or to rest. Those who facilitate may.

    It can be done when the charter's reading time is over, so that everybody has read it. ends_as: of ``EndsAs``.
    Raises ``NotAllowed`` or ``ValidationError``.
    """
    require_facilitator(actor, space)
    held = Space.objects.select_for_update().get(pk=space.pk)
    if held.state == SpaceState.ENDED:
        raise NotAllowed(_("This space has ended already."))
    days = present_charter(space).minimum_reading_days
    ending = Ending(
        space=space,
        ends_as=EndsAs(ends_as).value,
        why=why.strip(),
        stays=stays.strip(),
        said_by=actor,
        said_at=clock.now(),
        not_before=clock.today() + timedelta(days=days),
    )
    ending.full_clean()
    ending.save()
    record("ending said", actor=actor, space=space, subject=ending, ends_as=ending.ends_as, why=ending.why)
    return ending


@transaction.atomic
def call_off_ending(*, actor: Person, ending: Ending) -> Ending:
    """The space goes on. What was answered or left with a reason stays on record."""
    require_facilitator(actor, ending.space)
    held = _to_come(ending)
    held.called_off_by, held.called_off_at = actor, clock.now()
    held.full_clean()
    held.save()
    record("ending called off", actor=actor, space=ending.space, subject=held)
    return held


def _to_come(ending: Ending) -> Ending:
    held = Ending.objects.select_for_update().get(pk=ending.pk)
    if held.done_at is not None or held.called_off_at is not None:
        raise NotAllowed(_("This is over: the space has ended, or goes on."))
    held.space = ending.space
    return held


@transaction.atomic
def ask_successor(*, actor: Person, ending: Ending, to_space: Space, words: str = "") -> Succession:
    """Ask another space to go on with what is left. It does when somebody who facilitates it agrees.

    Raises ``NotHere`` for a space that the actor could not find, ``NotAllowed`` or ``ValidationError``.
    """
    require_facilitator(actor, ending.space)
    held = _to_come(ending)
    if to_space not in spaces_that_could_go_on(actor, ending.space):
        raise NotHere
    asked = Succession(
        ending=held, to_space=to_space, name=to_space.name, words=words.strip(), asked_by=actor, asked_at=clock.now()
    )
    asked.full_clean()
    asked.save()
    record("successor asked", actor=actor, space=ending.space, subject=asked, to_space=to_space.pk, words=asked.words)
    return asked


@transaction.atomic
def answer_succession(*, actor: Person, succession: Succession, agreed: bool, words: str = "") -> Succession:
    """Go on with what another space leaves, or not. Those who facilitate the space that was asked may."""
    held = Succession.objects.select_for_update().get(pk=succession.pk)
    if held.to_space_id is None or succession.to_space is None:
        raise NotHere
    require_facilitator(actor, succession.to_space)
    if held.answered_at is not None:
        raise NotAllowed(_("This has been answered already."))
    _to_come(succession.ending)
    if agreed and succession.to_space.parent_id not in (None, succession.ending.space_id):
        raise NotAllowed(_("This space goes on with another one already."))
    held.agreed, held.answered_by, held.answered_at = agreed, actor, clock.now()
    held.answered_words = words.strip()
    held.full_clean()
    held.save()
    record(
        "succession agreed" if agreed else "succession declined",
        actor=actor,
        space=succession.ending.space,
        subject=held,
        to_space=held.to_space_id,
        words=held.answered_words,
    )
    return held


@transaction.atomic
def leave_open(
    *,
    actor: Person,
    ending: Ending,
    kind: str,
    subjects: Sequence[UUID] = (),
    everything: bool = False,
    handed_on: bool = False,
    because: str = "",
) -> Ending:
    """Say of open things of one kind that they are handed on to the successor, or left, and why. It is shown.

    everything: of all that is open of that kind. Said again, the later word holds. Words and people are never handed
    on: they are answered, or left with a reason. Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    require_facilitator(actor, ending.space)
    held, because = _to_come(ending), because.strip()
    things = {thing.subject: thing for thing in still_open(ending.space, actor).get(LeftKind(kind).value, [])}
    wanted = list(things) if everything else list(dict.fromkeys(subjects))
    if not wanted or any(subject not in things for subject in wanted):
        raise NotHere
    _may_be_left(held, kind, handed_on=handed_on, because=because)
    LeftOpen.objects.filter(ending=held, kind=kind, subject__in=wanted).delete()
    rows = [
        LeftOpen(
            ending=held,
            kind=kind,
            subject=subject,
            title=things[subject].title[:200],
            asked_on=things[subject].since,
            handed_on=handed_on,
            because=because,
            by=actor,
            at=clock.now(),
        )
        for subject in wanted
    ]
    LeftOpen.objects.bulk_create(rows, batch_size=500)
    record(
        "left open",
        actor=actor,
        space=ending.space,
        subject=held,
        what=kind,
        subjects=wanted,
        handed_on=handed_on,
        because=because,
    )
    return held


def _may_be_left(ending: Ending, kind: str, *, handed_on: bool, because: str) -> None:
    if not handed_on and not because:
        raise ValidationError({"because": _("Say why it is left open. It is shown to those who asked.")})
    if not handed_on:
        return
    if kind in (LeftKind.WORDS, LeftKind.PERSON):
        raise NotAllowed(_("People’s words stay in the space to which they gave them. Answer them, or say why not."))
    going_on = successor_of(ending)
    if going_on is None or not going_on.agreed:
        raise NotAllowed(_("There is no space yet that agreed to go on with it."))


@transaction.atomic
def end_space(*, actor: Person, ending: Ending, last_words: str) -> Ending:
    """Do what was said: the space ends, or rests. Nothing in it is lost.

    It ends when the reading time is over and nothing is open any more about which nothing was said. ``NotReady`` before
    that, ``ValidationError`` without last words. The successor that agreed is its child from now on.
    """
    require_facilitator(actor, ending.space)
    space = Space.objects.select_for_update().get(pk=ending.space_id)
    held = _to_come(ending)
    if clock.today() < held.not_before:
        raise NotReady(_("Everybody has the time to read it that the charter gives. It is too early."))
    if held.ends_as == EndsAs.ENDED and left_to_say(held, actor):
        raise NotReady(
            _("Something is still open about which nothing was said. Answer it, hand it on, or say why not.")
        )
    if not last_words.strip():
        raise ValidationError({"last_words": _("Say a last word. Everybody who was here reads it.")})
    held.last_words, held.done_by, held.done_at = last_words.strip(), actor, clock.now()
    held.full_clean()
    held.save()
    space.state = SpaceState.ENDED if held.ends_as == EndsAs.ENDED else SpaceState.RESTING
    space.save(update_fields=["state"])
    going_on = successor_of(held)
    if going_on is not None and going_on.agreed and going_on.to_space is not None:
        Space.objects.filter(pk=going_on.to_space.pk, parent=None).update(parent=space)
    record(
        "space ended" if held.ends_as == EndsAs.ENDED else "space rests",
        actor=actor,
        space=space,
        subject=held,
        last_words=held.last_words,
        successor=going_on.to_space_id if going_on is not None and going_on.agreed else None,
    )
    return held


def left_to_say(ending: Ending, reader: Person | None = None) -> dict[str, int]:
    """By kind how many open things there are about which nothing was said, as ``reader`` may know them."""
    said = left_open_of(ending)
    found = {
        kind: sum((thing.kind, thing.subject) not in said for thing in things)
        for kind, things in still_open(ending.space, reader).items()
    }
    return {kind: number for kind, number in found.items() if number}


@transaction.atomic
def wake_space(*, actor: Person, space: Space) -> Space:
    """A space that rests begins again. Those who facilitate may."""
    require_facilitator(actor, space)
    held = Space.objects.select_for_update().get(pk=space.pk)
    if held.state != SpaceState.RESTING:
        raise NotAllowed(_("Only a space that rests can begin again."))
    held.state = SpaceState.OPEN
    held.save(update_fields=["state"])
    record("space begins again", actor=actor, space=held, subject=held)
    return held


@transaction.atomic
def take_up(*, actor: Person, space: Space, left: LeftOpen) -> Outcome:
    """Go on, in the successor, with something that was handed on: a question that is asked since the same day.

    Any member of the successor may; whoever does looks after the answer. Raises ``NotHere`` or ``NotAllowed``.
    """
    require_member(actor, space)
    held = LeftOpen.objects.select_for_update().get(pk=left.pk)
    agreed = Succession.objects.filter(ending=held.ending_id, to_space=space, agreed=True)
    if not held.handed_on or not agreed.exists():
        raise NotHere
    if held.taken_up_at is not None:
        raise NotAllowed(_("Somebody has taken this up already."))
    told = tell_outcome(
        actor=actor,
        space=space,
        title=held.title[:160],
        kind=OutcomeKind.OTHER,
        state=State.NOT_YET,
        asked_on=held.asked_on or clock.today(),
    )
    held.taken_up, held.taken_up_at = told, clock.now()
    held.save(update_fields=["taken_up", "taken_up_at"])
    return told
