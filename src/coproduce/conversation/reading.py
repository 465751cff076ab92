"""Pages of what lies below, as one reader arranged them: the list of what was brought, and the page of a theme.

They are drawn by their own apps and stand here because only here it is known what a reader asked not to see.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from coproduce.contributions import views as brought
from coproduce.conversation.folding import folded_for
from coproduce.conversation.forms import ButtonForm
from coproduce.conversation.queries import is_following
from coproduce.spaces.access import Place
from coproduce.themes import views as themes
from coproduce.themes.models import Theme


def contributions(request: HttpRequest, slug: str) -> HttpResponse:
    """What was brought."""
    return brought.contributions(request, slug, folding=folded_for)


def theme(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One theme, with a button to follow it and a way to fold it away."""
    return themes.theme(request, slug, pk, quietly=_theme_quietly, template="conversation/theme.html")


def _theme_quietly(place: Place, theme: Theme, contributions: list[UUID]) -> dict[str, Any]:
    """Two queries more for members who asked for nothing; none for visitors."""
    if not place.is_member:
        return {"quiet": ()}
    return {
        "quiet": folded_for(place, contributions),
        "is_followed": is_following(place, theme.pk),
        "button": ButtonForm(),
    }
