"""Something that was put can always be ended: people leave, votes choose nothing, charters change meanwhile."""

import uuid
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.ballots.actions import close_ballot
from coproduce.contributions.actions import end_use, withdraw_contribution
from coproduce.decisions import actions
from coproduce.decisions.models import Decision, EarlierPosition, Position, Proposal
from coproduce.errors import NotAllowed, NotReady
from coproduce.spaces.actions import leave_space
from coproduce.spaces.charters import CharterRules
from coproduce.spaces.models import CharterDelegate, CharterKind
from coproduce.spaces.queries import charter_with_rights
from tests.ballots.ballots import vote

BEGUN = datetime(2026, 3, 1, 10, tzinfo=UTC)


def on_day(days):
    return clock.told(BEGUN + timedelta(days=days))


def url_of(proposal, name="proposal"):
    return reverse(f"decisions:{name}", args=[proposal.space.slug, proposal.pk])


def filled(**fields):
    return {"key": uuid.uuid4(), **fields}


@pytest.fixture
def space(build):
    space = build.space(days=7, threshold=5)
    for kind in ("vote", "advice", "delegated"):
        CharterKind.objects.create(charter=space.charters.get(), kind=kind)
    return space


@pytest.fixture
def people(build, space):
    return [build.member(space, name, ways="LC") for name in ("Noreen", "Lynne", "Frank", "Ged", "Sunil")]


@pytest.fixture
def put(build, space, people):
    def put_now(kind="consent", **fields):
        words = build.contribution(space, people[0], brought_at=BEGUN - timedelta(days=1))
        with on_day(0):
            return actions.propose(
                actor=people[0], space=space, title="Ask", words="Ask.", contributions=[words], kind=kind, **fields
            )

    return put_now


class TestAVoteThatChoseNothing:
    @pytest.mark.parametrize("secret", [True, False])
    def test_is_closed_without_agreement_once_the_ballot_shows_it(self, put, people, secret, signed_in):
        proposal = put("vote", vote=actions.Vote("approval", secret, ["Blue", "Green"]))
        with on_day(1):
            for person in people:
                vote(proposal.ballot, person, (0, 0))
        with on_day(8):
            with pytest.raises(NotReady, match="chose nothing"):
                actions.close_proposal(actor=people[1], proposal=proposal, agreed=True)
            close_ballot(actor=people[1], ballot=proposal.ballot)
            client = signed_in(people[1])
            assert "The vote chose nothing." in client.get(url_of(proposal, "close")).content.decode()
            body = filled(why="Nobody liked either.", review_on="", closes_as="not agreed")
            for _turn in range(2):
                assert client.post(url_of(proposal, "close"), body).status_code == 302
        assert not Decision.objects.get().agreed

    def test_so_is_one_that_too_few_took_part_in(self, put, people):
        proposal = put("vote", vote=actions.Vote("ranked", True, ["Blue", "Green"]))
        with on_day(1):
            vote(proposal.ballot, people[0], (1, 2))
        with on_day(8):
            with pytest.raises(NotReady, match="Fewer than 5"):
                actions.close_proposal(actor=people[1], proposal=proposal, agreed=True)
            close_ballot(actor=people[1], ballot=proposal.ballot, uncounted_because="Too few of us.")
            decision = actions.close_proposal(actor=people[1], proposal=proposal, agreed=False, why="Too few of us.")
        assert decision.result["first"] == []

    def test_one_that_chose_is_not_closed_as_if_it_had_not(self, put, people):
        proposal = put("vote", vote=actions.Vote("approval", False, ["Blue", "Green"]))
        with on_day(1):
            vote(proposal.ballot, people[0], (1, 0))
        with on_day(8):
            close_ballot(actor=people[1], ballot=proposal.ballot)
            with pytest.raises(NotReady):
                actions.close_proposal(actor=people[1], proposal=proposal, agreed=False, why="I liked green.")


class TestWhoPutItHasLeft:
    def test_a_facilitator_asks_somebody_to_carry_it_on(self, put, space, people, signed_in):
        proposal = put("advice")
        client = signed_in(space.opened_by)
        assert client.get(url_of(proposal, "hand_on")).status_code == 404
        with pytest.raises(NotAllowed):
            actions.hand_on_proposal(actor=space.opened_by, proposal=proposal, to=people[1])
        leave_space(actor=people[0], space=space)
        assert "Whoever put this has left." in client.get(url_of(proposal)).content.decode()
        assert signed_in(people[2]).get(url_of(proposal, "hand_on")).status_code == 404
        with pytest.raises(NotAllowed):
            actions.hand_on_proposal(actor=people[2], proposal=proposal, to=people[2])
        assert client.post(url_of(proposal, "hand_on"), filled(to=str(people[1].pk))).status_code == 302
        assert Proposal.objects.get().proposed_by == people[1]

    def test_it_is_not_given_to_somebody_who_does_not_go_online(self, build, put, space, people, signed_in):
        proposal = put()
        harold = build.member(space, "Harold", account=False)
        assert "Harold" not in signed_in(people[0]).get(url_of(proposal, "hand_on")).content.decode()
        with pytest.raises(NotAllowed, match="does not go online"):
            actions.hand_on_proposal(actor=people[0], proposal=proposal, to=harold)


def test_somebody_who_does_not_go_online_brings_nobody_elses_position(build, put, space, people, signed_in):
    harold = build.member(space, "Harold", account=False)
    proposal = put()
    assert "Harold" not in signed_in(people[0]).get(url_of(proposal, "through")).content.decode()
    with pytest.raises(NotAllowed, match="does not go online"):
        actions.ask_to_carry(actor=people[0], proposal=proposal, through=harold)


def test_what_was_given_to_people_who_have_all_left_can_be_ended_by_anybody(put, space, people, signed_in):
    for person in people[1:3]:
        CharterDelegate.objects.create(charter=space.charters.get(), matter="Tea", person=person)
    proposal = put("delegated", for_what="Tea")
    leave_space(actor=people[1], space=space)
    with on_day(8), pytest.raises(NotAllowed, match="others decide"):
        actions.close_proposal(actor=people[3], proposal=proposal, agreed=False, why="Nobody is left.")
    leave_space(actor=people[2], space=space)
    with on_day(8):
        assert url_of(proposal, "close") in signed_in(people[3]).get(url_of(proposal)).content.decode()
        assert not actions.close_proposal(
            actor=people[3], proposal=proposal, agreed=False, why="Nobody is left."
        ).agreed


class TestChangesOfTheCharter:
    def agreed_on(self, proposal, people, day):
        with on_day(day):
            actions.take_position(actor=people[1], proposal=proposal, kind="consent")
            return actions.close_proposal(actor=people[1], proposal=proposal, agreed=True)

    def put_rules(self, space, person, **changed):
        rules = CharterRules.of(charter_with_rights(space))
        rights = {name: changed.pop(name) for name in list(changed) if hasattr(rules.rights, name)}
        rules = replace(rules, **changed, rights=replace(rules.rights, **rights))
        with on_day(0):
            return actions.propose_charter(actor=person, space=space, title="Otherwise", why="So.", rules=rules)

    def test_of_two_at_the_same_time_neither_undoes_the_other(self, space, people):
        """Each says what it changes, and people agree to that: not to taking back what they agreed the day before."""
        first = self.put_rules(space, people[0], minimum_reading_days=10)
        second = self.put_rules(space, people[2], objections_that_may_stand=1, members_to_reopen=5)
        self.agreed_on(first, people, 8)
        decision = self.agreed_on(second, people, 9)
        charter = charter_with_rights(space)
        assert decision.charter == charter
        assert charter.version == 3
        assert (charter.minimum_reading_days, charter.objections_that_may_stand) == (10, 1)
        assert charter.members_to_reopen == 5

    def test_one_that_names_somebody_who_left_can_be_ended(self, space, people):
        proposal = self.put_rules(space, people[0], delegates={"Tea": [str(people[3].pk)]})
        with on_day(1):
            actions.take_position(actor=people[1], proposal=proposal, kind="consent")
        leave_space(actor=people[3], space=space)
        with on_day(8):
            with pytest.raises(NotReady, match="names somebody who is not here"):
                actions.close_proposal(actor=people[1], proposal=proposal, agreed=True)
            assert not actions.close_proposal(actor=people[1], proposal=proposal, agreed=False, why="They left.").agreed


class TestWhoSaidItStaysKnown:
    def test_when_somebody_says_for_themselves_what_another_brought(self, put, people):
        proposal = put()
        actions.ask_to_carry(actor=people[1], proposal=proposal, through=people[0])
        actions.take_position(actor=people[0], person=people[1], proposal=proposal, kind="object", reason="No lift.")
        actions.take_position(actor=people[1], proposal=proposal, kind="object", reason="No lift.")
        assert Position.objects.get().brought_by is None
        assert EarlierPosition.objects.get().brought_by == people[0]

    def test_when_another_brings_what_somebody_said_for_themselves(self, put, people):
        proposal = put()
        actions.take_position(actor=people[1], proposal=proposal, kind="consent")
        actions.ask_to_carry(actor=people[1], proposal=proposal, through=people[0])
        actions.take_position(actor=people[0], person=people[1], proposal=proposal, kind="consent")
        assert Position.objects.get().brought_by == people[0]
        assert EarlierPosition.objects.get().brought_by is None

    def test_the_same_said_twice_is_said_once(self, put, people):
        proposal = put()
        for _turn in range(2):
            actions.take_position(actor=people[1], proposal=proposal, kind="consent")
        assert not EarlierPosition.objects.exists()


def test_nobody_is_their_own_adviser(put, space, people):
    space.charters.get().needs.create(way="C", people=1)
    proposal = put("advice")
    for person, because in ((people[1], "affected"), (people[2], "knows")):
        actions.ask_for_advice(actor=people[0], proposal=proposal, because=because, person=person)
    with pytest.raises(NotAllowed, match="your own words"):
        actions.speak_to(actor=people[0], proposal=proposal, kind="advice", words="I agree with me.")
    said = actions.speak_to(actor=people[1], proposal=proposal, kind="advice", words="Ask.")
    actions.answer_voice(actor=people[0], voice=said, words="Done.")
    actions.hand_on_proposal(actor=people[0], proposal=proposal, to=people[1])
    with on_day(8), pytest.raises(NotReady, match="advice from one needed"):
        actions.close_proposal(actor=people[1], proposal=proposal, agreed=True)


@pytest.mark.parametrize("taken_back", [end_use, withdraw_contribution])
def test_nothing_new_is_made_of_words_taken_back_when_it_is_looked_at_again(build, put, space, people, taken_back):
    proposal = put()
    source = proposal.sources.get().contribution
    with on_day(8):
        actions.take_position(actor=people[1], proposal=proposal, kind="consent")
        decision = actions.close_proposal(actor=people[1], proposal=proposal, agreed=True)
    taken_back(actor=people[0], contribution=source)
    new = build.contribution(space, people[1], "It does not help.")
    actions.ask_to_look_again(actor=people[1], decision=decision, reason="Look.", contribution=new)
    again = Proposal.objects.get(reopens=decision)
    assert set(again.sources.values_list("contribution", flat=True)) == {new.pk}
