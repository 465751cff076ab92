"""Pages of a list that nobody counts: somebody who brought thousands of things waits no longer than anyone."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet


@dataclass(frozen=True, slots=True)
class APage:
    """Some rows of a list, with the names that ``reports/pages.html`` reads of Django's pages, but for their number."""

    rows: list[Any]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        return self.has_next or self.has_previous

    @property
    def previous_page_number(self) -> int:
        return self.number - 1

    @property
    def next_page_number(self) -> int:
        return self.number + 1


def page_of(found: QuerySet[Any], wanted: str, size: int) -> APage:
    """The page that is wanted (a number as it was typed; the first for anything else), read with one row more."""
    number = max(1, int(wanted)) if wanted.isdecimal() and len(wanted) < 6 else 1
    rows = list(found[(number - 1) * size : number * size + 1])
    return APage(rows[:size], number, len(rows) > size)
