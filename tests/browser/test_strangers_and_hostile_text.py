"""Who may not come in, and words that try to be something else than words."""

import re

import pytest
from playwright.sync_api import expect

from coproduce.spaces.models import Membership
from tests.browser.conftest import DESK, PHONE, TINY
from tests.browser.steps import bring, fits, heading, join_as_new, open_space, press, tick, way_in
from tests.config.one_of_everything import World
from tests.config.routes import NEVER, ROUTES, RULES, in_a_space

SPACE_PAGES = [
    "", "brought/", "brought/bring/", "themes/", "themes/name/", "weave/", "views/", "views/all/", "views/draw/",
    "decisions/", "decisions/propose/", "outcomes/", "outcomes/tell/", "account/", "did/", "members/", "charter/",
    "framings/", "reframe/", "gatherings/", "gatherings/arrange/", "agreements/", "my-place/", "my-place/describe/",
    "ways-in/", "data/",
]  # fmt: skip

# Is a sum in a spreadsheet, closes what it stands in, runs if anything lets it, turns the line round, and never breaks.
HOSTILE = (
    '=HYPERLINK("http://a.example/","b") null NULL \\0 %00 ${7*7} <%= 7 %> \u200b\u200d\ufeff'
    "</textarea></title><script>alert(1)</script><img src=x onerror=alert(2)>\"' onfocus=alert(3) autofocus "
    "{{ 7|add:7 }}{% url 'x' %} \u202eright to left\u2066\u200f مرحبا 👩🏽‍🦽🫁 "
) + "W" * 400


def test_a_visitor_reads_a_public_space_and_is_offered_a_way_in_not_a_pen(visit, site, shot):
    for who in ("philippa", ""):
        page = visit(PHONE, who)
        page.goto(f"/s/{site.slug}/")
        shot(page, f"front-as-{who or 'nobody'}")
        fits(page)
        expect(page.get_by_role("button", name="Start with my words")).to_have_count(0)
        expect(page.get_by_role("heading", name="Take part")).to_be_visible()
        page.get_by_role("navigation", name="This space").get_by_role("link", name="What was brought").click()
        heading(page, "What was brought")
        page.get_by_role("main").locator("a[href*='/brought/']").last.click()
        expect(page.get_by_role("link", name=re.compile("^Answer"))).to_have_count(0)
        shot(page, f"contribution-as-{who or 'nobody'}")
        fits(page)


@pytest.mark.parametrize("who", ["", "yvonne"], ids=["stranger", "member-of-another-space"])
def test_a_members_space_is_not_there_for_others(visit, shot, who):
    member = visit(DESK, "noreen")
    slug = open_space(member, "Who may read this?", "Ours alone")
    words = bring(member, slug, "Only for us.")
    other = visit(PHONE, who)
    for path in [*SPACE_PAGES, words.split(f"/s/{slug}/")[1]]:
        answer = other.goto(f"/s/{slug}/{path}")
        at_the_door = not who and "/sign-in/" in other.url
        assert answer.status == 404 or at_the_door, f"{path}: {answer.status}"
        told = other.content()
        assert "Ours alone" not in told
        assert "Only for us" not in told
    other.goto(f"/s/{slug}/brought/{'0' * 8}-0000-7000-8000-{'0' * 12}/")
    unknown = other.get_by_role("main").inner_text()
    other.goto(f"/s/{slug}/")
    assert other.get_by_role("main").inner_text() == unknown, "the page tells whether there is such a space"
    shot(other, f"not-here-{who or 'stranger'}")


FILL = """(hostile) => {
    for (const form of document.querySelectorAll("main form[method=post]")) {
        if (!form.querySelector("textarea, input:not([type=hidden])")) continue;
        const seen = new Set();
        for (const each of form.elements) {
            if (each.type === "textarea" || each.type === "text" || each.type === "search")
                each.value = each.maxLength > 0 ? hostile.slice(0, each.maxLength) : hostile;
            // Where evidence comes from is refused with letters that nobody can see: another test says so.
            if (each.name === "citation") each.value = hostile.replace(/\\p{C}/gu, "").slice(0, 600);
            if (each.name === "link") each.value = "";
            // Ticked notes go into a line that is full.
            const isNote = each.name.endsWith("_common");
            if (each.type === "checkbox" && !isNote && !seen.has(each.name)) each.checked = true;
            if (each.type === "radio" && !seen.has(each.name)) each.checked = true;
            if (each.tagName === "SELECT" && !each.value) each.selectedIndex = each.options.length - 1;
            const hour = /end/.test(each.name) ? "11:00" : "10:00";
            if (each.type === "datetime-local" && !each.value) each.value = `2030-01-02T${hour}`;
            if (each.type === "date" && !each.value && each.required) each.value = "2026-01-02";
            if (each.type === "time" && !each.value) each.value = hour;
            seen.add(each.name);
        }
        form.noValidate = true;
        return true;
    }
    return false;
}"""


def write_everywhere(page, path, hostile, seen, *, status=200):
    """Fill every text field of the first form at ``path``, send it and look at where that leads."""
    page.goto(path)
    assert page.evaluate(FILL, hostile), f"{path} has no form"
    form = page.locator("main form[method=post]:has(textarea, input:not([type=hidden]))").first
    button = form.locator("button.button, button.answer").first  # where every answer counts the same, none stands out
    expect(button, f"{path} has no button").to_be_visible()
    with page.expect_navigation() as answer:
        button.click()
    refused = page.locator("main [role=alert]").all_inner_texts()
    assert answer.value.status == status, f"{path}: {answer.value.status} {refused}"
    look(page)
    seen.add(page.url)
    return page.url


def look(page):
    fits(page)
    assert page.locator("main script, main img, main [onerror], main [onfocus]").count() == 0, page.url


@pytest.fixture
def a_name_given_back(visit):
    """Noreen is called Noreen again for the journeys that follow, however this one ends."""
    yield
    write_everywhere(visit(TINY, "noreen"), "/me/about/", "Noreen", set())


# long because it is one person fills in every form there is, one after the other
@pytest.mark.usefixtures("a_name_given_back")
def test_hostile_words_in_every_field_stay_words(visit, shot):
    page, seen = visit(TINY, "noreen"), set()
    write_everywhere(page, "/spaces/open/", HOSTILE, seen)
    slug = page.url.split("/s/")[1].split("/")[0]
    base = f"/s/{slug}/"
    shot(page, "hostile-space")
    for path in [
        "brought/bring/", "reframe/", "my-place/describe/", "charter/change/",
        "members/add/", "gatherings/arrange/", "themes/name/", "views/draw/", "views/say/",
        "decisions/propose/", "outcomes/tell/", "agreements/",
    ]:  # fmt: skip
        write_everywhere(page, base + path, HOSTILE, seen)

    write_everywhere(page, base + "brought/bring/", f"Two {HOSTILE}", seen)
    one = first(page, base + "brought/", r"/brought/[0-9a-f]{8}-[^/]+/$")
    for action in ("answer/", "revise/", "reframe/"):
        write_everywhere(page, one + action, HOSTILE, seen)
    # Nothing like it stands in the words, so it cannot be a passage of them; it comes back to be looked at.
    write_everywhere(page, one.replace("/brought/", "/themes/link/"), f"Not there {HOSTILE}", seen, status=422)
    write_everywhere(page, base + "themes/name/", f"Two {HOSTILE}", seen)
    theme = first(page, base + "themes/", r"/themes/[0-9a-f]{8}-[^/]+/$")
    for action in ("rename/", "split/", "merge/"):
        write_everywhere(page, theme + action, f"{action} {HOSTILE}", seen)
    proposal = first(page, base + "decisions/", r"/decisions/[0-9a-f]{8}-[^/]+/$")
    for action in ("position/", "amend/"):
        write_everywhere(page, proposal + action, f"{action} {HOSTILE}", seen)
    outcome = first(page, base + "outcomes/", r"/outcomes/[0-9a-f]{8}-[^/]+/$")
    for action in ("state/", "promise/", "good-enough/"):
        write_everywhere(page, outcome + action, HOSTILE, seen)
    write_everywhere(page, "/me/about/", HOSTILE, seen)

    link = way_in(page, slug)
    newcomer = visit(TINY)
    write_everywhere(newcomer, link + "bring/", HOSTILE, seen)
    other = visit(TINY)
    join_as_new(other, link, HOSTILE[:60])
    write_everywhere(other, f"{one}changed-my-thinking/", HOSTILE, seen)

    for path in [*SPACE_PAGES, *(url.split(slug + "/")[-1] for url in seen if f"/s/{slug}/" in url)]:
        page.goto(base + path)
        look(page)
    shot(page, "hostile-last")
    for path in ("brought/", "decisions/", "account/", "weave/", "did/"):
        page.goto(base + path)
        shot(page, f"hostile-{path.strip('/')}")


# Closes, runs and turns round as the words above, where a title must be short; and a word that fills a title alone.
SHORT = (
    "=1+1</textarea></title><script>alert(1)</script><img src=x onerror=alert(2)>\"' {{7|add:7}} "
    "\u202eright \u200bسلم 👩🏽\u200d🦽"
)
FILES = {"ballots:votes_file", "contributions:attachment", "exchange:export_file", "exchange:take"}
RAN = "main script, main [onerror], main [onfocus], main img[src='x'], main textarea + title"
A4 = {"width": 794, "height": 1123}


@pytest.mark.parametrize(
    ("mark", "who"),
    [(SHORT, "author"), ("W" * 160, "author"), (SHORT, "visitor")],
    ids=["markup", "one-long-word", "markup-for-a-visitor"],
)
def test_one_of_everything_in_hostile_words_stays_whole_on_every_page(db, seen_by, axe, mark, who):
    """Whatever it is that holds them, on a small phone and on paper: for who may open most, and for a visitor."""
    world = World(mark)
    Membership.objects.filter(person=world.author).update(is_facilitator=True)
    world.space.privacy = "members" if who == "author" else "public"
    world.space.save()
    page, opened, wrong = seen_by({"author": world.author, **world.people}[who], TINY), set(), []
    page.on("dialog", lambda dialog: wrong.append((page.url, dialog.message)) or dialog.dismiss())
    for name in in_a_space():
        if RULES[ROUTES[name][0]][0] is NEVER or name in FILES:
            continue
        page.set_viewport_size(TINY)
        page.emulate_media(media="screen")
        if page.goto(world.address(name)).status != 200:
            continue
        opened.add(name)
        wrong += [(name, each) for each in unwhole(page, axe if mark == SHORT else None)]
    assert wrong == [], "\n".join(f"{name}: {said}" for name, said in wrong)
    assert len(opened) > (45 if who == "visitor" else 150)


def unwhole(page, axe):
    """What is wrong with the page that is open, on a small phone and on paper."""
    if page.locator(RAN).count():
        yield "words became markup"
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > TINY["width"]:
        yield f"is {wide} wide where there are {TINY['width']}"
    if axe:
        try:
            axe(page)
        except AssertionError as found:
            yield str(found)[:1500]
    page.emulate_media(media="print")
    page.set_viewport_size(A4)
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > A4["width"]:
        yield f"is {wide} wide on paper"


def first(page, path, pattern):
    page.goto(path)
    links = page.locator("main a[href]").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    return next(link for link in links if re.search(pattern, link))


def test_twenty_thousand_characters_are_kept_and_what_cannot_be_is_refused_kindly(visit):
    page = visit(TINY, "noreen")
    slug = open_space(page, "How long is a long letter?", "Long")
    long = ("Breath " * 2857 + "x")[:20_000]
    bring(page, slug, long)
    fits(page)
    page.goto(f"/s/{slug}/brought/bring/")
    for words, said in [(long + "yz" * 20, "longer than we can keep"), ("Nothing\0ness", "Null characters")]:
        page.evaluate(
            "words => { const sheet = document.querySelector('main textarea'); "
            "sheet.removeAttribute('maxlength'); sheet.value = words; }",
            words,
        )
        press(page, "Bring my words")
        expect(page.get_by_role("alert").first).to_contain_text(said)
        assert page.locator("main textarea").first.input_value().startswith(words[:7]), "the words are lost"
        fits(page)
    page.locator("main textarea").first.fill("Nothing was lost.")
    tick(page, "I live with it")
    press(page, "Bring my words")
    expect(page.get_by_role("main")).to_contain_text("Nothing was lost.")
