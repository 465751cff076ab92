"""Sheets for saying something: where one stands, a question, other words, advice, and what one thinks afterwards."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.models import Contribution
from coproduce.decisions.actions import SAYS_WHY
from coproduce.decisions.forms.pieces import ChoosesPerson, SaysWithName, reason_for
from coproduce.decisions.ladder import Rung
from coproduce.decisions.models import AskedBecause, PositionKind, VoiceKind
from coproduce.spaces.forms import CharterFields, RightsFields
from coproduce.ui.forms import KeyedForm, own_words
from coproduce.ui.words import one_line


class PositionForm(SaysWithName):
    """Where you stand."""

    kind = forms.ChoiceField(
        label=_("Where do you stand?"),
        choices=PositionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four.")},
    )
    reason = own_words(
        _("Why?"),
        hint=_("Needed for reservations and objections. It stays beside the decision, whatever is decided."),
    )

    field_order = ["key", "kind", "reason", "attribution"]
    said_of_others = {"kind": _("Where do they stand?"), **SaysWithName.said_of_others}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choice_hints = {
            PositionKind.CONSENT: _("I can live with it, and I think it is good enough to try."),
            PositionKind.RESERVATIONS: _("It can go ahead. I want my worry written beside it."),
            PositionKind.ASIDE: _("It is not for me to say yes or no. I do not stand in the way."),
            PositionKind.OBJECT: _("It should not go ahead like this, because of something we would come to regret."),
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") in SAYS_WHY and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why: it is your reason that stays with the decision."))
        return cleaned


class PressForm(KeyedForm):
    """Nothing but a button."""


class ThroughForm(ChoosesPerson, KeyedForm):
    """Who brings one's position."""

    of_whom = "through"

    through = forms.ChoiceField(
        label=_("Who brings it?"),
        help_text=_("Ask them first, and tell them where you stand. Both names stand with it."),
        error_messages={"required": _("Choose somebody.")},
    )


class SpeakForm(SaysWithName):
    """Ask a question, say what one thinks, or give advice. ``kinds``: those that are open now, the usual one first."""

    makes_new = True

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    words = own_words(_("In your words"), needed=_("Write what you want to say."), rows=5)

    field_order = ["key", "kind", "words", "attribution"]
    said_of_others = {"words": _("In their words"), **SaysWithName.said_of_others}

    def __init__(self, *args: Any, kinds: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        said = {VoiceKind.QUESTION: _("whoever put it answers"), VoiceKind.ADVICE: _("they say what they do with it")}
        self.fields["kind"].choices = [(kind, VoiceKind(kind).label) for kind in kinds]
        self.fields["kind"].choice_hints = said
        self.initial.setdefault("kind", kinds[0])


class AnswerForm(KeyedForm):
    """Answer a question, or say what was done with advice."""

    words = own_words(_("Your answer"), needed=_("Write the answer, or why there is none."))
    is_noted = forms.BooleanField(
        label=_("This cannot be answered now. It stands, and everybody sees it."), required=False
    )


class SuggestForm(KeyedForm):
    """Other words for somebody else's proposal."""

    makes_new = True

    words = forms.CharField(
        label=_("How should it read?"),
        help_text=_("The words as they are now stand here. Change what you would have different."),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write how it should read.")},
    )
    why = reason_for(_("Why?"))


class CharterSuggestForm(RightsFields, CharterFields, KeyedForm):
    """Other rules for somebody else's change of the charter."""

    makes_new = True

    why = reason_for(_("Why?"))


class AnswerSuggestionForm(KeyedForm):
    """Take suggested words up, or say why not."""

    take_up = forms.ChoiceField(
        label=_("What do you do with it?"),
        choices=[("yes", _("Take these words up")), ("no", _("Leave the words as they are"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    answer = own_words(_("Why?"), hint=_("Needed when you leave the words as they are."), rows=3, at_most=2000)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("take_up") == "no" and not cleaned.get("answer", "").strip():
            self.add_error("answer", _("Say why not. Somebody thought about these words."))
        return cleaned


class AskForm(ChoosesPerson, KeyedForm):
    """Whom the proposer asks for advice."""

    makes_new = True
    of_whom = "person"

    person = forms.ChoiceField(label=_("Somebody here"), required=False)
    outside = forms.CharField(
        label=_("Or somebody from outside"),
        help_text=_("Their name, or what they are. You write down what they say."),
        max_length=160,
        required=False,
    )
    because = forms.ChoiceField(
        label=_("Why them?"),
        choices=AskedBecause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned["person"]) == bool(cleaned["outside"].strip()):
            self.add_error("person", _("Choose somebody here, or name somebody from outside: one of the two."))
        return cleaned


class HeardForm(KeyedForm):
    """What somebody from outside said."""

    words = own_words(_("What did they say?"), needed=_("Write down what they said."))


def _line_of(words: Contribution) -> str:
    """What stands in a list: the words, or the note that is to be read before them."""
    return gettext("With a note: %(note)s") % {"note": words.content_note} if words.content_note else words.words


class AgainForm(KeyedForm):
    """Ask to look at a decision again. ``new``: what was brought since it was made."""

    makes_new = True

    reason = own_words(_("Why should we look at it again?"), needed=_("Say why, so that others can join you."))
    contribution = forms.ChoiceField(label=_("Is it because of something brought since then?"), required=False)

    def __init__(self, *args: Any, new: Sequence[Contribution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.new = {str(each.pk): each for each in new}
        if new:
            lines = [(pk, one_line(_line_of(each), 90)) for pk, each in self.new.items()]
            self.fields["contribution"].choices = [("", _("No, nothing brought here")), *lines]
        else:
            del self.fields["contribution"]


class RungForm(SaysWithName):
    """Which rung of participation it was."""

    rung = forms.ChoiceField(
        label=_("Which of these comes nearest?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the rungs.")},
    )
    words = own_words(_("What makes you say so?"), rows=3, at_most=2000)

    field_order = ["key", "rung", "words", "attribution"]
    said_of_others = {"words": _("What makes them say so?"), **SaysWithName.said_of_others}

    def __init__(self, *args: Any, rungs: Sequence[Rung], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(reversed(rungs))
        self.fields["rung"].choices = [(rung.code, rung.name) for rung in rows]
        self.fields["rung"].choice_hints = {rung.code: rung.words for rung in rows}
