"""A second space, to which something of the first one led, and the links between the two."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from coproduce.demonstration.chapters.elsewhere import Elsewhere, join, name, open_it, say
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.outcomes.actions import tell_outcome
from coproduce.traces.actions import agree_across, ask_across, end_across


@dataclass
class Nights(Elsewhere):
    """What the second space has become so far."""

    across: list[Any] = field(default_factory=list)


def acts(book: Book) -> Iterator[Act]:
    row = book.story["nights"]
    made = Nights(row, "nights", "co_implementation")
    yield Act(row["opened_on"], Turn.ELSEWHERE, partial(open_it, book, made))
    for person in row["people"]:
        yield Act(person["joined"], Turn.ELSEWHERE, partial(join, book, made, person))
    for said in row["words"]:
        yield Act(said["on"], Turn.ELSEWHERE, partial(say, book, made, said))
    yield Act(row["theme"]["on"], Turn.ELSEWHERE, partial(name, book, made, row["theme"]))
    yield Act(row["outcome"]["on"], Turn.ELSEWHERE, partial(tell, book, made, row["outcome"]))
    for number, link in enumerate(row["links"]):
        yield Act(link["on"], Turn.ELSEWHERE, partial(ask, book, made, link))
        for said in link.get("agreed", []):
            yield Act(said["on"], Turn.ELSEWHERE, partial(agree, book, made, number, said))
        if "ended" in link:
            yield Act(link["ended"]["on"], Turn.ELSEWHERE, partial(end, book, made, number, link["ended"]))


def tell(book: Book, made: Nights, row: Row) -> None:
    made.things["outcome"] = tell_outcome(
        actor=book.people[row["by"]],
        space=made.space,
        title=row["title"],
        words=row["words"].strip(),
        kind=row["kind"],
        expected=row["expected"],
        state=row["state"],
        because=row["because"],
        themes=[made.things["theme"]],
        contributions=[made.words["n-water"]],
    )


def ask(book: Book, made: Nights, row: Row) -> None:
    held = {"outcome": book.outcomes, "words": book.contributions, "proposal": book.proposals}
    ((kind, key),) = row["ours"].items()
    link = ask_across(
        actor=book.people[row["by"]],
        ours=book.space,
        source=held[kind][key],
        theirs=made.space,
        led_to=made.things[row["theirs"]],
        why=row["why"],
    )
    made.across.append(link)


def agree(book: Book, made: Nights, number: int, row: Row) -> None:
    actor = book.people[row["by"]]
    space = made.space if row["by"] == book.story["nights"]["opened_by"] else book.space
    agree_across(actor=actor, link=made.across[number], space=space)


def end(book: Book, made: Nights, number: int, row: Row) -> None:
    end_across(actor=book.people[row["by"]], link=made.across[number], space=book.space, why=row["why"])
