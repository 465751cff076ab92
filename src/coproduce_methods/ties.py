"""Who answered, built on and acknowledged whom, between groups, season by season.

    result = ties_between([Tie("2025 spring", "ann", "bo"), …], {"ann": {"carer"}, "bo": {"nurse"}})
    result.periods[0].between, result.periods[0].e_i, result.periods[0].reciprocity

Never about a person: small groups are joined as in ``coproduce_methods.suppression``, once for all
periods so that they can be compared. Method and worked numbers: ``docs/methods/ties.md``.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from coproduce_methods.suppression import Joined, join_small_groups

METHOD_VERSION = "1.0"


class Tie(NamedTuple):
    """In one period one person answered, built on or acknowledged another, so many times."""

    period: str
    source: str
    target: str
    times: int = 1


@dataclass(frozen=True)
class Between:
    """How many ties went from people of some groups to people of others (or of the same)."""

    sources: tuple[str, ...]
    targets: tuple[str, ...]
    ties: int


@dataclass(frozen=True)
class PeriodTies:
    """One period. Everything is None or empty where fewer people than the threshold had ties.

    ties: all of them, repeated ones too; pairs: different ordered pairs of people
    reciprocity: the part of the pairs that was returned, 0..1
    between: ties from row to row; the ties of one person in two rows are in both
    internal, external: sums of ``between`` within rows and across; e_i: the E-I index of these
    """

    period: str
    ties: int | None
    pairs: int | None
    reciprocity: float | None
    internal: int | None
    external: int | None
    e_i: float | None
    between: tuple[Between, ...]


@dataclass(frozen=True)
class Ties:
    """Periods in the order asked for, and which groups were put together for all of them."""

    periods: tuple[PeriodTies, ...]
    rows: tuple[tuple[str, ...], ...]
    joined: tuple[tuple[str, ...], ...]
    threshold: int


def e_i_index(external: int, internal: int) -> float | None:
    """Krackhardt and Stern (1988): -1 all internal, +1 all external; None without ties."""
    both = external + internal
    return (external - internal) / both if both else None


def reciprocity_of(pairs: Collection[tuple[str, str]]) -> float | None:
    """The share of ordered pairs whose reverse is there too; None without pairs."""
    there = set(pairs)
    return sum((target, source) in there for source, target in there) / len(there) if there else None


def ties_between(
    ties: Sequence[Tie],
    groups: Mapping[str, Collection[str]],
    threshold: int = 8,
    *,
    periods: Sequence[str] | None = None,
    others: str = "",
    nothing_said: str = "",
) -> Ties:
    """Ties between groups in each period, with the E-I index and reciprocity.

    ``groups`` names the groups of everybody who could have ties, with or without any. ``periods``
    is their order (default: sorted); one without ties is shown with none. ValueError for somebody
    who is not in ``groups``, a tie to oneself, a period not listed, or a threshold below 5.
    """
    order = sorted({tie.period for tie in ties}) if periods is None else list(periods)
    for tie in ties:
        if tie.source not in groups or tie.target not in groups:
            raise ValueError(f"a tie in {tie.period} is of somebody who is not in groups")
        if tie.source == tie.target:
            raise ValueError(f"a tie in {tie.period} is of somebody with themselves")
        if tie.period not in order:
            raise ValueError(f"the period {tie.period} is not among periods")
    held = {person: frozenset(own) or frozenset([nothing_said]) for person, own in groups.items()}
    plan = join_small_groups(list(held.values()), threshold, others=others, nothing_said=nothing_said)
    shown = tuple(
        _period(period, [tie for tie in ties if tie.period == period], held, plan, threshold) for period in order
    )
    return Ties(shown, plan.rows, plan.joined, threshold)


def _period(
    period: str,
    ties: Sequence[Tie],
    held: Mapping[str, frozenset[str]],
    plan: Joined,
    threshold: int,
) -> PeriodTies:
    people = {person for tie in ties for person in (tie.source, tie.target)}
    if plan.all_hidden or 0 < len(people) < threshold:
        return PeriodTies(period, None, None, None, None, None, None, between=())
    pairs = {(tie.source, tie.target) for tie in ties}
    between = () if plan.together else _between(ties, held, plan.rows)
    # From the table that is shown, not from the groups behind it: so these tell nothing more.
    internal = sum(cell.ties for cell in between if cell.sources == cell.targets)
    external = sum(cell.ties for cell in between) - internal
    return PeriodTies(
        period=period,
        ties=sum(tie.times for tie in ties),
        pairs=len(pairs),
        reciprocity=reciprocity_of(pairs),
        internal=internal if between else None,
        external=external if between else None,
        e_i=e_i_index(external, internal),
        between=between,
    )


def _between(
    ties: Sequence[Tie], held: Mapping[str, frozenset[str]], rows: Sequence[tuple[str, ...]]
) -> tuple[Between, ...]:
    at = {person: [i for i, row in enumerate(rows) if not own.isdisjoint(row)] for person, own in held.items()}
    counts: Counter[tuple[int, int]] = Counter()
    for tie in ties:
        for a in at[tie.source]:
            for b in at[tie.target]:
                counts[a, b] += tie.times
    every = range(len(rows))
    return tuple(Between(rows[a], rows[b], counts[a, b]) for a in every for b in every)
