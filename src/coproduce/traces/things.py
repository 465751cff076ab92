"""What links join, as far as the person who asks may see it: a title, whose it is, when, and where to read it."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Model, QuerySet
from django.db.models.functions import Coalesce, Left
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coproduce.contributions.drawing import gone
from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import Speaker, contribution_in, may_read, seen_by
from coproduce.conversation.folding import NONE, Mutes, folded_by
from coproduce.decisions.models import Proposal, ProposalState
from coproduce.deliberation.models import Statement
from coproduce.errors import NotHere
from coproduce.gatherings.models import Gathering
from coproduce.outcomes.models import Outcome, State
from coproduce.outcomes.queries import newest_states
from coproduce.people.naming import shown_name
from coproduce.prepared import given, given_many, prepared
from coproduce.priorities.models import Question
from coproduce.spaces.access import Place
from coproduce.spaces.models import Framing
from coproduce.themes.models import Origin, Theme
from coproduce.traces.links import Kind, Node
from coproduce.ui.words import shortened

LENGTH = 200
ROUTES = {
    Kind.WORDS: "contributions:contribution",
    Kind.THEME: "themes:theme",
    Kind.CLAIM: "deliberation:statement",
    Kind.QUESTION: "spaces:framings",
    Kind.PROPOSAL: "decisions:proposal",
    Kind.OUTCOME: "outcomes:outcome",
    Kind.PRIORITY: "priorities:question",
    Kind.GATHERING: "gatherings:gathering",
}
"""The page of each kind of thing."""


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing on a trace. ``title``: its name, or the beginning of somebody's words; ``name`` and ``ways``: of words,
    whose they are and how they know. ``note``: what to know before reading (the words are left out then). ``more``: how
    it stands, in a sentence. ``folded``: words the reader asked not to see. ``within``: of what
    should be found out, the exercise.
    """

    slug: str
    kind: Kind
    pk: UUID
    title: str
    on: date | None = None
    name: str = ""
    ways: str = ""
    note: str = ""
    more: str = ""
    folded: bool = False
    is_gone: bool = False
    within: UUID | None = None

    @property
    def url(self) -> str:
        """Where it is read."""
        within = [self.within] if self.within else []
        keys = [] if self.kind == Kind.QUESTION else [*within, self.pk]
        return reverse(ROUTES[self.kind], args=[self.slug, *keys])

    @property
    def node(self) -> Node:
        return (self.kind, self.pk)

    @property
    def label(self) -> str:
        """How it is called in a sentence: its name in marks, or whose words they are."""
        if self.kind != Kind.WORDS:
            return _("“%(name)s”") % {"name": shortened(self.title, 80)}
        if self.note or self.folded or self.is_gone:
            return _("what %(name)s said") % {"name": self.name} if self.name else _("somebody’s words")
        return _("“%(words)s”") % {"words": shortened(self.title, 60)}


def things(place: Place, nodes: Iterable[Node], mutes: Mutes) -> dict[Node, Thing]:
    """Those that this person may see, each as pages show it. One query for each kind there is, two for outcomes.

    mutes: what the reader asked not to see (``mutes_of``).
    """
    by_kind: dict[Kind, set[UUID]] = defaultdict(set)
    for kind, pk in nodes:
        by_kind[kind].add(pk)
    found = [thing for kind, keys in by_kind.items() for thing in FOUND_BY[kind](place, keys, mutes)]
    return {thing.node: thing for thing in found}


def thing_at(place: Place, kind: str, pk: UUID) -> Thing:
    """The thing a trace begins from. Words that were taken back keep their place, without the words. ``NotHere``."""
    if kind not in set(Kind):
        raise NotHere
    if kind == Kind.WORDS:
        one = contribution_in(place, pk)
        if may_read(place, one):
            names = one.author.full_name, one.author.chosen_name
            row = (pk, one.words, one.content_note, one.said_on, *names, one.attribution, one.ways)
            return _words_thing(place, row, folded=False)
        return Thing(place.space.slug, Kind.WORDS, pk, gone(one.state), one.said_on, is_gone=True)
    found = things(place, [(Kind(kind), pk)], NONE)
    if not found:
        raise NotHere
    return next(iter(found.values()))


# Columns and not models, and queries that are put together once: a page of a trace has dozens of things.
_OF_WORDS = (
    "pk", "opening", "content_note", "said_on", "author__full_name", "author__chosen_name", "attribution", "ways",
)  # fmt: skip


@prepared
def _seen_words(*, is_member: bool) -> QuerySet[Contribution, Any]:
    # Twice as much as is shown: where lines were joined, what is left is still long enough to be cut between words.
    # The space is asked of an expression: else SQLite may begin with all words of the space and not with these few.
    found = Contribution.objects.annotate(where=Coalesce("space", "space"), opening=Left("words", LENGTH * 2))
    few = found.filter(seen_by(is_member=is_member), where=given("space"), pk__in=given_many("keys"))
    return few.order_by().values_list(*_OF_WORDS)


def _words(place: Place, keys: set[UUID], mutes: Mutes) -> list[Thing]:
    rows: list[Any] = list(_seen_words(is_member=place.is_member)(space=place.space.pk, keys=keys))
    folded = folded_by(place, mutes, [row[0] for row in rows]) if mutes else ()
    return [_words_thing(place, row, folded=row[0] in folded) for row in rows]


def _words_thing(place: Place, row: Sequence[Any], *, folded: bool) -> Thing:
    pk, opening, note, said_on, full_name, chosen_name, attribution, ways = row
    name = shown_name(Speaker(full_name or chosen_name, chosen_name), attribution, ways)
    title = "" if note or folded else shortened(opening, LENGTH)
    return Thing(place.space.slug, Kind.WORDS, pk, title, said_on, name, ways, note, folded=folded)


@prepared
def _of_space(*, model: type[Model], columns: tuple[str, ...], space: str, **only: Any) -> QuerySet[Any, Any]:
    # Of an expression, as for words above: these few are looked up, and never looked for in all that a space has.
    found = model._default_manager.annotate(where=Coalesce(space, space))
    return found.filter(where=given("space"), pk__in=given_many("keys"), **only).order_by().values_list("pk", *columns)


def _rows(
    place: Place, keys: set[UUID], model: type[Model], *columns: str, space: str = "space", **only: Any
) -> list[Any]:
    return list(_of_space(model=model, columns=columns, space=space, **only)(space=place.space.pk, keys=keys))


def _themes(place: Place, keys: set[UUID], _mutes: Mutes) -> list[Thing]:
    agenda, arose = _("It was on our first agenda."), _("It was on no agenda.")
    return [
        Thing(
            place.space.slug, Kind.THEME, pk, name, timezone.localdate(at),
            more=agenda if origin == Origin.AGENDA else arose,
        )
        for pk, name, at, origin in _rows(place, keys, Theme, "name", "proposed_at", "origin")
    ]  # fmt: skip


def _claims(place: Place, keys: set[UUID], _mutes: Mutes) -> list[Thing]:
    return [
        Thing(
            place.space.slug, Kind.CLAIM, pk, words,
            timezone.localdate(at),
        )
        for pk, words, at in _rows(place, keys, Statement, "words", "drawn_at", hidden_at=None)
    ]  # fmt: skip


def _questions(place: Place, keys: set[UUID], _mutes: Mutes) -> list[Thing]:
    framed = _rows(place, keys, Framing, "words", "framed_at")
    return [Thing(place.space.slug, Kind.QUESTION, pk, words, timezone.localdate(at)) for pk, words, at in framed]


def _proposals(place: Place, keys: set[UUID], _mutes: Mutes) -> list[Thing]:
    columns = ("title", "opened_at", "state", "decision__agreed", "decision__decided_at", "decision__why")
    return [
        Thing(
            place.space.slug, Kind.PROPOSAL, pk, title, timezone.localdate(decided_at or opened_at),
            more=_decided(state, agreed, decided_at, why),
        )
        for pk, title, opened_at, state, agreed, decided_at, why in _rows(place, keys, Proposal, *columns)
    ]  # fmt: skip


def _decided(state: str, agreed: bool | None, decided_at: datetime | None, why: str | None) -> str:
    if decided_at is None:
        return _("It is being read.") if state == ProposalState.OPEN else ""
    said = {"day": _day(timezone.localdate(decided_at)), "why": shortened(why or "", LENGTH)}
    if agreed:
        return _("It was agreed on %(day)s.") % said
    if why:
        return _("It was not agreed on %(day)s, because: %(why)s") % said
    return _("It was not agreed on %(day)s. The reasons are kept.") % said


def _outcomes(place: Place, keys: set[UUID], _mutes: Mutes) -> list[Thing]:
    states = newest_states(keys)
    return [
        Thing(
            place.space.slug, Kind.OUTCOME, pk, title, timezone.localdate(states[pk].at),
            more=_stands(states[pk].state, expected),
        )
        for pk, title, expected in _rows(place, keys, Outcome, "title", "expected")
        if pk in states
    ]  # fmt: skip


def _stands(state: str, expected: bool) -> str:
    if not expected:
        return _("Nobody planned it.")
    return {
        State.DONE: _("It is done."),
        State.PARTLY: _("Part of it is done."),
        State.NOT_BECAUSE: _("It was not done, and it says why."),
        State.NOT_YET: _("Not yet."),
    }[State(state)]


def _priorities(place: Place, keys: set[UUID], _mutes: Mutes) -> list[Thing]:
    asked = _rows(place, keys, Question, "words", "drawn_at", "exercise", space="exercise__space")
    return [
        Thing(place.space.slug, Kind.PRIORITY, pk, words, timezone.localdate(at), within=exercise)
        for pk, words, at, exercise in asked
    ]


def _gatherings(place: Place, keys: set[UUID], _mutes: Mutes) -> list[Thing]:
    """For members: who met where and when is nobody else's affair."""
    met = _rows(place, keys, Gathering, "title", "starts_at") if place.is_member else []
    return [
        Thing(
            place.space.slug, Kind.GATHERING, pk, title,
            timezone.localdate(at),
        )
        for pk, title, at in met
    ]  # fmt: skip


def _day(day: date) -> str:
    return date_format(day, "j F Y")


FOUND_BY: dict[Kind, Callable[[Place, set[UUID], Mutes], list[Thing]]] = {
    Kind.WORDS: _words,
    Kind.THEME: _themes,
    Kind.CLAIM: _claims,
    Kind.QUESTION: _questions,
    Kind.PROPOSAL: _proposals,
    Kind.OUTCOME: _outcomes,
    Kind.PRIORITY: _priorities,
    Kind.GATHERING: _gatherings,
}
"""How the things of each kind are looked up, as far as they may be seen."""
