"""Asking the index: FTS5 on SQLite, tsvector on PostgreSQL. Nothing here knows who may see what.

Every question is asked for its newest matches first and stops after so many: that takes a millisecond or two even
for a word that half of all texts hold. Only where there are fewer than ``CANDIDATES`` are they put in order of how
well they match, since that has to look at every one of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from math import log
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q, QuerySet

from coproduce.contributions.models import Contribution
from coproduce.finding.asking import Phrase, Question
from coproduce.finding.models import Searchable, What

CANDIDATES = 1000
GATED = 100
SET_AT_MOST = 1500
"""Of a theme or standpoint with fewer contributions the keys are looked up at once; of a larger one, one by one."""
SHORT = 200
OPEN, CLOSE = "\x02", "\x03"
"""Around each word that was found, until it is drawn; neither can stand in what somebody wrote."""


@dataclass(frozen=True, slots=True)
class Sought:
    """A question to the index. spaces: only there. marks: groups of marks (``index``), one of each group must be there.

    among: only these contributions, which are few; each: only these, asked of one ``pk`` at a time; others: and
    everything that is no contribution.
    """

    question: Question
    spaces: Sequence[UUID]
    marks: tuple[tuple[str, ...], ...] = ()
    among: QuerySet[Contribution] | None = None
    each: QuerySet[Contribution] | None = None
    others: bool = False

    @property
    def at_most(self) -> int:
        """How many candidates are asked for: fewer where each has to be looked at."""
        return CANDIDATES if self.each is None else GATED


def on_sqlite() -> bool:
    """Whether this is SQLite with FTS5."""
    return connection.vendor == "sqlite"


def newest(sought: Sought, limit: int = 0) -> list[int]:
    """Keys of the index that match, the newest first, ``limit`` (or ``at_most``) at most."""
    if not sought.question.wanted or not sought.spaces:
        return []
    found, values = _found(sought)
    gate, more = _gate(sought)
    key, table = ("rowid", "finding_words") if on_sqlite() else ("id", "finding_searchable")
    sql = f"SELECT {key} FROM {table} WHERE {found}{gate} ORDER BY {key} DESC LIMIT %s"  # noqa: S608  # no words in it
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *more, limit or sought.at_most])
        return [row[0] for row in cursor.fetchall()]


def _found(sought: Sought) -> tuple[str, list[Any]]:
    """The condition on the index, and its values."""
    if on_sqlite():
        parts = [f"({_fts(sought.question)})"]
        if sought.among is None:  # which are of one space, and known by their keys
            parts.append("({space_id} : (" + " OR ".join(f'"{pk.hex}"' for pk in sought.spaces) + "))")
        parts += ["({marks} : (" + " OR ".join(f'"{mark}"' for mark in some) + "))" for some in sought.marks]
        return "finding_words MATCH %s", [" AND ".join(parts)]
    sql, values = _tsquery(sought.question)
    for some in sought.marks:
        sql += " && to_tsquery('simple', %s)"
        values.append(" | ".join(some))
    return f"lexemes @@ ({sql}) AND space_id = ANY(%s)", [*values, list(sought.spaces)]


def _fts(question: Question) -> str:
    """The words as FTS5's own question. They hold letters and digits only, so nothing in them can command."""
    parts = [_quoted(phrase) for phrase in question.wanted]
    if question.begins:
        parts[-1] += " *"
    asked = "{words} : (" + " AND ".join(parts) + ")"
    if not question.unwanted:
        return asked
    return f"({asked}) NOT ({{words}} : (" + " OR ".join(_quoted(phrase) for phrase in question.unwanted) + "))"


def _quoted(phrase: Phrase) -> str:
    return '"' + " ".join(phrase) + '"'


def _tsquery(question: Question) -> tuple[str, list[Any]]:
    """The same as an SQL expression of PostgreSQL, and its values."""
    parts, values = [], []
    for number, phrase in enumerate(question.wanted, start=1):
        if question.begins and number == len(question.wanted):
            parts.append("to_tsquery('english', %s)")
            values.append(f"'{phrase[0]}':*")
        else:
            parts.append("phraseto_tsquery('english', %s)")
            values.append(" ".join(phrase))
    for phrase in question.unwanted:
        parts.append("!!phraseto_tsquery('english', %s)")
        values.append(" ".join(phrase))
    return " && ".join(parts), values


def _gate(sought: Sought) -> tuple[str, list[Any]]:
    """Only those of ``among``: their keys at once; or of ``each``: asked of one match after the other."""
    rows = Searchable.objects.order_by()
    if sought.among is not None:
        rows = rows.filter(what=What.CONTRIBUTION, subject__in=sought.among.order_by().values("pk"))
        sql, values = rows.values("pk").query.sql_with_params()
        # With the plus FTS5 goes through its matches once; without it, it would be asked anew for every key.
        return f" AND {'+rowid' if on_sqlite() else 'id'} IN ({sql})", list(values)
    if sought.each is None:
        return "", []
    theirs = Q(Exists(sought.each.order_by().filter(pk=OuterRef("subject"))), what=What.CONTRIBUTION)
    rows = rows.filter(theirs | ~Q(what=What.CONTRIBUTION)) if sought.others else rows.filter(theirs)
    sql, values = rows.values("pk").query.sql_with_params()
    here = "finding_words.rowid" if on_sqlite() else "finding_searchable.id"
    # The inner table needs a name of its own: on PostgreSQL the outer one is the same table.
    sql = sql.replace('"finding_searchable"."', 'inside."')
    sql = sql.replace('FROM "finding_searchable"', 'FROM "finding_searchable" inside')
    return f' AND EXISTS ({sql} AND inside."id" = {here})', list(values)


def ranked(question: Question, keys: Sequence[int]) -> list[int]:
    """Keys that match, in order of how well: the best first."""
    if len(keys) < 2:
        return list(keys)
    places = ", ".join(str(int(key)) for key in keys)
    if on_sqlite():
        sql = (
            "SELECT rowid FROM finding_words WHERE finding_words MATCH %s "  # noqa: S608  # numbers alone
            f"AND +rowid IN ({places}) ORDER BY bm25(finding_words, 0.0, 1.0, 0.0), rowid DESC"
        )
        values: list[Any] = [_fts(question)]
    else:
        asked, values = _tsquery(replace(question, unwanted=()))
        sql = (
            f"SELECT id FROM finding_searchable WHERE id IN ({places}) "  # noqa: S608  # numbers alone
            f"ORDER BY ts_rank(lexemes, {asked}, 1) DESC, id DESC"
        )
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [row[0] for row in cursor.fetchall()]


def holding_some(sought: Sought, each: int = 600) -> list[int]:
    """What holds any of the words, those with the most telling ones first: a word tells more the fewer hold it."""
    told: dict[int, float] = {}
    for number, phrase in enumerate(sought.question.wanted, start=1):
        begins = sought.question.begins and number == len(sought.question.wanted)
        one = replace(sought.question, wanted=(phrase,), begins=begins)
        keys = newest(replace(sought, question=one), each)
        weight = log(1 + 100 * each / (len(keys) or 1))
        for key in keys:
            told[key] = told.get(key, 0) + weight
    return sorted(told, key=lambda key: (-told[key], -key))[:CANDIDATES]


def snippets(question: Question, keys: Sequence[int], *, some: bool = False) -> dict[int, str]:
    """The words around what was found, by key, with ``OPEN`` and ``CLOSE`` around each. One query."""
    if not keys:
        return {}
    places = ", ".join(["%s"] * len(keys))
    if on_sqlite():
        parts = [_quoted(phrase) for phrase in question.wanted]
        parts[-1] += " *" if question.begins else ""
        asked = "{words} : (" + (" OR " if some else " AND ").join(parts) + ")"
        sql = (
            "SELECT rowid, snippet(finding_words, 1, %s, %s, '…', 32) FROM finding_words "  # noqa: S608  # placeholders
            f"WHERE finding_words MATCH %s AND rowid IN ({places})"
        )
        values: list[Any] = [OPEN, CLOSE, asked, *keys]
    else:
        asked, words = _tsquery(replace(question, unwanted=()))
        asked = asked.replace(" && ", " || ") if some else asked
        sql = (
            f"SELECT id, ts_headline('english', left(words, 100000), {asked}, "  # noqa: S608  # same
            f"CASE WHEN length(words) < {SHORT} THEN %s ELSE %s END) "
            f"FROM finding_searchable WHERE id IN ({places})"
        )
        marks = f"StartSel={OPEN}, StopSel={CLOSE}, "
        # A short text is shown whole: its beginning would be left out as too small to matter.
        values = [*words, marks + "HighlightAll=TRUE", marks + "MaxWords=34, MinWords=18, ShortWord=0", *keys]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return dict(cursor.fetchall())
