"""Sheets for proposing, amending, taking a position and closing."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.decisions.actions import SAYS_WHY
from coproduce.decisions.models import PositionKind
from coproduce.deliberation.forms import ChoosesContributions, names_for_reasons
from coproduce.people.models import Attribution, Person
from coproduce.themes.models import Theme
from coproduce.ui.forms import KeyedForm


class WordingForm(KeyedForm):
    """The title and words of a proposal."""

    makes_new = True

    title = forms.CharField(
        label=_("What should happen, in one line?"),
        max_length=160,
        error_messages={"required": _("Write one line that says what should happen.")},
    )
    words = forms.CharField(
        label=_("And in full?"),
        help_text=_("Who does what, from when. Plain words: everyone has to be able to say yes or no to them."),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what exactly is put to everyone.")},
    )


class ProposeForm(WordingForm, ChoosesContributions):
    """Put something to decide, and say what it comes from."""

    themes = forms.MultipleChoiceField(
        label=_("Which themes does it come from?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("One of these themes was merged or is not in this space.")},
    )

    field_order = ["key", "title", "words", "themes", "contributions", "find"]

    def __init__(self, *args: Any, themes: Sequence[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes_offered = {str(theme.pk): theme for theme in themes}
        if themes:
            self.fields["themes"].choices = [(pk, theme.name) for pk, theme in self.themes_offered.items()]
        else:
            del self.fields["themes"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        untouched = not self.errors.keys() & {"themes", "contributions"}
        if untouched and not cleaned.get("themes") and not cleaned.get("contributions"):
            self.add_error("contributions", _("Tick at least one theme or one thing that was brought."))
        return cleaned

    def chosen_themes(self) -> list[Theme]:
        """The themes that were ticked."""
        return [self.themes_offered[pk] for pk in self.cleaned_data.get("themes", [])]


class AmendForm(WordingForm):
    """Other words for a proposal, and why."""

    why = forms.CharField(
        label=_("Why do the words change?"),
        help_text=_("Whose point it answers, and what it answers."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Say why, so that people need not guess.")},
    )


class PositionForm(KeyedForm):
    """Where you stand. ``ways``: the letters that the person shows; ``own`` is false for somebody assisted."""

    kind = forms.ChoiceField(
        label=_("Where do you stand?"),
        choices=PositionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Needed for reservations and objections. It stays beside the decision, whatever is decided."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
    )
    attribution = forms.ChoiceField(label=_("How shall your name appear?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, person: Person, ways: str, own: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            self.fields["kind"].label = _("Where do they stand?")
            self.fields["attribution"].label = _("How shall their name appear?")
        self.fields["kind"].choice_hints = {
            PositionKind.CONSENT: _("I can live with it, and I think it is good enough to try."),
            PositionKind.RESERVATIONS: _("It can go ahead. I want my worry written beside it."),
            PositionKind.ASIDE: _("It is not for me to say yes or no. I do not stand in the way."),
            PositionKind.OBJECT: _("It should not go ahead like this, because of something we would come to regret."),
        }
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        if self.initial.get("attribution") not in [value for value, _label in names.choices]:
            self.initial["attribution"] = Attribution.CHOSEN

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") in SAYS_WHY and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why: it is your reason that stays with the decision."))
        return cleaned


class AgreedForm(KeyedForm):
    """Close as agreed."""

    why = forms.CharField(
        label=_("Is there something to say as it closes?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )
    review_on = forms.DateField(
        label=_("When do we look at it again?"),
        help_text=_("A day to see what came of it. You can leave this empty."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_review_on(self) -> Any:
        day = self.cleaned_data["review_on"]
        if day is not None and day <= clock.today():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day


class NotAgreedForm(AgreedForm):
    """Close without agreement, saying why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        why = self.fields["why"]
        why.label = _("Why is it not agreed?")
        why.help_text = _("So that somebody who was not here understands it in five years.")
        why.required = True
        why.error_messages["required"] = _("Say why. Those who wanted it are owed that.")


class HandOnForm(KeyedForm):
    """Who carries the proposal on."""

    to = forms.ChoiceField(
        label=_("Who carries it on?"),
        help_text=_("Ask them first. They can change its words from then on; you no longer can."),
        error_messages={"required": _("Choose somebody.")},
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["to"].choices = [("", _("Choose")), *((pk, each.chosen_name) for pk, each in self.people.items())]
