"""From scores to probabilities that mean what they say, for many labels at once.

A label of which there are few examples leans on what all labels have in common (one slope, one
offset), one with many goes its own way. Then the middle is drawn together: ``docs/methods/suggestion.md``
says why, and why that is still honest.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

BAND = 0.02
"""Probabilities that are drawn together in the middle lie from 0.5 up to 0.5 + BAND."""
LEAN = 0.02
"""How firmly the slope and offset of a label lean on those of all: one over the variance of their difference."""
USUAL = (7.0, -2.0)
"""Slope and offset that few examples hardly move: about what real feedback came to."""
STEPS = 30


@dataclass(frozen=True, eq=False)
class Calibration:
    """For each label: probability = 1 / (1 + exp(-(slope × score + offset))), then the middle drawn together.

    low, high: probabilities from ``low`` up to ``high`` become 0.5 to 0.5 + BAND, none where low >= high.
    """

    slope: Floats
    offset: Floats
    low: Floats
    high: Floats

    def plain(self, scores: Floats) -> Floats:
        """Probabilities before the middle is drawn together, rows × labels."""
        return np.asarray(expit(scores * self.slope + self.offset))

    def __call__(self, scores: Floats) -> Floats:
        """Probabilities, rows × labels. A higher score never gives a lower probability."""
        made = self.plain(scores)
        inside = (made >= self.low) & (made < self.high)
        wide = np.where(self.high > self.low, self.high - self.low, 1.0)
        made = np.where(inside, 0.5 + BAND * (made - self.low) / wide, made)
        return np.asarray(made)


def fit_calibration(
    scores: Floats, truth: Bools, base: Floats, *, weights: Floats | None = None, middle: bool = True
) -> Calibration:
    """Learn from scores that were made without knowing the truth of their own row.

    scores, truth: rows × labels; base: for each label the share of rows that have it; weights:
    how many rows each stands for (None: one). ``middle`` False leaves the middle as it is.
    """
    labels = scores.shape[1]
    stands = np.ones(len(scores)) if weights is None else weights
    rare = logit(np.clip(base, 1e-6, 1 - 1e-6))
    shared = _newton(
        scores.ravel(),
        truth.ravel(),
        np.repeat(stands, labels),
        np.broadcast_to(rare, scores.shape).ravel(),
        towards=USUAL,
        firmness=(1.0, 0.1),
    )
    own = (LEAN / 4, LEAN)
    fitted = np.array(
        [
            _newton(scores[:, at], truth[:, at], stands, np.full(len(scores), rare[at]), towards=shared, firmness=own)
            for at in range(labels)
        ]
    ).reshape(-1, 2)
    none = np.full(labels, 2.0)
    plain = Calibration(fitted[:, 0], fitted[:, 1] + rare, none, none)
    if not middle:
        return plain
    made = plain.plain(scores)
    bands = np.array([_band(made[:, at], stands) for at in range(labels)]).reshape(-1, 2)
    return Calibration(plain.slope, plain.offset, bands[:, 0], bands[:, 1])


def _newton(
    scores: Floats,
    truth: Bools,
    stands: Floats,
    fixed: Floats,
    *,
    towards: tuple[float, float],
    firmness: tuple[float, float],
) -> tuple[float, float]:
    """Logistic regression on one score with a normal prior, by Newton's steps, halved until they help.

    ``fixed`` is added to what slope and offset give, so that the offset says how far from usual a label is.
    """
    want, firm, at = np.array(towards), np.array(firmness), np.array(towards)

    def loss(point: Floats) -> float:
        z = point[0] * scores + point[1] + fixed
        return float(stands @ (np.logaddexp(0, z) - truth * z) + 0.5 * (firm * (point - want) ** 2).sum())

    now = loss(at)
    for _ in range(STEPS):
        p = expit(at[0] * scores + at[1] + fixed)
        miss, weight = stands * (p - truth), stands * p * (1 - p)
        slope = np.array([miss @ scores, miss.sum()]) + firm * (at - want)
        cross = weight @ scores
        bend = np.array([[weight @ scores**2, cross], [cross, weight.sum()]]) + np.diag(firm)
        step = np.linalg.solve(bend, slope)
        while (then := loss(at - step)) > now + 1e-12 and np.abs(step).max() > 1e-9:
            step = step / 2
        at, gained, now = at - step, now - then, then
        if gained < 1e-9:
            break
    return float(max(at[0], 0.0)), float(at[1])


def _band(made: Floats, stands: Floats) -> tuple[float, float]:
    """The probabilities that are drawn together: from where the expected F1 is best, up to where their mean is right.

    The expected F1 of saying yes from t on is 2 Σ p / (number of p >= t + Σ of all p).
    """
    order = np.argsort(-made, kind="stable")
    falling, many = made[order], stands[order]
    sums = np.cumsum(falling * many)
    if not len(sums) or sums[-1] <= 0:
        return 2.0, 2.0
    best = int(np.argmax(2 * sums / (np.cumsum(many) + sums[-1])))
    for low_at in range(best, -1, -1):
        low = falling[low_at]
        if low >= 0.5:
            break
        rising, count = falling[low_at::-1], many[low_at::-1]
        means = np.cumsum(rising * count) / np.cumsum(count)
        enough = np.flatnonzero((means >= 0.5 + BAND / 2) & (rising >= 0.5 + BAND))
        if len(enough):
            return float(low), float(np.nextafter(rising[enough[0]], 1.0))
    return 2.0, 2.0
