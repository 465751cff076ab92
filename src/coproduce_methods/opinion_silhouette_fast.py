"""Distances of all pairs of points in the plane, summed by piece: compiled.

Only imported where numba is installed; ``opinion_silhouette`` does the same without it.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:

    def njit(**options: Any) -> Any:
        """As numba has it, for the checker of types."""

else:
    from numba import njit

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

ALONE = 1000
"""For so few points another thread is not worth starting."""


def all_pairs(points: Floats, weights: Floats, starts: Ints, threads: int) -> Floats:
    """The weighted sum of distances (n, pieces) to each piece, a run of points from each of ``starts`` on."""
    turned, runs = np.ascontiguousarray(points.T), np.append(starts, len(points))
    reach = np.empty((len(points), len(starts)))
    cuts = np.linspace(0, len(points), threads + 1).astype(np.int64) if len(points) > ALONE else [0, len(points)]
    with ThreadPoolExecutor(threads) as pool:
        # Exhausted, so that what goes wrong in a thread is told.
        list(pool.map(lambda rows: _reach(turned, weights, runs, rows, reach), pairwise(cuts)))
    return reach


# Sums may be taken in another order than written, which changes no more than the last digits.
@njit(cache=True, nogil=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def _reach(points, weights, runs, rows, reach):  # type: ignore[no-untyped-def]  # compiled for what it is given
    x, y = points
    for i in range(rows[0], rows[1]):
        for piece in range(len(runs) - 1):
            total = 0.0
            for j in range(runs[piece], runs[piece + 1]):
                total += weights[j] * np.sqrt((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2)
            reach[i, piece] = total
