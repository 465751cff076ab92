"""``coproduce relations``: what it prints, its record and its picture, and files that nobody should have made."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coproduce_methods.commands import run

ROLES = ["patient"] * 8 + ["carer"] * 6 + ["nurse"] * 4 + ["manager"] * 2


def person(i):
    return f"p{i:02}"


def ties(count=20):
    pairs = [(i, (3 * i + k) % count) for i in range(count) for k in (1, 5)]
    return [(person(a), person(b), f"2025-{1 + i % 9:02}-03") for i, (a, b) in enumerate(pairs) if a != b]


@pytest.fixture
def files(tmp_path):
    rows = [f"{a},{b},answered,{at}" for a, b, at in ties()]
    (tmp_path / "ties.csv").write_text("\n".join(["from,to,kind,at", *rows]) + "\n")
    people = [f"{person(i)},{role}" for i, role in enumerate(ROLES)]
    (tmp_path / "nodes.csv").write_text("\n".join(["id,role", *people]) + "\n")
    return tmp_path


def printed(capsys, folder, *options, name="ties.csv"):
    assert run("relations", [str(folder / name), *options]) == 0
    return capsys.readouterr().out


def record(capsys, folder, *options, name="ties.csv"):
    return json.loads(printed(capsys, folder, "--json", *options, name=name))


def test_the_record_has_the_documented_keys_and_small_groups_are_together(files, capsys):
    found = record(capsys, files, "--nodes", str(files / "nodes.csv"), "--season", "quarter", "--close", "2025-03-31")
    assert (found["format"], found["version"]) == ("coproduce.relations", 1)
    assert set(found) == {
        "format", "version", "whole", "kinds", "not_listed", "by_group", "seasons", "persistence", "close",
        "individuals", "betweenness_sources", "seed",
    }  # fmt: skip
    rows = {tuple(row["groups"]): row for row in found["by_group"]["rows"]}
    assert {names: row["people"] for names, row in rows.items()} == {
        ("patient",): 8, ("carer",): 6, ("manager", "nurse"): 6,
    }  # fmt: skip
    assert found["by_group"]["joined"] == [["manager", "nurse"]]
    assert sum(map(sum, found["by_group"]["between"])) == found["whole"]["ties"]
    assert [season["season"] for season in found["seasons"]] == ["2025-Q1", "2025-Q2", "2025-Q3"]
    assert found["seasons"][0]["change"] is None
    first, second, _ = found["seasons"]
    assert second["difference"]["gini"] == second["gini"] - first["gini"]
    assert set(second["difference"]) == {"density", "reciprocity", "e_i", "gini"}
    assert [each["months"] for each in found["persistence"]] == [6, 12]
    assert found["individuals"] is None


def test_nobody_is_named_unless_asked_and_then_not_in_order_of_anything(files, capsys):
    without = printed(capsys, files, "--nodes", str(files / "nodes.csv"))
    assert "p03" not in without
    assert "p03" not in json.dumps(record(capsys, files, "--nodes", str(files / "nodes.csv")))
    told = printed(capsys, files, "--people")
    assert "Not a league table" in told
    lines = [line for line in told.splitlines() if line.startswith("p")]
    assert [line.split()[0] for line in lines[1:]] == [person(i) for i in range(20)]


def test_the_order_of_rows_changes_nothing(files, capsys):
    options = ("--nodes", str(files / "nodes.csv"), "--season", "month", "--people")
    before = printed(capsys, files, "--json", *options)
    for name in ("ties.csv", "nodes.csv"):
        first, *rows = (files / name).read_text().splitlines()
        (files / name).write_text("\n".join([first, *reversed(rows)]))
    assert printed(capsys, files, "--json", *options) == before


def test_all_groups_are_shown_apart_only_when_asked(files, capsys):
    found = record(capsys, files, "--nodes", str(files / "nodes.csv"), "--show-small-groups")
    assert [row["groups"] for row in found["by_group"]["rows"]] == [["carer"], ["manager"], ["nurse"], ["patient"]]
    told = printed(capsys, files, "--nodes", str(files / "nodes.csv"), "--threshold", "9")
    assert "too small to be shown apart" in told or "manager, nurse" not in told


def test_marks_at_the_beginning_line_ends_and_quotes_are_read(files, capsys):
    plain = record(capsys, files)
    text = (files / "ties.csv").read_text()
    (files / "odd.csv").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").replace("p00", '"p00"').encode())
    assert record(capsys, files, name="odd.csv") == plain


def test_empty_and_one_person_networks_can_be_told(tmp_path, capsys):
    (tmp_path / "none.csv").write_text("from,to\n")
    (tmp_path / "one.csv").write_text("from,to\na,a\n")
    (tmp_path / "nobody.csv").write_text("id,role\n")
    for name in ("none.csv", "one.csv"):
        found = record(capsys, tmp_path, "--people", "--nodes", str(tmp_path / "nobody.csv"), name=name)
        assert found["whole"]["density"] is None
        svg = tmp_path / "empty.svg"
        printed(capsys, tmp_path, "--svg", str(svg), name=name)
        ElementTree.parse(svg)
    assert found["whole"]["loops"] == 1


def test_undirected_ties_are_counted_once(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("from,to,at\na,b,2025-01-01\nb,a,2025-01-02\nb,c,2025-05-01\n")
    found = record(capsys, tmp_path, "--undirected", "--season", "quarter", "--people", name="t.csv")
    assert (found["whole"]["ties"], found["whole"]["reciprocity"]) == (2, None)
    assert [season["ties"] for season in found["seasons"]] == [1, 1]
    assert [each["betweenness"] for each in found["individuals"]] == [0, 1, 0]


def test_only_the_kinds_that_were_asked_for(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("from,to,kind\na,b,thanked\nb,c,answered\n")
    assert record(capsys, tmp_path, "--kind", "thanked", name="t.csv")["kinds"] == {"thanked": 1}
    with pytest.raises(SystemExit, match="no tie is of kind waved"):
        run("relations", [str(tmp_path / "t.csv"), "--kind", "waved"])


@pytest.mark.parametrize("grouped", [True, False])
def test_the_picture_is_well_made_describes_itself_and_runs_nothing(files, capsys, grouped):
    nodes = files / "nodes.csv"
    nodes.write_text(nodes.read_text().replace("patient", '"<script>&""é"'))
    options = ("--nodes", str(nodes)) if grouped else ()
    svg = files / "r.svg"
    printed(capsys, files, "--svg", str(svg), *options)
    root = ElementTree.parse(svg).getroot()
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert {"title", "desc", "circle", "ellipse"} <= set(names)
    assert "script" not in names
    assert ('<script>&"é' in "".join(root.itertext())) == grouped
    first = svg.read_text()
    printed(capsys, files, "--svg", str(svg), *options)
    assert svg.read_text() == first


BAD_TIES = [
    (b"", 1, "must name the columns from, to"),
    (b"\n\n", 1, "must name the columns"),
    (b"who,whom\na,b\n", 1, "must name the columns from, to"),
    (b"from,to,to\na,b,c\n", 1, "is there twice"),
    (b"from,to\na,b\na\n", 3, "has 1 cells where the first line has 2"),
    (b"from,to\na,b,c\n", 2, "has 3 cells"),
    (b"from,to\na,\n", 2, "must both name somebody"),
    (b"\x89PNG\r\n\x1a\n\x00\x00", 1, "not text in UTF-8"),
    (b"from,to\na,b\nc,\xff\n", 3, "not text in UTF-8"),
    (b"from,to\na,b\x00\n", 2, "zero byte"),
    (b'from,to\na,"b\n', 2, "not readable as CSV"),
    (b"from,to,at\na,b,2025-01-01\na,b,31/12/2025\n", 3, "a date like 2025-03-31"),
    (b"from,to,at\na,b,\n", 2, "a date like"),
    (b"from,to,weight\na,b,many\n", 2, "a number more than 0"),
    (b"from,to,weight\na,b,1e999\n", 2, "a number more than 0"),
    (b"from,to,weight\na,b,-1\n", 2, "a number more than 0"),
    (b"from,to,weight\na,b,nan\n", 2, "a number more than 0"),
    (b'from,to,weight\n"a\nb",c,1\nd,e,0\n', 4, "a number more than 0"),
]


@pytest.mark.parametrize(("content", "line", "why"), BAD_TIES)
def test_a_table_of_ties_that_is_none_is_refused_by_line(tmp_path, capsys, content, line, why):
    (tmp_path / "t.csv").write_bytes(content)
    assert run("relations", [str(tmp_path / "t.csv")]) == 2
    said = capsys.readouterr().err
    assert f"t.csv, line {line}: " in said
    assert why in said
    assert said.count("\n") == 1


@pytest.mark.parametrize(
    ("content", "options", "why"),
    [
        ("name,role\na,b\n", (), "must name the columns id"),
        ("id,role\na,b\na,c\n", (), "line 3: the id 'a' has a line already"),
        ("id,role\n,b\n", (), "line 2: id must name somebody"),
        ("id,role\na,b\n", ("--group", "age"), "has no column 'age'; there are: role"),
        ("id,role\n" + "".join(f"x{i},r{i}\n" for i in range(60)), (), "at most 50 groups"),
    ],
)
def test_a_table_of_people_that_is_none_is_refused(files, capsys, content, options, why):
    (files / "n.csv").write_text(content)
    assert run("relations", [str(files / "ties.csv"), "--nodes", str(files / "n.csv"), *options]) == 2
    assert why in capsys.readouterr().err


def test_what_needs_dates_says_so_and_so_does_a_file_that_is_not_there(tmp_path, capsys):
    (tmp_path / "t.csv").write_text("from,to\na,b\n")
    assert run("relations", [str(tmp_path / "t.csv"), "--season", "year"]) == 2
    assert "has no column at" in capsys.readouterr().err
    (tmp_path / "t.csv").write_text("from,to,at\na,b,0001-01-01\nb,c,9999-01-01\n")
    assert run("relations", [str(tmp_path / "t.csv"), "--season", "month"]) == 2
    assert "seasons apart" in capsys.readouterr().err
    assert run("relations", [str(tmp_path / "nowhere.csv")]) == 2
    assert "No such file" in capsys.readouterr().err


@pytest.mark.parametrize(
    "options",
    [["--threshold", "4"], ["--close", "soon"], ["--sample", "1"], ["--seed", "-1"], ["--group", "role"]],
)
def test_odd_options_are_refused(files, options):
    with pytest.raises(SystemExit) as refused:
        run("relations", [str(files / "ties.csv"), *options])
    assert refused.value.code == 2


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_file_makes_it_fall(tmp_path, content):
    (tmp_path / "any.csv").write_bytes(b"from,to,at\n" + content)
    assert run("relations", [str(tmp_path / "any.csv"), "--season", "year", "--json"]) in (0, 2)


def test_it_runs_by_itself_without_django(files):
    command = [sys.executable, "-c", (
        "import sys; sys.modules['django'] = None\n"
        "from coproduce_methods.commands import run\n"
        f"sys.exit(run('relations', [{str(files / 'ties.csv')!r}]))"
    )]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "20 people" in done.stdout
