"""Putting like with like: questions drawn from several people's words, with the words kept."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.use import require_usable
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.priorities.actions.standing import WORKING, at_step, require_carrying
from coproduce.priorities.models import Exercise, Question, QuestionSource, QuestionVersion, Uncertainty


@transaction.atomic
def draw_question(
    *, actor: Person, exercise: Exercise, words: str, uncertainties: Sequence[Uncertainty], also: bool = False
) -> Question:
    """One question that all these words ask. Words that stood behind another question move here.

    also: they stay behind the other question as well, on purpose.
    """
    held = at_step(exercise, *WORKING)
    require_carrying(actor, held)
    if not uncertainties:
        raise NotAllowed(_("Choose at least one of the things people said. A question is always drawn from words."))
    number = Question.objects.filter(exercise=held).order_by("-number").values_list("number", flat=True).first() or 0
    now = clock.now()
    question = Question(exercise=held, number=number + 1, words=words.strip(), drawn_by=actor, drawn_at=now)
    question.full_clean()
    question.save(force_insert=True)
    QuestionVersion.objects.create(question=question, number=1, words=question.words, written_by=actor, written_at=now)
    put = _put(actor, question, uncertainties, also=also)
    record(
        "question drawn",
        actor=actor,
        space=held.space,
        subject=question,
        words=question.words,
        uncertainties=put,
        also=also,
    )
    return question


@transaction.atomic
def put_words_behind(
    *, actor: Person, question: Question, uncertainties: Sequence[Uncertainty], also: bool = False
) -> Question:
    """Move words behind this question, from none or another; with ``also`` they stay behind the other as well."""
    held = at_step(question.exercise, *WORKING)
    require_carrying(actor, held)
    if not uncertainties:
        raise NotAllowed(_("Choose at least one of the things people said."))
    put = _put(actor, question, uncertainties, also=also)
    record("words put behind a question", actor=actor, space=held.space, subject=question, uncertainties=put, also=also)
    return question


def _put(actor: Person, question: Question, uncertainties: Sequence[Uncertainty], *, also: bool) -> list[str]:
    if any(each.exercise_id != question.exercise_id for each in uncertainties):
        raise NotHere
    if any(each.out_at is not None for each in uncertainties):
        raise NotAllowed(_("One of these is out of scope. Bring it back in first."))
    require_usable(question.exercise.space, [each.contribution_id for each in uncertainties])
    now = clock.now()
    standing = QuestionSource.objects.filter(uncertainty__in=uncertainties, ended_at=None)
    there, elsewhere = set(), {}
    for row in standing:
        if row.question_id == question.pk:
            there.add(row.uncertainty_id)
        elif not row.also:
            elsewhere[row.uncertainty_id] = row
    new = {each.pk: each for each in uncertainties if each.pk not in there}
    if not also:
        moved = [elsewhere[pk].pk for pk in new if pk in elsewhere]
        QuestionSource.objects.filter(pk__in=moved).update(ended_at=now, ended_by=actor)
    QuestionSource.objects.bulk_create(
        QuestionSource(
            question=question,
            uncertainty=each,
            also=also and pk in elsewhere,
            made_by=actor,
            made_at=now,
            moved_from=None if also else elsewhere.get(pk),
        )
        for pk, each in new.items()
    )
    return [str(pk) for pk in new]


@transaction.atomic
def reword_question(*, actor: Person, question: Question, words: str, why: str) -> Question:
    """Say a question better. The earlier wording stays, with the reason."""
    held = at_step(question.exercise, *WORKING)
    require_carrying(actor, held)
    if not why.strip():
        raise NotAllowed(_("Say why the words change. People whose words stand behind it will ask."))
    now = clock.now()
    question.words, question.version = words.strip(), question.version + 1
    question.full_clean()
    question.save()
    QuestionVersion.objects.create(
        question=question,
        number=question.version,
        words=question.words,
        why=why.strip(),
        written_by=actor,
        written_at=now,
    )
    record("question reworded", actor=actor, space=held.space, subject=question, words=question.words, why=why.strip())
    return question
