"""Putting a change of the charter to everyone, and putting it in other rules."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from coproduce.decisions import actions, queries
from coproduce.decisions.forms import CharterAmendForm, CharterChangeForm
from coproduce.decisions.models import Proposal
from coproduce.decisions.views.pages import sheet
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place
from coproduce.spaces.charters import CharterRules
from coproduce.spaces.forms import rules_as_initial
from coproduce.spaces.queries import charter_with_rights, people_here
from coproduce.ui.forms import form_for


@require_http_methods(["GET", "POST"])
def propose_charter(request: HttpRequest, slug: str) -> HttpResponse:
    """Put a change of the charter to everyone."""
    place = member_place(request, slug)
    present = charter_with_rights(place.space)
    form = charter_form(request, CharterChangeForm, place, CharterRules.of(present))
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.propose_charter(
                actor=place.person,
                space=place.space,
                title=form.cleaned_data["title"],
                why=form.cleaned_data["words"],
                rules=rules_in(form),
                kind=form.cleaned_data["kind"],
            ),
        )
    return sheet(request, "decisions/propose_charter.html", {"form": form, "charter": present}, place)


def amend_charter(request: HttpRequest, place: Place, found: Proposal) -> HttpResponse:
    """Whoever put a change of the charter puts it in other rules."""
    version = queries.present_version(found)
    form = charter_form(request, CharterAmendForm, place, CharterRules.from_json(version.charter or {}))
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.amend_proposal(
                actor=place.person,
                proposal=found,
                words=version.words,
                why=form.cleaned_data["why"],
                rules=rules_in(form),
            ),
        )
    return sheet(request, "decisions/amend_charter.html", {"form": form, "proposal": found}, place)


def charter_form(request: HttpRequest, kind: Any, place: Place, rules: CharterRules) -> Any:
    """A sheet with all rules of a charter, which begins with these."""
    here = [each.person for each in people_here(place.space).memberships]
    return form_for(request, kind, people=here, rights=rules.rights, initial=rules_as_initial(rules))


def rules_in(form: Any) -> CharterRules:
    """The rules as they were filled in."""
    filled = form.charter_for_action()
    filled["needs"] = {way: people for way, people in filled["needs"].items() if people}
    return CharterRules(**filled, rights=form.rights_for_action())
