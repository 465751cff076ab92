"""Maps of opinion from Parquet files: the same as in memory, and what is said of files that cannot be used."""

import json
from pathlib import Path

import duckdb
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.commands import run
from coproduce_methods.errors import Malformed
from coproduce_methods.opinion_map import Parameters, opinion_map
from coproduce_methods.opinion_parquet import opinion_map_parquet
from coproduce_methods.opinion_shares import shared_out
from coproduce_methods.parquet_answers import looked_at, runs_of, statements_of
from tests.methods.real_data import POLIS, polis

ROWS = "SELECT range // 9 AS person, range % 9 AS statement, 1 AS response FROM range(90)"
QUICK = Parameters(n_resamples=3, n_null=3)


def planted(seed, n=50, m=12, density=0.7):
    """Three groups of made-up people: (person, statement, response)."""
    rng = np.random.default_rng(seed)
    lean = rng.normal(size=(3, m))[np.arange(n) % 3] * 1.5 + rng.normal(size=(n, m))
    person, statement = np.nonzero(rng.random((n, m)) < density)
    return person, statement, np.sign(lean.round()).astype(np.int8)[person, statement]


def written(file, person, statement, response, group_size=122880):
    """A Parquet file of arrays (text where they hold text)."""
    with duckdb.connect() as database:
        rows = {"person": np.asarray(person), "statement": np.asarray(statement), "response": np.asarray(response)}
        text = [name for name in ("person", "statement") if rows[name].dtype.kind == "U"]
        columns = ", ".join(f"{name}::VARCHAR AS {name}" if name in text else name for name in rows)
        database.execute(
            f"COPY (SELECT {columns} FROM rows) TO '{str(file).replace(chr(39), 2 * chr(39))}' "
            f"(FORMAT parquet, ROW_GROUP_SIZE {group_size})"
        )
    return file


def copied(file, query):
    """A Parquet file of whatever a query gives."""
    with duckdb.connect() as database:
        database.execute(f"COPY ({query}) TO '{file}' (FORMAT parquet)")
    return file


def in_memory(person, statement, response, moderated_out=(), parameters=QUICK):
    """The same by ``opinion_map``, with names for indices."""
    people, who = np.unique(person, return_inverse=True)
    statements, what = np.unique(statement, return_inverse=True)
    out = [statements.tolist().index(name) for name in moderated_out]
    made = opinion_map(who, what, response, moderated_out=out, parameters=parameters, seed=4)
    return made.to_json(people.tolist(), statements.tolist())


# ── the same answers ─────────────────────────────────────────────────────────────────────────────


@pytest.mark.slow
@given(st.integers(0, 1000), st.sampled_from([50, 200, 10_000]), st.booleans())
@settings(max_examples=6, deadline=None)
def test_a_map_from_files_is_the_map_in_memory_to_the_last_bit(tmp_path_factory, seed, at_once, strewn):
    folder = tmp_path_factory.mktemp("answers")
    person, statement, response = planted(seed)
    person, statement = person * 7 - 20, statement * 1000 + 3
    rng = np.random.default_rng(seed)
    rows = rng.permutation(len(person)) if strewn else np.arange(len(person))
    for name, some in (("a", rows[:150]), ("b", rows[150:])):
        written(folder / f"{name}.parquet", person[some], statement[some], response[some])
    found = opinion_map_parquet(
        [folder], moderated_out=[3003], parameters=QUICK, seed=4, workers=1, at_once=at_once, folder=folder
    )
    assert found.to_json() == in_memory(person, statement, response, [3003])
    assert sorted(folder.iterdir()) == [folder / "a.parquet", folder / "b.parquet"]


@pytest.mark.slow
def test_two_processes_give_what_one_gives(tmp_path):
    person, statement, response = planted(1, n=200)
    file = written(tmp_path / "a.parquet", person, statement, response)
    found = opinion_map_parquet([file], parameters=QUICK, seed=4, workers=2, at_once=500)
    assert found.to_json() == in_memory(person, statement, response)


@pytest.mark.slow
def test_what_is_wrong_is_told_from_another_process_too(tmp_path):
    person, statement, response = planted(1, n=200)
    again = [np.append(array, array[30]) for array in (person, statement, response)]
    file = written(tmp_path / "a.parquet", *again)
    with pytest.raises(Malformed, match="a second time"):
        opinion_map_parquet([file], parameters=QUICK, workers=2)


@pytest.mark.slow
def test_a_process_that_dies_is_told_and_none_is_left(tmp_path):
    file = written(tmp_path / "a.parquet", *planted(1, n=200))
    with duckdb.connect() as database:
        source = looked_at([file], database)
        runs = runs_of(source, database, 2, tmp_path)
        statements = statements_of(source, database)
    with shared_out([runs[0], runs[0]], statements, str(tmp_path), 2) as shares:
        processes = [each.process for each in shares.processes]
        shares.read()
        processes[1].kill()
        with pytest.raises(ChildProcessError, match="has ended"):
            shares.added("paired", np.empty(0, dtype=np.int64))
    assert None not in [process.returncode for process in processes]


@pytest.mark.parametrize("at_once", [60, 10_000])
def test_people_and_statements_can_be_named_by_text(tmp_path, at_once):
    person, statement, response = planted(2)
    person = np.array([f"Zoë {p:03d}'s" for p in range(50)])[person]
    statement = np.array([f"{j:02d} 要?" for j in range(12)])[statement]
    file = written(tmp_path / "a [*?]'1.parquet", person, statement, response.astype(float))
    found = opinion_map_parquet([file], parameters=QUICK, seed=4, workers=1, at_once=at_once)
    assert found.to_json() == in_memory(person, statement, response)


def test_names_far_apart_take_no_more_room(tmp_path):
    person, statement, response = planted(3)
    person, statement = person.astype(np.int64) * 2**55 - 2**61, statement.astype(np.int64) * 2**58 - 2**60
    file = written(tmp_path / "a.parquet", person, statement, response)
    found = opinion_map_parquet([file], parameters=QUICK, seed=4, workers=1, at_once=100)
    assert found.to_json() == in_memory(person, statement, response)


@pytest.mark.data
@pytest.mark.parametrize("name", POLIS)
def test_real_conversations_from_parquet_are_those_in_memory(tmp_path, name):
    export = polis(name)
    file = written(tmp_path / "a.parquet", export.person, export.statement, export.response, group_size=2048)
    asked = Parameters(n_resamples=0, n_null=0)
    there = np.unique(export.statement).tolist()
    out = [j for j in export.moderated_out if j in there]
    found = opinion_map_parquet([file], moderated_out=out, parameters=asked, seed=4, workers=1, at_once=3000)
    assert found.to_json() == in_memory(export.person, export.statement, export.response, out, asked)


def test_the_command_reads_parquet(tmp_path, capsys):
    person, statement, response = planted(5, n=90)
    file = written(tmp_path / "a.parquet", person, statement, response)
    assert run("opinion-map", [str(file), "--json", "--seed", "4", "--svg", str(tmp_path / "a.svg")]) == 0
    usual = in_memory(person, statement, response, parameters=Parameters())
    assert json.loads(capsys.readouterr().out) == json.loads(json.dumps(usual))
    assert "<svg" in (tmp_path / "a.svg").read_text()
    assert run("opinion-map", [str(tmp_path)]) == 0
    assert "90 people" in capsys.readouterr().out


def test_the_command_says_what_is_wrong_with_a_file(tmp_path, capsys):
    file = copied(tmp_path / "a.parquet", f"{ROWS} UNION ALL SELECT 99, 1, 2")
    assert run("opinion-map", [str(file)]) == 2
    assert capsys.readouterr().err == (
        f"coproduce opinion-map: {file}, line 91: has the response 2; "
        "expected a person, a statement, and one of -1, 0 and 1\n"
    )


# ── what is refused ──────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("query", "line", "why"),
    [
        ("SELECT 1 AS person, 2 AS statement", None, "no column named 'response'"),
        ("SELECT 1 AS Person, 2 AS statement, 1 AS response", None, "no column named 'person'"),
        ("SELECT 1 AS person, 2 AS statement, 'agree' AS response", None, "VARCHAR in column 'response'"),
        ("SELECT 1.5::DOUBLE AS person, 2 AS statement, 1 AS response", None, "DOUBLE in column 'person'"),
        ("SELECT 1 AS person, [2] AS statement, 1 AS response", None, r"INTEGER\[\] in column 'statement'"),
        (f"{ROWS} UNION ALL SELECT 99, 1, 2", 91, "has the response 2"),
        (f"{ROWS} UNION ALL SELECT 99, 1, 0.5::DOUBLE", 91, "has the response 0.5"),
        (f"{ROWS} UNION ALL SELECT 99, 1, 'nan'::DOUBLE", 91, "has the response nan"),
        (f"{ROWS} UNION ALL SELECT 99, 1, 1e300::DOUBLE", 91, "has the response 1e"),
        (f"{ROWS} UNION ALL SELECT 99, 1, NULL", 91, "has no response"),
        (f"{ROWS} UNION ALL SELECT 99, NULL, 1", 91, "has no statement"),
        (f"{ROWS} UNION ALL SELECT NULL, 1, 1", 91, "has no person"),
        (f"{ROWS} UNION ALL SELECT 3, 2, -1", 91, "3 answers 2 a second time"),
        ("SELECT 'a' AS person, 'b' AS statement, 1 AS response FROM range(2)", 2, "'a' answers 'b' a second time"),
    ],
)
@pytest.mark.parametrize("at_once", [20, 10_000])
def test_files_with_wrong_columns_or_rows_are_refused_by_row(tmp_path, query, line, why, at_once):
    file = copied(tmp_path / "a.parquet", query)
    with pytest.raises(Malformed, match=why) as refused:
        opinion_map_parquet([file], workers=1, at_once=at_once)
    assert (refused.value.file, refused.value.line) == (str(file), line)


@pytest.mark.parametrize(
    "content", [b"", b"PAR1", b"person,statement,response\n1,2,1\n", bytes(range(256)) * 9, b"\0" * 99]
)
def test_what_is_not_parquet_is_refused(tmp_path, content):
    file = tmp_path / "a.parquet"
    file.write_bytes(content)
    with pytest.raises(Malformed, match="cannot be read as Parquet"):
        opinion_map_parquet([file], workers=1)


def test_a_file_cut_short_is_refused(tmp_path):
    file = written(tmp_path / "a.parquet", *planted(0))
    whole = file.read_bytes()
    for keep in (10, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:keep])
        with pytest.raises(Malformed, match="cannot be read as Parquet"):
            opinion_map_parquet([file], workers=1)


def test_a_file_spoilt_in_the_middle_is_refused(tmp_path):
    file = written(tmp_path / "a.parquet", *planted(0, n=400))
    whole = bytearray(file.read_bytes())
    whole[20:400] = b"\xff" * 380
    file.write_bytes(bytes(whole))
    with pytest.raises(Malformed, match="cannot be read as Parquet"):
        opinion_map_parquet([file], workers=1)


def test_what_is_not_there_is_refused(tmp_path):
    with pytest.raises(Malformed, match="is not there"):
        opinion_map_parquet([tmp_path / "no.parquet"])
    with pytest.raises(Malformed, match="no file that ends with"):
        opinion_map_parquet([tmp_path])
    with pytest.raises(ValueError, match="at least one"):
        opinion_map_parquet([])
    file = written(tmp_path / "a.parquet", *planted(0))
    with pytest.raises(ValueError, match="names statement 99"):
        opinion_map_parquet([file], moderated_out=[99], workers=1)


def test_a_pattern_for_a_name_reads_no_other_file(tmp_path):
    written(tmp_path / "a.parquet", *planted(0))
    with pytest.raises(Malformed, match="is not there"):
        opinion_map_parquet([Path(tmp_path / "*.parquet")])


def test_files_with_no_rows_give_an_empty_map(tmp_path):
    file = copied(tmp_path / "a.parquet", f"{ROWS} LIMIT 0")
    found = opinion_map_parquet([file], workers=1)
    assert (found.map.k, found.map.worth_showing, list(found.people), list(found.statements)) == (0, False, [], [])
