"""Someone brings words with a photo and a recording from a phone, sees and describes them; also without scripts."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.steps import fits, follow, heading, open_space, press, tick, write
from tests.contributions import sent_files as sent

SMALL = {"width": 360, "height": 740}
DESK = {"width": 1280, "height": 900}


@pytest.fixture
def photo(tmp_path):
    """A photograph as a phone makes it."""
    path = tmp_path / "IMG_0042.jpg"
    path.write_bytes(sent.photo(turned=True))
    return path


@pytest.fixture
def tone(tmp_path):
    """A recording made somewhere else."""
    path = tmp_path / "what I said.m4a"
    path.write_bytes(sent.recording(3, "ipod", "aac"))
    return path


def begin(page, question):
    slug = open_space(page, question, "The corridor")
    page.goto(f"/s/{slug}/brought/bring/")
    return slug


def look_at_picture(page):
    """The picture on the page was fetched and drawn."""
    picture = page.locator(".attached img")
    expect(picture).to_be_visible()
    picture.scroll_into_view_if_needed()
    page.wait_for_function("() => [...document.querySelectorAll('.attached img')].every((each) => each.naturalWidth)")
    assert picture.evaluate("picture => [picture.naturalWidth, picture.naturalHeight]") == [600, 800]


def record_twice(page, shot):
    """Record, hear it, throw it away, record again: it goes along with what was chosen before."""
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_text("Recording. Speak now.")).to_be_visible()
    page.wait_for_timeout(1500)
    shot(page, "recording")
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_text("Your recording is with your words.")).to_be_visible()
    page.get_by_role("button", name="Hear it").click()
    names = "input => [...input.files].map((file) => file.name)"
    chosen = page.get_by_label("Which files shall go with your words?")
    assert len(chosen.evaluate(names)) == 2
    page.get_by_role("button", name="Throw it away").click()
    assert chosen.evaluate(names) == ["IMG_0042.jpg"]
    page.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(1200)
    page.get_by_role("button", name="Stop recording").click()
    expect(page.get_by_text("Your recording is with your words.")).to_be_visible()


def length_of_sound(page):
    """Seconds, as the browser reads them from the file."""
    return page.locator("audio").evaluate(
        "sound => new Promise((done, failed) => { sound.onloadedmetadata = () => done(sound.duration);"
        " sound.onerror = () => failed(sound.error); sound.preload = 'metadata'; sound.load(); })"
    )


def test_a_photo_and_a_recording_from_a_phone(visit, shot, axe, photo):
    page = visit(SMALL, "noreen", permissions=["microphone"])
    slug = begin(page, "What is it like to walk down the corridor?")
    write(page, "Your words", "The corridor at four in the morning. I say more in the recording.")
    tick(page, "I live with it")
    page.get_by_text("Add a picture, sound or a file").click()
    page.get_by_label("Which files shall go with your words?").set_input_files(photo)
    record_twice(page, shot)
    expect(page.locator("[data-draft-said]")).to_contain_text("Kept on the server at", timeout=12_000)
    shot(page, "bring-with-files")
    axe(page)
    fits(page)

    press(page, "Bring my words")
    heading(page, "Describe what you added")
    look_at_picture(page)
    axe(page)
    fits(page)
    shot(page, "describe")
    write(page, "What is in the picture?", "A long corridor with one lamp.")
    write(page, "What is said in it?", "I counted the doors.\nThere are forty.")
    press(page, "Keep this")

    expect(page.locator(".attached img")).to_have_attribute("alt", "A long corridor with one lamp.")
    look_at_picture(page)
    expect(page.get_by_text("There are forty.")).to_be_visible()
    assert 0.5 < length_of_sound(page) < 5
    axe(page)
    fits(page)
    shot(page, "words-with-files")
    page.set_viewport_size(DESK)
    shot(page, "words-with-files")
    page.goto(f"/s/{slug}/brought/")
    expect(page.get_by_text("with a picture")).to_be_visible()
    page.goto(f"/s/{slug}/brought/bring/")
    expect(page.get_by_text("You began this on")).to_have_count(0)


def test_the_same_without_scripts(visit, shot, photo, tone):
    page = visit(SMALL, "noreen", java_script_enabled=False)
    slug = begin(page, "What is it like to walk down the corridor in daylight?")
    page.get_by_text("Add a picture, sound or a file").click()
    expect(page.get_by_role("button", name="Record", exact=True)).to_have_count(0)
    page.get_by_label("Which files shall go with your words?").set_input_files([photo, tone])
    press(page, "Keep for later")
    expect(page.get_by_text("You began this on")).to_be_visible()
    expect(page.get_by_text("IMG_0042.jpg (a picture)")).to_be_visible()
    fits(page)
    shot(page, "begun")

    page.goto(f"/s/{slug}/did/")
    follow(page, "Something to bring")
    write(page, "Your words", "   ")
    press(page, "Bring my words")
    expect(page.get_by_role("alert")).to_contain_text("Write one line about what you added")
    write(page, "Your words", "In daylight it is only long.")
    tick(page, "I live with it")
    tick(page, re.compile("Leave “what I said.m4a” out"))
    press(page, "Bring my words")
    heading(page, "Describe what you added")
    follow(page, "Not now")
    expect(page.get_by_text("In daylight it is only long.").first).to_be_visible()
    expect(page.locator(".attached img")).to_have_count(1)
    expect(page.locator("audio")).to_have_count(0)
    page.goto(f"/s/{slug}/did/")
    expect(page.get_by_text("What you began and did not send")).to_have_count(0)


def test_two_windows_and_a_file_that_cannot_be_kept(visit, shot, axe, tmp_path):
    page = visit(DESK, "noreen")
    slug = begin(page, "What is it like to walk down two corridors?")
    other = page.context.new_page()
    other.goto(f"/s/{slug}/brought/bring/")
    for each, words in ((page, "In the first window."), (other, "In the second window.")):
        write(each, "Your words", words)
        expect(each.locator("[data-draft-said]")).to_contain_text("Kept on the server at", timeout=12_000)
    page.goto(f"/s/{slug}/brought/bring/")
    expect(page.get_by_role("textbox", name="Your words")).to_have_value("In the second window.")
    page.get_by_text("In another window you wrote something else").click()
    axe(page)
    shot(page, "two-windows")
    follow(page, "Go on with this one")
    expect(page.get_by_role("textbox", name="Your words")).to_have_value("In the first window.")
    drawing = tmp_path / "drawing.svg"
    drawing.write_text("<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")
    page.get_by_text("Add a picture, sound or a file").click()
    page.get_by_label("Which files shall go with your words?").set_input_files(drawing)
    tick(page, "I live with it")
    press(page, "Bring my words")
    expect(page.get_by_role("alert")).to_contain_text("“drawing.svg” was not kept. You can add pictures")
    axe(page)
    shot(page, "refused-file")
    page.goto(f"/s/{slug}/brought/bring/")
    press(page, "Throw all of it away")
    expect(page.get_by_text("It is thrown away.")).to_be_visible()
