"""House rules."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.care import actions
from coproduce.care.forms import START_WORDINGS, ButtonForm, EndRuleForm, SuggestRuleForm, VoiceForm
from coproduce.care.models import HouseRule, RuleState
from coproduce.care.queries.rules import rule_in, rules_of, standing_of
from coproduce.care.views.shared import helped_by, identifier, sheet
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.queries import contribution_in
from coproduce.errors import NotAllowed
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.ui.forms import form_for


@require_safe
def rules(request: HttpRequest, slug: str) -> HttpResponse:
    """The rules that hold, and those that people talk about."""
    place = space_for(request, slug)
    found = rules_of(place)
    said = {one.rule.words for one in found.suggested} | {rule.words for rule in (*found.holding, *found.let_go)}
    starts = [(number, words) for number, words in enumerate(START_WORDINGS) if str(words) not in said]
    return sheet(request, "rules", {"rules": found, "starts": starts if place.is_member else []}, place)


@require_http_methods(["GET", "POST"])
def suggest_rule(request: HttpRequest, slug: str) -> HttpResponse:
    """Suggest a rule: ``?replaces=`` another wording of it, ``?from=`` because of words, ``?start=`` one of ours."""
    place = member_place(request, slug)
    replaces, words = _replaced(request, place), _from_words(request, place)
    form = form_for(request, SuggestRuleForm, people=helped_by(place), initial=_begun(request, replaces))
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.suggest_rule(
                actor=place.person,
                space=place.space,
                replaces=replaces,
                from_words=words,
                **form.fields_for_action(),
            ),
        )
    return sheet(request, "suggest_rule", {"form": form, "replaces": replaces, "from_words": words}, place)


def _replaced(request: HttpRequest, place: Place) -> HouseRule | None:
    pk = identifier(request.GET.get("replaces", ""))
    rule = HouseRule.objects.select_related("space").filter(space=place.space, pk=pk).first() if pk else None
    return rule if rule is not None and rule.state != RuleState.ENDED else None


def _from_words(request: HttpRequest, place: Place) -> Contribution | None:
    pk = identifier(request.GET.get("from", ""))
    if pk is None or not Contribution.objects.filter(space=place.space, pk=pk).exists():
        return None
    words = contribution_in(place, pk)
    return words if words.state == ContributionState.VISIBLE else None


def _begun(request: HttpRequest, replaces: HouseRule | None) -> dict[str, Any]:
    if replaces is not None:
        return {"words": replaces.words}
    start = request.GET.get("start", "")
    number = int(start) if start.isascii() and start.isdigit() and len(start) < 3 else len(START_WORDINGS)
    return {"words": START_WORDINGS[number]} if number < len(START_WORDINGS) else {}


@require_http_methods(["GET", "POST"])
def rule(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One rule, what people said to it, and a place to say it."""
    place = member_place(request, slug)
    found = rule_in(place, pk)
    standing = standing_of(found, place.person)
    form = form_for(request, VoiceForm, people=helped_by(place), initial=_said_before(standing.mine))
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.say_to_rule(actor=place.person, rule=found, **form.fields_for_action()).rule,
        )
    context = {
        "form": form,
        "standing": standing,
        "rule": found,
        "may_keep": place.is_facilitator or found.proposed_by_id == place.person.pk,
        "button": ButtonForm(auto_id=False),
    }
    return sheet(request, "rule", context, place)


def _said_before(mine: Any) -> dict[str, Any]:
    return {"answer": "live" if mine.lives_with_it else "differently", "words": mine.words} if mine else {}


@require_POST
def hold(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Let a suggested rule hold."""
    place = member_place(request, slug)
    found = rule_in(place, pk)
    form = form_for(request, ButtonForm)
    if not form.is_valid():
        raise NotAllowed
    return send_once(request, form, lambda: actions.let_rule_hold(actor=place.person, rule=found))


@require_http_methods(["GET", "POST"])
def end_rule(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Let a rule go, saying why."""
    place = member_place(request, slug)
    found = rule_in(place, pk)
    own_suggestion = found.proposed_by_id == place.person.pk and found.state == RuleState.PROPOSED
    if not (place.is_facilitator or own_suggestion):
        raise NotAllowed(_("Whoever suggested it, or somebody who facilitates, can do this."))
    form = form_for(request, EndRuleForm)
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        return send_once(request, form, lambda: actions.end_rule(actor=place.person, rule=found, why=why))
    return sheet(request, "end_rule", {"form": form, "rule": found}, place)
