"""A whole space goes into a file and comes back with nothing lost."""

import json
from pathlib import Path

import pytest
from django.apps import apps
from django.core.files.storage import default_storage
from django.core.management import call_command

from coproduce.consent.models import Agreement, AgreementText
from coproduce.contributions.attaching.storing import content_of
from coproduce.contributions.models import Attachment, Contribution
from coproduce.decisions.actions import propose, suggest_amendment
from coproduce.decisions.models import Amendment
from coproduce.deliberation.models import Response, Statement, Value
from coproduce.errors import BadFile
from coproduce.exchange.actions.space import read_space
from coproduce.exchange.proof import problems
from coproduce.exchange.queries import space_records
from coproduce.exchange.space_file import BY_RECORD, NEW_IN_2, NEW_IN_3, VERSION, columns
from coproduce.history import triggers
from coproduce.history.chain import record
from coproduce.people.models import Account, Person
from coproduce.spaces.models import Space
from coproduce.themes.models import Theme, ThemeLink

BELONGS_TO_THE_INSTALLATION = {
    "Account": "ways to sign in",
    "SignInRequest": "ways to sign in",
    "WaitingWords": "words that are not in the space yet",
    "Event": "written as event lines",
    "EventDetail": "written with its event",
    "Submission": "only there so that a form acts once",
    "Remembered": "forgotten after minutes",
    "Mail": "mail of the demonstration",
    "LetterChoice": "whether this installation writes to somebody",
    "Draft": "words that nobody has sent yet, for their writer alone",
    "Upload": "a table that was not read in yet",
    "AcrossLink": "joins two spaces, and needs the yes of both: asked for anew where one of them has moved to",
    "Piece": "what goes on in the background of this server, forgotten after a month",
    "Searchable": "made again by triggers from what is read in",
}


def lines_of(space):
    return [json.dumps(each, ensure_ascii=False) for each in space_records(space)]


PICTURE = b"\x89PNG\r\n\x1a\n and what a picture holds"


def fill(build):
    space = build.space(slug="round-trip", question="Does it all come back? “é” 👩‍⚕️")
    someone = build.member(space, "Ada", ways="LM")
    helped = build.member(space, "Bert", account=False)
    first = build.contribution(space, someone, "Line one\nline two ﷽ <b>")
    build.attachment(first, PICTURE, name="the ward “é”.png", words="A corridor")
    build.contribution(space, helped, "yes", answers=first, verb="supports", recorder=space.opened_by)
    text = AgreementText.objects.create(space=space, use="quote", words="May we?", written_by=space.opened_by)
    Agreement.objects.create(space=space, person=someone, use="quote", text=text, given=True)
    statement = Statement.objects.create(space=space, words="It helps.", drawn_by=someone)
    response = Response.objects.create(statement=statement, person=helped, answer=-1, reason="no")
    response.values.add(Value.objects.create(space=space, name="fairness"))
    response.values.add(Value.objects.create(space=space, name="access"))
    for number in range(3):
        record("something happened", actor=someone, space=space, subject=first, number=number)
    return space


def empty_the_installation():
    triggers.remove()
    call_command("flush", interactive=False, verbosity=0)
    assert not Space.objects.exists()
    assert not Person.objects.exists()


@pytest.fixture
def file_of_a_space(transactional_db):
    """The lines of a space that is no longer here."""
    from tests import building

    lines = lines_of(fill(building))
    empty_the_installation()
    return lines


@pytest.fixture
def file_with_an_amendment(transactional_db):
    """The lines of a space, which is still here, where somebody suggested other words for a proposal."""
    from tests import building

    space = fill(building)
    whose, words = space.opened_by, Contribution.objects.filter(space=space, state="visible").first()
    proposal = propose(actor=whose, space=space, title="A lamp", words="Hang a lamp.", contributions=[words])
    suggest_amendment(actor=whose, proposal=proposal, words="Hang two lamps.", why="One is dim.")
    return lines_of(space)


def test_it_comes_back_record_by_record(file_of_a_space):
    space = read_space(actor=None, lines=file_of_a_space)
    after = lines_of(space)
    assert after[1:] == file_of_a_space[1:]
    assert json.loads(after[-1])["records"] > 25
    assert list(problems()) == []
    assert Account.objects.filter(person__chosen_name="Ada").exists()


def test_files_come_back_to_places_of_their_own(file_of_a_space):
    read_space(actor=None, lines=file_of_a_space)
    attached = Attachment.objects.get()
    assert content_of(attached.path) == PICTURE
    assert not any(attached.path in line for line in file_of_a_space)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"bytes": "not base64!"}, "base64"),
        ({"bytes": "AAAA"}, "size"),
        ({"bytes": None, "path": "../../etc/passwd"}, "path"),
        ({"content_type": "text/html"}, "kind"),
        ({"content_type": "image/jpeg"}, "kind"),
        ({"digest": "0" * 64}, "digest"),
        ({"size": 3}, "size"),
        ({"draft": "00000000-0000-7000-8000-0000000000ff"}, "draft"),
        ({"erased_at": "2026-01-01T00:00:00.000000+00:00"}, "erased"),
    ],
)
@pytest.mark.slow
def test_a_file_that_is_not_what_it_says_is_refused_and_leaves_nothing(file_of_a_space, fields, why):
    before = set(default_storage.listdir("")[0])
    lines, number = _changed(file_of_a_space, "attachment", **fields)
    with pytest.raises(BadFile) as refused:
        read_space(actor=None, lines=lines)
    assert any(line == number and why in said for line, said in refused.value.problems)
    assert not Space.objects.exists()
    assert set(default_storage.listdir("")[0]) == before


@pytest.mark.slow
def test_reading_it_twice_changes_nothing(file_of_a_space):
    space = read_space(actor=None, lines=file_of_a_space)
    assert read_space(actor=None, lines=file_of_a_space) == space
    assert lines_of(space)[1:] == file_of_a_space[1:]


def _changed(lines, of_kind, **fields):
    """The lines with the first record of a kind changed, and that record's line number."""
    changed = list(lines)
    for place, line in enumerate(lines):
        found = json.loads(line)
        if found["record"] == of_kind:
            changed[place] = json.dumps({**found, **fields}, ensure_ascii=False)
            return changed, place + 1
    raise AssertionError(of_kind)


@pytest.mark.parametrize(
    ("kind", "fields", "why"),
    [
        ("contribution", {"kind": "shout"}, "kind"),
        ("contribution", {"author": "00000000-0000-7000-8000-0000000000ff"}, "not in the file"),
        ("contribution", {"words": 5}, "should be text"),
        ("contribution", {"surprise": 1}, "surprise"),
        ("contribution", {"said_on": "yesterday"}, "said_on"),
        ("response", {"values": ["00000000-0000-7000-8000-0000000000ff"]}, "not in the file"),
        ("person", {"record": "robot"}, "robot"),
        ("event", {"at": "never"}, "should be a moment"),
    ],
)
@pytest.mark.slow
def test_a_bad_record_is_named_by_its_line_and_nothing_is_read(file_of_a_space, kind, fields, why):
    lines, number = _changed(file_of_a_space, kind, **fields)
    with pytest.raises(BadFile) as refused:
        read_space(actor=None, lines=lines)
    assert number in [line for line, _why in refused.value.problems]
    assert any(why in said for _line, said in refused.value.problems)
    assert not Space.objects.exists()
    assert not Person.objects.exists()


@pytest.mark.slow
def test_history_that_was_changed_is_refused(file_of_a_space):
    lines, _number = _changed(file_of_a_space, "event", kind="nothing to see")
    with pytest.raises(BadFile, match="changed after it was written"):
        read_space(actor=None, lines=lines)
    assert not Space.objects.exists()


@pytest.mark.parametrize("cut", [1, 5, -1])
@pytest.mark.slow
def test_a_file_that_was_cut_off_is_refused(file_of_a_space, cut):
    with pytest.raises(BadFile):
        read_space(actor=None, lines=file_of_a_space[:cut])
    assert not Space.objects.exists()


@pytest.mark.parametrize("lines", [[], ["not json"], ['{"format": "other"}'], ["[1]"], ["[" * 100_000]])
def test_what_is_no_such_file_is_refused(db, lines):
    with pytest.raises(BadFile):
        read_space(actor=None, lines=lines)


@pytest.mark.slow
def test_an_address_that_is_here_already_is_refused(file_of_a_space):
    email = next(found["email"] for line in file_of_a_space if (found := json.loads(line)).get("email"))
    Account.objects.create_user(email)
    with pytest.raises(BadFile) as refused:
        read_space(actor=None, lines=file_of_a_space)
    assert "somebody here already signs in with this address" in [why for _line, why in refused.value.problems]
    assert not Space.objects.exists()


def test_every_model_of_a_space_is_in_the_file():
    left_out = {
        model.__name__
        for model in apps.get_models()
        if model.__module__.startswith("coproduce.")
        and not model._meta.auto_created
        and model not in {part.model for part in BY_RECORD.values()}
    }
    unexplained = left_out - set(BELONGS_TO_THE_INSTALLATION)
    assert not unexplained, f"Add {unexplained} to PARTS in exchange/space_file.py, or say here why not."


def test_the_command_writes_and_reads(file_of_a_space, tmp_path):
    space = read_space(actor=None, lines=file_of_a_space)
    out = tmp_path / "space.jsonl"
    call_command("export", "space", space.slug, out=str(out))
    assert out.stat().st_mode & 0o077 == 0
    assert out.read_text().splitlines()[1:] == file_of_a_space[1:]
    empty_the_installation()
    call_command("import", "space", str(out))
    assert Space.objects.get().slug == space.slug


OLD = Path(__file__).with_name("version-1.jsonl")


def test_a_file_of_the_first_version_is_still_read(transactional_db):
    lines = OLD.read_text(encoding="utf-8").splitlines()
    space = read_space(actor=None, lines=lines)
    steps = Theme.objects.get(space=space, name="Steps")
    assert (steps.parent, steps.colour) == (None, "")
    assert ThemeLink.objects.filter(theme=steps, start=2, end=6, moved_from=None).exists()
    assert Contribution.objects.get(words__endswith="twice.").citation == ""
    assert list(problems()) == []
    after = lines_of(space)
    assert json.loads(after[0])["version"] == VERSION
    old, new = (map(json.loads, some[1:]) for some in (lines, after[:-1]))
    by_key = {(each["record"], each.get("id")): each for each in new}
    for each in old:
        if each.get("id"):
            assert each.items() <= by_key[each["record"], each["id"]].items()


def test_a_file_of_the_second_version_is_still_read(file_with_an_amendment):
    before = [json.loads(line) for line in file_with_an_amendment]
    before[0]["version"] = 2
    for each in before:
        for name in NEW_IN_3.get(each["record"], ()):
            del each[name]
    empty_the_installation()
    read_space(actor=None, lines=[json.dumps(each) for each in before])
    assert Amendment.objects.get().charter is None
    assert list(problems()) == []


@pytest.mark.parametrize("version", [0, 4, True, "1", 1.5, None])
def test_another_version_is_refused(db, version):
    lines = OLD.read_text(encoding="utf-8").splitlines()
    lines[0] = json.dumps({**json.loads(lines[0]), "version": version})
    with pytest.raises(BadFile):
        read_space(actor=None, lines=lines)


def test_only_the_fields_that_are_new_may_be_missing_and_only_in_an_old_file(db):
    lines = OLD.read_text(encoding="utf-8").splitlines()
    for gone, version in (("origin", 1), ("colour", 2), ("colour", 3)):
        changed = list(lines)
        for place, line in enumerate(lines):
            record = json.loads(line)
            if record["record"] == "theme":
                record.pop(gone, None)
            if record["record"] == "file":
                record["version"] = version
            changed[place] = json.dumps(record)
        with pytest.raises(BadFile) as refused:
            read_space(actor=None, lines=changed)
        assert any("is missing" in why for _line, why in refused.value.problems)


def test_every_field_that_is_new_is_a_field():
    for kind, names in [*NEW_IN_2.items(), *NEW_IN_3.items()]:
        assert names <= {field.name for field in columns(BY_RECORD[kind].model)}
