"""Effects that people noticed, and evidence. The words of both are contributions like any others."""

from collections.abc import Sequence
from datetime import date

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.actions import answer_contribution, bring_contribution
from coproduce.contributions.models import Contribution, ContributionState, Kind, Verb
from coproduce.contributions.use import require_usable
from coproduce.errors import NotHere
from coproduce.history.chain import record
from coproduce.outcomes.models import Bearing, Effect, Outcome, OutcomeEvidence
from coproduce.people.models import Person
from coproduce.people.naming import new_id_of_words
from coproduce.spaces.access import require_member


@transaction.atomic
def tell_effect(  # who noticed what, for whom, when, and whether it is good
    *,
    actor: Person,
    outcome: Outcome,
    bearing: str,
    words: str = "",
    contribution: Contribution | None = None,
    for_whom: str = "",
    noticed_on: date | None = None,
    sees_differently: Effect | None = None,
    **fields: object,
) -> Effect:
    """Tell what it did, good or bad, on any day and for years. Any member may.

    The words are brought as a contribution (``fields`` as ``bring_contribution`` takes them), or are a
    ``contribution`` that is there. sees_differently: another telling of the same; where its words can be seen, new
    words answer them. Nothing is weighed against anything. Raises as ``bring_contribution``, and ``NotHere``.
    """
    space = outcome.space
    require_member(actor, space)
    if sees_differently is not None and sees_differently.outcome_id != outcome.pk:
        raise NotHere
    if noticed_on is not None and noticed_on > clock.today():
        raise ValidationError({"noticed_on": _("This day is still to come.")})
    if contribution is not None:
        require_usable(space, [contribution])
    else:
        contribution = _brought(actor, outcome, words, sees_differently, fields)
    effect = Effect(
        id=new_id_of_words(contribution.attribution),
        outcome=outcome,
        contribution=contribution,
        bearing=Bearing(bearing).value,
        for_whom=for_whom.strip(),
        noticed_on=noticed_on,
        sees_differently=sees_differently,
        linked_by=actor,
        linked_at=clock.now(),
    )
    effect.full_clean()
    effect.save()
    record(
        "effect told",
        actor=actor,
        space=space,
        subject=outcome,
        contribution=contribution.pk,
        bearing=effect.bearing,
        sees_differently=effect.sees_differently_id,
    )
    return effect


def _brought(
    actor: Person, outcome: Outcome, words: str, differs: Effect | None, fields: dict[str, object]
) -> Contribution:
    other = differs.contribution if differs is not None else None
    if other is not None and other.state == ContributionState.VISIBLE:
        other.space = outcome.space
        return answer_contribution(actor=actor, answers=other, verb=Verb.DIFFERS, words=words, **fields)
    return bring_contribution(
        actor=actor,
        space=outcome.space,
        words=words,
        kind=Kind.OBSERVATION,
        **fields,  # type: ignore[arg-type]
    )


@transaction.atomic
def bring_evidence(*, actor: Person, outcome: Outcome, words: str, **fields: object) -> Contribution:
    """Bring words that show that it is so; files go with them as with any. ``fields`` as ``bring_contribution``."""
    brought = bring_contribution(
        actor=actor,
        space=outcome.space,
        words=words,
        kind=Kind.EVIDENCE,
        **fields,  # type: ignore[arg-type]
    )
    add_evidence(actor=actor, outcome=outcome, contributions=[brought])
    return brought


@transaction.atomic
def add_evidence(*, actor: Person, outcome: Outcome, contributions: Sequence[Contribution]) -> Outcome:
    """Say of words that are there that they show that it is so. Any member may; what is there already is not doubled.

    Raises ``NotHere`` or ``UseEnded``.
    """
    require_member(actor, outcome.space)
    there = set(outcome.evidence.values_list("contribution", flat=True))
    new = [one for one in contributions if one.pk not in there]
    require_usable(outcome.space, new)
    for contribution in new:
        row = OutcomeEvidence(outcome=outcome, contribution=contribution, linked_by=actor, linked_at=clock.now())
        row.full_clean()
        row.save()
    if new:
        record(
            "evidence put to an outcome",
            actor=actor,
            space=outcome.space,
            subject=outcome,
            contributions=[one.pk for one in new],
        )
    return outcome
