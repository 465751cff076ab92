"""What stands in REFI-QDA files: their names, and the words of ours that other programs show."""

from typing import NamedTuple

PROJECT = "urn:QDA-XML:project:1.0"
CODEBOOK = "urn:QDA-XML:codebook:1.0"
INTERNAL = "internal://"
SAID_ABOUT = "Said about this passage"
"""The name of a note that is talk about a passage, in place of the reason for one coding."""
CONTENT_NOTE = "Content note: "
"""How the description of a source begins that says what to know before reading."""

KIND, WAYS, CHANNEL, SAID_ON, STANDPOINTS = "Kind", "Ways of knowing", "Channel", "Said on", "Speaks from"
"""The variables. They are in English whatever the language of the page, so that files can be read back."""


class Variable(NamedTuple):
    """A variable of a file: its name, its type in the standard, and what it says."""

    name: str
    type: str
    words: str


VARIABLES = (
    Variable(KIND, "Text", "story, observation, question, idea, evidence, concern or offer: as its speaker called it"),
    Variable(WAYS, "Text", "how the speaker knows, in their own judgement; several may hold, none ranks above another"),
    Variable(CHANNEL, "Text", "how it came: web, email, post, phone or room"),
    Variable(SAID_ON, "Date", "the day it was said"),
    Variable(STANDPOINTS, "Text", "where someone speaks from, in their own words, where they show it with their words"),
)
WAY_WORDS = {"L": "living it", "C": "caring", "P": "practice", "R": "research", "O": "organising", "M": "many of us"}


def ways_as_words(letters: str) -> str:
    """Letters of ways of knowing as a file says them: ``living it; caring``."""
    return "; ".join(WAY_WORDS[letter] for letter in letters)


def ways_of_words(words: str) -> str:
    """The letters again; what names no way is left out."""
    said = {word.strip().lower() for word in words.split(";")}
    return "".join(letter for letter, word in WAY_WORDS.items() if word in said)
