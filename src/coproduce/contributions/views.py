"""Pages for bringing, answering and changing words."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce import clock
from coproduce.contributions import drawing, queries
from coproduce.contributions.actions import (
    acknowledge_contribution,
    answer_contribution,
    bring_contribution,
    bring_kept_words,
    claim_waiting_words,
    keep_waiting_words,
    reframe_from_contributions,
    revise_contribution,
    take_back_acknowledgement,
)
from coproduce.contributions.difference import difference
from coproduce.contributions.folding import Folding
from coproduce.contributions.forms import (
    AcknowledgeForm,
    AnswerForm,
    BringForm,
    FirstForm,
    RecordForm,
    ReframeFromForm,
    ReviseForm,
)
from coproduce.contributions.known import is_known_to
from coproduce.contributions.models import (
    Acknowledgement,
    Contribution,
    ContributionState,
    ContributionVersion,
    Kind,
    Verb,
    WaitingWords,
)
from coproduce.contributions.recognised import few_here
from coproduce.contributions.sheet import Sheet
from coproduce.contributions.use import UseEnded, is_usable
from coproduce.errors import NotAllowed, NotHere, SignInNeeded
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import LinkClosed, Place, member_place, membership_of, space_for
from coproduce.spaces.models import JoinLink
from coproduce.spaces.queries import join_link
from coproduce.ui.forms import BEGINNING, RECENT, form_for
from coproduce.ui.pages import page
from coproduce.ui.words import shortened
from coproduce.ways import BY_LETTER


@require_safe
def contributions(request: HttpRequest, slug: str, folding: Folding) -> HttpResponse:
    """What was brought. folding: which of it this reader asked not to see."""
    place = space_for(request, slug)
    chosen = {
        "way": request.GET.get("way", "") if request.GET.get("way") in BY_LETTER else "",
        "kind": request.GET.get("kind", "") if request.GET.get("kind") in Kind.values else "",
        "order": queries.SAID if request.GET.get("order") == queries.SAID else "",
    }
    listing = queries.brought_in(place, **chosen, before=request.GET.get("before", ""))
    quiet = folding(place, [row.pk for _month, rows in listing.months for row in rows])
    kept = {name: value for name, value in chosen.items() if value}
    context = {
        "place_here": place,
        "listing": listing,
        "months": [(month, drawing.rows_drawn(rows, quiet)) for month, rows in listing.months],
        "choosing": drawing.choosing_drawn(**chosen),
        "chosen": kept,
        "earlier": urlencode({**kept, "before": listing.earlier}) if listing.earlier else "",
        "is_later_page": "before" in request.GET,
        "newest": urlencode(kept),
    }
    return page(request, "contributions/contributions.html", context, space=place.space, place="brought")


@require_safe
def close_words(request: HttpRequest, slug: str) -> HttpResponse:
    """What people brought for those who facilitate alone: a quiet list, without the words."""
    place = _facilitator_place(request, slug)
    typed = request.GET.get("from", "")
    start = int(typed) if typed.isdecimal() and len(typed) < 7 else 0
    rows = queries.close_words_in(place, start=start)
    shown = rows[: queries.A_PAGE]
    context = {"rows": shown, "start": start, "rest": start + len(shown) if len(rows) > len(shown) else 0}
    return page(request, "contributions/close_words.html", context, space=place.space, place="brought")


@require_http_methods(["GET", "POST"])
def bring(request: HttpRequest, slug: str) -> HttpResponse:
    """Bring something. ``?words=`` begins the sheet with words typed on the front page."""
    place = member_place(request, slug)
    begun = {"words": request.GET["words"]} if "words" in request.GET else {}
    sheet = Sheet(request, place)
    form = sheet.form(
        BringForm, person=place.person, ways=queries.ways_of(place), few=few_here(place.space), initial=begun
    )
    if request.method == "POST" and (
        answered := sheet.answer(
            form, lambda: bring_contribution(actor=place.person, space=place.space, **form.fields_for_action())
        )
    ):
        return answered
    return sheet.page("contributions/bring.html", form, place_here=place)


@require_http_methods(["GET", "POST"])
def write_down(request: HttpRequest, slug: str) -> HttpResponse:
    """A facilitator writes down what an assisted person said or sent."""
    place = _facilitator_place(request, slug)
    sheet = Sheet(request, place)
    form = sheet.form(
        RecordForm,
        person=place.person,
        few=few_here(place.space),
        people=queries.assisted_members(place.space),
    )
    if request.method == "POST" and (
        answered := sheet.answer(
            form, lambda: bring_contribution(actor=place.person, space=place.space, **form.fields_for_action())
        )
    ):
        return answered
    return sheet.page("contributions/write_down.html", form)


@require_http_methods(["GET", "POST"])
def bring_first(request: HttpRequest, code: str) -> HttpResponse:
    """Write before signing up: the words wait on the server, and signing in leads to them."""
    link = _open_link(code)
    person: Person | None = getattr(request, "person", None)
    if membership_of(person, link.space_id) is not None:
        return HttpResponseRedirect(reverse("contributions:bring", args=[link.space.slug]))
    form = form_for(request, FirstForm, person=person)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: _way_to_kept(person, keep_waiting_words(join_link=link, person=person, **form.fields_for_action())),
        )
    context = {"form": form, "link": link, "framing": link.space.question}
    return page(request, "contributions/bring_first.html", context, status=422 if form.errors else 200)


def _open_link(code: str) -> JoinLink:
    link = join_link(code)
    if link is None:
        raise NotHere
    if not link.is_open:
        raise LinkClosed
    return link


def _way_to_kept(person: Person | None, waiting: Any) -> str:
    kept_at = reverse("contributions:kept", args=[waiting.token])
    return kept_at if person is not None else f"{reverse('people:sign_in')}?{urlencode({'next': kept_at})}"


@require_http_methods(["GET", "POST"])
def kept(request: HttpRequest, token: str) -> HttpResponse:
    """The words that waited, for whoever confirmed: how their name appears, and one button."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise SignInNeeded
    if request.method == "POST":
        form = form_for(request, FirstForm, person=person)
        if form.is_valid():
            return send_once(request, form, lambda: _bring_kept(person, token, form.fields_for_action()))
    waiting = queries.waiting_words(token, person)
    if waiting.person_id is None and request.method != "POST":
        return _ask_whose(request, waiting)
    if request.method != "POST":
        filled = dict(waiting.filled_in)
        form = form_for(request, FirstForm, person=person, ways=filled.pop("ways"), initial=filled)
    is_member = membership_of(person, waiting.space_id) is not None
    context = {
        "form": form,
        "waiting": waiting,
        "is_member": is_member,
        "is_closed": not is_member and not waiting.join_link.is_open,
        "framing": queries.question_of(waiting.space),
        "until": waiting.written_at + queries.WORDS_WAIT_FOR,
    }
    return page(request, "contributions/kept.html", context, status=422 if form.errors else 200)


def _ask_whose(request: HttpRequest, waiting: WaitingWords) -> HttpResponse:
    """Whoever signs in on a shared computer is asked before words are shown that may be somebody else's."""
    is_recent = clock.now() - waiting.written_at < RECENT
    beginning = shortened(waiting.filled_in["words"], BEGINNING) if is_recent else ""
    return page(request, "contributions/are_these_yours.html", {"waiting": waiting, "beginning": beginning})


@require_POST
def whose(request: HttpRequest, token: str) -> HttpResponse:
    """The answer: they are mine, or they go on waiting for whoever wrote them."""
    person: Person | None = getattr(request, "person", None)
    if person is None:
        raise SignInNeeded
    if request.POST.get("mine") == "yes":
        claim_waiting_words(actor=person, token=token)
        return HttpResponseRedirect(reverse("contributions:kept", args=[token]))
    messages.success(request, _("Thank you. They stay hidden, and wait for the person who wrote them."))
    return HttpResponseRedirect(reverse("spaces:your_spaces"))


def _bring_kept(person: Person, token: str, fields: dict[str, Any]) -> str:
    """Where it leads: whoever has just joined reads the agreements next, anyone else their words."""
    space = queries.waiting_words(token, person).space
    is_new = membership_of(person, space.pk) is None
    contribution = bring_kept_words(actor=person, token=token, **fields)
    asked = f"{reverse('consent:agreements', args=[space.slug])}?joining=1"
    return asked if is_new else resolve_url(contribution)


@require_http_methods(["GET", "POST"])
def answer(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Answer somebody's words."""
    place = member_place(request, slug)
    contribution = _visible(place, pk)
    verb = request.GET.get("verb", "")
    begun = {"verb": verb} if verb in Verb.values else {}
    sheet = Sheet(request, place)
    form = sheet.form(
        AnswerForm, person=place.person, ways=queries.ways_of(place), few=few_here(place.space), initial=begun
    )
    if request.method == "POST" and (
        answered := sheet.answer(
            form,
            lambda: answer_contribution(actor=place.person, answers=contribution, **form.fields_for_action()),
        )
    ):
        return answered
    return sheet.page("contributions/answer.html", form, contribution=contribution)


@require_http_methods(["GET", "POST"])
def acknowledge(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """*This changed my thinking*: say it, change what was said, or take it back. ``?for=`` an assisted member."""
    place = member_place(request, slug)
    contribution = _visible(place, pk)
    assisted = queries.assisted_members(place.space) if place.is_facilitator else []
    if is_known_to(place.person, contribution):  # of others a list without their author would name them
        assisted = [one for one in assisted if one.pk != contribution.author_id]
    person = _speaker(place, assisted, request.GET.get("for", ""))
    if contribution.author_id == place.person.pk == person.pk:
        raise NotAllowed(_("These are your own words. Others can say that they changed their thinking."))
    said = Acknowledgement.objects.filter(contribution=contribution, person=person).first()
    form = form_for(request, AcknowledgeForm, initial={"words": said.words if said else ""})
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _acknowledge(request, place, person, contribution, form))
    is_own = person == place.person
    context = {"form": form, "contribution": contribution, "said": said, "is_own": is_own}
    context |= {"speaker": person, "assisted": assisted if is_own else []}
    return _sheet(request, "contributions/acknowledge.html", context, place)


def _speaker(place: Place, assisted: list[Person], named: str) -> Person:
    """Who says it: whoever is signed in, or the assisted member whom a facilitator named. ``NotHere`` for others."""
    if not named and place.person is not None:
        return place.person
    for person in assisted:
        if str(person.pk) == named:
            return person
    raise NotHere


def _acknowledge(
    request: HttpRequest, place: Place, person: Person, contribution: Contribution, form: AcknowledgeForm
) -> Contribution:
    said = {"actor": place.person, "person": person, "contribution": contribution}
    if "take_back" in request.POST:
        return take_back_acknowledgement(**said)
    acknowledge_contribution(**said, words=form.cleaned_data["words"])
    return contribution


@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say one's own words better."""
    place = member_place(request, slug)
    contribution = queries.own_contribution(place, pk)
    is_own = contribution.author_id == place.person.pk
    sheet = Sheet(request, place)
    form = sheet.form(ReviseForm, contribution=contribution, own=is_own, few=few_here(place.space))
    if request.method == "POST" and (
        answered := sheet.answer(
            form,
            lambda: revise_contribution(actor=place.person, contribution=contribution, **form.fields_for_action()),
        )
    ):
        return answered
    attached = queries.attachments_of([contribution.pk])
    return sheet.page("contributions/revise.html", form, contribution=contribution, is_own=is_own, attached=attached)


@require_safe
def changes(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The earlier wordings, and what changed from one to the next. ``?version=`` chooses one."""
    place = member_place(request, slug)
    contribution = queries.contribution_in(place, pk)
    # Words that few may read are read on their own page alone, where the reading is put on record.
    is_own = place.person.pk == contribution.author_id and queries.may_read(place, contribution)
    if contribution.state != ContributionState.VISIBLE and not is_own:
        raise NotHere(_("These words were taken back or put out of sight."))
    versions = queries.versions_of(contribution)
    by_number = {version.number: version for version in versions}
    wanted = request.GET.get("version", "")
    number = int(wanted) if wanted.isdecimal() and len(wanted) < 7 else 0
    number = number if number in by_number else contribution.version
    before, after = by_number.get(number - 1), by_number.get(number)
    context = {
        "contribution": contribution,
        "versions": versions,
        "shown": after,
        "difference": difference(before.words, after.words) if before and after else None,
        "citation_difference": _citation_changed(before, after) if before and after else "",
    }
    return page(request, "contributions/changes.html", context, space=place.space, place="brought")


@require_http_methods(["GET", "POST"])
def reframe_from(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """These words change our question."""
    place = member_place(request, slug)
    contribution = _visible(place, pk)
    if not is_usable(contribution):
        raise UseEnded
    form = form_for(request, ReframeFromForm, initial={"question": place.space.question})
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: reframe_from_contributions(
                actor=place.person,
                space=place.space,
                words=form.cleaned_data["question"],
                why=form.cleaned_data["why"],
                contributions=[contribution],
            ),
        )
    return _sheet(request, "contributions/reframe_from.html", {"form": form, "contribution": contribution}, place)


def _citation_changed(before: ContributionVersion, after: ContributionVersion) -> str:
    """What changed in where it comes from, "" for nothing."""
    earlier, later = (f"{each.citation} {each.link}".strip() for each in (before, after))
    return difference(earlier, later) if earlier != later else ""


# ── what these pages share ───────────────────────────────────────────────────────────────────────


def _sheet(request: HttpRequest, template: str, context: dict[str, Any], place: Place) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page(request, template, context, space=place.space, place="brought", status=status)


def _visible(place: Place, pk: UUID) -> Contribution:
    contribution = queries.contribution_in(place, pk)
    if contribution.state != ContributionState.VISIBLE:
        raise NotHere(_("These words were taken back or put out of sight."))
    return contribution


def _facilitator_place(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    if not place.is_facilitator:
        raise NotAllowed(_("This is for the people who facilitate this space. They can do it for you: ask them."))
    return place
