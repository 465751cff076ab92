"""The page of one contribution, and the page for taking it back.

They stand here and not in ``contributions`` because they show what became of the words: the themes they belong to,
and everything above. Each part comes from the ``queries`` of the app that knows it.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.care.actions import record_reading
from coproduce.contributions import files, queries, views
from coproduce.contributions.actions import (
    allow_use,
    bring_back,
    end_use,
    open_to_all,
    put_aside,
    withdraw_contribution,
)
from coproduce.contributions.drawing import answers_drawn, gone
from coproduce.contributions.known import is_known_to
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.use import is_usable
from coproduce.finding.forgetting import forget_erased_words
from coproduce.history.sending import send_once
from coproduce.reports.care_part import care_part
from coproduce.reports.drawing import did_drawn
from coproduce.reports.forms import Depth, TakeBackForm
from coproduce.reports.queries.did import what_words_did
from coproduce.reports.quiet_part import quiet_part
from coproduce.reports.reach import same_words_elsewhere, what_words_reach
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.themes.passages import marked
from coproduce.themes.queries import links_of, marks_on
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


@require_safe
def contribution(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One contribution: the words, what was marked in them, who, and what others said. ``?from=`` pages the answers."""
    place = space_for(request, slug)
    brought = queries.contribution_in(place, pk)
    start = request.GET.get("from", "")
    thread = queries.answers_to(place, brought, start=int(start) if start.isdecimal() and len(start) < 7 else 0)
    answered = queries.answered_by(place, brought)
    quietly = quiet_part(place, brought, answered, thread)
    context = {
        "contribution": brought,
        "place_here": place,
        "answered": answered,
        "thread": thread,
        "answers": answers_drawn(place.space, thread.answers, quietly["quiet"]),
        **quietly,
        **_about_the_words(place, brought),
        **care_part(place, brought),
    }
    return page(request, "reports/contribution.html", context, space=place.space, place="brought")


def _about_the_words(place: Place, brought: Contribution) -> dict[str, Any]:
    """Whether they can be read, the words with their marks, who said them, and what may be done with them."""
    person = place.person
    is_own = person is not None and brought.author_id == person.pk
    is_hidden = brought.state == ContributionState.HIDDEN
    if not queries.may_read(place, brought):
        return {"may_read": False, "is_hidden": is_hidden, "gone": gone(brought.state)}
    may_take_back = is_own or (place.is_facilitator and brought.author.is_assisted)
    links = links_of([brought.pk])
    marks = marks_on(place, brought, links)
    traces = what_words_did(place, [brought], links, across=False)
    thanks = queries.acknowledgements_of(brought) if place.is_member else []
    return {
        "may_read": True,
        "is_hidden": is_hidden,
        "is_own": is_own,
        "may_change": may_take_back and is_known_to(person, brought),
        "may_take_back": may_take_back,
        "may_answer": place.is_member and brought.state == ContributionState.VISIBLE,
        "may_use": place.is_member and is_usable(brought),
        "may_hide": place.is_facilitator and (is_hidden or brought.state == ContributionState.VISIBLE),
        "give_back": TakeBackForm(auto_id=False) if may_take_back and not is_usable(brought) else None,
        "words": marked(brought.words, [mark.where for mark in marks if mark.where]),
        "marks": marks,
        "attached": queries.attachments_of([brought.pk]) if brought.has_files else [],
        "did": did_drawn(traces[brought.pk]),
        "thanks": thanks,
        "said_thanks": any(each.person_id == person.pk for each in thanks) if person else False,
    }


@require_safe
def attachment(request: HttpRequest, slug: str, pk: UUID, file: UUID) -> HttpResponse:
    """A file that goes with words. To open it where few may read the words is to read them, and is noted so."""
    place = space_for(request, slug)
    brought = queries.contribution_in(place, pk)
    served = files.file_served(request, place, brought, file)
    if place.person is not None:
        record_reading(actor=place.person, contribution=brought)
    return served


@require_http_methods(["GET", "POST"])
def revise(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say one's own words better, or an assisted person's for them: where few may read them, that is noted too."""
    _note_helper(request, slug, pk)
    return views.revise(request, slug, pk)


@require_http_methods(["GET", "POST"])
def describe(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say what is in the files that go with words. As ``revise``, it is noted who helps."""
    _note_helper(request, slug, pk)
    return files.describe(request, slug, pk)


def _note_helper(request: HttpRequest, slug: str, pk: UUID) -> None:
    place = member_place(request, slug)
    record_reading(actor=place.person, contribution=queries.own_contribution(place, pk))


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take one's own words back, at one of three depths, or give them back. ``?erase``: see once more what that takes.

    The buttons on the page of the words lead here too.
    """
    place = member_place(request, slug)
    form = form_for(request, TakeBackForm)
    if request.method == "POST" and form.is_valid():
        # The action refuses who may not. Asked here it would also refuse the second press of the button.
        words = queries.contribution_in(place, pk)
        depth = form.cleaned_data["depth"]
        if depth == Depth.ERASE and not form.cleaned_data["sure"]:
            return HttpResponseRedirect(f"{request.path}?erase=1")
        taken = send_once(request, form, lambda: _TAKING[depth](actor=place.person, contribution=words))
        if depth == Depth.ERASE:
            forget_erased_words()
        return taken
    brought = queries.own_contribution(place, pk, to_take_back=True)
    record_reading(actor=place.person, contribution=brought)
    is_own = brought.author_id == place.person.pk
    form.offer(brought, own=is_own)
    erases = "erase" in request.GET
    context = {"form": form, "contribution": brought, "reach": what_words_reach(brought), "is_own": is_own}
    context["whose"] = brought.author.chosen_name if is_known_to(place.person, brought) else ""
    if erases:
        context["same_words"] = same_words_elsewhere(place, brought)
    template = "reports/erase.html" if erases else "reports/withdraw.html"
    return page(request, template, context, space=place.space, place="brought", status=422 if form.errors else 200)


_TAKING = {
    Depth.ASIDE: put_aside,
    Depth.NO_USE: end_use,
    Depth.ERASE: withdraw_contribution,
    Depth.BACK: bring_back,
    Depth.USE: allow_use,
    Depth.OPEN: open_to_all,
}
