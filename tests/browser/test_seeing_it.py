"""Saying how one sees it: one claim at a time, in better words, in a round, and on paper."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, WALKED
from tests.browser.steps import bring, by_keyboard, fits, follow, heading, open_space, press, tick, write

CLAIMS = ["Whoever is on nights should be asked about nights.", "A ward at night needs a third pair of hands."]


def two_claims(page, question):
    slug = open_space(page, question, "Nights again")
    bring(page, slug, "Two of us for thirty beds, and the third pair of hands is in a meeting about it.")
    for words in CLAIMS:
        page.goto(f"/s/{slug}/views/draw/")
        write(page, "What is the claim?", words)
        tick(page, "Two of us for thirty beds")
        press(page, "Put it to everyone")
    return slug


@WALKED
def test_one_claim_at_a_time_with_one_press_each(visit, shot, axe, size, scripts):
    page = visit(size, "noreen", java_script_enabled=scripts)
    slug = two_claims(page, "Who is asked about the night?")
    page.goto(f"/s/{slug}/views/say/")
    first = page.get_by_role("heading", level=1).inner_text()
    assert first in CLAIMS
    fits(page)
    shot(page, "say-one")
    if scripts:
        axe(page)
    page.get_by_text("The words it was drawn from").click()
    expect(page.get_by_role("main")).to_contain_text("Two of us for thirty beds")
    for answer in page.locator(".answer").all():
        assert answer.bounding_box()["height"] >= 60
    press(page, "I agree")
    second = page.get_by_role("heading", level=1).inner_text()
    assert {first, second} == set(CLAIMS)

    follow(page, "Back to the one before")
    heading(page, first)
    expect(page.get_by_role("button", name="I agree")).to_contain_text("your answer so far")
    page.get_by_text("Say why, or how much it matters").click()
    tick(page, "a lot")
    write(page, "Would you like to say why?", "I was there.")
    press(page, "I disagree")
    heading(page, second)

    follow(page, "Enough for now")
    expect(page.get_by_role("main")).to_contain_text("There is one more, and it will wait.")
    follow(page, "Go on after all")
    press(page, "Not mine to say")
    heading(page, "That was all of them")
    shot(page, "say-done")


def test_by_keyboard_and_enter_in_a_line_is_no_answer(visit):
    page = visit(DESK, "noreen")
    slug = two_claims(page, "Who is awake?")
    page.goto(f"/s/{slug}/views/say/")
    first = page.get_by_role("heading", level=1).inner_text()
    by_keyboard(page, page.locator("form.say summary"))
    page.keyboard.press("Enter")
    own = page.get_by_label("Something else that matters here")
    by_keyboard(page, own)
    page.keyboard.type("being awake")
    page.keyboard.press("Enter")
    page.wait_for_timeout(300)
    heading(page, first)
    expect(own).to_have_value("being awake")
    by_keyboard(page, page.get_by_role("button", name="I disagree"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    follow(page, "Back to the one before")
    expect(page.get_by_role("button", name="I disagree")).to_contain_text("your answer so far")
    expect(page.get_by_label("being awake")).to_be_checked()


@WALKED
def test_a_claim_is_talked_about_and_put_in_better_words(visit, shot, axe, size, scripts):
    page = visit(size, "noreen", java_script_enabled=scripts)
    slug = two_claims(page, "Which words?")
    page.goto(f"/s/{slug}/views/say/")
    asked = page.get_by_role("heading", level=1).inner_text()
    claim = page.url.replace("/views/say/", "/views/")
    press(page, "I agree")
    page.goto(f"{claim}talk/")
    write(page, "What about these words?", "“Should” is for people who are not there.")
    write(page, "How would you put it?", "Ask us. We are awake.")
    press(page, "Put it beside the claim")
    follow(page, "Leave the words, and say why")
    shot(page, "wording-answer")
    fits(page)
    page.go_back()
    follow(page, "Take it up")
    expect(page.get_by_label("How would you put it?")).to_have_value("Ask us. We are awake.")
    shot(page, "reword")
    fits(page)
    if scripts:
        axe(page)
    write(page, "Why are these words better?", "They are shorter, and it is us.")
    press(page, "These are its words now")
    heading(page, "Ask us. We are awake.")
    main = page.get_by_role("main")
    expect(main.locator("del").first).to_be_visible()
    expect(main).to_contain_text(asked)
    expect(main).to_contain_text("Noreen took it up")
    shot(page, "wording")
    fits(page)
    page.goto(f"/s/{slug}/views/say/")
    heading(page, "Ask us. We are awake.")
    expect(page.get_by_role("main")).to_contain_text("Does your answer still hold?")
    shot(page, "say-still")
    fits(page)
    press(page, "It still holds")
    heading(page, CLAIMS[1 - CLAIMS.index(asked)])


def open_a_round(page, slug, shot, axe):
    """With somebody who goes by post; gives its address."""
    page.goto(f"/s/{slug}/members/add/")
    page.get_by_label("What do they want to be called?").fill("Edith")
    tick(page, "by post")
    press(page, re.compile("Bring them in"))
    page.goto(f"/s/{slug}/views/rounds/")
    follow(page, "Open a round")
    write(page, "What is this round about?", "The night, once over")
    tick(page, CLAIMS[0])
    tick(page, CLAIMS[1])
    write(page, "Where does paper go back to?", "The box by the kettle, Ward 6")
    shot(page, "open-round")
    axe(page)
    press(page, "Open the round")
    heading(page, "The night, once over")
    shot(page, "round")
    return page.url


def print_the_sheet(page, shot, axe):
    """Gives the code that stands on it."""
    follow(page, "Sheets to print")
    code = page.locator(".ballot-code b").first.inner_text()
    axe(page)
    page.emulate_media(media="print")
    expect(page.locator(".ballot").first).to_be_visible()
    expect(page.locator(".ballot").first).not_to_contain_text("Edith")
    shot(page, "ballot-on-paper")
    page.emulate_media(media="screen")
    return code


def test_a_round_is_opened_printed_and_entered_by_keyboard(visit, shot, axe):
    """The sheet of somebody who goes by post comes back, and is written down without touching a mouse."""
    page = visit(DESK, "noreen")
    asked = open_a_round(page, two_claims(page, "What about paper?"), shot, axe)
    code = print_the_sheet(page, shot, axe)
    page.goto(f"{asked}enter/")
    page.keyboard.type(code.lower().replace("-", " "))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    heading(page, f"Edith · {code}")
    axe(page)
    rows = page.locator(".paper-row")
    by_keyboard(page, rows.nth(0).get_by_label("nothing ticked"))
    page.keyboard.press("ArrowRight")
    expect(rows.nth(0).get_by_label("agrees", exact=True)).to_be_checked()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.type("I hear them walking.")
    by_keyboard(page, page.get_by_role("button", name="Write all this down"))
    shot(page, "enter-paper")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text("Edith: one answer is written down.")).to_be_visible()

    page.goto(f"{asked}close/")
    expect(page.get_by_role("main")).to_contain_text("so that everyone has time")
    axe(page)
    page.set_viewport_size(PHONE)
    for address in (asked, f"{asked}paper/", f"{asked}enter/"):
        page.goto(address)
        fits(page)
