"""``coproduce opinion-map``: what it prints and draws, and what it says of files that are not what they should be."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.commands import run
from coproduce_methods.opinion_files import read_answers
from coproduce_methods.opinion_picture import Frame, Point, Told, drawn, fitted, thinned
from tests.methods.real_data import POLIS, data_folder

SVG = "{http://www.w3.org/2000/svg}"


def made_up(seed=0, groups=(30, 24), statements=12):
    """The lines of a file in which people of two camps answer most of the statements."""
    rng = np.random.default_rng(seed)
    camp = np.repeat(np.arange(len(groups)), groups)
    lean = rng.normal(size=(len(groups), statements))[camp] * 3 + rng.normal(size=(len(camp), statements))
    return [
        f"{'née ' if p % 2 else ''}p{p:03},s-{s},{1 if lean[p, s] > 0 else -1}"
        for p in range(len(camp))
        for s in range(statements)
        if rng.random() < 0.8
    ]


def written(folder, lines, name="answers.csv", encoding="utf-8", end="\n"):
    path = folder / name
    path.write_bytes(end.join(lines).encode(encoding))
    return path


@pytest.fixture
def table(tmp_path):
    return written(tmp_path, ["person,statement,response", *made_up(), ""])


def as_json(capsys, *arguments):
    assert run("opinion-map", [str(a) for a in arguments] + ["--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_table_becomes_json_with_the_ids_of_the_file(table, capsys):
    out = as_json(capsys, table)
    assert {row["id"] for row in out["participants"]} == {line.split(",")[0] for line in made_up()}
    assert set(out["participants"][0]) == {"id", "x", "y", "group"}
    assert out["k"] == len(out["groups"]) == 2
    assert out["worth_showing"] is True
    assert out["silhouette"] == out["silhouettes"]["2"]
    assert {"common_ground", "divisive", "representative"} <= set(out)
    assert all(row["statement"].startswith("s-") for row in out["representative"])


def test_marks_lines_ends_more_columns_and_their_order_do_not_matter(table, tmp_path, capsys):
    plain = as_json(capsys, table)
    turned = ["response,when,statement,person"]
    turned += [f"{response},2026,{s},{p}" for p, s, response in (line.split(",") for line in made_up())]
    other = written(tmp_path, turned, "other.csv", "utf-8-sig", "\r\n")
    assert as_json(capsys, other) == plain


def test_the_seed_and_the_settings_are_those_that_were_asked_for(table, capsys):
    out = as_json(capsys, table, "--seed", 7, "--min-group", 26, "--max-k", 3, "--n-resamples", 0)
    assert (out["seed"], out["parameters"]["min_group"], out["parameters"]["max_k"]) == (7, 26, 3)
    assert out["why_not"] == ["small_group"]


def test_the_summary_can_be_read(table, capsys):
    assert run("opinion-map", [str(table)]) == 0
    said = capsys.readouterr().out
    assert "54 people gave" in said
    assert "Two groups" in said
    assert "Where groups part" in said
    assert max(map(len, said.splitlines())) <= 110


def test_a_map_not_worth_showing_names_no_group(tmp_path, capsys):
    few = written(tmp_path, ["person,statement,response", *made_up(groups=(4, 4))])
    svg = tmp_path / "few.svg"
    assert run("opinion-map", [str(few), "--svg", str(svg)]) == 0
    assert "No groups worth showing" in capsys.readouterr().out
    root = ElementTree.parse(svg).getroot()
    assert "Too few people" in " ".join(root.itertext())
    assert not [node for node in root.iter() if "outline" in (node.get("class") or "")]
    assert {node.get("class") for node in root.iter() if (node.get("class") or "").startswith("p-")} == {"p-none"}


def test_no_answers_at_all_are_a_map_without_groups(tmp_path, capsys):
    out = as_json(capsys, written(tmp_path, ["person,statement,response"]))
    assert (out["k"], out["participants"], out["worth_showing"]) == (0, [], False)


def test_the_picture_stands_alone_and_shows_everybody(table, tmp_path):
    svg = tmp_path / "map.svg"
    assert run("opinion-map", [str(table), "--svg", str(svg)]) == 0
    root = ElementTree.parse(svg).getroot()
    assert root.find(f"{SVG}title").text == "Two ways of seeing the whole"
    assert "People who answered alike" in root.find(f"{SVG}desc").text
    assert "href" not in svg.read_text(encoding="utf-8")
    marks = root.find(f"{SVG}g").findall("*")
    assert len(marks) == 54 + 2


# ── files that are not what they should be ───────────────────────────────────────────────────────

HEAD = "person,statement,response"


@pytest.mark.parametrize(
    ("lines", "line", "said"),
    [
        ([], 1, "no column named 'person'"),
        ([""], 1, "no column named 'person'"),
        (["a,b,c", "1,2,1"], 1, "expected a first row with the columns"),
        (["person,statement,response,person", "1,2,1,3"], 1, "more than one column named 'person'"),
        ([HEAD, "1,2,1", "1,3"], 3, "has 2 cells where the first row has 3"),
        ([HEAD, "1,2,1", "1,3,2"], 3, "response is '2'; expected -1"),
        ([HEAD, "1,2,"], 2, "response is ''"),
        ([HEAD, "1,2,nan"], 2, "response is 'nan'"),
        ([HEAD, "1,2,1e999"], 2, "response is '1e999'"),
        ([HEAD, "1,2," + "9" * 5000], 2, "response is '9999"),
        ([HEAD, ",2,1"], 2, "expected a person and a statement"),
        ([HEAD, "1, ,1"], 2, "expected a person and a statement"),
        ([HEAD, "1\0,2,1"], 2, ""),
        ([HEAD, "1,2,1", '"two', 'lines",2,1', "1,2,-1"], 5, "a second time (first on line 2)"),
        ([HEAD, '"1,2,1'], 2, "not readable as CSV"),
    ],
)
def test_a_table_that_makes_no_sense_is_refused_by_line(tmp_path, capsys, lines, line, said):
    path = written(tmp_path, lines)
    assert run("opinion-map", [str(path), "--json"]) == 2
    out, error = capsys.readouterr()
    assert out == ""
    assert error.startswith(f"coproduce opinion-map: {path}, line {line}: ")
    assert said in error
    assert error.count("\n") == 1


@pytest.mark.parametrize("content", [bytes(range(256)) * 9, HEAD.encode() + b"\n1,2,\xff\n", HEAD.encode("utf-16")])
def test_bytes_that_are_no_text_are_refused(tmp_path, capsys, content):
    path = tmp_path / "binary.csv"
    path.write_bytes(content)
    assert run("opinion-map", [str(path)]) == 2
    assert str(path) in capsys.readouterr().err


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_no_bytes_end_in_a_traceback(tmp_path_factory, content):
    path = tmp_path_factory.mktemp("any") / "any.csv"
    for head in (b"", HEAD.encode() + b"\n"):
        path.write_bytes(head + content)
        assert run("opinion-map", [str(path)]) in (0, 2)


def test_a_file_that_is_not_there_and_a_folder_without_answers_are_said(tmp_path, capsys):
    assert run("opinion-map", [str(tmp_path / "nowhere.csv")]) == 2
    assert "nowhere.csv" in capsys.readouterr().err
    assert run("opinion-map", [str(tmp_path)]) == 2
    assert "comments.csv is missing" in capsys.readouterr().err


COMMENTS = [
    "timestamp,comment-id,author-id,agrees,disagrees,moderated,comment-body",
    '1,0,9,2,0,1,"one\nclaim, on\nthree lines"',
    "1,1,9,0,2,1,another",
    "1,2,9,what,2,1,a third",
]
VOTES = ["timestamp,comment-id,voter-id,vote", "1,0,a,1", "1,0,b,1", "1,1,a,-1", "1,1,b,-1"]


def test_a_row_of_polis_that_makes_no_sense_is_named_by_its_line_and_can_be_left_out(tmp_path, capsys):
    written(tmp_path, COMMENTS, "comments.csv")
    written(tmp_path, VOTES, "votes.csv")
    assert run("opinion-map", [str(tmp_path), "--json"]) == 2
    assert "comments.csv, line 6: agrees is 'what'" in capsys.readouterr().err
    out = as_json(capsys, tmp_path, "--skip-bad-rows")
    assert [row["id"] for row in out["participants"]] == ["a", "b"]


def test_a_sign_that_cannot_be_told_is_refused_until_it_is_given(tmp_path, capsys):
    written(tmp_path, [COMMENTS[0], "1,0,9,1,1,1,claim"], "comments.csv")
    written(tmp_path, [VOTES[0], "1,0,a,1", "1,0,b,-1"], "votes.csv")
    assert run("opinion-map", [str(tmp_path)]) == 2
    assert "cannot be told" in capsys.readouterr().err
    assert run("opinion-map", [str(tmp_path), "--agree-is", "-1"]) == 0


@pytest.mark.parametrize("wrong", [["--min-group", "0"], ["--seed", "-1"], ["--max-k", "1"], ["--min-group", "x"]])
def test_settings_that_make_no_sense_end_with_status_2(table, capsys, wrong):
    with pytest.raises(SystemExit) as stopped:
        run("opinion-map", [str(table), *wrong])
    assert stopped.value.code == 2
    assert "usage" in capsys.readouterr().err


# ── the picture ──────────────────────────────────────────────────────────────────────────────────

HOSTILE = '<script>alert(1)</script> & "\x00\x0b' + "x" * 300


@given(st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.sampled_from([None, 0, 1, 7])), max_size=30))
@settings(max_examples=40, deadline=None)
def test_any_points_make_xml_and_stay_inside_the_frame(rows):
    points = [Point(*row) for row in rows]
    root = ElementTree.fromstring(drawn(HOSTILE, points, [Told(HOSTILE, 3, [("agree", HOSTILE)])] * 2, [HOSTILE]))
    assert root.find(f"{SVG}script") is None
    placed, _ = fitted(points, Frame(300, 200, 9))
    assert all(49 <= p.x <= 251 and 49 <= p.y <= 151 for p in placed)
    few = thinned(placed, 9)
    assert len(few) <= max(9, len({p.group for p in points}))
    assert sum(p.people for p in few) == len(points)


def test_long_words_and_scripts_without_spaces_stay_in_their_column():
    told = [Told("First group", 9, [("agree", "計程車" * 40), ("agree", "w" * 90)])]
    root = ElementTree.fromstring(drawn("A map", [Point(0, 0, 0)], told, []))
    beside = [node for node in root.iter(f"{SVG}text") if float(node.get("x")) > 700]
    assert len(beside) > 5
    assert all(sum(2 if ord(c) > 0x2E80 else 1 for c in node.text) <= 46 for node in beside)


# ── real conversations ───────────────────────────────────────────────────────────────────────────


@pytest.mark.data
@pytest.mark.parametrize("name", POLIS)
def test_real_exports_are_read_with_their_own_names(name):
    answers = read_answers(data_folder() / "polis" / name)
    assert len(answers.person) > 2000
    assert answers.person.max() < len(answers.people)
    assert len(set(answers.people)) == len(answers.people)


@pytest.mark.data
@pytest.mark.slow
def test_it_runs_by_itself_where_nothing_of_django_can_be_imported(tmp_path):
    (tmp_path / "django.py").write_text("raise ImportError('not here')")
    command = [sys.executable, "-m", "coproduce_methods", "opinion-map", data_folder() / "polis" / POLIS[0], "--json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env={"PYTHONPATH": str(tmp_path)})
    assert done.returncode == 0, done.stderr
    assert len(json.loads(done.stdout)["participants"]) == 339
