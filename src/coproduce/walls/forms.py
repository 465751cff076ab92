"""The sheets of a wall."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.forms import SpokenForm
from coproduce.people.models import Person
from coproduce.themes.models import Theme
from coproduce.ui.forms import KeyedForm
from coproduce.walls.models import WallGroup

NO_GROUP, NEW_GROUP = "none", "new"
A_CARD = 1200
"""Characters. A card is read across a room; what is longer is brought as it is on other days."""


class OpenForm(KeyedForm):
    """Open a wall."""

    lets_in = forms.BooleanField(
        label=_("People in the room who are not in this space yet may write cards, and join"),
        help_text=_("By the code on the wall, for 24 hours. Before their card hangs they say who they are."),
        required=False,
        initial=True,
    )


class ConfirmForm(KeyedForm):
    """A button and nothing to fill in."""


class CodeForm(forms.Form):
    """The code that stands on the wall."""

    code = forms.CharField(
        label=_("What is the code on the wall?"),
        help_text=_("Eight letters and numbers. Capitals, spaces and dashes do not matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


class CardForm(SpokenForm):
    """A card: one thought, how one knows it, and how one's name appears."""

    field_order = ["key", "words", "ways", "attribution", "content_note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = self.fields["words"]
        words.label = _("What would you like to say?")
        words.help_text = _("One thought on each card. You can write as many as you like.")
        words.max_length = A_CARD
        words.validators = [forms.fields.validators.MaxLengthValidator(A_CARD)]
        words.widget.attrs |= {"rows": 4, "maxlength": A_CARD, "class": "short"}
        words.error_messages["max_length"] = _("That is more than fits on a card. Please make two of it.")


class SharedCardForm(CardForm):
    """A card on a phone that is passed round: whose words they are is asked on each card."""

    field_order = ["key", "person", "words", "ways", "attribution", "content_note"]

    person = forms.ChoiceField(
        label=_("Whose words are they?"),
        error_messages={"required": _("Choose whose words they are."), "invalid_choice": _("Choose a person.")},
    )

    def __init__(self, *args: Any, people: Sequence[Person], own: Person, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        assisted = [(pk, one.chosen_name) for pk, one in self.people.items() if one.is_assisted]
        others = [(pk, one.chosen_name) for pk, one in self.people.items() if not one.is_assisted and one != own]
        choices: list[Any] = [("", _("Choose a person"))]
        if assisted:
            choices.append((_("Hangs at once: people who do not come online"), assisted))
        if others:
            choices.append((_("Waits for their yes: people who sign in themselves"), others))
        self.fields["person"].choices = choices
        # The names stand for whoever holds the phone, who is not the one signed in.
        self.fields["attribution"].choices = [
            ("chosen", _("What people call me")),
            ("standpoint", _("No name, but how I know")),
            ("anonymous", _("No name at all")),
        ]
        self.fields["attribution"].choice_hints = {}

    def person_chosen(self) -> Person:
        """Whose words they are."""
        return self.people[self.cleaned_data["person"]]

    def fields_for_action(self) -> dict[str, Any]:
        filled = super().fields_for_action()
        del filled["person"]
        return filled


class GroupForm(KeyedForm):
    """What a group is called."""

    name = forms.CharField(
        label=_("What do these cards share?"),
        help_text=_("A few words. You can change them on any day while the wall is open."),
        max_length=120,
        error_messages={"required": _("Give the group a name. A few words are best.")},
    )


class MoveForm(KeyedForm):
    """Where a card shall hang. ``version``: how often it had been moved when the sheet was shown."""

    to = forms.ChoiceField(
        label=_("Where shall it hang?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose a group, or none.")},
    )
    name = forms.CharField(label=_("If a new group: what do these cards share?"), max_length=120, required=False)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def __init__(self, *args: Any, groups: Sequence[WallGroup], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.groups = {str(group.pk): group for group in groups}
        named = [(pk, group.name) for pk, group in self.groups.items()]
        self.fields["to"].choices = [*named, (NEW_GROUP, _("A new group")), (NO_GROUP, _("In no group"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("to") == NEW_GROUP and not cleaned.get("name", "").strip():
            self.add_error("name", _("Give the group a name. A few words are best."))
        return cleaned


class ThemeForm(KeyedForm):
    """Make a theme of a group, or put its cards with one that is there."""

    makes_new = True

    theme = forms.ChoiceField(label=_("Is there a theme for this already?"), required=False)
    name = forms.CharField(label=_("If it is a new theme: what would you call it?"), max_length=120, required=False)
    why = forms.CharField(
        label=_("Why do these belong together?"),
        help_text=_("Others can follow it later. You can leave this empty."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )

    def __init__(self, *args: Any, themes: Sequence[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes = {str(theme.pk): theme for theme in themes}
        named = [(pk, theme.name) for pk, theme in self.themes.items()]
        self.fields["theme"].choices = [("", _("No, it is a new theme")), *named]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not cleaned.get("theme") and not cleaned.get("name", "").strip():
            self.add_error("name", _("Give the theme a name. A few words are best."))
        return cleaned
