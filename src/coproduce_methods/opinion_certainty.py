"""How sure a map of opinion is: is there a pattern, are the groups steady?

Two questions, each answered by doing the same again many times, seeded:

- *pattern*: could the first component have come from answers that have nothing to do with one
  another? The signs of all centred answers are flipped at random and the largest eigenvalue
  taken (parallel analysis with signflips: Hong, Sheng and Dobriban, 2020).
- *stability*: if other people of the same kind had come, would these groups appear again? The
  whole map is made again from part of the people, and the two groupings compared (adjusted Rand
  index; for each group the Jaccard likeness to its best match: Hennig, 2007).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.opinion_groups import adjusted_rand, best_matches
from coproduce_methods.opinion_projection import Responses, centred, leading_eigen

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ROUGH = 1e-3
"""A comparison asks how large, not for digits: a rough eigenvalue does."""


@dataclass(frozen=True)
class Stability:
    """How alike the groups were over the resamples.

    ``mean`` and ``low`` (tenth percentile) of the adjusted Rand index; ``groups`` the mean
    Jaccard likeness of each group to its best match. NaN never: no resamples, no Stability.
    """

    n_resamples: int
    share: float
    mean: float
    low: float
    groups: tuple[float, ...]


def pattern_limit(responses: Responses, n_null: int, rng: np.random.Generator) -> float:
    """The largest first eigenvalue that ``n_null`` tables of unrelated answers came to."""
    matrix, _ = centred(responses)
    largest = 0.0
    for _ in range(n_null):
        flipped = matrix.copy()
        signs = rng.integers(0, 2, size=len(matrix.data), dtype=np.int8) * 2 - 1
        flipped.data = matrix.data * signs
        values, _ = leading_eigen(flipped, 1, tolerance=ROUGH)
        largest = max(largest, float(values[0]))
    return largest


def part_of(responses: Responses, kept: NDArray[np.bool_]) -> Responses:
    """The answers of some of the people; everybody keeps their number."""
    rows = kept[responses.person]
    return replace(
        responses,
        person=responses.person[rows],
        statement=responses.statement[rows],
        value=responses.value[rows],
    )


def stability(
    responses: Responses,
    labels: Ints,
    again: Callable[[Responses, NDArray[np.bool_], np.random.Generator], Ints | None],
    *,
    n_resamples: int,
    share: float,
    rng: np.random.Generator,
) -> Stability | None:
    """Make the map again from a ``share`` of the people, ``n_resamples`` times, and compare.

    ``labels`` is -1 for people in no group. ``again(part, placed, rng)`` gives labels of the
    placed people of the part, or None where no grouping came out, which counts as nothing alike.
    """
    k = int(labels.max()) + 1
    alike, likeness = [], []
    for _ in range(n_resamples):
        kept = rng.permutation(len(labels)) < share * len(labels)
        placed = kept & (labels >= 0)
        found = again(part_of(responses, kept), placed, rng)
        same = found is not None and len(found) > 0
        alike.append(adjusted_rand(labels[placed], found) if found is not None and same else 0.0)
        likeness.append(best_matches(labels[placed], found, k) if found is not None and same else np.zeros(k))
    if not alike:
        return None
    table = np.array(likeness)
    seen = ~np.isnan(table)
    groups = np.where(seen, table, 0.0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    return Stability(
        n_resamples,
        share,
        float(np.mean(alike)),
        float(np.quantile(alike, 0.1)),
        tuple(float(group) for group in groups),
    )
