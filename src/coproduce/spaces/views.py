"""Pages for finding, opening, joining and looking after spaces. The front page of a space is in ``reports.front``."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce import clock
from coproduce.errors import NotAllowed, NotHere, SignInNeeded
from coproduce.history.sending import send_once
from coproduce.people.actions import local_path
from coproduce.people.models import Person
from coproduce.spaces import queries
from coproduce.spaces.access import Place, may_see_again, member_place, membership_of, space_for
from coproduce.spaces.actions import (
    add_assisted_member,
    close_join_link,
    describe_myself,
    join_space,
    leave_space,
    make_facilitator,
    make_join_link,
    open_space,
    pause_membership,
    reframe_question,
    return_to_space,
    write_charter,
)
from coproduce.spaces.actions import (
    stop_facilitating as stop_facilitating_space,
)
from coproduce.spaces.actions.opening import CharterIsTheMembers, OnlyFacilitatorsOpen, may_open
from coproduce.spaces.charters import CharterRules
from coproduce.spaces.forms import (
    AssistedForm,
    CharterForm,
    CodeForm,
    DescribeForm,
    NobodyForm,
    OpenForm,
    ReframeForm,
    StopForm,
    WayInForm,
    leave_out_unrecorded,
    rules_as_initial,
    with_another_row,
)
from coproduce.spaces.models import JoinLink, Membership, Space
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page

# ── finding and opening ──────────────────────────────────────────────────────────────────────────


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, for strangers. Whoever is signed in goes on to their spaces."""
    if request.person is not None:  # type: ignore[attr-defined]
        return redirect("spaces:your_spaces")
    context = {"form": CodeForm(), "spaces": queries.findable_spaces()}
    return page(request, "spaces/home.html", context)


@require_http_methods(["GET", "POST"])
def open_one(request: HttpRequest) -> HttpResponse:
    """Open a space around a question."""
    person = _signed_in(request)
    if not may_open(person):
        raise OnlyFacilitatorsOpen
    form = form_for(request, OpenForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: open_space(actor=person, **form.fields_for_action()))
    return page(request, "spaces/open.html", {"form": form}, status=_status(form))


# ── the question and the charter ─────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def reframe(request: HttpRequest, slug: str) -> HttpResponse:
    """Ask the question in other words."""
    place = member_place(request, slug)
    form = form_for(request, ReframeForm, initial={"words": place.space.question})
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: reframe_question(
                actor=place.person,
                space=place.space,
                words=form.cleaned_data["words"],
                why=form.cleaned_data["why"],
            ),
        )
    return _sheet(request, "spaces/reframe.html", {"form": form}, place, "question")


@require_safe
def charter(request: HttpRequest, slug: str) -> HttpResponse:
    """How this space decides: the charter that holds, and the earlier ones."""
    place = space_for(request, slug)
    versions = queries.charters_of(place.space)
    told = [
        {
            "charter": version,
            "needs": queries.needs_in_order(version),
            "rules": _lines(version.ground_rules),
            "named": list(queries.people_named(version).items()),
        }
        for version in versions
    ]
    context = {"present": told[0], "earlier": told[1:], "place_here": place}
    return page(request, "spaces/charter.html", context, space=place.space, place="question")


@require_http_methods(["GET", "POST"])
def change_charter(request: HttpRequest, slug: str) -> HttpResponse:
    """Write the next version of the charter."""
    place = _facilitator_place(request, slug)
    present = queries.charter_with_rights(place.space)
    if present.is_agreed and request.method != "POST":
        raise CharterIsTheMembers
    here = [each.person for each in queries.people_here(place.space).memberships]
    rules = CharterRules.of(present)
    form = form_for(request, CharterForm, people=here, rights=rules.rights, initial=rules_as_initial(rules))
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: write_charter(actor=place.person, space=place.space, **form.fields_for_action()),
        )
    return _sheet(request, "spaces/change_charter.html", {"form": form}, place, "question")


# ── coming in ────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def join_with_code(request: HttpRequest) -> HttpResponse:
    """Type the code from a card."""
    form = CodeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        link = queries.join_link(form.cleaned_data["code"])
        if link is not None:
            return redirect("spaces:join", code=link.code)
        form.add_error(
            "code",
            _(
                "We do not know this code. Look at it once more; 0 and O, 1 and I are never part of one. "
                "If it still does not work, ask the person who gave it to you."
            ),
        )
    return page(request, "spaces/join_with_code.html", {"form": form}, status=_status(form))


@require_safe
def join(request: HttpRequest, code: str) -> HttpResponse:
    """Where a link or card leads: the question, what this is, who looks after it, and two ways forward."""
    link = queries.join_link(code)
    if link is None or not link.is_open:
        return _closed(request, link)
    person: Person | None = request.person  # type: ignore[attr-defined]
    if membership_of(person, link.space_id) is not None:
        return redirect(link.space)
    # A way in for anyone is found by anyone: names are for those to whom somebody gave the code, or who are known here.
    knows = person is not None or not link.for_anyone
    facilitators = queries.facilitators_of(link.space) if knows else []
    context = {"link": link, "invited_to": link.space, "facilitators": facilitators}
    return page(request, "spaces/join.html", context)


@require_http_methods(["GET", "POST"])
def introduce(request: HttpRequest, code: str) -> HttpResponse:
    """The first step of joining: where you speak from."""
    _keep_out_of_session(request)
    person = _signed_in(request)
    link = queries.join_link(code)
    if link is None or not (link.is_open or membership_of(person, link.space_id)):
        return _closed(request, link)
    if request.method == "GET" and membership_of(person, link.space_id) is not None:
        return redirect(link.space)
    form = _describing(request, DescribeForm, name=person.chosen_name, initial={"next": _next(request)})
    if _acts(request, form):
        return send_once(request, form, lambda: _join(person, link, form))
    context = {"form": form, "link": link, "invited_to": link.space}
    return page(request, "spaces/introduce.html", context, status=_status(form))


def _join(person: Person, link: JoinLink, form: DescribeForm) -> str:
    join_space(actor=person, link=link, **form.fields_for_action())
    query = {"joining": "1", "next": local_path(form.cleaned_data["next"])}
    address = reverse("consent:agreements", args=[link.space.slug])
    return f"{address}?{urlencode({name: value for name, value in query.items() if value})}"


def _closed(request: HttpRequest, link: JoinLink | None) -> HttpResponse:
    status = 404 if link is None else 410
    return page(request, "spaces/closed.html", {"form": CodeForm(), "link": link}, status=status)


# ── one's own place ──────────────────────────────────────────────────────────────────────────────


@require_safe
def my_place(request: HttpRequest, slug: str) -> HttpResponse:
    """What the space holds of someone, and the ways to change it, pause and leave."""
    place = member_place(request, slug)
    context = {"mine": queries.own_membership(place.membership), "form": NobodyForm(), "place_here": place}
    return page(request, "spaces/my_place.html", context, space=place.space)


@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, slug: str, pk: UUID | None = None) -> HttpResponse:
    """Say anew where one speaks from; or write it down for an assisted member (``pk``: their membership)."""
    _keep_out_of_session(request)
    place = member_place(request, slug)
    whose = place.membership if pk is None else _assisted(place, pk)
    membership = queries.own_membership(whose)
    sees_all = may_see_again(place.person, membership)
    form = _describing(request, DescribeForm, membership=membership, own=pk is None, sees_all=sees_all)
    if _acts(request, form):
        leads_to = reverse("spaces:members", args=[slug]) if pk else membership.get_absolute_url()
        return send_once(request, form, lambda: _describe(place, membership, form, leads_to))
    context = {"form": form, "whose": membership, "is_own": pk is None}
    return _sheet(request, "spaces/describe.html", context, place)


def _describe(place: Place, membership: Membership, form: DescribeForm, leads_to: str) -> str:
    describe_myself(actor=place.person, space=place.space, person=membership.person, **form.fields_for_action())
    return local_path(form.cleaned_data["next"]) or leads_to


@require_POST
def pause(request: HttpRequest, slug: str) -> HttpResponse:
    """Have a pause, or come back from one."""
    place = member_place(request, slug)
    form = form_for(request, NobodyForm)
    if not form.is_valid():
        return redirect("spaces:my_place", slug=slug)
    act = return_to_space if "return" in request.POST else pause_membership
    return send_once(request, form, lambda: act(actor=place.person, space=place.space))


@require_http_methods(["GET", "POST"])
def leave(request: HttpRequest, slug: str) -> HttpResponse:
    """Leave, after reading what that means."""
    if request.method == "POST" and queries.has_left(_signed_in(request), slug):
        # The button was pressed twice, or the first answer got lost on its way.
        return redirect("spaces:your_spaces")
    place = member_place(request, slug)
    form = form_for(request, NobodyForm)
    if request.method == "POST" and form.is_valid():
        answer = send_once(request, form, lambda: _leave(place))
        messages.success(
            request, _("You have left “%(space)s”. You can come back by any open way in.") % {"space": place.space.name}
        )
        return answer
    others = [one for one in queries.facilitators_of(place.space) if one.pk != place.person.pk]
    context = {"form": form, "place_here": place, "nobody_left": place.is_facilitator and not others}
    return page(request, "spaces/leave.html", context, space=place.space)


def _leave(place: Place) -> str:
    leave_space(actor=place.person, space=place.space)
    return reverse("spaces:your_spaces")


@require_http_methods(["GET", "POST"])
def stop_facilitating(request: HttpRequest, slug: str) -> HttpResponse:
    """Look after the space no longer, and stay. The last one who does names somebody else."""
    place = member_place(request, slug)
    if request.method == "GET":
        place = _facilitator_place(request, slug)
    others = [one for one in queries.facilitators_of(place.space) if one.pk != place.person.pk]
    members = queries.who_could_facilitate(place.space, place.person)
    form = form_for(request, StopForm, members=members, is_last=not others)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _stop(request, place, form))
    context = {"form": form, "is_last": not others, "nobody_could": not others and not members}
    return _sheet(request, "spaces/stop_facilitating.html", context, place)


def _stop(request: HttpRequest, place: Place, form: StopForm) -> str:
    stop_facilitating_space(actor=place.person, space=place.space, successor=form.successor_chosen())
    messages.success(request, _("You no longer look after this space. You are a member of it as before."))
    return reverse("spaces:my_place", args=[place.space.slug])


# ── who is here, and ways in ─────────────────────────────────────────────────────────────────────


@require_safe
def members(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is here, as far as they chose to show."""
    place = member_place(request, slug)
    here = queries.people_here(place.space)
    context = {
        "here": here,
        "rows": [(membership, _button()) for membership in here.memberships],
        "place_here": place,
        "may_appoint": place.is_facilitator or not queries.is_looked_after(place.space),
    }
    return page(request, "spaces/members.html", context, space=place.space, place="question")


@require_POST
def appoint(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Ask a member to look after the space too."""
    place = member_place(request, slug)
    membership = queries.member_in(place.space, pk)
    form = form_for(request, NobodyForm)
    leads_to = reverse("spaces:members", args=[slug])
    if not form.is_valid():
        return HttpResponseRedirect(leads_to)

    def act() -> str:
        make_facilitator(actor=place.person, space=place.space, person=membership.person)
        return leads_to

    return send_once(request, form, act)


@require_http_methods(["GET", "POST"])
def add_member(request: HttpRequest, slug: str) -> HttpResponse:
    """A facilitator brings in somebody who does not go online."""
    _keep_out_of_session(request)
    place = _facilitator_place(request, slug)
    form = _describing(request, AssistedForm)
    if _acts(request, form):
        return send_once(request, form, lambda: _add(place, form))
    return _sheet(request, "spaces/add_member.html", {"form": form}, place)


def _add(place: Place, form: AssistedForm) -> str:
    membership = add_assisted_member(actor=place.person, space=place.space, **form.fields_for_action())
    return reverse("consent:agreements_for", args=[place.space.slug, membership.pk])


@require_http_methods(["GET", "POST"])
def ways_in(request: HttpRequest, slug: str) -> HttpResponse:
    """The links and codes that let people join."""
    place = _facilitator_place(request, slug)
    form = form_for(request, WayInForm)
    if request.method == "POST" and form.is_valid():
        days = form.cleaned_data["days"]
        ends_at = clock.now() + timedelta(days=int(days)) if days else None
        for_anyone = form.cleaned_data["for_anyone"]
        return send_once(
            request,
            form,
            lambda: make_join_link(actor=place.person, space=place.space, ends_at=ends_at, for_anyone=for_anyone),
        )
    links = queries.join_links_of(place.space)
    context = {
        "form": form,
        "open_links": [(link, _address(request, link), _button()) for link in links if link.is_open],
        "closed_links": [link for link in links if not link.is_open],
    }
    return _sheet(request, "spaces/ways_in.html", context, place, "question")


@require_POST
def close_way_in(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Close a link and its code."""
    place = _facilitator_place(request, slug)
    link = _link_in(place.space, pk)
    form = form_for(request, NobodyForm)
    if not form.is_valid():
        return redirect("spaces:ways_in", slug=slug)
    return send_once(request, form, lambda: close_join_link(actor=place.person, link=link))


@require_safe
def card(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """A card to print: the question, the address, the code, and a square to point a phone at."""
    place = _facilitator_place(request, slug)
    link = _link_in(place.space, pk)
    if not link.is_open:
        raise NotHere
    address = _address(request, link)
    by_hand = request.build_absolute_uri(reverse("spaces:join_with_code"))
    context = {"link": link, "address": address, "by_hand": by_hand, "square": _square(address)}
    return page(request, "spaces/card.html", context, space=place.space)


def _square(address: str) -> SafeString:
    """The address as a QR code, an SVG in one path, readable when a fifth of it is smudged."""
    drawn = segno.make(address, error="q", micro=False)
    svg = drawn.svg_inline(scale=4, border=4, omitsize=True, svgclass="qr", lineclass=None)
    return mark_safe(svg)  # noqa: S308  # drawn by the library from numbers; the address is not in it as text


# ── what these pages share ───────────────────────────────────────────────────────────────────────


def _signed_in(request: HttpRequest) -> Person:
    person: Person | None = request.person  # type: ignore[attr-defined]
    if person is None:
        raise SignInNeeded
    return person


def _button() -> NobodyForm:
    """A form that is only a button, one of many on its page."""
    return NobodyForm(auto_id=False)


def _status(form: Any) -> int:
    return 422 if form.errors else 200


def _sheet(request: HttpRequest, template: str, context: dict[str, Any], place: Place, where: str = "") -> HttpResponse:
    status = _status(context["form"])
    return page(request, template, context, space=place.space, place=where, status=status)


def _facilitator_place(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    if not place.is_facilitator:
        raise NotAllowed(_("This is for the people who look after this space. Ask one of them to do it with you."))
    return place


def _assisted(place: Place, pk: UUID) -> Membership:
    membership = queries.member_in(place.space, pk)
    if not (place.is_facilitator and membership.person.is_assisted):
        raise NotHere
    return membership


def _link_in(space: Space, pk: UUID) -> JoinLink:
    link = JoinLink.objects.filter(space=space, pk=pk).select_related("space").first()
    if link is None:
        raise NotHere
    return link


def _address(request: HttpRequest, link: JoinLink) -> str:
    return request.build_absolute_uri(reverse("spaces:join", args=[link.code]))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _next(request: HttpRequest) -> str:
    return local_path(request.GET.get("next", ""))


def _keep_out_of_session(request: HttpRequest) -> None:
    """Words that are not to be recorded must not wait in a session either, while somebody signs in again."""
    if request.method == "POST" and request.person is None:  # type: ignore[attr-defined]
        request.POST = leave_out_unrecorded(request.POST)  # type: ignore[assignment]


def _describing(request: HttpRequest, form_class: type[DescribeForm], **kwargs: Any) -> Any:
    """The form about oneself; with another row where that button was pressed."""
    if request.method == "POST" and "another" in request.POST:
        kwargs.pop("initial", None)
        return with_another_row(request, form_class, **kwargs)
    return form_for(request, form_class, **kwargs)


def _acts(request: HttpRequest, form: DescribeForm) -> bool:
    """Whether this request is meant to act and is in order; if so, what is not to be recorded is dropped first."""
    if request.method != "POST" or "another" in request.POST or not form.is_valid():
        return False
    request.POST = leave_out_unrecorded(request.POST)  # type: ignore[assignment]
    return True
