"""Counting a season, and keeping what was counted."""

from datetime import datetime

from django.db import transaction

from coproduce import clock
from coproduce.conversation.seasons import Season, season_called
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.valuing.models import CountedValues
from coproduce.valuing.queries.counted import VALUING, Made, given_since, is_due, made_of, newest_of, seasons_given
from coproduce.valuing.queries.giving import season_now


def count_values(*, actor: Person | None, space: Space, season: str) -> CountedValues | None:
    """Count one season and keep the result; the one that is kept already where nobody gave anything since.

    A count that comes out as the one before is kept as well where somebody gave: then the season has been looked at,
    and nobody who comes after has to wait for the same again. None where nobody gave anything in it. It is counted
    before anything is locked. actor None: it follows from what people gave.
    """
    at = clock.now()
    made = made_of(space, season, space.threshold)
    if not made:
        return None
    newest = newest_of(space, season, VALUING)
    if newest is not None and _is_same(newest, made[0]) and not given_since(newest):
        return newest
    return _keep(actor, space, made, at)


def _is_same(stored: CountedValues, made: Made) -> bool:
    return (stored.version, stored.parameters, stored.input_hash) == (made.version, made.parameters, made.input_hash)


@transaction.atomic
def _keep(actor: Person | None, space: Space, made: list[Made], at: datetime) -> CountedValues:
    rows = [CountedValues(space=space, computed_at=at, **each._asdict()) for each in made]
    for row in rows:
        row.full_clean(exclude=["space"])
        row.save(force_insert=True)
    record(
        "values counted",
        actor=actor,
        space=space,
        subject=rows[0],
        season=rows[0].season,
        inputs={row.method: row.input_hash for row in rows},
    )
    return rows[0]


def count_if_due(*, actor: Person | None, space: Space) -> None:
    """After somebody gave tokens: count this season where that is due, and the last one once it is over."""
    now = season_now()
    for season in _to_look_at(space, now):
        if is_due(space, season):
            count_values(actor=actor, space=space, season=season.code)


def _to_look_at(space: Space, now: Season) -> list[Season]:
    codes = seasons_given(space, up_to=now.code)[-2:]
    return [season for season in map(season_called, codes) if season is not None]
