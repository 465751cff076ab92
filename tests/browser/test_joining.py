"""A stranger with a link: writes first, says who she is afterwards, and finds her words attached."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, TINY
from tests.browser.steps import (
    ask_for_code,
    choose_by_keyboard,
    code_for,
    fits,
    follow,
    heading,
    mail_to,
    new_address,
    open_space,
    press,
    press_by_keyboard,
    tick,
    type_into,
    way_in,
    write,
)

WORDS = "I count the stairs. Eleven, and a rest on the seventh, where the window is."


@pytest.fixture(scope="module")
def link(chromium, site):
    """The way into a space that Noreen opened."""
    context = chromium.new_context(base_url=site.url)
    page = context.new_page()
    page.goto("/demonstration/noreen/")
    page.get_by_role("main").get_by_role("button").click()
    slug = open_space(page, "What makes a house hard to breathe in?", "The stairs")
    yield way_in(page, slug)
    context.close()


def write_first(page, link, shot):
    page.goto(link)
    heading(page, "What makes a house hard to breathe in?")
    shot(page, "join")
    fits(page)
    follow(page, "Write first")
    shot(page, "bring-first")
    fits(page)
    write(page, "Your words", WORDS)
    tick(page, "I live with it")
    tick(page, "What people call you")
    press(page, "Keep my words")
    heading(page, "Come in")


def say_a_name(page, shot):
    page.get_by_label("What shall we call you?").fill("Irena")
    shot(page, "name-after-words")
    press(page, "Come in")


def attach(page, shot):
    heading(page, "Are these your words?")
    shot(page, "whose-words")
    fits(page)
    press(page, "Yes, I wrote them")
    heading(page, "Your words are here")
    expect(page.get_by_role("main")).to_contain_text(WORDS)
    shot(page, "words-waited")
    fits(page)
    press(page, "Join The stairs and bring my words")
    heading(page, "What may become of your words?")
    shot(page, "agreements")
    fits(page)
    for yes in page.locator("label", has_text=re.compile("^Yes")).all():
        yes.click()
    press(page, "Keep my answers and go in")


def say_where_she_speaks_from(page, shot):
    heading(page, "Where you speak from")
    shot(page, "describe")
    fits(page)
    row = page.get_by_role("group", name="I speak from here: 1")
    row.get_by_label("In your own words").fill("I live on the third floor")
    row.get_by_label("How do you know it?").select_option("L")
    row.get_by_label("What may become of it?").select_option(label="Shown with my words")
    press(page, "Keep it like this")


def find_words(page, shot):
    page.get_by_role("navigation", name="This space").get_by_role("link", name="What was brought").click()
    follow(page, re.compile("I count the stairs"))
    expect(page.get_by_role("main")).to_contain_text(WORDS)
    expect(page.get_by_role("main")).to_contain_text("Irena")
    shot(page, "words-attached")
    fits(page)


def see_herself_among_the_members(page):
    page.goto(f"/s/{page.url.split('/s/')[1].split('/')[0]}/members/")
    expect(page.get_by_role("main")).to_contain_text("I live on the third floor")


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_words_come_before_names_on_a_phone(visit, link, shot, scripts):
    page, address = visit(PHONE, java_script_enabled=scripts), new_address()
    write_first(page, link, shot)
    ask_for_code(page, address)
    page.get_by_label("What is the code?").fill(code_for(page, address))
    press(page, "Go on")
    say_a_name(page, shot)
    attach(page, shot)
    say_where_she_speaks_from(page, shot)
    find_words(page, shot)
    see_herself_among_the_members(page)


def test_the_link_in_the_mail_leads_to_the_words_in_another_browser(visit, link, shot):
    page, address = visit(TINY), new_address()
    write_first(page, link, shot)
    ask_for_code(page, address)
    elsewhere = visit(DESK)
    mail_to(elsewhere, address)
    elsewhere.get_by_role("link", name=re.compile("sign-in.link")).click()
    press(elsewhere, "Sign me in")
    say_a_name(elsewhere, shot)
    attach(elsewhere, shot)
    say_where_she_speaks_from(elsewhere, shot)
    find_words(elsewhere, shot)


def test_the_keyboard_is_enough_to_write_first_and_join(visit, link):
    page, address = visit(DESK), new_address()
    page.goto(link)
    press_by_keyboard(page, page.get_by_role("link", name="Write first"))
    type_into(page, page.get_by_role("textbox", name="Your words"), WORDS)
    choose_by_keyboard(page, page.get_by_label("I live with it"))
    choose_by_keyboard(page, page.get_by_role("radio").first)
    page.keyboard.press("ArrowDown")
    press_by_keyboard(page, page.get_by_role("button", name="Keep my words"))
    type_into(page, page.get_by_label("What is your email address?"), address)
    press_by_keyboard(page, page.get_by_role("button", name="Send me a code"))
    type_into(page, page.get_by_label("What is the code?"), code_for(page, address))
    press_by_keyboard(page, page.get_by_role("button", name="Go on"))
    type_into(page, page.get_by_label("What shall we call you?"), "Irena")
    press_by_keyboard(page, page.get_by_role("button", name="Come in"))
    press_by_keyboard(page, page.get_by_role("button", name="Yes, I wrote them"))
    press_by_keyboard(page, page.get_by_role("button", name="Join The stairs and bring my words"))
    heading(page, "What may become of your words?")
    press_by_keyboard(page, page.get_by_role("link", name="Go in, and answer another day"))
    heading(page, "What makes a house hard to breathe in?")
    press_by_keyboard(page, page.get_by_role("link", name="What was brought"))
    expect(page.get_by_role("main")).to_contain_text(WORDS)
