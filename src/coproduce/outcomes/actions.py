"""Telling what came of it, saying how far it has come, promising, and judging whether it was good enough."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.decisions.models import Decision
from coproduce.errors import NotAllowed
from coproduce.history.chain import record
from coproduce.outcomes.models import (
    Commitment,
    GoodEnough,
    Outcome,
    OutcomeKind,
    OutcomeSource,
    OutcomeState,
    State,
)
from coproduce.outcomes.queries import words_behind
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme


@transaction.atomic
def tell_outcome(
    *,
    actor: Person,
    space: Space,
    title: str,
    kind: str = OutcomeKind.SERVICE,
    words: str = "",
    expected: bool = True,
    state: str = State.DONE,
    because: str = "",
    asked_on: date | None = None,
    decisions: Sequence[Decision] = (),
    themes: Sequence[Theme] = (),
    contributions: Sequence[Contribution] = (),
) -> Outcome:
    """Tell something that changed, or did not, with where it came from. Any member may.

    expected: False for what nobody planned. state and its because and asked_on: how far it has come (``say_state``).
    Raises ``NotHere`` or ``ValidationError``.
    """
    require_member(actor, space)
    require_usable(space, contributions)
    outcome = Outcome(
        space=space,
        title=title.strip(),
        words=words.strip(),
        kind=kind,
        expected=expected,
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    outcome.full_clean()
    outcome.save()
    for decision in decisions:
        _add_source(outcome, decision.proposal.space_id == space.pk, decision=decision)
    for theme in themes:
        _add_source(outcome, theme.space_id == space.pk, theme=theme)
    for contribution in contributions:
        _add_source(outcome, contribution.space_id == space.pk, contribution=contribution)
    _add_state(actor, outcome, 1, state, because=because, asked_on=asked_on)
    record(
        "outcome told",
        actor=actor,
        space=space,
        subject=outcome,
        title=outcome.title,
        words=outcome.words,
        expected=expected,
        state=state,
        because=because,
        sources=[*(one.pk for one in decisions), *(one.pk for one in themes), *(one.pk for one in contributions)],
    )
    return outcome


def _add_source(outcome: Outcome, is_of_this_space: bool, **source: object) -> None:
    if not is_of_this_space:
        raise ValidationError(_("Something this is said to come from belongs to another space."))
    row = OutcomeSource(outcome=outcome, **source)
    row.full_clean()
    row.save()


def _add_state(
    actor: Person, outcome: Outcome, number: int, state: str, *, because: str, asked_on: date | None
) -> OutcomeState:
    because = because.strip()
    if state == State.NOT_BECAUSE and not because:
        raise ValidationError({"because": _("Say why not. People who asked for it will read this first.")})
    if state == State.NOT_YET and asked_on is None:
        raise ValidationError({"asked_on": _("Say on which day it was asked for.")})
    row = OutcomeState(
        outcome=outcome,
        number=number,
        state=state,
        because=because,
        asked_on=asked_on if state == State.NOT_YET else None,
        told_by=actor,
        at=clock.now(),
    )
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def say_state(
    *, actor: Person, outcome: Outcome, state: str, because: str = "", asked_on: date | None = None
) -> OutcomeState:
    """Say how far it has come now. What was said before stays. *Not* needs a reason, *not yet* the day it was asked.

    Raises ``NotHere`` or ``ValidationError``.
    """
    require_member(actor, outcome.space)
    held = Outcome.objects.select_for_update().get(pk=outcome.pk)
    last = held.states.order_by("-number").values_list("number", flat=True).first() or 0
    row = _add_state(actor, held, last + 1, state, because=because, asked_on=asked_on)
    record(
        "outcome state told",
        actor=actor,
        space=outcome.space,
        subject=outcome,
        state=state,
        because=row.because,
        asked_on=row.asked_on,
    )
    return row


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
    record("commitment made", actor=actor, space=outcome.space, subject=promise, person=person.pk, words=promise.words)
    return promise


@transaction.atomic
def update_commitment(*, actor: Person, commitment: Commitment, state: str, because: str = "") -> Commitment:
    """Say what became of a promise. Who made it may, and a facilitator. *Not* needs a reason."""
    space = commitment.outcome.space
    membership = require_member(actor, space)
    if actor.pk != commitment.person_id and not membership.is_facilitator:
        raise NotAllowed(_("Only the person who promised this, or a facilitator, can say what became of it."))
    because = because.strip()
    if state == State.NOT_BECAUSE and not because:
        raise ValidationError({"because": _("Say why not, so that others know where they are.")})
    commitment.state, commitment.because, commitment.state_at = state, because, clock.now()
    commitment.full_clean()
    commitment.save()
    record("commitment state told", actor=actor, space=space, subject=commitment, state=state, because=because)
    return commitment


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

    Only the author of words that led to the outcome can; for an assisted one a facilitator writes it down.
    An earlier answer is kept. Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    recorder = recorder_for(actor, person, outcome.space)
    led_here = words_behind(outcome).filter(pk=contribution.pk, author=person).exists()
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
def add_words_behind(*, actor: Person, outcome: Outcome, contributions: Sequence[Contribution]) -> Outcome:
    """Say that these words belong to it too: some are said only while it goes on. Any member may.

    What is there already is not doubled. Raises ``NotHere`` or ``ValidationError``.
    """
    require_member(actor, outcome.space)
    there = set(OutcomeSource.objects.filter(outcome=outcome).values_list("contribution", flat=True))
    new = {each.pk: each for each in contributions if each.pk not in there}
    for contribution in new.values():
        _add_source(outcome, contribution.space_id == outcome.space_id, contribution=contribution)
    if new:
        record(
            "words put behind an outcome", actor=actor, space=outcome.space, subject=outcome, contributions=list(new)
        )
    return outcome
