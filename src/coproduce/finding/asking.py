"""What somebody typed, as words to look for: all of these, “just so”, and -not these."""

import re
import unicodedata
from dataclasses import dataclass

WORDS_AT_MOST = 12
A_BEGINNING = 4
"""Letters from which on the last word may be the beginning of one."""
LETTERS_AT_MOST = 1000
"""What stands further on in a very long question is not read."""
SMALL_WORDS = frozenset(
    word
    for line in (
        "a an and are as at be but by for from had has have he her his i if in into is it its me my no not of on or",
        "our she so that the their them then there they this to us was we were what when which who will with you your",
    )
    for word in line.split()
)
"""Words that nearly every text holds: they are looked for only where nothing else is, and in what is said just so."""
_PART = re.compile(r'(-?)"([^"]*)"?|(\S+)')
_QUOTES = str.maketrans("“”„«»", '"""""')

Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """wanted and unwanted: words or phrases, each a tuple of plain words. begins: the last wanted may be a beginning.

    is_cut: there was more in it than is looked for.
    """

    wanted: tuple[Phrase, ...] = ()
    unwanted: tuple[Phrase, ...] = ()
    begins: bool = False
    is_cut: bool = False


def plain_words(text: str) -> list[str]:
    """Letters and digits of any script, without case or accents: nothing in them can command a database."""
    plain = "".join(c for c in unicodedata.normalize("NFD", text.lower()) if not unicodedata.combining(c))
    return re.findall(r"[^\W_]+", plain)


def words_of(text: str) -> list[str]:
    """The words of a text to look for: each once, without the smallest if there are others, at most so many."""
    every = list(dict.fromkeys(plain_words(text)))
    return ([word for word in every if word not in SMALL_WORDS] or every)[:WORDS_AT_MOST]


def question_of(typed: str) -> Question:
    """Read what somebody typed. Whatever it is, what comes out holds letters and digits only."""
    bare: list[str] = []
    phrases: list[Phrase] = []
    unwanted: list[Phrase] = []
    ends_bare = False
    for minus, quoted, token in _PART.findall(typed[:LETTERS_AT_MOST].translate(_QUOTES)):
        is_not = bool(minus) or token.startswith("-")
        words = tuple(plain_words(quoted or token))
        ends_bare = bool(token) and not is_not
        if not words:
            continue
        if is_not:
            unwanted.append(words)
        elif quoted and len(words) > 1:
            phrases.append(words)
        else:
            bare += words
    singles = words_of(" ".join(bare))
    if phrases and all(word in SMALL_WORDS for word in singles):
        singles = []
    wanted = (*phrases, *((word,) for word in singles))
    begins = ends_bare and bool(singles) and bare[-1] == singles[-1] and len(singles[-1]) >= A_BEGINNING
    telling = {word for word in bare if word not in SMALL_WORDS}
    is_cut = len(typed) > LETTERS_AT_MOST or max(len(telling), len(wanted), len(unwanted)) > WORDS_AT_MOST
    return Question(wanted[:WORDS_AT_MOST], tuple(unwanted[:WORDS_AT_MOST]), begins, is_cut)
