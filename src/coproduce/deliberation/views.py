"""How we see it: results, one claim, saying how you see them, drawing a new one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.deliberation import actions, queries
from coproduce.deliberation.figures import agreement_figures, said_matters, said_only_apart
from coproduce.deliberation.forms import DrawForm, WhyForm
from coproduce.deliberation.models import Statement
from coproduce.deliberation.opened import shown_map
from coproduce.deliberation.turning import part_asked
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place, require_facilitator, space_for
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


@require_safe
def statements(request: HttpRequest, slug: str) -> HttpResponse:
    """How we see it: what is shared, where people differ and why, and the map."""
    place = space_for(request, slug)
    now = queries.standing_of(place.space)
    seen = queries.how_we_see_it(place, now)
    context = {
        "seen": seen,
        "apart": said_only_apart(seen.apart, place.space.threshold),
        "shared": agreement_figures(seen.shared, place.space),
        "differing": agreement_figures(seen.differing, place.space),
        "mattering": agreement_figures(seen.mattering, place.space),
        "map": shown_map(place, now),
        "is_member": place.is_member,
    }
    return page(request, "deliberation/statements.html", context, space=place.space, place="views")


@require_safe
def all_statements(request: HttpRequest, slug: str) -> HttpResponse:
    """Every claim, a page at a time."""
    place = space_for(request, slug)
    order = request.GET.get("order", "")
    order = order if order in queries.ORDERS else "drawn"
    word = request.GET.get("find", "").replace("\0", "").strip()[:80]
    found = queries.claims_in_order(place, order, word)
    part = part_asked(request, len(found), queries.A_PAGE)
    claims = queries.claims_listed(place, part.of(found))
    context = {
        "claims": [(claim, said_matters(claim.matters)) for claim in claims],
        "hidden": queries.hidden_among(place.space, [claim.statement.pk for claim in claims]),
        "part": part,
        "order": order,
        "orders": _orders(),
        "word": word,
        "kept": urlencode({"order": order} | ({"find": word} if word else {})) + "&",
        "is_member": place.is_member,
    }
    return page(request, "deliberation/all_statements.html", context, space=place.space, place="views")


def _orders() -> list[tuple[str, str]]:
    return [
        ("drawn", _("the newest first")),
        ("agree", _("most agreed first")),
        ("differ", _("where we differ most first")),
        ("matters", _("what matters to most first")),
        ("few", _("fewest answers first")),
    ]


@require_safe
def statement(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One claim: whose words it is from, who sees it how, and why."""
    place = space_for(request, slug)
    gone = queries.hidden_statement(place, pk)
    if gone is not None:
        context = {"statement": gone, "is_facilitator": place.is_facilitator}
        return page(request, "deliberation/hidden.html", context, space=place.space, place="views")
    claim = queries.one_claim(place, pk)
    mine = queries.response_of(claim.statement, place.person) if place.is_member and place.person else None
    context = {
        "claim": claim,
        "figure": agreement_figures(
            [claim], place.space, hidden=queries.answers_are_hidden(place.space, claim.statement)
        )[0],
        "mine": mine,
        "overtaken": queries.overtaken_on(place.space, claim.statement),
        "is_member": place.is_member,
        "is_facilitator": place.is_facilitator,
    }
    return page(request, "deliberation/statement.html", context, space=place.space, place="views")


@require_http_methods(["GET", "POST"])
def draw_statement(request: HttpRequest, slug: str) -> HttpResponse:
    """Draw a claim from words. ``?from=`` names contributions that are ticked at first."""
    place = member_place(request, slug)
    form = form_for(request, DrawForm, place=place, chosen=request.GET.getlist("from"))
    if request.method == "POST" and not form.wants_to_look and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.draw_statement(
                actor=place.person,
                space=place.space,
                words=form.cleaned_data["words"],
                contributions=form.chosen_contributions(),
            ),
        )
    return sheet(request, "deliberation/draw_statement.html", {"form": form}, place)


@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A facilitator puts a claim out of sight, saying why."""
    place = member_place(request, slug)
    require_facilitator(place.person, place.space)
    claim = queries.hidden_statement(place, pk) or queries.statement_in(place, pk)
    form = form_for(request, WhyForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _hide(request, place, claim, form.cleaned_data["why"]))
    return sheet(request, "deliberation/hide.html", {"form": form, "claim": claim}, place)


def _hide(request: HttpRequest, place: Place, claim: Statement, why: str) -> str:
    actions.hide_statement(actor=place.person, statement=claim, why=why)
    actions.ask_for_map(place.space)
    messages.success(request, _("The claim is out of sight. It and its answers stay on the record."))
    return reverse("deliberation:statements", args=[place.space.slug])


@require_POST
def show(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A facilitator brings a claim back into sight."""
    place = member_place(request, slug)
    require_facilitator(place.person, place.space)
    gone = queries.hidden_statement(place, pk)
    if gone is None:
        raise NotHere
    shown = actions.show_statement(actor=place.person, statement=gone)
    actions.ask_for_map(place.space)
    return HttpResponseRedirect(shown.get_absolute_url())


def sheet(request: HttpRequest, template: str, context: dict[str, Any], place: Place) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page(request, template, context, space=place.space, place="views", status=status)
