"""What a decision closed stays closed, whoever asks the database."""

import pytest
from django.db import Error, transaction

from coproduce.decisions.models import Decision, EarlierPosition, Position, Proposal, ProposalVersion
from coproduce.history import triggers


@pytest.fixture
def decided(build):
    space = build.space()
    person = space.opened_by
    proposal = Proposal.objects.create(
        space=space, title="T", proposed_by=person, charter=space.charters.get(), state="agreed"
    )
    version = ProposalVersion.objects.create(proposal=proposal, number=1, title="T", words="W.", written_by=person)
    position = Position.objects.create(
        proposal=proposal, person=person, version=version, kind="object", reason="A reason."
    )
    EarlierPosition.objects.create(position=position, version=version, kind="consent", taken_at=position.taken_at)
    return Decision.objects.create(proposal=proposal, agreed=True, version=version, closed_by=person)


def refused(change):
    with pytest.raises(Error, match=r"append-only|does not change"), transaction.atomic():
        change()


@pytest.mark.parametrize("model", [Decision, Position, EarlierPosition, ProposalVersion, Proposal])
def test_nothing_of_a_decided_proposal_is_changed_or_deleted(decided, model):
    change = {
        Decision: {"agreed": False},
        Position: {"reason": "Another."},
        EarlierPosition: {"reason": "Another."},
        ProposalVersion: {"words": "Others."},
        Proposal: {"state": "open"},
    }[model]
    refused(lambda: model.objects.update(**change))
    refused(lambda: model.objects.all()._raw_delete("default"))


def test_nothing_is_added_to_it(build, decided):
    late = build.member(decided.proposal.space)
    version = decided.version
    refused(lambda: Position.objects.create(proposal=decided.proposal, person=late, version=version, kind="consent"))
    refused(
        lambda: ProposalVersion.objects.create(
            proposal=decided.proposal, number=2, title="T", words="X.", written_by=late
        )
    )


def test_a_position_cannot_be_moved_into_or_out_of_it(build, decided):
    space = decided.proposal.space
    other = Proposal.objects.create(space=space, title="O", proposed_by=space.opened_by, charter=space.charters.get())
    version = ProposalVersion.objects.create(
        proposal=other, number=1, title="O", words="W.", written_by=space.opened_by
    )
    late = Position.objects.create(proposal=other, person=build.member(space), version=version, kind="consent")
    refused(lambda: Position.objects.filter(pk=late.pk).update(proposal=decided.proposal))
    refused(lambda: Position.objects.filter(proposal=decided.proposal).update(proposal=other))


def test_an_open_proposal_can_change(build, decided):
    space = decided.proposal.space
    other = Proposal.objects.create(space=space, title="O", proposed_by=space.opened_by, charter=space.charters.get())
    version = ProposalVersion.objects.create(
        proposal=other, number=1, title="O", words="W.", written_by=space.opened_by
    )
    late = Position.objects.create(proposal=other, person=space.opened_by, version=version, kind="consent")
    assert Position.objects.filter(pk=late.pk).update(kind="object") == 1
    assert Position.objects.filter(pk=late.pk).delete()[0] == 1


@pytest.mark.django_db
def test_a_missing_guard_is_seen():
    assert triggers.missing() == []
    triggers.remove()
    try:
        assert "decisions_position_closed_update" in triggers.missing()
        assert "decisions_decision_no_delete" in triggers.missing()
    finally:
        triggers.install()
