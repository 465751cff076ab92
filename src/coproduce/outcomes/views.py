"""What came of it: the list, one outcome, telling, and judging."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.deliberation.queries import speaker
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.sending import send_once
from coproduce.outcomes import actions, queries
from coproduce.outcomes.forms import (
    CommitForm,
    GoodEnoughForm,
    KeepForm,
    SourceForm,
    StateForm,
    TellForm,
)
from coproduce.outcomes.models import Commitment, Outcome, State
from coproduce.outcomes.queries.ending import where_it_was_before
from coproduce.outcomes.queries.noticed import effects_of, evidence_of
from coproduce.outcomes.queries.waiting import handing_of, how_many_unanswered, waits_of
from coproduce.outcomes.telling import to_be_told, told_of
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.spaces.forms import NobodyForm
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page
from coproduce.valuing.queries.tensions import tension_beside

JUMPS_FROM = 6
"""On a longer list there are links to each of its parts."""


def sheet(request: HttpRequest, name: str, context: dict[str, Any], place: Place) -> HttpResponse:
    """A page of what came of it. A refused form is answered 422."""
    form = context.get("form")
    status = 422 if form is not None and form.errors else 200
    return page(request, f"outcomes/{name}.html", context, space=place.space, place="outcomes", status=status)


@require_safe
def outcomes(request: HttpRequest, slug: str) -> HttpResponse:
    """What came of it: what is done, what is not and why, in the same type."""
    place = space_for(request, slug)
    asked = request.GET.get("page", "0")
    number = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0
    rows = queries.outcomes_of(place, page=number)
    shown = rows[: queries.A_PAGE]
    groups = [(state, name, [row for row in shown if row.now.state == state]) for state, name in _headings()]
    context = {
        "groups": groups,
        "jumps": len(shown) > JUMPS_FROM and sum(bool(held) for _state, _name, held in groups) > 1,
        "any": bool(shown),
        "unanswered": how_many_unanswered(place.space),
        "is_member": place.is_member,
        "page_number": number,
        "newer": number - 1 if number else None,
        "older": number + 1 if len(rows) > queries.A_PAGE else None,
    }
    return sheet(request, "outcomes", context, place)


def _headings() -> list[tuple[str, str]]:
    return [
        (State.DONE, _("Done")),
        (State.PARTLY, _("Partly")),
        (State.NOT_BECAUSE, _("Not, and why")),
        (State.NOT_YET, _("Not yet")),
    ]


@require_safe
def outcome(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One outcome: how far it has come, where it comes from, who promised what, and whether it is good enough."""
    place = space_for(request, slug)
    standing = queries.outcome_in(place, pk)
    told = standing.outcome
    mine = queries.my_words_behind(place.person, told) if place.membership and place.person else []
    waits = waits_of(place, told)
    handing = handing_of(told) if place.is_member else {}
    context = {
        "standing": standing,
        "before": None if standing.sources else where_it_was_before(place, told),
        "waits": waits,
        "own_handing": handing.get(told.pk),
        "take_on": NobodyForm(),
        "let_go": NobodyForm(),
        "history": queries.history_of(told),
        "effects": effects_of(place, told),
        "evidence": evidence_of(place, told),
        "commitments": queries.commitments_of(told, handing),
        "judgements": queries.judgements_of(place, told),
        "mine": mine,
        "asked_by_me": min((one.said_on for one in mine), default=None),
        "helped": queries.helped_with_words_behind(place, told),
        **tension_beside(place, [each.pk for each in standing.words], [each.pk for each in standing.themes]),
        "told": told_of(told, place.person) if place.is_facilitator and place.person else [],
        "to_tell": list(to_be_told(told, place.person)[:50]) if place.is_facilitator and place.person else [],
        "is_member": place.is_member,
        "is_facilitator": place.is_facilitator,
    }
    return sheet(request, "outcome", context, place)


@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, slug: str) -> HttpResponse:
    """Something changed, or did not, or simply happened."""
    place = member_place(request, slug)
    form = form_for(request, TellForm, place=place, chosen=request.GET.getlist("from"), initial=beginning(request))
    if request.method == "POST" and not form.wants_to_look and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.tell_outcome(actor=place.person, space=place.space, **form.fields_for_action()),
        )
    return sheet(request, "tell", {"form": form}, place)


@require_http_methods(["GET", "POST"])
def say_where_from(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Where did this come from? Whoever knows says it, on any day."""
    place = member_place(request, slug)
    told = found(place, pk)
    form = form_for(request, SourceForm, place=place)
    if request.method == "POST" and not form.wants_to_look and form.is_valid():
        return send_once(request, form, lambda: actions.add_sources(actor=place.person, outcome=told, **form.sources()))
    return sheet(request, "say_where_from", {"form": form, "outcome": told}, place)


def beginning(request: HttpRequest) -> dict[str, Any]:
    """What the address already says: ``?decision=`` and ``?theme=``."""
    begin: dict[str, Any] = {"kind": "service", "expected": "yes"}
    for name in ("decision", "theme"):
        if name in request.GET:
            begin[f"{name}s"] = request.GET.getlist(name)
    return begin


def found(place: Place, pk: UUID) -> Outcome:
    """One outcome of the space. Raises ``NotHere``."""
    outcome = Outcome.objects.select_related("space").filter(space=place.space, pk=pk).first()
    if outcome is None:
        raise NotHere
    return outcome


@require_http_methods(["GET", "POST"])
def say_state(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """How far has it come now?"""
    place = member_place(request, slug)
    told = found(place, pk)
    is_open_again = queries.is_open_again(told)
    form = form_for(request, StateForm, is_open_again=is_open_again)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.say_state(actor=place.person, outcome=told, **form.fields_for_action()).outcome,
        )
    return sheet(
        request, "say_state", {"form": form, "outcome": told, "noes": queries.judgements_of(place, told).now}, place
    )


@require_http_methods(["GET", "POST"])
def commit(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Promise to do something."""
    place = member_place(request, slug)
    told = found(place, pk)
    form = form_for(request, CommitForm, place=place)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.make_commitment(actor=place.person, outcome=told, **form.fields_for_action()).outcome,
        )
    return sheet(request, "commit", {"form": form, "outcome": told}, place)


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """What became of a promise."""
    place = member_place(request, slug)
    promise = (
        Commitment.objects.select_related("outcome__space", "person").filter(outcome__space=place.space, pk=pk).first()
    )
    if promise is None:
        raise NotHere
    if request.method != "POST" and not (place.is_facilitator or promise.person_id == place.person.pk):
        raise NotAllowed(_("Only the person who promised this, or a facilitator, can say what became of it."))
    form = form_for(request, KeepForm, initial={"state": promise.state})
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: (
                actions.update_commitment(actor=place.person, commitment=promise, **form.fields_for_action()).outcome
            ),
        )
    return sheet(request, "keep", {"form": form, "commitment": promise, "outcome": promise.outcome}, place)


@require_http_methods(["GET", "POST"])
def good_enough(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Was this answer good enough? Asked of people whose words led here; ``?for=`` an assisted one."""
    place = member_place(request, slug)
    told = found(place, pk)
    person = speaker(place, request.GET.get("for", ""))
    mine = queries.my_words_behind(person, told, place.person)
    if not mine:
        raise NotAllowed(_("This is asked of the people whose words led here."))
    form = form_for(request, GoodEnoughForm, mine=mine)

    def act() -> Outcome:
        said = actions.say_good_enough(actor=place.person, outcome=told, person=person, **form.fields_for_action())
        messages.success(request, _("Thank you. It is on the record.") if said.answer else _("It is open again."))
        return said.outcome

    if request.method == "POST" and form.is_valid():
        return send_once(request, form, act)
    context = {"form": form, "outcome": told, "speaker": person, "is_own": person == place.person}
    return sheet(request, "good_enough", context, place)
