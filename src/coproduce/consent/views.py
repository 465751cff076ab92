"""What somebody agrees to in a space."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coproduce.consent.actions import answer_agreements
from coproduce.consent.forms import AgreementsForm
from coproduce.consent.queries import earlier_agreements, questions_for
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.people.actions import local_path
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place
from coproduce.spaces.queries import has_described, member_in
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


@require_http_methods(["GET", "POST"])
def agreements(request: HttpRequest, slug: str) -> HttpResponse:
    """Read what is asked, use by use, and say yes or no to each."""
    place = member_place(request, slug)
    return _ask(request, place, place.person, {"is_joining": "joining" in request.GET, "is_own": True})


@require_http_methods(["GET", "POST"])
def agreements_for(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A facilitator writes down what an assisted member (``pk``: their membership) answered."""
    place = member_place(request, slug)
    membership = member_in(place.space, pk)
    if not (place.is_facilitator and membership.person.is_assisted):
        raise NotHere
    return _ask(request, place, membership.person, {"is_joining": False, "is_own": False})


def _ask(request: HttpRequest, place: Place, whose: Person, context: dict[str, Any]) -> HttpResponse:
    following = local_path(request.GET.get("next", ""))
    form = form_for(request, AgreementsForm, questions=questions_for(whose, place.space), initial={"next": following})
    if request.method == "POST" and form.is_valid():
        answer = send_once(request, form, lambda: _answer(place, whose, form, context["is_joining"]))
        messages.success(request, _("Your answers are kept. You can change them on any day."))
        return answer
    earlier = list(earlier_agreements(whose, place.space)[:50])
    shown = {"form": form, "whose": whose, "earlier": earlier, **context}
    status = 422 if form.errors else 200
    return page(request, "consent/agreements.html", shown, space=place.space, status=status)


def _answer(place: Place, whose: Person, form: AgreementsForm, is_joining: bool) -> str:
    """Where it leads: back to what they came for; or to saying where they speak from; or into the space."""
    answer_agreements(actor=place.person, space=place.space, person=whose, **form.fields_for_action())
    following = local_path(form.cleaned_data["next"])
    slug = place.space.slug
    if following:
        return following
    if whose.pk != place.person.pk:
        return reverse("spaces:members", args=[slug])
    if not has_described(place.membership):
        return reverse("spaces:describe", args=[slug])
    return reverse("spaces:space" if is_joining else "spaces:my_place", args=[slug])
