"""A secret ballot with two votes by post, from its opening to the count; and one that is still open."""

import random
from collections.abc import Iterator
from functools import partial

from django.urls import reverse

from coproduce.ballots.actions import (
    close_ballot,
    enter_paper,
    new_sheet,
    note_envelope,
    open_ballot,
    print_slips,
    vote_in_secret,
)
from coproduce.ballots.models import Ballot, Rule
from coproduce.demonstration.story_files import Row
from coproduce.demonstration.telling import Act, Book, Turn
from coproduce.spaces.models import Membership, MembershipState

DEALT = 1912


class Telling:
    """The ballot once it is open, the papers dealt out, and the codes of those that were printed."""

    ballot: Ballot

    def __init__(self, row: Row) -> None:
        self.row = row
        self.papers = [list(paper) for paper in row["papers"]]
        random.Random(DEALT).shuffle(self.papers)  # noqa: S311  (a story, told alike each time)
        self.slips: list[str] = []

    def next_choice(self) -> tuple[int | None, ...]:
        """What the next paper says, as the count reads it."""
        chosen, options = self.papers.pop(), range(1, len(self.row["options"]) + 1)
        if self.row["rule"] == Rule.APPROVAL:
            return tuple(int(number in chosen) for number in options)
        return tuple(chosen.index(number) + 1 if number in chosen else None for number in options)


def acts(book: Book) -> Iterator[Act]:
    for row in book.story["ballots"]:
        yield from of_ballot(book, row)


def of_ballot(book: Book, row: Row) -> Iterator[Act]:
    telling = Telling(row)
    yield Act(row["on"], Turn.BALLOT_OPENED, partial(opened, book, telling))
    for vote in row["voted"]:
        yield Act(vote["on"], Turn.VOTED, partial(voted, book, telling, vote))
    for envelope in row.get("by_post", []):
        yield Act(envelope["on"], Turn.VOTED, partial(came_by_post, book, telling, envelope["person"]))
        yield Act(row["opened_on"], Turn.ENVELOPES_OPENED, partial(entered, book, telling))
    if "closed" in row:
        yield Act(row["closed"]["on"], Turn.CLOSED, partial(closed, book, telling))


def opened(book: Book, telling: Telling) -> None:
    row = telling.row
    here = Membership.objects.filter(space=book.space).exclude(state=MembershipState.LEFT).select_related("person")
    telling.ballot = open_ballot(
        actor=book.people[row["by"]],
        space=book.space,
        title=row["title"],
        words=row["words"].strip(),
        options=row["options"],
        rule=row["rule"],
        secret=True,
        people=[one.person for one in here],
        minimum_days=row["days"],
        leads_to=reverse("gatherings:gatherings", args=[book.space.slug]),
    )
    if "by_post" in row:
        helper = book.people[row["noted_by"]]
        telling.slips = print_slips(actor=helper, ballot=telling.ballot, how_many=len(row["by_post"]) + 1)


def voted(book: Book, telling: Telling, vote: Row) -> None:
    actor, person = book.who(vote["person"], vote.get("recorder"))
    code, ticket = new_sheet(telling.ballot, person)
    vote_in_secret(
        actor=actor, person=person, ballot=telling.ballot, choice=telling.next_choice(), code=code, ticket=ticket
    )


def came_by_post(book: Book, telling: Telling, person: str) -> None:
    note_envelope(actor=book.people[telling.row["noted_by"]], ballot=telling.ballot, person=book.people[person])


def entered(book: Book, telling: Telling) -> None:
    helper = book.people[telling.row["opened_by"]]
    enter_paper(actor=helper, ballot=telling.ballot, code=telling.slips.pop(), choice=telling.next_choice())


def closed(book: Book, telling: Telling) -> None:
    close_ballot(actor=book.people[telling.row["closed"]["by"]], ballot=telling.ballot)
