"""Promising something, and saying how far one has come with it."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.errors import NotAllowed
from coproduce.history.chain import record
from coproduce.outcomes.models import Commitment, CommitmentState, Outcome, State
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member


@transaction.atomic
def make_commitment(*, actor: Person, outcome: Outcome, words: str, person: Person | None = None) -> Commitment:
    """Promise to do something. For an assisted person a facilitator promises, and is named as the recorder."""
    person = person or actor
    recorder = recorder_for(actor, person, outcome.space)
    promise = Commitment(
        outcome=outcome,
        person=person,
        words=words.strip(),
        recorded_by=recorder,
        made_at=clock.now(),
        state_at=clock.now(),
    )
    promise.full_clean()
    promise.save()
    note_state(promise, told_by=actor)
    record("commitment made", actor=actor, space=outcome.space, subject=promise, person=person.pk, words=promise.words)
    return promise


@transaction.atomic
def update_commitment(*, actor: Person, commitment: Commitment, state: str, because: str = "") -> Commitment:
    """Say what became of a promise. Who made it may, and a facilitator. *Not* needs a reason. What was said stays."""
    space = commitment.outcome.space
    membership = require_member(actor, space)
    held = Commitment.objects.select_for_update().get(pk=commitment.pk)
    if actor.pk != held.person_id and not membership.is_facilitator:
        raise NotAllowed(_("Only the person who promised this, or a facilitator, can say what became of it."))
    because = because.strip()
    if state == State.NOT_BECAUSE and not because:
        raise ValidationError({"because": _("Say why not, so that others know where they are.")})
    held.state, held.because, held.state_at = state, because, clock.now()
    held.full_clean()
    held.save()
    note_state(held, told_by=actor)
    record("commitment state told", actor=actor, space=space, subject=held, state=state, because=because)
    held.outcome = commitment.outcome
    return held


def note_state(promise: Commitment, *, told_by: Person) -> CommitmentState:
    """Keep how far a promise is now, beside what was said of it before. Part of every action that changes one."""
    last = promise.states.order_by("-number").values_list("number", flat=True).first() or 0
    row = CommitmentState(
        commitment=promise,
        number=last + 1,
        state=promise.state,
        because=promise.because,
        person=promise.person,
        told_by=told_by,
        at=clock.now(),
    )
    row.full_clean()
    row.save()
    return row
