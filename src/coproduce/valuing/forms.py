"""The sheets of the values exercise: ten tokens, the list, what it means, and a tension."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms import BoundField
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coproduce.deliberation.forms import names_for_reasons
from coproduce.deliberation.models import Value
from coproduce.deliberation.starting import SYSTEMS, System
from coproduce.people.models import Attribution, Person
from coproduce.spaces.models import Visibility
from coproduce.ui.forms import KeyedForm
from coproduce.valuing.models import EACH
from coproduce.valuing.queries.giving import Choice, Given

OWN = "own"


def system_name(system: str) -> str:
    """The heading of one part of the list."""
    return str(System(system).label) if system else _now("Named by people here")


def _tokens(label: Any, given: int = 0) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        min_value=0,
        max_value=EACH,
        required=False,
        initial=given or None,
        widget=forms.NumberInput(attrs={"class": "token-number", "inputmode": "numeric", "data-token": ""}),
        error_messages={
            "invalid": _("Write a whole number from 0 to 10."),
            "min_value": _("Write a whole number from 0 to 10."),
            "max_value": _("There are ten tokens in all. Write a number from 0 to 10."),
        },
    )


class TokensForm(KeyedForm):
    """Ten tokens over the values of the space. ``own`` is false for somebody assisted.

    ``given``: what they gave so far; ``ways``: the letters that the person shows.
    """

    own_name = forms.CharField(
        label=_("Something else that matters to you"),
        help_text=_("In your own words. It joins the list for everyone, without your name."),
        max_length=60,
        required=False,
    )
    words = forms.CharField(
        label=_("Would you like to say why?"),
        help_text=_("You need not. Others in this space can read it. Nobody else learns where your tokens went."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )
    about = forms.ChoiceField(label=_("Is that about one of them?"), required=False)
    attribution = forms.ChoiceField(label=_("How shall your name appear beside it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, given: Given, person: Person, ways: str, own: bool = True, **kwargs: Any) -> None:
        self.given = given
        before = given.allocation
        initial = {"attribution": Attribution.STANDPOINT if ways else Attribution.CHOSEN}
        if before is not None:
            initial |= {"words": before.words, "about": before.about.pk.hex if before.about else ""}
            initial["attribution"] = before.attribution
        super().__init__(*args, initial={**initial, **(kwargs.pop("initial", None) or {})}, **kwargs)
        for choice in given.choices:
            self.fields[f"tokens_{choice.key}"] = _tokens(choice.value.name, choice.given)
        self.fields["own_tokens"] = _tokens(_("Tokens on it"))
        self.fields["about"].choices = [
            ("", _("Not one of them, or several")),
            *((choice.key, choice.value.name) for choice in given.choices),
            (OWN, _("What I added just now") if own else _("What they added just now")),
        ]
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        if self.initial["attribution"] not in [value for value, _label in names.choices]:
            self.initial["attribution"] = Attribution.CHOSEN
        if not own:
            self._speak_of_them()

    def _speak_of_them(self) -> None:
        self.fields["own_name"].label = _("Something else that matters to them")
        self.fields["own_name"].help_text = _("In their own words. It joins the list for everyone, without their name.")
        self.fields["words"].label = _("Would they like to say why?")
        self.fields["words"].help_text = _(
            "They need not. Others in this space can read it. Nobody else learns where their tokens went."
        )
        self.fields["attribution"].label = _("How shall their name appear beside it?")

    def rows(self) -> list[tuple[str, list[tuple[Choice, BoundField]]]]:
        """(heading, its values with their fields), in the order of the list."""
        by_system: dict[str, list[tuple[Choice, BoundField]]] = {}
        for choice in self.given.choices:
            by_system.setdefault(choice.value.system, []).append((choice, self[f"tokens_{choice.key}"]))
        return [(system_name(system), by_system[system]) for system in SYSTEMS if system in by_system]

    def clean(self) -> dict[str, Any]:
        filled: dict[str, Any] = super().clean() or {}
        if filled.get("own_tokens") and not filled.get("own_name", "").strip() and "own_name" not in self.errors:
            self.add_error("own_name", _("You put tokens on something new. Write what it is."))
        over = self.total() - EACH
        if over > 0 and not self.errors:
            raise forms.ValidationError(
                ngettext(
                    "You have given %(total)s tokens, and there are ten. Take one away somewhere.",
                    "You have given %(total)s tokens, and there are ten. Take %(over)s away somewhere.",
                    over,
                )
                % {"total": self.total(), "over": over}
            )
        return filled

    def total(self) -> int:
        """The tokens on this sheet."""
        names = [name for name in self.fields if name.startswith("tokens_")]
        return sum(self.cleaned_data.get(name) or 0 for name in [*names, "own_tokens"])

    def fields_for_action(self) -> dict[str, Any]:
        """What ``give_tokens`` takes."""
        data = self.cleaned_data
        tokens = {choice.key: data[f"tokens_{choice.key}"] or 0 for choice in self.given.choices}
        return {
            "tokens": tokens,
            "own": (data["own_name"], data["own_tokens"] or 0),
            "words": data["words"],
            "about": data["about"],
            "attribution": data["attribution"],
        }


def left_says(given: int, name: str = "") -> str:
    """How many tokens were given and are left, in a sentence."""
    left = EACH - given
    if not left:
        return _now("All ten are given. They count in what we show.")
    return (
        ngettext("%(given)s of ten are given; one is left.", "%(given)s of ten are given; %(left)s are left.", left)
        % {"given": given, "left": left}
        + " "
        + _now("They are kept, and counted once all ten are given.")
    )


class ValueForm(KeyedForm):
    """One value in words."""

    name = forms.CharField(
        label=_("What is it called?"),
        max_length=60,
        error_messages={"required": _("Write what matters, in a word or two.")},
    )
    explanation = forms.CharField(
        label=_("What do you mean by it?"), help_text=_("One short sentence."), max_length=200, required=False
    )
    why = forms.CharField(label=_("Why?"), help_text=_("You can leave this empty."), max_length=300, required=False)


class AddValueForm(ValueForm):
    """Something that matters here and is not on the list yet."""

    makes_new = True


class WordValueForm(ValueForm):
    """A value in other words."""

    system = forms.ChoiceField(label=_("Where does it stand on the list?"), required=False)
    field_order = ["key", "name", "explanation", "system", "why"]

    def __init__(self, *args: Any, value: Value, **kwargs: Any) -> None:
        initial = {"name": value.name, "explanation": value.explanation, "system": value.system}
        super().__init__(*args, initial={**initial, **(kwargs.pop("initial", None) or {})}, **kwargs)
        self.fields["why"].label = _("Why other words?")
        self.fields["system"].choices = [*System.choices, ("", _("Named by people here"))]


RETIRE, BRING_BACK, HOLD_BACK, SHOW = "retire", "bring_back", "hold_back", "show"


class ListForm(KeyedForm):
    """Take a value off the list, put it back, or keep its name out of what is shown."""

    what = forms.ChoiceField(
        choices=[(what, what) for what in (RETIRE, BRING_BACK, HOLD_BACK, SHOW)], widget=forms.HiddenInput
    )
    why = forms.CharField(label=_("Why?"), max_length=300, required=False)


class UnderstandingForm(KeyedForm):
    """What doing this together means to somebody now. ``own`` is false for somebody assisted."""

    makes_new = True

    words = forms.CharField(
        label=_("What does doing this together mean to you now?"),
        help_text=_("There is no right answer. What you said before stays beside it."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Write something first. A few words are enough.")},
    )
    visibility = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=[
            (Visibility.SHOWN, _("Members of this space, with the name I gave")),
            (Visibility.COUNTED, _("Only I")),
        ],
        initial=Visibility.SHOWN,
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, own: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            self.fields["words"].label = _("What does doing this together mean to them now?")
            self.fields["words"].help_text = _("In their words. What they said before stays beside it.")
            self.fields["visibility"].choices = [
                (Visibility.SHOWN, _("Members of this space, with the name they gave")),
                (Visibility.COUNTED, _("Only they, and whoever writes down for them")),
            ]


class TensionForm(KeyedForm):
    """Between which two values something asks us to choose. ``values``: those that may be named."""

    makes_new = True

    one = forms.ChoiceField(label=_("It asks us to choose between"))
    other = forms.ChoiceField(label=_("and"))
    words = forms.CharField(
        label=_("How does it do that?"),
        help_text=_("In a sentence or two. Others in this space can read it."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Say in a few words how the two pull apart here.")},
    )
    attribution = forms.ChoiceField(label=_("How shall your name appear beside it?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, values: Sequence[Choice], person: Person, ways: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("Choose a value")), *((each.key, each.value.name) for each in values)]
        self.fields["one"].choices = self.fields["other"].choices = choices
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        self.initial.setdefault("attribution", Attribution.CHOSEN)

    def clean(self) -> dict[str, Any]:
        filled: dict[str, Any] = super().clean() or {}
        if filled.get("one") and filled.get("one") == filled.get("other"):
            self.add_error("other", _("Choose two different values."))
        return filled
