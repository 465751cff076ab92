"""Beginning an exercise: what it asks, what belongs to it, and who carries it."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.gatherings.models import Gathering
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.priorities.actions.standing import at_step, require_carrying, require_open
from coproduce.priorities.models import Exercise, Steering, Step
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Membership, MembershipState, Space

CHANGEABLE = ("title", "asks", "scope", "ranked", "most", "minimum_days", "shortlist", "top")


@transaction.atomic
def propose_exercise(
    *,
    actor: Person,
    space: Space,
    title: str,
    asks: str,
    scope: str,
    looked_after_by: Person | None = None,
    **how: Any,
) -> Exercise:
    """Anybody here proposes to find out what matters most. A facilitator opens it with ``move_exercise``.

    asks: the question in one sentence (*what do we not know about …?*); scope: what belongs to it and what does not.
    how: ``ranked``, ``most``, ``minimum_days``, ``shortlist``, ``top`` of ``Exercise``. Whoever looks after it (the
    actor, if not told) must be a member; they are the first of those who steer it.
    """
    require_member(actor, space)
    require_open(space)
    carer = looked_after_by or actor
    _require_members(space, [carer])
    now = clock.now()
    exercise = Exercise(
        space=space,
        title=title.strip(),
        asks=asks.strip(),
        scope=scope.strip(),
        looked_after_by=carer,
        proposed_by=actor,
        proposed_at=now,
        step_since=now,
        **how,
    )
    exercise.full_clean()
    exercise.save(force_insert=True)
    Steering.objects.create(exercise=exercise, person=carer, named_by=actor, named_at=now)
    record(
        "priority exercise proposed",
        actor=actor,
        space=space,
        subject=exercise,
        title=exercise.title,
        asks=exercise.asks,
        scope=exercise.scope,
        looked_after_by=carer.pk,
    )
    return exercise


@transaction.atomic
def change_exercise(*, actor: Person, exercise: Exercise, gathering: Gathering | None = None, **how: Any) -> Exercise:
    """Change what an exercise says of itself. What people choose by stays as it is once they have begun to choose.

    how: any of ``CHANGEABLE``. gathering: where the tables meet (None: not settled).
    """
    before = at_step(exercise, *(step for step in Step if step != Step.DONE))
    require_carrying(actor, before)
    if gathering is not None and gathering.space_id != before.space_id:
        raise NotHere
    fixed = before.step in (Step.CHOOSING, Step.MEETING)
    changed = {}
    for name in CHANGEABLE:
        if name in how and how[name] != getattr(before, name):
            if fixed and name in ("ranked", "most", "minimum_days", "asks"):
                raise NotAllowed(_("People have begun to choose by this, so it stays as it is. Nothing was changed."))
            changed[name] = how[name]
            setattr(before, name, how[name])
    if gathering != before.gathering:
        before.gathering = gathering
        changed["gathering"] = gathering.pk if gathering else None
    before.full_clean()
    before.save()
    record("priority exercise changed", actor=actor, space=before.space, subject=before, **changed)
    return before


@transaction.atomic
def name_steering(*, actor: Person, exercise: Exercise, people: Iterable[Person]) -> Exercise:
    """Who helps to carry the exercise, all of them: whoever is not named any more has ended their part.

    Whoever looks after it stays among them. All must be members (``NotHere``).
    """
    held = at_step(exercise, *(step for step in Step if step != Step.DONE))
    require_carrying(actor, held)
    wanted = {person.pk: person for person in people}
    wanted.setdefault(held.looked_after_by_id, held.looked_after_by)
    present = {row.person_id: row for row in Steering.objects.filter(exercise=held, ended_at=None)}
    new = [person for pk, person in wanted.items() if pk not in present]
    _require_members(held.space, new)
    now = clock.now()
    ended = [row.pk for pk, row in present.items() if pk not in wanted]
    Steering.objects.filter(pk__in=ended).update(ended_at=now)
    Steering.objects.bulk_create(Steering(exercise=held, person=person, named_by=actor, named_at=now) for person in new)
    record("steering named", actor=actor, space=held.space, subject=held, people=list(wanted))
    return held


def _require_members(space: Space, people: Iterable[Person]) -> None:
    wanted = {person.pk for person in people}
    here = Membership.objects.filter(space=space, person__in=wanted).exclude(state=MembershipState.LEFT)
    if here.count() < len(wanted):
        raise NotHere(_("One of the people you chose is not in this space."))
