"""A wall at a gathering: a facilitator's desk and projector, one phone with scripts and one without, and a keyboard."""

import re

from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, TINY
from tests.browser.steps import by_keyboard, fits, heading, open_space, press, tick, way_in, write

ON_A_PROJECTOR = {"width": 1920, "height": 1080}
SMALL = {"width": 360, "height": 740}


def gathering(page, slug):
    """A gathering with an open wall; gives the address of the wall."""
    page.goto(f"/s/{slug}/gatherings/arrange/")
    write(page, "What is it about?", "In the library")
    page.locator("input[name^=starts_at]").first.fill("2030-01-01T10:00")
    page.get_by_role("main").locator("form button.button").click()
    expect(page).to_have_url(re.compile(r"/gatherings/[0-9a-f-]+/$"))
    page.get_by_role("link", name="The wall of cards").click()
    heading(page, "There is no wall yet")
    page.get_by_role("link", name="Open a wall").click()
    press(page, "Open it")
    heading(page, "The wall")
    return page.url


def joined(page, path, name):
    """Somebody of the cast joins by a link."""
    page.goto(path)
    page.get_by_role("main").get_by_role("link", name="Join", exact=True).first.click()
    page.get_by_label("What shall we call you?").fill(name)
    press(page, "Join, and go on to what you agree to")


def card(page, words, way):
    """Write a card on the sheet that is open."""
    page.get_by_role("textbox", name="What would you like to say?").fill(words)
    for box in page.locator("input[name=ways]:checked").all():
        box.uncheck(force=True)  # the label lies over it, and takes the press
    tick(page, way)
    press(page, "Hang it on the wall")
    expect(page.get_by_role("main")).to_contain_text("Your card hangs on the wall")


def hangs_with(page, name, words):
    """These words hang in this group."""
    section = page.get_by_role("main").locator("section").filter(has=page.get_by_role("heading", name=name))
    expect(section).to_contain_text(words)


# long because it is one afternoon in one room, from the first card to the last
def test_cards_from_two_phones_are_put_together_and_seen_on_the_projector(visit, axe, shot):
    desk = visit(DESK, "noreen")
    slug = open_space(desk, "What is a good night?", "Nights")
    link = way_in(desk, slug)
    wall = gathering(desk, slug)

    projector = desk.context.new_page()
    projector.set_viewport_size(ON_A_PROJECTOR)
    projector.goto(f"{wall}projector/")
    expect(projector.get_by_role("main")).to_contain_text("Nobody has written yet")
    code = projector.locator(".wall-code").inner_text()
    axe(projector)

    phone = visit(SMALL, "comfort")
    joined(phone, link, "Comfort")
    phone.goto("/wall/")
    phone.get_by_label("What is the code on the wall?").fill(code.lower())
    press(phone, "Go on")
    shot(phone, "wall-card")
    fits(phone)
    axe(phone)
    card(phone, "Nobody rings at night.", "I live with it")
    card(phone, "One lamp left on means somebody is awake.", "Many of us know it")

    plain = visit(SMALL, "farzana", java_script_enabled=False)
    joined(plain, link, "Farzana")
    plain.goto(f"/wall/{code}/")
    card(plain, "The lift is out again.", "I practise")

    # The projector shows them by itself.
    for words in ("Nobody rings at night.", "The lift is out again."):
        expect(projector.get_by_role("main")).to_contain_text(words, timeout=10_000)
    expect(projector.get_by_role("main")).not_to_contain_text("Comfort")

    by_hand_without_scripts(plain, wall)
    expect(projector.get_by_role("heading", name="Getting there")).to_be_visible(timeout=10_000)
    by_finger(phone, wall)
    hangs_with(projector, "Getting there", "The lift is out again.")
    expect(projector.get_by_role("main")).to_contain_text("Nobody rings at night.")
    by_keys(desk, wall)
    expect(projector.get_by_role("heading", name="At four in the morning")).to_be_visible(timeout=10_000)
    hangs_with(projector, "At four in the morning", "One lamp left on")
    shot(projector, "wall-projector")
    axe(projector)
    look_at(desk, wall, axe, shot)


def by_hand_without_scripts(page, wall):
    """Without JavaScript: a link and a page for each card."""
    page.goto(wall)
    page.locator("[data-card]", has_text="The lift is out").get_by_role("link", name="Move").click()
    page.get_by_label("A new group", exact=True).check(force=True)
    page.get_by_label("If a new group: what do these cards share?").fill("Getting there")
    page.get_by_role("button", name="Move it").click()
    hangs_with(page, "Getting there", "The lift is out again.")


def by_finger(page, wall):
    """Dragged by its grip onto a group; then put back."""
    page.goto(wall)
    one = page.locator("[data-card]", has_text="Nobody rings")
    drag(page, one, page.locator("section").filter(has=page.get_by_role("heading", name="Getting there")))
    hangs_with(page, "Getting there", "Nobody rings at night.")
    expect(page.get_by_role("status").filter(has_text="The card hangs there now.")).to_have_count(1)
    drag(page, page.locator("[data-card]", has_text="Nobody rings"), page.locator("[data-to=none]"))
    hangs_with(page, "In no group yet", "Nobody rings at night.")


def drag(page, one, to):
    one.scroll_into_view_if_needed()
    grip, target = one.locator("[data-grip]").bounding_box(), to.bounding_box()
    page.mouse.move(grip["x"] + 20, grip["y"] + 20)
    page.mouse.down()
    page.mouse.move(target["x"] + 60, target["y"] + 30, steps=8)
    with page.expect_response(lambda answer: "/move/" in answer.url):
        page.mouse.up()


def by_keys(page, wall):
    """By keyboard alone: the link beside a card, the choice, the button."""
    page.goto(wall)
    by_keyboard(page, page.locator("[data-card]", has_text="One lamp").get_by_role("link", name="Move"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    by_keyboard(page, page.locator("input[name=to]:checked"))
    for _ in range(3):
        if page.get_by_label("A new group", exact=True).is_checked():
            break
        page.keyboard.press("ArrowUp")
    expect(page.get_by_label("A new group", exact=True)).to_be_checked()
    by_keyboard(page, page.get_by_label("If a new group: what do these cards share?"))
    page.keyboard.insert_text("At four in the morning")
    by_keyboard(page, page.get_by_role("button", name="Move it"))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    hangs_with(page, "At four in the morning", "One lamp left on")


def look_at(page, wall, axe, shot):
    """Every page of the wall at the sizes it is used at."""
    page.goto(wall)
    group = page.get_by_role("link", name=re.compile("^Make this a theme")).first.get_attribute("href")
    rename = page.get_by_role("link", name=re.compile("^Rename")).first.get_attribute("href")
    moving = page.get_by_role("link", name=re.compile("^Move")).first.get_attribute("href")
    paths = ["", "card/", "pass-round/", "paper/", "paper/?blank=1", "projector/", "group/", "open/", "close/"]
    for path in [*(f"{wall}{tail}" for tail in paths), group, rename, f"{rename}take-down/", moving]:
        page.goto(path)
        assert page.locator("h1").count() == 1, path
        for size in (TINY, PHONE, DESK):
            page.set_viewport_size(size)
            fits(page)
        axe(page)
        if path == wall:
            shot(page, "wall")
            page.set_viewport_size(SMALL)
            shot(page, "wall")
        page.set_viewport_size(DESK)


def test_a_lost_move_says_where_the_card_went_and_asks(visit, axe, shot):
    desk = visit(DESK, "noreen")
    slug = open_space(desk, "Who moves what?", "Moves")
    link = way_in(desk, slug)
    wall = gathering(desk, slug)
    desk.goto(f"{wall}card/")
    card(desk, "Two of us want this one.", "I live with it")
    for name in ("Mine", "Yours"):
        desk.goto(f"{wall}group/")
        desk.get_by_label("What do these cards share?").fill(name)
        press(desk, "Hang it up")
    other = visit(SMALL, "comfort")
    joined(other, link, "Comfort")
    other.goto(wall)
    desk.goto(wall)
    drag(
        desk, desk.locator("[data-card]"), desk.locator("section").filter(has=desk.get_by_role("heading", name="Mine"))
    )
    hangs_with(desk, "Mine", "Two of us")
    # The other one has not seen it yet, and is told when they let go.
    one = other.locator("[data-card]")
    one.scroll_into_view_if_needed()
    grip = one.locator("[data-grip]").bounding_box()
    target = other.locator("section").filter(has=other.get_by_role("heading", name="Yours")).bounding_box()
    other.mouse.move(grip["x"] + 20, grip["y"] + 20)
    other.mouse.down()
    other.mouse.move(target["x"] + 60, target["y"] + 30, steps=8)
    other.mouse.up()
    expect(other.get_by_role("alert")).to_contain_text(
        "moved this card while you were looking. It hangs with “Mine” now"
    )
    shot(other, "wall-lost-move")
    axe(other)
    press(other, "Move it all the same")
    hangs_with(other, "Yours", "Two of us")
    # Whoever has the wall open is told that it changed, and it changes when they ask.
    expect(desk.get_by_role("status").filter(has_text="The wall has changed.")).to_be_visible(timeout=12_000)
    desk.get_by_role("link", name="Show it as it is now").click()
    hangs_with(desk, "Yours", "Two of us")
