"""The interim round: the ballot on screen and on paper, and what everyone chose."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.contributions.queries import assisted_members
from coproduce.contributions.sentences import typed_again_says
from coproduce.deliberation.queries import speaker
from coproduce.history.sending import send_once
from coproduce.people.models import Person
from coproduce.priorities import actions, queries
from coproduce.priorities.figures import interim_figure
from coproduce.priorities.forms.choosing import ChooseForm
from coproduce.priorities.models import Exercise, Step
from coproduce.priorities.views.exercise import exercise_page
from coproduce.spaces.access import Place, may_see_again, member_place, space_for
from coproduce.ui.forms import form_for


@require_http_methods(["GET", "POST"])
def choose(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Choose what matters most. ``?for=`` an assisted member, by a facilitator who enters their ballot."""
    place = member_place(request, slug)
    found = queries.exercise_in(place, pk)
    person = speaker(place, request.GET.get("for", ""))
    if found.step != Step.CHOOSING:
        return exercise_page(request, "not_now", place, found)
    there = queries.choice_of(found, person)
    before = there if may_see_again(place.person, there) else None
    chosen = [row.question_id for row in before.chosen.all()] if before else []
    types_up = place.is_facilitator and person == place.person
    form = form_for(
        request,
        ChooseForm,
        exercise=found,
        questions=queries.open_questions(found),
        before=chosen,
        written_down=person != place.person,
    )
    if request.method == "POST" and form.is_valid():
        return _kept(request, place, found, person, form, is_again=there is not None and before is None)
    context = {
        "form": form,
        "speaker": person,
        "is_own": person == place.person,
        "before": before,
        "is_hidden": there is not None and before is None,
        "until": queries.may_choose_until(found),
        "assisted": queries.ballots_of(found, assisted_members(place.space)) if types_up else [],
    }
    return exercise_page(request, "choose", place, found, context)


def _kept(
    request: HttpRequest, place: Place, found: Exercise, person: Person, form: ChooseForm, *, is_again: bool
) -> HttpResponse:
    """Keep what was chosen and say so. is_again: somebody else typed it up before, and this person was not shown it."""

    def act() -> str:
        choice = actions.choose_questions(actor=place.person, exercise=found, person=person, **form.fields_for_action())
        said = _("Kept. It can be changed until somebody closes the round.")
        messages.success(request, typed_again_says(is_same=choice.checked_by_id is not None) if is_again else said)
        return reverse("priorities:choose", args=[place.space.slug, found.pk]) if is_again else found.get_absolute_url()

    return send_once(request, form, act)


@require_safe
def paper(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The ballot to print. ``?for=`` with the name of somebody who does not come online."""
    place = member_place(request, slug)
    found = queries.exercise_in(place, pk)
    named = request.GET.get("for", "")
    context = {
        "questions": queries.open_questions(found),
        "named": speaker(place, named) if named else None,
        "until": queries.may_choose_until(found) if found.step == Step.CHOOSING else None,
    }
    return exercise_page(request, "paper", place, found, context)


@require_safe
def results(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """What everyone chose, each group apart, once the round is closed."""
    place = space_for(request, slug)
    found = queries.exercise_in(place, pk)
    counted = queries.interim_of(found)
    asked = queries.questions_of(place, found) if counted else []
    context = {"counted": counted, "figure": interim_figure(counted, asked, place.space) if counted else None}
    return exercise_page(request, "results", place, found, context)
