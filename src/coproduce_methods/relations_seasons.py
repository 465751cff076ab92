"""Relations over time: what changed from season to season, and which ties outlived the work.

change(before, after).jaccard, persistence(source, target, at, groups, close)[0].alive.share
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coproduce_methods.knowing import Share, share_of
from coproduce_methods.relations_network import Ints

Days = NDArray[np.datetime64]
Season = Literal["month", "quarter", "year"]
SEASONS: tuple[Season, ...] = ("month", "quarter", "year")
MONTHS = {"month": 1, "quarter": 3, "year": 12}
MOST_SEASONS = 1_200
LATER = (6, 12)


@dataclass(frozen=True)
class Change:
    """Different ties of one season beside those of the one before.

    kept: in both; new: only in this; lost: only in the one before; jaccard: kept ÷ all three, None without any
    """

    kept: int
    new: int
    lost: int
    jaccard: float | None


@dataclass(frozen=True)
class Persistence:
    """Of the ties between groups before the close, how many were seen again so many months after it or later.

    ``alive`` is None where the record ends before that: then nobody can know.
    """

    months: int
    since: str
    alive: Share | None


def seasons_of(at: Days, season: Season) -> tuple[list[str], Ints]:
    """Names of all seasons of the calendar from the first to the last, empty ones too, and which each date is in.

    Months are ``2025-03``, quarters ``2025-Q1``, years ``2025``. ValueError for more than 1,200 of them.
    """
    if season not in SEASONS:
        raise ValueError(f"season must be one of {', '.join(SEASONS)}")
    if not at.size:
        return [], np.empty(0, dtype=np.int64)
    number = at.astype("datetime64[M]").astype(np.int64) // MONTHS[season]
    first, last = int(number.min()), int(number.max())
    if last - first >= MOST_SEASONS:
        raise ValueError(f"the dates lie more than {MOST_SEASONS} seasons apart")
    return [_name(each, season) for each in range(first, last + 1)], number - first


def _name(number: int, season: Season) -> str:
    year, month = divmod(number * MONTHS[season], 12)
    year += 1970
    if season == "year":
        return f"{year:04}"
    return f"{year:04}-Q{month // 3 + 1}" if season == "quarter" else f"{year:04}-{month + 1:02}"


def change(before: ArrayLike, after: ArrayLike) -> Change:
    """From numbers that stand for ties (each the same in both)."""
    one, other = np.unique(np.asarray(before)), np.unique(np.asarray(after))
    kept = int(np.intersect1d(one, other, assume_unique=True).size)
    new, lost = other.size - kept, one.size - kept
    return Change(kept, new, lost, kept / (kept + new + lost) if kept + new + lost else None)


def months_after(day: np.datetime64, months: int) -> np.datetime64:
    """The same day of the month so many months on, or the last of that month where there is none."""
    month = day.astype("datetime64[M]")
    later = month + np.timedelta64(months, "M")
    last = (later + np.timedelta64(1, "M")).astype("datetime64[D]") - np.timedelta64(1, "D")
    same: np.datetime64 = later.astype("datetime64[D]") + (day.astype("datetime64[D]") - month.astype("datetime64[D]"))
    return min(same, last)


def persistence(
    source: Ints, target: Ints, at: Days, groups: ArrayLike, close: np.datetime64, *,
    months: Sequence[int] = LATER, until: np.datetime64 | None = None,
) -> list[Persistence]:  # fmt: skip
    """Pairs of people of different groups with a tie up to ``close``, and how many have one again later.

    Whichever way the tie goes. ``until``: the day the record ends (default: the last date in it).
    """
    codes = np.asarray(groups)
    across = codes[source] != codes[target]
    one, other, day = np.minimum(source, target)[across], np.maximum(source, target)[across], at[across]
    pair = one * (int(codes.size) or 1) + other
    before = np.unique(pair[day <= close])
    end = until if until is not None else (at.max() if at.size else close)
    found = []
    for count in months:
        since = months_after(close, count)
        again = np.intersect1d(before, pair[day >= since]).size
        alive = share_of(int(again), int(before.size)) if since <= end else None
        found.append(Persistence(count, str(since), alive))
    return found


def to_day(text: str) -> np.datetime64:
    """A date like 2025-03-31, with or without a time after it; ValueError for anything else."""
    from datetime import date, datetime

    words = text.strip()
    day = date.fromisoformat(words) if len(words) <= 10 else datetime.fromisoformat(words).date()
    return np.datetime64(day, "D")


def plain(change_of: Change) -> dict[str, Any]:
    """A record of it."""
    return {"kept": change_of.kept, "new": change_of.new, "lost": change_of.lost, "jaccard": change_of.jaccard}
