"""The lines of the file of a space, and the events in them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, BinaryIO, NoReturn

from django.utils.translation import gettext as _

from coproduce.errors import BadFile
from coproduce.exchange.field_values import Unreadable, identifier, moment, number, require_plain, text
from coproduce.exchange.space_file import FORMAT, VERSION, brought_up_to_date
from coproduce.history.models import Event

LONGEST_LINE = 30_000_000
"""Characters or bytes. A file of 20 MB is 28 million of them; a map of the largest conversation some millions."""
_HEX = set("0123456789abcdef")


def lines_in(file: BinaryIO) -> Iterator[bytes]:
    """The lines of an open file. One that never ends is not taken into memory: it comes cut, too long to be read."""
    while line := file.readline(LONGEST_LINE + 1):
        yield line


def records_in(lines: Iterable[str | bytes]) -> Iterator[tuple[int, dict[str, Any]]]:
    """(line number, record) between the first line and the last. ``BadFile`` where the file as a whole is not ours."""
    count, at, ended, version = 0, 0, False, VERSION
    for at, line in enumerate(lines, start=1):
        record = _record(at, line)
        if at == 1:
            version = _version_of(record)
            continue
        if ended:
            _refuse(_("This file goes on after its end."), at, "nothing may stand below “end”")
        if record.get("record") == "end":
            if record.get("records") != count:
                _refuse(_CUT, at, f"“end” should count {count} records")
            ended = True
            continue
        count += 1
        yield at, brought_up_to_date(record, version)
    if not ended:
        _refuse(_CUT, at, "there is no “end” after this line")


_CUT = "This file was cut off or changed: its last line does not match what is in it."


def _refuse(what: str, at: int, why: str) -> NoReturn:
    raise BadFile(what, [(at, why)]) from None


def _no_constant(said: str) -> NoReturn:
    raise ValueError(f"{said} is no JSON")


def _record(at: int, line: str | bytes) -> dict[str, Any]:
    not_ours = _("This is not the file of a space.")
    if len(line) > LONGEST_LINE:
        _refuse(_("A line of this file is too long to be one of ours."), at, "this line is too long")
    try:
        record = json.loads(line.decode() if isinstance(line, bytes) else line, parse_constant=_no_constant)
    except UnicodeDecodeError:
        _refuse(not_ours, at, "this line is not UTF-8 text")
    except RecursionError:
        _refuse(not_ours, at, "this line is nested too deeply")
    except ValueError:
        _refuse(not_ours, at, "this line is not JSON")
    if not isinstance(record, dict):
        _refuse(not_ours, at, "this line is not a record")
    return record


def _version_of(first: dict[str, Any]) -> int:
    if first.get("record") != "file" or first.get("format") != FORMAT:
        _refuse(_("This is not the file of a space."), 1, f"the first line should describe a “{FORMAT}” file")
    version = first.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or not 1 <= version <= VERSION:
        _refuse(_("This file is of a version that we do not know."), 1, f"we read versions 1 to {VERSION}")
    return version


def event_of(line: dict[str, Any]) -> tuple[Event, dict[str, Any] | None]:
    """The unsaved event of a record, and its details where they were not erased. Raises ``Unreadable``."""
    known = {"record", "sequence", "kind", "at", "actor", "subject_kind", "subject"}
    known |= {"commitment", "previous_hash", "hash", "detail"}
    if missing := sorted(known - set(line)):
        raise Unreadable(f"this event cannot be read: “{missing[0]}” is missing")
    if unknown := sorted(set(line) - known):
        raise Unreadable(f"this event cannot be read: “{unknown[0]}” is not a field of it")
    event = Event(
        sequence=number("sequence", line["sequence"]),
        kind=text("kind", line["kind"], longest=60),
        at=moment("at", line["at"]),
        actor=_identifier_or_none("actor", line["actor"]),
        subject_kind=text("subject_kind", line["subject_kind"], longest=60),
        subject=_identifier_or_none("subject", line["subject"]),
        commitment=_digest("commitment", line["commitment"]),
        previous_hash=_digest("previous_hash", line["previous_hash"]),
        hash=_digest("hash", line["hash"]),
    )
    if event.sequence < 1:
        raise Unreadable("“sequence” begins with 1")
    return event, _detail(line["detail"])


def _detail(raw: Any) -> dict[str, Any] | None:
    if raw is None:
        return None
    if not isinstance(raw, dict) or set(raw) != {"key", "payload"} or not isinstance(raw["payload"], dict):
        raise Unreadable("“detail” should hold a key and a payload")
    require_plain("payload", raw["payload"])
    return {"key": _digest("key", raw["key"]), "payload": raw["payload"]}


def _identifier_or_none(name: str, raw: Any) -> Any:
    return None if raw is None else identifier(name, raw)


def _digest(name: str, raw: Any) -> str:
    if not isinstance(raw, str) or len(raw) != 64 or not set(raw) <= _HEX:
        raise Unreadable(f"“{name}” should be 64 hexadecimal digits")
    return raw
