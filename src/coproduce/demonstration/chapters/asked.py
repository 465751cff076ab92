"""Claims asked about in rounds and on paper, and one that was put in better words."""

from collections.abc import Iterator
from functools import partial

from coproduce.deliberation.actions import (
    OnPaper,
    Said,
    close_round,
    draw_statement,
    enter_paper,
    leave_wording,
    let_answer_stand,
    open_a_round,
    respond,
    reword_statement,
    talk_about_wording,
)
from coproduce.deliberation.models import Answer, Response, Round, WordingTalk
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn

ANSWERS = {
    "agree": Answer.AGREE,
    "unsure": Answer.UNSURE,
    "disagree": Answer.DISAGREE,
    "not_mine": Answer.NOT_MINE,
}


def acts(book: Book) -> Iterator[Act]:
    for row in book.story["asked_claims"]:
        yield from of_claim(book, row)
    for row in book.story["rounds"]:
        yield from of_round(book, row)


def of_claim(book: Book, row: Row) -> Iterator[Act]:
    key, talks = row["key"], {}
    yield Act(row["on"], Turn.CLAIMED, partial(draw, book, row))
    for said in row.get("talks", []):
        yield Act(said["on"], Turn.WORDS_TALKED, partial(talk, book, key, said, talks))
        if "answered" in said:
            yield Act(said["answered"]["on"], Turn.REWORDED, partial(leave, book, said, talks))
    for wording in row.get("reworded", []):
        yield Act(wording["on"], Turn.REWORDED, partial(reword, book, key, wording, talks))
    for answer in row["responses"]:
        yield Act(answer["on"], Turn.ANSWERED, partial(answer_it, book, key, answer))
    for left in row.get("left", []):
        yield Act(left["on"], Turn.ANSWERED, partial(let_stand, book, key, left))


def of_round(book: Book, row: Row) -> Iterator[Act]:
    made: list[Round] = []
    yield Act(row["opened"]["on"], Turn.ROUND_OPENED, partial(open_it, book, row, made))
    for sheet in row["sheets"]:
        yield Act(sheet["on"], Turn.ANSWERED, partial(enter, book, sheet, made))
    if "closed" in row:
        yield Act(row["closed"]["on"], Turn.ROUND_CLOSED, partial(close, book, row["closed"], made))


def draw(book: Book, row: Row) -> None:
    book.statements[row["key"]] = draw_statement(
        actor=book.people[row["drawn_by"]],
        space=book.space,
        words=row["words"],
        contributions=book.words(row["sources"]),
    )


def talk(book: Book, key: str, row: Row, talks: dict[str, WordingTalk]) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    talks[row["key"]] = talk_about_wording(
        actor=actor, person=person, statement=book.statements[key], why=row["why"], words=row.get("words", "")
    )


def leave(book: Book, row: Row, talks: dict[str, WordingTalk]) -> None:
    answered = row["answered"]
    leave_wording(actor=book.people[answered["by"]], talk=talks[row["key"]], why=answered["why"])


def reword(book: Book, key: str, row: Row, talks: dict[str, WordingTalk]) -> None:
    book.statements[key] = reword_statement(
        actor=book.people[row["by"]],
        statement=book.statements[key],
        words=row["words"],
        why=row["why"],
        talk=talks.get(row.get("talk", "")),
    )


def answer_it(book: Book, key: str, row: Row) -> None:
    respond(
        actor=book.people[row["person"]],
        statement=book.statements[key],
        answer=ANSWERS[row["answer"]],
        importance=row.get("matters"),
        reason=row.get("reason", ""),
        values=row.get("values", []),
    )


def let_stand(book: Book, key: str, row: Row) -> None:
    person = book.people[row["person"]]
    let_answer_stand(actor=person, response=Response.objects.get(statement=book.statements[key], person=person))


def open_it(book: Book, row: Row, made: list[Round]) -> None:
    made.append(
        open_a_round(
            actor=book.people[row["opened"]["by"]],
            space=book.space,
            question=row["question"],
            about=row["about"],
            claims=[book.statements[key] for key in row["claims"]],
            days=row["days"],
            send_to=row["send_to"],
        )
    )


def enter(book: Book, row: Row, made: list[Round]) -> None:
    enter_paper(
        actor=book.people[row["recorder"]],
        person=book.people[row["person"]],
        asked=made[0],
        rows=[
            OnPaper(
                book.statements[one["claim"]],
                Said(ANSWERS[one["answer"]], one.get("matters"), one.get("reason", "")),
            )
            for one in row["answers"]
        ],
        channel=row["channel"],
        said_on=row["said_on"],
    )


def close(book: Book, row: Row, made: list[Round]) -> None:
    close_round(actor=book.people[row["by"]], asked=made[0], words=row["words"])
