"""The interim round: everyone chooses, each for themselves."""

from collections.abc import Sequence
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Channel, Person
from coproduce.priorities.actions.standing import at_step
from coproduce.priorities.models import Choice, ChosenQuestion, Exercise, Question, Step
from coproduce.priorities.queries import open_questions
from coproduce.spaces.access import recorder_for, typed_by_another


@transaction.atomic
def choose_questions(
    *,
    actor: Person,
    exercise: Exercise,
    questions: Sequence[Question],
    person: Person | None = None,
    channel: str = Channel.WEB,
    said_on: date | None = None,
) -> Choice:
    """Choose the questions that matter most to ``person`` (the actor, if not told), the first first.

    Choosing again takes the place of what was chosen before, until the round is closed. For an assisted person a
    facilitator enters their ballot: channel and said_on say how and when it came, and both names are kept. When a
    second one types the same, nothing changes but that it has been checked.
    """
    person = person or actor
    recorder = recorder_for(actor, person, exercise.space)
    held = at_step(exercise, Step.CHOOSING)
    chosen = list(dict.fromkeys(each.pk for each in questions))
    if not chosen:
        raise NotAllowed(_("Choose at least one question."))
    if len(chosen) > held.most:
        said = ngettext("Choose one question at most.", "Choose %(n)s questions at most.", held.most)
        raise NotAllowed(said % {"n": held.most})
    if len(chosen) < len(questions):
        raise NotAllowed(_("A question stands twice on this ballot."))
    if set(chosen) - {each.pk for each in open_questions(held)}:
        raise NotHere(_("One of these questions is not on the list any more. Nothing was changed."))
    choice = Choice.objects.filter(exercise=held, person=person).first() or Choice(exercise=held, person=person)
    if typed_by_another(choice, recorder) and list(choice.chosen.values_list("question", flat=True)) == chosen:
        return _checked(actor, choice)
    choice.checked_by, choice.checked_at = None, None
    choice.channel, choice.said_on = channel, said_on or clock.today()
    choice.chosen_at, choice.recorded_by = clock.now(), recorder
    choice.full_clean()
    choice.save()
    ChosenQuestion.objects.filter(choice=choice).delete()
    ChosenQuestion.objects.bulk_create(
        ChosenQuestion(choice=choice, question_id=pk, place=place) for place, pk in enumerate(chosen, start=1)
    )
    record(
        "questions chosen",
        actor=actor,
        space=held.space,
        subject=choice,
        person=person.pk,
        questions=chosen,
        channel=channel,
    )
    return choice


def _checked(actor: Person, choice: Choice) -> Choice:
    choice.checked_by, choice.checked_at = actor, clock.now()
    choice.full_clean()
    choice.save()
    space = choice.exercise.space
    record("ballot checked", actor=actor, space=space, subject=choice, person=choice.person_id)
    return choice
