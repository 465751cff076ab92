"""Ten tokens on a phone without scripts, with plus and minus, and by keyboard at a desk; and what it means to us."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, TINY
from tests.browser.steps import fits, follow, heading, press, write


@pytest.fixture
def looked_at(axe, shot):
    """``looked_at(page, "give")``: it fits, is accessible, and is pictured when somebody asks for pictures."""

    def look(page, name):
        fits(page)
        axe(page)
        shot(page, f"valuing-{name}")

    return look


def sheet(page, site):
    """The empty sheet: what an earlier journey gave is taken off first."""
    page.goto(f"/s/{site.slug}/values/give/")
    for number in page.locator("[data-token]").all():
        number.fill("")


def test_on_a_small_phone_without_scripts_the_server_counts(visit, site, looked_at):
    page = visit(TINY, "noreen", java_script_enabled=False)
    page.goto(f"/s/{site.slug}/")
    page.get_by_role("navigation", name="This space").get_by_role("link", name="How we see it").click()
    page.get_by_role("navigation", name="Ways to see it").get_by_role("link", name="What it is worth").click()
    heading(page, "What it is worth")
    looked_at(page, "values-tiny")
    sheet(page, site)
    heading(page, "What matters most to you here?")
    looked_at(page, "give-tiny")
    page.get_by_role("spinbutton", name="honesty").fill("7")
    page.get_by_role("spinbutton", name="dignity").fill("6")
    write(page, "Would you like to say why?", "Both, if I may.")
    press(page, "Keep these")
    expect(page.get_by_role("alert")).to_contain_text("You have given 13 tokens, and there are ten. Take 3 away")
    expect(page.get_by_label("Would you like to say why?")).to_have_value("Both, if I may.")
    looked_at(page, "refused-tiny")
    page.get_by_role("spinbutton", name="dignity").fill("2")
    press(page, "Keep these")
    expect(page.get_by_role("main")).to_contain_text("9 of ten are given; one is left.")
    page.get_by_role("spinbutton", name="honesty").fill("8")
    press(page, "Keep these")
    heading(page, "What it is worth")
    expect(page.get_by_role("main")).to_contain_text("All ten are given.")
    expect(page.locator("section", has_text="Yours this season")).to_contain_text("honesty 8, dignity 2")


def test_plus_and_minus_say_what_is_left(visit, site, looked_at):
    page = visit(PHONE, "farzana")
    sheet(page, site)
    page.reload()
    sheet(page, site)
    left = page.get_by_role("status").filter(has_text="Given:")
    more = page.get_by_role("button", name="One more on safety")
    for n in range(1, 4):
        more.click()
        expect(left).to_have_text(f"Given: {n} of ten. Left: {10 - n}.")
    page.get_by_role("button", name="One less on safety").click()
    expect(page.get_by_role("spinbutton", name="safety")).to_have_value("2")
    page.get_by_role("spinbutton", name="evidence").fill("8")
    expect(left).to_have_text("Given: 10 of ten. Left: 0.")
    expect(more).to_have_attribute("aria-disabled", "true")
    more.press("Enter")  # a click would wait for it to be of use
    expect(left).to_have_text("Given: 10 of ten. Left: 0.")
    page.get_by_role("spinbutton", name="evidence").fill("9")
    expect(left).to_have_text("Given: 11 of ten. Take 1 away somewhere.")
    looked_at(page, "give")


def test_at_a_desk_everything_is_done_by_keyboard(visit, site, looked_at):
    page = visit(DESK, "comfort")
    sheet(page, site)
    page.get_by_role("button", name="One more on belonging").focus()
    for _time in range(9):
        page.keyboard.press("Enter")
    own = f"the kettle {uuid4().hex[:6]}"
    page.get_by_label("Something else that matters to you").focus()
    page.keyboard.type(own)
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.type("1")
    expect(page.get_by_role("status").filter(has_text="Given:")).to_have_text("Given: 10 of ten. Left: 0.")
    page.get_by_role("button", name="Keep these").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("All ten are given.")
    looked_at(page, "values")
    follow(page, "The list of values, and how it changed")
    follow(page, own)
    heading(page, own)
    looked_at(page, "value")


def test_a_sheet_from_the_post_is_typed_up_and_the_next_one_waits(visit, site, looked_at):
    page = visit(DESK, "comfort")
    page.goto(f"/s/{site.slug}/values/room/")
    looked_at(page, "room")
    follow(page, "Mr Entwistle")
    heading(page, "What matters most to Mr Entwistle here?")
    for number in page.locator("[data-token]").all():
        number.fill("")
    page.get_by_role("spinbutton", name="being waited for").fill("10")
    press(page, "Keep these")
    heading(page, "Type up sheets from the room or the post")
    expect(page.get_by_role("listitem").filter(has_text="Mr Entwistle")).to_contain_text("All ten are written down.")
    page.goto(f"/s/{site.slug}/values/paper/")
    looked_at(page, "paper")


def test_what_it_means_stands_side_by_side_and_is_said_again(visit, site, looked_at):
    page = visit(PHONE, "noreen")
    page.goto(f"/s/{site.slug}/values/meaning/")
    looked_at(page, "meaning")
    page.get_by_label("On the other").select_option(label="People who practise")
    press(page, "Show")
    expect(page.get_by_role("heading", name="People who practise")).to_be_visible()
    follow(page, "Say it again, as you see it now")
    words = f"Slower, and it holds ({uuid4().hex[:6]})."
    write(page, "What does doing this together mean to you now?", words)
    looked_at(page, "say-meaning")
    press(page, "Say this")
    expect(page.get_by_role("main")).to_contain_text(words)


def test_a_decision_says_which_values_pull_apart(visit, site, looked_at):
    page = visit(PHONE, "noreen")
    page.goto(f"/s/{site.slug}/decisions/")
    follow(page, "Nobody has to say it in one breath")
    page.get_by_text("Which values pull apart in it").click()  # folded on a phone
    tension = page.get_by_role("region", name="Values in tension")
    expect(tension).to_contain_text("being waited for or fairness")
    expect(tension).to_contain_text("Both are waiting.")
    looked_at(page, "tension")
    with page.expect_navigation():
        tension.get_by_role("link", name="This asks us to choose between two values").click()
    heading(page, "Which two values pull apart here?")
    looked_at(page, "name-tension")
