"""Saying where one stands, having somebody bring it, and asking for time."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from coproduce.decisions import actions, queries
from coproduce.decisions.forms import PositionForm, PressForm, ThroughForm
from coproduce.decisions.models import Proposal
from coproduce.decisions.views.pages import named_form, open_proposal, sheet, speaking_for
from coproduce.deliberation.queries import speaker
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, may_see_again, member_place
from coproduce.spaces.queries import people_here
from coproduce.ui.forms import form_for


@require_http_methods(["GET", "POST"])
def position(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say where you stand, or change it. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    found = open_proposal(request, place, pk)
    person = _whose(place, found, request.GET.get("for", ""))
    if request.method != "POST":
        actions.require_in_register(found, person)
    there = queries.position_of(found, person.pk)
    before = there if may_see_again(place.person, there) else None
    initial = {"kind": before.kind, "reason": before.reason, "attribution": before.attribution} if before else {}
    form = named_form(request, PositionForm, place, person, initial=initial)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _take(place, found, person, form))
    context = {
        "form": form,
        "proposal": found,
        "version": queries.present_version(found),
        "is_hidden": there is not None and before is None,
        **speaking_for(place, person),
        "carried": queries.carried_by(found, place.person.pk) if place.person else [],
    }
    return sheet(request, "decisions/position.html", context, place)


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


def _whose(place: Place, found: Proposal, named: str) -> Person:
    """The person signed in, who asked them to bring their position, or whom a facilitator writes for."""
    if named and place.person is not None:
        for person in queries.carried_by(found, place.person.pk):
            if str(person.pk) == named:
                return person
    return speaker(place, named)


@require_http_methods(["GET", "POST"])
def through(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask another member to bring your position. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    found = open_proposal(request, place, pk)
    person = speaker(place, request.GET.get("for", ""))
    here = [each.person for each in people_here(place.space).memberships if not each.person.is_assisted]
    here = [each for each in here if each != person]
    form = form_for(request, ThroughForm, people=here)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _ask_to_carry(place, found, form.chosen(), person))
    context = {
        "form": form,
        "proposal": found,
        "carrying": queries.carrying_of(found, person.pk),
        **speaking_for(place, person),
    }
    return sheet(request, "decisions/through.html", context, place)


def _ask_to_carry(place: Place, found: Proposal, to: Any, person: Person) -> str:
    actions.ask_to_carry(actor=place.person, proposal=found, through=to, person=person)
    return found.get_absolute_url()


@require_http_methods(["GET", "POST"])
def no_longer_through(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take it back that another brings your position."""
    place = member_place(request, slug)
    found = open_proposal(request, place, pk)
    person = speaker(place, request.GET.get("for", ""))
    form = form_for(request, PressForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _end(place, found, person))
    context = {"form": form, "proposal": found, "carrying": queries.carrying_of(found, person.pk)}
    return sheet(request, "decisions/no_longer_through.html", context, place)


def _end(place: Place, found: Proposal, person: Person) -> str:
    actions.end_carrying(actor=place.person, proposal=found, person=person)
    return found.get_absolute_url()


@require_http_methods(["GET", "POST"])
def time(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask for time. Nobody is told who asked."""
    place = member_place(request, slug)
    found = open_proposal(request, place, pk)
    person = speaker(place, request.GET.get("for", ""))
    form = form_for(request, PressForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _wait(place, found, person))
    context = {
        "form": form,
        "proposal": found,
        **speaking_for(place, person),
    }
    return sheet(request, "decisions/time.html", context, place)


def _wait(place: Place, found: Proposal, person: Person) -> str:
    actions.ask_for_time(actor=place.person, proposal=found, person=person)
    return found.get_absolute_url()
