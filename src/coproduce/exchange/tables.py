"""The shared copy of a space as tables: one workbook, or CSV files in one archive, each with a guide to its columns.

What is in them is what ``shared_records`` says, and nothing else. No cell is ever a formula: in the workbook every
text is written as text; in CSV, where a program decides for itself, a text that begins as a formula does gets an
apostrophe before it.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterator
from itertools import groupby
from typing import IO, Any, NamedTuple

import xlsxwriter
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from coproduce import clock
from coproduce.errors import TooLarge
from coproduce.exchange.shared import shared_records
from coproduce.spaces.access import Place

FORMULA = set("=+-@\uff1d\uff0b\uff0d\uff20\ufe62\ufe63\ufe66\ufe6b\t\r\n")
"""What makes a program take a text for a formula, in narrow and full width, and what some look past."""
LONGEST_CELL = 32_000
"""A spreadsheet holds 32,767 UTF-16 halves in a cell. Longer words are cut there, and the row says so."""
MOST_ROWS = 1_048_000


class Column(NamedTuple):
    name: str
    words: str | Promise


class Sheet(NamedTuple):
    """One kind of record as a table: the name of the record, of the table, what a row is, and its columns."""

    record: str
    title: str
    words: str | Promise
    columns: tuple[Column, ...]


_ID = Column("id", _lazy("tells this row from all others; other tables point to it"))
SHEETS = (
    Sheet("contribution", "contributions", _lazy("What people brought, and what others answered."), (
        _ID,
        Column("kind", _lazy("story, observation, question, idea, evidence, concern or offer")),
        Column("ways", _lazy("L living it, C caring, P practice, R research, O organising, M many of us know it")),
        Column("said_on", _lazy("the day it was said, year-month-day")),
        Column("channel", _lazy("how it came: web, email, post, phone, room")),
        Column("answers", _lazy("the id of the contribution that this one answers; empty for what answers none")),
        Column("verb", _lazy("what the answer does: builds_on, supports, questions, differs, reframes, answers")),
        Column("words", _lazy("the words; empty where their speaker did not agree that they may be quoted")),
        Column("content_note", _lazy("what to know before reading")),
        Column("name", _lazy("the name beside the words, where the speaker agreed to it or chose to give none")),
        Column("person", _lazy("a pseudonym, another one in every copy; empty for words given without a name")),
        Column("citation", _lazy("for evidence: where it comes from")),
        Column("link", _lazy("for evidence: an address, as text")),
    )),
    Sheet("person", "people", _lazy("Everyone who said something under a name, by pseudonym."), (
        Column("person", _lazy("the pseudonym")),
        Column("ways", _lazy("how they know, where enough others know in the same way; letters as above")),
        Column("speaks_from", _lazy("where they speak from, where enough others use the same words")),
    )),
    Sheet("theme", "themes", _lazy("The names that people gave to what several contributions share."), (
        _ID,
        Column("name", _lazy("what it is called")),
        Column("words", _lazy("what is meant by it")),
        Column("origin", _lazy("agenda: it was there from the start; emerged: it arose as people went")),
        Column("state", _lazy("open, or merged into another")),
        Column("merged_into", _lazy("the id of that other theme")),
        Column("at", _lazy("when it was named, in UTC")),
        Column("parent", _lazy("the id of the theme it stands under")),
        Column("colour", _lazy("its colour, as #3f7330")),
    )),
    Sheet("theme_link", "links", _lazy("Which words belong to which theme. Two people may say so of the same words."), (
        Column("theme", _lazy("the id of the theme")),
        Column("contribution", _lazy("the id of the contribution")),
        Column("version", _lazy("of which wording of the contribution, 1 being the first")),
        Column("start", _lazy("where the passage begins, in characters from 0; empty for the whole")),
        Column("end", _lazy("the place after the last character of the passage")),
    )),
    Sheet("framing", "questions", _lazy("The question of the space, and its earlier wordings."), (
        Column("number", _lazy("1 for the first wording")),
        Column("words", _lazy("the question")),
        Column("why", _lazy("why it was changed")),
        Column("at", _lazy("when, in UTC")),
    )),
    Sheet("statement", "claims", _lazy("Claims that people were asked about."), (
        _ID,
        Column("words", _lazy("the claim")),
        Column("agree", _lazy("how many agree; empty where too few answered to be shown")),
        Column("unsure", _lazy("how many are unsure")),
        Column("disagree", _lazy("how many disagree")),
    )),
    Sheet("decision", "decisions", _lazy("What was decided."), (
        _ID,
        Column("title", _lazy("what it is called")),
        Column("words", _lazy("what was proposed, in its last wording")),
        Column("agreed", _lazy("yes or no")),
        Column("why", _lazy("the reason that was given")),
        Column("decided_at", _lazy("when, in UTC")),
    )),
    Sheet("outcome", "outcomes", _lazy("What changed, or did not."), (
        _ID,
        Column("title", _lazy("what it is called")),
        Column("words", _lazy("what happened")),
        Column("kind", _lazy("service, research, practice, community or knowledge")),
        Column("expected", _lazy("yes if it was looked for, no if it came by itself")),
        Column("state", _lazy("done, partly, not, or not_yet")),
        Column("because", _lazy("the reason that was given")),
        Column("at", _lazy("when this was said, in UTC")),
    )),
)  # fmt: skip
BY_RECORD = {sheet.record: sheet for sheet in SHEETS}


def guide(place: Place) -> Iterator[tuple[str, str, str]]:
    """(table, column, what it holds) for every column, below what the whole is and may be used for."""
    yield _("About"), "", _("%(name)s: a copy for sharing, made on %(day)s.") % {
        "name": place.space.name, "day": clock.today().isoformat(),
    }  # fmt: skip
    yield (
        "",
        "",
        _(
            "Somebody's words are in it only where they agreed that they may be quoted, and a name only where "
            "they agreed to that too. Words that were taken back are not in it. Please leave out later what people "
            "take back."
        ),
    )
    yield (
        "",
        "",
        _("Positions of passages count characters (code points) from 0; the end is the place after the last one."),
    )
    for sheet in SHEETS:
        yield sheet.title, "", str(sheet.words)
        for column in sheet.columns:
            yield sheet.title, column.name, str(column.words)


def rows(place: Place) -> Iterator[tuple[Sheet, Iterator[list[Any]]]]:
    """Each table with its rows, in the order in which they come."""
    kinds = groupby(shared_records(place), key=lambda record: record["record"])
    for kind, records in kinds:
        sheet = BY_RECORD.get(kind)
        if sheet is not None:
            yield sheet, (_cells(sheet, record) for record in records)


def _cells(sheet: Sheet, record: dict[str, Any]) -> list[Any]:
    if sheet.record == "statement":
        record = {**record, **(record["responses"] or {})}
    return [_cell(record.get(column.name)) for column in sheet.columns]


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "; ".join(value) if isinstance(value, list) else value


def write_xlsx(place: Place, file: IO[bytes]) -> None:
    """Write the workbook. Memory does not grow with the space. Raises ``TooLarge`` for more rows than a sheet holds."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    book = xlsxwriter.Workbook(file, {**options, "strings_to_numbers": False})
    book.set_properties({"title": place.space.name, "created": clock.now().replace(tzinfo=None)})
    bold, wrapped = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
    first = book.add_worksheet("guide")
    first.set_column(0, 1, 18)
    first.set_column(2, 2, 90, wrapped)
    for number, row in enumerate([(_("Table"), _("Column"), _("What it holds")), *guide(place)]):
        _write(first, number, row, bold if not number else None)
    made = {}
    for sheet in SHEETS:
        made[sheet.record] = page = book.add_worksheet(sheet.title)
        page.set_column(0, len(sheet.columns) - 1, 20)
        page.freeze_panes(1, 0)
        _write(page, 0, [column.name for column in sheet.columns], bold)
    for sheet, found in rows(place):
        for number, cells in enumerate(found, start=1):
            if number > MOST_ROWS:
                raise TooLarge(_("There is more here than a spreadsheet holds. Take the CSV files."))
            _write(made[sheet.record], number, cells)
    book.close()


def _write(page: Any, number: int, cells: Any, style: Any = None) -> None:
    for place, cell in enumerate(cells):
        if isinstance(cell, int):
            page.write_number(number, place, cell, style)
        elif cell != "":
            page.write_string(number, place, _fitting(str(cell)), style)


def _fitting(text: str) -> str:
    """A text that a cell holds: one that is too long is cut, and says that the whole is in the other copies."""
    text = text.replace("\0", "")
    if len(text) <= LONGEST_CELL // 2 or len(text.encode("utf-16-le", "replace")) // 2 <= LONGEST_CELL:
        return text
    cut = text.encode("utf-16-le", "replace")[: 2 * LONGEST_CELL].decode("utf-16-le", "ignore")
    return f"{cut} […] " + _("(too long for a cell; the whole is in the CSV files)")


def write_csv(place: Place, file: IO[bytes]) -> None:
    """Write the tables as CSV in UTF-8, in one zip with the guide as ``README.txt``."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        with _member(archive, "README.txt") as about:
            for table, column, words in guide(place):
                about.write(f"{table} · {column}: {words}\n" if column else f"\n{table}\n{words}\n".lstrip("\n"))
            about.write("\n" + _apostrophe() + "\n")
        empty = dict(BY_RECORD)
        for sheet, found in rows(place):
            del empty[sheet.record]
            _write_table(archive, sheet, found)
        for sheet in empty.values():
            _write_table(archive, sheet, iter(()))


def _write_table(archive: zipfile.ZipFile, sheet: Sheet, found: Iterator[list[Any]]) -> None:
    with _member(archive, f"{sheet.title}.csv", mark="\ufeff") as out:
        writer = csv.writer(out, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
        writer.writerow([column.name for column in sheet.columns])
        for cells in found:
            writer.writerow([harmless(cell) if isinstance(cell, str) else cell for cell in cells])


def _member(archive: zipfile.ZipFile, name: str, mark: str = "") -> io.TextIOWrapper:
    at = clock.now()
    info = zipfile.ZipInfo(name, (at.year, at.month, at.day, at.hour, at.minute, at.second))
    info.compress_type = zipfile.ZIP_DEFLATED
    text = io.TextIOWrapper(archive.open(info, "w", force_zip64=True), encoding="utf-8", errors="replace", newline="")
    text.write(mark)
    return text


def harmless(cell: str) -> str:
    """The text with an apostrophe before it where a spreadsheet could take it for a formula."""
    for letter in cell:
        if letter in FORMULA:
            return f"'{cell}"
        if not letter.isspace() and unicodedata.category(letter) not in ("Cf", "Cc"):
            return cell
    return cell


def _apostrophe() -> str:
    return _(
        "A text that begins with =, +, - or @ has an apostrophe before it, so that no spreadsheet takes it for one "
        "of its formulas."
    )
