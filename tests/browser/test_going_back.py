"""Going back to a sheet that was sent, and sending it again: one copy, said kindly, with a way to send more."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from coproduce.contributions.models import Contribution
from coproduce.history.models import Submission
from tests.browser.conftest import DESK, PHONE, WALKED
from tests.browser.steps import fits, heading, press, write

WORDS = "I sleep in the chair,\nand nobody asked."
KEPT = "We already have these words from you"


@pytest.fixture
def member(window, build, client):
    """A page of a browser in which a member of a space is signed in, and the sheet for bringing."""

    def opened(size, scripts):
        space = build.space()
        client.force_login(build.member(space, "Ada").account, backend="coproduce.people.backends.PersonBackend")
        page = window(size, java_script_enabled=scripts)
        page.goto("/health")
        page.context.add_cookies([{"name": "coproduce", "value": client.cookies["coproduce"].value, "url": page.url}])
        return page, reverse("contributions:bring", args=[space.slug])

    return opened


def fill(page, words=WORDS):
    write(page, "Your words", words)


def sent_once(page, sheet):
    page.goto(sheet)
    fill(page)
    press(page, "Bring my words")
    expect(page.get_by_role("main")).to_contain_text("and nobody asked.")
    return page.url


@WALKED
def test_back_and_send_again_brings_the_words_once(member, size, scripts, axe, shot):
    page, sheet = member(size, scripts)
    brought_at = sent_once(page, sheet)
    page.go_back()
    if page.get_by_role("textbox", name="Your words").input_value() != WORDS:
        fill(page)
    press(page, "Bring my words")
    assert Contribution.objects.count() == 1
    if page.url != brought_at:
        heading(page, KEPT)
        fits(page)
        if scripts:
            axe(page)
        shot(page, "sent-before")
        page.get_by_role("link", name="See what you sent").click()
    assert page.url == brought_at
    assert Contribution.objects.count() == 1


@WALKED
def test_the_same_words_on_a_new_sheet_are_asked_about_and_can_be_sent_on_purpose(member, size, scripts):
    page, sheet = member(size, scripts)
    brought_at = sent_once(page, sheet)
    page.goto(sheet)
    fill(page)
    press(page, "Bring my words")
    heading(page, KEPT)
    assert Contribution.objects.count() == 1
    press(page, "Send them a second time")
    assert page.url != brought_at
    assert [each.words for each in Contribution.objects.all()] == [WORDS, WORDS]


def test_with_scripts_words_changed_after_going_back_are_asked_about(member):
    page, sheet = member(PHONE, True)
    sent_once(page, sheet)
    page.go_back()
    fill(page, "I sleep in the chair, and nobody asked me.")
    press(page, "Bring my words")
    heading(page, "You have already sent this sheet")
    assert Contribution.objects.get().words == WORDS
    press(page, "Send this as well")
    expect(page.get_by_role("main")).to_contain_text("nobody asked me.")
    assert Contribution.objects.count() == 2


def test_a_sheet_opened_anew_is_another_sheet(member):
    page, sheet = member(DESK, True)
    sent_once(page, sheet)
    page.goto(sheet)
    fill(page, "Something else.")
    press(page, "Bring my words")
    expect(page.get_by_role("main")).to_contain_text("Something else.")
    assert Contribution.objects.count() == Submission.objects.count() == 2
