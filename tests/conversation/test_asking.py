"""Asking somebody by name: gently, at most three at once, and never a penalty."""

import re
import uuid

import pytest
from django.db import IntegrityError, transaction

from coproduce.contributions.models import Contribution
from coproduce.conversation.actions import answer_ask, ask_somebody, decline_ask, take_back_ask
from coproduce.conversation.actions.asking import AskedEnough
from coproduce.conversation.models import Ask
from coproduce.errors import AlreadyDone, NotAllowed, NotHere
from coproduce.history.models import Event, EventDetail
from coproduce.spaces.models import Membership, MembershipState
from tests.conversation.conftest import main_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def ask(here):
    return ask_somebody(actor=here.bea, space=here.space, asked=here.ada, words="How is it at night?", about=here.words)


def test_somebody_is_asked_from_a_page_of_words_and_answers(here):
    about = f"?about={here.words.pk}"
    assert "Stairs" in here.read(here.bea, "conversation:ask", ask=about)
    led = here.post(here.bea, "conversation:ask", ask=about, person=here.carl.pk, words="Have you seen this on wards?")
    ask = Ask.objects.get()
    assert led.url == here.url("conversation:asked", ask.pk)
    assert (ask.by, ask.asked, ask.about) == (here.bea, here.carl, here.words)
    assert "Bea asks you" in here.read(here.carl, "conversation:asked_of_me")
    assert "Bea asks what you know about this" in here.page_of(here.carl, here.words)
    sent = here.post(here.carl, "conversation:answer_ask", ask.pk, words="Every night.", ways="M", attribution="chosen")
    answer = Contribution.objects.get(answers=here.words)
    assert sent.url == here.url("contributions:contribution", answer.pk)
    assert (answer.author, answer.verb, answer.words) == (here.carl, "answers", "Every night.")
    page = here.read(here.bea, "conversation:asked_of_me")
    assert str(answer.pk) in page
    assert "Carl answered" in main_of(page)
    assert "Nobody has asked you anything" in here.read(here.carl, "conversation:asked_of_me")


def test_about_nothing_in_particular_the_answer_is_brought(here):
    here.post(here.bea, "conversation:ask", person=here.carl.pk, words="What helps on a bad day?")
    here.post(
        here.carl, "conversation:answer_ask", Ask.objects.get().pk, words="A fan.", ways="M", attribution="chosen"
    )
    brought = Ask.objects.get().answer
    assert (brought.answers, brought.verb, brought.words) == (None, "", "A fan.")


def test_pressing_twice_asks_and_answers_once(here):
    key, filled = str(uuid.uuid4()), {"person": here.carl.pk, "words": "And what then?"}
    for _press in range(2):
        assert here.post(here.bea, "conversation:ask", key=key, **filled).status_code == 302
    ask = Ask.objects.get()
    key, filled = str(uuid.uuid4()), {"words": "Then I sat.", "attribution": "chosen"}
    led = {here.post(here.carl, "conversation:answer_ask", ask.pk, key=key, **filled).url for _press in range(2)}
    assert len(led) == 1
    assert Contribution.objects.filter(author=here.carl).count() == 1
    again = here.post(here.carl, "conversation:answer_ask", ask.pk, words="Once more.", attribution="chosen")
    assert again.status_code == 409
    assert Contribution.objects.filter(author=here.carl).count() == 1


@pytest.mark.parametrize(("how", "says"), [("later", "says: not now"), ("not_mine", "it is not mine to say")])
def test_not_now_is_a_good_answer(here, ask, how, says):
    assert here.read(here.ada, "conversation:decline", ask.pk)
    here.post(here.ada, "conversation:decline", ask.pk, how=how, words="Too soon.")
    page = main_of(here.read(here.bea, "conversation:asked_of_me"))
    assert says in page
    assert "Too soon." in page
    assert "Too soon." not in EventDetail.objects.order_by("-pk").first().payload.values()
    with pytest.raises(AlreadyDone):
        answer_ask(actor=here.ada, ask=ask, words="After all")


def test_three_questions_are_open_at_most_and_the_database_sees_to_it(here):
    asks = [
        ask_somebody(actor=here.bea, space=here.space, asked=here.ada, words=f"Question {number}")
        for number in range(3)
    ]
    with pytest.raises(AskedEnough):
        ask_somebody(actor=here.bea, space=here.space, asked=here.ada, words="Question 4")
    sent = here.post(here.bea, "conversation:ask", person=here.ada.pk, words="One more?")
    assert sent.status_code == 409
    for place in (0, 1, 4):
        with pytest.raises(IntegrityError), transaction.atomic():
            Ask.objects.create(space=here.space, by=here.bea, asked=here.ada, words="Past the action", place=place)
    ask_somebody(actor=here.carl, space=here.space, asked=here.ada, words="From another")
    take_back_ask(actor=here.bea, ask=asks[1])
    ask_somebody(actor=here.bea, space=here.space, asked=here.ada, words="In its place")
    assert Ask.objects.filter(by=here.bea, taken_back_at=None).count() == 3


def test_whoever_would_rather_not_is_not_asked(here):
    here.post(here.ada, "conversation:who_may_ask", who="nobody")
    assert str(here.ada.pk) not in here.read(here.bea, "conversation:ask")
    assert here.post(here.bea, "conversation:ask", person=here.ada.pk, words="All the same?").status_code == 422
    with pytest.raises(NotAllowed):
        ask_somebody(actor=here.bea, space=here.space, asked=here.ada, words="Past the form")
    assert here.post(here.ada, "conversation:who_may_ask", who="friends").status_code == 422
    here.post(here.ada, "conversation:who_may_ask", who="anyone")
    assert str(here.ada.pk) in here.read(here.bea, "conversation:ask")


def test_nobody_is_asked_while_they_have_a_pause_or_after_they_left(here, build):
    Membership.objects.filter(person=here.ada).update(state=MembershipState.PAUSED)
    Membership.objects.filter(person=here.carl).update(state=MembershipState.LEFT)
    page = here.read(here.bea, "conversation:ask")
    assert str(here.ada.pk) not in page
    assert str(here.carl.pk) not in page
    with pytest.raises(NotAllowed):
        ask_somebody(actor=here.bea, space=here.space, asked=here.ada, words="?")
    for not_here in (here.carl, build.person(), here.bea):
        with pytest.raises(NotHere):
            ask_somebody(actor=here.bea, space=here.space, asked=not_here, words="?")


def test_only_the_two_see_it(here, ask):
    for who in (here.carl, here.facilitator):
        for name in ("asked", "answer_ask", "decline"):
            assert here.get(who, f"conversation:{name}", ask.pk).status_code == 404
        assert "at night" not in here.read(who, "conversation:asked_of_me")
        assert "asks what you know" not in here.page_of(who, here.words)
    assert here.get(here.bea, "conversation:answer_ask", ask.pk).status_code == 404
    for who in (here.ada, here.carl, here.facilitator):
        assert here.post(who, "conversation:take_back_ask", ask.pk).status_code == 404
    with pytest.raises(NotHere):
        take_back_ask(actor=here.ada, ask=ask)
    for who in (here.bea, here.carl, here.facilitator):
        with pytest.raises((NotAllowed, NotHere)):
            decline_ask(actor=who, ask=ask, how="later")


@pytest.mark.parametrize("attribution", ["anonymous", "standpoint"])
def test_whoever_asked_is_not_led_to_an_answer_without_a_name(here, ask, attribution):
    answer_ask(actor=here.ada, ask=ask, words="Worse than I say.", ways="L", attribution=attribution)
    answer = Ask.objects.get().answer
    for page in (here.read(here.bea, "conversation:asked_of_me"), here.read(here.bea, "conversation:asked", ask.pk)):
        assert str(answer.pk) not in page
        assert "Worse than" not in page
        assert "said what they wanted to say" in page
    assert str(answer.pk) in here.read(here.ada, "conversation:asked", ask.pk)


def test_the_event_names_nobodys_words(here, ask):
    event = Event.objects.get(kind="asked by name")
    assert event.actor == here.bea.pk
    assert "night" not in str(event.detail.payload)


def test_an_assisted_person_is_asked_by_whoever_looks_after_the_space(here, build):
    dot = build.member(here.space, "Dot", account=False)
    here.post(here.bea, "conversation:ask", person=dot.pk, words="What did the nurse say?")
    ask = Ask.objects.get()
    assert here.get(here.bea, "conversation:to_ask").status_code == 403
    page = here.read(here.facilitator, "conversation:to_ask")
    assert "Dot" in page
    assert "What did the nurse say?" in page
    assert "data-print" in page
    filled = {"words": "To sit up.", "attribution": "chosen", "channel": "phone", "said_on": "2026-03-01"}
    sent = here.post(here.facilitator, "conversation:answer_ask", ask.pk, **filled)
    assert sent.status_code == 302
    answer = Contribution.objects.get(author=dot)
    assert (answer.recorder, answer.channel, str(answer.said_on)) == (here.facilitator, "phone", "2026-03-01")
    assert Ask.objects.get().noted_by == here.facilitator
    assert "Nothing waits" in here.read(here.facilitator, "conversation:to_ask")


def test_a_facilitator_notes_that_an_assisted_person_would_rather_not(here, build):
    dot = build.member(here.space, "Dot", account=False)
    ask = ask_somebody(actor=here.bea, space=here.space, asked=dot, words="May I ask?")
    led = here.post(here.facilitator, "conversation:decline", ask.pk, how="later")
    assert led.url == here.url("conversation:to_ask")
    assert Ask.objects.get().noted_by == here.facilitator


def test_words_that_went_out_of_sight_are_not_told_by_a_question_about_them(here, ask):
    Contribution.objects.filter(pk=here.words.pk).update(state="hidden")
    for who in (here.ada, here.bea):
        for page in (here.read(who, "conversation:asked_of_me"), here.read(who, "conversation:asked", ask.pk)):
            assert "Stairs" not in page
    led = here.post(here.ada, "conversation:answer_ask", ask.pk, words="Still true.", attribution="chosen")
    assert led.status_code == 302
    assert Ask.objects.get().answer.answers is None


def test_about_words_out_of_sight_or_elsewhere_nobody_is_asked(here, build):
    elsewhere = build.space()
    other = build.contribution(elsewhere, elsewhere.opened_by, "Secret elsewhere")
    assert here.get(here.bea, "conversation:ask", ask=f"?about={other.pk}").status_code == 404
    with pytest.raises(NotHere):
        ask_somebody(actor=here.bea, space=here.space, asked=here.ada, words="?", about=other)


def test_hostile_words_are_shown_as_text(here):
    ask_somebody(
        actor=here.bea, space=here.space, asked=here.ada, words="<script>alert(1)</script> \u202e{{ 7|add:7 }}"
    )
    page = here.read(here.ada, "conversation:asked_of_me")
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_fifty_questions_need_no_more_queries(here, build, django_assert_max_num_queries):
    for number in range(50):
        other = build.member(here.space)
        ask_somebody(actor=other, space=here.space, asked=here.ada, words=f"Question {number}", about=here.words)
        ask_somebody(actor=here.ada, space=here.space, asked=other, words=f"Back {number}")
    client = here.signed_in(here.ada)
    client.get(here.url("conversation:asked_of_me"))
    with django_assert_max_num_queries(7):
        page = client.get(here.url("conversation:asked_of_me")).content.decode()
    assert page.count("asks you") == 50
    with django_assert_max_num_queries(15):
        client.get(here.url("contributions:contribution", here.words.pk))


def test_an_answer_may_be_kept_for_later_and_files_go_with_it(here, ask):
    from django.core.files.uploadedfile import SimpleUploadedFile

    from coproduce.contributions.models import Attachment, Draft

    led = here.post(here.ada, "conversation:answer_ask", ask.pk, words="I begin to say", keep="1")
    assert led.url == here.url("conversation:answer_ask", ask.pk)
    assert Ask.objects.get().is_open
    page = here.read(here.ada, "conversation:answer_ask", ask.pk)
    assert "I begin to say" in page
    began = re.search(r'name="began" value="([^"]+)"', page).group(1)
    file = SimpleUploadedFile("night.txt", b"Woke at three.\n", content_type="text/plain")
    filled = {"words": "All of it.", "attribution": "chosen", "files": file, "began": began}
    here.post(here.ada, "conversation:answer_ask", ask.pk, **filled)
    assert Attachment.objects.get().contribution == Ask.objects.get().answer
    assert not Draft.objects.exists()
