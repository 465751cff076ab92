"""Questions, reactions, advice and other words, and what is answered to them."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from coproduce.decisions import actions, queries
from coproduce.decisions.forms import (
    AnswerForm,
    AnswerSuggestionForm,
    AskForm,
    CharterSuggestForm,
    HeardForm,
    SpeakForm,
    SuggestForm,
)
from coproduce.decisions.models import Amendment, Proposal, Stage, VoiceKind
from coproduce.decisions.told import told_changes
from coproduce.decisions.views.charter import charter_form, rules_in
from coproduce.decisions.views.pages import named_form, open_proposal, own_proposal, sheet, speaking_for
from coproduce.deliberation.queries import speaker
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place
from coproduce.spaces.charters import CharterRules
from coproduce.spaces.models import Deciding
from coproduce.spaces.queries import people_here
from coproduce.ui.forms import form_for


@require_http_methods(["GET", "POST"])
def speak(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask, say what you think of it, or give advice. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    found = open_proposal(request, place, pk)
    person = speaker(place, request.GET.get("for", ""))
    form = named_form(request, SpeakForm, place, person, kinds=_kinds(request, found, person))
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _speak(place, found, person, form))
    context = {
        "form": form,
        "proposal": found,
        "version": queries.present_version(found),
        **speaking_for(place, person),
    }
    return sheet(request, "decisions/speak.html", context, place)


def _kinds(request: HttpRequest, found: Proposal, person: Person) -> list[str]:
    """The kinds that are open to this person here, with the one asked for, or the one that is its turn, first."""
    kinds = [VoiceKind.REACTION.value, VoiceKind.QUESTION.value]
    if found.kind == Deciding.ADVICE and person.pk != found.proposed_by_id:
        kinds.insert(0, VoiceKind.ADVICE.value)
    if found.stage == Stage.CLARIFY:
        kinds.reverse()
    asked = request.GET.get("kind")
    return sorted(kinds, key=lambda kind: kind != asked)


def _speak(place: Place, found: Proposal, person: Person, form: Any) -> str:
    data = {name: form.cleaned_data[name] for name in ("kind", "words", "attribution")}
    actions.speak_to(actor=place.person, proposal=found, person=person, **data)
    return found.get_absolute_url() + "#said"


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, slug: str, pk: UUID, voice: UUID) -> HttpResponse:
    """Answer a question, or say what you did with advice."""
    place = member_place(request, slug)
    found = own_proposal(request, place, pk, or_facilitator=True)
    one = queries.voice_on(found, voice)
    form = form_for(request, AnswerForm)
    if request.method == "POST" and form.is_valid():
        data = {"words": form.cleaned_data["words"], "is_noted": form.cleaned_data["is_noted"]}
        return send_once(request, form, lambda: _answered(place, found, one, data))
    return sheet(request, "decisions/answer.html", {"form": form, "proposal": found, "voice": one}, place)


def _answered(place: Place, found: Proposal, voice: Any, data: dict[str, Any]) -> str:
    actions.answer_voice(actor=place.person, voice=voice, **data)
    return found.get_absolute_url() + "#said"


@require_http_methods(["GET", "POST"])
def suggest(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Suggest other words. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    found = open_proposal(request, place, pk)
    person = speaker(place, request.GET.get("for", ""))
    form = _suggest_form(request, place, found)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _suggested(place, found, person, form))
    context = {
        "form": form,
        "proposal": found,
        **speaking_for(place, person),
    }
    return sheet(request, "decisions/suggest.html", context, place)


def _suggest_form(request: HttpRequest, place: Place, found: Proposal) -> Any:
    version = queries.present_version(found)
    if found.about_charter:
        return charter_form(request, CharterSuggestForm, place, CharterRules.from_json(version.charter or {}))
    return form_for(request, SuggestForm, initial={"words": version.words})


def _suggested(place: Place, found: Proposal, person: Person, form: Any) -> str:
    data = {"rules": rules_in(form)} if found.about_charter else {"words": form.cleaned_data["words"]}
    actions.suggest_amendment(actor=place.person, proposal=found, person=person, why=form.cleaned_data["why"], **data)
    return found.get_absolute_url() + "#suggested"


@require_http_methods(["GET", "POST"])
def suggestion(request: HttpRequest, slug: str, pk: UUID, amendment: UUID) -> HttpResponse:
    """Take suggested words up, or say why not."""
    place = member_place(request, slug)
    found = own_proposal(request, place, pk)
    one = queries.amendment_on(found, amendment)
    form = form_for(request, AnswerSuggestionForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _answer_suggestion(place, found, one, form))
    version, rules = queries.present_version(found), actions.rules_with(found, one)
    context = {
        "form": form,
        "proposal": found,
        "amendment": one,
        "version": version,
        "rules": told_changes(place, CharterRules.from_json(version.charter), rules) if rules else [],
        "may": actions.may_be_reworded(found),
    }
    return sheet(request, "decisions/suggestion.html", context, place)


def _answer_suggestion(place: Place, found: Proposal, amendment: Amendment, form: Any) -> str:
    actions.answer_amendment(
        actor=place.person,
        amendment=amendment,
        take_up=form.cleaned_data["take_up"] == "yes",
        answer=form.cleaned_data["answer"],
    )
    return found.get_absolute_url() + "#suggested"


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Write down whom you ask for advice."""
    place = member_place(request, slug)
    found = own_proposal(request, place, pk)
    here = [each.person for each in people_here(place.space).memberships if each.person != place.person]
    form = form_for(request, AskForm, people=here)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _ask(place, found, form))
    return sheet(request, "decisions/ask.html", {"form": form, "proposal": found}, place)


def _ask(place: Place, found: Proposal, form: Any) -> str:
    data = form.cleaned_data
    actions.ask_for_advice(
        actor=place.person,
        proposal=found,
        because=data["because"],
        person=form.chosen(),
        outside=data["outside"],
    )
    return found.get_absolute_url() + "#asked"


@require_http_methods(["GET", "POST"])
def heard(request: HttpRequest, slug: str, pk: UUID, asked: UUID) -> HttpResponse:
    """Write down what somebody from outside said."""
    place = member_place(request, slug)
    found = own_proposal(request, place, pk)
    one = next((each for each in queries.asked_for_advice(found) if each.pk == asked and each.outside), None)
    if one is None:
        raise NotHere
    form = form_for(request, HeardForm)
    if request.method == "POST" and form.is_valid():
        words = form.cleaned_data["words"]
        return send_once(request, form, lambda: _heard(place, found, one, words))
    return sheet(request, "decisions/heard.html", {"form": form, "proposal": found, "asked": one}, place)


def _heard(place: Place, found: Proposal, asked: Any, words: str) -> str:
    actions.write_down_advice(actor=place.person, asked=asked, words=words)
    return found.get_absolute_url() + "#asked"
