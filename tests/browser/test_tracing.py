"""Back to the first words and on to what came of them: by keyboard, on paper, and where another space begins."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, WALKED
from tests.browser.steps import fits, follow, heading

SPACE = "/s/living-with-breathlessness"


def tab_to(page, name):
    """Go from one thing to the next with the Tab key until this link is reached."""
    for _step in range(120):
        page.keyboard.press("Tab")
        held = page.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.textContent")
        if re.search(name, held or ""):
            return held
    raise AssertionError(f"no Tab leads to “{name}”")


def test_a_thread_of_the_weave_is_taken_by_keyboard(visit, shot):
    page = visit(DESK, "noreen")
    page.goto(f"{SPACE}/weave/")
    tab_to(page, "^Nobody has to say it in one breath")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    heading(page, "in one breath")
    follow(page, "Where this came from, back to the first words")
    heading(page, "Where this came from")
    shot(page, "came-from")


def test_the_weave_is_narrowed_by_keyboard_and_stands_as_a_table(visit, shot):
    page = visit(DESK, "comfort")
    page.goto(f"{SPACE}/weave/")
    page.get_by_label("How people know").select_option(label="I care for someone")
    with page.expect_navigation():
        page.get_by_role("button", name="Show this part").press("Enter")
    expect(page).to_have_url(re.compile("way=C"))
    page.locator("summary", has_text="The same as a table").press("Enter")
    table = page.get_by_role("table", name=re.compile("From what was brought"))
    expect(table).to_be_visible()
    shot(page, "weave-narrowed")
    follow(page, "See the whole weave")
    expect(page).to_have_url(re.compile("weave/$"))


@WALKED
def test_an_outcome_is_followed_to_the_first_words_and_on_to_another_space(visit, shot, size, scripts):
    page = visit(size, "farzana", java_script_enabled=scripts)
    main = page.get_by_role("main")
    page.goto(f"{SPACE}/outcomes/")
    follow(page, re.compile("Rested before talking"))
    follow(page, "Where this came from, back to the first words")
    heading(page, "Where this came from")
    expect(main.get_by_role("heading", name="One step back")).to_be_visible()
    expect(main).to_contain_text("How the people know whose words are on this page")
    fits(page)
    shot(page, "outcome-from")
    follow(page, "And what it led to")
    expect(main.get_by_role("heading", name="In other spaces")).to_be_visible()
    expect(main).to_contain_text("Nights on Ward 6")
    shot(page, "outcome-to")
    follow(page, re.compile("Numbers first"))
    expect(page).to_have_url(re.compile("/s/nights-on-ward-6/"))
    expect(main).to_contain_text("came from")


def test_who_is_not_in_the_other_space_reads_that_there_is_one(visit):
    page = visit(PHONE, "noreen")
    page.goto(f"{SPACE}/outcomes/")
    follow(page, re.compile("Rested before talking"))
    follow(page, "What it led to")
    main = page.get_by_role("main")
    expect(main).to_contain_text("something in another space, which only its members can read")
    expect(main).not_to_contain_text("Ward 6")
    fits(page)


def test_what_my_words_did_is_printed_without_what_is_only_for_the_screen(visit, shot):
    page = visit(DESK, "noreen")
    page.goto(f"{SPACE}/did/")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", name="What my words did")).to_be_visible()
    expect(page.get_by_role("button", name="Print this page")).to_be_hidden()
    expect(page.locator(".places").first).to_be_hidden()
    expect(page.locator(".did").first).to_be_visible()
    shot(page, "did-on-paper")


@pytest.mark.parametrize("who", ["comfort"])
def test_somebody_by_post_has_it_on_paper(visit, shot, who):
    page = visit(DESK, who)
    page.goto(f"{SPACE}/did/")
    follow(page, "Mr Entwistle")
    heading(page, "What the words of Mr Entwistle did")
    expect(page.get_by_role("main")).to_contain_text("Dear Mr Entwistle")
    fits(page)
    shot(page, "did-by-post")
