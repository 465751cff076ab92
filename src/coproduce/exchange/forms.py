"""Sending a table, and saying which column is which."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coproduce.consent.models import Use
from coproduce.exchange.actions.table import Columns
from coproduce.ui.forms import KeyedForm

LARGEST = 20 * 1024 * 1024


class TableForm(KeyedForm):
    """The file itself."""

    table = forms.FileField(
        label=_("Which file shall we read?"),
        help_text=_(
            "A table (XLSX, ODS, or CSV in UTF-8) with a heading in its first row and one text in each row below it; "
            "or a project (QDPX, QDC, or SQLite from Taguette). At most 20 MB."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.ods,.qdpx,.qdc,.sqlite3,.sqlite,.db"}),
    )

    def clean_table(self) -> Any:
        table = self.cleaned_data["table"]
        if table.size > LARGEST:
            raise ValidationError(
                _now("This file is larger than 20 MB. Whoever looks after the server can read it in.")
            )
        return table


class AgreedForm(KeyedForm):
    """What the people whose texts are in a file agreed to, where the texts come from."""

    agreed = forms.MultipleChoiceField(
        label=_("What did the people whose texts these are agree to?"),
        required=False,
        choices=[(use, use.label) for use in (Use.QUOTE, Use.RESEARCH_DATA, Use.REUSE, Use.ARCHIVE)],
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Tick only what they agreed to where these texts come from. What you leave empty means: their words can be "
            "read and worked with in this space, and do not leave it."
        ),
    )


class ColumnsForm(AgreedForm):
    """Which column is which."""

    field_order = ("text", "labels", "codes", "person", "date", "agreed")

    text = forms.ChoiceField(label=_("Which column holds the words?"))
    labels = forms.MultipleChoiceField(
        label=_("Which columns are themes?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Columns with a 1 or a yes where the theme is in the text. Leave all empty if there are none."),
    )
    codes = forms.MultipleChoiceField(
        label=_("Which columns hold names of themes?"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Columns with the names themselves in their cells, several with a ; between them."),
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
        self.fields["labels"].choices = self.fields["codes"].choices = named
        self.fields["person"].choices = [("", _("None of them")), *named]
        self.fields["date"].choices = [("", _("None of them")), *named]

    def columns(self) -> Columns:
        """What was chosen, for the action."""
        chosen = self.cleaned_data
        marked, named = tuple(chosen["labels"]), tuple(chosen["codes"])
        return Columns(chosen["text"], marked, chosen["person"] or None, chosen["date"] or None, named)

    def clean(self) -> dict[str, Any]:
        chosen = super().clean() or {}
        themes = [*chosen.get("labels", []), *chosen.get("codes", [])]
        others = [*themes, chosen.get("person"), chosen.get("date")]
        if chosen.get("text") and chosen["text"] in others:
            raise ValidationError(_now("The column with the words cannot be something else as well."))
        if len(set(themes)) < len(themes):
            raise ValidationError(_now("A column holds either marks or names of themes, not both."))
        return chosen
