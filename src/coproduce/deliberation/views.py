"""How we see it: results, one claim, saying how you see them, drawing a new one."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.contributions.queries import assisted_members
from coproduce.deliberation import actions, queries
from coproduce.deliberation.figures import agreement_figures, map_figure
from coproduce.deliberation.forms import DrawForm, SayForm, WhyForm
from coproduce.deliberation.models import Statement
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place, require_facilitator, space_for
from coproduce.spaces.models import Space
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

SKIPPED_AT_MOST = 200


@require_safe
def statements(request: HttpRequest, slug: str) -> HttpResponse:
    """How we see it: what is shared, where people differ and why, and the map."""
    place = space_for(request, slug)
    seen = queries.how_we_see_it(place)
    stored = queries.newest_map(place.space)
    context = {
        "seen": seen,
        "shared": agreement_figures(seen.shared, place.space.threshold),
        "differing": agreement_figures(seen.differing, place.space.threshold),
        "map": map_figure(place.space, stored, place.person if place.is_member else None, seen.answers),
        "is_member": place.is_member,
    }
    return page(request, "deliberation/statements.html", context, space=place.space, place="views")


@require_safe
def all_statements(request: HttpRequest, slug: str) -> HttpResponse:
    """Every claim, a page at a time."""
    place = space_for(request, slug)
    order = request.GET.get("order", "")
    order = order if order in queries.ORDERS else "drawn"
    number = _page_number(request)
    claims, total = queries.all_claims(place, order, number)
    context = {
        "claims": claims,
        "total": total,
        "order": order,
        "orders": _orders(),
        "page_number": number,
        "earlier": number - 1 if number else None,
        "later": number + 1 if (number + 1) * queries.A_PAGE < total else None,
        "is_member": place.is_member,
    }
    return page(request, "deliberation/all_statements.html", context, space=place.space, place="views")


def _page_number(request: HttpRequest) -> int:
    asked = request.GET.get("page", "0")
    return int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 5 else 0


def _orders() -> list[tuple[str, str]]:
    return [
        ("drawn", _("the newest first")),
        ("agree", _("most agreed first")),
        ("differ", _("where we differ most first")),
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
        "figure": agreement_figures([claim], place.space.threshold)[0],
        "mine": mine,
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
    return _sheet(request, "deliberation/draw_statement.html", {"form": form}, place)


# ── saying how you see it ────────────────────────────────────────────────────────────────────────


def say_url(place: Place, person: Person) -> str:
    """Where the next claim for this person is."""
    url = reverse("deliberation:say", args=[place.space.slug])
    return url if person == place.person else f"{url}?{urlencode({'for': person.pk})}"


def _skipped(request: HttpRequest, space: Space, person: Person) -> list[str]:
    kept: list[str] = request.session.get(f"skipped {space.pk.hex} {person.pk.hex}", [])
    return kept


@require_safe
def say(request: HttpRequest, slug: str) -> HttpResponse:
    """Leads to the claim that this person is asked about next; says so when there is none left."""
    place = member_place(request, slug)
    person = queries.speaker(place, request.GET.get("for", ""))
    if "again" in request.GET:
        request.session.pop(f"skipped {place.space.pk.hex} {person.pk.hex}", None)
    skipped = _skipped(request, place.space, person)
    following = queries.next_statement(place, person, skipped)
    if following is not None:
        url = reverse("deliberation:say_to", args=[slug, following.pk])
        query = "" if person == place.person else f"?{urlencode({'for': person.pk})}"
        return HttpResponseRedirect(url + query)
    done, total = queries.left_to_answer(place, person)
    context = {
        "done": done,
        "total": total,
        "left": total - done,
        "speaker": person,
        "is_own": person == place.person,
        "again": f"{say_url(place, person)}{'&' if person != place.person else '?'}again=1",
    }
    return page(request, "deliberation/say_done.html", context, space=place.space, place="views")


@require_http_methods(["GET", "POST"])
def say_to(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say how you see one claim, or change your mind about it. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    person = queries.speaker(place, request.GET.get("for", ""))
    claim = queries.statement_in(place, pk)
    form = _say_form(request, place, claim, person)
    if request.method == "POST" and form.is_valid():
        answered = send_once(request, form, lambda: _respond(place, claim, person, form))
        actions.redraw_map_if_small(place.space)
        return answered
    done, total = queries.left_to_answer(place, person)
    context = {
        "form": form,
        "claim": claim,
        "sources": queries.voices(queries.sources_of(place, [pk]).get(pk, [])),
        "speaker": person,
        "is_own": person == place.person,
        "assisted": assisted_members(place.space) if place.is_facilitator else [],
        "done": done,
        "total": total,
        "next": say_url(place, person),
        "is_change": "answer" in form.initial,
    }
    return _sheet(request, "deliberation/say_to.html", context, place)


def _say_form(request: HttpRequest, place: Place, claim: Statement, person: Person) -> SayForm:
    before = queries.response_of(claim, person)
    initial: dict[str, Any] = {}
    if before is not None:
        initial = {
            "answer": before.answer,
            "reason": before.reason,
            "attribution": before.attribution,
            "values": [value.name for value in before.values.all()],
        }
    ways = queries.ways_of_people(place.space, [person.pk], shown_only=True).get(person.pk, "")
    values = queries.values_offered(place.space)
    return form_for(
        request, SayForm, person=person, ways=ways, values=values, own=person == place.person, initial=initial
    )


def _respond(place: Place, claim: Statement, person: Person, form: SayForm) -> str:
    actions.respond(actor=place.person, statement=claim, person=person, **form.fields_for_action())
    return claim.get_absolute_url() if "answer" in form.initial else say_url(place, person)


@require_POST
def skip(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Leave a claim for later. It is remembered until this sign-in ends and written down nowhere."""
    place = member_place(request, slug)
    person = queries.speaker(place, request.GET.get("for", ""))
    skipped = [*_skipped(request, place.space, person), str(queries.statement_in(place, pk).pk)]
    request.session[f"skipped {place.space.pk.hex} {person.pk.hex}"] = skipped[-SKIPPED_AT_MOST:]
    return HttpResponseRedirect(say_url(place, person))


@require_http_methods(["GET", "POST"])
def hide(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A facilitator puts a claim out of sight, saying why."""
    place = member_place(request, slug)
    require_facilitator(place.person, place.space)
    claim = queries.hidden_statement(place, pk) or queries.statement_in(place, pk)
    form = form_for(request, WhyForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _hide(request, place, claim, form.cleaned_data["why"]))
    return _sheet(request, "deliberation/hide.html", {"form": form, "claim": claim}, place)


def _hide(request: HttpRequest, place: Place, claim: Statement, why: str) -> str:
    actions.hide_statement(actor=place.person, statement=claim, why=why)
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
    return HttpResponseRedirect(actions.show_statement(actor=place.person, statement=gone).get_absolute_url())


def _sheet(request: HttpRequest, template: str, context: dict[str, Any], place: Place) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page(request, template, context, space=place.space, place="views", status=status)
