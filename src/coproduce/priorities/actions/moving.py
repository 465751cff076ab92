"""An exercise goes on to its next step, or one back: always by a person, with a reason."""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.errors import NotAllowed, NotReady
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.priorities.actions.calculating import calculate_interim
from coproduce.priorities.actions.standing import at_step, require_carrying
from coproduce.priorities.models import BACK_TO, Exercise, Step, StepChange
from coproduce.priorities.queries import missing_for, next_step
from coproduce.spaces.access import require_facilitator


@transaction.atomic
def move_exercise(*, actor: Person, exercise: Exercise, to: str, why: str) -> Exercise:
    """Move on to the next step, or back to the one before where that is allowed (``BACK_TO``).

    A facilitator opens a proposed exercise; after that those who carry it move it. Going on asks for what the step
    needs (``queries.missing_for``): else ``NotReady`` says what is missing. Closing the round in which everyone
    chooses counts it.
    """
    held = at_step(exercise, *Step)
    if held.step == Step.PROPOSED:
        require_facilitator(actor, held.space)
    require_carrying(actor, held)
    before, after = Step(held.step), Step(to)
    if not why.strip():
        raise NotAllowed(_("Say why, in a few words."))
    if after not in (next_step(held), BACK_TO.get(before)):
        raise NotReady(_("The exercise goes one step at a time, and not back behind what everyone has seen."))
    if after == next_step(held) and (missing := missing_for(held)):
        raise NotReady(" ".join(missing))
    now = clock.now()
    held.step, held.step_since = after, now
    held.full_clean()
    held.save()
    StepChange.objects.create(
        exercise=held, before=before, after=after, why=why.strip(), changed_by=actor, changed_at=now
    )
    counted = calculate_interim(actor, held).input_hash if after == Step.MEETING else ""
    record(
        "priority exercise moved",
        actor=actor,
        space=held.space,
        subject=held,
        before=before,
        after=after,
        why=why.strip(),
        counted=counted,
    )
    return held
