"""Closing a proposal by the charter's rules."""

from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.ballots.actions import close_ballot
from coproduce.ballots.models import Ballot
from coproduce.ballots.queries import result_of
from coproduce.decisions.actions.held import DecidedMeanwhile, held_open, require_proposer
from coproduce.decisions.models import Decision, Proposal, ProposalState
from coproduce.decisions.queries import (
    Readiness,
    is_eligible,
    present_version,
    readiness,
    rules_to_be,
    somebody_decides,
)
from coproduce.errors import NotAllowed, NotReady
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.spaces.actions import write_charter
from coproduce.spaces.models import Charter, Deciding


@transaction.atomic
def close_proposal(
    *, actor: Person, proposal: Proposal, agreed: bool, why: str = "", review_on: date | None = None
) -> Decision:
    """Any member closes a proposal, as far as the charter's rules allow. What was said stays with it for good.

    Where one person decides after advice, that person closes it; where named people decide, one of them, or anybody
    once all of them have left. agreed: only
    when every rule is met (``readiness``). Not agreed: only when the reading time is over and the rules are not met,
    with a reason. review_on: when we look at it again. An agreed change of the charter writes its next version.
    Raises ``NotReady`` with what is still missing, ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    proposal = held_open(proposal, DecidedMeanwhile)
    require_member(actor, proposal.space)
    _require_may_close(actor, proposal)
    ready = readiness(proposal)
    if agreed and not ready.is_met:
        raise NotReady(" ".join(ready.missing))
    if not agreed:
        _require_not_agreed(proposal, ready, why)
    _require_day_to_come(review_on)
    result = _counted(actor, proposal, agreed)
    proposal.state = ProposalState.AGREED if agreed else ProposalState.NOT_AGREED
    proposal.save(update_fields=["state"])
    decision = Decision(
        proposal=proposal,
        agreed=agreed,
        version=present_version(proposal),
        why=why.strip(),
        closed_by=actor,
        decided_at=clock.now(),
        review_on=review_on,
        result=result,
    )
    if agreed and proposal.about_charter:
        decision.charter = _written(actor, decision)
    decision.full_clean()
    decision.save(force_insert=True)
    record(
        "proposal closed",
        actor=actor,
        space=proposal.space,
        subject=decision,
        proposal=proposal.pk,
        agreed=agreed,
        why=decision.why,
        review_on=review_on,
        objections=ready.objections,
        charter=decision.charter_id,
    )
    return decision


def _counted(actor: Person, proposal: Proposal, agreed: bool) -> dict[str, Any] | None:
    """What the vote found, closing it first where it is open. None where there was no vote."""
    if proposal.ballot is None:
        return None
    result = _result(actor, proposal.ballot)
    if agreed and not result["first"]:
        raise NotReady(
            _(
                "The vote chose nothing, so nothing is agreed. Close the ballot on its own page first, where everybody "
                "sees it; then this can be closed without agreement."
            )
        )
    return result


def _result(actor: Person, ballot: Ballot) -> dict[str, Any]:
    """``first``: the words that came first, several where they tie; ``placed``: [words, place, figure] of each."""
    if result_of(ballot) is None:
        close_ballot(actor=actor, ballot=ballot)
    found = result_of(ballot)
    if found is None or found.count is None:
        return {"ballot": str(ballot.pk), "first": []}
    words = [option.words for option in found.options]
    return {
        "ballot": str(ballot.pk),
        "rule": found.count.rule,
        "papers": found.count.papers,
        "first": [words[n] for n in found.count.first],
        "placed": [[words[each.option], each.place, each.figure] for each in found.count.placed],
    }


def _written(actor: Person, decision: Decision) -> Charter:
    """The next version of the charter: the one that holds now, with what this proposal changes."""
    rules = rules_to_be(decision.proposal)
    return write_charter(
        actor=actor,
        space=decision.proposal.space,
        why=decision.version.words,
        ground_rules=rules.ground_rules,
        how_we_decide=rules.how_we_decide,
        minimum_reading_days=rules.minimum_reading_days,
        objections_that_may_stand=rules.objections_that_may_stand,
        needs=rules.needs,
        rights=rules.rights,
        decision=decision.pk,
    )


def _require_day_to_come(day: date | None) -> None:
    if day is not None and day <= clock.today():
        raise ValidationError({"review_on": _("Choose a day that is still to come.")})


def _require_may_close(actor: Person, proposal: Proposal) -> None:
    if proposal.kind == Deciding.ADVICE:
        require_proposer(actor, proposal, _("Here whoever put it decides, after hearing advice."))
    if proposal.kind == Deciding.DELEGATED and not is_eligible(proposal, actor.pk) and somebody_decides(proposal):
        raise NotAllowed(_("By our charter others decide this matter. You can say what you think of it."))


def _require_not_agreed(proposal: Proposal, ready: Readiness, why: str) -> None:
    if not ready.reading_is_over:
        raise NotReady(_("Everyone has the reading time first, also for saying no."))
    if ready.is_met and proposal.kind != Deciding.ADVICE:
        raise NotReady(_("By the charter this is agreed. It cannot be closed as not agreed."))
    if not why.strip():
        raise NotAllowed(_("Say why it is closed without agreement."))
