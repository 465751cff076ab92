"""Telling what something did, and bringing what shows it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import ways_of
from coproduce.contributions.recognised import few_here
from coproduce.contributions.sheet import Sheet
from coproduce.deliberation.queries import speaker
from coproduce.history.sending import send_once
from coproduce.outcomes import actions
from coproduce.outcomes.forms import ChooseEvidenceForm, EffectForm, EffectOfTheirsForm, EvidenceForm
from coproduce.outcomes.models import Effect, Outcome
from coproduce.outcomes.queries.noticed import effect_in
from coproduce.outcomes.views import found, sheet
from coproduce.spaces.access import Place, member_place
from coproduce.ui.forms import form_for


@require_http_methods(["GET", "POST"])
def tell_effect(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """What did it do? ``?differs=`` another telling, ``?for=`` somebody who does not go online."""
    place = member_place(request, slug)
    told = found(place, pk)
    person = speaker(place, request.GET.get("for", ""))
    is_own = person == place.person
    differs = _differs(request, place, told)
    ways = ways_of(place) if is_own else ""
    form_class = EffectForm if is_own else EffectOfTheirsForm
    form = form_for(request, form_class, person=person, ways=ways, few=few_here(place.space))

    def act() -> Outcome:
        said = form.fields_for_action()
        actions.tell_effect(actor=place.person, author=person, outcome=told, sees_differently=differs, **said)
        return told

    if request.method == "POST" and form.is_valid():
        return send_once(request, form, act)
    context = {"form": form, "outcome": told, "speaker": person, "is_own": is_own, "differs": differs}
    return sheet(request, "tell_effect", context, place)


def _differs(request: HttpRequest, place: Place, told: Outcome) -> Effect | None:
    typed = request.GET.get("differs", "")
    try:
        return effect_in(place, told, UUID(typed)) if typed else None
    except ValueError:
        return None


@require_http_methods(["GET", "POST"])
def bring_evidence(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Bring what shows that it is so, with pictures, sound or papers."""
    place = member_place(request, slug)
    told = found(place, pk)
    page = Sheet(request, place)
    form = page.form(EvidenceForm, person=place.person, ways=ways_of(place), few=few_here(place.space))

    def act() -> Contribution:
        return actions.bring_evidence(actor=place.person, outcome=told, **form.fields_for_action())

    if request.method == "POST" and (answered := page.answer(form, act)):
        return answered
    return page.page("outcomes/bring_evidence.html", form, outcome=told)


@require_http_methods(["GET", "POST"])
def choose_evidence(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Choose words that are there already."""
    place = member_place(request, slug)
    told = found(place, pk)
    form = form_for(request, ChooseEvidenceForm, place=place)
    if request.method == "POST" and not form.wants_to_look and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.add_evidence(actor=place.person, outcome=told, contributions=form.chosen_contributions()),
        )
    return sheet(request, "choose_evidence", {"form": form, "outcome": told}, place)
