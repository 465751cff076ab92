"""Reading a project file of Taguette: an SQLite database with HTML texts, highlights and tags.

Taguette counts the UTF-8 bytes of the text between the tags of the HTML. The file is read in memory, nothing in it
is believed: only plain tables of the names we know are asked, by an SQLite that may neither write nor call a function
nor follow a view, and stops after a while.
"""

import hashlib
import json
import sqlite3
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from lxml import etree

from coproduce import clock
from coproduce.errors import BadFile
from coproduce.exchange.research.positions import holds
from coproduce.exchange.research.project import Code, Coding, Project, Text
from coproduce.exchange.research.reading import LONGEST_WORDS

BEGINS = b"SQLite format 3\0"
TABLES = {
    "projects": {"id", "name", "created"},
    "documents": {"id", "project_id", "name", "contents", "created"},
    "highlights": {"id", "document_id", "start_offset", "end_offset", "snippet"},
    "tags": {"id", "project_id", "path", "description"},
    "highlight_tags": {"highlight_id", "tag_id"},
}
MOST_STEPS = 20_000
"""Times a thousand of SQLite's own steps: seconds, for a file that was made to take for ever."""
MOST_ROWS = 500_000
LARGEST_CELL = 20_000_000
BLOCKS = {
    "address", "article", "aside", "blockquote", "br", "dd", "div", "dl", "dt", "figcaption", "footer", "h1", "h2",
    "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "td", "th",
    "tr", "ul",
}  # fmt: skip


class Page:
    """The words of an HTML text, with a new line where a block begins or ends, and where each byte of them stands.

    libxml2 reads it and calls the methods that are named as it wants: it takes no longer for a text made to be slow.
    """

    def __init__(self, html: str) -> None:
        self._parts: list[str] = []
        self._begins: list[int] = []  # in bytes of the text between tags
        self._places: list[int] = []  # in code points of the words
        self._texts: list[str] = []
        self._bytes = self._letters = 0
        parser = etree.HTMLParser(target=self, encoding="utf-8", no_network=True, huge_tree=False)
        raw = html.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
        try:
            etree.fromstring(raw, parser)
        except etree.XMLSyntaxError:
            self._parts = []  # there is nothing in it at all
        whole = "".join(self._parts)
        self._lead = len(whole) - len(whole.lstrip())
        self.words = whole.strip()

    def data(self, data: str) -> None:
        self._begins.append(self._bytes)
        self._places.append(self._letters)
        self._texts.append(data)
        self._parts.append(data)
        self._bytes += len(data.encode("utf-8", "surrogatepass"))
        self._letters += len(data)

    def start(self, tag: str, _attributes: Any) -> None:
        self._break(tag)

    def end(self, tag: str) -> None:
        self._break(tag)

    def close(self) -> None:
        """Nothing is left to do."""

    def _break(self, tag: str) -> None:
        if tag in BLOCKS and self._parts and not self._parts[-1].endswith("\n"):
            self._parts.append("\n")
            self._letters += 1

    def stretch(self, start: int, end: int) -> tuple[int, int] | None:
        """``words[start:end]`` for positions in bytes; None for what lies outside."""
        if not 0 <= start < end <= self._bytes:
            return None
        first = max(self._place(start) - self._lead, 0)
        # The end is counted in the piece that holds the last byte, so that no new line of ours comes along.
        last = min(self._place(end - 1, after=True) - self._lead, len(self.words))
        return (first, last) if first < last else None

    def _place(self, byte: int, *, after: bool = False) -> int:
        piece = bisect_right(self._begins, byte) - 1
        inside = self._texts[piece].encode("utf-8", "surrogatepass")[: byte - self._begins[piece] + after]
        return self._places[piece] + len(inside.decode("utf-8", "ignore"))


def read_taguette(content: bytes) -> Project:
    """What a project file of Taguette holds. Raises ``BadFile``."""
    try:
        return _read(_opened(content))
    except (sqlite3.Error, OverflowError, UnicodeDecodeError):
        raise BadFile(_("This is not a project file of Taguette that can be read.")) from None


def _opened(content: bytes) -> sqlite3.Connection:
    if len(content) < 100 or not content.startswith(BEGINS):
        raise BadFile(_("This is not a project file of Taguette that can be read."))
    # A file that was saved in the middle of its work says so in two bytes, and has all that was saved before.
    content = content[:18] + b"\1\1" + content[20:]
    database = sqlite3.connect(":memory:")
    database.deserialize(content)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_CELL)
    database.setlimit(sqlite3.SQLITE_LIMIT_EXPR_DEPTH, 20)
    for pragma in ("trusted_schema = OFF", "query_only = ON", "cell_size_check = ON"):
        database.execute(f"PRAGMA {pragma}")
    database.text_factory = lambda raw: raw.decode("utf-8", "replace")
    tables = {str(name) for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
    if not set(TABLES) <= tables:
        raise BadFile(_("This is not a project file of Taguette that can be read."))
    steps = iter(range(MOST_STEPS))
    database.set_progress_handler(lambda: next(steps, None) is None, 1000)
    database.set_authorizer(_allow)
    return database


def _allow(what: int, one: str | None, other: str | None, *_more: Any) -> int:
    if what == sqlite3.SQLITE_SELECT:
        return sqlite3.SQLITE_OK
    known = TABLES | {"commands": {"project_id", "user_login", "date", "payload"}}
    # Counting rows reads a column without a name.
    allowed = what == sqlite3.SQLITE_READ and one in known and other in {*known[one], ""}
    return sqlite3.SQLITE_OK if allowed else sqlite3.SQLITE_DENY


def _rows(database: sqlite3.Connection, table: str, *names: str) -> Iterator[tuple[Any, ...]]:
    found = database.execute(f"SELECT {', '.join(names)} FROM {table}")  # noqa: S608  # names that stand in this module
    for number, row in enumerate(found):
        if number >= MOST_ROWS:
            raise BadFile(_("There is more in this file than we can read at once."))
        yield row


def _read(database: sqlite3.Connection) -> Project:
    projects = {key: (name, created) for key, name, created in _rows(database, "projects", "id", "name", "created")}
    documents = sorted(
        _rows(database, "documents", "id", "project_id", "name", "contents", "created"), key=lambda row: str(row[0])
    )
    used = list(dict.fromkeys(document[1] for document in documents)) or list(projects)
    if len(used) != 1 or used[0] not in projects:
        raise BadFile(
            _("There are %(n)d projects with texts in this file. Export one of them from Taguette, and send that.")
            % {"n": len(used)}
        )
    name, created = projects[used[0]]
    told = hashlib.sha256(f"{used[0]}\0{created}".encode("utf-8", "surrogatepass")).hexdigest()[:12]
    project = Project(origin="Taguette", name=str(name)[:120], prefix=f"taguette:{told}")
    pages = _take_documents(project, documents)
    for key, belongs, path, description in sorted(
        _rows(database, "tags", "id", "project_id", "path", "description"), key=lambda row: str(row[2])
    ):
        if belongs == used[0]:
            project.codes.append(Code(str(key), " ".join(str(path).split()), str(description or "").strip()))
    _take_highlights(project, database, pages)
    return project


def _take_documents(project: Project, documents: list[tuple[Any, ...]]) -> dict[str, Page]:
    pages: dict[str, Page] = {}
    for key, _project, name, contents, created in documents:
        page = Page(str(contents or ""))
        if not page.words or len(page.words) > LONGEST_WORDS or "\0" in page.words:
            project.not_taken.append(
                _("“%(name)s”: there are no words in it, or more than %(most)d characters.")
                % {"name": str(name)[:80], "most": LONGEST_WORDS}
            )
            continue
        pages[str(key)] = page
        at = _moment(created)
        project.texts.append(Text(str(key), str(name)[:200], page.words, said_on=at.date() if at else None))
    return pages


def _take_highlights(project: Project, database: sqlite3.Connection, pages: dict[str, Page]) -> None:
    tags: dict[str, list[str]] = {}
    for highlight, tag in _rows(database, "highlight_tags", "highlight_id", "tag_id"):
        tags.setdefault(str(highlight), []).append(str(tag))
    known = {code.key for code in project.codes}
    makers = _makers(database)
    outside = untagged = holding = saying = 0
    rows = _rows(database, "highlights", "id", "document_id", "start_offset", "end_offset", "snippet")
    for key, document, start, end, snippet in rows:
        page = pages.get(str(document))
        if page is None:
            continue
        place = page.stretch(start, end) if isinstance(start, int) and isinstance(end, int) else None
        codes = [tag for tag in tags.get(str(key), []) if tag in known]
        outside += place is None
        untagged += not codes
        if place is None:
            continue
        said = Page(str(snippet or "")).words
        saying += bool(said)
        holding += bool(said) and holds(page.words, place, said)
        coder, at = makers.get(str(key), ("", None))
        project.codings += [
            Coding(f"{key}:{tag}", str(document), tag, *place, coder=coder, at=at) for tag in sorted(codes)
        ]
    project.counted = _("Positions are read in bytes, as Taguette counts them.")
    if saying:
        project.counted += " " + _("%(holding)d of %(saying)d passages that say their words hold them so.") % {
            "holding": holding, "saying": saying,
        }  # fmt: skip
    project.not_taken += _left_out(outside, untagged)


def _left_out(outside: int, untagged: int) -> Iterator[str]:
    if outside:
        yield (
            ngettext(
                "%d passage: its positions lie outside of its text.",
                "%d passages: their positions lie outside of their text.",
                outside,
            )
            % outside
        )
    if untagged:
        yield ngettext("%d highlight without a tag.", "%d highlights without a tag.", untagged) % untagged


def _makers(database: sqlite3.Connection) -> dict[str, tuple[str, datetime | None]]:
    """By highlight: who made it (a number in place of their name), and when. Files without such a log have neither."""
    found: dict[str, tuple[str, datetime | None]] = {}
    try:
        for login, at, payload in _rows(database, "commands", "user_login", "date", "payload"):
            told = json.loads(payload) if isinstance(payload, str) and len(payload) < 100_000 else None
            if isinstance(told, dict) and told.get("type") == "highlight_add":
                who = hashlib.sha256(str(login).encode("utf-8", "surrogatepass")).hexdigest()[:16]
                found.setdefault(str(told.get("highlight_id")), (who, _moment(at)))
    except (sqlite3.OperationalError, ValueError, RecursionError):
        return {}
    return found


def _moment(raw: Any) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(raw)).replace(tzinfo=UTC)
    except ValueError:
        return None
    return at if at.year > 1900 and at <= clock.now() else None
