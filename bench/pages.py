"""How quickly the pages of a space come, with how many queries and how many bytes.

    .venv/bin/python bench/pages.py [--times 1] [--seconds 3] [--rounds 3] [--data] [--only PAGE …] [--keep NAME]
    .venv/bin/python bench/pages.py --contributions 100000 --links 1000000 --beside-small --keep large

The demonstration is grown to 300 contributions and 2,771 answers (``--times 100``: a hundred times as many), in a
home folder of its own. The real server (``coproduce serve``, 2 processes of 4 threads) is asked on this machine by 8
connections that stay open, from a process of its own; one page at a time, for a visitor and for a member. Of the
rounds the one with the most requests counts: other work on the machine only takes away. ``cpu ms`` is what the
server's processes took of the processor for one request (Linux), which other work distorts least: two cores can
answer at most 2,000 / ``cpu ms`` requests a second. Queries are counted with Django's own client on the same
database. ``first visit`` is the page with its style, scripts, mark and the typeface that it asks for at once, as they
are sent to a browser, compressed. ``--data`` measures some pages of two real imports as well
(the folder COPRODUCE_TEST_DATA). The table is printed; the figures, with versions, go to bench/results/pages.json.
"""

import argparse
import gzip
import json
import multiprocessing
import os
import pickle
import platform
import re
import socket
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
CONNECTIONS, AT_MOST = 8, 20_000
PAGES = {
    "front page": "",
    "what was brought": "brought/",
    "one with 80 answers": "brought/{busy}/",
    "themes": "themes/",
    "a theme": "themes/{theme}/",
    "a rare theme": "themes/{rare}/",
    "weave": "weave/",
    "how we see it": "views/",
    "decisions": "decisions/",
    "account": "account/",
    "find": "/find/?in={slug}&q=breath",
    "what my words did": "did/",
}
FOR_MEMBERS = ("what my words did",)
OF_IMPORTS = ("what was brought", "themes", "how we see it", "account")
POLIS = "american-assembly.bowling-green"
TABLE = "patient-feedback/nhs-fft-labelled.csv"


# ── a server, and a process that asks it ─────────────────────────────────────────────────────────


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Server:
    """``coproduce serve`` for a home folder, from ``with`` to its end."""

    def __enter__(self) -> "Server":
        self.port = free_port()
        command = [sys.executable, "-m", "coproduce.config.command", "serve", "--port", str(self.port)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        for _ in range(300):
            try:
                self.get("/health", {})
                return self
            except OSError:
                time.sleep(0.1)
        raise SystemExit("The server does not answer.")

    def __exit__(self, *_why: object) -> None:
        self.process.terminate()
        self.process.wait(30)

    def cpu_seconds(self) -> float:
        """What the server and the processes it started took so far; 0 where there is no /proc."""
        ticks = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended meanwhile
            ticks[int(stat.parent.name)] = (int(fields[1]), int(fields[11]) + int(fields[12]))
        ours = {self.process.pid}
        while more := {pid for pid, (parent, _ticks) in ticks.items() if parent in ours} - ours:
            ours |= more
        return sum(ticks[pid][1] for pid in ours if pid in ticks) / os.sysconf("SC_CLK_TCK")

    def get(self, path: str, headers: dict[str, str]) -> tuple[int, bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()


def ask(port: int, request: bytes, until: float, into: list[float]) -> None:
    """One connection: the same request again and again; the seconds of each are noted."""
    with socket.create_connection(("127.0.0.1", port), timeout=60) as line, line.makefile("rb") as answers:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while time.perf_counter() < until and len(into) < AT_MOST // CONNECTIONS:
            began = time.perf_counter()
            line.sendall(request)
            if b" 200 " not in answers.readline():
                raise SystemExit("A page was refused while it was measured.")
            length = 0
            while (header := answers.readline()) != b"\r\n":
                if header[:15].lower() == b"content-length:":
                    length = int(header[15:])
            answers.read(length)
            into.append(time.perf_counter() - began)


def drive(port: int, request: bytes, seconds: float) -> tuple[float, list[float]]:
    """Runs in a process of its own: requests a second, and how long each took, in order."""
    noted: list[list[float]] = [[] for _ in range(CONNECTIONS)]
    began = time.perf_counter()
    threads = [threading.Thread(target=ask, args=(port, request, began + seconds, into)) for into in noted]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = sorted(one for into in noted for one in into)
    return len(took) / (time.perf_counter() - began), took


# ── what is measured of one page ─────────────────────────────────────────────────────────────────


def headers_of(account: Any) -> dict[str, str]:
    """The headers of a visitor (None), or of an account that has just signed in."""
    from django.conf import settings
    from django.test import Client

    headers = {"Host": "127.0.0.1", "X-Forwarded-Proto": "https", "Accept-Encoding": "gzip"}
    if account is not None:
        client = Client()
        client.force_login(account)
        headers["Cookie"] = f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"
    return headers


def queries_of(path: str, account: Any) -> int:
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"host": "127.0.0.1", "x-forwarded-proto": "https"})
    if account is not None:
        client.force_login(account)
    client.get(path)  # a first visit of the hour notes that the member was here
    with CaptureQueriesContext(
        connection,
    ) as asked:
        if client.get(path).status_code != 200:
            raise SystemExit(f"{path} cannot be read by {account or 'a visitor'}.")
    return len(asked)


def first_visit(server: Server, path: str, headers: dict[str, str]) -> tuple[int, int]:
    """Bytes of the page alone, and with everything that it names, each once."""
    _status, html = server.get(path, headers)
    text = (gzip.decompress(html) if html[:2] == b"\x1f\x8b" else html).decode()
    named = re.findall(r'<(?:link|script)[^>]*?(?:href|src)="(/static/[^"]+)"', text)
    return len(html), len(html) + sum(len(server.get(name, headers)[1]) for name in dict.fromkeys(named))


def measure(server: Server, path: str, account: Any, options: argparse.Namespace) -> dict[str, Any]:
    headers = headers_of(account)
    request = "\r\n".join([f"GET {path} HTTP/1.1", *(f"{key}: {value}" for key, value in headers.items()), "", ""])
    html, visit = first_visit(server, path, headers)
    with multiprocessing.get_context("spawn").Pool(1) as process:
        process.apply(drive, (server.port, request.encode(), 0.5))
        rounds = []
        for _ in range(options.rounds):
            before = server.cpu_seconds()
            rate, took = process.apply(drive, (server.port, request.encode(), options.seconds))
            rounds.append((rate, (server.cpu_seconds() - before) / len(took) * 1000, took))
    rate, _cpu_ms, took = max(rounds, key=lambda one: one[0])
    return {
        "per_second": rate,
        "cpu_ms": min(one[1] for one in rounds),
        "p50_ms": took[len(took) // 2] * 1000,
        "p95_ms": took[int(len(took) * 0.95)] * 1000,
        "of_rounds": [one[:2] for one in rounds],
        "queries": queries_of(path, account),
        "html_kb": html / 1000,
        "visit_kb": visit / 1000,
    }


# ── what is measured ─────────────────────────────────────────────────────────────────────────────


def spaces(options: argparse.Namespace) -> list[dict[str, Any]]:
    """Fills the home folder: the grown demonstration, and on request what was imported."""
    from django.core.management import call_command

    from bench.grown import grown

    call_command("migrate", verbosity=0)
    filled = Path(os.environ["COPRODUCE_HOME"]) / "places.pickle"
    if filled.exists():
        return list(pickle.loads(filled.read_bytes()))
    openers = options.contributions or 300 * options.times
    answers = 2771 * options.times
    made = []
    if options.beside_small:
        made.append(
            {**grown("small", 300, answers, 3000), "what": f"300 contributions, {answers:,} answers, 3,000 links"}
        )
    large = grown("grown", openers, answers, options.links)
    linked = f", {options.links:,} links" if options.links else ""
    made.append({**large, "what": f"{openers:,} contributions, {answers:,} answers{linked}"})
    if options.data:
        made += imported(Path(PROJECT / os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")), made[0]["member"])
    filled.write_bytes(pickle.dumps(made))
    return made


def imported(data: Path, member: Any) -> list[dict[str, Any]]:
    import csv

    from django.core.management import call_command

    if not (data / TABLE).exists():
        raise SystemExit(f"No real data in {data}: set COPRODUCE_TEST_DATA.")
    with (data / TABLE).open(newline="", encoding="utf-8-sig") as file:
        columns = next(csv.reader(file))
    labels = columns[columns.index("Not assigned") :]
    call_command("import", "polis", str(data / "polis" / POLIS), "--into", "polis", verbosity=0)
    call_command(
        "import", "csv", str(data / TABLE), "--into", "table", "--text", "FFT answer",
        *[word for label in labels for word in ("--label", label)], verbosity=0,
    )  # fmt: skip
    return [joined(slug, member) for slug in ("polis", "table")]


def joined(slug: str, member: Any) -> dict[str, Any]:
    """An imported space with the member in it: its words are for members."""
    from coproduce.contributions.models import Contribution
    from coproduce.spaces.models import Membership, Space

    space = Space.objects.get(slug=slug)
    Membership.objects.get_or_create(space=space, person=member.person)
    number = Contribution.objects.filter(space=space).count()
    return {"slug": slug, "member": member, "what": f"{space.name}: {number:,} contributions", "imported": True}


def run(options: argparse.Namespace) -> dict[str, Any]:
    results: dict[str, Any] = {}
    began = time.perf_counter()
    places = spaces(options)
    print(f"filled in {time.perf_counter() - began:.0f} s", file=sys.stderr)
    with Server() as server:
        for place in places:
            whom = {"member": place["member"]}
            if not place.get("imported"):
                whom = {"visitor": None, **whom}
            for who, account in whom.items():
                print(f"\n{place['what']}, {who}\n{HEAD}")
                rows = results.setdefault(f"{place['what']}, {who}", {})
                for page, path in PAGES.items():
                    if (place.get("imported") and page not in OF_IMPORTS) or (
                        options.only and page not in options.only
                    ):
                        continue
                    if account is None and page in FOR_MEMBERS:
                        continue
                    filled = path.format_map(place)
                    address = filled if filled.startswith("/") else f"/s/{place['slug']}/{filled}"
                    rows[page] = measure(server, address, account, options)
                    print(line(page, rows[page]), flush=True)
    return results


HEAD = f"{'':<22}{'req/s':>8}{'cpu ms':>8}{'p50 ms':>9}{'p95 ms':>9}{'queries':>9}{'page kB':>9}{'first visit kB':>16}"


def line(page: str, row: dict[str, Any]) -> str:
    times = f"{row['per_second']:8.0f}{row['cpu_ms']:8.1f}{row['p50_ms']:9.1f}{row['p95_ms']:9.1f}"
    return f"{page:<22}{times}{row['queries']:9}{row['html_kb']:9.1f}{row['visit_kb']:16.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--times", type=int, default=1, help="how many times 300 contributions and 2,771 answers")
    parser.add_argument("--contributions", type=int, help="so many contributions, whatever --times says")
    parser.add_argument("--links", type=int, help="so many passages in themes")
    parser.add_argument("--beside-small", action="store_true", help="300 contributions in the same run, to compare")
    parser.add_argument("--seconds", type=float, default=3, help="of each round")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--data", action="store_true", help="the real imports too")
    parser.add_argument("--only", nargs="*", choices=list(PAGES), help="these pages")
    parser.add_argument("--home", help="a folder to fill once and measure again and again")
    parser.add_argument("--keep", default="pages", help="the name of the file in bench/results")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="coproduce-pages-") as fresh:
        os.environ.update(
            COPRODUCE_HOME=options.home or fresh,
            COPRODUCE_HOSTS="127.0.0.1",
            COPRODUCE_MAIL="smtp://127.0.0.1",
            DJANGO_SETTINGS_MODULE="coproduce.config.settings",
        )
        os.environ.pop("DATABASE_URL", None)
        sys.path.insert(0, str(PROJECT))
        import django

        django.setup()
        results = run(options)
    kept = Path(__file__).parent / "results" / f"{options.keep}.json"
    versions = {
        "python": platform.python_version(),
        "django": django.__version__,
        "sqlite": sqlite3.sqlite_version,
        "cores": os.cpu_count(),
        "load": os.getloadavg(),
    }
    kept.write_text(json.dumps({"versions": versions, "asked": vars(options), "pages": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
