"""Sheets about the wording of a claim."""

from django.utils.translation import gettext_lazy as _

from coproduce.ui.forms import KeyedForm, own_words


class RewordForm(KeyedForm):
    """Better words for a claim, and why."""

    words = own_words(
        _("How would you put it?"),
        hint=_("The same thing, said better. If it says something else, draw a new claim."),
        at_most=300,
        needed=_("Write the claim. One plain sentence is best."),
        rows=3,
    )
    why = own_words(
        _("Why are these words better?"),
        hint=_("Everyone who answered will read it, and is asked whether their answer still holds."),
        needed=_("Say why. People who answered the earlier words will ask."),
        rows=3,
        at_most=1000,
    )


class TalkForm(KeyedForm):
    """Something said about the wording of a claim."""

    makes_new = True

    why = own_words(
        _("What about these words?"),
        hint=_("What is unclear, too strong, or missing. Whoever drew the claim is asked to answer."),
        needed=_("Write what you would like to say about the words."),
        rows=3,
        at_most=1000,
    )
    words = own_words(
        _("How would you put it?"), hint=_("If you have better words. You need not."), at_most=300, rows=2
    )


class AnswerTalkForm(KeyedForm):
    """Why a wording stays as it is."""

    why = own_words(
        _("Why do the words stay as they are?"),
        hint=_("Members can read this beside what was said."),
        needed=_("Say why. Somebody took the trouble to think about it."),
        rows=3,
        at_most=1000,
    )
