"""What people come for, without a mouse: from the front page of a space to the last press."""

import re

import pytest
from playwright.sync_api import expect

from coproduce.ballots.models import Rule
from tests.ballots.ballots import close, group, opened, vote
from tests.browser.conftest import DESK, EXIT_TO
from tests.browser.steps import (
    bring,
    by_keyboard,
    choose_by_keyboard,
    heading,
    open_space,
    press,
    press_by_keyboard,
    tick,
    type_into,
    write,
)

WORDS = "I ring and nobody knows that I rang."


@pytest.fixture
def page(visit):
    return visit(DESK, "noreen")


def place(page, name):
    """Go to one of the places of the space, by its name above the page."""
    press_by_keyboard(page, page.get_by_role("navigation", name="This space").get_by_role("link", name=name))


def link(page, name):
    press_by_keyboard(page, page.get_by_role("main").get_by_role("link", name=name).first)


def button(page, name):
    press_by_keyboard(page, page.get_by_role("button", name=name, exact=True))


def choose(page, name):
    """Of some radio buttons the one of this name: into the group with Tab, and down."""
    wanted = page.get_by_role("radio", name=name).first
    group_of = page.locator(f"input[type=radio][name='{wanted.get_attribute('name')}']")
    chosen = next((one for one in group_of.all() if one.is_checked()), group_of.first)
    choose_by_keyboard(page, chosen)
    for _each in range(group_of.count()):
        if wanted.is_checked():
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{page.url}: {name} cannot be reached with the arrows")


def textbox(page, name):
    return page.get_by_role("textbox", name=name)


def test_a_claim_is_answered_with_a_reason(page):
    slug = open_space(page, "Who hears a bell, by keyboard?", "A bell by keyboard")
    bring(page, slug, WORDS)
    page.goto(f"/s/{slug}/views/draw/")
    write(page, "What is the claim?", "A bell that nobody hears is no bell.")
    tick(page, WORDS)
    press(page, "Put it to everyone")
    page.goto(f"/s/{slug}/")
    place(page, "How we see it")
    link(page, "Say how you see it")
    heading(page, "A bell that nobody hears")
    by_keyboard(page, page.locator("form.say summary"))
    page.keyboard.press("Enter")
    choose(page, "a lot")
    type_into(page, textbox(page, "Would you like to say why?"), "I was in bed, and it was dark.")
    button(page, "I agree")
    page.goto(f"/s/{slug}/views/all/")
    link(page, "A bell that nobody hears")
    expect(page.get_by_role("main")).to_contain_text("I was in bed, and it was dark.")


def test_ten_tokens_are_spread(page):
    slug = open_space(page, "What is a bell worth, by keyboard?", "Tokens by keyboard")
    page.goto(f"/s/{slug}/")
    place(page, "How we see it")
    link(page, "What it is worth")
    link(page, re.compile("Give your ten tokens|Give them"))
    tokens = page.locator("[data-token]")
    type_into(page, tokens.nth(0), "6")
    type_into(page, tokens.nth(2), "5")
    button(page, "Keep these")
    expect(page.get_by_role("alert")).to_contain_text("Take one away")
    by_keyboard(page, tokens.nth(2))
    page.keyboard.press("Control+A")
    page.keyboard.type("4")
    button(page, "Keep these")
    expect(page.get_by_role("main")).to_contain_text("All ten are given.")


def test_a_vote_in_secret_and_its_receipt(db, seen_by):
    space, people = group(9)
    found = opened(space, people, rule=Rule.RANKED, title="Who carries the bell?", options=("Ada", "Bo", "Cy"))
    page = seen_by(people[0])
    page.goto(f"/s/{space.slug}/")
    place(page, "Decisions")
    link(page, "All ballots")
    link(page, "Who carries the bell?")
    link(page, re.compile("^Vote$"))
    for name, at in (("Cy", "1"), ("Ada", "2")):
        by_keyboard(page, page.get_by_label(name, exact=True))
        page.keyboard.type(at)
    button(page, "Put it in the ballot box")
    heading(page, "Your vote is in the ballot box")
    receipt = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}", page.get_by_role("main").inner_text())[0]
    for n, person in enumerate(people[1:]):
        vote(found, person, ((1, 2, 3), (2, 1, 3))[n % 2])
    close(found)
    link(page, "Back to the ballot")
    link(page, re.compile("receipt"))
    type_into(page, page.get_by_role("main").get_by_role("textbox"), receipt.lower().replace("-", " "))
    button(page, "Find it")
    expect(page.get_by_role("main")).to_contain_text(f"{receipt} was counted")
    expect(page.get_by_role("main")).to_contain_text("1. Cy · 2. Ada")


def test_an_objection_stands_beside_a_proposal(page):
    slug = open_space(page, "Where does a bell hang, by keyboard?", "Objecting by keyboard", days=7)
    bring(page, slug, WORDS)
    page.goto(f"/s/{slug}/decisions/propose/")
    write(page, "What should happen, in one line?", "A bell on the landing")
    write(page, "And in full?", "One, from March.")
    tick(page, WORDS)
    press(page, "Put it to everyone")
    page.goto(f"/s/{slug}/")
    place(page, "Decisions")
    link(page, "A bell on the landing")
    link(page, "Say where you stand")
    choose(page, re.compile("^Object"))
    button(page, "Say this")
    expect(page.get_by_role("alert")).to_contain_text("Say why")
    type_into(page, textbox(page, "Why?"), "It wakes whoever is asleep.")
    button(page, "Say this")
    main = page.get_by_role("main")
    expect(main).to_contain_text("It wakes whoever is asleep.")
    expect(main).to_contain_text("You said on")


def test_what_came_of_it_is_told_and_an_answer_is_not_good_enough(page):
    slug = open_space(page, "What came of a bell, by keyboard?", "Telling by keyboard")
    bring(page, slug, WORDS)
    page.goto(f"/s/{slug}/")
    place(page, "What came of it")
    link(page, "How a plan or a request went")
    type_into(page, textbox(page, "What changed, or did not?"), "One bell, on the first landing")
    choose(page, re.compile("^Service|service"))
    choose(page, "Yes, we set out to do this")
    choose_by_keyboard(page, page.get_by_role("checkbox", name=re.compile("I ring and nobody")))
    choose(page, "Part of it is done")
    type_into(page, textbox(page, "Why? What is missing?"), "The others are on order.")
    button(page, "Tell it")
    heading(page, "One bell, on the first landing")
    link(page, "Was this good enough?")
    choose(page, "No. It should stay open")
    type_into(page, textbox(page, "Is there something you want to say about it?"), "I live on the third.")
    button(page, "Say so")
    expect(page.get_by_role("main")).to_contain_text("It is open again.")
    expect(page.get_by_role("main")).to_contain_text("I live on the third.")


def test_back_to_the_first_words_and_on_to_another_space(visit, site):
    page = visit(DESK, "farzana")
    page.goto(f"/s/{site.slug}/")
    place(page, "What came of it")
    link(page, re.compile("Rested before talking"))
    link(page, "Where this came from, back to the first words")
    heading(page, "Where this came from")
    words = page.get_by_role("main").locator("li.row a[href*='/brought/']").first
    said = words.inner_text()
    press_by_keyboard(page, words)
    expect(page.get_by_role("main")).to_contain_text(said.split("…")[0].strip()[:40])
    page.go_back()
    link(page, "And what it led to")
    link(page, re.compile("Numbers first"))
    expect(page).to_have_url(re.compile("/s/nights-on-ward-6/"))
    link(page, re.compile("Rested before talking"))
    expect(page).to_have_url(re.compile(f"/s/{site.slug}/"))


# Sheets on which somebody may be surprised by who comes into the room.
WATCHED = ["values/give/", "values/meaning/say/", "decisions/propose/", "outcomes/tell/", "outcomes/happened/"]


def test_every_sheet_is_left_with_three_presses_and_nothing_typed_is_shown_on_the_way_back(page, site):
    for path in WATCHED:
        page.goto(f"/s/{site.slug}/{path}")
        page.locator("main textarea").last.fill("He must not read this.")
        for _time in range(3):
            page.keyboard.press("Shift")
        page.wait_for_url(EXIT_TO)
        page.go_back()
        assert f"/{path}" not in page.url, "the way back leads to the sheet"
