"""How people look after each other and talk: rules, worries, questions by name, files, a wall, talk about passages."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from typing import Any

from coproduce.care.actions import (
    appeal_moderation,
    decide_appeal,
    let_rule_hold,
    name_for_role,
    put_out_of_sight,
    raise_flag,
    say_to_rule,
    suggest_rule,
    write_note,
)
from coproduce.care.models import Moderation
from coproduce.contributions.actions.attaching import NewFile, add_files, describe_files
from coproduce.contributions.attaching.kinds import JPEG, MP3
from coproduce.contributions.attaching.made import Made
from coproduce.contributions.attaching.storing import keeping
from coproduce.contributions.models import Attachment, AttachmentKind
from coproduce.conversation.actions import answer_ask, ask_somebody
from coproduce.demonstration.story_files import FOLDER, Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.themes.actions import add_coding_note
from coproduce.themes.passages import places_of
from coproduce.walls.actions import close_wall, move_card, open_wall, start_group


def acts(book: Book) -> Iterator[Act]:
    story = book.story
    yield Act(story["note"]["on"], Turn.LOOKS_AFTER_WORRIES, partial(note, book, story["note"]))
    for row in story["roles"]:
        yield Act(row["on"], Turn.LOOKS_AFTER_WORRIES, partial(role, book, row))
    for row in story["house_rules"]:
        yield from of_rule(book, row)
    for row in story["worries"]:
        yield from of_worry(book, row)
    for row in story["asks"]:
        yield from of_ask(book, row)
    for row in story["files"]:
        yield Act(row["on"], Turn.FILED, partial(put_file_with, book, row))
    for row in story["walls"]:
        held = next(one for one in story["gatherings"] if one["key"] == row["gathering"])
        starts: datetime = held["starts_at"]
        yield Act(starts.date(), Turn.WALLED, partial(wall, book, row))
    for row in story["coding_notes"]:
        yield Act(row["on"], Turn.TALKED, partial(talk, book, row))


def of_rule(book: Book, row: Row) -> Iterator[Act]:
    """A rule is suggested, people say what they think of it, and after a time it holds."""
    made: list[Any] = []
    yield Act(row["on"], Turn.RULE_SUGGESTED, partial(suggest, book, row, made))
    for voice in row["voices"]:
        yield Act(voice["on"], Turn.RULE_VOICED, partial(say_to, book, voice, made))
    if "holds_on" in row:
        yield Act(row["holds_on"], Turn.RULE_HOLDS, partial(hold, book, made))


def of_worry(book: Book, row: Row) -> Iterator[Act]:
    """Somebody says that something is wrong; words go out of sight; somebody else looks again."""
    made: list[Any] = []
    yield Act(row["on"], Turn.WORRIED, partial(worry, book, row, made))
    yield Act(row["out_of_sight"]["on"], Turn.OUT_OF_SIGHT, partial(hide, book, row, made))
    yield Act(row["appeal"]["on"], Turn.APPEALED, partial(appeal, book, row, made))
    yield Act(row["looked_again"]["on"], Turn.LOOKED_AGAIN, partial(look_again, book, row, made))


def of_ask(book: Book, row: Row) -> Iterator[Act]:
    made: list[Any] = []
    yield Act(row["on"], Turn.ASKED, partial(ask, book, row, made))
    if "answer" in row:
        yield Act(row["answer"]["on"], Turn.SAID_WHEN_ASKED, partial(answer, book, row, made))


def note(book: Book, row: Row) -> None:
    write_note(
        actor=book.people[row["by"]], space=book.space, words=row["words"].strip(), contacts=row["contacts"].strip()
    )


def role(book: Book, row: Row) -> None:
    name_for_role(actor=book.people[row["by"]], space=book.space, person=book.people[row["person"]], role=row["role"])


def suggest(book: Book, row: Row, made: list[Any]) -> None:
    actor, person = book.who(row["by"])
    source = book.contributions[row["from"]] if "from" in row else None
    made.append(
        suggest_rule(
            actor=actor, person=person, space=book.space, words=row["words"], why=row["why"], from_words=source
        )
    )


def say_to(book: Book, row: Row, made: list[Any]) -> None:
    actor, person = book.who(row["person"])
    words = row.get("words", "")
    say_to_rule(actor=actor, person=person, rule=made[0], lives_with_it=not words, words=words)


def hold(book: Book, made: list[Any]) -> None:
    let_rule_hold(actor=book.people[book.story["note"]["by"]], rule=made[0])


def worry(book: Book, row: Row, made: list[Any]) -> None:
    words = book.contributions[row["about"]]
    made.append(raise_flag(actor=book.people[row["by"]], contribution=words, reason=row["reason"], words=row["words"]))


def hide(book: Book, row: Row, made: list[Any]) -> None:
    said = row["out_of_sight"]
    put_out_of_sight(
        actor=book.people[said["by"]], contribution=book.contributions[row["about"]], why=said["why"], flag=made[0]
    )


def appeal(book: Book, row: Row, made: list[Any]) -> None:
    said, words = row["appeal"], book.contributions[row["about"]]
    hidden = Moderation.objects.get(contribution=words, ended_at=None)
    made.append(
        appeal_moderation(actor=words.author, moderation=hidden, words=said["words"], to_person=book.people[said["to"]])
    )


def look_again(book: Book, row: Row, made: list[Any]) -> None:
    said = row["looked_again"]
    decide_appeal(actor=book.people[row["appeal"]["to"]], appeal=made[1], upheld=said["upheld"], why=said["why"])
    book.contributions[row["about"]].refresh_from_db()


def ask(book: Book, row: Row, made: list[Any]) -> None:
    about = book.contributions[row["about"]] if "about" in row else None
    made.append(
        ask_somebody(
            actor=book.people[row["by"]],
            space=book.space,
            asked=book.people[row["asked"]],
            words=row["words"],
            about=about,
        )
    )


def answer(book: Book, row: Row, made: list[Any]) -> None:
    said = row["answer"]
    actor, _person = book.who(row["asked"])
    done = answer_ask(actor=actor, ask=made[0], words=said["words"], ways=said["ways"], attribution=said["attribution"])
    book.contributions[said["key"]] = done.answer


def put_file_with(book: Book, row: Row) -> None:
    """The files of the story are kept as they are: the same process made them that makes everybody's."""
    actor, _person = book.who(row["by"])
    words = book.contributions[row["contribution"]]
    content = (FOLDER / "files" / row["file"]).read_bytes()
    if row["file"].endswith(".jpg"):
        made = Made(AttachmentKind.PICTURE, JPEG, content, width=row["width"], height=row["height"])
    else:
        made = Made(AttachmentKind.SOUND, MP3, content, seconds=row["seconds"])
    with keeping() as keep:
        add_files(actor=actor, contribution=words, files=[NewFile(row["name"], made)], keep=keep)
    added = Attachment.objects.get(contribution=words)
    describe_files(actor=actor, contribution=words, words={added.pk: row["words"].strip()})


def wall(book: Book, row: Row) -> None:
    """The cards of a gathering hang in groups, and the wall is closed in the evening."""
    made = open_wall(actor=book.people[row["by"]], gathering=book.gatherings[row["gathering"]])
    for group in row["groups"]:
        actor, _person = book.who(group["by"])
        started = start_group(actor=actor, wall=made, name=group["name"])
        for card in book.words(group["cards"]):
            move_card(actor=actor, wall=made, contribution=card, group=started, version=0)
    close_wall(actor=book.people[row["closed_by"]], wall=made)


def talk(book: Book, row: Row) -> None:
    words = book.contributions[row["contribution"]]
    add_coding_note(
        actor=book.people[row["by"]],
        contribution=words,
        theme=book.themes[row["theme"]],
        words=row["words"],
        passage=places_of(row["passage"], words.words)[0],
    )
