"""A real browser for journeys: Chromium, at the width of a phone and of a desk, with axe at hand.

``window`` opens pages of a server inside this process, with an empty database; ``visit`` opens pages of the
demonstration, served by the real command. Set COPRODUCE_SCREENSHOTS=1 for pictures of what was seen on the way, in
``tests/browser/screenshots``; with COPRODUCE_BROWSER_SITE=http://127.0.0.1:8000 they use a ``./demo`` that runs.
"""

import os
import shutil
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from playwright.sync_api import expect, sync_playwright

from coproduce.config.testing import OWN_HOME
from tests.browser import server

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright keeps a loop running in this thread

PICTURES = Path(__file__).parent / "screenshots"
TINY, PHONE, DESK = {"width": 320, "height": 640}, {"width": 390, "height": 844}, {"width": 1280, "height": 900}
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream",
]  # fmt: skip
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# How a journey is walked: on a phone and on a desk, and on a phone without scripts.
WALKED = pytest.mark.parametrize(
    ("size", "scripts"),
    [(PHONE, True), (PHONE, False), (DESK, True)],
    ids=["phone", "phone-no-scripts", "desk"],
)
EXIT_TO = "https://www.bbc.co.uk/weather"
# How long a page may take to answer: a machine busy with other tests is slow, and waiting costs a good page nothing.
PATIENCE = 30_000
expect.set_options(timeout=15_000)


def pytest_collection_modifyitems(items):
    for item in items:
        if "/tests/browser/" in str(item.path):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def chromium():
    """One browser for the whole run."""
    path = os.environ.get("COPRODUCE_CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
    assert path, "no Chromium here: set COPRODUCE_CHROMIUM to where it is"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory, migrated):
    """The demonstration, filled once for the whole run and served once for each worker."""
    if there := os.environ.get("COPRODUCE_BROWSER_SITE"):
        yield server.Site(there.rstrip("/"))
        return
    with server.demonstration(
        tmp_path_factory.mktemp("demonstration"), Path(os.environ[OWN_HOME]), migrated
    ) as running:
        yield running


def watch(page, troubles, host):
    """Note what must never happen on any page: a script that fails or is refused, a dialog, a request elsewhere."""

    def said(message):
        refused_on_purpose = "the server responded with a status of 4" in message.text
        if message.type == "error" and not refused_on_purpose:
            troubles.append(f"{page.url}: {message.text}")

    def asked(request):
        elsewhere = urlsplit(request.url)
        if elsewhere.scheme in ("http", "https") and elsewhere.netloc != host and request.url != EXIT_TO:
            troubles.append(f"{page.url} asked {request.url}")

    def dialog(opened):
        troubles.append(f"{page.url} opened a dialog: {opened.message}")
        opened.dismiss()

    page.on("pageerror", lambda error: troubles.append(f"{page.url}: {error}"))
    page.on("console", said)
    page.on("request", asked)
    page.on("dialog", dialog)


@pytest.fixture
def visit(chromium, site):
    """``visit(DESK, "noreen")`` is a page of the demonstration in a browser of its own, Noreen signed in.

    A script that fails or is refused, a dialog or a request to another host fails the test.
    """
    contexts, troubles = [], []

    def opened(size=PHONE, who="", **options):
        context = chromium.new_context(viewport=size, base_url=site.url, **options)
        contexts.append(context)
        context.route(EXIT_TO, lambda route: route.fulfill(content_type="text/html", body="<h1>Weather</h1>"))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        watch(page, troubles, urlsplit(site.url).netloc)
        context.on("page", lambda other: watch(other, troubles, urlsplit(site.url).netloc))
        if who:
            page.goto(f"/demonstration/{who}/")
            with page.expect_navigation():  # or the next page is asked for before this one is answered
                page.get_by_role("main").get_by_role("button").click()
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles, "\n".join(troubles)


@pytest.fixture
def window(chromium, live_server):
    """``window(DESK)`` is a page in a browser of its own; what the content policy or a script refuses fails a test."""
    contexts, troubles = [], []

    def opened(size=DESK, **options):
        context = chromium.new_context(viewport=size, base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles


@pytest.fixture
def seen_by(window, signed_in):
    """``seen_by(person, PHONE)``: a page of the empty database's server in a browser in which they are signed in."""

    def opened(person, size=DESK, **options):
        page = window(size, **options)
        kept = signed_in(person).cookies[settings.SESSION_COOKIE_NAME].value
        page.goto("/health")
        site = page.url.removesuffix("health")
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": kept, "url": site}])
        return page

    return opened


@contextmanager
def scripts_of_the_test(page):
    """Let the test run its own scripts on a page that was opened without any: a promise would wait for ever there."""
    if not page.evaluate("matchMedia('(scripting: none)').matches"):
        yield
        return
    session = page.context.new_cdp_session(page)
    for off in (True, False):  # only what changes is passed on to the page
        session.send("Emulation.setScriptExecutionDisabled", {"value": off})
    yield
    session.send("Emulation.setScriptExecutionDisabled", {"value": True})
    session.detach()


@pytest.fixture(scope="session")
def axe():
    """``axe(page)`` fails with what is not accessible on it, by the rules of WCAG 2.2 AA and good practice."""
    runner = Axe()

    def check(page):
        with scripts_of_the_test(page):
            found = runner.run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return check


@pytest.fixture
def shot():
    """``shot(page, "bring")`` is a picture to look at, when somebody asks for pictures."""

    def taken(page, name):
        if os.environ.get("COPRODUCE_SCREENSHOTS"):
            PICTURES.mkdir(exist_ok=True)
            page.screenshot(path=PICTURES / f"{name}-{page.viewport_size['width']}.png", full_page=True)

    return taken
