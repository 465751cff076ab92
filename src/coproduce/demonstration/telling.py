"""How the story is told: what happens in it, in which order, and at which moment of its day."""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from enum import IntEnum, auto
from itertools import groupby
from typing import Any, NamedTuple

from django.utils import timezone

from coproduce.consent.models import Use
from coproduce.demonstration.story_files import Row
from coproduce.people.models import Person
from coproduce.spaces.models import Space

MORNING, LONGEST_DAY, LONGEST_STEP = time(8, 30), timedelta(hours=13), timedelta(minutes=25)


class Turn(IntEnum):
    """What comes first on one day, so that nothing happens before what it needs."""

    RETURNED = auto()
    OPENED = auto()
    JOINED = auto()
    LOOKS_AFTER = auto()
    WORDED = auto()
    HELPED_IN = auto()
    AGREED = auto()
    CHARTERED = auto()
    LOOKS_AFTER_WORRIES = auto()
    ARRANGED = auto()
    VALUED = auto()
    SAID = auto()
    FILED = auto()
    ASKED = auto()
    SAID_WHEN_ASKED = auto()
    RULE_SUGGESTED = auto()
    RULE_VOICED = auto()
    RULE_HOLDS = auto()
    WORRIED = auto()
    OUT_OF_SIGHT = auto()
    APPEALED = auto()
    LOOKED_AGAIN = auto()
    WALLED = auto()
    SAID_BETTER = auto()
    FRAMED = auto()
    NAMED = auto()
    LINKED = auto()
    THEME_CHANGED = auto()
    LINKED_TO_NEW = auto()
    TALKED = auto()
    CLAIMED = auto()
    WORDS_TALKED = auto()
    REWORDED = auto()
    ROUND_OPENED = auto()
    ANSWERED = auto()
    ROUND_CLOSED = auto()
    BALLOT_OPENED = auto()
    VOTED = auto()
    ENVELOPES_OPENED = auto()
    PROPOSED = auto()
    AMENDED = auto()
    STOOD = auto()
    CLOSED = auto()
    TOLD = auto()
    PUT_BEHIND = auto()
    STATED = auto()
    PROMISED = auto()
    KEPT = auto()
    JUDGED = auto()
    NOTICED = auto()
    HANDED_ON = auto()
    TOLD_ELSEWHERE = auto()
    WEIGHED = auto()
    THANKED = auto()
    MATTERED = auto()
    UNDERSTOOD = auto()
    TOOK_BACK = auto()
    PAUSED = auto()
    ACCOUNTED = auto()
    ELSEWHERE = auto()
    LOOKED_IN = auto()


class Act(NamedTuple):
    """One thing that somebody does. ``do`` calls the action that a page would call."""

    day: date
    turn: Turn
    do: Callable[[], object]


class Book:
    """The story, and what it has become so far: each row's object by the row's key."""

    def __init__(self, story: Row, *, slug: str, name: str) -> None:
        self.story, self.slug, self.name = story, slug, name
        self.space: Space
        self.rows: dict[str, Row] = {row["key"]: row for row in story["people"]}
        self.people: dict[str, Person] = {}
        self.gatherings: dict[str, Any] = {}
        self.contributions: dict[str, Any] = {}
        self.themes: dict[str, Any] = {}
        self.links: dict[tuple[str, str], Any] = {}
        self.statements: dict[str, Any] = {}
        self.proposals: dict[str, Any] = {}
        self.decisions: dict[str, Any] = {}
        self.outcomes: dict[str, Any] = {}

    def who(self, key: str, recorder: str | None = None) -> tuple[Person, Person]:
        """Who presses the button, and whose doing it is: the same but for someone who has no account."""
        row = self.rows[key]
        helper = recorder or (None if row["account"] else row["helped_by"])
        return self.people[helper or key], self.people[key]

    def words(self, keys: Iterable[str]) -> list[Any]:
        """The contributions of these keys, as they were said."""
        return [self.contributions[key] for key in keys]


def uses(row: Row) -> dict[str, bool]:
    """What someone said to each use on joining."""
    return {use: use in row["agreed"] for use in Use.values}


def in_order(acts: Iterable[Act]) -> Iterator[tuple[datetime, Act]]:
    """Every act with its own moment, in the order in which they happen; those of one turn as the files have them.

    The acts of a day are spread over it, from the morning on, in the time zone of the installation.
    """
    ordered = sorted(acts, key=lambda act: (act.day, act.turn))
    for day, group in groupby(ordered, key=lambda act: act.day):
        todays = list(group)
        step = min(LONGEST_STEP, LONGEST_DAY / len(todays))
        morning = timezone.make_aware(datetime.combine(day, MORNING))
        for number, act in enumerate(todays):
            yield morning + step * number, act
