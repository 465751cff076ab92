"""Opening and closing a round, and entering what came back on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.deliberation.actions.drawing import require_open
from coproduce.deliberation.actions.responding import Said, give_answer
from coproduce.deliberation.models import Response, Round, Statement
from coproduce.deliberation.queries import claims_of_round, shortest_round, wordings_at
from coproduce.errors import ChangedMeanwhile, NotAllowed, NotHere, NotReady
from coproduce.history.chain import record
from coproduce.people.models import Channel, Person
from coproduce.spaces.access import recorder_for, require_facilitator
from coproduce.spaces.models import Space


@transaction.atomic
def open_a_round(
    *,
    actor: Person,
    space: Space,
    question: str,
    claims: Sequence[Statement] = (),
    for_all: bool = False,
    about: str = "",
    hides: bool = True,
    days: int = 0,
    send_to: str = "",
) -> Round:
    """Ask the members about claims together, for a season. A space has one open round.

    claims: which, or ``for_all``. hides: while it is open nobody is shown what others answer to its claims. days: how
    long it stays open at least; never shorter than the charter gives people to read. send_to: where paper goes back.
    A facilitator opens it. Raises ``NotAllowed``, ``NotHere`` or ``ValidationError``.
    """
    require_facilitator(actor, space)
    require_open(space)
    if not for_all and not claims:
        raise NotAllowed(_("Choose at least one claim, or ask about all of them."))
    if any(claim.space_id != space.pk or claim.hidden_at for claim in claims):
        raise NotHere(_("One of these claims is out of sight, or is not in this space."))
    now = clock.now()
    made = Round(
        space=space,
        question=question.strip(),
        about=about.strip(),
        for_all=for_all,
        hides=hides,
        send_to=send_to.strip(),
        opened_by=actor,
        opened_at=now,
        not_before=now + timedelta(days=max(days, shortest_round(space))),
    )
    made.clean_fields()
    _save_only_one(made)
    made.claims.set([] if for_all else claims)
    record(
        "round opened",
        actor=actor,
        space=space,
        subject=made,
        question=made.question,
        hides=hides,
        claims="all" if for_all else [claim.pk for claim in claims],
        not_before=made.not_before.isoformat(),
    )
    return made


def _save_only_one(made: Round) -> None:
    try:
        with transaction.atomic():
            made.save(force_insert=True)
    except IntegrityError:
        raise NotAllowed(_("A round is open already. Close it first, when its time has come.")) from None


@transaction.atomic
def close_round(*, actor: Person, asked: Round, words: str = "") -> Round:
    """Close a round: what people answered can be seen from now on, as everywhere. A person does it, never a clock.

    Not before its ``not_before``, which gives everyone time. Whoever has not answered still can, and nobody's answer
    ends with it. A facilitator closes it; in a space that has ended too, so that nothing stays hidden for ever.
    """
    require_facilitator(actor, asked.space)
    held = Round.objects.select_for_update(of=("self",)).select_related("space").get(pk=asked.pk)
    now = clock.now()
    if held.closed_at is not None:
        raise ChangedMeanwhile(_("This round was closed already. Nothing was changed."))
    if now < held.not_before:
        raise NotReady(
            _("This round stays open until %(day)s at least, so that everyone has time. Nothing was changed.")
            % {"day": date_format(held.not_before, "DATE_FORMAT")}
        )
    held.closed_by, held.closed_at, held.closing_words = actor, now, words.strip()
    held.save(update_fields=["closed_by", "closed_at", "closing_words"])
    record("round closed", actor=actor, space=held.space, subject=held, words=held.closing_words)
    return held


@dataclass(frozen=True, slots=True)
class OnPaper:
    """What a sheet of paper says to one claim."""

    statement: Statement
    said: Said


@transaction.atomic
def enter_paper(
    *, actor: Person, asked: Round, person: Person, rows: Sequence[OnPaper], channel: str, said_on: date
) -> list[Response]:
    """Enter what somebody who does not go online answered to the claims of a round: a whole sheet, with one event.

    Both names stay on record. An answer is to the words that stood on the sheet: those of the round, also where the
    claim was put in others since it closed. Raises ``NotAllowed``, ``NotHere`` or ``ValidationError``; then nothing
    is entered.
    """
    recorder = recorder_for(actor, person, asked.space)
    require_open(asked.space)
    if recorder is None or not rows:
        raise NotAllowed(_("There is nothing to enter. Tick at least one answer."))
    if channel not in Channel.values or said_on > clock.today():
        raise NotAllowed(_("Say by which way it came, and on which day: no day that has not come yet."))
    claims = {claim.pk: claim for claim in claims_of_round(asked)}
    if any(row.statement.pk not in claims for row in rows):
        raise NotHere(_("One of these claims is out of sight, or is not in this round."))
    wordings = wordings_at(list(claims.values()), asked.closed_at)
    given = [
        give_answer(
            claims[row.statement.pk],
            person,
            row.said,
            recorder=recorder,
            channel=channel,
            said_on=said_on,
            wording=wordings[row.statement.pk].number,
        )
        for row in rows
    ]
    record(
        "answers entered from paper",
        actor=actor,
        space=asked.space,
        subject=asked,
        person=person.pk,
        channel=channel,
        said_on=said_on.isoformat(),
        answers=[_on_record(response) for response in given],
    )
    return given


def _on_record(response: Response) -> dict[str, object]:
    return {
        "response": response.pk,
        "statement": response.statement_id,
        "answer": response.answer,
        "importance": response.importance,
        "reason": response.reason,
        "wording": response.wording,
    }
