"""What people decided of what the computer suggested: newest first, with who and why."""

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from coproduce.contributions.use import in_use
from coproduce.spaces.access import Place
from coproduce.suggestions.models import Suggestion, SuggestionState

ON_A_PAGE = 40


@dataclass(frozen=True, slots=True)
class Decided:
    """A suggestion that somebody decided. ``who`` is that person's name, ``can_ask_again`` whether a no can go back."""

    suggestion: Suggestion
    who: str
    can_ask_again: bool


def decided_in(place: Place, *, start: int = 0) -> list[Decided]:
    """``ON_A_PAGE`` and one more; of words that may no longer be read nothing is shown. One query."""
    rows = Suggestion.objects.filter(Q(contribution=None) | Q(in_use("contribution__")), space=place.space)
    rows = rows.exclude(state=SuggestionState.WAITING).order_by("-decided_at", "-id")
    found: list[Any] = list(
        rows.select_related("decided_by", "theme", "became_theme", "became_link", "contribution__author")[
            start : start + ON_A_PAGE + 1
        ]
    )
    return [
        Decided(row, row.decided_by.chosen_name if row.decided_by else "", row.state == SuggestionState.REFUSED)
        for row in found
    ]
