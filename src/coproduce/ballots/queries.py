"""One ballot as somebody finds it, and what came out of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from uuid import UUID

from django.db.models import Count as HowMany
from django.db.models import F, OuterRef, Q, Subquery
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.ballots.explained import sentences_of
from coproduce.ballots.models import Ballot, BallotOption, Cast, Closing, Paper, RegisterEntry, Urn
from coproduce.ballots.urn import is_ours, plain_code
from coproduce.deliberation.queries import ways_of_people
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce_methods.votes import APPROVAL, RANKED, Count, GroupCount, count_votes, is_blank, votes_by


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


@dataclass(frozen=True)
class Voter:
    """Where somebody stands in a ballot: whether they are on the register, and have voted."""

    on_register: bool
    voted: bool
    on_paper: bool = False


def voter_in(ballot: Ballot, person: Person | None) -> Voter:
    """Somebody's own line of the register. One query."""
    if person is None:
        return Voter(on_register=False, voted=False)
    row = RegisterEntry.objects.filter(ballot=ballot, person=person).values("voted", "on_paper").first()
    return Voter(on_register=True, **row) if row else Voter(on_register=False, voted=False)


def ballots_in(place: Place, limit: int = 100) -> Sequence[Ballot]:
    """The ballots of a space, open ones first, then the newest; ``ended_at`` is filled. One query."""
    ended = Closing.objects.filter(ballot=OuterRef("pk")).values("closed_at")[:1]
    found = Ballot.objects.filter(space=place.space).annotate(ended_at=Subquery(ended))
    rows = list(found.order_by(F("ended_at").desc(nulls_first=True), "-opened_at", "pk")[:limit])
    for row in rows:
        row.space = place.space
    return rows


def people_on_register(ballot: Ballot) -> list[Person]:
    """Who may vote, by name. Who has is nobody's business here."""
    return list(
        Person.objects.filter(pk__in=RegisterEntry.objects.filter(ballot=ballot).values("person")).order_by(
            "chosen_name", "pk"
        )
    )


def assisted_without_vote(ballot: Ballot) -> list[Person]:
    """People on the register who do not go online and have not voted, by name: for those who facilitate."""
    waiting = RegisterEntry.objects.filter(ballot=ballot, voted=False).values("person")
    return list(Person.objects.filter(pk__in=waiting, account=None, pseudonymous=False).order_by("chosen_name", "pk"))


def papers_of(ballot: Ballot) -> list[Paper]:
    """Every paper of a closed secret ballot, by code."""
    return list(Paper.objects.filter(ballot=ballot).order_by("code"))


def casts_of(ballot: Ballot) -> list[Cast]:
    """Every vote of a closed ballot by name, with who gave it and who wrote it down, by name."""
    found = Cast.objects.filter(entry__ballot=ballot).select_related("entry__person", "entry__recorded_by")
    return list(found.order_by("entry__person__chosen_name", "entry"))


@dataclass(frozen=True)
class Looked:
    """What a receipt leads to: its paper; or none, though this installation made the code (``is_ours``); or nothing."""

    code: str
    paper: Paper | None
    is_ours: bool


def receipt_in(ballot: Ballot, typed: str) -> Looked:
    """Look for a receipt in a closed secret ballot. One query at most."""
    code = plain_code(typed)
    paper = Paper.objects.filter(ballot=ballot, code=code).first() if code else None
    return Looked(code, paper, bool(code) and is_ours(ballot.pk, code))


def said_in(choice: Sequence[int | None], ballot: Ballot, options: Sequence[BallotOption]) -> str:
    """A vote in words, for the list of votes."""
    if is_blank(ballot.rule, choice):
        return _("blank")
    given = [(number, option.words) for number, option in zip(choice, options, strict=True) if number is not None]
    if ballot.rule == APPROVAL:
        return " · ".join(words for number, words in given if number)
    if ballot.rule == RANKED:
        given.sort(key=lambda pair: pair[0])
        return " · ".join(f"{number}. {words}" for number, words in given)
    return " · ".join(f"{words}: {number}" for number, words in given)


def by_standpoint(ballot: Ballot, options: int) -> tuple[GroupCount, ...]:
    """The count of a ballot by name for each way of knowing that people show, small groups joined. Two queries.

    Standpoints that are only counted are left out: beside votes with names they could be worked out.
    """
    casts = Cast.objects.filter(entry__ballot=ballot).values_list("entry__person", "choice")
    choices = {person: tuple(choice) for person, choice in casts}
    ways = ways_of_people(ballot.space, list(choices), shown_only=True)
    groups = [frozenset(ways.get(person, "")) for person in choices]
    return votes_by(ballot.rule, groups, list(choices.values()), options, ballot.space.threshold)
