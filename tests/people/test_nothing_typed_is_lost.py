"""A session ends while somebody writes: their words come back."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core import mail
from django.test import Client

from coproduce import clock
from coproduce.people.actions import sign_in_link

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.people.pages_with_a_form")]

WORDS = {
    "words": 'I have one chest.\r\n\r\nIt is not "an asthma" & not <COPD>. 😮‍💨 مرحبا',
    "ways": ["L", "C", "M"],
    "name": "anonymous",
    "places": ["a", "c"],
    "key": "0190c0de-0000-7000-8000-000000000000",
}


def there_again(page):
    """What the form on a page is filled with."""
    from html import unescape

    return {
        "words": unescape(re.search(r"<textarea[^>]*>\r?\n(.*?)</textarea>", page, re.S).group(1)),
        "ways": re.findall(r'name="ways" value="(\w)"[^>]*checked', page),
        "name": re.search(r'name="name" value="(\w+)"[^>]*checked', page).group(1),
        "places": re.findall(r'<option value="(\w)" selected', page),
        "key": re.search(r'name="key" value="([^"]+)"', page).group(1),
    }


def come_in(client, answer, email):
    """Sign in by code, from where an answer led."""
    client.post(answer.url, {"email": email})
    code = re.search(r"(\d{4} \d{4})", mail.outbox[-1].body).group(1)
    return client.post("/sign-in/code/", {"code": code})


def on_their_sheet(client):
    """The words, on a sheet that was shown to whoever is signed in."""
    sheet = client.get("/write/")
    assert sheet.status_code == 200
    return {**WORDS, "whose": re.search(r'name="whose" value="(\w+)"', sheet.content.decode()).group(1)}


@pytest.fixture
def ada(build):
    return build.person("Ada")


@pytest.fixture
def browser(ada):
    client = Client()
    client.post(sign_in_link(ada, hours=1))
    client.words = on_their_sheet(client)
    return client


def ended(client, how):
    if how == "the session is gone":
        Session.objects.all().delete()
    elif how == "the browser was closed":
        del client.cookies["coproduce"]
    else:
        client.post("/sign-out/")


@pytest.mark.parametrize("how", ["the session is gone", "the browser was closed", "signed out in another tab"])
def test_words_sent_after_the_session_ended_come_back_after_signing_in(browser, ada, how):
    ended(browser, how)
    answer = browser.post("/write/", browser.words)
    assert answer.url == "/sign-in/?next=%2Fwrite%2F"
    answer = come_in(browser, answer, ada.account.email)
    assert answer.url == "/write/"
    page = browser.get(answer.url).content.decode()
    assert there_again(page) == WORDS
    assert "errorlist" not in page
    assert "sent" in browser.post("/write/", browser.words).content.decode()


def test_the_time_of_a_session_is_kept_to(browser, ada):
    later = clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE - 60)
    with clock.told(later):
        assert browser.get("/write/").status_code == 200
    with clock.told(later + timedelta(minutes=2)):
        answer = browser.post("/write/", browser.words)
        answer = come_in(browser, answer, ada.account.email)
        assert there_again(browser.get(answer.url).content.decode()) == WORDS


def test_stay_signed_in_begins_the_time_again(browser):
    later = clock.now() + timedelta(seconds=settings.SESSION_COOKIE_AGE - 60)
    with clock.told(later):
        answer = browser.get("/session/stay")
        assert answer.json() == {"seconds": settings.SESSION_COOKIE_AGE}
        assert answer["Cache-Control"] == "no-store"
    with clock.told(later + timedelta(hours=1)):
        assert browser.get("/write/").status_code == 200
    assert Client().get("/session/stay").status_code == 401


def test_a_page_says_how_long_the_session_lasts(browser):
    page = browser.get("/me/").content.decode()
    seconds = int(re.search(r'data-session="(\d+)"', page).group(1))
    assert 0 <= settings.SESSION_COOKIE_AGE - seconds < 60
    assert 'data-stay="/session/stay"' in page


def test_signing_in_on_the_phone_leaves_the_words_on_the_laptop_until_one_signs_in_there(browser, ada):
    Session.objects.all().delete()
    answer = browser.post("/write/", browser.words)
    browser.post(answer.url, {"email": ada.account.email})
    path = re.search(r"http://testserver(/sign-in/link/\S+/)", mail.outbox[-1].body).group(1)
    phone = Client()
    assert phone.post(path).url == "/write/"
    assert "one chest" not in phone.get("/write/").content.decode()
    answer = browser.get("/write/")
    answer = come_in(browser, answer, ada.account.email)
    assert there_again(browser.get("/write/").content.decode()) == WORDS


def test_words_come_back_once(browser, ada):
    Session.objects.all().delete()
    come_in(browser, browser.post("/write/", browser.words), ada.account.email)
    assert "one chest" in browser.get("/write/").content.decode()
    assert "one chest" not in browser.get("/write/").content.decode()


def test_words_come_back_to_someone_new_as_well(db):
    client = Client()
    answer = client.post("/write/", WORDS)
    assert come_in(client, answer, "new@example.org").url == "/sign-in/name/"
    key = "0190c0de-0000-7000-8000-000000000001"
    answer = client.post("/sign-in/name/", {"chosen_name": "Sam", "key": key})
    assert answer.url == "/write/"
    assert "one chest" not in client.get("/write/").content.decode()
    assert client.post("/whose-words/", {"mine": "yes"}).url == "/write/"
    assert there_again(client.get("/write/").content.decode()) == WORDS


def test_words_come_back_past_a_wrong_code_and_another_mail(browser, ada):
    Session.objects.all().delete()
    answer = browser.post("/write/", browser.words)
    browser.post(answer.url, {"email": ada.account.email})
    browser.post("/sign-in/code/", {"code": "nonsense"})
    answer = come_in(browser, answer, ada.account.email)
    assert there_again(browser.get(answer.url).content.decode()) == WORDS


def strict(ada=None):
    client = Client(enforce_csrf_checks=True)
    if ada:
        client.force_login(ada.account)
    return client


def test_a_form_that_is_too_old_keeps_its_words_and_says_so(ada):
    client = strict(ada)
    client.get("/me/about/")
    stale = {**on_their_sheet(client), "csrfmiddlewaretoken": "x" * 64}
    answer = client.post("/write/", stale, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Your words are kept" in page
    assert 'href="/write/"' in page
    assert there_again(client.get("/write/").content.decode()) == WORDS


@pytest.mark.parametrize(
    "headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {"Referer": "https://evil.example/x"}, {}]
)
def test_a_form_from_elsewhere_is_refused_and_nothing_of_it_kept(ada, headers):
    client = strict(ada)
    answer = client.post("/write/", WORDS, headers=headers)
    assert answer.status_code == 403
    assert "Your words are kept" not in answer.content.decode()
    assert "one chest" not in client.get("/write/").content.decode()


def test_an_old_button_without_words_leads_back_to_its_page(ada):
    client = strict(ada)
    headers = {"Origin": "http://testserver", "Referer": "http://testserver/me/"}
    answer = client.post("/sign-out/", {"key": WORDS["key"]}, headers=headers)
    assert answer.status_code == 403
    assert 'href="/me/"' in answer.content.decode()


def test_a_password_is_never_kept_in_the_session(ada):
    client = strict(ada)
    sent = {"login": "a@example.org", "password": "correct horse battery", "credential": "{}"}
    client.post("/sign-in/password/", sent, headers={"Origin": "http://testserver"})
    kept = client.session["kept_words"]["words"]
    assert "login=" in kept
    assert "horse" not in kept
    assert "credential" not in kept
    visitor = Client()
    visitor.post("/me/password/", {"password": "correct horse battery"})
    assert "horse" not in str(dict(visitor.session))


# ── a computer that several people use ───────────────────────────────────────────────────────────


def test_words_from_somebodys_sheet_are_not_shown_to_whoever_signs_in_next(browser, ada, build):
    Session.objects.all().delete()
    answer = browser.post("/write/", browser.words)
    eve = build.person("Eve")
    come_in(browser, answer, eve.account.email)
    page = browser.get("/write/").content.decode()
    assert "one chest" not in page
    assert "Are these your words?" not in page
    assert "one chest" not in browser.get("/me/").content.decode()
    assert browser.post("/whose-words/", {"mine": "yes"}).url == "/"
    assert "one chest" not in browser.get("/write/").content.decode()


@pytest.mark.urls("coproduce.config.urls")
class TestNobodyKnown:
    """Words typed in this browser by somebody who was not signed in."""

    @pytest.fixture
    def sheet(self, build):
        self.space = build.space(privacy="public")
        return f"/s/{self.space.slug}/brought/bring/"

    @pytest.fixture
    def typed(self, sheet):
        client = Client()
        answer = client.post(f"/s/{self.space.slug}/begin/", {"words": "I have one chest, and it is not a disease."})
        assert answer.url == sheet
        return client

    def in_as(self, client, person):
        client.post(sign_in_link(person, hours=1))

    def test_they_are_asked_about_and_come_back_to_who_says_yes(self, typed, sheet, build):
        self.in_as(typed, build.member(self.space))
        asked = typed.get(sheet).content.decode()
        assert "Are these your words?" in asked
        assert "I have one chest" in asked
        assert "not a disease" not in asked
        assert typed.post("/whose-words/", {"mine": "yes"}).url == sheet
        assert "not a disease" in typed.get(sheet).content.decode()

    def test_they_are_forgotten_for_who_says_no(self, typed, sheet, build):
        self.in_as(typed, build.member(self.space))
        typed.post("/whose-words/", {"mine": "no"})
        page = typed.get(sheet).content.decode()
        assert "one chest" not in page
        assert "Are these your words?" not in page

    def test_after_an_hour_their_beginning_is_hidden_and_after_half_a_day_they_are_gone(self, typed, sheet, build):
        someone = build.member(self.space)
        with clock.told(clock.now() + timedelta(minutes=61)):
            self.in_as(typed, someone)
            asked = typed.get(sheet).content.decode()
            assert "Are these your words?" in asked
            assert "one chest" not in asked
        with clock.told(clock.now() + timedelta(hours=12, minutes=1)):
            self.in_as(typed, someone)
            assert "Are these your words?" not in typed.get(sheet).content.decode()

    def test_nobody_answers_without_signing_in(self, typed):
        assert typed.post("/whose-words/", {"mine": "yes"}).url.startswith("/sign-in/")


@pytest.mark.slow
def test_two_hundred_sessions_end_and_not_a_character_is_lost(ada):
    """Sizes up to what is kept, every kind of letter, ends of lines as a browser sends them."""
    letters = ["a", "é", "ß", "न", "ع", "😮", '"', "&", "<", "\r\n", " ", "%", "+", "=", "\t"]
    client = Client()
    client.post(sign_in_link(ada, hours=1))
    sheet = on_their_sheet(client)
    client.post("/sign-out/")
    for number in range(200):
        words = "x" + "".join(letters[(number * 7 + i * i) % len(letters)] for i in range(1 + number * 11)) + "x"
        sent = {**sheet, "words": words}
        client.post("/write/", sent)
        client.post(sign_in_link(ada, hours=1))
        assert there_again(client.get("/write/").content.decode())["words"] == words, number
        Session.objects.all().delete()
