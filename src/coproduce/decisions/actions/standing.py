"""Saying where one stands, having somebody bring it, and asking for time."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coproduce import clock
from coproduce.decisions.actions.held import held_open
from coproduce.decisions.models import (
    Carrying,
    EarlierPosition,
    Position,
    PositionKind,
    Proposal,
    Stage,
    TimeAsked,
)
from coproduce.decisions.queries import carrying_of, is_eligible, present_version
from coproduce.errors import NotAllowed, NotReady
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.models import Deciding

SAYS_WHY = (PositionKind.RESERVATIONS, PositionKind.OBJECT)
"""Positions that are nothing without a reason."""


class NotInTheRegister(NotAllowed):
    """The person was no member, or not long enough, when the proposal was put."""

    title = gettext_lazy("You can speak, and this time others decide")


@transaction.atomic
def take_position(
    *,
    actor: Person,
    proposal: Proposal,
    kind: str,
    reason: str = "",
    person: Person | None = None,
    attribution: str = Attribution.CHOSEN,
) -> Position:
    """Say where ``person`` (the actor, if not told) stands: consent, with reservations, aside, or object.

    Reservations and objections need a reason. Saying it again replaces the position; the one before stays on
    the record. For an assisted person a facilitator says it and is named as the recorder; for somebody who asked the
    actor to bring it, the actor is named as well. Who speaks for themselves ends what they asked of another.
    Raises ``NotInTheRegister`` for who may not decide this one, ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    proposal = held_open(proposal)
    require_member(actor, proposal.space)
    carrying = carrying_of(proposal, person.pk)
    brings = carrying is not None and carrying.through_id == actor.pk
    recorder = None if brings else recorder_for(actor, person, proposal.space)
    require_member(person, proposal.space)
    _require_positions(proposal)
    require_in_register(proposal, person)
    if kind in SAYS_WHY and not reason.strip():
        raise NotAllowed(_("Say why. Reservations and objections stay with the decision because of their reasons."))
    if carrying is not None and not brings:
        _end(carrying)
    version = present_version(proposal)
    brought_by = actor if brings else None
    position = Position.objects.filter(proposal=proposal, person=person).first()
    if position is None:
        position = Position(proposal=proposal, person=person)
    elif _says(position) != (version.pk, kind, reason.strip(), recorder, brought_by):
        _keep_earlier(position)
    position.version, position.kind, position.reason = version, kind, reason.strip()
    position.attribution, position.taken_at = attribution, clock.now()
    position.recorded_by, position.brought_by = recorder, brought_by
    position.full_clean()
    position.save()
    record(
        "position taken",
        actor=actor,
        space=proposal.space,
        subject=position,
        proposal=proposal.pk,
        person=person.pk,
        version=version.number,
        position=kind,
        reason=position.reason,
    )
    return position


@transaction.atomic
def ask_to_carry(*, actor: Person, proposal: Proposal, through: Person, person: Person | None = None) -> Carrying:
    """``person`` asks another member to bring their position, which is their consent to it; it can be ended any time.

    The charter says how many positions one may bring. ``NotAllowed`` where it says none, or no more.
    """
    person = person or actor
    proposal = held_open(proposal)
    recorder = recorder_for(actor, person, proposal.space)
    require_member(through, proposal.space)
    _require_positions_at_all(proposal)
    require_in_register(proposal, person)
    if through.pk == person.pk:
        raise NotAllowed(_("Choose somebody else. You can always say yourself where you stand."))
    if through.is_assisted:
        raise NotAllowed(_("This person does not go online, so they cannot bring it. Choose somebody else."))
    before = carrying_of(proposal, person.pk)
    if before is not None:
        _end(before)
    _require_room(proposal, through)
    carrying = Carrying(proposal=proposal, person=person, through=through, asked_at=clock.now(), recorded_by=recorder)
    carrying.full_clean()
    carrying.save(force_insert=True)
    record(
        "position entrusted",
        actor=actor,
        space=proposal.space,
        subject=carrying,
        proposal=proposal.pk,
        person=person.pk,
        through=through.pk,
    )
    return carrying


@transaction.atomic
def end_carrying(*, actor: Person, proposal: Proposal, person: Person | None = None) -> Carrying:
    """``person`` takes it back that another brings their position. What was brought stays until they change it."""
    person = person or actor
    proposal = held_open(proposal)
    recorder_for(actor, person, proposal.space)
    carrying = carrying_of(proposal, person.pk)
    if carrying is None:
        raise NotAllowed(_("Nobody brings your position, so there is nothing to take back."))
    _end(carrying)
    record(
        "position no longer entrusted",
        actor=actor,
        space=proposal.space,
        subject=carrying,
        proposal=proposal.pk,
        person=person.pk,
    )
    return carrying


@transaction.atomic
def ask_for_time(*, actor: Person, proposal: Proposal, person: Person | None = None) -> TimeAsked:
    """Somebody needs time, and says neither that it is them nor why. Closing waits for as long as the charter says.

    Once for each person and proposal; asking again changes nothing. Nobody is named in the history.
    """
    person = person or actor
    proposal = held_open(proposal)
    recorder_for(actor, person, proposal.space)
    there = TimeAsked.objects.filter(proposal=proposal, person=person).first()
    if there is not None:
        return there
    days = proposal.charter.days_when_asked
    if not days:
        raise NotAllowed(_("By our charter nothing waits for one person. You can ask for that to be changed."))
    until = clock.today() + timedelta(days=days)
    asked = TimeAsked(proposal=proposal, person=person, asked_at=clock.now(), until=until)
    asked.full_clean()
    asked.save(force_insert=True)
    record("time asked for", actor=None, space=proposal.space, subject=proposal, until=until)
    return asked


def require_in_register(proposal: Proposal, person: Person) -> None:
    """Refuse who was not written down as deciding this when it was put."""
    if is_eligible(proposal, person.pk):
        return
    if proposal.kind == Deciding.DELEGATED:
        raise NotInTheRegister(_("By our charter others decide this matter. You can say what you think of it."))
    on = {"day": date_format(localtime(proposal.opened_at), "j F Y")}
    raise NotInTheRegister(
        _(
            "Who decides this was written down on %(day)s, when it was put. You can still say what you think: it is "
            "kept with the proposal, beside the positions. Nothing was changed."
        )
        % on
    )


def _require_positions_at_all(proposal: Proposal) -> None:
    if proposal.kind == Deciding.ADVICE:
        raise NotAllowed(_("Here whoever put it decides, after hearing advice. You can give yours."))
    if proposal.kind == Deciding.VOTE:
        raise NotAllowed(_("This is decided by a vote. You can say what you think of it, and vote."))


def _require_positions(proposal: Proposal) -> None:
    _require_positions_at_all(proposal)
    if proposal.stage and proposal.stage not in (Stage.CONSENT, Stage.INTEGRATE):
        raise NotReady(_("We are not yet at saying where we stand. You can ask, or say what you think of it."))


def _require_room(proposal: Proposal, through: Person) -> None:
    at_most = proposal.charter.positions_one_may_carry
    if not at_most:
        raise NotAllowed(_("By our charter everybody says for themselves where they stand."))
    if Carrying.objects.filter(proposal=proposal, through=through, ended_at=None).count() >= at_most:
        said = ngettext(
            "By our charter one person brings one position at most. Choose somebody else.",
            "By our charter one person brings %(n)s positions at most. Choose somebody else.",
            at_most,
        )
        raise NotAllowed(said % {"n": at_most})


def _end(carrying: Carrying) -> None:
    carrying.ended_at = clock.now()
    carrying.save(update_fields=["ended_at"])


def _says(position: Position) -> tuple[UUID, str, str, Person | None, Person | None]:
    """What was said to which words, and by whom for whom: none of it is replaced without being kept."""
    return position.version_id, position.kind, position.reason, position.recorded_by, position.brought_by


def _keep_earlier(position: Position) -> None:
    EarlierPosition.objects.create(
        position=position,
        version=position.version,
        kind=position.kind,
        reason=position.reason,
        attribution=position.attribution,
        recorded_by=position.recorded_by,
        brought_by=position.brought_by,
        taken_at=position.taken_at,
        until=clock.now(),
    )
