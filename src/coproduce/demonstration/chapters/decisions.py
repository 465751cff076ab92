"""What was proposed, where people stood, what was decided, and what came of it."""

from collections.abc import Iterator
from functools import partial

from coproduce.decisions.actions import (
    amend_proposal,
    close_proposal,
    hand_on_proposal,
    propose,
    speak_to,
    take_position,
)
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.outcomes.actions import (
    add_sources,
    make_commitment,
    say_good_enough,
    say_state,
    tell_outcome,
    update_commitment,
)


def acts(book: Book) -> Iterator[Act]:
    for row in book.story["proposals"]:
        yield from of_proposal(book, row)
    said_on = {row["key"]: row["said_on"] for row in book.story["contributions"]}
    for row in book.story["outcomes"]:
        yield from of_outcome(book, row, {key: said_on[key] for key in row["contributions"]})


def of_proposal(book: Book, row: Row) -> Iterator[Act]:
    key = row["key"]
    yield Act(row["on"], Turn.PROPOSED, partial(put, book, row))
    carried_by = row["by"]
    for version in row.get("versions", []):
        if version["by"] != carried_by:
            yield Act(version["on"], Turn.PROPOSED, partial(hand_on, book, key, carried_by, version["by"]))
            carried_by = version["by"]
        yield Act(version["on"], Turn.AMENDED, partial(amend, book, key, version))
    for position in row["positions"]:
        yield Act(position["on"], Turn.STOOD, partial(stand, book, key, position))
    for voice in row.get("voices", []):
        yield Act(voice["on"], Turn.STOOD, partial(speak, book, key, voice))
    if "closed" in row:
        yield Act(row["closed"]["on"], Turn.CLOSED, partial(close, book, key, row["closed"]))


def of_outcome(book: Book, row: Row, said_on: Row) -> Iterator[Act]:
    """An outcome is told with its first state, from the words there were; later words are put behind it as they come.

    A promise that was made before is on the record from that day on.
    """
    key, first = row["key"], row["states"][0]
    told = first["on"]
    yield Act(told, Turn.TOLD, partial(tell, book, row, [words for words, on in said_on.items() if on <= told]))
    for words, on in said_on.items():
        if on > told:
            yield Act(on, Turn.PUT_BEHIND, partial(put_behind, book, key, row["by"], words))
    for state in row["states"][1:]:
        yield Act(state["on"], Turn.STATED, partial(say_how_far, book, key, state))
    for promise in row["commitments"]:
        made: list[object] = []
        yield Act(max(promise["made_on"], told), Turn.PROMISED, partial(commit, book, key, promise, made))
        if (promise["state"], promise.get("because", "")) != ("not_yet", ""):
            yield Act(max(promise["on"], told), Turn.KEPT, partial(keep, book, promise, made))
    for answer in row["answers"]:
        yield Act(answer["on"], Turn.JUDGED, partial(judge, book, key, answer))


def put(book: Book, row: Row) -> None:
    book.proposals[row["key"]] = propose(
        actor=book.people[row["by"]],
        space=book.space,
        title=row["title"],
        words=row["words"],
        themes=[book.themes[key] for key in row["themes"]],
        contributions=book.words(row["contributions"]),
    )


def hand_on(book: Book, key: str, by: str, to: str) -> None:
    book.proposals[key] = hand_on_proposal(actor=book.people[by], proposal=book.proposals[key], to=book.people[to])


def amend(book: Book, key: str, row: Row) -> None:
    book.proposals[key] = amend_proposal(
        actor=book.people[row["by"]], proposal=book.proposals[key], words=row["words"], why=row["why"]
    )


def stand(book: Book, key: str, row: Row) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    take_position(actor=actor, person=person, proposal=book.proposals[key], kind=row["position"], reason=row["reason"])


def speak(book: Book, key: str, row: Row) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    speak_to(actor=actor, person=person, proposal=book.proposals[key], kind=row["kind"], words=row["words"])


def close(book: Book, key: str, row: Row) -> None:
    book.decisions[key] = close_proposal(
        actor=book.people[row["by"]],
        proposal=book.proposals[key],
        agreed=row["agreed"],
        why=row["words"],
        review_on=row.get("review_on"),
    )


def tell(book: Book, row: Row, words: list[str]) -> None:
    first = row["states"][0]
    book.outcomes[row["key"]] = tell_outcome(
        actor=book.people[row["by"]],
        space=book.space,
        title=row["title"],
        words=row["words"],
        kind=row["kind"],
        expected=row["expected"],
        bearing=row.get("bearing", ""),
        state=first["state"],
        because=first.get("because", ""),
        asked_on=first.get("asked_on"),
        decisions=[book.decisions[key] for key in row["decisions"]],
        themes=[book.themes[key] for key in row["themes"]],
        contributions=book.words(words),
    )


def put_behind(book: Book, key: str, by: str, words: str) -> None:
    add_sources(actor=book.people[by], outcome=book.outcomes[key], contributions=book.words([words]))


def say_how_far(book: Book, key: str, row: Row) -> None:
    say_state(
        actor=book.people[row["by"]],
        outcome=book.outcomes[key],
        state=row["state"],
        because=row.get("because", ""),
        asked_on=row.get("asked_on"),
        reply=row.get("reply", ""),
    )


def commit(book: Book, key: str, row: Row, made: list[object]) -> None:
    actor, person = book.who(row["who"])
    made.append(make_commitment(actor=actor, person=person, outcome=book.outcomes[key], words=row["words"]))


def keep(book: Book, row: Row, made: list[object]) -> None:
    actor, _person = book.who(row["who"])
    update_commitment(
        actor=actor,
        commitment=made[0],
        state=row["state"],
        because=row.get("because", ""),  # type: ignore[arg-type]
    )


def judge(book: Book, key: str, row: Row) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    say_good_enough(
        actor=actor,
        person=person,
        outcome=book.outcomes[key],
        contribution=book.contributions[row["contribution"]],
        answer=row["answer"] == "yes",
        words=row["words"],
    )
