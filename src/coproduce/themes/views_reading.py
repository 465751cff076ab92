"""Reading one contribution and putting its passages with themes, one after the other."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import known_as, standpoints_of, visible_contributions
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place
from coproduce.themes import actions, queries
from coproduce.themes.forms import MarkForm
from coproduce.themes.models import ThemeLink
from coproduce.themes.passages import for_reading
from coproduce.themes.queries.coding import next_to_read, themes_used_lately
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


@require_http_methods(["GET", "POST"])
def read(request: HttpRequest, slug: str, contribution: UUID) -> HttpResponse:
    """The words, large, with every mark in them; a passage is chosen and put with a theme, and the page stays."""
    place = member_place(request, slug)
    words = _words(place, contribution)
    themes = queries.open_themes(place)
    form = form_for(request, MarkForm, contribution=words, themes=themes)
    if request.method == "POST" and form.is_valid():
        try:
            return send_once(request, form, lambda: _mark(place, words, form.cleaned_data))
        except actions.NameTaken as taken:
            form.add_error("new_name", str(taken))
    marks = queries.marks_on(place, words, queries.links_of([words.pk]))
    passages = sorted((mark for mark in marks if mark.where), key=lambda mark: mark.where)
    spoken = standpoints_of(place.space, [words.author_id])
    context = {
        "form": form,
        "place_here": place,
        "contribution": words,
        "known": known_as(words.author_id, words.attribution, words.ways, spoken),
        "words": for_reading(words.words, [mark.where for mark in passages]),
        "passages": passages,
        "others": [mark for mark in marks if not mark.where],
        "lately": themes_used_lately(place.person, themes),
        "may_mark": words.use_ended_at is None,
    }
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "themes/read.html", context, space=place.space, place="themes", status=status)


def _words(place: Place, pk: UUID) -> Contribution:
    found = visible_contributions(place).filter(pk=pk).first()
    if found is None:
        raise NotHere
    return found


def _mark(place: Place, words: Contribution, filled: dict[str, Any]) -> str:
    """Where it leads: to the mark on the same page, or to the next words."""
    passage, why = filled["stretch"], filled["why"]
    if filled["theme"]:
        link = actions.link_contribution(
            actor=place.person, theme=filled["theme"], contribution=words, passage=passage, why=why
        )
    else:
        named = actions.name_theme(
            actor=place.person,
            space=place.space,
            name=filled["new_name"],
            contributions=[words],
            passages={words.pk: passage} if passage else {},
            why=why,
        )
        link = ThemeLink.objects.get(theme=named)
    if filled["onward"]:
        return f"{reverse('themes:next_to_read', args=[place.space.slug])}?after={words.pk}"
    return f"{reverse('themes:read', args=[place.space.slug, words.pk])}#mark-{link.pk}"


@require_safe
def next_words(request: HttpRequest, slug: str) -> HttpResponse:
    """Leads to the words said next that nobody put with a theme; at the end of them says so."""
    place = member_place(request, slug)
    typed = request.GET.get("after", "")
    try:
        after = visible_contributions(place).filter(pk=UUID(typed)).first() if typed else None
    except ValueError:
        after = None
    found = next_to_read(place, after)
    if found is not None:
        return HttpResponseRedirect(reverse("themes:read", args=[slug, found]))
    again = after is not None and next_to_read(place, None) is not None
    return page(request, "themes/all_read.html", {"again": again}, space=place.space, place="themes")
