"""What somebody looks for."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.models import Kind
from coproduce.finding.models import What
from coproduce.finding.queries import Asked
from coproduce.ways import WAYS

EARLIEST = 1990
SEASONS = [
    ("spring", _("Spring, March to May")),
    ("summer", _("Summer, June to August")),
    ("autumn", _("Autumn, September to November")),
    ("winter", _("Winter, December to February")),
]


class FindForm(forms.Form):
    """Every field but the words may be left out, and a wrong one is as if it were.

    themes, standpoints: those of the space that is looked through, to narrow by; none where it is several.
    """

    q = forms.CharField(label=_("What are you looking for?"), required=False, strip=False)
    what = forms.ChoiceField(label=_("What it is"), required=False)
    kind = forms.ChoiceField(label=_("What it is most like"), required=False)
    way = forms.ChoiceField(label=_("How people know"), required=False)
    theme = forms.ChoiceField(label=_("In the theme"), required=False)
    standpoint = forms.ChoiceField(label=_("By people who show that they are"), required=False)
    season = forms.ChoiceField(label=_("Season"), required=False)
    year = forms.TypedChoiceField(label=_("Year"), coerce=int, empty_value=0, required=False)

    def __init__(
        self,
        *args: Any,
        years: range,
        themes: Sequence[tuple[str, str]] = (),
        standpoints: Sequence[str] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["q"].widget.attrs |= {
            "type": "search", "autocomplete": "off", "enterkeyhint": "search", "dir": "auto"
        }  # fmt: skip
        self._offer("what", _("Everything"), What.choices)
        self._offer("kind", _("Every kind"), Kind.choices)
        self._offer("way", _("Every way of knowing"), [(way.letter, way.says) for way in WAYS])
        self._offer("theme", _("Every theme, and none"), themes)
        self._offer("standpoint", _("Everybody"), [(words, words) for words in standpoints])
        self._offer("season", _("Any season"), SEASONS)
        self._offer("year", _("Any year"), [(year, str(year)) for year in reversed(years)])
        for name, offered in (("theme", themes), ("standpoint", standpoints)):
            if not offered:
                del self.fields[name]

    def _offer(self, name: str, every: Any, choices: Sequence[Any]) -> None:
        self.fields[name].choices = [("", every), *choices]

    def asked(self) -> Asked:
        """What was filled in, as far as it can be."""
        self.is_valid()
        chosen = {name: value for name, value in self.cleaned_data.items() if value and name != "q"}
        return Asked(self.cleaned_data.get("q", ""), **chosen)


def years_until(today: date) -> range:
    """The years that can be chosen."""
    return range(EARLIEST, today.year + 1)
