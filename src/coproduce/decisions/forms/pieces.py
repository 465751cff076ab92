"""What several of these sheets are made of."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.deliberation.forms import names_for_reasons
from coproduce.people.models import Attribution, Person
from coproduce.ui.forms import KeyedForm, own_words

SAY_WHY = _("Say why, so that people need not guess.")


def reason_for(label: Any, hint: Any = "") -> forms.CharField:
    """Why something changes, which has to be said."""
    return own_words(label, needed=SAY_WHY, hint=hint, rows=3, at_most=2000)


class SaysWithName(KeyedForm):
    """What somebody says with the name that they choose for it.

    ``ways``: the letters that the person shows; ``own`` is false where it is written down for somebody else.
    """

    attribution = forms.ChoiceField(label=_("How shall your name appear?"), widget=forms.RadioSelect)
    said_of_others = {"attribution": _("How shall their name appear?")}

    def __init__(self, *args: Any, person: Person, ways: str, own: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            for name, label in self.said_of_others.items():
                self.fields[name].label = label
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        if self.initial.get("attribution") not in [value for value, _label in names.choices]:
            self.initial["attribution"] = Attribution.CHOSEN


class ChoosesPerson(forms.Form):
    """Choose one of ``people`` in the field that ``of_whom`` names. ``chosen()`` is who it is."""

    of_whom = ""

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        named = [(pk, each.chosen_name) for pk, each in self.people.items()]
        self.fields[self.of_whom].choices = [("", _("Choose")), *named]

    def chosen(self) -> Person | None:
        """Who was chosen, None for nobody."""
        return self.people.get(self.cleaned_data[self.of_whom])
