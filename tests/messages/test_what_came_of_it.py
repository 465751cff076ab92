"""Mail about what came of somebody's words, and reminders of what they promised: only as they asked for it."""

from datetime import date, timedelta

import pytest

from coproduce.clock import told
from coproduce.messages.actions import choose_letters, stop_writing, write_to_everybody_due
from coproduce.messages.models import LetterChoice
from coproduce.outcomes.actions import (
    end_space,
    hand_on,
    make_commitment,
    say_ending,
    say_good_enough,
    tell_outcome,
    update_commitment,
)
from tests.conversation.conftest import Here
from tests.messages.test_letters import ADDRESS, NOON, body_of, mails
from tests.messages.test_mail import smtp  # noqa: F401  # a real SMTP server

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(build, signed_in):
    with told(NOON):
        yield Here(build, signed_in)


def after(**time):
    with told(NOON + timedelta(**time)):
        return write_to_everybody_due(address=ADDRESS)


def choose(person, *, news="never", promises="never", may_name=False):
    return choose_letters(actor=person, news=news, letter="never", promises=promises, may_name=may_name, quiet=(20, 8))


def told_of(here, day=1):
    """Ada tells what came of Bea's words, a day later."""
    words = here.build.contribution(here.space, here.bea, "When do they come?")
    with told(NOON + timedelta(days=day)):
        outcome = tell_outcome(
            actor=here.ada, space=here.space, title="Nurses at home", state="not_yet", asked_on=date(2026, 1, 1),
            contributions=[words],
        )  # fmt: skip
    return words, outcome


def test_what_came_of_ones_words_is_news_and_the_mail_says_nothing_of_it(here, smtp):  # noqa: F811
    choose(here.bea, news="weekly")
    choose(here.ada, news="weekly")
    told_of(here)
    assert after(days=7) == 1
    [message] = mails(smtp)
    assert message["Subject"] == "There is something for you"
    for hidden in ("Nurses", "When do they come", here.space.name):
        assert hidden not in body_of(message)
    assert after(days=15) == 0


def test_a_no_is_told_to_whoever_looks_after_the_answer(here, smtp):  # noqa: F811
    words, outcome = told_of(here)
    choose(here.ada, news="weekly")
    with told(NOON + timedelta(days=2)):
        say_good_enough(actor=here.bea, outcome=outcome, contribution=words, answer=False, words="No.")
    assert after(days=8) == 1
    with told(NOON + timedelta(days=9)):
        hand_on(actor=here.ada, outcome=outcome, to=here.carl)
    choose(here.carl, news="weekly")
    assert after(days=17) == 1


def test_reminders_of_promises_come_at_ones_own_rhythm_and_end_when_it_is_done(here, smtp):  # noqa: F811
    _words, outcome = told_of(here)
    choose(here.bea, promises="weekly", may_name=True)
    with told(NOON + timedelta(days=2)):
        promise = make_commitment(actor=here.bea, outcome=outcome, words="I will ring them.")
    assert after(days=6) == 0
    assert after(days=7) == 1
    [message] = mails(smtp)
    assert message["Subject"] == "You asked us to remind you"
    assert "I will ring" not in body_of(message)
    assert f"/s/{here.space.slug}/outcomes/mine/" in body_of(message)
    assert after(days=8) == 0
    assert after(days=15) == 1
    update_commitment(actor=here.bea, commitment=promise, state="done")
    assert after(days=30) == 0


def test_one_press_stops_reminders_too(here, smtp):  # noqa: F811
    choose(here.bea, promises="month")
    _words, outcome = told_of(here)
    make_commitment(actor=here.bea, outcome=outcome, words="I will.")
    stop_writing(choice=LetterChoice.objects.get(person=here.bea))
    assert after(days=40) == 0


def test_everybody_who_asked_for_news_hears_that_a_space_ended(here, smtp):  # noqa: F811
    choose(here.bea, news="weekly", may_name=True)
    keeper = here.space.opened_by
    with told(NOON + timedelta(days=1)):
        ending = say_ending(actor=keeper, space=here.space, ends_as="resting", why="Winter.")
    with told(NOON + timedelta(days=16)):
        end_space(actor=keeper, ending=ending, last_words="Until spring.")
    assert after(days=17) == 1
    assert "Until spring" not in body_of(mails(smtp)[0])
    assert here.space.get_absolute_url() in body_of(mails(smtp)[0])


def test_the_sheet_keeps_the_rhythm_of_reminders(here):
    client = here.signed_in(here.bea)
    form = client.get("/letters/").context["form"]
    sent = {
        "key": str(form["key"].value()), "news": "never", "letter": "never", "promises": "season", "quiet_from": "20",
        "quiet_until": "8",
    }  # fmt: skip
    assert client.post("/letters/", sent).status_code == 302
    assert LetterChoice.objects.get(person=here.bea).promises == "season"
