"""Answers, nested as far as they can be followed; and *this changed my thinking*."""

import uuid

import pytest

from coproduce.contributions.actions import (
    acknowledge_contribution,
    answer_contribution,
    reframe_from_contributions,
    take_back_acknowledgement,
    withdraw_contribution,
)
from coproduce.contributions.models import Acknowledgement, Contribution, FramingSource, Verb
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.models import Event, EventDetail

pytestmark = pytest.mark.django_db


@pytest.fixture
def brought(build):
    space = build.space()
    return build.contribution(space, build.member(space, "Noreen"), "I cannot carry her up to bed.")


def address(contribution, rest=""):
    return f"/s/{contribution.space.slug}/brought/{contribution.pk}/{rest}"


@pytest.mark.parametrize("verb", Verb.values)
def test_every_verb_makes_an_answer(build, signed_in, brought, verb):
    alison = build.member(brought.space, "Alison", ways="P")
    client = signed_in(alison)
    assert "I cannot carry her" in client.get(address(brought, f"answer/?verb={verb}")).content.decode()
    filled = {
        "key": str(uuid.uuid4()),
        "verb": verb,
        "words": "On the ward too.",
        "ways": ["P"],
        "attribution": "chosen",
    }
    client.post(address(brought, "answer/"), filled)
    client.post(address(brought, "answer/"), filled)
    made = brought.replies.get()
    assert (made.verb, made.author, made.ways) == (verb, alison, "P")
    assert Event.objects.get(kind="contribution answered").subject == made.pk
    page = client.get(address(brought)).content.decode()
    assert "On the ward too." in page
    assert f"<bdi>Alison</bdi> <b>{Verb(verb).label}</b>" in page


def test_an_answer_says_what_it_does(build, signed_in, brought):
    client = signed_in(build.member(brought.space))
    filled = {"key": str(uuid.uuid4()), "words": "Hm.", "ways": ["P"], "attribution": "chosen"}
    answer = client.post(address(brought, "answer/"), filled)
    assert answer.status_code == 422
    assert "Hm." in answer.content.decode()


def test_answers_to_answers_stand_below_and_say_whom_they_answer(build, signed_in, brought):
    space = brought.space
    people = {name: build.member(space, name) for name in ("Alison", "Stephen", "Chloe")}
    first = answer_contribution(actor=people["Alison"], answers=brought, verb="builds_on", words="One.")
    second = answer_contribution(actor=people["Stephen"], answers=first, verb="differs", words="Two.")
    answer_contribution(actor=people["Chloe"], answers=second, verb="supports", words="Three.")
    page = signed_in(people["Alison"]).get(address(brought)).content.decode()
    assert page.index("One.") < page.index("Two.") < page.index("Three.")
    assert "<bdi>Stephen</bdi> <b>sees it differently</b></span>" in page
    link = f'<bdi>Chloe</bdi> <b>supports</b> what <a href="#a-{second.pk.hex}"><bdi>Stephen</bdi></a> said'
    assert link in page
    assert page.count('class="reply under"') == 2


def test_the_page_of_an_answer_leads_back_to_what_it_answers(build, signed_in, brought):
    alison = build.member(brought.space)
    made = answer_contribution(actor=alison, answers=brought, verb="builds_on", words="One.")
    page = signed_in(alison).get(address(made)).content.decode()
    assert "It answers" in page
    assert address(brought) in page


def test_what_is_out_of_sight_cannot_be_answered(build, brought):
    withdraw_contribution(actor=brought.author, contribution=brought)
    brought.refresh_from_db()
    with pytest.raises(NotHere):
        answer_contribution(actor=build.member(brought.space), answers=brought, verb="supports", words="Yes.")


def test_nobody_outside_answers_or_acknowledges(build, signed_in, brought):
    stranger = build.member(build.space())
    for rest in ("answer/", "changed-my-thinking/", "reframe/", "revise/", "changes/"):
        assert signed_in(stranger).get(address(brought, rest)).status_code == 404
    with pytest.raises(NotHere):
        answer_contribution(actor=stranger, answers=brought, verb="supports", words="Yes.")
    with pytest.raises(NotHere):
        acknowledge_contribution(actor=stranger, contribution=brought)


# ── this changed my thinking ─────────────────────────────────────────────────────────────────────


def test_it_changed_my_thinking_and_can_be_taken_back(build, signed_in, brought):
    owen = build.member(brought.space, "Owen")
    client = signed_in(owen)
    filled = {"key": str(uuid.uuid4()), "words": "I filed this under noise."}
    client.post(address(brought, "changed-my-thinking/"), filled)
    client.post(address(brought, "changed-my-thinking/"), filled)
    assert Acknowledgement.objects.get().words == "I filed this under noise."
    assert "I filed this under noise." in signed_in(brought.author).get(address(brought)).content.decode()
    client.post(address(brought, "changed-my-thinking/"), {"key": str(uuid.uuid4()), "take_back": "1"})
    assert not Acknowledgement.objects.exists()
    assert "noise" not in str(list(EventDetail.objects.values_list("payload", flat=True)))
    with pytest.raises(NotHere):
        take_back_acknowledgement(actor=owen, contribution=brought)


def test_said_again_it_says_the_newer_words(build, brought):
    owen = build.member(brought.space)
    acknowledge_contribution(actor=owen, contribution=brought, words="First.")
    acknowledge_contribution(actor=owen, contribution=brought, words="Second.")
    assert Acknowledgement.objects.get().words == "Second."


def test_ones_own_words_do_not_change_ones_own_thinking(signed_in, brought):
    assert signed_in(brought.author).get(address(brought, "changed-my-thinking/")).status_code == 403
    with pytest.raises(NotAllowed):
        acknowledge_contribution(actor=brought.author, contribution=brought)


# ── words that change the question ───────────────────────────────────────────────────────────────


def test_words_change_the_question(build, signed_in, brought):
    farzana = build.member(brought.space, "Farzana")
    client = signed_in(farzana)
    filled = {"key": str(uuid.uuid4()), "question": "What can you not do?", "why": "Noreen said it."}
    answer = client.post(address(brought, "reframe/"), filled)
    assert answer.status_code == 302
    source = FramingSource.objects.select_related("framing").get()
    assert (source.contribution, source.framing.words) == (brought, "What can you not do?")
    assert source.framing.number == 2
    event = Event.objects.get(kind="question reframed")
    assert event.detail.payload["sources"] == [str(brought.pk)]


def test_the_question_changes_only_by_words_of_this_space(build, brought):
    other = build.space()
    elsewhere = build.contribution(other, other.opened_by)
    with pytest.raises(NotHere):
        reframe_from_contributions(
            actor=brought.author, space=brought.space, words="?", why="!", contributions=[elsewhere]
        )
    with pytest.raises(NotAllowed):
        reframe_from_contributions(actor=brought.author, space=brought.space, words="?", why="!", contributions=[])
    assert Contribution.objects.count() == 2


class TestAcknowledgingForSomebody:
    """A facilitator writes down that words changed an assisted person's thinking."""

    @pytest.fixture
    def words(self, build):
        space = build.space()
        return build.contribution(space, build.member(space, "Ada"), "The stairs decide.")

    def address(self, words, person):
        return f"/s/{words.space.slug}/brought/{words.pk}/changed-my-thinking/?for={person.pk}"

    def test_it_is_theirs_and_can_be_taken_back_for_them(self, build, words, signed_in):
        terry = build.member(words.space, "Terry", account=False)
        client, address = signed_in(words.space.opened_by), self.address(words, terry)
        own = client.get(address.partition("?")[0]).content.decode()
        assert f"?for={terry.pk}" in own
        assert "You are writing down what Terry says" in client.get(address).content.decode()
        sheet = {"key": str(uuid.uuid4()), "words": "I never saw it so."}
        assert client.post(address, sheet).status_code == 302
        assert client.post(address, sheet).status_code == 302
        said = Acknowledgement.objects.get()
        assert (said.person, said.words) == (terry, "I never saw it so.")
        client.post(address, {"key": str(uuid.uuid4()), "words": "", "take_back": "1"})
        assert not Acknowledgement.objects.exists()

    def test_nobody_else_speaks_for_them_and_nobody_for_who_signs_in(self, build, words, signed_in):
        terry, bert = build.member(words.space, "Terry", account=False), build.member(words.space, "Bert")
        sheet = {"key": str(uuid.uuid4()), "words": ""}
        assert signed_in(bert).get(self.address(words, terry)).status_code == 404
        assert signed_in(bert).post(self.address(words, terry), sheet).status_code == 404
        assert signed_in(words.space.opened_by).post(self.address(words, bert), sheet).status_code == 404
        assert not Acknowledgement.objects.exists()
