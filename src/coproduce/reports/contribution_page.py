"""The page of one contribution, and the page for taking it back.

They stand here and not in ``contributions`` because they show what became of the words: the themes they belong to,
and everything above. Each part comes from the ``queries`` of the app that knows it.
"""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.contributions import queries
from coproduce.contributions.actions import withdraw_contribution
from coproduce.contributions.drawing import answers_drawn, gone
from coproduce.contributions.forms import ConfirmForm
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.history.sending import send_once
from coproduce.reports.drawing import did_drawn
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
    context = {
        "contribution": brought,
        "place_here": place,
        "answered": answered,
        "thread": thread,
        "answers": answers_drawn(place.space, thread.answers, quietly["quiet"]),
        **quietly,
        **_about_the_words(place, brought),
    }
    answered = queries.answered_by(place, brought)
    quietly = quiet_part(place, brought, answered, thread)
    return page(request, "reports/contribution.html", context, space=place.space, place="brought")


def _about_the_words(place: Place, brought: Contribution) -> dict[str, Any]:
    """Whether they can be read, the words with their marks, who said them, and what may be done with them."""
    person = place.person
    is_own = person is not None and brought.author_id == person.pk
    is_hidden = brought.state == ContributionState.HIDDEN
    if not queries.may_read(place, brought):
        return {"may_read": False, "is_hidden": is_hidden, "gone": gone(brought.state)}
    links = links_of([brought.pk])
    marks = marks_on(place, brought, links)
    traces = what_words_did(place, [brought], links)
    thanks = queries.acknowledgements_of(brought) if place.is_member else []
    return {
        "may_read": True,
        "is_hidden": is_hidden,
        "is_own": is_own,
        "may_change": is_own or (place.is_facilitator and brought.author.is_assisted),
        "may_answer": place.is_member and brought.state == ContributionState.VISIBLE,
        "words": marked(brought.words, [mark.where for mark in marks if mark.where]),
        "marks": marks,
        "did": did_drawn(traces[brought.pk]),
        "thanks": thanks,
        "said_thanks": any(each.person_id == person.pk for each in thanks) if person else False,
    }


@require_http_methods(["GET", "POST"])
def withdraw(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take one's own words back, after reading what that reaches."""
    place = member_place(request, slug)
    form = form_for(request, ConfirmForm)
    if request.method == "POST" and form.is_valid():
        # The action refuses who may not. Asked here it would also refuse the second press of the button.
        words = queries.contribution_in(place, pk)
        return send_once(request, form, lambda: withdraw_contribution(actor=place.person, contribution=words))
    brought = queries.own_contribution(place, pk)
    is_own = brought.author_id == place.person.pk
    context = {"form": form, "contribution": brought, "reach": what_words_reach(brought), "is_own": is_own}
    return page(
        request, "reports/withdraw.html", context,
        space=place.space, place="brought", status=422 if form.errors else 200,
    )  # fmt: skip
