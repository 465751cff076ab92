"""Texts on a few hundred axes, and which texts are like a set of others, for many sets at once.

The axes are those on which likeness of texts differs most (a singular value decomposition, by
random projection with a fixed seed: Halko, Martinsson and Tropp, 2011).
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.texts import TextRows

Floats = NDArray[np.float32]
Bools = NDArray[np.bool_]

PASSES = 2
SPARE = 20


def text_axes(rows: TextRows, learnt_from: NDArray[np.int64], most: int) -> Floats:
    """Coordinates of all texts (n × at most ``most``), axes learnt from some of them."""
    some = rows.part(learnt_from)
    features = (some.words.shape[1], some.meaning.shape[1])
    count = min(most, len(some), sum(features))
    drawn = np.random.default_rng(0).standard_normal((len(some), min(count + SPARE, len(some))), dtype=np.float32)
    for _ in range(PASSES):
        drawn = np.linalg.qr(some.against(some.combined(drawn)))[0].astype(np.float32)
    across = np.vstack(some.combined(drawn)).astype(np.float32)
    squares, turned = np.linalg.eigh((across.T @ across).astype(np.float64))
    best = np.argsort(-squares)[:count]
    best = best[squares[best] > squares.max(initial=0) * 1e-6]
    axes = across @ (turned[:, best] / np.sqrt(squares[best])).astype(np.float32)
    return np.asarray(rows.against((axes[: features[0]], axes[features[0] :])), dtype=np.float32)


@dataclass(frozen=True, eq=False)
class LeaveOneOut:
    """Ridge regression of anything on the axes, with the scores that each row would have without its own answer."""

    at: Floats
    through: Floats
    own: Floats

    @classmethod
    def on(cls, at: Floats, smooth: float = 1.0) -> "LeaveOneOut":
        """One factorisation for all questions."""
        square = (at.T @ at).astype(np.float64) + smooth * np.eye(at.shape[1])
        through = at @ np.linalg.inv(square).astype(np.float32)
        own = np.einsum("ij,ij->i", through, at)
        return cls(at, through, np.minimum(own, 0.999))

    def scores(self, answers: NDArray[np.generic]) -> Floats:
        """For each row and question (columns of 0 and 1) the answer that the other rows speak for."""
        asked = answers.astype(np.float32)
        middle = asked.mean(axis=0)
        left = asked - middle
        fitted = self.through @ (self.at.T @ left)
        return np.asarray(middle + (fitted - self.own[:, None] * left) / (1 - self.own[:, None]), dtype=np.float32)


def spread_out(members: Bools, score: Floats, grow: int, least: int) -> Bools:
    """The rows that are like a set: those of the highest scores, as many as agree best with the set.

    Agreement is F1, between the set and so many of the highest scores; at most ``grow`` times as
    many rows as the set has, or ``least``.
    """
    size = int(members.sum())
    looked = min(len(score), max(least, grow * size))
    top = np.argpartition(-score, looked - 1)[:looked]
    top = top[np.lexsort((top, -score[top]))]
    agreed = 2 * np.cumsum(members[top]) / (np.arange(1, looked + 1) + size)
    made = np.zeros(len(score), bool)
    made[top[: int(np.argmax(agreed)) + 1]] = True
    return made
