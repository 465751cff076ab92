"""Asking the computer to look."""

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space
from coproduce.suggestions.working import KIND, look_for_suggestions
from coproduce.work.actions import begin_piece
from coproduce.work.models import Piece


@transaction.atomic
def ask_for_suggestions(*, actor: Person, space: Space) -> Piece:
    """Let the computer look at what was said, in the background. Asked again meanwhile, it is the same piece."""
    require_member(actor, space)
    piece, is_new = begin_piece(
        actor=actor,
        space=space,
        kind=KIND,
        name=_("Looking at what was said, for suggestions"),
        task=look_for_suggestions,
        key=f"{KIND} {space.pk}",
        shared=True,
        leads_to=reverse("suggestions:suggestions", args=[space.slug]),
    )
    if is_new:
        record("suggestions asked for", actor=actor, space=space, subject=piece)
    return piece
