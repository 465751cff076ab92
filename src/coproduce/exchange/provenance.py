"""What came from what in a space, in the terms of the W3C: PROV-JSON and PROV-JSONLD, written by the library ``prov``.

Only what may leave is in it (``leaving.py``): words in use, the text of those who agreed to be quoted, and as agents
those alone who agreed to be quoted with their name. Who put words with a theme, or told an outcome, is not in it.
Themes are collections with their words as members: words may be put with a theme long after it was named, and in PROV
nothing is derived from what came later. Where the order of two moments would say so all the same, it is an influence.
"""

from __future__ import annotations

from datetime import datetime
from typing import IO, TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, F, Q
from django.db.models.functions import Cast, Right, TruncDate
from django.utils import timezone

from coproduce import clock
from coproduce.consent.models import Use
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import in_use
from coproduce.decisions.models import Decision, Proposal
from coproduce.deliberation.models import Statement
from coproduce.exchange.leaving import agreed
from coproduce.exchange.shared import NAMELESS
from coproduce.outcomes.models import Outcome
from coproduce.priorities.models import Question
from coproduce.spaces.models import Framing, Privacy, Space
from coproduce.themes.models import Theme
from coproduce.traces.across import KINDS
from coproduce.traces.links import TABLES, Kind, Table, What
from coproduce.traces.models import AcrossLink

if TYPE_CHECKING:
    from prov.model import ProvDocument

TERMS = "urn:coproduce:terms:"
THING = "urn:uuid:"
FORMATS = {"prov": "json", "provld": "jsonld"}
"""By kind of file: the name that the library has for the format."""
AT_ONCE = 2000


_End = tuple[Kind, UUID]


class _Written(NamedTuple):
    """A document in the making: what is in it, since when, and which of it is words without a name."""

    document: ProvDocument
    since: dict[_End, datetime]
    nameless: set[_End]

    def told_at(self, at: datetime, *ends: _End) -> datetime:
        """The moment, or for what joins words without a name the day: at the moment somebody may have done something
        else under their name.
        """
        return _day(at) if self.nameless.intersection(ends) else at


def write_prov(space: Space, kind: str, out: IO[bytes]) -> None:
    """The whole space as one document. kind: of ``FORMATS``. Raises ``KeyError`` for another."""
    text = document_of(space).serialize(format=FORMATS[kind])
    out.write(str(text).encode())


def document_of(space: Space) -> ProvDocument:
    """Everything that may leave: things as entities, people who agreed to be named as agents, links as relations.

    Some fifteen queries, each read in pieces; the document is in memory, about 4 kB for each piece of what was said.
    """
    from prov.model import ProvDocument  # only who asks for such a file waits for it

    written = _Written(ProvDocument(), {}, set())
    written.document.add_namespace("cp", TERMS)
    written.document.add_namespace("id", THING)
    written.document.add_namespace("dct", "http://purl.org/dc/terms/")
    _space(space, written)
    _words(space, written)
    _made_here(space, written)
    _decisions(space, written)
    for table in TABLES:
        if table.earlier.kind != Kind.GATHERING:
            _links(space, table, written)
    _across(space, written)
    return written.document


def _day(at: datetime) -> datetime:
    return timezone.localtime(at).replace(hour=0, minute=0, second=0, microsecond=0)


def _name(pk: UUID) -> str:
    return f"id:{pk}"


def _entity(written: _Written, kind: Kind, pk: UUID, at: datetime, label: str, **more: Any) -> None:
    about = [("prov:type", _type(written, kind)), ("prov:label", label), *more.items()]
    if kind == Kind.THEME:
        about.append(("prov:type", written.document.valid_qualified_name("prov:Collection")))
    written.document.entity(_name(pk), [(name, value) for name, value in about if value not in ("", None)])
    at = written.told_at(at, (kind, pk))
    written.document.generation(_name(pk), time=at)
    written.since[kind, pk] = at


def _type(written: _Written, name: str) -> Any:
    return written.document.valid_qualified_name(f"cp:{name.replace(' ', '-')}")


def _space(space: Space, written: _Written) -> None:
    about = {"prov:type": _type(written, "space"), "prov:label": space.name, "dct:issued": clock.now()}
    written.document.entity(_name(space.pk), about)


def _words(space: Space, written: _Written) -> None:
    """Words, with their text where it may be quoted; and who said them, where they agreed to be named.

    In the order of their days, so that the place of words without a name tells no more than their day does.
    """
    named, quoted = agreed(space, Use.ATTRIBUTED_QUOTE), agreed(space, Use.QUOTE)
    found = Contribution.objects.filter(in_use(), space=space).select_related("author")
    found = found.order_by(TruncDate("brought_at"), Right(Cast("pk", CharField()), 12))
    agents: dict[tuple[UUID, str], str] = {}
    for one in found.iterator(chunk_size=AT_ONCE):
        words = one.words if one.author_id in named or one.author_id in quoted else None
        if one.attribution in NAMELESS:
            written.nameless.add((Kind.WORDS, one.pk))
        more = {"prov:value": words, "cp:kind": one.kind, "cp:ways": one.ways, "cp:said-on": one.said_on.isoformat()}
        _entity(written, Kind.WORDS, one.pk, one.brought_at, "", **more)
        if one.author_id in named and one.attribution not in NAMELESS:
            written.document.attribution(_name(one.pk), _agent(written, agents, one))


def _agent(written: _Written, agents: dict[tuple[UUID, str], str], one: Contribution) -> str:
    """A person as this file knows them: by the name beside their words, and by no key of ours."""
    known_as = (one.author_id, one.shown_name)
    if known_as not in agents:
        agents[known_as] = f"cp:person-{len(agents) + 1}"
        kind = written.document.valid_qualified_name("prov:Person")
        written.document.agent(agents[known_as], {"prov:type": kind, "prov:label": one.shown_name})
    return agents[known_as]


def _made_here(space: Space, written: _Written) -> None:
    """Themes, claims, wordings of the question, proposals and outcomes."""
    for theme in Theme.objects.filter(space=space).order_by("proposed_at", "pk").iterator(AT_ONCE):
        _entity(written, Kind.THEME, theme.pk, theme.proposed_at, theme.name, **{"cp:origin": theme.origin})
    for claim in Statement.objects.filter(space=space, hidden_at=None).order_by("drawn_at", "pk").iterator(AT_ONCE):
        _entity(written, Kind.CLAIM, claim.pk, claim.drawn_at, claim.words)
    earlier: Framing | None = None
    for framing in Framing.objects.filter(space=space).order_by("number"):
        _entity(written, Kind.QUESTION, framing.pk, framing.framed_at, framing.words)
        if earlier is not None and earlier.framed_at < framing.framed_at:
            written.document.revision(_name(framing.pk), _name(earlier.pk))
        earlier = framing
    for asked in Question.objects.filter(exercise__space=space).order_by("drawn_at", "pk").iterator(AT_ONCE):
        _entity(written, Kind.PRIORITY, asked.pk, asked.drawn_at, asked.words)
    for put in Proposal.objects.filter(space=space).order_by("opened_at", "pk").iterator(AT_ONCE):
        _entity(written, Kind.PROPOSAL, put.pk, put.opened_at, put.title, **{"cp:state": put.state})
    for told in Outcome.objects.filter(space=space).order_by("recorded_at", "pk").iterator(AT_ONCE):
        more = {"cp:expected": told.expected, "prov:value": told.words}
        _entity(written, Kind.OUTCOME, told.pk, told.recorded_at, told.title, **more)


def _decisions(space: Space, written: _Written) -> None:
    """Each decision as what deciding made of a proposal, agreed or refused, with why."""
    found = Decision.objects.filter(proposal__space=space).select_related("proposal").order_by("decided_at", "pk")
    for one in found.iterator(AT_ONCE):
        put, decided, deciding = _name(one.proposal_id), _name(one.pk), f"cp:deciding-{one.pk}"
        kind = _type(written, "decision" if one.agreed else "refusal")
        about = {"prov:type": kind, "prov:label": one.proposal.title, "cp:why": one.why}
        written.document.entity(decided, {name: value for name, value in about.items() if value})
        written.document.activity(deciding, one.proposal.opened_at, max(one.decided_at, one.proposal.opened_at))
        written.document.usage(deciding, put, one.proposal.opened_at)
        written.document.generation(decided, deciding, one.decided_at)


def _links(space: Space, table: Table, written: _Written) -> None:
    """The links of one table whose ends are both in the document."""
    earlier, later = table.earlier, table.later
    decided = "decision" if table.what in (What.DECIDED, What.REFUSED) else ""
    columns = {"link_earlier": F(earlier.path), "link_later": F(later.path), "link_at": F(table.at)}
    if decided:
        columns["link_through"] = F(decided)
    in_space = "exercise__space" if later.kind == Kind.PRIORITY else "space"
    in_space = in_space if later.path == "pk" else f"{later.path}__{in_space}"
    held = table.model._default_manager.filter(table.only, **{in_space: space, f"{earlier.path}__isnull": False})
    for before, after, at, *through in (
        held.order_by(table.at, "pk").annotate(**columns).values_list(*columns).distinct().iterator(AT_ONCE)
    ):
        ends = (earlier.kind, before), (later.kind, after)
        if all(end in written.since for end in ends):
            _join(written, table.what, ends, through[0] if through else before, written.told_at(at, *ends))


def _join(written: _Written, what: What, ends: tuple[_End, _End], source: UUID, at: datetime) -> None:
    """One link, from ``source`` (the first of the ends, or the decision on it). In PROV what something is derived from
    was there before it, strictly.
    """
    earlier, later = ends
    about = {"prov:type": _type(written, what), "cp:at": at}
    if what == What.IN_THEME:
        written.document.membership(_name(later[1]), _name(source))
    if what == What.IN_THEME or written.since[earlier] >= written.since[later]:
        written.document.influence(_name(later[1]), _name(source), other_attributes=about)
    else:
        written.document.derivation(_name(later[1]), _name(source), other_attributes=about)


def _across(space: Space, written: _Written) -> None:
    """Links to and from other spaces that hold. Of the other side there is no more than anyone may read."""
    held = AcrossLink.objects.filter(
        Q(ours=space) | Q(theirs=space), ended_at=None, ours_agreed_at__isnull=False, theirs_agreed_at__isnull=False
    )
    for link in held.select_related("ours", "theirs").order_by("asked_at", "pk"):
        mine, other = ("ours", "theirs") if link.ours_id == space.pk else ("theirs", "ours")
        here = next(
            ((kind, key) for field, kind in KINDS.items() if (key := getattr(link, f"{mine}_{field}_id"))), None
        )
        if here is not None and here not in written.since:
            continue
        near, far = _name(here[1] if here else space.pk), f"cp:across-{link.pk}"
        there: Space = getattr(link, other)
        label = there.name if there.privacy != Privacy.MEMBERS else ""
        about = {"prov:type": _type(written, "another space"), "prov:label": label}
        written.document.entity(far, {name: value for name, value in about.items() if value})
        ends = (far, near) if mine == "ours" else (near, far)
        at = max(link.ours_agreed_at, link.theirs_agreed_at)  # type: ignore[type-var]  # it holds: both are there
        written.document.influence(*ends, other_attributes={"prov:type": _type(written, What.ACROSS), "cp:at": at})
