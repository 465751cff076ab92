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
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import may_be_seen, visible_contributions
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
COUNTED_TO = 1000
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

    count: how many there are, at most ``COUNTED_TO``; more: whether another page follows.
    """

    rows: tuple[Found, ...] = ()
    count: int = 0
    more: bool = False
    every_word: bool = True


def words_of(text: str) -> list[str]:
    """The words to look for: letters and digits of any script, without case or accents, at most ``WORDS_AT_MOST``."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return list(dict.fromkeys(re.findall(r"[^\W_]+", plain)))[:WORDS_AT_MOST]


def spaces_of(person: Person) -> list[Space]:
    """The spaces somebody is in."""
    mine = Membership.objects.filter(person=person).exclude(state=MembershipState.LEFT).values("space")
    return list(Space.objects.filter(pk__in=mine).order_by("name"))


def found_in(places: Sequence[Place], asked: Asked, *, page: int = 0) -> Results:
    """What holds the words in these spaces. Not found: anything the one who asks could not open there.

    All words must be there, the last one may be a beginning; where nothing holds them all, what holds any of
    them. About ten queries, whatever the rows.
    """
    words = words_of(asked.words)
    if not words or not places:
        return Results()
    for every_word in (True, False):
        matching = _matching(places, asked, words, every_word=every_word)
        rows = list(matching[A_PAGE * page : A_PAGE * (page + 1) + 1])
        if rows or page or len(words) == 1:
            break
    count = len(matching.values_list("pk", flat=True).order_by()[:COUNTED_TO]) if rows else 0
    shown = _drawn(places, rows[:A_PAGE], _expression(words, every_word=every_word))
    return Results(tuple(shown), count, len(rows) > A_PAGE, every_word)


def _expression(words: Sequence[str], *, every_word: bool) -> str:
    """The words as the database's own question. They hold letters and digits only, so nothing in them can command."""
    if connection.vendor == "sqlite":
        parts = [f'"{word}"' for word in words]
        parts[-1] += " *" if len(words[-1]) > 1 else ""
        return (" AND " if every_word else " OR ").join(parts)
    parts = [f"'{word}'" for word in words]
    parts[-1] += ":*" if len(words[-1]) > 1 else ""
    return (" & " if every_word else " | ").join(parts)


def _matching(places: Sequence[Place], asked: Asked, words: Sequence[str], *, every_word: bool) -> QuerySet[Searchable]:
    expression = _expression(words, every_word=every_word)
    spaces = [place.space.pk for place in places]
    seen = Searchable.objects.filter(_may_be_found(places, asked), space__in=spaces)
    if asked.what:
        seen = seen.filter(what=asked.what)
    if connection.vendor == "sqlite":
        keys = " OR ".join(f'"{pk.hex}"' for pk in spaces)
        question = f"{{space_id}} : ({keys}) AND {{words}} : ({expression})"
        return seen.extra(  # the question is bound, and Django's own language has no MATCH
            tables=["finding_words"],
            where=["finding_words.rowid = finding_searchable.id", "finding_words MATCH %s"],
            params=[question],
            select={"rank": "bm25(finding_words, 0.0, 1.0)"},
            order_by=["rank", "id"],
        )
    query = "to_tsquery('english', %s)"
    return seen.extra(  # noqa: S610  # as above
        where=[f"finding_searchable.lexemes @@ {query}"],
        params=[expression],
        select={"rank": f"-ts_rank(finding_searchable.lexemes, {query}, 1)"},
        select_params=[expression],
        order_by=["rank", "id"],
    )


def _may_be_found(places: Sequence[Place], asked: Asked) -> Q:
    """What each app lets the one who asks see, row by row."""
    subject = OuterRef("subject")
    contributions = Q()
    for place in places:
        contributions |= Q(may_be_seen(place), space=place.space)
    brought = Contribution.objects.filter(contributions, pk=subject)
    if asked.way:
        brought = brought.filter(ways__contains=asked.way)
    if asked.year:
        brought = brought.filter(said_on__year=asked.year)
    found = Q(Exists(brought), what=What.CONTRIBUTION)
    if asked.way or asked.year:
        return found
    themes = Theme.objects.filter(pk=subject, state=ThemeState.OPEN)
    claims = Statement.objects.filter(pk=subject, hidden_at=None)
    return (
        found
        | Q(Exists(themes), what=What.THEME)
        | Q(Exists(claims), what=What.CLAIM)
        | Q(what__in=[What.PROPOSAL, What.OUTCOME])
    )


def _drawn(places: Sequence[Place], rows: Sequence[Searchable], expression: str) -> list[Found]:
    """The rows with their words around what was found, where they stand, and whose they are."""
    snippets = _snippets(rows, expression)
    by_kind: dict[str, list[UUID]] = defaultdict(list)
    for row in rows:
        by_kind[row.what].append(row.subject)
    things = _things(places, by_kind)
    spaces = {place.space.pk: place.space for place in places}
    return [
        _one(row, things[row.subject], spaces[row.space_id], snippets.get(row.pk, ()))
        for row in rows
        if row.subject in things
    ]


def _things(places: Sequence[Place], by_kind: dict[str, list[UUID]]) -> dict[UUID, Any]:
    found: dict[UUID, Any] = {}
    for place in places if What.CONTRIBUTION in by_kind else ():
        found |= visible_contributions(place).in_bulk(by_kind[What.CONTRIBUTION])
    kinds = ((What.THEME, Theme), (What.CLAIM, Statement), (What.PROPOSAL, Proposal), (What.OUTCOME, Outcome))
    for what, model in kinds:
        if by_kind[what]:
            found |= model.objects.in_bulk(by_kind[what])
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
    if connection.vendor == "sqlite":
        sql = (
            "SELECT rowid, snippet(finding_words, 1, %s, %s, '…', 32) FROM finding_words "  # noqa: S608  # placeholders
            f"WHERE finding_words MATCH %s AND rowid IN ({places})"
        )
        values: list[Any] = [OPEN, CLOSE, f"{{words}} : ({expression})", *keys]
    else:
        sql = (
            "SELECT id, ts_headline('english', left(words, 100000), to_tsquery('english', %s), %s) "  # noqa: S608  # same
            f"FROM finding_searchable WHERE id IN ({places})"
        )
        options = f"StartSel={OPEN}, StopSel={CLOSE}, MaxWords=34, MinWords=18, MaxFragments=1"
        values = [expression, options, *keys]
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
