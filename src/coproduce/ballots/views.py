"""A ballot, the voting sheet, receipts, what came out, and paper."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.ballots import actions, queries
from coproduce.ballots.figures import columns_of, group_lines, lines_of, picture_of
from coproduce.ballots.forms import (
    ChoiceForm,
    CloseForm,
    EndForm,
    EnvelopeForm,
    NamedVoteForm,
    PaperForm,
    ReceiptForm,
    SecretVoteForm,
    SlipsForm,
)
from coproduce.ballots.models import Ballot
from coproduce.ballots.proof import what_was_counted
from coproduce.ballots.spelling import spelled
from coproduce.contributions.queries import assisted_members
from coproduce.deliberation.queries import speaker
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


@require_safe
def ballots(request: HttpRequest, slug: str) -> HttpResponse:
    """All ballots of a space."""
    place = space_for(request, slug)
    rows = queries.ballots_in(place)
    context = {
        "open": [row for row in rows if row.ended_at is None],
        "closed": [row for row in rows if row.ended_at is not None],
        "is_member": place.is_member,
    }
    return page(request, "ballots/ballots.html", context, space=place.space, place="decisions")


@require_safe
def ballot(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One ballot: what is asked, who may vote and how it is counted, before the first tick; and what came out."""
    place = space_for(request, slug)
    found = queries.ballot_in(place, pk)
    result = queries.result_of(found)
    standing = result.standing if result else queries.standing_of(found)
    by_name = result is not None and result.count is not None and not found.secret
    context = {
        "ballot": found,
        "standing": standing,
        "options": result.options if result else queries.options_of(found),
        "result": result,
        "picture": picture_of(result) if result else "",
        "lines": lines_of(result) if result else [],
        "columns": columns_of(result) if result else [],
        "groups": group_lines(queries.by_standpoint(found, len(result.options))) if by_name and result else [],
        "me": queries.voter_in(found, place.person if place.is_member else None),
        "is_member": place.is_member,
        "is_facilitator": place.is_facilitator,
        "may_close": place.membership is not None and actions.may_be_closed_by(found, place.membership),
        "shows_numbers": place.is_member or standing.voted >= place.space.threshold,
    }
    return page(request, "ballots/ballot.html", context, space=place.space, place="decisions")


# ── voting ───────────────────────────────────────────────────────────────────────────────────────


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def vote(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The voting sheet. ``?for=`` an assisted member, by a facilitator."""
    place = member_place(request, slug)
    found = queries.ballot_in(place, pk)
    person = speaker(place, request.GET.get("for", ""))
    if request.method != "POST":
        _require_may_vote(found, person)
    return _vote_in_secret(request, place, found, person) if found.secret else _vote(request, place, found, person)


def _require_may_vote(found: Ballot, person: Person) -> None:
    if not queries.standing_of(found).is_open:
        raise actions.BallotClosed
    me = queries.voter_in(found, person)
    if not me.on_register:
        raise actions.NotOnRegister
    if me.voted:
        raise actions.VotedAlready


def _vote(request: HttpRequest, place: Place, found: Ballot, person: Person) -> HttpResponse:
    form = form_for(request, NamedVoteForm, ballot=found, options=queries.options_of(found))
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.vote_by_name(actor=_person(place), ballot=found, person=person, choice=form.choice())
            messages.success(request, _("The vote is in. It will be counted when the ballot closes."))
            return found.get_absolute_url()

        return send_once(request, form, act)
    return _sheet(request, place, found, person, form)


def _vote_in_secret(request: HttpRequest, place: Place, found: Ballot, person: Person) -> HttpResponse:
    """Not ``send_once``, which remembers what was sent: the same sheet sent again leads to the same receipt."""
    options = queries.options_of(found)
    if request.method == "POST":
        form = SecretVoteForm(request.POST, ballot=found, options=options)
        if form.is_valid():
            receipt = actions.vote_in_secret(
                actor=_person(place),
                ballot=found,
                person=person,
                choice=form.choice(),
                code=form.cleaned_data["code"],
                ticket=form.cleaned_data["ticket"],
            )
            context = {"ballot": found, "receipt": receipt, "spelled": spelled(receipt), **_speaking(place, person)}
            return page(request, "ballots/receipt.html", context, space=place.space, place="decisions")
    else:
        code, ticket = actions.new_sheet(found, person)
        form = SecretVoteForm(ballot=found, options=options, initial={"code": code, "ticket": ticket})
    return _sheet(request, place, found, person, form)


def _speaking(place: Place, person: Person) -> dict[str, Any]:
    return {"speaker": person, "is_own": person == place.person}


def _sheet(request: HttpRequest, place: Place, found: Ballot, person: Person, form: ChoiceForm) -> HttpResponse:
    context = {
        "form": form,
        "ballot": found,
        "options": form.options,
        "assisted": assisted_members(place.space) if place.is_facilitator else [],
        **_speaking(place, person),
    }
    status = 422 if form.errors else 200
    return page(request, "ballots/vote.html", context, space=place.space, place="decisions", status=status)


# ── checking ─────────────────────────────────────────────────────────────────────────────────────


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Look for a receipt among the votes that were counted. The receipt is sent in the body: no log keeps it."""
    place = space_for(request, slug)
    found = _secret(place, pk)
    standing = queries.standing_of(found)
    form = ReceiptForm(request.POST or None)
    looked = None
    if request.method == "POST" and form.is_valid() and not standing.is_open:
        looked = queries.receipt_in(found, form.cleaned_data["code"])
    said = queries.said_in(looked.paper.choice, found, queries.options_of(found)) if looked and looked.paper else ""
    context = {"form": form, "ballot": found, "standing": standing, "looked": looked, "said": said}
    status = 422 if form.errors else 200
    return page(request, "ballots/check.html", context, space=place.space, place="decisions", status=status)


@require_safe
def votes(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Every vote of a closed ballot: by receipt where it was secret, by name for members where not."""
    place = space_for(request, slug)
    found = _counted(place, pk)
    options = queries.options_of(found)
    if found.secret:
        rows = [(paper.code, queries.said_in(paper.choice, found, options)) for paper in queries.papers_of(found)]
    else:
        rows = [
            (cast.entry.person.chosen_name, queries.said_in(cast.choice, found, options))
            for cast in queries.casts_of(found)
        ]
    closing = queries.standing_of(found).closing
    context = {"ballot": found, "rows": rows, "closing": closing}
    return page(request, "ballots/votes.html", context, space=place.space, place="decisions")


@require_safe
def votes_file(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """What was counted, as a file: its SHA-256, in canonical JSON, is the number that the history keeps."""
    place = space_for(request, slug)
    found = _counted(place, pk)
    closing = queries.standing_of(found).closing
    answer = JsonResponse(
        {"counted": what_was_counted(found), "sha256": closing.digest if closing else ""},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    answer["Content-Disposition"] = f'attachment; filename="ballot-{found.pk}.json"'
    answer["Cache-Control"] = "no-store"
    return answer


def _secret(place: Place, pk: UUID) -> Ballot:
    found = queries.ballot_in(place, pk)
    if not found.secret:
        raise NotHere
    return found


def _counted(place: Place, pk: UUID) -> Ballot:
    """A ballot whose votes may be read: counted, and by name only for members."""
    found = queries.ballot_in(place, pk)
    closing = queries.standing_of(found).closing
    if closing is None or not closing.counted or not (found.secret or place.is_member):
        raise NotHere
    return found


@require_safe
def register(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Who may vote. Who has is told as a number alone."""
    place = member_place(request, slug)
    found = queries.ballot_in(place, pk)
    context = {
        "ballot": found,
        "standing": queries.standing_of(found),
        "people": queries.people_on_register(found),
        "me": queries.voter_in(found, place.person),
    }
    return page(request, "ballots/register.html", context, space=place.space, place="decisions")


# ── closing ──────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def close(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Close it and count; or say what is missing, and how it can end without being counted."""
    place = member_place(request, slug)
    found = queries.ballot_in(place, pk)
    ends = "why" in request.POST
    # What was typed before a session ended is for the form with words in it.
    end_form = form_for(request, EndForm) if ends or request.method != "POST" else EndForm()
    form: Any = end_form if ends else form_for(request, CloseForm)
    if request.method == "POST" and form.is_valid():
        return send_once(request, form, lambda: _close(place, found, form.cleaned_data.get("why", "")))
    context = {
        "ballot": found,
        "standing": queries.standing_of(found),
        "form": CloseForm() if ends else form,
        "end_form": end_form,
        "threshold": place.space.threshold,
        "may_close": place.membership is not None and actions.may_be_closed_by(found, place.membership),
    }
    status = 422 if form.errors else 200
    return page(request, "ballots/close.html", context, space=place.space, place="decisions", status=status)


def _close(place: Place, found: Ballot, why: str) -> str:
    actions.close_ballot(actor=_person(place), ballot=found, uncounted_because=why)
    return found.get_absolute_url()


# ── paper ────────────────────────────────────────────────────────────────────────────────────────


@require_http_methods(["GET", "POST"])
def slips(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Voting papers to print, each with a code in two places: on the paper, and on the part to keep."""
    place = member_place(request, slug)
    found = _secret_for_helpers(place, pk)
    form = SlipsForm(request.POST or None, initial={"how_many": len(queries.assisted_without_vote(found)) or 1})
    if request.method == "POST" and form.is_valid():
        codes = actions.print_slips(actor=_person(place), ballot=found, how_many=form.cleaned_data["how_many"])
        context = {
            "ballot": found,
            "papers": [(code, spelled(code)) for code in codes],
            "options": queries.options_of(found),
        }
        return page(request, "ballots/slips_printed.html", context, space=place.space, place="decisions")
    return _helping(request, place, "ballots/slips.html", {"form": form, "ballot": found})


@require_http_methods(["GET", "POST"])
def envelope(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Note whose envelope came in, without opening it."""
    place = member_place(request, slug)
    found = _secret_for_helpers(place, pk)
    form = form_for(request, EnvelopeForm, people=queries.assisted_without_vote(found))
    if request.method == "POST" and form.is_valid():
        person = form.people[form.cleaned_data["who"]]

        def act() -> str:
            actions.note_envelope(actor=_person(place), ballot=found, person=person)
            return found.get_absolute_url()

        return send_once(request, form, act)
    return _helping(request, place, "ballots/envelope.html", {"form": form, "ballot": found})


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def enter(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Enter what stands on a paper from an envelope without a name. Not ``send_once``: it would remember the vote."""
    place = member_place(request, slug)
    found = _secret_for_helpers(place, pk)
    form = PaperForm(request.POST or None, ballot=found, options=queries.options_of(found))
    if request.method == "POST" and form.is_valid():
        actions.enter_paper(actor=_person(place), ballot=found, code=form.cleaned_data["code"], choice=form.choice())
        messages.success(request, _("The paper is in the ballot box."))
        return redirect(found)
    context = {"form": form, "ballot": found, "standing": queries.standing_of(found)}
    return _helping(request, place, "ballots/enter.html", context)


def _secret_for_helpers(place: Place, pk: UUID) -> Ballot:
    found = _secret(place, pk)
    if not place.is_facilitator:
        raise NotAllowed(_("Those who facilitate look after voting papers."))
    return found


def _helping(request: HttpRequest, place: Place, template: str, context: dict[str, Any]) -> HttpResponse:
    status = 422 if context["form"].errors else 200
    return page(request, template, context, space=place.space, place="decisions", status=status)


def _person(place: Place) -> Person:
    if place.person is None:
        raise NotHere
    return place.person
