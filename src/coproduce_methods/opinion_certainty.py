"""How sure a map of opinion is: is there a pattern, are the groups steady?

Two questions, each answered by doing the same again many times, seeded:

- *pattern*: could the first component have come from answers that have nothing to do with one
  another? The signs of all centred answers are flipped at random and the largest eigenvalue
  taken (parallel analysis with signflips: Hong, Sheng and Dobriban, 2020).
- *stability*: if other people of the same kind had come, would these groups appear again? The
  whole map is made again from part of the people, and the two groupings compared (adjusted Rand
  index; for each group the Jaccard likeness to its best match: Hennig, 2007).

All repetitions are worked on side by side, so that the answers are gone through once for all of
them. Where there are more than ``MOST`` people, so many are asked, drawn by an order that has
nothing to do with how they answered: with fewer people a pattern is harder to see and groups are
less steady, so this errs to the cautious side.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import eigh_tridiagonal
from scipy.sparse import csr_array

from coproduce_methods.opinion_groups import adjusted_rand, best_matches
from coproduce_methods.opinion_table import Table

fast: Any
try:
    from coproduce_methods import opinion_certainty_fast as fast
except ModuleNotFoundError:  # the extra "fast" is not installed: the same, slower
    fast = None

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Gather = Callable[[Floats, np.random.Generator], Ints | None]

MOST = 5000
ROUGH = 1e-3
"""A comparison asks how large, not for digits: a residual under this share of the first eigenvalue does."""

MOST_STEPS, CHECKED_EVERY = 64, 4
FLIPS = 32
"""Repetitions whose signs are held in one number."""

START_SEED = 20_170_503


@dataclass(frozen=True)
class Stability:
    """How alike the groups were over the resamples.

    ``mean`` and ``low`` (tenth percentile) of the adjusted Rand index; ``groups`` the mean
    Jaccard likeness of each group to its best match; ``n_people`` those it was asked of. NaN
    never: no resamples, no Stability.
    """

    n_resamples: int
    share: float
    mean: float
    low: float
    groups: tuple[float, ...]
    n_people: int


@dataclass(frozen=True, eq=False)
class Asked:
    """The answers of the people asked, one row each: in canonical order, so that sums come out the same.

    ``answers`` holds -1, 0 and 1 where there is an answer; statements moderated out are left out.
    ``people`` are their indices in the table.
    """

    people: Ints
    answers: csr_array

    @property
    def first(self) -> csr_array:
        """1 where there is an answer."""
        ones = np.ones(len(self.answers.data))
        return csr_array((ones, self.answers.indices, self.answers.indptr), shape=self.answers.shape)


def asked_of(table: Table, people: Ints, statements: Ints, most: int = MOST) -> Asked:
    """The answers of up to ``most`` people; ``people`` and ``statements`` are the canonical order."""
    some = people[table.answered[people] > 0][:most]
    if len(some) < table.n_people or table.elsewhere is not None:
        kept = np.zeros(table.n_people, dtype=np.bool_)
        kept[some] = True
        table = table.of_people(kept)
    place = np.empty_like(statements)
    place[statements] = np.arange(len(statements))
    statement, value = np.divmod(table.codes, 3)
    held = np.repeat(np.arange(table.n_people), table.answered)
    row = np.empty(table.n_people, dtype=np.int64)
    row[some] = np.arange(len(some))
    inside = ~table.moderated_out[statement]
    cells = (row[held[inside]], place[statement[inside]])
    # By statement and back by person: both sort by counting, and each person's answers end up in order.
    # Answers are kept from being 0 on the way, which some versions would take for nothing.
    answers = csr_array((value[inside] + 1.0, cells), shape=(len(some), len(statements))).tocsc().tocsr()
    answers.data -= 2.0
    return Asked(some, answers)


# ── many matrices at once ────────────────────────────────────────────────────────────────────────


def leading(
    product: Callable[[Floats], Floats], side: int, lanes: int, n: int, tolerance: float = ROUGH
) -> tuple[Floats, Floats]:
    """The n largest eigenvalues (n, lanes) and eigenvectors (n, side, lanes) of symmetric matrices side by side.

    ``product`` multiplies each matrix with its column of (side, lanes). Lanczos (1950), every new
    direction made orthogonal to all before; stops where all residuals are small.
    """
    start = np.random.default_rng(START_SEED).normal(size=(side, 1))
    basis = np.empty((min(side, MOST_STEPS), side, lanes))
    basis[0] = start / np.linalg.norm(start)
    along, across = np.zeros((len(basis), lanes)), np.zeros((len(basis), lanes))
    for step in range(len(basis)):
        image = product(basis[step])
        along[step] = (basis[step] * image).sum(axis=0)
        for _ in range(2):
            image = image - _combined(basis[: step + 1], _inside(basis[: step + 1], image))
        across[step] = np.linalg.norm(image, axis=0)
        last = step + 1 == len(basis)
        if last or (step >= n and step % CHECKED_EVERY == 0):
            values, turned, left = _ritz(along[: step + 1], across[: step + 1], n)
            if last or (left <= tolerance * values[0]).all():
                break
        # Where nothing is left the direction is whatever rounding made of it: zero serves as well.
        tiny = across[step] <= 1e-12 * np.abs(along[: step + 1]).max(axis=0)
        across[step, tiny] = 0.0
        basis[step + 1] = np.where(tiny, 0.0, image / np.where(tiny, 1.0, across[step]))
    return values, np.stack([_combined(basis[: step + 1], each) for each in turned])


def _inside(basis: Floats, vectors: Floats) -> Floats:
    """(steps, lanes): how much of each direction is in each lane's vector."""
    shares: Floats = np.einsum("tsl,sl->tl", basis, vectors)
    return shares


def _combined(basis: Floats, shares: Floats) -> Floats:
    """(side, lanes): the directions together, each so much."""
    together: Floats = np.einsum("tsl,tl->sl", basis, shares)
    return together


def _ritz(along: Floats, across: Floats, n: int) -> tuple[Floats, Floats, Floats]:
    """Values (n, lanes), shares of the directions (n, steps, lanes) and residuals (n, lanes)."""
    steps, lanes = along.shape
    count = min(n, steps)
    values, turned = np.zeros((n, lanes)), np.zeros((n, steps, lanes))
    for lane in range(lanes):
        found, vectors = eigh_tridiagonal(
            along[:, lane], across[:-1, lane], select="i", select_range=(steps - count, steps - 1)
        )
        values[:count, lane], turned[:count, :, lane] = found[::-1], vectors[:, ::-1].T
    return values, turned, np.abs(across[-1] * turned[:, -1])


# ── pattern ──────────────────────────────────────────────────────────────────────────────────────


def pattern_limit(asked: Asked, n_null: int, rng: np.random.Generator) -> tuple[float, float]:
    """The first eigenvalue of the answers, and the largest that ``n_null`` tables of unrelated answers came to.

    Both are worked out alike, and so are as rough as one another.
    """
    seen = np.maximum(asked.first.sum(axis=0), 1)
    means = asked.answers.sum(axis=0) / seen
    matrix = asked.answers.copy()
    matrix.data = matrix.data - means[matrix.indices]
    largest = [_first_eigenvalues(matrix, np.zeros(len(matrix.data), dtype=np.uint32), 1)[0]]
    for done in range(0, n_null, FLIPS):
        lanes = min(FLIPS, n_null - done)
        flips = rng.integers(0, 2**FLIPS, size=len(matrix.data), dtype=np.uint32)
        largest += _first_eigenvalues(matrix, flips, lanes).tolist()
    return float(largest[0]), float(max(largest[1:], default=0.0))


def _first_eigenvalues(matrix: csr_array, flips: NDArray[np.uint32], lanes: int) -> Floats:
    """Of M'M, with the sign of every entry turned where bit ``lane`` of its flips is set."""
    side = matrix.shape[1]
    rows = (matrix.indptr, matrix.indices, matrix.data)
    turned = []
    for lane in range(lanes if fast is None else 0):
        one = matrix.copy()
        one.data = np.where((flips >> np.uint32(lane)) & np.uint32(1), -matrix.data, matrix.data)
        turned.append(one)

    def product(vectors: Floats) -> Floats:
        if fast is not None:
            image: Floats = fast.flipped(rows, flips, vectors)
        else:
            image = np.stack([one.T @ (one @ vectors[:, lane]) for lane, one in enumerate(turned)], axis=1)
        return image

    found: Floats = leading(product, side, lanes, 1)[0].reshape(lanes)
    return found


# ── stability ────────────────────────────────────────────────────────────────────────────────────


def resampled_places(asked: Asked, kept: Bools) -> Floats:
    """(2, people, lanes): where the people stand in maps of the people ``kept`` (people, lanes) alone.

    Without the scaling by how many statements each answered, which is the same in every map.
    """
    inside = kept.astype(np.float64)
    first = asked.first
    means = (asked.answers.T @ inside) / np.maximum(first.T @ inside, 1.0)
    rows = (asked.answers.indptr, asked.answers.indices, asked.answers.data)

    def places(vectors: Floats) -> Floats:
        stand: Floats = inside * (asked.answers @ vectors - first @ (means * vectors))
        return stand

    def product(vectors: Floats) -> Floats:
        if fast is None:
            stand = places(vectors)
            image: Floats = asked.answers.T @ stand - means * (first.T @ stand)
        else:
            image = fast.resampled(rows, means, inside, vectors)
        return image

    _, components = leading(product, asked.answers.shape[1], kept.shape[1], 2)
    return np.stack([places(component) for component in components])


def stability(
    asked: Asked,
    labels: Ints,
    scaling: Floats,
    gather: Gather,
    *,
    n_resamples: int,
    share: float,
    rng: np.random.Generator,
) -> Stability | None:
    """Make the map again from a ``share`` of the people, ``n_resamples`` times, and compare.

    ``labels`` of the people asked is -1 for those in no group, ``scaling`` by how much their place
    is drawn out. ``gather(points, rng)`` gives labels of points, or None where no grouping came
    out, which counts as nothing alike.
    """
    if not n_resamples:
        return None
    k = int(labels.max(initial=-1)) + 1
    drawn = [rng.permutation(len(labels)) < share * len(labels) for _ in range(n_resamples)]
    kept: Bools = np.stack(drawn, axis=1)
    places = resampled_places(asked, kept) * scaling[:, None]
    alike, likeness = [], []
    for which in range(n_resamples):
        placed = kept[:, which] & (labels >= 0)
        found = gather(np.ascontiguousarray(places[:, placed, which].T), rng)
        same = found is not None and len(found) > 0
        alike.append(adjusted_rand(labels[placed], found) if found is not None and same else 0.0)
        likeness.append(best_matches(labels[placed], found, k) if found is not None and same else np.zeros(k))
    table = np.array(likeness)
    seen = ~np.isnan(table)
    groups = np.where(seen, table, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return Stability(
        n_resamples,
        share,
        float(np.mean(alike)),
        float(np.quantile(alike, 0.1)),
        tuple(float(group) for group in groups),
        len(labels),
    )
