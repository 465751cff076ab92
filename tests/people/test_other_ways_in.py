"""A password, a second step with an app, codes for emergencies, and asking whether it is still you."""

import re
import time

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.test import Client

from coproduce.people.actions import set_password, sign_in_link
from coproduce.people.models import Remembered

pytestmark = pytest.mark.django_db
GOOD = "three quiet wooden boats"


@pytest.fixture
def ada(build):
    return build.person("Ada")


@pytest.fixture
def browser(ada):
    client = Client()
    client.post(sign_in_link(ada, hours=1))
    return client


def who(client):
    return client.get("/me/").wsgi_request.person


def code_in_mail():
    return re.search(r"(\d{4} \d{4})", mail.outbox[-1].body).group(1)


def app_code(secret):
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def turn_on_app(client):
    """Add an app as a person would; the secret and the codes that were shown."""
    page = client.get("/me/app/add/").content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page).group(1)
    answer = client.post("/me/app/add/", {"code": app_code(secret)})
    assert answer.url == "/me/codes/"
    codes = re.findall(r"<code>(\d{8})</code>", client.get("/me/codes/").content.decode())
    cache.clear()  # the same half minute's code may be asked for again in a test
    return secret, codes


def time_passes(client, seconds=16 * 60):
    """The session as it would be that much later."""
    session = client.session
    for record in session["account_authentication_methods"]:
        record["at"] -= seconds
    session.save()


def test_choosing_a_password_and_signing_in_with_it(browser, ada):
    assert browser.post("/me/password/", {"password": GOOD}).url == "/me/"
    assert who(browser) == ada, "this browser stays signed in"
    assert "A new password was chosen" in mail.outbox[-1].body
    client = Client()
    answer = client.post(
        "/sign-in/password/", {"login": ada.account.email.upper(), "password": GOOD, "next": "/me/about/"}
    )
    assert answer.url == "/me/about/"
    assert who(client) == ada
    assert client.cookies["coproduce"]["max-age"] == ""


def test_another_password_signs_other_browsers_out(browser, ada):
    other = Client()
    other.post(sign_in_link(ada, hours=1))
    browser.post("/me/password/", {"password": GOOD})
    assert who(other) is None
    assert who(browser) == ada


@pytest.mark.parametrize("bad", ["short", "password123", ""])
def test_a_weak_password_is_refused(browser, ada, bad):
    assert browser.post("/me/password/", {"password": bad}).status_code == 422
    ada.account.refresh_from_db()
    assert not ada.account.has_usable_password()


def test_a_wrong_password_says_the_same_of_known_and_unknown(ada, build):
    set_password(actor=ada, password=GOOD)
    without = build.person("Ben")
    pages = []
    for email in (ada.account.email, without.account.email, "nobody@example.org"):
        answer = Client().post("/sign-in/password/", {"login": email, "password": "not this one at all"})
        assert answer.status_code == 422
        pages.append(re.sub(r'value="\w{64}"', "", answer.content.decode()).replace(email, "ADDRESS"))
    assert pages[0] == pages[1] == pages[2]
    assert "do not fit together" in pages[0]


@pytest.mark.slow
def test_tries_of_a_password_are_limited_alike_for_known_and_unknown_in_all_processes(ada):
    set_password(actor=ada, password=GOOD)
    for email in (ada.account.email, "nobody@example.org"):
        for _try in range(5):
            Client().post("/sign-in/password/", {"login": email, "password": "wrong wrong wrong"})
        answer = Client().post("/sign-in/password/", {"login": email, "password": GOOD})
        assert answer.status_code == 422
        assert "That was a lot of tries" in answer.content.decode()
    assert Remembered.objects.exists(), "counted in the database, which every process shares"


def test_a_forgotten_password_is_no_trouble(ada):
    set_password(actor=ada, password="something I forgot")
    client = Client()
    client.post("/sign-in/", {"email": ada.account.email})
    client.post("/sign-in/code/", {"code": code_in_mail()})
    assert client.post("/me/password/", {"password": GOOD}).url == "/me/"
    ada.account.refresh_from_db()
    assert ada.account.check_password(GOOD)


def test_the_second_step_follows_the_mail_and_the_password(browser, ada):
    secret, _codes = turn_on_app(browser)
    set_password(actor=ada, password=GOOD)
    by_mail, by_password = Client(), Client()
    by_mail.post("/sign-in/?next=/me/about/", {"email": ada.account.email})
    answer = by_mail.post("/sign-in/code/", {"code": code_in_mail()})
    assert answer.url == "/sign-in/second-step/"
    assert who(by_mail) is None
    assert by_mail.post("/sign-in/second-step/", {"code": "000000"}).status_code == 422
    assert by_mail.post("/sign-in/second-step/", {"code": app_code(secret)}).url == "/me/about/"
    assert who(by_mail) == ada
    cache.clear()
    answer = by_password.post("/sign-in/password/", {"login": ada.account.email, "password": GOOD})
    assert answer.url == "/sign-in/second-step/"
    by_password.post("/sign-in/second-step/", {"code": app_code(secret)})
    assert who(by_password) == ada


def test_the_second_step_follows_the_link_of_a_command(browser, ada):
    turn_on_app(browser)
    client = Client()
    assert client.post(sign_in_link(ada, hours=24)).url == "/sign-in/second-step/"
    assert who(client) is None


def test_a_code_of_an_app_works_once(browser, ada):
    secret, _codes = turn_on_app(browser)
    code = app_code(secret)
    first, second = Client(), Client()
    for client in (first, second):
        client.post(sign_in_link(ada, hours=1))
        client.post("/sign-in/second-step/", {"code": code})
    assert who(first) == ada
    assert who(second) is None


def test_a_code_for_emergencies_lets_in_once(browser, ada):
    _secret, codes = turn_on_app(browser)
    assert len(codes) == 10
    for expected in (ada, None):
        client = Client()
        client.post(sign_in_link(ada, hours=1))
        client.post("/sign-in/second-step/", {"code": codes[0]})
        assert who(client) == expected


def test_codes_as_a_file_and_new_ones(browser):
    _secret, codes = turn_on_app(browser)
    file = browser.get("/me/codes/file/")
    assert file.content.decode().split() == codes
    assert "no-store" in file["Cache-Control"]
    browser.post("/me/codes/new/")
    assert browser.get("/me/codes/file/").content.decode().split() != codes


def test_turning_the_second_step_off(browser, ada):
    turn_on_app(browser)
    assert browser.post("/me/app/remove/").url == "/me/"
    assert not Authenticator.objects.exists()
    client = Client()
    assert client.post(sign_in_link(ada, hours=1)).url == "/"


CHANGES = ["/me/password/", "/me/app/add/", "/me/passkeys/add/"]


@pytest.mark.parametrize("path", CHANGES)
def test_someone_with_only_email_is_asked_again_after_a_while(browser, path):
    assert browser.get(path).status_code == 200
    time_passes(browser)
    answer = browser.get(path)
    assert answer.url.startswith("/still-you/?next=")
    answer = browser.post(answer.url)
    assert answer.url == "/sign-in/code/"
    assert browser.post("/sign-in/code/", {"code": code_in_mail()}).url == path
    assert browser.get(path).status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("path", CHANGES)
def test_someone_with_a_password_is_asked_for_it_after_a_while(browser, path):
    browser.post("/me/password/", {"password": GOOD})
    time_passes(browser)
    answer = browser.get(path)
    assert answer.url.startswith("/still-you/password/?next=")
    assert "/still-you/?next=" in browser.get(answer.url).content.decode(), "or a code by email"
    assert browser.post(answer.url, {"password": "wrong wrong wrong"}).status_code == 422
    assert browser.post(answer.url, {"password": GOOD}).url == path
    assert browser.get(path).status_code == 200


def test_with_an_app_only_the_app_will_do(browser, ada):
    secret, _codes = turn_on_app(browser)
    time_passes(browser)
    answer = browser.get("/me/app/remove/")
    assert answer.url == "/still-you/app/?next=%2Fme%2Fapp%2Fremove%2F"
    browser.post("/sign-in/", {"email": ada.account.email})
    browser.post("/sign-in/code/", {"code": code_in_mail()})
    assert browser.get("/me/app/remove/").status_code == 302, "mail alone does not turn the app off"
    assert browser.post(answer.url, {"code": app_code(secret)}).url == "/me/app/remove/"
    assert browser.get("/me/app/remove/").status_code == 200


@pytest.mark.parametrize("path", [*CHANGES, "/me/", "/me/about/", "/still-you/", "/me/codes/", "/me/app/remove/"])
def test_a_stranger_is_asked_to_sign_in(path):
    answer = Client().get(path)
    assert answer.status_code == 302
    assert answer.url.startswith("/sign-in/?next=")


def test_a_passkey_of_somebody_else_is_not_there(browser, build):
    ben = build.person("Ben")
    key = Authenticator.objects.create(user=ben.account, type="webauthn", data={"name": "x", "credential": {}})
    for what in ("name", "remove"):
        assert browser.get(f"/me/passkeys/{key.pk}/{what}/").status_code == 404
        assert browser.post(f"/me/passkeys/{key.pk}/{what}/", {"name": "mine"}).status_code == 404
    assert Authenticator.objects.get().data["name"] == "x"


FORGED = [
    "",
    "{}",
    "[]",
    "null",
    '{"id": 1}',
    "not json",
    '{"response": {"userHandle": "💥"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}, "clientExtensionResults": {}}',
]


@pytest.mark.parametrize("credential", FORGED)
def test_a_forged_passkey_cannot_be_added(browser, credential):
    browser.get("/me/passkeys/add/")
    answer = browser.post("/me/passkeys/add/", {"name": "mine", "credential": credential, "passwordless": "on"})
    assert answer.status_code == 422
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", FORGED)
def test_a_forged_passkey_lets_nobody_in(credential):
    client = Client()
    client.get("/sign-in/passkey/", headers={"Accept": "application/json"})
    answer = client.post("/sign-in/passkey/", {"credential": credential})
    assert answer.status_code == 302
    assert answer.url == "/sign-in/password/"
    assert who(client) is None


@pytest.mark.parametrize(
    "path", ["account/login", "account/signup", "account/email", "account/password/reset", "accounts/login"]
)
def test_pages_of_the_library_that_we_do_not_use_are_not_there(path):
    assert Client().get(f"/{path}/").status_code == 404


def test_a_notice_that_cannot_be_sent_does_not_undo_the_change(browser, ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert browser.post("/me/password/", {"password": GOOD}).url == "/me/"
    ada.account.refresh_from_db()
    assert ada.account.check_password(GOOD)
