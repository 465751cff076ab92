"""Other words for a proposal: the proposer writes them, or takes up what somebody suggests, as the charter says."""

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.decisions.actions.held import add_version, held_open, require_proposer
from coproduce.decisions.models import Amendment, Position, Proposal, ProposalVersion, Stage
from coproduce.decisions.queries import present_version
from coproduce.errors import NotAllowed
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.charters import CharterRules, changed_rules
from coproduce.spaces.models import AmendmentRule, Deciding


@transaction.atomic
def amend_proposal(  # the wording and its reason
    *,
    actor: Person,
    proposal: Proposal,
    words: str,
    why: str,
    title: str | None = None,
    rules: CharterRules | None = None,
) -> Proposal:
    """The proposer puts it in other words, saying why. The reading time begins again, unless the charter says
    otherwise; earlier wordings stay.

    Positions stay as they were taken, each with the wording it was about: an objection is not lost because the
    words changed. rules: what the charter would say, of a proposal to change it.
    Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    proposal = held_open(proposal)
    require_member(actor, proposal.space)
    require_proposer(
        actor,
        proposal,
        _("Only the person who put this can change its words. You can take a position and say what to change."),
    )
    if not why.strip():
        raise NotAllowed(_("Say why the words change, so that people need not guess."))
    version = _reworded(proposal, actor, words=words, why=why, title=title, rules=rules)
    record(
        "proposal amended",
        actor=actor,
        space=proposal.space,
        subject=proposal,
        version=version.number,
        title=proposal.title,
        words=version.words,
        why=version.why,
        rules=version.charter,
    )
    return proposal


@transaction.atomic
def suggest_amendment(  # the words or rules, why, and for whom
    *,
    actor: Person,
    proposal: Proposal,
    why: str,
    words: str = "",
    rules: CharterRules | None = None,
    person: Person | None = None,
) -> Amendment:
    """A member suggests other words. The proposer takes them up or says why not; nothing changes before.

    rules: what the charter would say, where the proposal is to change it; of these the ones that differ from the
    proposal's are what is suggested. Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    proposal = held_open(proposal)
    recorder = recorder_for(actor, person, proposal.space)
    version = present_version(proposal)
    words = words.strip() or version.words
    charter = _other_rules(version, rules)
    if words == version.words and not charter:
        raise NotAllowed(_("These are the words as they are now. Change what you would have different."))
    amendment = Amendment(
        proposal=proposal,
        suggested_by=person,
        recorded_by=recorder,
        words=words,
        charter=charter,
        why=why.strip(),
        suggested_at=clock.now(),
    )
    amendment.full_clean()
    amendment.save(force_insert=True)
    record(
        "amendment suggested",
        actor=actor,
        space=proposal.space,
        subject=amendment,
        proposal=proposal.pk,
        person=person.pk,
        words=amendment.words,
        rules=amendment.charter,
        why=amendment.why,
    )
    return amendment


def _other_rules(version: ProposalVersion, rules: CharterRules | None) -> dict[str, Any] | None:
    """Of suggested rules those that differ from what the proposal says now; None where it is not about the charter."""
    if version.charter is None or rules is None:
        return None
    return {name: new for name, _old, new in changed_rules(CharterRules.from_json(version.charter), rules)}


@transaction.atomic
def answer_amendment(
    *, actor: Person, amendment: Amendment, take_up: bool, answer: str = "", words: str | None = None
) -> Amendment:
    """The proposer takes suggested words up (as they are, or as ``words`` has them), or says why not.

    Taken up, they are the proposal's next wording. ``NotAllowed`` for others, without a reason for no, and where the
    charter lets no words change any more.
    """
    proposal = held_open(amendment.proposal)
    require_member(actor, proposal.space)
    amendment = Amendment.objects.select_for_update(of=("self",)).select_related("suggested_by").get(pk=amendment.pk)
    require_proposer(actor, proposal, _("Whoever put the proposal answers what is suggested for it."))
    if amendment.is_taken_up is not None:
        raise NotAllowed(_("This has its answer already."))
    if not take_up and not answer.strip():
        raise NotAllowed(_("Say why not. Somebody thought about these words."))
    if take_up:
        why = answer.strip() or _("One of us suggested these words, and they were taken up.")
        rules = rules_with(proposal, amendment)
        amendment.version = _reworded(proposal, actor, words=words or amendment.words, why=why, rules=rules)
    amendment.is_taken_up = take_up
    amendment.answer, amendment.answered_by, amendment.answered_at = answer.strip(), actor, clock.now()
    amendment.full_clean()
    amendment.save(update_fields=["is_taken_up", "answer", "answered_by", "answered_at", "version"])
    record(
        "amendment answered",
        actor=actor,
        space=proposal.space,
        subject=amendment,
        proposal=proposal.pk,
        taken_up=take_up,
        answer=amendment.answer,
        words=amendment.version.words if amendment.version else "",
        rules=amendment.version.charter if amendment.version else None,
    )
    return amendment


def rules_with(proposal: Proposal, amendment: Amendment) -> CharterRules | None:
    """What the charter would say with a suggestion: its rules in place of those that the proposal has now."""
    present = present_version(proposal).charter
    if not present or not amendment.charter:
        return None
    return CharterRules.from_json(present).with_changes(amendment.charter)


def may_be_reworded(proposal: Proposal) -> bool:
    """Whether the charter lets the words change now. A round has its own times for it; what is voted on stands."""
    if proposal.kind == Deciding.VOTE:
        return False
    if proposal.stage:
        return proposal.stage in (Stage.AMEND, Stage.INTEGRATE)
    if proposal.charter.amendments == AmendmentRule.ANY_TIME:
        return True
    return not Position.objects.filter(proposal=proposal).exists()


def _reworded(
    proposal: Proposal,
    actor: Person,
    *,
    words: str,
    why: str,
    title: str | None = None,
    rules: CharterRules | None = None,
) -> ProposalVersion:
    if not may_be_reworded(proposal):
        raise NotAllowed(_wrong_time(proposal))
    before = present_version(proposal)
    if title is not None and title.strip():
        proposal.title = title.strip()
    charter: dict[str, Any] | None = rules.to_json() if rules is not None else before.charter
    if (before.words, before.title, before.charter) == (words.strip(), proposal.title, charter):
        raise NotAllowed(_("These are the same words as before, so nothing was changed."))
    proposal.full_clean()
    proposal.save(update_fields=["title"])
    return add_version(proposal, actor, number=before.number + 1, words=words, why=why, charter=charter)


def _wrong_time(proposal: Proposal) -> str:
    if proposal.kind == Deciding.VOTE:
        return _("People are voting on these words, so they stay as they are.")
    if proposal.stage:
        return _("In a round the words change while we make it better, or while we answer objections.")
    return _("By our charter the words stay as they are once the first person has said where they stand.")
