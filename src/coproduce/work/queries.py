"""Pieces of work as far as somebody may look at them."""

from uuid import UUID

from django.db.models import Q

from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import membership_of
from coproduce.spaces.models import Space
from coproduce.work.models import GOING_ON, Piece


def piece_for(person: Person, pk: UUID) -> Piece:
    """A piece of work with its space, for whoever asked for it or, where it is shared, any member of its space.

    Somebody who has left the space does not find it. Raises ``NotHere``. Two queries.
    """
    piece = Piece.objects.select_related("space").filter(Q(asked_by=person) | Q(shared=True), pk=pk).first()
    if piece is None:
        raise NotHere
    if piece.space_id is not None and membership_of(person, piece.space_id) is None:
        raise NotHere
    if piece.space_id is None and piece.asked_by_id != person.pk:
        raise NotHere
    return piece


def going_on(space: Space, kind: str) -> Piece | None:
    """The piece of this kind that waits or runs for a space, if there is one. One query."""
    return Piece.objects.filter(space=space, kind=kind, state__in=GOING_ON).order_by("-asked_at").first()
