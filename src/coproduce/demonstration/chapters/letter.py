"""A third, short space: it had one question, and it ended. What it left open went on in the first one, or did not."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from coproduce.demonstration.chapters.elsewhere import Elsewhere, join, name, open_it, say
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.outcomes.actions import (
    answer_succession,
    ask_successor,
    end_space,
    leave_open,
    make_commitment,
    say_ending,
    say_good_enough,
    say_state,
    take_up,
    tell_outcome,
)
from coproduce.outcomes.models import LeftOpen
from coproduce.outcomes.queries.ending import ending_to_come, still_open, successor_of


def acts(book: Book) -> Iterator[Act]:
    row = book.story["letter"]
    made = Elsewhere(row, "letter", "co_design")
    yield Act(row["opened_on"], Turn.ELSEWHERE, partial(open_it, book, made))
    for person in row["people"]:
        yield Act(person["joined"], Turn.ELSEWHERE, partial(join, book, made, person))
    for said in row["words"]:
        yield Act(said["on"], Turn.ELSEWHERE, partial(say, book, made, said))
    yield Act(row["theme"]["on"], Turn.ELSEWHERE, partial(name, book, made, row["theme"]))
    for outcome in row["outcomes"]:
        yield Act(outcome["on"], Turn.ELSEWHERE, partial(tell, book, made, outcome))
        for state in outcome["states"][1:]:
            yield Act(state["on"], Turn.ELSEWHERE, partial(go_on, book, made, outcome, state))
        for promise in outcome["promises"]:
            yield Act(promise["on"], Turn.ELSEWHERE, partial(promised, book, made, outcome, promise))
        for said in outcome["answers"]:
            yield Act(said["on"], Turn.ELSEWHERE, partial(judge, book, made, outcome, said))
    yield from ending(book, made, row["ending"])


def ending(book: Book, made: Elsewhere, row: Row) -> Iterator[Act]:
    """It is said, another space is asked, what is open is handed on or left, and it is done."""
    yield Act(row["said_on"], Turn.ELSEWHERE, partial(say_end, book, made, row))
    yield Act(row["asked_on"], Turn.ELSEWHERE, partial(ask, book, made, row))
    yield Act(row["answered_on"], Turn.ELSEWHERE, partial(answer, book, made, row))
    for left in row["left"]:
        yield Act(left["on"], Turn.ELSEWHERE, partial(leave, book, made, row, left))
    yield Act(row["done_on"], Turn.ELSEWHERE, partial(end, book, made, row))
    yield Act(row["taken_up"]["on"], Turn.ELSEWHERE, partial(go_on_with, book, made, row["taken_up"]))


def tell(book: Book, made: Elsewhere, row: Row) -> None:
    first = row["states"][0]
    made.things[row["key"]] = tell_outcome(
        actor=book.people[row["by"]],
        space=made.space,
        title=row["title"],
        words=row["words"].strip(),
        kind=row["kind"],
        expected=row["expected"],
        state=first["state"],
        because=first.get("because", ""),
        asked_on=first.get("asked_on"),
        themes=[made.things["theme"]] if row["in_theme"] else [],
        contributions=[made.words[key] for key in row["from"]],
    )


def go_on(book: Book, made: Elsewhere, outcome: Row, row: Row) -> None:
    said = {name: row[name] for name in ("state", "because", "asked_on", "reply") if name in row}
    say_state(actor=book.people[row["by"]], outcome=made.things[outcome["key"]], **said)


def promised(book: Book, made: Elsewhere, outcome: Row, row: Row) -> None:
    make_commitment(actor=book.people[row["who"]], outcome=made.things[outcome["key"]], words=row["words"])


def judge(book: Book, made: Elsewhere, outcome: Row, row: Row) -> None:
    say_good_enough(
        actor=book.people[row["person"]],
        outcome=made.things[outcome["key"]],
        contribution=made.words[row["about"]],
        answer=row["answer"] == "yes",
        words=row["words"],
    )


def say_end(book: Book, made: Elsewhere, row: Row) -> None:
    actor = book.people[row["by"]]
    say_ending(actor=actor, space=made.space, ends_as="ended", why=row["why"], stays=row["stays"])


def ask(book: Book, made: Elsewhere, row: Row) -> None:
    held = ending_to_come(made.space)
    ask_successor(actor=book.people[row["by"]], ending=held, to_space=book.space, words=row["asked"])


def answer(book: Book, made: Elsewhere, row: Row) -> None:
    asked: Any = successor_of(ending_to_come(made.space))
    actor = book.people[row["answered_by"]]
    answer_succession(actor=actor, succession=asked, agreed=True, words=row["answer"])


def leave(book: Book, made: Elsewhere, row: Row, left: Row) -> None:
    begins = tuple(left.get("titles", [""]))
    open_now = still_open(made.space)[left["kind"]]
    leave_open(
        actor=book.people[row["by"]],
        ending=ending_to_come(made.space),
        kind=left["kind"],
        subjects=[thing.subject for thing in open_now if thing.title.startswith(begins)],
        handed_on=left.get("handed", False),
        because=left["because"],
    )


def end(book: Book, made: Elsewhere, row: Row) -> None:
    held = ending_to_come(made.space)
    end_space(actor=book.people[row["by"]], ending=held, last_words=row["last_words"].strip())


def go_on_with(book: Book, made: Elsewhere, row: Row) -> None:
    left = LeftOpen.objects.get(ending__space=made.space, title__startswith=row["title"], handed_on=True)
    take_up(actor=book.people[row["by"]], space=book.space, left=left)
