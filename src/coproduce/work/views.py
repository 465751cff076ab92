"""The page that says how far a piece of work is. It may be left and come back to."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_POST, require_safe

from coproduce.errors import SignInNeeded
from coproduce.history.sending import send_once
from coproduce.spaces.access import space_for
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page
from coproduce.work.actions import stop_piece
from coproduce.work.forms import StopForm
from coproduce.work.models import Piece
from coproduce.work.queries import piece_for
from coproduce.work.sentences import how_far


def _piece(request: HttpRequest, pk: UUID) -> Piece:
    person = getattr(request, "person", None)
    if person is None:
        raise SignInNeeded
    return piece_for(person, pk)


@require_safe
def piece(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far it is. Without JavaScript the page is fetched again by itself; with it only the sentence changes."""
    found = _piece(request, pk)
    space = space_for(request, found.space.slug).space if found.space is not None else None
    context = {"piece": found, "how_far": how_far(found), "form": form_for(request, StopForm)}
    return page(request, "work/piece.html", context, space=space)


@require_safe
def so_far(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The sentence alone, for the page that is open: ``{"words": …, "goes_on": true}``."""
    found = _piece(request, pk)
    answer = JsonResponse({"words": how_far(found), "goes_on": found.goes_on})
    answer["Cache-Control"] = "no-store"
    return answer


@require_POST
def stop(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop it, and back to its page."""
    found = _piece(request, pk)
    form = form_for(request, StopForm)
    if not form.is_valid():
        return page(request, "work/piece.html", {"piece": found, "how_far": how_far(found), "form": form}, status=422)
    return send_once(request, form, lambda: stop_piece(actor=request.person, piece=found))  # type: ignore[attr-defined]
