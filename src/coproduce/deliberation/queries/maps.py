"""Stored maps of opinion."""

from coproduce.deliberation.models import (
    OpinionMap,
)
from coproduce.spaces.models import Space


def newest_map(space: Space) -> OpinionMap | None:
    """The stored map of opinion that was made last; its result, which is large, is read when it is asked for."""
    return OpinionMap.objects.filter(space=space).defer("result").order_by("-computed_at", "-id").first()
