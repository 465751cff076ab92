"""After a decision: asking to look at it again, and saying which rung of participation it was."""

from dataclasses import replace
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import is_usable, require_usable
from coproduce.decisions.actions.held import require_open_space
from coproduce.decisions.actions.proposing import put, sources_of_decision
from coproduce.decisions.ladder import present_ladder
from coproduce.decisions.models import Decision, Proposal, ReopeningAsked, RungSaid
from coproduce.decisions.queries import looked_at_again, reopening_of, rules_to_be
from coproduce.errors import NotAllowed
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Person
from coproduce.spaces.access import recorder_for
from coproduce.spaces.models import ALWAYS_ALLOWED, Deciding


@transaction.atomic
def ask_to_look_again(
    *,
    actor: Person,
    decision: Decision,
    reason: str,
    person: Person | None = None,
    contribution: Contribution | None = None,
    outcome: UUID | None = None,
) -> ReopeningAsked:
    """A member asks to look at a decision again. By the charter's rule it is then put again, as a new proposal.

    The rule: so many members ask, or one does on or after the review day, or one brings something new where the charter
    lets that be enough: a ``contribution`` brought since, or an ``outcome`` (its identifier; the caller has looked that
    it is of this space). The old decision stays as it is; the new proposal begins with its words and is
    carried by whoever asked last. Once for each person: who asked before the rule was met, and comes back when it is,
    or with something that meets it, puts it again; what they say then stands below what they said first.
    Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    decision = Decision.objects.select_related("proposal__space", "version").get(pk=decision.pk)
    space = decision.proposal.space
    Proposal.objects.select_for_update(of=("self",)).get(pk=decision.proposal_id)  # so that it is put again once
    recorder = recorder_for(actor, person, space)
    require_open_space(space)
    if looked_at_again(decision) is not None:
        raise NotAllowed(_("It has been put again since. Say there what you think."))
    if contribution is not None:
        require_usable(space, [contribution])
        if contribution.brought_at <= decision.decided_at:
            raise NotAllowed(_("This was brought before it was decided. Choose something that is new since."))
    before = ReopeningAsked.objects.filter(decision=decision, person=person).first()
    asked = before or ReopeningAsked(decision=decision, person=person, asked_at=clock.now())
    # Whoever comes back adds to what they said: none of their words takes the place of others.
    asked.reason = "\n\n".join(dict.fromkeys(said for said in (asked.reason, reason.strip()) if said))
    asked.recorded_by = recorder or asked.recorded_by
    asked.contribution, asked.outcome = contribution or asked.contribution, outcome or asked.outcome
    asked.full_clean()
    asked.save()
    is_met = reopening_of(decision).is_met
    if before is not None and not is_met:
        raise NotAllowed(_("You have asked for this already. It is on the record."))
    _record_asked(actor, asked, _put_again(actor, decision, asked) if is_met else None)
    return asked


def _record_asked(actor: Person, asked: ReopeningAsked, again: Proposal | None) -> None:
    record(
        "decision asked about again",
        actor=actor,
        space=asked.decision.proposal.space,
        subject=asked,
        decision=asked.decision_id,
        person=asked.person_id,
        reason=asked.reason,
        contribution=asked.contribution_id,
        outcome=asked.outcome,
        proposal=again.pk if again is not None else None,
    )


@transaction.atomic
def say_rung(
    *,
    actor: Person,
    decision: Decision,
    rung: str,
    words: str = "",
    person: Person | None = None,
    attribution: str = Attribution.CHOSEN,
) -> RungSaid:
    """Say which rung of participation a decision was, as ``person`` saw it. Saying it again replaces it.

    rung: a code of the ladder's data file. Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    decision = Decision.objects.select_related("proposal__space").get(pk=decision.pk)
    space = decision.proposal.space
    recorder = recorder_for(actor, person, space)
    ladder = present_ladder()
    if rung not in {each.code for each in ladder.rungs}:
        raise NotAllowed(_("Choose one of the rungs of the ladder."))
    said = RungSaid.objects.select_for_update().filter(decision=decision, person=person).first()
    said = said or RungSaid(decision=decision, person=person)
    said.ladder, said.rung, said.words, said.attribution = ladder.code, rung, words.strip(), attribution
    said.recorded_by, said.said_at = recorder, clock.now()
    said.full_clean()
    said.save()
    record(
        "rung said", actor=actor, space=space, subject=said, decision=decision.pk, person=person.pk, rung=rung,
        words=said.words,
    )  # fmt: skip
    return said


def _put_again(actor: Person, decision: Decision, asked: ReopeningAsked) -> Proposal:
    before = decision.proposal
    everybody = ReopeningAsked.objects.filter(decision=decision)
    why = ngettext("One of us asked to look at it again.", "%(n)s of us asked to look at it again.", everybody.count())
    kind = before.kind if before.kind in ALWAYS_ALLOWED else Deciding.CONSENT
    again = Proposal(
        space=before.space,
        title=decision.version.title,
        proposed_by=actor,
        kind=kind,
        about_charter=before.about_charter,
        reopens=decision,
    )
    rules = rules_to_be(before) if before.about_charter else None
    said = why % {"n": everybody.count()}  # and not their reasons: everybody may read why words were put
    sources = sources_of_decision(decision)
    if asked.contribution is not None and is_usable(asked.contribution):
        sources = replace(sources, contributions=[*sources.contributions, asked.contribution])
    return put(actor=actor, proposal=again, words=decision.version.words, sources=sources, rules=rules, why=said)
