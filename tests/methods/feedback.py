"""Invented feedback on a clinic that never was: for tests that need many texts of known themes."""

import numpy as np

THEMES = ("parking", "kindness", "waiting")
SAID = {
    "parking": [
        "The car park was full",
        "Parking costs {n} pounds now",
        "I could not park near the {w}",
        "No space to park my car",
    ],
    "kindness": [
        "The {p} was so kind",
        "Kind and gentle {p}",
        "A {p} held my hand, very kind",
        "They smiled and were kind to my {f}",
    ],
    "waiting": ["I waited {n} hours in the {w}", "The wait was {n} hours too long", "Waiting in the {w} took all day"],
    "food": [
        "The soup was cold",
        "Lunch on the {w} was lovely soup",
        "My {f} could not eat the food",
        "Cold food for dinner again",
    ],
    "letters": [
        "The letter came {n} days late",
        "I never got my letter",
        "A letter for my {f} went to the wrong address",
    ],
}
WORDS = {
    "n": ["two", "three", "four", "five", "six"],
    "w": ["ward", "clinic", "corridor", "day room"],
    "p": ["nurse", "doctor", "porter", "receptionist"],
    "f": ["mother", "father", "son", "daughter", "wife"],
}
AFTER = ["", ", thank you", ", as always", " this time", ", I am sorry to say", " on Monday", " again"]


def feedback(count, seed=0, kinds=tuple(SAID)):
    """Texts and what each is about, one or (a fifth of them) two kinds."""
    rng = np.random.default_rng(seed)
    texts, about = [], []
    for _ in range(count):
        mine = rng.choice(kinds, size=1 + (len(kinds) > 1 and rng.random() < 0.2), replace=False)
        said = [str(rng.choice(SAID[kind])) for kind in mine]
        filled = [one.format(**{key: rng.choice(words) for key, words in WORDS.items()}) for one in said]
        texts.append(". ".join(filled) + str(rng.choice(AFTER)))
        about.append(set(map(str, mine)))
    return texts, about


def table(about, themes=THEMES):
    return np.array([[theme in one for theme in themes] for one in about], dtype=bool).reshape(len(about), len(themes))
