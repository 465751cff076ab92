"""A file of a space that was made to do harm, or was harmed: refused by its lines, and nothing is written."""

import json
import subprocess
import sys
from pathlib import Path
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.urls import reverse

from coproduce.contributions.models import Contribution
from coproduce.errors import BadFile
from coproduce.exchange.actions.space import read_space
from coproduce.exchange.actions.space_lines import LONGEST_LINE, lines_in
from coproduce.history.chain import commitment_of, genesis, hash_of
from coproduce.history.models import INSTALLATION, Event
from coproduce.people.models import Account, Person
from coproduce.spaces.models import JoinLink, Membership, Space
from coproduce.themes.models import Theme
from tests import building
from tests.exchange.test_space_file import fill, lines_of

SOMEWHERE = "00000000-0000-7000-8000-0000000000ff"
DEEP = {"a": {}}
for _level in range(60):
    DEEP = {"a": DEEP}


@pytest.fixture(scope="module")
def lines_of_a_space(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        lines = lines_of(fill(building))
        transaction.set_rollback(True)
    return tuple(lines)


@pytest.fixture
def file_of_a_space(db, lines_of_a_space):
    """The lines of a space that is not here."""
    return list(lines_of_a_space)


def rows():
    return [model.objects.count() for model in (Space, Person, Account, Contribution, Event, Membership)]


def refused(lines, **options):
    """What a file is refused with, as (number, reason); nothing has been written."""
    before = rows()
    with pytest.raises(BadFile) as caught:
        read_space(actor=None, lines=lines, **options)
    assert rows() == before
    assert caught.value.problems, "the refusal names no line"
    for _number, why in caught.value.problems:
        assert why.isprintable(), why
        assert len(why) < 300
        assert why.encode()
    return caught.value.problems


BAD_FIELDS = [
    ("contribution", {"words": "no\0thing"}, "character that is none"),
    ("contribution", {"words": "half \ud800 a letter"}, "character that is none"),
    ("contribution", {"words": "x" * 10_000_000}, "longer than"),
    ("contribution", {"words": ["a", "list"]}, "should be text"),
    ("contribution", {"words": None}, "should be text"),
    ("contribution", {"ways": "LX"}, "way of knowing"),
    ("contribution", {"ways": "LL"}, "way of knowing"),
    ("contribution", {"ways": "ML"}, "way of knowing"),
    ("contribution", {"said_on": "0001-01-01"}, "calendar"),
    ("contribution", {"said_on": 20260101}, "should be a day"),
    ("contribution", {"brought_at": "9999-12-31T23:59:59+00:00"}, "calendar"),
    ("contribution", {"brought_at": "2026-03-04T08:30:00"}, "should be a moment"),
    ("contribution", {"brought_at": "99999-03-04T08:30:00+00:00"}, "should be a moment"),
    ("contribution", {"version": 10**30}, "too large"),
    ("contribution", {"version": True}, "whole number"),
    ("contribution", {"version": "1"}, "whole number"),
    ("contribution", {"version": 1.5}, "whole number"),
    ("contribution", {"version": -1}, "version"),
    ("contribution", {"kind": "K" * 500_000}, "kind"),
    ("contribution", {"state": "\u001b[2Jgone"}, "state"),
    ("contribution", {"id": "not an id"}, "should be an identifier"),
    ("contribution", {"id": 5}, "should be an identifier"),
    ("contribution", {"author": {"id": 1}}, "should be an identifier"),
    ("contribution", {"author": None}, "should be an identifier"),
    ("contribution", {"space": SOMEWHERE}, "not in the file"),
    ("contribution", {"email": "a@example.org"}, "not a field"),
    ("contribution", {"\ud800\u001b[2J": 1}, "not a field"),
    ("contribution", {"record": "account"}, "not a kind of record"),
    ("contribution", {"record": ["person"]}, "not a kind of record"),
    ("contribution", {"record": "x" * 1_000_000}, "not a kind of record"),
    ("response", {"values": "abc"}, "list of identifiers"),
    ("response", {"values": ["abc"]}, "should be an identifier"),
    ("response", {"values": [7]}, "should be an identifier"),
    ("response", {"values": None}, "list of identifiers"),
    ("response", {"values": [SOMEWHERE, SOMEWHERE]}, "the same twice"),
    ("response", {"values": [SOMEWHERE]}, "not in the file"),
    ("response", {"answer": 5}, "answer"),
    ("agreement", {"given": 1}, "true or false"),
    ("space", {"threshold": 1}, "breaks a rule"),
    ("space", {"practices": "co_design mischief"}, "practice"),
    ("space", {"slug": "../../etc"}, "slug"),
    ("space", {"slug": "a\0b"}, "character that is none"),
    ("space", {"id": str(INSTALLATION)}, "installation"),
    ("person", {"email": "not an address"}, "should be an address"),
    ("person", {"email": ["a@example.org"]}, "should be text"),
    ("person", {"email": "a\0@example.org"}, "character that is none"),
    ("person", {"account": 1}, "not a field"),
    ("person", {"password": "x"}, "not a field"),
    ("person", {"chosen_name": ""}, "chosen_name"),
    ("event", {"sequence": "1"}, "whole number"),
    ("event", {"sequence": 0}, "begins with 1"),
    ("event", {"sequence": 10**40}, "too large"),
    ("event", {"kind": None}, "should be text"),
    ("event", {"kind": "k" * 61}, "longer than"),
    ("event", {"at": 5}, "should be a moment"),
    ("event", {"at": "0001-01-01T00:00:00+14:00"}, "calendar"),
    ("event", {"actor": [1]}, "should be an identifier"),
    ("event", {"actor": ""}, "should be an identifier"),
    ("event", {"subject": {"pk": 1}}, "should be an identifier"),
    ("event", {"subject_kind": 3}, "should be text"),
    ("event", {"hash": "zz"}, "hexadecimal"),
    ("event", {"commitment": None}, "hexadecimal"),
    ("event", {"detail": "secret"}, "a key and a payload"),
    ("event", {"detail": {"key": "xy", "payload": {}}}, "hexadecimal"),
    ("event", {"detail": {"key": "00" * 32, "payload": {"words": "a\0b"}}}, "character that is none"),
    ("event", {"detail": {"key": "00" * 32, "payload": {"n": 10**60}}}, "too large a number"),
    ("event", {"detail": {"key": "00" * 32, "payload": DEEP}}, "nested too deeply"),
    ("event", {"stream": SOMEWHERE}, "not a field"),
]


def _named(case):
    return f"{case[0]}-{next(iter(case[1]))}-{case[2]}".encode("ascii", "replace").decode()


@pytest.mark.parametrize(("kind", "fields", "why"), BAD_FIELDS, ids=map(_named, BAD_FIELDS))
def test_a_field_that_no_form_would_take(file_of_a_space, kind, fields, why):
    lines, number = _changed(file_of_a_space, kind, **fields)
    problems = refused(lines)
    said = [reason for at, reason in problems if at == number]
    assert said, problems
    assert any(why in each for each in said), said


def _changed(lines, of_kind, **fields):
    """The lines with the first record of a kind changed, and that record's line number.

    As a hostile writer would do it: half letters and empty characters as JSON's own escapes.
    """
    for place, line in enumerate(lines):
        found = json.loads(line)
        if found["record"] == of_kind:
            return [*lines[:place], json.dumps({**found, **fields}), *lines[place + 1 :]], place + 1
    raise AssertionError(of_kind)


@pytest.mark.parametrize("kind", ["person", "space", "contribution", "response", "charter", "standpoint"])
def test_a_record_that_is_there_twice(file_of_a_space, kind):
    lines = list(file_of_a_space)
    place = next(i for i, line in enumerate(lines) if json.loads(line)["record"] == kind)
    lines.insert(place + 1, lines[place])
    lines[-1] = json.dumps({"record": "end", "records": len(lines) - 2})
    assert place + 2 in [number for number, _why in refused(lines)]


@pytest.mark.parametrize(
    ("at", "line", "why"),
    [
        (3, "{not json", "not JSON"),
        (3, '{"record": "person", "n": NaN}', "not JSON"),
        (3, '{"record": "person", "n": -Infinity}', "not JSON"),
        (3, '{"record": "person", "n": ' + "9" * 5000 + "}", "not JSON"),
        (3, "[" * 100_000, "nested too deeply"),
        (3, '["person"]', "not a record"),
        (3, "", "not JSON"),
        (3, b'{"record": "\xff\xfe"}', "UTF-8"),
        (3, '{"record": "' + "x" * LONGEST_LINE + '"}', "too long"),
        (3, '{"record": "end", "records": 1}', "stand below"),
        (1, '{"record": "file", "format": "coproduce-space", "version": 4}', "versions 1 to 3"),
        (1, '{"record": "file", "format": "coproduce-space", "version": true}', "versions 1 to 3"),
        (1, '{"record": "file", "format": "coproduce-copy", "version": 1}', "coproduce-space"),
        (1, '{"format": "coproduce-space", "version": 1}', "first line"),
    ],
)
def test_a_line_that_is_none(file_of_a_space, at, line, why):
    lines = [*file_of_a_space[: at - 1], line, *file_of_a_space[at:]]
    ((number, said),) = refused(lines)
    assert number == at + 1 if why == "stand below" else number == at
    assert why in said


@pytest.mark.parametrize("cut", [1, 4, -1])
def test_a_file_that_was_cut_off_says_after_which_line(file_of_a_space, cut):
    lines = file_of_a_space[:cut]
    ((number, said),) = refused(lines)
    assert number == len(lines)
    assert "no “end”" in said


def test_a_line_without_end_is_not_taken_into_memory(tmp_path):
    file = tmp_path / "long"
    file.write_bytes(b"x" * (LONGEST_LINE + 50))
    with file.open("rb") as opened:
        assert [len(line) for line in lines_in(opened)] == [LONGEST_LINE + 1, 49]


# ── what is here already ─────────────────────────────────────────────────────────────────────────


def _records(lines):
    return [json.loads(line) for line in lines]


def _only(lines, kind):
    return next(record for record in _records(lines) if record["record"] == kind)


def test_somebody_who_is_here_is_not_spoken_for(file_of_a_space):
    person = Person.objects.create(id=UUID(_only(file_of_a_space, "person")["id"]), chosen_name="Here before")
    problems = refused(file_of_a_space)
    assert "here already" in problems[0][1]
    assert Person.objects.get() == person


def test_an_account_that_is_here_is_not_taken_over(file_of_a_space):
    email = _only(file_of_a_space, "person")["email"]
    Account.objects.create_user(email)
    assert any("signs in with this address" in why for _number, why in refused(file_of_a_space))
    assert any("signs in with this address" in why for _number, why in refused(file_of_a_space, trusted=True))
    shouted, _number = _changed(file_of_a_space, "person", email=f"  {email.upper()} ")
    assert any("signs in with this address" in why for _number, why in refused(shouted))


def test_trusted_lets_the_same_people_in_but_no_other_address(file_of_a_space):
    first = _only(file_of_a_space, "person")
    account = Account.objects.create_user("else@example.org")
    Person.objects.create(id=UUID(first["id"]), chosen_name="Here before", account=account)
    assert "another address" in refused(file_of_a_space, trusted=True)[0][1]
    Account.objects.update(email=first["email"])
    read_space(actor=None, lines=file_of_a_space, trusted=True)
    assert Person.objects.get(pk=first["id"]).chosen_name == "Here before"


def test_one_address_for_two_people(file_of_a_space):
    second = [record for record in _records(file_of_a_space) if record["record"] == "person"][1]
    lines, _number = _changed(file_of_a_space, "person", email="one@example.org")
    at = next(i for i, record in enumerate(_records(lines)) if record.get("id") == second["id"])
    lines[at] = json.dumps({**second, "email": "ONE@example.org"})
    assert (at + 1, "this address is in the file twice") in refused(lines)


def test_a_right_on_the_whole_server_is_not_smuggled_in(file_of_a_space):
    lines, number = _changed(file_of_a_space, "person", is_facilitator=True)
    building.person("Here before")
    assert number in [at for at, why in refused(lines) if "right on this whole server" in why]
    read_space(actor=None, lines=lines, trusted=True)
    assert Person.objects.filter(is_facilitator=True).count() == 1


def test_an_empty_installation_gets_its_rights_back(file_of_a_space):
    lines, _number = _changed(file_of_a_space, "person", is_facilitator=True)
    read_space(actor=None, lines=lines)
    assert Person.objects.filter(is_facilitator=True).count() == 1


@pytest.fixture
def another(file_of_a_space):
    """A space that is here, with words, a theme and a way in, and the lines of the file that would harm it."""
    space = building.space(slug="another")
    words = building.contribution(space, space.opened_by, "Ours.")
    Theme.objects.create(space=space, name="Ours", proposed_by=space.opened_by)
    return space, words, building.join_link(space, code="OURS-1234")


def test_rows_of_another_space_are_neither_overwritten_nor_linked(another, file_of_a_space):
    space, words, _link = another
    for fields, why in [
        ({"id": str(words.pk)}, "here already"),
        ({"space": str(space.pk)}, "not in the file"),
        ({"answers": str(words.pk), "verb": "builds_on"}, "not in the file"),
        ({"author": str(space.opened_by_id)}, "not in the file"),
    ]:
        lines, _number = _changed(file_of_a_space, "contribution", **fields)
        assert any(why in said for _at, said in refused(lines)), fields
    words.refresh_from_db()
    assert words.words == "Ours."


def test_another_space_keeps_its_address_and_its_identifier(another, file_of_a_space):
    space, _words, link = another
    lines, number = _changed(file_of_a_space, "space", slug=space.slug)
    assert (number, "there is another space called “another” here") in refused(lines)
    old = _only(file_of_a_space, "space")["id"]
    taken = [line.replace(old, str(space.pk)) for line in file_of_a_space]
    assert (number, "this identifier is here already") in refused(taken)
    person = _only(file_of_a_space, "person")["id"]
    made = {"record": "join_link", "id": SOMEWHERE, "space": old, "code": link.code, "made_by": person}
    made |= {"made_at": "2026-01-01T00:00:00+00:00", "ends_at": None, "closed_at": None, "for_anyone": False}
    lines = [
        *file_of_a_space[:-1],
        json.dumps(made),
        json.dumps({"record": "end", "records": len(file_of_a_space) - 1}),
    ]
    assert (len(lines) - 1, "this row breaks a rule of the record") in refused(lines)
    assert JoinLink.objects.get() == link


def _chained(lines, change):
    """The lines with a change made to each event, and the whole chain computed again: a forger can do that."""
    stream = UUID(_only(lines, "space")["id"])
    changed, previous = [], genesis(stream)
    for record in _records(lines):
        if record["record"] == "event":
            change(record)
            detail = record["detail"]
            event = Event(
                stream=stream, sequence=record["sequence"], kind=record["kind"], subject_kind=record["subject_kind"],
                actor=UUID(record["actor"]), subject=UUID(record["subject"]), previous_hash=previous,
                commitment=commitment_of(detail["key"], detail["payload"]),
            )  # fmt: skip
            event.at = Event._meta.get_field("at").to_python(record["at"])
            record |= {"previous_hash": previous, "commitment": event.commitment, "hash": hash_of(event)}
            previous = record["hash"]
        changed.append(json.dumps(record))
    return changed


def test_a_forged_history_does_not_say_that_somebody_here_did_it(another, file_of_a_space):
    space, _words, _link = another
    forged = _chained(file_of_a_space, lambda event: event.update(actor=str(space.opened_by_id)))
    assert all("“actor” points to something" in why for _at, why in refused(forged))


def test_changed_history_is_named_by_its_line(file_of_a_space):
    lines, number = _changed(file_of_a_space, "event", kind="nothing to see")
    assert refused(lines) == [(number, "this event was changed after it was written")]


def test_a_file_of_a_space_that_is_here_adds_nobody(file_of_a_space):
    """Also when it brings more people than are written at once."""
    read_space(actor=None, lines=file_of_a_space)
    person = _only(file_of_a_space, "person")
    more = [
        json.dumps({**person, "id": f"00000000-0000-7000-8000-{n:012d}", "email": None, "added_by": None})
        for n in range(700)
    ]
    before = rows()
    read_space(actor=None, lines=[file_of_a_space[0], *more, *file_of_a_space[1:]])
    assert rows() == before


# ── the command ──────────────────────────────────────────────────────────────────────────────────


def test_the_command_names_the_line_and_the_reason(file_of_a_space, tmp_path, capsys):
    lines, number = _changed(file_of_a_space, "contribution", words="half \ud800", kind="\u001b[2J")
    file = tmp_path / "hostile.jsonl"
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(CommandError) as stopped:
        call_command("import", "space", str(file))
    assert stopped.value.returncode == 1
    assert "Nothing was read in" in str(stopped.value)
    assert f"  line {number}: “" in capsys.readouterr().err
    assert not Space.objects.exists()


@pytest.mark.slow
@pytest.mark.parametrize("content", [b"", b"\x00" * 2000, b"\xff" * 50, b"PK\x03\x04 a picture", b"[[[[" * 50_000])
def test_anything_else_is_no_file_of_a_space(tmp_path, content):
    file = tmp_path / "other"
    file.write_bytes(content)
    ended = subprocess.run(  # the whole command, so that a traceback would be seen
        [str(Path(sys.executable).parent / "coproduce"), "import", "space", str(file)],
        capture_output=True, text=True, check=False, timeout=60,
        env={"COPRODUCE_HOME": str(tmp_path / "home"), "PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert ended.returncode == 1
    assert "Traceback" not in ended.stderr
    assert "Nothing was read in" in ended.stderr


def test_what_was_read_in_can_be_shown(file_of_a_space, signed_in):
    space = read_space(actor=None, lines=file_of_a_space)
    client = signed_in(space.opened_by)
    for name in ("contributions:contributions", "deliberation:statements", "reports:account"):
        assert client.get(reverse(name, args=[space.slug])).status_code == 200
