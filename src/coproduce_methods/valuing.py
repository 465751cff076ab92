"""What matters to whom: values to which people gave tokens, side by side by group, then and now.

    result = values_by([{"carer"}, {"nurse"}, …], [{"dignity": 7, "money": 3}, …, None])
    for row in result.rows: row.groups, row.values
    result.divergences, result.agreement
    value_shifts(groups, before, after).rows

Nothing here is averaged over groups that may be shown apart. Method and worked numbers:
``docs/methods/valuing.md``.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtr, stdtrit

from coproduce_methods.concordance import Concordance, kendall_w
from coproduce_methods.suppression import (
    SMALLEST_THRESHOLD,
    Joined,
    Row,
    can_be_undone,
    columns_tell_of_few,
    join_small_groups,
)

METHOD_VERSION = "1.0"
DRAWS, DRAWS_OF_MANY, MANY = 1_999, 199, 5_000
"""Arrangements drawn to see what chance makes of a divergence: fewer from so many people on, where it makes little."""
RESAMPLES = 4_000
"""Samples of people drawn for an interval."""

Floats = NDArray[np.float64]
Tokens = Mapping[str, int]


@dataclass(frozen=True)
class ValueOfRow:
    """One value in one row: mean tokens a person, and how many people gave it any."""

    value: str
    tokens: float
    gave: int


@dataclass(frozen=True)
class ValuesRow:
    """The people of any of ``groups``, each once. ``agreement`` is among themselves."""

    groups: Row
    people: int
    values: tuple[ValueOfRow, ...]
    agreement: Concordance


@dataclass(frozen=True)
class Divergence:
    """How differently two rows gave: 0 alike, 1 nothing in common (Lin 1991, base 2).

    by_chance: what it would be on average if who is in which group had nothing to do with it; p: how often
    chance alone makes at least as much. Small groups differ by chance alone: read it beside ``by_chance``.
    """

    one: Row
    other: Row
    divergence: float
    by_chance: float
    p: float


@dataclass(frozen=True)
class Valuing:
    """Values at one time. Empty ``rows`` where fewer people than the threshold took part.

    rows: by group, small groups joined; one row where only all together may be shown
    added: values that were not in front of everybody; agreement: of all people, over the others
    """

    values: tuple[str, ...]
    added: tuple[str, ...]
    people: int | None
    rows: tuple[ValuesRow, ...]
    divergences: tuple[Divergence, ...]
    agreement: Concordance | None
    joined: tuple[Row, ...]
    threshold: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """A plain record of it, with the method and its version."""
        return {"method": "valuing", "version": METHOD_VERSION} | asdict(self)


@dataclass(frozen=True)
class Shift:
    """Mean tokens of a value before and after, and the mean change with its 95 % interval.

    ``before`` or ``after`` is None where the value was in front of nobody then; the change counts it as 0.
    """

    value: str
    before: float | None
    after: float | None
    change: float
    low: float
    high: float


@dataclass(frozen=True)
class ShiftsRow:
    """How the people of ``groups`` changed. moved: the divergence between their then and now."""

    groups: Row
    people: int
    moved: float
    shifts: tuple[Shift, ...]


@dataclass(frozen=True)
class Shifts:
    """Two times compared, by the people who took part in both; ``only_…``: how many did in one alone."""

    values: tuple[str, ...]
    rows: tuple[ShiftsRow, ...]
    only_before: int
    only_after: int
    joined: tuple[Row, ...]
    threshold: int
    seed: int

    def to_json(self) -> dict[str, Any]:
        """A plain record of it, with the method and its version."""
        return {"method": "value shifts", "version": METHOD_VERSION} | asdict(self)


def jensen_shannon(one: ArrayLike, other: ArrayLike) -> float:
    """H((P + Q)/2) − (H(P) + H(Q))/2 in bits, of two lists of amounts over the same values; 0 to 1.

    ValueError for lists of different length, negative amounts or nothing at all in one of them.
    """
    p, q = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    if p.shape != q.shape or p.ndim != 1:
        raise ValueError("both must be amounts over the same values")
    if any(not np.isfinite(each).all() or (each < 0).any() or not each.any() for each in (p, q)):
        raise ValueError("amounts must be 0 or more, and something in all")
    return float(_divergence(p[None, :], q[None, :])[0])


def _divergence(p: Floats, q: Floats) -> Floats:
    """Row by row. The smaller of the terms first, so that the order of the values makes no difference."""
    p, q = p / p.sum(axis=1, keepdims=True), q / q.sum(axis=1, keepdims=True)
    middle = (p + q) / 2

    def part(share: Floats) -> Floats:
        inside = np.where(share > 0, share, 1.0)
        return np.where(share > 0, share * np.log2(inside / np.where(middle > 0, middle, 1.0)), 0.0)

    terms = np.sort(part(p) + part(q), axis=1)
    found: Floats = np.clip(terms.sum(axis=1) / 2, 0.0, 1.0)
    return found


def values_by(
    groups: Sequence[Collection[str]],
    tokens: Sequence[Tokens | None],
    threshold: int = 8,
    *,
    each: int = 10,
    seed: int = 1,
    others: str = "",
    nothing_said: str = "",
) -> Valuing:
    """What each group gave its tokens to, how differently, and how far people agree.

    ``groups`` and ``tokens`` go person by person: all groups a person speaks from, and their tokens by value, or
    None for somebody who did not take part. A value with 0 was in front of them; one that is missing was not, as
    when somebody added it later. Each gives ``each`` in all. See ``join_small_groups`` for the rest. ValueError for
    lists of different length, tokens that are no whole numbers from 0, another sum, or threshold < 5.
    """
    _check(groups, tokens, each)
    held, gave = _taking_part(groups, tokens, nothing_said)
    values = tuple(sorted({value for one in gave for value in one}))
    plan = join_small_groups(held, threshold, others=others, nothing_said=nothing_said)
    if plan.all_hidden:
        return Valuing(values, (), None, (), (), None, (), threshold, seed)
    table = _table(gave, values)
    added = tuple(value for value in values if any(value not in one for one in gave))
    seen = [j for j, value in enumerate(values) if value not in added]
    inside = _inside(plan, held)
    rows = tuple(
        ValuesRow(
            row, int(inside[i].sum()), _values_of(table[inside[i]], values), _agreement(table[inside[i]], seen, seed)
        )
        for i, row in enumerate(plan.rows)
    )
    return Valuing(
        values=values,
        added=added,
        people=len(gave),
        rows=rows,
        divergences=_divergences(plan, inside, table, seed),
        agreement=_agreement(table, seen, seed),
        joined=plan.joined,
        threshold=threshold,
        seed=seed,
    )


def _check(groups: Sequence[Collection[str]], tokens: Sequence[Tokens | None], each: int) -> None:
    if len(groups) != len(tokens):
        raise ValueError("groups and tokens must be lists of the same people")
    if each < 1:
        raise ValueError("each person must have a token to give")
    for given in tokens:
        if given is None:
            continue
        if any(isinstance(number, bool) or not isinstance(number, int) or number < 0 for number in given.values()):
            raise ValueError("tokens must be whole numbers from 0")
        if sum(given.values()) != each:
            raise ValueError(f"each person gives {each} tokens in all")


def _taking_part(
    groups: Sequence[Collection[str]], tokens: Sequence[Tokens | None], nothing_said: str
) -> tuple[list[frozenset[str]], list[Tokens]]:
    """Who took part, in an order of what they gave: so that what is drawn does not depend on the list."""
    found = [
        (frozenset(held) or frozenset([nothing_said]), given)
        for held, given in zip(groups, tokens, strict=True)
        if given is not None
    ]
    found.sort(key=lambda pair: (sorted(pair[1].items()), sorted(pair[0])))
    return [held for held, _given in found], [given for _held, given in found]


def _table(gave: Sequence[Tokens], values: Sequence[str]) -> Floats:
    return np.array([[one.get(value, 0) for value in values] for one in gave], dtype=np.float64).reshape(
        len(gave), len(values)
    )


def _inside(plan: Joined, held: Sequence[frozenset[str]]) -> NDArray[np.bool_]:
    """Rows by people: who is counted where."""
    return np.array([[not own.isdisjoint(row) for own in held] for row in plan.rows], dtype=bool)


def _values_of(table: Floats, values: Sequence[str]) -> tuple[ValueOfRow, ...]:
    means, gave = table.mean(axis=0), (table > 0).sum(axis=0)
    return tuple(ValueOfRow(value, float(means[j]), int(gave[j])) for j, value in enumerate(values))


def _agreement(table: Floats, seen: Sequence[int], seed: int) -> Concordance:
    return kendall_w(table[:, list(seen)], seed=seed)


def _divergences(plan: Joined, inside: NDArray[np.bool_], table: Floats, seed: int) -> tuple[Divergence, ...]:
    """Each pair of rows, beside what comes of dealing the same sets of groups out to people at random."""
    if len(plan.rows) < 2:
        return ()
    rng = np.random.default_rng(seed)
    pairs = list(combinations(range(len(plan.rows)), 2))
    found = _between(inside.astype(np.float64) @ table, pairs)
    draws = DRAWS if len(table) < MANY else DRAWS_OF_MANY
    drawn = np.empty((draws, len(pairs)))
    for draw in range(draws):
        drawn[draw] = _between(inside[:, rng.permutation(len(table))].astype(np.float64) @ table, pairs)
    # A hair's breadth below, because equal divergences may differ in their last bit.
    as_much = (drawn >= found - 1e-12).sum(axis=0)
    return tuple(
        Divergence(
            plan.rows[one],
            plan.rows[other],
            float(found[k]),
            float(drawn[:, k].mean()),
            float((as_much[k] + 1) / (draws + 1)),
        )
        for k, (one, other) in enumerate(pairs)
    )


def _between(sums: Floats, pairs: Sequence[tuple[int, int]]) -> Floats:
    return _divergence(sums[[one for one, _other in pairs]], sums[[other for _one, other in pairs]])


def value_shifts(
    groups: Sequence[Collection[str]],
    before: Sequence[Tokens | None],
    after: Sequence[Tokens | None],
    threshold: int = 8,
    *,
    each: int = 10,
    seed: int = 1,
    others: str = "",
    nothing_said: str = "",
) -> Shifts:
    """How people changed between two times, by group, from those who took part in both.

    Arguments as for ``values_by``. Show this *or* the two times by ``values_by``, unless the same people took part
    in both: side by side they would tell of the few who came or went. ValueError as there.
    """
    _check(groups, before, each)
    _check(groups, after, each)
    both = [
        (frozenset(held) or frozenset([nothing_said]), then, now)
        for held, then, now in zip(groups, before, after, strict=True)
        if then is not None and now is not None
    ]
    both.sort(key=lambda one: (sorted(one[1].items()), sorted(one[2].items()), sorted(one[0])))
    only_before, only_after = (sum(given is not None for given in times) - len(both) for times in (before, after))
    values = tuple(sorted({value for _held, then, now in both for value in (*then, *now)}))
    plan = join_small_groups([held for held, _t, _n in both], threshold, others=others, nothing_said=nothing_said)
    if plan.all_hidden:
        return Shifts(values, (), only_before, only_after, (), threshold, seed)
    inside = _inside(plan, [held for held, _then, _now in both])
    then, now = [one[1] for one in both], [one[2] for one in both]
    rows = tuple(
        _shifts_of(row, np.flatnonzero(inside[i]), (then, now), values, seed) for i, row in enumerate(plan.rows)
    )
    return Shifts(values, rows, only_before, only_after, plan.joined, threshold, seed)


def may_stand_beside(
    tables: Sequence[Sequence[Collection[str] | None]],
    threshold: int = 8,
    *,
    others: str = "",
    nothing_said: str = "",
) -> bool:
    """Whether several tables of the same answers may all be shown: one of everybody, say, and one of those who also
    took part another time.

    Each table has for each person, in the same order, their groups, or None where they are not counted in it. True
    when no adding and subtracting of rows, within and across the tables, tells of fewer people than the threshold:
    of the few who came or went, above all. ValueError for tables of different length.
    """
    if len({len(table) for table in tables}) > 1:
        raise ValueError("all tables must be of the same people")
    shown_in: list[set[str]] = [set() for _person in (tables[0] if tables else ())]
    for number, table in enumerate(tables):
        held = [None if own is None else frozenset(own) or frozenset([nothing_said]) for own in table]
        plan = join_small_groups(
            [own for own in held if own is not None], threshold, others=others, nothing_said=nothing_said
        )
        for own_rows, own in zip(shown_in, held, strict=True):
            if own is not None and not plan.all_hidden:
                own_rows.add(f"{number}")
                own_rows |= {f"{number} {i}" for i, row in enumerate(plan.rows) if not own.isdisjoint(row)}
    people = Counter(frozenset(own_rows) for own_rows in shown_in if own_rows)
    rows = sorted(frozenset[str]().union(*people))
    return not rows or not can_be_undone([(row,) for row in rows], people, threshold)


def may_follow(
    before: Sequence[Collection[str] | None],
    after: Sequence[Collection[str] | None],
    changed: Sequence[bool],
    threshold: int = 8,
    *,
    others: str = "",
    nothing_said: str = "",
) -> bool:
    """Whether a table may take the place of an earlier one that people have seen: ``values_by`` then, and now.

    For each person, in the same order, their groups in either table (None: not counted in it), and whether they gave
    otherwise in the second. True when no adding and subtracting of rows, within and across the two, tells of fewer
    people than ``SMALLEST_THRESHOLD``: each table keeps to the threshold by itself, and between two of them it would
    hold up one in five. Careful where few people stayed as they were and many changed: then it may say no without
    need. ValueError for lists of different length.
    """
    tables = [_standing_in(table, threshold, others, nothing_said) for table in (before, after)]
    people: Counter[tuple[int, ...]] = Counter()
    for then, now, otherwise in zip(*tables, changed, strict=True):
        # Who changed is two unknowns that are taken away together: one column of both says so, if nothing else adds
        # up to the factor between them.
        factor = _APART if otherwise and any(then) else 1
        column = (*then, *(factor * here for here in now))
        if any(column):
            people[column] += 1
    return not people or not columns_tell_of_few(people, SMALLEST_THRESHOLD)


_APART = 1_000_003


def _standing_in(
    table: Sequence[Collection[str] | None], threshold: int, others: str, nothing_said: str
) -> list[tuple[int, ...]]:
    """For each person 1 or 0 for everybody together and for each row that ``values_by`` shows."""
    held = [None if own is None else frozenset(own) or frozenset([nothing_said]) for own in table]
    counted = [own for own in held if own is not None]
    plan = join_small_groups(counted, threshold, others=others, nothing_said=nothing_said)
    rows = () if plan.all_hidden else plan.rows
    return [
        (int(own is not None and bool(rows)), *(int(own is not None and not own.isdisjoint(row)) for row in rows))
        for own in held
    ]


def _shifts_of(
    row: Row, who: NDArray[np.intp], times: tuple[list[Tokens], list[Tokens]], values: Sequence[str], seed: int
) -> ShiftsRow:
    then, now = (_table(given, values)[who] for given in times)
    on_the_list = [{value for one in given for value in one} for given in times]
    change = now - then
    low, high = paired_interval(change, seed=seed)
    shifts = tuple(
        Shift(
            value,
            float(then[:, j].mean()) if value in on_the_list[0] else None,
            float(now[:, j].mean()) if value in on_the_list[1] else None,
            float(change[:, j].mean()),
            float(low[j]),
            float(high[j]),
        )
        for j, value in enumerate(values)
    )
    return ShiftsRow(row, len(who), jensen_shannon(then.sum(axis=0), now.sum(axis=0)), shifts)


def paired_interval(change: Floats, *, seed: int = 1, resamples: int = RESAMPLES) -> tuple[Floats, Floats]:
    """The 95 % interval of the mean of each column, by drawing people (rows) again with all that is theirs.

    The expanded percentile interval of Hesterberg (2015): plain percentiles are too narrow for few people.
    """
    people = len(change)
    rng = np.random.default_rng(seed)
    means = rng.multinomial(people, np.full(people, 1 / people), size=resamples) @ change / people
    tail = float(ndtr(stdtrit(people - 1, 0.025) * np.sqrt(people / (people - 1)))) if people > 1 else 0.0
    low, high = np.quantile(means, [tail, 1 - tail], axis=0)
    return low, high
