"""What the methods are given, and what was counted from it."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from coproduce.conversation.seasons import Season, season_called
from coproduce.deliberation.models import Value
from coproduce.history.chain import canonical
from coproduce.spaces.models import Space, Standpoint
from coproduce.valuing.models import EACH, Allocation, CountedValues, EarlierAllocation
from coproduce.valuing.queries.giving import tokens_of
from coproduce_methods.valuing import METHOD_VERSION, Tokens, may_follow, may_stand_beside, value_shifts, values_by

VALUING, SHIFTS = "valuing", "value shifts"
SEED = 1
_OF_ALLOCATION = ("pk", "season", "person", "given_at")


@dataclass(frozen=True, slots=True)
class Season10:
    """All ten tokens of everybody who gave all in one season: person -> value identifier -> tokens."""

    season: str
    gave: dict[UUID, dict[str, int]]


class Made(NamedTuple):
    """What one method made of it, as ``CountedValues`` keeps it."""

    season: str
    before: str
    method: str
    version: str
    parameters: dict[str, Any]
    seed: int
    input_hash: str
    result: dict[str, Any]


def given_in(space: Space, seasons: Sequence[str], at: datetime | None = None) -> list[Season10]:
    """What people gave in each of these seasons, now or as it stood at a moment. Four queries.

    Somebody who gave fewer than all is not in it. A value that was in front of them and got nothing is there with 0.
    """
    rows = Allocation.objects.filter(space=space, season__in=list(seasons)).order_by("person")
    kept = {pk: (season, person, when) for pk, season, person, when in rows.values_list(*_OF_ALLOCATION)}
    tokens = {pk: {str(value): n for value, n in gave.items()} for pk, gave in tokens_of(list(kept)).items()}
    given_at = {pk: when for pk, (_season, _person, when) in kept.items()}
    if at is not None:
        then = EarlierAllocation.objects.filter(allocation__in=list(kept), given_at__lte=at, until__gt=at)
        earlier = {pk: (gave, when) for pk, gave, when in then.values_list("allocation", "tokens", "given_at")}
        tokens |= {pk: gave for pk, (gave, _when) in earlier.items()}
        given_at |= {pk: when for pk, (_gave, when) in earlier.items()}
    listed = list(Value.objects.filter(space=space).values_list("pk", "added_at", "retired_at"))
    by_season: dict[str, dict[UUID, dict[str, int]]] = {season: {} for season in seasons}
    for pk, (season, person, _when) in kept.items():
        gave, when = tokens.get(pk, {}), given_at[pk]
        if sum(gave.values()) == EACH and (at is None or when <= at):
            in_front = {str(value): 0 for value, added, off in listed if added <= when and (off is None or off > when)}
            by_season[season][person] = in_front | gave
    return [Season10(season, by_season[season]) for season in seasons]


def standpoints_of(space: Space, at: datetime | None = None) -> dict[UUID, frozenset[str]]:
    """The ways of knowing that members speak from, also those only counted, by person. One query."""
    found = Standpoint.objects.filter(membership__space=space)
    if at is not None:
        found = found.filter(said_at__lte=at)
    held: dict[UUID, set[str]] = {}
    for person, way in found.order_by().values_list("membership__person", "way"):
        held.setdefault(person, set()).add(way)
    return {person: frozenset(ways) for person, ways in held.items()}


def counted_values(space: Space, now: Season10, held: dict[UUID, frozenset[str]], threshold: int) -> Made:
    """One season by standpoint."""
    people = sorted(now.gave)
    groups = [held.get(person, frozenset()) for person in people]
    tokens: list[Tokens | None] = [now.gave[person] for person in people]
    result = values_by(groups, tokens, threshold, seed=SEED).to_json()
    plain = sorted([sorted(own), sorted(now.gave[person].items())] for own, person in zip(groups, people, strict=True))
    return _made(VALUING, (now.season, ""), threshold, plain, result)


def counted_shifts(then: Season10, now: Season10, held: dict[UUID, frozenset[str]], threshold: int) -> Made | None:
    """What changed from one season to another, of those who took part in both. None where nobody did."""
    people = sorted(set(then.gave) & set(now.gave))
    if not people:
        return None
    groups = [held.get(person, frozenset()) for person in people]
    before: list[Tokens | None] = [then.gave[person] for person in people]
    after: list[Tokens | None] = [now.gave[person] for person in people]
    result = value_shifts(groups, before, after, threshold, seed=SEED).to_json()
    plain = sorted(
        [sorted(own), sorted(then.gave[person].items()), sorted(now.gave[person].items())]
        for own, person in zip(groups, people, strict=True)
    )
    return _made(SHIFTS, (now.season, then.season), threshold, plain, result)


def _made(method: str, seasons: tuple[str, str], threshold: int, plain: Any, result: dict[str, Any]) -> Made:
    digest = hashlib.sha256(canonical([method, plain])).hexdigest()
    return Made(*seasons, method, METHOD_VERSION, {"threshold": threshold}, SEED, digest, result)


def shifts_may_be_shown(seasons: Sequence[Season10], held: dict[UUID, frozenset[str]], threshold: int) -> bool:
    """Whether what changed between the last two of these seasons may be shown beside the tables of each season.

    seasons: in their order; of each pair that follows one another the changes count as shown already, but the last's.
    """
    everybody = sorted({person for each in seasons for person in each.gave})
    for number in (len(seasons) - 2, len(seasons) - 1):
        here = seasons[number].gave
        tables = [here]
        if number:
            tables.append({person: gave for person, gave in here.items() if person in seasons[number - 1].gave})
        if number + 1 < len(seasons):
            tables.append({person: gave for person, gave in here.items() if person in seasons[number + 1].gave})
        groups = [[held.get(one, frozenset()) if one in table else None for one in everybody] for table in tables]
        if not may_stand_beside(groups, threshold):
            return False
    return True


def made_of(space: Space, season: str, threshold: int, at: datetime | None = None) -> list[Made]:
    """What is counted of one season: each standpoint, and what changed since the season before. Some fifteen queries.

    Earlier seasons stand as they were counted last: whoever came to them afterwards is in no table, and what changed
    since may not tell of them either.
    """
    earlier = seasons_given(space, up_to=season)[-3:]
    moments = _counted_last(space, earlier[:-1], at)
    given = [given_in(space, [code], moments.get(code, at))[0] for code in earlier]
    held = standpoints_of(space, at)
    made = [counted_values(space, given[-1], held, threshold)] if given else []
    if len(given) > 1 and shifts_may_be_shown(given, held, threshold):
        changed = counted_shifts(given[-2], given[-1], held, threshold)
        made += [changed] if changed is not None else []
    return made


def _counted_last(space: Space, seasons: Sequence[str], at: datetime | None) -> dict[str, datetime]:
    """When each of these seasons was counted last, up to a moment. One query."""
    found = CountedValues.objects.filter(space=space, season__in=list(seasons), method=VALUING)
    found = found if at is None else found.filter(computed_at__lte=at)
    return dict(found.order_by("computed_at").values_list("season", "computed_at"))


def seasons_given(space: Space, up_to: str = "") -> list[str]:
    """The codes of the seasons in which anybody gave tokens, the first one first. One query."""
    codes = Allocation.objects.filter(space=space).order_by().values_list("season", flat=True).distinct()
    seasons = sorted(filter(None, map(season_called, codes)), key=lambda each: each.first)
    last = season_called(up_to) if up_to else None
    return [each.code for each in seasons if last is None or each.first <= last.first]


def newest_counts(space: Space) -> dict[tuple[str, str], UUID]:
    """The identifier of what was counted last, by season and method. One query."""
    found = CountedValues.objects.filter(space=space).order_by("computed_at", "pk")
    return {(season, method): pk for season, method, pk in found.values_list("season", "method", "pk")}


def newest_of(space: Space, season: str, method: str) -> CountedValues | None:
    """What was counted last of a season. One query."""
    found = CountedValues.objects.filter(space=space, season=season, method=method)
    return found.order_by("-computed_at", "-pk").first()


def given_since(stored: CountedValues) -> int:
    """How many people gave, or changed what they gave, in a season after it was counted. One query."""
    found = Allocation.objects.filter(space=stored.space_id, season=stored.season, given_at__gt=stored.computed_at)
    return found.count()


def is_due(space: Space, season: Season) -> bool:
    """Whether a season is to be counted (again): when as many people gave or changed as are needed so that nothing
    between the two tables points at anybody. That holds when it is over as well: whoever came last, with fewer, is in
    no table, or looking before and after would tell what they gave. Every table that was shown is looked at: two
    renewals that each change many may together change one. Where no table showed anything yet, as soon as one will.
    Two queries; where there may be enough five more, and five for each table of the season.
    """
    seen = _seen(space, season.code)
    if seen:
        return given_since(seen[0]) >= space.threshold and _may_follow(space, seen)
    gave = Allocation.objects.filter(space=space, season=season.code).count()
    return gave >= space.threshold and len(given_in(space, [season.code])[0].gave) >= space.threshold


def _seen(space: Space, season: str) -> list[CountedValues]:
    """The tables of a season that showed anything, the newest first: of too few people one tells nothing. One query."""
    found = CountedValues.objects.filter(space=space, season=season, method=VALUING)
    return [each for each in found.order_by("-computed_at", "-pk") if each.result["rows"]]


def _may_follow(space: Space, seen: list[CountedValues]) -> bool:
    """Whether a new table tells of nobody beside any of those that were shown."""
    now, speak = given_in(space, [seen[0].season])[0].gave, standpoints_of(space)

    def tells_nothing(table: CountedValues) -> bool:
        then = given_in(space, [table.season], table.computed_at)[0].gave
        spoke = standpoints_of(space, table.computed_at)
        people = sorted({*then, *now})
        return may_follow(
            [spoke.get(one, frozenset()) if one in then else None for one in people],
            [speak.get(one, frozenset()) if one in now else None for one in people],
            [then.get(one) != now.get(one) for one in people],
            space.threshold,
        )

    return all(tells_nothing(table) for table in seen)
