"""Ten tokens twice, the list put in other words, what it means to people now, and where values pull apart."""

from collections.abc import Iterator
from functools import partial

from coproduce.deliberation.models import Value
from coproduce.deliberation.starting import STARTING, Offered
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.people.models import Attribution, Person
from coproduce.valuing.actions import count_if_due, give_tokens, name_tension, say_understanding, word_value


def acts(book: Book) -> Iterator[Act]:
    story = book.story
    for row in story["tokens"]:
        yield Act(row["on"], Turn.WEIGHED, partial(give, book, row))
    for row in story["renamed"]:
        yield Act(row["on"], Turn.VALUED, partial(rename, book, row))
    for row in story["meanings"]:
        yield Act(row["on"], Turn.UNDERSTOOD, partial(mean, book, row))
    for row in story["tensions"]:
        yield Act(row["on"], Turn.WEIGHED, partial(pull, book, row))


def explained(story: Row) -> list[Offered]:
    """The list of values as the space offers it, with what is meant by each."""
    said = {row["name"]: row for row in story["explained"]}
    begun = {str(each.name): each.code for each in STARTING}
    return [
        Offered(begun.get(name, ""), said[name]["system"], name, said[name]["words"])
        for name in story["values"]["offered"]
    ]


def _keys(book: Book) -> dict[str, str]:
    return {value.name: value.pk.hex for value in Value.objects.filter(space=book.space)}


def give(book: Book, row: Row) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    _spread(book, row, actor, person)
    if "checked" in row:
        _spread(book, row, book.people[row["checked"]], person)
    count_if_due(actor=None, space=book.space)


def _spread(book: Book, row: Row, actor: Person, person: Person) -> None:
    keys, (name, own) = _keys(book), row.get("own", ("", 0))
    about = row.get("about", "")
    give_tokens(
        actor=actor,
        person=person,
        space=book.space,
        tokens={keys[value]: n for value, n in row["gave"].items()},
        own=(name, own),
        words=row.get("words", ""),
        about="own" if about and about == name else keys.get(about, ""),
        attribution=row.get("shown", Attribution.CHOSEN),
    )


def rename(book: Book, row: Row) -> None:
    value = Value.objects.get(space=book.space, name=row["value"])
    word_value(
        actor=book.people[row["by"]],
        space=book.space,
        key=value.pk.hex,
        name=row["to"],
        explanation=row["explained"],
        system=value.system,
        why=row["why"],
    )


def mean(book: Book, row: Row) -> None:
    actor, person = book.who(row["person"], row.get("recorder"))
    say_understanding(actor=actor, person=person, space=book.space, words=row["words"])


def pull(book: Book, row: Row) -> None:
    keys = _keys(book)
    name_tension(
        actor=book.people[row["by"]],
        space=book.space,
        one=keys[row["one"]],
        other=keys[row["other"]],
        words=row["words"],
        contributions=book.words(row["contributions"]),
    )
