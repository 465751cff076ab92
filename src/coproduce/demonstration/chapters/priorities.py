"""What matters most: from what people did not know to five questions for somebody to find out."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.people.models import Channel
from coproduce.priorities import actions
from coproduce.priorities.models import Exercise, Question, Seat, Uncertainty


class Told:
    """The exercise so far: itself, and its questions by their keys."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self.exercise: Exercise
        self.questions: dict[str, Question] = {}

    def words(self, keys: list[str]) -> list[Uncertainty]:
        """What was gathered of these contributions."""
        wanted = [each.pk for each in self.book.words(keys)]
        return list(Uncertainty.objects.filter(exercise=self.exercise, contribution__in=wanted))

    def asked(self, keys: Any) -> list[Question]:
        return [self.questions[key] for key in keys]


def acts(book: Book) -> Iterator[Act]:
    """In the order of the path: of what happens on one day, the earlier step comes first."""
    story, told = book.story["priorities"], Told(book)
    yield Act(story["exercise"]["on"], Turn.MATTERED, partial(propose, told, story["exercise"]))
    for row in story["gathered"]:
        yield Act(row["on"], Turn.MATTERED, partial(gather, told, row))
    for row in story["out_of_scope"]:
        yield Act(row["on"], Turn.MATTERED, partial(leave_out, told, row))
    steps = story["steps"]
    yield from (Act(row["on"], Turn.MATTERED, partial(move, told, row)) for row in steps[:-1])
    for row in story["questions"]:
        yield Act(row["on"], Turn.MATTERED, partial(draw, told, row))
        for version in row.get("versions", []):
            yield Act(version["on"], Turn.MATTERED, partial(reword, told, row["key"], version))
        for check in row["checks"]:
            yield Act(check["on"], Turn.MATTERED, partial(look_up, told, row["key"], check))
    for row in story["choices"]:
        yield Act(row["on"], Turn.MATTERED, partial(choose, told, row))
    short, tables = story["short_list"], story["tables"]
    yield Act(short["on"], Turn.MATTERED, partial(shorten, told, short))
    yield Act(tables["on"], Turn.MATTERED, partial(seat, told, tables))
    yield Act(tables["held_on"], Turn.MATTERED, partial(talk_over, told, tables))
    yield Act(steps[-1]["on"], Turn.MATTERED, partial(move, told, steps[-1]))


def propose(told: Told, row: Row) -> None:
    people = told.book.people
    told.exercise = actions.propose_exercise(
        actor=people[row["proposed_by"]],
        space=told.book.space,
        title=row["title"],
        asks=row["asks"],
        scope=row["scope"],
        **{name: row[name] for name in ("top", "shortlist", "most", "minimum_days")},
    )
    actions.name_steering(
        actor=people[row["proposed_by"]], exercise=told.exercise, people=[people[key] for key in row["carriers"]]
    )


def gather(told: Told, row: Row) -> None:
    actions.gather_uncertainties(
        actor=told.book.people[row["by"]], exercise=told.exercise, contributions=told.book.words(row["words"])
    )


def leave_out(told: Told, row: Row) -> None:
    words = told.words([row["words"]])[0]
    actions.put_out_of_scope(actor=told.book.people[row["by"]], uncertainty=words, why=row["why"])


def move(told: Told, row: Row) -> None:
    told.exercise = actions.move_exercise(
        actor=told.book.people[row["by"]], exercise=told.exercise, to=row["to"], why=row["why"]
    )


def draw(told: Told, row: Row) -> None:
    told.questions[row["key"]] = actions.draw_question(
        actor=told.book.people[row["by"]],
        exercise=told.exercise,
        words=row["words"],
        uncertainties=told.words(row["from"]),
        also="also" in row,
    )


def reword(told: Told, key: str, row: Row) -> None:
    told.questions[key] = actions.reword_question(
        actor=told.book.people[row["by"]], question=told.questions[key], words=row["words"], why=row["why"]
    )


def look_up(told: Told, key: str, row: Row) -> None:
    actions.check_evidence(
        actor=told.book.people[row["by"]],
        question=told.questions[key],
        verdict=row["verdict"],
        words=row["words"],
        citation=row.get("citation", ""),
        link=row.get("link", ""),
        checked_on=row["on"],
    )


def choose(told: Told, row: Row) -> None:
    actor, person = told.book.who(row["person"], row.get("recorder"))
    actions.choose_questions(
        actor=actor,
        person=person,
        exercise=told.exercise,
        questions=told.asked(row["questions"]),
        channel=row.get("channel", Channel.WEB),
        said_on=row.get("said_on"),
    )


def shorten(told: Told, row: Row) -> None:
    actions.choose_shortlist(
        actor=told.book.people[row["by"]],
        exercise=told.exercise,
        questions=told.asked(row["questions"]),
        why=row["why"],
    )


def seat(told: Told, row: Row) -> None:
    people, actor = told.book.people, told.book.people[row["by"]]
    told.exercise = actions.change_exercise(
        actor=actor, exercise=told.exercise, gathering=told.book.gatherings[row["gathering"]]
    )
    actions.seat_people(
        actor=actor,
        exercise=told.exercise,
        people=[people[key] for key in row["people"]],
        tables=row["tables"],
        seed=row["seed"],
    )
    for moved in row["moves"]:
        sits = Seat.objects.get(exercise=told.exercise, round=moved["round"], person=people[moved["person"]])
        actions.move_seat(actor=actor, seat=sits, table=moved["table"], why=moved["why"])


def talk_over(told: Told, row: Row) -> None:
    people = told.book.people
    for order in row["orders"]:
        actions.rank_at_table(
            actor=people[order["by"]],
            exercise=told.exercise,
            number=order["round"],
            table=order["table"],
            places={told.questions[key]: place for key, place in order["places"].items()},
        )
    actions.count_tables(actor=people[row["by"]], exercise=told.exercise)
    for change in row["changes"]:
        actions.change_place(
            actor=people[change["by"]],
            question=told.questions[change["question"]],
            to=change["to"],
            why=change["why"],
        )
