"""One flow for signing in and signing up: a mail with a code and a link, whoever asks."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from coproduce import clock
from coproduce.history.models import Event
from coproduce.people.actions import (
    MAILS_FROM_ONE_NETWORK,
    MAILS_TO_ONE_ADDRESS,
    TRIES,
    open_account,
    sign_in_link,
)
from coproduce.people.codes import digest
from coproduce.people.models import Account, Person, SignInRequest

pytestmark = pytest.mark.django_db


def ask(client, email, next_path="", **headers):
    query = f"?next={next_path}" if next_path else ""
    return client.post(f"/sign-in/{query}", {"email": email}, **headers)


def code_in(message):
    return re.search(r"^ +(\d{4} \d{4})$", message.body, re.M).group(1)


def link_in(message):
    return re.search(r"http://testserver(/sign-in/link/\S+/)", message.body).group(1)


def who(client):
    return client.get("/me/").wsgi_request.person


def wrong(code):
    """A code that is surely another one."""
    return f"{(int(code.replace(' ', '')) + 1) % 10**8:08}"


def test_someone_known_comes_in_with_the_code(build):
    person = build.person("Ada")
    client = Client()
    answer = ask(client, f"  {person.account.email.upper()} ")
    assert answer.url == "/sign-in/code/"
    assert "Look at your mail" in client.get("/sign-in/code/").content.decode()
    answer = client.post("/sign-in/code/", {"code": code_in(mail.outbox[0])})
    assert answer.url == "/"
    assert who(client) == person


@pytest.mark.parametrize("typed", ["{0}{1}", "{0}-{1}", " {0} {1} ", "{0} {1}"])
def test_a_code_may_be_typed_with_spaces_and_dashes(build, typed):
    person, client = build.person(), Client()
    ask(client, person.account.email)
    client.post("/sign-in/code/", {"code": typed.format(*code_in(mail.outbox[0]).split())})
    assert who(client) == person


def test_someone_new_is_asked_for_a_name_and_has_an_account(db):
    client = Client()
    ask(client, "new@example.org", "/s/breath/")
    answer = client.post("/sign-in/code/", {"code": code_in(mail.outbox[0])})
    assert answer.url == "/sign-in/name/"
    assert not Account.objects.exists(), "nothing is made before the person says so"
    form = client.get("/sign-in/name/")
    key = re.search(r'name="key" value="([^"]+)"', form.content.decode()).group(1)
    answer = client.post("/sign-in/name/", {"chosen_name": "  Sam \u202e\n Lee ", "key": key})
    assert answer.url == "/s/breath/"
    person = who(client)
    assert (person.chosen_name, person.account.email) == ("Sam Lee", "new@example.org")
    assert not person.account.has_usable_password()
    assert Event.objects.get().kind == "account opened"


@pytest.mark.parametrize("name", ["", "   ", "\u200b\u200e", "\u200d"])
def test_a_name_that_nobody_can_see_is_refused(db, name):
    client = Client()
    ask(client, "new@example.org")
    client.post("/sign-in/code/", {"code": code_in(mail.outbox[0])})
    key = "0190c0de-0000-7000-8000-000000000000"
    answer = client.post("/sign-in/name/", {"chosen_name": name, "key": key})
    assert answer.status_code == 422
    assert "We need something to call you" in answer.content.decode()
    assert not Account.objects.exists()


def test_nobody_reaches_the_name_page_without_proving_an_address(db):
    answer = Client().post("/sign-in/name/", {"chosen_name": "Eve", "key": "0190c0de-0000-7000-8000-000000000000"})
    assert answer.url == "/sign-in/"
    assert not Person.objects.exists()


def test_a_proof_of_an_address_grows_old(db):
    client = Client()
    ask(client, "new@example.org")
    client.post("/sign-in/code/", {"code": code_in(mail.outbox[0])})
    with clock.told(clock.now() + timedelta(hours=1, minutes=1)):
        assert client.get("/sign-in/name/").status_code == 302


def test_the_page_and_the_mail_are_the_same_for_known_and_unknown(build):
    build.person()
    answers, mails = [], []
    for email in (Account.objects.get().email, "p9@example.org"):
        client = Client()
        first = ask(client, email)
        page = client.get(first.url).content.decode().replace(email, "ADDRESS")
        answers.append((first.status_code, first.url, sorted(first.cookies), re.sub(r'value="\w{64}"', "", page)))
        message = mail.outbox.pop()
        body = message.body.replace(link_in(message), "LINK").replace(code_in(message), "CODE")
        mails.append((re.sub(r"\d{4} \d{4}", "CODE", message.subject), body, message.from_email))
    assert answers[0] == answers[1]
    assert mails[0] == mails[1]


def test_the_queries_are_the_same_for_known_and_unknown(build):
    known = build.person().account.email
    seen = []
    for email in (known, "px@example.org"):
        with CaptureQueriesContext(connection) as queries:
            ask(Client(), email)
        seen.append([re.sub(r"'[^']*'|_x\d+", "?", query["sql"]) for query in queries])
    assert seen[0] == seen[1]
    assert not any("people_account" in sql for sql in seen[0]), "asking does not look whether it is known"


def test_opening_the_link_signs_nobody_in_and_the_button_does_on_any_device(build):
    person, laptop, phone = build.person("Ada"), Client(), Client()
    ask(laptop, person.account.email, "/me/about/")
    path = link_in(mail.outbox[0])
    for _scanner in range(3):
        page = Client().get(path)
        assert page.status_code == 200
        assert "Sign me in" in page.content.decode()
    assert SignInRequest.objects.get().used_at is None
    answer = phone.post(path)
    assert answer.url == "/me/about/"
    assert who(phone) == person
    assert who(laptop) is None
    assert phone.get(path).status_code == 410
    assert Client().post(path).status_code == 410


def test_the_code_is_of_no_use_once_the_link_was_used(build):
    person, client = build.person(), Client()
    ask(client, person.account.email)
    Client().post(link_in(mail.outbox[0]))
    assert client.post("/sign-in/code/", {"code": code_in(mail.outbox[0])}).url == "/sign-in/"
    assert who(client) is None


def test_a_code_and_a_link_last_twenty_minutes(build):
    person, client = build.person(), Client()
    ask(client, person.account.email)
    code, path = code_in(mail.outbox[0]), link_in(mail.outbox[0])
    with clock.told(clock.now() + timedelta(minutes=20, seconds=1)):
        assert client.post("/sign-in/code/", {"code": code}).url == "/sign-in/"
        assert client.get(path).status_code == 410
        assert client.post(path).status_code == 410
        assert who(client) is None


def test_five_tries_of_the_code_and_no_more_but_the_link_still_works(build):
    person, client = build.person(), Client()
    ask(client, person.account.email)
    right = code_in(mail.outbox[0])
    for number in range(TRIES):
        answer = client.post("/sign-in/code/", {"code": wrong(right)})
        assert answer.status_code == 422, number
    assert "last try" in answer.content.decode()
    assert client.post("/sign-in/code/", {"code": right}).status_code == 422
    assert who(client) is None
    client.post(link_in(mail.outbox[0]))
    assert who(client) == person


def test_a_code_works_only_where_it_was_asked_for(build):
    person = build.person()
    ask(Client(), person.account.email)
    eve = Client()
    ask(eve, "eve@example.org")
    assert eve.post("/sign-in/code/", {"code": code_in(mail.outbox[0])}).status_code == 422
    assert Client().post("/sign-in/code/", {"code": code_in(mail.outbox[0])}).url == "/sign-in/"


def test_the_mail_says_nothing_of_spaces(build):
    space = build.space(name="Living with breathlessness", question="What would help us?")
    member = build.member(space, "Ada")
    ask(Client(), member.account.email, space.get_absolute_url())
    message = mail.outbox[0]
    everything = f"{message.subject} {message.body}"
    for word in ("breath", "What would help", "Ada", "Coproduce", space.slug):
        assert word not in everything


@pytest.mark.parametrize(
    "address",
    ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)", "x" * 2000, "evil.example"],
)
def test_no_address_outside_is_kept(build, address):
    person, client = build.person(), Client()
    client.post("/sign-in/", {"email": person.account.email}, query_params={"next": address})
    assert SignInRequest.objects.get().next == ""
    assert client.post("/sign-in/code/", {"code": code_in(mail.outbox[0])}).url == "/"


def test_only_so_many_mails_to_one_address_known_or_not(build):
    known = build.person().account.email
    for email in (known, "unknown@example.org"):
        for _time in range(MAILS_TO_ONE_ADDRESS):
            assert ask(Client(), email).status_code == 302
        answer = ask(Client(), email)
        assert answer.status_code == 429
        assert "several mails" in answer.content.decode()
    assert len(mail.outbox) == 2 * MAILS_TO_ONE_ADDRESS
    client = Client()
    client.post(link_in(mail.outbox[0]))
    assert who(client).account.email == known, "the mails that were sent still work"
    with clock.told(clock.now() + timedelta(minutes=15, seconds=1)):
        assert ask(Client(), known).status_code == 302


def test_thirty_people_behind_one_address_of_a_clinic_are_not_in_each_others_way(db):
    for number in range(30):
        for _time in range(3):
            assert ask(Client(), f"p{number}@clinic.example", REMOTE_ADDR="192.0.2.7").status_code == 302


def test_one_network_cannot_ask_without_end(db):
    email, nearby, now = "p{}@example.org", digest("network", "192.0.2.7"), clock.now()
    SignInRequest.objects.bulk_create(
        SignInRequest(email=email.format(n), token=str(n), network=nearby, made_at=now, expires_at=now)
        for n in range(MAILS_FROM_ONE_NETWORK)
    )
    assert ask(Client(), "someone@example.org", REMOTE_ADDR="192.0.2.7").status_code == 429
    assert ask(Client(), "someone@example.org", REMOTE_ADDR="192.0.2.8").status_code == 302


def test_nothing_that_lets_anyone_in_is_in_the_database(build):
    ask(Client(), build.person().account.email)
    row = SignInRequest.objects.values().get()
    code, path = code_in(mail.outbox[0]), link_in(mail.outbox[0])
    kept = " ".join(str(value) for value in row.values())
    assert code.replace(" ", "") not in kept
    assert path.split("/")[3] not in kept
    assert "127.0.0.1" not in kept


def test_old_requests_are_forgotten(build):
    with clock.told(clock.now() - timedelta(days=1, hours=1)):
        ask(Client(), "long-ago@example.org")
    ask(Client(), "today@example.org")
    assert [asked.email for asked in SignInRequest.objects.all()] == ["today@example.org"]


def test_a_closed_account_is_told_so_only_after_proving_the_address(build):
    person, client = build.person(), Client()
    Account.objects.update(is_active=False)
    ask(client, person.account.email)
    answer = client.post("/sign-in/code/", {"code": code_in(mail.outbox[0])}, follow=True)
    assert "This account is closed" in answer.content.decode()
    assert who(client) is None


def test_a_session_gets_a_new_key_at_signing_in_and_no_life_beyond_the_browser(build):
    person, client = build.person(), Client()
    ask(client, person.account.email)
    before = client.cookies["coproduce"].value
    client.post("/sign-in/code/", {"code": code_in(mail.outbox[0])})
    cookie = client.cookies["coproduce"]
    assert cookie.value != before
    assert (cookie["max-age"], cookie["expires"]) == ("", ""), "nobody is kept signed in"
    old = Client()
    old.cookies["coproduce"] = before
    assert who(old) is None


def test_someone_else_on_the_same_browser_is_signed_out_by_the_link(build):
    ada, ben = build.person("Ada"), build.person("Ben")
    client = Client()
    client.post(sign_in_link(ada, hours=1))
    ask(Client(), ben.account.email)
    path = link_in(mail.outbox[0])
    page = client.get(path).content.decode()
    assert "Ada" in page
    assert ben.account.email in page
    client.post(path)
    assert who(client) == ben


def test_a_link_of_a_command_works_once_for_its_hours_and_has_no_code(build):
    person = build.person()
    path = sign_in_link(person, hours=24)
    with clock.told(clock.now() + timedelta(hours=23, minutes=59)):
        client = Client()
        assert client.post(path).url == "/"
        assert Client().post(path).status_code == 410
    late = sign_in_link(person, hours=24)
    with clock.told(clock.now() + timedelta(hours=24, seconds=1)):
        assert Client().post(late).status_code == 410
    with pytest.raises(ValueError, match="assisted"):
        sign_in_link(build.person(account=False), hours=1)


def test_a_mail_server_that_fails_is_said_and_not_hidden(build, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    answer = ask(Client(), build.person().account.email)
    assert answer.status_code == 503
    assert "could not send the mail" in answer.content.decode()


def test_opening_an_account_twice_gives_the_same_person(db):
    first = open_account(email="Sam@Example.org", chosen_name="Sam")
    assert open_account(email="sam@example.org", chosen_name="Other") == first
    assert Person.objects.count() == Account.objects.count() == Event.objects.count() == 1


HOSTILE = [
    "'; DROP TABLE people_account; --",
    "<script>alert(1)</script>",
    "{{ 7|add:7 }}",
    "\ud800x",
    "a\x00b",
    "😀" * 40,
]


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_in_every_field(db, text):
    client = Client()
    text = text.encode("utf-8", "replace").decode()
    answer = ask(client, text)
    assert answer.status_code == 422
    assert "<script>alert" not in answer.content.decode()
    ask(client, "new@example.org")
    assert client.post("/sign-in/code/", {"code": text}).status_code == 422
    client.post("/sign-in/code/", {"code": code_in(mail.outbox[0])})
    key = "0190c0de-0000-7000-8000-000000000000"
    answer = client.post("/sign-in/name/", {"chosen_name": text, "key": key}, follow=True)
    page = client.get("/me/").content.decode()
    assert "<script>alert" not in page
    assert answer.status_code in (200, 404, 422)
