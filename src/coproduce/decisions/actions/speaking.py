"""Questions, reactions and advice, whom the proposer asked, what they answer, and moving a round on."""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.decisions.actions.held import held_open, require_proposer
from coproduce.decisions.models import AdviceAsked, Amendment, Proposal, Stage, StageMove, Voice, VoiceKind
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Person
from coproduce.people.naming import new_id_of_words
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.models import Deciding


@transaction.atomic
def speak_to(
    *,
    actor: Person,
    proposal: Proposal,
    kind: str,
    words: str,
    person: Person | None = None,
    attribution: str = Attribution.CHOSEN,
) -> Voice:
    """Ask a question, say what one thinks of it, or give advice. Any member may, also who came too late to decide.

    Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    proposal = held_open(proposal)
    recorder = recorder_for(actor, person, proposal.space)
    if kind == VoiceKind.ADVICE and proposal.kind != Deciding.ADVICE:
        raise NotAllowed(_("Advice is asked for where one person decides. Here you can say what you think of it."))
    if kind == VoiceKind.ADVICE and person.pk == proposal.proposed_by_id:
        raise NotAllowed(_("Ask somebody else for advice: your own words are in the proposal."))
    asked = AdviceAsked.objects.filter(proposal=proposal, person=person).first()
    voice = Voice(
        id=new_id_of_words(attribution),
        proposal=proposal,
        person=person,
        kind=kind,
        words=words.strip(),
        attribution=attribution,
        said_at=clock.now(),
        recorded_by=recorder,
        asked=asked if kind == VoiceKind.ADVICE else None,
    )
    return _spoken(actor, voice)


@transaction.atomic
def ask_for_advice(
    *, actor: Person, proposal: Proposal, because: str, person: Person | None = None, outside: str = ""
) -> AdviceAsked:
    """The proposer writes down whom they ask: a member of the space, or somebody from outside by name."""
    proposal = held_open(proposal)
    require_member(actor, proposal.space)
    if proposal.kind != Deciding.ADVICE:
        raise NotAllowed(_("Advice is asked for where one person decides."))
    require_proposer(actor, proposal, _("Whoever put the proposal asks for advice. You can give yours unasked."))
    if person is not None:
        require_member(person, proposal.space)
        if AdviceAsked.objects.filter(proposal=proposal, person=person).exists():
            raise NotAllowed(_("You have asked them already."))
        if person.pk == actor.pk:
            raise NotAllowed(_("Ask somebody else: your own words are in the proposal."))
    asked = AdviceAsked(
        proposal=proposal, person=person, outside=outside.strip(), because=because, asked_by=actor, asked_at=clock.now()
    )
    asked.full_clean()
    asked.save(force_insert=True)
    record(
        "advice asked for",
        actor=actor,
        space=proposal.space,
        subject=asked,
        proposal=proposal.pk,
        person=person.pk if person is not None else None,
        outside=asked.outside,
        because=because,
    )
    return asked


@transaction.atomic
def write_down_advice(*, actor: Person, asked: AdviceAsked, words: str) -> Voice:
    """The proposer writes down what somebody from outside said."""
    proposal = held_open(asked.proposal)
    require_member(actor, proposal.space)
    require_proposer(actor, proposal, _("Whoever asked writes down what was said."))
    if not asked.outside:
        raise NotAllowed(_("They are a member here and can say it in their own words."))
    voice = Voice(
        proposal=proposal,
        person=actor,
        kind=VoiceKind.ADVICE,
        words=words.strip(),
        asked=asked,
        said_at=clock.now(),
    )
    return _spoken(actor, voice)


@transaction.atomic
def answer_voice(*, actor: Person, voice: Voice, words: str, is_noted: bool = False) -> Voice:
    """The proposer answers a question, or says what they did with advice; once. A facilitator answers as well.

    is_noted: it cannot be answered, and stands; ``words`` say why. ``NotAllowed`` for others or for the second time.
    """
    proposal = held_open(voice.proposal)
    membership = require_member(actor, proposal.space)
    voice = Voice.objects.select_for_update(of=("self",)).get(pk=voice.pk)
    if actor.pk != proposal.proposed_by_id and not membership.is_facilitator:
        raise NotAllowed(_("Whoever put the proposal answers, or somebody who looks after the space."))
    if voice.answered_at is not None:
        raise NotAllowed(_("This has its answer already."))
    if not words.strip():
        raise NotAllowed(_("Write the answer, or why there is none."))
    voice.answer, voice.is_noted, voice.answered_by, voice.answered_at = words.strip(), is_noted, actor, clock.now()
    voice.full_clean()
    voice.save(update_fields=["answer", "is_noted", "answered_by", "answered_at"])
    record(
        "proposal voice answered",
        actor=actor,
        space=proposal.space,
        subject=voice,
        proposal=proposal.pk,
        answer=voice.answer,
        noted=is_noted,
    )
    return voice


NEXT = {
    Stage.CLARIFY: (Stage.REACT,),
    Stage.REACT: (Stage.AMEND, Stage.CLARIFY),
    Stage.AMEND: (Stage.CONSENT, Stage.REACT),
    Stage.CONSENT: (Stage.INTEGRATE, Stage.AMEND),
    Stage.INTEGRATE: (Stage.CONSENT,),
}
"""Where a round may go from each stage; the first is the way on."""


def next_stages(proposal: Proposal) -> tuple[Stage, ...]:
    """Where the round may be moved from where it is."""
    return NEXT[Stage(proposal.stage)] if proposal.stage else ()


@transaction.atomic
def move_round(*, actor: Person, proposal: Proposal, to: str, note: str = "") -> Proposal:
    """Move a consent round on, or back: the proposer or a facilitator does, once everybody has their answer.

    ``NotReady`` while a question, or on leaving the making better a suggestion, has none.
    """
    proposal = held_open(proposal)
    membership = require_member(actor, proposal.space)
    if actor.pk != proposal.proposed_by_id and not membership.is_facilitator:
        raise NotAllowed(_("Whoever put the proposal moves it on, or somebody who looks after the space."))
    if to not in next_stages(proposal):
        raise NotReady(_("The round cannot go there from where it is now. It may have been moved already."))
    _require_answers(proposal)
    proposal.stage = to
    proposal.save(update_fields=["stage"])
    StageMove.objects.create(proposal=proposal, stage=to, note=note.strip(), moved_by=actor, moved_at=clock.now())
    record("round moved", actor=actor, space=proposal.space, subject=proposal, to=to, note=note.strip())
    return proposal


def _require_answers(proposal: Proposal) -> None:
    if Voice.objects.filter(proposal=proposal, kind=VoiceKind.QUESTION, answered_at=None).exists():
        raise NotReady(_("Somebody asked something. Answer it first, or note that it cannot be answered."))
    leaving = proposal.stage in (Stage.AMEND, Stage.INTEGRATE)
    if leaving and Amendment.objects.filter(proposal=proposal, is_taken_up=None).exists():
        raise NotReady(_("Somebody suggested other words. Take them up, or say why not."))


def _spoken(actor: Person, voice: Voice) -> Voice:
    if voice.asked is not None and voice.asked.proposal_id != voice.proposal_id:
        raise NotHere
    voice.full_clean()
    voice.save(force_insert=True)
    record(
        "proposal voice given",
        actor=actor,
        space=voice.proposal.space,
        subject=voice,
        proposal=voice.proposal_id,
        person=voice.person_id,
        voice=voice.kind,
        words=voice.words,
    )
    return voice
