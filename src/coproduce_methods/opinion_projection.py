"""Where people stand to one another: principal components of answers that are mostly missing.

Answers what the two directions are along which people's answers differ most, and where each
person lies on them. People answer different statements, so most of the table is empty; an empty
cell is taken as the statement's mean. After centring such a cell is exactly zero, so the centred
table is a sparse matrix holding (response - mean) at the answered cells and nothing else, and the
full table is never made.

Source: Small, Bjorkegren, Erkkila, Shaw, Megill (2021), Polis: scaling deliberation by mapping
high dimensional opinion spaces, Recerca 26(2).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh
from scipy.sparse import csr_array
from scipy.sparse.linalg import LinearOperator, eigsh

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Hashes = NDArray[np.uint64]

DENSE_UP_TO = 64
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


def canonical_order(responses: Responses, rounds: int = 3) -> tuple[Ints, Ints]:
    """Put people and statements in an order that depends on the answers alone.

    Returns the old indices of people and of statements in the new order. Sums of floating-point
    numbers depend on their order, and a random start depends on who comes first; working in this
    order makes the result the same, to the last bit, however rows and numbers were shuffled.
    Colour refinement: a person is described by their answers to described statements and the
    other way round. People (or statements) who end with the same colour stay as they came.
    """
    person, statement = responses.person, responses.statement
    # How a statement that is kept out was answered must not bear even on the order.
    value = np.where(responses.moderated_out[statement], 0.0, responses.value)
    answer = (value + 2).astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    people = np.ones(responses.n_people, dtype=np.uint64)
    statements = responses.moderated_out.astype(np.uint64) + np.uint64(2)
    for _ in range(rounds):
        seen = np.zeros_like(people)
        np.add.at(seen, person, _mixed(statements[statement] + answer))
        people = _mixed(people + seen)
        seen = np.zeros_like(statements)
        np.add.at(seen, statement, _mixed(people[person] + answer))
        statements = _mixed(statements + seen)
    return np.argsort(people, kind="stable"), np.argsort(statements, kind="stable")


def in_canonical_order(responses: Responses) -> tuple[Responses, Ints, Ints]:
    """The same answers renumbered and sorted canonically, and the old indices of both."""
    people, statements = canonical_order(responses)
    person = np.empty_like(people)
    person[people] = np.arange(len(people))
    statement = np.empty_like(statements)
    statement[statements] = np.arange(len(statements))
    p, s = person[responses.person], statement[responses.statement]
    order = np.argsort(p * responses.n_statements + s)
    renumbered = Responses(
        p[order],
        s[order],
        responses.value[order],
        responses.n_people,
        responses.n_statements,
        responses.moderated_out[statements],
    )
    return renumbered, people, statements


def centred(responses: Responses) -> tuple[csr_array, Floats]:
    """The sparse matrix of (response - mean) at the answered cells, and the means."""
    keep = ~responses.moderated_out[responses.statement]
    person, statement = responses.person[keep], responses.statement[keep]
    value = responses.value[keep]
    shape = (responses.n_people, responses.n_statements)
    seen = np.bincount(statement, minlength=shape[1])
    means = np.bincount(statement, weights=value, minlength=shape[1]) / np.maximum(seen, 1)
    return csr_array((value - means[statement], (person, statement)), shape=shape), means


def leading_eigen(
    matrix: csr_array, n: int, tolerance: float = 0.0, dense_up_to: int = DENSE_UP_TO
) -> tuple[Floats, Floats]:
    """The n largest eigenvalues of M'M and their vectors as rows; zeros where the rank ends.

    Works on the smaller side. The start of the iteration is fixed, so the result is repeatable.
    """
    transposed = matrix.shape[0] < matrix.shape[1]
    tall: Any = matrix.T.tocsr() if transposed else matrix
    wide: Any = tall.T.tocsr()
    side = tall.shape[1]
    if side <= max(dense_up_to, n + 1):
        # Only the wanted end: this also stays on one thread, where a busy machine punishes two.
        wanted = (max(side - n, 0), side - 1)
        values, vectors = eigh((wide @ tall).toarray(), subset_by_index=wanted)
    else:
        gram = LinearOperator((side, side), matvec=lambda v: wide @ (tall @ v), dtype=np.float64)
        start = np.random.default_rng(START_SEED).normal(size=side)
        values, vectors = eigsh(gram, k=n, v0=start, tol=tolerance)
    top = np.argsort(-values, kind="stable")[:n]
    found = np.maximum(values[top], 0.0)
    rows = vectors[:, top].T
    # Rounding leaves tiny eigenvalues where there are none: their directions are noise.
    real = found > found.max(initial=0.0) * 1e-12
    if transposed:
        rows = (tall @ rows.T).T / np.sqrt(np.where(real, found, 1.0))[:, None]
    eigenvalues, components = np.zeros(n), np.zeros((n, matrix.shape[1]))
    eigenvalues[: len(found)] = np.where(real, found, 0.0)
    components[: len(found)] = np.where(real[:, None], rows, 0.0)
    return eigenvalues, components


def _oriented(components: Floats) -> Floats:
    """Turn each component so that its largest loading is positive: the sign itself is arbitrary."""
    largest = np.argmax(np.abs(components), axis=1)
    signs = np.sign(components[np.arange(len(components)), largest])
    return components * np.where(signs == 0, 1.0, signs)[:, None]


def sparsity_scaling(responses: Responses) -> Floats:
    """sqrt(n_statements / n_votes) for each person: few answers pull less towards the middle.

    Statements that were moderated out count as answered by everybody, as in Polis.
    """
    kept = ~responses.moderated_out[responses.statement]
    votes = np.bincount(responses.person[kept], minlength=responses.n_people)
    votes = votes + int(responses.moderated_out.sum())
    scaling: Floats = np.sqrt(responses.n_statements / np.maximum(votes, 1))
    return scaling


def project(responses: Responses, n_components: int = 2, tolerance: float = 0.0) -> Projection:
    """Components, eigenvalues (one more than asked, to see the gap) and places of all people."""
    matrix, means = centred(responses)
    if not np.any(matrix.data):
        # Nobody differs from anybody: there is no direction, and all stand in one place.
        nowhere = np.zeros((matrix.shape[0], n_components))
        return Projection(np.zeros((n_components, matrix.shape[1])), np.zeros(n_components + 1), nowhere, means)
    wanted = min(n_components + 1, *matrix.shape)
    values, rows = leading_eigen(matrix, wanted, tolerance)
    eigenvalues = np.zeros(n_components + 1)
    eigenvalues[:wanted] = values
    components = np.zeros((n_components, matrix.shape[1]))
    components[: min(wanted, n_components)] = rows[:n_components]
    components = _oriented(components)
    coordinates = (matrix @ components.T) * sparsity_scaling(responses)[:, None]
    return Projection(components, eigenvalues, coordinates, means)
