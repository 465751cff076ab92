"""Finding words again: by what they say, among everything that the one who asks may see."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import may_be_seen
from coproduce.decisions.models import Proposal
from coproduce.deliberation.models import Statement
from coproduce.finding.models import Searchable, What
from coproduce.outcomes.models import Outcome
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState, Space
from coproduce.themes.models import Theme, ThemeState

A_PAGE = 20
WORDS_AT_MOST = 12
SMALL = 3000
SHORT = 200
AT_FIRST, AT_MOST = 500, 20_000
"""Matches that the index is asked for: first, and where too few of those may be seen by whoever asks."""
SMALL_WORDS = frozenset(
    word
    for line in (
        "a an and are as at be but by for from had has have he her his i if in into is it its me my no not of on or",
        "our she so that the their them then there they this to us was we were what when which who will with you your",
    )
    for word in line.split()
)
"""Words that nearly every text holds: they are looked for only where nothing else is."""
OPEN, CLOSE = "\x02", "\x03"
"""Around each word that was found, until it is drawn; neither can stand in what somebody wrote."""


class Asked(NamedTuple):
    """What somebody looks for. what: a code of ``What``; way: a letter; year: of what was said; "" and 0 for all."""

    words: str
    what: str = ""
    way: str = ""
    year: int = 0


class Piece(NamedTuple):
    """A part of a snippet, and whether it is a word that was looked for."""

    text: str
    found: bool


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that holds the words. Its snippet is empty where a note stands before the words (``content_note``)."""

    what: str
    url: str
    title: str
    snippet: tuple[Piece, ...]
    space: Space
    ways: str = ""
    name: str = ""
    on: date | None = None
    content_note: str = ""


@dataclass(frozen=True, slots=True)
class Results:
    """A page of what was found, best first. ``every_word``: False where only some of the words were found together.

    count: how many there are, or with ``at_least`` how many of the best; more: whether another page follows.
    """

    rows: tuple[Found, ...] = ()
    count: int = 0
    more: bool = False
    every_word: bool = True
    at_least: bool = False


def words_of(text: str) -> list[str]:
    """The words to look for: letters and digits of any script, without case or accents, at most ``WORDS_AT_MOST``."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    every = list(dict.fromkeys(re.findall(r"[^\W_]+", plain)))
    return ([word for word in every if word not in SMALL_WORDS] or every)[:WORDS_AT_MOST]


def spaces_of(person: Person) -> list[Space]:
    """The spaces somebody is in."""
    mine = Membership.objects.filter(person=person).exclude(state=MembershipState.LEFT).values("space")
    return list(Space.objects.filter(pk__in=mine).order_by("name"))


def found_in(places: Sequence[Place], asked: Asked, *, page: int = 0) -> Results:
    """What holds the words in one space, or in several of which the one who asks is a member of all.

    Not found: anything they could not open there.

    All words must be there, the last one may be a beginning; where nothing holds them all, what holds any of
    them. About ten queries, whatever the rows.
    """
    words = words_of(asked.words)
    if not words or not places:
        return Results()
    if len(places) > 1 and not all(place.is_member for place in places):
        raise ValueError("several spaces are looked through by their members only")
    for every_word in (True, False):
        expression = _expression(words, every_word=every_word)
        rows, all_of_them = _best(places, asked, expression, A_PAGE * (page + 1) + 1)
        if rows or len(words) == 1:
            break
    shown = _drawn(places, rows[A_PAGE * page : A_PAGE * (page + 1)], expression)
    return Results(tuple(shown), len(rows), len(rows) > A_PAGE * (page + 1), every_word, not all_of_them)


def _expression(words: Sequence[str], *, every_word: bool) -> str:
    """The words as the database's own question. They hold letters and digits only, so nothing in them can command."""
    quote, begins, every, some = ('"', " *", " AND ", " OR ") if _on_sqlite() else ("'", ":*", " & ", " | ")
    parts = [f"{quote}{word}{quote}" for word in words]
    if len(words[-1]) > 1:
        parts[-1] += begins
    return (every if every_word else some).join(parts)


def _on_sqlite() -> bool:
    return connection.vendor == "sqlite"


def _best(places: Sequence[Place], asked: Asked, expression: str, needed: int) -> tuple[list[Searchable], bool]:
    """What may be seen of the best matches, best first, and whether that is all of it.

    The index is asked for its best without regard to who asks, and then which of them they may see: that is quick
    for the few that are read. Where too few of those are for them, it is asked again within their spaces; in
    small spaces at once.
    """
    held = Searchable.objects.filter(space__in=[place.space.pk for place in places]).order_by()
    is_small = len(held.values_list("pk", flat=True)[:SMALL]) < SMALL
    for only_here, limit in ((is_small, AT_FIRST), (True, AT_MOST)):
        best = _matches([place.space.pk for place in places] if only_here else [], expression, limit)
        rows = _may_be_seen(places, asked, best)
        if len(best) < limit or len(rows) >= needed:
            break
    return rows, len(best) < limit


def _may_be_seen(places: Sequence[Place], asked: Asked, best: dict[int, int]) -> list[Searchable]:
    """Of these rows of the index those in these spaces that each app lets the one who asks see, in their order."""
    here = {place.space.pk for place in places}
    by_kind: dict[str, dict[UUID, Searchable]] = defaultdict(dict)
    for row in Searchable.objects.filter(pk__in=best).defer("words"):
        if row.space_id in here and asked.what in ("", row.what):
            by_kind[row.what][row.subject] = row
    found: list[Searchable] = []
    for what, rows in by_kind.items():
        seen = _open_to(places, asked, What(what)).filter(pk__in=rows)
        found += [rows[pk] for pk in seen.values_list("pk", flat=True)]
    return sorted(found, key=lambda row: best[row.pk])


def _open_to(places: Sequence[Place], asked: Asked, what: What) -> QuerySet[Any]:
    """Of things in these spaces those that the one who asks may open, as they chose.

    The spaces are not named: the rows of the index are of these spaces alone, and a database that may choose
    between a few keys and a whole space may choose the space.
    """
    if what == What.CONTRIBUTION:
        visitor = [place for place in places if not place.is_member]
        brought = Contribution.objects.filter(may_be_seen(visitor[0] if visitor else places[0]))
        if asked.way:
            brought = brought.filter(ways__contains=asked.way)
        return brought.filter(said_on__year=asked.year) if asked.year else brought
    if asked.way or asked.year:
        return Theme.objects.none()
    if what == What.THEME:
        return Theme.objects.filter(state=ThemeState.OPEN)
    if what == What.CLAIM:
        return Statement.objects.filter(hidden_at=None)
    return Proposal.objects.all() if what == What.PROPOSAL else Outcome.objects.all()


def _matches(spaces: Sequence[UUID], expression: str, limit: int) -> dict[int, int]:
    """Keys of the index that match, with their places: 0 for the best. ``spaces``: only there; none for anywhere."""
    if _on_sqlite():
        question = f"{{words}} : ({expression})"
        if spaces:
            question += " AND {space_id} : (" + " OR ".join(f'"{pk.hex}"' for pk in spaces) + ")"
        sql = (
            "SELECT rowid FROM finding_words WHERE finding_words MATCH %s AND rank MATCH 'bm25(0.0, 1.0)' "
            "ORDER BY rank LIMIT %s"
        )
        values: list[Any] = [question, limit]
    else:
        sql = (
            "SELECT id FROM finding_searchable, to_tsquery('english', %s) AS question WHERE lexemes @@ question "  # noqa: S608
            f"{'AND space_id = ANY(%s) ' if spaces else ''}ORDER BY ts_rank(lexemes, question, 1) DESC, id LIMIT %s"
        )
        values = [expression, *([list(spaces)] if spaces else []), limit]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {row[0]: place for place, row in enumerate(cursor.fetchall())}


def _drawn(places: Sequence[Place], rows: Sequence[Searchable], expression: str) -> list[Found]:
    """The rows with their words around what was found, where they stand, and whose they are."""
    snippets = _snippets(rows, expression)
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        by_kind[row.what].append(row.subject)
    things = _things(by_kind)
    spaces = {place.space.pk: place.space for place in places}
    return [
        _one(row, things[row.subject], spaces[row.space_id], snippets.get(row.pk, ()))
        for row in rows
        if row.subject in things
    ]


def _things(by_kind: dict[str, list[UUID]]) -> dict[UUID, Any]:
    """The things themselves, once it is known that they may be seen. A query for each kind."""
    found: dict[UUID, Any] = {}
    models: tuple[tuple[What, QuerySet[Any]], ...] = (
        (What.CONTRIBUTION, Contribution.objects.select_related("author")),
        (What.THEME, Theme.objects.all()),
        (What.CLAIM, Statement.objects.all()),
        (What.PROPOSAL, Proposal.objects.all()),
        (What.OUTCOME, Outcome.objects.all()),
    )
    for what, rows in models:
        if by_kind[what]:
            found |= rows.in_bulk(by_kind[what])
    return found


PAGES = {
    What.CONTRIBUTION: "contributions:contribution",
    What.THEME: "themes:theme",
    What.CLAIM: "deliberation:statement",
    What.PROPOSAL: "decisions:proposal",
    What.OUTCOME: "outcomes:outcome",
}


def _one(row: Searchable, thing: Any, space: Space, snippet: Iterable[Piece]) -> Found:
    url = reverse(PAGES[What(row.what)], args=[space.slug, row.subject])
    if isinstance(thing, Contribution):
        note = thing.content_note
        return Found(
            row.what, url, "", () if note else tuple(snippet), space, thing.ways, thing.shown_name, thing.said_on, note
        )
    title = "" if isinstance(thing, Statement) else str(thing)
    return Found(row.what, url, title, tuple(snippet), space)


def _snippets(rows: Sequence[Searchable], expression: str) -> dict[int, tuple[Piece, ...]]:
    """The words around what was found, by row. One query."""
    if not rows:
        return {}
    keys = [row.pk for row in rows]
    places = ", ".join(["%s"] * len(keys))
    if _on_sqlite():
        sql = (
            "SELECT rowid, snippet(finding_words, 1, %s, %s, '…', 32) FROM finding_words "  # noqa: S608  # placeholders
            f"WHERE finding_words MATCH %s AND rowid IN ({places})"
        )
        values: list[Any] = [OPEN, CLOSE, f"{{words}} : ({expression})", *keys]
    else:
        sql = (
            "SELECT id, ts_headline('english', left(words, 100000), to_tsquery('english', %s), "  # noqa: S608  # same
            f"CASE WHEN length(words) < {SHORT} THEN %s ELSE %s END) "
            f"FROM finding_searchable WHERE id IN ({places})"
        )
        marks = f"StartSel={OPEN}, StopSel={CLOSE}, "
        # A short text is shown whole: its beginning would be left out as too small to matter.
        values = [expression, marks + "HighlightAll=TRUE", marks + "MaxWords=34, MinWords=18, ShortWord=0", *keys]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {key: pieces(text) for key, text in cursor.fetchall()}


def pieces(marked: str) -> tuple[Piece, ...]:
    """A marked snippet as its pieces, on one line."""
    out = []
    for part in re.split(f"({OPEN}[^{CLOSE}]*{CLOSE})", " ".join(marked.split())):
        if part:
            out.append(Piece(part.strip(OPEN + CLOSE), part.startswith(OPEN)))
    return tuple(out)
