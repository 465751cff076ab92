"""A secret ballot: voting on a phone without scripts, a receipt that checks, papers, and the count by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, TINY
from tests.browser.steps import fits, follow, heading, press, press_by_keyboard

BALLOTS = "/s/living-with-breathlessness/ballots/"
OPEN = "Who speaks for us at the Infirmary in December?"


@pytest.fixture
def journey(visit, shot, axe):
    def look(page, name):
        shot(page, name)
        fits(page)
        axe(page)

    return look


# long because one vote is followed from the sheet to the list in which it is found again
def test_a_secret_vote_and_its_count(visit, journey):  # noqa: PLR0915
    page = visit(TINY, "noreen", java_script_enabled=False)
    main = page.get_by_role("main")
    page.goto(BALLOTS)
    journey(page, "ballots")
    follow(page, OPEN)
    expect(main).to_contain_text("A vote cannot be changed or taken back.")
    journey(page, "ballot-open")
    follow(page, "Vote", exact=True)
    press(page, "Put it in the ballot box")
    expect(page.get_by_role("alert")).to_contain_text("You chose nothing.")
    journey(page, "ballot-nothing-chosen")
    page.get_by_label("Alison").select_option("1")
    page.get_by_label("Noreen").select_option("2")
    press(page, "Put it in the ballot box")
    heading(page, "Your vote is in the ballot box")
    receipt = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", main.inner_text())[0]
    journey(page, "ballot-receipt")
    follow(page, "Back to the ballot")
    expect(main).to_contain_text("Your vote is in.")

    helper = visit(DESK, "comfort")
    helper.goto(BALLOTS)
    follow(helper, OPEN)
    address = helper.url
    for name in ("slips", "envelope", "enter", "register"):
        helper.goto(f"{address}{name}/")
        journey(helper, f"ballot-{name}")
    helper.goto(f"{address}slips/")
    helper.get_by_role("spinbutton").fill("2")
    press(helper, "Make the papers")
    expect(helper.locator(".voting-paper")).to_have_count(2)
    journey(helper, "ballot-papers")
    helper.goto(f"{address}close/")
    journey(helper, "ballot-close")
    press_by_keyboard(helper, helper.get_by_role("button", name="Close it and count"))
    expect(helper.get_by_role("main")).to_contain_text("What came out")
    journey(helper, "ballot-result")

    page.goto(f"{address}check/")
    page.get_by_role("textbox").fill(receipt.lower())
    press(page, "Find it")
    expect(main).to_contain_text(f"{receipt} was counted")
    expect(main).to_contain_text("1. Alison · 2. Noreen")
    journey(page, "ballot-check")
    page.goto(f"{address}votes/")
    expect(main).to_contain_text(receipt)
    journey(page, "ballot-votes")
