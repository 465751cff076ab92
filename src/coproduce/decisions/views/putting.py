"""Putting something to decide, changing its words, handing it on, moving it on and closing it."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coproduce.decisions import actions, queries
from coproduce.decisions.forms import (
    AgreedForm,
    AmendForm,
    DelegatedForm,
    HandOnForm,
    MoveForm,
    NotAgreedForm,
    ProposeForm,
    VoteForm,
)
from coproduce.decisions.models import Proposal, ProposalState
from coproduce.decisions.told import Way, ways_to_decide
from coproduce.decisions.views.charter import amend_charter
from coproduce.decisions.views.pages import open_proposal, own_proposal, sheet
from coproduce.errors import ChangedMeanwhile
from coproduce.history.sending import send_once
from coproduce.priorities.models import FinalPlace
from coproduce.priorities.queries import list_named
from coproduce.spaces.access import Place, member_place
from coproduce.spaces.models import Charter, Deciding
from coproduce.spaces.queries import charter_with_rights, people_here, people_named
from coproduce.themes.queries import open_themes
from coproduce.ui.forms import form_for


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Put something to decide. ``?theme=`` and ``?from=`` tick something at first, ``?kind=`` says how to decide;
    ``?list=`` takes up a list of what matters most, of it only ``?question=`` where that is said.
    """
    place = member_place(request, slug)
    charter = charter_with_rights(place.space)
    ways = ways_to_decide(request, charter)
    way = next((one for one in ways if one.kind == request.GET.get("kind")), ways[0])
    form = _propose_form(request, place, charter, way)
    if request.method == "POST" and not form.wants_to_look and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.propose(
                actor=place.person,
                space=place.space,
                title=form.cleaned_data["title"],
                words=form.cleaned_data["words"],
                themes=form.chosen_themes(),
                contributions=form.chosen_contributions(),
                questions=form.chosen_questions(),
                kind=way.kind,
                **form.more_for_action(),
            ),
        )
    asked = request.GET.get("kind", way.kind)
    context = {
        "form": form,
        "charter": charter,
        "way": way,
        "ways": ways,
        "not_allowed": dict(Deciding.choices).get(asked) if asked != way.kind else "",
        "is_not_all": len(ways) < len(Deciding),
    }
    return sheet(request, "decisions/propose.html", context, place)


def _propose_form(request: HttpRequest, place: Place, charter: Charter, way: Way) -> Any:
    forms: dict[str, tuple[Any, dict[str, Any]]] = {
        Deciding.VOTE: (VoteForm, {}),
        Deciding.DELEGATED: (DelegatedForm, {"matters": people_named(charter)}),
    }
    kind, more = forms.get(way.kind, (ProposeForm, {}))
    listed = list_named(place, request.GET.get("list", ""))
    return form_for(
        request,
        kind,
        place=place,
        themes=open_themes(place, limit=60),
        questions=[row.question for row in listed],
        chosen=request.GET.getlist("from"),
        initial={"themes": request.GET.getlist("theme"), **_begun(listed, request.GET.getlist("question"))},
        **more,
    )


def _begun(listed: list[FinalPlace], named: list[str]) -> dict[str, Any]:
    """A proposal that takes up a list, or a few questions of it, begun with their words."""
    wanted = [row for row in listed if not named or str(row.question_id) in named]
    if not wanted:
        return {}
    title = wanted[0].question.exercise.title if not named else wanted[0].question.words
    words = "\n".join(f"{row.place}. {row.question.words}" for row in wanted)
    return {"title": title[:160], "words": words, "questions": [str(row.question_id) for row in wanted]}


@require_http_methods(["GET", "POST"])
def amend(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The proposer puts it in other words, saying why."""
    place = member_place(request, slug)
    found = own_proposal(request, place, pk)
    if found.about_charter:
        return amend_charter(request, place, found)
    version = queries.present_version(found)
    form = form_for(request, AmendForm, initial={"title": found.title, "words": version.words})
    if request.method == "POST" and form.is_valid():
        data = {name: form.cleaned_data[name] for name in ("title", "words", "why")}
        return send_once(request, form, lambda: actions.amend_proposal(actor=place.person, proposal=found, **data))
    return sheet(request, "decisions/amend.html", {"form": form, "proposal": found}, place)


@require_http_methods(["GET", "POST"])
def hand_on(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The proposer asks somebody else to carry it on; a facilitator does for one who has left."""
    place = member_place(request, slug)
    found = own_proposal(request, place, pk, or_left=True)
    here = [each.person for each in people_here(place.space).memberships if not each.person.is_assisted]
    here = [person for person in here if person != place.person or person.pk != found.proposed_by_id]
    form = form_for(request, HandOnForm, people=here)
    if request.method == "POST" and form.is_valid():
        to = form.chosen()
        return send_once(request, form, lambda: actions.hand_on_proposal(actor=place.person, proposal=found, to=to))
    return sheet(request, "decisions/hand_on.html", {"form": form, "proposal": found}, place)


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Move a consent round on, or back."""
    place = member_place(request, slug)
    found = own_proposal(request, place, pk, or_facilitator=True)
    form = form_for(request, MoveForm, stages=actions.next_stages(found))
    if request.method == "POST" and form.is_valid():
        data = {"to": form.cleaned_data["to"], "note": form.cleaned_data["note"]}
        return send_once(request, form, lambda: actions.move_round(actor=place.person, proposal=found, **data))
    return sheet(request, "decisions/move.html", {"form": form, "proposal": found}, place)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Close it by the charter's rules; until they are met, say what is missing."""
    place = member_place(request, slug)
    found = open_proposal(request, place, pk)
    ready = queries.readiness(found)
    may_refuse = found.kind == Deciding.ADVICE and ready.is_met
    agreed = ready.is_met and not (may_refuse and "no" in request.GET)
    form = form_for(request, AgreedForm if agreed else NotAgreedForm)
    if request.method == "POST" and form.is_valid():
        pressed = request.POST.get("closes_as", "")
        return send_once(request, form, lambda: _close(place, found, agreed, form, pressed))
    context = {
        "form": form,
        "proposal": found,
        "version": queries.present_version(found),
        "ready": ready,
        "agreed": agreed,
        "may_refuse": may_refuse,
    }
    return sheet(request, "decisions/close.html", context, place)


def _close(place: Place, found: Proposal, agreed: bool, form: AgreedForm, pressed: str) -> str:
    """Only as it was pressed: what somebody else says meanwhile may have made it agreed, or not."""
    if found.state == ProposalState.OPEN and pressed not in ("", "agreed" if agreed else "not agreed"):
        raise ChangedMeanwhile(
            _(
                "While you were reading, somebody said something that changes whether this is agreed. Nothing was "
                "closed. Open it again and look at how it is."
            )
        )
    data = form.cleaned_data
    actions.close_proposal(
        actor=place.person, proposal=found, agreed=agreed, why=data["why"], review_on=data["review_on"]
    )
    return found.get_absolute_url()
