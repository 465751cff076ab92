"""What people bring and answer, how the question changes, what changed somebody's thinking, and themes."""

from collections.abc import Iterator
from functools import partial
from typing import Any

from coproduce.contributions.actions import (
    acknowledge_contribution,
    answer_contribution,
    bring_contribution,
    reframe_from_contributions,
    revise_contribution,
    withdraw_contribution,
)
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.themes.actions import link_contribution, merge_themes, name_theme, rename_theme, split_theme
from coproduce.themes.models import ThemeLink
from coproduce.themes.passages import Stretch, places_of


def acts(book: Book) -> Iterator[Act]:
    story = book.story
    for row in story["contributions"]:
        yield Act(row["said_on"], Turn.SAID, partial(say, book, row))
        for later in row.get("later", []):
            yield Act(later["on"], Turn.SAID_BETTER, partial(say_better, book, row, later["words"]))
        if "withdrawn" in row:
            yield Act(row["withdrawn"]["on"], Turn.SAID_BETTER, partial(take_back, book, row))
    for row in story["framings"][1:]:
        yield Act(row["on"], Turn.FRAMED, partial(reframe, book, row))
    for row in story["acknowledgements"]:
        yield Act(row["on"], Turn.THANKED, partial(thank, book, row))
    begun_by_split = {row["new"] for row in story["history"] if row["kind"] == "split"}
    for row in story["themes"]:
        yield from of_theme(book, row, row["key"] in begun_by_split)
    for row in story["history"]:
        change = {"rename": rename, "merge": merge, "split": split}[row["kind"]]
        yield Act(row["on"], Turn.THEME_CHANGED, partial(change, book, row))


def of_theme(book: Book, row: Row, begun_by_split: bool) -> Iterator[Act]:
    """A theme is named from the first words put with it; each of the others is put with it on its day."""
    links = row["links"]
    first: list[Row] = []
    if not begun_by_split:
        mine = [link for link in links if (link["by"], link["on"]) == (row["proposed_by"], row["on"])]
        first = [link for link in mine if link.get("why") == mine[0].get("why")]
        yield Act(row["on"], Turn.NAMED, partial(name, book, row, first))
    for link in links:
        if link not in first:
            turn = Turn.LINKED_TO_NEW if begun_by_split else Turn.LINKED
            yield Act(link["on"], turn, partial(put_with, book, row["key"], link))


def say(book: Book, row: Row) -> None:
    actor, author = book.who(row["by"], row.get("recorder"))
    said: Row = {
        "actor": actor,
        "author": author,
        "words": row["words"],
        "kind": row["kind"],
        "ways": row["ways"],
        "attribution": row["attribution"],
        "content_note": row.get("content_note", ""),
        "channel": row["channel"],
        "said_on": row["said_on"],
        "gathering": book.gatherings.get(row.get("gathering", "")),
    }
    if "to" in row:
        made = answer_contribution(answers=book.contributions[row["to"]], verb=row["verb"], **said)
    else:
        made = bring_contribution(space=book.space, **said)
    book.contributions[row["key"]] = made


def say_better(book: Book, row: Row, words: str) -> None:
    actor, _author = book.who(row["by"], row.get("recorder"))
    book.contributions[row["key"]] = revise_contribution(
        actor=actor, contribution=book.contributions[row["key"]], words=words
    )


def take_back(book: Book, row: Row) -> None:
    actor, _author = book.who(row["by"], row.get("recorder"))
    book.contributions[row["key"]] = withdraw_contribution(actor=actor, contribution=book.contributions[row["key"]])


def reframe(book: Book, row: Row) -> None:
    reframe_from_contributions(
        actor=book.people[row["by"]],
        space=book.space,
        words=row["question"],
        why=row["why"],
        contributions=book.words(row["sources"]),
    )


def thank(book: Book, row: Row) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    acknowledge_contribution(
        actor=actor,
        person=person,
        contribution=book.contributions[row["contribution"]],
        words=row.get("words", ""),
    )


def _passage(book: Book, link: Row) -> Stretch | None:
    """Where the passage stands in the words as they are that day."""
    if "passage" not in link:
        return None
    return places_of(link["passage"], book.contributions[link["contribution"]].words)[0]


def name(book: Book, row: Row, first: list[Row]) -> None:
    actor, person = book.who(row["proposed_by"])
    words = {link["contribution"]: book.contributions[link["contribution"]] for link in first}
    passages = {words[link["contribution"]].pk: _passage(book, link) for link in first}
    book.themes[row["key"]] = name_theme(
        actor=actor,
        person=person,
        space=book.space,
        name=row["name"],
        words=row["words"],
        origin=row["origin"],
        contributions=list(words.values()),
        passages={pk: passage for pk, passage in passages.items() if passage is not None},
        why=first[0].get("why", "") if first else "",
    )


def put_with(book: Book, theme: str, link: Row) -> None:
    link_contribution(
        actor=book.people[link["by"]],
        theme=book.themes[theme],
        contribution=book.contributions[link["contribution"]],
        passage=_passage(book, link),
        why=link.get("why", ""),
    )


def rename(book: Book, row: Row) -> None:
    actor, person = book.who(row["by"])
    book.themes[row["theme"]] = rename_theme(
        actor=actor,
        person=person,
        theme=book.themes[row["theme"]],
        name=row["name"],
        words=row.get("words"),
        why=row["why"],
    )


def merge(book: Book, row: Row) -> None:
    book.themes[row["into"]] = merge_themes(
        actor=book.people[row["by"]], theme=book.themes[row["theme"]], into=book.themes[row["into"]], why=row["why"]
    )


def split(book: Book, row: Row) -> None:
    old: Any = book.themes[row["theme"]]
    moved = ThemeLink.objects.filter(theme=old, ended_at=None, contribution__in=book.words(row["moved"]))
    new = next(theme for theme in book.story["themes"] if theme["key"] == row["new"])
    book.themes[row["new"]] = split_theme(
        actor=book.people[row["by"]],
        theme=old,
        name=new["name"],
        words=new["words"],
        links=list(moved),
        why=row["why"],
    )
