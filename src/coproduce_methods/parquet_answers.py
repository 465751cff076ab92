"""Answers in Parquet files: looked at, checked, and read by runs of people that fit in memory.

Columns ``person``, ``statement`` (whole numbers or text) and ``response`` (-1, 0 or 1). DuckDB reads
only the row groups that hold a run's people; where people are strewn over the files, the rows are
first sorted, on disk. Needs the extra ``nation``.
"""

# ruff: noqa: S608  # Queries are put together from words of this module; what comes from outside is a parameter.

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.errors import Malformed
from coproduce_methods.opinion_table import Table, table_of

Ints = NDArray[np.int64]
Name = int | str

COLUMNS = ("person", "statement", "response")
WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "UTINYINT", "USMALLINT", "UINTEGER")
NUMBERS = (*WHOLE, "UBIGINT", "HUGEINT", "FLOAT", "DOUBLE")
NAMES = (*WHOLE, "UBIGINT", "HUGEINT", "VARCHAR", "UUID")
SCATTERED = 2
"""Where all runs together would read so many times as many rows as there are, the rows are sorted first."""

SAMPLE = 20_000
WRONG = "response IS NULL OR response NOT IN (-1, 0, 1) OR statement IS NULL"


@dataclass(frozen=True)
class Source:
    """Files that have been looked at. People and statements that are not whole numbers are read as text."""

    files: tuple[str, ...]
    whole_people: bool
    whole_statements: bool
    n_rows: int

    def rows(self, more: str = "") -> str:
        """All rows as a table, for FROM; its parameter is in ``named``. ``more``: columns beside the three."""
        person = "person" if self.whole_people else "person::VARCHAR AS person"
        statement = "statement" if self.whole_statements else "statement::VARCHAR AS statement"
        options = ", filename = true, file_row_number = true" if more else ""
        files = f"read_parquet($files, hive_partitioning = false{options})"
        return f"(SELECT {person}, {statement}, response{more} FROM {files})"

    @property
    def named(self) -> dict[str, Any]:
        """The names of the files, with nothing in them that DuckDB would take for a pattern."""
        return {"files": [re.sub(r"([*?\[])", r"[\1]", file) for file in self.files]}


@dataclass(frozen=True)
class Run:
    """The rows of people from ``low`` on and under ``high`` (None: no bound); ``told`` are the files as given."""

    source: Source
    told: Source
    low: Name | None
    high: Name | None

    @property
    def where(self) -> str:
        """For WHERE; its parameters are in ``bounds``."""
        tests = [
            test for bound, test in ((self.low, "person >= $low"), (self.high, "person < $high")) if bound is not None
        ]
        return " AND ".join(tests) or "person IS NOT NULL"

    @property
    def bounds(self) -> dict[str, Any]:
        """The parameters of ``where``."""
        return {name: bound for name, bound in (("low", self.low), ("high", self.high)) if bound is not None}


def connected(threads: int, folder: str | None = None) -> Any:
    """A database in memory that reads no settings, reaches no network, and spills into ``folder``."""
    import duckdb

    settings: dict[str, str | bool | int | float | list[str]]
    settings = {"autoinstall_known_extensions": "false", "threads": str(threads), "preserve_insertion_order": "false"}
    if folder:
        settings |= {"temp_directory": folder, "memory_limit": "400MB"}
    return duckdb.connect(config=settings)


@contextmanager
def readable(source: Source, database: Any) -> Iterator[None]:
    """Malformed, naming the file, where DuckDB finds out within that it cannot be read."""
    import duckdb

    try:
        yield
    except duckdb.Error as why:
        for file in source.files:
            alone = replace(source, files=(file,))
            try:
                database.execute(
                    f"SELECT {', '.join(f'max({column})' for column in COLUMNS)} FROM {alone.rows()}", alone.named
                )
            except duckdb.Error as found:
                raise _unreadable(file, found) from None
        raise _unreadable(source.files[0], why) from None


def _unreadable(file: Path | str, why: Exception) -> Malformed:
    return Malformed(file, None, f"cannot be read as Parquet ({str(why).splitlines()[0][:200]})")


# ── looking at the files ─────────────────────────────────────────────────────────────────────────


def looked_at(paths: Sequence[Path], database: Any) -> Source:
    """Check that the files are there, are Parquet and have the three columns; Malformed says which is not."""
    import duckdb

    kinds: dict[str, set[str]] = {column: set() for column in COLUMNS}
    rows = 0
    for path in paths:
        if not path.is_file():
            raise Malformed(path, None, "is not there; expected a Parquet file")
        file = Source((str(path),), whole_people=True, whole_statements=True, n_rows=0).named
        try:
            found = database.execute("DESCRIBE SELECT * FROM read_parquet($files)", file).fetchall()
            rows += database.execute("SELECT count(*) FROM read_parquet($files)", file).fetchone()[0]
        except duckdb.Error as why:
            raise _unreadable(path, why) from None
        for column, kind in _kinds(path, found).items():
            kinds[column].add(kind)
    return Source(
        tuple(str(path) for path in paths),
        whole_people=kinds["person"] <= set(WHOLE),
        whole_statements=kinds["statement"] <= set(WHOLE),
        n_rows=rows,
    )


def _kinds(path: Path, found: Sequence[Sequence[Any]]) -> dict[str, str]:
    """The types of the three columns."""
    kinds = {str(row[0]): str(row[1]) for row in found}
    for column in COLUMNS:
        if column not in kinds:
            raise Malformed(path, None, f"has no column named {column!r}; expected person, statement and response")
        if kinds[column] not in (NUMBERS if column == "response" else NAMES):
            wanted = "the numbers -1, 0 and 1" if column == "response" else "whole numbers or text"
            raise Malformed(path, None, f"has {kinds[column]} in column {column!r}; expected {wanted}")
    return {column: kinds[column] for column in COLUMNS}


def statements_of(source: Source, database: Any) -> list[Name]:
    """The names of all statements, sorted; Malformed for a row without one, or with a response that is none."""
    found = database.execute(
        f"SELECT statement, count(*) FILTER ({WRONG}) FROM {source.rows()} GROUP BY statement", source.named
    ).fetchall()
    if any(wrong for _, wrong in found):
        raise _first_wrong(source, database, WRONG)
    return sorted(row[0] for row in found)


def nobody(source: Source, database: Any) -> Malformed:
    """The first row without a person."""
    return _first_wrong(source, database, "person IS NULL")


def _first_wrong(source: Source, database: Any, wrong: str) -> Malformed:
    file, number, *said = database.execute(
        f"SELECT filename, file_row_number, person, statement, response "
        f"FROM {source.rows(', filename, file_row_number')} WHERE {wrong} ORDER BY filename, file_row_number LIMIT 1",
        source.named,
    ).fetchone()
    empty = [column for column, value in zip(COLUMNS, said, strict=True) if value is None]
    what = f"has no {empty[0]}" if empty else f"has the response {said[2]}"
    return Malformed(file, number + 1, f"{what}; expected a person, a statement, and one of -1, 0 and 1")


# ── runs ─────────────────────────────────────────────────────────────────────────────────────────


def runs_of(source: Source, database: Any, wanted: int, folder: Path) -> list[Run]:
    """About so many runs of people with as many rows each, sorted; together they hold every row once."""
    told = source
    at, read = _cuts(source, database, wanted)
    if read > SCATTERED:
        source = _sorted_copy(source, database, folder)
        at, _ = _cuts(source, database, wanted)
    return [Run(source, told, low, high) for low, high in pairwise([None, *at, None])]


def _cuts(source: Source, database: Any, wanted: int) -> tuple[list[Name], float]:
    """The people that runs begin with, but for the first; and how many times the rows all runs would read."""
    groups = database.execute(
        "SELECT stats_min_value, stats_max_value, row_group_num_rows FROM parquet_metadata($files) "
        "WHERE path_in_schema = 'person' AND row_group_num_rows > 0",
        source.named,
    ).fetchall()
    if not groups or wanted < 2:
        return [], 1.0
    if not source.whole_people or any(None in group for group in groups):
        drawn = f"SELECT person FROM {source.rows()} USING SAMPLE reservoir({SAMPLE} ROWS) REPEATABLE (1)"
        people = sorted(row[0] for row in database.execute(drawn, source.named).fetchall() if row[0] is not None)
        return sorted({people[len(people) * i // wanted] for i in range(1, wanted)} if people else []), float(wanted)
    spans = np.array([[int(each) for each in group] for group in groups], dtype=np.int64)
    spans = spans[np.argsort(spans[:, 0], kind="stable")]
    share = source.n_rows * np.arange(1, wanted) / wanted
    which = np.searchsorted(np.cumsum(spans[:, 2]), share, side="right").clip(max=len(spans) - 1)
    at = np.unique(spans[which, 0])
    read = sum(
        int(spans[(spans[:, 1] >= low) & (spans[:, 0] < high), 2].sum())
        for low, high in pairwise([spans[:, 0].min(), *at, spans[:, 1].max() + 1])
    )
    return at.tolist(), read / max(source.n_rows, 1)


def _sorted_copy(source: Source, database: Any, folder: Path) -> Source:
    """The same rows in one file, in the order of people."""
    file = str(folder / "sorted.parquet")
    quoted = file.replace("'", "''")
    database.execute(
        f"COPY (SELECT person, statement, response FROM {source.rows()} WHERE person IS NOT NULL ORDER BY person) "
        f"TO '{quoted}' (FORMAT parquet, ROW_GROUP_SIZE 200000)",
        source.named,
    )
    return Source((file,), source.whole_people, source.whole_statements, source.n_rows)


def read_run(run: Run, statements: Sequence[Name], database: Any) -> tuple[Table, list[Name]]:
    """The answers of a run, statements numbered as in ``statements``, and the names of its people, sorted.

    Malformed where somebody answers a statement twice.
    """
    source, given = run.source, run.source.named | run.bounds
    columns = list(COLUMNS)
    if not source.whole_people:
        database.execute(
            "CREATE OR REPLACE TEMP TABLE people AS SELECT person, row_number() OVER (ORDER BY person) - 1 AS number "
            f"FROM (SELECT DISTINCT person FROM {source.rows()} WHERE {run.where})",
            given,
        )
        columns[0] = "(SELECT number FROM people WHERE people.person = each.person) AS person"
    if not source.whole_statements:
        database.execute(
            "CREATE TEMP TABLE IF NOT EXISTS said AS SELECT unnest($1) AS name, unnest(range(len($1))) AS number",
            [statements],
        )
        columns[1] = "(SELECT number FROM said WHERE said.name = each.statement) AS statement"
    query = f"SELECT {', '.join(columns)} FROM (SELECT * FROM {source.rows()} WHERE {run.where}) AS each"
    rows = database.execute(query, given).fetchnumpy()
    who, names = _numbered(np.asarray(rows["person"]))
    what = np.asarray(rows["statement"])
    if source.whole_statements:
        what = (
            np.searchsorted(np.array(statements, dtype=np.int64), what)
            if _sparse(statements)
            else _placed(what, statements)
        )
    else:
        what = what.astype(np.int64)
    if not source.whole_people:
        names = [row[0] for row in database.execute("SELECT person FROM people ORDER BY number").fetchall()]
    try:
        return table_of(
            who, what, np.asarray(rows["response"]), n_people=len(names), n_statements=len(statements)
        ), names
    except ValueError:
        raise _twice(run, database) from None


def _sparse(names: Sequence[Name]) -> bool:
    """Whether whole numbers lie too far apart for a table of all between."""
    return len(names) > 0 and int(names[-1]) - int(names[0]) > max(1_000_000, 8 * len(names))


def _placed(values: NDArray[Any], names: Sequence[Name]) -> Ints:
    """Each value's place among the sorted names, by a table of all between."""
    if not len(names):
        return values.astype(np.int64)
    known = np.array(names, dtype=np.int64)
    place = np.zeros(known[-1] - known[0] + 1, dtype=np.int64)
    place[known - known[0]] = np.arange(len(known))
    found: Ints = place[values - known[0]]
    return found


def _numbered(people: NDArray[Any]) -> tuple[Any, list[Any]]:
    """Each person's place among those there are, and their names, sorted."""
    if not len(people):
        return np.empty(0, dtype=np.int64), []
    people = people.astype(np.int64, copy=False)
    low, span = int(people.min()), int(people.max()) - int(people.min()) + 1
    if span > 8 * len(people):
        known, places = np.unique(people, return_inverse=True)
        return places.astype(np.int64), known.tolist()
    there = np.zeros(span, dtype=np.bool_)
    there[people - low] = True
    number: Ints = np.cumsum(there, dtype=np.int64) - 1
    return number[people - low], (np.flatnonzero(there) + low).tolist()


def _twice(run: Run, database: Any) -> Malformed:
    """Who answers what a second time, where the files say so."""
    source = run.told
    file, number, person, statement = database.execute(
        f"SELECT filename, file_row_number, person, statement FROM {source.rows(', filename, file_row_number')} "
        f"WHERE {run.where} "
        "QUALIFY row_number() OVER (PARTITION BY person, statement ORDER BY filename, file_row_number) > 1 "
        "ORDER BY filename, file_row_number LIMIT 1",
        source.named | run.bounds,
    ).fetchone()
    return Malformed(file, number + 1, f"{person!r} answers {statement!r} a second time; expected once")
