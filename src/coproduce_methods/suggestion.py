"""Which known themes a text may belong to, with probabilities that mean what they say.

    suggester = learn_themes(texts, belongs, ["parking", "kindness"])
    suggester.suggest(["I paid twice at the machine"]).probabilities
    suggester.answered("I paid twice at the machine", "parking", True)      # takes effect at once

A person decides; this only says where to look. Method, worked numbers and measured figures:
``docs/methods/suggestion.md``.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.calibration import Calibration, fit_calibration
from coproduce_methods.one_thread import one_thread
from coproduce_methods.text_ridge import TextRidge
from coproduce_methods.texts import Floats as Vectors
from coproduce_methods.texts import TextSpace, even, tidy

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEW = 3
"""With fewer examples than these, or fewer counter-examples, nothing can be said of a theme."""
MOST_TEXTS = 6_000
"""At most so many different texts are learnt from: beyond it the time grows and the scores hardly get better."""


@dataclass(frozen=True, eq=False)
class Suggestions:
    """For each text and theme the probability that a person would say it belongs.

    probabilities: texts × themes, 0..1; too_few: themes with fewer than ``FEW`` examples (or
    counter-examples): theirs is only how often the theme was given so far
    """

    themes: tuple[str, ...]
    probabilities: Floats
    too_few: tuple[str, ...]

    def of(self, row: int) -> list[tuple[str, float]]:
        """Every theme with its probability for one text, the most probable first."""
        order = np.argsort(-self.probabilities[row], kind="stable")
        return [(self.themes[at], float(self.probabilities[row, at])) for at in order]


@dataclass(eq=False)
class Suggester:
    """What was learnt, and every example it was learnt from, so that it can be learnt anew."""

    themes: tuple[str, ...]
    texts: list[str]
    belongs: Bools
    later: list[tuple[str, int, bool]]
    space: TextSpace
    ridge: TextRidge
    calibration: Calibration
    base: Floats
    meaning: bool | None
    learnt_from: NDArray[np.int64]

    def of_learnt(self) -> Floats:
        """Probabilities for the texts it learnt from, each as if its own answers were not known.

        Texts × themes, in the order of ``texts``; rows that were not learnt from (``MOST_TEXTS``) are 0, and so are
        themes of which there are too few examples.
        """
        made = np.zeros((len(self.texts), len(self.themes)))
        made[self.learnt_from] = self.calibration(self.ridge.left_out)
        made[:, self._few()] = 0.0
        return made

    @property
    def too_few(self) -> tuple[str, ...]:
        """Themes that nothing can be said of yet."""
        return tuple(self.themes[at] for at in np.flatnonzero(self._few()))

    def _few(self) -> Bools:
        yes = self.belongs.sum(axis=0).astype(np.int64)
        no = len(self.belongs) - yes
        for _, theme, answer in self.later:
            yes[theme] += answer
            no[theme] += not answer
        return np.asarray(np.minimum(yes, no) < FEW, dtype=bool)

    def _of_empty(self) -> Floats:
        """How often a theme was given to nothing at all; never, as a rule."""
        empty = np.array([not tidy(text) for text in self.texts], dtype=bool)
        return np.asarray(self.belongs[empty].sum(axis=0) / (empty.sum() + 1))

    def suggest(self, texts: Sequence[str], vectors: Vectors | None = None) -> Suggestions:
        """Probabilities for new texts; ``vectors``: their ``meaning_vectors`` where they were made before."""
        if not len(texts):
            return Suggestions(self.themes, np.zeros((0, len(self.themes))), self.too_few)
        made = self.calibration(self.ridge.scores(self.space.rows(texts, vectors)))
        made[[not tidy(text) for text in texts]] = self._of_empty()
        few = self._few()
        made[:, few] = self.base[few]
        return Suggestions(self.themes, made, self.too_few)

    def answered(self, text: str, theme: str, belongs: bool) -> None:
        """A person accepted or refused a theme for a text. Felt at once by every text like it.

        KeyError for a theme that was not learnt.
        """
        if theme not in self.themes:
            raise KeyError(theme)
        at = self.themes.index(theme)
        self.later.append((text, at, bool(belongs)))
        self.ridge.answer(self.space.rows([text]), at, float(belongs))

    def learnt_anew(self) -> "Suggester":
        """Everything learnt from the start, later answers too: words that are new to it, and all probabilities.

        An answer about a text that was there from the start replaces what was said of it. A new
        text counts as an example for all themes once at least one theme was accepted for it;
        refusals of others stay what they are.
        """
        texts, belongs = list(self.texts), self.belongs.copy()
        place = {tidy(text): at for at, text in enumerate(texts)}
        known = [answer for answer in self.later if tidy(answer[0]) in place]
        new = [answer for answer in self.later if tidy(answer[0]) not in place]
        for text, theme, answer in known:
            belongs[[at for at, other in enumerate(texts) if tidy(other) == tidy(text)], theme] = answer
        accepted = {tidy(text) for text, _, answer in new if answer}
        added = {tidy(text): text for text, _, _ in new if tidy(text) in accepted}
        rows = np.zeros((len(added), len(self.themes)), bool)
        index = {text: at for at, text in enumerate(added)}
        for text, theme, answer in new:
            if tidy(text) in index:
                rows[index[tidy(text)], theme] = answer
        made = learn_themes(texts + list(added.values()), np.vstack([belongs, rows]), self.themes, meaning=self.meaning)
        for text, theme, answer in new:
            if tidy(text) not in index:
                made.answered(text, self.themes[theme], answer)
        return made


def learn_themes(
    texts: Sequence[str],
    belongs: NDArray[np.generic] | Sequence[Sequence[bool]],
    themes: Sequence[str],
    *,
    vectors: Vectors | None = None,
    meaning: bool | None = None,
    middle: bool = True,
) -> Suggester:
    """Learn from texts that people gave themes to: ``belongs`` is texts × themes, true where it belongs.

    vectors: ``meaning_vectors`` of the texts, where they were made before; meaning: whether to
    compare meanings (None: where the extra is there); middle: draw the middle of the
    probabilities together, so that from 0.5 on is the best place to say yes. ValueError where
    the lengths do not fit, there is no text, or a theme is named twice.
    """
    table = np.asarray(belongs, dtype=bool)
    if table.shape != (len(texts), len(themes)) or not len(texts):
        raise ValueError("belongs must have a row for each text and a column for each theme")
    if len(set(themes)) != len(themes):
        raise ValueError("themes must each be named once")
    kept, stands = _learnt_from([even(text) for text in texts], table)
    some = [even(texts[at]) for at in kept]
    different, same = np.unique(np.array(some, dtype=object), return_inverse=True)
    first = np.zeros(len(different), np.int64)
    first[same[::-1]] = kept[::-1]
    with one_thread():
        space = TextSpace.of(some, meaning)
        rows = space.rows(list(different), None if vectors is None else np.asarray(vectors)[first])
        ridge = TextRidge.learn(rows, same, table[kept].astype(np.float64))
        calibration = fit_calibration(ridge.left_out, table[kept], table.mean(axis=0), weights=stands, middle=middle)
    base = (table.sum(axis=0) + 0.5) / (len(texts) + 1)
    return Suggester(tuple(themes), list(texts), table, [], space, ridge, calibration, base, meaning, kept)


def _learnt_from(plain: list[str], table: Bools) -> tuple[NDArray[np.int64], Floats]:
    """The rows to learn from, in an order of their own, and how many rows each stands for.

    All rows; of very many, those of rare themes whole and an even part of the others, by chance
    with a fixed seed.
    """
    order = np.array(sorted(range(len(plain)), key=lambda at: (plain[at], table[at].tobytes())), dtype=np.int64)
    if len(order) <= MOST_TEXTS:
        return order, np.ones(len(order))
    rare = table.sum(axis=0) <= MOST_TEXTS // (2 * max(1, table.shape[1]))
    few: Bools = np.asarray(table[order][:, rare].any(axis=1), dtype=bool)
    spread = np.random.default_rng(len(order)).permutation(len(order))
    chosen = np.sort(np.lexsort((spread, ~few))[:MOST_TEXTS])
    others = (~few).sum() / max(1, (~few[chosen]).sum())
    return order[chosen], np.where(few[chosen], 1.0, others)
