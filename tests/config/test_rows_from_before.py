"""Rows from the first shape of the database are there, and whole, after every migration since; on either database."""

import json
import os
import subprocess
import sys
from uuid import uuid4

import pytest
from django.db import connection

BEFORE = """
import django
django.setup()
from datetime import UTC, datetime
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor

executor = MigrationExecutor(connection)
lived_in = "people spaces contributions decisions outcomes deliberation".split()
first = [(app, "0001_the_first_shape") for app in lived_in]
executor.migrate(first)
model = executor.loader.project_state(first).apps.get_model
make = lambda kind, /, **fields: model(kind).objects.create(**fields)
DAY = datetime(2026, 3, 1, 10, tzinfo=UTC)
with transaction.atomic():
    ada, ben = (make("people.Person", chosen_name=name) for name in ("Ada", "Ben"))
    space = make("spaces.Space", slug="before", name="Before", opened_by=ada)
    charter = make("spaces.Charter", space=space, version=1, written_by=ada)
    for person in (ada, ben):
        member = make("spaces.Membership", space=space, person=person, joined_at=DAY)
        make("spaces.Standpoint", membership=member, words="I live with it", way="L")
    words = make("contributions.Contribution", space=space, author=ben, words="The stairs.", said_on=DAY.date())
    put = make("decisions.Proposal", space=space, title="A rail", charter=charter, proposed_by=ada)
    version = make("decisions.ProposalVersion", proposal=put, number=1, title="A rail", words="W.", written_by=ada)
    position = make("decisions.Position", proposal=put, person=ben, version=version, kind="object", reason="No.")
    make("decisions.EarlierPosition", position=position, version=version, kind="consent", taken_at=DAY)
    decision = make("decisions.Decision", proposal=put, version=version, agreed=False, closed_by=ada)
    outcome = make("outcomes.Outcome", space=space, title="A rail", kind="service", recorded_by=ada)
    make("outcomes.OutcomeState", outcome=outcome, number=1, state="not_yet", told_by=ada, asked_on=DAY.date())
    for source in ({"contribution": words}, {"decision": decision}):
        make("outcomes.OutcomeSource", outcome=outcome, **source)
    make("outcomes.GoodEnough", outcome=outcome, contribution=words, person=ben, answer=False)
    make("outcomes.Commitment", outcome=outcome, person=ben, words="I ring.", state="partly", because="Busy.")
    value = make("deliberation.Value", space=space, name="fairness")
    claim = make("deliberation.Statement", space=space, words="Stairs.", drawn_by=ada)
    response = make("deliberation.Response", statement=claim, person=ben, answer=1)
    response.values.add(value)
"""

AFTERWARDS = """
import json
import django
django.setup()
from coproduce.contributions.models import Contribution
from coproduce.decisions.models import EarlierPosition, Eligible, Position, Proposal
from coproduce.deliberation.models import Response, Statement, Value
from coproduce.history import triggers
from coproduce.outcomes.models import CommitmentState, GoodEnough, Keeper, OutcomeSource

print(json.dumps({
    "words": list(Contribution.objects.values_list("words", flat=True)),
    "put": list(Proposal.objects.values_list("title", "kind", "is_reckoned")),
    "register": sorted(Eligible.objects.values_list("person__chosen_name", "ways")),
    "positions": list(Position.objects.values_list("kind", "reason")),
    "earlier": list(EarlierPosition.objects.values_list("kind", flat=True)),
    "keepers": list(Keeper.objects.values_list("person__chosen_name", "until")),
    "joined by": list(OutcomeSource.objects.values_list("linked_by__chosen_name", flat=True)),
    "good enough": list(GoodEnough.objects.values_list("answer", flat=True)),
    "promise": list(CommitmentState.objects.order_by("number").values_list("state", "because")),
    "claims": list(Statement.objects.values_list("words", flat=True)),
    "chosen": list(Response.objects.values_list("answer", "values__name", "values__system")),
    "offered": Value.objects.count(),
    "missing triggers": triggers.missing(),
}))
"""


@pytest.fixture
def somewhere(tmp_path):
    """The environment of a process with an empty database of the kind that the tests run on."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COPRODUCE_", "DATABASE_URL"))}
    kept |= {"COPRODUCE_HOME": str(tmp_path), "DJANGO_SETTINGS_MODULE": "coproduce.config.settings"}
    if connection.vendor == "sqlite":
        yield kept
        return
    import psycopg

    told, name = os.environ["DATABASE_URL"], f"before_{uuid4().hex}"
    with psycopg.connect(told, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield kept | {"DATABASE_URL": f"{told.rpartition('/')[0]}/{name}"}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
def test_rows_of_the_first_shape_come_through_every_migration(somewhere):
    def run(*arguments):
        command = [sys.executable, *arguments]
        done = subprocess.run(command, env=somewhere, capture_output=True, text=True, timeout=400, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    run("-c", BEFORE)
    run("-m", "coproduce.config.command", "migrate", "-v", "0")
    found = json.loads(run("-c", AFTERWARDS))
    assert found.pop("offered") == 10  # a list that grew from what was offered to everybody has become whole
    assert found == {
        "words": ["The stairs."],
        "put": [["A rail", "consent", True]],
        "register": [["Ada", "L"], ["Ben", "L"]],
        "positions": [["object", "No."]],
        "earlier": ["consent"],
        "keepers": [["Ada", None]],
        "joined by": ["Ada", "Ada"],
        "good enough": [False],
        "promise": [["not_yet", ""], ["partly", "Busy."]],
        "claims": ["Stairs."],
        "chosen": [[1, "fairness", "normative"]],
        "missing triggers": [],
    }
