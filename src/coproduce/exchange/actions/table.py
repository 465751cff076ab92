"""Reading a table of texts, with labels that become themes."""

import csv
import hashlib
import io
import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime
from typing import IO, NamedTuple

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.consent.actions import note_agreements_of_many
from coproduce.contributions.actions import ImportedWords, bring_many
from coproduce.errors import BadFile
from coproduce.exchange.actions.target import Imported, Progress, people_from, space_to_fill
from coproduce.exchange.sheets import sheet_rows
from coproduce.history.many import counted_anew
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.themes.actions import link_many, name_theme
from coproduce.themes.models import Origin, Theme, ThemeState

MOST_PROBLEMS = 100
LONGEST_WORDS = 100_000
LONGEST_NAME = 120
ZIP = b"PK\x03\x04"
"""How XLSX and ODS begin."""
DAYS = ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%m/%d/%Y")
"""Day first where both would do. Month first only where day first is impossible, and then it is said."""
NO = {"", "0", "no", "n", "false", "f", "none", "-"}
YES = {"1", "yes", "y", "true", "t", "x", "1.0", "✓"}


class Columns(NamedTuple):
    """Which columns of a table mean what.

    ``labels`` are columns with a mark in the rows that a theme holds; ``codes`` are columns that hold the names of
    themes, with ``;`` between them.
    """

    text: str
    labels: tuple[str, ...] = ()
    person: str | None = None
    date: str | None = None
    codes: tuple[str, ...] = ()

    def named(self) -> list[str]:
        return [self.text, *self.labels, *self.codes, *(name for name in (self.person, self.date) if name)]


class Row(NamedTuple):
    """One row of a table as it will be brought. ``number`` is its line in the sheet, the heading being 1."""

    number: int
    source: str
    words: str
    labels: tuple[str, ...]
    person: str
    said_on: date | None
    month_first: bool = False


class Table(NamedTuple):
    """What a file holds: rows to bring, how many had no words, and how many days were written month first."""

    rows: list[Row]
    without_words: int
    month_first: int


def headings(file: IO[bytes]) -> list[str]:
    """The names of the columns. Raises ``BadFile`` when it is not a table in UTF-8."""
    return _reader(file)[0]


def preview(file: IO[bytes], most: int = 5) -> list[list[str]]:
    """The first rows, for a person to see which column is which."""
    _headings, rows = _reader(file)
    return [cells for _number, (cells, _row) in zip(range(most), rows, strict=False)]


def columns_between(names: list[str], wanted: Iterable[str]) -> tuple[str, ...]:
    """The columns that somebody means: a name; ``FIRST..LAST``, all from one to another; ``BEGINNING*``.

    What fits no column stays as it is, so that the reader can say that there is no such column.
    """
    found: list[str] = []
    for one in wanted:
        first, between, last = one.partition("..")
        if one in names:
            found.append(one)
        elif between and first in names and last in names[names.index(first) :]:
            found += names[names.index(first) : names.index(last) + 1]
        elif one.endswith("*") and (some := [name for name in names if name and name.startswith(one[:-1])]):
            found += some
        else:
            found.append(one)
    return tuple(dict.fromkeys(found))


def _reader(file: IO[bytes]) -> tuple[list[str], Iterator[tuple[list[str], int]]]:
    file.seek(0)
    begins = file.read(4)
    file.seek(0)
    return _sheet_reader(file) if begins == ZIP else _csv_reader(file)


def _sheet_reader(file: IO[bytes]) -> tuple[list[str], Iterator[tuple[list[str], int]]]:
    rows = iter(sheet_rows(file.read()))
    for number, names in rows:
        if any(name.strip() for name in names):
            return [name.strip() for name in names], ((cells, number) for number, cells in rows)
    raise BadFile(_("There is nothing in this file."))


def _csv_reader(file: IO[bytes]) -> tuple[list[str], Iterator[tuple[list[str], int]]]:
    try:
        text = file.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        file.seek(0)
        row = file.read(error.start).count(b"\n") + 1
        raise BadFile(
            _("This file is not in UTF-8. In your spreadsheet choose “Save as” and “CSV UTF-8”."),
            [(row, _("a letter here cannot be read"))],
        ) from None
    if "\0" in text:
        raise BadFile(_("This is not a table of texts. Save it as CSV UTF-8 first."))
    first = text.split("\n", 1)[0]
    mark = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=False)
    try:
        names = [name.strip() for name in next(reader)]
    except (StopIteration, csv.Error):
        raise BadFile(_("There is nothing in this file.")) from None
    return names, _numbered(reader)


def _numbered(reader: Iterator[list[str]]) -> Iterator[tuple[list[str], int]]:
    number = 1
    while True:
        number += 1
        try:
            yield next(reader), number
        except StopIteration:
            return
        except csv.Error as error:
            raise BadFile(_("This table cannot be read."), [(number, str(error))]) from None


def read_rows(file: IO[bytes], columns: Columns) -> Table:
    """Every row of the table. Raises ``BadFile`` with (row number, reason) for all that is wrong, up to a hundred."""
    names, cells_by_row = _reader(file)
    if missing := [name for name in columns.named() if name not in names]:
        raise BadFile(
            _("There is no column called “%(missing)s”. The columns are: %(names)s.")
            % {"missing": missing[0], "names": ", ".join(name for name in names if name)}
        )
    if twice := [name for name in columns.named() if names.count(name) > 1]:
        raise BadFile(_("Two columns are called “%(name)s”. Give one another name.") % {"name": twice[0]})
    places = {name: names.index(name) for name in columns.named()}
    rows: list[Row] = []
    problems: list[tuple[int, str]] = []
    seen: Counter[str] = Counter()
    without_words = 0
    for cells, number in cells_by_row:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            row = _row(cells, number, columns, places, len(names))
        except ValueError as why:
            problems.append((number, str(why)))
            if len(problems) >= MOST_PROBLEMS:
                break
            continue
        if not row.words:
            without_words += 1
            continue
        seen[row.source] += 1
        rows.append(row._replace(source=f"table:{row.source}:{seen[row.source]}"))
    if problems:
        raise BadFile(_("Some rows are not as they should be."), problems)
    return Table(rows, without_words, sum(row.month_first for row in rows))


def _row(cells: list[str], number: int, columns: Columns, places: dict[str, int], width: int) -> Row:
    if len(cells) != width:
        raise ValueError(
            _("it has %(cells)d cells where the heading has %(width)d") % {"cells": len(cells), "width": width}
        )
    words = cells[places[columns.text]].strip()
    if len(words) > LONGEST_WORDS:
        raise ValueError(_("its text is longer than %(most)d characters") % {"most": LONGEST_WORDS})
    labels = [name for name in columns.labels if _is_marked(name, cells[places[name]])]
    for column in columns.codes:
        labels += [name.strip() for name in re.split(r"[;\n]", cells[places[column]]) if name.strip()]
    if too_long := next((name for name in labels if len(name) > LONGEST_NAME), ""):
        raise ValueError(_("“%(name)s…” is too long for the name of a theme") % {"name": too_long[:40]})
    person = cells[places[columns.person]].strip() if columns.person else ""
    day = cells[places[columns.date]].strip() if columns.date else ""
    told = hashlib.sha256("\0".join((words, person, day)).encode("utf-8", "surrogatepass")).hexdigest()[:40]
    said_on, form = _day(day) if day else (None, "")
    return Row(number, told, words, tuple(dict.fromkeys(labels)), person, said_on, form == "%m/%d/%Y")


def _is_marked(name: str, cell: str) -> bool:
    mark = cell.strip().lower()
    if mark in NO:
        return False
    if mark in YES:
        return True
    raise ValueError(
        _("“%(cell)s” in “%(name)s”: a label is 1 or yes where it holds, and empty where it does not")
        % {"cell": cell.strip()[:40], "name": name}
    )


def _day(text: str) -> tuple[date, str]:
    for form in DAYS:
        try:
            day = datetime.strptime(text, form).date()  # noqa: DTZ007  (a day has no time zone)
        except ValueError:
            continue
        if date(1900, 1, 1) <= day <= clock.today():
            return day, form
        raise ValueError(_("“%(day)s” is not a day that has been") % {"day": text})
    raise ValueError(_("“%(day)s” is not a day we can read; write 2026-03-14 or 14/03/2026") % {"day": text[:40]})


@transaction.atomic
def import_table(
    *,
    actor: Person,
    slug: str,
    file: IO[bytes],
    columns: Columns,
    question: str = "",
    agreed: Collection[str] = (),
    progress: Progress | None = None,
) -> Imported:
    """Bring each row's words as a contribution, and its labels as themes: all of them, or nothing.

    agreed: the uses of their words to which the people of the table agreed where it comes from.

    A row without words is left out and counted. Reading the same table again brings nothing twice; reading it with
    rows added brings those. Raises ``BadFile`` with row numbers.
    """
    table = read_rows(file, columns)
    tell = progress or (lambda done, of, doing: None)
    space = space_to_fill(actor=actor, slug=slug, question=question)
    total = len(table.rows)
    tell(0, total, _("texts"))
    authors = people_from(
        actor=actor,
        space=space,
        sources=[_person_source(row) for row in table.rows],
        name=_("Person %s") if columns.person else _("Someone whose name was not kept"),
    )
    if agreed:
        note_agreements_of_many(actor=actor, space=space, people=authors.values(), uses=agreed)
    brought = bring_many(
        actor=actor,
        space=space,
        rows=[
            ImportedWords(row.source, row.words, authors[_person_source(row)], row.said_on or clock.today())
            for row in table.rows
        ],
    )
    tell(total, total, _("texts"))
    counted_anew(total)
    used = dict.fromkeys(name for row in table.rows for name in row.labels)
    themes = {name: _theme(actor, space, name) for name in sorted(used, key=_order_of(columns))}
    links = [(themes[name], brought[row.source]) for row in table.rows for name in row.labels]
    link_many(actor=actor, space=space, rows=links, why=_("A column of the table said so."))
    tell(len(links), len(links), _("links to themes"))
    return _summary(space.name, table, len(themes), len(links), len(authors))


def _order_of(columns: Columns) -> Callable[[str], tuple[int, str]]:
    """As the columns stand; what stood in cells comes after them, by name."""
    places = {name: place for place, name in enumerate(columns.labels)}
    return lambda name: (places.get(name, len(places)), name)


def _theme(actor: Person, space: Space, name: str) -> Theme:
    """The theme of a label: the one that this column made before, else one of that name, else a new one."""
    source = f"table:{name}"[:200]
    there = Theme.objects.filter(space=space, source=source).first()
    while there is not None and there.merged_into is not None:
        there = there.merged_into
    if there is None:
        there = Theme.objects.filter(space=space, state=ThemeState.OPEN, name__iexact=name).first()
    return there or name_theme(actor=actor, space=space, name=name[:120], origin=Origin.EMERGED, source=source)


def _person_source(row: Row) -> str:
    return f"table:person:{row.person}"[:200]


def _summary(name: str, table: Table, themes: int, links: int, people: int) -> Imported:
    sentence = _(
        "Read into “%(name)s”. Texts: %(texts)d; people: %(people)d; themes: %(themes)d; links: %(links)d."
    ) % {"name": name, "texts": len(table.rows), "people": people, "themes": themes, "links": links}
    if table.without_words:
        sentence += " " + _("%(rows)d rows had no words and were left out.") % {"rows": table.without_words}
    if table.month_first:
        sentence += " " + _(
            "%(rows)d days can only be month/day/year and were read so; all others were read as day/month/year."
        ) % {"rows": table.month_first}
    return Imported(len(table.rows), themes, links, 0, 0, people, table.without_words, sentence)
