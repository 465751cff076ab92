"""Rounds, advice, votes, named people, other words, time, positions brought by another, through the pages."""

import uuid
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.ballots.actions import vote_by_name
from coproduce.decisions import actions
from coproduce.decisions.actions import NotInTheRegister
from coproduce.decisions.models import (
    AdviceAsked,
    Amendment,
    Carrying,
    Decision,
    EarlierPosition,
    Position,
    Proposal,
    TimeAsked,
    Voice,
)
from coproduce.decisions.queries import readiness
from coproduce.errors import NotAllowed, NotReady
from coproduce.history.models import Event
from coproduce.spaces.actions import pause_membership, write_charter
from coproduce.spaces.models import Charter, CharterDelegate, CharterKind

BEGUN = datetime(2026, 3, 1, 10, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\u202e{{ 7|add:7 }}"


def on_day(days):
    return clock.told(BEGUN + timedelta(days=days))


@pytest.fixture
def space(build):
    return build.space(days=7)


@pytest.fixture
def charter(space):
    return space.charters.get()


@pytest.fixture
def noreen(build, space):
    return build.member(space, "Noreen", ways="L")


@pytest.fixture
def lynne(build, space):
    return build.member(space, "Lynne", ways="C")


@pytest.fixture
def harold(build, space):
    return build.member(space, "Harold", ways="L", account=False)


@pytest.fixture
def words(build, space, noreen):
    return build.contribution(space, noreen, "They each give me a sheet for it.")


@pytest.fixture
def put(space, noreen, lynne, harold, words):
    """Put something, with Noreen, Lynne, Harold and whoever looks after the space to decide it."""

    def put_now(kind="consent", **fields):
        with on_day(0):
            return actions.propose(
                actor=noreen, space=space, title="Ask first", words="Every letter asks.", contributions=[words],
                kind=kind, **fields,
            )  # fmt: skip

    return put_now


def url_of(proposal, name="proposal", *more):
    return reverse(f"decisions:{name}", args=[proposal.space.slug, proposal.pk, *more])


def filled(**fields):
    return {"key": uuid.uuid4(), "attribution": "chosen", **fields}


class TestWhoMayDecide:
    def test_who_comes_later_may_speak_and_is_kept_beside(self, build, space, put, noreen, signed_in):
        proposal = put()
        late = build.member(space, "Sunil")
        client = signed_in(late)
        assert "Say what you think" in client.get(url_of(proposal)).content.decode()
        refused = client.get(url_of(proposal, "position"))
        assert refused.status_code == 403
        assert "was written down on 1 March 2026" in refused.content.decode()
        assert client.post(url_of(proposal, "position"), filled(kind="object", reason="No.")).status_code == 403
        assert client.post(url_of(proposal, "speak"), filled(kind="reaction", words="Who rings me?")).status_code == 302
        html = signed_in(noreen).get(url_of(proposal)).content.decode()
        assert "Who rings me?" in html
        assert "kept beside the positions, not counted" in html
        assert not Position.objects.exists()

    def test_the_charter_may_ask_for_days_of_being_here(self, build, space, charter, words, noreen):
        Charter.objects.filter(pk=charter.pk).update(days_here_to_decide=30)
        space.memberships.exclude(person=noreen).update(joined_at=BEGUN - timedelta(days=40))
        space.memberships.filter(person=noreen).update(joined_at=BEGUN - timedelta(days=3))
        with on_day(0):
            proposal = actions.propose(actor=noreen, space=space, title="T", words="W.", contributions=[words])
        with pytest.raises(NotInTheRegister):
            actions.take_position(actor=noreen, proposal=proposal, kind="consent")
        assert actions.take_position(actor=space.opened_by, proposal=proposal, kind="consent")

    def test_ways_are_those_of_the_day_it_was_put(self, space, charter, put, lynne):
        charter.needs.create(way="C", people=1)
        proposal = put()
        space.memberships.get(person=lynne).standpoints.update(way="R")
        actions.take_position(actor=lynne, proposal=proposal, kind="consent")
        assert [need.is_met for need in readiness(proposal).needs] == [True]


class TestRounds:
    def test_go_from_step_to_step_and_wait_for_answers(self, put, noreen, lynne, signed_in):
        proposal = put("rounds")
        asker, proposer = signed_in(lynne), signed_in(noreen)
        assert asker.get(url_of(proposal, "move")).status_code == 404
        with pytest.raises(NotReady):
            actions.take_position(actor=lynne, proposal=proposal, kind="consent")
        asker.post(url_of(proposal, "speak"), filled(kind="question", words="Which letters?"))
        assert proposer.post(url_of(proposal, "move"), filled(to="react", note="")).status_code == 409
        assert "One thing said to your proposal waits" in proposer.get(url_of(proposal)).content.decode()
        voice = Voice.objects.get()
        sent = filled(words="All three clinics’.")
        for _turn in range(2):
            assert proposer.post(url_of(proposal, "answer", voice.pk), sent).status_code == 302
        assert Event.objects.filter(kind="proposal voice answered").count() == 1
        for to in ("react", "amend", "consent"):
            assert proposer.post(url_of(proposal, "move"), filled(to=to, note="")).status_code == 302
        assert asker.post(url_of(proposal, "position"), filled(kind="object", reason="Not mine.")).status_code == 302
        assert proposer.post(url_of(proposal, "move"), filled(to="integrate", note="Lynne.")).status_code == 302
        assert asker.post(url_of(proposal, "position"), filled(kind="consent")).status_code == 302
        with on_day(20), pytest.raises(NotReady, match="not yet at saying"):
            actions.close_proposal(actor=lynne, proposal=proposal, agreed=True)
        actions.move_round(actor=noreen, proposal=proposal, to="consent")
        with on_day(20):
            assert actions.close_proposal(actor=lynne, proposal=proposal, agreed=True).agreed
        html = asker.get(url_of(proposal)).content.decode()
        assert "All three clinics’." in html
        assert EarlierPosition.objects.get().reason == "Not mine."

    def test_a_suggestion_is_taken_up_or_answered(self, put, noreen, lynne, signed_in):
        proposal = put("rounds")
        asker, proposer = signed_in(lynne), signed_in(noreen)
        asker.post(url_of(proposal, "suggest"), filled(words="Every letter asks twice.", why="Once is not heard."))
        first = Amendment.objects.get()
        too_early = proposer.post(url_of(proposal, "suggestion", first.pk), filled(take_up="yes"))
        assert too_early.status_code == 403
        for to in ("react", "amend"):
            actions.move_round(actor=noreen, proposal=proposal, to=to)
        with pytest.raises(NotReady, match="suggested other words"):
            actions.move_round(actor=noreen, proposal=proposal, to="consent")
        silent = proposer.post(url_of(proposal, "suggestion", first.pk), filled(take_up="no", answer=""))
        assert silent.status_code == 422
        assert proposer.post(url_of(proposal, "suggestion", first.pk), filled(take_up="yes")).status_code == 302
        html = asker.get(url_of(proposal)).content.decode()
        assert "Every letter asks twice." in html
        assert "Taken up as wording 2." in html
        with pytest.raises(NotAllowed, match="answer already"):
            actions.answer_amendment(actor=noreen, amendment=first, take_up=False, answer="No.")


class TestAdvice:
    @pytest.fixture
    def proposal(self, charter, put):
        CharterKind.objects.create(charter=charter, kind="advice", for_what="Under £50.")
        return put("advice")

    def test_the_proposer_decides_after_asking_and_answering(self, proposal, noreen, lynne, signed_in):
        proposer, adviser = signed_in(noreen), signed_in(lynne)
        proposer.post(url_of(proposal, "ask"), filled(person=str(lynne.pk), outside="", because="affected"))
        proposer.post(url_of(proposal, "ask"), filled(person="", outside="The porter", because="knows"))
        neither = proposer.post(url_of(proposal, "ask"), filled(person="", outside="", because="knows"))
        assert neither.status_code == 422
        assert "You are asked for your advice." in adviser.get(url_of(proposal)).content.decode()
        adviser.post(url_of(proposal, "speak"), filled(kind="advice", words="Ask before the diagnosis."))
        porter = AdviceAsked.objects.get(outside="The porter")
        proposer.post(url_of(proposal, "heard", porter.pk), filled(words="I carry them up."))
        with on_day(9), pytest.raises(NotReady, match="wait for an answer"):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)
        for voice in Voice.objects.all():
            proposer.post(url_of(proposal, "answer", voice.pk), filled(words="Done so."))
        with on_day(9), pytest.raises(NotAllowed, match="whoever put it decides"):
            actions.close_proposal(actor=lynne, proposal=proposal, agreed=True)
        with on_day(9):
            assert "Or decide against it" in proposer.get(url_of(proposal, "close")).content.decode()
            assert proposer.post(url_of(proposal, "close"), filled(why="Yes.", review_on="")).status_code == 302
        html = adviser.get(url_of(proposal)).content.decode()
        for said in ("Ask before the diagnosis.", "I carry them up.", "The porter", "What was done with it:"):
            assert said in html

    def test_is_not_offered_to_the_one_who_asks_for_it(self, proposal, noreen, lynne, signed_in):
        offered = 'value="advice"'
        assert offered in signed_in(lynne).get(url_of(proposal, "speak")).content.decode()
        client = signed_in(noreen)
        assert offered not in client.get(url_of(proposal, "speak") + "?kind=advice").content.decode()
        assert client.post(url_of(proposal, "speak"), filled(kind="reaction", words="I lean to it.")).status_code == 302

    def test_may_be_decided_against(self, proposal, noreen, lynne):
        for person, because in ((lynne, "affected"), (proposal.space.opened_by, "knows")):
            actions.ask_for_advice(actor=noreen, proposal=proposal, because=because, person=person)
        with on_day(9):
            assert not actions.close_proposal(actor=noreen, proposal=proposal, agreed=False, why="Not now.").agreed

    def test_takes_no_positions_and_needs_the_charter(self, proposal, lynne, noreen, space, words):
        with pytest.raises(NotAllowed, match="after hearing advice"):
            actions.take_position(actor=lynne, proposal=proposal, kind="consent")
        write_charter(
            actor=space.opened_by, space=space, why="No.", ground_rules="", how_we_decide="", needs={},
            minimum_reading_days=7, objections_that_may_stand=0, rights=None,
        )  # fmt: skip
        CharterKind.objects.filter(charter__version=2).delete()
        with pytest.raises(NotAllowed, match="does not allow"):
            actions.propose(actor=noreen, space=space, title="T", words="W.", contributions=[words], kind="advice")


class TestVote:
    def test_is_opened_for_those_who_decide_and_closed_with_the_proposal(self, charter, put, noreen, lynne, signed_in):
        CharterKind.objects.create(charter=charter, kind="vote")
        proposal = put("vote", vote=actions.Vote("approval", False, ["Blue", "Green"]))
        html = signed_in(lynne).get(url_of(proposal)).content.decode()
        assert "Go to the ballot" in html
        with pytest.raises(NotAllowed, match="decided by a vote"):
            actions.take_position(actor=lynne, proposal=proposal, kind="consent")
        with on_day(1):
            vote_by_name(actor=lynne, ballot=proposal.ballot, choice=(1, 0))
            vote_by_name(actor=noreen, ballot=proposal.ballot, choice=(1, 1))
            with pytest.raises(NotReady, match="to vote"):
                actions.close_proposal(actor=lynne, proposal=proposal, agreed=True)
        with on_day(8):
            decision = actions.close_proposal(actor=lynne, proposal=proposal, agreed=True)
        assert decision.result["first"] == ["Blue"]
        assert "<b><bdi>Blue</bdi></b>" in signed_in(noreen).get(url_of(proposal)).content.decode()

    def test_whoever_wants_one_is_led_to_it(self, charter, space, noreen, signed_in):
        client, url = signed_in(noreen), reverse("decisions:propose", args=[space.slug])
        for name in ("decisions:decisions", "ballots:ballots"):
            assert f'href="{url}?kind=vote"' in client.get(reverse(name, args=[space.slug])).content.decode()
        html = client.get(f"{url}?kind=vote").content.decode()
        assert "Our charter does not allow this way of deciding so far: Vote." in html
        assert reverse("decisions:propose_charter", args=[space.slug]) in html
        CharterKind.objects.create(charter=charter, kind="vote")
        html = client.get(url).content.decode()
        assert "Decide it in another way: consent in rounds, vote" in " ".join(html.split())
        html = client.get(f"{url}?kind=vote").content.decode()
        assert "does not allow" not in html
        assert "What is the question, in one line?" in html

    def test_what_is_voted_on_keeps_its_words(self, charter, put, noreen, lynne):
        CharterKind.objects.create(charter=charter, kind="vote")
        proposal = put("vote", vote=actions.Vote("approval", False, ["Blue", "Green"]))
        with pytest.raises(NotAllowed, match="stay as they are"):
            actions.amend_proposal(actor=noreen, proposal=proposal, words="Others.", why="Why not.")
        suggested = actions.suggest_amendment(actor=lynne, proposal=proposal, words="Others.", why="Why not.")
        with pytest.raises(NotAllowed, match="stay as they are"):
            actions.answer_amendment(actor=noreen, amendment=suggested, take_up=True)
        assert proposal.versions.count() == 1

    def test_is_put_through_the_page(self, charter, space, noreen, words, signed_in):
        CharterKind.objects.create(charter=charter, kind="vote", for_what="Colours.")
        client, url = signed_in(noreen), reverse("decisions:propose", args=[space.slug])
        html = client.get(f"{url}?kind=vote").content.decode()
        assert "Between what do people choose?" in html
        assert "Colours." in html
        sent = filled(title="Which colour?", words="For the card.", contributions=[words.pk], rule="score", how="names")
        assert client.post(f"{url}?kind=vote", sent | {"options": "Blue"}).status_code == 422
        assert client.post(f"{url}?kind=vote", sent | {"options": "Blue\nGreen"}).status_code == 302
        assert Proposal.objects.get().ballot.options.count() == 2


def test_named_people_decide_what_the_charter_gives_them(charter, put, noreen, lynne, signed_in):
    CharterKind.objects.create(charter=charter, kind="delegated")
    CharterDelegate.objects.create(charter=charter, matter="The tea", person=lynne)
    proposal = put("delegated", for_what="The tea")
    with pytest.raises(NotInTheRegister, match="others decide"):
        actions.take_position(actor=noreen, proposal=proposal, kind="object", reason="No.")
    assert "By our charter one of us decides this: The tea." in signed_in(noreen).get(url_of(proposal)).content.decode()
    actions.take_position(actor=lynne, proposal=proposal, kind="consent")
    with on_day(8):
        with pytest.raises(NotAllowed):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)
        assert actions.close_proposal(actor=lynne, proposal=proposal, agreed=True).agreed


class TestTime:
    def test_somebody_asks_and_nobody_is_told_who(self, put, noreen, lynne, signed_in):
        proposal = put()
        actions.take_position(actor=noreen, proposal=proposal, kind="consent")
        client, sent = signed_in(lynne), filled()
        with on_day(6):
            for _turn in range(2):
                assert client.post(url_of(proposal, "time"), sent).status_code == 302
        with on_day(9):
            html = signed_in(noreen).get(url_of(proposal)).content.decode()
            assert "Somebody asked for time, so it waits until 14 March 2026" in html
            assert "Lynne" not in html
            with pytest.raises(NotReady, match="Somebody asked for time"):
                actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)
        assert Event.objects.get(kind="time asked for").actor is None
        with on_day(12):
            assert actions.ask_for_time(actor=lynne, proposal=proposal) == TimeAsked.objects.get()
        with on_day(13):
            assert actions.close_proposal(actor=noreen, proposal=proposal, agreed=True).agreed

    def test_a_pause_holds_it_up_no_longer_than_the_charter_says(self, space, put, noreen, lynne):
        proposal = put()
        actions.take_position(actor=noreen, proposal=proposal, kind="consent")
        with on_day(5):
            pause_membership(actor=lynne, space=space)
        with on_day(11), pytest.raises(NotReady, match="Somebody asked for time"):
            actions.close_proposal(actor=noreen, proposal=proposal, agreed=True)
        with on_day(14):
            assert actions.close_proposal(actor=noreen, proposal=proposal, agreed=True).agreed


class TestBroughtByAnother:
    def test_both_names_stand_with_it_and_it_can_be_taken_back(self, put, noreen, lynne, signed_in):
        proposal = put()
        client, bringer = signed_in(lynne), signed_in(noreen)
        assert client.post(url_of(proposal, "through"), filled(through=str(noreen.pk))).status_code == 302
        address = f"{url_of(proposal, 'position')}?for={lynne.pk}"
        assert "Bring the position of Lynne" in bringer.get(url_of(proposal)).content.decode()
        assert bringer.post(address, filled(kind="object", reason="Not like this.")).status_code == 302
        position = Position.objects.get()
        assert (position.person, position.brought_by, position.recorded_by) == (lynne, noreen, None)
        assert "brought by Noreen" in client.get(url_of(proposal)).content.decode()
        assert client.post(url_of(proposal, "no_longer_through"), filled()).status_code == 302
        assert bringer.post(address, filled(kind="consent")).status_code in (403, 404)
        client.post(url_of(proposal, "position"), filled(kind="consent"))
        assert EarlierPosition.objects.get().brought_by == noreen

    def test_one_person_brings_as_many_as_the_charter_says(  # noqa: PLR0917
        self, space, charter, put, noreen, lynne, harold
    ):
        proposal = put()
        actions.ask_to_carry(actor=lynne, proposal=proposal, through=noreen)
        with pytest.raises(NotAllowed, match="one position at most"):
            actions.ask_to_carry(actor=space.opened_by, proposal=proposal, person=harold, through=noreen)
        Charter.objects.filter(pk=charter.pk).update(positions_one_may_carry=0)
        with pytest.raises(NotAllowed, match="for themselves"):
            actions.ask_to_carry(actor=space.opened_by, proposal=proposal, person=harold, through=noreen)
        assert Carrying.objects.count() == 1

    def test_nobody_brings_it_unasked(self, put, noreen, lynne):
        proposal = put()
        with pytest.raises(NotAllowed):
            actions.take_position(actor=noreen, person=lynne, proposal=proposal, kind="consent")


class TestAmendingAsTheCharterSays:
    def test_not_once_somebody_has_said_where_they_stand(self, charter, put, noreen, lynne):
        Charter.objects.filter(pk=charter.pk).update(amendments="before_positions")
        proposal = put()
        actions.take_position(actor=lynne, proposal=proposal, kind="consent")
        with pytest.raises(NotAllowed, match="stay as they are"):
            actions.amend_proposal(actor=noreen, proposal=proposal, words="Others.", why="Why not.")

    def test_the_reading_time_may_go_on(self, charter, put, noreen):
        Charter.objects.filter(pk=charter.pk).update(amending_restarts_reading=False)
        proposal = put()
        with on_day(6):
            actions.amend_proposal(actor=noreen, proposal=proposal, words="Others.", why="Why not.")
            actions.take_position(actor=noreen, proposal=proposal, kind="consent")
        with on_day(7):
            assert actions.close_proposal(actor=noreen, proposal=proposal, agreed=True).version.number == 2


@pytest.mark.parametrize("kind", ["consent", "rounds"])
def test_hostile_words_are_only_words(put, noreen, lynne, signed_in, kind):
    proposal = put(kind)
    for said in ("question", "reaction"):
        actions.speak_to(actor=lynne, proposal=proposal, kind=said, words=HOSTILE)
    amendment = actions.suggest_amendment(actor=lynne, proposal=proposal, words=HOSTILE, why=HOSTILE)
    client = signed_in(noreen)
    voice = Voice.objects.filter(kind="question").get()
    pages = [url_of(proposal), url_of(proposal, "answer", voice.pk), url_of(proposal, "suggestion", amendment.pk)]
    for url in pages:
        html = client.get(url).content.decode()
        assert "<script>alert" not in html
        assert "&lt;script&gt;" in html


def test_many_voices_cost_no_more_queries_than_one(put, noreen, lynne, signed_in, django_assert_max_num_queries):
    proposal = put("rounds")
    client = signed_in(noreen)
    actions.speak_to(actor=lynne, proposal=proposal, kind="question", words="One?")
    actions.suggest_amendment(actor=lynne, proposal=proposal, words="Other.", why="So.")
    with django_assert_max_num_queries(32):
        client.get(url_of(proposal))
    for n in range(40):
        actions.speak_to(actor=lynne, proposal=proposal, kind="question", words=f"Number {n}?")
        actions.suggest_amendment(actor=lynne, proposal=proposal, words=f"Other {n}.", why="So.")
    with django_assert_max_num_queries(32):
        assert "Number 39?" in client.get(url_of(proposal)).content.decode()
    assert not Decision.objects.exists()
