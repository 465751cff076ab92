"""The six ways of knowing: one list for words, standpoints, charters and pictures.

A way of knowing is chosen by the person who speaks, several at once, and is never ranked.
The order below is an order of drawing only. Each has a code name, a letter, the words that a
speaker uses of themselves, and the words for a group of people who know in that way.

This module stands beside ``errors`` at the bottom of the tree because the apps that store the
codes and the pictures that draw them must agree, and neither should import the other.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Way(NamedTuple):
    """One way of knowing.

    letter: stored and drawn (``L``); code: the name in stylesheets and files (``lived``);
    says: as the speaker says it; people: the group, for tables and charters;
    someone: how a person appears who gives no name but how they know.
    """

    letter: str
    code: str
    says: Promise
    people: Promise
    someone: Promise
    hint: Promise | str = ""


WAYS: tuple[Way, ...] = (
    Way("L", "lived", _("I live with it"), _("People who live with it"), _("Someone who lives with it")),
    Way("C", "caring", _("I care for someone"), _("Carers"), _("Someone who cares for someone")),
    Way(
        "P",
        "practice",
        _("I practise"),
        _("People who practise"),
        _("Someone who practises"),
        _("as a nurse, doctor, support worker…"),
    ),
    Way("R", "research", _("I research it"), _("People who research it"), _("Someone who researches it")),
    Way(
        "O",
        "organisational",
        _("I organise"),
        _("People who organise"),
        _("Someone who organises"),
        _("a service, a charity, a budget"),
    ),
    Way(
        "M",
        "community",
        _("Many of us know it"),
        _("People from community groups"),
        _("Someone from the community"),
        _("a street, a faith, a club, a culture"),
    ),
)

LETTERS = "".join(way.letter for way in WAYS)
BY_LETTER = {way.letter: way for way in WAYS}
BY_CODE = {way.code: way for way in WAYS}


def in_order(letters: str) -> str:
    """The known letters in ``letters``, once each, in the order of drawing: ``"ML"`` gives ``"LM"``."""
    return "".join(letter for letter in LETTERS if letter in letters)
