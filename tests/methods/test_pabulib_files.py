"""``.pb`` files: the real ones read whole, both ways of reading alike, written again, and all that can be wrong."""

import csv
import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods import pabulib_files
from coproduce_methods.errors import Malformed
from coproduce_methods.pabulib_files import parse_pabulib, read_pabulib
from tests.methods.real_data import data_folder

META = "META\nkey;value\ndescription;A small one\nbudget;1000\nvote_type;{type}\n"
PROJECTS = 'PROJECTS\nproject_id;cost;name\n1;300;Bench\nx2;150,01;"Trees; and ""more"""\n33;9;\n'
APPROVAL = META.format(type="approval") + PROJECTS + "VOTES\nvoter_id;vote;age\na;1,x2;30\nb;;\nc;33;16\n"
POINTS = META.format(type="cumulative") + PROJECTS + "VOTES\nvoter_id;vote;points\na;1,x2;3,1\nb;33;0.5\nc;;\n"
REAL = {
    "France_Toulouse_2019": (30, 1494, 4252, "cumulative"),
    "Poland_Lodz_2022": (160, 90494, 325964, "approval"),
    "Poland_Swiecie_2023": (22, 2553, 7968, "approval"),
    "Poland_Warszawa_2020_Praga-Poludnie": (134, 14897, 136254, "approval"),
    "Poland_Wieliczka_2023_Green_Budget": (64, 6586, 16750, "approval"),
    "Switzerland_Zurich_D10": (24, 180, 943, "cumulative"),
}


def ballots(election):
    rows = [slice(*election.indptr[v : v + 2]) for v in range(election.voters)]
    if election.scores is None:
        return [{election.projects[p]: 1 for p in election.chosen[row]} for row in rows]
    return [
        {election.projects[p]: int(s) for p, s in zip(election.chosen[row], election.scores[row], strict=True)}
        for row in rows
    ]


def test_a_file_is_read():
    file = parse_pabulib(APPROVAL.encode())
    election = file.election
    assert file.meta == {"description": "A small one", "budget": "1000", "vote_type": "approval"}
    assert election.projects == ("1", "x2", "33")
    assert file.names == ("Bench", 'Trees; and "more"', "33")
    # One cost has decimals, so all is counted in hundredths.
    assert (election.costs.tolist(), election.budget, election.unit) == ([30000, 15001, 900], 100000, 100)
    assert ballots(election) == [{"1": 1, "x2": 1}, {}, {"33": 1}]
    assert file.votes.column("age") == ["30", "", "16"]
    assert file.notices == ()
    with pytest.raises(KeyError):
        file.votes.column("sex")


def test_points_become_whole_numbers_and_rankings_borda_points():
    assert ballots(parse_pabulib(POINTS.encode()).election) == [{"1": 6, "x2": 2}, {"33": 1}, {}]
    ranked = APPROVAL.replace("approval", "ordinal").replace("1,x2", "x2,33,1")
    assert ballots(parse_pabulib(ranked.encode()).election) == [{"x2": 3, "33": 2, "1": 1}, {}, {"33": 1}]
    scored = POINTS.replace("cumulative", "scoring").replace("3,1", "-2,0")
    assert ballots(parse_pabulib(scored.encode()).election) == [{}, {"33": 1}, {}]


@pytest.mark.parametrize(
    "turned",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n", "\r"),
        lambda text: text.replace("\n", "\r\n", 9),
        lambda text: text.rstrip("\n"),
        lambda text: text + "\n\n \n",
        lambda text: text.replace("META\n", "meta;;\n").replace("VOTES\n", " Votes \n"),
        lambda text: text.replace("PROJECTS\n", "\nPROJECTS\n"),
        lambda text: text.replace("b;;\n", "b\n"),
        lambda text: text.replace("b;;\n", "b;none;\n"),
    ],
)
@pytest.mark.parametrize("large", [0, 1 << 20])
def test_the_same_file_in_other_clothes(turned, large, monkeypatch):
    monkeypatch.setattr(pabulib_files, "LARGE", large)
    expected, file = parse_pabulib(APPROVAL.encode()), parse_pabulib(turned(APPROVAL).encode())
    assert ballots(file.election) == ballots(expected.election)
    assert file.meta == expected.meta
    assert file.votes.column("age") == ["30", "", "16"]


@pytest.mark.parametrize(
    "change",
    [
        ("META\n", "", 1, "no line META"),
        ("PROJECTS\n", "", 1, "no line PROJECTS"),
        ("VOTES\n", "", 6, "no line VOTES"),
        ("key;value\n", "", 2, "key;value"),
        ("budget;1000\n", "", 1, "no budget"),
        ("budget;1000\n", "budget\n", 4, "no value"),
        ("budget;1000\n", "budget;1000\nbudget;2\n", 5, "a second time"),
        ("budget;1000", "budget;-1000", 4, "not an amount"),
        ("budget;1000", "budget;1e400", 4, "not an amount"),
        ("1;300;", "1;1e9;", 8, "cost"),
        ("1;300;", "1;" + "9" * 40 + ";", 8, "up to 15 digits"),
        ("budget;1000", "budget;999999999999999", 4, "4.5"),
        ("vote_type;approval\n", "", 1, "no vote_type"),
        ("vote_type;approval", "vote_type;shouting", 5, "expected one of"),
        ("project_id;cost", "project_id;price", 7, "no column cost"),
        ("1;300;Bench", "1;300;Bench;more;cells", 8, "5 cells where 3"),
        ("1;300;", "1;;", 8, "not an amount"),
        ("33;9", "1;9", 10, "it is in line 8"),
        ("33;9", "3,3;9", 10, "without a comma"),
        ("33;9", ";9", 10, "expected the id"),
        ("voter_id;vote;age", "voter_id;voice;age", 12, "no column vote"),
        ("c;33;16", "c;34;16", 15, "'34', which is not in PROJECTS"),
        ("c;33;16", "c;33;16;M", 15, "4 cells where 3"),
        ("c;33;16", "c;33;16\0", 15, "NUL"),
        ("c;33;16", 'c;33;"16\nand on', 16, None),
    ],
)
@pytest.mark.parametrize("large", [0, 1 << 20])
def test_a_wrong_file_is_refused_with_its_line(change, large, monkeypatch):
    monkeypatch.setattr(pabulib_files, "LARGE", large)
    old, new, line, said = change
    assert old in APPROVAL
    text = APPROVAL.replace(old, new, 1)
    if said is None:  # a quote that never ends is read to the end of the file, as a spreadsheet does
        assert parse_pabulib(text.encode()).votes.column("age")[-1].startswith("16")
        return
    with pytest.raises(Malformed, match=r"votes\.pb") as refused:
        parse_pabulib(text.encode())
    assert refused.value.line == line
    assert said in refused.value.why


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("3,1", "3", 13, "points for 1 projects where the vote is for 2"),
        ("3,1", "3,1,1", 13, "points for 3"),
        ("3,1", "3,many", 13, "'many'"),
        ("3,1", "3," + "9" * 30, 13, "up to 12 digits"),
        ("vote;points", "vote;marks", 12, "no column points"),
    ],
)
def test_wrong_points_are_refused_with_their_line(old, new, line, said):
    with pytest.raises(Malformed) as refused:
        parse_pabulib(POINTS.replace(old, new, 1).encode())
    assert refused.value.line == line
    assert said in refused.value.why


@pytest.mark.parametrize(
    "raw", [b"", b" \n\n", b"\xff\xfe\x00", b"\x89PNG\r\n\x1a\n", bytes(range(256)) * 40, b"a;b\n1;2\n"]
)
def test_what_is_no_such_file_at_all_is_refused(raw):
    with pytest.raises(Malformed):
        parse_pabulib(raw)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_bytes_that_were_damaged_are_read_or_refused_and_nothing_else(data):
    raw = bytearray(APPROVAL.encode())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(raw) - 1))
        raw[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    outcomes = []
    for large in (0, 1 << 20):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(pabulib_files, "LARGE", large)
            try:
                file = parse_pabulib(bytes(raw))
                outcomes.append((file.meta, file.projects, ballots(file.election), list(file.votes.rows())))
            except Malformed as why:
                outcomes.append(str(why))
    assert outcomes[0] == outcomes[1]


@pytest.mark.parametrize("large", [0, 1 << 20])
def test_a_quote_that_only_opens_names_no_section(monkeypatch, large):
    monkeypatch.setattr(pabulib_files, "LARGE", large)
    with pytest.raises(Malformed, match="no line VOTES"):
        parse_pabulib(APPROVAL.replace("VOTES", '"VOTES').encode())


NAMES = st.text(st.characters(codec="utf-8", exclude_characters=',;"\r\n\0', categories=["L", "N", "P"]), min_size=1)


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_what_is_written_is_read_again(data):
    kind = data.draw(st.sampled_from(["approval", "cumulative", "scoring", "ordinal"]))
    ids = data.draw(st.lists(NAMES, min_size=1, max_size=5, unique=True))
    points = kind in ("cumulative", "scoring")
    out = io.StringIO()
    write = csv.writer(out, delimiter=";", lineterminator="\n")
    words = st.text(st.characters(codec="utf-8", exclude_characters="\0\r", exclude_categories=["Cc", "Cs"]))
    write.writerows([["META"], ["key", "value"], ["budget", "100"], ["vote_type", kind], ["note", data.draw(words)]])
    write.writerows([["PROJECTS"], ["project_id", "cost", "name"]])
    write.writerows([name, data.draw(st.integers(0, 50)), data.draw(words)] for name in ids)
    write.writerows([["VOTES"], ["voter_id", "vote", *(["points"] if points else []), "said"]])
    for voter in range(data.draw(st.integers(1, 6))):
        vote = data.draw(st.lists(st.sampled_from(ids), unique=True))
        cells = [str(voter), ",".join(vote)]
        if points:
            cells.append(",".join(str(data.draw(st.integers(0, 9))) for _ in vote))
        write.writerow([*cells, data.draw(words)])
    large = data.draw(st.sampled_from([0, 1 << 20]))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pabulib_files, "LARGE", large)
        first = parse_pabulib(out.getvalue().encode())
        again = parse_pabulib(first.to_text().encode())
    assert again.to_text() == first.to_text()
    assert (again.meta, again.projects) == (first.meta, first.projects)
    assert ballots(again.election) == ballots(first.election)


def test_what_a_person_should_know_is_said_though_the_file_is_used():
    text = APPROVAL.replace("budget;1000", "budget;1000\nnum_votes;4\nnum_projects;3").replace("c;33;16", "a;33,33;16")
    text = text.replace("cost;name\n", "cost;votes\n").replace("Bench", "7")
    text = text.replace('"Trees; and ""more"""', "1")
    notices = parse_pabulib(text.encode()).notices
    assert len(notices) == 4
    for said, notice in zip(
        ("1 ballots name", "num_votes 4, there are 3", "votes 7", "voter_id"), notices, strict=True
    ):
        assert said in notice


@pytest.mark.data
@pytest.mark.parametrize("name", REAL)
def test_the_real_files_are_read_whole_by_both_ways_and_written_again(name, monkeypatch):
    path = data_folder() / "pabulib" / f"{name}.pb"
    file = read_pabulib(path)
    election = file.election
    assert (len(election.projects), election.voters, len(election.chosen), election.ballot) == REAL[name]
    assert file.notices == ()
    columns = file.project_columns
    assert election.votes.tolist() == [int(row[columns.index("votes")]) for row in file.projects]
    if "score" in columns:
        assert election.points.tolist() == [int(row[columns.index("score")]) for row in file.projects]
    if name == "Poland_Lodz_2022":
        return  # the slow way takes seconds here; the four others cover it
    for large in (0, 1 << 30):
        monkeypatch.setattr(pabulib_files, "LARGE", large)
        other = parse_pabulib(file.to_text().encode())
        assert (other.meta, other.projects) == (file.meta, file.projects)
        assert np.array_equal(other.election.chosen, election.chosen)
        assert np.array_equal(other.election.indptr, election.indptr)
        assert election.scores is None or np.array_equal(other.election.scores, election.scores)
        assert list(other.votes.rows()) == list(file.votes.rows())
