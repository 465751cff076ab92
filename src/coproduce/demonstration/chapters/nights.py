"""A second space, to which something of the first one led, and the links between the two."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from coproduce.contributions.actions import answer_contribution, bring_contribution
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.outcomes.actions import tell_outcome
from coproduce.spaces.actions import describe_myself, join_space, make_join_link, open_space
from coproduce.themes.actions import name_theme
from coproduce.traces.actions import agree_across, ask_across, end_across


@dataclass
class Nights:
    """What the second space has become so far."""

    space: Any = None
    link: Any = None
    words: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)
    across: list[Any] = field(default_factory=list)


def acts(book: Book) -> Iterator[Act]:
    row, made = book.story["nights"], Nights()
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


def open_it(book: Book, made: Nights) -> None:
    row = book.story["nights"]
    opener = book.people[row["opened_by"]]
    is_first = book.slug == book.story["space"]["slug"]
    made.space = open_space(
        actor=opener,
        question=row["question"],
        why=row["why"],
        name=row["name"],
        slug=row["slug"] if is_first else f"{book.slug}-nights",
        for_whom=row["for_whom"],
        practices=["co_implementation"],
        privacy=row["privacy"],
        threshold=row["small_groups"],
    )
    standpoints = [(said["words"], said["way"], "shown") for said in book.rows[row["opened_by"]]["standpoints"]]
    describe_myself(actor=opener, space=made.space, standpoints=standpoints, affiliations=[], understanding="")
    made.link = make_join_link(actor=opener, space=made.space)


def join(book: Book, made: Nights, row: Row) -> None:
    join_space(actor=book.people[row["person"]], link=made.link, standpoints=[(row["words"], row["way"], "shown")])


def say(book: Book, made: Nights, row: Row) -> None:
    said: Row = {
        "actor": book.people[row["by"]],
        "words": row["words"].strip(),
        "kind": row["kind"],
        "ways": row["ways"],
        "said_on": row["on"],
    }
    if "to" in row:
        made.words[row["key"]] = answer_contribution(answers=made.words[row["to"]], verb=row["verb"], **said)
    else:
        made.words[row["key"]] = bring_contribution(space=made.space, **said)


def name(book: Book, made: Nights, row: Row) -> None:
    made.things["theme"] = name_theme(
        actor=book.people[row["by"]],
        space=made.space,
        name=row["name"],
        contributions=[made.words[key] for key in row["from"]],
        why=row["why"],
    )


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
