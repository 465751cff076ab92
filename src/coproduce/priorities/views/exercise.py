"""All exercises, one exercise with its path, beginning one, and moving it on."""

from typing import Any, NamedTuple
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from coproduce.history.sending import send_once
from coproduce.priorities import actions, queries
from coproduce.priorities.actions.standing import require_carrying
from coproduce.priorities.forms.exercise import ChangeForm, MoveForm, PeopleForm, ProposeForm
from coproduce.priorities.models import BACK_TO, ORDER, Exercise, Step
from coproduce.spaces.access import Place, member_place, require_facilitator, space_for
from coproduce.spaces.queries import present_charter
from coproduce.ui.forms import form_for
from coproduce.ui.pages import page


class StepShown(NamedTuple):
    """One step of the path as a page shows it. ``when``: done, now or later."""

    label: Any
    when: str
    url: str


def path_of(exercise: Exercise) -> list[StepShown]:
    """Every step, where the exercise is, and where to read what came of the steps that are behind."""
    now = ORDER.index(Step(exercise.step))
    leads = {
        Step.GATHERING: "words",
        Step.MERGING: "questions",
        Step.CHECKING: "questions",
        Step.CHOOSING: "results",
        Step.MEETING: "tables",
        Step.DONE: "top",
    }
    shown = []
    for index, step in enumerate(ORDER):
        when = "done" if index < now else "now" if index == now else "later"
        name = leads.get(step) if index < now or step == exercise.step == Step.DONE else None
        url = reverse(f"priorities:{name}", args=[exercise.space.slug, exercise.pk]) if name else ""
        shown.append(StepShown(step.label, when, url))
    return shown


def shell(place: Place, exercise: Exercise) -> dict[str, Any]:
    """What every page of an exercise needs. One query for a member who does not facilitate."""
    return {
        "exercise": exercise,
        "steps": path_of(exercise),
        "is_member": place.is_member,
        "is_facilitator": place.is_facilitator,
        "may_carry": place.is_facilitator or (place.is_member and queries.carries(place.person, exercise)),
    }


def exercise_page(
    request: HttpRequest, template: str, place: Place, exercise: Exercise, context: dict[str, Any] | None = None
) -> HttpResponse:
    """A page of an exercise; 422 where its form was refused."""
    filled = {**shell(place, exercise), **(context or {})}
    status = 422 if "form" in filled and filled["form"].errors else 200
    return page(request, f"priorities/{template}.html", filled, space=place.space, place="views", status=status)


def for_carriers(request: HttpRequest, slug: str, pk: UUID) -> tuple[Place, Exercise]:
    """For sheets of those who carry an exercise: where we are, or the refusal."""
    place = member_place(request, slug)
    exercise = queries.exercise_in(place, pk)
    if place.person is not None:
        require_carrying(place.person, exercise)
    return place, exercise


@require_safe
def exercises(request: HttpRequest, slug: str) -> HttpResponse:
    """What matters most: every exercise of the space."""
    place = space_for(request, slug)
    found = queries.exercises_in(place.space)
    for each in found:
        each.space = place.space
    context = {"exercises": found, "is_member": place.is_member}
    return page(request, "priorities/exercises.html", context, space=place.space, place="views")


@require_http_methods(["GET", "POST"])
def propose(request: HttpRequest, slug: str) -> HttpResponse:
    """Propose to find out what matters most. Any member may."""
    place = member_place(request, slug)
    form = form_for(request, ProposeForm, reading_days=present_charter(place.space).minimum_reading_days)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.propose_exercise(actor=place.person, space=place.space, **form.fields_for_action()),
        )
    status = 422 if form.errors else 200
    return page(request, "priorities/propose.html", {"form": form}, space=place.space, place="views", status=status)


@require_safe
def exercise(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """One exercise: its path, where it is, and what anybody can do now."""
    place = space_for(request, slug)
    found = queries.exercise_in(place, pk)
    context: dict[str, Any] = {
        "carriers": queries.carriers_of(found),
        "changes": list(found.changes.select_related("changed_by")),
        "missing": queries.missing_for(found) if place.is_member else [],
        "after": queries.next_step(found),
        "back": BACK_TO.get(Step(found.step)),
        "mine": queries.own_words_in(place, found),
    }
    if found.step == Step.CHOOSING and place.person is not None and place.is_member:
        context |= {
            "until": queries.may_choose_until(found),
            "choice": queries.choice_of(found, place.person),
        }
    if found.step == Step.DONE:
        context["top"] = queries.top_of(found)
    return exercise_page(request, "exercise", place, found, context)


@require_http_methods(["GET", "POST"])
def change(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Change what an exercise says of itself, and where its tables meet."""
    place, found = for_carriers(request, slug, pk)
    gatherings = queries.gatherings_to_meet_at(place.space)
    form = form_for(request, ChangeForm, exercise=found, gatherings=gatherings)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.change_exercise(actor=place.person, exercise=found, **form.fields_for_action()),
        )
    return exercise_page(request, "change", place, found, {"form": form})


@require_http_methods(["GET", "POST"])
def steering(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Who helps to carry an exercise."""
    place, found = for_carriers(request, slug, pk)
    carriers = queries.carriers_of(found)
    form = form_for(
        request, PeopleForm, members=queries.members_by_name(place.space), ticked=[one.person.pk for one in carriers]
    )
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.name_steering(actor=place.person, exercise=found, people=form.cleaned_data["people"]),
        )
    return exercise_page(request, "steering", place, found, {"form": form, "carriers": carriers})


@require_http_methods(["GET", "POST"])
def move(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Move an exercise on, or with ``?to=`` a step back, with a reason."""
    place, found = for_carriers(request, slug, pk)
    if found.step == Step.PROPOSED and place.person is not None:
        require_facilitator(place.person, place.space)
    after, back = queries.next_step(found), BACK_TO.get(Step(found.step))
    to = back if back and request.GET.get("to") == back else after
    form = form_for(request, MoveForm, initial={"to": to})
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.move_exercise(
                actor=place.person, exercise=found, to=form.cleaned_data["to"], why=form.cleaned_data["why"]
            ),
        )
    context = {
        "form": form,
        "to": to,
        "goes_back": to is not None and to == back,
        "missing": queries.missing_for(found) if to == after else [],
        "before": Step(found.step),
    }
    return exercise_page(request, "move", place, found, context)
