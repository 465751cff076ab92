"""The list of decisions, one proposal, and how its words changed."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_safe

from coproduce.contributions.difference import difference
from coproduce.decisions import queries
from coproduce.decisions.asking import asked_of
from coproduce.decisions.figures import knowledge_figure, needs_figure
from coproduce.decisions.models import Decision, PositionKind, Proposal, ProposalState, Stage
from coproduce.decisions.told import changes_of_charter, told_suggestions
from coproduce.decisions.views.talk import talk
from coproduce.spaces.access import Place, space_for
from coproduce.spaces.models import Deciding, SpaceState
from coproduce.ui.pages import page
from coproduce.valuing.queries.tensions import tension_beside

REASONS_A_SIDE = 3


@require_safe
def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """What is being decided, and what was: agreed and not agreed alike."""
    place = space_for(request, slug)
    asked = request.GET.get("page", "0")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    rows, more = queries.proposals_in(place, page=number)
    context = {
        "open": [row for row in rows if row.decision is None],
        "due": queries.reviews_due(place),
        "decided": [row for row in rows if row.decision is not None],
        "is_member": place.is_member,
        "page_number": number,
        "earlier": number - 1 if number else None,
        "later": number + 1 if more else None,
    }
    return page(request, "decisions/decisions.html", context, space=place.space, place="decisions")


@require_safe
def proposal(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One proposal, open or decided: what is asked now, who had to be here, what people said, what reached it."""
    place = space_for(request, slug)
    found = queries.proposal_in(place, pk)
    ready = queries.readiness(found)
    knowledge = queries.knowledge_of(place, found)
    decision = queries.decision_of(found)
    is_open = found.state == ProposalState.OPEN
    standing = queries.standing_in(place, found)
    may_close = _may_close(place, found, standing)
    context = {
        "proposal": found,
        "version": queries.present_version(found),
        "versions": list(found.versions.all()),
        "decision": decision,
        "days": _days_of_reading(found),
        "ready": ready,
        "standing": standing,
        "now": asked_of(place, found, ready, standing) if is_open and place.is_member else None,
        "needs": needs_figure(ready.needs),
        "all_here": all(need.is_met for need in ready.needs) if all(need.is_told for need in ready.needs) else None,
        "takes_positions": found.kind not in (Deciding.ADVICE, Deciding.VOTE),
        "sides": _sides(queries.stances_on(place, found)),
        **_said(place, found),
        "rules": changes_of_charter(place, found) if found.about_charter else [],
        **_where_from(place, found, knowledge),
        "is_open": is_open,
        "is_member": place.is_member,
        "is_mine": place.person is not None and found.proposed_by_id == place.person.pk,
        **(_afterwards(place, decision) if decision else {}),
        "stage": _stage(found) if is_open else None,
        "is_facilitator": place.is_facilitator,
        "may_close": may_close,
        "may_close_against": may_close and ready.reading_is_over,
    }
    return page(request, "decisions/proposal.html", context, space=place.space, place="decisions")


def _afterwards(place: Place, decision: Decision) -> dict[str, Any]:
    """Whether it is, was or can be looked at again, and how people saw that it was made."""
    again, rungs = queries.looked_at_again(decision), queries.rungs_of(place, decision)
    return {
        "again": again,
        "reopening": queries.reopening_of(decision) if place.is_member else None,
        "is_due": decision.is_due and again is None,
        "may_reopen": place.is_member and place.space.state != SpaceState.ENDED,
        "rungs": rungs,
        "rung_table": _rung_table(rungs),
    }


def _where_from(place: Place, found: Proposal, knowledge: queries.Knowledge) -> dict[str, Any]:
    """The knowledge behind it as a figure, and which values pull apart in those words."""
    words, themes = [each.pk for each in knowledge.words], [each.pk for each in knowledge.themes]
    figure = knowledge_figure(found.title, knowledge)
    return {"knowledge": knowledge, "figure": figure, **tension_beside(place, words, themes)}


def _may_close(place: Place, found: Proposal, standing: queries.Standing) -> bool:
    """Any member closes; but of advice who put it, and of a matter given to some of us one of those who are here."""
    if found.kind == Deciding.ADVICE:
        return place.person is not None and found.proposed_by_id == place.person.pk
    if found.kind != Deciding.DELEGATED or standing.is_eligible:
        return place.is_member
    return place.is_member and not queries.somebody_decides(found)


def _rung_table(rungs: queries.RungsSeen) -> list[tuple[Any, list[tuple[int, bool]]]]:
    """For each rung from the highest, how many of each row said it, and whether it is the middle of that row."""
    rows = [*rungs.rows, rungs.total] if rungs.total else []
    return [
        (rung, [(row.counts[n], bool(rungs.rows) and row is not rungs.total and row.middle == rung) for row in rows])
        for n, rung in reversed(list(enumerate(rungs.rungs)))
    ]


def _said(place: Place, found: Proposal) -> dict[str, Any]:
    said = queries.voices_on(place, found)
    amendments = queries.amendments_on(found) if place.is_member else []
    rules = told_suggestions(place, amendments)
    rows = [(one, rules.get(one.pk)) for one in amendments]
    return {
        "talk": talk(said, found.state == ProposalState.OPEN),
        "amendments": amendments
        and {
            "shown": [row for row in rows if row[0].is_taken_up is None],
            "folded": [row for row in rows if row[0].is_taken_up is not None],
        },
        "asked": queries.asked_for_advice(found) if found.kind == Deciding.ADVICE and place.is_member else [],
    }


def _days_of_reading(found: Proposal) -> int:
    decision = queries.decision_of(found)
    if decision is None:
        return 0
    written = queries.present_version(found).written_at
    return (localdate(decision.decided_at) - localdate(written)).days


def _sides(stances: queries.Stances) -> dict[str, Any]:
    """Reasons for and against, and everybody by position. Objections and reservations are never folded away."""
    consents = [one for one in stances.of(PositionKind.CONSENT) if one.words]
    reserved = [one for one in stances.of(PositionKind.RESERVATIONS) if one.words]
    object_ = [one for one in stances.of(PositionKind.OBJECT) if one.words]
    aside = [one for one in stances.of(PositionKind.ASIDE) if one.words]
    yes, no = max(REASONS_A_SIDE - len(reserved), 1), max(REASONS_A_SIDE - len(object_), 0)
    return {
        "yes": [*consents[:yes], *reserved],
        "yes_more": consents[yes:],
        "no": [*object_, *aside[:no]],
        "no_more": aside[no:],
        "kinds": [(kind, kind.label, stances.counts.get(kind, 0), stances.of(kind)) for kind in PositionKind],
        "before": stances.before,
        "anybody": bool(stances.counts),
    }


def _stage(found: Proposal) -> dict[str, Any] | None:
    """Where a round is: which step of how many, and its name."""
    if not found.stage:
        return None
    return {"number": Stage.values.index(found.stage) + 1, "of": len(Stage.values), "name": found.get_stage_display()}


@require_safe
def changes(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """What was changed in a proposal, line by line."""
    place = space_for(request, slug)
    found = queries.proposal_in(place, pk)
    versions = list(found.versions.all())
    steps = [
        {"version": later, "title": earlier.title, "difference": difference(earlier.words, later.words)}
        for earlier, later in pairwise(versions)
    ]
    context = {"proposal": found, "first": versions[0], "steps": steps[::-1], "is_member": place.is_member}
    return page(request, "decisions/changes.html", context, space=place.space, place="decisions")
