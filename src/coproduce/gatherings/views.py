"""Pages of gatherings."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.errors import NotAllowed
from coproduce.gatherings import queries
from coproduce.gatherings.actions import arrange_gathering, change_gathering
from coproduce.gatherings.forms import GatheringForm
from coproduce.history.sending import send_once
from coproduce.spaces.access import member_place
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

FIELDS = ("title", "starts_at", "ends_at", "place", "access", "words")


@require_safe
def gatherings(request: HttpRequest, slug: str) -> HttpResponse:
    """What is coming, and what has been."""
    place = member_place(request, slug)
    context = {
        "to_come": list(queries.gatherings_to_come(place.space)[:50]),
        "gone_by": list(queries.gatherings_gone_by(place.space)[:50]),
    }
    return page(request, "gatherings/gatherings.html", context, space=place.space, place="question")


@require_http_methods(["GET", "POST"])
def arrange(request: HttpRequest, slug: str) -> HttpResponse:
    """Arrange a gathering."""
    place = member_place(request, slug)
    form = form_for(request, GatheringForm)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: arrange_gathering(actor=place.person, space=place.space, **form.fields_for_action()),
        )
    status = 422 if form.errors else 200
    return page(request, "gatherings/arrange.html", {"form": form}, space=place.space, status=status)


@require_safe
def gathering(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One gathering: when, where, and what was arranged so that people can be there."""
    place = member_place(request, slug)
    found = queries.gathering_in(place.space, pk)
    context = {"gathering": found, "may_change": place.is_facilitator or found.arranged_by_id == place.person.pk}
    return page(request, "gatherings/gathering.html", context, space=place.space, place="question")


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Change what was arranged."""
    place = member_place(request, slug)
    found = queries.gathering_in(place.space, pk)
    if not (place.is_facilitator or found.arranged_by_id == place.person.pk):
        raise NotAllowed
    form = form_for(request, GatheringForm, initial={name: getattr(found, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: change_gathering(actor=place.person, gathering=found, **form.fields_for_action()),
        )
    status = 422 if form.errors else 200
    context = {"form": form, "gathering": found}
    return page(request, "gatherings/arrange.html", context, space=place.space, status=status)
