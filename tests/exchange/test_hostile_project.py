"""Project files made to do harm: refused in clear words, in no time, in little memory, with nothing on disk."""

import io
import os
import struct
import subprocess
import sys
import time
import zipfile
import zlib

import pytest

from coproduce.errors import BadFile
from coproduce.exchange.archives import MOST_MEMBERS, Archive
from coproduce.exchange.research import reading
from coproduce.exchange.research.opening import is_project, read_project
from coproduce.exchange.research.reading import read_qdc, read_qdpx
from coproduce.exchange.sheets import sheet_rows
from tests.exchange.research_files import GUID, QDE, archive, foreign

EMPTY = QDE.format(origin="", inside="")
BOOK = '<CodeBook xmlns="urn:QDA-XML:codebook:1.0"><Codes>{inside}</Codes></CodeBook>'


def project(*more, qde=EMPTY):
    return archive([("project.qde", qde), *more])


def refused(content, read=read_project):
    with pytest.raises(BadFile) as caught:
        read(content)
    said = str(caught.value.what_now)
    assert said[-1] in ".”", said
    assert len(said) < 300
    return said


def link_in_place_of_a_file():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("project.qde", EMPTY)
        info = zipfile.ZipInfo("sources/one.txt")
        info.external_attr = 0o120777 << 16
        file.writestr(info, "/etc/passwd")
    return content.getvalue()


def with_flag(content, bit):
    """The same archive, with a bit of its flags set in every header."""
    made = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = made.find(mark)
        while at >= 0:
            made[at + place] |= bit
            at = made.find(mark, at + 4)
    return bytes(made)


def bomb(size):
    return project(("sources/one.txt", b"\0" * size))


def liar(size):
    """A member that says it unpacks to little and unpacks to much."""
    inside = b"a" * size
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(inside) + packer.flush()
    made = bytearray(project(("sources/one.txt", inside)))
    for mark, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = made.rfind(mark)
        struct.pack_into("<I", made, at + place, 10)
    assert packed in bytes(made)
    return bytes(made)


def overlapping():
    """Two members of the directory that share the bytes of one: how a small archive unpacks to terabytes."""
    content = bytearray(project(("a.txt", "x" * 5000), ("b.txt", "y" * 5000)))
    first = content.find(b"PK\x01\x02")
    second = content.find(b"PK\x01\x02", first + 4)
    third = content.find(b"PK\x01\x02", second + 4)
    content[third + 42 : third + 46] = content[second + 42 : second + 46]
    return bytes(content)


HOSTILE = {
    "path traversal": lambda: project(("../../etc/cron.d/x", "x")),
    "path traversal, Windows": lambda: project(("sources\\..\\..\\x.txt", "x")),
    "absolute name": lambda: project(("/etc/passwd", "x")),
    "a drive": lambda: project(("C:/x.txt", "x")),
    "a name that turns around": lambda: project(("sources/\u202etxt.exe", "x")),
    "link": link_in_place_of_a_file,
    "same name in large letters": lambda: project(("PROJECT.QDE", EMPTY)),
    "two projects": lambda: project(("other.qde", EMPTY)),
    "no project": lambda: archive([("sources/project.qde", EMPTY)]),
    "password": lambda: with_flag(project(), 0x1),
    "bomb": lambda: bomb(30_000_000),
    "nested bomb": lambda: project(("sources/one.qde", bomb(30_000_000))),
    "overlapping": overlapping,
    "too many": lambda: project(*((f"{n}.bin", "") for n in range(MOST_MEMBERS))),
    "cut off": lambda: project()[:-30],
    "unknown packing": lambda: with_compression(project(), 99),
}


def with_compression(content, kind):
    made = bytearray(content)
    for mark, place in ((b"PK\x03\x04", 8), (b"PK\x01\x02", 10)):
        at = made.find(mark)
        struct.pack_into("<H", made, at + place, kind)
    return bytes(made)


@pytest.mark.slow
@pytest.mark.parametrize("which", HOSTILE)
def test_an_archive_made_to_do_harm_is_refused(which, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    content = HOSTILE[which]()
    refused(content, read_qdpx)
    is_project(content)
    assert not list(tmp_path.iterdir())


def test_two_members_of_the_same_name_are_refused():
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as file:
        file.writestr("project.qde", EMPTY)
        with pytest.warns(UserWarning, match="Duplicate"):
            file.writestr("project.qde", EMPTY)
    assert "same name" in refused(content.getvalue())


def test_a_member_that_lies_about_its_size_is_stopped():
    content = liar(3_000_000)
    with pytest.raises(BadFile):
        Archive(content).read("sources/one.txt")


BILLION = (
    '<!DOCTYPE p [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{("&" + chr(97 + n) + ";") * 10}">' for n in range(9))
    + "]>"
)
DECLARED = {
    "billion laughs": (BILLION, "&j;"),
    "a file of the server": ('<!DOCTYPE p [<!ENTITY x SYSTEM "file:///etc/passwd">]>', "&x;"),
    "an address": ('<!DOCTYPE p [<!ENTITY x SYSTEM "http://127.0.0.1:9/x">]>', "&x;"),
    "parameter": ('<!DOCTYPE p [<!ENTITY % x SYSTEM "http://127.0.0.1:9/x"> %x;]>', ""),
    "quadratic": (f'<!DOCTYPE p [<!ENTITY x "{"a" * 50_000}">]>', "&x;" * 5_000),
    "any declaration": ('<!DOCTYPE Project SYSTEM "http://schema.example/Project.dtd">', ""),
}


@pytest.mark.parametrize("coding", ["utf-8", "utf-16", "utf-8-sig"])
@pytest.mark.parametrize("which", DECLARED)
def test_xml_that_declares_anything_is_refused(which, coding):
    declared, used = DECLARED[which]
    text = f'<?xml version="1.0"?>{declared}' + QDE.format(origin="", inside=f"<Description>{used}</Description>")
    assert "DOCTYPE" in refused(project(qde=text.encode(coding)))
    book = f"{declared}{BOOK.format(inside=used)}".encode(coding)
    assert "DOCTYPE" in refused(book, read_qdc)


@pytest.mark.parametrize(
    "inside",
    [
        "<Code " * 3,
        '<Code guid="a" name="a" isCodable="true">' * 21 + "</Code>" * 21,
        "<Description>" * 400 + "</Description>" * 400,
        '<Code guid="a" name="a" isCodable="true"/>' * 2,
        '<Code name="a" isCodable="true"/>',
        "&undeclared;",
        "\x0b",
    ],
)
def test_xml_that_is_broken_or_bent_is_refused(inside):
    refused(BOOK.format(inside=inside).encode(), read_qdc)


@pytest.mark.parametrize("content", [b"<html/>", b'<CodeBook xmlns="urn:other"/>', b"<a", b"<\0\0", b"<\xff\xff>"])
def test_xml_of_something_else_is_refused(content):
    refused(content)


def test_more_of_anything_than_is_read_is_refused_in_words(monkeypatch):
    monkeypatch.setattr(reading, "MOST_OF_OTHERS", 3)
    inside = "<Sets>" + '<Set guid="s" name="s"/>' * 4 + "</Sets>"
    assert "more than 3 of “Set”" in refused(project(qde=QDE.format(origin="", inside=inside)))


def test_numbers_and_references_that_lead_nowhere_are_left_out_and_said():
    content = foreign(
        "One two", [("-3", "2", ""), ("9" * 40, "9" * 41, ""), ("x", "1", ""), ("5", "1", ""), ("0", "2", "")]
    )
    read = read_qdpx(content)
    assert len(read.codings) == 1
    assert read.not_taken == ["4 passages: their positions lie outside of their text."]


def test_a_source_may_only_name_a_member_of_the_archive():
    for path in (
        "internal://../../etc/passwd",
        "/etc/passwd",
        "file:///etc/passwd",
        "http://127.0.0.1:9/",
        "relative://x",
    ):
        inside = f'<Sources><TextSource guid="{GUID.format(1)}" name="x" plainTextPath="{path}"/></Sources>'
        read = read_qdpx(project(qde=QDE.format(origin="", inside=inside)))
        assert read.texts == []
        assert "not in the file" in read.not_taken[0]


HUGE = """
import resource, sys, time
from coproduce.config import command
import os
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coproduce.config.settings")
import django; django.setup()
from coproduce.errors import BadFile
from coproduce.exchange.research.opening import read_project
from tests.exchange.test_hostile_project import BILLION, DECLARED, HOSTILE, BOOK, project, QDE
cases = [make() for make in HOSTILE.values()]
cases += [project(qde=d + QDE.format(origin="", inside=u)) for d, u in DECLARED.values()]
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
slowest = 0
for content in cases:
    begun = time.perf_counter()
    try:
        read_project(content)
        sys.exit("not refused")
    except BadFile:
        pass
    slowest = max(slowest, time.perf_counter() - begun)
print(slowest, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024)
"""


def test_the_same_long_passage_many_times_takes_no_longer_than_the_file():
    content = foreign("ab " * 60_000, [(0, 179_000, f"ab {number}") for number in range(3_000)])
    begun = time.perf_counter()
    assert len(read_qdpx(content).codings) == 3_000
    assert time.perf_counter() - begun < 3


@pytest.mark.slow
def test_refusing_takes_no_time_and_no_memory(tmp_path):
    environment = {**os.environ, "COPRODUCE_TESTING": "1", "COPRODUCE_HOME": str(tmp_path)}
    environment["PYTHONPATH"] = os.pathsep.join(["src", "."])
    done = subprocess.run(
        [sys.executable, "-c", HUGE], capture_output=True, text=True, env=environment, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr[-2000:]
    seconds, megabytes = map(float, done.stdout.split())
    assert seconds < 2
    assert megabytes < 256


@pytest.mark.parametrize("which", ["bomb", "path traversal", "link", "overlapping"])
def test_a_spreadsheet_is_looked_into_as_a_project_is(which):
    with pytest.raises(BadFile):
        list(sheet_rows(HOSTILE[which]()))
