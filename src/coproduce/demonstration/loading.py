"""Filling an installation with the demonstration: the story told from its first day to its last."""

from collections.abc import Callable
from datetime import timedelta

from django.db import transaction

from coproduce import clock
from coproduce.deliberation.actions import compute_opinion_map
from coproduce.demonstration.chapters import (
    asked,
    ballots,
    came,
    deciding,
    decisions,
    letter,
    nights,
    people,
    priorities,
    together,
    valuing,
    views,
    words,
)
from coproduce.demonstration.story_files import read_story
from coproduce.demonstration.telling import Book, in_order
from coproduce.spaces.models import Space

SEED = 20250304
Progress = Callable[[int, int], None]


@transaction.atomic
def load_demonstration(  # no actor because each act in the story has its own
    *, slug: str = "", name: str = "", progress: Progress | None = None
) -> tuple[Space, bool]:
    """Tell the story through the actions that pages call: all of it, or nothing.

    Every act happens at its own moment and with the same identifiers each time. slug, name: for a second telling
    beside the first, with the same people. progress: called with how much is told, and of how much. Answers the
    space, and whether it was made now: one that is there is left as it is.
    """
    story = read_story()
    slug, name = slug or story["space"]["slug"], name or story["space"]["title"]
    if there := Space.objects.filter(slug=slug).first():
        return there, False
    book = Book(story, slug=slug, name=name)
    acts = [
        act
        for part in (
            people,
            words,
            together,
            views,
            asked,
            decisions,
            deciding,
            came,
            priorities,
            valuing,
            ballots,
            nights,
            letter,
        )
        for act in part.acts(book)
    ]
    with clock.repeatable(SEED + sum(slug.encode())):
        for number, (moment, act) in enumerate(in_order(acts), start=1):
            with clock.told(moment):
                act.do()
            if progress:
                progress(number, len(acts))
        with clock.told(moment + timedelta(hours=1)):
            compute_opinion_map(actor=None, space=book.space)
    return book.space, True
