"""Proposals and decisions: what is still missing, who stands where, and what knowledge reached them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import apnumber
from django.db.models import Count, Prefetch, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce import clock
from coproduce.contributions.models import ContributionState
from coproduce.contributions.queries import visible_contributions
from coproduce.decisions.models import (
    Decision,
    EarlierPosition,
    Position,
    PositionKind,
    Proposal,
    ProposalSource,
    ProposalState,
    ProposalVersion,
)
from coproduce.deliberation.queries import SourceWords, as_sources, may_be_read, ways_beside, ways_of_people
from coproduce.errors import NotHere
from coproduce.people.naming import shown_name, shown_recorder
from coproduce.spaces.access import Place
from coproduce.spaces.queries import needs_in_order
from coproduce.themes.models import ThemeLink
from coproduce.ways import LETTERS, Way, in_order

A_PAGE = 40
POSITIONS_AT_MOST = 400
VOICES = 8
"""Contributions drawn one by one in the picture of a decision; of the rest each theme is one thread."""


# ── finding ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal in the list, with the decision where there is one."""

    proposal: Proposal
    decision: Decision | None


def proposals_in(place: Place, *, page: int = 0) -> tuple[list[ProposalRow], bool]:
    """(proposals, open ones first and then the newest; whether there are more). One query."""
    found = (
        Proposal.objects.filter(space=place.space)
        .select_related("decision")
        .annotate(is_decided=Q(state__in=[ProposalState.AGREED, ProposalState.NOT_AGREED]))
        .order_by("is_decided", "-decision__decided_at", "-opened_at", "id")
    )
    rows = list(found[A_PAGE * page : A_PAGE * (page + 1) + 1])
    return [ProposalRow(row, getattr(row, "decision", None)) for row in rows[:A_PAGE]], len(rows) > A_PAGE


def proposal_in(place: Place, pk: UUID) -> Proposal:
    """One proposal with its charter (and needs), wordings and decision. ``NotHere`` if it is not in this space."""
    versions = ProposalVersion.objects.select_related("written_by").order_by("number")
    proposal = (
        Proposal.objects.filter(space=place.space, pk=pk)
        .select_related("charter", "proposed_by", "decision__closed_by", "decision__version")
        .prefetch_related(Prefetch("versions", queryset=versions), "charter__needs")
        .first()
    )
    if proposal is None:
        raise NotHere
    proposal.space = place.space
    return proposal


def present_version(proposal: Proposal) -> ProposalVersion:
    """The wording that is read now: the newest."""
    return sorted(proposal.versions.all(), key=lambda version: version.number)[-1]


def decision_of(proposal: Proposal) -> Decision | None:
    """The decision, where there is one."""
    decision: Decision | None = getattr(proposal, "decision", None)
    return decision


# ── the charter's rules ──────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Need:
    """How many people who know in one way the charter asks for, and whether they were here. Never how many came."""

    way: Way
    people: int
    is_met: bool

    @property
    def sentence(self) -> str:
        """*two needed. They were here.*"""
        if self.is_met:
            said = ngettext("%(n)s needed. They were here.", "%(n)s needed. They were here.", self.people)
        else:
            said = ngettext("%(n)s needed. Not yet.", "%(n)s needed. Not yet.", self.people)
        return said % {"n": apnumber(self.people)}


@dataclass(frozen=True, slots=True)
class Readiness:
    """Whether a proposal may be closed as agreed, rule by rule.

    reading_until: the first day on which it may be closed; missing: sentences about what is not met, empty
    when all is.
    """

    reading_until: date
    reading_is_over: bool
    needs: list[Need]
    objections: int
    objections_allowed: int
    has_consent: bool
    missing: list[str] = field(default_factory=list)

    @property
    def is_met(self) -> bool:
        return not self.missing


def readiness(proposal: Proposal) -> Readiness:
    """The charter's rules, looked at now. Four queries at most.

    A position counts for every way of knowing its person speaks from, shown or only counted, whichever wording it was
    taken about: the charter asks that people said where they stand. An objection counts until its owner changes it.
    """
    charter = proposal.charter
    written = timezone.localdate(present_version(proposal).written_at)
    until = written + timedelta(days=charter.minimum_reading_days)
    stands = list(Position.objects.filter(proposal=proposal).order_by().values_list("person", "kind"))
    ways = ways_of_people(proposal.space, [person for person, _kind in stands]) if stands else {}
    here = {letter: sum(letter in ways.get(person, "") for person, _kind in stands) for letter in LETTERS}
    kinds = [kind for _person, kind in stands]
    ready = Readiness(
        reading_until=until,
        reading_is_over=clock.today() >= until,
        needs=[Need(way, people, here[way.letter] >= people) for way, people in needs_in_order(charter)],
        objections=kinds.count(PositionKind.OBJECT),
        objections_allowed=charter.objections_that_may_stand,
        has_consent=any(kind in (PositionKind.CONSENT, PositionKind.RESERVATIONS) for kind in kinds),
    )
    ready.missing.extend(_missing(ready))
    return ready


def _missing(ready: Readiness) -> list[str]:
    said = []
    if not ready.reading_is_over:
        on = date_format(ready.reading_until, "j F Y")
        day = {"day": on}
        said.append(_("Everyone has until %(day)s to read these words. It can be closed from that day on.") % day)
    for need in ready.needs:
        if not need.is_met:
            people = {"people": str(need.way.people), "n": apnumber(need.people)}
            said.append(_("%(people)s: %(n)s needed, and they have not all said where they stand yet.") % people)
    if not ready.has_consent:
        said.append(_("Nobody has consented yet."))
    if ready.objections > ready.objections_allowed:
        if ready.objections_allowed:
            allowed = {"n": apnumber(ready.objections_allowed)}
            said.append(_("More people object than the charter lets stand, which is %(n)s.") % allowed)
        else:
            said.append(_("Somebody objects. By our charter nothing is agreed while anybody does."))
    return said


# ── who stands where ─────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Stance:
    """Where one person stands, as far as the reader may know. ``words`` and ``name`` may be "".

    of_earlier_wording: it was taken before the words changed. ``until``: set on a stance that was changed later.
    """

    kind: str
    words: str
    name: str
    ways: str
    recorded_by: str
    taken_at: datetime
    of_earlier_wording: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stances:
    """Everybody's stance. counts: by kind, of all, also those whose words a visitor may not read."""

    counts: dict[str, int]
    now: list[Stance]
    before: list[Stance]

    def of(self, *kinds: str) -> list[Stance]:
        return [stance for kind in kinds for stance in self.now if stance.kind == kind]


def stances_on(place: Place, proposal: Proposal) -> Stances:
    """Positions in the order they were taken, and those that were changed later. Five queries at most."""
    held = Position.objects.filter(proposal=proposal)
    counts = dict(held.order_by().values_list("kind").annotate(n=Count("pk")))
    rows = list(
        held.filter(may_be_read(place))
        .select_related("person", "recorded_by")
        .prefetch_related(
            Prefetch("earlier", queryset=EarlierPosition.objects.select_related("recorded_by").order_by("taken_at"))
        )
        .order_by("taken_at", "id")[:POSITIONS_AT_MOST]
    )
    spoken = ways_of_people(place.space, [row.person_id for row in rows], shown_only=True) if rows else {}
    newest = present_version(proposal).pk
    now, before = [], []
    for row in rows:
        letters = spoken.get(row.person_id, "")
        now.append(_stance(place, row, row, letters, newest))
        before += [_stance(place, row, earlier, letters, newest) for earlier in row.earlier.all()]
    before.sort(key=lambda stance: stance.taken_at)
    return Stances(counts, now, before if place.is_member else [])


def _stance(place: Place, position: Position, said: Position | EarlierPosition, letters: str, newest: UUID) -> Stance:
    return Stance(
        kind=said.kind,
        words=said.reason,
        name=shown_name(position.person, said.attribution, letters),
        ways=ways_beside(said.attribution, letters),
        # Visitors read whose words they are; who wrote them down has not agreed to be named to them.
        recorded_by=shown_recorder(said.recorded_by, said.attribution) if place.is_member else "",
        taken_at=said.taken_at,
        of_earlier_wording=said.version_id != newest,
        until=said.until if isinstance(said, EarlierPosition) else None,
    )


def position_of(proposal: Proposal, person_id: UUID) -> Position | None:
    """Where this person stands now."""
    return Position.objects.filter(proposal=proposal, person=person_id).select_related("recorded_by").first()


# ── what knowledge reached it ────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class ThemeSource:
    """A theme something comes from, with the visible contributions in it that are not named on their own.

    ways: every way of knowing that is among them; by_way: how many of them were given with each letter.
    """

    pk: UUID
    name: str
    url: str
    contributions: int
    ways: str
    by_way: dict[str, int]


@dataclass(frozen=True, slots=True)
class Knowledge:
    """From whose words a decision or an outcome comes. ``gone``: the states of sources taken back or out of sight."""

    words: list[SourceWords]
    themes: list[ThemeSource]
    gone: list[str]

    def by_way(self) -> dict[str, int]:
        """How many contributions reached it with each way of knowing, in the order of drawing; 0 for none."""
        return {
            letter: sum(letter in each.ways for each in self.words)
            + sum(theme.by_way.get(letter, 0) for theme in self.themes)
            for letter in LETTERS
        }

    @property
    def total(self) -> int:
        return len(self.words) + sum(theme.contributions for theme in self.themes)


def knowledge_of(place: Place, proposal: Proposal) -> Knowledge:
    """The words and themes that a proposal was made from. Three queries, four for visitors."""
    sources = list(
        ProposalSource.objects.filter(proposal=proposal)
        .select_related("contribution__author", "theme__merged_into")
        .order_by("contribution__said_on", "theme__proposed_at", "pk")
    )
    return knowledge_from(place, sources)


def knowledge_from(place: Place, sources: Sequence[object]) -> Knowledge:
    """The same from rows that have a ``contribution`` or a ``theme``. Two queries at most, three for visitors."""
    contributions = [each.contribution for each in sources if getattr(each, "contribution", None)]  # type: ignore[attr-defined]
    shown = as_sources(place, contributions)
    words = [source for source in shown if not source.is_gone]
    themes = {}
    for each in sources:
        theme = getattr(each, "theme", None)
        if theme is not None:
            present = theme.merged_into or theme
            themes[present.pk] = present
    inside = _in_themes(place, list(themes), [each.pk for each in contributions]) if themes else {}
    rows = []
    for pk, theme in themes.items():
        counts = inside.get(pk, {})
        rows.append(
            ThemeSource(
                pk=pk,
                name=theme.name,
                url=reverse("themes:theme", args=[place.space.slug, pk]),
                contributions=sum(counts.values()),
                ways=in_order("".join(counts)),
                by_way={letter: sum(n for ways, n in counts.items() if letter in ways) for letter in LETTERS},
            )
        )
    return Knowledge(words, rows, [source.state for source in shown if source.is_gone])


def _in_themes(place: Place, themes: list[UUID], besides: list[UUID]) -> dict[UUID, dict[str, int]]:
    """For each theme how many visible contributions were given with which ways, ``besides`` left out."""
    links = ThemeLink.objects.filter(theme__in=themes, ended_at=None).exclude(contribution__in=besides)
    if place.is_member:
        links = links.filter(contribution__state=ContributionState.VISIBLE)
    else:
        links = links.filter(contribution__in=visible_contributions(place).select_related(None).values("pk"))
    found: dict[UUID, dict[str, int]] = {}
    # A contribution that is in two of the themes is counted in the first alone, so that totals hold.
    seen: set[UUID] = set()
    rows = links.order_by("linked_at", "pk").values_list("theme", "contribution", "contribution__ways")
    for theme, contribution, ways in rows:
        if contribution not in seen:
            seen.add(contribution)
            counts = found.setdefault(theme, {})
            counts[ways] = counts.get(ways, 0) + 1
    return found
