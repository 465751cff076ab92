"""Two people press the same button at the same moment, or one closes while the other changes what would be closed."""

import threading
import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.urls import reverse

from coproduce import clock
from coproduce.ballots.models import Closing
from coproduce.ballots.queries import result_of
from coproduce.decisions import actions
from coproduce.decisions.models import Decision
from coproduce.exchange.proof import problems
from coproduce.history.models import Event
from coproduce.spaces.models import CharterKind
from tests.ballots.ballots import group, opened, vote
from tests.ballots.test_pages import sheet


@pytest.fixture
def people(build):
    space = build.space(days=0, threshold=5)
    return [space.opened_by, *(build.member(space) for _n in range(6))]


def put(build, people, kind="consent", **fields):
    space = build.Space.objects.get(opened_by=people[0])
    words = build.contribution(space, people[1])
    with clock.told(clock.now() - timedelta(days=3)):
        proposal = actions.propose(
            actor=people[1], space=space, title="Ask", words="Ask.", contributions=[words], kind=kind, **fields
        )
        if kind == "consent":
            for person in people:
                actions.take_position(actor=person, proposal=proposal, kind="consent")
    return proposal


def close_url(proposal):
    return reverse("decisions:close", args=[proposal.space.slug, proposal.pk])


def sent(**fields):
    return {"key": uuid.uuid4(), "why": "", "review_on": "", **fields}


def at_once(*acts):
    """Each in a thread of its own, all let go at the same moment; what they answered."""
    gate, answers = threading.Barrier(len(acts)), []

    def run(act):
        gate.wait()
        try:
            answers.append(act())
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers, key=lambda answer: answer.status_code)


def pressed(client, url, body=None):
    return lambda: client.post(url, body or sent())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_a_proposal_one_does_and_the_other_is_told_kindly(build, people, signed_in):
    proposal = put(build, people)
    before = Event.objects.count()
    done, told = at_once(*(pressed(signed_in(person), close_url(proposal)) for person in people[2:4]))
    assert (done.status_code, told.status_code) == (302, 409)
    assert "Somebody closed this just before you" in told.content.decode()
    assert "The charter does not let you" not in told.content.decode()
    assert Decision.objects.count() == 1
    assert Event.objects.count() == before + 1
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("secret", [True, False])
def test_of_two_who_close_a_vote_one_does(build, people, signed_in, secret):
    """One of them on the page of the ballot: then closing the proposal counts what was counted."""
    space = build.Space.objects.get(opened_by=people[0])
    CharterKind.objects.create(charter=space.charters.get(), kind="vote")
    proposal = put(build, people, "vote", vote=actions.Vote("approval", secret, ["Blue", "Green"]))
    for person in people:
        vote(proposal.ballot, person, (1, 0))
    ballot = reverse("ballots:close", args=[space.slug, proposal.ballot_id])
    clients = [signed_in(person) for person in people[2:5]]
    answers = at_once(
        pressed(clients[0], close_url(proposal)), pressed(clients[1], close_url(proposal)),
        lambda: clients[2].post(ballot, {"key": uuid.uuid4()}),
    )  # fmt: skip
    codes = [answer.status_code for answer in answers]
    assert codes in ([302, 302, 409], [302, 409, 409])
    assert "just before you" in answers[-1].content.decode()
    assert (Decision.objects.count(), Closing.objects.count()) == (1, 1)
    assert Decision.objects.get().result["first"] == ["Blue"]
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_of_two_who_close_a_ballot_one_does_and_the_other_is_told_kindly(signed_in):
    space, people = group(6)
    with clock.told(clock.now() - timedelta(days=9)):
        ballot = opened(space, people)
    for person in people:
        vote(ballot, person)
    url = reverse("ballots:close", args=[space.slug, ballot.pk])
    done, told = at_once(*(pressed(signed_in(person), url, {"key": uuid.uuid4()}) for person in people[:2]))
    assert (done.status_code, told.status_code) == (302, 409)
    assert "Somebody closed this ballot just before you" in told.content.decode()
    assert "what you sent was not kept" not in told.content.decode()
    assert Closing.objects.count() == 1
    assert list(problems()) == []


@pytest.mark.django_db(transaction=True)
def test_a_vote_at_the_moment_of_closing_is_counted_or_refused_and_never_lost(signed_in):
    space, people = group(8)
    with clock.told(clock.now() - timedelta(days=9)):
        ballot = opened(space, people)
    for person in people[:6]:
        vote(ballot, person)
    client, late = signed_in(people[0]), signed_in(people[6])
    url, close = (reverse(f"ballots:{name}", args=[space.slug, ballot.pk]) for name in ("vote", "close"))
    body = sheet(late.get(url), **{"secret-ticks": ["1"]})
    answers = at_once(lambda: client.post(close, {"key": uuid.uuid4()}), lambda: late.post(url, body))
    assert [answer.status_code for answer in answers] in ([200, 302], [302, 410])
    assert result_of(ballot).count.papers == (7 if answers[0].status_code == 200 else 6)
    assert list(problems()) == []


@pytest.mark.django_db
class TestClosingAsItWasPressed:
    """What somebody else says between reading and pressing turns no *no* into a *yes*, and no *yes* into a *no*."""

    @pytest.fixture
    def proposal(self, build, people):
        return put(build, people)

    def shown(self, client, proposal):
        page = client.get(close_url(proposal)).content.decode()
        return "not agreed" if 'value="not agreed"' in page else "agreed"

    def test_without_agreement(self, people, proposal, signed_in):
        actions.take_position(actor=people[2], proposal=proposal, kind="object", reason="No lift.")
        client = signed_in(people[3])
        assert self.shown(client, proposal) == "not agreed"
        actions.take_position(actor=people[2], proposal=proposal, kind="consent")
        refused = client.post(close_url(proposal), sent(why="No lift.", closes_as="not agreed"))
        assert refused.status_code == 409
        assert "Nothing was closed" in refused.content.decode()
        assert not Decision.objects.exists()

    def test_as_agreed(self, people, proposal, signed_in):
        client = signed_in(people[3])
        assert self.shown(client, proposal) == "agreed"
        actions.take_position(actor=people[2], proposal=proposal, kind="object", reason="No lift.")
        body = sent(why="Gladly.", closes_as="agreed")
        refused = client.post(close_url(proposal), body)
        assert refused.status_code == 409
        assert not Decision.objects.exists()
        actions.take_position(actor=people[2], proposal=proposal, kind="consent")
        for _turn in range(2):
            assert client.post(close_url(proposal), body).status_code == 302
        assert Decision.objects.get().agreed
