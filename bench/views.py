"""How we see it at the size of a town: a Polis export of 2,000 people and 225,000 responses.

    .venv/bin/python bench/views.py [--seconds 3] [--rounds 3] [--home FOLDER] [--keep views]

Imports the export (the folder COPRODUCE_TEST_DATA) into a home folder of its own, serves it with the real server
(``coproduce serve``, 2 processes of 4 threads) and asks from a process of its own over 8 connections that stay open,
one page at a time, for a member: the results, every claim, one claim, a row opened, a group of the map. ``cpu ms`` is
what the server's processes took of the processor for one request, which other work on the machine distorts least.
*while people answer*: the results again while somebody answers a claim twice a second; *standpoints*: with one or two
given to everybody by lot. *alone*: one reader at a time, without the queue of the other seven.

Making the map again in the background is timed as the worker does it: reading the answers, the map with its
certainty, keeping it; and from an answer to the map that holds it, without the minute that it waits for more. Last
the groups of all exports beside those that Polis published: the adjusted Rand index of the stored map, beside the
figure of red-dwarf 0.4.0 (bench/results/methods.json). The table is printed; the figures go to
bench/results/views.json.
"""

import argparse
import json
import os
import platform
import sqlite3
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
TOWN = "american-assembly.bowling-green"
EXPORTS = (
    "15-per-hour-seattle",
    TOWN,
    "football-concussions",
    "scoop-hivemind.freshwater",
    "vtaiwan.uberx",
)


def data() -> Path:
    found = Path(PROJECT / os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")).resolve() / "polis"
    if not (found / TOWN).is_dir():
        raise SystemExit(f"No Polis exports in {found}: set COPRODUCE_TEST_DATA.")
    return found


def filled() -> tuple[Any, float]:
    """The space of the town, imported unless it is there, and how many seconds that took (0 if it was)."""
    from django.core.management import call_command

    from coproduce.spaces.models import Space

    call_command("migrate", verbosity=0)
    call_command("collectstatic", verbosity=0, interactive=False)
    began = time.perf_counter()
    took = 0.0
    for name in EXPORTS:
        slug = name.replace(".", "-")
        if not Space.objects.filter(slug=slug).exists():
            began = time.perf_counter()
            call_command("import", "polis", str(data() / name), "--into", slug, verbosity=0)
            took = time.perf_counter() - began if name == TOWN else took
    return Space.objects.get(slug=TOWN.replace(".", "-")), took


def member_of(space: Any) -> Any:
    """Somebody with an account who has joined the town and answered nothing yet."""
    from coproduce.people.models import Account, Person
    from coproduce.spaces.models import Membership

    account = Account.objects.filter(email="bench@example.org").first()
    if account is None:
        account = Account.objects.create_user("bench@example.org")
        Person.objects.create(chosen_name="Bench", full_name="Bench", account=account)
    Membership.objects.get_or_create(space=space, person=account.person)
    return account


# ── the pages ────────────────────────────────────────────────────────────────────────────────────


def addresses(space: Any) -> dict[str, str]:
    from coproduce.deliberation.queries import standing_of

    now = standing_of(space)
    most = max(now.tallies, key=lambda pk: now.tallies[pk].answered)
    base = f"/s/{space.slug}/views/"
    return {
        "results": base,
        "every claim": f"{base}all/",
        "every claim, most divided": f"{base}all/?order=differ",
        "one claim": f"{base}{most}/",
        "a row opened": f"{base}{most}/counted/everyone/",
        "a group of the map": f"{base}map/1/",
    }


class Answering:
    """Somebody answers claims of the town one after the other, from ``with`` to its end."""

    def __init__(self, space: Any, account: Any, seconds: float = 0.5) -> None:
        self.space, self.person, self.seconds = space, account.person, seconds
        self.given, self.ended = 0, threading.Event()

    def __enter__(self) -> "Answering":
        self.thread = threading.Thread(target=self.run, daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_why: object) -> None:
        self.ended.set()
        self.thread.join()

    def run(self) -> None:
        from django.db import connections

        from coproduce.deliberation.actions import respond
        from coproduce.deliberation.models import Statement

        claims = list(Statement.objects.filter(space=self.space, hidden_at=None)[:40])
        while not self.ended.wait(self.seconds):
            respond(
                actor=self.person,
                statement=claims[self.given % len(claims)],
                answer=(self.given // len(claims)) % 3 - 1,
            )
            self.given += 1
        connections.close_all()


def alone(server: Any, path: str, account: Any, times: int = 60) -> tuple[float, float]:
    """(p50, p95) in milliseconds of one reader who asks again and again, over a connection of each time."""
    from bench.pages import headers_of

    headers, took = headers_of(account), []
    for _turn in range(times):
        began = time.perf_counter()
        status, _body = server.get(path, headers)
        took.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise SystemExit(f"{path} was refused.")
    took.sort()
    return took[len(took) // 2], took[int(len(took) * 0.95)]


def pages(space: Any, account: Any, options: argparse.Namespace) -> dict[str, Any]:
    from bench.pages import HEAD, Server, line, measure

    print(f"\n{space.name}, a member\n{HEAD}   alone p50    p95")
    rows: dict[str, Any] = {}
    results = f"/s/{space.slug}/views/"

    def measured(name: str, path: str) -> None:
        rows[name] = measure(server, path, account, options)
        rows[name]["alone_p50_ms"], rows[name]["alone_p95_ms"] = one = alone(server, path, account)
        print(f"{line(name[:22], rows[name])}{one[0]:12.1f}{one[1]:7.1f}", flush=True)

    speak_from_nowhere(space)
    with Server() as server:
        for name, path in addresses(space).items():
            measured(name, path)
        with Answering(space, account) as answering:
            measured("while people answer", results)
        rows["while people answer"]["answers_meanwhile"] = answering.given
        speak_from_somewhere(space)
        measured("results, standpoints", results)
        with Answering(space, account):
            measured("both of these", results)
    speak_from_nowhere(space)
    return rows


def speak_from_nowhere(space: Any) -> None:
    from coproduce.spaces.models import Standpoint

    Standpoint.objects.filter(membership__space=space).delete()


def speak_from_somewhere(space: Any) -> None:
    """Everybody is given one or two standpoints by lot: the export knows of none."""
    import random

    from coproduce.history.chain import record
    from coproduce.spaces.models import Membership, Standpoint

    lot = random.Random(7)
    Standpoint.objects.bulk_create(
        Standpoint(membership=membership, words=f"standpoint {way}", way=way)
        for membership in Membership.objects.filter(space=space)
        for way in lot.sample("LCPROM", lot.choice([1, 1, 1, 2]))
    )
    record("standpoints given by lot", actor=None, space=space, subject=space)


# ── the map ──────────────────────────────────────────────────────────────────────────────────────


def timed(times: int, function: Any) -> tuple[float, float]:
    """(median seconds by the clock, median seconds of the processor) of calling it so often."""
    clock, cpu = [], []
    for _turn in range(times):
        began, worked = time.perf_counter(), time.process_time()
        function()
        clock.append(time.perf_counter() - began)
        cpu.append(time.process_time() - worked)
    return statistics.median(clock), statistics.median(cpu)


def recomputation(space: Any, account: Any) -> dict[str, Any]:
    """Seconds of each part of making the map again, and of the whole piece of work in the queue."""
    from coproduce.deliberation.actions import ask_for_map, mapping, respond
    from coproduce.deliberation.models import OpinionMap, Statement
    from coproduce.work.worker import work_off
    from coproduce_methods.opinion_map import Parameters

    given = mapping.read_input(space)
    parameters = Parameters(min_group=space.threshold)
    claim = Statement.objects.filter(space=space, hidden_at=None).first()
    found = {
        "answers": len(given.answer),
        "reading": timed(5, lambda: mapping.read_input(space)),
        "map_with_certainty": timed(5, lambda: mapping.mapped(given, parameters, mapping.SEED, None)),
    }
    turns = iter(range(100))

    def answered_and_made() -> None:
        respond(actor=account.person, statement=claim, answer=next(turns) % 3 - 1)
        ask_for_map(space)
        before = OpinionMap.objects.filter(space=space).order_by("-computed_at").values_list("pk", flat=True)[0]
        work_off()
        assert OpinionMap.objects.filter(space=space).order_by("-computed_at").values_list("pk", flat=True)[0] != before

    found["answered_and_made_again"] = timed(5, answered_and_made)
    print("\nThe map made again                 clock s   cpu s")
    for name, times in found.items():
        if isinstance(times, tuple):
            print(f"{name.replace('_', ' '):<32}{times[0]:10.2f}{times[1]:8.2f}")
    return found


def groups() -> dict[str, Any]:
    """The adjusted Rand index of the stored maps to the groups that Polis published, beside red-dwarf's."""
    from coproduce.deliberation.models import OpinionMap
    from coproduce_methods.polis_files import read_polis_folder

    beside = red_dwarf()
    print("\nGroups beside those published           people   k   shown    ours  red-dwarf")
    rows: dict[str, Any] = {}
    for name in EXPORTS:
        stored = OpinionMap.objects.filter(space__slug=name.replace(".", "-")).order_by("-computed_at")[0]
        result = stored.result
        ari = likeness(read_polis_folder(data() / name), stored.space, result)
        rows[name] = {"k": result["k"], "shown": result["worth_showing"], "ari": ari, "red_dwarf": beside.get(name)}
        theirs = f"{beside[name]:10.3f}" if name in beside else "         –"
        people, shown = len(result["participants"]), "yes" if result["worth_showing"] else "no"
        print(f"{name:<38}{people:8}{result['k']:4}{shown:>8}{ari:8.3f}{theirs}")
    ours, theirs = ([row[key] for row in rows.values() if row[key] is not None] for key in ("ari", "red_dwarf"))
    rows["mean"] = {"ari": statistics.mean(ours), "red_dwarf": statistics.mean(theirs) if theirs else None}
    print(f"{'mean':<38}{'':20}{rows['mean']['ari']:8.3f}{rows['mean']['red_dwarf'] or float('nan'):10.3f}")
    return rows


def red_dwarf() -> dict[str, float]:
    """Its figures from the run of ``bench/methods`` that measured it beside ours."""
    import re

    kept = json.loads((PROJECT / "bench/results/methods.json").read_text())
    found = {}
    for row in kept["parts"]["opinion_map"]["rows"]:
        if told := re.search(r"\(red-dwarf ([0-9.]+)\)", row.get("note") or ""):
            found[row["case"].split(" (")[0]] = float(told[1])
    return found


def likeness(export: Any, space: Any, result: dict[str, Any]) -> float:
    """Of people whom both put in a group. People are known by the source under which they were imported."""
    import numpy as np

    from coproduce.spaces.models import Membership
    from coproduce_methods.opinion_groups import adjusted_rand

    told = Membership.objects.filter(space=space).exclude(source="").values_list("source", "person")
    by_name = {source.rpartition(":")[2]: str(person) for source, person in told}
    ours = {one["id"]: one["group"] for one in result["participants"]}
    both = [
        (published, ours[by_name[name]])
        for name, published in zip(export.people, export.groups, strict=True)
        if published is not None and name in by_name and ours.get(by_name[name]) is not None
    ]
    return float(adjusted_rand(*np.array(both).T))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=3, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--home", help="a folder to fill once and measure again and again")
    parser.add_argument("--keep", default="views", help="the name of the file in bench/results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="coproduce-views-") as fresh:
        os.environ.update(
            COPRODUCE_HOME=options.home or fresh,
            COPRODUCE_HOSTS="127.0.0.1",
            COPRODUCE_MAIL="smtp://127.0.0.1",
            COPRODUCE_WORKERS="0",
            DJANGO_SETTINGS_MODULE="coproduce.config.settings",
        )
        os.environ.pop("DATABASE_URL", None)
        sys.path.insert(0, str(PROJECT))
        import django

        django.setup()
        space, took = filled()
        print(f"imported in {took:.1f} s" if took else "imported before")
        account = member_of(space)
        found = {
            "import_s": took,
            "pages": pages(space, account, options),
            "map": recomputation(space, account),
            "groups": groups(),
        }
    versions = {
        "python": platform.python_version(),
        "django": django.__version__,
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
    }
    kept = Path(__file__).parent / "results" / f"{options.keep}.json"
    kept.write_text(json.dumps({"versions": versions, "asked": vars(options), **found}, indent=1) + "\n")


if __name__ == "__main__":
    main()
