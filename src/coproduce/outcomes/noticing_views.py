"""Telling that something happened and what it did, and bringing what shows it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from coproduce.contributions.actions.attaching import NewFile
from coproduce.contributions.attaching.storing import Keep
from coproduce.contributions.drafts import Version
from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import ways_of
from coproduce.contributions.recognised import few_here
from coproduce.contributions.sheet import Sheet
from coproduce.deliberation.queries import speaker
from coproduce.history.sending import send_once
from coproduce.outcomes import actions
from coproduce.outcomes.forms import ChooseEvidenceForm, EffectForm, EffectOfTheirsForm, EvidenceForm, HappenedForm
from coproduce.outcomes.models import Effect, Outcome
from coproduce.outcomes.queries.noticed import effect_in
from coproduce.outcomes.views import beginning, found, sheet
from coproduce.spaces.access import Place, member_place
from coproduce.ui.forms import form_for

COMES_FROM = {"from", "decision", "theme"}
"""Of the address: what the sheet begins with."""


class HappenedSheet(Sheet):
    """The sheet for something that happened: with a picture or a paper, that becomes what shows it."""

    tab = "outcomes"

    def _shown(self) -> Version | None:
        """Who comes from a decision, a theme or somebody's words begins with that; what was begun is offered beside."""
        return None if COMES_FROM & set(self.request.GET) else super()._shown()

    def tell(self, form: HappenedForm) -> HttpResponse | None:
        """What to answer to a POST, None where the page is to be shown again."""
        self.told_by = form
        told = form.fields_for_action
        return self.answer(form, lambda: actions.tell_outcome(actor=self.person, space=self.place.space, **told()))

    def _send(self, told: Any, files: list[NewFile], keep: Keep) -> str:
        self.then = told.get_absolute_url()
        if files or self._going_along():
            shows = actions.bring_evidence(actor=self.person, outcome=told, **self.told_by.evidence())
            return super()._send(shows, files, keep)
        self._close_draft()
        return self.then


@require_http_methods(["GET", "POST"])
def happened(request: HttpRequest, slug: str) -> HttpResponse:
    """Something happened: one short sheet. What it came from, if anything, is known from the page one comes from."""
    place = member_place(request, slug)
    page = HappenedSheet(request, place)
    form = page.form(
        HappenedForm,
        place=place,
        chosen=request.GET.getlist("from"),
        initial=beginning(request),
        person=place.person,
        ways=ways_of(place),
    )
    if request.method == "POST" and (answered := page.tell(form)):
        return answered
    knows_where_from = bool(COMES_FROM & set(request.GET)) or "look" in request.POST
    return page.page("outcomes/happened.html", form, knows_where_from=knows_where_from)


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
    page.tab, page.then = "outcomes", told.get_absolute_url()
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
