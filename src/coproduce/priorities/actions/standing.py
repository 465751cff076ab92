"""Who may do something to an exercise, and at which of its steps."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coproduce.errors import NotAllowed, NotReady
from coproduce.people.models import Person
from coproduce.priorities.models import Exercise, Step
from coproduce.priorities.queries import carries
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space, SpaceState

WORKING = (Step.GATHERING, Step.MERGING, Step.CHECKING)
"""While words are gathered, put together and checked: these three may go back and forth."""


class NotAtThisStep(NotReady):
    """The exercise is not where this can be done."""

    title = gettext_lazy("The exercise is at another step")


def require_open(space: Space) -> None:
    """Nothing new is begun in a space that has ended."""
    if space.state == SpaceState.ENDED:
        raise NotAllowed(_("This space has ended. It can still be read, and nothing in it is lost."))


def at_step(exercise: Exercise, *steps: Step) -> Exercise:
    """The exercise as it is now, held until the transaction ends. ``NotAtThisStep`` when it is at none of ``steps``."""
    held = Exercise.objects.select_for_update(of=("self",)).select_related("space").get(pk=exercise.pk)
    require_open(held.space)
    if held.step not in steps:
        now = Step(held.step).label
        raise NotAtThisStep(
            _("It is now at “%(step)s”, so this cannot be done here. Nothing was changed.") % {"step": now}
        )
    return held


def require_carrying(actor: Person, exercise: Exercise) -> None:
    """For actions: facilitators, whoever looks after the exercise, and its steering group. Else ``NotAllowed``."""
    membership = require_member(actor, exercise.space)
    if not membership.is_facilitator and not carries(actor, exercise):
        raise NotAllowed(
            _(
                "The people who carry this exercise do this. Ask one of them, or say that you would like to be one of "
                "them. Nothing was changed."
            )
        )
