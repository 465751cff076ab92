"""Reading the file of a space back into an installation.

The file may come from anybody. It brings in one new space and new people, and nothing of what is here already is
changed by it or linked to it: no row, no account, no right on this server.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import DatabaseError, models, transaction
from django.utils.translation import gettext as _

from coproduce.contributions.attaching.storing import Keep, keeping
from coproduce.contributions.models import Attachment
from coproduce.decisions.actions import reckon_registers
from coproduce.errors import BadFile
from coproduce.exchange.actions.space_lines import event_of, records_in
from coproduce.exchange.attached import take_bytes
from coproduce.exchange.field_values import Unreadable, identifiers, text
from coproduce.exchange.space_file import BY_RECORD, PERSON, links_of, links_to_many, row_of
from coproduce.history.chain import problems_in_chains, record
from coproduce.history.many import counted_anew
from coproduce.history.models import INSTALLATION, Event, EventDetail
from coproduce.people.models import Account, Person
from coproduce.spaces.models import Space
from coproduce.ui.words import shortened

AT_A_TIME = 500
MOST_PROBLEMS = 50
NOT_IN_THE_FILE = "points to something that is not in the file"


class _AlreadyHere(Exception):
    def __init__(self, space: Space) -> None:
        self.space = space


class _Told(NamedTuple):
    """An event of the file: where it stands, and its details."""

    number: int
    event: Event
    detail: dict[str, Any] | None


class _Reader:
    """Takes records one by one, keeps rows until there are enough to write, and remembers what it has seen."""

    def __init__(self, *, trusted: bool, keep: Keep) -> None:
        self.trusted = trusted
        self.keep = keep
        self.is_first = not Person.objects.exists()
        self.waiting: dict[str, list[tuple[int, models.Model]]] = {}
        self.seen: dict[type[models.Model], set[UUID]] = {}
        self.wanted: list[tuple[int, str, type[models.Model], UUID]] = []
        self.many: list[tuple[int, Any, UUID, list[UUID]]] = []
        self.emails: dict[UUID, str] = {}
        self.addresses: set[str] = set()
        self.events: list[_Told] = []
        self.space: Space | None = None
        self.problems: list[tuple[int, str]] = []
        self.count = 0

    def try_to_take(self, number: int, line: dict[str, Any]) -> None:
        """One record; what is wrong with it is noted under its line number."""
        try:
            self.take(number, line)
        except Unreadable as why:
            self.problems.append((number, _shown(str(why))))

    def take(self, number: int, line: dict[str, Any]) -> None:
        """One record. Raises ``Unreadable``."""
        kind = line.get("record")
        if kind == "event":
            self.events.append(_Told(number, *event_of(line)))
            return
        part = BY_RECORD.get(kind) if isinstance(kind, str) else None
        if part is None:
            raise Unreadable(f"“{str(kind)[:40]}” is not a kind of record we know")
        row = row_of(part, line)
        self._remember(row)
        if isinstance(row, Attachment) and not self.problems:
            take_bytes(row, line, self.keep)
        if part is PERSON:
            self._note_address(row.pk, line.get("email"))
        self._note_links(number, row, line)
        self.waiting.setdefault(part.record, []).append((number, row))
        if len(self.waiting[part.record]) >= AT_A_TIME:
            self._write_until(part.record)

    def _note_address(self, pk: UUID, raw: Any) -> None:
        if raw is None:
            return
        email = text("email", raw, longest=254).strip().lower()
        try:
            validate_email(email)
        except ValidationError:
            raise Unreadable("“email” should be an address or null") from None
        if email in self.addresses:
            raise Unreadable("this address is in the file twice")
        self.addresses.add(email)
        self.emails[pk] = email

    def _note_links(self, number: int, row: models.Model, line: dict[str, Any]) -> None:
        for name, target, identifier in links_of(row):
            if identifier not in self.seen.get(target, ()):
                self.wanted.append((number, name, target, identifier))
        for field in links_to_many(type(row)):
            if field.name not in line:
                raise Unreadable(f"“{field.name}” is missing")
            self.many.append((number, field, row.pk, identifiers(field.name, line[field.name])))

    def _remember(self, row: models.Model) -> None:
        if isinstance(row, Space):
            self._remember_space(row)
        if not isinstance(row.pk, UUID):
            return
        known = self.seen.setdefault(type(row), set())
        if row.pk in known:
            raise Unreadable("this identifier is in the file twice")
        known.add(row.pk)

    def _remember_space(self, row: Space) -> None:
        if self.space is not None:
            raise Unreadable("a file holds one space; this is a second one")
        same = Space.objects.filter(slug=row.slug).first()
        if same is not None and same.pk == row.pk:
            raise _AlreadyHere(same)
        if same is not None:
            raise Unreadable(f"there is another space called “{row.slug}” here")
        if row.pk == INSTALLATION:
            raise Unreadable("this identifier is that of the installation")
        self.space = row

    def _write_until(self, name: str) -> None:
        """What waits of this record, and of those that stand before it: guards look at what is there already."""
        for earlier in BY_RECORD:
            self.write(earlier)
            if earlier == name:
                return

    def write(self, name: str) -> None:
        numbered = self.waiting.pop(name, [])
        if self.problems:
            return
        if name == PERSON.record:
            numbered = self._people(numbered)
        self._insert(BY_RECORD[name].model, numbered)
        self.count += len(numbered)

    def _people(self, numbered: list[tuple[int, Any]]) -> list[tuple[int, models.Model]]:
        """The people that are new here, with accounts made for their addresses."""
        here = {person.pk: person for person in _people_here([row.pk for _number, row in numbered])}
        addresses = [self.emails[row.pk] for _number, row in numbered if row.pk in self.emails]
        taken = set(Account.objects.filter(email__in=addresses).values_list("email", flat=True))
        new = []
        for number, row in numbered:
            email = self.emails.get(row.pk)
            why = self._why_not(here.get(row.pk), row, email, taken)
            if why:
                self.problems.append((number, why))
            elif row.pk not in here:
                new.append((number, row))
        for _number, row in [] if self.problems else new:
            if email := self.emails.get(row.pk):
                row.account = Account.objects.create_user(email)
        return new

    def _why_not(self, here: Person | None, row: Person, email: str | None, taken: set[str]) -> str:
        """Why this person may not come in, or nothing."""
        if here is not None:
            if not self.trusted:
                return "this person is here already, and the file could speak for them. Say --trusted if it may"
            held = here.account.email if here.account else None
            return "" if held == email else "this person is here already, and signs in with another address"
        if email in taken:
            return "somebody here already signs in with this address"
        if row.is_facilitator and not (self.is_first or self.trusted):
            return "“is_facilitator” would give a right on this whole server. Say --trusted if it may"
        return ""

    def _insert(self, model: Any, numbered: list[tuple[int, Any]]) -> None:
        """Write rows at once; if the database refuses, find out which."""
        if not numbered or self.problems:
            return
        try:
            with transaction.atomic():
                model._default_manager.bulk_create([row for _number, row in numbered])
        except (DatabaseError, ValueError):
            self._find_refused(model, numbered)

    def _find_refused(self, model: Any, numbered: list[tuple[int, Any]]) -> None:
        for number, row in numbered:
            is_here = row.pk is not None and model._default_manager.filter(pk=row.pk).exists()
            try:
                with transaction.atomic():
                    model._default_manager.bulk_create([row])
            except (DatabaseError, ValueError):
                why = "this identifier is here already" if is_here else "this row breaks a rule of the record"
                self.problems.append((number, why))
                return

    def finish(self) -> None:
        for name in list(BY_RECORD):
            self.write(name)
        for number, name, target, identifier in self.wanted:
            if identifier not in self.seen.get(target, ()):
                self.problems.append((number, f"“{name}” {NOT_IN_THE_FILE}"))
        if self.space is None:
            self.problems.append((1, "there is no space in this file"))
        self._look_at_actors()
        if not self.problems:
            self._write_many()
            self._write_events()

    def _look_at_actors(self) -> None:
        """Nobody who is here, and not in the file, did anything in it."""
        known = self.seen.get(Person, set())
        others = {told.event.actor: told.number for told in reversed(self.events) if told.event.actor}
        strangers = [actor for actor in others if actor not in known]
        if not self.trusted:
            here = _people_here(strangers)
            self.problems += [(others[one.pk], f"“actor” {NOT_IN_THE_FILE}") for one in here]

    def _write_many(self) -> None:
        through: dict[Any, list[tuple[int, models.Model]]] = {}
        for number, field, here, others in self.many:
            here_column, there_column = field.m2m_column_name(), field.m2m_reverse_name()
            for other in others:
                if other not in self.seen.get(field.related_model, ()):
                    self.problems.append((number, f"“{field.name}” {NOT_IN_THE_FILE}"))
                    continue
                model = field.remote_field.through
                through.setdefault(model, []).append((number, model(**{here_column: here, there_column: other})))
        for model, numbered in through.items():
            for start in range(0, len(numbered), AT_A_TIME):
                self._insert(model, numbered[start : start + AT_A_TIME])

    def _write_events(self) -> None:
        assert self.space is not None  # noqa: S101  (finish has just looked)
        for start in range(0, len(self.events), AT_A_TIME):
            chunk = self.events[start : start + AT_A_TIME]
            for told in chunk:
                told.event.stream = self.space.pk
            self._insert(Event, [(told.number, told.event) for told in chunk])
            if not self.problems:
                EventDetail.objects.bulk_create(
                    EventDetail(event=told.event, **told.detail) for told in chunk if told.detail is not None
                )

    def broken_history(self) -> list[tuple[int, str]]:
        """(line number, what does not hold) for the first flaw of the chain that was read."""
        assert self.space is not None  # noqa: S101  (asked after ``finish``)
        numbers = {told.event.sequence: told.number for told in self.events}
        for problem in problems_in_chains(self.space.pk):
            return [(numbers.get(problem.sequence, 0), problem.what)]
        return []


def _shown(why: str) -> str:
    """A reason may quote the file: short, and with nothing that a terminal would obey or could not write."""
    return "".join(letter if letter.isprintable() else "?" for letter in shortened(why, 200))


def _people_here(keys: list[UUID]) -> list[Person]:
    found: list[Person] = []
    for start in range(0, len(keys), AT_A_TIME):
        found += Person.objects.filter(pk__in=keys[start : start + AT_A_TIME]).select_related("account")
    return found


def read_space(
    *,
    actor: Person | None,
    lines: Iterable[str | bytes],
    trusted: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Space:
    """Read the file of a space into this installation: all of it, or nothing.

    lines: the lines of the file, text or UTF-8. trusted: whoever runs the server vouches for where the file comes
    from, so people of the file who are here already are the same people, and those who may open spaces there may
    here; neither goes without saying, except into an empty installation. progress: called with the number of
    lines read. Raises ``BadFile`` with (line number, reason) for what is wrong. Reading the same file again
    changes nothing.
    """
    try:
        with keeping() as keep, transaction.atomic():
            return _read(actor, lines, _Reader(trusted=trusted, keep=keep), progress)
    except _AlreadyHere as found:
        return found.space
    except DatabaseError:
        raise BadFile(_("Nothing was read in: what is in this file breaks a rule of the record.")) from None


def _read(
    actor: Person | None,
    lines: Iterable[str | bytes],
    reader: _Reader,
    progress: Callable[[int], None] | None,
) -> Space:
    for number, line in records_in(lines):
        reader.try_to_take(number, line)
        if len(reader.problems) >= MOST_PROBLEMS:
            break
        if progress and number % 1000 == 0:
            progress(number)
    if not reader.problems:
        reader.finish()
        counted_anew(reader.count)
    if not reader.problems and reader.space is not None:
        reckon_registers(space=reader.space)
    if reader.problems or reader.space is None:
        found = sorted(reader.problems)[:MOST_PROBLEMS]
        raise BadFile(_("Nothing was read in, because of what is wrong in these lines."), found)
    if broken := reader.broken_history():
        raise BadFile(_("The history in this file was changed after it was written."), broken)
    record("space read in", actor=actor, subject=reader.space, records=reader.count)
    return reader.space
