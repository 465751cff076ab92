"""Pages of themes."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import brought_in, visible_contributions
from coproduce.contributions.sentences import sources_gone
from coproduce.contributions.use import UseEnded, is_usable, usable
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.themes import actions, queries
from coproduce.themes.forms import EndLinkForm, LinkForm, MergeForm, NameThemeForm, RenameForm, SplitForm
from coproduce.themes.models import Origin, Theme, ThemeLink, ThemeState
from coproduce.themes.passages import marked
from coproduce.themes.tree import in_tree
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page
from coproduce.ui.pictures.cloth import Cloth, cloth

Quietly = Callable[[Place, Theme, list[UUID]], dict[str, Any]]

OFFERED_AT_FIRST = 8
FOUND_AT_MOST = 40
LOOKING = ("more", "look")
"""What the buttons say that show all of the newest, or look for a word; any other ``go`` is a place in the list."""
TICKED_AT_MOST = 200


def nothing_quiet(_place: Place, _theme: Theme, _contributions: list[UUID]) -> dict[str, Any]:
    """For a page that nobody arranged for themselves."""
    return {"quiet": ()}


@require_safe
def themes(request: HttpRequest, slug: str) -> HttpResponse:
    """The themes, each as a piece of cloth."""
    place = space_for(request, slug)
    start = _start(request)
    rows = queries.themes_in(place, start=start, limit=queries.THEMES_ON_A_PAGE + 1)
    shown = rows[: queries.THEMES_ON_A_PAGE]
    context = {
        "place_here": place,
        "rows": _in_order(shown),
        "rest": start + len(shown) if len(rows) > len(shown) else 0,
        "start": start,
    }
    return page(request, "themes/themes.html", context, space=place.space, place="themes")


def _in_order(rows: list[queries.ThemeRow]) -> list[tuple[queries.ThemeRow, str, int]]:
    """Each row with its picture and how deep it stands, those under a theme after it."""
    by_key = {row.theme.pk: row for row in rows}
    placed = in_tree(row.theme for row in rows)
    return [(by_key[theme.pk], _cloth_of(by_key[theme.pk]), depth) for theme, depth in placed]


def _cloth_of(row: queries.ThemeRow) -> str:
    theme = row.theme
    return cloth(Cloth(f"t{theme.pk.hex}", theme.name, row.threads, arose=theme.origin == Origin.EMERGED))


@require_safe
def theme(
    request: HttpRequest, slug: str, pk: UUID, quietly: Quietly = nothing_quiet, template: str = "themes/theme.html"
) -> HttpResponse:
    """One theme: the words in it, who put them there and why, where it came from, and what was done to it.

    quietly: what its reader arranged for themselves, as more for the page, such as ``quiet``: what is folded for them.
    """
    place = space_for(request, slug)
    found = queries.theme_in(place, pk)
    start = _start(request)
    words = queries.words_in(place, found, start=start)
    shown = words[: queries.WORDS_ON_A_PAGE]
    row = queries.row_of(place, found)
    context = {
        "theme": found,
        "place_here": place,
        "row": row,
        "cloth": _cloth_of(row),
        "words_in": shown,
        "rest": start + len(shown) if len(words) > len(shown) else 0,
        "start": start,
        "changes": queries.history_of(found),
        "gone": sources_gone(queries.gone_from(found)),
        "proposer": queries.maker_name(place, found.proposed_by),
        "is_open": found.state == ThemeState.OPEN,
        **quietly(place, found, [each.contribution.pk for each in shown]),
    }
    return page(request, template, context, space=place.space, place="themes")


@require_http_methods(["GET", "POST"])
def name_theme(request: HttpRequest, slug: str) -> HttpResponse:
    """Name a theme from several contributions. Turning the page (``go``) keeps what was ticked and typed."""
    place = member_place(request, slug)
    form = _turning(request, NameThemeForm) or form_for(request, NameThemeForm)
    ticked = _ticked(request, usable(place), form)
    if request.method == "POST" and form.is_bound and form.is_valid():
        done = _name_once(request, form, lambda: _name(place, ticked, form)) if ticked else None
        if done is not None:
            return done
        if not ticked:
            form.add_error(None, _("Tick the words that belong to it. One is enough to begin."))
    keys = {contribution.pk for contribution in ticked}
    go = request.POST.get("go", request.GET.get("go", ""))
    listing = brought_in(place, before="" if go in LOOKING else go, to_choose=True)
    rows = [row for _month, rows in listing.months for row in rows if row.pk not in keys]
    find = request.POST.get("find", "").replace("\0", "").strip()[:80]
    found = _holding(place, find, keys) if find else []
    few = not go and len(rows) > OFFERED_AT_FIRST
    context = {
        "form": form,
        "ticked": ticked,
        "find": find,
        "found": found,
        "rows": [] if find else rows[:OFFERED_AT_FIRST] if few else rows,
        "go": "" if find else "more" if few else listing.earlier,
        "few": few,
    }
    return sheet(request, "themes/name_theme.html", context, place)


def _holding(place: Place, find: str, but: set[UUID]) -> list[Contribution]:
    """The newest words that hold what was looked for, beside those that are ticked already."""
    held = usable(place).filter(words__icontains=find).exclude(pk__in=but)
    return list(held.order_by("-said_on", "-id")[:FOUND_AT_MOST])


def _name(place: Place, ticked: list[Contribution], form: NameThemeForm) -> Theme:
    return actions.name_theme(actor=place.person, space=place.space, contributions=ticked, **form.fields_for_action())


@require_http_methods(["GET", "POST"])
def link(request: HttpRequest, slug: str, contribution: UUID) -> HttpResponse:
    """These words, or a passage of them, belong to a theme."""
    place = member_place(request, slug)
    found = visible_contributions(place).filter(pk=contribution).first()
    if found is None:
        raise NotHere
    if not is_usable(found):
        raise UseEnded
    form = form_for(request, LinkForm, contribution=found, themes=queries.open_themes(place))
    if request.method == "POST" and form.is_valid():
        done = _name_once(request, form, lambda: _link(place, found, form.cleaned_data), "new_name")
        if done is not None:
            return done
    context = {"form": form, "contribution": found, "words": marked(found.words)}
    return sheet(request, "themes/link.html", context, place)


def _link(place: Place, contribution: Contribution, filled: dict[str, Any]) -> Theme:
    """Where it leads: the theme."""
    passage, why = filled["stretch"], filled["why"]
    if filled.get("theme"):
        made = actions.link_contribution(
            actor=place.person, theme=filled["theme"], contribution=contribution, passage=passage, why=why
        )
        return made.theme
    return actions.name_theme(
        actor=place.person,
        space=place.space,
        name=filled["new_name"],
        origin=filled["origin"] or Origin.EMERGED,
        contributions=[contribution],
        passages={contribution.pk: passage} if passage else {},
        why=why,
    )


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Call a theme something else."""
    place, found = theme_to_change(request, slug, pk)
    form = form_for(request, RenameForm, initial={"name": found.name, "words": found.words} | as_it_was(found))
    if request.method == "POST" and form.is_valid():
        done = change_once(
            request, form, lambda: actions.rename_theme(actor=place.person, theme=found, **form.fields_for_action())
        )
        if done is not None:
            return done
    return sheet(request, "themes/rename.html", {"form": form, "theme": found}, place)


@require_http_methods(["GET", "POST"])
def merge(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A theme becomes a part of another."""
    place, found = theme_to_change(request, slug, pk)
    others = [each for each in queries.open_themes(place) if each.pk != found.pk]
    form = form_for(request, MergeForm, themes=others, initial=as_it_was(found))
    if request.method == "POST" and form.is_valid():
        filled = {name: form.cleaned_data[name] for name in ("into", "why", "as_it_was")}
        done = change_once(
            request, form, lambda: actions.merge_themes(actor=place.person, theme=found, **filled), "into"
        )
        if done is not None:
            return done
    return sheet(request, "themes/merge.html", {"form": form, "theme": found, "others": others}, place)


@require_http_methods(["GET", "POST"])
def split(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A new theme begins out of this one, with some of its words. Turning the page keeps what was ticked and typed."""
    place, found = theme_to_change(request, slug, pk)
    form = _turning(request, SplitForm) or form_for(request, SplitForm, initial=as_it_was(found))
    ticked = _ticked(request, usable(place), form)
    if request.method == "POST" and form.is_bound and form.is_valid():
        done = change_once(request, form, lambda: _split(place, found, ticked, form)) if ticked else None
        if done is not None:
            return done
        if not ticked:
            form.add_error(None, _("Tick the words that the new theme begins with."))
    start = _start(request)
    words = queries.words_in(place, found, start=start)
    shown = words[: queries.WORDS_ON_A_PAGE]
    keys = {contribution.pk for contribution in ticked}
    context = {
        "form": form,
        "theme": found,
        "ticked": ticked,
        "rows": [row for row in shown if row.contribution.pk not in keys and is_usable(row.contribution)],
        "go": start + len(shown) if len(words) > len(shown) else "",
    }
    return sheet(request, "themes/split.html", context, place)


def _split(place: Place, theme: Theme, ticked: list[Contribution], form: SplitForm) -> Theme:
    links = list(ThemeLink.objects.filter(theme=theme, ended_at=None, contribution__in=ticked))
    return actions.split_theme(actor=place.person, theme=theme, links=links, **form.fields_for_action())


@require_http_methods(["GET", "POST"])
def end_link(request: HttpRequest, slug: str, pk: UUID, link: UUID) -> HttpResponse:
    """Take words out of a theme."""
    place = member_place(request, slug)
    found = queries.theme_in(place, pk)
    held = ThemeLink.objects.select_related("theme__space", "contribution__author").filter(theme=found, pk=link).first()
    if held is None:
        raise NotHere
    form = form_for(request, EndLinkForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _end(request, place, held))
    if not actions.may_end(place.membership, held):
        raise NotAllowed(
            _("Somebody else put these words here, and only they can take them out. You can talk about it.")
        )
    return sheet(request, "themes/end_link.html", {"form": form, "theme": found, "link": held}, place)


def _end(request: HttpRequest, place: Place, link: ThemeLink) -> str:
    """Where it leads: the theme, or the words where they are read."""
    found = actions.end_link(actor=place.person, link=link)
    if request.POST.get("back") == "read":
        return reverse("themes:read", args=[place.space.slug, link.contribution_id])
    return found.get_absolute_url()


# ── what these pages share ───────────────────────────────────────────────────────────────────────


def theme_to_change(request: HttpRequest, slug: str, pk: UUID) -> tuple[Place, Theme]:
    place = member_place(request, slug)
    return place, queries.theme_in(place, pk)


def as_it_was(theme: Theme) -> dict[str, str]:
    """What a sheet that is opened now carries of a theme."""
    return {"as_it_was": actions.as_it_is(theme)}


def change_once(request: HttpRequest, form: Any, act: Callable[[], Any], field: str = "name") -> HttpResponse | None:
    """``send_once``; or None, with all still on the sheet, when it is refused or somebody changed it meanwhile."""
    try:
        return send_once(request, form, act)
    except actions.ChangedMeanwhile as changed:
        form.meanwhile = changed.theme
        form.show_as_it_is(actions.as_it_is(changed.theme))
    except NotAllowed as refused:
        form.add_error(field, str(refused))
    return None


def _start(request: HttpRequest) -> int:
    typed = request.POST.get("go") or request.GET.get("from") or ""
    return int(typed) if typed.isdecimal() and len(typed) < 7 else 0


def _ticked(request: HttpRequest, among: Any, form: Any) -> list[Contribution]:
    """The ticked contributions in the order they were ticked, as far as they are among those that may be.

    ``form``: what was ticked when a session ended comes back in it.
    """
    keys = []
    kept = form.data.getlist("tick") if form.is_bound else []
    for value in (request.POST.getlist("tick") or kept or request.GET.getlist("tick"))[:TICKED_AT_MOST]:
        try:
            keys.append(UUID(value))
        except ValueError:
            continue
    found = {one.pk: one for one in among.filter(pk__in=keys)} if keys else {}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def _turning(request: HttpRequest, form_class: Any) -> Any:
    """When only the page was turned: the form as it was typed, without complaints. Else None."""
    if request.method != "POST" or "go" not in request.POST:
        return None
    return form_class(initial={name: value for name, value in request.POST.items() if name != "key"})


def _name_once(request: HttpRequest, form: Any, act: Callable[[], Theme], field: str = "name") -> HttpResponse | None:
    """``send_once``; or None, with the complaint beside the name, when the name is taken."""
    try:
        return send_once(request, form, act)
    except actions.NameTaken as taken:
        form.add_error(field, str(taken))
        return None


def sheet(request: HttpRequest, template: str, context: dict[str, Any], place: Place) -> HttpResponse:
    """A sheet: 409 when somebody changed the theme meanwhile, 422 when something is to be filled in again."""
    form = context["form"]
    context["meanwhile"] = getattr(form, "meanwhile", None)
    status = 409 if context["meanwhile"] else 422 if form.is_bound and form.errors else 200
    return page(request, template, context, space=place.space, place="themes", status=status)
