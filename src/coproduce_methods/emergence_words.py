"""The words that tell a group of texts from all others, and a sentence that says why it is shown."""

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.texts import stop_words, words

MOST_WORDS = 6


def telling_words(texts: Sequence[str], members: NDArray[np.bool_], language: str = "en") -> tuple[str, ...]:
    """At most six words, the most telling first: in how many texts of the group they are, and in how many others.

    Log-odds with a prior of the words of all texts, over their standard error (Monroe, Colaresi
    and Quinn, 2008), counted in texts and not in repetitions. Stop words only where there is
    nothing else. ``texts`` went through ``tidy``.
    """
    inside: Counter[str] = Counter()
    everywhere: Counter[str] = Counter()
    for text, member in zip(texts, members, strict=True):
        there = set(words(text))
        everywhere.update(there)
        if member:
            inside.update(there)
    size, rest = int(members.sum()), int((~members).sum())
    left_out = stop_words(language)
    fewest = 2 if size > 3 else 1
    for wanted in ([word for word in inside if word not in left_out and not word.isdigit()], list(inside)):
        ranked = sorted(
            (-_odds(inside[word], size, everywhere[word] - inside[word], rest), word)
            for word in wanted
            if inside[word] >= fewest
        )
        if ranked:
            return tuple(word for odds, word in ranked[:MOST_WORDS] if odds < 0) or (ranked[0][1],)
    return ()


def _odds(inside: int, size: int, outside: int, rest: int) -> float:
    """How much likelier in the group than elsewhere, in standard errors; a prior of one text that has the word."""
    prior = (inside + outside + 1) / (size + rest + 2)
    here, there = inside + prior, outside + prior
    odds = np.log(here / (size + 1 - here)) - np.log(there / (rest + 1 - there)) if rest else np.log(here)
    return float(odds / np.sqrt(1 / here + 1 / there))


def reason_for(told: Sequence[str], size: int, with_theme: int, expected: float | None) -> str:
    """One sentence: how many, told by which words, and how few texts like these have a theme."""
    named = ", ".join(f"“{word}”" for word in told[:3])
    speak = f"{size} texts without a theme speak of {named}" if named else f"{size} texts without a theme speak alike"
    if expected is None:
        return f"{speak}."
    few = (
        "none of the texts like these has"
        if with_theme == 0
        else f"{with_theme} of the texts like these " + ("has" if with_theme == 1 else "have")
    )
    return f"{speak}: {few} a theme, where {expected:.0f} would be usual."
