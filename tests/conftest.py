"""What every test stands on: a home folder of its own, and people and spaces made quickly."""

import hashlib
import os
import shutil
import sqlite3
import tempfile
import time
from pathlib import Path

os.environ["COPRODUCE_TESTING"] = "1"
os.environ.setdefault("COPRODUCE_HOME", tempfile.mkdtemp(prefix="coproduce-test-"))

import django
import pytest
from django.db import connection
from django.test import Client, TransactionTestCase

from tests import building

_tear_down = TransactionTestCase._fixture_teardown


def _tear_down_without_triggers(self):
    """Emptying the database is what the triggers are there to refuse; migrating installs them again."""
    from coproduce.history import triggers

    triggers.remove()
    _tear_down(self)
    triggers.install()


TransactionTestCase._fixture_teardown = _tear_down_without_triggers


def _migrations():
    """What an empty database is made by: every migration, whatever installs its triggers, Django and SQLite."""
    found = hashlib.sha256(f"{django.VERSION} {sqlite3.sqlite_version}".encode())
    source = Path(__file__).parents[1] / "src" / "coproduce"
    for file in sorted([*source.glob("*/migrations/*.py"), *source.glob("*/triggers.py"), *source.glob("*/models.py")]):
        found.update(f"{file} ".encode() + file.read_bytes())
    return found.hexdigest()[:20]


@pytest.fixture(scope="session")
def empty_database(pytestconfig, django_db_modify_db_settings):
    """Where an empty SQLite database with all migrations is kept between runs, None on PostgreSQL.

    Migrating takes each worker five seconds of a run that should take a minute. ``django_db_keepdb`` lets Django take
    the copy as it is, apply what it lacks, which is nothing, and install the triggers as it always does.
    """
    if connection.vendor != "sqlite" or not hasattr(pytestconfig, "cache"):
        return None
    kept = Path(pytestconfig.cache.mkdir("empty-database")) / f"{_migrations()}.sqlite3"
    if kept.exists():
        shutil.copyfile(kept, connection.settings_dict["TEST"]["NAME"])
    return kept


@pytest.fixture(scope="session")
def django_db_keepdb(empty_database):
    return empty_database is not None and empty_database.exists()


@pytest.fixture(scope="session")
def django_db_setup(empty_database, django_db_setup, django_db_blocker):
    if empty_database is None or empty_database.exists():
        return
    for other in empty_database.parent.glob("*.sqlite3"):
        if other.stat().st_mtime < time.time() - 24 * 3600:  # somebody may be copying a younger one
            other.unlink(missing_ok=True)
    made = empty_database.with_suffix(f".{os.getpid()}")
    with django_db_blocker.unblock(), sqlite3.connect(made) as copy:
        connection.ensure_connection()
        connection.connection.backup(copy)
    copy.close()
    made.replace(empty_database)


@pytest.fixture
def build(db):
    """Makes people, spaces and what is in them straight through the models: ``tests.building``."""
    return building


@pytest.fixture
def signed_in():
    """``signed_in(person)`` is a client in whose session that person is signed in."""

    def sign_in(person):
        client = Client()
        if person is not None:
            client.force_login(person.account, backend="coproduce.people.backends.PersonBackend")
        return client

    return sign_in
