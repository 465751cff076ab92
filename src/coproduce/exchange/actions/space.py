"""Reading the file of a space back into an installation."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, models, transaction
from django.utils.translation import gettext as _

from coproduce.errors import BadFile
from coproduce.exchange.space_file import (
    BY_RECORD,
    FORMAT,
    PERSON,
    VERSION,
    Unreadable,
    links_of,
    links_to_many,
    row_of,
)
from coproduce.history.chain import Problem, problems_in_chains, record
from coproduce.history.models import Event, EventDetail
from coproduce.people.models import Account, Person
from coproduce.spaces.models import Space

AT_A_TIME = 500
MOST_PROBLEMS = 50
LONGEST_LINE = 20_000_000


class _Reader:
    """Takes records one by one, keeps rows until there are enough to write, and remembers what it has seen."""

    def __init__(self) -> None:
        self.waiting: dict[str, list[models.Model]] = {}
        self.seen: dict[type[models.Model], set[UUID]] = {}
        self.wanted: list[tuple[int, str, type[models.Model], UUID]] = []
        self.many: list[tuple[int, Any, UUID, list[str]]] = []
        self.emails: dict[UUID, str] = {}
        self.events: list[tuple[Event, dict[str, Any] | None]] = []
        self.space: Space | None = None
        self.problems: list[tuple[int, str]] = []
        self.count = 0

    def try_to_take(self, number: int, line: dict[str, Any]) -> None:
        """One record; what is wrong with it is noted under its line number."""
        try:
            self.take(number, line)
        except Unreadable as why:
            self.problems.append((number, str(why)))

    def take(self, number: int, line: dict[str, Any]) -> None:
        """One record. Raises ``Unreadable``."""
        kind = line.get("record")
        if kind == "event":
            self._take_event(line)
            return
        part = BY_RECORD.get(str(kind))
        if part is None:
            raise Unreadable(f"“{kind}” is not a kind of record we know")
        row = row_of(part, line)
        self._remember(row)
        if part is PERSON and line.get("email"):
            self.emails[row.pk] = str(line["email"]).strip().lower()
        self._note_links(number, row, line)
        self.waiting.setdefault(part.record, []).append(row)
        if len(self.waiting[part.record]) >= AT_A_TIME:
            self.write(part.record)

    def _note_links(self, number: int, row: models.Model, line: dict[str, Any]) -> None:
        for name, target, identifier in links_of(row):
            if identifier not in self.seen.get(target, ()):
                self.wanted.append((number, name, target, identifier))
        for field in links_to_many(type(row)):
            self.many.append((number, field, row.pk, list(line.get(field.name) or [])))

    def _remember(self, row: models.Model) -> None:
        if isinstance(row, Space):
            if self.space is not None:
                raise Unreadable("a file holds one space; this is a second one")
            self.space = row
        if not isinstance(row.pk, UUID):
            return
        known = self.seen.setdefault(type(row), set())
        if row.pk in known:
            raise Unreadable("this identifier is in the file twice")
        known.add(row.pk)

    def _take_event(self, line: dict[str, Any]) -> None:
        try:
            event = Event(
                sequence=int(line["sequence"]),
                kind=str(line["kind"]),
                at=datetime.fromisoformat(line["at"]),
                actor=UUID(line["actor"]) if line["actor"] else None,
                subject_kind=str(line["subject_kind"]),
                subject=UUID(line["subject"]) if line["subject"] else None,
                commitment=str(line["commitment"]),
                previous_hash=str(line["previous_hash"]),
                hash=str(line["hash"]),
            )
        except (KeyError, TypeError, ValueError):
            raise Unreadable("this event cannot be read") from None
        self.events.append((event, line.get("detail")))

    def write(self, name: str) -> None:
        rows = self.waiting.pop(name, [])
        if not rows or self.problems:
            return
        if name == PERSON.record:
            self._write_people([row for row in rows if isinstance(row, Person)])
        else:
            BY_RECORD[name].model._default_manager.bulk_create(rows)
        self.count += len(rows)

    def _write_people(self, people: list[Person]) -> None:
        here = {person.pk for person in Person.objects.filter(pk__in=[person.pk for person in people])}
        new = [person for person in people if person.pk not in here]
        for person in new:
            email = self.emails.get(person.pk)
            if not email:
                continue
            if Account.objects.filter(email=email).exists():
                raise BadFile(
                    _(
                        "Somebody here already signs in with an address that is also in this file. "
                        "Read the file into an empty installation."
                    )
                )
            person.account = Account.objects.create_user(email)
        Person.objects.bulk_create(new)

    def finish(self) -> None:
        for name in BY_RECORD:
            self.write(name)
        for number, name, target, identifier in self.wanted:
            if identifier not in self.seen.get(target, ()):
                self.problems.append((number, f"“{name}” points to something that is not in the file"))
        if self.space is None:
            self.problems.append((1, "there is no space in this file"))
        if not self.problems:
            self._write_many()
            self._write_events()

    def _write_many(self) -> None:
        through: dict[Any, list[models.Model]] = {}
        for number, field, here, others in self.many:
            here_column, there_column = field.m2m_column_name(), field.m2m_reverse_name()
            for other in others:
                if UUID(other) not in self.seen.get(field.related_model, ()):
                    self.problems.append((number, f"“{field.name}” points to something that is not in the file"))
                    continue
                model = field.remote_field.through
                through.setdefault(model, []).append(model(**{here_column: here, there_column: UUID(other)}))
        if not self.problems:
            for model, rows in through.items():
                model._default_manager.bulk_create(rows, batch_size=AT_A_TIME)

    def _write_events(self) -> None:
        assert self.space is not None  # noqa: S101  (finish has just looked)
        for start in range(0, len(self.events), AT_A_TIME):
            chunk = self.events[start : start + AT_A_TIME]
            for event, _detail in chunk:
                event.stream = self.space.pk
            Event.objects.bulk_create([event for event, _detail in chunk])
            EventDetail.objects.bulk_create(
                EventDetail(event=event, key=detail["key"], payload=detail["payload"])
                for event, detail in chunk
                if detail is not None
            )


def _lines(lines: Iterable[str | bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, record) for each line. Raises ``BadFile`` where the file as a whole is not one of ours."""
    last: dict[str, Any] = {}
    count = 0
    for number, line in enumerate(lines, start=1):
        if len(line) > LONGEST_LINE:
            raise BadFile(_("A line of this file is too long to be one of ours."), [(number, "too long")])
        try:
            last = json.loads(line)
            if not isinstance(last, dict):
                raise ValueError
        except (ValueError, RecursionError):
            raise BadFile(_("This is not the file of a space."), [(number, "this line is not JSON")]) from None
        if number == 1:
            if last.get("format") != FORMAT or last.get("version") != VERSION:
                raise BadFile(_("This is not the file of a space, or of a version that we do not know."))
            continue
        if last.get("record") != "end":
            count += 1
            yield number, last
    if last.get("record") != "end" or last.get("records") != count:
        raise BadFile(_("This file was cut off or changed: its last line does not match what is in it."))


@transaction.atomic
def read_space(
    *, actor: Person | None, lines: Iterable[str | bytes], progress: Callable[[int], None] | None = None
) -> Space:
    """Read the file of a space into this installation: all of it, or nothing.

    lines: the lines of the file, text or UTF-8. progress: called with the number of lines read.
    Raises ``BadFile`` with (line number, reason) for what is wrong. Reading the same file again changes nothing.
    """
    reader = _Reader()
    number = 0
    try:
        for number, line in _lines(lines):
            if line.get("record") == "space" and (here := _already_here(line)):
                return here
            reader.try_to_take(number, line)
            if len(reader.problems) >= MOST_PROBLEMS:
                break
            if progress and number % 1000 == 0:
                progress(number)
        if not reader.problems:
            reader.finish()
    except IntegrityError:
        reader.problems.append((number, "this row, or one before it, breaks a rule of the record"))
    if reader.problems or reader.space is None:
        raise BadFile(_("Nothing was read in, because of what is wrong in these lines."), reader.problems)
    space = reader.space
    if broken := _broken(space):
        raise BadFile(_("The history in this file was changed after it was written."), [(0, broken[0].what)])
    record("space read in", actor=actor, subject=space, records=reader.count)
    return space


def _already_here(line: dict[str, Any]) -> Space | None:
    same = Space.objects.filter(slug=str(line.get("slug"))).first()
    if same is None:
        return None
    if str(same.pk) == line.get("id"):
        return same
    raise BadFile(_("There is another space called “%(slug)s” here.") % {"slug": same.slug})


def _broken(space: Space) -> list[Problem]:
    return list(problems_in_chains(space.pk))
