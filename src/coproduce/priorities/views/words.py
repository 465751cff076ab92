"""Gathered words and the questions drawn from them."""

from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.history.sending import send_once
from coproduce.priorities import actions, queries
from coproduce.priorities.forms.fields import WhyForm
from coproduce.priorities.forms.words import CheckForm, DrawQuestionForm, GatherForm, RewordForm, WordsBehindForm
from coproduce.priorities.models import Exercise, Step, Uncertainty
from coproduce.priorities.views.exercise import exercise_page, for_carriers
from coproduce.spaces.access import Place, member_place, space_for
from coproduce.ui.forms import form_for


def _url(name: str, exercise: Exercise) -> str:
    return reverse(f"priorities:{name}", args=[exercise.space.slug, exercise.pk])


@require_safe
def words(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Everything that was gathered, and where each of it is now."""
    place = space_for(request, slug)
    found = queries.exercise_in(place, pk)
    gathered = queries.words_of(place, found)
    context = {
        "inside": [row for row in gathered if row.uncertainty.out_at is None],
        "outside": [row for row in gathered if row.uncertainty.out_at is not None],
    }
    return exercise_page(request, "words", place, found, context)


@require_http_methods(["GET", "POST"])
def gather(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Take words up as something we do not know. ``?from=`` names contributions that are ticked at first."""
    place = member_place(request, slug)
    found = queries.exercise_in(place, pk)
    gathered = Uncertainty.objects.filter(exercise=found).values_list("contribution", flat=True)
    form = form_for(request, GatherForm, place=place, chosen=request.GET.getlist("from"), gathered=gathered)
    if request.method == "POST" and not form.wants_to_look and form.is_valid():

        def act() -> str:
            actions.gather_uncertainties(actor=place.person, exercise=found, contributions=form.chosen_contributions())
            return _url("words", found)

        return send_once(request, form, act)
    return exercise_page(request, "gather", place, found, {"form": form})


def _of(place: Place, exercise: Exercise, pk: UUID) -> queries.Gathered:
    uncertainty = queries.uncertainty_in(exercise, pk)
    return queries.words_of(place, exercise, only=Q(pk=uncertainty.pk))[0]


@require_http_methods(["GET", "POST"])
def out(request: HttpRequest, slug: str, pk: UUID, uncertainty: UUID) -> HttpResponse:
    """Put words out of scope, with a reason."""
    place, found = for_carriers(request, slug, pk)
    row = _of(place, found, uncertainty)
    row.uncertainty.exercise = found
    form = form_for(request, WhyForm)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.put_out_of_scope(actor=place.person, uncertainty=row.uncertainty, why=form.cleaned_data["why"])
            return _url("words", found)

        return send_once(request, form, act)
    return exercise_page(request, "out", place, found, {"form": form, "row": row})


@require_POST
def back_in(request: HttpRequest, slug: str, pk: UUID, uncertainty: UUID) -> HttpResponse:
    """Bring words back into scope."""
    place, found = for_carriers(request, slug, pk)
    actions.bring_back_in(actor=place.person, uncertainty=queries.uncertainty_in(found, uncertainty))
    return HttpResponseRedirect(_url("words", found))


@require_safe
def questions(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Every question: still open, answered already, and those behind which no words stand any more."""
    place = space_for(request, slug)
    found = queries.exercise_in(place, pk)
    asked = queries.questions_of(place, found)
    context = {
        "standing": [each for each in asked if not each.is_answered and not each.is_empty],
        "answered": [each for each in asked if each.is_answered and not each.is_empty],
        "empty": [each for each in asked if each.is_empty],
        "loose": queries.loose_words(found).count() if place.is_member else 0,
    }
    return exercise_page(request, "questions", place, found, context)


@require_http_methods(["GET", "POST"])
def draw(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Draw one question from several people's words."""
    place, found = for_carriers(request, slug, pk)
    form = form_for(request, DrawQuestionForm, gathered=queries.words_of(place, found))
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.draw_question(
                actor=place.person,
                exercise=found,
                words=form.cleaned_data["words"],
                uncertainties=form.cleaned_data["uncertainties"],
                also=form.cleaned_data["also"],
            ),
        )
    return exercise_page(request, "draw", place, found, {"form": form})


@require_safe
def question(request: HttpRequest, slug: str, pk: UUID, question: UUID) -> HttpResponse:
    """One question: from whose words, put together by whom, how it was worded, and what is known."""
    place = space_for(request, slug)
    found = queries.exercise_in(place, pk)
    one = queries.question_in(found, question)
    asked = queries.questions_of(place, found, only=[one.pk])[0]
    checks = list(one.checks.select_related("checked_by").order_by("-checked_at", "-id"))
    context = {
        "asked": asked,
        "question": asked.question,
        "versions": list(one.versions.select_related("written_by").order_by("-number")),
        "checks": checks,
        "final": queries.final_place(one) if found.step == Step.DONE else None,
        "moved": list(one.sources.filter(ended_at__isnull=False).select_related("ended_by").order_by("ended_at")[:50]),
    }
    return exercise_page(request, "question", place, found, context)


@require_http_methods(["GET", "POST"])
def behind(request: HttpRequest, slug: str, pk: UUID, question: UUID) -> HttpResponse:
    """Put more words behind a question, or move them here from another."""
    place, found = for_carriers(request, slug, pk)
    one = queries.question_in(found, question)
    others = [row for row in queries.words_of(place, found) if one.pk not in {each.pk for each in row.questions}]
    form = form_for(request, WordsBehindForm, gathered=others)
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.put_words_behind(
                actor=place.person,
                question=one,
                uncertainties=form.cleaned_data["uncertainties"],
                also=form.cleaned_data["also"],
            ),
        )
    return exercise_page(request, "behind", place, found, {"form": form, "question": one, "others": others})


@require_http_methods(["GET", "POST"])
def reword(request: HttpRequest, slug: str, pk: UUID, question: UUID) -> HttpResponse:
    """Say a question better."""
    place, found = for_carriers(request, slug, pk)
    one = queries.question_in(found, question)
    form = form_for(request, RewordForm, initial={"words": one.words})
    if request.method == "POST" and form.is_valid():
        return send_once(
            request,
            form,
            lambda: actions.reword_question(
                actor=place.person, question=one, words=form.cleaned_data["words"], why=form.cleaned_data["why"]
            ),
        )
    return exercise_page(request, "reword", place, found, {"form": form, "question": one})


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest, slug: str, pk: UUID, question: UUID) -> HttpResponse:
    """Say whether a question is answered already, and where that can be read."""
    place, found = for_carriers(request, slug, pk)
    one = queries.question_in(found, question)
    form = form_for(request, CheckForm)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.check_evidence(actor=place.person, question=one, **form.fields_for_action())
            return one.get_absolute_url()

        return send_once(request, form, act)
    return exercise_page(request, "check", place, found, {"form": form, "question": one})
