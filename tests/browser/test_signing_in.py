"""Signing in with everything a person may use, in a real browser."""

import os
import re
from pathlib import Path

import pytest
from allauth.mfa.models import Authenticator
from django.core import mail
from playwright.sync_api import expect

from coproduce.people.actions import set_password, sign_in_link
from tests import building
from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)
PICTURES = Path(__file__).parent / "screenshots"
GOOD = "three quiet wooden boats"


def shot(page, name):
    """A picture to look at, when somebody asks for pictures."""
    if os.environ.get("COPRODUCE_SCREENSHOTS"):
        PICTURES.mkdir(exist_ok=True)
        page.screenshot(path=PICTURES / f"{name}-{page.viewport_size['width']}.png", full_page=True)


@pytest.fixture
def look(axe):
    """Axe, no sideways scrolling, and a picture."""

    def at(page, name):
        axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
        shot(page, name)

    return at


@pytest.fixture
def passkeys():
    """A device that makes passkeys, and says yes."""

    def given(page):
        session = page.context.new_cdp_session(page)
        session.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2", "transport": "internal", "hasResidentKey": True,
            "hasUserVerification": True, "isUserVerified": True, "automaticPresenceSimulation": True,
        }  # fmt: skip
        made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        return lambda yes: session.send(
            "WebAuthn.setUserVerified", {"authenticatorId": made["authenticatorId"], "isUserVerified": yes}
        )

    return given


def code_in_mail():
    return re.search(r"(\d{4} \d{4})", mail.outbox[-1].body).group(1)


def come_in(page, person):
    page.goto(sign_in_link(person, hours=1))
    page.get_by_role("button", name="Sign me in").click()
    page.goto("/me/")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_someone_new_comes_in_by_code_and_leaves(window, look, size, scripts):
    page = window(size, java_script_enabled=scripts)
    check = look if scripts else shot
    page.goto("/sign-in/?next=/me/")
    check(page, "sign-in")
    page.get_by_label("What is your email address?").fill("sam")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("alert")).to_contain_text("does not look like an email address")
    check(page, "sign-in-refused")
    page.get_by_label("What is your email address?").fill("sam@example.org")
    page.get_by_role("button", name="Send me a code").click()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
    check(page, "code")
    page.get_by_label("What is the code?").fill("nonsense")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("4 more tries")
    check(page, "code-refused")
    page.get_by_label("What is the code?").fill(code_in_mail())
    page.get_by_role("button", name="Go on").click()
    check(page, "name")
    page.get_by_label("What shall we call you?").fill("Sam")
    page.get_by_role("button", name="Come in").click()
    expect(page).to_have_url(re.compile("/me/$"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Sam")
    check(page, "me")
    page.get_by_role("link", name="Change this").click()
    check(page, "about-you")
    page.get_by_label("What is your full name?").fill("Shahida Lee")
    page.get_by_text("by post").click()
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("Shahida Lee")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    check(page, "signed-out")
    page.goto("/me/")
    expect(page).to_have_url(re.compile(r"/sign-in/\?next="))


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_keyboard_is_enough(window, size):
    page = window(size)
    page.goto("/sign-in/?next=/me/")
    field = page.get_by_label("What is your email address?")
    for _step in range(20):
        page.keyboard.press("Tab")
        if field.evaluate("field => field === document.activeElement"):
            break
    page.keyboard.type("sam@example.org")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
    page.get_by_label("What is the code?").focus()
    page.keyboard.type(code_in_mail())
    page.keyboard.press("Enter")
    expect(page.get_by_label("What shall we call you?")).to_be_visible()


def test_pressing_twice_sends_one_mail(window):
    page = window()
    page.goto("/sign-in/")
    page.get_by_label("What is your email address?").fill("sam@example.org")
    page.get_by_role("button", name="Send me a code").dblclick()
    expect(page.get_by_role("heading", name="Look at your mail")).to_be_visible()
    assert len(mail.outbox) == 1
    page.get_by_label("What is the code?").fill(code_in_mail())
    page.get_by_role("button", name="Go on").dblclick()
    expect(page.get_by_label("What shall we call you?")).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_passkey_is_added_used_renamed_and_removed(window, look, passkeys, size):
    person, page = building.person("Ada"), window(size)
    passkeys(page)
    come_in(page, person)
    page.get_by_role("link", name="Add a passkey").click()
    look(page, "add-passkey")
    page.get_by_label("What shall we call this passkey?").fill("Ada's phone")
    page.get_by_role("button", name="Add this device").click()
    expect(page.get_by_text("Your passkey is added.")).to_be_visible()
    assert Authenticator.objects.filter(type="webauthn").count() == 1
    page.get_by_role("button", name="Sign out").click()

    page.goto("/sign-in/password/?next=/me/about/")
    look(page, "sign-in-password")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="How we call and reach you")).to_be_visible()

    page.goto("/me/passkeys/")
    look(page, "passkeys")
    page.get_by_role("link", name="Give it another name").click()
    look(page, "name-passkey")
    page.get_by_label("What shall we call this passkey?").fill("My old phone")
    page.get_by_role("button", name="Keep this name").click()
    expect(page.get_by_role("heading", name="My old phone")).to_be_visible()
    page.get_by_role("link", name="Remove it").click()
    look(page, "remove-passkey")
    page.get_by_role("button", name="Remove it").click()
    expect(page.get_by_text("The passkey is removed.")).to_be_visible()
    assert not Authenticator.objects.filter(type="webauthn").exists()


def test_a_passkey_does_not_stand_in_the_way_of_the_mail(window, passkeys):
    person, page = building.person("Ada"), window()
    passkeys(page)
    come_in(page, person)
    page.goto("/me/passkeys/add/")
    page.get_by_role("button", name="Add this device").click()
    expect(page.get_by_text("Your passkey is added.")).to_be_visible()
    elsewhere = window(PHONE)
    come_in(elsewhere, person)
    expect(elsewhere.get_by_role("heading", level=1)).to_have_text("Ada")


def test_a_passkey_that_fails_says_so_in_words(window, look, passkeys):
    page = window()
    passkeys(page)
    page.goto("/sign-in/password/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("That did not work, or it was stopped.")).to_be_visible()
    look(page, "passkey-failed")


def test_without_scripts_the_page_for_a_passkey_says_what_to_do(window):
    person, page = building.person("Ada"), window(java_script_enabled=False)
    come_in(page, person)
    page.goto("/me/passkeys/add/")
    expect(page.get_by_text("You need none: the code by email always works.")).to_be_visible()
    expect(page.get_by_role("button", name="Add this device")).to_be_hidden()


# long because it is one walk through every second step, in the order a person meets them
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_second_step_with_an_app_with_codes_and_with_a_passkey(window, look, passkeys, size):
    from tests.people.test_other_ways_in import app_code

    person, page = building.person("Ada"), window(size)
    passkeys(page)
    come_in(page, person)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_role("button", name="Add this device").click()
    page.get_by_role("link", name="Add an app").click()
    look(page, "add-app")
    secret = page.locator("main code").inner_text()
    page.get_by_label("What is the code?").fill(app_code(secret))
    page.get_by_role("button", name="Turn it on").click()
    look(page, "codes")
    spare = page.locator("main code").first.inner_text()
    page.get_by_role("link", name="Make new ones").click()
    look(page, "new-codes")
    page.goto("/me/")
    look(page, "me-with-all")

    page.goto("/sign-out/")
    look(page, "sign-out")
    page.get_by_role("button", name="Sign me out").click()
    page.goto(sign_in_link(person, hours=1))
    look(page, "link")
    page.get_by_role("button", name="Sign me in").click()
    look(page, "second-step")
    page.get_by_label("What is the code?").fill(spare)
    page.get_by_role("button", name="Go on").click()
    page.goto("/me/app/remove/")
    look(page, "remove-app")

    page.context.clear_cookies()
    page.goto(sign_in_link(person, hours=1))
    page.get_by_role("button", name="Sign me in").click()
    page.get_by_role("button", name="Use a passkey").click()
    expect(page).not_to_have_url(re.compile("second-step"))
    page.goto("/me/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Ada")
    for path, name in [("/still-you/app/", "again-app"), ("/still-you/passkey/", "again-passkey")]:
        page.goto(path)
        expect(page).to_have_url(re.compile(path))
        look(page, name)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_other_pages_can_be_used_by_everybody(window, look, size):
    person, page = building.person("Ada"), window(size)
    set_password(actor=person, password=GOOD)
    page.goto("/sign-in/password/")
    page.get_by_label("What is your email address?").fill(person.account.email)
    page.get_by_label("What is your password?").fill("not this one")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_role("alert").first).to_contain_text("do not fit together")
    look(page, "sign-in-password-refused")
    page.get_by_label("What is your password?").fill(GOOD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.goto("/me/password/")
    look(page, "password")
    for path, name in [
        ("/still-you/", "again"), ("/still-you/password/", "again-password"), ("/sign-in/closed/", "closed"),
        ("/sign-in/link/not-a-token/", "link-gone"),
    ]:  # fmt: skip
        page.goto(path)
        look(page, name)
    page.goto("/me/about/")
    page.evaluate("document.querySelector('[name=csrfmiddlewaretoken]').value = 'x'.repeat(64)")
    page.get_by_label("What is your full name?").fill("Ada Lovelace")
    page.get_by_role("button", name="Keep this").click()
    look(page, "form-too-old")
    page.get_by_role("link", name="Back to your words").click()
    expect(page.get_by_label("What is your full name?")).to_have_value("Ada Lovelace")
    page.get_by_role("button", name="Keep this").click()
    expect(page.get_by_text("Ada Lovelace")).to_be_visible()


def test_stay_signed_in_is_offered_ten_minutes_before_the_end(window):
    person, page = building.person("Ada"), window()
    page.clock.install()
    come_in(page, person)
    button = page.get_by_role("button", name="Stay signed in")
    page.clock.fast_forward("11:49:00")
    expect(button).to_be_hidden()
    page.clock.fast_forward("00:02:00")
    expect(button).to_be_visible()
    button.click()
    expect(button).to_be_hidden()
