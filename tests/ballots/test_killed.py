"""A server that is killed while it counts a ballot leaves it open or closed whole, never half: on either database."""

import http.client
import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
import uuid
from pathlib import Path
from urllib.parse import urlencode, urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection

from tests.ballots.killed import HOW_MANY

pytestmark = pytest.mark.slow

COPRODUCE = str(Path(sys.executable).with_name("coproduce"))
SOURCE = Path(__file__).parents[2]
OPEN = {"state": "open", "decisions": 0, "closings": 0, "papers": 0, "sealed": True, "events": 0, "problems": []}
WHOLE = {
    "state": "agreed", "decisions": 1, "closings": 1, "papers": HOW_MANY, "sealed": False, "events": 2, "problems": [],
}  # fmt: skip
INTO_IT = (0.0, 0.35, 0.7)
"""How far into closing the server is killed, as a share of how long it takes."""


class Installation:
    """An installation of its own, on the kind of database that is tested, and its server."""

    def __init__(self, home, migrated):
        self.home, self.server, self.url = home, None, ""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        if connection.vendor == "postgresql":
            parts = urlsplit(os.environ["DATABASE_URL"])
            name = f"killed_{uuid.uuid4().hex[:8]}"
            with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as server:
                server.execute(f"CREATE DATABASE {name}")
            self.url = urlunsplit(parts._replace(path=f"/{name}"))
            home.mkdir(parents=True, exist_ok=True)
        else:
            migrated(home)
        self.run(COPRODUCE, "migrate", "--verbosity", "0")

    @property
    def environment(self):
        plain = {k: v for k, v in os.environ.items() if not k.startswith(("COPRODUCE_", "DATABASE_URL"))}
        mine = {"COPRODUCE_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "coproduce.config.settings"}
        safe = {"COPRODUCE_HOSTS": "127.0.0.1", "COPRODUCE_MAIL": "smtp://localhost:2525"}
        return plain | mine | safe | ({"DATABASE_URL": self.url} if self.url else {})

    def run(self, *command):
        done = subprocess.run(
            command, env=self.environment, cwd=SOURCE, capture_output=True, text=True, timeout=300, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def asked(self, act, argument):
        return json.loads(self.run(sys.executable, "-m", "tests.ballots.killed", act, str(argument)))

    def serve(self):
        command = [COPRODUCE, "serve", "--port", str(self.port), "--workers", "1"]
        self.server = subprocess.Popen(
            command, env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        for _each in range(600):
            try:
                return self.request("GET", "/health")
            except OSError:
                assert self.server.poll() is None, "it did not start"
                time.sleep(0.2)
        raise AssertionError("it does not answer")

    def request(self, method, path, body=None, cookies=None):
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in (cookies or {}).items())}
        headers |= {"X-Forwarded-Proto": "https", "Referer": f"https://127.0.0.1:{self.port}/"}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        asking.request(method, path, urlencode(body) if body else None, headers)
        return asking.getresponse().status

    def kill(self):
        if self.server is not None:
            os.killpg(self.server.pid, signal.SIGKILL)
            self.server.wait()
            self.server = None

    def wait_until_it_writes(self):
        """Until the server has begun the transaction that closes: somebody else cannot write, or its rows are held."""
        end = time.monotonic() + 60
        while time.monotonic() < end:
            if self._writes():
                return
            time.sleep(0.001)
        raise AssertionError("it never began to write")

    def _writes(self):
        if self.url:
            held = (
                "SELECT 1 FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 'ballots_paper' "
                "AND l.mode = 'RowExclusiveLock' AND l.granted"
            )
            with psycopg.connect(self.url, autocommit=True) as looking:
                return looking.execute(held).fetchone() is not None
        looking = sqlite3.connect(self.home / "coproduce.sqlite3", timeout=0, isolation_level=None)
        try:
            looking.execute("BEGIN IMMEDIATE")
            looking.execute("ROLLBACK")
        except sqlite3.OperationalError:
            return True
        finally:
            looking.close()
        return False


@pytest.fixture
def installation(db, tmp_path, migrated):
    made = Installation(tmp_path / "home", migrated)
    yield made
    made.kill()


def test_what_is_killed_while_it_closes_is_open_or_closed_whole(installation):
    laid = installation.asked("lay", len(INTO_IT) + 1)
    token = "x" * 32
    cookies = dict([laid["session"]]) | {laid["csrf"]: token}

    def close(pk):
        body = {"csrfmiddlewaretoken": token, "key": str(uuid.uuid4()), "why": "", "review_on": ""}
        try:
            return installation.request("POST", f"/s/many/decisions/{pk}/close/", body, cookies)
        except (OSError, http.client.HTTPException):
            return 0  # it was killed

    first, *others = laid["proposals"]
    installation.serve()
    assert installation.request("GET", "/s/many/decisions/", cookies=cookies) == 200
    began = time.monotonic()
    assert close(first) == 302
    takes = time.monotonic() - began
    assert installation.asked("stands", first) == WHOLE
    found = []
    for pk, share in zip(others, INTO_IT, strict=True):
        pressing = threading.Thread(target=close, args=(pk,))
        pressing.start()
        installation.wait_until_it_writes()
        time.sleep(takes * share)
        installation.kill()
        pressing.join()
        found.append(installation.asked("stands", pk))
        assert found[-1] in (OPEN, WHOLE)
        installation.serve()
        assert close(pk) == (302 if found[-1] == OPEN else 409)
        assert installation.asked("stands", pk) == WHOLE
    assert OPEN in found, "none was killed while it wrote"
