"""What the views of this app begin and end with."""

from typing import Any, TypeVar
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from coproduce.contributions.queries import assisted_members
from coproduce.decisions import actions, queries
from coproduce.decisions.forms.pieces import SaysWithName
from coproduce.decisions.models import Proposal, ProposalState
from coproduce.deliberation.queries import ways_of_people
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

F = TypeVar("F", bound=SaysWithName)


def open_proposal(request: HttpRequest, place: Place, pk: UUID) -> Proposal:
    """An open proposal. What is sent is left to the action to refuse, so that sending twice does what once does."""
    found = queries.proposal_in(place, pk)
    if found.state != ProposalState.OPEN and request.method != "POST":
        raise actions.DecidedAlready
    return found


def own_proposal(
    request: HttpRequest, place: Place, pk: UUID, *, or_facilitator: bool = False, or_left: bool = False
) -> Proposal:
    """An open proposal that this person carries.

    or_facilitator: to look after the space is enough; or_left: it is where whoever carries it has left.
    """
    found = open_proposal(request, place, pk)
    is_own = place.person is not None and found.proposed_by_id == place.person.pk
    may_help = or_facilitator or (or_left and queries.is_left_behind(found))
    if not is_own and not (place.is_facilitator and may_help) and request.method != "POST":
        raise NotHere
    return found


def speaking_for(place: Place, person: Person) -> dict[str, Any]:
    """Who speaks, and for whom else a facilitator can write it down: what ``for_somebody.html`` shows."""
    return {
        "speaker": person,
        "is_own": person == place.person,
        "assisted": assisted_members(place.space) if place.is_facilitator else [],
    }


def named_form(request: HttpRequest, form_class: type[F], place: Place, person: Person, **kwargs: Any) -> F:
    """The sheet on which this person, or a facilitator for them, says something with the name they choose."""
    ways = ways_of_people(place.space, [person.pk], shown_only=True).get(person.pk, "")
    return form_for(request, form_class, person=person, ways=ways, own=person == place.person, **kwargs)


def sheet(request: HttpRequest, template: str, context: dict[str, Any], place: Place) -> HttpResponse:
    """A page with a form, which says so when it was refused."""
    status = 422 if context["form"].errors else 200
    return page(request, template, context, space=place.space, place="decisions", status=status)
