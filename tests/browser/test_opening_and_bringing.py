"""Opening a space, asking people in, asking differently; writing down, answering and thanking."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, EXIT_TO, PHONE, WALKED
from tests.browser.steps import (
    bring,
    by_keyboard,
    choose_by_keyboard,
    come_in_by_code,
    fits,
    follow,
    heading,
    join_as_new,
    open_space,
    press,
    press_by_keyboard,
    tick,
    type_into,
    way_in,
    write,
)

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


@WALKED
def test_a_member_opens_a_space_asks_people_in_and_asks_differently(visit, shot, size, scripts):
    page = visit(size, "noreen", java_script_enabled=scripts)
    page.goto("/spaces/")
    follow(page, "Open a space")
    shot(page, "open")
    fits(page)
    slug = open_space(page, "Who has a key to the community centre?", "The key")
    shot(page, "space-new")
    fits(page)
    follow(page, "ask others in")
    shot(page, "ways-in")
    link = way_in(page, slug)
    shot(page, "ways-in-made")
    fits(page)
    follow(page, re.compile("Print a card"))
    expect(page.get_by_role("main")).to_contain_text(link.split("/")[2])
    shot(page, "card")

    someone = visit(PHONE, java_script_enabled=scripts)
    join_as_new(someone, link, "Odile")
    heading(someone, "Who has a key to the community centre?")
    fits(someone)

    page.goto(f"/s/{slug}/")
    follow(page, "Anyone here may ask it differently")
    follow(page, "Ask it differently")
    shot(page, "reframe")
    write(page, "How would you ask it?", "Who is the centre locked against?")
    write(page, "What made you see it differently?", "Odile said that she has never seen it open.")
    press(page, "Ask it this way")
    page.goto(f"/s/{slug}/")
    heading(page, "Who is the centre locked against?")
    expect(page.get_by_role("main")).to_contain_text("Who has a key to the community centre?")
    fits(page)


@SCRIPTS
def test_both_names_stand_on_what_was_written_down_for_someone(visit, shot, scripts):
    page = visit(PHONE, "zofia", java_script_enabled=scripts)  # opens the sheet of who writes for her
    heading(page, "Write down what someone said")
    shot(page, "write-down")
    fits(page)
    page.get_by_label("Whose words are they?").select_option(label="Pani Zofia")
    page.get_by_label("How did the words reach you?").select_option(index=1)
    when = "at night" if scripts else "by day"
    write(page, "Their words", f"The lift is a chair with a door. I sit in it {when} when it does not go.")
    tick(page, "Someone who lives with it")
    tick(page, "What people call them")
    press(page, "Bring their words")
    main = page.get_by_role("main")
    expect(main).to_contain_text("The lift is a chair with a door.")
    expect(main).to_contain_text("Pani Zofia")
    expect(main).to_contain_text("Written down by")
    shot(page, "written-down")
    fits(page)


def test_the_keyboard_is_enough_to_answer_and_to_thank(visit, shot):
    page = visit(DESK, "noreen")
    press_by_keyboard(page, page.get_by_role("link", name="Skip to what this page says"))
    press_by_keyboard(page, page.get_by_role("link", name="A house short of breath").last)
    heading(page, "A house short of breath")
    press_by_keyboard(page, page.get_by_role("main").locator("a[href*='/brought/']").first)
    press_by_keyboard(page, page.get_by_role("link", name=re.compile("^Answer ")).first)
    choose_by_keyboard(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("radio", name="It supports this")).to_be_checked()
    type_into(page, page.get_by_role("textbox", name="Your words"), "Ours is the same, and the door sticks.")
    shot(page, "answer")
    press_by_keyboard(page, page.get_by_role("button", name="Say this"))
    expect(page.get_by_role("main")).to_contain_text("Ours is the same, and the door sticks.")
    shot(page, "answered")

    page.goto("/s/living-with-breathlessness/brought/")
    others = page.get_by_role("main").locator("a[href*='/brought/']")
    press_by_keyboard(page, others.nth(3))
    thanks = page.get_by_role("link", name=re.compile("This changed my thinking"))
    press_by_keyboard(page, thanks)
    type_into(page, page.get_by_role("textbox", name=re.compile("^What changed")), "I had not thought of nights.")
    press_by_keyboard(page, page.get_by_role("button", name=re.compile("^Tell ")))
    expect(page.get_by_role("main")).to_contain_text("I had not thought of nights.")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_three_shifts_leave_the_page_and_back_does_not_show_it(visit, size):
    page = visit(size, "noreen")
    by_keyboard(page, page.get_by_role("link", name="Exit this page"))
    for _time in range(2):
        page.keyboard.press("Shift")
    expect(page.get_by_role("status").filter(has_text="press Shift once more")).to_be_attached()
    page.keyboard.press("Shift")
    page.wait_for_url(EXIT_TO)
    page.go_back()
    assert "living-with-breathlessness" not in page.url


def test_exit_works_without_scripts(visit):
    page = visit(PHONE, "noreen", java_script_enabled=False)
    page.get_by_role("link", name="Exit this page").click()
    page.wait_for_url(EXIT_TO)


def test_a_double_click_sends_once_and_back_works(visit):
    for scripts in (True, False):
        page = visit(PHONE, "noreen", java_script_enabled=scripts)
        slug = open_space(page, "Does it come twice?", "Twice")
        page.goto(f"/s/{slug}/brought/bring/")
        write(page, "Your words", "Said once.")
        page.get_by_role("button", name="Bring my words").dblclick()
        expect(page.get_by_role("main")).to_contain_text("Said once.")
        words = page.url
        page.go_back()
        heading(page, "Bring something")
        page.goto(f"/s/{slug}/brought/")
        expect(page.get_by_role("main").locator("a[href*='/brought/']", has_text="Said once.")).to_have_count(1)
        follow(page, re.compile("Said once"))
        assert page.url == words
        page.go_back()
        heading(page, "What was brought")


def test_words_come_back_after_a_session_that_ended_while_writing(visit, shot):
    page = visit(PHONE, "noreen")
    slug = open_space(page, "What if I am thrown out?", "Thrown out")
    page.goto(f"/s/{slug}/brought/bring/")
    write(page, "Your words", "A long letter, written slowly, with a pause for breath.")
    tick(page, "I care for someone")
    page.context.clear_cookies(name="coproduce")
    press(page, "Bring my words")
    heading(page, "Come in")
    shot(page, "session-ended")
    come_in_by_code(page, "noreen@example.org")
    expect(page.get_by_role("textbox", name="Your words")).to_have_value(re.compile("A long letter, written slowly"))
    expect(page.get_by_label("I care for someone")).to_be_checked()
    shot(page, "words-come-back")
    press(page, "Bring my words")
    expect(page.get_by_role("main")).to_contain_text("A long letter, written slowly")
    bring(page, slug, "And another thing.")
