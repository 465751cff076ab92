"""The letter of a season: what happened, told to somebody who was away, on the page, on paper and in large print."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from coproduce import clock
from coproduce.contributions.queries import assisted_members
from coproduce.conversation.seasons import Season, season_called, season_of
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.reports.queries.letter import letter_of
from coproduce.spaces.access import Place, member_place
from coproduce.ui.pages import page


@require_safe
def newest_letter(request: HttpRequest, slug: str) -> HttpResponse:
    """Leads to the letter of the last whole season, or of the present one where the space is younger."""
    place = member_place(request, slug)
    present = season_of(clock.today())
    opened = season_of(place.space.opened_at.date())
    season = present if opened.first >= present.first else present.before
    return HttpResponseRedirect(reverse("reports:season_letter", args=[slug, season.code]))


@require_safe
def letter(request: HttpRequest, slug: str, code: str) -> HttpResponse:
    """The letter of one season. ``?for=``: as it is printed for an assisted member; ``?large=1``: in large print."""
    place = member_place(request, slug)
    season = season_called(code)
    if season is None or season.first > clock.today():
        raise NotHere
    assisted = assisted_members(place.space) if place.is_facilitator else []
    reader = _reader(request, place, assisted)
    is_own = reader.pk == place.person.pk
    context: dict[str, Any] = {
        "letter": letter_of(place, season, reader),
        "place_here": place,
        "reader": reader,
        "is_own": is_own,
        "is_over": season.last < clock.today(),
        "before": season.before if _was_there(place, season.before) else None,
        "after": season.after if season.after.first <= clock.today() else None,
        "assisted": [one for one in assisted if one.pk != reader.pk],
        "today": clock.today(),
    }
    if "large" in request.GET or not is_own:
        context["large_print"] = True
    return page(request, "reports/letter.html", context, space=place.space, place="question")


def _reader(request: HttpRequest, place: Place, assisted: list[Person]) -> Person:
    """Whom the letter is for. ``NotHere`` for anybody but oneself and, for facilitators, assisted members."""
    named = request.GET.get("for", "")
    if not named and place.person is not None:
        return place.person
    for person in assisted:
        if str(person.pk) == named:
            return person
    raise NotHere


def _was_there(place: Place, season: Season) -> bool:
    return season.last >= place.space.opened_at.date()
