"""A carer with ten minutes and no mouse takes words back at each depth, and brings them back."""

from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, TINY
from tests.browser.steps import bring, by_keyboard, fits, follow, heading, press_by_keyboard, tick

SPACE = "living-with-breathlessness"
SIZES = pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])


def choose(page, label):
    """In the group of choices: Tab goes to it, arrows within it."""
    wanted = page.get_by_role("radio", name=label)
    first = page.get_by_role("radio").first
    by_keyboard(page, first)
    page.keyboard.press("Space")
    while not wanted.is_checked():
        page.keyboard.press("ArrowDown")
    expect(wanted).to_be_focused()


def take_back(page, address, label):
    page.goto(address)
    press_by_keyboard(page, page.get_by_role("link", name="Take my words back"))
    choose(page, label)
    press_by_keyboard(page, page.get_by_role("button", name="Do this"))


@SIZES
# long because one person's words are followed from depth to depth, each standing on the one before
def test_each_depth_by_keyboard_alone_and_the_way_back(visit, axe, shot, size):  # noqa: PLR0915
    said = f"He is washed at six because the night shift ends at seven. {uuid4().hex[:6]}"
    carer, other = visit(size, "comfort"), visit(size, "noreen")
    address = bring(carer, SPACE, said, way="I care")
    main = carer.get_by_role("main")

    carer.goto(address)
    press_by_keyboard(carer, carer.get_by_role("link", name="Take my words back"))
    heading(carer, "Take my words back")
    expect(main).to_contain_text("What nobody can call back")
    axe(carer)
    fits(carer)
    shot(carer, "take-back")

    take_back(carer, address, "Out of sight for now")
    expect(main).to_contain_text("Only you can read them.")
    axe(carer)
    fits(carer)
    shot(carer, "put-aside")
    other.goto(address)
    expect(other.get_by_role("main")).to_contain_text("has put them out of sight for now")
    expect(other.get_by_role("main")).not_to_contain_text(said)
    axe(other)
    press_by_keyboard(carer, carer.get_by_role("button", name="Bring them back"))
    expect(main).not_to_contain_text("Only you can read them.")
    other.reload()
    expect(other.get_by_role("main")).to_contain_text(said)

    take_back(carer, address, "Nothing new from them")
    expect(main).to_contain_text("nothing new is made from these words")
    shot(carer, "nothing-new")
    other.reload()
    expect(other.get_by_role("main")).to_contain_text("nothing new from them, please")
    expect(other.get_by_role("link", name="Put them with a theme")).to_have_count(0)
    expect(other.get_by_role("link", name="Answer Comfort")).to_be_visible()
    axe(other)
    shot(other, "nothing-new-others")
    press_by_keyboard(carer, carer.get_by_role("button", name="Allow new things to be made from them"))
    expect(main).not_to_contain_text("nothing new is made")

    take_back(carer, address, "Erased")
    heading(carer, "Erase my words")
    expect(main).to_contain_text("It cannot be undone.")
    axe(carer)
    fits(carer)
    shot(carer, "erase")
    press_by_keyboard(carer, carer.get_by_role("button", name="Erase my words for good"))
    expect(main).to_contain_text("These words were taken back by the person who brought them.")
    expect(main).not_to_contain_text(said)
    other.reload()
    expect(other.get_by_role("main")).not_to_contain_text(said)


def test_words_for_few_from_the_sheet_to_everyone(visit, axe, shot):
    said = f"I have not told anybody else. {uuid4().hex[:6]}"
    carer, other = visit(TINY, "comfort"), visit(TINY, "noreen")
    carer.goto(f"/s/{SPACE}/brought/bring/")
    shot(carer, "bring-and-who-reads")
    carer.get_by_role("textbox", name="Your words").fill(said)
    tick(carer, "I care for someone")
    carer.get_by_text("Tick a common note instead").click()
    tick(carer, "Medical procedures")
    carer.get_by_text("Who may read it: everyone in this space").click()
    tick(carer, "Only the people who facilitate")
    carer.get_by_text("It comes from something written").click()
    carer.get_by_label("Where does it come from?").fill("A letter from the ward, 2026")
    axe(carer)
    fits(carer)
    shot(carer, "bring-for-few")
    with carer.expect_navigation():
        carer.get_by_role("button", name="Bring my words").click()
    expect(carer.get_by_role("main")).to_contain_text("Only you and the people who facilitate")
    expect(carer.get_by_role("main")).to_contain_text("Before you read: Medical procedures")
    axe(carer)
    fits(carer)
    shot(carer, "close")
    assert other.goto(carer.url).status == 404
    with carer.expect_navigation():
        carer.get_by_role("button", name="Open them to everyone here").click()
    assert other.goto(carer.url).status == 200


@SIZES
def test_what_changed_is_told_without_colour(visit, axe, shot, size):
    page = visit(size, "comfort")
    tail = uuid4().hex[:6]
    address = bring(
        page, SPACE, f"They came at six and nobody knocked. The door stood open all night. {tail}", way="I care"
    )
    follow(page, "Change my words")
    page.get_by_role("textbox", name="Your words").fill(
        f"They came at seven and nobody knocked or said a name. The door stood open all night. {tail}"
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Keep this wording").click()
    page.goto(f"{address}changes/")
    gone, come = page.locator("del").first, page.locator("ins").first
    assert "[went: six]" in gone.text_content()
    assert "[came: seven]" in come.text_content()
    assert "line-through" in gone.evaluate("each => getComputedStyle(each).textDecorationLine")
    assert "underline" in come.evaluate("each => getComputedStyle(each).textDecorationLine")
    axe(page)
    fits(page)
    shot(page, "changes")
