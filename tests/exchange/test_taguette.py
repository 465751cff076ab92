"""A project file of Taguette is read by the bytes that it counts in, and is not believed in anything else."""

import json
import sqlite3
import time

import pytest

from coproduce.contributions.models import Contribution
from coproduce.errors import BadFile
from coproduce.exchange.actions.research import bring_project
from coproduce.exchange.research.opening import is_project
from coproduce.exchange.research.taguette import Page, read_taguette
from coproduce.themes.models import Theme, ThemeLink

HTML = "<h1>Gespräch 👩‍⚕️</h1><p>Ich <b>zähle</b> die Stufen &amp; halte an.</p>\n<ul><li>eins</li><li>zwei</li></ul>"
SCHEMA = """
CREATE TABLE projects (id INTEGER PRIMARY KEY, name TEXT, description TEXT, created DATETIME);
CREATE TABLE documents (id INTEGER PRIMARY KEY, name TEXT, description TEXT, filename TEXT, created DATETIME,
    project_id INTEGER, text_direction TEXT, contents TEXT);
CREATE TABLE highlights (id INTEGER PRIMARY KEY, document_id INTEGER, start_offset INTEGER, end_offset INTEGER,
    snippet TEXT);
CREATE TABLE tags (id INTEGER PRIMARY KEY, project_id INTEGER, path TEXT, description TEXT);
CREATE TABLE highlight_tags (highlight_id INTEGER, tag_id INTEGER);
CREATE TABLE commands (id INTEGER PRIMARY KEY, date DATETIME, user_login TEXT, project_id INTEGER, document_id INTEGER,
    payload TEXT);
INSERT INTO projects VALUES (1, 'Stairs', '', '2025-01-02 03:04:05.000006');
INSERT INTO tags VALUES (1, 1, 'body.breath', 'Out of it'), (2, 1, 'numbers', '');
"""
TEXT = "Gespräch 👩‍⚕️Ich zähle die Stufen & halte an.\neinszwei"


def in_bytes(words):
    start = len(TEXT[: TEXT.index(words)].encode())
    return start, start + len(words.encode())


def file_of(tmp_path, *more, schema=SCHEMA):
    path = tmp_path / "project.sqlite3"
    path.unlink(missing_ok=True)
    database = sqlite3.connect(path)
    database.executescript(schema)
    if schema is SCHEMA:
        database.execute("INSERT INTO documents VALUES (5, 'One', '', 'one.docx', '2025-02-03', 1, 'LTR', ?)", [HTML])
        for number, (words, tag, login) in enumerate(
            [
                ("zähle", 1, "ada"),
                ("Stufen & halte", 1, "bert"),
                ("eins", 2, "ada"),
                ("👩‍⚕️", 2, "ada"),
                ("an.", None, "ada"),
            ]
        ):
            snippet = f"<p>{words.replace('&', '&amp;')}</p>"
            database.execute("INSERT INTO highlights VALUES (?, 5, ?, ?, ?)", [number, *in_bytes(words), snippet])
            if tag:
                database.execute("INSERT INTO highlight_tags VALUES (?, ?)", [number, tag])
            payload = json.dumps({"type": "highlight_add", "highlight_id": number})
            database.execute("INSERT INTO commands VALUES (NULL, '2025-03-04 05:06:07', ?, 1, 5, ?)", [login, payload])
    for statement in more:
        database.execute(statement)
    database.commit()
    database.close()
    return path.read_bytes()


def test_highlights_stand_where_their_bytes_say(tmp_path):
    project = read_taguette(file_of(tmp_path))
    words = project.texts[0].words
    assert words == "Gespräch 👩‍⚕️\nIch zähle die Stufen & halte an.\n\neins\nzwei"
    assert [words[each.start : each.end] for each in project.codings] == ["zähle", "Stufen & halte", "eins", "👩‍⚕️"]
    assert "5 of 5" in project.counted
    assert project.not_taken == ["1 highlight without a tag."]
    assert len(project.coders) == 2
    assert "ada" not in str(project.coders)
    assert project.codings[0].at.isoformat() == "2025-03-04T05:06:07+00:00"


def test_it_comes_in_whole_and_once(build, tmp_path):
    space = build.space()
    for _time in range(2):
        bring_project(actor=space.opened_by, space=space, project=read_taguette(file_of(tmp_path)))
    assert Contribution.objects.get(space=space).said_on.isoformat() == "2025-02-03"
    assert sorted(Theme.objects.values_list("name", "words")) == [("body.breath", "Out of it"), ("numbers", "")]
    assert ThemeLink.objects.count() == 4
    assert ThemeLink.objects.values("linked_by").distinct().count() == 2


def test_a_passage_over_several_blocks_takes_the_lines_between_along():
    page = Page("<p>one é</p><p>two</p>")
    assert page.words == "one é\ntwo"
    assert page.stretch(4, 9) == (4, 9)
    assert page.words[slice(*page.stretch(4, 9))] == "é\ntwo"
    assert page.stretch(0, 6) == (0, 5)
    assert page.stretch(3, 99) is None


ENDLESS = (
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x AS id, 1 AS project_id, '' AS name, "
)


@pytest.mark.parametrize(
    "more",
    [
        ["DROP TABLE documents", f"CREATE VIEW documents AS {ENDLESS} '' AS contents, '' AS created FROM n"],
        ["DROP TABLE tags"],
        ["ALTER TABLE tags RENAME COLUMN path TO other"],
        ["INSERT INTO projects VALUES (2, 'Two', '', '')", "INSERT INTO documents VALUES (6,'x','','','',2,'','<p>x')"],
        [
            "DROP TABLE tags",
            "CREATE TABLE tags (id, project_id, path, description AS (zeroblob(900000000)))",
            "INSERT INTO tags (id, project_id, path) VALUES (1, 1, 'x')",
        ],
    ],
)
def test_a_database_made_to_do_harm_is_refused(tmp_path, more):
    with pytest.raises(BadFile):
        read_taguette(file_of(tmp_path, *more, schema=SCHEMA))


@pytest.mark.parametrize("cut", [0, 50, 100, 5000])
def test_a_database_that_was_cut_off_is_refused(tmp_path, cut):
    with pytest.raises(BadFile):
        read_taguette(file_of(tmp_path)[:cut])


def test_numbers_that_are_none_are_left_out(tmp_path):
    content = file_of(
        tmp_path,
        "UPDATE highlights SET start_offset = 'x' WHERE id = 0",
        "UPDATE highlights SET end_offset = 9000000000000000000 WHERE id = 1",
        "UPDATE commands SET payload = 'not json'",
    )
    project = read_taguette(content)
    assert len(project.codings) == 2
    assert "2 passages" in " ".join(project.not_taken)


def test_what_it_is_is_seen_from_its_content(tmp_path):
    assert is_project(file_of(tmp_path))
    assert is_project(b"\xef\xbb\xbf\n<?xml")
    assert not is_project(b"Words,Who\n<b>,x\n")


@pytest.mark.parametrize("piece", ["<!--", "<![", "<a ", "</", "&", "<?", "<a b='", "<p>", "<b>", "<script>", "\0"])
def test_html_made_to_be_slow_is_read_at_once(piece):
    begun = time.perf_counter()
    Page(piece * 200_000)
    assert time.perf_counter() - begun < 2


def test_a_text_that_is_empty_or_of_one_line_is_read():
    assert Page("").words == ""
    assert Page("Only words").stretch(5, 10) == (5, 10)
