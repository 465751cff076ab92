"""What the smaller spaces of the story have in common: one question, a few people, some words, a theme."""

from dataclasses import dataclass, field
from typing import Any

from coproduce.contributions.actions import answer_contribution, bring_contribution
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Book
from coproduce.spaces.actions import describe_myself, join_space, make_join_link, open_space
from coproduce.themes.actions import name_theme


@dataclass
class Elsewhere:
    """A smaller space, and what it has become so far. row: of the story; short: its name in a second telling."""

    row: Row
    short: str
    practice: str
    space: Any = None
    link: Any = None
    words: dict[str, Any] = field(default_factory=dict)
    things: dict[str, Any] = field(default_factory=dict)


def open_it(book: Book, made: Elsewhere) -> None:
    row = made.row
    opener = book.people[row["opened_by"]]
    is_first = book.slug == book.story["space"]["slug"]
    made.space = open_space(
        actor=opener,
        question=row["question"],
        why=row["why"],
        name=row["name"],
        slug=row["slug"] if is_first else f"{book.slug}-{made.short}",
        for_whom=row["for_whom"],
        practices=[made.practice],
        privacy=row["privacy"],
        threshold=row["small_groups"],
    )
    standpoints = [(said["words"], said["way"], "shown") for said in book.rows[row["opened_by"]]["standpoints"]]
    describe_myself(actor=opener, space=made.space, standpoints=standpoints, affiliations=[], understanding="")
    made.link = make_join_link(actor=opener, space=made.space)


def join(book: Book, made: Elsewhere, row: Row) -> None:
    join_space(actor=book.people[row["person"]], link=made.link, standpoints=[(row["words"], row["way"], "shown")])


def say(book: Book, made: Elsewhere, row: Row) -> None:
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


def name(book: Book, made: Elsewhere, row: Row) -> None:
    made.things["theme"] = name_theme(
        actor=book.people[row["by"]],
        space=made.space,
        name=row["name"],
        contributions=[made.words[key] for key in row["from"]],
        why=row["why"],
    )
