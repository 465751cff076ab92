"""Saying whether an answer was good enough, and noting who was told of it in another way than here."""

from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.known import known_to
from coproduce.contributions.models import Contribution
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.outcomes.models import GoodEnough, Outcome, OutcomeState, Told
from coproduce.outcomes.queries import words_behind
from coproduce.outcomes.telling import to_be_told
from coproduce.people.models import Channel, Person
from coproduce.spaces.access import recorder_for, require_facilitator


@transaction.atomic
def say_good_enough(
    *,
    actor: Person,
    outcome: Outcome,
    contribution: Contribution,
    answer: bool,
    words: str = "",
    person: Person | None = None,
) -> GoodEnough:
    """Say whether this is a good enough answer to one's own words. *No* opens it again.

    Only the author of words that led to the outcome can; for an assisted one a facilitator writes it down, of nameless
    words whoever wrote those down. An earlier answer is kept. Raises ``NotHere``, ``NotAllowed`` or
    ``ValidationError``.
    """
    person = person or actor
    recorder = recorder_for(actor, person, outcome.space)
    Outcome.objects.select_for_update().get(pk=outcome.pk)  # so that it comes before or after a state, never beside it
    told = known_to(actor) if recorder else Q()
    led_here = words_behind(outcome).filter(told, pk=contribution.pk, author=person).exists()
    if not led_here:
        raise NotAllowed(_("This is for the people whose words led here. You can answer in your own words instead."))
    GoodEnough.objects.filter(outcome=outcome, contribution=contribution, replaced_at=None).update(
        replaced_at=clock.now()
    )
    said = GoodEnough(
        outcome=outcome,
        contribution=contribution,
        person=person,
        answer=answer,
        words=words.strip(),
        at=clock.now(),
        recorded_by=recorder,
    )
    said.full_clean()
    said.save()
    record(
        "answer judged",
        actor=actor,
        space=outcome.space,
        subject=said,
        outcome=outcome.pk,
        contribution=contribution.pk,
        answer=answer,
        words=said.words,
    )
    return said


@transaction.atomic
def note_told(*, actor: Person, state: OutcomeState, person: Person, how: str, on: date, words: str = "") -> Told:
    """Note that somebody was told how far an outcome has come: how, on which day, and what they said to it.

    For those who are told outside this site, by a facilitator: both names stay on the record. Told twice, the later
    note holds. Raises ``NotHere`` for who is not to be told, ``NotAllowed`` or ``ValidationError``.
    """
    outcome = state.outcome
    require_facilitator(actor, outcome.space)
    if not to_be_told(outcome, actor).filter(pk=person.pk).exists():
        raise NotHere
    if on > clock.today() or on < timezone.localdate(state.at):
        raise ValidationError({"on": _("That day cannot be: it is still to come, or nobody knew it yet.")})
    told = Told.objects.filter(state=state, person=person).first() or Told(state=state, person=person)
    told.told_by, told.how, told.on, told.words = actor, Channel(how).value, on, words.strip()
    told.noted_at = clock.now()
    told.full_clean()
    told.save()
    record("person told", actor=actor, space=outcome.space, subject=outcome, person=person.pk, how=how, on=on)
    return told
