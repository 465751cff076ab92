"""What a decision closed stays closed, whoever asks the database."""

import pytest
from django.db import Error, transaction

from coproduce.decisions.models import (
    Amendment,
    Decision,
    EarlierPosition,
    Eligible,
    Position,
    Proposal,
    ProposalVersion,
    Voice,
)
from coproduce.history import triggers


@pytest.fixture
def decided(build):
    space = build.space()
    person = space.opened_by
    proposal = Proposal.objects.create(
        space=space, title="T", proposed_by=person, charter=space.charters.get(), state="not_agreed"
    )
    build.eligible(proposal, person)
    version = ProposalVersion.objects.create(proposal=proposal, number=1, title="T", words="W.", written_by=person)
    position = Position.objects.create(
        proposal=proposal, person=person, version=version, kind="object", reason="A reason."
    )
    EarlierPosition.objects.create(position=position, version=version, kind="consent", taken_at=position.taken_at)
    return Decision.objects.create(proposal=proposal, agreed=False, version=version, closed_by=person)


def refused(change, match=r"append-only|does not change|is not deleted|is fixed"):
    with pytest.raises(Error, match=match), transaction.atomic():
        change()


@pytest.fixture
def undecided(build, decided):
    """A second proposal in the same space, still open, with one position and somebody who may still take one."""
    space = decided.proposal.space
    other = Proposal.objects.create(space=space, title="O", proposed_by=space.opened_by, charter=space.charters.get())
    build.eligible(other, space.opened_by, build.member(space, "Noreen"))
    version = ProposalVersion.objects.create(
        proposal=other, number=1, title="O", words="W.", written_by=space.opened_by
    )
    return Position.objects.create(proposal=other, person=space.opened_by, version=version, kind="consent")


@pytest.mark.parametrize("model", [Decision, Position, EarlierPosition, ProposalVersion, Proposal])
def test_nothing_of_a_decided_proposal_is_changed_or_deleted(decided, model):
    change = {
        Decision: {"agreed": True},
        Position: {"reason": "Another."},
        EarlierPosition: {"reason": "Another."},
        ProposalVersion: {"words": "Others."},
        Proposal: {"state": "open"},
    }[model]
    refused(lambda: model.objects.update(**change))
    refused(lambda: model.objects.all()._raw_delete("default"))


def test_nothing_is_added_to_it(build, decided):
    space = decided.proposal.space
    late = build.member(space)
    version = decided.version
    position = {"proposal": decided.proposal, "person": late, "version": version, "kind": "consent"}
    refused(lambda: Position.objects.create(**position), r"does not change|may not decide")
    refused(
        lambda: ProposalVersion.objects.create(
            proposal=decided.proposal, number=2, title="T", words="X.", written_by=late
        )
    )
    refused(lambda: Voice.objects.create(proposal=decided.proposal, person=late, kind="reaction", words="Late."))
    refused(lambda: Amendment.objects.create(proposal=decided.proposal, suggested_by=late, words="X.", why="Y."))


def test_a_position_cannot_be_moved_into_or_out_of_it(decided, undecided):
    refused(lambda: Position.objects.filter(pk=undecided.pk).update(proposal=decided.proposal))
    refused(lambda: Position.objects.filter(proposal=decided.proposal).update(proposal=undecided.proposal))


def test_an_open_position_changes_only_with_a_trace_and_is_never_deleted(undecided):
    row = Position.objects.filter(pk=undecided.pk)
    refused(lambda: row.update(kind="object", reason="No."), "without a trace")
    refused(lambda: row._raw_delete("default"), "is not deleted")
    EarlierPosition.objects.create(
        position=undecided, version=undecided.version, kind="consent", taken_at=undecided.taken_at
    )
    assert row.update(kind="object", reason="No.") == 1
    refused(lambda: row.update(kind="consent", reason=""), "without a trace")


def test_only_those_in_the_register_take_a_position_and_the_register_stands(build, undecided):
    proposal, version = undecided.proposal, undecided.version
    late = build.member(proposal.space)
    refused(
        lambda: Position.objects.create(proposal=proposal, person=late, version=version, kind="consent"),
        "may not decide",
    )
    refused(lambda: Eligible.objects.create(proposal=proposal, person=late), "is fixed")
    refused(lambda: Eligible.objects.filter(proposal=proposal).update(ways="LCPROM"), "is fixed")
    refused(lambda: Eligible.objects.filter(proposal=proposal)._raw_delete("default"), "is fixed")
    refused(lambda: Position.objects.filter(pk=undecided.pk).update(person=late), "without a trace")


@pytest.mark.parametrize("kind", ["advice", "vote"])
def test_what_is_not_decided_by_positions_takes_none(build, kind):
    space = build.space()
    person = space.opened_by
    proposal = Proposal.objects.create(
        space=space, title="T", proposed_by=person, charter=space.charters.get(), kind=kind
    )
    build.eligible(proposal, person)
    version = ProposalVersion.objects.create(proposal=proposal, number=1, title="T", words="W.", written_by=person)
    refused(
        lambda: Position.objects.create(proposal=proposal, person=person, version=version, kind="consent"),
        "not decided by positions",
    )


def decide(proposal, **fields):
    fields = {"version": proposal.versions.last(), "closed_by": proposal.proposed_by, "agreed": True, **fields}
    return Decision.objects.create(proposal=proposal, **fields)


def test_nothing_is_agreed_against_the_charter(build):
    space = build.space(needs=[("C", 1)])
    person = space.opened_by
    proposal = Proposal.objects.create(space=space, title="T", proposed_by=person, charter=space.charters.get())
    build.eligible(proposal, person, ways="LO")
    version = ProposalVersion.objects.create(proposal=proposal, number=1, title="T", words="W.", written_by=person)
    Position.objects.create(proposal=proposal, person=person, version=version, kind="object", reason="No.")
    refused(lambda: decide(proposal), r"more people object|people are missing")
    space.charters.update(objections_that_may_stand=1)
    refused(lambda: decide(proposal), "people are missing")
    assert decide(proposal, agreed=False).agreed is False


def test_a_decision_is_about_the_newest_words_of_its_own_proposal(undecided, decided):
    proposal, first = undecided.proposal, undecided.version
    ProposalVersion.objects.create(proposal=proposal, number=2, title="O", words="X.", written_by=proposal.proposed_by)
    refused(lambda: decide(proposal, version=first), "newest words")
    refused(lambda: decide(proposal, version=decided.version), "newest words")


@pytest.mark.django_db
def test_a_missing_guard_is_seen():
    assert triggers.missing() == []
    triggers.remove()
    try:
        assert "decisions_position_closed_update" in triggers.missing()
        assert "decisions_position_insert_register" in triggers.missing()
        assert "decisions_decision_no_delete" in triggers.missing()
    finally:
        triggers.install()
