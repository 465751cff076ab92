"""What every test stands on: a home folder of its own, and people and spaces made quickly."""

import os
import shutil
import tempfile
from pathlib import Path

os.environ["COPRODUCE_TESTING"] = "1"
os.environ.setdefault("COPRODUCE_HOME", tempfile.mkdtemp(prefix="coproduce-test-"))

import pytest
from django.db import connection
from django.test import Client, TransactionTestCase

from coproduce.config.testing import OWN_HOME
from tests import building, quicker

quicker.share_middleware()
quicker.let_requests_go()

_tear_down = TransactionTestCase._fixture_teardown


def _tear_down_without_triggers(self):
    """Emptying the database is what the triggers are there to refuse; migrating installs them again."""
    from coproduce.history import triggers

    triggers.remove()
    _tear_down(self)
    triggers.install()


TransactionTestCase._fixture_teardown = _tear_down_without_triggers


def pytest_collection_finish():
    quicker.sweep_seldom()


@pytest.fixture(scope="session")
def between_runs(pytestconfig):
    """The folder of what is kept from one run to the next."""
    cache = getattr(pytestconfig, "cache", None)
    return Path(cache.mkdir("empty-database") if cache else os.environ[OWN_HOME])


@pytest.fixture(scope="session")
def migrated(between_runs):
    """``migrated(home)`` gives the installation in ``home`` an SQLite database with nothing in it; gives its file."""

    def given(home):
        home.mkdir(parents=True, exist_ok=True)
        return Path(shutil.copyfile(quicker.empty_file(between_runs), home / "coproduce.sqlite3"))

    return given


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings, between_runs, django_db_blocker):
    """Each worker's database begins as a copy of an empty one: migrating takes half a minute."""
    with django_db_blocker.unblock():
        if connection.vendor == "sqlite":
            shutil.copyfile(quicker.empty_file(between_runs), connection.settings_dict["TEST"]["NAME"])
        else:
            connection.settings_dict["TEST"]["TEMPLATE"] = quicker.empty_template(between_runs)


@pytest.fixture(scope="session")
def django_db_keepdb():
    """On SQLite Django takes the copy as it is; either way it applies what it lacks, which is nothing."""
    return connection.vendor == "sqlite"


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
