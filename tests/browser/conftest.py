"""A real browser for journeys: Chromium, at the width of a phone and of a desk, with axe at hand."""

import os
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # playwright keeps a loop running in this thread

PHONE, DESK = {"width": 390, "height": 844}, {"width": 1280, "height": 900}
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


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


@pytest.fixture
def window(chromium, live_server):
    """``window(DESK)`` is a page in a browser of its own; what the content policy or a script refuses fails the test."""
    contexts, troubles = [], []

    def opened(size=DESK, **options):
        context = chromium.new_context(viewport=size, base_url=live_server.url, **options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("console", lambda said: troubles.append(said.text) if "Content Security Policy" in said.text else None)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert not troubles


@pytest.fixture(scope="session")
def axe():
    """``axe(page)`` fails with what is not accessible on it, by the rules of WCAG 2.2 AA and good practice."""
    runner = Axe()

    def check(page):
        found = runner.run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
        assert found.violations_count == 0, f"{page.url}\n{found.generate_report()}"

    return check
