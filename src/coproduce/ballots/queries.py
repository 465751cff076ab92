"""One ballot as somebody finds it, and what came out of it."""

from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Count as HowMany
from django.db.models import Q

from coproduce import clock
from coproduce.ballots.explained import sentences_of
from coproduce.ballots.models import Ballot, BallotOption, Cast, Closing, Paper, RegisterEntry, Urn
from coproduce.errors import NotHere
from coproduce.spaces.access import Place
from coproduce_methods.votes import Count, count_votes


@dataclass(frozen=True)
class Standing:
    """How far a ballot is: how many may vote and have, and whether it can be closed.

    is_over: its shortest time is over; closing: how it ended, None while it is open
    """

    ballot: Ballot
    on_register: int
    voted: int
    waiting: int
    closing: Closing | None

    @property
    def is_open(self) -> bool:
        """Whether it takes votes."""
        return self.closing is None

    @property
    def is_over(self) -> bool:
        """Whether its shortest time is over, so that it can be closed."""
        return clock.now() >= self.ballot.stays_open_until


@dataclass(frozen=True)
class Result:
    """What came out of a closed ballot.

    count is None where it was ended without being counted. ``first``: the options that came first, several where they
    tie, none where every vote was blank. ``unanimous``: every vote said the same.
    """

    standing: Standing
    options: tuple[BallotOption, ...]
    count: Count | None
    unanimous: bool

    @property
    def first(self) -> tuple[BallotOption, ...]:
        """The options that came first."""
        return tuple(self.options[i] for i in self.count.first) if self.count else ()

    @cached_property
    def sentences(self) -> list[str]:
        """How it was counted, step by step, in the reader's language."""
        return sentences_of(self.count, [option.words for option in self.options]) if self.count else []


def ballot_in(place: Place, pk: UUID) -> Ballot:
    """One ballot of a space with who opened it. Raises ``NotHere``."""
    found = Ballot.objects.filter(space=place.space, pk=pk).select_related("opened_by").first()
    if found is None:
        raise NotHere
    found.space = place.space
    return found


def options_of(ballot: Ballot) -> list[BallotOption]:
    """What can be chosen, in order."""
    return list(BallotOption.objects.filter(ballot=ballot).order_by("number"))


def standing_of(ballot: Ballot) -> Standing:
    """How far it is. Three queries."""
    on_register, voted = (
        RegisterEntry.objects.filter(ballot=ballot).aggregate(
            all=HowMany("pk"), voted=HowMany("pk", filter=Q(voted=True))
        )
    ).values()
    closing = Closing.objects.filter(ballot=ballot).select_related("closed_by").first()
    waiting = Urn.objects.values_list("waiting", flat=True).get(ballot=ballot)
    return Standing(ballot, on_register, voted, waiting, closing)


def result_of(ballot: Ballot) -> Result | None:
    """What came out of a ballot; None while it is open. Five queries at most, however many voted."""
    standing = standing_of(ballot)
    if standing.closing is None:
        return None
    options = tuple(options_of(ballot))
    if not standing.closing.counted:
        return Result(standing, options, None, unanimous=False)
    choices = choices_in(ballot)
    count = count_votes(ballot.rule, choices, len(options))
    return Result(standing, options, count, unanimous=len(set(choices)) == 1 and len(choices) > 1)


def choices_in(ballot: Ballot) -> list[tuple[int | None, ...]]:
    """Every vote of a closed ballot, without names and in no order of time."""
    papers = Paper.objects.filter(ballot=ballot).order_by("code").values_list("choice", flat=True)
    casts = Cast.objects.filter(entry__ballot=ballot).order_by("entry").values_list("choice", flat=True)
    return [tuple(choice) for choice in (papers if ballot.secret else casts)]
