"""One reading of every link there is: which thing came from which, by what, when, and who made it.

The links stand where people made them, in the tables of the apps below, and nowhere else: ``TABLES`` says of each table
what it links. ``links_around`` reads what touches some things in one statement, so many for each thing and no more.
Whoever adds a table of links below adds a line to ``TABLES``, and its kind of thing to ``things.py``.

A link to words that the reader may not see is not read at all: neither a count nor a *more* tells of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, models
from django.db.models import F, IntegerField, Q, QuerySet, TextField, UUIDField, Value
from django.db.models.functions import Cast

from coproduce.contributions.models import Contribution, FramingSource
from coproduce.contributions.queries import seen_by
from coproduce.decisions.models import Proposal, ProposalSource
from coproduce.deliberation.models import StatementSource
from coproduce.outcomes.models import Effect, OutcomeEvidence, OutcomeSource
from coproduce.prepared import Prepared, given, given_many
from coproduce.priorities.models import QuestionSource
from coproduce.spaces.access import Place
from coproduce.themes.models import ThemeChange, ThemeChangeKind, ThemeLink

TOGETHER = 20
"""Where things have few links each, one part of the statement reads those of all of them, so many times ``each``."""


class Kind(StrEnum):
    """The kinds of things that links join. A decision is the proposal it was made on."""

    WORDS = "words"
    THEME = "theme"
    CLAIM = "claim"
    QUESTION = "question"
    PROPOSAL = "decision"
    OUTCOME = "outcome"
    PRIORITY = "priority"
    GATHERING = "gathering"


class What(StrEnum):
    """What a link says: the later thing … the earlier one."""

    RAISED = "raised in"
    ANSWERS = "answers"
    IN_THEME = "holds"
    MERGED = "merged from"
    SPLIT = "split from"
    DRAWN = "drawn from"
    CHANGED = "changed by"
    PROPOSED = "proposed from"
    DECIDED = "decided by"
    REFUSED = "refused by"
    REOPENED = "looks again at"
    LED = "came of"
    SHOWN = "shown by"
    DID = "says what it did"
    GATHERED = "gathered from"
    ACROSS = "across"


class Way(StrEnum):
    """Which way one walks: back to where something came from, or on to what it led to."""

    BACK = "back"
    ON = "on"


Node = tuple[Kind, UUID]


class End(NamedTuple):
    """One end of a link: what kind of thing, and the path to it from the row."""

    kind: Kind
    path: str


@dataclass(frozen=True)
class Table:
    """A table whose rows are links. ``at``, ``by``, ``why``: the paths to when, by whom ("" where the words' own author
    did) and in which words it was made; ``only``: which of its rows are links that hold.
    ``many``: the ways in which one thing may have thousands of these links.
    """

    what: What
    model: type[models.Model]
    earlier: End
    later: End
    at: str
    by: str = ""
    why: str = ""
    only: Q = field(default_factory=Q)
    many: tuple[Way, ...] = ()

    def ends(self, way: Way) -> tuple[End, End]:
        """(where one stands, where one gets to)."""
        return (self.later, self.earlier) if way == Way.BACK else (self.earlier, self.later)

    def gets_to_words(self, way: Way) -> str | None:
        """The path to the words one gets to, as ``may_be_seen`` takes it; None where one gets to something else."""
        end = self.ends(way)[1]
        if end.kind != Kind.WORDS:
            return None
        return "" if end.path == "pk" else f"{end.path}__"


def _change(kind: ThemeChangeKind, what: What) -> Table:
    still = Q(kind=kind, undone_at=None)
    ends = End(Kind.THEME, "theme"), End(Kind.THEME, "other")
    return Table(what, ThemeChange, *ends, "changed_at", "changed_by", "why", still)


def _led(kind: Kind, path: str, what: What = What.LED, only: Q | None = None) -> Table:
    ends = End(kind, path), End(Kind.OUTCOME, "outcome")
    many = (Way.BACK,) if kind == Kind.WORDS else ()
    by = "outcome__recorded_by"
    return Table(what, OutcomeSource, *ends, "outcome__recorded_at", by, "", only or Q(), many=many)


def _proposed(kind: Kind, path: str) -> Table:
    ends = End(kind, path), End(Kind.PROPOSAL, "proposal")
    many = (Way.BACK,) if kind == Kind.WORDS else (Way.ON,)
    return Table(What.PROPOSED, ProposalSource, *ends, "proposal__opened_at", "proposal__proposed_by", many=many)


WORDS = End(Kind.WORDS, "contribution")
TABLES: tuple[Table, ...] = (
    Table(
        What.RAISED, Contribution, End(Kind.GATHERING, "gathering"), End(Kind.WORDS, "pk"), "brought_at",
        many=(Way.ON,),
    ),
    Table(
        What.ANSWERS, Contribution, End(Kind.WORDS, "answers"), End(Kind.WORDS, "pk"), "brought_at", why="verb",
        many=(Way.ON,),
    ),
    Table(
        What.IN_THEME, ThemeLink, WORDS, End(Kind.THEME, "theme"), "linked_at", "linked_by", "why", Q(ended_at=None),
        many=(Way.BACK,),
    ),
    # What was in a theme that became part of another is in the other now; the first one still came from it.
    Table(
        What.IN_THEME, ThemeLink, WORDS, End(Kind.THEME, "moved_by__theme"),
        "moved_from__linked_at", "moved_from__linked_by", "moved_from__why",
        # Said twice for the database: it looks for what was moved, of which there is little, and begins with that.
        Q(moved_by__isnull=False, moved_by__kind=ThemeChangeKind.MERGED), many=(Way.BACK,),
    ),
    _change(ThemeChangeKind.MERGED, What.MERGED),
    _change(ThemeChangeKind.SPLIT, What.SPLIT),
    Table(
        What.DRAWN, StatementSource, WORDS, End(Kind.CLAIM, "statement"),
        "statement__drawn_at", "statement__drawn_by", "", Q(statement__hidden_at=None),
    ),
    Table(
        What.CHANGED, FramingSource, WORDS, End(Kind.QUESTION, "framing"),
        "framing__framed_at", "framing__framed_by", "framing__why",
    ),
    _proposed(Kind.WORDS, "contribution"),
    _proposed(Kind.THEME, "theme"),
    _proposed(Kind.PRIORITY, "question"),
    _led(Kind.PROPOSAL, "decision__proposal", What.DECIDED, Q(decision__agreed=True)),
    _led(Kind.PROPOSAL, "decision__proposal", What.REFUSED, Q(decision__agreed=False)),
    _led(Kind.THEME, "theme"),
    _led(Kind.WORDS, "contribution"),
    Table(
        What.REOPENED, Proposal, End(Kind.PROPOSAL, "reopens__proposal"), End(Kind.PROPOSAL, "pk"),
        "opened_at", "proposed_by",
    ),
    # Whoever brings words as evidence makes the link as well, so its maker is whose the words are.
    Table(What.SHOWN, OutcomeEvidence, WORDS, End(Kind.OUTCOME, "outcome"), "linked_at"),
    Table(What.DID, Effect, End(Kind.OUTCOME, "outcome"), WORDS, "linked_at", many=(Way.ON,)),
    Table(
        What.GATHERED, QuestionSource, End(Kind.WORDS, "uncertainty__contribution"), End(Kind.PRIORITY, "question"),
        "made_at", "made_by", "", Q(ended_at=None, uncertainty__out_at=None), many=(Way.BACK,),
    ),
)  # fmt: skip
"""Every table of links. A new one is a line here."""


class Link(NamedTuple):
    """One link, as somebody stands at ``near`` and looks to ``far``. ``by``: None where the words' own author made it;
    ``row`` tells links of the same moment apart.
    """

    what: What
    near: Node
    far: Node
    at: datetime
    by: UUID | None
    why: str
    row: UUID


After = tuple[datetime, UUID]
"""A place in the order of links: everything later follows it."""


class _Shape(NamedTuple):
    """What of a statement is not a value. table: its place in ``TABLES``; one: around one thing, or around several."""

    table: int
    way: Way
    is_member: bool
    one: bool
    onward: bool
    limit: int


@lru_cache(maxsize=512)
def _prepared(shape: _Shape) -> Prepared[Any]:
    return Prepared(_rows(shape))


def _rows(shape: _Shape) -> QuerySet[Any, Any]:
    """Links around the given thing or things: (table, near, far, at, by, why, row)."""
    table, way, is_member, one, onward, limit = shape
    held = TABLES[table]
    near, far = held.ends(way)
    wanted = {near.path: given("node")} if one else {f"{near.path}__in": given_many("nodes")}
    if far.path != "pk":
        wanted[f"{far.path}__isnull"] = False
    through = held.gets_to_words(way)
    seen = Q() if through is None else seen_by(is_member=is_member, through=through)
    found = held.model._default_manager.filter(held.only, seen, **wanted)
    # What a decision was made from was linked at one moment: looking back nothing but the rows is put in order.
    at_once = way == Way.BACK and held.at.startswith(f"{held.later.path}__")
    found = found.order_by("pk") if at_once else found.order_by(held.at, "pk")
    if onward:
        at, row = given("at", models.DateTimeField()), given("row")
        found = found.filter(Q(**{f"{held.at}__gt": at}) | Q(**{held.at: at, "pk__gt": row}))
    nobody = Cast(Value(None), UUIDField())
    columns = [
        Value(table, output_field=IntegerField()), F(near.path), F(far.path), F(held.at),
        F(held.by) if held.by else nobody,
        Cast(F(held.why), TextField()) if held.why else Value("", output_field=TextField()),
    ]  # fmt: skip
    named = {f"link_{number}": column for number, column in enumerate(columns)}
    return found.annotate(**named).values_list(*named, "pk")[:limit]


class Around(NamedTuple):
    """What was found: each thing's links, earliest first, and of which things there may be more than were read."""

    links: dict[Node, list[Link]]
    cut: set[Node]


def links_around(place: Place, nodes: Sequence[Node], way: Way, *, each: int, after: After | None = None) -> Around:
    """For each thing the first ``each`` links of every table, in one query.

    Only links to what may be seen in ``place``. after: only what follows that place in the order; then for one thing.
    A thing with a million links costs as much as one with a few: of each table few more rows are read than answered.
    """
    onward = {"at": after[0], "row": after[1]} if after else {}
    parts = [
        part
        for number, table in enumerate(TABLES)
        if place.is_member or table.ends(way)[1].kind != Kind.GATHERING
        for part in _parts(_Shape(number, way, place.is_member, True, bool(after), each), table, nodes)
    ]
    if not parts:
        return Around({}, set())
    texts, values = [], []
    for number, (made, keys) in enumerate(parts):
        given_keys = {"nodes": keys} if len(keys) > 1 else {"node": keys[0]}
        sql, filled = made.filled(space=place.space.pk, **given_keys, **onward)
        texts.append(f"SELECT * FROM ({sql}) AS part{number}")  # noqa: S608  # put together by Django, values apart
        values += filled
    rows = _read(" UNION ALL ".join(texts), values, parts[0][0])
    return _around(rows, nodes, way, each)


def _around(rows: Iterable[Any], nodes: Sequence[Node], way: Way, each: int) -> Around:
    found: dict[Node, list[Link]] = defaultdict(list)
    read: Counter[tuple[int, Node]] = Counter()
    for number, near, far, at, by, why, row in rows:
        table = TABLES[number]
        stands, gets = table.ends(way)
        found[stands.kind, near].append(Link(table.what, (stands.kind, near), (gets.kind, far), at, by, why or "", row))
        read[number, (stands.kind, near)] += 1
    for links in found.values():
        links.sort(key=lambda link: (link.at, link.row))
    cut = {node for (_number, node), n in read.items() if n >= each}
    together = Counter(number for number, _node in read.elements())
    full = {TABLES[number].ends(way)[0].kind for number, n in together.items() if n >= each * TOGETHER}
    return Around(dict(found), cut | {node for node in nodes if node[0] in full})


def _parts(shape: _Shape, table: Table, nodes: Sequence[Node]) -> Iterable[tuple[Prepared[Any], list[UUID]]]:
    near = table.ends(shape.way)[0].kind
    keys = [pk for kind, pk in nodes if kind == near]
    if shape.way in table.many or len(keys) == 1:
        made = _prepared(shape)
        yield from ((made, [pk]) for pk in keys)
    elif keys:
        yield _prepared(shape._replace(one=False, limit=shape.limit * TOGETHER)), keys


def _read(sql: str, values: list[Any], like: Prepared[Any]) -> Iterable[Any]:
    """Rows. All parts have the same columns, so what makes Python of the values of one does so for all."""
    compiler = like.compiler
    converters = compiler.get_converters(None)
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        rows = cursor.fetchall()
    return compiler.apply_converters(rows, converters) if converters else rows  # type: ignore[no-any-return]
