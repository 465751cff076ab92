"""The sheets for linking two spaces."""

from typing import Any, NamedTuple
from uuid import UUID

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coproduce.spaces.access import Place
from coproduce.spaces.models import Space
from coproduce.traces.across import MODELS, ends_to_choose, spaces_to_choose
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import shortened


class Chosen(NamedTuple):
    """Another space, and what it led to there (None: the space itself)."""

    theirs: Space
    led_to: Any


class AcrossForm(KeyedForm):
    """What it led to in which other space, and how one came to the other."""

    makes_new = True

    led_to = forms.ChoiceField(
        label=_("What did it lead to?"),
        help_text=_("These are your other spaces, and what is there."),
        error_messages={"required": _("Choose what it led to."), "invalid_choice": _("Choose one of the list.")},
    )
    why = forms.CharField(
        label=_("How did one come of the other?"),
        help_text=_("One sentence. People in both spaces read it, so do not say here what only one of them may know."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "class": "short"}),
        error_messages={"required": _("Say how one came of the other.")},
    )

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spaces = spaces_to_choose(place)
        self.spaces = {str(space.pk): space for space in spaces}
        ends = ends_to_choose(spaces)
        self.is_empty = not spaces
        groups: list[Any] = [("", _now("Choose"))]
        for space in spaces:
            held = [(f"{space.pk} {field} {pk}", shortened(name, 80)) for at, field, pk, name in ends if at == space]
            groups.append((space.name, [(str(space.pk), _now("The space itself")), *held]))
        self.fields["led_to"].choices = groups

    def chosen(self) -> Chosen:
        """What was chosen, once the form is valid."""
        key, _space, rest = self.cleaned_data["led_to"].partition(" ")
        field, _between, pk = rest.partition(" ")
        led_to = MODELS[field].objects.filter(pk=UUID(pk), space=key).first() if field else None
        return Chosen(self.spaces[key], led_to)


class EndForm(KeyedForm):
    """Why a link is ended, or not wanted."""

    why = forms.CharField(
        label=_("Why does it end?"),
        help_text=_("People in both spaces read it."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "class": "short"}),
        error_messages={"required": _("Say why, so that people in both spaces need not guess.")},
    )


class AgreeForm(KeyedForm):
    """One button."""
