"""Saying how you see it, and changing your mind."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.deliberation.actions.drawing import require_open
from coproduce.deliberation.actions.naming import begin_list, find_value
from coproduce.deliberation.models import EarlierResponse, Response, Statement, Value
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Channel, Person
from coproduce.spaces.access import recorder_for


@dataclass(frozen=True, slots=True)
class Said:
    """What somebody says to a claim: 1 agree, 0 unsure, -1 disagree, 2 not mine to say.

    importance: 1 to 3, or None where they did not say. values: names of what the answer speaks to.
    """

    answer: int
    importance: int | None = None
    reason: str = ""
    attribution: str = Attribution.STANDPOINT
    values: tuple[str, ...] = ()


@transaction.atomic
def respond(
    *,
    actor: Person,
    statement: Statement,
    answer: int,
    person: Person | None = None,
    importance: int | None = None,
    reason: str = "",
    attribution: str = Attribution.STANDPOINT,
    values: Iterable[str] = (),
    channel: str = Channel.WEB,
    said_on: date | None = None,
    wording: int | None = None,
) -> Response:
    """Say how ``person`` (the actor, if not told) sees a claim: 1 agree, 0 unsure, -1 disagree, 2 not mine to say.

    importance: how much it matters to them, 1 to 3. reason, attribution: in their words, and how their name appears
    beside them. values: names of what the answer speaks to; a new name is added to the space's list. Answering again
    changes the answer; what was said before is kept. For an assisted person a facilitator answers and is named as the
    recorder, with the way it came and the day it was said. wording: the number of the wording that they had before
    them; where the claim has other words by now, ``NotAllowed``, and nothing is written.
    Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    space = statement.space
    recorder = recorder_for(actor, person, space)
    require_open(space)
    held = Statement.objects.select_for_update(of=("self",)).select_related("space").get(pk=statement.pk)
    if held.hidden_at is not None:
        raise NotHere(_("This claim was put out of sight, so it cannot be answered."))
    if wording is not None and wording != held.wording:
        raise NotAllowed(_("This claim was put in other words while you read it. Look at it again before you answer."))
    response = give_answer(
        held,
        person,
        Said(answer, importance, reason, attribution, tuple(values)),
        recorder=recorder,
        channel=channel,
        said_on=said_on,
    )
    record(
        "statement answered",
        actor=actor,
        space=space,
        subject=response,
        statement=statement.pk,
        person=person.pk,
        answer=answer,
        importance=importance,
        reason=response.reason,
        values=sorted(value.name for value in response.values.all()),
        wording=response.wording,
    )
    return response


def give_answer(
    statement: Statement,
    person: Person,
    said: Said,
    *,
    recorder: Person | None,
    channel: str = Channel.WEB,
    said_on: date | None = None,
    wording: int | None = None,
) -> Response:
    """Keep an answer, and what was said before it. For actions that have checked who may, and make the event.

    wording: the number of the wording it is to, the present one if not told. An answer to an earlier wording is
    overtaken from the first.
    """
    response = Response.objects.select_for_update(of=("self",)).filter(statement=statement, person=person).first()
    response = response or Response(statement=statement, person=person)
    wording, reason = wording or statement.wording, said.reason.strip()
    new = (said.answer, said.importance, reason, wording)
    _keep_earlier(response, new)
    response.answer, response.importance, response.reason, response.wording = new
    response.attribution = said.attribution
    response.answered_at, response.recorded_by = clock.now(), recorder
    response.channel, response.said_on = channel, said_on
    response.overtaken_at = None if wording == statement.wording else response.answered_at
    response.let_stand_at = None
    response.full_clean()
    response.save()
    response.values.set(_named(statement, person, said.values))
    return response


def _named(statement: Statement, person: Person, names: Iterable[str]) -> list[Value]:
    wanted = [name for name in names if name.strip()]
    if wanted:
        begin_list(statement.space)
    return [find_value(statement.space, name, added_by=person) for name in wanted]


def _keep_earlier(response: Response, new: tuple[int, int | None, str, int]) -> None:
    if response._state.adding:
        return
    if (response.answer, response.importance, response.reason, response.wording) == new:
        return
    EarlierResponse.objects.create(
        response=response,
        answer=response.answer,
        importance=response.importance,
        wording=response.wording,
        overtaken_at=response.overtaken_at,
        reason=response.reason,
        attribution=response.attribution,
        answered_at=response.answered_at,
        until=clock.now(),
    )
