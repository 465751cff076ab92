"""Sheets for saying how one sees a claim, and the little ones around it."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.forms import name_choices
from coproduce.deliberation.models import Answer, Importance
from coproduce.people.models import Attribution, Channel, Person
from coproduce.ui.forms import KeyedForm, own_words

Label = Promise | str


def names_for_reasons(person: Person, ways: str) -> tuple[list[tuple[str, Label]], dict[str, Any]]:
    """How a name may appear beside a reason; by standpoint only for someone who shows one."""
    choices, hints = name_choices(person, ways)
    if not ways:
        choices = [choice for choice in choices if choice[0] != Attribution.STANDPOINT]
    return choices, hints


OWN_ANSWERS: list[tuple[int, Label]] = [
    (Answer.AGREE, _("I agree")),
    (Answer.DISAGREE, _("I disagree")),
    (Answer.UNSURE, _("I am unsure")),
    (Answer.NOT_MINE, _("Not mine to say")),
]
THEIR_ANSWERS: list[tuple[int, Label]] = [
    (Answer.AGREE, _("They agree")),
    (Answer.DISAGREE, _("They disagree")),
    (Answer.UNSURE, _("They are unsure")),
    (Answer.NOT_MINE, _("Not theirs to say")),
]
WHY = ("importance", "reason", "values", "own_value", "attribution")


def importance_field(label: Label, unsaid: Label) -> forms.TypedChoiceField:
    """How much a claim matters. unsaid: how it is called to say nothing of it."""
    return forms.TypedChoiceField(
        label=label,
        choices=[("", unsaid), *((one.value, one.label) for one in Importance)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )


def values_field(label: Label, help_text: Label = "") -> forms.MultipleChoiceField:
    """What an answer is about; the values to choose from are those of the space."""
    return forms.MultipleChoiceField(
        label=label, help_text=help_text, widget=forms.CheckboxSelectMultiple, required=False
    )


class AnswerButton(NamedTuple):
    """One button of the sheet. hint: a few words below its label, "" for none; stands: it is the answer so far."""

    value: int
    label: Label
    hint: Label
    stands: bool


class SayForm(KeyedForm):
    """How you see one claim. Its answers are buttons (``answers``): one press says it.

    ``ways``: the letters that the person shows; ``values``: the names offered; ``own`` is false for somebody assisted.
    ``present``: the number of the claim's wording now, which has to be the one that they had before them. ``still``:
    what they answered to earlier words, and are asked of again; None where they are not.
    """

    wording = forms.IntegerField(widget=forms.HiddenInput, required=False)
    answer = forms.TypedChoiceField(
        label=_("How do you see it?"),
        choices=OWN_ANSWERS,
        coerce=int,
        error_messages={"required": _("Choose one of the four. “Unsure” is an answer like any other.")},
    )
    importance = importance_field(_("How much does it matter to you?"), _("I leave that open"))
    reason = own_words(
        _("Would you like to say why?"),
        hint=_("You need not. Others in this space can read it."),
        at_most=4000,
        rows=4,
    )
    values = values_field(_("What is it about, for you?"), _("Tick all that are true, or none."))
    own_value = forms.CharField(label=_("Something else that matters here"), max_length=60, required=False)
    attribution = forms.ChoiceField(label=_("How shall your name appear beside your reason?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("How did the words reach you?"), choices=Channel.choices)
    said_on = forms.DateField(
        label=_("When were they said?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("We could not read that date. Write it like 2026-03-14.")},
    )

    def __init__(
        self,
        *args: Any,
        person: Person,
        ways: str,
        values: Sequence[str],
        present: int = 1,
        own: bool = True,
        still: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.present, self.own, self.still = present, own, still
        self.initial["wording"] = present
        self.fields["values"].choices = [(name, name) for name in values]
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        names.initial = Attribution.STANDPOINT if ways else Attribution.CHOSEN
        if self.initial.get("attribution") not in [value for value, _label in names.choices]:
            self.initial.pop("attribution", None)
        self.why_says = _("Say why, or how much it matters to you. You need not")
        if own:
            del self.fields["channel"], self.fields["said_on"]
        else:
            self._speak_of_them()

    def _speak_of_them(self) -> None:
        self.fields["answer"].label = _("How do they see it?")
        self.fields["answer"].choices = THEIR_ANSWERS
        importance = self.fields["importance"]
        importance.label = _("How much does it matter to them?")
        importance.choices = [("", _("They did not say")), *importance.choices[1:]]
        self.fields["reason"].label = _("Would they like to say why?")
        self.fields["reason"].help_text = _("They need not. Others in this space can read it.")
        self.fields["values"].label = _("What is it about, for them?")
        self.fields["values"].help_text = _("Tick all that are true for them, or none.")
        self.fields["attribution"].label = _("How shall their name appear beside their reason?")
        self.fields["attribution"].choice_hints = {}
        self.why_says = _("Why, or how much it matters to them")
        self.initial.setdefault("channel", Channel.ROOM)
        self.initial.setdefault("said_on", clock.today())

    @property
    def why_is_open(self) -> bool:
        """Whether the part for reasons stands open: where something is in it already."""
        return any((self[name].value() or None) != self.fields[name].initial or self[name].errors for name in WHY)

    @property
    def answers(self) -> list[AnswerButton]:
        """The buttons. What was answered to earlier words comes first, and is there once: as what still holds."""
        pressed = str(self["answer"].value())
        choices = sorted(self.fields["answer"].choices, key=lambda choice: choice[0] != self.still)
        return [self._button(value, label, str(value) == pressed) for value, label in choices]

    def _button(self, value: int, label: Label, pressed: bool) -> AnswerButton:
        if pressed and self.is_bound:
            return AnswerButton(value, label, gettext("you pressed this: press it again to send it"), True)
        if value == self.still:
            return AnswerButton(value, gettext("It still holds"), label, not self.is_bound)
        so_far = gettext("your answer so far") if self.own else gettext("their answer so far")
        return AnswerButton(value, label, so_far if pressed else "", pressed)

    def clean_said_on(self) -> Any:
        return not_to_come(self.cleaned_data["said_on"])

    def clean_wording(self) -> int:
        if self.cleaned_data["wording"] not in (None, self.present):
            self.data = self.data.copy()
            self.data["wording"] = str(self.present)
            raise forms.ValidationError(
                _("The claim was put in other words while you read it. Read it again; what you wrote is still here.")
            )
        return self.present

    def fields_for_action(self) -> dict[str, Any]:
        """What ``respond`` takes."""
        data = self.cleaned_data
        own = [data["own_value"]] if data["own_value"].strip() else []
        given = {name: data[name] for name in ("channel", "said_on") if name in data}
        return given | {
            "answer": data["answer"],
            "importance": data["importance"],
            "reason": data["reason"],
            "attribution": data["attribution"],
            "values": [*data["values"], *own],
            "wording": data["wording"],
        }


def not_to_come(day: date) -> date:
    """The day, unless it has not come yet."""
    if day > clock.today():
        raise forms.ValidationError(_("That day has not come yet."))
    return day


class WhyForm(KeyedForm):
    """Why a claim is put out of sight."""

    why = forms.CharField(
        label=_("Why is this claim put out of sight?"),
        help_text=_("People who answered it will be able to read why. Their answers are kept."),
        max_length=300,
        error_messages={"required": _("Say why in a few words.")},
    )


class NobodyForm(KeyedForm):
    """A form that is only a button."""
