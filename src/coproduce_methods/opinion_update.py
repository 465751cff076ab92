"""A map of opinion that keeps up: one more answer at a time, without a pass over all the others.

    state = OpinionState(person, statement, response, parameters=..., seed=1)
    state.answer(person=4, statement=7, response=-1)      # None takes an answer back
    state.now(), state.stale(), state.needs_full()
    state.full()

Counts, means and votes by group are exact after every answer. Everybody's place is exact for the
components held from the last full map. Components, the number of groups and how sure it is wait for
``full()``, which makes the map anew from the same answers; ``stale()`` says when that is due. How far
the components would have turned is known without any pass: the sums of products of every two
statements are kept as whole numbers, and the sin-theta theorem (Davis and Kahan 1970) bounds the rest.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import csr_array

from coproduce_methods.opinion_map import OpinionMap, Parameters, from_votes, opinion_map
from coproduce_methods.opinion_projection import Responses
from coproduce_methods.opinion_statements import AGREE, DISAGREE, SEEN

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

NONE = 2
"""In the table of answers: nothing said."""

MAX_TURN = 0.1
"""The sine of the angle (about six degrees) by which the plane of the map may have turned."""

MAX_CHANGED = 0.05
"""The share of the people placed who may have answered since the last full map."""

STALE = {
    "components": "The directions of the map may have turned too far.",
    "groups": "So many people have answered since that there may be other groups.",
    "small_group": "A group has become so small that it could point to people.",
    "statements": "There are new statements, which do not bear on the map yet.",
}
"""Each reason to make the map anew, as a code for programs and a sentence for people."""


@dataclass(frozen=True)
class Answered:
    """What one answer changed: where the person stands now, and their group before and after."""

    person: int
    statement: int
    x: float
    y: float
    group_before: int | None
    group: int | None


class OpinionState:
    """All answers of one conversation, and what follows from them as far as it is known.

    Takes a byte for every person and statement, twelve for every two statements. New people and
    statements make room one by one; ``n_people`` and ``n_statements`` can make room beforehand.
    """

    _table: NDArray[np.int8]
    _kept: NDArray[np.bool_]
    _seen: Ints
    _sums: Ints
    _answered: Ints
    _kept_answered: Ints
    _both: NDArray[np.int32]
    _labels: Ints
    _raw: Floats
    _components: Floats
    _votes: Ints

    def __init__(
        self,
        person: ArrayLike,
        statement: ArrayLike,
        response: ArrayLike,
        *,
        n_people: int | None = None,
        n_statements: int | None = None,
        moderated_out: Collection[int] = (),
        parameters: Parameters | None = None,
        seed: int = 0,
    ) -> None:
        """Make the first map. Arguments and refusals are those of ``opinion_map``."""
        who, what = np.asarray(person, dtype=np.int64), np.asarray(statement, dtype=np.int64)
        people = int(who.max(initial=-1)) + 1 if n_people is None else n_people
        statements = int(what.max(initial=-1)) + 1 if n_statements is None else n_statements
        self._parameters, self._seed = parameters or Parameters(), seed
        self._out = sorted(set(moderated_out))
        first = self._made(who, what, response, (people, statements))
        self._table = np.full((statements, people), NONE, dtype=np.int8)
        self._table[what, who] = np.asarray(response, dtype=np.int8)
        self._hold(first)

    # ── what is known ────────────────────────────────────────────────────────────────────────────

    @property
    def n_people(self) -> int:
        """People there are indices for."""
        return int(self._table.shape[1])

    @property
    def n_statements(self) -> int:
        """Statements there are indices for."""
        return int(self._table.shape[0])

    @property
    def means(self) -> Floats:
        """Mean answer to each statement; 0 where nobody answered, or it is moderated out."""
        means: Floats = np.where(self._kept, self._sums / np.maximum(self._seen, 1), 0.0)
        return means

    @property
    def votes(self) -> Ints:
        """Agree, disagree and seen (groups, statements, 3) of the people in groups."""
        return self._votes.copy()

    @property
    def coordinates(self) -> Floats:
        """Where everybody stands (n_people, 2), in the held components and today's means."""
        places: Floats = (self._raw * self._scaling()).T
        return places

    @property
    def groups(self) -> Ints:
        """The group of each of ``n_people``, -1 for none."""
        return self._labels.copy()

    def responses(self) -> Responses:
        """All answers as they are now."""
        statement, person = np.nonzero(self._table != NONE)
        value = self._table[statement, person].astype(np.float64)
        return Responses(person, statement, value, self.n_people, self.n_statements, ~self._kept)

    def now(self) -> OpinionMap:
        """The map with all that is up to date; ``stale()`` says what of the rest is not.

        What is told of statements is of today's votes.
        ``silhouettes``, ``eigenvalues``, ``pattern_limit`` and ``stability`` are those of the last
        full map, and so is ``worth_showing``, but for a group that has become too small since.
        """
        why_not = self._held.why_not + (("small_group",) if self._small_since() else ())
        people = np.flatnonzero(self._answered > 0)
        answers, seen = np.diagonal(self._both[0]), self._seen
        everybody = np.stack([(answers + self._sums) // 2, (answers - self._sums) // 2, seen], axis=1)
        return replace(
            self._held,
            people=people,
            coordinates=self.coordinates[people],
            groups=tuple(g if g >= 0 else None for g in self._labels[people].tolist()),
            components=self._components,
            means=self.means,
            votes=self.votes,
            **from_votes(self._votes, everybody, np.flatnonzero(self._kept), self._parameters),
            n_responses=int(self._answered.sum()),
            n_statements=self.n_statements,
            why_not=why_not,
            worth_showing=not why_not,
        )

    # ── one answer ───────────────────────────────────────────────────────────────────────────────

    def answer(self, person: int, statement: int, response: int | None) -> Answered:
        """Somebody answers, changes their answer, or (None) takes it back. New indices make room.

        ValueError for a response that is not -1, 0 or +1, or a negative index.
        """
        if response not in (-1, 0, 1, None):
            raise ValueError("a response is -1, 0 or +1, or None to take it back")
        if min(person, statement) < 0:
            raise ValueError("person and statement are counted from 0")
        self._make_room(person + 1, statement + 1)
        before, old = int(self._labels[person]), int(self._table[statement, person])
        new = NONE if response is None else response
        if before >= 0:
            self._count(before, person, -1)
        mean = self.means[statement]
        self._pair(person, statement, -1)
        self._table[statement, person] = new
        self._pair(person, statement, 1)
        self._seen[statement] += (new != NONE) - (old != NONE)
        self._sums[statement] += (new != NONE) * new - (old != NONE) * old
        self._answered[person] += (new != NONE) - (old != NONE)
        self._move(person, statement, float(self.means[statement] - mean))
        after = self._labels[person] = self._group_of(person)
        if after >= 0:
            self._count(after, person, 1)
        self._touched.add(person)
        x, y = self._raw[:, person] * self._scaling(person)
        return Answered(person, statement, float(x), float(y), *(None if g < 0 else g for g in (before, after)))

    def _move(self, person: int, statement: int, by: float) -> None:
        """A mean has moved by so much: so have all who answered; the person is summed anew."""
        if by:
            there = self._table[statement] != NONE
            self._raw[:, there] -= by * self._components[:, [statement]]
        row = self._table[:, person]
        said = (row != NONE) & self._kept
        self._raw[:, person] = self._components[:, said] @ (row[said] - self.means[said])

    def _group_of(self, person: int) -> int:
        """The group whose centre is nearest, for those who answered enough."""
        if self._answered[person] < self._enough or not len(self._centres):
            return -1
        place = self._raw[:, person] * self._scaling(person)
        return int(np.argmin(((self._centres - place) ** 2).sum(axis=1)))

    def _scaling(self, person: int | slice = slice(None)) -> Any:
        """sqrt(statements / answers), as in ``opinion_projection.sparsity_scaling``."""
        return np.sqrt(self.n_statements / np.maximum(self._kept_answered[person] + len(self._out), 1))

    def _count(self, group: int, person: int, by: int) -> None:
        """Add or take away all answers of one person to or from a group's votes."""
        row = self._table[:, person]
        for column, said in ((AGREE, row == 1), (DISAGREE, row == -1), (SEEN, row != NONE)):
            self._votes[group, said, column] += by

    def _pair(self, person: int, statement: int, by: int) -> None:
        """Add or take away what one answer brings to the sums of products."""
        row = self._table[:, person]
        if row[statement] == NONE:
            return
        self._kept_answered[person] += by * int(self._kept[statement])
        value, others = int(row[statement]), np.flatnonzero(row != NONE)
        said = row[others].astype(np.int32)
        # Products of answers, of an answer with having answered, and how many answered both.
        self._both[0, statement, others] += by * value * said
        self._both[1, statement, others] += by * value
        self._both[2, statement, others] += by
        others, said = others[others != statement], said[others != statement]
        self._both[0, others, statement] += by * value * said
        self._both[1, others, statement] += by * said
        self._both[2, others, statement] += by

    def _make_room(self, people: int, statements: int) -> None:
        """Rows and columns for whoever and whatever is new."""
        if people > self.n_people or statements > self.n_statements:
            more = (max(0, statements - self.n_statements), max(0, people - self.n_people))
            self._table = np.pad(self._table, [(0, more[0]), (0, more[1])], constant_values=NONE)
            self._raw = np.pad(self._raw, [(0, 0), (0, more[1])])
            self._labels = np.pad(self._labels, (0, more[1]), constant_values=-1)
            self._answered = np.pad(self._answered, (0, more[1]))
            self._kept_answered = np.pad(self._kept_answered, (0, more[1]))
            self._seen, self._sums = (np.pad(each, (0, more[0])) for each in (self._seen, self._sums))
            self._kept = np.pad(self._kept, (0, more[0]), constant_values=True)
            self._both = np.pad(self._both, [(0, 0), (0, more[0]), (0, more[0])])
            self._components = np.pad(self._components, [(0, 0), (0, more[0])])
            self._votes = np.pad(self._votes, [(0, 0), (0, more[0]), (0, 0)])

    # ── when it is time ──────────────────────────────────────────────────────────────────────────

    def gram(self) -> Floats:
        """X'X of the centred answers (statements, statements), without reading any answer."""
        products, mixed, counted = self._both
        means = self.means
        found: Floats = products - mixed * means - (mixed * means).T + counted * np.outer(means, means)
        found[~self._kept] = 0.0
        found[:, ~self._kept] = 0.0
        return found

    def turn(self) -> float:
        """The most that the plane of the first two components has turned: the sine of the angle, at most 1.

        |GV - V(V'GV)| / (least eigenvalue of V'GV - third of G), where the third has grown by no
        more than G has changed (Weyl); norms are Frobenius'.
        """
        gram, held = self.gram(), self._components
        inside = held @ gram @ held.T
        left = float(np.linalg.norm(gram @ held.T - held.T @ inside))
        size = self._held_gram.shape[0]
        grown = gram.copy()
        grown[:size, :size] -= self._held_gram
        gap = float(np.linalg.eigvalsh(inside)[0] - self._held.eigenvalues[2] - np.linalg.norm(grown))
        return min(1.0, left / gap) if gap > 0 else float(left > 0)

    def stale(self) -> tuple[str, ...]:
        """Codes of STALE that hold: what makes a full map due."""
        placed = max(1, int((self._answered >= self._enough).sum()))
        reasons = {
            "components": self.turn() > MAX_TURN,
            "groups": len(self._touched) > MAX_CHANGED * placed,
            "small_group": self._small_since(),
            "statements": self.n_statements > self._held.n_statements,
        }
        return tuple(code for code, holds in reasons.items() if holds)

    def _small_since(self) -> bool:
        """Whether a group has become too small to show that was not before."""
        sizes = np.bincount(self._labels[self._labels >= 0], minlength=self._held.k)
        small = int(sizes.min(initial=self._parameters.min_group)) < self._parameters.min_group
        return small and "small_group" not in self._held.why_not

    def needs_full(self) -> bool:
        """Whether anything is stale."""
        return bool(self.stale())

    def full(self) -> OpinionMap:
        """The map of all answers made anew, and held from here on: as ``opinion_map`` makes it."""
        now = self.responses()
        self._hold(self._made(now.person, now.statement, now.value, (self.n_people, self.n_statements)))
        return self._held

    def _made(self, person: ArrayLike, statement: ArrayLike, response: ArrayLike, size: tuple[int, int]) -> OpinionMap:
        return opinion_map(
            person,
            statement,
            response,
            n_people=size[0],
            n_statements=size[1],
            moderated_out=self._out,
            parameters=self._parameters,
            seed=self._seed,
        )

    def _hold(self, made: OpinionMap) -> None:
        """Count everything from the table, and keep what the map says."""
        self._held, self._components = made, made.components.copy()
        self._kept = np.ones(self.n_statements, dtype=np.bool_)
        self._kept[self._out] = False
        said = self._table != NONE
        values: NDArray[np.int8] = np.where(said, self._table, 0)
        self._seen, self._sums = said.sum(axis=1), values.sum(axis=1, dtype=np.int64)
        self._answered, self._kept_answered = said.sum(axis=0), said[self._kept].sum(axis=0)
        self._both = _products(values, said)
        self._labels = np.full(self.n_people, -1, dtype=np.int64)
        self._labels[made.people] = [-1 if g is None else g for g in made.groups]
        self._raw = np.zeros((2, self.n_people))
        self._raw[:, made.people] = made.coordinates.T / self._scaling()[made.people]
        inside = self._labels[made.people]
        self._centres = np.array([made.coordinates[inside == g].mean(axis=0) for g in range(made.k)]).reshape(-1, 2)
        self._votes = np.zeros((made.k, self.n_statements, 3), dtype=np.int64)
        for g in range(made.k):
            theirs = self._table[:, self._labels == g]
            self._votes[g] = np.stack([(theirs == 1).sum(1), (theirs == -1).sum(1), (theirs != NONE).sum(1)], axis=1)
        self._enough = max(1, min(self._parameters.min_votes, self.n_statements))
        self._touched: set[int] = set()
        self._held_gram = self.gram()


def _products(values: NDArray[np.int8], said: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Sums over people, for every two statements: product of answers, answer where both answered, both answered."""
    answers, seen = (csr_array(table.astype(np.int32)) for table in (values, said))
    pairs = ((answers, answers), (answers, seen), (seen, seen))
    return np.stack([(one @ other.T).toarray() for one, other in pairs]).astype(np.int32)
