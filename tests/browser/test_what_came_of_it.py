"""What came of it: something happened, a *no* that must be answered, who looks after it, and how a space ends."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE
from tests.browser.steps import (
    bring,
    by_keyboard,
    choose_by_keyboard,
    fits,
    follow,
    heading,
    open_space,
    press,
    press_by_keyboard,
    tick,
    type_into,
)
from tests.browser.steps import write as put

SAID = "The stairs beat me on a Thursday."


@pytest.fixture
def journey(shot, axe):
    def look(page, name, *, scripts=True):
        shot(page, name)
        fits(page)
        if scripts:  # axe is one
            axe(page)

    return look


def test_a_promise_is_handed_on_when_the_other_agrees(visit, journey):
    page = visit(PHONE, "comfort")
    main = page.get_by_role("main")
    page.goto("/s/living-with-breathlessness/outcomes/")
    follow(page, re.compile("Eight pages on what it costs"))
    follow(page, re.compile("Hand it on.*Take out every word"))
    page.get_by_label("Whom do you ask?").select_option(label="Mr Entwistle")
    put(page, "What should they know?", "By post is well.")
    journey(page, "hand-on")
    press(page, "Ask them")
    expect(main).to_contain_text("has not said yet.")
    follow(page, "Say yes or no")
    expect(main).to_contain_text("By post is well.")
    tick(page, re.compile("^No$"))
    journey(page, "answer-handing")
    press(page, "Say so")
    expect(main).not_to_contain_text("has not said yet.")


# long because one thing that happened is followed from the first two lines to the answer
def test_something_happened_on_a_phone_without_scripts(visit, journey):  # noqa: PLR0915
    page = visit(PHONE, "noreen", java_script_enabled=False)
    main = page.get_by_role("main")
    slug = open_space(page, "What do stairs do?", "Stairs on a phone")
    bring(page, slug, SAID)
    page.goto(f"/s/{slug}/outcomes/")
    follow(page, "Something happened")
    put(page, "What happened?", "The lift was moved to the other side")
    tick(page, "Good and bad")
    journey(page, "happened", scripts=False)
    press(page, "Tell it")
    heading(page, "The lift was moved to the other side")
    outcome = page.url
    expect(main).to_contain_text("We do not know yet.")
    journey(page, "outcome-without-a-source", scripts=False)

    follow(page, "I know something about that")
    tick(page, re.compile("The stairs beat me"))
    press(page, "Say so")
    expect(main).not_to_contain_text("We do not know yet.")
    follow(page, "Tell what you noticed")
    put(page, "What did you notice?", "I come on Thursdays again.")
    tick(page, re.compile("^Good$"))
    put(page, "For whom?", "for me")
    journey(page, "effect", scripts=False)
    press(page, "Tell it")
    follow(page, re.compile("I would tell this differently"))
    put(page, "What did you notice?", "It is a longer way from the bus.")
    tick(page, re.compile("^Bad$"))
    press(page, "Tell it")
    expect(main).to_contain_text("Noreen tells it differently.")
    follow(page, "Add a picture, a paper or your words")
    put(page, "What shows that it is so?", "The drawing on the landing.")
    press(page, "Bring it")
    page.goto(outcome)
    expect(main).to_contain_text("The drawing on the landing.")
    journey(page, "outcome-with-effects", scripts=False)

    follow(page, "Was this good enough?")
    tick(page, "No. It should stay open")
    put(page, "Is there something you want to say about it?", "The stairs are still there.")
    press(page, "Say so")
    expect(main).to_contain_text("It is open again.")
    page.goto(f"/s/{slug}/outcomes/unanswered/")
    expect(main).to_contain_text("Open again")
    journey(page, "unanswered", scripts=False)
    follow(page, re.compile("The lift was moved"))
    follow(page, "Say how far it has come")
    expect(main).to_contain_text("The stairs are still there.")
    tick(page, "It is done")
    journey(page, "answer-first", scripts=False)
    put(page, "What do you say to those who said that it is not good enough?", "A rail goes up on the stairs too.")
    press(page, "Say so")
    expect(main).to_contain_text("A rail goes up on the stairs too.")
    expect(main).not_to_contain_text("It is open again.")


# long because an end is walked from the first word to the last
def test_a_space_ends_by_the_keyboard_and_says_what_is_left_open(visit, journey):  # noqa: PLR0915
    page = visit(DESK, "noreen")
    main = page.get_by_role("main")
    other = open_space(page, "Who opens the next door?", "The next door")
    slug = open_space(page, "Who closes the door?", "The door at a desk")
    bring(page, slug, "Somebody should know who has the key.")
    page.goto(f"/s/{slug}/outcomes/ending/")
    press_by_keyboard(page, page.get_by_role("link", name="Say that it means to end, or to rest"))
    choose_by_keyboard(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="It ends, and stays to be read")).to_be_checked()
    type_into(page, page.get_by_role("textbox", name="Why?"), "The hall is let to somebody else.")
    press_by_keyboard(page, page.get_by_role("button", name="Say it to everybody"))
    heading(page, "This space means to end")
    expect(main).to_contain_text("Words that nobody answered")
    journey(page, "ending")
    press_by_keyboard(page, page.get_by_role("link", name="The last word"))
    expect(main).to_contain_text("One thing is still open about which nothing was said.")
    page.goto(f"/s/{slug}/outcomes/ending/")
    follow(page, "Ask another space to go on")
    page.get_by_label("Which space shall go on with it?").select_option(label="The next door")
    journey(page, "ask-successor")
    press(page, "Ask them")
    page.goto(f"/s/{other}/outcomes/inherited/")
    journey(page, "asked-to-go-on")
    follow(page, "Answer them")
    tick(page, "Yes, we go on with it")
    journey(page, "answer-succession")
    press(page, "Answer them")
    page.goto(f"/s/{slug}/outcomes/ending/")
    expect(main).to_contain_text("goes on with what was handed to it.")
    press_by_keyboard(page, page.get_by_role("link", name=re.compile("Hand on, or leave with a reason")))
    choose_by_keyboard(page, page.get_by_role("checkbox", name="All of them"))
    type_into(page, page.get_by_role("textbox", name="Why is it left open?"), "Nobody has found the key.")
    journey(page, "leave-open")
    press_by_keyboard(page, page.get_by_role("button", name="Say so"))
    press_by_keyboard(page, page.get_by_role("link", name="The last word"))
    type_into(page, page.get_by_role("textbox", name="What is the last word?"), "Thank you. Mind the step.")
    by_keyboard(page, page.get_by_role("button", name="End it with these words"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    heading(page, "This space has ended")
    expect(main).to_contain_text("Thank you. Mind the step.")
    expect(main).to_contain_text("Left open: Nobody has found the key.")
    journey(page, "ended")
    follow(page, "The last letter, to print")
    expect(main).to_contain_text("Mind the step.")
    expect(main).to_contain_text("Left open: Nobody has found the key.")
    journey(page, "last-letter")
