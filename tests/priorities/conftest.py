"""An exercise at any of its steps, made by the actions that pages call."""

from datetime import timedelta

import pytest

from coproduce.priorities import actions
from coproduce.priorities.models import Exercise, Question, Step, Uncertainty

WORDS = [
    "Does a fan at the bedside help?",
    "Would a small fan in the hand do any good?",
    "Which exercises can be done sitting down?",
    "What helps at three in the morning?",
    "Does warm air change it?",
    "Do inhalers help?",
]


class Told:
    """An exercise with its people, taken from step to step."""

    def __init__(self, build, *, privacy="members", threshold=5, patients=6, nurses=6, top=2, shortlist=4, most=3):
        self.build = build
        self.space = build.space(privacy=privacy, threshold=threshold)
        self.comfort = self.space.opened_by
        self.patients = [build.member(self.space, f"Patient {n}", ways="L") for n in range(patients)]
        self.nurses = [build.member(self.space, f"Nurse {n}", ways="P") for n in range(nurses)]
        self.noreen = self.patients[0]
        self.exercise = actions.propose_exercise(
            actor=self.noreen,
            space=self.space,
            title="What to look into first",
            asks="What do we not know about being out of breath at home?",
            scope="Being out of breath at home. Not the buildings.",
            ranked=True,
            most=most,
            shortlist=shortlist,
            top=top,
            minimum_days=7,
        )
        actions.name_steering(actor=self.noreen, exercise=self.exercise, people=[self.noreen, self.nurses[0]])
        self.words = [build.contribution(self.space, self.patients[n % 3], text) for n, text in enumerate(WORDS)]

    def move(self, to, why="It is time."):
        self.exercise = actions.move_exercise(actor=self.comfort, exercise=self.exercise, to=to, why=why)

    def gathered(self):
        self.move(Step.GATHERING)
        actions.gather_uncertainties(actor=self.noreen, exercise=self.exercise, contributions=self.words)
        return self

    def merged(self):
        self.gathered()
        self.move(Step.MERGING)
        rows = list(Uncertainty.objects.filter(exercise=self.exercise).order_by("contribution__words"))
        by_words = {row.contribution.words: row for row in rows}
        fan = [by_words[WORDS[0]], by_words[WORDS[1]]]
        self.questions = [
            actions.draw_question(
                actor=self.noreen, exercise=self.exercise, words="Does a fan ease breathlessness?", uncertainties=fan
            )
        ]
        for text in WORDS[2:]:
            self.questions.append(
                actions.draw_question(
                    actor=self.nurses[0], exercise=self.exercise, words=f"{text} (asked plainly)",
                    uncertainties=[by_words[text]],
                )
            )  # fmt: skip
        return self

    def checked(self):
        self.merged()
        self.move(Step.CHECKING)
        for question in self.questions[:-1]:
            actions.check_evidence(
                actor=self.nurses[0], question=question, verdict="not_answered", words="Looked; nothing on it."
            )
        actions.check_evidence(
            actor=self.nurses[0],
            question=self.questions[-1],
            verdict="answered",
            words="They do, for some.",
            citation="A review of many studies, 2020",
        )
        return self

    def choosing(self):
        self.checked()
        self.move(Step.CHOOSING)
        return self

    def chosen(self):
        self.choosing()
        fan, sitting, night, warm = self.questions[:4]
        for person in self.patients:
            actions.choose_questions(actor=person, exercise=self.exercise, questions=[night, fan])
        for person in self.nurses:
            actions.choose_questions(actor=person, exercise=self.exercise, questions=[sitting, warm, fan])
        self.later(days=8)
        return self

    def later(self, days):
        """The step began so many days earlier than it did."""
        since = self.exercise.step_since - timedelta(days=days)
        Exercise.objects.filter(pk=self.exercise.pk).update(step_since=since)

    def meeting(self):
        self.chosen()
        self.move(Step.MEETING)
        actions.choose_shortlist(
            actor=self.comfort, exercise=self.exercise, questions=self.questions[:4], why="The first four of all."
        )
        return self

    def seated(self, tables=3):
        self.meeting()
        actions.seat_people(
            actor=self.comfort,
            exercise=self.exercise,
            people=[*self.patients, *self.nurses],
            tables=tables,
            seed=7,
        )
        return self

    def ranked(self, tables=3):
        self.seated(tables)
        short = list(Question.objects.filter(exercise=self.exercise, shortlisted_at__isnull=False).order_by("number"))
        for number in (1, 2):
            for table in range(1, tables + 1):
                order = short if number == 2 or table == 1 else short[::-1]
                actions.rank_at_table(
                    actor=self.comfort,
                    exercise=self.exercise,
                    number=number,
                    table=table,
                    places={question: place for place, question in enumerate(order, start=1)},
                )
        return self

    def counted(self):
        self.ranked()
        actions.count_tables(actor=self.comfort, exercise=self.exercise)
        return self

    def done(self):
        self.counted()
        self.move(Step.DONE)
        return self


@pytest.fixture
def told(build):
    """``told()`` begins an exercise; ``told().chosen()`` takes it as far as that."""

    def tell(**how):
        return Told(build, **how)

    return tell
