"""Putting words out of sight and back, asking somebody else to look again, and who read what few may read."""

from collections.abc import Sequence

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.care.actions.worries import close_flag, held_flag
from coproduce.care.models import Answer, Appeal, Flag, HouseRule, Moderation, Reading, Role
from coproduce.care.queries.people import is_named
from coproduce.care.queries.sight import may_look_again
from coproduce.contributions.actions import hide_contribution, show_contribution
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.models import Space


def _require_trusted(actor: Person, space: Space) -> None:
    """The actor facilitates, or the space asked them to look after worries; else ``NotAllowed``."""
    if require_member(actor, space).is_facilitator:
        return
    if not is_named(space, actor, Role.WORRIES):
        raise NotAllowed(_("Those who look after worries here can do this. Tell them that something is wrong."))


@transaction.atomic
def put_out_of_sight(
    *, actor: Person, contribution: Contribution, why: str, rule: HouseRule | None = None, flag: Flag | None = None
) -> Moderation:
    """Put words out of sight, with a reason that their author reads. The words are not changed.

    ``flag``: the worry that led to it, which is answered by this. The event is the one of ``hide_contribution``.
    """
    _require_trusted(actor, contribution.space)
    if rule is not None and rule.space_id != contribution.space_id:
        raise NotHere
    if flag is not None:
        flag = held_flag(flag, actor)
        if flag.contribution_id != contribution.pk:
            raise NotHere
        close_flag(flag, actor, Answer.HIDDEN, why.strip())
    moderation = Moderation(
        contribution=contribution, hidden_by=actor, at=clock.now(), why=why.strip(), rule=rule, flag=flag
    )
    # The words themselves are checked by what follows, which also refuses an empty reason in plain words.
    hide_contribution(actor=actor, contribution=contribution, why=why, entrusted=True)
    moderation.full_clean()
    moderation.save()
    return moderation


@transaction.atomic
def put_several_out_of_sight(
    *, actor: Person, space: Space, contributions: Sequence[Contribution], why: str, rule: HouseRule | None = None
) -> list[Moderation]:
    """Put several words of one person out of sight at once, when a space is flooded: one record and event for each."""
    if len({one.author_id for one in contributions}) > 1 or any(one.space_id != space.pk for one in contributions):
        raise NotHere
    return [
        put_out_of_sight(actor=actor, contribution=one, why=why, rule=rule)
        for one in contributions
        if one.state == ContributionState.VISIBLE
    ]


@transaction.atomic
def bring_into_sight(*, actor: Person, contribution: Contribution, why: str = "") -> Contribution:
    """Bring words back into sight. An appeal that waits needs no answer any more."""
    _require_trusted(actor, contribution.space)
    others = Moderation.objects.filter(contribution=contribution, ended_at=None).exclude(hidden_by=actor)
    if contribution.author_id == actor.pk and others.exists():
        raise NotAllowed(_("Nobody brings their own words back. Ask somebody else to look again."))
    _end(actor, contribution, why)
    return show_contribution(actor=actor, contribution=contribution, entrusted=True)


def _end(actor: Person, contribution: Contribution, why: str) -> None:
    Moderation.objects.filter(contribution=contribution, ended_at=None).update(
        ended_at=clock.now(), ended_by=actor, ended_why=why.strip()
    )


@transaction.atomic
def appeal_moderation(
    *,
    actor: Person,
    moderation: Moderation,
    words: str,
    to_person: Person | None = None,
    wishes_for: Person | None = None,
) -> Appeal:
    """The author asks somebody else to look again, once. ``to_person`` is one of ``may_look_again``.

    While nobody else is there it waits (``to_person`` stays None), and ``wishes_for`` says whom the author would like
    to be asked. A facilitator writes it down for an assisted author.
    """
    found = Moderation.objects.select_for_update(of=("self",))
    moderation = found.select_related("contribution__space", "contribution__author").get(pk=moderation.pk)
    contribution = moderation.contribution
    recorder_for(actor, contribution.author, contribution.space)
    if moderation.ended_at is not None or contribution.state == ContributionState.WITHDRAWN:
        raise NotHere
    if Appeal.objects.filter(moderation=moderation).exists():
        raise NotAllowed(_("You have asked already, and your words are kept. The answer will stand beside them."))
    others = may_look_again(moderation)
    if to_person is None and others:
        to_person = others[0]
    if to_person is not None and to_person.pk not in {one.pk for one in others}:
        raise NotAllowed(_("Somebody else has to look again: not the one who put the words out of sight."))
    if wishes_for is not None:
        require_member(wishes_for, contribution.space)
    appeal = Appeal(
        moderation=moderation,
        hidden_by_id=moderation.hidden_by_id,
        made_by=actor,
        words=words.strip(),
        at=clock.now(),
        to_person=to_person,
        wishes_for=None if to_person else wishes_for,
    )
    appeal.full_clean()
    appeal.save()
    record("appeal made", actor=actor, space=contribution.space, subject=appeal)
    return appeal


@transaction.atomic
def decide_appeal(*, actor: Person, appeal: Appeal, upheld: bool, why: str) -> Appeal:
    """Somebody who did not put the words out of sight brings them back (``upheld``) or leaves them, and says why."""
    found = Appeal.objects.select_for_update(of=("self",))
    appeal = found.select_related("moderation__contribution__space", "moderation__contribution__author").get(
        pk=appeal.pk
    )
    moderation, contribution = appeal.moderation, appeal.moderation.contribution
    require_member(actor, contribution.space)
    if actor.pk not in {one.pk for one in may_look_again(moderation)}:
        raise NotAllowed(_("Somebody else has to decide this: not the one who put the words out of sight."))
    if appeal.decided_at is not None or moderation.ended_at is not None:
        raise NotHere(_("This was decided already."))
    if not why.strip():
        raise NotAllowed(_("Say why. The person whose words they are will read it."))
    appeal.upheld, appeal.why = upheld, why.strip()
    appeal.decided_by, appeal.decided_at = actor, clock.now()
    appeal.full_clean()
    appeal.save()
    if upheld:
        _end(actor, contribution, why)
        show_contribution(actor=actor, contribution=contribution, entrusted=True)
    else:
        record("appeal decided", actor=actor, space=contribution.space, subject=appeal, upheld=upheld)
    return appeal


def record_reading(*, actor: Person, contribution: Contribution) -> Reading | None:
    """Note that somebody who looks after the space reads words that few may read: once for each reader and day.

    None, and nothing is written, for words in sight, for whoever brought them or wrote them down, and the second time
    on one day. The author sees it. Call it only after it is clear that ``actor`` may read the words.
    """
    if contribution.state in (ContributionState.VISIBLE, ContributionState.WITHDRAWN):
        return None
    if actor.pk in (contribution.author_id, contribution.recorder_id):
        return None
    if Reading.objects.filter(contribution=contribution, reader=actor, on=clock.today()).exists():
        return None
    return _noted(actor, contribution)


def _noted(actor: Person, contribution: Contribution) -> Reading | None:
    try:
        with transaction.atomic():
            reading = Reading.objects.create(
                contribution=contribution, reader=actor, on=clock.today(), at=clock.now(), state=contribution.state
            )
            record("words read while few may", actor=actor, space=contribution.space, subject=reading)
            return reading
    except IntegrityError:
        # The same page was opened twice at the same moment; the other one has noted it.
        return None
