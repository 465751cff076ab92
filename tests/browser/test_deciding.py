"""Deciding in rounds, by advice and by changing the charter: on a phone without scripts, at a desk by keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.steps import (
    bring,
    fits,
    follow,
    heading,
    open_space,
    press,
    press_by_keyboard,
    tick,
)
from tests.browser.steps import write as put


def main(page):
    return page.get_by_role("main")


def put_in_rounds(page, slug, title):
    page.goto(f"/s/{slug}/decisions/propose/?kind=rounds")
    put(page, "What should happen, in one line?", title)
    put(page, "And in full?", "A bell on every landing, from the first of March.")
    tick(page, "I ring and nobody")
    press(page, "Put it to everyone")
    heading(page, title)
    return page.url


@pytest.mark.parametrize("scripts", [False, True], ids=["no-scripts", "scripts"])
def test_a_round_on_a_phone_from_a_question_to_a_position(visit, shot, scripts):
    page = visit(PHONE, "noreen", java_script_enabled=scripts)
    slug = open_space(page, f"Where should a bell hang? {scripts}", f"Bells {scripts}", days=0)
    bring(page, slug, "I ring and nobody knows that I rang.")
    proposal = put_in_rounds(page, slug, "A bell on every landing")
    expect(page.get_by_role("heading", name="What is asked of you now")).to_be_visible()
    fits(page)
    shot(page, "round-clarify")
    follow(page, "Ask something")
    put(page, "In your words", "Who pays for it?")
    press(page, "Say this")
    expect(main(page)).to_contain_text("Who pays for it?")
    follow(page, re.compile("^Answer it"))
    put(page, "Your answer", "Wendale Homes, out of repairs.")
    press(page, "Answer")
    expect(main(page)).to_contain_text("Wendale Homes, out of repairs.")
    for step in ("Saying what we think of it", "Making it better", "Saying where we stand"):
        page.goto(f"{proposal}move/")
        tick(page, step)
        press(page, "Move it")
    follow(page, "Say where you stand")
    tick(page, "Consent, with reservations")
    put(page, "Why?", "A bell is heard by everybody, also by who sleeps.")
    press(page, "Say this")
    expect(main(page)).to_contain_text("A bell is heard by everybody")
    page.goto(f"{proposal}close/")
    press(page, "Close it as agreed")
    expect(main(page)).to_contain_text("Agreed on")
    follow(page, "Say how you saw it")
    tick(page, "Co-design")
    press(page, "Say this")
    expect(main(page)).to_contain_text("enough that nobody can be picked out")
    fits(page)
    shot(page, "round-decided")


def test_the_charter_is_changed_at_a_desk_by_keyboard(visit, shot):
    page = visit(DESK, "noreen")
    slug = open_space(page, "How do we want to decide?", "Deciding how", days=0)
    page.goto(f"/s/{slug}/charter/")
    press_by_keyboard(page, page.get_by_role("link", name="Put a change to everyone"))
    heading(page, "Put a change of our charter")
    put(page, "What should change in our charter, in one line?", "We wait ten days for somebody who is ill")
    put(page, "Why?", "In January there was no rule for it.")
    page.get_by_label("How many days do we wait when somebody asks for time, or has a pause?").fill("10")
    shot(page, "charter-change")
    press_by_keyboard(page, page.get_by_role("button", name="Put it to everyone"))
    expect(page.get_by_role("heading", name="What would change in our charter")).to_be_visible()
    follow(page, "Say where you stand")
    tick(page, "Consent")
    press(page, "Say this")
    page.goto(f"{page.url.split('#')[0]}close/")
    press(page, "Close it as agreed")
    expect(main(page)).to_contain_text("It is version 2 of our charter.")
    page.goto(f"/s/{slug}/charter/")
    expect(main(page)).to_contain_text("we wait 10 days")
    expect(main(page)).to_contain_text("The members decided on it.")
    shot(page, "charter-decided")
