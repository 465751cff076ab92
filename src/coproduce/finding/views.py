"""Finding words again."""

from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coproduce import clock
from coproduce.contributions.models import ContributionState
from coproduce.contributions.queries import contribution_in
from coproduce.errors import NotHere
from coproduce.finding.alike import alike as alike_to
from coproduce.finding.asking import LETTERS_AT_MOST
from coproduce.finding.forms import FindForm, years_until
from coproduce.finding.queries import Asked, found_in, spaces_of, standpoints_offered, themes_offered
from coproduce.people.models import Person
from coproduce.spaces.access import Place, membership_of, space_for
from coproduce.ui.pages import page

PAGES_AT_MOST = 50


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Look for words in one space (``in``, its slug) or in all spaces of whoever asks."""
    slug = request.GET.get("in", "")
    here = space_for(request, slug) if slug else None
    person: Person | None = getattr(request, "person", None)
    form = _form(request, here)
    asked = form.asked() if form.is_bound else Asked("")
    number = _page(request)
    results = found_in([here] if here else _places(person), asked, page=number)
    context = {
        "form": form,
        "asked": asked,
        "results": results,
        "here": here,
        "slug": slug,
        "earlier": _address(request, number - 1) if number else "",
        "later": _address(request, number + 1) if results.more and number + 1 < PAGES_AT_MOST else "",
        "anywhere": _address(request, 0, without="in") if here and person else "",
        "unchosen": "?" + urlencode({"q": asked.words[:LETTERS_AT_MOST]} | ({"in": slug} if slug else {})),
    }
    return page(request, "finding/find.html", context, space=here.space if here else None, place="")


@require_safe
def alike(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """What others said that is like these words."""
    place = space_for(request, slug)
    contribution = contribution_in(place, pk)
    if contribution.state != ContributionState.VISIBLE:
        raise NotHere(_("These words were taken back or put out of sight."))
    found = alike_to(place, contribution)
    context = {"contribution": contribution, "found": found}
    return page(request, "finding/alike.html", context, space=place.space, place="brought")


def _form(request: HttpRequest, here: Place | None) -> FindForm:
    offered = {"themes": themes_offered(here), "standpoints": standpoints_offered(here)} if here else {}
    return FindForm(request.GET or None, years=years_until(clock.today()), **offered)


def _places(person: Person | None) -> list[Place]:
    if person is None:
        return []
    return [Place(space, person, membership_of(person, space.pk)) for space in spaces_of(person)]


def _page(request: HttpRequest) -> int:
    given = request.GET.get("page", "")
    return min(int(given), PAGES_AT_MOST) if given.isascii() and given.isdigit() and len(given) < 4 else 0


def _address(request: HttpRequest, number: int, *, without: str = "page") -> str:
    given = request.GET.items()
    kept = {name: value[:LETTERS_AT_MOST] for name, value in given if value and name not in ("page", without)}
    return "?" + urlencode(kept | ({"page": str(number)} if number else {}))
