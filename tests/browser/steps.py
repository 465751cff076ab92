"""What people do on many journeys, by what they read on the page."""

import re
from uuid import uuid4

from playwright.sync_api import expect


def new_address():
    """An address that nobody has used on this site."""
    return f"{uuid4().hex}@example.org"


def fits(page):
    """Nothing has to be scrolled sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], f"{page.url} is {wide} wide"


def heading(page, text):
    """The page's one h1 says this."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def write(page, label, text):
    """Write into the field with this label."""
    page.get_by_role("textbox", name=label).fill(text)


def tick(scope, words):
    """Tick the box or choose the button whose row says this: the whole row can be pressed."""
    row = scope.locator("label", has_text=words).first
    row.click()
    expect(scope.get_by_label(words).first).to_be_checked()


def press(page, name, **exact):
    """Press the button and be on the page that answers: what is looked at next must not be the page before."""
    with page.expect_navigation():
        page.get_by_role("button", name=name, **exact).click()


def follow(page, name, **exact):
    """Follow the link and be there."""
    with page.expect_navigation():
        page.get_by_role("main").get_by_role("link", name=name, **exact).first.click()


def mail_to(page, address):
    """Open the newest mail to ``address``, as the demonstration shows it, and give its text."""
    page.goto("/mail/")
    page.get_by_role("listitem").filter(has_text=address).get_by_role("link").first.click()
    return page.get_by_role("main").inner_text()


def code_for(page, address):
    """The code in the newest mail to ``address``, read in a second tab."""
    tab = page.context.new_page()
    code = re.search(r"(\d{4} \d{4})", mail_to(tab, address)).group(1)
    tab.close()
    return code


def ask_for_code(page, address):
    """On the page for signing in."""
    page.get_by_label("What is your email address?").fill(address)
    press(page, "Send me a code")
    heading(page, "Look at your mail")


def come_in_by_code(page, address, name=""):
    """From the page for signing in to wherever that leads. ``name`` for someone who is new."""
    ask_for_code(page, address)
    page.get_by_label("What is the code?").fill(code_for(page, address))
    press(page, "Go on")
    if name:
        page.get_by_label("What shall we call you?").fill(name)
        press(page, "Come in")


def open_space(page, question, name, *, days=0, people=0, readers=""):
    """Open a space, ready to decide in as the charter says; gives its slug."""
    page.goto("/spaces/open/")
    page.get_by_label("What do you want to ask together?").fill(question)
    page.get_by_label("What shall we call the space for short?").fill(name)
    if readers:
        tick(page, readers)
    page.get_by_label("How many days must everyone have to read a proposal?").fill(str(days))
    page.get_by_label("People who live with it").fill(str(people))
    press(page, "Open the space")
    if page.get_by_role("button", name="Send them a second time").count():
        # The same journey is walked at several sizes by the same person, who means each space.
        press(page, "Send them a second time")
    heading(page, question)
    return re.search(r"/s/([^/]+)/", page.url).group(1)


def way_in(page, slug):
    """Make a way into a space; gives the path of its link."""
    page.goto(f"/s/{slug}/ways-in/")
    press(page, "Make a link and a code")
    address = page.get_by_role("link").filter(has_text="/join/").first.inner_text()
    return re.search(r"/join/.*", address).group()


def join_as_new(page, path, name):
    """Somebody new joins by a link, saying no more than a name."""
    page.goto(path)
    follow(page, "Join", exact=True)
    come_in_by_code(page, new_address(), name)
    page.get_by_label("What shall we call you?").fill(name)
    press(page, "Join, and go on to what you agree to")
    follow_on = page.get_by_role("link", name="Go in, and answer another day")
    follow_on.click()


def bring(page, slug, words, *, way="I live with it", note=""):
    """Bring something; gives its address."""
    page.goto(f"/s/{slug}/brought/bring/")
    write(page, "Your words", words)
    if way:
        tick(page, way)
    if note:
        page.get_by_label("Is there something to know before reading it?").fill(note)
    press(page, "Bring my words")
    expect(page.get_by_role("main")).to_contain_text(words[:60])
    return page.url


def by_keyboard(page, target, *, most=150):
    """Press Tab until ``target`` has the focus. The focus must be seen at every step, and never be covered."""
    for _step in range(most):
        page.keyboard.press("Tab")
        unseen = page.evaluate(WHY_UNSEEN)
        if unseen:  # on a busy machine the ring may be drawn a moment later
            page.wait_for_timeout(300)
            unseen = page.evaluate(WHY_UNSEEN)
        assert not unseen, f"{page.url}: {unseen}"
        if target.evaluate("target => target === document.activeElement"):
            return
    raise AssertionError(f"{page.url}: {target} cannot be reached with Tab")


WHY_UNSEEN = """() => {
    const focused = document.activeElement;
    if (!focused || focused === document.body) return "";
    const named = focused.outerHTML.slice(0, 120);
    const box = focused.getBoundingClientRect();
    if (box.bottom <= 0 || box.top >= innerHeight) return `the focus is out of sight on ${named}`;
    const style = getComputedStyle(focused);
    const knot = focused.matches(".strand") && focused.querySelector(".k");
    const thicker = knot && parseFloat(getComputedStyle(knot).strokeWidth) >= 5;
    const drawn = thicker || style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
    if (!drawn) return `nothing is drawn round ${named}`;
    const x = Math.min(Math.max(box.left + box.width / 2, 1), innerWidth - 2);
    const y = (Math.max(box.top, 1) + Math.min(box.bottom, innerHeight - 1)) / 2;
    const there = document.elementFromPoint(x, y);
    const own = [focused, ...(focused.labels || []), focused.closest("svg")].filter(Boolean);
    if (!there || own.some((each) => each.contains(there) || there.contains(each))) return "";
    return `${named} is covered by ${there.outerHTML.slice(0, 120)}`;
}"""


def type_into(page, target, text):
    """Go there by keyboard and type."""
    by_keyboard(page, target)
    page.keyboard.insert_text(text)


def choose_by_keyboard(page, target):
    """A box or a button of choice, or a link or button to press."""
    by_keyboard(page, target)
    page.keyboard.press("Space")


def press_by_keyboard(page, target):
    by_keyboard(page, target)
    with page.expect_navigation():
        page.keyboard.press("Enter")
