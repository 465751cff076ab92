"""What every test stands on: a home folder of its own, and people and spaces made quickly."""

import os
import tempfile

os.environ["COPRODUCE_TESTING"] = "1"
os.environ.setdefault("COPRODUCE_HOME", tempfile.mkdtemp(prefix="coproduce-test-"))

import pytest
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
