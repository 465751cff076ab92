"""What the pages of care share."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from coproduce.care.queries.people import looks_after_worries
from coproduce.contributions.queries import assisted_members
from coproduce.errors import NotAllowed
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place
from coproduce.ui.pages import page


def sheet(
    request: HttpRequest, name: str, context: dict[str, Any], place: Place, where: str = "question"
) -> HttpResponse:
    """A page of care; with a form that was refused it answers 422."""
    form = context.get("form")
    status = 422 if form is not None and form.errors else 200
    filled = {"place_here": place, **context}
    return page(request, f"care/{name}.html", filled, space=place.space, place=where, status=status)


def trusted_place(request: HttpRequest, slug: str) -> Place:
    """A place for those who look after worries; other members are told so (``NotAllowed``)."""
    place = member_place(request, slug)
    if not looks_after_worries(place):
        raise NotAllowed(_("This is for those who look after worries here. Tell them that something is wrong."))
    return place


def helped_by(place: Place) -> list[Person]:
    """For whom this person may speak: assisted members, if they facilitate."""
    return assisted_members(place.space) if place.is_facilitator else []


def names(people: list[Person]) -> str:
    """The names of people as they stand in a sentence; "" for nobody."""
    return str(get_text_list([one.chosen_name for one in people], _("and")))


def identifier(typed: str) -> UUID | None:
    """An identifier from an address, or None for what is none."""
    try:
        return UUID(typed)
    except ValueError:
        return None
