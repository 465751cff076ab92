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
from scipy.linalg import cho_factor, cho_solve, lapack

from coproduce_methods.texts import TextRows

Floats = NDArray[np.float64]

SMOOTH = 2.0
"""How much the answers are smoothed: the variance of an answer, where that of a score is its likeness to itself."""


@dataclass(frozen=True, eq=False)
class _More:
    """Answers to one label that came later: their texts, and how far each answer was from its score."""

    rows: TextRows
    shares: Floats


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
    more: dict[int, tuple[list[TextRows], list[float]]] = field(default_factory=dict)

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
        known, wanted = self.more.setdefault(label, ([], []))
        known.append(row)
        wanted.append(answer)
        every = _together(known)
        first = self.rows.likeness(every).astype(np.float64) + 1
        through = cho_solve((self.factor, True), first, check_finite=False)
        left = every.likeness(every).astype(np.float64) + 1 - first.T @ through
        left[np.diag_indices_from(left)] += SMOOTH
        missing = np.array(wanted) - self.middle[label] - first.T @ self.shares[:, label]
        shares = np.linalg.solve(left, missing)
        new = np.concatenate([self.shares[:, label] - through @ shares, shares])
        of_words, of_meaning = self.rows.combined(new[: len(self.rows), None])
        more_words, more_meaning = every.combined(shares[:, None])
        self.combined[0][:, label] = (of_words + more_words)[:, 0]
        self.combined[1][:, label] = (of_meaning + more_meaning)[:, 0]
        self.constant[label] = new.sum()


def _together(rows: list[TextRows]) -> TextRows:
    from scipy import sparse

    return TextRows(sparse.vstack([row.words for row in rows]).tocsr(), np.vstack([row.meaning for row in rows]))
