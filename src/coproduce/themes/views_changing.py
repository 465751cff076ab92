"""Where a theme stands, its colour, and undoing what was done to it."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.themes import actions, queries
from coproduce.themes.forms import ColourForm, PlaceForm, UndoForm
from coproduce.themes.views import as_it_was, change_once, sheet, theme_to_change
from coproduce.ui.forms import form_for


@require_http_methods(["GET", "POST"])
def place(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Put a theme under another, or on its own."""
    here, found = theme_to_change(request, slug, pk)
    others = [each for each in queries.open_themes(here) if each.pk != found.pk]
    form = form_for(request, PlaceForm, themes=others, initial={"under": found.parent_id} | as_it_was(found))
    if request.method == "POST" and form.is_valid():
        filled = {name: form.cleaned_data[name] for name in ("under", "why", "as_it_was")}
        done = change_once(
            request, form, lambda: actions.place_theme(actor=here.person, theme=found, **filled), "under"
        )
        if done is not None:
            return done
    return sheet(request, "themes/place.html", {"form": form, "theme": found}, here)


@require_http_methods(["GET", "POST"])
def colour(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A small mark of colour beside the theme's name."""
    here, found = theme_to_change(request, slug, pk)
    form = form_for(request, ColourForm, initial={"colour": found.colour} | as_it_was(found))
    if request.method == "POST" and form.is_valid():
        filled = {name: form.cleaned_data[name] for name in ("colour", "as_it_was")}
        done = change_once(request, form, lambda: actions.colour_theme(actor=here.person, theme=found, **filled))
        if done is not None:
            return done
    return sheet(request, "themes/colour_of.html", {"form": form, "theme": found}, here)


@require_http_methods(["GET", "POST"])
def undo(request: HttpRequest, slug: str, pk: UUID, change: UUID) -> HttpResponse:
    """Undo what was done to a theme. What stands in the way is said on the sheet."""
    here, found = theme_to_change(request, slug, pk)
    wanted = next((one for one in queries.history_of(found) if one.pk == change), None)
    if wanted is None:
        raise NotHere
    form, status = form_for(request, UndoForm), 200
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        try:
            return send_once(request, form, lambda: actions.undo_change(actor=here.person, change=wanted, why=why))
        except (actions.InTheWay, actions.NameTaken) as refused:
            form.add_error(None, str(refused))
            status = refused.status
    context = {"form": form, "theme": found, "change": wanted, "place_here": here}
    response = sheet(request, "themes/undo.html", context, here)
    response.status_code = status if status != 200 else response.status_code
    return response
