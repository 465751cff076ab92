"""Arranging gatherings."""

from datetime import datetime

from django.db import transaction

from coproduce.errors import NotAllowed
from coproduce.gatherings.models import Gathering
from coproduce.history import chain
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space


@transaction.atomic
def arrange_gathering(
    *,
    actor: Person,
    space: Space,
    title: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    place: str = "",
    access: str = "",
    words: str = "",
) -> Gathering:
    """Arrange a gathering. Any member may, and no agenda is asked for. ``NotHere`` for strangers."""
    require_member(actor, space)
    gathering = Gathering(
        space=space,
        title=title,
        starts_at=starts_at,
        ends_at=ends_at,
        place=place,
        access=access,
        words=words,
        arranged_by=actor,
    )
    gathering.full_clean()
    gathering.save(force_insert=True)
    chain.record("gathering arranged", actor=actor, space=space, subject=gathering, starts_at=starts_at)
    return gathering


@transaction.atomic
def change_gathering(
    *,
    actor: Person,
    gathering: Gathering,
    title: str,
    starts_at: datetime,
    ends_at: datetime | None = None,
    place: str = "",
    access: str = "",
    words: str = "",
) -> Gathering:
    """Change what was arranged. Who arranged it may, and whoever looks after the space; else ``NotAllowed``."""
    membership = require_member(actor, gathering.space)
    if gathering.arranged_by_id != actor.pk and not membership.is_facilitator:
        raise NotAllowed
    before = {"starts_at": gathering.starts_at, "place": gathering.place}
    gathering.title, gathering.words = title, words
    gathering.starts_at, gathering.ends_at = starts_at, ends_at
    gathering.place, gathering.access = place, access
    gathering.full_clean()
    gathering.save()
    chain.record(
        "gathering changed",
        actor=actor,
        space=gathering.space,
        subject=gathering,
        before=before,
        starts_at=starts_at,
        place=place,
    )
    return gathering
