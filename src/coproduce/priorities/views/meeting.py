"""The tables: who sits where, their orders, what all change together, and the list that comes out."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from coproduce.errors import NotHere
from coproduce.history.sending import send_once
from coproduce.priorities import actions, queries
from coproduce.priorities.actions.standing import require_carrying
from coproduce.priorities.figures import paths_of, seating_of, suggested_shortlist, tables_figure
from coproduce.priorities.forms.meeting import ChangePlaceForm, MoveSeatForm, RankForm, SeatForm, ShortlistForm
from coproduce.priorities.models import Exercise
from coproduce.priorities.views.exercise import exercise_page, for_carriers
from coproduce.spaces.access import member_place, space_for
from coproduce.ui.forms import form_for


def _tables_url(exercise: Exercise) -> str:
    return reverse("priorities:tables", args=[exercise.space.slug, exercise.pk])


@require_http_methods(["GET", "POST"])
def shortlist(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say which questions go to the tables."""
    place, found = for_carriers(request, slug, pk)
    questions = queries.open_questions(found)
    chosen = [each.pk for each in questions if each.shortlisted_at]
    first = chosen or suggested_shortlist(queries.interim_of(found), questions)
    form = form_for(request, ShortlistForm, questions=questions, first=first, initial={"why": found.shortlist_why})
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.choose_shortlist(
                actor=place.person, exercise=found, **{name: form.cleaned_data[name] for name in ("questions", "why")}
            )
            return _tables_url(found)

        return send_once(request, form, act)
    return exercise_page(request, "shortlist", place, found, {"form": form})


@require_http_methods(["GET", "POST"])
def seat(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Say who comes, and have the tables made."""
    place, found = for_carriers(request, slug, pk)
    members = queries.members_by_name(place.space)
    seated = {one.person_id for table in queries.tables_in(found) for one in table.seats}
    form = form_for(request, SeatForm, members=members, ticked=seated)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.seat_people(
                actor=place.person,
                exercise=found,
                **{name: form.cleaned_data[name] for name in ("people", "tables", "seed")},
            )
            return _tables_url(found)

        return send_once(request, form, act)
    return exercise_page(request, "seat", place, found, {"form": form})


@require_safe
def tables(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The short list, the tables of both rounds, and what they said. Who sits where is for members."""
    place = space_for(request, slug)
    found = queries.exercise_in(place, pk)
    sitting, places = queries.tables_in(found), queries.places_of(found)
    context = {
        "seated": bool(sitting),
        "seating": seating_of(place, sitting) if sitting and place.is_member else None,
        "short": queries.shortlisted(found),
        "figure": tables_figure(found, sitting),
        "places": places,
        "is_settled": any(row.question.place_changes.all() for row in places),
        "drawn": queries.newest_calculation(found, "seats") if place.is_member else None,
    }
    return exercise_page(request, "tables", place, found, context)


@require_safe
def cards(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Cards to print for the tables: a sheet for each table and round, and the short list to cut up."""
    place = member_place(request, slug)
    found = queries.exercise_in(place, pk)
    context = {"tables": queries.tables_in(found), "short": queries.shortlisted(found)}
    return exercise_page(request, "cards", place, found, context)


@require_http_methods(["GET", "POST"])
def move_seat(request: HttpRequest, slug: str, pk: UUID, seat: UUID) -> HttpResponse:
    """Seat somebody at another table, with a reason that stays on the record."""
    place, found = for_carriers(request, slug, pk)
    one = queries.seat_in(found, seat)
    most = max(table.number for table in queries.tables_in(found))
    form = form_for(request, MoveSeatForm, tables=most, initial={"table": one.table})
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            actions.move_seat(
                actor=place.person, seat=one, table=form.cleaned_data["table"], why=form.cleaned_data["why"]
            )
            return _tables_url(found)

        return send_once(request, form, act)
    return exercise_page(request, "move_seat", place, found, {"form": form, "seat": one})


@require_http_methods(["GET", "POST"])
def rank(request: HttpRequest, slug: str, pk: UUID, number: int, table: int) -> HttpResponse:
    """Enter the order of one table: by whoever sits there, or who carries the exercise."""
    place = member_place(request, slug)
    found = queries.exercise_in(place, pk)
    here = [one for one in queries.tables_in(found) if (one.round, one.number) == (number, table)]
    if not here or place.person is None:
        raise NotHere
    if place.person.pk not in {seat.person_id for seat in here[0].seats}:
        require_carrying(place.person, found)
    ranking = here[0].ranking
    before = {row.question_id: row.place for row in ranking.places.all()} if ranking else {}
    form = form_for(request, RankForm, questions=queries.shortlisted(found), before=before)
    if request.method == "POST" and not form.moved and form.is_valid():

        def act() -> str:
            actions.rank_at_table(actor=place.person, exercise=found, number=number, table=table, places=form.places())
            return _tables_url(found)

        return send_once(request, form, act)
    return exercise_page(request, "rank", place, found, {"form": form, "table": here[0]})


@require_POST
def count(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """Put together what the tables said."""
    place, found = for_carriers(request, slug, pk)
    actions.count_tables(actor=place.person, exercise=found)
    return HttpResponseRedirect(_tables_url(found))


@require_http_methods(["GET", "POST"])
def change_place(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """All together change the place of a question, with a reason."""
    place, found = for_carriers(request, slug, pk)
    places = queries.places_of(found)
    form = form_for(request, ChangePlaceForm, places=places)
    if request.method == "POST" and form.is_valid():

        def act() -> str:
            data = form.cleaned_data
            actions.change_place(actor=place.person, question=data["question"], to=data["place"], why=data["why"])
            return _tables_url(found)

        return send_once(request, form, act)
    return exercise_page(request, "change_place", place, found, {"form": form, "places": places})


@require_safe
def top(request: HttpRequest, slug: str, pk: UUID) -> HttpResponse:
    """The list that came out, each question with its whole path."""
    place = space_for(request, slug)
    found = queries.exercise_in(place, pk)
    return exercise_page(request, "top", place, found, {"paths": paths_of(place, found)})
