"""What these words did: everything that followed from a contribution, in order of time."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce.contributions.models import Acknowledgement, Contribution, ContributionState, FramingSource
from coproduce.decisions.models import Decision, Proposal, ProposalSource, ProposalState
from coproduce.deliberation.models import StatementSource
from coproduce.outcomes.models import GoodEnough, Outcome, OutcomeSource, State
from coproduce.outcomes.queries import Standing, standings
from coproduce.people.models import Channel
from coproduce.people.naming import shown_name
from coproduce.spaces.access import Place
from coproduce.themes.models import Theme, ThemeLink


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
    def asked(self) -> list[tuple[Standing, bool | None]]:
        """Each outcome with what its speaker said of it, None while they have not."""
        return [(standing, self.judged.get(standing.outcome.pk)) for standing in self.outcomes]


def what_words_did(place: Place, contributions: Sequence[Contribution]) -> dict[UUID, Trace]:
    """For each contribution its trace. Ten queries, however many contributions there are.

    The contributions must belong to the space of ``place`` and have ``author`` and ``recorder`` fetched.
    """
    traces = {one.pk: Trace(one, [_said(place, one)]) for one in contributions}
    if not traces:
        return {}
    wanted = [one.pk for one in contributions]
    _acknowledged(wanted, traces)
    _reframed(place, wanted, traces)
    themes = _themed(place, wanted, traces)
    _drawn(place, wanted, traces)
    decided = _proposed(place, wanted, themes, traces)
    _came_of_it(place, wanted, themes, decided, traces)
    for trace in traces.values():
        trace.steps[1:] = sorted(trace.steps[1:], key=lambda step: step.on)
        trace.still_open = trace.contribution.state == ContributionState.VISIBLE and not _is_finished(trace)
    return traces


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


def _acknowledged(wanted: list[UUID], traces: dict[UUID, Trace]) -> None:
    found: dict[UUID, list[datetime]] = defaultdict(list)
    for pk, at in Acknowledgement.objects.filter(contribution__in=wanted).values_list("contribution", "at"):
        found[pk].append(at)
    for pk, times in found.items():
        people = ngettext(
            "One person said: this changed my thinking.",
            "%(n)d people said: this changed my thinking.",
            len(times),
        )
        traces[pk].steps.append(Step(_day(min(times)), _("They changed minds."), people % {"n": len(times)}))


def _reframed(place: Place, wanted: list[UUID], traces: dict[UUID, Trace]) -> None:
    found = FramingSource.objects.filter(contribution__in=wanted).select_related("framing")
    for source in found:
        traces[source.contribution_id].steps.append(
            Step(
                _day(source.framing.framed_at),
                _("Our question changed with them."),
                f"“{source.framing.words}”",
                reverse("spaces:framings", args=[place.space.slug]),
                _("Before and after"),
            )
        )


def _themed(place: Place, wanted: list[UUID], traces: dict[UUID, Trace]) -> dict[UUID, dict[UUID, datetime]]:
    """Notes the themes; answers theme -> contribution -> since when."""
    links = (
        ThemeLink.objects.filter(contribution__in=wanted, ended_at=None).select_related("theme").order_by("linked_at")
    )
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


def _drawn(place: Place, wanted: list[UUID], traces: dict[UUID, Trace]) -> None:
    found = StatementSource.objects.filter(contribution__in=wanted, statement__hidden_at=None).select_related(
        "statement"
    )
    for source in found:
        statement = source.statement
        traces[source.contribution_id].steps.append(
            Step(
                _day(statement.drawn_at),
                _("A claim was drawn from them."),
                url=reverse("deliberation:statement", args=[place.space.slug, statement.pk]),
                link=statement.words,
            )
        )


def _proposed(
    place: Place, wanted: list[UUID], themes: dict[UUID, dict[UUID, datetime]], traces: dict[UUID, Trace]
) -> dict[UUID, set[UUID]]:
    """Notes proposals and decisions; answers decision -> contributions behind it."""
    sources = ProposalSource.objects.filter(Q(contribution__in=wanted) | Q(theme__in=list(themes))).select_related(
        "proposal__decision"
    )
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
    sources = OutcomeSource.objects.filter(
        Q(contribution__in=wanted) | Q(theme__in=list(themes)) | Q(decision__in=list(decided))
    ).select_related("outcome")
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
    said = GoodEnough.objects.filter(contribution__in=wanted, replaced_at=None)
    for contribution, judged, answer in said.values_list("contribution", "outcome", "answer"):
        traces[contribution].judged[judged] = answer


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
    return Step(on, _("Not yet."), _("It was asked for."), url, outcome.title)
