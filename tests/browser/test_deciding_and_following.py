"""Deciding by the charter's rules, what came of it, what my words did, the account, the weave and paper."""

import re
import zlib

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, WALKED
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

SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])


def propose(page, slug, title):
    page.goto(f"/s/{slug}/decisions/")
    follow(page, "Put something to decide")
    put(page, "What should happen, in one line?", title)
    put(page, "And in full?", "A bell on every landing, from the first of March. Wendale Homes buys them.")
    tick(page, "I ring and nobody")
    press(page, "Put it to everyone")
    heading(page, title)
    return page.url


def take_position(page, kind, why=""):
    follow(page, "Say where you stand")
    tick(page, kind)
    if why:
        put(page, "Why?", why)
    press(page, "Say this")


@SCRIPTS
def test_nothing_closes_before_its_time(visit, shot, scripts):
    page = visit(PHONE, "noreen", java_script_enabled=scripts)
    slug = open_space(page, "How long do we read?", "Reading", days=14)
    bring(page, slug, "I ring and nobody knows that I rang.")
    proposal = propose(page, slug, "A bell on every landing")
    shot(page, "proposal-open")
    fits(page)
    take_position(page, "Consent")
    expect(page.get_by_role("main")).to_contain_text("It cannot be agreed yet")
    expect(page.get_by_role("link", name=re.compile("^Close it"))).to_have_count(0)
    page.goto(f"{proposal}close/")
    expect(page.get_by_role("main")).to_contain_text("It cannot be closed before then")
    expect(page.get_by_role("main").get_by_role("button")).to_have_count(0)
    shot(page, "close-too-soon")


@WALKED
# long because one proposal is followed from page to page, each standing on the one before
def test_a_proposal_goes_from_words_to_what_came_of_it(visit, shot, size, scripts):  # noqa: PLR0915
    page = visit(size, "noreen", java_script_enabled=scripts)
    main = page.get_by_role("main")
    slug = open_space(page, "Who hears the bell?", "The bell", days=0, people=1)
    words = bring(page, slug, "I ring and nobody knows that I rang.")
    page.goto(f"/s/{slug}/my-place/describe/")
    row = page.get_by_role("group", name="I speak from here: 1")
    row.get_by_label("In your own words").fill("Third floor, no lift")
    row.get_by_label("How do you know it?").select_option("L")
    row.get_by_label("What may become of it?").select_option(label="Shown with my words")
    press(page, "Keep it like this")
    propose(page, slug, "A bell on every landing")

    # The charter waits for somebody who lives with it, and nobody has said so yet.
    expect(main).to_contain_text("It cannot be agreed yet")
    expect(page.get_by_role("link", name="Close it as agreed")).to_have_count(0)
    take_position(page, "Consent")
    follow(page, "Close it as agreed")
    shot(page, "close")
    fits(page)
    press(page, "Close it as agreed")
    expect(main).to_contain_text("Agreed on")
    shot(page, "decision-new")
    fits(page)

    follow(page, "Tell what came of it")
    put(page, "What changed, or did not?", "Two bells, on the first landing")
    tick(page, re.compile("Service|service"))
    tick(page, "Yes, we set out to do this")
    tick(page, "Part of it is done")
    put(page, "Why? What is missing?", "The others are on order.")
    shot(page, "tell")
    fits(page)
    press(page, "Tell it")
    heading(page, "Two bells, on the first landing")
    outcome = page.url

    page.goto(f"/s/{slug}/did/")
    expect(main).to_contain_text("I ring and nobody knows")
    expect(main).to_contain_text("Two bells, on the first landing")
    shot(page, "did-new")
    fits(page)
    follow(page, re.compile("Was this good enough"))
    tick(page, "No. It should stay open")
    put(page, "Is there something you want to say about it?", "I live on the third.")
    shot(page, "good-enough")
    press(page, "Say so")
    page.goto(outcome)
    expect(main).to_contain_text("It is open again.")
    expect(main).to_contain_text("I live on the third.")
    shot(page, "outcome-open-again")
    fits(page)

    page.goto(words)
    expect(main).to_contain_text("A bell on every landing")
    shot(page, "contribution-with-thread")
    page.goto(f"/s/{slug}/account/")
    follow(page, "Read them")
    expect(main).to_contain_text("I ring and nobody knows")
    page.goto(f"/s/{slug}/weave/")
    shot(page, "weave-small")
    fits(page)


def test_the_keyboard_is_enough_to_decide(visit):
    page = visit(DESK, "noreen")
    slug = open_space(page, "Who holds the keys?", "Keys")
    bring(page, slug, "I ring and nobody knows that I rang.")
    page.goto(f"/s/{slug}/decisions/propose/")
    type_into(page, page.get_by_role("textbox", name="What should happen, in one line?"), "A bell")
    type_into(page, page.get_by_role("textbox", name="And in full?"), "A bell on every landing.")
    choose_by_keyboard(page, page.get_by_role("checkbox").first)
    press_by_keyboard(page, page.get_by_role("button", name="Put it to everyone"))
    press_by_keyboard(page, page.get_by_role("link", name="Say where you stand"))
    choose_by_keyboard(page, page.get_by_role("radio").first)
    press_by_keyboard(page, page.get_by_role("button", name="Say this"))
    press_by_keyboard(page, page.get_by_role("link", name="Close it as agreed"))
    press_by_keyboard(page, page.get_by_role("button", name="Close it as agreed"))
    expect(page.get_by_role("main")).to_contain_text("Agreed on")


def test_every_number_of_the_account_opens_to_its_rows(visit, site, shot):
    page = visit(DESK, "noreen")
    main = page.get_by_role("main")
    page.goto(f"/s/{site.slug}/account/")
    main.get_by_text("The same as a table").first.click()
    numbers = main.get_by_role("table").first.get_by_role("link")
    opened = [(int(one.inner_text()), one.get_attribute("href")) for one in numbers.all()]
    assert len(opened) == 12
    for number, path in opened[:4]:
        page.goto(path)
        lead = main.locator(".lead").inner_text()
        assert (str(number) if number != 1 else "one") in lead, f"{path} says: {lead}"
    shot(page, "rows")


@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_weave_is_walked_by_keyboard_and_read_as_a_table(visit, site, shot, size):
    page = visit(size, "noreen")
    page.goto(f"/s/{site.slug}/weave/")
    main = page.get_by_role("main")
    thread = main.locator("svg a[href*='/brought/']:visible").nth(2)
    press_by_keyboard(page, thread)
    expect(page).to_have_url(re.compile("/brought/[0-9a-f-]+/$"))
    page.go_back()
    table = main.locator("summary", has_text="The same as a table")
    table.focus()
    page.keyboard.press("Enter")
    expect(main.get_by_role("table")).to_be_visible()
    rows = main.get_by_role("table").locator("tbody tr")
    to_themes = main.locator("svg:visible a[href*='/themes/']")
    themes = to_themes.evaluate_all("links => new Set(links.map(l => l.getAttribute('href'))).size")
    assert rows.count() >= 5
    assert 2 <= themes <= rows.count()
    by_keyboard(page, rows.first.get_by_role("link").first)
    fits(page)


UNPRINTED = """() => [...document.querySelectorAll("main :is(h1, h2, h3, p, li, td, th, figcaption, blockquote)")]
    .filter((each) => !each.closest(".no-print, details:not([open]), nav, form, button") && each.innerText.trim())
    .filter((each) => !each.getClientRects().length && !each.closest(".actions"))
    .map((each) => each.innerText.slice(0, 80))"""


@pytest.mark.parametrize("path", ["account/", "did/", "decisions/", "weave/", "", "brought/", "charter/"])
def test_pages_print_on_a4_with_their_words(visit, site, path):
    page = visit(DESK, "noreen")
    page.goto(f"/s/{site.slug}/{path}")
    if path == "decisions/":
        follow(page, re.compile("Take our word"))
    page.emulate_media(media="print")
    assert page.evaluate(UNPRINTED) == []
    for hidden in (page.get_by_role("link", name="Exit this page"), page.locator(".selvedge")):
        for one in hidden.all():
            expect(one).to_be_hidden()
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground in ("rgb(255, 255, 255)", "rgba(0, 0, 0, 0)")
    paper = page.pdf(format="A4")
    assert paper.startswith(b"%PDF")
    assert b"/MediaBox [0 0 594.95996 841.91998]" in paper or b"/MediaBox [0 0 595" in paper
    assert written_on(paper) > 40, "nothing is written on the paper"


def written_on(paper):
    """How often the PDF sets text, in all its pages."""
    streams = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", paper, re.DOTALL)
    count = 0
    for stream in streams:
        try:
            count += len(re.findall(rb"\bT[jJ]\b", zlib.decompress(stream)))
        except zlib.error:
            continue
    return count
