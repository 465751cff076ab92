"""Proposals from before there was a register: who was a member on their day, and whoever had taken a position."""

from datetime import UTC, datetime, timedelta
from importlib import import_module

import pytest
from django.apps import apps

from coproduce.decisions.actions import reckon_registers
from coproduce.decisions.models import Eligible, Position, Proposal, ProposalVersion

DAY = datetime(2026, 3, 1, 10, tzinfo=UTC)
MIGRATION = import_module("coproduce.decisions.migrations.0003_who_could_decide_is_written_down")


def by_migration(space):
    MIGRATION.write_registers(apps, None)


def by_reading_in(space):
    reckon_registers(space=space)


@pytest.mark.parametrize("reckon", [by_migration, by_reading_in])
def test_the_register_is_worked_out(build, reckon):
    space = build.space()
    names = ("before", "after", "left before", "left since", "spoke though late")
    people = {name: build.member(space, name, ways="LC") for name in names}
    members = {name: space.memberships.filter(person=person) for name, person in people.items()}
    space.memberships.update(joined_at=DAY - timedelta(days=9))
    for late in ("after", "spoke though late"):
        members[late].update(joined_at=DAY + timedelta(days=1))
    members["left before"].update(state="left", state_since=DAY - timedelta(days=1))
    members["left since"].update(state="left", state_since=DAY + timedelta(days=1))
    opener = space.opened_by
    proposal = Proposal.objects.create(
        space=space, title="T", proposed_by=opener, charter=space.charters.get(), opened_at=DAY, is_reckoned=True
    )
    version = ProposalVersion.objects.create(proposal=proposal, number=1, title="T", words="W.", written_by=opener)
    Position.objects.create(
        proposal=proposal, person=people["spoke though late"], version=version, kind="object", reason="No."
    )
    reckon(space)
    register = dict(Eligible.objects.filter(proposal=proposal).values_list("person__chosen_name", "ways"))
    assert set(register) == {opener.chosen_name, "before", "left since", "spoke though late"}
    assert register["before"] == "LC"
    assert Proposal.objects.get().is_reckoned
