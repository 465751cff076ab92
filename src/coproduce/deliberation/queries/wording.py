"""The wordings of a claim, what is said about them, and who is asked whether their answer still holds."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count
from django.utils.safestring import SafeString

from coproduce.contributions.difference import difference
from coproduce.deliberation.models import (
    Answer,
    Response,
    Statement,
    StatementVersion,
    WordingState,
    WordingTalk,
)
from coproduce.deliberation.queries.answers import Tally
from coproduce.deliberation.queries.rounds import answers_are_hidden, is_asked_now
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place, membership_of
from coproduce.spaces.models import Space


class Wording(NamedTuple):
    """Which words a claim had: the number of the wording, and how it read."""

    number: int
    words: str


@dataclass(frozen=True, slots=True)
class Worded:
    """One wording of a claim on its page.

    changed: the words with what went and what came against the wording before, "" for the first. tally: the answers
    that were given to it and not said again since, None where they may not be shown. by: "" for visitors.
    """

    number: int
    words: str
    why: str
    at: datetime
    by: str
    recorded_by: str = ""
    changed: SafeString | str = ""
    tally: Tally | None = None


@dataclass(frozen=True, slots=True)
class Wordings:
    """The page about the wording of a claim. may_word: whether this person may put it in other words."""

    statement: Statement
    wordings: list[Worded]
    talks: list[WordingTalk] = field(default_factory=list)
    may_word: bool = False
    asked_now: bool = False

    @property
    def waiting(self) -> list[WordingTalk]:
        return [talk for talk in self.talks if talk.state == WordingState.OPEN]

    @property
    def answered(self) -> list[WordingTalk]:
        return [talk for talk in self.talks if talk.state in (WordingState.TAKEN_UP, WordingState.NOT_TAKEN_UP)]


def may_word(person: Person | None, statement: Statement) -> bool:
    """Whether somebody may put a claim in better words, and answers what is said about them: whoever drew it; a
    facilitator where that person has left, does not go online, or is known from elsewhere by a number only.
    """
    membership = membership_of(person, statement.space_id)
    if membership is None or person is None:
        return False
    if person.pk == statement.drawn_by_id:
        return True
    drawer = statement.drawn_by
    is_out_of_reach = drawer.is_assisted or drawer.pseudonymous or membership_of(drawer, statement.space_id) is None
    return membership.is_facilitator and is_out_of_reach


def wordings_of(place: Place, statement: Statement) -> Wordings:
    """Every wording of a claim with what changed, and, for members, what is said about them. Six queries at most."""
    versions = list(statement.versions.select_related("worded_by", "recorded_by"))
    if not versions:
        versions = [_only_wording(statement)]
    tallies = {} if answers_are_hidden(place.space, statement) else _tallies_by_wording(statement)
    wordings = [
        _worded(place, version, before, tallies.get(version.number, Tally()))
        for before, version in zip([None, *versions], versions, strict=False)
    ]
    if not place.is_member:
        return Wordings(statement, wordings)
    talks = statement.talks.exclude(state=WordingState.TAKEN_BACK).select_related(
        "person", "recorded_by", "answered_by"
    )
    return Wordings(statement, wordings, list(talks), may_word(place.person, statement), is_asked_now(statement))


def _only_wording(statement: Statement) -> StatementVersion:
    return StatementVersion(
        statement=statement,
        number=1,
        words=statement.words,
        worded_by=statement.drawn_by,
        worded_at=statement.drawn_at,
    )


def _worded(place: Place, version: StatementVersion, before: StatementVersion | None, tally: Tally) -> Worded:
    return Worded(
        number=version.number,
        words=version.words,
        why=version.why,
        at=version.worded_at,
        by=version.worded_by.chosen_name if place.is_member else "",
        recorded_by=version.recorded_by.chosen_name if place.is_member and version.recorded_by else "",
        changed=difference(before.words, version.words) if before else "",
        tally=tally if tally.answered >= place.space.threshold else None,
    )


def _tallies_by_wording(statement: Statement) -> dict[int, Tally]:
    """Answers by the wording they were last given to. One query."""
    counts: dict[int, dict[int, int]] = {}
    rows = Response.objects.filter(statement=statement).order_by().values_list("wording", "answer")
    for wording, answer, n in rows.annotate(n=Count("*")):
        counts.setdefault(wording, {})[answer] = n
    return {
        wording: Tally(
            by.get(Answer.AGREE, 0), by.get(Answer.UNSURE, 0), by.get(Answer.DISAGREE, 0), by.get(Answer.NOT_MINE, 0)
        )
        for wording, by in counts.items()
    }


def talk_in(place: Place, pk: UUID, *, waiting: bool = False) -> WordingTalk:
    """What somebody said about the wording of a claim in sight, for members. ``NotHere`` if there is none."""
    found = WordingTalk.objects.filter(pk=pk, statement__space=place.space, statement__hidden_at=None)
    if waiting:
        found = found.filter(state=WordingState.OPEN)
    talk = found.select_related("statement__drawn_by", "person").first()
    if talk is None or not place.is_member:
        raise NotHere
    talk.statement.space = place.space
    return talk


def wordings_at(claims: Collection[Statement], at: datetime | None) -> dict[UUID, Wording]:
    """How each of these claims read at a moment, or reads now. One query, none for now."""
    found = {claim.pk: Wording(claim.wording, claim.words) for claim in claims}
    if at is None:
        return found
    changed = [claim.pk for claim in claims if claim.wording > 1]
    then = StatementVersion.objects.filter(statement__in=changed, worded_at__lte=at) if changed else []
    for version in sorted(then, key=lambda one: one.number):
        found[version.statement_id] = Wording(version.number, version.words)
    return found


def overtaken(space: Space, person: Person) -> list[Response]:
    """The answers of somebody to claims that have other words by now, of which they were not asked yet. One query."""
    found = Response.objects.filter(
        person=person, overtaken_at__isnull=False, let_stand_at=None, statement__space=space, statement__hidden_at=None
    )
    return list(found.select_related("statement").order_by("overtaken_at", "pk"))


def words_answered(response: Response) -> str:
    """The words that an answer was given to. One query where the claim has others by now, none else."""
    if response.overtaken_at is None:
        return response.statement.words
    version = StatementVersion.objects.filter(statement=response.statement_id, number=response.wording).first()
    return version.words if version else response.statement.words


def overtaken_on(space: Space, statement: Statement) -> int:
    """How many answers to earlier wordings of a claim have not been said again. One query; 0 while they are hidden."""
    if statement.wording == 1 or answers_are_hidden(space, statement):
        return 0
    return Response.objects.filter(statement=statement, overtaken_at__isnull=False).count()
