"""The demonstration's mail, in a real browser."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_coming_in_by_the_link_that_is_read_on_a_page(window, axe, settings, size):
    settings.DEMONSTRATION = True
    settings.EMAIL_BACKEND = "coproduce.messages.mailbox.MailboxBackend"
    page = window(size)
    page.goto("/mail/")
    axe(page)
    page.goto("/sign-in/")
    page.get_by_label("What is your email address?").fill("sam@example.org")
    page.get_by_role("button", name="Send me a code").click()
    page.get_by_role("link", name="Read it here.").click()
    axe(page)
    page.get_by_role("main").get_by_role("link").first.click()
    axe(page)
    page.get_by_role("link", name=re.compile("sign-in.link")).click()
    page.get_by_role("button", name="Sign me in").click()
    expect(page.get_by_label("What shall we call you?")).to_be_visible()
