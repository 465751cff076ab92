"""Saying that something is wrong with words, and answering that."""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.care.models import Answer, Flag, HouseRule, Reason
from coproduce.care.queries.worries import my_open_worry, readers_of_worries
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member


@transaction.atomic
def raise_flag(
    *,
    actor: Person,
    contribution: Contribution,
    reason: str,
    rule: HouseRule | None = None,
    words: str = "",
    person: Person | None = None,
) -> Flag:
    """Say that something is wrong with words in sight, to whoever looks after worries.

    ``person``: an assisted member who said so. The caller has seen to it that they may read the words. While an
    earlier worry of theirs about the same words waits, that one stands: it is returned.
    """
    # Held, so that the same person in two windows has one worry about one thing.
    contribution = Contribution.objects.select_for_update(of=("self",)).select_related("space").get(pk=contribution.pk)
    space = contribution.space
    whose = person or actor
    recorder = recorder_for(actor, whose, space) if whose.pk != actor.pk else None
    if contribution.state != ContributionState.VISIBLE:
        raise NotHere
    if rule is not None and rule.space_id != space.pk:
        raise NotHere
    waiting = my_open_worry(contribution, whose)
    if waiting is not None:
        return waiting
    readers = readers_of_worries(contribution)
    # Whoever has the worry should not be the one to judge it, where somebody else could.
    first = [one for one in readers if one.pk != whose.pk] or readers
    flag = Flag(
        contribution=contribution,
        flagger=whose,
        recorded_by=recorder,
        reason=Reason(reason),
        rule=rule if reason == Reason.RULE else None,
        words=words.strip(),
        at=clock.now(),
        to_person=first[0] if first else None,
    )
    flag.full_clean()
    flag.save()
    record("worry raised", actor=actor, space=space, subject=flag, reason=reason)
    return flag


def held_flag(flag: Flag, actor: Person) -> Flag:
    """The worry as it is now, still waiting and held, for somebody who may answer it; else ``NotHere``.

    Nobody answers a worry about their own words.
    """
    found = Flag.objects.select_for_update(of=("self",)).select_related("contribution__space", "contribution__author")
    flag = found.get(pk=flag.pk)
    membership = require_member(actor, flag.contribution.space)
    readers = {one.pk for one in readers_of_worries(flag.contribution)}
    asked = flag.to_person_id == actor.pk and actor.pk != flag.contribution.author_id
    if actor.pk not in readers and not (asked and membership.is_facilitator):
        raise NotHere
    if flag.answered_at is not None:
        raise NotHere(_("This worry was answered already. What was answered stands."))
    return flag


def close_flag(flag: Flag, actor: Person, answer: Answer, why: str) -> None:
    """Write the answer into a worry that is held."""
    flag.answer, flag.answer_why = answer, why
    flag.answered_at, flag.answered_by = clock.now(), actor
    flag.full_clean()
    flag.save()


@transaction.atomic
def leave_as_it_is(*, actor: Person, flag: Flag, why: str) -> Flag:
    """Leave the words as they are. The reason is for whoever had the worry; nobody else reads it."""
    flag = held_flag(flag, actor)
    if not why.strip():
        raise NotAllowed(_("Say why. Whoever had this worry will read it."))
    close_flag(flag, actor, Answer.LEFT, why.strip())
    record("worry answered", actor=actor, space=flag.contribution.space, subject=flag, answer=Answer.LEFT)
    return flag


@transaction.atomic
def note_words_gone(*, actor: Person, flag: Flag) -> Flag:
    """The words a worry is about are no longer in sight: whoever had the worry is told, and nothing waits."""
    flag = held_flag(flag, actor)
    if flag.contribution.state == ContributionState.VISIBLE:
        raise NotHere
    close_flag(flag, actor, Answer.GONE, "")
    record("worry answered", actor=actor, space=flag.contribution.space, subject=flag, answer=Answer.GONE)
    return flag


@transaction.atomic
def talk_with_author(*, actor: Person, flag: Flag, words: str) -> Flag:
    """Write to the author of the words. They read who wrote and what; never who had a worry.

    The worry goes on waiting.
    """
    flag = held_flag(flag, actor)
    if not words.strip():
        raise NotAllowed(_("Write what you would like to say to them."))
    flag.talk, flag.talked_at, flag.talked_by = words.strip(), clock.now(), actor
    flag.full_clean()
    flag.save()
    record("worry talked about", actor=actor, space=flag.contribution.space, subject=flag)
    return flag
