"""How we look after each other, who looks after what, and where to turn."""

import re
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.care import actions
from coproduce.care.forms import ButtonForm, NoteForm, RoleForm
from coproduce.care.models import CareRole, Role
from coproduce.care.queries.people import looks_after_safety, looks_after_worries, members_to_ask, roles_of
from coproduce.care.queries.rules import rules_that_hold
from coproduce.care.queries.safety import present_note
from coproduce.care.queries.sight import appeals_without_anybody
from coproduce.care.queries.told import told_to
from coproduce.care.views.shared import names, sheet
from coproduce.errors import NotAllowed, NotHere, SignInNeeded
from coproduce.history.sending import send_once
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.spaces.models import Privacy
from coproduce.spaces.queries import facilitators_of
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page
from coproduce.ui.words import paragraphs

A_NUMBER = re.compile(r"(?<!\w)\+?[0-9][0-9 ]{1,18}[0-9](?!\w)", re.ASCII)
SHORTEST_NUMBER = 3


@require_safe
def care(request: HttpRequest, slug: str) -> HttpResponse:
    """How we look after each other. Somebody outside a listed space finds only where to turn."""
    place = space_for(request, slug, listed=True)
    if not place.is_member:
        may_read = place.space.privacy == Privacy.PUBLIC
        return sheet(request, "care_outside", {"rules": rules_that_hold(place.space) if may_read else []}, place)
    roles = roles_of(place.space)
    facilitators = facilitators_of(place.space)
    context = {
        "rules": rules_that_hold(place.space),
        "for_worries": names([one.person for one in roles if one.role == Role.WORRIES] or facilitators),
        "for_safety": names([one.person for one in roles if one.role == Role.SAFEGUARDING] or facilitators),
        "may_moderate": looks_after_worries(place),
        "may_see_concerns": looks_after_safety(place),
        "without_anybody": appeals_without_anybody(place),
        "mine": [one for one in roles if one.person_id == place.person.pk],
        "button": ButtonForm(auto_id=False),
    }
    return sheet(request, "care", context, place)


@require_http_methods(["GET", "POST"])
def people(request: HttpRequest, slug: str) -> HttpResponse:
    """Who is asked to look after worries and after safety: facilitators write it down."""
    place = _facilitator_place(request, slug)
    form = form_for(request, RoleForm, members=members_to_ask(place.space))
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.name_for_role(actor=place.person, space=place.space, **form.fields_for_action()),
        )
    context = {"form": form, "roles": roles_of(place.space), "button": ButtonForm(auto_id=False)}
    return sheet(request, "people", context, place)


@require_POST
def end_role(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Somebody does not look after this any more."""
    place = member_place(request, slug)
    role = CareRole.objects.select_related("space").filter(space=place.space, pk=pk).first()
    if role is None:
        raise NotHere
    form = form_for(request, ButtonForm)
    if not form.is_valid():
        raise NotAllowed
    return send_once(request, form, lambda: _ended(place, role))


def _ended(place: Place, role: CareRole) -> CareRole | str:
    actions.end_role(actor=place.person, role=role)
    return role if place.is_facilitator else place.space.get_absolute_url()


@require_safe
def where_to_turn(request: HttpRequest, slug: str) -> HttpResponse:
    """Where to turn when it is too much: also for whoever only finds the space."""
    place = space_for(request, slug, listed=True)
    note = present_note(place.space)
    contacts = note.contacts if note else default_contacts()
    context = {
        "note": note,
        "words": paragraphs(note.words) if note else None,
        "contacts": [with_numbers(line.strip()) for line in contacts.splitlines() if line.strip()],
    }
    return sheet(request, "where_to_turn", context, place)


def with_numbers(line: str) -> SafeString:
    """A line of contacts in which each telephone number can be pressed to call it."""
    parts, end = [], 0
    for found in A_NUMBER.finditer(line):
        number = found.group()
        if sum(c.isdigit() for c in number) >= SHORTEST_NUMBER:
            call = format_html('<a href="tel:{}">{}</a>', "".join(c for c in number if c in "+0123456789"), number)
            parts += [conditional_escape(line[end : found.start()]), call]
            end = found.end()
    return SafeString("".join([*parts, conditional_escape(line[end:])]))


def default_words() -> str:
    """What stands on the page until somebody writes it for the space."""
    return _(
        "Some of what is told here is heavy. You can stop reading at any time, and nobody asks why.\n\n"
        "If it stays with you, tell somebody: a person you trust, your doctor, or one of those below."
    )


def default_contacts() -> str:
    """Whom to turn to in the United Kingdom, until a space writes its own."""
    return _(
        "In danger, now: 999\n"
        "For medical help that is urgent, day and night: NHS 111. In a crisis of mind, choose option 2\n"
        "To talk with somebody who listens, day and night, free: Samaritans, 116 123"
    )


@require_http_methods(["GET", "POST"])
def write_note(request: HttpRequest, slug: str) -> HttpResponse:
    """A facilitator writes where to turn."""
    place = _facilitator_place(request, slug)
    note = present_note(place.space)
    begun = {
        "words": note.words if note else default_words(),
        "contacts": note.contacts if note else default_contacts(),
    }
    form = form_for(request, NoteForm, initial=begun)
    if request.method == "POST" and form.is_valid():
        words, contacts = form.cleaned_data["words"], form.cleaned_data["contacts"]
        answer = send_once(
            request,
            form,
            lambda: actions.write_note(actor=place.person, space=place.space, words=words, contacts=contacts),
        )
        messages.success(request, _("This is where people are sent now. Please try the numbers once yourself."))
        return answer
    return sheet(request, "write_note", {"form": form}, place)


@require_safe
def told(request: HttpRequest) -> HttpResponse:
    """What somebody is told across their spaces. A mail leads here."""
    person = getattr(request, "person", None)
    if person is None:
        raise SignInNeeded
    return page(request, "care/told.html", {"told": told_to(person)})


def _facilitator_place(request: HttpRequest, slug: str) -> Place:
    place = member_place(request, slug)
    if not place.is_facilitator:
        raise NotAllowed(_("This is for the people who facilitate this space. They can do it for you: ask them."))
    return place
