"""Where people stand to one another: principal components of answers that are mostly missing.

Answers what the two directions are along which people's answers differ most, and where each
person lies on them. People answer different statements, so most of the table is empty; an empty
cell is taken as the statement's mean. After centring such a cell is exactly zero, so the centred
table holds (response - mean) at the answered cells and nothing else, and the full table is never
made.

The components are the leading eigenvectors of the centred table's statements × statements product.
With few statements it is made whole, from counts of how often two answers came together; with many,
only its products with a few vectors are taken (block Lanczos with restarts: Golub and Underwood
1977, Knyazev 2001), each one pass over the answers.

Source: Small, Bjorkegren, Erkkila, Shaw, Megill (2021), Polis: scaling deliberation by mapping
high dimensional opinion spaces, Recerca 26(2).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh

from coproduce_methods.one_thread import one_thread
from coproduce_methods.opinion_table import BLOCK, Table, gathered, gram, paired, spread, table_of, tallied

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]

DENSE_UP_TO = 64
MOST_STEPS = 400
KEPT_AT_ONCE = 64
FIRST_LOOK = 7
"""Steps of the iteration before it is worth asking whether it is done."""

EXACT = 1e-11
"""A residual so small, beside the first eigenvalue, is as good as the sums allow."""

START_SEED = 20_170_503


@dataclass(frozen=True)
class Responses:
    """Answers as three arrays of one length: who, to what, and -1, 0 or +1.

    ``moderated_out`` is true for statements kept out of the picture. As Polis does, such a
    statement counts as answered with 0 by everybody, so it bears on nobody's place.
    """

    person: Ints
    statement: Ints
    value: Floats
    n_people: int
    n_statements: int
    moderated_out: NDArray[np.bool_]

    def table(self) -> Table:
        """The same, as a table."""
        return table_of(
            self.person,
            self.statement,
            self.value,
            n_people=self.n_people,
            n_statements=self.n_statements,
            moderated_out=self.moderated_out,
        )


@dataclass(frozen=True)
class Projection:
    """Components as rows over statements, eigenvalues (sums of squares), coordinates of people."""

    components: Floats
    eigenvalues: Floats
    coordinates: Floats
    means: Floats


def _mixed(values: Hashes) -> Hashes:
    """Scramble 64-bit numbers (the finishing step of Steele, Lea and Flood's SplitMix, 2014)."""
    values = (values ^ (values >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    values = (values ^ (values >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return values ^ (values >> np.uint64(31))


def canonical_order(table: Table, rounds: int = 3) -> tuple[Ints, Ints]:
    """Put people and statements in an order that depends on the answers alone.

    Returns the old indices of people and of statements in the new order. Sums of floating-point
    numbers depend on their order, and a random start depends on who comes first; working in this
    order makes the result the same, to the last bit, however rows and numbers were shuffled.
    Colour refinement: a person is described by their answers to described statements and the
    other way round, until no more statements get a colour of their own (at most ``rounds`` times).
    People (or statements) who end with the same colour stay as they came.
    """
    # How a statement that is kept out was answered must not bear even on the order.
    values = np.where(table.moderated_out[:, None], 1, np.arange(3)).astype(np.uint64)
    answer = (values + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
    statements = table.moderated_out.astype(np.uint64) + np.uint64(2)
    colours = 0
    for turn in range(rounds + 1):
        told = _mixed(statements[:, None] + answer).reshape(3 * table.n_statements, 1)
        people = _mixed(gathered(table, told.view(np.int64)).view(np.uint64))
        before, colours = colours, len(np.unique(statements))
        if turn == rounds or colours in (before, table.n_statements):
            break
        seen = spread(table, people.view(np.int64)).view(np.uint64).reshape(table.n_statements, 3)
        # Of a statement kept out only who answered it is told, not how.
        seen[table.moderated_out] = seen[table.moderated_out].sum(axis=1, keepdims=True)
        statements = _mixed(statements + _mixed(seen + answer).sum(axis=1, dtype=np.uint64))
    return np.argsort(people[:, 0], kind="stable"), np.argsort(statements, kind="stable")


def _oriented(components: Floats) -> Floats:
    """Turn each component so that its largest loading is positive: the sign itself is arbitrary."""
    if not components.size:
        return components
    largest = np.argmax(np.abs(components), axis=1)
    signs = np.sign(components[np.arange(len(components)), largest])
    return components * np.where(signs == 0, 1.0, signs)[:, None]


def sparsity_scaling(given: Responses | Table) -> Floats:
    """sqrt(n_statements / n_votes) for each person: few answers pull less towards the middle.

    Statements that were moderated out count as answered by everybody, as in Polis.
    """
    table = given if isinstance(given, Table) else given.table()
    votes = table.answered
    if table.moderated_out.any():
        kept = np.repeat(~table.moderated_out, 3)[:, None].astype(np.int64)
        votes = gathered(table, kept)[:, 0] + int(table.moderated_out.sum())
    scaling: Floats = np.sqrt(table.n_statements / np.maximum(votes, 1))
    return scaling


@dataclass(frozen=True, eq=False)
class Centred:
    """The centred table as a matrix that can be multiplied: (response - mean) where there is an answer.

    ``levels`` (n_statements, 3) are the three values that an answer to each statement can have.
    Reals become whole numbers of 2**-bits, so that no sum depends on the order it is taken in.
    """

    table: Table
    levels: Floats
    means: Floats
    counts: Ints
    bits: int

    def _whole(self, vectors: Floats) -> Ints:
        """The weight of each code for vectors over statements, as columns."""
        real = self.levels[:, :, None] * vectors[:, None, :] * 2.0**self.bits
        return np.rint(real).astype(np.int64).reshape(3 * len(vectors), vectors.shape[1])

    def of_people(self, vectors: Floats) -> Floats:
        """The matrix times ``vectors`` (n_statements, width): one row for each person."""
        return np.asarray(gathered(self.table, self._whole(vectors)) * 2.0**-self.bits, dtype=np.float64)

    def product(self, vectors: Floats) -> Floats:
        """The matrix, turned, times the matrix, times ``vectors`` (n_statements, at most BLOCK)."""
        width = vectors.shape[1]
        if width < BLOCK:
            vectors = np.pad(vectors, ((0, 0), (0, BLOCK - width)))
        against, unsure, agreeing = gram(self.table, self._whole(vectors)).reshape(-1, 3, BLOCK).transpose(1, 0, 2)
        low, middle, high = self.levels.T[:, :, None]
        result: Floats = (against * low + unsure * middle + agreeing * high) * 2.0**-self.bits
        return result[:, :width]

    def whole_product(self) -> Floats:
        """The whole statements × statements product, from how often two answers came together."""
        n = self.table.n_statements
        counts = paired(self.table).reshape(n, 3, n, 3)
        result: Floats = np.einsum(
            "ja,jakb,kb->jk", self.levels, counts, self.levels, optimize=["einsum_path", (0, 1), (0, 1)]
        )
        return (result + result.T) / 2


def centred_table(table: Table) -> Centred:
    """The table with each statement's mean taken away, and how large its numbers may be."""
    counts = tallied(table, np.zeros(table.n_people, dtype=np.int64), 1).reshape(table.n_statements, 3)
    counts[table.moderated_out] = 0
    means = (counts[:, 2] - counts[:, 0]) / np.maximum(counts.sum(axis=1), 1)
    levels = np.array([-1.0, 0.0, 1.0]) - means[:, None]
    levels[table.moderated_out] = 0.0
    # No sum over a person's answers exceeds 2 sqrt(answers) for a vector of length 1.
    most = 4.0 * np.sqrt(table.answered.max(initial=1)) * max(int(counts.max(initial=1)), 1)
    return Centred(table, levels, means, counts, bits=min(52, 61 - int(np.ceil(np.log2(most)))))


def _orthonormal(block: Floats, basis: Floats, smallest: float) -> Floats:
    """What of ``block`` is new beside the orthonormal ``basis``, orthonormal; columns that hold nothing new go."""
    for _ in range(2):
        block = block - basis @ (basis.T @ block)
        block, triangle = np.linalg.qr(block)
        block = block[:, np.abs(np.diag(triangle)) > smallest]
        smallest = 0.5
    return block


def _iterated(matrix: Centred, order: Ints, n: int, tolerance: float) -> tuple[Floats, Floats]:
    """The n leading eigenvalues and eigenvectors (rows, statements in canonical ``order``) by block Lanczos."""
    side = len(order)

    def product(vectors: Floats) -> Floats:
        given = np.empty_like(vectors)
        given[order] = vectors
        return matrix.product(given)[order]

    start = np.random.default_rng(START_SEED).normal(size=(side, BLOCK))
    start[matrix.table.moderated_out[order]] = 0.0
    fresh = np.linalg.qr(start)[0]
    basis, images = np.empty((side, 0)), np.empty((side, 0))
    for step in range(MOST_STEPS):
        last = product(fresh)
        basis, images = np.concatenate([basis, fresh], axis=1), np.concatenate([images, last], axis=1)
        final = step == MOST_STEPS - 1
        if final or basis.shape[1] >= KEPT_AT_ONCE or (step >= FIRST_LOOK and step % 2):
            kept = max(basis.shape[1] - 2 * BLOCK, 0), basis.shape[1] - 1
            values, turned = eigh(basis.T @ images, subset_by_index=kept, check_finite=False)
            values, turned = values[::-1], turned[:, ::-1]
            vectors = basis @ turned
            left = images @ turned - vectors * values
            sizes = np.linalg.norm(left[:, :n], axis=0) / max(values[0], 1e-300)
            wanted = np.full(min(n, len(sizes)), tolerance)
            wanted[-1] = max(tolerance, tolerance**0.5) if len(wanted) == n else tolerance
            if final or (sizes <= wanted).all():
                break
            if basis.shape[1] >= KEPT_AT_ONCE:
                basis, images, last = vectors, images @ turned, left[:, :BLOCK]
        fresh = _orthonormal(last, basis, 1e-12 * np.abs(images).max())
        if not fresh.shape[1]:
            values, turned = eigh(basis.T @ images)
            values, vectors = values[::-1], (basis @ turned)[:, ::-1]
            break
    return values[:n], vectors[:, :n].T


def _leading(matrix: Centred, order: Ints, n: int, tolerance: float) -> tuple[Floats, Floats]:
    """The n largest eigenvalues and their vectors as rows in canonical ``order``; zeros where the rank ends."""
    side = matrix.table.n_statements
    eigenvalues, components = np.zeros(n), np.zeros((n, side))
    if not matrix.levels.any() or not matrix.counts.any():
        return eigenvalues, components
    if side <= DENSE_UP_TO:
        # Only the wanted end: this also stays on one thread, where a busy machine punishes two.
        whole = matrix.whole_product()[np.ix_(order, order)]
        values, vectors = eigh(whole, subset_by_index=(max(side - n, 0), side - 1), check_finite=False)
        values, rows = values[::-1], vectors[:, ::-1].T
    else:
        values, rows = _iterated(matrix, order, n, tolerance)
    # Rounding leaves tiny eigenvalues where there are none: their directions are noise.
    real = values > values.max(initial=0.0) * 1e-12
    eigenvalues[: len(values)] = np.where(real, values, 0.0)
    components[: len(values)] = np.where(real[:, None], rows, 0.0)
    return eigenvalues, components


def project(
    given: Responses | Table, n_components: int = 2, tolerance: float = EXACT, order: Ints | None = None
) -> Projection:
    """Components, eigenvalues (one more than asked, to see the gap) and places of all people.

    ``order``: the statements in canonical order, where the caller has it.
    """
    table = given if isinstance(given, Table) else given.table()
    order = canonical_order(table)[1] if order is None else order
    matrix = centred_table(table)
    with one_thread():
        eigenvalues, rows = _leading(matrix, order, n_components + 1, max(tolerance, EXACT))
    components = np.empty((n_components, table.n_statements))
    components[:, order] = _oriented(rows[:n_components])
    coordinates = matrix.of_people(components.T) * sparsity_scaling(table)[:, None]
    return Projection(components, eigenvalues, coordinates, matrix.means)
