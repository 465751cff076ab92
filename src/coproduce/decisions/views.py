"""Deciding together: the list, one proposal, taking a position, amending, closing."""

from itertools import pairwise
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.contributions.difference import difference
from coproduce.contributions.queries import assisted_members
from coproduce.decisions import actions, queries
from coproduce.decisions.figures import knowledge_figure, needs_figure
from coproduce.decisions.forms import AgreedForm, AmendForm, HandOnForm, NotAgreedForm, PositionForm, ProposeForm
from coproduce.decisions.models import PositionKind, Proposal, ProposalState
from coproduce.deliberation.queries import speaker, ways_of_people
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.spaces.queries import people_here, present_charter
from coproduce.themes.queries import open_themes
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

REASONS_A_SIDE = 5


@require_safe
def decisions(request: HttpRequest, slug: str) -> HttpResponse:
    """What is being decided, and what was: agreed and not agreed alike."""
    place = space_for(request, slug)
    asked = request.GET.get("page", "0")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    rows, more = queries.proposals_in(place, page=number)
    context = {
        "open": [row for row in rows if row.decision is None],
        "decided": [row for row in rows if row.decision is not None],
        "is_member": place.is_member,
        "page_number": number,
        "earlier": number - 1 if number else None,
        "later": number + 1 if more else None,
    }
    return page(request, "decisions/decisions.html", context, space=place.space, place="decisions")


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Put something to decide together. ``?theme=`` and ``?from=`` name what is ticked at first."""
    place = member_place(request, slug)
    form = form_for(
        request,
        ProposeForm,
        place=place,
        themes=open_themes(place, limit=60),
        chosen=request.GET.getlist("from"),
        initial={"themes": request.GET.getlist("theme")},
    )
    if request.method == "POST" and not form.wants_to_look and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.propose(
                actor=place.person,
                space=place.space,
                title=form.cleaned_data["title"],
                words=form.cleaned_data["words"],
                themes=form.chosen_themes(),
                contributions=form.chosen_contributions(),
            ),
        )
    return _sheet(request, "decisions/propose.html", {"form": form, "charter": present_charter(place.space)}, place)


@require_safe
def proposal(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One proposal, open or decided: who had to be here, what people said, what knowledge reached it."""
    place = space_for(request, slug)
    found = queries.proposal_in(place, pk)
    ready = queries.readiness(found)
    knowledge = queries.knowledge_of(place, found)
    decision = queries.decision_of(found)
    context = {
        "proposal": found,
        "version": queries.present_version(found),
        "versions": list(found.versions.all()),
        "decision": decision,
        "days": _days_of_reading(found),
        "ready": ready,
        "needs": needs_figure(ready.needs),
        "sides": _sides(queries.stances_on(place, found)),
        "knowledge": knowledge,
        "figure": knowledge_figure(found.title, knowledge),
        "is_open": found.state == ProposalState.OPEN,
        "is_member": place.is_member,
        "is_mine": place.person is not None and found.proposed_by_id == place.person.pk,
        "my_position": queries.position_of(found, place.person.pk) if place.is_member and place.person else None,
    }
    return page(request, "decisions/proposal.html", context, space=place.space, place="decisions")


def _days_of_reading(found: Proposal) -> int:
    decision = queries.decision_of(found)
    if decision is None:
        return 0
    written = queries.present_version(found).written_at
    return (localdate(decision.decided_at) - localdate(written)).days


def _sides(stances: queries.Stances) -> dict[str, Any]:
    """Reasons for and against, as many of each at first, and everybody by position."""
    yes = [one for one in stances.of(PositionKind.CONSENT, PositionKind.RESERVATIONS) if one.words]
    no = [one for one in stances.of(PositionKind.OBJECT, PositionKind.ASIDE) if one.words]
    return {
        "yes": yes[:REASONS_A_SIDE],
        "yes_more": yes[REASONS_A_SIDE:],
        "no": no[:REASONS_A_SIDE],
        "no_more": no[REASONS_A_SIDE:],
        "kinds": [(kind, kind.label, stances.counts.get(kind, 0), stances.of(kind)) for kind in PositionKind],
        "before": stances.before,
        "anybody": bool(stances.counts),
    }


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


@require_http_methods(["GET", "POST"])
def position(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say where you stand, or change it. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    person = speaker(place, request.GET.get("for", ""))
    found = _open_proposal(request, place, pk)
    before = queries.position_of(found, person.pk)
    initial = {"kind": before.kind, "reason": before.reason, "attribution": before.attribution} if before else {}
    ways = ways_of_people(place.space, [person.pk], shown_only=True).get(person.pk, "")
    form = form_for(request, PositionForm, person=person, ways=ways, own=person == place.person, initial=initial)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _take(place, found, person, form))
    context = {
        "form": form,
        "proposal": found,
        "version": queries.present_version(found),
        "speaker": person,
        "is_own": person == place.person,
        "before": before,
        "assisted": assisted_members(place.space) if place.is_facilitator else [],
    }
    return _sheet(request, "decisions/position.html", context, place)


def _take(place: Place, found: Proposal, person: Any, form: PositionForm) -> str:
    data = form.cleaned_data
    actions.take_position(
        actor=place.person,
        proposal=found,
        person=person,
        kind=data["kind"],
        reason=data["reason"],
        attribution=data["attribution"],
    )
    return found.get_absolute_url()


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The proposer puts it in other words, saying why."""
    place = member_place(request, slug)
    found = _own_proposal(request, place, pk)
    version = queries.present_version(found)
    form = form_for(request, AmendForm, initial={"title": found.title, "words": version.words})
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("title", "words", "why")}
        return send_once(request, form, lambda: actions.amend_proposal(actor=place.person, proposal=found, **data))
    return _sheet(request, "decisions/amend.html", {"form": form, "proposal": found}, place)


@require_http_methods(["GET", "POST"])
def hand_on(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The proposer asks somebody else to carry it on."""
    place = member_place(request, slug)
    found = _own_proposal(request, place, pk)
    here = [each.person for each in people_here(place.space).memberships if each.person != place.person]
    form = form_for(request, HandOnForm, people=here)
    if request.method == "POST" and form.is_valid():
        to = form.people[form.cleaned_data["to"]]
        return send_once(request, form, lambda: actions.hand_on_proposal(actor=place.person, proposal=found, to=to))
    return _sheet(request, "decisions/hand_on.html", {"form": form, "proposal": found}, place)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Close it by the charter's rules; until they are met, say what is missing."""
    place = member_place(request, slug)
    found = _open_proposal(request, place, pk)
    ready = queries.readiness(found)
    form = form_for(request, AgreedForm if ready.is_met else NotAgreedForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _close(place, found, ready.is_met, form))
    context = {"form": form, "proposal": found, "version": queries.present_version(found), "ready": ready}
    return _sheet(request, "decisions/close.html", context, place)


def _close(place: Place, found: Proposal, agreed: bool, form: AgreedForm) -> str:
    data = form.cleaned_data
    actions.close_proposal(
        actor=place.person, proposal=found, agreed=agreed, why=data["why"], review_on=data["review_on"]
    )
    return found.get_absolute_url()


def _open_proposal(request: HttpRequest, place: Place, pk: UUID) -> Proposal:
    """An open proposal. What is sent is left to the action to refuse, so that sending twice does what once does."""
    found = queries.proposal_in(place, pk)
    if found.state != ProposalState.OPEN and request.method != "POST":
        raise NotAllowed(actions.decided_already())
    return found


def _own_proposal(request: HttpRequest, place: Place, pk: UUID) -> Proposal:
    found = _open_proposal(request, place, pk)
    is_own = place.person is not None and found.proposed_by_id == place.person.pk
    if not is_own and request.method != "POST":
        raise NotHere
    return found


def _sheet(request: HttpRequest, template: str, context: dict[str, Any], place: Place) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page(request, template, context, space=place.space, place="decisions", status=status)
