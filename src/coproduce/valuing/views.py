"""What it is worth: side by side, ten tokens, the list, what it means, and where values pull apart."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.contributions.queries import assisted_members
from coproduce.contributions.sentences import typed_again_says
from coproduce.contributions.use import usable
from coproduce.conversation.seasons import season_called
from coproduce.deliberation.actions import add_value as put_on_list
from coproduce.deliberation.forms import WhoseForm
from coproduce.deliberation.models import Value
from coproduce.deliberation.queries import list_of, speaker, ways_of_people
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place, require_facilitator, space_for
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page
from coproduce.valuing import actions, forms
from coproduce.valuing.forms import system_name
from coproduce.valuing.queries import giving, said
from coproduce.valuing.queries import meaning as meant
from coproduce.valuing.queries import tensions as pulling
from coproduce.valuing.shown import worth_of
from coproduce.ways import BY_LETTER, WAYS

WORTH = "views"


def _page(request: HttpRequest, template: str, place: Place, **context: Any) -> HttpResponse:
    form = context.get("form")
    status = 422 if form is not None and form.errors else 200
    context |= {"is_member": place.is_member, "is_facilitator": place.is_facilitator}
    return page(request, f"valuing/{template}.html", context, space=place.space, place=WORTH, status=status)


# ── side by side ─────────────────────────────────────────────────────────────────────────────────


@require_safe
def values(request: HttpRequest, slug: str) -> HttpResponse:
    """What people of each standpoint hold important, how far apart they are, and what has changed."""
    place = space_for(request, slug)
    worth = worth_of(place.space, request.GET.get("season", ""))
    mine = None
    if place.is_member and place.person is not None:
        mine = giving.given_by(place.space, place.person, giving.season_now(), worth.listed)
    words = _with_names(said.said_when_giving(place, season=worth.season.code), worth.listed)
    return _page(
        request,
        "values",
        place,
        season=worth.season,
        seasons=worth.seasons,
        shown=worth.shown,
        changed=worth.changed,
        before=worth.before,
        mine=mine,
        few=words[:FIRST],
        more=words[FIRST:],
        more_said=sum(len(found) for _name, found in words[FIRST:]),
    )


About = list[tuple[str, list[said.Said]]]
"""Words by the name of the value they are about, "" for none."""
FIRST = 2
"""What was said about so many values stands open on a phone as well; the rest is one press away."""


def _with_names(words: list[said.Said], listed: list[Value]) -> About:
    """Words beside the value they are about, in the order of the list; those about none or several come last."""
    by_value: dict[UUID | None, list[said.Said]] = {}
    for each in words:
        by_value.setdefault(each.about, []).append(each)
    shown = [(each.name, by_value[each.pk]) for each in listed if each.pk in by_value and each.held_back_at is None]
    return [*shown, *([("", by_value[None])] if None in by_value else [])]


@require_safe
def how(request: HttpRequest, slug: str) -> HttpResponse:
    """How the numbers are worked out, in plain words and then exactly."""
    return _page(request, "how", space_for(request, slug))


# ── ten tokens ───────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def give(request: HttpRequest, slug: str) -> HttpResponse:
    """Spread ten tokens, or change how they are spread. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    person = speaker(place, request.GET.get("for", ""))
    form = _tokens_form(request, place, person)
    if request.method == "POST" and form.is_valid():
        answered = send_once(request, form, lambda: _give(request, place, person, form))
        actions.count_if_due(actor=None, space=place.space)
        return answered
    return _page(
        request,
        "give",
        place,
        form=form,
        given=form.given,
        speaker=person,
        is_own=person == place.person,
        left=forms.left_says(form.given.total) if form.given.allocation else "",
        assisted=assisted_members(place.space) if place.is_facilitator else [],
    )


def _tokens_form(request: HttpRequest, place: Place, person: Person) -> forms.TokensForm:
    given = giving.as_seen_by(place.person, person, giving.given_by(place.space, person, giving.season_now()))
    ways = ways_of_people(place.space, [person.pk], shown_only=True).get(person.pk, "")
    return form_for(request, forms.TokensForm, given=given, person=person, ways=ways, own=person == place.person)


def _give(request: HttpRequest, place: Place, person: Person, form: forms.TokensForm) -> str:
    given = actions.give_tokens(actor=place.person, space=place.space, person=person, **form.fields_for_action())
    total = form.total()
    if form.given.is_hidden:
        messages.success(request, typed_again_says(is_same=given.checked_by_id is not None))
    else:
        messages.success(request, forms.left_says(total))
    if person != place.person:
        return reverse("valuing:room", args=[place.space.slug])
    return reverse("valuing:values" if total == giving.EACH else "valuing:give", args=[place.space.slug])


@require_safe
def room(request: HttpRequest, slug: str) -> HttpResponse:
    """For those who facilitate: whose sheet to type up next, in a room or from the post. ``?code=``: what is on it."""
    place = member_place(request, slug)
    require_facilitator(place.person, place.space)
    typed, season = request.GET.get("code", ""), giving.season_now()
    if typed and (whose := giving.whose_sheet(place.space, season, typed)):
        return HttpResponseRedirect(f"{reverse('valuing:give', args=[slug])}?{urlencode({'for': whose.pk})}")
    people = assisted_members(place.space)
    sheets = giving.sheets_of(place.space, people, season)
    rows = [(person, sheets.get(person.pk), giving.sheet_code(place.space, season, person)) for person in people]
    return _page(request, "room", place, rows=rows, season=season, code=WhoseForm(initial={"code": typed}), typed=typed)


@require_safe
def paper(request: HttpRequest, slug: str) -> HttpResponse:
    """The sheet on paper, with ten boxes at each value. For those who facilitate ``?for=`` somebody who uses post, or
    everybody who does: with a code on it in place of a name.
    """
    place = member_place(request, slug)
    season = giving.season_now()
    people = assisted_members(place.space) if place.is_facilitator else []
    wanted = request.GET.get("for", "")
    named = [person for person in people if wanted in ("everybody", str(person.pk))]
    if wanted and not named:
        raise NotHere
    groups: dict[str, list[Value]] = {}
    for each in list_of(place.space):
        if each.is_offered:
            groups.setdefault(each.system, []).append(each)
    return _page(
        request,
        "paper",
        place,
        groups=[(system_name(system), found) for system, found in groups.items()],
        sheets=[giving.sheet_code(place.space, season, person) for person in named] or [""],
        people=people,
        boxes=range(10),
        season=season,
    )


# ── the list ─────────────────────────────────────────────────────────────────────────────────────


@require_safe
def value_list(request: HttpRequest, slug: str) -> HttpResponse:
    """Every value on the list, and those that were taken off it."""
    place = space_for(request, slug)
    listed = list_of(place.space)
    before = giving.names_before([each.pk for each in listed if not each._state.adding])
    shown: dict[str, list[giving.Choice]] = {}
    for each in listed:
        if each.is_offered or (place.is_facilitator and each.retired_at is None):
            choice = giving.Choice(each, giving.key_of(each), called_before=before.get(each.pk, []))
            shown.setdefault(each.system, []).append(choice)
    off = [giving.Choice(each, giving.key_of(each)) for each in listed if each.retired_at and not each.held_back_at]
    groups = [(system_name(system), found) for system, found in shown.items()]
    return _page(request, "value_list", place, groups=groups, off=off)


def _value(place: Place, key: str) -> Value:
    """A value by its key. One whose name is kept back is there only for those who facilitate, and who added it."""
    found = next((each for each in list_of(place.space) if giving.key_of(each) == key), None)
    mine = found is not None and place.person is not None and found.added_by_id == place.person.pk
    if found is None or (found.held_back_at is not None and not (place.is_facilitator or (mine and place.is_member))):
        raise NotHere
    found.space = place.space
    return found


@require_safe
def value(request: HttpRequest, slug: str, value: str) -> HttpResponse:
    """One value: what is meant by it, what it was called before, and what people said about it."""
    place = space_for(request, slug)
    found = _value(place, value)
    is_saved = not found._state.adding
    return _page(
        request,
        "value",
        place,
        value=found,
        key=value,
        system=system_name(found.system),
        changes=giving.changes_of(found) if is_saved else [],
        words=said.said_when_giving(place, about=found) if is_saved else [],
        reasons=said.said_to_claims(place, found) if is_saved else [],
        **_buttons(request, place, found),
    )


def _buttons(request: HttpRequest, place: Place, found: Value) -> dict[str, Any]:
    if not place.is_member:
        return {}
    off = forms.BRING_BACK if found.retired_at else forms.RETIRE
    away = forms.SHOW if found.held_back_at else forms.HOLD_BACK
    return {
        "off": form_for(request, forms.ListForm, initial={"what": off}),
        "away": form_for(request, forms.ListForm, initial={"what": away}, auto_id="away_%s"),
    }


@require_http_methods(["GET", "POST"])
def add_value(request: HttpRequest, slug: str) -> HttpResponse:
    """Put something on the list that matters here."""
    place = member_place(request, slug)
    form = form_for(request, forms.AddValueForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _add(place, form))
    return _page(request, "add_value", place, form=form)


def _add(place: Place, form: forms.AddValueForm) -> str:
    data = form.cleaned_data
    made = put_on_list(
        actor=place.person,
        space=place.space,
        name=data["name"],
        explanation=data["explanation"],
        why=data["why"],
    )
    return reverse("valuing:value", args=[place.space.slug, made.pk.hex])


@require_http_methods(["GET", "POST"])
def change_value(request: HttpRequest, slug: str, value: str) -> HttpResponse:
    """Put a value in other words; or take it off the list, put it back, or keep its name back."""
    place = member_place(request, slug)
    found = _value(place, value)
    if "what" in request.POST:
        buttons = form_for(request, forms.ListForm)
        if buttons.is_valid():
            return send_once(request, buttons, lambda: _press(request, place, value, buttons.cleaned_data))
    form = form_for(request, forms.WordValueForm, value=found)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _word(place, value, form))
    return _page(request, "change_value", place, form=form, value=found, key=value)


def _word(place: Place, key: str, form: forms.WordValueForm) -> str:
    fields = {name: form.cleaned_data[name] for name in ("name", "explanation", "system", "why")}
    changed = actions.word_value(actor=place.person, space=place.space, key=key, **fields)
    return reverse("valuing:value", args=[place.space.slug, changed.pk.hex])


def _press(request: HttpRequest, place: Place, key: str, filled: dict[str, Any]) -> str:
    who: dict[str, Any] = {"actor": place.person, "space": place.space, "key": key}
    if filled["what"] == forms.RETIRE:
        changed = actions.retire_value(**who, why=filled["why"])
        messages.success(request, _("It is off the list. Tokens that were given to it stay on it."))
    elif filled["what"] == forms.BRING_BACK:
        changed = actions.bring_back_value(**who, why=filled["why"])
        messages.success(request, _("It is on the list again."))
    elif filled["what"] == forms.HOLD_BACK:
        changed = actions.hold_back_value(**who, why=filled["why"])
        messages.success(request, _("Its name is kept back. Its tokens are counted under “something else”."))
    else:
        changed = actions.show_value(**who)
        messages.success(request, _("Its name is shown again."))
    return reverse("valuing:value", args=[place.space.slug, changed.pk.hex])


# ── what it means ────────────────────────────────────────────────────────────────────────────────


@require_safe
def meaning(request: HttpRequest, slug: str) -> HttpResponse:
    """What doing this together means to people: two standpoints side by side, as of a season."""
    place = member_place(request, slug)
    up_to = season_called(request.GET.get("season", ""))
    found = meant.meanings(place, up_to)
    there = [way for way in WAYS if any(way.letter in each.letters for each in found.thoughts)]
    usual = [way.letter for way in there] or [""]
    one, other = (request.GET.get(name, "") for name in ("one", "other"))
    one = one if one in BY_LETTER else usual[0]
    other = other if other in BY_LETTER else usual[:2][-1]
    sides = [
        (BY_LETTER[letter].people if letter else _("Everyone"), letter, found.of(letter))
        for letter in dict.fromkeys((one, other))
    ]
    return _page(
        request,
        "meaning",
        place,
        sides=sides,
        ways=there,
        one=one,
        other=other,
        seasons=found.seasons,
        season=up_to,
        mine=meant.own_meanings(place, place.person) if place.person else [],
        assisted=assisted_members(place.space) if place.is_facilitator else [],
    )


@require_http_methods(["GET", "POST"])
def say_meaning(request: HttpRequest, slug: str) -> HttpResponse:
    """Say anew what it means. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    person = speaker(place, request.GET.get("for", ""))
    form = form_for(request, forms.UnderstandingForm, own=person == place.person)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _mean(place, person, form))
    before = meant.own_meanings(place, person)
    return _page(request, "say_meaning", place, form=form, speaker=person, is_own=person == place.person, before=before)


def _mean(place: Place, person: Person, form: forms.UnderstandingForm) -> str:
    fields = {name: form.cleaned_data[name] for name in ("words", "visibility")}
    actions.say_understanding(actor=place.person, space=place.space, person=person, **fields)
    return reverse("valuing:meaning", args=[place.space.slug])


# ── where values pull apart ──────────────────────────────────────────────────────────────────────


@require_safe
def tensions(request: HttpRequest, slug: str) -> HttpResponse:
    """Every tension that somebody named here."""
    place = space_for(request, slug)
    return _page(request, "tensions", place, named=pulling.named(place, pulling.in_force(place), most=100))


@require_http_methods(["GET", "POST"])
def name_tension(request: HttpRequest, slug: str) -> HttpResponse:
    """Say between which values something asks us to choose. ``?from=`` names the words it is about."""
    place = member_place(request, slug)
    about = _about(request, place)
    choices = [giving.Choice(each, giving.key_of(each)) for each in list_of(place.space) if each.is_offered]
    ways = ways_of_people(place.space, [place.person.pk], shown_only=True).get(place.person.pk, "")
    form = form_for(request, forms.TensionForm, values=choices, person=place.person, ways=ways)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _name(place, form, about))
    return _page(request, "name_tension", place, form=form, about=about)


def _about(request: HttpRequest, place: Place) -> list[Any]:
    wanted = []
    for typed in request.GET.getlist("from")[: pulling.ABOUT_AT_MOST]:
        try:
            wanted.append(UUID(typed))
        except ValueError:
            continue
    return list(usable(place).filter(pk__in=wanted)) if wanted else []


def _name(place: Place, form: forms.TensionForm, about: list[Any]) -> Any:
    fields = {name: form.cleaned_data[name] for name in ("one", "other", "words", "attribution")}
    return actions.name_tension(actor=place.person, space=place.space, contributions=about, **fields)


@require_POST
def take_back(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take back a tension that one named."""
    place = member_place(request, slug)
    actions.take_back_tension(actor=place.person, tension=pulling.own_tension(place, pk))
    messages.success(request, _("Taken back."))
    return HttpResponseRedirect(reverse("valuing:tensions", args=[slug]))
