"""The list of values as somebody is asked about it, and what they gave."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from django.db.models import Count

from coproduce import clock
from coproduce.conversation.seasons import Season, season_of
from coproduce.deliberation.models import Value
from coproduce.deliberation.queries import code_on_paper, list_of, whose_code
from coproduce.people.models import Person
from coproduce.spaces.access import may_see_again
from coproduce.spaces.models import Space
from coproduce.valuing.models import EACH, Allocation, ChangeKind, EarlierAllocation, Token, ValueChange


def season_now() -> Season:
    """The season in which people are asked today."""
    return season_of(clock.today())


def key_of(value: Value) -> str:
    """What a value is called on a sheet: its identifier, or its code where nobody has used the list yet."""
    return value.starting if value._state.adding else value.pk.hex


def keyed(values: Iterable[Value]) -> dict[str, Value]:
    """Saved values by every key that a sheet may have for them: it may have been opened before the list was used."""
    found = {value.pk.hex: value for value in values}
    return found | {value.starting: value for value in found.values() if value.starting}


@dataclass(slots=True)
class Choice:
    """One value on somebody's sheet. called_before: names under which tokens were given to it, the newest first."""

    value: Value
    key: str
    given: int = 0
    called_before: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Given:
    """What somebody gave in one season. ``allocation`` is None where they have not, or where it is not for the reader
    (``is_hidden``).
    """

    season: Season
    choices: list[Choice]
    allocation: Allocation | None
    earlier: list[EarlierAllocation]
    is_hidden: bool = False

    @property
    def total(self) -> int:
        return sum(choice.given for choice in self.choices)

    @property
    def left(self) -> int:
        return EACH - self.total

    @property
    def on(self) -> list[Choice]:
        """The values that have some of their tokens, the most first."""
        return sorted((choice for choice in self.choices if choice.given), key=lambda choice: -choice.given)


def given_by(space: Space, person: Person, season: Season, values: list[Value] | None = None) -> Given:
    """One person's sheet: every value they may choose, those that hold their tokens, and what they gave. 5 queries."""
    values = list_of(space) if values is None else values
    found = Allocation.objects.filter(space=space, person=person, season=season.code)
    allocation = found.select_related("recorded_by", "about").prefetch_related("earlier").first()
    tokens = tokens_of([allocation.pk]).get(allocation.pk, {}) if allocation else {}
    before = names_before([value.pk for value in values if not value._state.adding])
    choices = [
        Choice(value, key_of(value), tokens.get(value.pk, 0), before.get(value.pk, []))
        for value in values
        if value.is_offered or value.pk in tokens or (value.retired_at is None and value.added_by_id == person.pk)
    ]
    return Given(season, choices, allocation, list(allocation.earlier.all()) if allocation else [])


def as_seen_by(reader: Person | None, person: Person, given: Given) -> Given:
    """Somebody's sheet as it may be shown to who writes on it: what they gave only to who may see it again. No query.

    Nor is a value that is not offered to everybody on the sheet of somebody else: it would say who added it.
    """
    if reader is not None and reader.pk == person.pk:
        return given
    if may_see_again(reader, given.allocation):
        seen = [choice for choice in given.choices if choice.value.is_offered or choice.given]
        return replace(given, choices=seen, earlier=[])
    offered = [replace(choice, given=0) for choice in given.choices if choice.value.is_offered]
    return Given(given.season, offered, None, [], is_hidden=given.allocation is not None)


def tokens_of(allocations: Collection[UUID]) -> dict[UUID, dict[UUID, int]]:
    """How many tokens stand on each value, by allocation. One query."""
    rows = Token.objects.filter(allocation__in=allocations).order_by()
    found: dict[UUID, dict[UUID, int]] = {}
    for allocation, value, n in rows.values_list("allocation", "value").annotate(n=Count("pk")):
        found.setdefault(allocation, {})[value] = n
    return found


def names_before(values: Iterable[UUID]) -> dict[UUID, list[str]]:
    """The names that values had before, the newest first, by value. One query."""
    found: dict[UUID, list[str]] = {}
    renamed = ValueChange.objects.filter(value__in=list(values), kind=ChangeKind.WORDED).order_by("-changed_at", "-pk")
    for change in renamed:
        names = found.setdefault(change.value_id, [])
        if change.renames and change.name_before not in names:
            names.append(change.name_before)
    return found


def changes_of(value: Value) -> list[ValueChange]:
    """Everything that was changed about a value, the newest first. One query."""
    return list(ValueChange.objects.filter(value=value).select_related("changed_by").order_by("-changed_at", "-pk"))


def in_words(tokens: dict[str, int], values: Iterable[Value]) -> list[tuple[str, int]]:
    """Tokens by identifier, as an earlier allocation keeps them, with the values' names."""
    names: dict[Any, str] = {str(value.pk): value.name for value in values}
    return [(names[pk], n) for pk, n in sorted(tokens.items(), key=lambda pair: -pair[1]) if pk in names]


def sheet_code(space: Space, season: Season, person: Person) -> str:
    """The code on somebody's sheet of a season: whose it is, without a name on it."""
    return code_on_paper(f"{space.pk.hex}{season.code}", person)


def whose_sheet(space: Space, season: Season, code: str) -> Person | None:
    """Whose sheet of this season it is. One query."""
    return whose_code(space, f"{space.pk.hex}{season.code}", code)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of this season that is in: how many tokens are on it, who typed it up, and who typed the same again."""

    tokens: int
    typed_by: Person | None
    checked_by: Person | None


def sheets_of(space: Space, people: Collection[Person], season: Season) -> dict[UUID, Sheet]:
    """The sheets of these people in a season, by person. Two queries."""
    found = Allocation.objects.filter(space=space, season=season.code, person__in=list(people))
    rows = list(found.select_related("recorded_by", "checked_by"))
    tokens = tokens_of([row.pk for row in rows])
    return {row.person_id: Sheet(sum(tokens.get(row.pk, {}).values()), row.recorded_by, row.checked_by) for row in rows}
