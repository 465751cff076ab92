"""How sure the computer is, in words."""

from django.utils.translation import gettext as _

VERY, RATHER = 0.85, 0.65
CLOSE, SOME = 0.5, 0.35


def how_likely(chance: float) -> str:
    """For words that may belong to a theme; ``chance`` is 0.5 to 1."""
    if chance >= VERY:
        return _("The computer is quite sure.")
    if chance >= RATHER:
        return _("The computer is fairly sure.")
    return _("About as likely as not.")


def how_alike(cohesion: float) -> str:
    """For a group: how surely each of its words would be found again from the others."""
    if cohesion >= CLOSE:
        return _("They speak much alike: leave any one out, and the others would nearly always lead back to it.")
    if cohesion >= SOME:
        return _("They speak somewhat alike: leave any one out, and the others would often lead back to it.")
    return _("They speak loosely alike: this may well be chance.")
