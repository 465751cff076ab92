"""The sheet where somebody says whether we may write to them."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.messages.models import Letters, News, Reminders
from coproduce.ui.forms import KeyedForm

HOURS = [(hour, f"{hour:02}:00") for hour in range(24)]


class LettersForm(KeyedForm):
    """How often, what a mail may say, and when nothing is sent."""

    news = forms.ChoiceField(
        label=_("Shall we tell you when there is news for you?"),
        help_text=_(
            "A question by name, words meant for you, something in what you follow, or what came of what you said."
        ),
        choices=News.choices,
        widget=forms.RadioSelect,
    )
    letter = forms.ChoiceField(
        label=_("Shall we tell you when a letter is ready?"), choices=Letters.choices, widget=forms.RadioSelect
    )
    promises = forms.ChoiceField(
        label=_("Shall we remind you of what you promised?"),
        help_text=_("Only while there is something you have not done yet. Not yet is an answer too."),
        choices=Reminders.choices,
        initial=Reminders.NEVER,
        required=False,
        widget=forms.RadioSelect,
    )
    may_name = forms.BooleanField(
        label=_("The mail may say which space it is about"),
        help_text=_("Leave it unticked if somebody else might read your mail. No mail ever holds anybody’s words."),
        required=False,
    )
    quiet_from = forms.TypedChoiceField(label=_("Send nothing from"), choices=HOURS, coerce=int)
    quiet_until = forms.TypedChoiceField(label=_("until"), choices=HOURS, coerce=int)

    def fields_for_action(self) -> dict[str, Any]:
        filled = self.cleaned_data
        return {
            **{name: filled[name] for name in ("news", "letter", "may_name")},
            "promises": filled["promises"] or Reminders.NEVER,
            "quiet": (filled["quiet_from"], filled["quiet_until"]),
        }
