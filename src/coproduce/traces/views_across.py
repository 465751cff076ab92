"""Pages for linking something of one space to something of another."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place, require_facilitator
from coproduce.traces.across import Across, across_in, across_one, known_here, source_of
from coproduce.traces.actions import agree_across, ask_across, end_across
from coproduce.traces.forms import AcrossForm, AgreeForm, EndForm
from coproduce.traces.things import thing_at
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


@require_safe
def across(request: HttpRequest, slug: str) -> HttpResponse:
    """Every link between this space and others."""
    place = member_place(request, slug)
    context = {"links": across_in(place), "is_facilitator": place.is_facilitator}
    return page(request, "traces/across.html", context, space=place.space, place="")


@require_http_methods(["GET", "POST"])
def ask_for(request: HttpRequest, slug: str, kind: str, pk: UUID) -> HttpResponse:
    """Ask that this be shown to have led to something in another space."""
    place = member_place(request, slug)
    source = source_of(place, kind, pk)
    form = form_for(request, AcrossForm, place=place)
    if request.method == "POST" and form.is_valid():
        chosen, why = form.chosen(), form.cleaned_data["why"]
        return send_once(
            request,
            form,
            lambda: ask_across(
                actor=place.person, ours=place.space, source=source, theirs=chosen.theirs, led_to=chosen.led_to, why=why
            ),
        )
    context = {"form": form, "thing": thing_at(place, kind, pk)}
    status = 422 if form.errors else 200
    return page(request, "traces/ask_across.html", context, space=place.space, place="", status=status)


@require_safe
def across_one_page(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One link, with what may be known of the other side, and what is still missing."""
    place = member_place(request, slug)
    return _one(request, place, across_one(place, pk), AgreeForm())


def _one(request: HttpRequest, place: Place, found: Across, button: AgreeForm) -> HttpResponse:
    may_end = place.is_facilitator or (place.person is not None and found.link.asked_by_id == place.person.pk)
    may_agree = place.is_facilitator and found.waits_for_us
    link = found.link
    names = known_here(place, (link.asked_by, link.ended_by))
    context = {
        "one": found,
        "asked_by": names.get(link.asked_by_id, ""),
        "ended_by": names.get(link.ended_by_id, "") if link.ended_by_id else "",
        "may_agree": may_agree,
        "may_end": may_end,
        "button": button,
    }
    status = 422 if button.errors else 200
    return page(request, "traces/across_one.html", context, space=place.space, place="", status=status)


@require_POST
def agree(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Agree to a link for this space."""
    place = member_place(request, slug)
    found = across_one(place, pk)
    require_facilitator(place.person, place.space)
    form = form_for(request, AgreeForm)
    if not form.is_valid():
        return _one(request, place, found, form)

    def act() -> str:
        agree_across(actor=place.person, link=found.link, space=place.space)
        return request.path.removesuffix("agree/")

    return send_once(request, form, act)


@require_http_methods(["GET", "POST"])
def end(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """End a link, or say no to one that was asked for."""
    place = member_place(request, slug)
    found = across_one(place, pk)
    if found.link.asked_by_id != place.person.pk:
        require_facilitator(place.person, place.space)
    form = form_for(request, EndForm)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            end_across(actor=place.person, link=found.link, space=place.space, why=form.cleaned_data["why"])
            return request.path.removesuffix("end/")

        return send_once(request, form, act)
    status = 422 if form.errors else 200
    return page(request, "traces/end_across.html", {"form": form, "one": found}, space=place.space, status=status)
