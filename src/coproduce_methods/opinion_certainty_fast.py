"""The products behind ``opinion_certainty``, for many tables at once: compiled. Only imported where numba is installed.

Sums are taken in the order in which ``opinion_certainty`` takes them without it, so the results are the same.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:

    def njit(**options: Any) -> Any:
        """As numba has it, for the checker of types."""

else:
    from numba import njit


@njit(cache=True, nogil=True)
def flipped(rows, flips, vectors):  # type: ignore[no-untyped-def]  # compiled for what it is given
    """M'M times each column, with the sign of entry i of M turned where bit ``lane`` of flips[i] is set."""
    starts, columns, values = rows
    lanes = vectors.shape[1]
    result = np.zeros_like(vectors)
    total = np.empty(lanes)
    for p in range(len(starts) - 1):
        total[:] = 0.0
        for i in range(starts[p], starts[p + 1]):
            value, bits, column = values[i], np.int64(flips[i]), columns[i]
            for lane in range(lanes):
                total[lane] += value * (1 - 2 * ((bits >> lane) & 1)) * vectors[column, lane]
        for i in range(starts[p], starts[p + 1]):
            value, bits, column = values[i], np.int64(flips[i]), columns[i]
            for lane in range(lanes):
                result[column, lane] += value * (1 - 2 * ((bits >> lane) & 1)) * total[lane]
    return result


@njit(cache=True, nogil=True)
def resampled(rows, means, inside, vectors):  # type: ignore[no-untyped-def]
    """X'X times each column, X the answers less each lane's means, of the people inside that lane."""
    starts, columns, values = rows
    lanes = vectors.shape[1]
    off = means * vectors
    result, seen = np.zeros_like(vectors), np.zeros_like(vectors)
    total, mean = np.empty(lanes), np.empty(lanes)
    for p in range(len(starts) - 1):
        total[:] = 0.0
        mean[:] = 0.0
        for i in range(starts[p], starts[p + 1]):
            value, column = values[i], columns[i]
            for lane in range(lanes):
                total[lane] += value * vectors[column, lane]
                mean[lane] += off[column, lane]
        for lane in range(lanes):
            total[lane] = inside[p, lane] * (total[lane] - mean[lane])
        for i in range(starts[p], starts[p + 1]):
            value, column = values[i], columns[i]
            for lane in range(lanes):
                result[column, lane] += value * total[lane]
                seen[column, lane] += total[lane]
    return result - means * seen
