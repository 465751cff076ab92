"""The final workshop: a short list, mixed tables, their orders in two rounds, and what all change together."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.deliberation.queries import ways_of_people
from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.priorities.actions.calculating import calculate_seats, calculate_tables
from coproduce.priorities.actions.standing import at_step, require_carrying
from coproduce.priorities.models import (
    ROUNDS,
    Calculation,
    Exercise,
    FinalPlace,
    PlaceChange,
    Question,
    Seat,
    Step,
    TablePlace,
    TableRanking,
)
from coproduce.priorities.queries import open_questions, shortlisted
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Membership, MembershipState


@transaction.atomic
def choose_shortlist(*, actor: Person, exercise: Exercise, questions: Sequence[Question], why: str) -> Exercise:
    """Say which questions go to the tables, and why these. Not once a table has ranked them."""
    held = at_step(exercise, Step.MEETING)
    require_carrying(actor, held)
    if not why.strip():
        raise NotAllowed(_("Say why these go on. Those whose question does not will ask."))
    if TableRanking.objects.filter(exercise=held).exists():
        raise NotReady(_("The tables have begun to rank these questions. Nothing was changed."))
    chosen = {each.pk for each in questions}
    if chosen - {each.pk for each in open_questions(held)}:
        raise NotHere
    if len(chosen) < held.top:
        raise NotReady(_("Fewer than the list is to name. Choose more, or let the list name fewer."))
    Question.objects.filter(exercise=held).update(shortlisted_at=None, shortlisted_by=None)
    Question.objects.filter(pk__in=chosen).update(shortlisted_at=clock.now(), shortlisted_by=actor)
    held.shortlist_why = why.strip()
    held.save()
    record("shortlist chosen", actor=actor, space=held.space, subject=held, questions=list(chosen), why=why.strip())
    return held


@transaction.atomic
def seat_people(*, actor: Person, exercise: Exercise, people: Sequence[Person], tables: int, seed: int) -> Calculation:
    """Seat those who come at mixed tables, for both rounds, so that in the second they meet others.

    All must be members (``NotHere``). Seating anew takes the place of the seats before, until a table has ranked.
    """
    held = at_step(exercise, Step.MEETING)
    require_carrying(actor, held)
    coming = {person.pk: person for person in people}
    here = Membership.objects.filter(space=held.space, person__in=coming).exclude(state=MembershipState.LEFT)
    if here.count() < len(coming):
        raise NotHere(_("One of the people you chose is not in this space."))
    if not 1 <= tables <= max(1, len(coming) // 2):
        raise NotAllowed(_("At least two people at each table."))
    if TableRanking.objects.filter(exercise=held).exists():
        raise NotReady(_("A table has ranked already. Move people one by one instead."))
    ways = ways_of_people(held.space, list(coming))
    made = calculate_seats(actor, held, [(str(pk), ways.get(pk, "")) for pk in coming], tables, seed)
    Seat.objects.filter(exercise=held).delete()
    Seat.objects.bulk_create(
        Seat(exercise=held, round=number, table=table, person_id=UUID(who))
        for number, seats in zip(ROUNDS, made.result["rounds"], strict=True)
        for who, table in seats.items()
    )
    record(
        "people seated",
        actor=actor,
        space=held.space,
        subject=made,
        people=list(coming),
        tables=tables,
        seed=seed,
        input_hash=made.input_hash,
    )
    return made


@transaction.atomic
def move_seat(*, actor: Person, seat: Seat, table: int, why: str) -> Seat:
    """Somebody sits elsewhere than was drawn: by whom they were moved, and why, stays on the record."""
    held = at_step(seat.exercise, Step.MEETING)
    require_carrying(actor, held)
    if not why.strip():
        raise NotAllowed(_("Say why, in a few words."))
    if not 1 <= table <= tables_of(held):
        raise NotHere(_("There is no such table."))
    before = seat.table
    seat.table, seat.moved_by, seat.moved_at, seat.moved_why = table, actor, clock.now(), why.strip()
    seat.full_clean()
    seat.save()
    record(
        "seat moved",
        actor=actor,
        space=held.space,
        subject=seat,
        person=seat.person_id,
        round=seat.round,
        before=before,
        after=table,
        why=seat.moved_why,
    )
    return seat


def tables_of(exercise: Exercise) -> int:
    """How many tables there are."""
    return Seat.objects.filter(exercise=exercise).aggregate(most=Max("table"))["most"] or 0


@transaction.atomic
def rank_at_table(
    *, actor: Person, exercise: Exercise, number: int, table: int, places: Mapping[Question, int]
) -> TableRanking:
    """Enter the order of one table in one round; questions may share a place.

    actor: somebody who sits there, or who carries the exercise. Every question of the short list needs a place
    from 1. Entering again takes the place of what was entered, and the tables have to be put together again.
    """
    held = at_step(exercise, Step.MEETING)
    require_member(actor, held.space)
    sits = Seat.objects.filter(exercise=held, round=number, table=table)
    if not sits.exists():
        raise NotHere(_("There is no such table."))
    if not sits.filter(person=actor).exists():
        require_carrying(actor, held)
    wanted = {each.pk for each in shortlisted(held)}
    if {each.pk for each in places} != wanted:
        raise NotAllowed(_("Every question on the short list needs a place. Questions may share one."))
    if PlaceChange.objects.filter(question__exercise=held).exists():
        raise NotReady(_("Places were changed by all together after the count, so it stands as it is."))
    FinalPlace.objects.filter(question__exercise=held).delete()
    if not all(1 <= place <= len(wanted) for place in places.values()):
        raise NotAllowed(_("Places go from 1 to the number of questions."))
    ranking = TableRanking.objects.filter(exercise=held, round=number, table=table).first()
    ranking = ranking or TableRanking(exercise=held, round=number, table=table)
    ranking.entered_by, ranking.entered_at = actor, clock.now()
    ranking.full_clean()
    ranking.save()
    TablePlace.objects.filter(ranking=ranking).delete()
    TablePlace.objects.bulk_create(
        TablePlace(ranking=ranking, question=question, place=place) for question, place in places.items()
    )
    record(
        "table ranked",
        actor=actor,
        space=held.space,
        subject=ranking,
        round=number,
        table=table,
        places={str(question.pk): place for question, place in places.items()},
    )
    return ranking


@transaction.atomic
def count_tables(*, actor: Person, exercise: Exercise) -> Calculation:
    """Put together what the tables said: both rounds are counted and kept, the places are those of the second.

    Every table must have ranked in both rounds. Once places were changed by all together it stands.
    """
    held = at_step(exercise, Step.MEETING)
    require_carrying(actor, held)
    seated = set(Seat.objects.filter(exercise=held).values_list("round", "table"))
    ranked = set(TableRanking.objects.filter(exercise=held).values_list("round", "table"))
    if not seated or seated - ranked:
        raise NotReady(_("Not every table has entered its order in both rounds yet."))
    if PlaceChange.objects.filter(question__exercise=held).exists():
        raise NotReady(_("Places were changed by all together after the count, so it stands as it is."))
    calculate_tables(actor, held, 1)
    made = calculate_tables(actor, held, 2)
    numbered = {f"Q{each.number}": each for each in shortlisted(held)}
    FinalPlace.objects.filter(question__exercise=held).delete()
    FinalPlace.objects.bulk_create(
        FinalPlace(question=numbered[placed["question"]], counted=placed["place"], place=placed["place"])
        for placed in made.result["order"]
    )
    record("tables counted", actor=actor, space=held.space, subject=made, input_hash=made.input_hash)
    return made


@transaction.atomic
def change_place(*, actor: Person, question: Question, to: int, why: str) -> PlaceChange:
    """All together ask for another place for a question, and say why. The others move up or down by it."""
    held = at_step(question.exercise, Step.MEETING)
    require_carrying(actor, held)
    if not why.strip():
        raise NotAllowed(_("Say why. The tables had put it elsewhere."))
    rows = {row.question_id: row for row in FinalPlace.objects.filter(question__exercise=held)}
    if question.pk not in rows or not 1 <= to <= len(rows):
        raise NotHere(_("There is no such place on the list."))
    before = rows[question.pk].place
    for row, place in _placed_anew(rows.pop(question.pk), list(rows.values()), to):
        if row.place != place:
            row.place = place
            row.save()
    change = PlaceChange(
        question=question, before=before, after=to, why=why.strip(), changed_by=actor, changed_at=clock.now()
    )
    change.full_clean()
    change.save(force_insert=True)
    record(
        "place changed by all together",
        actor=actor,
        space=held.space,
        subject=change,
        question=question.pk,
        before=before,
        after=to,
        why=change.why,
    )
    return change


def _placed_anew(moved: FinalPlace, others: Sequence[FinalPlace], to: int) -> list[tuple[FinalPlace, int]]:
    """Each row with its new place: ``moved`` at ``to`` alone, the others in their order, those that tied still tied.

    A tie that would reach over ``to`` is parted by it: the place that was asked for is the place that it gets.
    """
    order = sorted(others, key=lambda row: (row.place, str(row.question_id)))
    order.insert(to - 1, moved)
    found: list[tuple[FinalPlace, int]] = []
    for index, row in enumerate(order, start=1):
        last = found[-1] if found else None
        ties = last is not None and moved not in (row, last[0]) and last[0].place == row.place
        found.append((row, last[1] if ties and last else index))
    return found
