"""A researcher takes the words that may be studied, and a facilitator reads coded words in again."""

import io
import re
import zipfile

from playwright.sync_api import expect
from python_calamine import load_workbook

from tests.browser.conftest import WALKED
from tests.browser.steps import fits, follow, heading, open_space, press, tick
from tests.exchange.research_files import foreign

SAID = "Ich zähle die Stufen 👩‍⚕️, and on the landing I stop. Nobody asked me why."
PASSAGES = ["zähle die Stufen 👩‍⚕️", "Nobody asked me why."]


def coded_elsewhere():
    """A project as another program writes it: positions of passages, with their words beside them."""
    places = [(SAID.index(words), SAID.index(words) + len(words) - 1, words) for words in PASSAGES]
    picture = '<Sets><Set guid="s" name="Wave one"/></Sets>'
    return foreign(SAID, places, extra=picture)


def taken(page, name):
    """What the browser saves when the link is followed."""
    with page.expect_download() as download:
        page.get_by_role("main").get_by_role("link", name=name).click()
    return download.value.path().read_bytes()


@WALKED
# long because one file is followed from another program into a space and out of it
def test_coded_words_come_in_after_a_look_and_go_out_again(visit, shot, tmp_path, size, scripts):
    page = visit(size, "noreen", java_script_enabled=scripts)
    slug = open_space(page, f"What stops people {size['width']} {scripts}?", "Stairs")
    page.goto(f"/s/{slug}/data/")
    heading(page, "Take a copy")
    shot(page, "data-empty")
    fits(page)
    follow(page, "Read a file in")
    file = tmp_path / "study.qdpx"
    file.write_bytes(coded_elsewhere())
    page.locator("input[type=file]").set_input_files(file)
    shot(page, "read-in")
    press(page, "Look at the file")

    heading(page, "What is in this file")
    main = page.get_by_role("main")
    expect(main).to_contain_text(re.compile(r"This file holds 1 text,\s+1 code\s+and 2 marked passages"))
    expect(main).to_contain_text("These things cannot be taken")
    expect(main).to_contain_text("2 of 2 passages")
    tick(page, "Use my words as research data")
    tick(page, "Quote my words without my name")
    shot(page, "preview")
    fits(page)
    press(page, "Read it in")
    expect(page.get_by_role("main")).to_contain_text("Ich zähle die Stufen")

    page.goto(f"/s/{slug}/themes/")
    follow(page, "Code")
    for passage in PASSAGES:
        expect(page.locator("mark", has_text=passage)).to_be_visible()

    page.goto(f"/s/{slug}/data/")
    expect(page.get_by_role("main")).to_contain_text("research data: 1 of 1 texts")
    shot(page, "data")
    project = zipfile.ZipFile(io.BytesIO(taken(page, "QDPX")))
    texts = [project.read(name).decode() for name in project.namelist() if name.endswith(".txt")]
    assert texts == [SAID]
    qde = project.read("project.qde").decode()
    places = re.findall(r'startPosition="(\d+)" endPosition="(\d+)"', qde)
    assert [SAID[int(start) : int(end) + 1] for start, end in places] == PASSAGES
    book = load_workbook(io.BytesIO(taken(page, "XLSX")))
    assert book.sheet_names[0] == "guide"
    assert SAID in [row[7] for row in book.get_sheet_by_name("contributions").to_python()]
