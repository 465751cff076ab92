"""What a map of opinion does millions of times: compiled. Only imported where numba is installed.

``opinion_table`` and ``opinion_groups`` do the same without it, to the same last bit: sums over answers are of
whole numbers, which come out the same in any order, and sums over people are taken one after the other in both.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:

    def njit(**options: Any) -> Any:
        """As numba has it, for the checker of types."""

else:
    from numba import njit

FINE, BAD_RESPONSE, BAD_PERSON, BAD_STATEMENT = range(4)


@njit(cache=True, nogil=True)
def counted(person, statement, response, n_statements, starts):  # type: ignore[no-untyped-def]  # compiled
    """Count answers by person into ``starts[1:]``; (what is wrong, in which row, whether people come in order)."""
    n_people = len(starts) - 1
    before = -1
    in_order = True
    for i in range(len(person)):
        p, s, v = person[i], statement[i], response[i]
        if v < -1 or v > 1:
            return BAD_RESPONSE, i, in_order
        if p < 0 or p >= n_people:
            return BAD_PERSON, i, in_order
        if s < 0 or s >= n_statements:
            return BAD_STATEMENT, i, in_order
        in_order &= p >= before
        before = p
        starts[p + 1] += 1
    for p in range(n_people):
        starts[p + 1] += starts[p]
    return FINE, 0, in_order


@njit(cache=True, nogil=True)
def filled(person, statement, response, free, codes):  # type: ignore[no-untyped-def]
    """Write the codes of each person side by side, from ``free`` on; as they come where that is empty."""
    if not len(free):
        for i in range(len(person)):
            codes[i] = 3 * statement[i] + response[i] + 1
        return
    for i in range(len(person)):
        codes[free[person[i]]] = 3 * statement[i] + response[i] + 1
        free[person[i]] += 1


@njit(cache=True, nogil=True)
def answered_twice(starts, codes, n_statements):  # type: ignore[no-untyped-def]
    """Whether anybody answers a statement twice."""
    last = np.full(n_statements, -1, dtype=np.int64)
    for p in range(len(starts) - 1):
        for i in range(starts[p], starts[p + 1]):
            s = codes[i] // 3
            if last[s] == p:
                return True
            last[s] = p
    return False


@njit(cache=True, nogil=True)
def gathered(starts, codes, weights, sums, run):  # type: ignore[no-untyped-def]
    """sums[p] = the sum of weights[code] over the codes of person p, for people first..end-1."""
    first, end = run
    width = weights.shape[1]
    for p in range(first, end):
        for j in range(width):
            total = np.int64(0)
            for i in range(starts[p], starts[p + 1]):
                total += weights[codes[i], j]
            sums[p, j] = total


@njit(cache=True, nogil=True)
def spread(starts, codes, sums, totals, run):  # type: ignore[no-untyped-def]
    """Add to totals[code] the sums of all who gave it, for people first..end-1."""
    first, end = run
    for p in range(first, end):
        for i in range(starts[p], starts[p + 1]):
            for j in range(sums.shape[1]):
                totals[codes[i], j] += sums[p, j]


@njit(cache=True, nogil=True)
def gram(starts, codes, weights, totals, run):  # type: ignore[no-untyped-def]
    """``gathered`` and ``spread`` in one go over four columns, which are one word of the processor."""
    first, end = run
    for p in range(first, end):
        a = b = c = d = np.int64(0)
        for i in range(starts[p], starts[p + 1]):
            row = weights[codes[i]]
            a += row[0]
            b += row[1]
            c += row[2]
            d += row[3]
        for i in range(starts[p], starts[p + 1]):
            total = totals[codes[i]]
            total[0] += a
            total[1] += b
            total[2] += c
            total[3] += d


@njit(cache=True, nogil=True)
def tallied(starts, codes, labels, counts, run):  # type: ignore[no-untyped-def]
    """counts[g, code] of people first..end-1 by their label; those under 0 are left out."""
    first, end = run
    for p in range(first, end):
        g = labels[p]
        if g >= 0:
            for i in range(starts[p], starts[p + 1]):
                counts[g, codes[i]] += 1


@njit(cache=True, nogil=True)
def paired(starts, codes, counts, run):  # type: ignore[no-untyped-def]
    """Add to counts[code, other] the people first..end-1 who gave both."""
    first, end = run
    for p in range(first, end):
        for i in range(starts[p], starts[p + 1]):
            for j in range(starts[p], starts[p + 1]):
                counts[codes[i], codes[j]] += 1


@njit(cache=True, nogil=True)
def begun(xy, weights, chances, centres):  # type: ignore[no-untyped-def]
    """Fill ``centres`` (k, 2) with places drawn far from those before; False where fewer than k differ."""
    x, y = xy
    n = len(x)
    near = np.full(n, np.inf)
    for j in range(len(centres)):
        total = 0.0
        for i in range(n):
            total += weights[i] if j == 0 else near[i] * weights[i]
        if not total > 0:
            return False
        target = chances[j] * total
        so_far = 0.0
        at = n - 1
        for i in range(n):
            so_far += weights[i] if j == 0 else near[i] * weights[i]
            if so_far > target:
                at = i
                break
        a, b = x[at], y[at]
        centres[j, 0], centres[j, 1] = a, b
        for i in range(n):
            far = (x[i] - a) * (x[i] - a) + (y[i] - b) * (y[i] - b)
            near[i] = far if far < near[i] else near[i]
    return True


@njit(cache=True, nogil=True)
def assigned(xy, centres, labels, reach):  # type: ignore[no-untyped-def]
    """The nearest centre of every place, and how far in squares; whether any label changed."""
    # Centre by centre over all places: the processor takes several places at once.
    x, y = xy
    nearest = np.zeros(len(x), dtype=np.int64)
    reach[:] = np.inf
    for j in range(len(centres)):
        a, b = centres[j, 0], centres[j, 1]
        for i in range(len(x)):
            far = (x[i] - a) * (x[i] - a) + (y[i] - b) * (y[i] - b)
            nearer = far < reach[i]
            reach[i] = far if nearer else reach[i]
            nearest[i] = j if nearer else nearest[i]
    changed = 0
    for i in range(len(x)):
        changed += nearest[i] != labels[i]
        labels[i] = nearest[i]
    return changed > 0


@njit(cache=True, nogil=True)
def settled(xy, weights, centres, max_iterations, tolerance):  # type: ignore[no-untyped-def]
    """Lloyd's steps until nobody changes (or the centres move less than ``tolerance`` in all); spread and labels."""
    x, y = xy
    k = len(centres)
    labels = np.full(len(x), -1)
    reach = np.zeros(len(x))
    moved, heavy = np.empty_like(centres), np.empty(k)
    for _ in range(max_iterations):
        if not assigned(xy, centres, labels, reach):
            break
        heavy[:] = 0
        moved[:] = 0
        for i in range(len(x)):
            j = labels[i]
            heavy[j] += weights[i]
            moved[j, 0] += weights[i] * x[i]
            moved[j, 1] += weights[i] * y[i]
        shift = 0.0
        for j in range(k):
            if heavy[j] > 0:
                moved[j] /= heavy[j]
            else:
                worst = np.argmax(reach)
                moved[j, 0], moved[j, 1] = x[worst], y[worst]
            shift += (moved[j, 0] - centres[j, 0]) ** 2 + (moved[j, 1] - centres[j, 1]) ** 2
        centres[:] = moved
        if shift <= tolerance:
            assigned(xy, centres, labels, reach)
            break
    total = 0.0
    for i in range(len(x)):
        total += weights[i] * reach[i]
    return total, labels


@njit(cache=True, nogil=True)
def best_of(xy, weights, chances, given, stops):  # type: ignore[no-untyped-def]
    """The labels of the best start of k-means; empty where fewer than k places differ.

    ``chances`` (starts, k) in 0..1 draw the first centres; the first rows of ``given`` are used as
    they are; ``stops``: at most so many steps, or when the centres move less in all; and how little
    they move when several starts are compared.
    """
    starts, k = chances.shape
    most, tolerance, roughly = stops
    best = np.empty((k, 2))
    least = np.inf
    for start in range(starts):
        centres = np.empty((k, 2))
        if len(given) < k and not begun(xy, weights, chances[start], centres):
            return np.empty(0, dtype=np.int64)
        for j in range(min(k, len(given))):
            centres[j] = given[j]
        if starts == 1:
            return settled(xy, weights, centres, most, tolerance)[1]
        total = settled(xy, weights, centres, most, roughly)[0]
        if total < least * (1 - 1e-12):
            least, best = total, centres
    return settled(xy, weights, best, most, tolerance)[1]
