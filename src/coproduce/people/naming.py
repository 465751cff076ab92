"""How a name appears beside words."""

from django.utils.translation import gettext as _

from coproduce.people.models import Attribution, Person
from coproduce.ways import BY_LETTER


def shown_name(person: Person, attribution: str, letters: str = "") -> str:
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
