"""Twenty people put passages with themes at once, rename them and merge them: is anything lost?

    .venv/bin/python bench/coding.py [--people 20] [--passages 20] [--database sqlite|postgresql]

Everybody is a process of their own that speaks HTTP with a server started by ``coproduce serve``: it opens the page of
some words, puts a sentence of them with a theme, opens the sheet for renaming, and so on, as a browser does. Themes are
renamed and merged while others put words with them. What a person was told is done (a redirect) is noted, and
looked for afterwards in the database: every link, every name in an unbroken row, every merge, and a chain that holds.
Printed is what was found and how long writes took. On PostgreSQL the server of ``tests/postgres.py`` is used.
"""

import argparse
import html
import http.client
import json
import multiprocessing
import os
import random
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

PROJECT = Path(__file__).resolve().parents[1]
COMMAND = Path(sys.executable).parent / "coproduce"
SLUG = "coding-together"
SECONDS_TO_START = 180
TRIES = 6
SENTENCES = [
    "The night nurse hums when she is well.",
    "Nobody wrote the humming down 🎶.",
    "Je n’ai pas dormi, e\u0301puise\u0301.",
    "I lay awake until it stopped.",
    "Two of us for thirty beds.",
    "שלום, said the man in the next bed.",
]


# ── the database before and after, each in a process with Django ─────────────────────────────────


def in_django(work: Any, env: dict[str, str], *arguments: Any) -> Any:
    """What ``work(*arguments)`` answers in a fresh process with this environment."""
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    process = context.Process(target=_in_django, args=(work, env, arguments, answers))
    process.start()
    answer = answers.get(timeout=600)
    process.join()
    if isinstance(answer, str) and answer.startswith("failed: "):
        raise RuntimeError(answer)
    return answer


def _in_django(work: Any, env: dict[str, str], arguments: Any, answers: Any) -> None:
    for name in [name for name in os.environ if name.startswith(("COPRODUCE_", "DATABASE_"))]:
        del os.environ[name]
    os.environ.update(env)
    os.environ["DJANGO_SETTINGS_MODULE"] = "coproduce.config.settings"
    sys.path[:0] = [str(PROJECT), str(PROJECT / "src")]
    import django

    django.setup()
    try:
        answers.put(work(*arguments))
    except BaseException as error:
        answers.put(f"failed: {error!r}")
        raise


def set_up(people: int) -> dict[str, Any]:
    """A space with that many members signed in, sixty texts and eight themes."""
    from django.conf import settings
    from django.test import Client

    from coproduce.themes.actions import name_theme
    from tests import building

    space = building.space(slug=SLUG, name="Coding together")
    members = [building.member(space, f"Coder {number}") for number in range(people)]
    chance = random.Random(1)
    words = [
        building.contribution(space, chance.choice(members), " ".join(chance.sample(SENTENCES, 4)) + f" {number}.")
        for number in range(60)
    ]
    themes = [name_theme(actor=members[0], space=space, name=f"Theme {number}") for number in range(8)]
    cookies = []
    for member in members:
        client = Client()
        client.force_login(member.account, backend="coproduce.people.backends.PersonBackend")
        cookies.append(client.cookies[settings.SESSION_COOKIE_NAME].value)
    return {
        "cookies": cookies,
        "cookie": settings.SESSION_COOKIE_NAME,
        "words": [str(one.pk) for one in words],
        "themes": [str(one.pk) for one in themes],
        "people": [str(one.pk) for one in members],
    }


def look(told: list[dict[str, Any]]) -> dict[str, Any]:
    """What of all that people were told is not there, or not in an unbroken row."""
    from coproduce.history.chain import problems_in_chains
    from coproduce.history.models import Event
    from coproduce.themes.models import Theme, ThemeChange, ThemeLink

    open_links = ThemeLink.objects.filter(ended_at=None).select_related("theme")
    links = {str(one.pk): one for one in ThemeLink.objects.all()}
    there = {_where(one) for one in open_links}
    marked = [key for one in told for key in one["marked"]]
    lost = [key for key in marked if key not in links or _where(links[key]) not in there]
    broken = 0
    for theme in Theme.objects.all():
        names = list(ThemeChange.objects.filter(theme=theme, kind="renamed").order_by("changed_at", "id"))
        broken += sum(one.after != other.before for one, other in pairwise(names))
        broken += bool(names) and names[-1].after != theme.name
    kinds = {kind: Event.objects.filter(kind=kind).count() for kind in ("theme renamed", "theme merged")}
    return {
        "marked": len(marked),
        "lost": len(lost),
        "named twice": len(open_names := list(Theme.objects.filter(state="open").values_list("name", flat=True)))
        - len({name.casefold() for name in open_names}),
        "renamed": sum(one["renamed"] for one in told),
        "renamings on record": kinds["theme renamed"],
        "broken rows of names": broken,
        "merged": sum(one["merged"] for one in told),
        "merges on record": kinds["theme merged"],
        "links left in merged themes": open_links.exclude(theme__state="open").count(),
        "problems in the chain": len(list(problems_in_chains())),
    }


def _where(link: Any) -> tuple[Any, ...]:
    return link.linked_by_id, link.contribution_id, link.start, link.end


# ── one person ───────────────────────────────────────────────────────────────────────────────────


class Browser:
    """As much of a browser as this takes: cookies, and forms by their hidden fields."""

    def __init__(self, port: int, cookie: str) -> None:
        name, _, value = cookie.partition("=")
        self.port, self.cookies = port, {name: value}
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> tuple[int, str, str]:
        """(status, where it leads, the page)."""
        headers = {
            "Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "X-Forwarded-Proto": "https",
            "Referer": f"https://127.0.0.1:{self.port}{path}",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        self.connection.request(method, path, urlencode(body or {}, doseq=True), headers)
        answer = self.connection.getresponse()
        text = answer.read().decode()
        for header in answer.headers.get_all("Set-Cookie", []):
            name, _, value = header.partition(";")[0].partition("=")
            self.cookies[name] = value
        return answer.status, answer.headers.get("Location", ""), text


def hidden(page: str, form: str) -> dict[str, str]:
    """The hidden fields of the form whose tag holds this text."""
    part = next(one for one in page.split("<form")[1:] if form in one.partition(">")[0]).partition("</form>")[0]
    fields = re.findall(r'<input type="hidden" name="([^"]+)"(?: value="([^"]*)")?', part)
    return {name: html.unescape(value) for name, value in fields}


class Coder:
    """Somebody who reads, marks, renames and merges, and notes what they were told is done."""

    def __init__(self, number: int, made: dict[str, Any], port: int) -> None:
        self.number, self.made, self.chance = number, made, random.Random(number)
        self.browser = Browser(port, f"{made['cookie']}={made['cookies'][number]}")
        self.told: dict[str, Any] = {"marked": [], "renamed": 0, "merged": 0, "seconds": [], "came_back": 0, "odd": []}

    def send(self, path: str, body: dict[str, Any]) -> str | None:
        """Where it leads when it was taken; None when the sheet came back."""
        began = time.perf_counter()
        status, to, _page = self.browser.ask("POST", path, body)
        self.told["seconds"].append(time.perf_counter() - began)
        if status == 302:
            return to
        self.told["came_back"] += 1
        if status not in (403, 409, 422):
            self.told["odd"].append((path, status))
        return None

    def mark(self, new: str = "") -> None:
        """Put a sentence of some words with one of the themes that the page offers, or with a new one."""
        path = f"/s/{SLUG}/themes/read/{self.chance.choice(self.made['words'])}/"
        for _try in range(TRIES):
            _status, _to, page = self.browser.ask("GET", path)
            themes = re.findall(r'<option value="([0-9a-f-]{36})"', page)
            first = self.chance.choice(re.findall(r'<option value="(\d+)"', page))
            body = hidden(page, "data-mark-sheet") | {"first": first, "last": "", "why": "I hear it."}
            body |= {"other": "new", "new_name": new} if new else {"other": self.chance.choice(themes), "new_name": ""}
            to = self.send(path, body)
            if to is not None:
                self.told["marked"].append(to.partition("#mark-")[2])
                return
        self.told["odd"].append((path, "never taken"))

    def change(self, what: str, among: list[str], filled: dict[str, str]) -> None:
        """Rename or merge a theme; the sheet that came back is opened again, for another."""
        for _try in range(TRIES):
            path = f"/s/{SLUG}/themes/{self.chance.choice(among)}/{what}/"
            _status, _to, page = self.browser.ask("GET", path)
            time.sleep(self.chance.uniform(0, 0.1))
            if self.send(path, hidden(page, "post") | filled) is not None:
                self.told["renamed" if what == "rename" else "merged"] += 1
                return


def person(number: int, made: dict[str, Any], port: int, passages: int, answers: Any) -> None:
    """Put so many passages with themes, rename after every fifth, and merge once where the number says so."""
    coder, themes = Coder(number, made, port), made["themes"]
    try:
        work(coder, themes, passages)
    except Exception as error:  # noqa: BLE001  # whatever it was, the run must not wait for it, and must tell it
        coder.told["odd"].append((f"person {number}", repr(error)))
    answers.put(coder.told)


def work(coder: Coder, themes: list[str], passages: int) -> None:
    number = coder.number
    for count in range(passages):
        coder.mark(f"New of {number}, {count}" if count % 10 == 9 else "")
        if count % 5 == 4:
            coder.change("rename", themes, {"name": f"Name {number} {count}", "words": "", "why": "Better."})
        if count == passages // 2 and number % 5 == 0:
            coder.change("merge", themes[:4], {"into": coder.chance.choice(themes[4:]), "why": "The same."})


# ── the run ──────────────────────────────────────────────────────────────────────────────────────


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(env: dict[str, str], port: int, said: Path) -> Iterator[None]:
    """A server of ours that answers."""
    with said.open("w") as out:
        server = subprocess.Popen([str(COMMAND), "serve", "--port", str(port)], env=env, stdout=out, stderr=out)
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while True:
            try:
                with socket.create_connection(("127.0.0.1", port), 1):
                    break
            except OSError:
                if server.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"the server does not answer:\n{said.read_text()}") from None
                time.sleep(0.2)
        yield
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(30)


def run(people: int, passages: int, database: str) -> dict[str, Any]:
    """One run on a fresh database: what was told, what is there, and how long writes took (milliseconds)."""
    sys.path.insert(0, str(PROJECT))
    from tests.postgres import server as postgres

    started = postgres() if database == "postgresql" else nullcontext("")
    with tempfile.TemporaryDirectory(prefix="coproduce-coding-") as folder, started as url:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("COPRODUCE_", "DATABASE_"))}
        env = kept | {"COPRODUCE_HOME": folder, "COPRODUCE_HOSTS": "127.0.0.1", "COPRODUCE_WORKERS": "0"}
        env |= {"COPRODUCE_MAIL": "smtp://127.0.0.1:1"} | ({"DATABASE_URL": url} if url else {})
        subprocess.run([str(COMMAND), "migrate", "-v", "0"], env=env, check=True)
        made = in_django(set_up, env, people)
        port = free_port()
        with serving(env, port, Path(folder) / "said.txt"):
            began = time.perf_counter()
            told = everybody(people, made, port, passages)
            took = time.perf_counter() - began
        found = in_django(look, env, told)
    seconds = sorted(one for each in told for one in each["seconds"])
    return found | {
        "writes": len(seconds),
        "per second": round(len(seconds) / took, 1),
        "came back": sum(one["came_back"] for one in told),
        "odd": [odd for one in told for odd in one["odd"]],
        "p50 ms": round(seconds[len(seconds) // 2] * 1000, 1),
        "p95 ms": round(seconds[int(len(seconds) * 0.95)] * 1000, 1),
    }


def everybody(people: int, made: dict[str, Any], port: int, passages: int) -> list[dict[str, Any]]:
    context = multiprocessing.get_context("spawn")
    answers = context.Queue()
    processes = [context.Process(target=person, args=(n, made, port, passages, answers)) for n in range(people)]
    for process in processes:
        process.start()
    told = [answers.get(timeout=900) for _process in processes]
    for process in processes:
        process.join()
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=20)
    parser.add_argument("--passages", type=int, default=20)
    parser.add_argument("--database", choices=("sqlite", "postgresql"), action="append")
    options = parser.parse_args()
    results = {}
    for database in options.database or ("sqlite", "postgresql"):
        results[database] = run(options.people, options.passages, database)
        print(database, json.dumps(results[database], indent=1))
    kept = Path(__file__).parent / "results" / "coding.json"
    asked = {"people": options.people, "passages": options.passages}
    kept.write_text(json.dumps({"asked": asked, "results": results}, indent=1) + "\n")


if __name__ == "__main__":
    main()
