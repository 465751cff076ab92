"""Real patient feedback in the product itself: how quick its pages stay, what a look of the computer takes, and what it
is worth.

    .venv/bin/python bench/themes.py [--data FOLDER] [--splits 1] [--no-scores] [--seconds 2] [--rounds 2]

The 5,954 comments that analysts labelled (``patient-feedback/nhs-fft-labelled.csv`` in the folder COPRODUCE_TEST_DATA)
are read in with ``coproduce import csv``, with the labels of a quarter of them, drawn by seed 0, left out. Then the
real server is asked for its pages as in ``bench/pages.py``; the real worker looks for suggestions in a process of its
own (time, processor and memory, and how quickly the list of words comes meanwhile); and what it suggests for the
quarter is held against what the analysts said. ``scores`` are those of ``bench/methods/themes.py``, as
docs/methods/suggestion.md and emergence.md define them. The figures go to bench/results/themes.json; no comment is
kept anywhere.
"""

import argparse
import csv
import importlib.util
import json
import os
import platform
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np

PROJECT = Path(__file__).resolve().parents[1]
TABLE = "patient-feedback/nhs-fft-labelled.csv"
TEXT, FIRST_LABEL, FEWEST = "FFT answer", 11, 20
SLUG = "feedback"
PAGES = {
    "what was brought": "brought/",
    "themes": "themes/",
    "a theme": "themes/{theme}/",
    "the board": "themes/board/",
    "what the computer noticed": "suggestions/",
    "this was not on our agenda": "not-on-our-agenda/",
    "find": "/find/?in={slug}&q=appointment",
}


# ── what is read in ──────────────────────────────────────────────────────────────────────────────


def read(path: Path) -> tuple[list[dict[str, str]], list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in list(rows[0])[FIRST_LABEL:] if name != "Not assigned"]
    counts = Counter(name for row in rows for name in names if row[name] == "1")
    return rows, [name for name in names if counts[name] >= FEWEST]


def read_in(rows: list[dict[str, str]], names: list[str], folder: Path) -> tuple[np.ndarray, float]:
    """Through the product's own import, without the labels of a quarter: which these are, and the seconds it took."""
    from django.core.management import call_command

    held_out = np.random.default_rng(0).random(len(rows)) < 0.25
    table = folder / "feedback.csv"
    with table.open("w", newline="", encoding="utf-8") as file:
        out = csv.DictWriter(file, [TEXT, *names], extrasaction="ignore")
        out.writeheader()
        for row, held in zip(rows, held_out, strict=True):
            out.writerow({**row, **(dict.fromkeys(names, "") if held else {})})
    began = time.perf_counter()
    labels = [word for name in names for word in ("--label", name)]
    call_command("import", "csv", str(table), "--into", SLUG, "--text", TEXT, *labels, verbosity=0)
    took = time.perf_counter() - began
    table.unlink()
    return held_out, took


def somebody() -> Any:
    """An account with a membership, to ask and to look."""
    from coproduce.people.models import Account, Person
    from coproduce.spaces.models import Membership, Space

    account = Account.objects.create_user("bench@example.org")
    person = Person.objects.create(chosen_name="Bench", account=account)
    Membership.objects.create(space=Space.objects.get(slug=SLUG), person=person)
    return account


# ── what is measured ─────────────────────────────────────────────────────────────────────────────


def look(account: Any, server: Any, options: argparse.Namespace) -> dict[str, Any]:
    """One look of the computer by the real worker, and how quickly a page comes meanwhile."""
    from coproduce.people.models import Person
    from coproduce.spaces.models import Space
    from coproduce.suggestions.actions import ask_for_suggestions

    space = Space.objects.get(slug=SLUG)
    piece = ask_for_suggestions(actor=Person.objects.get(account=account), space=space)
    took: dict[str, Any] = {}
    began = time.perf_counter()
    worker = subprocess.Popen([sys.executable, "-m", "coproduce.config.command", "work", "--batch"])

    def wait() -> None:
        _pid, status, used = os.wait4(worker.pid, 0)
        worker.returncode = os.waitstatus_to_exitcode(status)
        took.update(
            seconds=time.perf_counter() - began, cpu_seconds=used.ru_utime + used.ru_stime,
            peak_mb=used.ru_maxrss / 1024,
        )  # fmt: skip

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(2)
    meanwhile = server.measured("brought/", options)
    waiting.join()
    piece.refresh_from_db()
    if piece.state != "done":
        raise SystemExit(f"The computer did not finish: {piece.error}")
    return {**took, "list_p95_ms_meanwhile": meanwhile["p95_ms"], "found": piece.result}


def precision(rows: list[dict[str, str]], names: list[str], held_out: np.ndarray) -> dict[str, Any]:
    """Of what the page suggests for comments whose labels were left out: how much is what the analysts said."""
    from coproduce.suggestions.models import Suggestion, SuggestionKind

    truth: dict[str, set[str]] = {}
    for row, held in zip(rows, held_out, strict=True):
        if held:
            truth.setdefault(row[TEXT].strip(), set()).update(name for name in names if row[name] == "1")
    asked = Suggestion.objects.filter(kind=SuggestionKind.BELONGS).values_list("theme__name", "contribution__words")
    judged = [theme in truth[words.strip()] for theme, words in asked if words.strip() in truth]
    return {"suggested": asked.count(), "for_the_quarter": len(judged), "right": sum(judged)}


class Asked:
    """The server with whom it is asked for, in the form of ``bench.pages``."""

    def __init__(self, server: Any, account: Any) -> None:
        from bench import pages

        self.pages, self.server, self.account = pages, server, account

    def measured(self, path: str, options: argparse.Namespace) -> dict[str, Any]:
        address = path if path.startswith("/") else f"/s/{SLUG}/{path}"
        return self.pages.measure(self.server, address, self.account, options)


def scores(path: Path, splits: int) -> dict[str, Any]:
    """What suggestion and emergence score by the methods' own bench."""
    from coproduce_methods.texts import has_meaning, meaning_vectors

    sys.path.insert(0, str(PROJECT / "bench" / "methods"))
    os.environ["COPRODUCE_TEST_DATA"] = str(path.parents[1])
    found = importlib.util.spec_from_file_location("themes_of_methods", PROJECT / "bench" / "methods" / "themes.py")
    assert found is not None and found.loader is not None  # noqa: PT018
    methods = importlib.util.module_from_spec(found)
    found.loader.exec_module(methods)
    texts, belongs = methods.feedback()
    methods.THEMES = [str(at) for at in range(belongs.shape[1])]
    vectors = meaning_vectors(texts) if has_meaning() else None
    rows = methods.suggestion_rows(splits, texts, belongs, vectors)
    rows.append(methods.emergence_row(texts, belongs, vectors, False))
    return {row.case: {"seconds": row.ours_s, "goal": row.goal, "note": row.note} for row in rows}


def run(path: Path, folder: Path, options: argparse.Namespace) -> dict[str, Any]:
    from django.core.management import call_command

    from bench import pages
    from coproduce.themes.models import Theme, ThemeLink

    rows, names = read(path)
    call_command("migrate", verbosity=0)
    held_out, seconds = read_in(rows, names, folder)
    account = somebody()
    held = Counter(ThemeLink.objects.values_list("theme", flat=True))
    results: dict[str, Any] = {
        "texts": len(rows), "themes": Theme.objects.count(), "links": ThemeLink.objects.count(), "read_in_s": seconds,
        "pages": {},
    }  # fmt: skip
    print(f"{len(rows)} texts and {held.total()} links read in, {seconds:.0f} s")
    with pages.Server() as server:
        asked = Asked(server, account)
        results["look"] = look(account, asked, options)
        results["precision"] = precision(rows, names, held_out)
        print(json.dumps({"look": results["look"], "precision": results["precision"]}, indent=1))
        print(pages.HEAD)
        for name, page in PAGES.items():
            path_of = page.format(theme=held.most_common(1)[0][0], slug=SLUG)
            results["pages"][name] = asked.measured(path_of, options)
            print(pages.line(name, results["pages"][name]), flush=True)
    return results


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=PROJECT / os.environ.get("COPRODUCE_TEST_DATA", "../shared/data"))
    parser.add_argument("--splits", type=int, default=1, help="of the scores of suggestion")
    parser.add_argument("--no-scores", action="store_true", help="only the product, not the methods by themselves")
    parser.add_argument("--seconds", type=float, default=2, help="of each round")
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    path = (options.data / TABLE).resolve()
    if not path.exists():
        raise SystemExit(f"No real data in {options.data}: say --data, or set COPRODUCE_TEST_DATA.")
    with tempfile.TemporaryDirectory(prefix="coproduce-themes-") as fresh:
        os.environ.update(
            COPRODUCE_HOME=fresh, COPRODUCE_HOSTS="127.0.0.1", COPRODUCE_MAIL="smtp://127.0.0.1",
            COPRODUCE_WORKERS="0", OPENBLAS_NUM_THREADS="1", DJANGO_SETTINGS_MODULE="coproduce.config.settings",
        )  # fmt: skip
        os.environ.pop("DATABASE_URL", None)
        sys.path.insert(0, str(PROJECT))
        import django

        django.setup()
        results = run(path, Path(fresh), options)
    if not options.no_scores:
        results["scores"] = scores(path, options.splits)
        for case, row in results["scores"].items():
            print(f"{case}: {row['note']} ({row['seconds']:.1f} s; goal {row['goal']})")
    results["versions"] = {
        "python": platform.python_version(), "django": django.__version__, "cores": os.cpu_count(),
        "load": os.getloadavg(),
    }  # fmt: skip
    (Path(__file__).parent / "results" / "themes.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
