"""Gatherings to come and gone by."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q, QuerySet

from coproduce import clock
from coproduce.errors import NotHere
from coproduce.gatherings.models import Gathering
from coproduce.spaces.models import Space

LASTS = timedelta(hours=3)
"""How long a gathering whose end nobody gave is taken to last."""


def _to_come() -> Q:
    now = clock.now()
    return Q(ends_at__gte=now) | Q(ends_at=None, starts_at__gte=now - LASTS)


def gatherings_to_come(space: Space) -> QuerySet[Gathering]:
    """Those that have not ended, the nearest first."""
    return (
        Gathering.objects.filter(_to_come(), space=space)
        .select_related("space", "arranged_by")
        .order_by("starts_at", "pk")
    )


def gatherings_gone_by(space: Space) -> QuerySet[Gathering]:
    """Those that have ended, the latest first."""
    return (
        Gathering.objects.filter(~_to_come(), space=space)
        .select_related("space", "arranged_by")
        .order_by("-starts_at", "pk")
    )


def gathering_in(space: Space, pk: UUID) -> Gathering:
    """A gathering of this space, or ``NotHere``."""
    gathering = Gathering.objects.filter(space=space, pk=pk).select_related("space", "arranged_by").first()
    if gathering is None:
        raise NotHere
    return gathering
