"""Rows from before there were keepers and histories of promises get them, and lose nothing."""

import importlib
from datetime import UTC, datetime

import pytest
from django.apps import apps

from coproduce.outcomes.models import Commitment, CommitmentState, Keeper, Outcome, OutcomeSource, OutcomeState

pytestmark = pytest.mark.django_db
BEFORE = datetime(2026, 3, 14, 9, tzinfo=UTC)
step = importlib.import_module("coproduce.outcomes.migrations.0003_who_looked_after_what_was_told")


def test_landed_rows_get_a_keeper_a_maker_and_a_history(build):
    space = build.space()
    author, helper = build.member(space), space.opened_by
    outcome = Outcome.objects.create(
        space=space, title="A rail", kind="service", recorded_by=author, recorded_at=BEFORE
    )
    OutcomeState.objects.create(outcome=outcome, number=1, state="done", told_by=author)
    words = build.contribution(space, author)
    OutcomeSource.objects.create(outcome=outcome, contribution=words)
    kept = Commitment.objects.create(
        outcome=outcome, person=author, words="I ring.", made_at=BEFORE, state="not_because", because="No.",
        recorded_by=helper,
    )  # fmt: skip
    fresh = Commitment.objects.create(outcome=outcome, person=author, words="I write.", made_at=BEFORE)
    step.note_keepers_and_sources(apps, None)
    step.note_states_of_promises(apps, None)
    keeper = Keeper.objects.get(outcome=outcome)
    assert (keeper.person, keeper.since, keeper.until) == (author, BEFORE, None)
    source = OutcomeSource.objects.get()
    assert (source.linked_by, source.linked_at) == (author, BEFORE)
    told = CommitmentState.objects.filter(commitment=kept).values_list("number", "state", "because", "told_by")
    assert list(told) == [(1, "not_yet", "", helper.pk), (2, "not_because", "No.", helper.pk)]
    assert CommitmentState.objects.get(commitment=fresh).state == "not_yet"
