"""Sixteen writers at once on one SQLite file: our backend beside Django's own.

    .venv/bin/python bench/writers.py [--writes 200] [--rounds 3] [--pause 10] [--processes 2] [--threads 8]

Each writer is a thread with its own connection; half of them are in another process. A write is a
transaction as an action makes it: look up, add and change, ten statements in all. Between two writes
a writer pauses for a random time, as one who also reads and draws pages. The latency counts from
asking for the transaction to its acknowledged commit. The backends take turns in each round, so that
all meet the same machine. The table is printed; the figures, with versions, are kept in
bench/results/writers.json.
"""

import argparse
import json
import multiprocessing
import platform
import random
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

import django
from django.conf import settings

FULL = "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA secure_delete=ON"
PLAIN = "django.db.backends.sqlite3"
BACKENDS: dict[str, dict[str, Any]] = {
    "Django as it comes": {"ENGINE": PLAIN, "OPTIONS": {"timeout": 20}},
    "… with a log, deferred": {"ENGINE": PLAIN, "OPTIONS": {"timeout": 20, "init_command": FULL}},
    "… with a log, immediate": {
        "ENGINE": PLAIN,
        "OPTIONS": {"timeout": 20, "init_command": FULL, "transaction_mode": "IMMEDIATE"},
    },
    "ours: a queue of writers": {"ENGINE": "coproduce.config.sqlite", "OPTIONS": {"timeout": 20}},
}
TABLES = (
    "CREATE TABLE word (id INTEGER PRIMARY KEY, writer TEXT NOT NULL, number INTEGER NOT NULL, body TEXT)",
    "CREATE INDEX word_by_writer ON word (writer, number)",
    "CREATE TABLE tally (writer TEXT PRIMARY KEY, number INTEGER NOT NULL)",
)


def use(backend: dict[str, Any], file: Path) -> None:
    settings.configure(DATABASES={"default": {**backend, "NAME": str(file)}}, USE_TZ=True)
    django.setup()


def write(writer: str, number: int) -> None:
    from django.db import connection, transaction

    body = "What I know about breathing on a cold morning. " * 6
    with transaction.atomic(), connection.cursor() as cursor:
        for step in range(3):
            cursor.execute("SELECT body FROM word WHERE writer = %s AND number = %s", [writer, number - step])
            cursor.fetchone()
            cursor.execute("INSERT INTO word (writer, number, body) VALUES (%s, %s, %s)", [writer, number, body])
        for _ in range(4):
            cursor.execute(
                "INSERT INTO tally VALUES (%s, 1) ON CONFLICT (writer) DO UPDATE SET number = number + 1",
                [writer],
            )


def writer(name: str, options: argparse.Namespace, start: Any, into: list[tuple[float, bool]]) -> None:
    """One thread: its transactions, each with (seconds, was it refused) noted."""
    from django.db import OperationalError, connection

    chance = random.Random(name)
    connection.ensure_connection()
    start.wait()
    for number in range(options.writes):
        time.sleep(chance.uniform(0, 2 * options.pause / 1000))
        began = time.perf_counter()
        try:
            write(name, number)
            refused = False
        except OperationalError:
            refused = True
        into.append((time.perf_counter() - began, refused))
    connection.close()


def run_process(number: int, backend: str, options: argparse.Namespace, start: Any, answers: Any) -> None:
    use(BACKENDS[backend], options.file)
    noted: list[list[tuple[float, bool]]] = [[] for _ in range(options.threads)]
    threads = [
        threading.Thread(target=writer, args=(f"{number}.{index}", options, start, into))
        for index, into in enumerate(noted)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.put([one for into in noted for one in into])


def measure(backend: str, options: argparse.Namespace) -> dict[str, Any]:
    """One round of one backend in fresh processes on a fresh file."""
    context = multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory(prefix="coproduce-writers-", dir=options.folder) as folder:
        file = options.file = Path(folder) / "words.sqlite3"
        with sqlite3.connect(file) as made:
            for table in TABLES:
                made.execute(table)
        made.close()
        start = context.Barrier(options.processes * options.threads + 1)
        answers = context.Queue()
        processes = [
            context.Process(target=run_process, args=(number, backend, options, start, answers))
            for number in range(options.processes)
        ]
        for each in processes:
            each.start()
        start.wait()
        began = time.perf_counter()
        noted = [one for _ in processes for one in answers.get()]
        took = time.perf_counter() - began
        for each in processes:
            each.join()
        return summary(noted, took, kept_in(file))


def kept_in(file: Path) -> int:
    found = sqlite3.connect(file)
    try:
        return int(found.execute("SELECT count(*) FROM word").fetchone()[0])
    finally:
        found.close()


def summary(noted: list[tuple[float, bool]], took: float, kept: int) -> dict[str, Any]:
    latencies = sorted(seconds for seconds, refused in noted if not refused)
    refused = sum(refused for _, refused in noted)

    def quantile(share: float) -> float:
        return latencies[min(len(latencies) - 1, int(share * len(latencies)))] * 1000

    return {
        "writes": len(noted),
        "refused": refused,
        "lost": len(latencies) - kept // 3,
        "per_second": len(latencies) / took,
        "p50_ms": quantile(0.5),
        "p95_ms": quantile(0.95),
        "p99_ms": quantile(0.99),
        "max_ms": latencies[-1] * 1000,
    }


def table(results: dict[str, list[dict[str, Any]]]) -> str:
    """The median of the rounds; refused and lost are added up."""
    lines = [f"{'':<26}{'refused':>16}{'lost':>6}{'/s':>7}{'p50':>9}{'p95':>9}{'p99':>9}{'max':>9}  ms"]
    for backend, rounds in results.items():
        middle = {key: statistics.median(one[key] for one in rounds) for key in rounds[0]}
        refused, writes = (sum(one[key] for one in rounds) for key in ("refused", "writes"))
        lost = sum(one["lost"] for one in rounds)
        times = "".join(f"{middle[key]:9.1f}" for key in ("p50_ms", "p95_ms", "p99_ms", "max_ms"))
        of = f"{refused} of {writes}"
        lines.append(f"{backend:<26}{of:>16}{lost:>6}{middle['per_second']:7.0f}{times}")
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--writes", type=int, default=200, help="transactions of each writer")
    parser.add_argument("--pause", type=float, default=10, help="milliseconds between two writes, on average")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--threads", type=int, default=8)
    parser.add_argument("--folder", help="where to put the databases: a folder on the disk to be measured")
    options = parser.parse_args()
    results: dict[str, list[dict[str, Any]]] = {backend: [] for backend in BACKENDS}
    for number in range(options.rounds):
        for backend, rounds in results.items():
            print(f"round {number + 1}: {backend}", file=sys.stderr)
            rounds.append(measure(backend, options))
    writers = options.processes * options.threads
    print(f"{writers} writers in {options.processes} processes, {options.rounds} rounds")
    print(table(results))
    kept = Path(__file__).parent / "results" / "writers.json"
    kept.parent.mkdir(exist_ok=True)
    versions = {
        "python": platform.python_version(),
        "django": django.__version__,
        "sqlite": sqlite3.sqlite_version,
    }
    asked = {key: value for key, value in vars(options).items() if key not in ("folder", "file")}
    kept.write_text(json.dumps({"versions": versions, "asked": asked, "rounds": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
