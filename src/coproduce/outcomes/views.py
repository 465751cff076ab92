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
from coproduce.outcomes.forms import CommitForm, GoodEnoughForm, KeepForm, StateForm, TellForm
from coproduce.outcomes.models import Commitment, Outcome, State
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


def _page(request: HttpRequest, name: str, context: dict[str, Any], place: Place) -> HttpResponse:
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
    context = {
        "groups": [(name, [row for row in shown if row.now.state == state]) for state, name in _headings()],
        "any": bool(shown),
        "is_member": place.is_member,
        "page_number": number,
        "newer": number - 1 if number else None,
        "older": number + 1 if len(rows) > queries.A_PAGE else None,
    }
    return _page(request, "outcomes", context, place)


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
    mine = queries.my_words_behind(place.person, standing.outcome) if place.membership and place.person else []
    context = {
        "standing": standing,
        "history": queries.history_of(standing.outcome),
        "commitments": queries.commitments_of(standing.outcome),
        "judgements": queries.judgements_of(place, standing.outcome),
        "mine": mine,
        "helped": queries.helped_with_words_behind(place, standing.outcome),
        "is_member": place.is_member,
        "is_facilitator": place.is_facilitator,
    }
    return _page(request, "outcome", context, place)


@require_http_methods(["GET", "POST"])
def tell(request: HttpRequest, slug: str) -> HttpResponse:
    """Something changed, or did not, or simply happened."""
    place = member_place(request, slug)
    form = form_for(request, TellForm, place=place, initial=_beginning(request))
    if request.method == "POST" and not form.wants_to_look and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.tell_outcome(actor=place.person, space=place.space, **form.fields_for_action()),
        )
    return _page(request, "tell", {"form": form}, place)


def _beginning(request: HttpRequest) -> dict[str, Any]:
    """What the address already says: ``?unplanned=1``, ``?decision=`` and ``?theme=``."""
    begin: dict[str, Any] = {"kind": "service", "expected": "yes"}
    if "unplanned" in request.GET:
        begin |= {"kind": "community", "expected": "no", "state": "done"}
    for name in ("decision", "theme"):
        if name in request.GET:
            begin[f"{name}s"] = request.GET.getlist(name)
    return begin


def _found(place: Place, pk: UUID) -> Outcome:
    found = Outcome.objects.select_related("space").filter(space=place.space, pk=pk).first()
    if found is None:
        raise NotHere
    return found


@require_http_methods(["GET", "POST"])
def say_state(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """How far has it come now?"""
    place = member_place(request, slug)
    told = _found(place, pk)
    form = form_for(request, StateForm)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.say_state(actor=place.person, outcome=told, **form.fields_for_action()).outcome,
        )
    return _page(request, "say_state", {"form": form, "outcome": told}, place)


@require_http_methods(["GET", "POST"])
def commit(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Promise to do something."""
    place = member_place(request, slug)
    told = _found(place, pk)
    form = form_for(request, CommitForm, place=place)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.make_commitment(actor=place.person, outcome=told, **form.fields_for_action()).outcome,
        )
    return _page(request, "commit", {"form": form, "outcome": told}, place)


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
    return _page(request, "keep", {"form": form, "commitment": promise, "outcome": promise.outcome}, place)


@require_http_methods(["GET", "POST"])
def good_enough(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Was this answer good enough? Asked of people whose words led here; ``?for=`` an assisted one."""
    place = member_place(request, slug)
    told = _found(place, pk)
    person = speaker(place, request.GET.get("for", ""))
    mine = queries.my_words_behind(person, told)
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
    return _page(request, "good_enough", context, place)
