"""Why a theme is suggested for a text: the words in it that speak most for the theme, and the passage.

    reasons_for(suggester, [("The car park was full. I paid twice.", 0)])    # theme number 0

Scores are sums over words and parts of words (``text_ridge``), so each word's part can be told exactly; what the
meaning of the whole adds belongs to no word and is left out here.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.one_thread import one_thread
from coproduce_methods.suggestion import Suggester
from coproduce_methods.texts import even, stop_words, tidy

Floats = NDArray[np.float64]

MOST_TERMS = 4
LONGEST_PASSAGE = 400
_SENTENCE = re.compile(r"\S[^\n]*?(?:[.!?…]+(?=\s|$)|(?=\n|$))")
_WORD = re.compile(r"[^\W_]+(?:['’‘][^\W_]+)*")


class Reason(NamedTuple):
    """Places in the text as it was given, in code points, ends excluded.

    Both are empty where no word speaks for it, only the meaning of the whole. terms: of at most ``MOST_TERMS`` words,
    the one that speaks most first; passage: the sentence that does, or None.
    """

    terms: tuple[tuple[int, int], ...]
    passage: tuple[int, int] | None


def reasons_for(suggester: Suggester, pairs: Sequence[tuple[str, int]], language: str = "en") -> list[Reason]:
    """The reason for each (text, number of a theme)."""
    if not pairs:
        return []
    left_out = stop_words(language)
    with one_thread():
        return [_reason(suggester, text, theme, left_out) for text, theme in pairs]


def _reason(suggester: Suggester, text: str, theme: int, left_out: frozenset[str]) -> Reason:
    sentences = [found.span() for found in _SENTENCE.finditer(text)]
    sentences = [(start, min(end, start + LONGEST_PASSAGE)) for start, end in sentences]
    first: dict[str, tuple[int, int]] = {}
    for found in _WORD.finditer(text):
        word = tidy(found.group())
        if word not in left_out and not word.isdigit():
            first.setdefault(word, found.span())
    if not sentences:
        return Reason((), None)
    parts = [text[start:end] for start, end in sentences]
    # A text counts as one however long it is: of two sentences that speak alike the longer says more of the whole.
    length = np.sqrt([max(1, len(_WORD.findall(part))) for part in parts])
    speaks = _speaks(suggester, [*parts, *first], theme)
    of_words = speaks[len(parts) :]
    order = np.argsort(-of_words, kind="stable")[:MOST_TERMS]
    terms = tuple(list(first.values())[at] for at in order if of_words[at] > 0)
    if not terms:
        return Reason((), None)
    return Reason(terms, sentences[int(np.argmax(speaks[: len(parts)] * length))])


def _speaks(suggester: Suggester, texts: list[str], theme: int) -> Floats:
    """How much the words of each speak for the theme, above what a text without any would."""
    space = suggester.space
    nothing = np.zeros((len(texts), suggester.ridge.rows.meaning.shape[1]), np.float32)
    rows = space.rows([even(text) for text in texts], nothing)
    words, meaning = suggester.ridge.combined
    told: Floats = rows.against((words[:, [theme]], meaning[:, [theme]]))[:, 0]
    return told
