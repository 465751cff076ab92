"""Sending a table, and saying which column is which."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coproduce.exchange.actions.table import Columns
from coproduce.ui.forms import KeyedForm

LARGEST = 10 * 1024 * 1024


class TableForm(KeyedForm):
    """The file itself."""

    table = forms.FileField(
        label=_("Which table shall we read?"),
        help_text=_(
            "A CSV file in UTF-8, with a heading in its first row and one text in each row below it. "
            "In a spreadsheet: Save as, CSV UTF-8. At most 10 MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_table(self) -> Any:
        table = self.cleaned_data["table"]
        if table.size > LARGEST:
            raise ValidationError(
                _now("This file is larger than 10 MB. Whoever looks after the server can read it in.")
            )
        return table


class ColumnsForm(KeyedForm):
    """Which column is which."""

    text = forms.ChoiceField(label=_("Which column holds the words?"))
    labels = forms.MultipleChoiceField(
        label=_("Which columns are themes?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Columns with a 1 or a yes where the theme is in the text. Leave all empty if there are none."),
    )
    person = forms.ChoiceField(
        label=_("Which column tells one person from another?"),
        required=False,
        help_text=_("What is in it is not kept: people are numbered."),
    )
    date = forms.ChoiceField(label=_("Which column holds the day?"), required=False)

    def __init__(self, *args: Any, headings: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(name, name) for name in headings if name]
        self.fields["text"].choices = [("", _("Choose a column")), *named]
        self.fields["labels"].choices = named
        self.fields["person"].choices = [("", _("None of them")), *named]
        self.fields["date"].choices = [("", _("None of them")), *named]

    def columns(self) -> Columns:
        """What was chosen, for the action."""
        chosen = self.cleaned_data
        return Columns(chosen["text"], tuple(chosen["labels"]), chosen["person"] or None, chosen["date"] or None)

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        others = [*chosen.get("labels", []), chosen.get("person"), chosen.get("date")]
        if chosen.get("text") and chosen["text"] in others:
            raise ValidationError(_now("The column with the words cannot be something else as well."))
        return chosen
