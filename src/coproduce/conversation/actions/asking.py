"""Asking somebody by name for what they know, and saying for whom words are meant."""

from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coproduce import clock
from coproduce.contributions.actions import answer_contribution, bring_contribution
from coproduce.contributions.actions.bringing import require_open, tidy
from coproduce.contributions.models import Contribution, ContributionState, Verb
from coproduce.conversation.models import (
    OPEN_ASKS_AT_MOST,
    Ask,
    Mention,
    NotNow,
    QuietChoice,
    WhoMayAsk,
)
from coproduce.errors import AlreadyDone, NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import membership_of, recorder_for, require_member
from coproduce.spaces.models import MembershipState, Space

MEANT_FOR_AT_MOST = 5


class AskedEnough(NotAllowed):
    """Three questions to the same person are open, and that is as many as anybody should have waiting."""

    status = 409
    title = gettext_lazy("They have three questions from you already")

    def __init__(self) -> None:
        super().__init__(_("Give them time. When one is answered, or you take one back, you can ask another."))


@transaction.atomic
def ask_somebody(*, actor: Person, space: Space, asked: Person, words: str, about: Contribution | None = None) -> Ask:
    """Ask a member who is here for what they know, about some words or about anything.

    ``NotAllowed`` for somebody who is having a pause or asked not to be asked; ``AskedEnough`` for a fourth question
    that would be open; ``NotHere`` for whoever is not in the space, and for words out of sight.
    """
    require_member(actor, space)
    require_open(space)
    _may_be_asked(actor, asked, space)
    if about is not None and (about.space_id != space.pk or about.state != ContributionState.VISIBLE):
        raise NotHere
    waiting = _open(Ask.objects.filter(space=space, by=actor, asked=asked))
    taken = set(waiting.values_list("place", flat=True))
    free = [number for number in range(1, OPEN_ASKS_AT_MOST + 1) if number not in taken]
    if not free:
        raise AskedEnough
    ask = Ask(
        space=space, asked=asked, by=actor, about=about, words=tidy(words), at=clock.now(), place=free[0]
    )  # fmt: skip
    ask.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            ask.save(force_insert=True)
    except IntegrityError:  # somebody else's request took the place in the same moment
        raise AskedEnough from None
    record("asked by name", actor=actor, space=space, subject=ask, asked=asked.pk, about=about.pk if about else None)
    return ask


def _open(asks: Any) -> Any:
    return asks.filter(answer=None, declined_at=None, taken_back_at=None)


def _may_be_asked(actor: Person, asked: Person, space: Space) -> None:
    membership = membership_of(asked, space.pk)
    if membership is None or asked.pk == actor.pk or asked.pseudonymous:
        raise NotHere
    chosen = QuietChoice.objects.filter(space=space, person=asked, who_may_ask=WhoMayAsk.NOBODY)
    if membership.state != MembershipState.ACTIVE or chosen.exists():
        raise NotAllowed(_("They would rather not be asked for now. You can still bring your question to everybody."))


def _held(ask: Ask) -> Ask:
    """The same ask, as it is now, held until the transaction ends; ``AlreadyDone`` where it is open no more."""
    held = Ask.objects.select_for_update(of=("self",)).select_related("space", "asked", "by", "about").get(pk=ask.pk)
    if not held.is_open:
        raise AlreadyDone(ask.get_absolute_url(), _("This question is no longer open. Nothing was changed."))
    return held


def see_asks(*, actor: Person, space: Space) -> None:
    """Note that the actor has seen what they were asked, so that it is not announced again. No event, no receipt."""
    Ask.objects.filter(space=space, asked=actor, seen_at=None).update(seen_at=clock.now())


@transaction.atomic
def decline_ask(*, actor: Person, ask: Ask, how: str, words: str = "") -> Ask:
    """*Not now* or *not mine to say*: by whoever was asked, or by a facilitator who asked an assisted person."""
    held = _held(ask)
    held.noted_by = recorder_for(actor, held.asked, held.space)
    held.declined_at, held.declined_as, held.declined_words = clock.now(), NotNow(how).value, tidy(words)
    held.seen_at = held.seen_at or held.declined_at
    held.full_clean()
    held.save()
    record("question put aside", actor=actor, space=held.space, subject=held, how=held.declined_as)
    return held


@transaction.atomic
def take_back_ask(*, actor: Person, ask: Ask) -> Ask:
    """Whoever asked needs no answer any more."""
    if ask.by_id != actor.pk:
        raise NotHere
    held = _held(ask)
    held.taken_back_at = clock.now()
    held.save(update_fields=["taken_back_at"])
    record("question taken back", actor=actor, space=held.space, subject=held)
    return held


@transaction.atomic
def answer_ask(*, actor: Person, ask: Ask, words: str, **fields: Any) -> Ask:
    """Bring what one was asked for. About words it becomes an answer to them, else something brought.

    actor: whoever was asked, or a facilitator who writes down what an assisted person said. ``fields`` are those of
    ``bring_contribution``. The event is the one of bringing.
    """
    held = _held(ask)
    held.noted_by = recorder_for(actor, held.asked, held.space)
    about = held.about if held.about is not None and held.about.state == ContributionState.VISIBLE else None
    if about is not None:
        about.space = held.space
        fields.pop("kind", None)
        brought = answer_contribution(
            actor=actor, author=held.asked, answers=about, verb=Verb.ANSWERS, words=words, **fields
        )
    else:
        brought = bring_contribution(actor=actor, author=held.asked, space=held.space, words=words, **fields)
    held.answer, held.answered_at = brought, clock.now()
    held.seen_at = held.seen_at or held.answered_at
    held.save()
    return held


@transaction.atomic
def choose_who_may_ask(*, actor: Person, space: Space, who: str) -> QuietChoice:
    """Whether others here may ask one by name. One's own affair: no event."""
    require_member(actor, space)
    wanted = {"who_may_ask": WhoMayAsk(who).value, "chosen_at": clock.now()}
    chosen, _is_new = QuietChoice.objects.update_or_create(space=space, person=actor, defaults=wanted)
    return chosen


@transaction.atomic
def mean_for_people(*, actor: Person, contribution: Contribution, people: Sequence[Person]) -> Contribution:
    """Say that one's words are meant for somebody: at most ``MEANT_FOR_AT_MOST`` people, all told.

    actor: the author, or a facilitator who writes down for an assisted one. Each person is told, with the name that
    stands beside the words. ``NotHere`` for whoever is not a member who can be told.
    """
    space = contribution.space
    recorder_for(actor, contribution.author, space)
    if contribution.state != ContributionState.VISIBLE:
        raise NotHere
    held = set(Mention.objects.filter(contribution=contribution).values_list("person", flat=True))
    new = [one for one in dict.fromkeys(people) if one.pk not in held]
    if len(held) + len(new) > MEANT_FOR_AT_MOST:
        raise NotAllowed(_("Words can be meant for five people at most. Everybody here can read them anyway."))
    for person in new:
        if membership_of(person, space.pk) is None or person.pseudonymous or person.pk == contribution.author_id:
            raise NotHere
        Mention.objects.create(contribution=contribution, person=person, by=actor, at=clock.now())
    if new:
        told = [person.pk for person in new]
        record("words meant for somebody", actor=actor, space=space, subject=contribution, people=told)
    return contribution
