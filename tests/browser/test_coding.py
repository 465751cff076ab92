"""Passages put with themes by mouse, finger and keyboard, and without scripts; the board; two people's reading."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK
from tests.browser.steps import (
    bring,
    by_keyboard,
    fits,
    follow,
    heading,
    join_as_new,
    open_space,
    press,
    tick,
    way_in,
    write,
)

NARROW = {"width": 360, "height": 740}
SAID = (
    "The night nurse hums 🎶 when she is well, and the whole ward hears it.\n\n"
    "Écoute! שלום עולם. Nobody wrote the humming down. I lay awake."
)


@pytest.fixture
def read(visit):
    """``read(size, …)`` is the page of some words with two themes to put them with, in a space of its own."""

    def opened(size, **options):
        page = visit(size, "noreen", **options)
        slug = open_space(page, f"What do nights sound like at {size['width']}, {len(options)}?", "Nights")
        brought = [bring(page, slug, SAID), bring(page, slug, "Two of us for thirty beds. I hum so that they hear me.")]
        for name, words in (("The humming", "The night nurse"), ("Too few of us", "Two of us")):
            page.goto(f"/s/{slug}/themes/name/")
            write(page, "What would you call it?", name)
            tick(page, words)
            press(page, "Name this theme")
        page.goto(brought[0])
        follow(page, "Mark passages in them")
        return page

    return opened


def boxes(page, passage):
    """Where a piece of the words begins and ends on the screen."""
    return page.evaluate(
        """(passage) => {
            const walk = document.createTreeWalker(document.querySelector("[data-words]"), NodeFilter.SHOW_TEXT);
            while (walk.nextNode()) {
                const at = walk.currentNode.data.indexOf(passage);
                if (at < 0) continue;
                const range = document.createRange();
                range.setStart(walk.currentNode, at);
                range.setEnd(walk.currentNode, at + passage.length);
                const all = [...range.getClientRects()];
                const [first, last] = [all[0], all.at(-1)];
                return [first.left + 1, first.top + first.height / 2, last.right, last.top + last.height / 2];
            }
        }""",
        passage,
    )


def draw_over(page, passage, until=""):
    """With the mouse, as a person would, from the beginning of one piece to the end of it or of another."""
    page.locator("[data-words]").scroll_into_view_if_needed()
    left, top, right, bottom = boxes(page, passage)
    right, bottom = boxes(page, until)[2:] if until else (right, bottom)
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2, steps=4)
    page.mouse.move(right, bottom, steps=4)
    page.mouse.up()


def chosen(page, passage):
    sheet = page.locator("[data-mark-sheet]")
    expect(sheet.locator("[data-chosen]")).to_have_text(passage)
    return sheet


def marked(page, passage, theme):
    """The page stayed, and the mark is in the words and in the list."""
    expect(page).to_have_url(re.compile("#mark-"))
    row = page.locator(".marks > li", has_text=passage)
    expect(row).to_contain_text(theme)
    expect(page.locator("[data-words] mark").first).to_be_visible()


def test_with_the_mouse_on_a_desk(read, axe, shot):
    page = read(DESK)
    passage = "hums 🎶 when she"
    draw_over(page, passage)
    sheet = chosen(page, passage)
    shot(page, "coding-chosen")
    axe(page)
    with page.expect_navigation():
        sheet.get_by_role("button", name="The humming").click()
    marked(page, passage, "The humming")

    draw_over(page, "שלום")
    sheet = chosen(page, "שלום")
    sheet.get_by_label("Which theme?").select_option(label="A new theme…")
    sheet.get_by_label("What would you call a new one?").fill("A greeting at night")
    sheet.get_by_label("Why?").fill("It is the first kind word.")
    sheet_sent(page, sheet)
    marked(page, "שלום", "A greeting at night")
    expect(page.get_by_role("complementary")).to_contain_text("It is the first kind word.")

    draw_over(page, "night nurse", until="hums")
    with page.expect_navigation():
        chosen(page, "night nurse hums").get_by_role("button", name="Too few of us").click()
    expect(page.locator("[data-words] mark.marks-2").first).to_be_visible()
    shot(page, "coding-marks")
    axe(page)
    fits(page)

    with page.expect_navigation():
        page.locator(".marks > li", has_text="שלום").get_by_role("button", name="Take my mark away").click()
    expect(page.locator(".marks > li", has_text="שלום")).to_have_count(0)


def sheet_sent(page, sheet):
    with page.expect_navigation():
        sheet.locator(".sends").get_by_role("button", name="Put it there").click()


def test_with_a_finger_on_a_phone(read, axe, shot):
    page = read(NARROW, has_touch=True, is_mobile=True)
    # A finger's long press ends in a selection with handles: that is what the page is told of.
    page.evaluate(
        """() => {
            const sentences = [...document.querySelectorAll("[data-sentence]")];
            getSelection().selectAllChildren(sentences.find((one) => one.textContent.startsWith("Nobody")));
        }"""
    )
    passage = "Nobody wrote the humming down."
    sheet = chosen(page, passage)
    foot = sheet.bounding_box()
    assert foot["y"] + foot["height"] <= NARROW["height"] + 1
    assert foot["height"] <= NARROW["height"] * 0.6
    shot(page, "coding-finger")
    axe(page)
    with page.expect_navigation():
        sheet.get_by_role("button", name="Too few of us").tap()
    marked(page, passage, "Too few of us")
    fits(page)


def test_by_keyboard_alone(read, shot):
    page = read(DESK)
    by_keyboard(page, page.locator("[data-words]"))
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+ArrowDown")
    expect(page.locator(".is-here")).to_have_count(2)
    shot(page, "coding-keys")
    page.keyboard.press("Enter")
    sheet = chosen(page, "Écoute! שלום עולם.")
    page.keyboard.press("Escape")
    expect(sheet.locator("[data-chosen]")).to_be_hidden()
    page.keyboard.press("Enter")
    chosen(page, "Écoute! שלום עולם.")
    by_keyboard(page, sheet.get_by_role("button", name="Too few of us"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    marked(page, "Écoute! שלום עולם.", "Too few of us")


def test_without_scripts_and_on_to_words_that_nobody_has_read(read, axe):
    page = read(NARROW, java_script_enabled=False)
    page.get_by_label("From which sentence?").select_option(label="4: Nobody wrote the humming down.")
    page.get_by_label("To which sentence?").select_option(label="5: I lay awake.")
    page.get_by_label("Which theme?").select_option(label="Too few of us")
    tick(page, "Then go on to words nobody has read")
    with page.expect_navigation():
        page.locator(".sends").get_by_role("button", name="Put it there").click()
    heading(page, "You have come to the end")
    page.go_back()
    page.reload()
    expect(page.get_by_role("complementary")).to_contain_text("Nobody wrote the humming down. I lay awake.")
    fits(page)


def test_the_board_by_keyboard_by_mouse_and_put_back(read, axe, shot):
    page = read(DESK)
    page.goto(page.url.split("/read/")[0] + "/board/")
    column = {name: page.locator("[data-column]", has=page.get_by_role("heading", name=name)) for name in
              ("In no theme yet", "The humming", "Too few of us")}  # fmt: skip
    card = column["The humming"].get_by_role("checkbox")
    by_keyboard(page, card)
    page.keyboard.press("Space")
    by_keyboard(page, page.get_by_label("Where to?"))
    page.keyboard.type("Too")
    by_keyboard(page, page.get_by_role("button", name="Move them"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(column["Too few of us"]).to_contain_text("The night nurse hums")
    expect(column["The humming"]).to_contain_text("Nothing is here yet.")
    shot(page, "board-moved")
    axe(page)
    press(page, "Put them back")
    expect(column["The humming"]).to_contain_text("The night nurse hums")

    grab = column["The humming"].locator("[data-grab]").bounding_box()
    over = column["Too few of us"].bounding_box()
    page.mouse.move(grab["x"] + 20, grab["y"] + 20)
    page.mouse.down()
    page.mouse.move(over["x"] + 60, over["y"] + 100, steps=6)
    shot(page, "board-held")
    with page.expect_navigation():
        page.mouse.up()
    expect(column["Too few of us"]).to_contain_text("The night nurse hums")
    fits(page)


def test_on_a_phone_one_column_is_open_at_a_time(read, axe, shot):
    page = read(NARROW, has_touch=True)
    page.goto(page.url.split("/read/")[0] + "/board/")
    is_open = "[...document.querySelectorAll('[data-column]')].filter((one) => one.open).length"
    assert page.evaluate(is_open) == 1
    page.get_by_role("heading", name="Too few of us").tap()
    assert page.evaluate(is_open) == 1
    expect(page.get_by_role("checkbox", name="Two of us for thirty beds.")).to_be_visible()
    shot(page, "board-phone")
    axe(page)
    fits(page)


def test_two_people_read_the_same_words_and_talk_about_it(read, visit, axe, shot):
    page = read(DESK)
    address, slug = page.url, page.url.split("/s/")[1].split("/")[0]
    draw_over(page, "Nobody wrote the humming down.")
    with page.expect_navigation():
        chosen(page, "Nobody wrote the humming down.").get_by_role("button", name="The humming").click()
    other = visit(DESK)
    join_as_new(other, way_in(page, slug), "Ray")
    other.goto(address)
    draw_over(other, "I lay awake.")
    with other.expect_navigation():
        chosen(other, "I lay awake.").get_by_role("button", name="Too few of us").click()
    other.goto(f"/s/{slug}/themes/coding/")
    expect(other.get_by_role("main")).to_contain_text("Marked nothing here for this theme.")
    shot(other, "coding-beside")
    other.get_by_text("How far they agree, in numbers").click()
    axe(other)
    follow(other, re.compile("Talk about it.*Too few of us"))
    write(other, "What would you like to say about it?", "Who else was awake?")
    press(other, "Say this")
    expect(other.get_by_role("main")).to_contain_text("Who else was awake?")
    axe(other)
    page.goto(other.url.partition("#")[0])
    press(page, "I see it as Ray does")
    expect(page.locator(".marks")).to_contain_text("Noreen")
    shot(page, "coding-talk")
    page.goto(f"/s/{slug}/themes/compare/")
    expect(page.get_by_role("main")).to_contain_text("Fewer than 8 people are in it")
    axe(page)
    fits(page)


def test_a_renaming_is_undone_and_a_theme_is_put_under_another(read, axe):
    page = read(NARROW)
    themes = page.url.split("/read/")[0] + "/"
    page.goto(themes)
    follow(page, "The humming")
    follow(page, "Rename it")
    write(page, "What shall it be called?", "Hearing each other")
    write(page, "Why?", "It is more than humming.")
    press(page, "Rename it")
    follow(page, re.compile("^Undo"))
    axe(page)
    press(page, "Undo it")
    heading(page, "The humming")
    follow(page, "Where it stands")
    page.get_by_label("Under which theme does it belong?").select_option(label="Too few of us")
    axe(page)
    press(page, "Put it there")
    follow(page, "A colour")
    tick(page, "Woad blue")
    axe(page)
    press(page, "Keep this colour")
    page.goto(themes)
    expect(page.locator("li.under-1")).to_contain_text("The humming")
    axe(page)
    fits(page)
