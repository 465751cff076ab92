"""Pages of conversation: asking by name, what one follows and folds away, and for whom words are meant."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.queries import contribution_in, own_contribution, ways_of
from coproduce.contributions.recognised import few_here
from coproduce.contributions.sheet import Sheet
from coproduce.conversation import actions, queries
from coproduce.conversation.a_few import a_few_for
from coproduce.conversation.actions.asking import MEANT_FOR_AT_MOST
from coproduce.conversation.forms import (
    AnswerAskForm,
    AskForm,
    ButtonForm,
    DeclineForm,
    FoldForm,
    MeantForForm,
    WhoMayAskForm,
)
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place
from coproduce.themes.models import Theme, ThemeState
from coproduce.themes.queries import links_of, theme_in
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

# ── following ────────────────────────────────────────────────────────────────────────────────────


@require_POST
def follow_words(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Follow some words quietly, or (``stop``) no more."""
    place = member_place(request, slug)
    return _follow(request, place, contribution=_visible(place, pk))


@require_POST
def follow_theme(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Follow a theme quietly, or (``stop``) no more."""
    place = member_place(request, slug)
    return _follow(request, place, theme=theme_in(place, pk))


def _follow(request: HttpRequest, place: Place, **what: Any) -> HttpResponse:
    form = form_for(request, ButtonForm)
    if not form.is_valid():
        raise NotHere
    if "stop" in request.POST:
        led = send_once(request, form, lambda: actions.stop_following(actor=place.person, **what))
        messages.success(request, _("You follow it no longer."))
        return led
    led = send_once(request, form, lambda: actions.follow_quietly(actor=place.person, **what))
    messages.success(request, _("When you come back, we will tell you what is new in it. Nobody else knows."))
    return led


# ── folding away ─────────────────────────────────────────────────────────────────────────────────


@require_safe
def quiet(request: HttpRequest, slug: str) -> HttpResponse:
    """What the reader follows and folds away, and who may ask them. Only they see it."""
    place = member_place(request, slug)
    return _quiet(request, place, WhoMayAskForm(initial={"who": queries.who_may_ask(place)}))


def _quiet(request: HttpRequest, place: Place, who: WhoMayAskForm) -> HttpResponse:
    context = {
        "follows": queries.followed_by(place),
        "muted": [(one, ButtonForm()) for one in queries.muted_by(place)],
        "who": who,
    }
    status = 422 if who.errors else 200
    return page(request, "conversation/quiet.html", context, space=place.space, place="question", status=status)


@require_http_methods(["GET", "POST"])
def fold(request: HttpRequest, slug: str) -> HttpResponse:
    """Fold something away for oneself. ``?about=`` begins with some words, ``?theme=`` with a theme."""
    place = member_place(request, slug)
    about, themes = _begun_with(request, place)
    form = form_for(
        request, FoldForm, about=about, themes=themes, reader=place.person,
        initial={"what": str(themes[0].pk)} if themes and about is None else {},
    )  # fmt: skip
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _fold(place, form, about))
    return _sheet(request, "conversation/fold.html", {"form": form, "about": about}, place)


def _begun_with(request: HttpRequest, place: Place) -> tuple[Contribution | None, list[Theme]]:
    about = _named(request, "about")
    if about is not None:
        words = _visible(place, about)
        themes = {link.theme_id: link.theme for link in links_of([words.pk]) if link.theme.state == ThemeState.OPEN}
        return words, list(themes.values())
    theme = _named(request, "theme")
    return None, [theme_in(place, theme)] if theme is not None else []


def _named(request: HttpRequest, name: str) -> UUID | None:
    """The identifier after the question mark, None where there is none. ``NotHere`` for what cannot be one."""
    if name not in request.GET:
        return None
    try:
        return UUID(request.GET[name])
    except ValueError:
        raise NotHere from None


def _fold(place: Place, form: FoldForm, about: Contribution | None) -> str:
    actions.fold_away(actor=place.person, space=place.space, **form.fields_for_action(about))
    return reverse("conversation:quiet", args=[place.space.slug])


@require_POST
def show_again(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Fold something away no more."""
    place = member_place(request, slug)
    form = form_for(request, ButtonForm)
    if not form.is_valid():
        raise NotHere
    back = reverse("conversation:quiet", args=[slug])
    return send_once(request, form, lambda: _show_again(place, pk) or back)


def _show_again(place: Place, pk: UUID) -> None:
    actions.show_again(actor=place.person, muted=queries.own_muted(place, pk))


@require_POST
def who_may_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Choose who may ask one by name."""
    place = member_place(request, slug)
    form = form_for(request, WhoMayAskForm)
    if not form.is_valid():
        return _quiet(request, place, form)
    led = send_once(request, form, lambda: _choose(place, form.cleaned_data["who"]))
    messages.success(request, _("That is noted. Only those who would have asked you will notice."))
    return led


def _choose(place: Place, who: str) -> str:
    actions.choose_who_may_ask(actor=place.person, space=place.space, who=who)
    return reverse("conversation:quiet", args=[place.space.slug])


# ── ten quiet minutes ────────────────────────────────────────────────────────────────────────────


@require_safe
def a_few(request: HttpRequest, slug: str) -> HttpResponse:
    """A few things to read today."""
    place = member_place(request, slug)
    context = {"few": a_few_for(place), "place_here": place}
    return page(request, "conversation/a_few.html", context, space=place.space, place="question")


# ── asking by name ───────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask somebody by name. ``?about=``: about some words; ``?person=``: whom."""
    place = member_place(request, slug)
    about_key = _named(request, "about")
    about = _visible(place, about_key) if about_key is not None else None
    form = form_for(
        request, AskForm, people=queries.people_to_ask(place), initial={"person": request.GET.get("person", "")}
    )
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return send_once(
            request,
            form,
            lambda: actions.ask_somebody(
                actor=place.person, space=place.space, asked=said["person"], words=said["words"], about=about
            ),
        )
    return _sheet(request, "conversation/ask.html", {"form": form, "contribution": about}, place)


@require_safe
def asked_of_me(request: HttpRequest, slug: str) -> HttpResponse:
    """What others would like to know from the reader, and what the reader asked others."""
    place = member_place(request, slug)
    to_me = queries.asked_of(place)
    context = {
        "place_here": place,
        "to_me": to_me,
        "by_me": queries.asked_by(place),
        "folded": queries.from_muted(place, to_me),
    }
    answer = page(request, "conversation/asked_of_me.html", context, space=place.space, place="question")
    if any(one.seen_at is None for one in to_me):
        actions.see_asks(actor=place.person, space=place.space)
    return answer


@require_safe
def to_ask(request: HttpRequest, slug: str) -> HttpResponse:
    """What people who do not go online are asked: a list for whoever asks them in the room, by phone or by post."""
    place = _facilitator_place(request, slug)
    context = {"people": queries.asked_of_assisted(place)}
    return page(request, "conversation/to_ask.html", context, space=place.space, place="question")


@require_safe
def asked(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One question by name, as whoever asked or was asked sees it."""
    place = member_place(request, slug)
    found = queries.ask_in(place, pk)
    context = {"ask": found, "is_mine": found.by_id == place.person.pk, "own": found.asked_id == place.person.pk}
    context["button"] = form_for(request, ButtonForm)
    return page(request, "conversation/asked.html", context, space=place.space, place="question")


@require_http_methods(["GET", "POST"])
def answer_ask(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Bring what one was asked for."""
    place, found = _to_answer(request, slug, pk)
    own = found.asked_id == place.person.pk
    sheet = Sheet(request, place)
    form = sheet.form(AnswerAskForm, ask=found, own=own, ways=ways_of(place) if own else "", few=few_here(place.space))
    if request.method == "POST" and (answered := sheet.answer(form, lambda: _answer(place, found, form))):
        return answered
    return sheet.page("conversation/answer_ask.html", form, ask=found, own=own)


def _answer(place: Place, ask: Any, form: AnswerAskForm) -> Any:
    return actions.answer_ask(actor=place.person, ask=ask, **form.fields_for_action()).answer


@require_http_methods(["GET", "POST"])
def decline(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Not now, or not mine to say."""
    place, found = _to_answer(request, slug, pk)
    form = form_for(request, DeclineForm)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        return send_once(
            request, form, lambda: _decline(place, actor=place.person, ask=found, how=said["how"], words=said["words"])
        )
    return _sheet(request, "conversation/decline.html", {"form": form, "ask": found}, place)


def _decline(place: Place, **said: Any) -> str:
    declined = actions.decline_ask(**said)
    own = declined.asked_id == place.person.pk
    return reverse("conversation:asked_of_me" if own else "conversation:to_ask", args=[place.space.slug])


def _to_answer(request: HttpRequest, slug: str, pk: UUID) -> tuple[Place, Any]:
    """The question, for whoever may answer it: the action refuses what is answered, so that a second press leads on."""
    place = member_place(request, slug)
    found = queries.ask_in(place, pk)
    if found.asked_id != place.person.pk and not (place.is_facilitator and found.asked.is_assisted):
        raise NotHere
    return place, found


@require_POST
def take_back_ask(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Whoever asked needs no answer any more."""
    place = member_place(request, slug)
    found = queries.ask_in(place, pk)
    if found.by_id != place.person.pk:
        raise NotHere
    form = form_for(request, ButtonForm)
    if not form.is_valid():
        raise NotHere
    back = reverse("conversation:asked_of_me", args=[slug])
    return send_once(request, form, lambda: actions.take_back_ask(actor=place.person, ask=found) and back)


# ── for whom words are meant ─────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def mean_for(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say that one's own words are meant for somebody."""
    place = member_place(request, slug)
    words = own_contribution(place, pk)
    if words.state != ContributionState.VISIBLE:
        raise NotHere
    held = queries.meant_for(words)
    told = {mention.person_id for mention in held}
    people = [one for one in queries.people_to_tell(place, [words.author_id]) if one.pk not in told]
    form = form_for(request, MeantForForm, people=people, room=MEANT_FOR_AT_MOST - len(held))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["people"]
        return send_once(
            request, form, lambda: actions.mean_for_people(actor=place.person, contribution=words, people=chosen)
        )
    context = {"form": form, "contribution": words, "held": held, "is_full": len(held) >= MEANT_FOR_AT_MOST}
    return _sheet(request, "conversation/mean_for.html", context, place)


# ── what these pages share ───────────────────────────────────────────────────────────────────────


def _sheet(request: HttpRequest, template: str, context: dict[str, Any], place: Place) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page(request, template, context, space=place.space, place="question", status=status)


def _visible(place: Place, pk: UUID) -> Contribution:
    words = contribution_in(place, pk)
    if words.state != ContributionState.VISIBLE:
        raise NotHere(_("These words were taken back or put out of sight."))
    return words


def _facilitator_place(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    if not place.is_facilitator:
        raise NotAllowed(_("This is for the people who facilitate this space. They can do it for you: ask them."))
    return place
