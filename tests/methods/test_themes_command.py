"""``coproduce themes``: what it prints and draws, and what it says of files that are not what they should be."""

import csv
import io
import json
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.commands import run
from coproduce_methods.errors import Malformed
from coproduce_methods.themes_files import read_texts
from coproduce_methods.themes_picture import Shown, drawn, wrapped
from tests.methods.feedback import THEMES, feedback, table

SVG = "{http://www.w3.org/2000/svg}"


def as_csv(texts, belongs, themes=THEMES, end="\r\n"):
    file = io.StringIO()
    out = csv.writer(file, lineterminator=end)
    out.writerow(["id", "text", *themes])
    for at, (text, given_) in enumerate(zip(texts, belongs, strict=True)):
        out.writerow([at, text, *("1" if one else "" for one in given_)])
    return file.getvalue()


@pytest.fixture(scope="module")
def texts():
    made, about = feedback(150, 6)
    belongs = table(about) & (np.arange(150) % 2 == 0)[:, None]
    made[1] = ""
    return made, belongs


@pytest.fixture
def path(tmp_path, texts):
    file = tmp_path / "texts.csv"
    file.write_text(as_csv(*texts), encoding="utf-8-sig")
    return file


def printed(capsys, *arguments):
    assert run("themes", [str(one) for one in arguments]) == 0
    return capsys.readouterr().out


def test_json_has_every_row_without_a_theme_and_every_label(path, texts, capsys):
    record = json.loads(printed(capsys, path, "--text", "text", "--labels", *THEMES, "--json", "--words-only"))
    assert (record["format"], record["version"]) == ("coproduce.themes", 1)
    free = np.flatnonzero(~texts[1].any(axis=1)).tolist()
    assert [one["row"] for one in record["suggestions"]] == free
    for one in record["suggestions"]:
        assert {label for label, _ in one["labels"]} == set(THEMES)
        assert all(0 <= chance <= 1 for _, chance in one["labels"])
        assert [chance for _, chance in one["labels"]] == sorted((c for _, c in one["labels"]), reverse=True)
    assert record["too_few"] == []
    assert 1 <= len(record["emergent"]) <= 8
    assert set(record["emergent"][0]) == {"rows", "words", "reason", "typical", "newness", "cohesion", "within"}
    assert all(set(group["rows"]) <= set(free) for group in record["emergent"])


def test_without_labels_everything_is_looked_at_and_nothing_suggested(path, capsys):
    record = json.loads(printed(capsys, path, "--text", "text", "--json", "--words-only"))
    assert record["suggestions"] == []
    assert record["emergent"]
    assert record["texts"] == 150


def test_labels_that_nobody_gave_leave_nothing_to_learn_from(tmp_path, texts, capsys):
    file = tmp_path / "none.csv"
    file.write_text(as_csv(texts[0], texts[1] & False))
    given_ = (file, "--text", "text", "--labels", *THEMES, "--words-only")
    record = json.loads(printed(capsys, *given_, "--json"))
    assert record["too_few"] == list(THEMES)
    assert len(record["suggestions"]) == 150
    assert record["suggestions"][0] == {"row": 0, "labels": []}
    assert "nothing to learn suggestions from" in printed(capsys, *given_)


def test_the_summary_can_be_read(path, capsys):
    out = printed(capsys, path, "--text", "text", "--labels", *THEMES, "--words-only")
    assert "150 texts" in out
    assert "may belong to a known theme" in out
    assert "What fits no theme yet" in out
    assert max(map(len, out.splitlines())) <= 110


def test_the_picture_holds_the_words_and_stands_alone(path, tmp_path, capsys):
    file = tmp_path / "groups.svg"
    printed(capsys, path, "--text", "text", "--labels", *THEMES, "--words-only", "--svg", file)
    tree = ElementTree.parse(file).getroot()
    assert tree.find(f"{SVG}title").text == "What fits no theme yet"
    assert "texts." in tree.find(f"{SVG}desc").text
    said = " ".join(tree.itertext())
    assert "soup" in said or "letter" in said
    assert "http" not in file.read_text().replace("http://www.w3.org/2000/svg", "")


def test_a_picture_of_hostile_words_is_still_a_picture():
    made = drawn([Shown(["<b>", "a\0b", "x" * 300], 5000, "why & how", ["]]>" * 90, "\x1b[31m", ""])], ["<end>"])
    tree = ElementTree.fromstring(made)
    assert len(tree.findall(f"{SVG}circle")) <= 160
    assert "32 texts" in " ".join(tree.itertext())
    assert drawn([], []).count("Nothing that asks") == 3


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.integers(2, 40), st.integers(1, 5))
def test_lines_are_never_too_long_nor_too_many(said, columns, most):
    lines = wrapped(said, columns, most)
    assert len(lines) <= most
    assert all(len(line) <= columns for line in lines)


@pytest.mark.slow
def test_it_runs_by_itself_and_files_of_any_line_ends_are_the_same(tmp_path, texts):
    out = []
    for name, end in (("one.csv", "\n"), ("two.csv", "\r\n")):
        (tmp_path / name).write_bytes(as_csv(texts[0][:60], texts[1][:60], end=end).encode())
        command = [sys.executable, "-m", "coproduce_methods", "themes", tmp_path / name, "--text", "text", "--json"]
        command += ["--words-only", "--labels", *THEMES]
        out.append(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    assert out[0] == out[1]


# ── what is wrong with a file ────────────────────────────────────────────────────────────────────

WRONG = {
    "empty": (b"", 1, "empty"),
    "binary": (b"\x89PNG\r\n\x1a\n\xff\xfe\x00", 1, "UTF-8"),
    "not utf-8": (b"text,parking\nok,1\ncaf\xe9,\n", 3, "UTF-8"),
    "no such column": (b"words,parking\na,1\n", 1, "no column is named 'text'"),
    "no such label": (b"text,park\na,1\n", 1, "no column is named 'parking'"),
    "two of a name": (b"text,parking,parking\na,1,\n", 1, "more than one column"),
    "other than one": (b'text,parking\na,1\n"b\nb",2\n', 3, "expected 1, or nothing"),
    "a word": (b"text,parking\na,yes\n", 2, "expected 1, or nothing"),
    "a huge number": (b"text,parking\na," + b"9" * 5000 + b"\n", 2, "expected 1, or nothing"),
    "too few cells": (b"text,parking\na,1\nb\n", 3, "has 1 cells"),
    "too many cells": (b"text,parking\na,1,1\n", 2, "has 3 cells"),
    "an empty character": (b"text,parking\na\x00b,1\n", 2, "NUL"),
    "a quote left open": (b'text,parking\n"a,1\n', 2, "not readable as CSV"),
    "a cell without end": (b"text,parking\n" + b"a" * 1_000_100 + b",1\n", 2, "not readable as CSV"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_wrong_is_said_with_its_line(tmp_path, capsys, name):
    content, line, why = WRONG[name]
    file = tmp_path / "wrong.csv"
    file.write_bytes(content)
    assert run("themes", [str(file), "--text", "text", "--labels", "parking"]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(f"coproduce themes: {file}, line {line}: ")
    assert why in said.err
    assert said.err.count("\n") == 1


def test_a_file_that_is_not_there_and_the_same_column_twice_are_refused(tmp_path, capsys):
    assert run("themes", [str(tmp_path / "none.csv"), "--text", "text"]) == 2
    assert run("themes", [str(tmp_path), "--text", "text"]) == 2
    (tmp_path / "a.csv").write_text("text,b\nx,1\n")
    for labels in (["text"], ["b", "b"]):
        with pytest.raises(Malformed, match="another one"):
            read_texts(tmp_path / "a.csv", "text", labels)
    assert "Traceback" not in capsys.readouterr().err


def test_names_with_spaces_around_them_empty_lines_and_noughts_are_understood(tmp_path):
    (tmp_path / "a.csv").write_text("text , parking\n\nx,1.0\ny, 0 \n,\n\n")
    read = read_texts(tmp_path / "a.csv", "text", ["parking"])
    assert read.texts == ("x", "y", "")
    assert read.unlabelled.tolist() == [1, 2]


def test_a_table_without_rows_is_a_table_without_rows(tmp_path, capsys):
    (tmp_path / "a.csv").write_text("text,parking\n")
    record = json.loads(printed(capsys, tmp_path / "a.csv", "--text", "text", "--labels", "parking", "--json"))
    assert (record["suggestions"], record["emergent"], record["too_few_to_gather"]) == ([], [], True)


@settings(max_examples=40, deadline=None)
@given(st.binary(max_size=200))
def test_no_file_makes_it_stumble(tmp_path_factory, content):
    file = tmp_path_factory.mktemp("any") / "any.csv"
    file.write_bytes(b"text,parking\n" + content)
    said = None
    try:
        read_texts(file, "text", ["parking"])
    except Malformed as why:
        said = why
    assert said is None or (said.file == str(file) and said.line)
