"""A space as records, streamed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import ForeignKey, Model, QuerySet

from coproduce import __version__, clock
from coproduce.contributions.models import Attachment
from coproduce.errors import NotHere
from coproduce.exchange.attached import BYTES, bytes_of
from coproduce.exchange.space_file import (
    FORMAT,
    PARTS,
    PERSON,
    VERSION,
    Part,
    columns,
    links_to_many,
    plain,
    record_of,
)
from coproduce.history.models import Event
from coproduce.people.models import Person
from coproduce.spaces.models import Space

AT_A_TIME = 2000


def space_named(slug: str) -> Space:
    """The space with this slug, or ``NotHere``."""
    space = Space.objects.filter(slug=slug).first()
    if space is None:
        raise NotHere(f"There is no space called “{slug}” here.")
    return space


def rows_of(part: Part, space: Space) -> QuerySet[Any]:
    """The rows of one part that belong to a space, always in the same order."""
    order = "pk" if any(field.primary_key for field in columns(part.model)) else None
    order_by = [order] if order else [field.attname for field in columns(part.model)]
    return part.model._default_manager.filter(**{part.to_space: space.pk}).order_by(*order_by)


def people_of(space: Space) -> list[Person]:
    """Everyone whom anything in the space names, and those who added them."""
    found: set[UUID] = set()
    for part in PARTS:
        for field in part.model._meta.concrete_fields:
            if isinstance(field, ForeignKey) and field.related_model is Person:
                named = rows_of(part, space).order_by().values_list(field.attname, flat=True).distinct()
                found |= {pk for pk in named if pk is not None}
    added: set[UUID] = found
    while added:
        adders = Person.objects.filter(pk__in=list(added)).values_list("added_by", flat=True)
        added = {pk for pk in adders if pk is not None} - found
        found |= added
    people: list[Person] = []
    ordered = sorted(found)
    for start in range(0, len(ordered), 500):
        people += Person.objects.filter(pk__in=ordered[start : start + 500]).select_related("account").order_by("pk")
    return people


def space_records(space: Space) -> Iterator[dict[str, Any]]:
    """Every record of the whole space, from the line that describes the file to the one that ends it.

    Streams: memory does not grow with the space (but for the identifiers of its people).
    """
    count = 0
    yield {
        "record": "file",
        "format": FORMAT,
        "version": VERSION,
        "exported_at": plain(clock.now()),
        "software": f"coproduce {__version__}",
        "space": space.slug,
    }
    for record in _all_rows(space):
        count += 1
        yield record
    yield {"record": "end", "records": count}


def _all_rows(space: Space) -> Iterator[dict[str, Any]]:
    for person in people_of(space):
        yield {**record_of(PERSON, person), "email": person.account.email if person.account else None}
    for part in PARTS:
        yield from _records_of(part, space)
    events = Event.objects.filter(stream=space.pk).select_related("detail").order_by("sequence")
    for event in events.iterator(chunk_size=AT_A_TIME):
        yield event_record(event)


def _records_of(part: Part, space: Space) -> Iterator[dict[str, Any]]:
    rows = rows_of(part, space).iterator(chunk_size=AT_A_TIME)
    many = links_to_many(part.model)
    if part.model is Attachment:
        for row in rows:
            yield {**record_of(part, row), BYTES: bytes_of(row)}
        return
    if not many:
        for row in rows:
            yield record_of(part, row)
        return
    for _number, numbered in groupby(enumerate(rows), key=lambda pair: pair[0] // AT_A_TIME):
        chunk = [row for _place, row in numbered]
        linked = {field.name: _many_of(field, chunk) for field in many}
        for row in chunk:
            yield record_of(part, row, {name: found.get(row.pk, []) for name, found in linked.items()})


def _many_of(field: Any, chunk: list[Model]) -> dict[Any, list[str]]:
    found: dict[Any, list[str]] = {}
    through, here, there = field.remote_field.through, field.m2m_column_name(), field.m2m_reverse_name()
    keys = [row.pk for row in chunk]
    for start in range(0, len(keys), 500):
        pairs = through.objects.filter(**{f"{here}__in": keys[start : start + 500]}).order_by(here, there)
        for one, other in pairs.values_list(here, there):
            found.setdefault(one, []).append(str(other))
    return found


def event_record(event: Event) -> dict[str, Any]:
    """An event of the history, verbatim, with its details where they were not erased."""
    detail = getattr(event, "detail", None)
    return {
        "record": "event",
        "sequence": event.sequence,
        "kind": event.kind,
        "at": plain(event.at),
        "actor": plain(event.actor),
        "subject_kind": event.subject_kind,
        "subject": plain(event.subject),
        "commitment": event.commitment,
        "previous_hash": event.previous_hash,
        "hash": event.hash,
        "detail": {"key": detail.key, "payload": detail.payload} if detail else None,
    }
