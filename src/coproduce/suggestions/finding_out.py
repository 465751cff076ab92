"""From what was said to what may be suggested. Nothing here reads or writes the database."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import numpy as np
from numpy.typing import NDArray

from coproduce.suggestions.reading import REFUSALS_HEARD, Said
from coproduce_methods.emergence import emergence
from coproduce_methods.suggestion import FEW, learn_themes
from coproduce_methods.suggestion_reasons import reasons_for
from coproduce_methods.texts import tidy, words

LIKELY = 0.5
FOR_A_THEME = 40
GROUPS = 8
FEWEST_WORDS = 5
LEAST_ALIKE = 0.2
"""A group of less cohesion is not shown. Of hidden themes in real feedback each that came near one had 0.45 or more."""
ALIKE_TO_REFUSED = 0.6
"""A group that shares so much of the smaller of the two with a refused one is not shown."""
SEED = 0
VERSION = "1"
PARAMETERS = {
    "likely": LIKELY,
    "for_a_theme": FOR_A_THEME,
    "groups": GROUPS,
    "fewest_words": FEWEST_WORDS,
    "least_alike": LEAST_ALIKE,
    "alike_to_refused": ALIKE_TO_REFUSED,
}


@dataclass(frozen=True)
class Belongs:
    """A text (by its row) may belong to a theme (by its column)."""

    row: int
    column: int
    chance: float
    reasons: dict[str, Any]


@dataclass(frozen=True)
class Group:
    """Texts (by row) that fit no theme and speak alike."""

    rows: tuple[int, ...]
    typical: tuple[int, ...]
    terms: tuple[str, ...]
    cohesion: float
    newness: float | None


@dataclass(frozen=True)
class Found:
    """What was found, and how many of what was looked at."""

    belongs: list[Belongs] = field(default_factory=list)
    groups: list[Group] = field(default_factory=list)
    counts: dict[str, Any] = field(default_factory=dict)


def may_belong(said: Said, vectors: "NDArray[np.float32] | None", meaning: bool, language: str) -> Found:
    """Texts that may belong to themes they are not in: at most ``FOR_A_THEME`` for each, the likeliest."""
    learnt = np.flatnonzero(said.belongs.any(axis=1))
    enough = said.belongs.sum(axis=0) >= FEW
    counts = {"texts": len(said.texts), "learnt_from": len(learnt), "themes": len(said.themes)}
    counts["too_few"] = int((~enough).sum())
    if not len(learnt) or not enough.any():
        return Found(counts=counts)
    names = [str(theme.pk) for theme in said.themes]
    some = [said.texts[at] for at in learnt]
    of_some = None if vectors is None else vectors[learnt]
    suggester = learn_themes(some, said.belongs[learnt], names, vectors=of_some, meaning=meaning)
    free = np.flatnonzero(~said.belongs.any(axis=1))
    known = set(free.tolist())
    for row, column in said.never[:REFUSALS_HEARD]:
        if row in known:
            suggester.answered(said.texts[row], names[column], False)
    chances = np.zeros(said.belongs.shape)
    chances[learnt] = suggester.of_learnt()
    if len(free):
        made = suggester.suggest([said.texts[at] for at in free], None if vectors is None else vectors[free])
        chances[free] = made.probabilities
    chosen = _likeliest(chances, said, enough)
    counts["suggested"] = len(chosen)
    told = reasons_for(suggester, [(said.texts[row], column) for row, column in chosen], language)
    found = []
    for (row, column), why in zip(chosen, told, strict=True):
        reasons = {"terms": [list(term) for term in why.terms], "passage": list(why.passage) if why.passage else None}
        found.append(Belongs(row, column, round(float(chances[row, column]), 4), reasons))
    return Found(belongs=found, counts=counts)


def _likeliest(chances: NDArray[np.float64], said: Said, enough: NDArray[np.bool_]) -> list[tuple[int, int]]:
    chances = np.where(said.belongs, 0.0, chances)
    chances[:, ~enough] = 0.0
    if said.never:
        rows, columns = zip(*said.never, strict=True)
        chances[list(rows), list(columns)] = 0.0
    chosen = []
    for column in range(chances.shape[1]):
        best = np.argsort(-chances[:, column], kind="stable")[:FOR_A_THEME]
        chosen += [(int(row), column) for row in best if chances[row, column] >= LIKELY]
    return chosen


def fits_nothing_yet(said: Said, vectors: "NDArray[np.float32] | None", meaning: bool, language: str) -> Found:
    """At most ``GROUPS`` groups of what has no theme, none of them much like one that was refused."""
    most = GROUPS + min(8, len(said.refused))
    kept = _long_enough(said)
    made = emergence(
        [said.texts[at] for at in kept],
        said.belongs[kept],
        vectors=None if vectors is None else vectors[kept],
        meaning=meaning,
        language=language,
        most=most,
    )
    groups = []
    for group in made.groups:
        rows, typical = tuple(kept[at] for at in group.rows), tuple(kept[at] for at in group.typical)
        keys = frozenset(said.keys[row] for row in rows)
        terms = _shared_terms(said, rows, group.words)
        if (
            terms
            and group.cohesion >= LEAST_ALIKE
            and not any(_shared(keys, other) >= ALIKE_TO_REFUSED for other in said.refused)
        ):
            groups.append(Group(rows, typical, terms, round(group.cohesion, 4), group.newness))
    counts = {"texts": len(said.texts), "looked_at": made.looked_at, "groups": len(groups[:GROUPS])}
    return Found(groups=groups[:GROUPS], counts=counts)


def _long_enough(said: Said) -> list[int]:
    """What is long enough to be about something: *Yes, I looked it up* speaks like a lot of others by chance."""
    return [at for at, text in enumerate(said.texts) if len(words(tidy(text))) >= FEWEST_WORDS]


def _shared(one: frozenset[UUID], other: frozenset[UUID]) -> float:
    return len(one & other) / max(1, min(len(one), len(other)))


def _shared_terms(said: Said, rows: tuple[int, ...], terms: tuple[str, ...]) -> tuple[str, ...]:
    """Those of the terms that at least two of the texts hold: what is kept may not be one person's word alone."""
    held = [set(words(tidy(said.texts[row]))) for row in rows]
    return tuple(term for term in terms if sum(term in text for text in held) >= 2)
