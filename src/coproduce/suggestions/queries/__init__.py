"""What waits to be decided, what was decided, and whether it is worth looking again."""

from coproduce.suggestions.queries.decided import decided_in
from coproduce.suggestions.queries.waiting import (
    GroupShown,
    Looked,
    ThemeShown,
    belonging_in,
    group_in,
    groups_in,
    last_look,
    suggestions_among,
)

__all__ = [
    "GroupShown",
    "Looked",
    "ThemeShown",
    "belonging_in",
    "decided_in",
    "group_in",
    "groups_in",
    "last_look",
    "suggestions_among",
]
