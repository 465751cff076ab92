"""A space with ballots goes into a file and comes back elsewhere, past every guard of the database."""

import json

import pytest
from django.core.management import call_command

from coproduce.ballots.models import Ballot, Closing, Paper, Urn
from coproduce.ballots.proof import problems
from coproduce.ballots.queries import result_of
from coproduce.exchange.actions.space import read_space
from coproduce.exchange.queries import space_records
from coproduce.history import triggers
from coproduce.history.models import Submission
from tests.ballots.ballots import close, group, opened, vote


@pytest.mark.django_db(transaction=True)
def test_ballots_come_back_as_they_were():
    space, people = group()
    counted = opened(space, people)
    named = opened(space, people, title="By name?", secret=False, rule="score")
    unfinished = opened(space, people, title="Still open?")
    for ballot in (counted, named, unfinished):
        for person in people:
            vote(ballot, person)
    close(counted)
    close(named)
    lines = [json.dumps(record) for record in space_records(space)]
    before = {ballot.pk: result_of(ballot) and result_of(ballot).count for ballot in (counted, named, unfinished)}
    triggers.remove()
    call_command("flush", interactive=False, verbosity=0)
    triggers.install()
    assert not Ballot.objects.exists()

    read_space(actor=None, lines=lines)
    after = {ballot.pk: result_of(ballot) and result_of(ballot).count for ballot in Ballot.objects.all()}
    assert after == before
    assert list(problems()) == []
    assert (Paper.objects.count(), Closing.objects.count(), Submission.objects.count()) == (9, 2, 0)
    assert Urn.objects.get(ballot=unfinished.pk).sealed
    close(Ballot.objects.get(pk=unfinished.pk))
    assert result_of(unfinished).count.papers == 9
