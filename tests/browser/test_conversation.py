"""Following quietly, being asked by name, and ten quiet minutes: on a phone, and a letter on paper."""

import re
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, WALKED
from tests.browser.steps import bring, fits, follow, heading, press, tick, write


@pytest.fixture
def looked_at(axe, shot):
    """``looked_at(page, "ask")``: it fits, is accessible, and is pictured when somebody asks for pictures."""

    def look(page, name):
        fits(page)
        axe(page)
        shot(page, f"conversation-{name}")

    return look


@WALKED
def test_somebody_follows_is_asked_by_name_and_answers(visit, site, looked_at, size, scripts):
    comfort = visit(size, "comfort", java_script_enabled=scripts)
    noreen = visit(DESK, "noreen")
    mark = uuid4().hex[:8]
    words = bring(noreen, site.slug, f"The lift at the clinic is broken again ({mark}).", way="")

    comfort.goto(words)
    if scripts:
        looked_at(comfort, "words")
    press(comfort, "Follow quietly")
    expect(comfort.get_by_role("main")).to_contain_text("Nobody else knows")
    expect(comfort.get_by_role("button", name="Stop following")).to_be_visible()

    noreen.goto(words)
    expect(noreen.get_by_role("button", name="Stop following")).to_have_count(0)
    follow(noreen, "Ask somebody what they know about this")
    noreen.get_by_label("Whom would you like to ask?").select_option(label="Comfort")
    write(noreen, "What might they know?", f"Do you know who mends it? ({mark})")
    looked_at(noreen, "ask")
    press(noreen, "Ask them")
    heading(noreen, "A question by name")

    comfort.goto(f"/s/{site.slug}/")
    follow(comfort, re.compile("Questions by name"))
    asked = comfort.get_by_role("listitem").filter(has_text=mark)
    expect(asked).to_contain_text("Noreen asks you")
    if scripts:
        looked_at(comfort, "asked-of-me")
    with comfort.expect_navigation():
        asked.get_by_role("link", name="Say what I know").click()
    write(comfort, "Your words", f"The porter does, on Thursdays ({mark}).")
    if scripts:
        looked_at(comfort, "answer")
    press(comfort, "Bring it")
    expect(comfort.get_by_role("main")).to_contain_text(f"The porter does, on Thursdays ({mark}).")

    noreen.goto(f"/s/{site.slug}/asked/")
    expect(noreen.get_by_role("listitem").filter(has_text=f"Do you know who mends it? ({mark})")).to_contain_text(
        "answered. Read it"
    )


@WALKED
def test_ten_quiet_minutes_come_to_an_end(visit, site, looked_at, size, scripts):
    page = visit(size, "zofia", java_script_enabled=scripts)
    page.goto(f"/s/{site.slug}/")
    follow(page, re.compile("Ten quiet minutes"))
    heading(page, "Ten quiet minutes")
    main = page.get_by_role("main")
    first = main.get_by_role("article").all_inner_texts()
    assert 1 <= len(first) <= 5
    expect(main).to_contain_text("That is all for today.")
    if scripts:
        looked_at(page, "a-few")
    page.reload()
    assert main.get_by_role("article").all_inner_texts() == first


def test_something_is_folded_away_and_opened_once(visit, site, looked_at):
    mark = uuid4().hex[:8]
    words = bring(visit(DESK, "noreen"), site.slug, f"They had to use the hoist {mark} at night.", way="")
    page = visit(PHONE, "yvonne")
    page.goto(words)
    follow(page, "Fold such words away for me")
    looked_at(page, "fold")
    tick(page, "Words with a certain word in them")
    page.get_by_label("Which word, or which note?").fill(mark)
    press(page, "Fold it away for me")
    heading(page, "What is quiet for me")
    looked_at(page, "quiet")
    page.goto(words)
    folded = page.get_by_text("They had to use the hoist").first
    expect(folded).to_be_hidden()
    looked_at(page, "folded")
    page.get_by_text("You asked not to see this. Show it once.").first.click()
    expect(folded).to_be_visible()
    page.goto(f"/s/{site.slug}/quiet/")
    with page.expect_navigation():
        page.get_by_role("listitem").filter(has_text=mark).get_by_role("button", name="Show it again").click()
    page.goto(words)
    expect(page.get_by_text("They had to use the hoist").first).to_be_visible()


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_a_letter_is_read_and_printed(visit, site, looked_at, size):
    page = visit(size, "noreen")
    page.goto(f"/s/{site.slug}/")
    follow(page, re.compile("The season’s letter"))
    expect(page.get_by_role("main")).to_contain_text("Dear Noreen,")
    looked_at(page, "letter")
    follow(page, "In large print")
    looked_at(page, "letter-large")
    page.emulate_media(media="print")
    assert page.get_by_role("link", name="The season before").locator("visible=true").count() == 0
    assert page.get_by_role("button").locator("visible=true").count() == 0
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert paper.count(b"/Type /Page\n") <= 9
    page.goto("/letters/")
    heading(page, "Letters to you")
    looked_at(page, "letters")


def test_words_are_meant_for_somebody(visit, site, looked_at):
    page = visit(PHONE, "noreen")
    words = bring(page, site.slug, f"Kayleigh will know this one. {uuid4().hex[:6]}", way="")
    follow(page, "This is meant for somebody")
    looked_at(page, "meant-for")
    tick(page, "Kayleigh")
    press(page, "Tell them")
    assert page.url.startswith(words)
    looked_at(page, "meant-for-said")
