"""The sheets with which people decide."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.ui.forms import KeyedForm

SHORT = {"rows": 2, "class": "short"}


class AskForm(KeyedForm):
    """One button: let the computer look."""


class DecideForm(KeyedForm):
    """Yes or no to what is ticked, or to one. Which is in the buttons: ``do`` is ``yes``, ``no``, ``yes:<id>`` …"""

    why = forms.CharField(
        label=_("Why? You can leave this empty."), max_length=2000, required=False, widget=forms.Textarea(attrs=SHORT)
    )


class RefuseForm(KeyedForm):
    """No, with a reason if somebody likes to give one."""

    why = forms.CharField(
        label=_("Why is this no theme? You can leave this empty."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=SHORT),
    )


class NameGroupForm(KeyedForm):
    """A person gives what the computer noticed a name."""

    makes_new = True

    name = forms.CharField(
        label=_("What would you call it?"),
        max_length=120,
        error_messages={"required": _("Give it a name. A few words are best.")},
    )
    words = forms.CharField(
        label=_("What does it gather?"),
        help_text=_("One sentence. You can leave this empty."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs=SHORT),
    )
    why = forms.CharField(
        label=_("Why do these words belong together? You can leave this empty."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs=SHORT),
    )

    def fields_for_action(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}
