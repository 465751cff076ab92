"""What somebody should find when they come to the front page of a space, without being told how many."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, QuerySet

from coproduce import clock
from coproduce.care.models import Answer, Appeal, Concern, Flag, Moderation
from coproduce.contributions.models import ContributionState
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership


@dataclass(frozen=True, slots=True)
class Waiting:
    """Whether there is something of each kind: own words out of sight; somebody wrote, or answered a worry, since the
    last visit; and, for whoever is asked for it by name, a worry or an appeal, or that somebody may not be safe."""

    out_of_sight: bool = False
    told: bool = False
    worries: bool = False
    safety: bool = False

    def __bool__(self) -> bool:
        return self.out_of_sight or self.told or self.worries or self.safety


def waiting_for(place: Place) -> Waiting:
    """What waits for this member. One query; nothing for visitors."""
    if place.membership is None or place.person is None:
        return Waiting()
    since = place.membership.here_before_at or place.membership.last_here_at or clock.now()
    asked: Any = Membership.objects.filter(pk=place.membership.pk).annotate(**_kinds(place, since))
    row: Any = asked.values_list("hidden", "answered", "talked", "worries", "appeals", "safety").first()
    if row is None:
        return Waiting()
    hidden, answered, talked, worries, appeals, safety = row
    return Waiting(hidden, answered or talked, worries or appeals, safety)


def _kinds(place: Place, since: datetime) -> dict[str, Exists]:
    person, space = place.person, place.space
    found: dict[str, QuerySet[Any]] = {
        "hidden": Moderation.objects.filter(
            contribution__space=space,
            contribution__author=person,
            contribution__state=ContributionState.HIDDEN,
            ended_at=None,
        ),
        "answered": Flag.objects.filter(contribution__space=space, flagger=person, answered_at__gt=since).exclude(
            answer=Answer.GONE
        ),
        "talked": Flag.objects.filter(contribution__space=space, contribution__author=person, talked_at__gt=since),
        "worries": Flag.objects.filter(contribution__space=space, to_person=person, answered_at=None),
        "appeals": Appeal.objects.filter(
            moderation__contribution__space=space, to_person=person, decided_at=None, moderation__ended_at=None
        ),
        "safety": Concern.objects.filter(space=space, to_person=person, answered_at=None),
    }
    return {name: Exists(rows) for name, rows in found.items()}
