"""What makes thousands of tests quick and none of them weaker: nothing is done twice that comes out the same."""

import fcntl
import gc
import hashlib
import logging
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import django
from django.core.handlers.base import BaseHandler
from django.core.signals import setting_changed
from django.db import connection
from django.test.client import ClientHandler

SOURCE = Path(__file__).parents[1] / "src"
A_DAY = 24 * 3600

# ── one chain of middleware for all clients ──────────────────────────────────────────────────────

_chains: dict[type, BaseHandler] = {}


def _load_middleware_once(handler: ClientHandler, is_async: bool = False) -> None:
    """Every new ``Client`` would make the chain anew, which reads all static files: longer than most pages take."""
    first = _chains.get(type(handler))
    if first is None:
        BaseHandler.load_middleware(handler, is_async=is_async)
        _chains[type(handler)] = handler
        return
    # The chain answers through the handler that made it, which knows nothing of the client.
    handler._middleware_chain = first._middleware_chain


def share_middleware() -> None:
    """For every test client of this process. A test that changes a setting gets a chain of its own."""
    ClientHandler.load_middleware = _load_middleware_once
    setting_changed.connect(_forget_chains)


def _forget_chains(**_kwargs: object) -> None:
    _chains.clear()


# ── rubbish ──────────────────────────────────────────────────────────────────────────────────────


def sweep_seldom() -> None:
    """What was imported stays, and need not be looked through each time that rubbish is collected."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def let_requests_go() -> None:
    """pytest keeps each log record until the test ends, and with a refusal came its whole request: gigabytes."""
    logging.getLogger("django.request").addFilter(_without_request)


def _without_request(record: logging.LogRecord) -> bool:
    record.__dict__.pop("request", None)
    return True


# ── an empty database, migrated once ─────────────────────────────────────────────────────────────


def state_of_migrations() -> str:
    """Names what an empty database is made by: every migration, whatever installs its triggers, Django and SQLite."""
    found = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    made_by = ("migrations/*.py", "triggers.py", "apps.py", "guards.py")
    for file in sorted(file for each in made_by for file in (SOURCE / "coproduce").glob(f"*/{each}")):
        found.update(f"{file.relative_to(SOURCE)} ".encode() + file.read_bytes())
    return found.hexdigest()[:20]


@contextmanager
def alone(lock: Path) -> Iterator[None]:
    """One process after the other; whoever ends in whatever way lets the next in."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def migrate(**environment: str) -> None:
    """Make a database by all migrations, in a process of its own."""
    command = [sys.executable, "-c", "from coproduce.config.command import main; main(['migrate', '--verbosity', '0'])"]
    done = subprocess.run(command, env=os.environ | environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"an empty database cannot be migrated:\n{done.stdout}{done.stderr}"


def empty_file(folder: Path) -> Path:
    """An SQLite database with all migrations and nothing in it, kept in ``folder`` between runs."""
    kept = folder / f"{state_of_migrations()}.sqlite3"
    with alone(folder / "lock"):
        if kept.exists():
            return kept
        for other in folder.glob("*.sqlite3"):
            if other.stat().st_mtime < time.time() - A_DAY:  # somebody may be copying a younger one
                other.unlink(missing_ok=True)
        with tempfile.TemporaryDirectory(dir=folder) as home:
            made = Path(home) / "coproduce.sqlite3"
            migrate(COPRODUCE_HOME=home, DATABASE_URL="")
            assert not made.with_name(f"{made.name}-wal").exists()
            shutil.move(made, kept)
    return kept


def empty_template(folder: Path) -> str:
    """The name of such a database on the PostgreSQL server, which copies it in a moment; one of another state goes."""
    kept, making = f"coproduce_empty_{state_of_migrations()}", "coproduce_empty_making"
    with alone(folder / "lock"), connection._nodb_cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'coproduce_empty_%%'")
        there = {name for (name,) in cursor.fetchall()}
        if kept in there:
            return kept
        for other in there:
            cursor.execute(f"DROP DATABASE {other}")
        cursor.execute(f"CREATE DATABASE {making}")
        migrate(DATABASE_URL=urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{making}").geturl())
        cursor.execute(f"ALTER DATABASE {making} RENAME TO {kept}")
    return kept
