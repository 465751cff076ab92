"""Ending a space, and going on with what another left."""

from collections import Counter
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.sending import send_once
from coproduce.outcomes import actions
from coproduce.outcomes.actions.ending import left_to_say
from coproduce.outcomes.ending_forms import (
    AnswerSuccessionForm,
    AskSuccessorForm,
    FinishForm,
    LeaveForm,
    SayEndingForm,
)
from coproduce.outcomes.models import LeftKind, LeftOpen, Succession
from coproduce.outcomes.queries.ending import (
    SHOWN,
    ending_of,
    ending_to_come,
    goes_on_in,
    inherited_by,
    left_open_of,
    spaces_that_could_go_on,
    still_open,
    successor_of,
)
from coproduce.outcomes.views import sheet
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.spaces.forms import NobodyForm
from coproduce.ui.forms import form_for


@require_safe
def ending(request: HttpRequest, slug: str) -> HttpResponse:
    """How the space ends, or ended: why, what is still open, and the last word."""
    place = space_for(request, slug)
    held = ending_of(place.space)
    if held is None and not place.is_facilitator:
        raise NotHere
    is_to_come = held is not None and held.done_at is None
    things = still_open(place.space, place.person) if place.is_facilitator and is_to_come else {}
    said = left_open_of(held) if held is not None else {}
    context = {
        "ending": held,
        "going_on": goes_on_in(place, held) if held else None,
        "kinds": _kinds(things, said),
        "is_to_come": is_to_come,
        "is_early": is_to_come and held is not None and clock.today() < held.not_before,
        "said": [one for one in said.values() if one.title][:SHOWN],
        "words_left": _words_left(said),
        "call_off": NobodyForm(),
        "wake": NobodyForm(),
        "is_member": place.is_member,
        "is_facilitator": place.is_facilitator,
    }
    return sheet(request, "ending", context, place)


def _words_left(said: dict[tuple[str, UUID], LeftOpen]) -> list[dict[str, Any]]:
    """Why words were left without an answer: each reason once, and never the words."""
    reasons = Counter(one.because for one in said.values() if one.kind == LeftKind.WORDS)
    return [{"because": because, "n": n} for because, n in reasons.most_common(SHOWN)]


def _kinds(things: dict[str, Any], said: dict[tuple[str, UUID], LeftOpen]) -> list[dict[str, Any]]:
    return [
        {
            "kind": kind,
            "name": _HEADINGS[LeftKind(kind)],
            "things": [(one, said.get((kind, one.subject))) for one in rows[:SHOWN]],
            "more": max(0, len(rows) - SHOWN),
            "to_say": sum((kind, one.subject) not in said for one in rows),
        }
        for kind, rows in things.items()
    ]


_HEADINGS = {
    LeftKind.OUTCOME: lazy("Questions without an answer"),
    LeftKind.COMMITMENT: lazy("Promises that are still to do"),
    LeftKind.PROPOSAL: lazy("Proposals that are not decided"),
    LeftKind.BALLOT: lazy("Ballots that are open"),
    LeftKind.ROUND: lazy("Rounds of questions that are open"),
    LeftKind.EXERCISE: lazy("What matters most: not finished"),
    LeftKind.WORDS: lazy("Words that nobody answered"),
    LeftKind.PERSON: lazy("People who are still to be told"),
}


def _facilitator_place(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    if not place.is_facilitator:
        raise NotAllowed(_("Those who facilitate end a space, when everybody has had time to read it."))
    return place


@require_http_methods(["GET", "POST"])
def say_ending(request: HttpRequest, slug: str) -> HttpResponse:
    """Say to everybody that the space means to end, or to rest."""
    place = _facilitator_place(request, slug)
    form = form_for(request, SayEndingForm)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.say_ending(actor=place.person, space=place.space, **form.fields_for_action()),
        )
    return sheet(request, "say_ending", {"form": form}, place)


@require_POST
def call_off(request: HttpRequest, slug: str) -> HttpResponse:
    """The space goes on."""
    place = _facilitator_place(request, slug)
    form = form_for(request, NobodyForm)

    def act() -> str:
        actions.call_off_ending(actor=place.person, ending=ending_to_come(place.space))
        return place.space.get_absolute_url()

    return _pressed(request, place, form, act)


@require_POST
def wake(request: HttpRequest, slug: str) -> HttpResponse:
    """A space that rests begins again."""
    place = _facilitator_place(request, slug)
    form = form_for(request, NobodyForm)
    return _pressed(request, place, form, lambda: actions.wake_space(actor=place.person, space=place.space))


def _pressed(request: HttpRequest, place: Place, form: NobodyForm, act: Any) -> HttpResponse:
    if form.is_valid():
        return send_once(request, form, act)
    raise NotHere


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, slug: str, kind: str) -> HttpResponse:
    """What of one kind is handed on, or left open, and why."""
    place = _facilitator_place(request, slug)
    held = ending_to_come(place.space)
    things = still_open(place.space, place.person).get(kind, [])
    if kind not in LeftKind.values or not things:
        raise NotHere
    going_on = successor_of(held)
    may_hand_on = going_on is not None and bool(going_on.agreed)
    form = form_for(request, LeaveForm, kind=kind, things=things, may_hand_on=may_hand_on)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.leave_open(actor=place.person, ending=held, **form.fields_for_action()),
        )
    context = {"form": form, "name": _HEADINGS[LeftKind(kind)], "many": len(things)}
    return sheet(request, "leave_open", context, place)


@require_http_methods(["GET", "POST"])
def ask_successor(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask another space to go on with what is left."""
    place = _facilitator_place(request, slug)
    held = ending_to_come(place.space)
    form = form_for(request, AskSuccessorForm, spaces=spaces_that_could_go_on(place.person, place.space))

    def act() -> str:
        actions.ask_successor(actor=place.person, ending=held, **form.fields_for_action())
        return held.get_absolute_url()

    if request.method == "POST" and form.is_valid():
        return send_once(request, form, act)
    return sheet(request, "ask_successor", {"form": form}, place)


@require_http_methods(["GET", "POST"])
def finish(request: HttpRequest, slug: str) -> HttpResponse:
    """The last word. Then the space ends, or rests."""
    place = _facilitator_place(request, slug)
    held = ending_to_come(place.space)
    form = form_for(request, FinishForm)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.end_space(actor=place.person, ending=held, last_words=form.cleaned_data["last_words"]),
        )
    to_say = sum(left_to_say(held, place.person).values()) if held.ends_as == "ended" else 0
    context = {"form": form, "ending": held, "to_say": to_say, "is_early": clock.today() < held.not_before}
    return sheet(request, "finish", context, place)


@require_safe
def last_letter(request: HttpRequest, slug: str) -> HttpResponse:
    """The letter to everybody, also to print: why it ended, the last word, what stays, and where it goes on."""
    place = member_place(request, slug)
    held = ending_of(place.space)
    if held is None or held.done_at is None:
        raise NotHere
    said = left_open_of(held)
    context = {
        "ending": held,
        "going_on": goes_on_in(place, held),
        "said": [one for one in said.values() if one.title][:SHOWN],
        "words_left": _words_left(said),
    }
    return sheet(request, "last_letter", context, place)


@require_safe
def inherited(request: HttpRequest, slug: str) -> HttpResponse:
    """What this space went on with that ended elsewhere, and what it is asked to go on with."""
    place = space_for(request, slug)
    told, asked = inherited_by(place)
    context = {
        "told": told,
        "asked": asked,
        "take_up": NobodyForm() if place.is_member else None,
        "is_member": place.is_member,
        "is_facilitator": place.is_facilitator,
    }
    return sheet(request, "inherited", context, place)


@require_http_methods(["GET", "POST"])
def answer_succession(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Will this space go on with what another leaves?"""
    place = member_place(request, slug)
    asked = Succession.objects.select_related("ending__space", "to_space", "asked_by").filter(to_space=place.space)
    succession = asked.filter(pk=pk).first()
    if succession is None:
        raise NotHere
    if not place.is_facilitator:
        raise NotAllowed(_("Those who facilitate this space answer for it."))
    form = form_for(request, AnswerSuccessionForm)

    def act() -> str:
        actions.answer_succession(actor=place.person, succession=succession, **form.fields_for_action())
        messages.success(request, _("They can read your answer."))
        return reverse("outcomes:inherited", args=[slug])

    if request.method == "POST" and form.is_valid():
        return send_once(request, form, act)
    return sheet(request, "answer_succession", {"form": form, "succession": succession}, place)


@require_POST
def take_up(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Go on here with something that was handed on."""
    place = member_place(request, slug)
    agreed = Succession.objects.filter(to_space=place.space, agreed=True).values("ending")
    left = LeftOpen.objects.filter(ending__in=agreed, handed_on=True, pk=pk).first()
    if left is None:
        raise NotHere
    form = form_for(request, NobodyForm)
    return _pressed(request, place, form, lambda: actions.take_up(actor=place.person, space=place.space, left=left))
