"""Something is wrong here: saying so, and answering it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.care import actions
from coproduce.care.forms import ButtonForm, FlagForm, LeaveForm, TalkForm
from coproduce.care.mail import tell
from coproduce.care.models import Flag, Reason, Role, carries_a_name
from coproduce.care.queries.people import looks_after_worries, readers_of
from coproduce.care.queries.rules import rules_that_hold
from coproduce.care.queries.safety import who_may_be_told
from coproduce.care.queries.sight import appeals_for, appeals_without_anybody, what_happened_to_mine
from coproduce.care.queries.worries import (
    my_open_worry,
    my_worries,
    readers_of_worries,
    worries_answered,
    worries_that_wait,
    worry_for,
)
from coproduce.care.views.shared import helped_by, names, sheet
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.queries import contribution_in
from coproduce.errors import NotHere, SignInNeeded
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.ui.forms import form_for


@require_http_methods(["GET", "POST"])
def flag(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say that something is wrong with some words, to a person who is named here."""
    if getattr(request, "person", None) is None:
        raise SignInNeeded
    place = space_for(request, slug)
    words = contribution_in(place, pk)
    if words.state != ContributionState.VISIBLE:
        raise NotHere(_("These words were taken back or put out of sight."))
    form = form_for(request, FlagForm, rules=rules_that_hold(place.space), people=helped_by(place))
    if not place.is_member:
        form.fields["reason"].choices = [one for one in form.fields["reason"].choices if one[0] != Reason.UNSAFE]
    if request.method == "POST" and form.is_valid():
        answer = send_once(request, form, lambda: _raise(request, place, words, form))
        messages.success(request, _("Thank you for saying so. You will read here what became of it."))
        return answer
    context = {
        "form": form,
        "contribution": words,
        "has_name": carries_a_name(words),
        "readers": names(_readers(place, words)),
        "safety": names(_safety(place, words)),
        "waiting": my_open_worry(words, place.person),
        "is_own": words.author_id == place.person.pk,
    }
    return sheet(request, "flag", context, place, "brought")


def _readers(place: Place, words: Contribution) -> list[Person]:
    """Who is named as reading it. Where the words carry no name nobody is left out: that would say whose they are."""
    return readers_of_worries(words) if carries_a_name(words) else readers_of(place.space, Role.WORRIES)


def _safety(place: Place, words: Contribution) -> list[Person]:
    """Who would read that somebody may not be safe: the first whom the space named, or who facilitates. Of nameless
    words nobody is left out, as for ``_readers``.
    """
    if not place.is_member or place.person is None:
        return []
    apart = [place.person.pk, words.author_id] if carries_a_name(words) else [place.person.pk]
    return who_may_be_told(place.space, apart=apart)[:1]


def _raise(request: HttpRequest, place: Place, words: Contribution, form: FlagForm) -> str:
    if form.is_unsafe():
        said = form.cleaned_data["words"]
        concern = actions.raise_concern(actor=place.person, space=place.space, words=said, about=words)
        if concern.to_person is not None:
            tell(request, concern.to_person)
    else:
        raised = actions.raise_flag(actor=place.person, contribution=words, **form.fields_for_action())
        if raised.to_person is not None:
            tell(request, raised.to_person)
    return reverse("care:my_worries", args=[place.space.slug]) if place.is_member else reverse("care:told")


@require_safe
def mine(request: HttpRequest, slug: str) -> HttpResponse:
    """What I said is wrong and what became of it; and what happened to my own words."""
    place = member_place(request, slug)
    happened = what_happened_to_mine(place)
    context = {"worries": my_worries(place), "happened": happened}
    return sheet(request, "my_worries", context, place)


@require_safe
def worries(request: HttpRequest, slug: str) -> HttpResponse:
    """What waits for those who look after worries. For everybody else there is nothing here."""
    place = member_place(request, slug)
    if not looks_after_worries(place):
        raise NotHere
    context = {
        "waiting": worries_that_wait(place),
        "appeals": appeals_for(place),
        "without_anybody": appeals_without_anybody(place),
        "answered": worries_answered(place),
    }
    return sheet(request, "worries", context, place)


@require_safe
def worry(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One worry: the reason and the note first, the words folded, and what can be done."""
    place = member_place(request, slug)
    found = worry_for(place, pk)
    return sheet(request, "worry", _about(found), place)


def _about(found: Flag) -> dict[str, Any]:
    in_sight = found.contribution.state == ContributionState.VISIBLE
    has_name = carries_a_name(found.contribution)
    return {"worry": found, "contribution": found.contribution, "in_sight": in_sight, "has_name": has_name}


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Leave words as they are, saying why to whoever had the worry; or note that they are gone already."""
    place = member_place(request, slug)
    found = worry_for(place, pk)
    in_sight = found.contribution.state == ContributionState.VISIBLE
    form = form_for(request, LeaveForm if in_sight else ButtonForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _leave(request, place, found, form))
    return sheet(request, "leave", {"form": form, **_about(found)}, place)


def _leave(request: HttpRequest, place: Place, found: Flag, form: Any) -> str:
    if isinstance(form, LeaveForm):
        actions.leave_as_it_is(actor=place.person, flag=found, why=form.cleaned_data["why"])
        tell(request, found.flagger)
    else:
        actions.note_words_gone(actor=place.person, flag=found)
    return reverse("care:worries", args=[place.space.slug])


@require_http_methods(["GET", "POST"])
def talk(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Write to the author of the words."""
    place = member_place(request, slug)
    found = worry_for(place, pk)
    form = form_for(request, TalkForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _talk(request, place, found, form.cleaned_data["words"]))
    return sheet(request, "talk", {"form": form, **_about(found)}, place)


def _talk(request: HttpRequest, place: Place, found: Flag, words: str) -> Flag:
    answered = actions.talk_with_author(actor=place.person, flag=found, words=words)
    tell(request, answered.contribution.author)
    return answered
