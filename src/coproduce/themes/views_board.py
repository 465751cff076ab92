"""The board of themes: words are moved between them by dragging, or by ticking and choosing where to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import visible_contributions
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place
from coproduce.themes import actions, queries
from coproduce.themes.forms import MoveBackForm, MoveForm
from coproduce.themes.models import Theme
from coproduce.themes.queries.board import Column, board_of, column_of
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

MOVED_AT_MOST = 100


@require_http_methods(["GET", "POST"])
def board(request: HttpRequest, slug: str) -> HttpResponse:
    """Themes as columns. ``?from=`` the columns, ``?column=`` and ``?start=`` one of them, ``?whose=mine``."""
    place = member_place(request, slug)
    mine = request.GET.get("whose") == "mine"
    columns, themes, rest = _columns(request, place, mine=mine)
    form = form_for(request, MoveForm, themes=themes)
    if request.method == "POST" and form.is_valid():
        try:
            return send_once(request, form, lambda: _move(request, place, form.cleaned_data))
        except NotAllowed as refused:
            form.add_error(None, str(refused))
    context = {
        "form": form,
        "columns": columns,
        "one": "column" in request.GET,
        "mine": mine,
        "from": _number(request, "from"),
        "rest": rest,
        "ticked": set(request.POST.getlist("card")),
        "back": MoveBackForm(initial={"at": request.GET["moved"]}) if "moved" in request.GET else None,
    }
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "themes/board.html", context, space=place.space, place="themes", status=status)


def _number(request: HttpRequest, name: str) -> int:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isdecimal() and len(typed) < 7 else 0


def _columns(request: HttpRequest, place: Place, *, mine: bool) -> tuple[list[Column], Sequence[Theme], int]:
    """(the columns to draw, all themes to choose from, where the next columns begin)."""
    key = request.GET.get("column", "")
    if key:
        theme = None if key == "none" else queries.theme_in(place, _key(key))
        return [column_of(place, theme, start=_number(request, "start"), mine=mine)], queries.open_themes(place), 0
    loose, columns, themes, rest = board_of(place, first=_number(request, "from"), mine=mine)
    return [loose, *columns], themes, rest


def _key(typed: str) -> UUID:
    try:
        return UUID(typed)
    except ValueError:
        raise NotHere from None


def _move(request: HttpRequest, place: Place, filled: dict[str, Any]) -> str:
    """Where it leads: the board as it was looked at, which can put the words back."""
    cards = _cards(place, request.POST.getlist("card")[:MOVED_AT_MOST])
    at = actions.move_links(actor=place.person, space=place.space, cards=cards, to=filled["theme"], why=filled["why"])
    kept = {name: request.GET[name] for name in ("from", "whose", "column") if name in request.GET}
    return f"{reverse('themes:board', args=[place.space.slug])}?{urlencode({**kept, 'moved': at.isoformat()})}"


def _cards(place: Place, typed: Sequence[str]) -> list[tuple[Contribution, Theme | None]]:
    """What was ticked: words, and the theme they are in. ``NotHere`` for what is not in this space. Two queries."""
    pairs = [one.partition(" ")[::2] for one in typed]
    words = {str(one.pk): one for one in visible_contributions(place).filter(pk__in=[_key(key) for key, _in in pairs])}
    wanted = [_key(theme) for _words, theme in pairs if theme != "none"]
    themes = {str(one.pk): one for one in Theme.objects.filter(space=place.space, pk__in=wanted)}
    try:
        return [(words[key], None if theme == "none" else themes[theme]) for key, theme in pairs]
    except KeyError:
        raise NotHere(_("Some of these words are not there any more. Look at the board again.")) from None


@require_http_methods(["POST"])
def move_back(request: HttpRequest, slug: str) -> HttpResponse:
    """Put back what was just moved."""
    place = member_place(request, slug)
    form = form_for(request, MoveBackForm)
    board_url = reverse("themes:board", args=[slug])
    if not form.is_valid():
        raise NotHere
    at: datetime = form.cleaned_data["at"]

    def put_back() -> str:
        actions.undo_move(actor=place.person, space=place.space, at=at)
        return board_url

    return send_once(request, form, put_back)
