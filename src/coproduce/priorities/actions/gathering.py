"""Gathering what we do not know, in people's own words."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.errors import NotAllowed
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.priorities.actions.standing import WORKING, at_step, require_carrying
from coproduce.priorities.models import Exercise, QuestionSource, Step, Uncertainty
from coproduce.spaces.access import require_member


@transaction.atomic
def gather_uncertainties(*, actor: Person, exercise: Exercise, contributions: Sequence[Contribution]) -> Exercise:
    """Any member takes words up as something we do not know. What was gathered already is left as it is.

    Each must be of this space and of use (``contributions.use``). Raises ``NotHere``, ``UseEnded`` or ``NotAllowed``.
    """
    require_member(actor, exercise.space)
    held = at_step(exercise, Step.GATHERING, Step.MERGING)
    if not contributions:
        raise NotAllowed(_("Choose at least one thing that somebody brought."))
    require_usable(held.space, contributions)
    chosen = {each.pk: each for each in contributions}
    there = Uncertainty.objects.filter(exercise=held, contribution__in=chosen)
    for pk in there.values_list("contribution", flat=True):
        chosen.pop(pk)
    now = clock.now()
    Uncertainty.objects.bulk_create(
        Uncertainty(exercise=held, contribution=each, gathered_by=actor, gathered_at=now) for each in chosen.values()
    )
    if chosen:
        record("uncertainties gathered", actor=actor, space=held.space, subject=held, contributions=list(chosen))
    return held


@transaction.atomic
def put_out_of_scope(*, actor: Person, uncertainty: Uncertainty, why: str) -> Uncertainty:
    """Words that do not belong to this exercise leave it, with a reason that whoever said them can read."""
    held = at_step(uncertainty.exercise, *WORKING)
    require_carrying(actor, held)
    if not why.strip():
        raise NotAllowed(_("Say why. Whoever said it will ask."))
    now = clock.now()
    QuestionSource.objects.filter(uncertainty=uncertainty, ended_at=None).update(ended_at=now, ended_by=actor)
    uncertainty.out_why, uncertainty.out_by, uncertainty.out_at = why.strip(), actor, now
    uncertainty.full_clean()
    uncertainty.save()
    record("uncertainty out of scope", actor=actor, space=held.space, subject=uncertainty, why=uncertainty.out_why)
    return uncertainty


@transaction.atomic
def bring_back_in(*, actor: Person, uncertainty: Uncertainty) -> Uncertainty:
    """Words that were put out of scope belong to the exercise after all."""
    held = at_step(uncertainty.exercise, *WORKING)
    require_carrying(actor, held)
    if uncertainty.out_at is None:
        return uncertainty
    uncertainty.out_why, uncertainty.out_by, uncertainty.out_at = "", None, None
    uncertainty.save()
    record("uncertainty brought back", actor=actor, space=held.space, subject=uncertainty)
    return uncertainty
