"""Rounds: asking about claims together, on paper too, and closing them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from coproduce import clock
from coproduce.contributions.queries import assisted_members
from coproduce.deliberation import actions, queries
from coproduce.deliberation.forms import CloseRoundForm, PaperForm, RoundForm, WhoseForm
from coproduce.deliberation.models import Response, Round, Statement
from coproduce.deliberation.turning import part_asked
from coproduce.deliberation.views import sheet
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, may_see_again, member_place, require_facilitator, space_for
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

ON_A_SHEET = 30
"""So many claims at most are printed, and entered, together: a round may ask about hundreds."""


def _facilitating(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    require_facilitator(place.person, place.space)
    return place


@require_safe
def rounds(request: HttpRequest, slug: str) -> HttpResponse:
    """Every round of the space."""
    place = space_for(request, slug)
    found = queries.rounds_in(place.space)
    context = {
        "open": next((one for one in found if one.is_open), None),
        "closed": [one for one in found if not one.is_open],
        "is_member": place.is_member,
        "is_facilitator": place.is_facilitator,
    }
    return page(request, "deliberation/rounds.html", context, space=place.space, place="views")


@require_http_methods(["GET", "POST"])
def open_round(request: HttpRequest, slug: str) -> HttpResponse:
    """A facilitator asks about claims together."""
    place = _facilitating(request, slug)
    running = queries.open_round(place.space)
    if running is not None and request.method != "POST":
        return HttpResponseRedirect(running.get_absolute_url())
    form = form_for(request, RoundForm, space=place.space, shortest=queries.shortest_round(place.space))
    if request.method == "POST" and not form.wants_to_look and form.is_valid():
        done = send_once(
            request,
            form,
            lambda: actions.open_a_round(actor=place.person, space=place.space, **form.fields_for_action()),
        )
        actions.ask_for_map(place.space)
        return done
    return sheet(
        request, "deliberation/open_round.html", {"form": form, "any_claims": form.is_bound or form.found}, place
    )


@require_safe
def round_page(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One round: what it asks, its claims, and for those who facilitate the paper."""
    place = space_for(request, slug)
    asked = queries.round_in(place, pk)
    claims = queries.claims_of_round(asked)
    part = part_asked(request, len(claims), queries.A_PAGE)
    context = {
        "round": asked,
        "claims": _worded(asked, part.of(claims)),
        "part": part,
        "mine": queries.mine_in_round(asked, place.person) if place.is_member and place.person else {},
        "can_close": asked.is_open and clock.now() >= asked.not_before,
        "is_member": place.is_member,
        "is_facilitator": place.is_facilitator,
    }
    return page(request, "deliberation/round.html", context, space=place.space, place="views")


def _worded(asked: Round, claims: Sequence[Statement]) -> list[tuple[Statement, str]]:
    """Each claim with the words it had in the round."""
    worded = queries.wordings_at(claims, asked.closed_at)
    return [(claim, worded[claim.pk].words) for claim in claims]


@require_http_methods(["GET", "POST"])
def close_round(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A facilitator closes a round, once its time has come."""
    place = _facilitating(request, slug)
    asked = queries.round_in(place, pk)
    form = form_for(request, CloseRoundForm)
    if request.method == "POST" and form.is_valid():
        done = send_once(
            request,
            form,
            lambda: actions.close_round(actor=place.person, asked=asked, words=form.cleaned_data["words"]),
        )
        actions.ask_for_map(place.space)
        return done
    can_close = asked.is_open and clock.now() >= asked.not_before
    return sheet(
        request, "deliberation/close_round.html", {"form": form, "round": asked, "can_close": can_close}, place
    )


# ── paper ────────────────────────────────────────────────────────────────────────────────────────


@require_safe
def paper(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Sheets to print: one for each person who does not go online, or for one of them, or one without a code."""
    place = _facilitating(request, slug)
    asked = queries.round_in(place, pk)
    claims = queries.claims_of_round(asked)
    part = part_asked(request, len(claims), ON_A_SHEET)
    people: list[Person | None] = list(assisted_members(place.space))
    named = request.GET.get("for", "")
    if named:
        people = [None] if named == "nobody" else [one for one in people if one and str(one.pk) == named]
        if not people:
            raise NotHere
    context = {
        "round": asked,
        "sheets": [(one, queries.paper_code(asked, one) if one else "") for one in people or [None]],
        "words": [words for _claim, words in _worded(asked, part.of(claims))],
        "part": part,
        "kept": urlencode({"for": named}) + "&" if named else "",
        "values": queries.values_offered(place.space),
        "people": assisted_members(place.space),
        "enter": request.build_absolute_uri(reverse("deliberation:enter_paper", args=[slug, pk])),
    }
    return page(request, "deliberation/paper.html", context, space=place.space, place="views")


@require_http_methods(["GET", "POST"])
def enter_paper(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Enter what came back on paper: whose it is first, then the whole sheet on one page."""
    place = _facilitating(request, slug)
    asked = queries.round_in(place, pk)
    if request.GET.get("code"):
        return _by_code(request, place, asked)
    if not request.GET.get("for"):
        return _whose(request, place, asked)
    person = queries.speaker(place, request.GET["for"])
    if person == place.person:
        raise NotHere
    claims = queries.claims_of_round(asked)
    part = part_asked(request, len(claims), ON_A_SHEET)
    form = _paper_form(request, place, asked, person, claims=_worded(asked, part.of(claims)), first=part.first)
    if request.method == "POST" and form.is_valid():
        after = f"?{urlencode({'for': person.pk, 'page': part.later})}" if part.later else ""
        done = send_once(request, form, lambda: _enter(request, place, asked, person, form) + after)
        actions.ask_for_map(place.space)
        return done
    context = {
        "form": form,
        "round": asked,
        "speaker": person,
        "code": queries.paper_code(asked, person),
        "part": part,
        "kept": urlencode({"for": person.pk}) + "&",
    }
    return sheet(request, "deliberation/enter_paper.html", context, place)


def _by_code(request: HttpRequest, place: Place, asked: Round) -> HttpResponse:
    person = queries.whose_paper(asked, request.GET["code"])
    if person is None:
        return _whose(request, place, asked)
    here = reverse("deliberation:enter_paper", args=[place.space.slug, asked.pk])
    return HttpResponseRedirect(f"{here}?{urlencode({'for': person.pk})}")


def _whose(request: HttpRequest, place: Place, asked: Round) -> HttpResponse:
    typed = request.GET.get("code", "")
    form = WhoseForm(initial={"code": typed})
    back = queries.paper_back(asked)
    people = [(one, queries.paper_code(asked, one), back.get(one.pk, 0)) for one in assisted_members(place.space)]
    context = {"form": form, "round": asked, "people": people, "unknown": bool(typed)}
    return page(
        request,
        "deliberation/whose_paper.html",
        context,
        space=place.space,
        place="views",
        status=422 if typed else 200,
    )


def _paper_form(
    request: HttpRequest,
    place: Place,
    asked: Round,
    person: Person,
    *,
    claims: list[tuple[Statement, str]],
    first: int,
) -> PaperForm:
    there = queries.mine_in_round(asked, person)
    ways = queries.ways_of_people(place.space, [person.pk], shown_only=True).get(person.pk, "")
    return form_for(
        request,
        PaperForm,
        claims=claims,
        first=first,
        values=queries.values_offered(place.space),
        before={pk: _said_before(place, response) for pk, response in there.items()},
        person=person,
        ways=ways,
        initial=_as_the_part_before(place, asked, there.values()) if first > 1 else {},
    )


def _as_the_part_before(place: Place, asked: Round, there: Iterable[Response]) -> dict[str, Any]:
    """What this facilitator typed last of the sheet: by which way it came, on which day, and which name goes with it.

    It is on the paper once, and a later part that began with a name would put it beside words that shall have none.
    """
    typed = [one for one in there if one.recorded_by_id == place.person.pk and one.answered_at >= asked.opened_at]
    last = max(typed, key=lambda one: one.answered_at, default=None)
    return {name: getattr(last, name) for name in ("channel", "said_on", "attribution")} if last else {}


def _said_before(place: Place, response: Response) -> str:
    """What is written down already, in words, to who wrote it down; to others that something is."""
    if not may_see_again(place.person, response):
        return _("Something is written down already. What you tick takes its place.")
    return _("Written down already: %(answer)s. What you tick takes its place.") % {
        "answer": response.get_answer_display()
    }


def _enter(request: HttpRequest, place: Place, asked: Round, person: Person, form: PaperForm) -> str:
    data = form.cleaned_data
    rows = [
        actions.OnPaper(claim, actions.Said(**form.said_of(claim), attribution=data["attribution"]))
        for claim in form.filled()
    ]
    entered = actions.enter_paper(
        actor=place.person, asked=asked, person=person, rows=rows, channel=data["channel"], said_on=data["said_on"]
    )
    said: dict[str, Any] = {"n": len(entered), "name": person.chosen_name}
    messages.success(
        request,
        ngettext("%(name)s: one answer is written down.", "%(name)s: %(n)s answers are written down.", len(entered))
        % said,
    )
    return reverse("deliberation:enter_paper", args=[place.space.slug, asked.pk])
