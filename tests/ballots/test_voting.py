"""Voting in secret and by name, and closing."""

import pytest

from coproduce.ballots.actions import BallotClosed, NotAPaper, NotOnRegister, VotedAlready
from coproduce.ballots.models import Cast, Paper, RegisterEntry, Urn
from coproduce.ballots.proof import problems
from coproduce.ballots.queries import result_of
from coproduce.errors import NotReady
from tests.ballots.ballots import close, group, opened, vote

pytestmark = pytest.mark.django_db


def test_a_secret_vote_is_counted_and_its_receipt_leads_to_it_and_to_nobody():
    space, people = group()
    ballot = opened(space, people)
    receipts = {vote(ballot, person, (1, int(i > 2), 0)): (1, int(i > 2), 0) for i, person in enumerate(people)}
    assert Paper.objects.count() == 0
    assert result_of(ballot) is None
    close(ballot)
    assert {paper.code: tuple(paper.choice) for paper in Paper.objects.all()} == receipts
    result = result_of(ballot)
    assert [option.words for option in result.first] == ["Mornings"]
    assert [row.figure for row in result.count.placed] == [9, 6, 0]
    assert "So “Mornings” came first." in result.sentences
    assert Urn.objects.get().sealed == ""
    assert list(problems()) == []


def test_nobody_votes_twice_late_or_without_being_on_the_register():
    space, people = group()
    ballot = opened(space, people[1:])
    vote(ballot, people[1])
    with pytest.raises(VotedAlready):
        vote(ballot, people[1], (0, 1, 0))
    with pytest.raises(NotOnRegister):
        vote(ballot, people[0])
    with pytest.raises(NotAPaper):
        vote(ballot, people[2], (1, 7, 0))
    for person in people[2:]:
        vote(ballot, person)
    close(ballot)
    with pytest.raises(BallotClosed):
        vote(ballot, people[0])
    assert result_of(ballot).count.papers == 8


def test_by_name_each_vote_stands_with_its_person():
    space, people = group(4)
    ballot = opened(space, people, secret=False, rule="ranked")
    for person in people:
        vote(ballot, person, (2, 1, None))
    close(ballot)
    assert {cast.entry.person_id for cast in Cast.objects.select_related("entry")} == {each.pk for each in people}
    assert result_of(ballot).unanimous
    assert list(problems()) == []


def test_too_few_papers_are_not_counted():
    space, people = group()
    ballot = opened(space, people)
    for person in people[:4]:
        vote(ballot, person)
    with pytest.raises(NotReady, match="Fewer than 5"):
        close(ballot)
    closing = close(ballot, uncounted_because="Not enough of us had time.")
    assert not closing.counted
    assert not Paper.objects.exists()
    assert Urn.objects.get().sealed == ""
    assert result_of(ballot).count is None
    assert RegisterEntry.objects.filter(voted=True).count() == 4
