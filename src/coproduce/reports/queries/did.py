"""What these words did: everything that followed from a contribution, in order of time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, F, IntegerField, Min, Q, QuerySet, TextField, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce.contributions.known import known_to
from coproduce.contributions.models import Acknowledgement, Contribution, ContributionState, FramingSource
from coproduce.contributions.queries import visible_contributions
from coproduce.decisions.models import Decision, Proposal, ProposalSource, ProposalState
from coproduce.deliberation.models import StatementSource
from coproduce.outcomes.models import GoodEnough, Outcome, OutcomeSource, State
from coproduce.outcomes.queries import Standing, standings
from coproduce.people.models import Channel, Person
from coproduce.people.naming import shown_name
from coproduce.prepared import given_many, prepared
from coproduce.spaces.access import Place
from coproduce.themes.models import Theme, ThemeLink
from coproduce.themes.queries import links_of
from coproduce.traces.across import across_from
from coproduce.traces.links import Kind, Node, Way
from coproduce.traces.things import Thing


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that happened with somebody's words: a short sentence, plain words after it, and where to read it."""

    on: date
    what: str
    more: str = ""
    url: str = ""
    link: str = ""


@dataclass(slots=True)
class Trace:
    """What one contribution did so far. ``still_open``: something is being decided, done or waited for."""

    contribution: Contribution
    steps: list[Step] = field(default_factory=list)
    still_open: bool = True
    reached_decision: bool = False
    outcomes: list[Standing] = field(default_factory=list)
    judged: dict[UUID, bool] = field(default_factory=dict)
    """By outcome: whether the person whose words these are said that it was a good enough answer to them."""

    @property
    def newest(self) -> Step | None:
        """What followed last; None where nothing has followed."""
        return self.steps[-1] if len(self.steps) > 1 else None

    @property
    def followed(self) -> int:
        """How many things followed."""
        return len(self.steps) - 1

    @property
    def asked(self) -> list[tuple[Standing, bool | None]]:
        """Each outcome with what its speaker said of it, None while they have not."""
        return [(standing, self.judged.get(standing.outcome.pk)) for standing in self.outcomes]


def what_words_did(
    place: Place,
    contributions: Sequence[Contribution],
    links: Sequence[ThemeLink] | None = None,
    *,
    across: bool = True,
) -> dict[UUID, Trace]:
    """For each contribution its trace. Eight queries at most, however many contributions there are (and a few for each
    other space that any of it led to).

    across: also where any of it led to another space.

    The contributions must belong to the space of ``place`` and have ``author`` and ``recorder`` fetched. links: their
    ``links_of``, where the page has read them already.
    """
    traces = {one.pk: Trace(one, [_said(place, one)]) for one in contributions}
    if not traces:
        return {}
    wanted = [one.pk for one in contributions]
    begun = sorted(_begun()(contributions=wanted), key=lambda row: row[2])
    _acknowledged(begun, traces)
    _reframed(place, begun, traces)
    themes = _themed(place, links_of(wanted) if links is None else links, traces)
    _drawn(place, begun, traces)
    decided = _proposed(place, wanted, themes, traces)
    _came_of_it(place, wanted, themes, decided, traces)
    if across:
        _went_across(place, themes, traces)
    for trace in traces.values():
        trace.steps[1:] = sorted(trace.steps[1:], key=lambda step: step.on)
        trace.still_open = trace.contribution.state in _GOING_ON and not _is_finished(trace)
    return traces


def to_judge(traces: Iterable[Trace]) -> list[Standing]:
    """What came of these words and has an answer that their speaker has not judged for any of them, newest first."""
    rows = list(traces)
    judged = {outcome for trace in rows for outcome in trace.judged}
    found = {standing.outcome.pk: standing for trace in rows for standing in trace.outcomes}
    waiting = [one for pk, one in found.items() if pk not in judged and one.now.state != State.NOT_YET]
    return sorted(waiting, key=lambda one: one.now.at, reverse=True)


def words_to_send(place: Place, reader: Person) -> QuerySet[Contribution]:
    """What somebody who does not come online brought, newest said first, as it may be printed: what is in sight.

    Whose nameless words they are is known to whoever wrote them down, and the page tells nobody else.
    """
    found = visible_contributions(place).filter(known_to(place.person), author=reader)
    return found.select_related("author", "space", "recorder").order_by("-said_on", "-id")


_GOING_ON = (ContributionState.VISIBLE, ContributionState.CLOSE, ContributionState.ASIDE)
"""What is out of sight by its author's own choice can come into sight on any day."""


def _is_finished(trace: Trace) -> bool:
    return bool(trace.outcomes) and not any(standing.is_open for standing in trace.outcomes)


def _day(moment: datetime) -> date:
    return timezone.localdate(moment)


def _said(place: Place, one: Contribution) -> Step:
    name = shown_name(one.author, one.attribution, one.ways)
    more = ""
    if one.shown_recorder and place.is_member:
        more = _("%(recorder)s wrote them down.") % {"recorder": one.shown_recorder}
    elif one.channel == Channel.POST:
        more = _("They came by post.")
    return Step(one.said_on, _("%(name)s brought them.") % {"name": name}, more)


@prepared
def _begun() -> QuerySet[Any, Any]:
    """What needs no theme and no decision to be told, in rows of (what, contribution, when, how many, words, key).

    Three kinds in one query: how often the words changed a mind and since when, the wordings of the question that
    came from them, and the claims that were drawn from them.
    """
    wanted = given_many("contributions")
    thanked = Acknowledgement.objects.filter(contribution__in=wanted).order_by().values("contribution")
    reframed = FramingSource.objects.filter(contribution__in=wanted)
    drawn = StatementSource.objects.filter(contribution__in=wanted, statement__hidden_at=None)
    none = Value(0, output_field=IntegerField())
    return (
        thanked.annotate(first=Min("at"), n=Count("pk"))
        .values_list(_text("thanked"), "contribution", "first", "n", _text(""), F("contribution"))
        .union(
            reframed.values_list(
                _text("reframed"), "contribution", "framing__framed_at", none, "framing__words", "framing"
            ),
            drawn.values_list(
                _text("drawn"), "contribution", "statement__drawn_at", none, "statement__words", "statement"
            ),
            all=True,
        )
    )


def _text(value: str) -> Value:
    return Value(value, output_field=TextField())


def _acknowledged(begun: list[Any], traces: dict[UUID, Trace]) -> None:
    for what, pk, first, number, _words, _key in begun:
        if what == "thanked":
            people = ngettext(
                "One person said: this changed my thinking.",
                "%(n)d people said: this changed my thinking.",
                number,
            )
            traces[pk].steps.append(Step(_day(first), _("They changed minds."), people % {"n": number}))


def _reframed(place: Place, begun: list[Any], traces: dict[UUID, Trace]) -> None:
    for what, pk, framed_at, _number, words, _key in begun:
        if what == "reframed":
            url = reverse("spaces:framings", args=[place.space.slug])
            said = _("Our question changed with them.")
            traces[pk].steps.append(Step(_day(framed_at), said, f"“{words}”", url, _("Before and after")))


def _themed(place: Place, links: Sequence[ThemeLink], traces: dict[UUID, Trace]) -> dict[UUID, dict[UUID, datetime]]:
    """Notes the themes; answers theme -> contribution -> since when."""
    found: dict[UUID, dict[UUID, datetime]] = defaultdict(dict)
    themes: dict[UUID, Theme] = {}
    for link in links:
        themes[link.theme_id] = link.theme
        found[link.theme_id].setdefault(link.contribution_id, link.linked_at)
    for pk, members in found.items():
        theme = themes[pk]
        for contribution, since in members.items():
            began = _day(since) <= _day(theme.proposed_at)
            traces[contribution].steps.append(
                Step(
                    _day(since),
                    _("A theme began with them.") if began else _("They came into a theme."),
                    url=reverse("themes:theme", args=[place.space.slug, pk]),
                    link=theme.name,
                )
            )
    return found


def _drawn(place: Place, begun: list[Any], traces: dict[UUID, Trace]) -> None:
    for what, pk, drawn_at, _number, words, statement in begun:
        if what == "drawn":
            url = reverse("deliberation:statement", args=[place.space.slug, statement])
            traces[pk].steps.append(Step(_day(drawn_at), _("A claim was drawn from them."), url=url, link=words))


@prepared
def _proposal_sources() -> QuerySet[ProposalSource]:
    wanted = Q(contribution__in=given_many("contributions")) | Q(theme__in=given_many("themes"))
    return ProposalSource.objects.filter(wanted).select_related("proposal__decision")


@prepared
def _outcome_sources() -> QuerySet[OutcomeSource]:
    words = Q(contribution__in=given_many("contributions"))
    wanted = words | Q(theme__in=given_many("themes")) | Q(decision__in=given_many("decisions"))
    return OutcomeSource.objects.filter(wanted).select_related("outcome")


@prepared
def _judged() -> QuerySet[GoodEnough, Any]:
    found = GoodEnough.objects.filter(contribution__in=given_many("contributions"), replaced_at=None)
    return found.values_list("contribution", "outcome", "answer")


def _proposed(
    place: Place, wanted: list[UUID], themes: dict[UUID, dict[UUID, datetime]], traces: dict[UUID, Trace]
) -> dict[UUID, set[UUID]]:
    """Notes proposals and decisions; answers decision -> contributions behind it."""
    sources = _proposal_sources()(contributions=wanted, themes=list(themes))
    behind: dict[UUID, set[UUID]] = defaultdict(set)
    proposals: dict[UUID, Proposal] = {}
    for source in sources:
        proposal = proposals.setdefault(source.proposal_id, source.proposal)
        behind[proposal.pk] |= _reaching(source, themes, wanted, _until(proposal))
    decided: dict[UUID, set[UUID]] = {}
    for pk, contributions in behind.items():
        proposal = proposals[pk]
        if proposal.state != ProposalState.OPEN:
            decided[proposal.decision.pk] = contributions
        for contribution in contributions:
            trace = traces[contribution]
            trace.steps.append(_proposal_step(place, proposal))
            trace.reached_decision = trace.reached_decision or proposal.state != ProposalState.OPEN
    return decided


def _until(proposal: Proposal) -> datetime | None:
    return None if proposal.state == ProposalState.OPEN else proposal.decision.decided_at


def _reaching(
    source: ProposalSource | OutcomeSource,
    themes: dict[UUID, dict[UUID, datetime]],
    wanted: Iterable[UUID],
    until: datetime | None,
) -> set[UUID]:
    """The contributions behind one source. Words that joined a theme after the decision did not reach it."""
    if source.contribution_id is not None:
        return {source.contribution_id} & set(wanted)
    if source.theme_id is None:
        return set()
    return {pk for pk, since in themes.get(source.theme_id, {}).items() if until is None or since <= until}


def _proposal_step(place: Place, proposal: Proposal) -> Step:
    url = reverse("decisions:proposal", args=[place.space.slug, proposal.pk])
    if proposal.state == ProposalState.OPEN:
        return Step(_day(proposal.opened_at), _("They went into a proposal."), url=url, link=proposal.title)
    decision: Decision = proposal.decision
    if decision.agreed:
        return Step(_day(decision.decided_at), _("They went into a decision."), url=url, link=proposal.title)
    return Step(
        _day(decision.decided_at), _("It was not agreed."), _("The reasons are kept."), url=url, link=proposal.title
    )


def _came_of_it(
    place: Place,
    wanted: list[UUID],
    themes: dict[UUID, dict[UUID, datetime]],
    decided: dict[UUID, set[UUID]],
    traces: dict[UUID, Trace],
) -> None:
    sources = _outcome_sources()(contributions=wanted, themes=list(themes), decisions=list(decided))
    behind: dict[UUID, set[UUID]] = defaultdict(set)
    outcomes: dict[UUID, Outcome] = {}
    for source in sources:
        outcome = outcomes.setdefault(source.outcome_id, source.outcome)
        behind[outcome.pk] |= _reaching(source, themes, wanted, outcome.recorded_at)
        behind[outcome.pk] |= decided.get(source.decision_id, set()) if source.decision_id else set()
    if not outcomes:
        return
    for standing in standings(outcomes.values()):
        for contribution in behind[standing.outcome.pk]:
            traces[contribution].outcomes.append(standing)
            traces[contribution].steps.append(_outcome_step(place, standing))
    said: Any = _judged()(contributions=wanted)
    for contribution, judged, answer in said:
        traces[contribution].judged[judged] = answer


def _went_across(place: Place, themes: dict[UUID, dict[UUID, datetime]], traces: dict[UUID, Trace]) -> None:
    """Notes where the words, or a theme or an outcome they are behind, led to another space."""
    behind: dict[Node, set[UUID]] = {(Kind.WORDS, pk): {pk} for pk in traces}
    behind |= {(Kind.THEME, theme): set(held) for theme, held in themes.items()}
    for pk, trace in traces.items():
        for standing in trace.outcomes:
            behind.setdefault((Kind.OUTCOME, standing.outcome.pk), set()).add(pk)
    for one in across_from(place, list(behind), Way.ON):
        if one.near is None or one.link.theirs_agreed_at is None or one.link.ours_agreed_at is None:
            continue
        since = max(one.link.ours_agreed_at, one.link.theirs_agreed_at)
        link = one.far.thing.title if one.far.thing else one.far.name
        more = "" if one.far.name else _("Only its members can read it.")
        step = Step(_day(since), _across_says(one.near), more, one.far.url, link)
        for contribution in behind[one.near.node]:
            traces[contribution].steps.append(step)


def _across_says(near: Thing) -> str:
    if near.kind == Kind.WORDS:
        return _("They went into another space.")
    return _("%(name)s led to something in another space.") % {"name": near.label}


def _outcome_step(place: Place, standing: Standing) -> Step:
    outcome, now = standing.outcome, standing.now
    url = reverse("outcomes:outcome", args=[place.space.slug, outcome.pk])
    on = _day(now.at)
    if now.state == State.DONE:
        said = _("It was done.") if outcome.expected else _("Something happened that nobody planned.")
        return Step(on, said, url=url, link=outcome.title)
    if now.state == State.PARTLY:
        return Step(on, _("Part of it was done."), now.because, url, outcome.title)
    if now.state == State.NOT_BECAUSE:
        return Step(on, _("It was not done."), now.because, url, outcome.title)
    asked = _("It was asked for, and has waited for %(n)s.") % {"n": standing.waited}
    return Step(on, _("Not yet."), asked, url, outcome.title)
