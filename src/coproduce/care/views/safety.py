"""Somebody may not be safe."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.care import actions
from coproduce.care.forms import AnswerConcernForm, ButtonForm, ConcernForm, OpenForm
from coproduce.care.mail import tell
from coproduce.care.models import BrokenGlass, Concern
from coproduce.care.queries.safety import (
    concern_for,
    concerns_of_others,
    concerns_to,
    my_concerns,
    opening_for,
    openings_that_wait,
    sealed_concern,
    who_may_be_told,
)
from coproduce.care.views.shared import sheet
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place
from coproduce.ui.forms import form_for


@require_http_methods(["GET", "POST"])
def not_safe(request: HttpRequest, slug: str) -> HttpResponse:
    """Write that somebody may not be safe, to one person."""
    place = member_place(request, slug)
    possible = who_may_be_told(place.space, apart=[place.person.pk])
    form = form_for(request, ConcernForm, possible=possible)
    if request.method == "POST" and form.is_valid():
        answer = send_once(request, form, lambda: _raise(request, place, form))
        messages.success(request, _("It is kept. If somebody is in danger now, please call for help as well."))
        return answer
    return sheet(request, "not_safe", {"form": form, "possible": possible}, place)


def _raise(request: HttpRequest, place: Place, form: ConcernForm) -> Concern:
    concern = actions.raise_concern(actor=place.person, space=place.space, **form.fields_for_action())
    if concern.to_person is not None:
        tell(request, concern.to_person)
    return concern


@require_safe
def concerns(request: HttpRequest, slug: str) -> HttpResponse:
    """What was written to me, what I wrote, and, for those who look after the space, that something waits."""
    place = member_place(request, slug)
    context = {
        "to_me": concerns_to(place),
        "mine": my_concerns(place),
        "of_others": concerns_of_others(place),
        "openings": openings_that_wait(place),
    }
    return sheet(request, "concerns", context, place)


@require_http_methods(["GET", "POST"])
def concern(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One worry about safety, for its writer and its reader; the reader answers."""
    place = member_place(request, slug)
    found = concern_for(place, pk)
    form = form_for(request, AnswerConcernForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _answer(request, place, found, form.cleaned_data["answer"]))
    is_mine = found.written_by_id == place.person.pk
    context: dict[str, Any] = {
        "form": form,
        "concern": found,
        "is_mine": is_mine,
        "may_answer": not is_mine and found.answered_at is None,
    }
    return sheet(request, "concern", context, place)


def _answer(request: HttpRequest, place: Place, found: Concern, answer: str) -> Concern:
    answered = actions.answer_concern(actor=place.person, concern=found, answer=answer)
    tell(request, found.written_by)
    return answered


@require_http_methods(["GET", "POST"])
def ask_to_open(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask to read what was written to somebody who is not there."""
    place = member_place(request, slug)
    sealed = sealed_concern(place, pk)
    form = form_for(request, OpenForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _ask(place, sealed, form))
    return sheet(request, "open", {"form": form, "concern": sealed}, place)


def _ask(place: Place, sealed: Concern, form: OpenForm) -> str:
    actions.ask_to_open(actor=place.person, concern=sealed, **form.fields_for_action())
    return reverse("care:concerns", args=[place.space.slug])


@require_http_methods(["GET", "POST"])
def agree(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A second person agrees that the first may read it."""
    place = member_place(request, slug)
    opening = opening_for(place, pk)
    form = form_for(request, ButtonForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _agree(request, place, opening))
    return sheet(request, "agree", {"form": form, "opening": opening}, place)


def _agree(request: HttpRequest, place: Place, opening: BrokenGlass) -> str:
    opened = actions.agree_to_open(actor=place.person, opening=opening)
    tell(request, opened.asked_by)
    if opened.tells_writer:
        tell(request, opened.concern.written_by)
    return reverse("care:concerns", args=[place.space.slug])
