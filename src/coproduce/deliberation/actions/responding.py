"""Saying how you see it, and changing your mind."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.deliberation.actions.drawing import find_value, require_open
from coproduce.deliberation.models import EarlierResponse, Response, Statement
from coproduce.deliberation.queries import OFFERED
from coproduce.errors import NotHere
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Person
from coproduce.spaces.access import recorder_for


@transaction.atomic
def respond(
    *,
    actor: Person,
    statement: Statement,
    answer: int,
    person: Person | None = None,
    reason: str = "",
    attribution: str = Attribution.STANDPOINT,
    values: Iterable[str] = (),
) -> Response:
    """Say how ``person`` (the actor, if not told) sees a claim: 1 agree, 0 unsure, -1 disagree.

    reason, attribution: in their words, and how their name appears beside them. values: names of what the
    answer speaks to; a new name is added to the space's list. Answering again changes the answer; what was said
    before is kept. For an assisted person a facilitator answers and is named as the recorder.
    Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    space = statement.space
    recorder = recorder_for(actor, person, space)
    require_open(space)
    if statement.hidden_at is not None:
        raise NotHere(_("This claim was put out of sight, so it cannot be answered."))
    response = Response.objects.select_for_update(of=("self",)).filter(statement=statement, person=person).first()
    response = response or Response(statement=statement, person=person)
    _keep_earlier(response, answer, reason.strip())
    response.answer, response.reason, response.attribution = answer, reason.strip(), attribution
    response.answered_at, response.recorded_by = clock.now(), recorder
    response.full_clean()
    response.save()
    offered = {str(name).casefold() for name in OFFERED}
    named = [
        find_value(space, name, added_by=None if name.casefold() in offered else person)
        for name in values
        if name.strip()
    ]
    response.values.set(named)
    record(
        "statement answered",
        actor=actor,
        space=space,
        subject=response,
        statement=statement.pk,
        person=person.pk,
        answer=answer,
        reason=response.reason,
        values=[value.name for value in named],
    )
    return response


def _keep_earlier(response: Response, answer: int, reason: str) -> None:
    if response._state.adding or (response.answer, response.reason) == (answer, reason):
        return
    EarlierResponse.objects.create(
        response=response,
        answer=response.answer,
        reason=response.reason,
        attribution=response.attribution,
        answered_at=response.answered_at,
        until=clock.now(),
    )
