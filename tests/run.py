"""What ./test runs: every check in turn, one line each, and at the end how many passed and failed.

    ./test          everything
    ./test quick    style, architecture, methods and the suite on SQLite: a minute's worth

What could not be run is said, with the reason; where CI=true that counts as a failure.
"""

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import postgres

PROJECT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
CI = os.environ.get("CI", "").lower() in ("true", "1")
WITHOUT_DJANGO = (
    "import sys; sys.modules['django'] = sys.modules['coproduce'] = None; "
    "import pytest; sys.exit(pytest.main(sys.argv[1:]))"
)


WALKED_AGAIN_AT_MOST = 3
"""Journeys that fail are walked once more, alone and in a fresh demonstration: two browsers and two servers on a busy
machine can starve each other. What fails twice fails, more than a few are a fault, and the names are always printed."""


class Unable(Exception):
    """A stage cannot be run here. Says why, and what would help."""


class Result(NamedTuple):
    """What a stage came to: how many checks passed and failed, and what it printed."""

    passed: int
    failed: int
    output: str


def run(*command: str, **environment: str) -> tuple[int, str]:
    """Run a command in the project's folder with more environment; its exit code and all that it printed."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COPRODUCE_")}
    env.pop("DATABASE_URL", None)
    env["COPRODUCE_TEST_DATA"] = str(data_folder())
    env.setdefault("OPENBLAS_NUM_THREADS", "1")  # two workers are as many as there are cores
    with tempfile.TemporaryFile("w+", errors="replace") as out:
        running = subprocess.Popen(
            command, cwd=PROJECT, env=env | environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out
        )
        try:
            code = running.wait()
        except BaseException:
            running.terminate()
            running.wait(20)
            raise
        out.seek(0)
        return code, out.read()


def checks(*commands: list[str]) -> Result:
    """Each command is one check."""
    failed, output = 0, ""
    for command in commands:
        with tempfile.TemporaryDirectory(prefix="coproduce-check-") as home:
            code, said = run(str(BIN / command[0]), *command[1:], COPRODUCE_HOME=home)
        if code:
            failed += 1
            output += f"$ {' '.join(command[:6])}\n{said}\n"
    return Result(len(commands) - failed, failed, output)


def counted(code: int, output: str) -> Result:
    """Read pytest's last line. A bad exit code that no failed test explains (5: no tests) is a failure."""
    found = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?)\b", last_line(output))}
    failed = found.get("failed", 0) + found.get("error", 0) + found.get("errors", 0)
    return Result(found.get("passed", 0), max(failed, int(code != 0)), output)


def last_line(output: str) -> str:
    lines = [line for line in output.splitlines() if re.search(r"\bin [\d.]+s\b", line)]
    return lines[-1] if lines else ""


def pytest(*arguments: str, **environment: str) -> Result:
    return counted(*run(sys.executable, "-m", "pytest", "-q", "--color=no", *arguments, **environment))


def data_folder() -> Path:
    return (PROJECT / os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")).resolve()


def wanted(quick: bool) -> list[str]:
    """Which of the tests: the slow ones and the real data only in the whole run, and where the data is."""
    if quick:
        return ["-m", "not browser and not data and not slow"]
    return ["-m", "not browser" if data_folder().is_dir() else "not browser and not data"]


def style(quick: bool) -> Result:
    templates = [str(file) for file in sorted((PROJECT / "src").rglob("templates/**/*.html"))]
    return checks(
        ["ruff", "check", "--quiet", "src", "tests", "bench"],
        ["ruff", "format", "--quiet", "--check", "src", "tests", "bench"],
        ["djade", "--target-version", "5.2", "--check", *templates],
    )


def imports(quick: bool) -> Result:
    return checks(["lint-imports", "--no-logo"])


def types(quick: bool) -> Result:
    return checks(["mypy", "--no-error-summary"])


def migrations(quick: bool) -> Result:
    return checks(["coproduce", "makemigrations", "--check", "--dry-run"])


def methods(quick: bool) -> Result:
    folder = "tests/methods"
    apart = ["-p", "no:django", "-c", os.devnull, "--rootdir", ".", "--confcutdir", folder]
    which = ["--import-mode=importlib", "-q", "--color=no", "-n", "2", *wanted(quick), folder]
    return counted(*run(sys.executable, "-c", WITHOUT_DJANGO, *apart, *which))


def suite(quick: bool, **environment: str) -> Result:
    # One file's tests stay together, so that what they share is made once, until one worker has nothing left to do.
    apart = ["-n", "2", "--dist", "worksteal", "--ignore=tests/browser", "--ignore=tests/methods"]
    return pytest(*apart, *wanted(quick), **environment)


def suite_on_postgresql(quick: bool) -> Result:
    with ExitStack() as until_the_end:
        try:
            url = until_the_end.enter_context(postgres.server())
        except postgres.NoServer:
            install("postgresql")
            try:
                url = until_the_end.enter_context(postgres.server())
            except postgres.NoServer as why:
                raise Unable(str(why)) from None
        return suite(quick, DATABASE_URL=url)


def journeys(quick: bool) -> Result:
    browser = chromium()
    if not browser:
        install("chromium")
        browser = chromium()
    if not browser:
        raise Unable("there is no Chromium here (on Debian: apt install chromium)")
    given = {"COPRODUCE_CHROMIUM": browser, "DJANGO_ALLOW_ASYNC_UNSAFE": "true"}
    # A file's journeys share what they have seen.
    walked = pytest("-n", "2", "--dist", "loadfile", "tests/browser", **given)
    if not 0 < walked.failed <= WALKED_AGAIN_AT_MOST:
        return walked
    again = pytest("--last-failed", "--last-failed-no-failures", "none", "tests/browser", **given)
    if again.failed or again.passed != walked.failed:
        return walked._replace(output=walked.output + again.output)
    stumbled = "\n".join(line for line in walked.output.splitlines() if line.startswith("FAILED "))
    print(f"        came through only when they were walked again, alone:\n{stumbled}", flush=True)
    return Result(walked.passed + again.passed, 0, walked.output)


def chromium() -> str:
    for name in (os.environ.get("COPRODUCE_CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return found
    return ""


def real_data(quick: bool) -> Result:
    """Says plainly when the tests that read the real data were left out."""
    if not data_folder().is_dir():
        raise Unable(f"there is no folder {data_folder()} (name another with COPRODUCE_TEST_DATA)")
    return Result(0, 0, "")


def install(package: str) -> None:
    """Install a Debian package where we may; otherwise do nothing, and the caller says what is missing."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return
    print(f"        installing {package}…", flush=True)
    quietly = {"DEBIAN_FRONTEND": "noninteractive"}
    run("apt-get", "update", "-q", **quietly)
    run("apt-get", "install", "-q", "-y", "--no-install-recommends", package, **quietly)


Stage = tuple[str, Callable[[bool], Result]]
QUICK: list[Stage] = [
    ("style and templates", style),
    ("who imports whom", imports),
    ("methods, without Django", methods),
    ("suite on SQLite", suite),
]
WHOLE: list[Stage] = [
    ("style and templates", style),
    ("who imports whom", imports),
    ("types", types),
    ("migrations are complete", migrations),
    ("the real data is there", real_data),
    ("methods, without Django", methods),
    ("suite on SQLite", suite),
    ("suite on PostgreSQL", suite_on_postgresql),
    ("journeys in a browser", journeys),
]


def run_stages(stages: Iterable[Stage], quick: bool) -> tuple[int, int]:
    """Run each stage and print its line, and all that it said if it failed. How many passed and failed."""
    passed = failed = 0
    for name, stage in stages:
        began = time.monotonic()
        try:
            result = stage(quick)
        except Unable as why:
            print(f"NOT RUN {name}: {why}", flush=True)
            failed += CI
            continue
        passed, failed = passed + result.passed, failed + result.failed
        word = "FAILED " if result.failed else "ok     "
        counts = f"{result.passed} passed" + (f", {result.failed} failed" if result.failed else "")
        print(f"{word} {name:<26}{counts:<24}{time.monotonic() - began:7.1f} s", flush=True)
        if result.failed:
            print(result.output, flush=True)
    return passed, failed


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["quick"]):
        print(__doc__)
        return 2
    signal.signal(signal.SIGTERM, postgres.end_in_order)
    signal.signal(signal.SIGHUP, postgres.end_in_order)
    quick = bool(arguments)
    try:
        passed, failed = run_stages(QUICK if quick else WHOLE, quick)
    except KeyboardInterrupt:
        print("Stopped.")
        return 130
    print(f"{passed} passed, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
