"""Pages of what the computer noticed. Members only."""

from typing import Any
from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.contributions.models import Contribution
from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place
from coproduce.suggestions import actions, queries
from coproduce.suggestions.forms import AskForm, DecideForm, NameGroupForm, RefuseForm
from coproduce.suggestions.models import Suggestion
from coproduce.suggestions.queries.decided import ON_A_PAGE
from coproduce.suggestions.queries.waiting import THEMES_ON_A_PAGE
from coproduce.suggestions.sentences import how_alike, how_likely
from coproduce.suggestions.working import KIND
from coproduce.themes.actions import NameTaken
from coproduce.ui.forms import form_for, whose_mark
from coproduce.ui.pages import page
from coproduce.work.queries import going_on

TICKED_AT_MOST = 200


@require_safe
def suggestions(request: HttpRequest, slug: str) -> HttpResponse:
    """*The computer noticed …*: what may belong to a theme, and what fits none yet. ``?theme=`` shows one theme."""
    return _noticed(request, member_place(request, slug), form_for(request, DecideForm))


def _noticed(request: HttpRequest, place: Place, form: DecideForm) -> HttpResponse:
    one = _key(request.GET.get("theme", ""))
    start = 0 if one else _start(request)
    found = queries.belonging_in(place, one, start=start)
    belonging = found[:THEMES_ON_A_PAGE]
    groups = [] if one or start else queries.groups_in(place)
    context = {
        "form": form,
        "ask_form": _button(request),
        "looked": queries.last_look(place),
        "piece": going_on(place.space, KIND),
        "one": one,
        "start": start,
        "rest": start + THEMES_ON_A_PAGE if len(found) > THEMES_ON_A_PAGE else 0,
        "belonging": [(each, _button(request), _told(each)) for each in belonging],
        "groups": [(group, how_alike(group.suggestion.score)) for group in groups],
    }
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "suggestions/suggestions.html", context, space=place.space, place="themes", status=status)


def _start(request: HttpRequest) -> int:
    typed = request.GET.get("from") or ""
    return int(typed) if typed.isdecimal() and len(typed) < 7 else 0


def _button(request: HttpRequest) -> AskForm:
    """A form of one button, with a key of its own: there are several on the page, and each may be pressed."""
    form = AskForm(auto_id=False)
    form.fields["key"].widget.whose = whose_mark(request)
    form.fields["key"].initial = uuid4()
    return form


def _told(theme: queries.ThemeShown) -> list[tuple[Any, str]]:
    return [(words, how_likely(words.suggestion.score)) for words in theme.words]


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Let the computer look, and on to the page that says how far it is."""
    place = member_place(request, slug)
    form = form_for(request, AskForm)
    if not form.is_valid():
        return _noticed(request, place, DecideForm())
    return send_once(request, form, lambda: actions.ask_for_suggestions(actor=place.person, space=place.space))


@require_POST
def decide(request: HttpRequest, slug: str) -> HttpResponse:
    """Yes or no to one or several that may belong to a theme."""
    place = member_place(request, slug)
    form = form_for(request, DecideForm)
    verb, _colon, one = request.POST.get("do", "").partition(":")
    keys = [key for text in ([one] if one else request.POST.getlist("tick")[:TICKED_AT_MOST]) if (key := _key(text))]
    if verb not in ("yes", "no") or not keys:
        form.add_error(None, _("Tick what you want to say yes or no to."))
    if not form.is_valid():
        return _noticed(request, place, form)
    return send_once(request, form, lambda: _decide(place, verb, keys, form.cleaned_data["why"]))


def _decide(place: Place, verb: str, keys: list[UUID], why: str) -> str:
    chosen = queries.suggestions_among(place, keys)
    act: Any = actions.accept_belonging if verb == "yes" else actions.refuse
    act(actor=place.person, space=place.space, suggestions=chosen, why=why)
    return _back(place)


def _back(place: Place) -> str:
    return reverse("suggestions:suggestions", args=[place.space.slug])


@require_http_methods(["GET", "POST"])
def group(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Give what the computer noticed a name: it becomes a theme. Who reads it says which words are in it."""
    place = member_place(request, slug)
    found = queries.group_in(place, pk)
    form = form_for(request, NameGroupForm)
    every = [*found.typical, *found.rest]
    ticked = [each for each in every if str(each.pk) in set(request.POST.getlist("tick"))]
    if request.method == "POST" and form.is_valid():
        if not ticked:
            form.add_error(None, _("Tick the words that belong to it. One is enough to begin."))
        elif (done := _name_once(request, place, found.suggestion, form, ticked)) is not None:
            return done
    chosen = {each.pk for each in (ticked if request.method == "POST" else every)}
    context = {
        "form": form,
        "refuse_form": _button(request),
        "group": found,
        "how_alike": how_alike(found.suggestion.score),
        "rows": [(each, each.pk in chosen) for each in every],
    }
    status = 422 if form.is_bound and form.errors else 200
    return page(request, "suggestions/group.html", context, space=place.space, place="themes", status=status)


def _name_once(
    request: HttpRequest, place: Place, suggestion: Suggestion, form: NameGroupForm, ticked: list[Contribution]
) -> HttpResponse | None:
    """``send_once``; or None, with the complaint beside the name, when the name is taken."""
    try:
        return send_once(
            request,
            form,
            lambda: actions.accept_group(
                actor=place.person, suggestion=suggestion, contributions=ticked, **form.fields_for_action()
            ),
        )
    except NameTaken as taken:
        form.add_error("name", str(taken))
        return None


@require_POST
def refuse_group(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """No: this is no theme."""
    place = member_place(request, slug)
    found = _suggestion(place, pk)
    form = form_for(request, RefuseForm)
    if not form.is_valid():
        return _noticed(request, place, DecideForm())
    return send_once(request, form, lambda: _refuse(place, found, form.cleaned_data["why"]))


def _refuse(place: Place, found: Suggestion, why: str) -> str:
    actions.refuse(actor=place.person, space=place.space, suggestions=[found], why=why)
    return _back(place)


def _suggestion(place: Place, pk: UUID) -> Suggestion:
    found = Suggestion.objects.select_related("theme", "contribution").filter(space=place.space, pk=pk).first()
    if found is None:
        raise NotHere
    found.space = place.space
    return found


@require_safe
def decided(request: HttpRequest, slug: str) -> HttpResponse:
    """What people said yes and no to, with who and why. A no can be taken back."""
    place = member_place(request, slug)
    start = _start(request)
    rows = queries.decided_in(place, start=start)
    context = {
        "rows": [(each, _button(request)) for each in rows[:ON_A_PAGE]],
        "rest": start + ON_A_PAGE if len(rows) > ON_A_PAGE else 0,
        "start": start,
    }
    return page(request, "suggestions/decided.html", context, space=place.space, place="themes")


@require_POST
def again(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take a no back."""
    place = member_place(request, slug)
    found = _suggestion(place, pk)
    form = form_for(request, AskForm)
    if not form.is_valid():
        return _noticed(request, place, DecideForm())
    return send_once(request, form, lambda: _ask_again(place, found))


def _ask_again(place: Place, found: Suggestion) -> str:
    actions.ask_again(actor=place.person, suggestion=found)
    return _back(place)
