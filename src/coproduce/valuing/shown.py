"""One season of values put together for a page: this app's own, and the account."""

from dataclasses import dataclass

from coproduce.conversation.seasons import Season, season_called
from coproduce.deliberation.models import Value
from coproduce.deliberation.queries import list_of
from coproduce.spaces.models import Space
from coproduce.valuing.figures import Changed, Names, SideBySide, changes, side_by_side
from coproduce.valuing.models import CountedValues
from coproduce.valuing.queries import counted, giving


@dataclass(frozen=True, slots=True)
class Worth:
    """What may be shown of one season. shown: None where too few gave all ten tokens; changed: each side since the
    season ``before``; listed: every value that was ever on the list.
    """

    season: Season
    seasons: list[Season]
    shown: SideBySide | None
    changed: list[Changed]
    before: Season | None
    listed: list[Value]


def worth_of(space: Space, code: str = "") -> Worth:
    """The season of this code; else the newest that was counted, or in which anybody gave anything. Five queries."""
    newest = counted.newest_counts(space)
    seasons = [each for each in map(season_called, counted.seasons_given(space)) if each is not None]
    with_counts = [each for each in seasons if (each.code, counted.VALUING) in newest]
    usual = next(reversed(with_counts or seasons), giving.season_now())
    season = next((each for each in seasons if each.code == code), usual)
    wanted = [newest.get((season.code, method)) for method in (counted.VALUING, counted.SHIFTS)]
    stored = CountedValues.objects.in_bulk([pk for pk in wanted if pk]) if any(wanted) else {}
    result, shifts = (stored.get(pk) for pk in wanted)
    if shifts is not None and (result is None or shifts.computed_at < result.computed_at):
        shifts = None  # it is of fewer people than the table beside it, and may not stand beside that
    listed = list_of(space)
    names = Names(listed, giving.names_before([each.pk for each in listed if not each._state.adding]))
    return Worth(
        season,
        seasons,
        side_by_side(result, names) if result is not None else None,
        changes(shifts, names) if shifts is not None else [],
        season_called(shifts.before) if shifts is not None else None,
        listed,
    )


def worth_in_short(space: Space) -> Worth | None:
    """The same for a page that only mentions it: None where nothing was counted. One query then, else six."""
    return worth_of(space) if counted.newest_counts(space) else None
