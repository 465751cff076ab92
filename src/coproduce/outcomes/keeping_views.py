"""What is still unanswered, who looks after it, handing on, and telling people outside this site."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.contributions.queries import assisted_members
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.sending import send_once
from coproduce.outcomes import actions, queries
from coproduce.outcomes.actions.keeping import keeper_now
from coproduce.outcomes.forms import AnswerHandingForm, HandOnForm, ToldForm
from coproduce.outcomes.models import Commitment, Handing, Outcome
from coproduce.outcomes.queries.waiting import (
    asked_of,
    kept_by,
    my_words_wait,
    people_who_can_be_asked,
    promises_of,
)
from coproduce.outcomes.queries.waiting import unanswered as still_unanswered
from coproduce.outcomes.telling import Untold, to_be_told, untold_in
from coproduce.outcomes.views import found, sheet
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.spaces.forms import NobodyForm
from coproduce.ui.forms import form_for


@require_safe
def unanswered(request: HttpRequest, slug: str) -> HttpResponse:
    """What is still unanswered, longest first: a list of questions, not of people."""
    place = space_for(request, slug)
    typed = request.GET.get("page", "0")
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 5 else 0
    rows = still_unanswered(place, page=number)
    context = {
        "rows": rows[: queries.A_PAGE],
        "is_member": place.is_member,
        "button": NobodyForm() if place.is_member else None,
        "earlier": number - 1 if number else None,
        "later": number + 1 if len(rows) > queries.A_PAGE else None,
    }
    return sheet(request, "unanswered", context, place)


@require_safe
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for somebody: what their words asked for, what they look after, promised, and are asked to take on."""
    place = member_place(request, slug)
    helped = assisted_members(place.space) if place.is_facilitator else []
    context = {
        "waiting": my_words_wait(place.person, place.space),
        "kept": kept_by(place.person, place.space),
        "promises": promises_of(place.person, place.space),
        "asked": asked_of([place.person, *helped], place.space),
        "is_facilitator": place.is_facilitator,
    }
    return sheet(request, "mine", context, place)


@require_POST
def take_on(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Look after an answer that nobody looks after."""
    place = member_place(request, slug)
    told = found(place, pk)
    return _pressed(request, place, told, lambda: actions.take_on(actor=place.person, outcome=told).outcome)


@require_POST
def let_go(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Look after it no longer."""
    place = member_place(request, slug)
    told = found(place, pk)
    return _pressed(request, place, told, lambda: actions.let_go(actor=place.person, outcome=told))


def _pressed(request: HttpRequest, place: Place, told: Outcome, act: Any) -> HttpResponse:
    form = form_for(request, NobodyForm)
    if form.is_valid():
        return send_once(request, form, act)
    return sheet(request, "press_again", {"form": form, "outcome": told}, place)


@require_http_methods(["GET", "POST"])
def hand_on(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask somebody to look after the answer."""
    place = member_place(request, slug)
    told = found(place, pk)
    kept = keeper_now(told)
    return _hand_on(request, place, told, kept.person_id if kept else None, None)


@require_http_methods(["GET", "POST"])
def hand_on_promise(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask somebody to take on a promise."""
    place = member_place(request, slug)
    promise = Commitment.objects.select_related("outcome__space").filter(outcome__space=place.space, pk=pk).first()
    if promise is None:
        raise NotHere
    return _hand_on(request, place, promise.outcome, promise.person_id, promise)


def _hand_on(
    request: HttpRequest, place: Place, told: Outcome, whose: UUID | None, promise: Commitment | None
) -> HttpResponse:
    if not (place.is_facilitator or (place.person and place.person.pk == whose)):
        raise NotAllowed(_("Whose it is can hand it on, and those who facilitate."))
    people = [one for one in people_who_can_be_asked(place.space) if one.pk != whose]
    form = form_for(request, HandOnForm, people=people)

    def act() -> Outcome:
        about: dict[str, Any] = {"commitment": promise} if promise else {"outcome": told}
        actions.hand_on(actor=place.person, **about, **form.fields_for_action())
        messages.success(request, _("They are asked. It stays where it is until they say yes."))
        return told

    if request.method == "POST" and form.is_valid():
        return send_once(request, form, act)
    return sheet(request, "hand_on", {"form": form, "outcome": told, "promise": promise}, place)


@require_http_methods(["GET", "POST"])
def answer_handing(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Will you take it on? For whoever is asked, and a facilitator for somebody who does not go online."""
    place = member_place(request, slug)
    asked = Handing.objects.select_related("to", "by", "outcome__space", "commitment")
    handing = asked.filter(outcome__space=place.space, pk=pk).first()
    if handing is None or not _concerns(place, handing):
        raise NotHere
    about = handing.outcome
    form = form_for(request, AnswerHandingForm)

    def act() -> Outcome:
        actions.answer_handing(actor=place.person, handing=handing, **form.fields_for_action())
        return about

    if request.method == "POST" and form.is_valid():
        return send_once(request, form, act)
    context = {"form": form, "handing": handing, "outcome": about, "is_own": handing.to_id == place.person.pk}
    return sheet(request, "answer_handing", context, place)


def _concerns(place: Place, handing: Handing) -> bool:
    if place.person is None:
        return False
    return place.person.pk in (handing.to_id, handing.by_id) or (place.is_facilitator and handing.to.is_assisted)


def _facilitator_place(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    if not place.is_facilitator:
        raise NotAllowed(_("Those who facilitate tell people who do not read it here."))
    return place


@require_safe
def to_tell(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is still to be told what came of their words, by post, by phone or in the room."""
    place = _facilitator_place(request, slug)
    people: dict[UUID, list[Untold]] = {}
    for one in untold_in(place.space, place.person):
        people.setdefault(one.person.pk, []).append(one)
    return sheet(request, "to_tell", {"people": list(people.values())}, place)


@require_http_methods(["GET", "POST"])
def told(request: HttpRequest, slug: str, pk: UUID, person: UUID) -> HttpResponse:
    """Note that somebody was told: how, when, what they said. Then they are asked whether it was good enough."""
    place = _facilitator_place(request, slug)
    outcome, who = _to_be_told(place, pk, person)
    state = queries.newest_states([outcome.pk])[outcome.pk]
    state.outcome = outcome
    form = form_for(request, ToldForm, since=timezone.localdate(state.at), initial={"how": who.channel})

    def act() -> str:
        actions.note_told(actor=place.person, state=state, person=who, **form.fields_for_action())
        messages.success(request, _("It is on the record, with both names."))
        if not who.is_assisted:
            return outcome.get_absolute_url()
        return reverse("outcomes:good_enough", args=[slug, outcome.pk]) + f"?for={who.pk}"

    if request.method == "POST" and form.is_valid():
        return send_once(request, form, act)
    return sheet(request, "told", {"form": form, "outcome": outcome, "who": who, "now": state}, place)


@require_safe
def card(request: HttpRequest, slug: str, pk: UUID, person: UUID) -> HttpResponse:
    """A letter to print, or to read out on the telephone: what came of their words, and whether it is good enough."""
    place = _facilitator_place(request, slug)
    outcome, who = _to_be_told(place, pk, person)
    standing = queries.outcome_in(place, outcome.pk)
    mine = queries.my_words_behind(who, outcome, place.person) if who.is_assisted else []
    context = {"standing": standing, "outcome": outcome, "who": who, "mine": mine}
    return sheet(request, "card", context, place)


def _to_be_told(place: Place, pk: UUID, person: UUID) -> tuple[Outcome, Person]:
    outcome = found(place, pk)
    who = to_be_told(outcome, place.person).filter(pk=person).first() if place.person else None
    if who is None:
        raise NotHere
    return outcome, who
