"""Every page that anyone of the cast can come to, held to what every page must be.

Each of them follows the links of the site, to one page for every kind of address (a route of the site). A kind that
nobody comes to fails the last test, unless it is named there with the journey that does come to it.
"""

import re
from collections import Counter, deque
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlsplit

import axe_playwright_python
import pytest
from django.urls import NoReverseMatch, Resolver404, URLPattern, get_resolver, resolve, reverse
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, TINY, WCAG, scripts_of_the_test
from tests.browser.steps import (
    ask_for_code,
    bring,
    follow,
    heading,
    join_as_new,
    mail_to,
    new_address,
    open_space,
    press,
    tick,
    way_in,
    write,
)
from tests.exchange.research_files import foreign

AXE = next(Path(axe_playwright_python.__file__).parent.rglob("axe.min.js")).read_text(encoding="utf-8")
RUN_AXE = (
    "async (tags) => (await axe.run({runOnly: {type: 'tag', values: tags}, resultTypes: ['violations']})).violations"
    ".map((each) => `${each.id}: ${each.help} (${each.nodes.slice(0, 3).map((node) => node.html.slice(0, 160))})`)"
)
FIRST_VISIT_KB = 60
CAST = ["comfort", "noreen", "farzana", "zofia", "yvonne", "philippa", "nobody"]
# Where the looking begins, besides the front page: pages whose way in is not a link.
BEGINNINGS = [
    "/",
    "/spaces/",
    "/s/living-with-breathlessness/",
    "/demonstration/",
    "/mail/",
    "/join/",
    "/me/",
]
# Leave, sign in or out, or are no page.
NOT_FOLLOWED = {
    "ballots:votes_file",
    "people:sign_out",
    "exchange:export_file",
    "exchange:take",
    "people:stay",
    "mfa_download_recovery_codes",
}

SEVERAL = {"decisions:proposal": 4}
"""Of these so many are read: what is decided leads to other pages than what is still open."""

visited: dict[str, str] = {}
looked_at: set[str] = set()


def kind_of(path):
    """The route of an address: ``themes:theme``; None for an address that is not ours, such as a file."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return None


def kinds(patterns=None, before=()):
    """Every route of the site, by name."""
    for each in get_resolver().url_patterns if patterns is None else patterns:
        if isinstance(each, URLPattern):
            yield ":".join([*before, each.name])
        else:
            yield from kinds(each.url_patterns, (*before, each.namespace) if each.namespace else before)


class Weighed:
    """How many bytes come over the network for a page, with nothing remembered from before."""

    def __init__(self, page):
        self.sizes = {}
        session = page.context.new_cdp_session(page)
        session.send("Network.enable")
        session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        session.on(
            "Network.loadingFinished", lambda done: self.sizes.update({done["requestId"]: done["encodedDataLength"]})
        )

    def kilobytes(self):
        return sum(self.sizes.values()) / 1000


def wrong_with(page, answer, weighed, *, closely):
    """What this page should not be. ``closely``: with axe, on a small phone by day and on a desk by night."""
    said = []
    if answer.status != 200:
        said.append(f"answers {answer.status}")
    if page.locator("h1").count() != 1:
        said.append(f"has {page.locator('h1').count()} h1")
    if not page.locator("html[lang]").count():
        said.append("does not say its language")
    if weighed.kilobytes() > FIRST_VISIT_KB:
        said.append(f"weighs {weighed.kilobytes():.0f} kB")
    if not closely:
        return said
    page.set_viewport_size(TINY)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > TINY["width"]:
        said.append(f"is {wide} wide where there are {TINY['width']}")
    with scripts_of_the_test(page):
        page.evaluate(AXE)
        said += [f"on a phone, {each}" for each in page.evaluate(RUN_AXE, WCAG)]
        page.set_viewport_size(DESK)
        page.emulate_media(color_scheme="dark")
        said += [f"on a desk in the dark, {each}" for each in page.evaluate(RUN_AXE, WCAG)]
    page.emulate_media(color_scheme="light")
    page.set_viewport_size(PHONE)
    return said


def look_round(page, beginnings):
    """Follow the links from ``beginnings``; what is wrong, page by page."""
    page.goto("about:blank")
    weighed, wrong = Weighed(page), []
    waiting, met = deque(beginnings), Counter()
    seen = set()
    while waiting:
        path = waiting.popleft()
        kind = kind_of(urlsplit(path).path)
        if kind is None or path in seen or met[kind] == SEVERAL.get(kind, 1) or kind in NOT_FOLLOWED:
            continue
        met[kind] += 1
        seen.add(path)
        weighed.sizes.clear()
        answer = page.goto(path)
        closely = kind not in looked_at
        wrong += [f"{path} {each}" for each in wrong_with(page, answer, weighed, closely=closely)]
        looked_at.add(kind)
        visited.setdefault(kind, path)
        visited.setdefault(kind_of(urlsplit(page.url).path) or kind, page.url)
        waiting += page.locator("a[href^='/']").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    return wrong


@pytest.mark.parametrize("who", CAST)
def test_every_page_is_whole_light_and_accessible(visit, site, who):
    page = visit(PHONE, "" if who == "nobody" else who)
    wrong = look_round(page, BEGINNINGS)
    assert not wrong, "\n".join(wrong)


class Closely:
    """Looks closely at a page: the one at ``path``, or the one that is open."""

    def __init__(self):
        self.wrong = []

    def __call__(self, page, path=""):
        address = path or page.url
        page.goto("about:blank")  # what is still loading belongs to the page before
        weighed = Weighed(page)
        answer = page.goto(address)
        self.wrong += [f"{page.url} {each}" for each in wrong_with(page, answer, weighed, closely=True)]
        for each in (address, page.url):
            visited.setdefault(kind_of(urlsplit(each).path), each)


def go_on(page, name):
    """Press the button and wait for where it leads."""
    with page.expect_navigation():
        press(page, name)


def test_pages_on_the_way_of_a_member(visit, tmp_path):
    look, page = Closely(), visit(PHONE, "noreen")
    look(page, "/demonstration/noreen/")
    slug = open_space(page, "What lies off the path?", "Off the path")
    look(page, f"/s/{slug}/begin/")
    words = bring(page, slug, "A step that only some can climb.")
    page.goto(f"{words}revise/")
    write(page, "Your words", "A step that only some of us can climb.")
    page.get_by_role("main").locator("form button.button").click()
    expect(page.get_by_role("main")).to_contain_text("some of us")
    look(page, f"{words}changes/")
    look(page, f"/s/{slug}/did/{words.split('/')[-2]}/")

    page.goto(f"/s/{slug}/decisions/propose/")
    write(page, "What should happen, in one line?", "A ramp")
    write(page, "And in full?", "A ramp, by the summer.")
    tick(page, "A step that only some")
    go_on(page, "Put it to everyone")
    proposal = page.url
    look(page, f"{proposal}amend/")
    look(page, f"{proposal}hand-on/")

    table = tmp_path / "said.csv"
    table.write_text("What was said,About\nThe bus does not kneel.,getting there\nIt rains in.,home\n")
    page.goto(f"/s/{slug}/data/table/")
    page.locator("input[type=file]").set_input_files(table)
    page.get_by_role("main").locator("form button.button").click()
    expect(page).to_have_url(re.compile("/data/table/[0-9a-f-]+/$"))
    look(page)
    study = tmp_path / "study.qdpx"
    study.write_bytes(foreign("The bus does not kneel.", [(4, 6, "bus"), (90, 99, "")]))
    page.goto(f"/s/{slug}/data/table/")
    page.locator("input[type=file]").set_input_files(study)
    page.get_by_role("main").locator("form button.button").click()
    expect(page).to_have_url(re.compile("/data/project/[0-9a-f-]+/$"))
    look(page)
    assert not look.wrong, "\n".join(look.wrong)


def test_pages_on_the_way_of_a_gathering_with_a_wall(visit):
    look, page = Closely(), visit(PHONE, "noreen")
    slug = open_space(page, "What hangs on the wall?", "On the wall")
    page.goto(f"/s/{slug}/gatherings/arrange/")
    write(page, "What is it about?", "In the library")
    page.locator("input[name^=starts_at]").first.fill("2030-01-01T10:00")
    go_on(page, "Put it up for everyone")
    wall = f"{page.url}wall/"
    for tail in ("", "open/"):
        look(page, f"{wall}{tail}")
    go_on(page, "Open it")
    look(page, f"{wall}card/")
    write(page, "What would you like to say?", "One lamp left on means somebody is awake.")
    go_on(page, "Hang it on the wall")
    look(page, f"{wall}group/")
    page.get_by_label("What do these cards share?").fill("At four in the morning")
    go_on(page, "Hang it up")
    look(page, page.get_by_role("link", name=re.compile("^Move")).first.get_attribute("href"))
    tick(page, "At four in the morning")
    go_on(page, "Move it")
    rename = page.get_by_role("link", name=re.compile("^Rename")).first.get_attribute("href")
    look(page, page.get_by_role("link", name=re.compile("^Make this a theme")).first.get_attribute("href"))
    for path in (rename, f"{rename}take-down/", *(f"{wall}{tail}" for tail in ("pass-round/", "paper/", "close/"))):
        look(page, path)
    look(page, f"{wall}projector/")
    code = page.locator(".wall-code").inner_text()
    stranger = visit(PHONE)
    look(stranger, "/wall/")
    look(stranger, f"/wall/{code}/")
    assert not look.wrong, "\n".join(look.wrong)


def test_pages_on_the_way_of_a_stranger(visit):
    member = visit(PHONE, "noreen")
    link = way_in(member, open_space(member, "Who is let in?", "Let in"))
    look, page, address = Closely(), visit(PHONE), new_address()
    page.goto(f"{link}bring/")
    write(page, "Your words", "Nor does the tram.")
    tick(page, "No name at all")
    go_on(page, "Keep my words")
    look(page)
    ask_for_code(page, address)
    look(page)
    mail_to(page, address)
    look(page)
    with page.expect_navigation():
        page.get_by_role("link", name=re.compile("sign-in.link")).click()
    look(page)
    go_on(page, "Sign me in")
    look(page)
    write(page, "What shall we call you?", "Ama")
    go_on(page, "Come in")
    heading(page, "Are these your words?")
    look(page)
    go_on(page, "Yes, I wrote them")
    heading(page, "Your words are here")
    look(page)
    look(page, "/sign-out/")
    go_on(page, "Sign me out")
    look(page)
    assert not look.wrong, "\n".join(look.wrong)


def follow_else(page, name):
    """Follow one of the links that lie folded under what one is asked."""
    page.get_by_text("What else you can do").click()
    follow(page, name)


def put(page, slug, way, title):
    """Put something to decide, in the way of that name; gives its address."""
    page.goto(f"/s/{slug}/decisions/")
    follow(page, "Put something to decide")
    page.get_by_text("Decide it in another way").click()
    follow(page, way)
    write(page, "What should happen, in one line?", title)
    write(page, "And in full?", "Whoever lives furthest from the door is asked first.")
    tick(page, "Nobody asked the last house")
    go_on(page, "Put it to everyone")
    heading(page, title)
    return page.url


@pytest.fixture(params=[True, False], ids=["scripts", "no-scripts"])
def deciding(request, visit):
    """Noreen on a phone, in a space of hers in which there are words to stand on, and its slug."""
    page = visit(PHONE, "noreen", java_script_enabled=request.param)
    slug = open_space(page, f"Who is asked first, {request.node.callspec.id}?", f"First {request.node.callspec.id}")
    bring(page, slug, "Nobody asked the last house on the lane.")
    return page, slug


# long because a round is walked from the first question to what people thought of it afterwards
def test_pages_on_the_way_of_a_round(visit, deciding):  # noqa: PLR0915
    look, (page, slug) = Closely(), deciding
    other = visit(PHONE)
    join_as_new(other, way_in(page, slug), "Edith")
    proposal = put(page, slug, "Consent in rounds", "The last house first")
    follow(page, "Ask something")
    write(page, "In your words", "Which one is the last?")
    go_on(page, "Say this")
    follow(page, re.compile("^Answer it"))
    look(page)
    write(page, "Your answer", "The one with no bell.")
    go_on(page, "Answer")
    follow_else(page, "Move it on")
    look(page)
    for step in ("Saying what we think of it", "Making it better"):
        page.goto(f"{proposal}move/")
        tick(page, step)
        go_on(page, "Move it")

    other.goto(proposal)
    follow(other, "Suggest other words")
    write(other, "How should it read?", "Whoever cannot hear the bell is asked first.")
    write(other, "Why?", "I live next to the door, and I did not hear it.")
    other.get_by_role("main").locator("form button.button").click()
    expect(other.get_by_role("main")).to_contain_text("Other words that were suggested")
    page.goto(proposal)
    follow(page, re.compile("^Take it up, or say why not"))
    look(page)
    tick(page, "Take these words up")
    go_on(page, "Answer")

    follow_else(page, "Have somebody bring your position")
    page.get_by_label("Who brings it?").select_option(label="Edith")
    go_on(page, "Ask them to bring it")
    follow_else(page, "Have somebody bring your position")
    follow(page, "Take that back")
    look(page)
    go_on(page, "Take it back")

    page.goto(f"{proposal}move/")
    tick(page, "Saying where we stand")
    go_on(page, "Move it")
    follow(page, "Say where you stand")
    tick(page, "Consent")
    go_on(page, "Say this")
    follow(page, "Close it as agreed")
    go_on(page, "Close it as agreed")
    follow(page, "Say how you saw it")
    look(page)
    assert not look.wrong, "\n".join(look.wrong)


def test_pages_on_the_way_of_advice(deciding):
    look, (page, slug) = Closely(), deciding
    page.goto(f"/s/{slug}/charter/")
    follow(page, "Write a new version")
    look(page)
    tick(page, "Advice process")
    write(page, "Why does the charter change?", "Small things need not wait.")
    go_on(page, "Put this charter in force")
    put(page, slug, "Advice process", "A bell for the last house")
    follow_else(page, "Ask somebody for advice")
    look(page)
    write(page, "Or somebody from outside", "The man who mends bells")
    tick(page, "They know about it")
    go_on(page, "Write it down")
    follow(page, re.compile("^Write down what they said"))
    look(page)
    assert not look.wrong, "\n".join(look.wrong)


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no-scripts"])
def test_pages_on_the_way_of_a_trace_and_to_another_space(visit, site, scripts):
    look, page = Closely(), visit(PHONE, "comfort", java_script_enabled=scripts)
    page.goto(f"/s/{site.slug}/themes/")
    follow(page, "Getting there")
    follow(page, "Where this came from, back to the first words")
    follow(page, re.compile("^Follow it.*The slow one"))
    follow(page, "And what it led to")
    follow(page, re.compile("^And .* more of"))
    look(page)

    page.goto(f"/s/{site.slug}/outcomes/")
    follow(page, re.compile("Rested before talking"))
    follow(page, "What it led to")
    follow(page, "To and from other spaces")
    follow(page, re.compile("^Open.*The board came from"))
    follow(page, "End it")
    look(page)
    assert not look.wrong, "\n".join(look.wrong)


# Held to the same in ``test_signing_in.py``, where there are passkeys and an app.
IN_SIGNING_IN = {
    "account_login", "mfa_login_webauthn", "account_inactive", "mfa_authenticate", "people:again",
    "account_reauthenticate", "mfa_reauthenticate", "mfa_reauthenticate_webauthn", "mfa_list_webauthn",
    "mfa_edit_webauthn", "mfa_remove_webauthn", "mfa_deactivate_totp", "mfa_view_recovery_codes",
    "mfa_generate_recovery_codes",
}  # fmt: skip
# Held to the same in ``test_suggestions.py``, where the computer has looked.
IN_SUGGESTIONS = {"work:piece", "suggestions:group"}
# Held to the same in ``test_pictures_and_sound.py``, where there are files.
WITH_FILES = {"contributions:describe"}
# Held to the same in ``test_care.py``, where somebody has a worry.
IN_CARE = {
    "care:told", "care:rule", "care:end_rule", "care:worry", "care:leave", "care:talk", "care:several", "care:appeal",
    "care:decide", "care:concern", "care:open", "care:agree",
}  # fmt: skip
# Held to the same in ``test_coding.py``, where two people read the same words.
IN_CODING = {"themes:talk"}
# Held to the same in ``test_conversation.py``, from one's own words.
IN_CONVERSATION = {"conversation:mean_for"}
# Held to the same in ``test_ballots.py``, which closes the open ballot of the demonstration.
IN_BALLOTS = {f"ballots:{name}" for name in ("vote", "slips", "envelope", "enter", "close", "check", "votes")}
# Held to the same in ``test_seeing_it.py``, by whoever drew a claim, and where no round is open yet.
IN_SEEING_IT = {
    "deliberation:reword", "deliberation:answer_talk", "deliberation:open_round", "deliberation:close_round",
}  # fmt: skip
# Held to the same in ``test_priorities.py``, at each step of an exercise; that of the demonstration is done.
IN_PRIORITIES = {
    f"priorities:{name}"
    for name in (
        "change", "steering", "move", "gather", "out", "draw", "behind", "reword", "check", "choose", "paper",
        "shortlist", "seat", "cards", "move_seat", "rank", "change_place",
    )
}  # fmt: skip
# Held to the same in ``test_what_came_of_it.py``, where a space ends and somebody is asked to take something on.
IN_OUTCOMES = {
    f"outcomes:{name}"
    for name in (
        "ask_successor", "finish", "last_letter", "leave_open", "answer_succession", "inherited", "answer_handing",
    )
}  # fmt: skip
# Led to from a mail alone: what it says and does is in ``tests/messages``.
FROM_A_MAIL = {"messages:stop"}
# Buttons send to these; there is nothing to open.
ONLY_PRESSED = {
    "traces:agree_across",
    "contributions:whose", "contributions:draft", "contributions:discard", "people:whose_words",
    "deliberation:let_stand", "deliberation:take_back_talk", "valuing:take_back",
    "deliberation:show", "deliberation:skip", "spaces:appoint", "spaces:close_way_in", "spaces:pause",
    "suggestions:ask", "suggestions:decide", "suggestions:refuse_group", "suggestions:again", "work:stop",
    "priorities:back_in", "priorities:count",
    "outcomes:take_on", "outcomes:let_go", "outcomes:call_off", "outcomes:wake", "outcomes:take_up",
    "care:hold", "care:end_role", "themes:move_back", "themes:their_way",
    "conversation:follow_theme", "conversation:follow_words", "conversation:show_again",
    "conversation:take_back_ask", "conversation:who_may_ask",
}  # fmt: skip
# Files, and answers to the page's own scripts.
NO_PAGES = {
    "ballots:votes_file",
    "health",
    "contributions:attachment",
    "work:so_far",
    "people:stay",
    "exchange:export_file",
    "exchange:take",
    "mfa_download_recovery_codes",
    "mfa_index",
}


def test_no_kind_of_page_is_left_out():
    """A new page must be linked from somewhere, or be walked to in a test here."""
    elsewhere = IN_OUTCOMES | IN_SIGNING_IN | IN_SUGGESTIONS | WITH_FILES | IN_CARE | IN_CODING
    elsewhere |= IN_PRIORITIES | IN_CONVERSATION | FROM_A_MAIL | IN_SEEING_IT | IN_BALLOTS
    missing = set(kinds()) - set(visited) - elsewhere - NO_PAGES - ONLY_PRESSED
    assert not missing, "nobody came to: " + ", ".join(sorted(missing))


def test_what_is_only_pressed_cannot_be_opened(visit, site):
    page, some = visit(PHONE, "comfort"), "01900000-0000-7000-8000-000000000000"
    for kind in sorted(ONLY_PRESSED):
        for named in ([], [some], [site.slug], [site.slug, some]):
            with suppress(NoReverseMatch):
                path = reverse(kind, args=named)
        assert page.request.get(path).status == 405, path
