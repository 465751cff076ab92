"""After a decision: asking to look at it again, and saying which rung of participation it was."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from coproduce.contributions.queries import visible_contributions
from coproduce.decisions import actions, queries
from coproduce.decisions.forms import AgainForm, RungForm
from coproduce.decisions.ladder import present_ladder
from coproduce.decisions.models import Decision
from coproduce.decisions.views.pages import named_form, sheet, speaking_for
from coproduce.deliberation.queries import speaker
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, may_see_again, member_place
from coproduce.ui.forms import form_for

NEW_AT_MOST = 60


@require_http_methods(["GET", "POST"])
def again(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask to look at a decision again. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    decision = _decided(place, pk)
    person = speaker(place, request.GET.get("for", ""))
    brought = visible_contributions(place).filter(brought_at__gt=decision.decided_at).order_by("-brought_at")
    form = form_for(request, AgainForm, new=list(brought[:NEW_AT_MOST]))
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _ask_again(place, decision, person, form))
    context = {
        "form": form,
        "decision": decision,
        "reopening": queries.reopening_of(decision),
        "again": queries.looked_at_again(decision),
        **speaking_for(place, person),
    }
    return sheet(request, "decisions/again.html", context, place)


def _ask_again(place: Place, decision: Decision, person: Person, form: Any) -> str:
    actions.ask_to_look_again(
        actor=place.person,
        decision=decision,
        person=person,
        reason=form.cleaned_data["reason"],
        contribution=form.new.get(form.cleaned_data.get("contribution", "")),
    )
    put = queries.looked_at_again(decision)
    return (put or decision.proposal).get_absolute_url()


@require_http_methods(["GET", "POST"])
def rung(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say which rung of participation it was, as you saw it. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    decision = _decided(place, pk)
    person = speaker(place, request.GET.get("for", ""))
    ladder = present_ladder()
    there = queries.rung_of(decision, person.pk)
    before = there if may_see_again(place.person, there) else None
    initial = {"rung": before.rung, "words": before.words, "attribution": before.attribution} if before else {}
    form = named_form(request, RungForm, place, person, rungs=ladder.rungs, initial=initial)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _say_rung(place, decision, person, form))
    context = {
        "form": form,
        "decision": decision,
        "ladder": ladder,
        "is_hidden": there is not None and before is None,
        **speaking_for(place, person),
    }
    return sheet(request, "decisions/rung.html", context, place)


def _say_rung(place: Place, decision: Decision, person: Person, form: Any) -> str:
    data = {name: form.cleaned_data[name] for name in ("rung", "words", "attribution")}
    actions.say_rung(actor=place.person, decision=decision, person=person, **data)
    return decision.proposal.get_absolute_url() + "#rungs"


def _decided(place: Place, pk: UUID) -> Decision:
    decision = queries.decision_of(queries.proposal_in(place, pk))
    if decision is None:
        raise NotHere
    return queries.decision_in(place, decision.pk)
