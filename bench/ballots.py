"""Ten thousand attempts at a forged, late, doubled, replayed, ineligible or foreign ballot, at once, on both databases.

    .venv/bin/python bench/ballots.py [--attempts 10000] [--processes 4] [--only sqlite|postgresql]

A space with a secret ballot, one by name and a closed one, and another space with its own, on a fresh database. Each
process sends its share through the whole stack (addresses, sessions, the form's token, views, actions, database), in
an order of its own; a share of the attempts goes straight into the database. Then every urn, mark and vote is compared
with what was there before, and proved. In the second part each of some people who have not voted sends a good vote
from all processes at the same moment: each must count once. The table is printed; the figures, with versions, go to
bench/results/ballots.json.
"""

import argparse
import json
import multiprocessing
import os
import platform
import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
RACERS, RACES_EACH = 24, 2


Where = tuple[str, str]
"""The home folder, and the address of the database."""


def start(where: Where) -> None:
    """Django in this process, on this database, as it is in the tests."""
    home, url = where
    sys.path.insert(0, str(PROJECT))
    os.environ |= {
        "COPRODUCE_HOME": home,
        "COPRODUCE_TESTING": "1",
        "DJANGO_SETTINGS_MODULE": "coproduce.config.settings",
    }
    os.environ["DATABASE_URL"] = url
    import logging

    import django

    django.setup()
    logging.disable(logging.ERROR)


def share(number: int, where: Where, laid_ground: Any, names: list[str], both: Any) -> None:
    """One process: its attempts, each counted as (what, as it must be, status, sentence)."""
    start(where)
    from tests.ballots import attempts

    ground, (gate, answers) = attempts.Ground(**laid_ground), both
    chance, found, took = random.Random(number), Counter(), []
    chance.shuffle(names)
    attempts.client_of("")
    gate.wait()
    for name in names:
        began = time.perf_counter()
        found[name, *attempts.attempt(name, ground, chance)] += 1
        took.append(time.perf_counter() - began)
    answers.put((found, took))


def race(number: int, where: Where, laid_ground: Any, racers: list[str], both: Any) -> None:
    """One process: for each racer a good vote, sent at the moment when all others send theirs for the same person."""
    start(where)
    from tests.ballots import attempts

    ground, (gate, answers) = attempts.Ground(**laid_ground), both
    chance, found = random.Random(number), Counter()
    for person in racers:
        attempts.client_of(person)
    for person in racers:
        body = attempts.sheet_for(ground.secret, person, chance)
        gate.wait()
        for _again in range(RACES_EACH):
            status, sentence = attempts.send(person, attempts.address(ground, ground.secret), body)
            found[status, sentence] += 1
    answers.put((found, []))


def run(target: Any, processes: int, *args: Any, shares: list[Any]) -> tuple[Counter[Any], list[float], float]:
    context = multiprocessing.get_context("spawn")
    gate, answers = context.Barrier(processes + (target is share)), context.Queue()
    started = [
        context.Process(target=target, args=(number, *args, shares[number], (gate, answers)))
        for number in range(processes)
    ]
    for each in started:
        each.start()
    if target is share:
        gate.wait()
    began = time.perf_counter()
    found: Counter[Any] = Counter()
    took: list[float] = []
    for _each in started:
        counted, seconds = answers.get(timeout=3600)
        found += counted
        took += seconds
    for each in started:
        each.join()
    return found, sorted(took), time.perf_counter() - began


def tried_on(where: Where, options: argparse.Namespace) -> dict[str, Any]:
    """All of it on one database: lay the ground, try, compare, race, prove."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        ground, before, names, version = pool.apply(laid, (where,))
    shares = [
        [names[i % len(names)] for i in range(n, options.attempts, options.processes)] for n in range(options.processes)
    ]
    found, took, seconds = run(share, options.processes, where, ground, shares=shares)
    with context.Pool(1) as pool:
        after, wrong = pool.apply(stood, (where, ground))
    racers = ground["abstaining"][:RACERS]
    raced, _took, _seconds = run(race, options.processes, where, ground, shares=[racers] * options.processes)
    with context.Pool(1) as pool:
        at_last, wrong_at_last = pool.apply(stood, (where, ground))
    return {
        "database": version,
        "attempts": sum(found.values()),
        "changed": [what for what in before if after[what] != before[what]],
        "not refused as they must be": sum(n for (_name, is_right, *_rest), n in found.items() if not is_right),
        "problems": wrong + wrong_at_last,
        "seconds": round(seconds, 1),
        "median_ms": round(took[len(took) // 2] * 1000, 1),
        "rows": rows_of(found),
        "race": {
            "people": len(racers),
            "sent": sum(raced.values()),
            "counted": len(at_last["papers"]) - len(after["papers"]),
            "answers": {f"{status} {sentence}": n for (status, sentence), n in sorted(raced.items())},
        },
    }


def laid(where: Where) -> Any:
    start(where)
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from tests.ballots import attempts

    ground = attempts.lay(voters=40, abstaining=RACERS + 6)
    with connection.cursor() as cursor:
        is_sqlite = connection.vendor == "sqlite"
        cursor.execute("SELECT sqlite_version()" if is_sqlite else "SHOW server_version")
        version = f"{connection.vendor} {cursor.fetchone()[0].split()[0]}"
    return vars(ground), attempts.standing(ground), list(attempts.ATTEMPTS), version


def stood(where: Where, laid_ground: Any) -> Any:
    start(where)
    from coproduce.exchange.proof import problems
    from tests.ballots import attempts

    return attempts.standing(attempts.Ground(**laid_ground)), list(problems())


def rows_of(found: Counter[Any]) -> list[dict[str, Any]]:
    """By kind of attempt: how many, how many were answered as they must be, and with which sentences."""
    rows: dict[str, dict[str, Any]] = {}
    for (name, is_right, status, sentence), n in sorted(found.items(), key=str):
        row = rows.setdefault(name, {"attempt": name, "tried": 0, "refused": 0, "sentences": {}})
        row["tried"] += n
        row["refused"] += n if is_right else 0
        said = f"{status} {sentence}" if status else sentence
        row["sentences"][said] = row["sentences"].get(said, 0) + n
    return list(rows.values())


def table(result: dict[str, Any]) -> str:
    lines = [
        f"{result['database']}: {result['attempts']} attempts in {result['seconds']} s; "
        f"changed in any urn, register or list: {', '.join(result['changed']) or 'nothing'}"
    ]
    lines.append(f"{'':<46}{'tried':>7}{'refused':>9}  most often answered")
    for row in sorted(result["rows"], key=lambda row: row["attempt"]):
        most = max(row["sentences"], key=row["sentences"].get)
        lines.append(f"{row['attempt']:<46}{row['tried']:>7}{row['refused']:>9}  {most[:70]}")
    raced = result["race"]
    lines.append(f"at once: {raced['sent']} good votes of {raced['people']} people, counted {raced['counted']}")
    lines += [f"  {n:>5}  {said}" for said, n in raced["answers"].items()]
    return "\n".join([*lines, *(f"  problem: {each}" for each in result["problems"])])


def keep(results: dict[str, Any], options: argparse.Namespace) -> None:
    """Write what was found beside what is kept of the other database."""
    kept = PROJECT / "bench" / "results" / "ballots.json"
    held = json.loads(kept.read_text())["results"] if kept.exists() else {}
    asked = {"attempts": options.attempts, "processes": options.processes, "python": platform.python_version()}
    kept.write_text(json.dumps({"asked": asked, "results": held | results}, indent=1) + "\n")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--attempts", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=4)
    parser.add_argument("--only", choices=["sqlite", "postgresql"])
    options = parser.parse_args()
    results = {}
    with ExitStack() as stack:
        home = stack.enter_context(tempfile.TemporaryDirectory(prefix="coproduce-ballots-"))
        urls = {"sqlite": f"sqlite:///{home}/ballots.sqlite3"}
        if options.only != "sqlite":
            sys.path.insert(0, str(PROJECT))
            from tests.postgres import server

            urls["postgresql"] = stack.enter_context(server())
        for kind, url in urls.items():
            if options.only in (None, kind):
                results[kind] = tried_on((home, url), options)
                print(table(results[kind]) + "\n")
    keep(results, options)
    failed = [
        one for one in results.values()
        if one["changed"] or one["not refused as they must be"] or one["problems"]
        or one["race"]["counted"] != one["race"]["people"]
    ]  # fmt: skip
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
