"""Ridge regression on likeness of texts, for many labels at once, that can go on learning.

What others call kernel ridge regression, or the mean of a Gaussian process: one matrix of
likenesses, one factorisation, all labels. Scores without a row's own answer come in closed form
(leave one out), and one more answer to one label changes the scores exactly as if it had been
there from the start.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.linalg import cho_factor, cho_solve, lapack

from coproduce_methods.texts import TextRows

Floats = NDArray[np.float64]

SMOOTH = 2.0
"""How much the answers are smoothed: the variance of an answer, where that of a score is its likeness to itself."""


@dataclass(eq=False)
class _More:
    """Answers to one label that came later: their texts, likeness to those learnt from, and that through the matrix."""

    rows: TextRows
    first: Floats
    through: Floats
    answers: Floats

    def with_one(self, row: TextRows, first: Floats, through: Floats, answer: float) -> "_More":
        return _More(
            TextRows(sparse.vstack([self.rows.words, row.words]).tocsr(), np.vstack([self.rows.meaning, row.meaning])),
            np.hstack([self.first, first]),
            np.hstack([self.through, through]),
            np.append(self.answers, answer),
        )


@dataclass(eq=False)
class TextRidge:
    """Learnt scores. ``left_out``: the score of each row had its own answer not been known (rows × labels)."""

    rows: TextRows
    middle: Floats
    shares: Floats
    factor: NDArray[np.float32]
    left_out: Floats
    combined: tuple[NDArray[Any], NDArray[Any]]
    constant: Floats
    more: dict[int, _More] = field(default_factory=dict)

    @classmethod
    def learn(cls, rows: TextRows, same: NDArray[np.int64], answers: Floats, smooth: float = SMOOTH) -> "TextRidge":
        """From different texts ``rows``, which of them each answer is about, and the answers (n × labels, 0 or 1)."""
        count = np.bincount(same, minlength=len(rows)).astype(np.float64)
        middle = answers.mean(axis=0)
        sums = np.zeros((len(rows), answers.shape[1]))
        np.add.at(sums, same, answers - middle)
        matrix = rows.likeness(rows)
        matrix += np.float32(1)
        matrix[np.diag_indices_from(matrix)] += (smooth / count).astype(np.float32)
        factor, _ = cho_factor(matrix, lower=True, overwrite_a=True, check_finite=False)
        shares = cho_solve((factor, True), sums / count[:, None], check_finite=False).astype(np.float64)
        inverse, _ = lapack.spotri(factor, lower=1)
        # One of the ``count`` copies of a text has this much weight in its own score.
        own = ((1 - smooth / count * np.diag(inverse)) / count)[same, None]
        fitted = (sums / count[:, None] - smooth / count[:, None] * shares)[same]
        left_out = (fitted - own * (answers - middle)) / (1 - own) + middle
        return cls(rows, middle, shares, factor, left_out, rows.combined(shares), shares.sum(axis=0))

    def scores(self, rows: TextRows) -> Floats:
        """The score of each text for each label: about the share of such texts that have it."""
        return np.asarray(rows.against(self.combined) + self.constant + self.middle, dtype=np.float64)

    def answer(self, row: TextRows, label: int, answer: float) -> None:
        """One more answer to one label; at once, and as if it had been known from the start."""
        likeness = self.rows.likeness(row) + np.float32(1)
        through = cho_solve((self.factor, True), likeness, check_finite=False)
        through = np.asarray(through, dtype=np.float64)
        if label in self.more:
            more = self.more[label].with_one(row, likeness.astype(np.float64), through, answer)
        else:
            more = _More(row, likeness.astype(np.float64), through, np.array([answer]))
        self.more[label] = more
        left = more.rows.likeness(more.rows) + 1 - more.first.T @ more.through
        left[np.diag_indices_from(left)] += SMOOTH
        missing = more.answers - self.middle[label] - more.first.T @ self.shares[:, label]
        later = np.linalg.solve(left, missing)
        known = self.shares[:, label] - more.through @ later
        for whole, one, other in zip(
            self.combined, self.rows.combined(known[:, None]), more.rows.combined(later[:, None]), strict=True
        ):
            whole[:, label] = (one + other)[:, 0]
        self.constant[label] = known.sum() + later.sum()
