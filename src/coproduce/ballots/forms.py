"""The voting sheet, and sheets for paper and for closing.

What somebody chooses has names that begin with ``SECRET``: such fields are never kept anywhere, not even when a
form was sent too late.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.ballots.actions import SLIPS_AT_ONCE
from coproduce.ballots.models import Ballot, BallotOption
from coproduce.people.models import Person
from coproduce.ui.forms import SECRET, KeyedForm
from coproduce_methods.votes import APPROVAL, HIGHEST_SCORE, SCORE, is_blank

LEFT_OUT = ""
NO_CHOICE = _(
    "That is not one of the things to choose from, so it was not counted. Choose on the sheet that you see here."
)


def _ordinals(options: int) -> list[tuple[str, Any]]:
    return [(str(rank), _("%(rank)s.") % {"rank": rank}) for rank in range(1, options + 1)]


class ChoiceForm(forms.Form):
    """A vote: one field, or one for each option, by the rule of the ballot. ``choice()`` is what the count reads."""

    def __init__(self, *args: Any, ballot: Ballot, options: Sequence[BallotOption], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ballot, self.options = ballot, options
        if ballot.rule == APPROVAL:
            self._add_ticks()
        else:
            for option in options:
                self._add_one(option)
        self.fields[f"{SECRET}blank"] = forms.BooleanField(
            label=_("I hand in a blank paper: none of these"), required=False
        )

    def _add_ticks(self) -> None:
        self.fields[f"{SECRET}ticks"] = forms.MultipleChoiceField(
            label=_("Which of these are good enough for you?"),
            help_text=_("Tick as many as you like."),
            choices=[(str(option.number), option.words) for option in self.options],
            widget=forms.CheckboxSelectMultiple,
            required=False,
            error_messages={"invalid_choice": NO_CHOICE, "invalid_list": NO_CHOICE},
        )

    def _add_one(self, option: BallotOption) -> None:
        given = [(str(points), str(points)) for points in range(HIGHEST_SCORE + 1)]
        choices = given if self.ballot.rule == SCORE else _ordinals(len(self.options))
        empty = _("No points") if self.ballot.rule == SCORE else _("Not in my order")
        self.fields[f"{SECRET}{option.number}"] = forms.ChoiceField(
            label=option.words,
            choices=[(LEFT_OUT, empty), *choices],
            required=False,
            error_messages={"invalid_choice": NO_CHOICE},
        )

    def choice(self) -> tuple[int | None, ...]:
        """What was chosen, one number or None for each option."""
        if self.ballot.rule == APPROVAL:
            ticked = self.cleaned_data[f"{SECRET}ticks"]
            return tuple(int(str(option.number) in ticked) for option in self.options)
        given = [self.cleaned_data[f"{SECRET}{option.number}"] for option in self.options]
        return tuple(int(each) if each else None for each in given)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if self.errors:
            return cleaned
        blank = is_blank(self.ballot.rule, self.choice())
        if blank and not cleaned.get(f"{SECRET}blank"):
            self.add_error(
                f"{SECRET}blank", _("You chose nothing. If you mean that, tick this; a vote cannot be changed.")
            )
        if not blank and cleaned.get(f"{SECRET}blank"):
            self.add_error(f"{SECRET}blank", _("You chose something and said it is blank. Take one of them away."))
        return cleaned


class SecretVoteForm(ChoiceForm):
    """A vote in secret, with the code and ticket of its sheet."""

    code = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    ticket = forms.CharField(widget=forms.HiddenInput, max_length=80, required=False)

    def add_prefix(self, field_name: str) -> str:
        """The code and ticket are kept nowhere either."""
        name = super().add_prefix(field_name)
        return name if name.startswith(SECRET) else f"{SECRET}{name}"


class NamedVoteForm(ChoiceForm, KeyedForm):
    """A vote by name."""


class PaperForm(ChoiceForm):
    """What stands on a paper that came in an envelope."""

    code = forms.CharField(
        label=_("The code on the paper"),
        help_text=_(
            "Twelve letters and digits, such as K7QM-3XTR-2WPB. Leave it empty if the envelope holds no paper."
        ),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
    )
    field_order = ["code"]

    def add_prefix(self, field_name: str) -> str:
        """The code leads to a vote, so it is not kept."""
        name = super().add_prefix(field_name)
        return name if name.startswith(SECRET) else f"{SECRET}{name}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if not self.errors and not cleaned.get("code") and not is_blank(self.ballot.rule, self.choice()):
            self.add_error("code", _("A paper with something chosen has a code. Type it in."))
        return cleaned


class ReceiptForm(forms.Form):
    """A receipt to look for."""

    code = forms.CharField(
        label=_("What stands on your receipt?"),
        help_text=_("Twelve letters and digits. Capital or small, with or without dashes."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        error_messages={"required": _("Type the letters and digits of your receipt.")},
    )


class SlipsForm(forms.Form):
    """How many papers to print."""

    how_many = forms.IntegerField(
        label=_("How many papers?"),
        min_value=1,
        max_value=SLIPS_AT_ONCE,
        error_messages={"required": _("Write a number from 1 to 60.")},
    )


class EnvelopeForm(KeyedForm):
    """Whose envelope came in."""

    who = forms.ChoiceField(
        label=_("Whose envelope came in?"),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose whose envelope it is."),
            "invalid_choice": _("They have voted already, or are not on the list, or vote here themselves."),
        },
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["who"].choices = [(pk, person.chosen_name) for pk, person in self.people.items()]


class CloseForm(KeyedForm):
    """Close and count."""


class EndForm(KeyedForm):
    """End a ballot without counting it."""

    why = forms.CharField(
        label=_("Why is it not counted?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Say why. Those who voted are owed that.")},
    )
