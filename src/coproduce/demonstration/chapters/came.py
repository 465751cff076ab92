"""What came of it later: effects, evidence, who looks after an answer, and who was told in another way than here."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.outcomes.actions import (
    add_evidence,
    add_sources,
    answer_handing,
    hand_on,
    let_go,
    note_told,
    tell_effect,
)
from coproduce.outcomes.models import Commitment, Effect, OutcomeState


def acts(book: Book) -> Iterator[Act]:
    story = book.story
    for row in story["effects"]:
        yield Act(row["on"], Turn.NOTICED, partial(notice, book, row))
    for row in story["evidence"]:
        yield Act(row["on"], Turn.NOTICED, partial(show, book, row))
    for row in story["found_sources"]:
        yield Act(row["on"], Turn.NOTICED, partial(find_source, book, row))
    for row in story["handings"]:
        made: list[Any] = []
        yield Act(row["on"], Turn.HANDED_ON, partial(ask_to_take_on, book, row, made))
        yield Act(row["answered_on"], Turn.HANDED_ON, partial(answer, book, row, made))
    for row in story["let_go"]:
        yield Act(row["on"], Turn.HANDED_ON, partial(stop_looking_after, book, row))
    for row in story["told"]:
        yield Act(row["on"], Turn.TOLD_ELSEWHERE, partial(tell_somebody, book, row))


def notice(book: Book, row: Row) -> None:
    actor, _person = book.who(row["by"])
    other = book.contributions[row["differs"]] if "differs" in row else None
    tell_effect(
        actor=actor,
        outcome=book.outcomes[row["outcome"]],
        contribution=book.contributions[row["words"]],
        bearing=row["bearing"],
        for_whom=row["for_whom"],
        sees_differently=Effect.objects.get(contribution=other) if other is not None else None,
    )


def show(book: Book, row: Row) -> None:
    words = book.words(row["words"])
    add_evidence(actor=book.people[row["by"]], outcome=book.outcomes[row["outcome"]], contributions=words)


def find_source(book: Book, row: Row) -> None:
    decisions = [book.decisions[key] for key in row["decisions"]]
    add_sources(actor=book.people[row["by"]], outcome=book.outcomes[row["outcome"]], decisions=decisions)


def ask_to_take_on(book: Book, row: Row, made: list[Any]) -> None:
    outcome, promise = book.outcomes[row["outcome"]], None
    if "promise" in row:
        promise = Commitment.objects.select_related("outcome__space").get(
            outcome=outcome, words__startswith=row["promise"]
        )
    made.append(
        hand_on(
            actor=book.people[row["by"]],
            to=book.people[row["to"]],
            outcome=outcome,
            commitment=promise,
            words=row["words"],
        )
    )


def answer(book: Book, row: Row, made: list[Any]) -> None:
    answer_handing(actor=book.people[row["to"]], handing=made[0], agreed=row["agreed"], words=row["answer"])


def stop_looking_after(book: Book, row: Row) -> None:
    let_go(actor=book.people[row["by"]], outcome=book.outcomes[row["outcome"]])


def tell_somebody(book: Book, row: Row) -> None:
    outcome = book.outcomes[row["outcome"]]
    state = OutcomeState.objects.filter(outcome=outcome).order_by("-number")[0]
    state.outcome = outcome
    person = book.people[row["person"]]
    note_told(
        actor=book.people[row["by"]], state=state, person=person, how=row["how"], on=row["on"], words=row["words"]
    )
