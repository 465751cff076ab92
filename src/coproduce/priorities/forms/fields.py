"""What the sheets of an exercise share: rows to choose from, a day that has come, a reason."""

from collections.abc import Callable, Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.ui.forms import KeyedForm


def short(rows: int) -> forms.Textarea:
    """A few lines to write on."""
    return forms.Textarea(attrs={"rows": rows, "class": "short"})


class Offering:
    """A field that offers rows of the database by their identifiers, and answers with the rows themselves."""

    rows: dict[str, Any]
    choices: Any

    def offer(self, rows: Iterable[Any], said: Callable[[Any], Any], first: Any = None) -> None:
        """rows: what may be chosen. said: what a row is called. first: what stands before them, for none of them."""
        self.rows = {str(each.pk): each for each in rows}
        named = [(pk, said(each)) for pk, each in self.rows.items()]
        self.choices = [*([("", first)] if first else []), *named]


class OneOf(Offering, forms.ChoiceField):
    """One row of those offered, or None."""

    def clean(self, value: Any) -> Any:
        return self.rows.get(super().clean(value))


class SomeOf(Offering, forms.MultipleChoiceField):
    """Some of the rows offered, each with a box to tick."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value: Any) -> Any:
        return [self.rows[pk] for pk in super().clean(value)]


class DayField(forms.DateField):
    """A day that has come."""

    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    default_error_messages = {"invalid": _("We could not read that date. Write it like 2026-03-14.")}

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value is not None and value > clock.today():
            raise forms.ValidationError(_("That day has not come yet."))


class WhyForm(KeyedForm):
    """A reason, and nothing else."""

    why = forms.CharField(label=_("Why?"), max_length=300, error_messages={"required": _("Say why, in a few words.")})


def without_key(form: KeyedForm) -> dict[str, Any]:
    """What was written on a sheet, by the names of its fields."""
    return {name: value for name, value in form.cleaned_data.items() if name != "key"}
