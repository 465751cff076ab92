"""Distances of all pairs of points in the plane, summed by piece: compiled.

Only imported where numba is installed; ``opinion_silhouette`` does the same without it.
"""

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


def all_pairs(points: Floats, weights: Floats, starts: Ints) -> Floats:
    """The weighted sum of distances (n, pieces) to each piece, a run of points from each of ``starts`` on."""
    reach: Floats = _reach(np.ascontiguousarray(points.T), weights, np.append(starts, len(points)))
    return reach


# Sums may be taken in another order than written, which changes no more than the last digits.
@njit(cache=True, fastmath={"reassoc", "contract", "nsz"}, error_model="numpy")
def _reach(points, weights, runs):  # type: ignore[no-untyped-def]  # compiled for what it is given
    x, y = points
    reach = np.empty((len(x), len(runs) - 1))
    for i in range(len(x)):
        for piece in range(len(runs) - 1):
            total = 0.0
            for j in range(runs[piece], runs[piece + 1]):
                total += weights[j] * np.sqrt((x[i] - x[j]) ** 2 + (y[i] - y[j]) ** 2)
            reach[i, piece] = total
    return reach
