"""The shared copy as a workbook and as CSV: what people agreed to, every column explained, and never a formula."""

import csv
import io
import re
import zipfile

import pytest
import xlsxwriter
from python_calamine import load_workbook

from coproduce.exchange.shared import shared_records
from coproduce.exchange.tables import BY_RECORD, LONGEST_CELL, SHEETS, guide, harmless, write_csv, write_xlsx
from coproduce.spaces.access import Place
from coproduce.themes.models import Theme
from tests.exchange.research_files import agree, link

LEADS = [
    "=",
    "+",
    "-",
    "@",
    "\t=",
    "\r=",
    "\n=",
    " =",
    "\uff1d",
    "\uff0b",
    "\uff0d",
    "\uff20",
    "\ufeff=",
    "\u200b@",
    "\x00=",
]


def place_of(space):
    return Place(space, None, None)


def workbook_of(space):
    content = io.BytesIO()
    write_xlsx(place_of(space), content)
    return content.getvalue()


def sheets_of(content):
    book = load_workbook(io.BytesIO(content))
    return {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}


def tables_of(space):
    content = io.BytesIO()
    write_csv(place_of(space), content)
    archive = zipfile.ZipFile(content)
    texts = {name: archive.read(name).decode("utf-8-sig") for name in archive.namelist()}
    about = texts.pop("README.txt")
    return {name: list(csv.reader(io.StringIO(text, newline=""))) for name, text in texts.items()}, about


def filled(build, words="Said."):
    space = build.space(name=words[:80])
    ada, bert = build.member(space, "Ada"), build.member(space, "Bert")
    agree(space, ada, "attributed_quote")
    said = build.contribution(space, ada, words, content_note=words)
    build.contribution(space, bert, "Bert's own words, not to be quoted")
    theme = Theme.objects.create(space=space, name=words[:120], words=words, proposed_by=ada, colour="#3f7330")
    Theme.objects.create(space=space, name="Below", parent=theme, proposed_by=ada)
    link(theme, said, ada, 0, 1)
    return space


def test_the_first_sheet_explains_every_column_of_the_others(build):
    sheets = sheets_of(workbook_of(filled(build)))
    assert list(sheets) == ["guide", *(sheet.title for sheet in SHEETS)]
    explained = {(row[0], row[1]) for row in sheets["guide"] if row[1]}
    for sheet in SHEETS:
        assert {(sheet.title, name) for name in sheets[sheet.title][0]} <= explained
    words = {row[7]: row for row in sheets["contributions"][1:]}
    assert words["Said."][9] == "Ada"
    assert words[""][9] == ""
    assert sheets["links"][1][3:] == [0.0, 1.0]
    parents = {row[1]: row[7] for row in sheets["themes"][1:]}
    assert parents["Below"] == next(row[0] for row in sheets["themes"] if row[1] == "Said.")


def test_every_field_of_the_copy_has_a_column(build):
    space = filled(build)
    for record in shared_records(place_of(space)):
        if record["record"] in BY_RECORD:
            columns = {column.name for column in BY_RECORD[record["record"]].columns}
            assert set(record) - {"record", "responses"} <= columns, record["record"]


@pytest.mark.parametrize("lead", LEADS)
def test_no_cell_is_a_formula_whatever_it_begins_with(build, lead):
    words = f"{lead}cmd|' /C calc'!A0"
    space = filled(build, words.replace("\x00", ""))
    content = workbook_of(space)
    archive = zipfile.ZipFile(io.BytesIO(content))
    for name in archive.namelist():
        if name.startswith("xl/worksheets/"):
            assert not re.search(rb"<f[ >]|<hyperlink", archive.read(name))
    tables, _about = tables_of(space)
    for rows in tables.values():
        for row in rows:
            for cell in row:
                assert harmless(cell) == cell or cell[0] == "'", cell
                assert cell[:1] not in set("=+-@\uff1d\uff0b\uff0d\uff20\t\r\n"), cell


def test_words_come_back_from_the_workbook_as_they_are(build):
    words = "=SUM(1)\n日本 👩‍⚕️ e\u0301 _x0041_ \u2028 <b>&amp; 007 1e5 https://example.org"
    sheets = sheets_of(workbook_of(filled(build, words)))
    assert words in [row[7] for row in sheets["contributions"]]
    tables, about = tables_of(filled(build, words))
    assert "'" + words in [row[7] for row in tables["contributions.csv"]]
    assert "apostrophe" in about


def test_words_too_long_for_a_cell_are_cut_there_and_whole_in_csv(build):
    words = "😀" * 40_000
    space = filled(build)
    space_words = build.contribution(space, build.member(space), words)
    agree(space, space_words.author, "quote")
    cells = [row[7] for row in sheets_of(workbook_of(space))["contributions"]]
    cut = next(cell for cell in cells if cell.startswith("😀"))
    assert len(cut.encode("utf-16-le")) // 2 < 32_767
    assert cut.count("😀") == LONGEST_CELL // 2
    assert words in [row[7] for row in tables_of(space)[0]["contributions.csv"]]


def test_words_nobody_may_quote_and_words_taken_back_are_in_neither(build):
    space = filled(build)
    ended = build.contribution(space, build.member(space), "Ended for new use", use_ended_at="2026-01-01T00:00Z")
    agree(space, ended.author, "quote", "attributed_quote")
    close = build.contribution(space, ended.author, "Only for who facilitates", state="close")
    link(Theme.objects.get(name="Below"), ended, ended.author, None, None)
    everything = str(sheets_of(workbook_of(space))) + str(tables_of(space))
    for hidden in ("not to be quoted", "Ended for new use", "Only for who", str(ended.pk), str(close.pk)):
        assert hidden not in everything


def test_who_said_it_is_a_pseudonym_that_holds_texts_together_only_where_a_name_stands(build):
    space = filled(build)
    ada = Theme.objects.get(name="Below").proposed_by
    build.contribution(space, ada, "Twice under my name")
    build.contribution(space, ada, "Without it", attribution="anonymous")
    people = {row[7]: row[10] for row in sheets_of(workbook_of(space))["contributions"][1:]}
    assert people["Said."] == people["Twice under my name"] == "P-01"
    assert people["Without it"] == people[""] == ""


def test_the_guide_says_what_may_be_done(build):
    said = " ".join(words for _table, _column, words in guide(place_of(filled(build))))
    assert "agreed" in said
    assert "taken back" in said


def test_calamine_reads_a_formula_that_somebody_else_wrote_so_the_test_above_can_fail():
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    book.add_worksheet().write_formula(0, 0, "=1+1")
    book.close()
    archive = zipfile.ZipFile(content)
    assert re.search(rb"<f[ >]", archive.read("xl/worksheets/sheet1.xml"))


def test_a_chosen_name_and_a_full_name_are_not_tied_together(build):
    space = build.space()
    ada = build.member(space, "Ada")
    agree(space, ada, "attributed_quote")
    for words, attribution in (("One.", "name"), ("Two.", "chosen"), ("Three.", "chosen")):
        build.contribution(space, ada, words, attribution=attribution)
    said = {row["words"]: row for row in shared_records(place_of(space)) if row["record"] == "contribution"}
    assert (said["One."]["name"], said["Two."]["name"]) == ("Ada Example", "Ada")
    assert said["One."]["person"] != said["Two."]["person"] == said["Three."]["person"]
    known = {row["person"] for row in shared_records(place_of(space)) if row["record"] == "person"}
    assert len(known) == 2
    ada.full_name = ""
    ada.save()
    said = {row["words"]: row for row in shared_records(place_of(space)) if row["record"] == "contribution"}
    assert said["One."]["person"] == said["Two."]["person"]
