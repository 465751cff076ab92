"""What people here may say matters: the list of values, as it is now."""

from typing import Any

from coproduce.deliberation.models import Value
from coproduce.deliberation.starting import STARTING, SYSTEMS
from coproduce.spaces.models import Space

_FIRST = {each.code: number for number, each in enumerate(STARTING)}


def in_list_order(value: Value) -> tuple[Any, ...]:
    """The key to sort a list of values by: its systems, and in each the ones it began with before those added."""
    return SYSTEMS.index(value.system), _FIRST.get(value.starting, len(_FIRST)), value.added_at, value.name


def list_of(space: Space) -> list[Value]:
    """Every value that was ever on the list, in its order; before anybody used it, the ones to begin with, not saved.

    One query. Those taken off have ``retired_at``, those whose name is kept back ``held_back_at``.
    """
    rows = list(Value.objects.filter(space=space))
    for row in rows:
        row.space = space
    if all(row.added_by_id is not None for row in rows):
        rows += unsaved_list(space, {row.name.casefold() for row in rows})
    return sorted(rows, key=in_list_order)


def unsaved_list(space: Space, there: set[str]) -> list[Value]:
    """The values to begin with, but for those whose names (casefolded) are ``there``."""
    return [
        Value(
            space=space,
            name=str(each.name),
            explanation=str(each.explanation),
            system=each.system,
            starting=each.code,
        )
        for each in STARTING
        if str(each.name).casefold() not in there
    ]


def values_offered(space: Space) -> list[str]:
    """The names to choose from. One query."""
    return [each.name for each in list_of(space) if each.is_offered]
