"""A code in words, for reading it over the phone."""

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from coproduce.spaces.models import CODE_LETTERS


def spelled(code: str) -> str:
    """The code letter by letter: *K as in Kilo, 7, Q as in Quebec …*."""
    words = _spelling()
    said = [
        _("%(letter)s as in %(word)s") % {"letter": letter, "word": words[letter]} if letter in words else letter
        for letter in code
        if letter in CODE_LETTERS
    ]
    return ", ".join(said)


def _spelling() -> dict[str, str]:
    # Translators: for each letter of the Latin alphabet a word that begins with it, as people spell on the phone.
    words = pgettext(
        "words to spell letters with, without I, L and O",
        "Alfa Bravo Charlie Delta Echo Foxtrot Golf Hotel Juliett Kilo Mike November Papa Quebec Romeo Sierra Tango "
        "Uniform Victor Whiskey X-ray Yankee Zulu",
    ).split()
    letters = [letter for letter in CODE_LETTERS if letter.isalpha()]
    return dict(zip(letters, words, strict=False))
