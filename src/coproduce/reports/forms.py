"""The sheet for keeping an account."""

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.ui.forms import KeyedForm


class KeepForm(KeyedForm):
    """Keep these numbers, as of today."""

    note = forms.CharField(
        label=_("What is it for?"),
        help_text=_(
            "So that you find it again: “for our funder”, “read together in October”. You can leave this empty."
        ),
        max_length=200,
        required=False,
    )
