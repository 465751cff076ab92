"""Arranging a gathering."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.ui.forms import KeyedForm


class GatheringForm(KeyedForm):
    """When, where, and what makes it possible to be there."""

    makes_new = True

    title = forms.CharField(
        label=_("What is it about?"), help_text=_("A few words. It needs no agenda."), max_length=160
    )
    starts_at = forms.DateTimeField(
        label=_("When does it begin?"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    ends_at = forms.DateTimeField(
        label=_("When does it end?"),
        help_text=_("Leave it empty if you do not know yet."),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    place = forms.CharField(
        label=_("Where is it?"),
        help_text=_("A room and how to find it, a telephone number, or an address to click on."),
        max_length=200,
        required=False,
    )
    access = forms.CharField(
        label=_("What have you arranged so that people can be there?"),
        help_text=_(
            "Steps and lifts, a hearing loop, BSL, another language, fares, somebody to sit with a relative, "
            "a quiet room, a way to ring in. Say what is not there too, and whom to ask."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        max_length=4000,
        required=False,
    )
    words = forms.CharField(
        label=_("Is there more to say?"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        max_length=10000,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        filled: dict[str, Any] = super().clean() or {}
        starts_at, ends_at = filled.get("starts_at"), filled.get("ends_at")
        if starts_at and ends_at and ends_at <= starts_at:
            self.add_error("ends_at", _("This is before it begins. Look at the day and the time once more."))
        return filled

    def fields_for_action(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}
