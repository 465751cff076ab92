"""Texts alike to one: what others said that shares its most telling words.

Nothing is kept between two asks. The index is asked for the newest texts that hold each telling word of this one; those
that share most are compared with it by all their words (the cosine of tf-idf), each weighed by how rare it is.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from math import log, sqrt

from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import OPENING, cut_at_a_word, may_be_seen
from coproduce.finding import matching
from coproduce.finding.asking import SMALL_WORDS, Question, plain_words
from coproduce.finding.models import Searchable, What
from coproduce.spaces.access import Place

WORDS_ASKED = 14
EACH = 400
"""Texts that the index gives for one word. A word that more of them hold tells little; its newest are enough."""
COMPARED = 60
SHOWN = 12
LEAST = 0.08
"""Texts less alike than this share words by chance."""
_ENDINGS = ("ingly", "ings", "ing", "edly", "ed", "es", "ly", "s")


@dataclass(frozen=True, slots=True)
class Alike:
    """Words that somebody else brought, how alike they are (0 to 1), and the words that both hold."""

    contribution: Contribution
    opening: str
    is_cut: bool
    likeness: float
    shared: tuple[str, ...]


def stem(word: str) -> str:
    """A word without its commonest endings, so that *nights* is like *night*. English, as the index is."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)]
    return word


def alike(place: Place, contribution: Contribution) -> list[Alike]:
    """Others' words in this space that are alike to these, the most alike first, as far as this person may see them.

    Its own author's words and the answers to it are among them. About 14 short questions to the index and three more.
    """
    asked = _telling(contribution.words)
    told: dict[int, float] = defaultdict(float)
    rarity: dict[str, float] = {}
    for form, word in asked:
        sought = matching.Sought(Question(wanted=((word,),)), [place.space.pk])
        keys = matching.newest(sought, EACH)
        rarity[form] = log(1 + 100 * EACH / (len(keys) or 1))
        for key in keys:
            told[key] += rarity[form]
    best = sorted(told, key=lambda key: (-told[key], -key))[:COMPARED]
    subjects = Searchable.objects.filter(pk__in=best, what=What.CONTRIBUTION).values_list("subject", flat=True)
    others = Contribution.objects.filter(may_be_seen(place), pk__in=list(subjects)).exclude(pk=contribution.pk)
    compared = [_compared(contribution, other, rarity) for other in others.select_related("author")]
    close = [one for one in compared if one.likeness >= LEAST]
    return sorted(close, key=lambda one: (-one.likeness, one.contribution.said_on, one.contribution.pk))[:SHOWN]


def _telling(text: str) -> list[tuple[str, str]]:
    """(stem, word) of the words to ask for: those said most often, then the longest, which are rarer on the whole."""
    counted = Counter(stem(word) for word in plain_words(text) if word not in SMALL_WORDS and len(word) > 1)
    forms = {stem(word): word for word in plain_words(text)}
    chosen = sorted(counted, key=lambda form: (-counted[form], -len(form), form))
    longest = sorted(counted, key=lambda form: (-len(form), form))
    both = dict.fromkeys([*chosen[: WORDS_ASKED // 3], *longest])
    return [(form, forms[form]) for form in list(both)[:WORDS_ASKED]]


def _compared(one: Contribution, other: Contribution, rarity: dict[str, float]) -> Alike:
    mine, theirs = _weighed(one.words, rarity), _weighed(other.words, rarity)
    shared = [form for form in mine if form in theirs]
    across = sqrt(sum(w * w for w in mine.values()) * sum(w * w for w in theirs.values())) or 1.0
    likeness = sum(mine[form] * theirs[form] for form in shared) / across
    telling = sorted(shared, key=lambda form: -mine[form] * theirs[form])[:5]
    forms = {stem(word): word for word in reversed(plain_words(other.words))}
    opening = cut_at_a_word(other.words, OPENING)
    return Alike(other, opening, opening != other.words, likeness, tuple(forms[form] for form in telling))


def _weighed(text: str, rarity: dict[str, float]) -> dict[str, float]:
    """Each word's weight: how often it is said, damped, times how rare it is; of a word nobody asked for, middling."""
    usual = sum(rarity.values()) / (len(rarity) or 1)
    # A letter alone is what an apostrophe left over.
    counted = Counter(stem(word) for word in plain_words(text) if word not in SMALL_WORDS and len(word) > 1)
    return {form: (1 + log(n)) * rarity.get(form, usual) for form, n in counted.items()}
