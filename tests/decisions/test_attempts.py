"""Positions that must not count are not counted, whoever tries, however many at once, on both databases."""

import threading
import uuid

import pytest
from django.db import connection
from django.urls import reverse

from coproduce.decisions.models import Decision, EarlierPosition, Position
from coproduce.history import triggers
from coproduce.history.models import Event
from tests.decisions import attempts

HOW_MANY, AT_ONCE = 2000, 4


@pytest.fixture
def ground(transactional_db):
    triggers.install()
    return attempts.ground()


def state():
    return (
        sorted(Position.objects.values_list("pk", "kind", "reason", "person")),
        EarlierPosition.objects.count(),
        Decision.objects.count(),
        Event.objects.count(),
    )


@pytest.mark.slow
def test_none_of_two_thousand_is_counted_and_each_is_refused(ground, capsys):
    before = state()
    found = attempts.make(ground, HOW_MANY, AT_ONCE)
    with capsys.disabled():
        print(f"\n{attempts.table(found)}\n")  # noqa: T201  (the table is what was asked for)
    assert state() == before
    assert sum(sum(answers.values()) for answers in found.values()) == HOW_MANY
    for sort, answers in found.items():
        refused_by = "database" if sort in ("foreign version", "doubled", "straight into the rows") else "words"
        assert set(answers) == {refused_by}, (sort, answers)


@pytest.mark.slow
def test_the_same_sheet_sent_in_many_windows_at_once_is_taken_once(ground, signed_in):
    person = ground.deciding[2]
    client = signed_in(person)
    address = reverse("decisions:position", args=[ground.open.space.slug, ground.open.pk])
    sent = {"key": str(uuid.uuid4()), "kind": "object", "reason": "Once.", "attribution": "chosen"}
    answers = []

    def send():
        try:
            answers.append(client.post(address, sent).status_code)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) <= {302, 409}
    assert EarlierPosition.objects.filter(position__person=person).count() == 1
    assert Position.objects.get(proposal=ground.open, person=person).reason == "Once."
