"""What somebody looks for."""

from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.finding.models import What
from coproduce.finding.queries import Asked
from coproduce.ways import WAYS

EARLIEST = 1990


class FindForm(forms.Form):
    """Every field but the words may be left out, and a wrong one is as if it were."""

    q = forms.CharField(label=_("What are you looking for?"), max_length=200, required=False)
    what = forms.ChoiceField(label=_("What it is"), required=False)
    way = forms.ChoiceField(label=_("How people know"), required=False)
    year = forms.TypedChoiceField(label=_("When it was said"), coerce=int, empty_value=0, required=False)

    def __init__(self, *args: Any, years: range, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs |= {"type": "search", "autocomplete": "off", "enterkeyhint": "search"}
        self.fields["what"].choices = [("", _("Everything")), *What.choices]
        self.fields["way"].choices = [("", _("Every way of knowing")), *((way.letter, way.says) for way in WAYS)]
        self.fields["year"].choices = [("", _("Any year")), *((year, str(year)) for year in reversed(years))]

    def asked(self) -> Asked:
        self.is_valid()
        given = self.cleaned_data
        return Asked(
            given.get("q", "").replace("\x00", ""), given.get("what", ""), given.get("way", ""), given.get("year") or 0
        )


def years_until(today: date) -> range:
    return range(EARLIEST, today.year + 1)
