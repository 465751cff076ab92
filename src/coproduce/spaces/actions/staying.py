"""Pausing, coming back, leaving, and looking after a space."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.errors import NotAllowed
from coproduce.history import chain
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_facilitator, require_member
from coproduce.spaces.models import Membership, MembershipState, Space

A_VISIT = timedelta(hours=1)


def _change_state(membership: Membership, state: str) -> None:
    membership.state = state
    membership.state_since = clock.now()
    membership.save(update_fields=["state", "state_since", "is_facilitator"])


def _of(actor: Person, space: Space, person: Person | None) -> Membership:
    whose = person or actor
    recorder_for(actor, whose, space)
    return Membership.objects.select_for_update().get(space=space, person=whose)


@transaction.atomic
def pause_membership(*, actor: Person, space: Space, person: Person | None = None) -> Membership:
    """Have a pause. Nothing is lost and nothing is asked. ``person``: an assisted member who asked for it."""
    membership = _of(actor, space, person)
    if membership.state == MembershipState.ACTIVE:
        _change_state(membership, MembershipState.PAUSED)
        chain.record("member paused", actor=actor, space=space, subject=membership)
    return membership


@transaction.atomic
def return_to_space(*, actor: Person, space: Space, person: Person | None = None) -> Membership:
    """Come back from a pause."""
    membership = _of(actor, space, person)
    if membership.state == MembershipState.PAUSED:
        _change_state(membership, MembershipState.ACTIVE)
        chain.record("member returned", actor=actor, space=space, subject=membership)
    return membership


@transaction.atomic
def leave_space(*, actor: Person, space: Space, person: Person | None = None) -> Membership:
    """Leave. What was given stays, as it was agreed, until it is withdrawn. Looking after the space ends too."""
    membership = _of(actor, space, person)
    membership.is_facilitator = False
    _change_state(membership, MembershipState.LEFT)
    chain.record("member left", actor=actor, space=space, subject=membership)
    return membership


@transaction.atomic
def make_facilitator(*, actor: Person, space: Space, person: Person) -> Membership:
    """Ask a member to look after the space too. A facilitator does; any member may where nobody is left who does.

    Someone who does not sign in cannot facilitate: ``NotAllowed``.
    """
    mine = require_member(actor, space)
    looked_after = Membership.objects.filter(space=space, is_facilitator=True).exclude(state=MembershipState.LEFT)
    if not mine.is_facilitator and looked_after.exists():
        raise NotAllowed(_("Somebody who looks after this space can ask another person to do so too."))
    membership = require_member(person, space)
    if person.account_id is None:
        raise NotAllowed(_("Looking after a space needs signing in, and this person does not go online."))
    if not membership.is_facilitator:
        membership.is_facilitator = True
        membership.save(update_fields=["is_facilitator"])
        chain.record("facilitator made", actor=actor, space=space, subject=membership)
    return membership


@transaction.atomic
def stop_facilitating(*, actor: Person, space: Space, successor: Person | None = None) -> Membership:
    """Look after the space no longer, and stay a member.

    successor: a member who is asked to do so instead. Whoever is the last names one: ``NotAllowed`` otherwise.
    """
    require_facilitator(actor, space)
    if successor is not None and successor != actor:
        make_facilitator(actor=actor, space=space, person=successor)
    others = Membership.objects.filter(space=space, is_facilitator=True).exclude(state=MembershipState.LEFT)
    if not others.exclude(person=actor).exists():
        raise NotAllowed(_("You are the only one who looks after this space. Name somebody who will, and then stop."))
    membership = Membership.objects.select_for_update().get(space=space, person=actor)
    membership.is_facilitator = False
    membership.save(update_fields=["is_facilitator"])
    chain.record("facilitator stopped", actor=actor, space=space, subject=membership)
    return membership


def is_new_visit(membership: Membership) -> bool:
    """Whether the hour that counts as one visit is over, so that ``note_visit`` has something to write."""
    return membership.last_here_at is None or membership.last_here_at < clock.now() - A_VISIT


def note_visit(*, actor: Person, space: Space) -> None:
    """Note that somebody is here, at most once an hour: one UPDATE that waits for nobody else's transaction.

    It is no event: when someone looks in is their own affair and is not on the record.
    """
    now = clock.now()
    stale = Q(last_here_at=None) | Q(last_here_at__lt=now - A_VISIT)
    Membership.objects.filter(stale, space=space, person=actor).update(
        here_before_at=F("last_here_at"), last_here_at=now
    )
