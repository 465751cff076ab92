"""How people in a piece of work are tied to each other: whole, by group, season by season.

    table = read_ties(Path("ties.csv"), Path("nodes.csv"))
    found = relations(table, group="role", season="quarter")
    found.whole.density, found.by_group.e_i.p, found.seasons[1].change.jaccard

Of groups, not of people: groups below the threshold are joined as in ``coproduce_methods.suppression``, and measures
of single people are there only when asked for, as something to talk about with them, never as a league table.
Formulas, sources, worked numbers and the keys of the JSON: ``docs/methods/relations.md``.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from math import isnan
from typing import Any

import numpy as np

from coproduce_methods.participation import GroupShare, deviation, gini, group_shares
from coproduce_methods.relations_communities import Communities, communities
from coproduce_methods.relations_files import TieTable
from coproduce_methods.relations_measures import (
    PERMUTATIONS,
    Assortativity,
    Centralisation,
    EIndex,
    assortativity,
    centralisation,
    density,
    e_i_index,
    mixing,
    reciprocity,
)
from coproduce_methods.relations_network import Ints, Network, network
from coproduce_methods.relations_paths import betweenness
from coproduce_methods.relations_roles import ROLES, brokerage, constraint
from coproduce_methods.relations_seasons import LATER, Change, Persistence, Season, change, persistence, seasons_of
from coproduce_methods.relations_windows import Windows, windows
from coproduce_methods.suppression import SMALLEST_THRESHOLD, Joined, join_small_groups

FORMAT, VERSION = "coproduce.relations", 1
NOT_SAID = "not said"
MOST_GROUPS = 50
EXACT_BETWEENNESS_UP_TO = 5_000_000_000
SAMPLE = 500


@dataclass(frozen=True)
class Whole:
    """The network as a whole. events: rows that were counted; ties: different ones; loops: rows left out."""

    people: int
    events: int
    ties: int
    loops: int
    directed: bool
    density: float | None
    reciprocity: float | None
    centralisation: Centralisation
    gini: float | None
    deviation: float | None
    communities: tuple[int, ...]
    modularity: float | None


@dataclass(frozen=True)
class GroupRow:
    """A group, or several joined. within, given, received: different ties; brokerage: ways that lead through them."""

    groups: tuple[str, ...]
    people: int
    within: int
    given: int
    received: int
    turns: GroupShare
    brokerage: dict[str, int]


@dataclass(frozen=True)
class ByGroup:
    """Everything by the groups of one column. ``rows`` is empty, and the rest None, where groups are too small."""

    column: str
    threshold: int | None
    rows: tuple[GroupRow, ...]
    joined: tuple[tuple[str, ...], ...]
    between: tuple[tuple[int, ...], ...]
    e_i: EIndex | None
    assortativity: Assortativity | None
    brokerage_expected: dict[str, float] | None


@dataclass(frozen=True)
class SeasonRow:
    """One season; what would tell of fewer people than the threshold is None.

    change: of ties, from the season before; difference: of each measure, None where it cannot be said of both
    """

    season: str
    events: int
    ties: int
    active: int
    density: float | None
    reciprocity: float | None
    e_i: float | None
    gini: float | None
    change: Change | None
    difference: dict[str, float | None] | None


@dataclass(frozen=True)
class Individual:
    """One person: something to talk about with them, never a place in a table."""

    id: str
    given: int
    received: int
    partners: int
    betweenness: float
    betweenness_error: float
    constraint: float | None
    brokerage: dict[str, int] | None
    community: int


@dataclass(frozen=True)
class Relations:
    """All that was asked for; see each part."""

    whole: Whole
    kinds: dict[str, int]
    not_listed: int
    by_group: ByGroup | None
    seasons: tuple[SeasonRow, ...] | None
    persistence: tuple[Persistence, ...] | None
    close: str | None
    individuals: tuple[Individual, ...] | None
    betweenness_sources: int | None
    seed: int

    def to_json(self) -> dict[str, Any]:
        """A plain record with the keys that ``docs/methods/relations.md`` lists."""
        return {"format": FORMAT, "version": VERSION} | asdict(self)


@dataclass(frozen=True)
class _Groups:
    codes: Ints
    plan: Joined
    names: tuple[str, ...]


def relations(
    table: TieTable, *, group: str | None = None, season: Season | None = None, close: str | None = None,
    directed: bool = True, threshold: int | None = SMALLEST_THRESHOLD, individuals: bool = False,
    permutations: int = PERMUTATIONS, sample: int | None = None, seed: int = 0, months: Sequence[int] = LATER,
) -> Relations:  # fmt: skip
    """Measures of a table of ties.

    ``group``: a column of the people's attributes; ``threshold``: the smallest group shown apart (None: show all);
    ``season`` and ``close`` (a day) need dates; ``sample``: estimate betweenness from so many people. ValueError for
    a column that is not there or has more than 50 groups, for dates that are missing, or a threshold below 5.
    """
    net = network(table.source, table.target, len(table.people), weight=table.weight, directed=directed)
    apart = table.source != table.target
    kept = replace(
        table, source=table.source[apart], target=table.target[apart], weight=table.weight[apart],
        at=None if table.at is None else table.at[apart],
        kind=tuple(kind for kind, kept in zip(table.kind, apart, strict=True) if kept) if table.kind else (),
    )  # fmt: skip
    if (season or close) and kept.at is None:
        raise ValueError("seasons and the close need the column at")
    found = communities(net, seed=seed)
    groups = _groups(table, group, threshold) if group is not None else None
    people, sources = _individuals(table, net, groups, found, sample=sample, seed=seed) if individuals else (None, None)
    return Relations(
        whole=_whole(net, kept, found),
        kinds=dict(sorted(Counter(kept.kind).items())),
        not_listed=table.not_listed,
        by_group=_by_group(net, kept, groups, column=group, threshold=threshold, permutations=permutations, seed=seed)
        if group and groups
        else None,
        seasons=_seasons(kept, season, groups, threshold, directed) if season else None,
        persistence=_persistence(kept, groups, close, months) if close else None,
        close=close,
        individuals=people,
        betweenness_sources=sources,
        seed=seed,
    )


def _turns(net: Network, kept: TieTable) -> Ints:
    """How often each person was the source; of ties without direction, how often they had a part."""
    given = np.bincount(kept.source, minlength=net.people)
    return given if net.directed else given + np.bincount(kept.target, minlength=net.people)


def _whole(net: Network, kept: TieTable, found: Communities) -> Whole:
    turns = _turns(net, kept)
    return Whole(
        people=net.people,
        events=int(kept.source.size),
        ties=net.ties,
        loops=net.loops,
        directed=net.directed,
        density=density(net),
        reciprocity=reciprocity(net),
        centralisation=centralisation(net),
        gini=gini(turns),
        deviation=deviation(turns),
        communities=found.sizes,
        modularity=found.modularity,
    )


def _groups(table: TieTable, column: str, threshold: int | None) -> _Groups:
    if column not in table.attributes:
        there = ", ".join(table.attributes) or "none"
        raise ValueError(f"no column {column!r} of people; there are: {there}")
    held = [value or NOT_SAID for value in table.attributes[column]]
    names = sorted(set(held))
    if len(names) > MOST_GROUPS:
        raise ValueError(f"{column} has {len(names)} different values; at most {MOST_GROUPS} groups can be compared")
    if threshold is None:
        plan = Joined(tuple((name,) for name in names), (), together=False, all_hidden=False)
    else:
        members: list[Collection[str]] = [(name,) for name in held]
        plan = join_small_groups(members, threshold)
    row = {name: i for i, joined in enumerate(plan.rows) for name in joined}
    codes = np.array([row.get(name, 0) for name in held], dtype=np.int64)
    return _Groups(codes, plan, tuple(held))


def _is_shown(groups: _Groups | None) -> bool:
    return groups is not None and not groups.plan.all_hidden and not groups.plan.together


def _by_group(
    net: Network, kept: TieTable, groups: _Groups, *, column: str, threshold: int | None, permutations: int, seed: int
) -> ByGroup:
    plan, codes = groups.plan, groups.codes
    if not _is_shown(groups):
        return ByGroup(column, threshold, (), plan.joined, (), None, None, None)
    between = mixing(net, codes, len(plan.rows))
    share = 1 if net.directed else 2
    between[np.diag_indices_from(between)] //= share
    roles = brokerage(net, codes)
    shares = group_shares(_turns(net, kept), [f"{code:06}" for code in codes])
    rows = tuple(
        GroupRow(
            groups=names,
            people=shares[i].people,
            within=int(between[i, i]),
            given=int(between[i].sum() - between[i, i]),
            received=int(between[:, i].sum() - between[i, i]),
            turns=replace(shares[i], group=", ".join(names)),
            brokerage={role: int(roles.counts[role][codes == i].sum()) // share for role in ROLES},
        )
        for i, names in enumerate(plan.rows)
    )
    return ByGroup(
        column=column,
        threshold=threshold,
        rows=rows,
        joined=plan.joined,
        between=tuple(tuple(row) for row in between.tolist()),
        e_i=e_i_index(net, codes, permutations=permutations, seed=seed),
        assortativity=assortativity(net, codes),
        brokerage_expected=roles.expected,
    )


def _said(value: float) -> float | None:
    return None if isnan(value) else float(value)


def _seasons(
    kept: TieTable, season: Season, groups: _Groups | None, threshold: int | None, directed: bool
) -> tuple[SeasonRow, ...]:
    assert kept.at is not None  # noqa: S101  # asked for above
    names, number = seasons_of(kept.at, season)
    people, one, other = len(kept.people), kept.source, kept.target
    if not directed:
        number = np.concatenate((number, number))
        one, other = np.concatenate((one, other)), np.concatenate((other, one))
    codes = groups.codes if groups is not None and _is_shown(groups) else None
    found = windows(number, one, other, codes, people=people, count=len(names))
    low, high = (one, other) if directed else (np.minimum(one, other), np.maximum(one, other))
    ties = [np.unique((low * people + high)[number == i]) for i in range(len(names))]
    share = 1 if directed else 2
    rows = [
        SeasonRow(
            season=name,
            events=int(found.events[i]) // share,
            ties=int(found.pairs[i]) // share,
            active=int(found.active[i]),
            density=_said(found.density[i]),
            reciprocity=_said(found.reciprocity[i]) if directed else None,
            e_i=_said(found.e_i[i]) if _is_enough(found, i, threshold) else None,
            gini=_said(found.gini[i]),
            change=change(ties[i - 1], ties[i]) if i else None,
            difference=None,
        )
        for i, name in enumerate(names)
    ]
    later = (replace(row, difference=_difference(before, row)) for before, row in pairwise(rows))
    return (*rows[:1], *later)


def _difference(before: SeasonRow, after: SeasonRow) -> dict[str, float | None]:
    found: dict[str, float | None] = {}
    for name in ("density", "reciprocity", "e_i", "gini"):
        one, other = getattr(before, name), getattr(after, name)
        found[name] = None if one is None or other is None else other - one
    return found


def _is_enough(found: Windows, season: int, threshold: int | None) -> bool:
    return threshold is None or found.active[season] >= threshold


def _persistence(
    kept: TieTable, groups: _Groups | None, close: str, months: Sequence[int]
) -> tuple[Persistence, ...] | None:
    if groups is None or not _is_shown(groups) or kept.at is None:
        return None
    day = np.datetime64(close, "D")
    return tuple(persistence(kept.source, kept.target, kept.at, groups.codes, day, months=months))


def _individuals(
    table: TieTable, net: Network, groups: _Groups | None, found: Communities, *, sample: int | None, seed: int
) -> tuple[tuple[Individual, ...], int]:
    if sample is None and net.people * net.arcs > EXACT_BETWEENNESS_UP_TO:
        sample = SAMPLE
    between, limits = betweenness(net, sample=sample, seed=seed), constraint(net)
    roles = brokerage(net, groups.names) if groups is not None else None
    share = 1 if net.directed else 2
    people = tuple(
        Individual(
            id=name,
            given=int(net.out_degree[i]),
            received=int(net.in_degree[i]),
            partners=int(net.degree[i]),
            betweenness=float(between.values[i]),
            betweenness_error=float(between.error[i]),
            constraint=_said(limits[i]),
            brokerage=None if roles is None else {role: int(roles.counts[role][i]) // share for role in ROLES},
            community=int(found.member[i]),
        )
        for i, name in enumerate(table.people)
    )
    return people, between.sources
