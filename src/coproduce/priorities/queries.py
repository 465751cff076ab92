"""Priority exercises as a person may see them: their steps, words, questions, results and tables."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce import clock
from coproduce.contributions.models import ContributionState
from coproduce.contributions.use import in_use
from coproduce.deliberation.queries import SourceWords, as_sources, ways_of_people
from coproduce.errors import NotHere
from coproduce.gatherings.models import Gathering
from coproduce.people.models import Person
from coproduce.priorities.models import (
    ORDER,
    Calculation,
    CalculationKind,
    Choice,
    EvidenceCheck,
    Exercise,
    FinalPlace,
    Question,
    QuestionSource,
    Seat,
    Steering,
    Step,
    TableRanking,
    Uncertainty,
    Verdict,
)
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState, Space
from coproduce.ways import in_order

A_PAGE = 50
AT_MOST = 300
"""So many questions or words of one exercise are shown on one page."""


# ── exercises ────────────────────────────────────────────────────────────────────────────────────


def exercises_in(space: Space) -> list[Exercise]:
    """The exercises of a space, the newest first, with ``gathered`` and ``asked``: how many words and questions."""
    words = Uncertainty.objects.filter(exercise=OuterRef("pk"), out_at=None).order_by().values("exercise")
    questions = Question.objects.filter(exercise=OuterRef("pk")).order_by().values("exercise")
    found = Exercise.objects.filter(space=space).annotate(
        gathered=Subquery(words.annotate(n=Count("pk")).values("n")),
        asked=Subquery(questions.annotate(n=Count("pk")).values("n")),
    )
    return list(found.order_by("-proposed_at", "-id")[:A_PAGE])


def exercise_in(place: Place, pk: UUID) -> Exercise:
    """One exercise of this space, with who looks after it. ``NotHere`` if there is none."""
    found = Exercise.objects.filter(space=place.space, pk=pk)
    exercise = found.select_related("looked_after_by", "proposed_by", "gathering").first()
    if exercise is None:
        raise NotHere
    exercise.space = place.space
    return exercise


def next_step(exercise: Exercise) -> Step | None:
    """The step after this one, None after the last."""
    index = ORDER.index(Step(exercise.step))
    return ORDER[index + 1] if index + 1 < len(ORDER) else None


def carries(person: Person | None, exercise: Exercise) -> bool:
    """Whether somebody is among those who carry this exercise. One query."""
    if person is None:
        return False
    if person.pk == exercise.looked_after_by_id:
        return True
    return Steering.objects.filter(exercise=exercise, person=person, ended_at=None).exists()


class Carrier(NamedTuple):
    """Somebody who helps to carry an exercise, with the ways in which they let it be shown that they know."""

    person: Person
    ways: str


def carriers_of(exercise: Exercise) -> list[Carrier]:
    """Who carries an exercise now, those named first first. Two queries."""
    rows = list(Steering.objects.filter(exercise=exercise, ended_at=None).select_related("person"))
    ways = ways_of_people(exercise.space, [row.person_id for row in rows], shown_only=True)
    return [Carrier(row.person, ways.get(row.person_id, "")) for row in rows]


def ways_of_carriers(exercise: Exercise) -> str:
    """All ways of knowing among those who carry it, also those only counted, in the order of drawing."""
    people = Steering.objects.filter(exercise=exercise, ended_at=None).values_list("person", flat=True)
    return in_order("".join(ways_of_people(exercise.space, list(people)).values()))


def may_choose_until(exercise: Exercise) -> date:
    """The first day on which the round may be closed. Nothing closes it by itself."""
    return timezone.localdate(exercise.step_since) + timedelta(days=exercise.minimum_days)


# ── what a step needs before the next ────────────────────────────────────────────────────────────


def missing_for(exercise: Exercise) -> list[str]:
    """What is missing before an exercise can go on, in sentences; nothing when it can."""
    asked = _MISSING.get(Step(exercise.step))
    return asked(exercise) if asked else []


def _to_open(exercise: Exercise) -> list[str]:
    if len(ways_of_carriers(exercise)) < 2:
        return [_("Those who carry it all know it in the same way. Ask somebody who knows it in another.")]
    return []


def _to_merge(exercise: Exercise) -> list[str]:
    gathered = Uncertainty.objects.filter(exercise=exercise, out_at=None).exists()
    return [] if gathered else [_("Nothing has been gathered yet.")]


def _to_check(exercise: Exercise) -> list[str]:
    loose = loose_words(exercise).count()
    said = ngettext(
        "One thing that somebody said stands behind no question yet, and is not out of scope.",
        "%(n)s things that people said stand behind no question yet, and are not out of scope.",
        loose,
    )
    return [said % {"n": loose}] if loose else []


def _to_choose(exercise: Exercise) -> list[str]:
    missing = _to_check(exercise)
    standing = _questions(exercise).filter(has_words=True)
    unchecked = standing.filter(verdict=None).count()
    if unchecked:
        said = ngettext(
            "One question has not been checked yet.", "%(n)s questions have not been checked yet.", unchecked
        )
        missing.append(said % {"n": unchecked})
    if len(open_questions(exercise)) < 2:
        missing.append(_("There are not two questions yet between which people could choose."))
    return missing


def _to_close_choosing(exercise: Exercise) -> list[str]:
    until = may_choose_until(exercise)
    if clock.today() < until:
        on = date_format(until, "DATE_FORMAT")
        return [_("Everyone has until %(on)s at least to choose.") % {"on": on}]
    if not Choice.objects.filter(exercise=exercise).exists():
        return [_("Nobody has chosen yet.")]
    return []


def _to_end(exercise: Exercise) -> list[str]:
    there = FinalPlace.objects.filter(question__exercise=exercise).exists()
    return [] if there else [_("What the tables said has not been put together yet.")]


_MISSING = {
    Step.PROPOSED: _to_open,
    Step.GATHERING: _to_merge,
    Step.MERGING: _to_check,
    Step.CHECKING: _to_choose,
    Step.CHOOSING: _to_close_choosing,
    Step.MEETING: _to_end,
}


def loose_words(exercise: Exercise) -> QuerySet[Uncertainty]:
    """Gathered words that stand behind no question, are in scope, and that their author has not taken back."""
    placed = QuestionSource.objects.filter(uncertainty=OuterRef("pk"), ended_at=None)
    gathered = Uncertainty.objects.filter(exercise=exercise, out_at=None).exclude(Exists(placed))
    return gathered.filter(contribution__state=ContributionState.VISIBLE, contribution__use_ended_at=None)


# ── words ────────────────────────────────────────────────────────────────────────────────────────


@dataclass(slots=True)
class Gathered:
    """Somebody's words in an exercise: what may be shown of them, and behind which questions they stand."""

    uncertainty: Uncertainty
    source: SourceWords
    questions: list[Question] = field(default_factory=list)


def words_of(place: Place, exercise: Exercise, *, only: Q | None = None) -> list[Gathered]:
    """What was gathered, in the order it came, at most ``AT_MOST``. Three queries, four for visitors."""
    found = Uncertainty.objects.filter(only or Q(), exercise=exercise)
    rows = list(found.select_related("contribution__author", "gathered_by", "out_by")[:AT_MOST])
    shown = as_sources(place, [row.contribution for row in rows])
    placed: dict[UUID, list[Question]] = {}
    links = QuestionSource.objects.filter(uncertainty__in=[row.pk for row in rows], ended_at=None)
    for link in links.select_related("question").order_by("question__number"):
        placed.setdefault(link.uncertainty_id, []).append(_with_exercise(link.question, exercise))
    return [Gathered(row, source, placed.get(row.pk, [])) for row, source in zip(rows, shown, strict=True)]


def _with_exercise(question: Question, exercise: Exercise) -> Question:
    question.exercise = exercise
    return question


def uncertainty_in(exercise: Exercise, pk: UUID) -> Uncertainty:
    """One of the gathered words. ``NotHere`` if it is not of this exercise."""
    found = Uncertainty.objects.filter(exercise=exercise, pk=pk).select_related("contribution__author").first()
    if found is None:
        raise NotHere
    found.exercise = exercise
    return found


# ── questions ────────────────────────────────────────────────────────────────────────────────────


def _questions(exercise: Exercise) -> QuerySet[Any]:
    """Questions with ``verdict`` (of the newest check, or None) and ``has_words`` (some stand behind it)."""
    newest = EvidenceCheck.objects.filter(question=OuterRef("pk")).order_by("-checked_at", "-id")
    sources = QuestionSource.objects.filter(question=OuterRef("pk"), ended_at=None)
    found = Question.objects.filter(exercise=exercise)
    return found.annotate(verdict=Subquery(newest.values("verdict")[:1]), has_words=Exists(sources))


def open_questions(exercise: Exercise) -> list[Question]:
    """The questions that people may choose: words stand behind them, and nobody has found them answered. One query."""
    found = _questions(exercise).filter(has_words=True).exclude(verdict=Verdict.ANSWERED)
    return [_with_exercise(each, exercise) for each in found.order_by("number")[:AT_MOST]]


def shortlisted(exercise: Exercise) -> list[Question]:
    """The questions that go to the tables, by number."""
    found = Question.objects.filter(exercise=exercise, shortlisted_at__isnull=False).order_by("number")
    return [_with_exercise(each, exercise) for each in found]


def question_in(exercise: Exercise, pk: UUID) -> Question:
    """One question. ``NotHere`` if it is not of this exercise."""
    found = _questions(exercise).filter(pk=pk).select_related("drawn_by").first()
    if found is None:
        raise NotHere
    return _with_exercise(found, exercise)


@dataclass(slots=True)
class Asked:
    """A question with the words behind it and the newest check.

    ``all_gone``: there were words, and none of them can be read any more. ``links``: who put which words there, when.
    ``place``: where it came out in the end, where that was asked for; 0 for nowhere.
    """

    question: Question
    links: list[tuple[QuestionSource, SourceWords]] = field(default_factory=list)
    check: EvidenceCheck | None = None
    place: int = 0

    @property
    def sources(self) -> list[SourceWords]:
        return [source for _link, source in self.links]

    @property
    def all_gone(self) -> bool:
        return bool(self.links) and all(source.is_gone for source in self.sources)

    @property
    def is_answered(self) -> bool:
        return self.check is not None and self.check.verdict == Verdict.ANSWERED

    @property
    def is_empty(self) -> bool:
        return not self.links

    @property
    def ways(self) -> str:
        """Every way of knowing in the words that can be read."""
        return in_order("".join(source.ways for source in self.sources))


def questions_of(place: Place, exercise: Exercise, *, only: Collection[UUID] | None = None) -> list[Asked]:
    """The questions of an exercise (or some) by number, with words and checks. Three queries, four for visitors."""
    found = _questions(exercise).select_related("drawn_by").order_by("number")
    if only is not None:
        found = found.filter(pk__in=only)
    asked = {each.pk: Asked(_with_exercise(each, exercise)) for each in found[:AT_MOST]}
    links = QuestionSource.objects.filter(question__in=asked, ended_at=None)
    rows = list(links.select_related("uncertainty__contribution__author", "made_by").order_by("made_at", "id"))
    shown = as_sources(place, [row.uncertainty.contribution for row in rows])
    for row, source in zip(rows, shown, strict=True):
        asked[row.question_id].links.append((row, source))
    for check in EvidenceCheck.objects.filter(question__in=asked).select_related("checked_by"):
        asked[check.question_id].check = check
    return list(asked.values())


# ── choosing ─────────────────────────────────────────────────────────────────────────────────────


def choice_of(exercise: Exercise, person: Person) -> Choice | None:
    """What somebody chose, with the questions in their order."""
    found = Choice.objects.filter(exercise=exercise, person=person).select_related("recorded_by")
    return found.prefetch_related("chosen").first()


class Ballot(NamedTuple):
    """Somebody who does not come online, and the ballot that was typed up for them: None where none was."""

    person: Person
    choice: Choice | None


def ballots_of(exercise: Exercise, people: Iterable[Person]) -> list[Ballot]:
    """For each of these people whether their ballot is in, who typed it up, and who typed the same again. One query."""
    people = list(people)
    found = Choice.objects.filter(exercise=exercise, person__in=people).select_related("recorded_by", "checked_by")
    by_person = {choice.person_id: choice for choice in found}
    return [Ballot(person, by_person.get(person.pk)) for person in people]


# ── results and tables ───────────────────────────────────────────────────────────────────────────


def newest_calculation(exercise: Exercise, kind: str, **parameters: int) -> Calculation | None:
    """The newest calculation of a kind, with who had it made. None where there is none."""
    found = Calculation.objects.filter(exercise=exercise, kind=kind).select_related("made_by")
    for row in found.order_by("-made_at", "-id")[:20]:
        if all(row.parameters.get(name) == value for name, value in parameters.items()):
            return row
    return None


def interim_of(exercise: Exercise) -> Calculation | None:
    """What everyone chose, counted. Nothing before the round is closed."""
    if exercise.step not in (Step.MEETING, Step.DONE):
        return None
    return newest_calculation(exercise, CalculationKind.INTERIM)


class Table(NamedTuple):
    """One table in one round: who sits there, and the order it came to."""

    round: int
    number: int
    seats: list[Seat]
    ranking: TableRanking | None


def tables_in(exercise: Exercise) -> list[Table]:
    """Every table of both rounds, with people and orders. Four queries at most."""
    seats: dict[tuple[int, int], list[Seat]] = {}
    for seat in Seat.objects.filter(exercise=exercise).select_related("person", "moved_by"):
        seats.setdefault((seat.round, seat.table), []).append(seat)
    rankings = TableRanking.objects.filter(exercise=exercise).select_related("entered_by").prefetch_related("places")
    ranked = {(row.round, row.table): row for row in rankings}
    for sitting in seats.values():
        sitting.sort(key=lambda seat: seat.person.chosen_name)
    return [Table(key[0], key[1], seats.get(key, []), ranked.get(key)) for key in sorted({*seats, *ranked})]


def seat_in(exercise: Exercise, pk: UUID) -> Seat:
    """One seat, with who sits there. ``NotHere`` if it is not of this exercise."""
    seat = Seat.objects.filter(exercise=exercise, pk=pk).select_related("person").first()
    if seat is None:
        raise NotHere
    seat.exercise = exercise
    return seat


def members_by_name(space: Space) -> list[Person]:
    """Everyone here who has not left, by name: those who may come, or carry an exercise."""
    here = Membership.objects.filter(space=space).exclude(state=MembershipState.LEFT)
    return list(Person.objects.filter(pk__in=here.values("person")).order_by("chosen_name", "pk")[:AT_MOST])


def gatherings_to_meet_at(space: Space) -> list[Gathering]:
    """The gatherings of a space, the latest first: at one of them the tables may meet."""
    return list(Gathering.objects.filter(space=space).order_by("-starts_at")[:100])


def places_of(exercise: Exercise) -> list[FinalPlace]:
    """Where every question of the short list came out, the first first. Nothing before the tables were counted."""
    found = FinalPlace.objects.filter(question__exercise=exercise).select_related("question")
    rows = list(found.prefetch_related("question__place_changes__changed_by").order_by("place", "question__number"))
    for row in rows:
        row.question.exercise = exercise
    return rows


def final_place(question: Question) -> FinalPlace | None:
    """Where one question came out. None where it was not talked over."""
    return FinalPlace.objects.filter(question=question).first()


def top_of(exercise: Exercise) -> list[FinalPlace]:
    """The list that came out: the first ``exercise.top`` places with their questions. Empty until it is done.

    Those who share the last place are all in it. Two queries.
    """
    if exercise.step != Step.DONE:
        return []
    return [row for row in places_of(exercise) if row.place <= exercise.top]


def list_named(place: Place, typed: str) -> list[FinalPlace]:
    """The list that came out of the exercise with this identifier; empty for what is none, or is not settled."""
    try:
        return top_of(exercise_in(place, UUID(typed)))
    except (ValueError, NotHere):
        return []


def words_behind(questions: Collection[UUID]) -> list[UUID]:
    """The contributions that stand behind these questions now and of which something may be made. One query."""
    if not questions:
        return []
    links = QuestionSource.objects.filter(question__in=questions, ended_at=None, uncertainty__out_at=None)
    found = links.filter(in_use("uncertainty__contribution__")).order_by("question__number", "made_at", "pk")
    return list(dict.fromkeys(found.values_list("uncertainty__contribution", flat=True)))


# ── where words went ─────────────────────────────────────────────────────────────────────────────


class WordsWent(NamedTuple):
    """Where somebody's words went in one exercise: the questions behind which they stand, with their places."""

    uncertainty: Uncertainty
    questions: list[Asked]


def where_words_went(place: Place, exercise: Exercise, contributions: Iterable[UUID]) -> list[WordsWent]:
    """For each of these contributions that was gathered: its questions, what is known of them, and their places."""
    gathered = words_of(place, exercise, only=Q(contribution__in=list(contributions)))
    wanted = {question.pk for row in gathered for question in row.questions}
    asked = {each.question.pk: each for each in questions_of(place, exercise, only=wanted)} if wanted else {}
    for row in places_of(exercise) if exercise.step == Step.DONE and wanted else []:
        if row.question_id in asked:
            asked[row.question_id].place = row.place
    return [
        WordsWent(row.uncertainty, [asked[question.pk] for question in row.questions if question.pk in asked])
        for row in gathered
    ]


def own_words_in(place: Place, exercise: Exercise) -> list[WordsWent]:
    """Where the words of whoever asks went."""
    if place.person is None or not place.is_member:
        return []
    mine = Uncertainty.objects.filter(exercise=exercise, contribution__author=place.person)
    return where_words_went(place, exercise, list(mine.values_list("contribution", flat=True)[:AT_MOST]))
