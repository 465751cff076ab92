"""What links join, as far as the person who asks may see it: a title, whose it is, when, and where to read it."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from coproduce.contributions.drawing import gone
from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import contribution_in, may_read, seen_among
from coproduce.conversation.folding import folded_by, mutes_of
from coproduce.decisions.models import Proposal, ProposalState
from coproduce.deliberation.models import Statement
from coproduce.errors import NotHere
from coproduce.gatherings.models import Gathering
from coproduce.outcomes.models import Outcome, State
from coproduce.outcomes.queries import standings
from coproduce.spaces.access import Place
from coproduce.spaces.models import Framing
from coproduce.themes.models import Origin, Theme
from coproduce.traces.links import Kind, Node
from coproduce.ui.words import shortened

LENGTH = 200


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing on a trace. ``title``: its name, or the beginning of somebody's words; ``name`` and ``ways``: of words,
    whose they are and how they know. ``note``: what to know before reading (the words are left out then). ``more``: how
    it stands, in a sentence. ``folded``: words the reader asked not to see.
    """

    kind: Kind
    pk: UUID
    title: str
    url: str
    on: date | None = None
    name: str = ""
    ways: str = ""
    note: str = ""
    more: str = ""
    folded: bool = False
    is_gone: bool = False

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


def things(place: Place, nodes: Iterable[Node]) -> dict[Node, Thing]:
    """Those that this person may see, each as pages show it. One query for each kind there is, two for outcomes."""
    by_kind: dict[Kind, set[UUID]] = defaultdict(set)
    for kind, pk in nodes:
        by_kind[kind].add(pk)
    found = [thing for kind, keys in by_kind.items() for thing in FOUND_BY[kind](place, keys)]
    return {thing.node: thing for thing in found}


def thing_at(place: Place, kind: str, pk: UUID) -> Thing:
    """The thing a trace begins from. Words that were taken back keep their place, without the words. ``NotHere``."""
    if kind not in set(Kind):
        raise NotHere
    if kind == Kind.WORDS:
        one = contribution_in(place, pk)
        if may_read(place, one):
            return _of_words(place, one, folded=False)
        url = reverse("contributions:contribution", args=[place.space.slug, pk])
        return Thing(Kind.WORDS, pk, gone(one.state), url, one.said_on, is_gone=True)
    found = things(place, [(Kind(kind), pk)])
    if not found:
        raise NotHere
    return next(iter(found.values()))


def _words(place: Place, keys: set[UUID]) -> list[Thing]:
    seen = list(seen_among(place, keys))
    mutes = mutes_of(place)
    folded = folded_by(place, mutes, [one.pk for one in seen]) if mutes else ()
    return [_of_words(place, one, folded=one.pk in folded) for one in seen]


def _of_words(place: Place, one: Contribution, *, folded: bool) -> Thing:
    url = reverse("contributions:contribution", args=[place.space.slug, one.pk])
    title = "" if one.content_note or folded else shortened(one.words, LENGTH)
    return Thing(Kind.WORDS, one.pk, title, url, one.said_on, one.shown_name, one.ways, one.content_note, folded=folded)


def _themes(place: Place, keys: set[UUID]) -> list[Thing]:
    return [
        Thing(
            Kind.THEME, one.pk, one.name, reverse("themes:theme", args=[place.space.slug, one.pk]),
            timezone.localdate(one.proposed_at),
            more=_("It was on our first agenda.") if one.origin == Origin.AGENDA else _("It was on no agenda."),
        )
        for one in Theme.objects.filter(space=place.space, pk__in=keys)
    ]  # fmt: skip


def _claims(place: Place, keys: set[UUID]) -> list[Thing]:
    return [
        Thing(
            Kind.CLAIM, one.pk, one.words, reverse("deliberation:statement", args=[place.space.slug, one.pk]),
            timezone.localdate(one.drawn_at),
        )
        for one in Statement.objects.filter(space=place.space, hidden_at=None, pk__in=keys)
    ]  # fmt: skip


def _questions(place: Place, keys: set[UUID]) -> list[Thing]:
    url = reverse("spaces:framings", args=[place.space.slug])
    framings = Framing.objects.filter(space=place.space, pk__in=keys)
    return [Thing(Kind.QUESTION, one.pk, one.words, url, timezone.localdate(one.framed_at)) for one in framings]


def _proposals(place: Place, keys: set[UUID]) -> list[Thing]:
    return [
        Thing(
            Kind.PROPOSAL, one.pk, one.title, reverse("decisions:proposal", args=[place.space.slug, one.pk]),
            timezone.localdate(one.decision.decided_at if hasattr(one, "decision") else one.opened_at),
            more=_decided(one),
        )
        for one in Proposal.objects.filter(space=place.space, pk__in=keys).select_related("decision")
    ]  # fmt: skip


def _decided(proposal: Proposal) -> str:
    if not hasattr(proposal, "decision"):
        return _("It is being read.") if proposal.state == ProposalState.OPEN else ""
    decision = proposal.decision
    said = {"day": _day(timezone.localdate(decision.decided_at)), "why": shortened(decision.why, LENGTH)}
    if decision.agreed:
        return _("It was agreed on %(day)s.") % said
    if decision.why:
        return _("It was not agreed on %(day)s, because: %(why)s") % said
    return _("It was not agreed on %(day)s. The reasons are kept.") % said


def _outcomes(place: Place, keys: set[UUID]) -> list[Thing]:
    return [
        Thing(
            Kind.OUTCOME, standing.outcome.pk, standing.outcome.title,
            reverse("outcomes:outcome", args=[place.space.slug, standing.outcome.pk]),
            timezone.localdate(standing.now.at), more=_stands(standing.now.state, standing.outcome.expected),
        )
        for standing in standings(Outcome.objects.filter(space=place.space, pk__in=keys))
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


def _gatherings(place: Place, keys: set[UUID]) -> list[Thing]:
    """For members: who met where and when is nobody else's affair."""
    if not place.is_member:
        return []
    return [
        Thing(
            Kind.GATHERING, one.pk, one.title, reverse("gatherings:gathering", args=[place.space.slug, one.pk]),
            timezone.localdate(one.starts_at),
        )
        for one in Gathering.objects.filter(space=place.space, pk__in=keys)
    ]  # fmt: skip


def _day(day: date) -> str:
    return date_format(day, "j F Y")


FOUND_BY: dict[Kind, Callable[[Place, set[UUID]], list[Thing]]] = {
    Kind.WORDS: _words,
    Kind.THEME: _themes,
    Kind.CLAIM: _claims,
    Kind.QUESTION: _questions,
    Kind.PROPOSAL: _proposals,
    Kind.OUTCOME: _outcomes,
    Kind.GATHERING: _gatherings,
}
"""How the things of each kind are looked up, as far as they may be seen."""
