"""The story, told once for all the tests of a module."""

import pytest
from django.db import transaction

from coproduce.demonstration.loading import load_demonstration


@pytest.fixture(scope="module")
def demonstration(django_db_setup, django_db_blocker):
    """The space of the demonstration. What a test changes is undone after it, and the story after the module."""
    with django_db_blocker.unblock(), transaction.atomic():
        space, is_new = load_demonstration()
        assert is_new
        yield space
        transaction.set_rollback(True)
