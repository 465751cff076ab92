"""A priority exercise from end to end by its actions, what the database refuses, and counting again."""

import json
from collections import Counter

import pytest
from django.db import IntegrityError, transaction

from coproduce.errors import NotAllowed, NotHere, NotReady
from coproduce.history.models import Event
from coproduce.priorities import actions, queries
from coproduce.priorities.actions.calculating import calculate_again
from coproduce.priorities.models import (
    Calculation,
    CalculationKind,
    Choice,
    ChosenQuestion,
    FinalPlace,
    QuestionSource,
    Seat,
    Step,
    StepChange,
    TablePlace,
    TableRanking,
    Uncertainty,
)
from coproduce.reports.queries.kept import Verdict, replayed
from coproduce.spaces.access import Place


def test_it_goes_from_words_to_a_list(told):
    it = told().done()
    assert it.exercise.step == Step.DONE
    top = queries.top_of(it.exercise)
    assert [row.place for row in top] == [1, 2]
    kinds = Counter(Calculation.objects.values_list("kind", flat=True))
    assert kinds == {CalculationKind.INTERIM: 1, CalculationKind.SEATS: 1, CalculationKind.TABLES: 2}
    steps = list(StepChange.objects.order_by("changed_at", "id").values_list("after", flat=True))
    assert steps == ["gathering", "merging", "checking", "choosing", "meeting", "done"]


def test_every_action_leaves_one_event(told):
    it = told().counted()
    before = Event.objects.count()
    last = FinalPlace.objects.order_by("-place").first().question
    actions.change_place(actor=it.comfort, question=last, to=1, why="It is the only one nobody asked before.")
    it.move(Step.DONE)
    assert Event.objects.count() == before + 2


def test_what_was_counted_can_be_counted_again(told):
    it = told().done()
    for stored in Calculation.objects.filter(exercise=it.exercise):
        again = calculate_again(stored)
        assert json.loads(json.dumps(again)) == stored.result, stored.kind
    stored.given = {**stored.given, "rankings": []}
    assert calculate_again(stored) is None


def test_the_command_works_every_step_out_again_and_says_what_was_changed(told):
    it = told().done()
    methods = [stored.method for stored in Calculation.objects.order_by("made_at", "id")]
    assert len(methods) > 2
    assert [(one.method, one.verdict) for one in replayed(it.exercise.space)] == [
        (each, Verdict.SAME) for each in methods
    ]
    stored = Calculation.objects.order_by("made_at", "id").last()
    Calculation.objects.filter(pk=stored.pk).update(result={**stored.result, "more": 1})
    assert [one.verdict for one in replayed(it.exercise.space)][-1] == Verdict.DIFFERENT
    Calculation.objects.filter(pk=stored.pk).update(given={**stored.given, "more": 1})
    assert [one.verdict for one in replayed(it.exercise.space)][-1] == Verdict.TAMPERED


def test_what_went_into_the_interim_count_names_nobody(told):
    it = told().done()
    kept = json.dumps(Calculation.objects.get(kind=CalculationKind.INTERIM).given)
    for person in [*it.patients, *it.nurses]:
        assert str(person.pk) not in kept
        assert person.chosen_name not in kept


def test_groups_count_alike_however_many_of_each_chose(told):
    it = told(patients=12, nurses=5, shortlist=2)
    it.chosen()
    it.move(Step.MEETING)
    result = Calculation.objects.get(kind=CalculationKind.INTERIM).result
    assert {tuple(row) for row in result["rows"]} == {("L",), ("P",)}
    assert result["people"] == [12, 5]


class TestSteps:
    def test_a_step_needs_what_comes_before(self, told):
        it = told()
        it.move(Step.GATHERING)
        with pytest.raises(NotReady, match="Nothing has been gathered"):
            it.move(Step.MERGING)
        actions.gather_uncertainties(actor=it.noreen, exercise=it.exercise, contributions=it.words)
        it.move(Step.MERGING)
        with pytest.raises(NotReady, match="6 things that people said stand behind no question"):
            it.move(Step.CHECKING)

    def test_it_goes_back_before_anything_was_counted_and_not_after(self, told):
        it = told().choosing()
        it.move(Step.CHECKING, "One question was missed.")
        it.move(Step.MERGING)
        it.move(Step.GATHERING)
        with pytest.raises(NotReady):
            it.move(Step.PROPOSED)
        later = told().meeting()
        with pytest.raises(NotReady):
            later.move(Step.CHOOSING)
        with pytest.raises(NotReady):
            later.move(Step.PROPOSED)

    def test_no_step_without_a_reason(self, told):
        with pytest.raises(NotAllowed):
            told().move(Step.GATHERING, "  ")

    def test_only_a_facilitator_opens_it(self, told):
        it = told()
        with pytest.raises(NotAllowed):
            actions.move_exercise(actor=it.noreen, exercise=it.exercise, to=Step.GATHERING, why="I wish to.")

    def test_words_found_out_of_scope_or_taken_back_hold_nothing_up(self, told):
        it = told().gathered()
        it.move(Step.MERGING)
        rows = list(Uncertainty.objects.all())
        actions.draw_question(actor=it.noreen, exercise=it.exercise, words="One?", uncertainties=rows[:4])
        actions.put_out_of_scope(actor=it.noreen, uncertainty=rows[4], why="Not ours.")
        type(it.words[5]).objects.filter(pk=rows[5].contribution_id).update(use_ended_at=it.exercise.proposed_at)
        it.move(Step.CHECKING)

    def test_nothing_is_done_at_another_step(self, told):
        it = told().choosing()
        with pytest.raises(NotReady):
            actions.gather_uncertainties(actor=it.noreen, exercise=it.exercise, contributions=it.words[:1])
        with pytest.raises(NotReady):
            actions.reword_question(actor=it.noreen, question=it.questions[0], words="Else?", why="Late.")
        with pytest.raises(NotReady):
            actions.check_evidence(actor=it.noreen, question=it.questions[0], verdict="not_answered", words="None.")
        with pytest.raises(NotReady):
            actions.count_tables(actor=it.comfort, exercise=it.exercise)


class TestRefusals:
    def test_words_of_another_space(self, told, build):
        it = told()
        it.move(Step.GATHERING)
        other = build.space()
        words = build.contribution(other, other.opened_by)
        with pytest.raises(NotHere):
            actions.gather_uncertainties(actor=it.noreen, exercise=it.exercise, contributions=[words])

    def test_a_question_of_another_exercise(self, told):
        it, other = told().choosing(), told().choosing()
        with pytest.raises(NotHere):
            actions.choose_questions(actor=it.noreen, exercise=it.exercise, questions=other.questions[:1])

    def test_a_question_that_was_answered(self, told):
        it = told().choosing()
        with pytest.raises(NotHere):
            actions.choose_questions(actor=it.noreen, exercise=it.exercise, questions=[it.questions[-1]])

    def test_somebody_else_s_ballot(self, told):
        it = told().choosing()
        with pytest.raises(NotAllowed):
            actions.choose_questions(
                actor=it.comfort, person=it.noreen, exercise=it.exercise, questions=it.questions[:1]
            )

    def test_a_table_that_leaves_a_question_out(self, told):
        it = told().seated()
        places = {question: place for place, question in enumerate(it.questions[:3], start=1)}
        with pytest.raises(NotAllowed):
            actions.rank_at_table(actor=it.comfort, exercise=it.exercise, number=1, table=1, places=places)

    def test_tables_are_counted_when_all_have_spoken(self, told):
        it = told().seated()
        with pytest.raises(NotReady):
            actions.count_tables(actor=it.comfort, exercise=it.exercise)

    def test_people_are_not_seated_anew_after_a_table_ranked(self, told):
        it = told().ranked()
        with pytest.raises(NotReady):
            actions.seat_people(actor=it.comfort, exercise=it.exercise, people=it.patients, tables=2, seed=1)


class TestTheDatabase:
    def refuses(self, make):
        with pytest.raises(IntegrityError), transaction.atomic():
            make()

    def test_one_choice_for_each_person_and_one_question_in_each_place(self, told):
        it = told().chosen()
        choice = Choice.objects.get(person=it.noreen)
        day = choice.said_on
        self.refuses(lambda: Choice.objects.create(exercise=it.exercise, person=it.noreen, said_on=day))
        warm = it.questions[3]
        self.refuses(lambda: ChosenQuestion.objects.create(choice=choice, question=warm, place=1))
        self.refuses(lambda: ChosenQuestion.objects.create(choice=choice, question=it.questions[0], place=5))
        for place in (0, 21):
            self.refuses(lambda place=place: ChosenQuestion.objects.create(choice=choice, question=warm, place=place))

    def test_words_in_one_question_unless_on_purpose(self, told):
        it = told().merged()
        row = Uncertainty.objects.get(contribution=it.words[0])
        link = {"question": it.questions[1], "uncertainty": row, "made_by": it.noreen}
        self.refuses(lambda: QuestionSource.objects.create(**link))
        QuestionSource.objects.create(**link, also=True)
        self.refuses(lambda: QuestionSource.objects.create(**link, also=True))

    def test_steps_in_their_order(self, told):
        it = told()
        for before, after in [("proposed", "choosing"), ("done", "meeting"), ("meeting", "choosing")]:
            change = {"before": before, "after": after, "why": "x", "changed_by": it.noreen}
            self.refuses(lambda change=change: StepChange.objects.create(exercise=it.exercise, **change))

    def test_one_seat_a_round_and_one_order_a_table(self, told):
        it = told().ranked()
        self.refuses(lambda: Seat.objects.create(exercise=it.exercise, round=1, table=2, person=it.noreen))
        self.refuses(lambda: Seat.objects.create(exercise=it.exercise, round=3, table=1, person=it.comfort))
        ranking = TableRanking.objects.first()
        again = {"exercise": it.exercise, "round": ranking.round, "table": ranking.table, "entered_by": it.comfort}
        self.refuses(lambda: TableRanking.objects.create(**again))
        self.refuses(lambda: TablePlace.objects.create(ranking=ranking, question=it.questions[0], place=1))
        self.refuses(lambda: TablePlace.objects.create(ranking=ranking, question=it.questions[4], place=0))


class TestTheEnd:
    def placed(self, it):
        return [(row.place, row.question.number) for row in queries.places_of(it.exercise)]

    def test_a_question_moves_and_the_others_make_room(self, told):
        it = told().counted()
        assert self.placed(it) == [(1, 1), (2, 2), (3, 3), (4, 4)]
        actions.change_place(actor=it.comfort, question=it.questions[3], to=2, why="All agreed.")
        assert self.placed(it) == [(1, 1), (2, 4), (3, 2), (4, 3)]
        counted = {row.question.number: row.counted for row in queries.places_of(it.exercise)}
        assert counted == {1: 1, 2: 2, 3: 3, 4: 4}

    def test_a_tie_stays_until_somebody_parts_it(self, told):
        it = told().counted()
        FinalPlace.objects.filter(question__in=it.questions[1:3]).update(place=2)
        actions.change_place(actor=it.comfort, question=it.questions[3], to=1, why="All agreed.")
        assert self.placed(it) == [(1, 4), (2, 1), (3, 2), (3, 3)]
        actions.change_place(actor=it.comfort, question=it.questions[2], to=3, why="All agreed.")
        assert self.placed(it) == [(1, 4), (2, 1), (3, 3), (4, 2)]

    def test_all_that_share_the_last_place_are_on_the_list(self, told):
        it = told().counted()
        FinalPlace.objects.filter(question__in=it.questions[1:3]).update(place=2)
        it.move(Step.DONE)
        assert [row.place for row in queries.top_of(it.exercise)] == [1, 2, 2]

    def test_everybody_sees_where_their_words_went(self, told):
        it = told().done()
        place = Place(it.space, it.noreen, it.space.memberships.get(person=it.noreen))
        went = queries.own_words_in(place, it.exercise)
        assert {row.uncertainty.contribution.words for row in went} == {it.words[0].words, it.words[3].words}
        fan = next(row for row in went if row.uncertainty.contribution == it.words[0])
        assert [asked.question for asked in fan.questions] == [it.questions[0]]
        assert fan.questions[0].place == 1
