"""From what the computer noticed to a theme that a person named, and to where it went; one no on the way."""

import re
import time
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.steps import fits, follow, heading, press, write

SPACE = "/s/living-with-breathlessness"
READ_THEM_ALL = re.compile("Read them all, and say yes or no")
LONG_ENOUGH = 120_000  # the computer compares two hundred texts beside everything else that goes on here


TWICE = pytest.mark.parametrize(("size", "scripts"), [(PHONE, False), (DESK, True)], ids=["phone-no-scripts", "desk"])


@pytest.fixture
def farzana(visit, axe, shot, size, scripts):
    """(Farzana's page, how a page is looked at)."""
    page = visit(size, "farzana", java_script_enabled=scripts)

    def looked_at(name):
        shot(page, f"{name}{'' if scripts else '-no-scripts'}")
        fits(page)
        if scripts:
            axe(page)

    return page, looked_at


# First what the demonstration begins with: each walk names one of the two groups that are in it.
@TWICE
def test_a_group_that_the_computer_noticed_is_named_and_followed(farzana):
    page, looked_at = farzana
    main = page.get_by_role("main")
    page.goto(f"{SPACE}/suggestions/")
    deadline = time.monotonic() + LONG_ENOUGH / 1000  # its first look began when the demonstration was told
    while not main.get_by_role("link", name=READ_THEM_ALL).count():
        assert time.monotonic() < deadline, "the computer's first look does not end"
        page.wait_for_timeout(500)
        page.reload()
    follow(page, READ_THEM_ALL)
    heading(page, "Is there a theme in this?")
    looked_at("group")
    boxes = main.get_by_role("checkbox")
    expect(boxes.first).to_be_checked()
    boxes.last.uncheck(force=True)
    name = f"What nobody asked {uuid4().hex[:6]}"
    write(page, "What would you call it?", name)
    press(page, "Yes, name this theme")
    heading(page, name)
    expect(main).to_contain_text("suggested by the computer, accepted by Farzana")

    page.goto(f"{SPACE}/not-on-our-agenda/")
    while main.get_by_role("heading", name=name).count() == 0:
        follow(page, "What arose later")
    expect(main).to_contain_text("The computer noticed that several people spoke alike. Farzana read them")
    looked_at("not-on-our-agenda")


@TWICE
def test_the_computer_looks_again_and_hears_yes_and_no(farzana):
    page, looked_at = farzana
    main = page.get_by_role("main")
    page.goto(f"{SPACE}/themes/")
    follow(page, "What the computer noticed")
    heading(page, "The computer noticed")
    press(page, re.compile("Let it look"))
    heading(page, "Looking at what was said, for suggestions")
    looked_at("work")
    # Without scripts the page fetches itself again; with them the sentence changes, and the page when it is done.
    expect(main).to_contain_text("It is done.", timeout=LONG_ENOUGH)
    looked_at("work-done")
    follow(page, "See what came of it")
    heading(page, "The computer noticed")
    looked_at("suggestions")

    cards = main.get_by_role("article").filter(has=page.get_by_role("button", name="No, it does not"))
    with page.expect_navigation():
        cards.first.get_by_role("button", name="No, it does not").click()
    heading(page, "The computer noticed")
    with page.expect_navigation():
        cards.first.get_by_role("button", name="Yes, it belongs there").click()
    follow(page, "What people said yes and no to")
    expect(main).to_contain_text("Farzana said no on")
    expect(main).to_contain_text("Farzana said yes on")
    looked_at("decided")
    with page.expect_navigation():
        page.get_by_role("button", name=re.compile("Take this no back")).first.click()
    heading(page, "The computer noticed")
