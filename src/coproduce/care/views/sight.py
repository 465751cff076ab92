"""Words out of sight: putting them there, asking somebody else to look again, and who read them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.care import actions
from coproduce.care.forms import AppealForm, BringBackForm, DecideForm, HideForm, SeveralForm
from coproduce.care.mail import tell
from coproduce.care.models import Appeal, Flag, Moderation, carries_a_name
from coproduce.care.queries.people import members_to_ask
from coproduce.care.queries.rules import rules_that_hold
from coproduce.care.queries.sight import (
    appeal_for,
    may_look_again,
    moderation_of_mine,
    out_of_sight,
    present_moderation,
    readings_of_mine,
    words_by_the_same_hand,
)
from coproduce.care.queries.worries import words_in, worry_for
from coproduce.care.views.shared import identifier, names, sheet, trusted_place
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place
from coproduce.ui.forms import form_for

MODERATED = (ContributionState.VISIBLE, ContributionState.HIDDEN)
"""Words that few may read by their author's wish, or none, are not put out of sight by anybody else."""


@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Put words out of sight, or bring them back. ``?worry=``: because of what somebody said is wrong with them."""
    place = trusted_place(request, slug)
    words = words_in(place.space, pk)
    if words.state not in MODERATED:
        raise NotHere
    # Somebody who pressed *out of sight* a moment after somebody else did meant no other thing.
    means_to_hide = request.method == "POST" and "why" in request.POST
    if words.state == ContributionState.HIDDEN and not means_to_hide:
        return _bring_back(request, place, words)
    form = form_for(request, HideForm, rules=rules_that_hold(place.space))
    worry = _worry(request, place, words)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _hide(request, place, words, form, worry))
    context = {"form": form, "contribution": words, "worry": worry}
    return sheet(request, "hide", context, place, "brought")


def _worry(request: HttpRequest, place: Place, words: Contribution) -> Flag | None:
    pk = identifier(request.GET.get("worry", ""))
    if pk is None:
        return None
    worry = worry_for(place, pk)
    if worry.contribution_id != words.pk:
        raise NotHere
    return worry if worry.answered_at is None else None


def _hide(request: HttpRequest, place: Place, words: Contribution, form: HideForm, worry: Flag | None) -> str:
    moderation = actions.put_out_of_sight(
        actor=place.person,
        contribution=words,
        why=form.cleaned_data["why"],
        rule=form.chosen_rule(),
        flag=worry,
    )
    tell(request, words.author)
    if worry is None:
        return moderation.get_absolute_url()
    tell(request, worry.flagger)
    return reverse("care:worries", args=[place.space.slug])


def _bring_back(request: HttpRequest, place: Place, words: Contribution) -> HttpResponse:
    form = form_for(request, BringBackForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _shown(request, place, words, form.cleaned_data["because"]))
    actions.record_reading(actor=place.person, contribution=words)
    context = {"form": form, "contribution": words, "moderation": present_moderation(words)}
    return sheet(request, "bring_back", context, place, "brought")


def _shown(request: HttpRequest, place: Place, words: Contribution, why: str) -> Contribution:
    shown = actions.bring_into_sight(actor=place.person, contribution=words, why=why)
    tell(request, words.author)
    return shown


@require_safe
def hidden(request: HttpRequest, slug: str) -> HttpResponse:
    """The reasons for which words are out of sight. The words themselves are opened one by one, and that is noted."""
    place = trusted_place(request, slug)
    return sheet(request, "out_of_sight", {"hidden": out_of_sight(place)}, place, "brought")


@require_http_methods(["GET", "POST"])
def several(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Put several of the newest words by the same hand as these (``pk``) out of sight."""
    place = trusted_place(request, slug)
    known = words_in(place.space, pk)
    if known.state not in MODERATED:
        raise NotHere
    # What the first press of the button put out of sight is still a choice for the second, which changes nothing.
    words = words_by_the_same_hand(known, also_hidden=request.method == "POST")
    form = form_for(request, SeveralForm, rules=rules_that_hold(place.space), words=words)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _hide_several(request, place, form))
    context = {"form": form, "name": known.shown_name, "words": words, "has_name": carries_a_name(known)}
    return sheet(request, "several", context, place, "brought")


def _hide_several(request: HttpRequest, place: Place, form: SeveralForm) -> str:
    put = actions.put_several_out_of_sight(
        actor=place.person,
        space=place.space,
        contributions=form.chosen(),
        why=form.cleaned_data["why"],
        rule=form.chosen_rule(),
    )
    if put:
        tell(request, put[0].contribution.author)
    return reverse("care:out_of_sight", args=[place.space.slug])


# ── appeals ──────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def appeal(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The author asks somebody else to look again."""
    place = member_place(request, slug)
    moderation = moderation_of_mine(place, pk)
    others = may_look_again(moderation)
    apart = {moderation.hidden_by_id, moderation.contribution.author_id}
    members = [] if others else [one for one in members_to_ask(place.space) if one.pk not in apart]
    form = form_for(request, AppealForm, others=others, members=members)
    if request.method == "POST" and form.is_valid():
        answer = send_once(request, form, lambda: _appeal(request, place, moderation, form))
        messages.success(request, _("Your words are kept, and somebody else will look again."))
        return answer
    context = {
        "form": form,
        "moderation": moderation,
        "contribution": moderation.contribution,
        "others": names(others),
        "is_own": moderation.contribution.author_id == place.person.pk,
        "has_asked": hasattr(moderation, "appeal"),
    }
    return sheet(request, "appeal", context, place, "brought")


def _appeal(request: HttpRequest, place: Place, moderation: Moderation, form: AppealForm) -> Appeal:
    made = actions.appeal_moderation(actor=place.person, moderation=moderation, **form.fields_for_action())
    if made.to_person is not None:
        tell(request, made.to_person)
    return made


@require_http_methods(["GET", "POST"])
def decide(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Somebody else decides whether the words come back."""
    place = member_place(request, slug)
    found = appeal_for(place, pk)
    form = form_for(request, DecideForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _decide(request, place, found, form))
    words = found.moderation.contribution
    if words.state == ContributionState.HIDDEN:
        actions.record_reading(actor=place.person, contribution=words)
    context = {"form": form, "appeal": found, "contribution": words, "moderation": found.moderation}
    return sheet(request, "decide", context, place, "brought")


def _decide(request: HttpRequest, place: Place, found: Appeal, form: DecideForm) -> str:
    said = form.cleaned_data
    actions.decide_appeal(actor=place.person, appeal=found, upheld=said["answer"] == "back", why=said["why"])
    tell(request, found.moderation.contribution.author)
    return reverse("care:worries", args=[place.space.slug])


@require_safe
def readings(request: HttpRequest, slug: str) -> HttpResponse:
    """Who read my words while only few could."""
    place = member_place(request, slug)
    return sheet(request, "readings", {"readings": readings_of_mine(place)}, place, "brought")
