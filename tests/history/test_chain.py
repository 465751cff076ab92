"""The record cannot be rewritten without showing."""

import random

import pytest
from django.db import DatabaseError, connection, transaction

from coproduce.history import triggers
from coproduce.history.chain import problems_in_chains, record
from coproduce.history.models import Event, EventDetail


@pytest.fixture
def stream(build):
    """A space with forty events."""
    space = build.space()
    for number in range(40):
        record("said", actor=space.opened_by, space=space, subject=space, number=number)
    return space


def test_a_chain_holds(stream):
    assert list(problems_in_chains()) == []
    assert Event.objects.filter(stream=stream.pk).count() == 40


def test_details_can_be_erased_and_the_chain_still_holds(stream):
    EventDetail.objects.filter(event__sequence=7).delete()
    assert list(problems_in_chains()) == []


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE history_event SET kind = 'other'",
        "DELETE FROM history_event",
        "UPDATE history_eventdetail SET payload = '{}'",
    ],
)
def test_the_database_refuses_to_rewrite(stream, sql):
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_replacing_a_row_is_refused_too(stream):
    if connection.vendor != "sqlite":
        sql = "TRUNCATE history_event CASCADE"
    else:
        columns = [field.column for field in Event._meta.concrete_fields]
        values = ", ".join("'other'" if column == "kind" else column for column in columns)
        sql = f"INSERT OR REPLACE INTO history_event ({', '.join(columns)}) SELECT {values} FROM history_event"
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_missing_trigger_is_seen(stream):
    triggers.remove()
    try:
        assert "history_event_no_delete" in triggers.missing()
        assert triggers.check_triggers(["default"])
    finally:
        triggers.install()
    assert triggers.missing() == []


MUTATIONS = {
    "kind": "other",
    "at": "2001-01-01 00:00:00+00:00",
    "actor": "00000000000070008000000000000009",
    "subject_kind": "Other",
    "commitment": "0" * 64,
    "hash": "1" * 64,
    "previous_hash": "2" * 64,
    "sequence": 999,
}


@pytest.mark.parametrize("column", sorted(MUTATIONS))
def test_every_field_changed_behind_its_back_is_seen(stream, column):
    chance = random.Random(column)
    for _attempt in range(5):
        where = chance.randrange(1, 41)
        with transaction.atomic():
            triggers.remove()
            Event.objects.filter(sequence=where).update(**{column: MUTATIONS[column]})
            assert list(problems_in_chains()), (column, where)
            transaction.set_rollback(True)
    assert list(problems_in_chains()) == []


def test_an_event_taken_out_is_seen(stream):
    triggers.remove()
    EventDetail.objects.filter(event__sequence=20).delete()
    Event.objects.filter(sequence=20).delete()
    found = list(problems_in_chains())
    triggers.install()
    assert found[0].what == "an event is missing from here"


def test_details_changed_behind_its_back_are_seen(stream):
    triggers.remove()
    EventDetail.objects.filter(event__sequence=3).update(payload={"number": 99})
    found = list(problems_in_chains())
    triggers.install()
    assert [problem.sequence for problem in found] == [3]


def test_two_spaces_have_two_chains(stream, build):
    other = build.space()
    event = record("said", actor=None, space=other, subject=other)
    assert event.sequence == 1
    assert list(problems_in_chains()) == []
