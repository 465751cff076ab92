"""A real worker process: killed in the middle, ended in order, and quiet while there is nothing to do."""

import json
import os
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

PROJECT = Path(__file__).parents[2]
BEGIN = """
import sys, django
django.setup()
from coproduce.people.models import Person
from coproduce.work.actions import begin_piece
from tests.work import pieces
person = Person.objects.create(chosen_name="Ada")
begin_piece(actor=person, space=None, kind="w", name="Waiting", task=pieces.wait_for_a_file, leads_to=sys.argv[1])
"""

pytestmark = pytest.mark.slow


def environment(home):
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COPRODUCE_", "DATABASE_URL"))}
    path = os.pathsep.join(filter(None, (str(PROJECT), os.environ.get("PYTHONPATH"))))
    ours = {"COPRODUCE_HOME": str(home), "PYTHONPATH": path, "DJANGO_SETTINGS_MODULE": "coproduce.config.settings"}
    return kept | ours


def run(home, *arguments):
    return subprocess.run([sys.executable, *arguments], env=environment(home), check=True, timeout=120)


def start_worker(home, *more):
    command = [sys.executable, "-m", "coproduce.config.command", "work", "--interval", "0.2", *more]
    return subprocess.Popen(command, env=environment(home))


def pieces_in(home):
    with sqlite3.connect(home / "coproduce.sqlite3", timeout=20) as database:
        return database.execute("SELECT state, tries, error, result FROM work_piece").fetchall()


def wait_until(home, state, seconds=120.0, tries_before=0):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        [(now, tries, error, result)] = pieces_in(home)
        if now == state and tries > tries_before:
            return tries, error, result
        time.sleep(0.1)
    raise AssertionError(f"it is {now} after {seconds} seconds, and not {state}")


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A home whose database is ready: each test works in a copy."""
    ready = tmp_path_factory.mktemp("migrated")
    run(ready, "-m", "coproduce.config.command", "migrate", "-v", "0")
    return ready


@pytest.fixture
def home(tmp_path, migrated):
    shutil.copytree(migrated, tmp_path, dirs_exist_ok=True)
    run(tmp_path, "-c", BEGIN, str(tmp_path / "go on"))
    return tmp_path


def test_a_job_whose_worker_was_killed_is_taken_up_again_and_done(home):
    first = start_worker(home, "--beat", "0.3")
    wait_until(home, "running")
    time.sleep(1)
    first.kill()
    first.wait()
    assert pieces_in(home)[0][0] == "running"
    second = start_worker(home, "--beat", "0.3")
    try:
        (home / "go on").touch()
        tries, _error, result = wait_until(home, "done")
    finally:
        second.terminate()
        assert second.wait(10) == 0
    assert tries == 2
    assert json.loads(result) == {"found": True}


def test_a_job_that_kills_its_workers_is_said_to_have_failed(home):
    for tries_before in (0, 1):
        worker = start_worker(home, "--beat", "0.3")
        wait_until(home, "running", tries_before=tries_before)
        time.sleep(1)
        worker.kill()
        worker.wait()
        until = time.monotonic() + 2.5
        while time.monotonic() < until:
            time.sleep(0.1)
    run(home, "-m", "coproduce.config.command", "work", "--batch")
    _tries, error, _result = wait_until(home, "failed", 1)
    assert "interrupted twice" in error


def test_a_worker_that_is_told_to_end_gives_back_what_it_was_at(home):
    worker = start_worker(home)
    wait_until(home, "running")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(10) == 0
    assert pieces_in(home)[0][:2] == ("waiting", 1)
    (home / "go on").touch()
    run(home, "-m", "coproduce.config.command", "work", "--batch")
    assert wait_until(home, "done", 1)[0] == 2


def test_a_worker_with_nothing_to_do_takes_next_to_no_time(home):
    (home / "go on").touch()
    command = [sys.executable, "-m", "coproduce.config.command", "work"]
    worker = subprocess.Popen(command, env=environment(home))
    try:
        wait_until(home, "done")
        time.sleep(1)
        before = seconds_of(worker.pid)
        time.sleep(10)
        assert seconds_of(worker.pid) - before < 0.1
    finally:
        worker.terminate()
        worker.wait(10)


def seconds_of(pid):
    """How much time of a processor the process took so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def worker_of(server, besides=0, seconds=30.0):
    """The process of the worker that this server started, another than ``besides``."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        for file in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                words = file.read_bytes().split(b"\0")
            except OSError:
                continue
            if words[-3:] == [b"--end-with", str(server.pid).encode(), b""] and int(file.parent.name) != besides:
                return int(file.parent.name)
        time.sleep(0.1)
    return 0


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGKILL])
def test_the_server_keeps_a_worker_beside_it_which_ends_with_it(home, ending):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = str(probe.getsockname()[1])
    command = [sys.executable, "-m", "coproduce.config.command", "serve", "--port", port, "--workers", "1"]
    served = {"COPRODUCE_HOSTS": "localhost", "COPRODUCE_MAIL": "smtp://127.0.0.1"}
    server = subprocess.Popen(command, env=environment(home) | served)
    try:
        first = worker_of(server)
        assert first
        wait_until(home, "running")
        os.kill(first, signal.SIGKILL)
        second = worker_of(server, besides=first)
        assert second
        server.send_signal(ending)
        server.wait(40)
        until = time.monotonic() + 5
        while Path(f"/proc/{second}").exists() and time.monotonic() < until:
            time.sleep(0.1)
        assert not Path(f"/proc/{second}").exists()
    finally:
        server.kill()
