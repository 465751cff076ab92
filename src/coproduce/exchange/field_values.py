"""What a record of a file may hold in a field: the exact type, within what the pages and both databases can take.

Nothing is guessed: ``"5"`` is no number and 1 is no *yes*. A file that somebody made by hand or on purpose must not
bring in what no form would have taken. This module reads no database.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import models

from coproduce.spaces.models import Practice
from coproduce.ways import in_order

LONGEST_TEXT = 200_000
"""Characters. The longest that a sheet or a table brings in is half of that."""
DEEPEST = 30
"""Lists and objects inside one another."""
FIRST_YEAR, LAST_YEAR = 2, 9998
"""A moment in year 1 or 9999 falls off the calendar in some time zone, and no page could show it."""


class Unreadable(Exception):
    """A record that cannot become a row; the message says why, for a person."""


def value_of(field: models.Field[Any, Any], raw: Any) -> Any:
    """What a row holds in ``field`` for what a record says. Raises ``Unreadable``."""
    name = field.name
    if raw is None and field.null:
        return None
    if isinstance(field, models.JSONField):
        require_plain(name, raw)
        if not isinstance(raw, dict | list):
            raise Unreadable(f"“{name}” should be an object or a list")
        return raw
    read = _reader_for(field)
    value = read(name, raw)
    if value == "" and isinstance(field, models.TextField):
        return value  # words that were taken back: a form would take none, the record does
    if isinstance(field, models.ForeignKey):
        return value
    try:
        return field.clean(value, None)
    except ValidationError as error:
        raise Unreadable(f"“{name}”: {'; '.join(error.messages)}") from None


def _reader_for(field: models.Field[Any, Any]) -> Callable[[str, Any], Any]:
    for kind, read in _READERS:
        if isinstance(field, kind):
            return read
    raise TypeError(f"say in field_values.py how a record holds a {type(field).__name__}")


def text(name: str, raw: Any, *, longest: int = LONGEST_TEXT) -> str:
    """Text that every database can hold and every page can show."""
    if not isinstance(raw, str):
        raise Unreadable(f"“{name}” should be text")
    if len(raw) > longest:
        raise Unreadable(f"“{name}” is longer than {longest} characters")
    if "\0" in raw or any("\ud800" <= letter <= "\udfff" for letter in raw):
        raise Unreadable(f"“{name}” holds a character that is none")
    if name in ("ways", "way") and in_order(raw) != raw:
        raise Unreadable(f"“{name}” names a way of knowing that there is not")
    if name == "practices" and not set(raw.split()) <= set(Practice.values):
        raise Unreadable("“practices” names a practice that there is not")
    return raw


def number(name: str, raw: Any) -> int:
    """A whole number. How large it may be, the field says."""
    if not isinstance(raw, int) or isinstance(raw, bool):
        raise Unreadable(f"“{name}” should be a whole number")
    if abs(raw) >= 1 << 63:
        raise Unreadable(f"“{name}” is too large a number")
    return raw


def yes_or_no(name: str, raw: Any) -> bool:
    if not isinstance(raw, bool):
        raise Unreadable(f"“{name}” should be true or false")
    return raw


def identifier(name: str, raw: Any) -> UUID:
    """An identifier, written as we write it."""
    try:
        found = UUID(raw) if isinstance(raw, str) else None
    except ValueError:
        found = None
    if found is None or str(found) != raw:
        raise Unreadable(f"“{name}” should be an identifier")
    return found


def identifiers(name: str, raw: Any) -> list[UUID]:
    """What a link to many holds: each once."""
    if not isinstance(raw, list):
        raise Unreadable(f"“{name}” should be a list of identifiers")
    found = [identifier(name, one) for one in raw]
    if len(set(found)) < len(found):
        raise Unreadable(f"“{name}” names the same twice")
    return found


def moment(name: str, raw: Any) -> datetime:
    """A moment with its offset, in UTC."""
    try:
        found = datetime.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise Unreadable(f"“{name}” should be a moment such as 2025-03-04T08:30:00.000000+00:00")
    _require_year(name, found.year)
    return found.astimezone(UTC)


def day(name: str, raw: Any) -> date:
    try:
        found = date.fromisoformat(raw) if isinstance(raw, str) else None
    except ValueError:
        found = None
    if found is None:
        raise Unreadable(f"“{name}” should be a day such as 2025-03-04")
    _require_year(name, found.year)
    return found


def _require_year(name: str, year: int) -> None:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unreadable(f"“{name}” lies outside of the calendar")


def require_plain(name: str, raw: Any, depth: int = 0) -> None:
    """JSON that both databases hold and that can be walked. Raises ``Unreadable``."""
    if depth > DEEPEST:
        raise Unreadable(f"“{name}” is nested too deeply")
    if isinstance(raw, str):
        text(f"{name}…" if depth else name, raw, longest=2_000_000)
    elif isinstance(raw, list):
        for one in raw:
            require_plain(name, one, depth + 1)
    elif isinstance(raw, dict):
        for key, one in raw.items():
            text(f"{name}…", key)
            require_plain(name, one, depth + 1)
    elif isinstance(raw, float) and not math.isfinite(raw):
        raise Unreadable(f"“{name}” holds a number that is none")
    elif isinstance(raw, int) and abs(raw) >= 1 << 63:
        raise Unreadable(f"“{name}” holds too large a number")


_READERS: tuple[tuple[type[models.Field[Any, Any]], Callable[[str, Any], Any]], ...] = (
    (models.ForeignKey, identifier),
    (models.UUIDField, identifier),
    (models.DateTimeField, moment),
    (models.DateField, day),
    (models.BooleanField, yes_or_no),
    (models.IntegerField, number),
    (models.CharField, text),
    (models.TextField, text),
)
