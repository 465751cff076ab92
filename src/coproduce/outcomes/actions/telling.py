"""Telling what came of it, where it comes from, and how far it has come."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.decisions.models import Decision
from coproduce.history.chain import record
from coproduce.outcomes.models import (
    Bearing,
    Keeper,
    Outcome,
    OutcomeKind,
    OutcomeSource,
    OutcomeState,
    State,
)
from coproduce.outcomes.queries import is_open_again
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme


@transaction.atomic
def tell_outcome(  # noqa: PLR0913  # all that can be said of it is said when it is told
    *,
    actor: Person,
    space: Space,
    title: str,
    kind: str = OutcomeKind.SERVICE,
    words: str = "",
    expected: bool = True,
    bearing: str = "",
    has_keeper: bool = True,
    state: str = State.DONE,
    because: str = "",
    asked_on: date | None = None,
    decisions: Sequence[Decision] = (),
    themes: Sequence[Theme] = (),
    contributions: Sequence[Contribution] = (),
) -> Outcome:
    """Tell something that changed, or did not, with where it came from. Any member may.

    expected: False for what nobody planned. bearing: of ``Bearing``, "" for not said. has_keeper: the actor looks after
    the answer from now on; else nobody does yet. state and its because and asked_on: how far it has come
    (``say_state``). Nobody need know yet where it comes from. Raises ``NotHere`` or ``ValidationError``.
    """
    require_member(actor, space)
    require_usable(space, contributions)
    outcome = Outcome(
        space=space,
        title=title.strip(),
        words=words.strip(),
        kind=kind,
        expected=expected,
        bearing=Bearing(bearing).value if bearing else "",
        recorded_by=actor,
        recorded_at=clock.now(),
    )
    outcome.full_clean()
    outcome.save()
    sources = _add_sources(actor, outcome, decisions, themes, contributions)
    if has_keeper:
        Keeper.objects.create(outcome=outcome, person=actor, since=clock.now())
    _add_state(actor, outcome, 1, state, because=because, asked_on=asked_on)
    record(
        "outcome told",
        actor=actor,
        space=space,
        subject=outcome,
        title=outcome.title,
        words=outcome.words,
        expected=expected,
        bearing=outcome.bearing,
        state=state,
        because=because,
        sources=sources,
    )
    return outcome


def _add_sources(
    actor: Person,
    outcome: Outcome,
    decisions: Sequence[Decision],
    themes: Sequence[Theme],
    contributions: Sequence[Contribution],
) -> list[UUID]:
    """Join an outcome to where it comes from; what is there already is not doubled. Answers what is new."""
    space, new = outcome.space_id, []
    there = {pk for row in outcome.sources.values_list("decision", "theme", "contribution") for pk in row if pk}
    wanted: list[tuple[str, Any, bool]] = [
        *(("decision", one, one.proposal.space_id == space) for one in decisions),
        *(("theme", one, one.space_id == space) for one in themes),
        *(("contribution", one, one.space_id == space) for one in contributions),
    ]
    for name, one, is_of_this_space in wanted:
        if not is_of_this_space:
            raise ValidationError(_("Something this is said to come from belongs to another space."))
        if one.pk not in there:
            row = OutcomeSource(outcome=outcome, linked_by=actor, linked_at=clock.now(), **{name: one})
            row.full_clean()
            row.save()
            there.add(one.pk)
            new.append(one.pk)
    return new


@transaction.atomic
def add_sources(
    *,
    actor: Person,
    outcome: Outcome,
    decisions: Sequence[Decision] = (),
    themes: Sequence[Theme] = (),
    contributions: Sequence[Contribution] = (),
) -> Outcome:
    """Say where it comes from, as soon as somebody knows: any member may, on any day.

    Of words only such as may be used. What is there already is not doubled. Raises ``NotHere``, ``UseEnded`` or
    ``ValidationError``.
    """
    require_member(actor, outcome.space)
    known = set(outcome.sources.exclude(contribution=None).values_list("contribution", flat=True))
    require_usable(outcome.space, [one for one in contributions if one.pk not in known])
    new = _add_sources(actor, outcome, decisions, themes, contributions)
    if new:
        record("sources of an outcome told", actor=actor, space=outcome.space, subject=outcome, sources=new)
    return outcome


def _add_state(
    actor: Person, outcome: Outcome, number: int, state: str, *, because: str, asked_on: date | None, reply: str = ""
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
        reply=reply.strip(),
        asked_on=asked_on if state == State.NOT_YET else None,
        told_by=actor,
        at=clock.now(),
    )
    row.full_clean()
    row.save()
    return row


@transaction.atomic
def say_state(
    *, actor: Person, outcome: Outcome, state: str, because: str = "", asked_on: date | None = None, reply: str = ""
) -> OutcomeState:
    """Say how far it has come now. What was said before stays. *Not* needs a reason, *not yet* the day it was asked.

    reply: what is said to those who said that it was not good enough. While one of them has had no answer, nothing is
    told without it: nobody closes their *no* in silence. Raises ``NotHere`` or ``ValidationError``.
    """
    require_member(actor, outcome.space)
    held = Outcome.objects.select_for_update().get(pk=outcome.pk)
    if not reply.strip() and is_open_again(held):
        raise ValidationError(
            {"reply": _("Somebody said that it is not good enough. Say first what the answer to them is.")}
        )
    last = held.states.order_by("-number").values_list("number", flat=True).first() or 0
    row = _add_state(actor, held, last + 1, state, because=because, asked_on=asked_on, reply=reply)
    record(
        "outcome state told",
        actor=actor,
        space=outcome.space,
        subject=outcome,
        state=state,
        because=row.because,
        reply=row.reply,
        asked_on=row.asked_on,
    )
    return row
