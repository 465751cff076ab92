"""Who sits at which table, so that every table is mixed and people meet others in the second round.

    rounds = mixed_tables([("p1", "LC"), ("p2", "P"), …], tables=3, seed=1)
    rounds[0]["p1"], rounds[1]["p1"]        # table numbers, from 1

Each person is counted once, under the rarest of their groups. A round is a colouring of the edges of a bipartite
graph (D. König 1916; equitable colourings: D. de Werra 1971): people are edges between their group and where they sat
before, tables are colours, and at each end the numbers of each colour differ by one at most. Method and worked
numbers: ``docs/methods/mixed_tables.md``.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Sequence

METHOD_VERSION = "1.0"

Edge = tuple[Hashable, Hashable]


def counted_under(people: Sequence[tuple[str, Collection[str]]]) -> dict[str, str]:
    """For each person the rarest of their groups here, of equally rare ones the first by name; "" for none."""
    held = Counter(group for _person, groups in people for group in set(groups))
    return {person: min(set(groups), key=lambda one: (held[one], one), default="") for person, groups in people}


def mixed_tables(
    people: Sequence[tuple[str, Collection[str]]], tables: int, *, rounds: int = 2, seed: int = 1
) -> list[dict[str, int]]:
    """For each round the table (from 1) of every person: (who, all groups they speak from) in, any order.

    In each round the sizes of tables differ by one at most, and so do the numbers of people of one group at each
    table. From the second round on, people who sat together are spread over all tables, again to within one.
    The same people, tables and seed give the same seats. ValueError for fewer than one table, more tables than people
    or somebody named twice.
    """
    names = sorted(person for person, _groups in people)
    if len(set(names)) != len(names):
        raise ValueError("everyone must be named once")
    if not 1 <= tables <= max(len(names), 1):
        raise ValueError("there must be at least one table, and no more tables than people")
    drawn = random.Random(f"{seed}")  # noqa: S311  # to be repeated, not to be secret
    group = counted_under(people)
    before = dict.fromkeys(names, 0)
    found = []
    for _round in range(rounds):
        order = names[:]
        drawn.shuffle(order)
        colours = _balanced([(group[name], before[name]) for name in order], tables)
        before = {name: colour + 1 for name, colour in zip(order, colours, strict=True)}
        found.append(dict(sorted(before.items())))
    return found


def _balanced(edges: Sequence[Edge], colours: int) -> list[int]:
    """A colour for each edge: at each end, and over all, the numbers of each colour differ by one at most."""
    ends = _split(edges, colours)
    graph = _Coloured(ends, colours)
    for edge in range(len(edges)):
        graph.colour(edge)
    graph.even_out()
    return graph.of


def _split(edges: Sequence[Edge], colours: int) -> list[Edge]:
    """Each end cut into pieces of at most ``colours`` edges: those of one piece must then all differ."""
    seen: tuple[Counter[Hashable], Counter[Hashable]] = (Counter(), Counter())
    cut: list[Edge] = []
    for edge in edges:
        pieces = []
        for side, end in enumerate(edge):
            pieces.append((side, end, seen[side][end] // colours))
            seen[side][end] += 1
        cut.append((pieces[0], pieces[1]))
    return cut


class _Coloured:
    """A bipartite graph whose edges are coloured so that no two of one colour meet."""

    def __init__(self, ends: Sequence[Edge], colours: int) -> None:
        self.ends, self.colours = ends, colours
        self.of = [-1] * len(ends)
        self.at: dict[Hashable, dict[int, int]] = defaultdict(dict)

    def colour(self, edge: int) -> None:
        """Give one more edge a colour, swapping two colours along a path where its ends have none free in common."""
        one, other = (
            next(colour for colour in range(self.colours) if colour not in self.at[end]) for end in self.ends[edge]
        )
        if one != other:
            # From the second end along edges of ``one`` and ``other`` in turn; it never comes to the first end.
            self._swap(self._path(self.ends[edge][1], one, other), one, other)
        self._set(edge, one)

    def even_out(self) -> None:
        """Swap along paths until no colour has two edges more than another."""
        while True:
            count = {colour: self.of.count(colour) for colour in range(self.colours)}
            most, least = max(count, key=lambda c: (count[c], -c)), min(count, key=lambda c: (count[c], c))
            if count[most] - count[least] <= 1:
                return
            self._swap(self._longer_in(most, least), most, least)

    def _longer_in(self, most: int, least: int) -> list[int]:
        """A path of the two colours with one edge more of the first: there is one, since the first has more."""
        for edge, colour in enumerate(self.of):
            if colour != most:
                continue
            for end in self.ends[edge]:
                if least not in self.at[end]:
                    path = self._path(end, most, least)
                    if self.of[path[-1]] == most:
                        return path
        raise AssertionError("of two colours the one with more edges has a path that begins and ends with it")

    def _path(self, end: Hashable, first: int, second: int) -> list[int]:
        """The edges that follow each other from ``end``, in the colours in turn, beginning with ``first``."""
        path: list[int] = []
        colour = first
        while colour in self.at[end]:
            edge = self.at[end][colour]
            path.append(edge)
            end = self.ends[edge][1] if self.ends[edge][0] == end else self.ends[edge][0]
            colour = second if colour == first else first
        return path

    def _swap(self, path: Sequence[int], first: int, second: int) -> None:
        turned = [(edge, second if self.of[edge] == first else first) for edge in path]
        for edge in path:
            for end in self.ends[edge]:
                del self.at[end][self.of[edge]]
        for edge, colour in turned:
            self._set(edge, colour)

    def _set(self, edge: int, colour: int) -> None:
        self.of[edge] = colour
        for end in self.ends[edge]:
            self.at[end][colour] = edge
