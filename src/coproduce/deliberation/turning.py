"""Long lists a part at a time, each part with where it stands in the whole."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from django.http import HttpRequest

T = TypeVar("T")


class Part(NamedTuple):
    """Which part of a long list is shown. number: from 0; at_once: how many rows a part has; total: of the whole."""

    number: int
    at_once: int
    total: int

    @property
    def first(self) -> int:
        """The number of its first row, from 1."""
        return self.number * self.at_once + 1

    @property
    def last(self) -> int:
        return min(self.first + self.at_once - 1, self.total)

    @property
    def earlier(self) -> int | None:
        return self.number - 1 if self.number else None

    @property
    def later(self) -> int | None:
        return self.number + 1 if self.last < self.total else None

    @property
    def is_all(self) -> bool:
        return self.total <= self.at_once

    def of(self, rows: Sequence[T]) -> Sequence[T]:
        return rows[self.first - 1 : self.last]


def part_asked(request: HttpRequest, total: int, at_once: int) -> Part:
    """The part that the address names with ``?page=``, counted from 0; the last one where there are not so many."""
    typed = request.GET.get("page", "0")
    asked = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0
    return Part(min(asked, max(0, (total - 1) // at_once)), at_once, total)
