"""Where something came from, in a record of a million: SQLite's recursive query beside one scan in order.

flock /tmp/heavy.lock .venv/bin/python bench/methods tracing
"""

import sqlite3
import sys
import tempfile
from pathlib import Path

import numpy as np
from measuring import Row, alternating, options, told

from coproduce_methods import trace
from coproduce_methods.trace import Record, ancestors, ancestors_of_each, descendants, record_of

NODES, LINKS = 1_000_000, 2_500_000
GOAL = 90
BACK = "SELECT link.earlier FROM link JOIN found ON link.later = found.id"
ON = "SELECT link.later FROM link JOIN found ON link.earlier = found.id"


def links() -> tuple[np.ndarray, np.ndarray]:
    """Six in ten came from nothing; the others from recent things, some from far back."""
    rng = np.random.default_rng(1)
    later = np.sort(rng.choice(np.flatnonzero(rng.random(NODES) < 0.4), LINKS))
    far = rng.random(LINKS) < 0.02
    back = np.where(far, rng.integers(1, NODES, LINKS), rng.geometric(1 / 400, LINKS))
    return later - back, later


def database(folder: Path, record: Record) -> sqlite3.Connection:
    connection = sqlite3.connect(folder / "record.sqlite3")
    connection.execute("PRAGMA cache_size = -262144")
    connection.execute("CREATE TABLE link (later INTEGER, earlier INTEGER, PRIMARY KEY (later, earlier)) WITHOUT ROWID")
    later = np.repeat(np.arange(record.nodes), np.diff(record.before_starts))
    connection.executemany("INSERT INTO link VALUES (?, ?)", zip(later.tolist(), record.before.tolist(), strict=True))
    connection.execute("CREATE INDEX onward ON link (earlier, later)")
    connection.execute("ANALYZE")
    connection.commit()
    return connection


def asked(connection: sqlite3.Connection, step: str, of: int, what: str = "count(*)") -> list[tuple[int, ...]]:
    query = f"WITH RECURSIVE found (id) AS (SELECT ? UNION {step}) SELECT {what} FROM found"
    return connection.execute(query, (of,)).fetchall()


def one_row(connection: sqlite3.Connection, record: Record, case: str, *, of: int, runs: int, back: bool) -> Row:
    step, ours = (BACK, ancestors) if back else (ON, descendants)
    there = sorted({row[0] for row in asked(connection, step, of, "id")} - {of})
    mine = ours(record, of)
    if mine.tolist() != there:
        return Row(case, "SQLite recursive", None, None, "NO")
    anchor, seconds = alternating(runs, lambda: asked(connection, step, of), lambda: ours(record, of))
    return Row(case, "SQLite recursive", anchor, seconds, "yes", f">= {GOAL}x", f"{mine.size:,} found")


def main() -> int:
    given = options()
    earlier, later = links()
    kept = earlier >= 0
    record = record_of(NODES, earlier[kept], later[kept])
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        connection = database(Path(folder), record)
        has = np.flatnonzero(np.diff(record.before_starts) > 0)
        for part in (0.1, 0.5, 0.999):
            of = int(has[int(part * has.size)])
            rows.append(one_row(connection, record, f"ancestors of {of:,}", of=of, runs=given.runs, back=True))
        given_on = np.flatnonzero(np.diff(record.after_starts) > 0)
        of = int(given_on[given_on.size // 2])
        rows.append(one_row(connection, record, f"descendants of {of:,}", of=of, runs=given.runs, back=False))
        many = has[np.linspace(0.5 * has.size, has.size - 1, 64).astype(int)].tolist()
        found = ancestors_of_each(record, many)
        same = all(np.array_equal(found.of(k), ancestors(record, one)) for k, one in enumerate(many))
        anchor, seconds = alternating(
            given.runs, lambda: asked(connection, BACK, many[32]), lambda: ancestors_of_each(record, many)
        )
        case = "64 questions at once, each"
        rows.append(Row(case, "SQLite recursive", anchor, seconds / 64, "yes" if same else "NO", note="the 33rd asked"))
        compiled, trace.fast = trace.fast, None
        of = int(has[int(0.999 * has.size)])
        rows.append(one_row(connection, record, "without numba", of=of, runs=given.runs, back=True))
        trace.fast = compiled
        connection.close()
    told(rows, given.out, "numpy", "scipy", "numba")
    return int(any(row.agrees == "NO" for row in rows))


if __name__ == "__main__":
    sys.exit(main())
