"""The index of words: one table filled by triggers, with FTS5 on SQLite and tsvector on PostgreSQL.

Triggers, because words are written by many actions, by imports and by erasure, and an index that one of them
forgets would hide what somebody said, or show what somebody took back. Both databases fold case and
accents and reduce English words to their stems (*walking* is found by *walks*).
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections
from django.db.backends.utils import CursorWrapper

from coproduce.ways import LETTERS


class Source(NamedTuple):
    """Rows whose words can be found.

    what: the code of the kind; table: where the words stand; space, subject, words: SQL about ``{row}``;
    columns: those that change the words; home: the table whose row is the thing itself; newest: which rows ``r`` count.
    marks: SQL for words of our own by which results are narrowed (``marked``), each with a space before it.
    """

    what: str
    table: str
    words: str
    columns: str
    space: str = "{row}.space_id"
    subject: str = "{row}.id"
    home: str = ""
    newest: str = ""
    marks: str = "''"


def marked(what: str, value: object) -> str:
    """The mark in the index for a way (``way``), a kind, a month (``month``, two digits), a year or a what."""
    return f"qq{what}{value}".lower()


# The day is text in both databases once it is cast: 2026-03-14.
_MARKS_OF_WORDS = (
    "' qqkind' || {row}.kind || ' qqyear' || substr(CAST({row}.said_on AS text), 1, 4) "
    "|| ' qqmonth' || substr(CAST({row}.said_on AS text), 6, 2) "
    # A winter goes by the year in which it began.
    "|| CASE substr(CAST({row}.said_on AS text), 6, 2) "
    "WHEN '12' THEN ' qqwinter' || substr(CAST({row}.said_on AS text), 1, 4) "
    "WHEN '01' THEN ' qqwinter' || (CAST(substr(CAST({row}.said_on AS text), 1, 4) AS integer) - 1) "
    "WHEN '02' THEN ' qqwinter' || (CAST(substr(CAST({row}.said_on AS text), 1, 4) AS integer) - 1) ELSE '' END"
    + "".join(
        f" || CASE WHEN {{row}}.ways LIKE '%{letter}%' THEN ' qqway{letter.lower()}' ELSE '' END" for letter in LETTERS
    )
)

SOURCES = (
    Source(
        "contribution",
        "contributions_contribution",
        "{row}.words",
        "words, ways, kind, said_on",
        marks=_MARKS_OF_WORDS,
    ),
    Source("theme", "themes_theme", "{row}.name || ' ' || {row}.words", "name, words"),
    Source("claim", "deliberation_statement", "{row}.words", "words"),
    # A proposal says what its newest version says.
    Source(
        "proposal",
        "decisions_proposalversion",
        "{row}.title || ' ' || {row}.words || ' ' || {row}.why",
        "title, words, why",
        space="(SELECT p.space_id FROM decisions_proposal p WHERE p.id = {row}.proposal_id)",
        subject="{row}.proposal_id",
        home="decisions_proposal",
        newest=(
            "WHERE r.number = (SELECT MAX(o.number) FROM decisions_proposalversion o "
            "WHERE o.proposal_id = r.proposal_id)"
        ),
    ),
    Source("outcome", "outcomes_outcome", "{row}.title || ' ' || {row}.words", "title, words"),
)

_UPSERT = "ON CONFLICT (what, subject) DO UPDATE SET words = excluded.words, marks = excluded.marks"
_SQLITE_INDEX = """
CREATE VIRTUAL TABLE IF NOT EXISTS finding_words USING fts5(
    space_id, words, marks,
    content='finding_searchable', content_rowid='id', tokenize='porter unicode61 remove_diacritics 2'
)"""
_INTO = "INSERT INTO finding_words(rowid, space_id, words, marks) VALUES (NEW.id, NEW.space_id, NEW.words, NEW.marks);"
_OUT_OF = (
    "INSERT INTO finding_words(finding_words, rowid, space_id, words, marks) "
    "VALUES ('delete', OLD.id, OLD.space_id, OLD.words, OLD.marks);"
)
# The first part of a very long text is enough to find it by; the database refuses vectors over a megabyte.
_POSTGRESQL_INDEX = (
    "ALTER TABLE finding_searchable ADD COLUMN IF NOT EXISTS lexemes tsvector",
    "CREATE INDEX IF NOT EXISTS finding_searchable_lexemes ON finding_searchable USING gin (lexemes)",
    r"CREATE OR REPLACE FUNCTION finding_plain(words text) RETURNS text LANGUAGE sql IMMUTABLE AS "
    r"$$ SELECT regexp_replace(normalize(words, NFD), '[\u0300-\u036f]', '', 'g') $$",
)
_LEXED = (
    "NEW.lexemes := to_tsvector('english', left(finding_plain(NEW.words), 100000)) || to_tsvector('simple', NEW.marks);"
)


class Trigger(NamedTuple):
    """One trigger: what it does when, in the words that both databases share where they can."""

    name: str
    table: str
    when: str
    does: str


def _triggers(vendor: str) -> Iterator[Trigger]:
    """Every trigger of the index: those of the searchable table itself, then two or three of each source."""
    own = "finding_searchable"
    if vendor == "sqlite":
        yield Trigger("finding_words_in", own, "AFTER INSERT", _INTO)
        yield Trigger("finding_words_out", own, "AFTER DELETE", _OUT_OF)
        yield Trigger("finding_words_anew", own, "AFTER UPDATE OF space_id, words, marks", _OUT_OF + " " + _INTO)
    else:
        yield Trigger("finding_words_lexed", own, "BEFORE INSERT OR UPDATE OF words, marks", _LEXED)
    for source in SOURCES:
        row = [part.format(row="NEW") for part in (source.space, source.subject, source.words, _marks(source))]
        # Everything that stands in these statements is written above.
        upsert = (
            "INSERT INTO finding_searchable (space_id, what, subject, words, marks) "  # noqa: S608
            f"VALUES ({row[0]}, '{source.what}', {row[1]}, {row[2]}, {row[3]}) {_UPSERT};"
        )
        forget = f"DELETE FROM finding_searchable WHERE what = '{source.what}' AND subject = OLD.id;"  # noqa: S608
        yield Trigger(f"finding_{source.what}_said", source.table, "AFTER INSERT", upsert)
        yield Trigger(f"finding_{source.what}_anew", source.table, f"AFTER UPDATE OF {source.columns}", upsert)
        yield Trigger(f"finding_{source.what}_gone", source.home or source.table, "AFTER DELETE", forget)


def _marks(source: Source) -> str:
    return f"'{marked('what', source.what)}' || {source.marks}"


def _create(vendor: str, trigger: Trigger) -> list[str]:
    name, table, when, does = trigger
    if vendor == "sqlite":
        return [f"DROP TRIGGER IF EXISTS {name}", f"CREATE TRIGGER {name} {when} ON {table} BEGIN {does} END"]
    return [
        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {does} RETURN NEW; END $$",
        f"DROP TRIGGER IF EXISTS {name} ON {table}",
        f"CREATE TRIGGER {name} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]


def install(using: str = "default") -> None:
    """Make index and triggers anew, then fill in what was written while they were not there. Safe to repeat."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if not {"finding_searchable", *(source.table for source in SOURCES)} <= tables:
        return
    with connection.cursor() as cursor:
        _make_index(cursor, connection.vendor)
        for trigger in _triggers(connection.vendor):
            for statement in _create(connection.vendor, trigger):
                cursor.execute(statement)
        if not _is_whole(cursor):
            _fill(cursor)


def _make_index(cursor: CursorWrapper, vendor: str) -> None:
    """The index itself. One of an earlier shape is made anew from the words that are there."""
    if vendor != "sqlite":
        for statement in _POSTGRESQL_INDEX:
            cursor.execute(statement)
        return
    cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'finding_words'")
    there = cursor.fetchone()
    if there is not None and there[0] == _SQLITE_INDEX.strip().replace(" IF NOT EXISTS", ""):
        return
    cursor.execute("DROP TABLE IF EXISTS finding_words")
    cursor.execute(_SQLITE_INDEX)
    cursor.execute("INSERT INTO finding_words(finding_words) VALUES ('rebuild')")


def _is_whole(cursor: CursorWrapper) -> bool:
    cursor.execute("SELECT 1 FROM finding_searchable WHERE marks = '' LIMIT 1")
    if cursor.fetchone() is not None:  # from before there were marks
        return False
    cursor.execute("SELECT what, COUNT(*) FROM finding_searchable GROUP BY what")
    held = dict(cursor.fetchall())
    for source in SOURCES:
        cursor.execute(f"SELECT COUNT(*) FROM {source.home or source.table}")  # noqa: S608  # our own names
        if cursor.fetchone()[0] != held.get(source.what, 0):
            return False
    return True


def fill(using: str = "default") -> None:
    """Write the whole index anew from the words that are there."""
    with connections[using].cursor() as cursor:
        _fill(cursor)


def _fill(cursor: CursorWrapper) -> None:
    cursor.execute("DELETE FROM finding_searchable")
    for source in SOURCES:
        told = (source.space, source.subject, source.words, _marks(source))
        space, subject, words, marks = (part.format(row="r") for part in told)
        # In the order in which they came to be: an identifier begins with its time.
        cursor.execute(
            "INSERT INTO finding_searchable (space_id, what, subject, words, marks) "  # noqa: S608  # written above
            f"SELECT {space}, '{source.what}', {subject}, {words}, {marks} FROM {source.table} r {source.newest} "
            "ORDER BY r.id"
        )


def remove(using: str = "default") -> None:
    """Take the triggers away, before migrating. What they would have written is filled in when they return."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    with connection.cursor() as cursor:
        for trigger in _triggers(connection.vendor):
            if trigger.table in tables:
                on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
                cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on}")


def missing(using: str = "default") -> list[str]:
    """The names of triggers that should be there and are not."""
    connection = connections[using]
    tables = set(connection.introspection.table_names())
    if "finding_searchable" not in tables:  # from before there was an index: migrating makes it
        return []
    sql = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    if connection.vendor == "postgresql":
        sql = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'"
    with connection.cursor() as cursor:
        cursor.execute(sql)
        there = {row[0] for row in cursor.fetchall()}
    return sorted(t.name for t in _triggers(connection.vendor) if t.table in tables and t.name not in there)


def remove_before_migrate(using: str = "default", **_kwargs: Any) -> None:
    """Receiver of ``pre_migrate``."""
    remove(using)


def install_after_migrate(using: str = "default", **_kwargs: Any) -> None:
    """Receiver of ``post_migrate``."""
    install(using)


def check_index(databases: list[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """System check ``finding.W001``: an index that forgets what is said, and shows what was taken back.

    To serve it is refused; migrating mends it.
    """
    return [
        checks.Warning(
            f"The trigger {name} is missing from the database.", hint="Run: coproduce migrate", id="finding.W001"
        )
        for using in databases or []
        for name in missing(using)
    ]
