"""Suggesting house rules, saying what one thinks of them, and letting them hold or go."""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.care.models import HouseRule, RuleState, RuleVoice
from coproduce.care.queries.rules import standing_of
from coproduce.contributions.actions.bringing import require_open, tidy
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.models import Space


@transaction.atomic
def suggest_rule(
    *,
    actor: Person,
    space: Space,
    words: str,
    why: str = "",
    person: Person | None = None,
    replaces: HouseRule | None = None,
    from_words: Contribution | None = None,
) -> HouseRule:
    """Suggest a rule, or another wording of one. Whoever suggests it can live with it, so that is noted too.

    ``person``: an assisted member who said it. ``from_words``: words in sight that made them think of it.
    """
    whose = person or actor
    recorder = recorder_for(actor, whose, space)
    require_open(space)
    if replaces is not None and (replaces.space_id != space.pk or replaces.state == RuleState.ENDED):
        raise NotHere
    if from_words is not None and (from_words.space_id != space.pk or from_words.state != ContributionState.VISIBLE):
        raise NotHere
    rule = HouseRule(
        space=space,
        words=tidy(words),
        why=tidy(why),
        proposed_by=whose,
        recorded_by=recorder,
        proposed_at=clock.now(),
        replaces=replaces,
        from_words=from_words,
    )
    rule.full_clean()
    rule.save()
    RuleVoice.objects.create(rule=rule, person=whose, recorded_by=recorder, lives_with_it=True, at=clock.now())
    replaced = str(replaces.pk) if replaces else None
    record("house rule suggested", actor=actor, space=space, subject=rule, person=str(whose.pk), replaces=replaced)
    return rule


@transaction.atomic
def say_to_rule(
    *, actor: Person, rule: HouseRule, lives_with_it: bool, words: str = "", person: Person | None = None
) -> RuleVoice:
    """Say that one can live with a suggested rule, or how one would word it. Said again, the newer stands."""
    rule = _held(rule)
    whose = person or actor
    recorder = recorder_for(actor, whose, rule.space)
    require_open(rule.space)
    if rule.state != RuleState.PROPOSED:
        raise NotAllowed(_("This rule is no longer being talked about. You can suggest another wording of it."))
    voice = RuleVoice.objects.filter(rule=rule, person=whose).first() or RuleVoice(rule=rule, person=whose)
    voice.lives_with_it, voice.words = lives_with_it, tidy(words)
    voice.recorded_by, voice.at = recorder, clock.now()
    if not lives_with_it and not voice.words:
        raise NotAllowed(_("Say how you would word it. Your words will stand beside the suggestion."))
    voice.full_clean()
    voice.save()
    record(
        "house rule voiced",
        actor=actor,
        space=rule.space,
        subject=rule,
        person=str(whose.pk),
        lives_with_it=lives_with_it,
    )
    return voice


@transaction.atomic
def let_rule_hold(*, actor: Person, rule: HouseRule) -> HouseRule:
    """Let a suggested rule hold: asked by who suggested it or a facilitator, once everybody had time and enough
    people can live with it. The rule it is another wording of is let go. ``NotReady`` before that."""
    rule = _held(rule)
    _require_keeper(actor, rule)
    require_open(rule.space)
    if rule.state != RuleState.PROPOSED:
        raise NotHere
    standing = standing_of(rule)
    if standing.is_too_early:
        raise NotReady(_("Everybody needs time to read it first. Nothing is lost by waiting."))
    if not standing.is_liked:
        raise NotReady(_("Not enough people have said that they can live with it. It stays a suggestion."))
    old = rule.replaces
    if old is not None and old.state != RuleState.ENDED:
        _end(HouseRule.objects.select_for_update().get(pk=old.pk), actor, _("There is a newer wording."))
    rule.state, rule.agreed_at = RuleState.AGREED, clock.now()
    rule.full_clean()
    rule.save()
    record("house rule agreed", actor=actor, space=rule.space, subject=rule, replaces=str(old.pk) if old else None)
    return rule


@transaction.atomic
def end_rule(*, actor: Person, rule: HouseRule, why: str) -> HouseRule:
    """Let a rule go, with a reason that everybody reads. A suggestion: who suggested it or a facilitator; a rule that
    holds: a facilitator."""
    rule = _held(rule)
    membership = _require_keeper(actor, rule)
    if rule.state == RuleState.ENDED:
        raise NotHere
    if rule.state == RuleState.AGREED and not membership:
        raise NotAllowed(_("This rule holds for everybody now. Suggest another wording, or ask those who facilitate."))
    if not why.strip():
        raise NotAllowed(_("Say why. Everybody here can read it."))
    _end(rule, actor, why.strip())
    record("house rule ended", actor=actor, space=rule.space, subject=rule)
    return rule


def _end(rule: HouseRule, actor: Person, why: str) -> None:
    rule.state, rule.ended_at, rule.ended_by, rule.ended_why = RuleState.ENDED, clock.now(), actor, why
    rule.full_clean()
    rule.save()


def _held(rule: HouseRule) -> HouseRule:
    return HouseRule.objects.select_for_update(of=("self",)).select_related("space", "replaces").get(pk=rule.pk)


def _require_keeper(actor: Person, rule: HouseRule) -> bool:
    """Whether the actor facilitates. ``NotAllowed`` for those who neither do nor suggested the rule."""
    membership = require_member(actor, rule.space)
    if not membership.is_facilitator and actor.pk != rule.proposed_by_id:
        raise NotAllowed(_("Whoever suggested it, or somebody who facilitates, can do this."))
    return membership.is_facilitator
