"""Finding words again: by what they say, among everything that the one who asks may see."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import BigIntegerField, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import may_be_seen, seen_by
from coproduce.decisions.models import Proposal
from coproduce.deliberation.models import Statement
from coproduce.finding import matching
from coproduce.finding.asking import Question, question_of
from coproduce.finding.index import marked
from coproduce.finding.models import Searchable, What
from coproduce.outcomes.models import Outcome
from coproduce.people.models import Attribution, Person
from coproduce.prepared import given_many, prepared
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState, Space, Standpoint, Visibility
from coproduce.themes.models import Theme, ThemeLink, ThemeState

A_PAGE = 20
LOOKED_AT = 200
"""Of the candidates so many at a time are looked at: which of them may the one who asks see?"""
OFFERED_AT_MOST = 100
OPEN_TO_ALL_WHO_READ = (What.PROPOSAL, What.OUTCOME)
"""Whoever may read a space may open every one of these in it."""


class Asked(NamedTuple):
    """What somebody looks for. what: a code of ``What``; way: a letter; kind: a code; year, season: of what was said.

    theme, standpoint: in that theme, or by people who show these words with theirs. "" and 0 for all.
    """

    words: str
    what: str = ""
    way: str = ""
    year: int = 0
    kind: str = ""
    season: str = ""
    theme: str = ""
    standpoint: str = ""

    @property
    def is_narrowed(self) -> bool:
        """Whether anything but the words was chosen."""
        return any(self[1:])


SEASONS = {"spring": (3, 4, 5), "summer": (6, 7, 8), "autumn": (9, 10, 11), "winter": (12, 1, 2)}
"""Three months each. A winter goes by the year in which it began."""


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

    count: how many there are, or with ``at_least`` how many of the first; more: whether another page follows.
    is_newest_first: so many hold the words that they stand in the order they were written down, the newest first;
    is_cut: whether more was asked than is looked for.
    """

    rows: tuple[Found, ...] = ()
    count: int = 0
    more: bool = False
    every_word: bool = True
    at_least: bool = False
    is_newest_first: bool = False
    is_cut: bool = False


def spaces_of(person: Person) -> list[Space]:
    """The spaces somebody is in."""
    mine = Membership.objects.filter(person=person).exclude(state=MembershipState.LEFT).values("space")
    return list(Space.objects.filter(pk__in=mine).order_by("name"))


def found_in(places: Sequence[Place], asked: Asked, *, page: int = 0) -> Results:
    """What holds the words in one space, or in several of which the one who asks is a member of all.

    Not found: anything they could not open there.

    All words must be there, the last one may be a beginning; where nothing holds them all, what holds any of
    them. About twelve queries, whatever the rows.
    """
    question = question_of(asked.words)
    if not question.wanted or not places:
        return Results(is_cut=question.is_cut)
    if len(places) > 1 and not all(place.is_member for place in places):
        raise ValueError("several spaces are looked through by their members only")
    sought = _sought(places, asked, question)
    if sought is None:
        return Results(is_cut=question.is_cut)
    needed = A_PAGE * (page + 1) + 1
    keys = matching.newest(sought)
    if len(keys) < A_PAGE and _may_begin(sought, question):
        sought = replace(sought, question=question)
        keys = matching.newest(sought)
    is_many = len(keys) >= sought.at_most
    if not is_many:
        keys = matching.ranked(sought.question, keys)
    rows, all_of_them = _looked_through(places, keys, needed)
    every_word = bool(rows) or len(question.wanted) == 1
    if not every_word:
        sought = replace(sought, question=replace(sought.question, begins=False))
        rows, all_of_them = _looked_through(places, matching.holding_some(sought), needed)
        is_many = False
    shown = _drawn(places, rows[A_PAGE * page : A_PAGE * (page + 1)], sought.question, some=not every_word)
    return Results(
        tuple(shown),
        len(rows),
        len(rows) > A_PAGE * (page + 1),
        every_word,
        is_many or not all_of_them,
        is_newest_first=is_many,
        is_cut=question.is_cut,
    )


def _may_begin(sought: matching.Sought, question: Question) -> bool:
    """Whether to look for words that begin like the last one: only where it is rare itself.

    The index has to read every word that begins so before it knows the newest.
    """
    if not question.begins:
        return False
    last = replace(sought, question=Question(wanted=question.wanted[-1:]), among=None)
    return len(matching.newest(last, A_PAGE)) < A_PAGE


def _sought(places: Sequence[Place], asked: Asked, question: Question) -> matching.Sought | None:
    """The question to the index, or None where nothing can be what was asked for."""
    groups = [
        (name, value) for name, value in (("what", asked.what), ("way", asked.way), ("kind", asked.kind)) if value
    ]
    marks: list[tuple[str, ...]] = [(marked(name, value),) for name, value in groups]
    among, each = _among(places, asked)
    if among is None and each is None and (asked.theme or asked.standpoint):
        return None
    visitor = [place for place in places if not place.is_member]
    others = False
    if among is None and each is None and visitor:
        # Of a visitor's matches most may be closed to them: that is asked of each match, not of the newest alone.
        each, others = Contribution.objects.filter(may_be_seen(visitor[0])), True
    marks += _when(asked)
    spaces = [place.space.pk for place in places]
    return matching.Sought(replace(question, begins=False), spaces, tuple(marks), among, each, others)


def _when(asked: Asked) -> list[tuple[str, ...]]:
    """The marks of a year and a season, each group of which one must be there."""
    months = SEASONS.get(asked.season, ())
    if asked.year and asked.season == "winter":
        return [(f"{marked('winter', asked.year)}",)]
    said = [tuple(marked("month", f"{month:02}") for month in months)] if months else []
    return [(marked("year", asked.year),), *said] if asked.year else said


Some = QuerySet[Contribution] | None


def _among(places: Sequence[Place], asked: Asked) -> tuple[Some, Some]:
    """The contributions of a theme, or of a standpoint, or of both: all of them, or if they are many one at a time.

    None and None for no such choice, and for several spaces.
    """
    if len(places) != 1 or not (asked.theme or asked.standpoint):
        return None, None
    place, found = places[0], Contribution.objects.all()
    if asked.standpoint:
        found = found.filter(_shown_as(place, asked.standpoint))
    if not place.is_member:
        found = found.filter(may_be_seen(place))
    if not asked.theme:
        return (found, None) if _is_small(found) else (None, found)
    theme = Theme.objects.filter(pk=asked.theme, space=place.space, state=ThemeState.OPEN).first()
    if theme is None:
        return Contribution.objects.none(), None
    held = ThemeLink.objects.filter(ended_at=None).order_by()
    if _is_small(held.filter(theme=theme)):
        return found.filter(pk__in=held.filter(theme=theme).values("contribution")), None
    # Of one contribution the few links are looked at, not the many of the theme: an index on the theme is out of reach.
    own = held.alias(its_theme=Coalesce("theme", "theme")).filter(contribution=OuterRef("pk"), its_theme=theme.pk)
    return None, found.filter(Exists(own))


def _is_small(rows: QuerySet[Any]) -> bool:
    return rows.order_by()[: matching.SET_AT_MOST + 1].count() <= matching.SET_AT_MOST


def _shown_as(place: Place, words: str) -> Q:
    """Beside which words these words of a standpoint are drawn: of people who show them, and who gave a name.

    Exactly what a reader of each of them sees there already. Whoever gave no name, or only wants to be counted, is
    in no result of this, so that nothing can be found out by looking twice.
    """
    said = Standpoint.objects.filter(membership__space=place.space, visibility=Visibility.SHOWN, words=words)
    theirs = Q(pk__in=())
    for way in said.order_by().values_list("way", flat=True).distinct():
        theirs |= Q(author__in=said.filter(way=way).values("membership__person"), ways__contains=way)
    return Q(attribution__in=[Attribution.NAME, Attribution.CHOSEN], space=place.space) & theirs


def themes_offered(place: Place) -> list[tuple[str, str]]:
    """The open themes of a space by name, to narrow by: (key, name). One query."""
    themes = Theme.objects.filter(space=place.space, state=ThemeState.OPEN).order_by("name")
    return [(str(pk), name) for pk, name in themes.values_list("pk", "name")[:OFFERED_AT_MOST]]


def standpoints_offered(place: Place) -> list[str]:
    """The standpoints that members of a space show with their words, in their words. For members. One query."""
    if not place.is_member:
        return []
    shown = Standpoint.objects.filter(membership__space=place.space, visibility=Visibility.SHOWN)
    words = shown.exclude(membership__state=MembershipState.LEFT).order_by("words").values_list("words", flat=True)
    return list(words.distinct()[:OFFERED_AT_MOST])


def _looked_through(places: Sequence[Place], keys: Sequence[int], needed: int) -> tuple[list[int], bool]:
    """Those of these rows of the index that may be seen, in their order, until there are enough; whether that is all.

    So few are looked at that it is quick, and enough that most counts are exact.
    """
    visitor = [place for place in places if not place.is_member]
    here = {place.space.pk for place in places}
    ask = _open_rows(is_member=not visitor)
    rows: list[int] = []
    for start in range(0, len(keys), LOOKED_AT):
        if len(rows) >= needed:
            return rows, False
        some = keys[start : start + LOOKED_AT]
        found: Any = ask(space=places[0].space.pk, keys=some)
        seen = {key for key, space in found if space in here}
        rows += [key for key in some if key in seen]
    return rows, True


@prepared
def _open_rows(*, is_member: bool) -> QuerySet[Searchable, Any]:
    """Of these rows of the index those that each app lets the one who asks open: (key, space)."""
    theirs = {
        What.CONTRIBUTION: Contribution.objects.filter(seen_by(is_member=is_member)),
        What.THEME: Theme.objects.filter(state=ThemeState.OPEN),
        What.CLAIM: Statement.objects.filter(hidden_at=None),
    }
    seen = Q(what__in=OPEN_TO_ALL_WHO_READ)
    for what, things in theirs.items():
        seen |= Q(Exists(things.filter(pk=OuterRef("subject"))), what=what)
    return (
        Searchable.objects.filter(seen, pk__in=given_many("keys", BigIntegerField()))
        .order_by()
        .values_list("pk", "space_id")
    )


def _drawn(places: Sequence[Place], keys: Sequence[int], question: Question, *, some: bool) -> list[Found]:
    """The rows with their words around what was found, where they stand, and whose they are."""
    around = matching.snippets(question, keys, some=some)
    found = Searchable.objects.defer("words", "marks").in_bulk(keys)
    rows = [found[key] for key in keys if key in found]
    snippets = {key: pieces(text) for key, text in around.items()}
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
    return Found(row.what, url, title, without_title(tuple(snippet), title), space)


def without_title(snippet: tuple[Piece, ...], title: str) -> tuple[Piece, ...]:
    """The snippet without the title it may begin with: that stands above it already."""
    above = f"{' '.join(title.split())} "
    if not title or not f"{''.join(piece.text for piece in snippet)} ".startswith(above):
        return snippet
    left = len(above)
    kept: list[Piece] = []
    for text, found in snippet:
        if rest := text[left:]:
            kept.append(Piece(rest, found))
        left = max(0, left - len(text))
    return tuple(kept)


def pieces(marked: str) -> tuple[Piece, ...]:
    """A marked snippet as its pieces, on one line."""
    out = []
    for part in re.split(f"({matching.OPEN}[^{matching.CLOSE}]*{matching.CLOSE})", " ".join(marked.split())):
        if part:
            out.append(Piece(part.strip(matching.OPEN + matching.CLOSE), part.startswith(matching.OPEN)))
    return tuple(out)
