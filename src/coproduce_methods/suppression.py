"""Joining small groups so that nobody can be picked out, not even by subtracting.

A table of counts by group is safe to show when every number that can be had from it, by adding
and subtracting rows and the total, is about no fewer people than the threshold. People may be in
several groups, so this is more than making every row large: of 20 people, 12 carers and 9 nurses,
12 + 9 - 20 = 1 is the answer of the one nurse who is a carer.

The rows that are shown, with the total, span a space of weightings of people. The table is unsafe
when some weighting in it is not zero for fewer people than the threshold and zero for all others.
That is so exactly when leaving those people out lowers the rank of the rows: it is this that is
tested, exactly, in whole numbers. (In the language of coding theory: the least weight of a code.)
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations

SMALLEST_THRESHOLD = 5
PRIME = 2**61 - 1

Row = tuple[str, ...]
Column = tuple[int, ...]


@dataclass(frozen=True)
class Joined:
    """A way to show people by group: rows of group names, in one row each where none is small.

    rows: names of the groups of each row; a person is in a row when in any of its groups
    joined: the rows that hold more than one group, for a page to say so
    together: True when nothing but the total may be shown; all_hidden: not even that
    """

    rows: tuple[Row, ...]
    joined: tuple[Row, ...]
    together: bool
    all_hidden: bool


def join_small_groups(
    members: Sequence[Collection[str]], threshold: int = 8, *, others: str = "", nothing_said: str = ""
) -> Joined:
    """Which groups may be shown apart, and which only joined, for people in these groups.

    ``members`` holds for each person the names of all their groups. People in none are counted as
    a group named ``nothing_said``: leaving them out would tell of them by subtraction. While a row
    is too small, the smallest is joined to the one with the group ``others`` where that exists,
    else to the next smallest (of equal ones the first by name). Then, while something smaller can
    be had by subtraction, two rows with people in common are joined. ValueError for a threshold
    below 5.
    """
    held = Counter(frozenset(groups) or frozenset([nothing_said]) for groups in members)
    return join_counted(held, threshold, others=others)


def join_counted(held: Mapping[frozenset[str], int], threshold: int = 8, *, others: str = "") -> Joined:
    """As ``join_small_groups``, of so many people for each set of groups held together; no set is empty."""
    if threshold < SMALLEST_THRESHOLD:
        raise ValueError(f"the threshold must be at least {SMALLEST_THRESHOLD}")
    return _joined(frozenset((groups, people) for groups, people in held.items() if people), threshold, others)


# Who holds which groups changes far less often than it is asked for, and the search below is long.
@lru_cache(maxsize=4096)
def _joined(held: frozenset[tuple[frozenset[str], int]], threshold: int, others: str) -> Joined:
    atoms = Counter(dict(held))
    if atoms.total() < threshold:
        return Joined((), (), together=False, all_hidden=True)
    rows: list[Row] = sorted((name,) for name in frozenset[str]().union(*atoms))
    while len(rows) > 1 and min(_size(row, atoms) for row in rows) < threshold:
        rows = _with_smallest_joined(rows, atoms, others)
    while len(rows) > 1 and can_be_undone(rows, atoms, threshold):
        rows = _with_overlap_joined(rows, atoms, threshold)
    joined = tuple(row for row in rows if len(row) > 1)
    return Joined(tuple(rows), joined, together=len(rows) == 1, all_hidden=False)


def _size(row: Row, atoms: Counter[frozenset[str]]) -> int:
    return sum(count for groups, count in atoms.items() if not groups.isdisjoint(row))


def _with_smallest_joined(rows: list[Row], atoms: Counter[frozenset[str]], others: str) -> list[Row]:
    ordered = sorted(rows, key=lambda row: (_size(row, atoms), row))
    named = [row for row in ordered[1:] if others in row]
    return _with_joined(rows, ordered[0], named[0] if others and named else ordered[1])


def _with_overlap_joined(rows: list[Row], atoms: Counter[frozenset[str]], threshold: int) -> list[Row]:
    """Join two rows: if some pair mends it, the smallest such; else the two that share fewest people.

    What is given away comes from few people being in two rows at once. Rows that are joined
    share nobody any more.
    """
    pairs = list(combinations(rows, 2))
    pairs.sort(key=lambda pair: (_size(pair[0] + pair[1], atoms), pair))
    for pair in pairs:
        if not can_be_undone(_with_joined(rows, *pair), atoms, threshold):
            return _with_joined(rows, *pair)
    sharing = [pair for pair in pairs if _shared(*pair, atoms=atoms)] or pairs
    return _with_joined(rows, *min(sharing, key=lambda pair: _shared(*pair, atoms=atoms)))


def _with_joined(rows: list[Row], first: Row, second: Row) -> list[Row]:
    return sorted([row for row in rows if row not in (first, second)] + [tuple(sorted(first + second))])


def _shared(first: Row, second: Row, *, atoms: Counter[frozenset[str]]) -> int:
    return _size(first, atoms) + _size(second, atoms) - _size(first + second, atoms)


def can_be_undone(rows: Sequence[Collection[str]], atoms: Counter[frozenset[str]], threshold: int) -> bool:
    """Whether adding and subtracting these rows and the total tells of fewer than ``threshold`` people.

    ``atoms`` counts the people for each set of groups held together. Takes it that whoever
    subtracts knows how many people hold which groups: the worst that can be.
    """
    people: Counter[Column] = Counter()
    for groups, count in atoms.items():
        people[(1, *(int(not groups.isdisjoint(row)) for row in rows))] += count
    return columns_tell_of_few(people, threshold)


def columns_tell_of_few(people: Counter[Column], threshold: int) -> bool:
    """Whether some weighting of rows is not zero for at least one person and for fewer than ``threshold``.

    ``people`` counts those who stand alike in all rows, by how they stand in each (0: not in it).
    """
    return _breakable(people, threshold - 1, len(_basis(people)), set())


def _breakable(people: Counter[Column], spare: int, rank: int, seen: set[frozenset[Column]]) -> bool:
    """Whether leaving out columns of at most ``spare`` people lowers the rank.

    Whatever lowers it must take a column from every basis, so only those of one need be tried;
    and where more than ``spare`` bases can be made of different people, no choice takes from all.
    """
    columns = frozenset(people)
    if columns in seen:
        return False
    seen.add(columns)
    basis = _basis(people)
    if len(basis) < rank:
        return True
    if _separate_bases(people, rank, spare + 1) > spare:
        return False
    return any(
        _breakable(_without(people, column), spare - people[column], rank, seen)
        for column in reversed(basis)
        if people[column] <= spare
    )


def _without(people: Counter[Column], column: Column) -> Counter[Column]:
    return Counter({other: count for other, count in people.items() if other != column})


def _separate_bases(people: Counter[Column], rank: int, enough: int) -> int:
    """How many bases, up to ``enough``, are easily made of different people: a lower bound."""
    left = Counter(people)
    for made in range(enough):
        basis = _basis(left)
        if len(basis) < rank:
            return made
        left -= Counter(basis)
    return enough


def _basis(people: Counter[Column]) -> list[Column]:
    """Independent columns, those of most people first.

    Elimination modulo a prime larger than any determinant of so few zeros and ones: exact, and
    quick in whole numbers.
    """
    reduced: list[tuple[int, list[int]]] = []
    basis = []
    for column in sorted(people, key=lambda column: (-people[column], column)):
        rest = list(column)
        for pivot, row in reduced:
            if rest[pivot]:
                factor = rest[pivot]
                rest = [(a - factor * b) % PRIME for a, b in zip(rest, row, strict=True)]
        pivot = next((i for i, entry in enumerate(rest) if entry), -1)
        if pivot >= 0:
            scale = pow(rest[pivot], -1, PRIME)
            reduced.append((pivot, [entry * scale % PRIME for entry in rest]))
            basis.append(column)
    return basis
