"""Claims drawn from people's words, and what each said to them."""

from collections.abc import Iterator
from functools import partial

from coproduce.deliberation.actions import draw_statement, respond
from coproduce.deliberation.models import Answer
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn

ANSWERS = {"agree": Answer.AGREE, "unsure": Answer.UNSURE, "disagree": Answer.DISAGREE}


def acts(book: Book) -> Iterator[Act]:
    for row in book.story["statements"]:
        yield Act(row["on"], Turn.CLAIMED, partial(draw, book, row))
        for answer in row["responses"]:
            yield Act(answer["on"], Turn.ANSWERED, partial(answer_it, book, row["key"], answer))


def draw(book: Book, row: Row) -> None:
    actor, _person = book.who(row["drawn_by"])
    book.statements[row["key"]] = draw_statement(
        actor=actor, space=book.space, words=row["words"], contributions=book.words(row["sources"])
    )


def answer_it(book: Book, key: str, row: Row) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    respond(
        actor=actor,
        person=person,
        statement=book.statements[key],
        answer=ANSWERS[row["answer"]],
        reason=row.get("reason", ""),
        values=row.get("values", []),
    )
