"""Looking after an answer or a promise: taking it on, handing it to somebody who agrees, letting it go."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.outcomes.actions.promising import note_state
from coproduce.outcomes.models import Commitment, Handing, Keeper, Outcome, State
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.models import Membership, MembershipState


def keeper_now(outcome: Outcome) -> Keeper | None:
    """Who looks after the answer and is still in the space; None is a gap."""
    held = Keeper.objects.filter(outcome=outcome, until=None).select_related("person").first()
    if held is None:
        return None
    here = Membership.objects.filter(space=outcome.space_id, person=held.person_id)
    return held if here.exclude(state=MembershipState.LEFT).exists() else None


@transaction.atomic
def take_on(*, actor: Person, outcome: Outcome) -> Keeper:
    """Look after an answer that nobody looks after. Any member may. ``NotAllowed`` where somebody does."""
    require_member(actor, outcome.space)
    Outcome.objects.select_for_update().get(pk=outcome.pk)
    now = keeper_now(outcome)
    if now is not None and now.person_id == actor.pk:
        return now
    if now is not None:
        raise NotAllowed(
            _("%(name)s looks after this already. They can hand it on to you.") % {"name": now.person.chosen_name}
        )
    kept = _now_kept_by(outcome, actor)
    record("answer taken on", actor=actor, space=outcome.space, subject=outcome)
    return kept


@transaction.atomic
def let_go(*, actor: Person, outcome: Outcome) -> Outcome:
    """Look after an answer no longer. It is shown as looked after by nobody until somebody takes it on."""
    require_member(actor, outcome.space)
    held = Keeper.objects.select_for_update().filter(outcome=outcome, until=None).first()
    if held is None or held.person_id != actor.pk:
        raise NotAllowed(_("Only who looks after it can let it go."))
    held.until = clock.now()
    held.save(update_fields=["until"])
    record("answer let go", actor=actor, space=outcome.space, subject=outcome)
    return outcome


def _now_kept_by(outcome: Outcome, person: Person) -> Keeper:
    Keeper.objects.filter(outcome=outcome, until=None).update(until=clock.now())
    kept = Keeper(outcome=outcome, person=person, since=clock.now())
    kept.full_clean()
    kept.save()
    return kept


@transaction.atomic
def hand_on(
    *,
    actor: Person,
    to: Person,
    outcome: Outcome | None = None,
    commitment: Commitment | None = None,
    words: str = "",
) -> Handing:
    """Ask somebody to take on a promise, or the answer to an outcome. Nothing moves until they agree.

    Whose it is may ask, and whoever facilitates. Raises ``NotAllowed``, ``NotHere`` for whoever is not in the space,
    or ``ValidationError`` where somebody has been asked already.
    """
    about = commitment.outcome if commitment is not None else outcome
    if about is None:
        raise NotHere
    membership = require_member(actor, about.space)
    require_member(to, about.space)
    whose: UUID | None
    if commitment is not None:
        whose = Commitment.objects.select_for_update().get(pk=commitment.pk).person_id
    else:
        Outcome.objects.select_for_update().get(pk=about.pk)
        keeper = keeper_now(about)
        whose = keeper.person_id if keeper is not None else None
    if actor.pk != whose and not membership.is_facilitator:
        raise NotAllowed(_("Whose it is can hand it on, and those who facilitate."))
    if to.pk == whose:
        raise NotAllowed(_("It is theirs already."))
    asked = Handing(
        outcome=about,
        commitment=commitment,
        by=actor,
        to=to,
        words=words.strip(),
        at=clock.now(),
    )
    asked.full_clean()
    asked.save()
    record("asked to take on", actor=actor, space=about.space, subject=commitment or about, to=to.pk, words=asked.words)
    return asked


@transaction.atomic
def answer_handing(*, actor: Person, handing: Handing, agreed: bool, words: str = "") -> Handing:
    """Take on what one was asked to, or not. For an assisted person a facilitator writes the answer down.

    Whoever asked may take the question back by answering *no* to it. Raises ``NotHere`` or ``NotAllowed``.
    """
    about = handing.outcome
    space = about.space
    held = Handing.objects.select_for_update(of=("self",)).select_related("to", "by").get(pk=handing.pk)
    if held.answered_at is not None:
        raise NotAllowed(_("This has been answered already."))
    takes_back = actor.pk == held.by_id and not agreed and actor.pk != held.to_id
    if takes_back:
        require_member(actor, space)
    else:
        held.noted_by = recorder_for(actor, held.to, space)
    held.agreed, held.answered_at, held.answered_words = agreed, clock.now(), words.strip()
    held.full_clean()
    held.save()
    if agreed:
        _move(held, about, told_by=actor)
    record(
        "taken on" if agreed else "not taken on",
        actor=actor,
        space=space,
        subject=handing.commitment or about,
        by=held.by_id,
        to=held.to_id,
        words=held.answered_words,
    )
    return held


def _move(handing: Handing, outcome: Outcome, *, told_by: Person) -> None:
    if handing.commitment_id is None:
        Outcome.objects.select_for_update().get(pk=outcome.pk)
        _now_kept_by(outcome, handing.to)
        return
    promise = Commitment.objects.select_for_update().get(pk=handing.commitment_id)
    promise.person, promise.recorded_by = handing.to, handing.noted_by
    if promise.state == State.NOT_BECAUSE:
        promise.state, promise.because = State.NOT_YET, ""  # whoever takes it on means to do it
    promise.state_at = clock.now()
    promise.full_clean()
    promise.save()
    note_state(promise, told_by=told_by)
