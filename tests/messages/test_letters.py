"""We write to nobody who did not ask; then bundled, at their rhythm, and saying nothing of anybody."""

import email
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from coproduce import clock
from coproduce.clock import told
from coproduce.conversation.actions import ask_somebody, fold_away, follow_quietly, mean_for_people
from coproduce.messages.actions import choose_letters, write_to_everybody_due
from coproduce.messages.models import LetterChoice
from coproduce.spaces.models import Membership
from tests.conversation.conftest import Here, main_of
from tests.messages.test_mail import smtp  # noqa: F401  # a real SMTP server

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 4, 14, 11, tzinfo=UTC)
ADDRESS = "https://together.example.org"


@pytest.fixture
def here(build, signed_in):
    with told(NOON):
        yield Here(build, signed_in)


def choose(person, *, news="never", letter="never", may_name=False, quiet=(20, 8)):
    return choose_letters(actor=person, news=news, letter=letter, may_name=may_name, quiet=quiet)


def after(**time):
    """What is sent some time later."""
    with told(NOON + timedelta(**time)):
        return write_to_everybody_due(address=ADDRESS)


def mails(server):
    return [email.message_from_bytes(envelope.content) for envelope in server.received]


def body_of(message):
    return message.get_payload(decode=True).decode().replace("\r\n", "\n")


def ask_bea(here, words="How is it with two?"):
    with told(clock.now() + timedelta(minutes=1)):
        return ask_somebody(actor=here.ada, space=here.space, asked=here.bea, words=words)


def test_nobody_is_written_to_who_did_not_ask(here, smtp):  # noqa: F811
    ask_bea(here)
    follow_quietly(actor=here.bea, contribution=here.words)
    here.build.contribution(here.space, here.carl, "Ramps.", answers=here.words, verb="supports", brought_at=NOON)
    assert after(days=400) == 0
    page = main_of(here.signed_in(here.bea).get("/letters/").content.decode())
    assert "We write to nobody who did not ask for it." in page
    assert smtp.received == []


def test_news_come_once_a_week_and_say_nothing(here, smtp):  # noqa: F811
    choose(here.bea, news="weekly")
    ask_bea(here)
    assert after(days=6) == 0
    assert after(days=7) == 1
    [envelope], [message] = smtp.received, mails(smtp)
    assert envelope.rcpt_tos == [here.bea.account.email]
    whole = message.as_string() + body_of(message)
    for secret in ("How is it", "Ada", "Quiet", "here/", str(here.space.pk)):
        assert secret not in whole, secret
    assert f"{ADDRESS}/spaces/" in body_of(message)
    # Nothing new since: nothing more is sent, however often the clock asks.
    assert after(days=7, hours=1) == after(days=15) == after(days=30) == 0


def test_whoever_asked_for_it_is_told_which_space(here, smtp):  # noqa: F811
    choose(here.bea, news="weekly", letter="season", may_name=True)
    with told(NOON + timedelta(days=60)):
        ask_bea(here)
    assert after(days=61) == 1
    [message] = mails(smtp)
    assert message["Subject"] == "Your letter is ready"
    assert f"Quiet Space\n    {ADDRESS}/s/here/letter/" in body_of(message)
    assert f"Quiet Space\n    {ADDRESS}/s/here/\n" in body_of(message)
    assert "How is it" not in body_of(message)


@pytest.mark.parametrize("what", ["meant", "answered", "grown"])
def test_each_kind_of_news_counts(here, smtp, what):  # noqa: F811
    from coproduce.themes.models import Theme, ThemeLink

    choose(here.bea, news="weekly")
    follow_quietly(actor=here.bea, contribution=here.words)
    theme = Theme.objects.create(space=here.space, name="A theme", proposed_by=here.ada)
    follow_quietly(actor=here.bea, theme=theme)
    with told(NOON + timedelta(days=1)):
        if what == "meant":
            mean_for_people(actor=here.ada, contribution=here.words, people=[here.bea])
        elif what == "answered":
            here.build.contribution(here.space, here.carl, "Ramps.", answers=here.words, verb="supports")
        else:
            ThemeLink.objects.create(theme=theme, contribution=here.words, linked_by=here.carl)
    assert after(days=8) == 1


def test_what_was_seen_meanwhile_is_folded_away_or_comes_during_a_pause_is_no_news(here, smtp):  # noqa: F811
    choose(here.bea, news="weekly")
    with told(NOON + timedelta(days=1)):
        mean_for_people(actor=here.ada, contribution=here.words, people=[here.bea])
    membership = Membership.objects.filter(person=here.bea)
    membership.update(last_here_at=NOON + timedelta(days=2))
    assert after(days=8) == 0
    with told(NOON + timedelta(days=9)):
        ask_bea(here)
        fold_away(actor=here.bea, space=here.space, said_by=here.words)
    assert after(days=16) == 0
    with told(NOON + timedelta(days=17)):
        ask_somebody(actor=here.carl, space=here.space, asked=here.bea, words="And you?")
    membership.update(state="paused")
    assert after(days=24) == 0
    with told(NOON + timedelta(days=25)):
        membership.update(state="active")
        ask_somebody(actor=here.carl, space=here.space, asked=here.bea, words="When you are back?")
    assert after(days=32) == 1


@pytest.mark.parametrize(
    ("letter", "days"),
    # April is in spring, which ends with May.
    [("season", {16: 0, 46: 0, 48: 1, 49: 0, 139: 0, 141: 1}), ("month", {16: 0, 17: 1, 18: 0, 46: 0, 48: 1})],
)
def test_a_letter_is_told_of_when_its_time_has_come(here, smtp, letter, days):  # noqa: F811
    choose(here.bea, letter=letter)
    assert {day: after(days=day) for day in days} == days
    for message in mails(smtp):
        assert f"{ADDRESS}/letters/" in body_of(message)
        assert "Quiet" not in body_of(message)


def test_nothing_is_sent_in_quiet_hours(here, smtp):  # noqa: F811
    choose(here.bea, news="weekly", quiet=(22, 7))
    ask_bea(here)
    sent = {}
    for hour in (22, 2, 6, 7, 8):
        at = datetime(2026, 4, 25, hour, 30, tzinfo=timezone.get_current_timezone()) + timedelta(days=hour != 22)
        with told(at):
            sent[hour] = write_to_everybody_due(address=ADDRESS)
    assert sent == {22: 0, 2: 0, 6: 0, 7: 1, 8: 0}


@pytest.mark.parametrize(
    ("quiet", "hours"), [((20, 8), {20, 23, 0, 7}), ((1, 3), {1, 2}), ((5, 5), set()), ((0, 23), set(range(23)))]
)
def test_hours_that_are_quiet(quiet, hours):
    choice = LetterChoice(quiet_from=quiet[0], quiet_until=quiet[1])
    found = {hour for hour in range(24) if choice.is_quiet(hour)}
    assert hours <= found
    assert len(found) == (quiet[1] - quiet[0]) % 24


def test_one_press_stops_it_from_the_mail_without_signing_in(here, smtp):  # noqa: F811
    choose(here.bea, news="weekly", letter="month")
    ask_bea(here)
    assert after(days=7) == 1
    [message] = mails(smtp)
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    header = re.sub(r"\s", "", message["List-Unsubscribe"])
    link = re.search(r"<https://together\.example\.org(/letters/stop/[^>]+)>", header).group(1)
    assert link in body_of(message)
    anyone = Client(enforce_csrf_checks=True)
    assert "Shall we stop" in anyone.get(link).content.decode()
    assert LetterChoice.objects.get().news == "weekly"
    assert "We no longer write" in anyone.post(link, {"List-Unsubscribe": "One-Click"}).content.decode()
    assert anyone.post(link).status_code == 200
    with told(NOON + timedelta(days=20)):
        ask_bea(here, "Another one?")
    assert after(days=60) == 0
    for wrong in (link[:-3] + "x/", "/letters/stop/x/", "/letters/stop/%00/"):
        assert anyone.post(wrong).status_code == 404


def test_a_mail_the_server_did_not_take_is_tried_again(here, smtp):  # noqa: F811
    choose(here.bea, news="weekly")
    choose(here.carl, news="weekly")
    ask_bea(here)
    with told(NOON + timedelta(minutes=1)):
        ask_somebody(actor=here.ada, space=here.space, asked=here.carl, words="And with you?")
    smtp.refuse = True
    assert after(days=7) == 0
    smtp.refuse = False
    assert after(days=7, hours=1) == 2
    assert after(days=7, hours=2) == 0


def test_the_sheet_is_kept_and_refuses_what_is_no_choice(here):
    client = here.signed_in(here.bea)
    filled = {"news": "weekly", "letter": "season", "may_name": "on", "quiet_from": "21", "quiet_until": "9"}
    assert client.post("/letters/", {**filled, "key": str(clock.new_id())}).status_code == 302
    chosen = LetterChoice.objects.get()
    assert (chosen.news, chosen.letter, chosen.may_name, chosen.quiet_from) == ("weekly", "season", True, 21)
    for wrong in ({"news": "hourly"}, {"letter": "daily"}, {"quiet_from": "24"}, {"quiet_until": "-1"}):
        assert client.post("/letters/", {**filled, **wrong, "key": str(clock.new_id())}).status_code == 422
    assert 'href="/letters/"' in client.get("/me/").content.decode()


def test_the_command_says_how_many(here, smtp, capsys):  # noqa: F811
    choose(here.bea, news="weekly", quiet=(0, 0))
    ask_bea(here)
    with told(NOON + timedelta(days=8)):
        call_command("send_letters", "--address", ADDRESS)
    assert capsys.readouterr().out == "1 sent\n"
    assert len(smtp.received) == 1
