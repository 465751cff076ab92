"""Pages of walls: in a room, on phones, on a projector and on paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.contributions.models import Contribution
from coproduce.contributions.recognised import few_here
from coproduce.errors import NotAllowed, NotHere, SignInNeeded
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import LinkClosed, Place, member_place, membership_of
from coproduce.themes.models import Theme, ThemeState
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page
from coproduce.walls import actions, drawing, queries
from coproduce.walls.forms import (
    NEW_GROUP,
    NO_GROUP,
    CardForm,
    CodeForm,
    ConfirmForm,
    GroupForm,
    MoveForm,
    OpenForm,
    SharedCardForm,
    ThemeForm,
)
from coproduce.walls.models import Wall

THEMES_OFFERED = 200


# ── reading ──────────────────────────────────────────────────────────────────────────────────────


@require_safe
def wall(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The wall on a phone or at a desk: the groups, the cards in none, and what one can do with them."""
    place = member_place(request, slug)
    found, gathering = queries.wall_or_gathering(place.space, pk)
    context: dict[str, Any] = {"gathering": gathering, "wall": found, "place_here": place}
    if found is None:
        return page(request, "walls/no_wall.html", context, space=place.space, place="question")
    stamp = queries.stamp_of(slug, pk, place.person) or 0
    hung = queries.hung_on(place, found)
    context |= {
        "hung": hung,
        "groups": hung.groups,
        "waiting": queries.waiting_for(place),
        "stamp": _etag(found.pk, stamp),
        "form": form_for(request, MoveForm, groups=[held.group for held in hung.groups], auto_id=False),
    }
    return page(request, "walls/wall.html", context, space=place.space, place="question")


def _etag(pk: UUID, stamp: int) -> str:
    return f'"{pk.hex[-12:]}-{stamp}-{get_language()}"'


@require_safe
def projector(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The wall for a projector. Asked again every few seconds, and answered 304 where nothing has happened."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise SignInNeeded
    stamp = queries.stamp_of(slug, pk, person)
    if stamp is None:
        member_place(request, slug)
        raise NotHere
    etag = _etag(pk, stamp)
    if request.headers.get("If-None-Match") == etag:
        return HttpResponse(status=304, headers={"ETag": etag})
    place = member_place(request, slug)
    found = queries.wall_of(place.space, pk)
    address = request.build_absolute_uri(reverse("walls:come", args=[found.code]))
    context = {
        "wall": found,
        "gathering": found.gathering,
        "shown": drawing.for_projector(queries.hung_on(place, found)),
        "square": drawing.square(address) if found.is_open else "",
        "by_hand": request.get_host() + reverse("walls:type_code"),
        "etag": etag,
    }
    response = page(request, "walls/projector.html", context, space=place.space)
    response["ETag"] = etag
    return response


@require_safe
def paper(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The wall as cards to print and cut; with ``?blank`` cards to write on with a pen, with the code."""
    place = member_place(request, slug)
    found = queries.wall_of(place.space, pk)
    is_blank = "blank" in request.GET
    context = {
        "wall": found,
        "gathering": found.gathering,
        "is_blank": is_blank,
        "blanks": range(6),
        "hung": None if is_blank else queries.hung_on(place, found),
        "by_hand": request.get_host() + reverse("walls:type_code"),
    }
    return page(request, "walls/paper.html", context, space=place.space)


# ── opening and closing ──────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Open a wall, or open it again."""
    place = _facilitator_place(request, slug)
    found, gathering = queries.wall_or_gathering(place.space, pk)
    form = form_for(request, OpenForm)
    if request.method == "POST" and form.is_valid():
        lets_in = form.cleaned_data["lets_in"]
        return send_once(
            request, form, lambda: actions.open_wall(actor=place.person, gathering=gathering, lets_in=lets_in)
        )
    return _sheet(request, "walls/open.html", {"form": form, "gathering": gathering, "wall": found}, place)


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Close the wall: it stays to be read."""
    place = _facilitator_place(request, slug)
    found = queries.wall_of(place.space, pk)
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: actions.close_wall(actor=place.person, wall=found))
    return _sheet(request, "walls/close.html", {"form": form, "gathering": found.gathering, "wall": found}, place)


# ── cards ────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def type_code(request: HttpRequest) -> HttpResponse:
    """Type the code that stands on the wall."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        found = queries.wall_by_code(form.cleaned_data["code"])
        if found is not None:
            return redirect("walls:come", code=found.code)
        form.add_error("code", _("We do not know this code. Look at it once more; 0 and O, 1 and I are never in one."))
    return page(request, "walls/type_code.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def come(request: HttpRequest, code: str) -> HttpResponse:
    """Where the code leads: members to a card, anyone else to a card that waits until they have said who they are."""
    found = queries.wall_by_code(code)
    if found is None:
        raise NotHere
    person: Person | None = getattr(request, "person", None)
    if membership_of(person, found.gathering.space_id) is not None:
        return redirect("walls:card", slug=found.gathering.space.slug, pk=found.gathering_id)
    if not (found.is_open and found.way_in.is_open):
        raise LinkClosed
    form = form_for(request, CardForm, person=person)
    if request.method == "POST" and form.is_valid():
        said = form.fields_for_action()
        return send_once(
            request,
            form,
            lambda: _way_to_kept(person, actions.keep_card_of_newcomer(actor=person, wall=found, **said).token),
        )
    context = {"form": form, "wall": found, "gathering": found.gathering}
    return page(request, "walls/come.html", context, status=422 if form.errors else 200)


def _way_to_kept(person: Person | None, token: str) -> str:
    kept_at = reverse("contributions:kept", args=[token])
    return kept_at if person is not None else f"{reverse('people:sign_in')}?{urlencode({'next': kept_at})}"


@require_http_methods(["GET", "POST"])
def card(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Write a card. How somebody knows, and how their name appears, is as on their card before."""
    place = member_place(request, slug)
    found = queries.wall_of(place.space, pk)
    ways, attribution = queries.last_choice(place, found)
    few = few_here(place.space, found.gathering)
    form = form_for(request, CardForm, person=place.person, ways=ways, few=few, initial={"attribution": attribution})
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _written(request, place, found, form))
    context = {"form": form, "wall": found, "gathering": found.gathering, "place_here": place}
    return _sheet(request, "walls/card.html", context | {"waiting": queries.waiting_for(place)}, place)


def _written(request: HttpRequest, place: Place, found: Wall, form: CardForm) -> str:
    actions.write_card(actor=place.person, wall=found, **form.fields_for_action())
    messages.success(request, _("Your card hangs on the wall. Here is an empty one."))
    return reverse("walls:card", args=[place.space.slug, found.gathering_id])


@require_http_methods(["GET", "POST"])
def pass_round(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One phone that is passed round: each card asks whose words it holds."""
    place = _facilitator_place(request, slug)
    found = queries.wall_of(place.space, pk)
    form = form_for(request, SharedCardForm, people=queries.people_here(place.space), own=place.person)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _passed_on(request, place, found, form))
    return _sheet(request, "walls/pass_round.html", {"form": form, "wall": found, "gathering": found.gathering}, place)


def _passed_on(request: HttpRequest, place: Place, found: Wall, form: SharedCardForm) -> str:
    whose, said = form.person_chosen(), form.fields_for_action()
    if whose.is_assisted:
        actions.write_card(actor=place.person, wall=found, author=whose, **said)
        messages.success(request, _("The card hangs on the wall. Please pass the phone on."))
    else:
        actions.keep_card_for(actor=place.person, wall=found, person=whose, **said)
        messages.success(
            request,
            _("The card is kept for %(name)s. It hangs as soon as they say yes, signed in as themselves. Pass it on.")
            % {"name": whose.chosen_name},
        )
    return reverse("walls:pass_round", args=[place.space.slug, found.gathering_id])


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, slug: str, pk: UUID, card_pk: UUID) -> HttpResponse:
    """Move a card to a group. If somebody else moved it meanwhile, it says where it went and asks again."""
    place = member_place(request, slug)
    found = queries.wall_of(place.space, pk)
    one, groups = queries.card_on(place, found, card_pk), queries.groups_of(found)
    here = {"to": str(one.group or NO_GROUP), "version": one.version}
    form = form_for(request, MoveForm, groups=groups, initial=here)
    context = {"wall": found, "gathering": found.gathering, "card": one, "lost": None}
    if request.method == "POST" and form.is_valid():
        try:
            return send_once(request, form, lambda: _moved(place, found, one, form))
        except actions.MovedMeanwhile as lost:  # not a refusal: the same sheet asks once more
            wanted = {"to": form.cleaned_data["to"], "name": form.cleaned_data["name"]}
            form = MoveForm(groups=groups, initial={**wanted, "version": lost.hangs.version if lost.hangs else 0})
            context |= {"form": form, "lost": lost}
            return page(request, "walls/move.html", context, space=place.space, place="question", status=409)
    return _sheet(request, "walls/move.html", context | {"form": form}, place)


def _moved(place: Place, found: Wall, one: queries.Card, form: MoveForm) -> str:
    to = form.cleaned_data["to"]
    group = form.groups.get(to)
    if to == NEW_GROUP:
        group = actions.start_group(actor=place.person, wall=found, name=form.cleaned_data["name"])
    actions.move_card(
        actor=place.person,
        wall=found,
        contribution=Contribution.objects.get(pk=one.pk),
        group=group,
        version=form.cleaned_data["version"],
    )
    return f"{reverse('walls:wall', args=[place.space.slug, found.gathering_id])}#card-{one.pk}"


# ── groups ───────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Start a group."""
    place = member_place(request, slug)
    found = queries.wall_of(place.space, pk)
    form = form_for(request, GroupForm)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        return send_once(request, form, lambda: actions.start_group(actor=place.person, wall=found, name=name))
    return _sheet(request, "walls/group.html", {"form": form, "wall": found, "gathering": found.gathering}, place)


@require_http_methods(["GET", "POST"])
def rename(request: HttpRequest, slug: str, pk: UUID, group_pk: UUID) -> HttpResponse:
    """Call a group otherwise, or take its name down."""
    place = member_place(request, slug)
    found = queries.wall_of(place.space, pk)
    held = queries.group_of(found, group_pk)
    form = form_for(request, GroupForm, initial={"name": held.name})
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        return send_once(
            request,
            form,
            lambda: actions.rename_group(actor=place.person, group=held, name=name),
        )
    context = {"form": form, "wall": found, "gathering": found.gathering, "group": held}
    return _sheet(request, "walls/group.html", context, place)


@require_http_methods(["GET", "POST"])
def take_down(request: HttpRequest, slug: str, pk: UUID, group_pk: UUID) -> HttpResponse:
    """Take a group's name down: its cards are in no group again."""
    place = member_place(request, slug)
    found = queries.wall_of(place.space, pk)
    held = queries.group_of(found, group_pk)
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: actions.take_down_group(actor=place.person, group=held))
    context = {"form": form, "wall": found, "gathering": found.gathering, "group": held}
    return _sheet(request, "walls/take_down.html", context, place)


@require_http_methods(["GET", "POST"])
def theme(request: HttpRequest, slug: str, pk: UUID, group_pk: UUID) -> HttpResponse:
    """Make a theme of a group, or put its cards with one that is there."""
    place = member_place(request, slug)
    found = queries.wall_of(place.space, pk)
    held = queries.group_of(found, group_pk)
    themes = list(Theme.objects.filter(space=place.space, state=ThemeState.OPEN).order_by("name")[:THEMES_OFFERED])
    begun = {"name": held.name, "theme": str(held.theme_id or "")}
    form = form_for(request, ThemeForm, themes=themes, initial=begun)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _into_theme(place, held, form))
    words = queries.words_in(place, found, held)
    context = {"form": form, "wall": found, "gathering": found.gathering, "group": held, "words": words}
    return _sheet(request, "walls/theme.html", context, place)


def _into_theme(place: Place, held: Any, form: ThemeForm) -> Theme:
    chosen, why = form.themes.get(form.cleaned_data["theme"]), form.cleaned_data["why"]
    if chosen is not None:
        return actions.add_to_theme(actor=place.person, group=held, theme=chosen, why=why)
    return actions.make_theme_of(actor=place.person, group=held, name=form.cleaned_data["name"].strip(), why=why)


# ── what these pages share ───────────────────────────────────────────────────────────────────────


def _sheet(request: HttpRequest, template: str, context: dict[str, Any], place: Place) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page(request, template, context, space=place.space, place="question", status=status)


def _facilitator_place(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    if not place.is_facilitator:
        raise NotAllowed(_("This is for the people who look after this space. Ask one of them to do it with you."))
    return place
