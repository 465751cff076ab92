"""What stands in sight on the page of a proposal without a click, and what is folded."""

from datetime import UTC, date, datetime, timedelta

import lxml.html
import pytest
from django.urls import reverse

from coproduce import clock
from coproduce.decisions import actions
from coproduce.decisions.models import Proposal, Voice
from coproduce.decisions.queries import reviews_due
from coproduce.errors import NotAllowed
from coproduce.spaces.access import Place
from coproduce.spaces.models import CharterKind, Space

BEGUN = datetime(2026, 3, 1, 10, tzinfo=UTC)


def on_day(days):
    return clock.told(BEGUN + timedelta(days=days))


@pytest.fixture
def space(build):
    return build.space(days=7, privacy="public")


@pytest.fixture
def people(build, space):
    return [build.member(space, f"Member {n}") for n in range(12)]


@pytest.fixture
def put(build, space, people):
    words = build.contribution(space, people[0], brought_at=BEGUN)

    def put_now(kind="consent", **more):
        with on_day(0):
            return actions.propose(
                actor=people[0], space=space, title="Ask first", words="Every letter asks.", contributions=[words],
                kind=kind, **more,
            )  # fmt: skip

    return put_now


@pytest.fixture
def decision(space, people, put):
    space.charters.update(objections_that_may_stand=2)
    proposal = put()
    with on_day(1):
        for n, kind in enumerate([*["consent"] * 5, *["reservations"] * 4, *["object"] * 2, "aside"]):
            actions.take_position(actor=people[n], proposal=proposal, kind=kind, reason=f"{kind} because of {n}.")
    with on_day(7):
        return actions.close_proposal(
            actor=people[1], proposal=proposal, agreed=True, why="Agreed.", review_on=date(2026, 9, 1)
        )


def read(client, proposal):
    """(everything that the page says, what of it stands outside folds), with the page as it was sent."""
    answer = client.get(proposal.get_absolute_url())
    assert answer.status_code == 200
    page = lxml.html.fromstring(answer.content.decode()).find(".//main")
    everything = page.text_content()
    for fold in page.findall(".//details"):
        for below in [each for each in fold if each.tag != "summary"]:
            fold.remove(below)
    return everything, page.text_content()


def test_dissent_stands_in_sight_when_it_is_closed(decision, people, signed_in):
    everything, in_sight = read(signed_in(people[3]), decision.proposal)
    for n in range(12):
        assert f"because of {n}." in everything
    for n in range(5, 11):
        assert f"because of {n}." in in_sight
    assert sum(f"consent because of {n}." in in_sight for n in range(5)) == 1
    assert "The other four who consent, and why" in in_sight


def test_what_is_asked_stands_before_the_words(put, people, signed_in):
    proposal = put()
    with on_day(1):
        _everything, in_sight = read(signed_in(people[4]), proposal)
    order = [
        "Everyone has at least until", "Ask first", "What is asked of you now", "Say where you stand",
        "Every letter asks.", "What people said", "Who decides", "What knowledge it comes from",
    ]  # fmt: skip
    assert [in_sight.index(said) for said in order] == sorted(in_sight.index(said) for said in order)


def test_visitors_read_where_it_stands_and_are_asked_nothing(put, signed_in):
    everything, in_sight = read(signed_in(None), put())
    assert "Where it stands" in in_sight
    assert "It cannot be agreed yet" in in_sight
    assert "What else you can do" not in everything


def test_what_waits_for_an_answer_is_never_folded(build, space, put, people, signed_in):
    proposal = put("rounds")
    for n in range(6):
        actions.speak_to(actor=people[n], proposal=proposal, kind="question", words=f"Which of {n}?")
    for voice in Voice.objects.exclude(words="Which of 1?"):
        actions.answer_voice(actor=people[0], voice=voice, words="All.")
    late = build.member(space, "Late")
    actions.speak_to(actor=late, proposal=proposal, kind="reaction", words="I came too late.")
    for n in range(3):
        actions.speak_to(actor=people[n], proposal=proposal, kind="reaction", words=f"Reaction {n}.")
    everything, in_sight = read(signed_in(people[0]), proposal)
    for said in ("Which of 1?", "Which of 5?", "I came too late.", "Reaction 2."):
        assert said in in_sight
    for said in ("Which of 0?", "Reaction 0."):
        assert said in everything
        assert said not in in_sight
    assert "Step 1 of 5: Asking what it means" in in_sight


def test_advice_stands_in_sight_with_what_was_done_with_it(space, put, people, signed_in):
    CharterKind.objects.create(charter=space.charters.get(), kind="advice")
    proposal = put("advice")
    for n, because in ((1, "affected"), (2, "knows")):
        actions.ask_for_advice(actor=people[0], proposal=proposal, because=because, person=people[n])
    for n in range(1, 7):
        voice = actions.speak_to(actor=people[n], proposal=proposal, kind="advice", words=f"Advice {n}.")
        actions.answer_voice(actor=people[0], voice=voice, words=f"Done with {n}.")
    with on_day(7):
        actions.close_proposal(actor=people[0], proposal=proposal, agreed=True)
    _everything, in_sight = read(signed_in(people[3]), Proposal.objects.get(pk=proposal.pk))
    for n in range(1, 7):
        assert f"Advice {n}." in in_sight
        assert f"Done with {n}." in in_sight


class TestWhenItsDayHasCome:
    def test_it_is_said_first_and_members_can_act(self, decision, people, signed_in):
        again = reverse("decisions:again", args=[decision.proposal.space.slug, decision.proposal_id])
        with clock.told(datetime(2026, 8, 31, 12, tzinfo=UTC)):
            _everything, in_sight = read(signed_in(people[0]), decision.proposal)
            assert "It is time to look at this again" not in in_sight
            assert "We look again on 1 September 2026." in in_sight
        with clock.told(datetime(2026, 9, 2, 12, tzinfo=UTC)):
            client = signed_in(people[0])
            _everything, in_sight = read(client, decision.proposal)
            assert in_sight.index("It is time to look at this again") < in_sight.index("Every letter asks.")
            assert again in client.get(decision.proposal.get_absolute_url()).content.decode()
            assert again not in signed_in(None).get(decision.proposal.get_absolute_url()).content.decode()

    def test_who_asked_before_its_day_can_put_it_again_on_its_day(self, decision, people, space):
        with on_day(30):
            actions.ask_to_look_again(actor=people[3], decision=decision, reason="It is too slow.")
            with pytest.raises(NotAllowed, match="asked for this already"):
                actions.ask_to_look_again(actor=people[3], decision=decision, reason="It still is.")
            assert reviews_due(Place(space, people[3], None)) == []
        with clock.told(datetime(2026, 9, 2, 12, tzinfo=UTC)):
            assert reviews_due(Place(space, people[3], None)) == [decision]
            asked = actions.ask_to_look_again(actor=people[3], decision=decision, reason="It still is.")
            assert asked.reason == "It is too slow.\n\nIt still is."
            assert reviews_due(Place(space, people[3], None)) == []
        again = Proposal.objects.get(reopens=decision)
        assert again.proposed_by == people[3]
        assert Space.objects.get(pk=space.pk).slug == again.space.slug

    def test_the_front_page_and_your_spaces_say_so_to_those_who_can_act(
        self, build, decision, people, space, signed_in
    ):
        front, mine = f"/s/{space.slug}/", "/spaces/"
        member, visitor, stranger = signed_in(people[0]), signed_in(None), signed_in(build.person())
        with clock.told(datetime(2026, 8, 31, 12, tzinfo=UTC)):
            assert "time to look again" not in member.get(front).content.decode()
            assert "time to look again" not in member.get(mine).content.decode()
        with clock.told(datetime(2026, 9, 2, 12, tzinfo=UTC)):
            said = member.get(front).content.decode()
            assert "It is time to look again at what we decided" in said
            assert decision.proposal.get_absolute_url() in said
            assert "It is time to look again at something we decided" in member.get(mine).content.decode()
            for client, url in ((visitor, front), (stranger, front), (stranger, mine)):
                assert "time to look again" not in client.get(url).content.decode()
            actions.ask_to_look_again(actor=people[3], decision=decision, reason="It is its day.")
            assert "time to look again" not in member.get(front).content.decode()
            assert "time to look again" not in member.get(mine).content.decode()

    def test_nothing_is_asked_in_a_space_that_has_ended(self, decision, people, space, signed_in):
        Space.objects.filter(pk=space.pk).update(state="ended")
        with clock.told(datetime(2026, 9, 2, 12, tzinfo=UTC)):
            for url in (f"/s/{space.slug}/", "/spaces/"):
                assert "time to look again" not in signed_in(people[0]).get(url).content.decode()
