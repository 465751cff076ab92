"""How a name appears beside words."""

import unicodedata
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.people.models import Attribution
from coproduce.ways import BY_LETTER

JOINERS = "\u200c\u200d"
"""Invisible, yet part of the spelling in Persian, in scripts of India and in emoji."""


def tidy_name(text: str) -> str:
    """A name on one line, without characters that are not seen or that turn the text around them.

    "" when nothing is left to see. Letters of every script stay as they were typed.
    """
    line = " ".join(text.split())
    seen = "".join(c for c in line if c in JOINERS or not unicodedata.category(c).startswith("C"))
    return seen.strip() if seen.strip(JOINERS + " ") else ""


def new_id_of_words(attribution: str) -> UUID:
    """An identifier for new words. It stands in addresses, and of words without a name it does not tell the moment:
    that could be compared with what the same person did under their name a minute before.
    """
    is_named = attribution in (Attribution.NAME, Attribution.CHOSEN)
    return clock.new_id() if is_named else clock.untimed_id()


class Named(Protocol):
    """Anyone with names: a ``Person``, or a row with the two columns where a page has hundreds."""

    @property
    def chosen_name(self) -> str: ...
    @property
    def name(self) -> str: ...


def shown_recorder(recorder: Named | None, attribution: str) -> str:
    """The name of who wrote words down, to stand beside them; "" where nobody else did.

    Also "" where the words stand without their speaker's name: a recorder who writes for one person alone would name
    them. Both names stay on the record.
    """
    if recorder is None or attribution not in (Attribution.NAME, Attribution.CHOSEN):
        return ""
    return recorder.chosen_name


def shown_name(person: Named, attribution: str, letters: str = "") -> str:
    """The name that stands beside someone's words.

    ``attribution`` is what they chose that time; ``letters`` are the ways of knowing given
    with the words, used when they chose to be known by their standpoint.
    """
    if attribution == Attribution.NAME:
        return person.name
    if attribution == Attribution.CHOSEN:
        return person.chosen_name
    if attribution == Attribution.STANDPOINT and letters:
        return str(BY_LETTER[letters[0]].someone)
    return _("No name")
