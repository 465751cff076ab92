"""Reading Polis exports: the real ones whole, and everything that can be wrong with one."""

import csv

import numpy as np
import pytest

from coproduce_methods.polis_files import PolisFilesRefused, read_polis_folder
from tests.methods.real_data import POLIS, POLIS_MATH, PROJECT, data_folder, polis

COMMENTS = """\
timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body
1500000000000,x,0,7,2,1,1,"Two lines,
and a ""quote"" there"
1500000000000,x,1,8,0,2,-1,Out
1500000000000,x,10,8,1,0,0,=SUM(1)
"""
VOTES = """\
timestamp,datetime,comment-id,voter-id,vote
1500000000003,x,0,2,-1
1500000000001,x,0,1,-1
1500000000002,x,0,1,1
1500000000002,x,0,3,1
1500000000002,x,1,2,-1
1500000000002,x,1,3,-1
1500000000004,x,10,3,1
"""
PEOPLE = """\
participant,group-id,n-comments,n-votes,n-agree,n-disagree,0,1,10
1,0,0,1,1,0,1,,
2,,0,2,0,2,-1,-1,
3,1,0,3,2,1,1,-1,1
4,,0,0,0,0,,,
"""
SUMMARY = 'topic,"A question, asked"\nurl,https://example.org\n'


@pytest.fixture
def folder(tmp_path):
    def make(**files):
        usual = {"comments": COMMENTS, "votes": VOTES, "people": PEOPLE, "summary": SUMMARY}
        for name, text in (usual | files).items():
            path = tmp_path / ("participants-votes.csv" if name == "people" else f"{name}.csv")
            if text is not None:
                path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return tmp_path

    return make


def turned(text, column_from):
    """The same file with the signs of all cells from a column on turned round."""
    head, *rows = text.splitlines()
    swap = {"1": "-1", "-1": "1"}
    split = [row.split(",") for row in rows]
    cells = [row[:column_from] + [swap.get(cell, cell) for cell in row[column_from:]] for row in split]
    return "\n".join([head, *map(",".join, cells)])


def as_dict(export):
    rows = zip(export.person, export.statement, export.response, strict=True)
    return {(export.people[p], export.comments[s].id): int(value) for p, s, value in rows}


EXPECTED = {
    ("1", "0"): 1,
    ("2", "0"): -1,
    ("3", "0"): 1,
    ("2", "1"): -1,
    ("3", "1"): -1,
    ("3", "10"): 1,
}


def test_a_folder_is_read_with_its_words_its_last_votes_and_its_groups(folder):
    export = read_polis_folder(folder())
    assert [(c.id, c.author, c.moderated) for c in export.comments] == [("0", "7", 1), ("1", "8", -1), ("10", "8", 0)]
    assert export.comments[0].text == 'Two lines,\nand a "quote" there'
    assert export.moderated_out == (1,)
    assert export.people == ("1", "2", "3", "4")
    assert export.groups == (0, None, 1, None)
    assert as_dict(export) == EXPECTED
    assert (export.votes_from, export.agree_is, export.repeated) == ("votes.csv", 1, 1)
    assert export.at.min() == 1500000000002
    assert export.topic == "A question, asked"
    assert export.bad_rows == ()


def test_without_votes_the_table_of_participants_is_read(folder):
    export = read_polis_folder(folder(votes=None))
    assert as_dict(export) == EXPECTED
    assert export.votes_from == "participants-votes.csv"


def test_votes_alone_are_enough(folder):
    export = read_polis_folder(folder(people=None, summary=None))
    assert as_dict(export) == EXPECTED
    assert (export.people, export.groups) == (("1", "2", "3"), (None, None, None))
    assert export.topic == ""


def test_the_sign_is_told_from_the_counts_whichever_way_round_each_file_is(folder):
    other_votes, other_people = turned(VOTES, 4), turned(PEOPLE, 6)
    for votes in (VOTES, other_votes, None):
        for people in (PEOPLE, other_people, None):
            if votes or people:
                made = folder()
                for name in ("votes.csv", "participants-votes.csv"):
                    (made / name).unlink(missing_ok=True)
                export = read_polis_folder(folder(votes=votes, people=people))
                assert as_dict(export) == EXPECTED
                assert export.agree_is == (-1 if (votes or people) in (other_votes, other_people) else 1)


def test_a_sign_that_cannot_be_told_is_asked_for_and_never_guessed(folder):
    silent = COMMENTS.replace(",2,1,1,", ",0,0,1,").replace(",0,2,-1,", ",0,0,-1,").replace(",1,0,0,=", ",0,0,0,=")
    made = folder(comments=silent, people=None)
    with pytest.raises(PolisFilesRefused, match="whether 1 or -1 means agree"):
        read_polis_folder(made)
    assert as_dict(read_polis_folder(made, agree_is=1)) == EXPECTED
    assert as_dict(read_polis_folder(made, agree_is=-1)) == {cell: -value for cell, value in EXPECTED.items()}


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\n"])
def test_a_byte_order_mark_and_other_line_ends_change_nothing(folder, ends):
    texts = {"comments": COMMENTS, "votes": VOTES, "people": PEOPLE, "summary": SUMMARY}
    encoded = {name: ("\ufeff" + text.replace("\n", ends)).encode() for name, text in texts.items()}
    export = read_polis_folder(folder(**encoded))
    assert as_dict(export) == EXPECTED
    assert export.comments[0].text == f'Two lines,{ends}and a "quote" there'
    assert (export.topic, export.bad_rows) == ("A question, asked", ())


def test_the_last_vote_is_the_last_by_time_and_in_one_moment_the_lower_row(folder):
    head = VOTES.splitlines()[0]
    rows = ["9,x,0,1,1", "8,x,0,1,-1", "7,x,0,3,-1", "7,x,0,3,1", "7,x,1,3,-1"]
    export = read_polis_folder(folder(votes="\n".join([head, *rows]), people=None))
    assert as_dict(export) == {("1", "0"): 1, ("3", "0"): 1, ("3", "1"): -1}
    assert (export.at.tolist(), export.repeated) == ([9000, 7000, 7000], 2)


def test_seconds_become_milliseconds(folder):
    votes = "timestamp,datetime,comment-id,voter-id,vote\n1732028760,x,0,1,1\n"
    assert read_polis_folder(folder(votes=votes)).at.tolist() == [1732028760000]


def test_a_huge_cell_is_read_whole(folder):
    words = "word " * 60_000
    export = read_polis_folder(folder(comments=COMMENTS + f"1500000000000,x,11,8,0,0,1,{words}\n"))
    assert export.comments[-1].text == words
    assert export.bad_rows == ()


@pytest.mark.parametrize(
    ("file", "row", "number", "reason"),
    [
        ("votes", "1500000000009,x,99,1,1", 9, "comment '99' is not in comments.csv"),
        ("votes", "1500000000009,x,0,1,2", 9, "vote is '2'"),
        ("votes", "1500000000009,x,0,1,", 9, "vote is ''"),
        ("votes", "yesterday,x,0,1,1", 9, "timestamp is 'yesterday'"),
        ("votes", "1500000000009,x,0,,1", 9, "no voter-id"),
        ("votes", "1500000000009,x,0,1", 9, "has 4 cells where the first row has 5"),
        ("votes", '1500000000009,x,0,1,"1', 9, "not readable as CSV"),
        ("votes", b"1500000000009,\xff\xfe,0,1,1", 9, "not UTF-8"),
        ("people", "5,0,0,1,1,0,maybe,,", 6, "'maybe', not -1, 0 or 1"),
        ("people", "3,0,0,1,1,0,1,,", 6, "has a row already"),
        ("people", "5,blue,0,1,1,0,1,,", 6, "group-id is 'blue'"),
        ("comments", "1500000000000,x,11,8,some,0,1,text", 5, "agrees is 'some'"),
        ("comments", "1500000000000,x,,8,0,0,1,text", 5, "no comment-id"),
        ("summary", "one,two,three", 3, "3 cells where 2"),
    ],
)
def test_a_bad_row_is_told_by_file_number_and_reason_and_the_rest_is_read(folder, file, row, number, reason):
    texts = {"votes": VOTES, "people": PEOPLE, "comments": COMMENTS, "summary": SUMMARY}
    row = row if isinstance(row, bytes) else row.encode()
    export = read_polis_folder(folder(**{file: texts[file].encode() + row + b"\n"}))
    (bad,) = export.bad_rows
    name = "participants-votes.csv" if file == "people" else f"{file}.csv"
    assert (bad.file, bad.row) == (name, number)
    assert reason in bad.reason
    assert as_dict(export) == EXPECTED


def test_a_column_for_a_comment_that_is_not_there_is_told(folder):
    people = "participant,n-agree,n-disagree,0,77\n1,1,0,1,1\n"
    (bad,) = read_polis_folder(folder(votes=None, people=people)).bad_rows
    assert (bad.file, bad.row, bad.reason) == ("participants-votes.csv", 1, "comment 77 is not in comments.csv")


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({"comments": None}, "comments.csv is missing"),
        ({"votes": None, "people": None}, "neither votes.csv nor participants-votes.csv"),
        ({"comments": ""}, "comments.csv: no column named comment-id"),
        ({"votes": "a,b\n"}, "votes.csv: no column named timestamp"),
        ({"comments": COMMENTS + "1500000000000,x,0,8,0,0,1,again\n"}, "same comment-id"),
    ],
)
def test_a_folder_that_is_no_export_is_refused_in_words(folder, files, message):
    with pytest.raises(PolisFilesRefused, match=message):
        read_polis_folder(folder(**files))


# ── the real ones ────────────────────────────────────────────────────────────────────────────────


def plain_rows(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.data
@pytest.mark.parametrize("name", POLIS)
def test_every_comment_person_and_answer_of_a_real_export_is_read(name):
    where, export = data_folder() / "polis" / name, polis(name)
    assert export.bad_rows == ()
    comments, people = plain_rows(where / "comments.csv"), plain_rows(where / "participants-votes.csv")
    assert {c.id: c.text for c in export.comments} == {r["comment-id"]: r["comment-body"] for r in comments}
    assert {c.id: c.moderated for c in export.comments} == {r["comment-id"]: int(r["moderated"]) for r in comments}
    assert set(export.people) == {r["participant"] for r in people}
    agreed = np.bincount(export.person[export.response == 1], minlength=len(export.people))
    disagreed = np.bincount(export.person[export.response == -1], minlength=len(export.people))
    index = {person: i for i, person in enumerate(export.people)}
    for row in people:
        i = index[row["participant"]]
        assert (agreed[i], disagreed[i]) == (int(row["n-agree"]), int(row["n-disagree"]))
        assert export.groups[i] == (int(row["group-id"]) if row["group-id"] else None)
    assert len(export.response) == sum(int(row["n-votes"]) for row in people)
    assert export.topic


@pytest.mark.data
def test_both_files_of_an_export_give_the_same_answers(tmp_path):
    for name in ("15-per-hour-seattle", "football-concussions", "scoop-hivemind.freshwater", "vtaiwan.uberx"):
        where = tmp_path / name
        where.mkdir()
        for file in ("comments.csv", "participants-votes.csv"):
            (where / file).write_bytes((data_folder() / "polis" / name / file).read_bytes())
        assert as_dict(read_polis_folder(where)) == as_dict(polis(name))


@pytest.mark.data
def test_the_export_beside_the_mathematics_is_read_without_its_participants():
    export = read_polis_folder(data_folder() / "polis-math" / POLIS_MATH[2])
    assert (len(export.people), len(export.comments), len(export.response)) == (69, 125, 4555)
    assert (export.agree_is, export.bad_rows) == (1, ())


@pytest.mark.data
def test_the_table_of_the_documentation_is_what_is_read():
    text = (PROJECT / "docs" / "methods" / "polis_files.md").read_text(encoding="utf-8")
    for name in POLIS:
        export = polis(name)
        sizes = " | ".join(f"{n:,}" for n in (len(export.people), len(export.comments), len(export.response)))
        gave_way = "(no `votes.csv`)" if export.votes_from == "participants-votes.csv" else export.repeated
        assert f"| {name} | {sizes} | {gave_way} | {len(export.bad_rows)} |" in text
