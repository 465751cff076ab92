"""What somebody is told across all their spaces. A mail leads here: it names no space itself."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from coproduce.care.models import Answer, Flag, Moderation
from coproduce.contributions.models import ContributionState
from coproduce.people.models import Person
from coproduce.spaces.models import Membership, MembershipState, Space

SHOWN = 50
Event = tuple[Space, datetime, str, str]


@dataclass(frozen=True, slots=True)
class Told:
    """One thing somebody is told: in which space, when, what, and where to read more ("" for nowhere)."""

    space: str
    at: datetime
    what: str
    url: str


def told_to(person: Person) -> list[Told]:
    """What happened to this person's words and to their worries, newest first. Three queries."""
    here = set(
        Membership.objects.filter(person=person).exclude(state=MembershipState.LEFT).values_list("space", flat=True)
    )
    found = [*_moderations(person), *_flags(person)]
    rows = [Told(space.name, at, what, url if space.pk in here else "") for space, at, what, url in found]
    return sorted(rows, key=lambda one: one.at, reverse=True)[:SHOWN]


def _moderations(person: Person) -> Iterator[Event]:
    mine = Moderation.objects.filter(contribution__author=person).exclude(
        contribution__state=ContributionState.WITHDRAWN
    )
    for one in mine.select_related("contribution__space", "appeal").order_by("-at")[:SHOWN]:
        space, url = one.contribution.space, one.get_absolute_url()
        yield (
            space,
            one.at,
            _("Words of yours were put out of sight. You can read why, and ask somebody else to look."),
            url,
        )
        if one.ended_at is not None:
            yield space, one.ended_at, _("Words of yours are back in sight."), url
        appeal = getattr(one, "appeal", None)
        if appeal is not None and appeal.decided_at is not None and not appeal.upheld:
            yield (
                space,
                appeal.decided_at,
                _("Somebody looked again at words of yours, and left them out of sight."),
                url,
            )


def _flags(person: Person) -> Iterator[Event]:
    answered = Flag.objects.filter(flagger=person, answered_at__isnull=False).exclude(answer=Answer.GONE)
    for one in answered.select_related("contribution__space").order_by("-answered_at")[:SHOWN]:
        url = reverse("care:my_worries", args=[one.contribution.space.slug])
        yield (
            one.contribution.space,
            one.answered_at or one.at,
            _("Somebody answered your worry about some words."),
            url,
        )
    talked = Flag.objects.filter(contribution__author=person, talked_at__isnull=False)
    for one in talked.select_related("contribution__space").order_by("-talked_at")[:SHOWN]:
        url = reverse("care:my_worries", args=[one.contribution.space.slug])
        yield (
            one.contribution.space,
            one.talked_at or one.at,
            _("Somebody would like to talk with you about words of yours."),
            url,
        )
