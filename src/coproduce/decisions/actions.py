"""Proposing, amending, taking a position, and closing by the charter's rules."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.decisions.models import (
    Decision,
    EarlierPosition,
    Position,
    PositionKind,
    Proposal,
    ProposalSource,
    ProposalState,
    ProposalVersion,
)
from coproduce.decisions.queries import present_version, readiness
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.models import Space, SpaceState
from coproduce.spaces.queries import present_charter
from coproduce.themes.models import Theme, ThemeState

SAYS_WHY = (PositionKind.RESERVATIONS, PositionKind.OBJECT)
"""Positions that are nothing without a reason."""


@transaction.atomic
def propose(
    *,
    actor: Person,
    space: Space,
    title: str,
    words: str,
    themes: Sequence[Theme] = (),
    contributions: Sequence[Contribution] = (),
) -> Proposal:
    """Put something to decide together, from these themes and contributions (at least one of them).

    It is decided under the charter that holds now, whatever becomes of the charter later. The reading time begins.
    Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    require_member(actor, space)
    _require_open_space(space)
    _require_sources(space, themes, contributions)
    proposal = Proposal(
        space=space,
        title=title.strip(),
        proposed_by=actor,
        charter=present_charter(space),
        opened_at=clock.now(),
    )
    proposal.full_clean()
    proposal.save(force_insert=True)
    version = _add_version(proposal, actor, number=1, words=words, why="")
    named_themes = dict.fromkeys(theme.pk for theme in themes)
    named_words = dict.fromkeys(each.pk for each in contributions)
    sources = [ProposalSource(proposal=proposal, theme_id=pk) for pk in named_themes]
    sources += [ProposalSource(proposal=proposal, contribution_id=pk) for pk in named_words]
    ProposalSource.objects.bulk_create(sources)
    record(
        "proposal put",
        actor=actor,
        space=space,
        subject=proposal,
        title=proposal.title,
        words=version.words,
        charter=proposal.charter_id,
        themes=list(named_themes),
        contributions=list(named_words),
    )
    return proposal


@transaction.atomic
def amend_proposal(*, actor: Person, proposal: Proposal, words: str, why: str, title: str | None = None) -> Proposal:
    """The proposer puts it in other words, saying why. The reading time begins again; earlier wordings stay.

    Positions stay as they were taken, each with the wording it was about: an objection is not lost because the
    words changed. Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    proposal = _held_open(proposal)
    require_member(actor, proposal.space)
    if actor.pk != proposal.proposed_by_id:
        raise NotAllowed(
            _("Only the person who put this can change its words. You can take a position and say what to change.")
        )
    if not why.strip():
        raise NotAllowed(_("Say why the words change, so that people need not guess."))
    before = present_version(proposal)
    if title is not None and title.strip():
        proposal.title = title.strip()
    if (before.words, before.title) == (words.strip(), proposal.title):
        raise NotAllowed(_("These are the same words as before, so nothing was changed."))
    proposal.full_clean()
    proposal.save(update_fields=["title"])
    version = _add_version(proposal, actor, number=before.number + 1, words=words, why=why)
    record(
        "proposal amended",
        actor=actor,
        space=proposal.space,
        subject=proposal,
        version=version.number,
        title=proposal.title,
        words=version.words,
        why=version.why,
    )
    return proposal


@transaction.atomic
def hand_on_proposal(*, actor: Person, proposal: Proposal, to: Person) -> Proposal:
    """The proposer asks another member, who agreed to it, to carry the proposal on."""
    proposal = _held_open(proposal)
    require_member(actor, proposal.space)
    require_member(to, proposal.space)
    if actor.pk != proposal.proposed_by_id:
        raise NotAllowed(_("Only the person who put this can hand it on."))
    proposal.proposed_by = to
    proposal.save(update_fields=["proposed_by"])
    record("proposal handed on", actor=actor, space=proposal.space, subject=proposal, to=to.pk)
    return proposal


@transaction.atomic
def take_position(
    *,
    actor: Person,
    proposal: Proposal,
    kind: str,
    reason: str = "",
    person: Person | None = None,
    attribution: str = Attribution.CHOSEN,
) -> Position:
    """Say where ``person`` (the actor, if not told) stands: consent, with reservations, aside, or object.

    Reservations and objections need a reason. Saying it again replaces the position; the one before stays on
    the record. For an assisted person a facilitator says it and is named as the recorder.
    Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    proposal = _held_open(proposal)
    recorder = recorder_for(actor, person, proposal.space)
    if kind in SAYS_WHY and not reason.strip():
        raise NotAllowed(_("Say why. Reservations and objections stay with the decision because of their reasons."))
    version = present_version(proposal)
    position = Position.objects.filter(proposal=proposal, person=person).first()
    if position is None:
        position = Position(proposal=proposal, person=person)
    elif (position.version, position.kind, position.reason) != (version, kind, reason.strip()):
        _keep_earlier(position)
    position.version, position.kind, position.reason = version, kind, reason.strip()
    position.attribution, position.taken_at, position.recorded_by = attribution, clock.now(), recorder
    position.full_clean()
    position.save()
    record(
        "position taken",
        actor=actor,
        space=proposal.space,
        subject=position,
        proposal=proposal.pk,
        person=person.pk,
        version=version.number,
        position=kind,
        reason=position.reason,
    )
    return position


@transaction.atomic
def close_proposal(
    *, actor: Person, proposal: Proposal, agreed: bool, why: str = "", review_on: date | None = None
) -> Decision:
    """Any member closes a proposal, as far as the charter's rules allow. What was said stays with it for good.

    agreed: only when every rule is met (``readiness``). Not agreed: only when the reading time is over and the
    rules are not met, with a reason. review_on: when we look at it again. Raises ``NotReady`` with what is still
    missing, ``NotHere`` or ``ValidationError``.
    """
    proposal = _held_open(proposal)
    require_member(actor, proposal.space)
    ready = readiness(proposal)
    if agreed and not ready.is_met:
        raise NotReady(" ".join(ready.missing))
    if not agreed:
        _require_not_agreed(ready.reading_is_over, ready.is_met, why)
    if review_on is not None and review_on <= clock.today():
        raise ValidationError({"review_on": _("Choose a day that is still to come.")})
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
    )
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
    )
    return decision


def _require_not_agreed(reading_is_over: bool, is_met: bool, why: str) -> None:
    if not reading_is_over:
        raise NotReady(_("Everyone has the reading time first, also for saying no."))
    if is_met:
        raise NotReady(_("By the charter this is agreed. It cannot be closed as not agreed."))
    if not why.strip():
        raise NotAllowed(_("Say why it is closed without agreement."))


def _require_open_space(space: Space) -> None:
    if space.state == SpaceState.ENDED:
        raise NotAllowed(_("This space has ended. It can still be read, and nothing in it is lost."))


def _require_sources(space: Space, themes: Sequence[Theme], contributions: Sequence[Contribution]) -> None:
    if not themes and not contributions:
        raise NotAllowed(_("Choose at least one theme or one thing that somebody brought: what this comes from."))
    wrong_theme = any(theme.space_id != space.pk or theme.state != ThemeState.OPEN for theme in themes)
    if wrong_theme:
        raise NotHere(_("A theme you chose was merged, or is not from this space."))
    require_usable(space, contributions)


def _held_open(proposal: Proposal) -> Proposal:
    """The proposal as it is now, held until the transaction ends, or a refusal when it is decided."""
    held = Proposal.objects.select_for_update(of=("self",)).select_related("space", "charter").get(pk=proposal.pk)
    _require_open_space(held.space)
    if held.state != ProposalState.OPEN:
        raise NotAllowed(decided_already())
    return held


def decided_already() -> str:
    """What is said to somebody who would change a decided proposal."""
    return _("This has been decided. What was said stays as it is; you can put a new proposal.")


def _add_version(proposal: Proposal, actor: Person, *, number: int, words: str, why: str) -> ProposalVersion:
    version = ProposalVersion(
        proposal=proposal,
        number=number,
        title=proposal.title,
        words=words.strip(),
        why=why.strip(),
        written_by=actor,
        written_at=clock.now(),
    )
    version.full_clean()
    version.save(force_insert=True)
    return version


def _keep_earlier(position: Position) -> None:
    EarlierPosition.objects.create(
        position=position,
        version=position.version,
        kind=position.kind,
        reason=position.reason,
        attribution=position.attribution,
        recorded_by=position.recorded_by,
        taken_at=position.taken_at,
        until=clock.now(),
    )
