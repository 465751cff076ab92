"""The part of a charter's form that says who decides what, and how a decision can be looked at again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.people.models import Person
from coproduce.spaces.charters import PLAIN_RIGHTS, Rights
from coproduce.spaces.models import ALWAYS_ALLOWED, AmendmentRule, Deciding

DELEGATIONS = 3
"""Matters that can be given to named people in one charter, beside those that it names already."""


class RightsFields(forms.Form):
    """Who decides what, and how it can be looked at again. ``people``: the members who can be named.

    ``rights``: what the form begins with.
    """

    allowed = forms.MultipleChoiceField(
        label=_("Which ways of deciding may be used, beside consent?"),
        choices=[(kind.value, kind.label) for kind in Deciding if kind not in ALWAYS_ALLOWED],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    days_here_to_decide = forms.IntegerField(
        label=_("How many days must somebody have been here to decide?"),
        help_text=_("Counted when something is put. 0 for everybody who is here on that day. Anybody may speak."),
        min_value=0,
        max_value=365,
    )
    days_when_asked = forms.IntegerField(
        label=_("How many days do we wait when somebody asks for time, or has a pause?"),
        help_text=_("Nobody is told who, or why. 0 means that nothing waits for one person."),
        min_value=0,
        max_value=90,
    )
    positions_one_may_carry = forms.IntegerField(
        label=_("For how many others may one person bring their position?"),
        help_text=_("Both names stand with it. 0 means that everybody speaks for themselves."),
        min_value=0,
        max_value=20,
    )
    amendments = forms.ChoiceField(
        label=_("Until when may whoever put something take up other words?"),
        choices=AmendmentRule.choices,
        widget=forms.RadioSelect,
    )
    amending_restarts_reading = forms.BooleanField(
        label=_("The reading time begins again with other words"), required=False
    )
    members_to_reopen = forms.IntegerField(
        label=_("How many members must ask before we look at a decision again?"), min_value=1, max_value=500
    )
    evidence_reopens = forms.BooleanField(label=_("One is enough, when they bring something new"), required=False)

    def __init__(self, *args: Any, people: Sequence[Person], rights: Rights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in self.fields["allowed"].choices:
            self.fields[f"for_{kind[0]}"] = forms.CharField(
                label=_("%(kind)s: for what?") % {"kind": kind[1]}, max_length=300, required=False
            )
        for name in PLAIN_RIGHTS:
            self.initial.setdefault(name, getattr(rights, name))
        self.initial.setdefault("allowed", list(rights.kinds))
        for kind, for_what in rights.kinds.items():
            self.initial.setdefault(f"for_{kind}", for_what)
        named = list(rights.delegates.items())
        choices = [(str(person.pk), person.chosen_name) for person in people]
        self.matters = range(max(DELEGATIONS, len(named) + 1))
        for n in self.matters:
            matter, keys = named[n] if n < len(named) else ("", [])
            self.fields[f"matter_{n}"] = forms.CharField(
                label=_("A matter that some of us decide"), max_length=160, required=False, initial=matter
            )
            self.fields[f"people_{n}"] = forms.MultipleChoiceField(
                label=_("Who decides it?"),
                choices=choices,
                widget=forms.CheckboxSelectMultiple,
                required=False,
                initial=keys,
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for n in self.matters:
            if bool(cleaned.get(f"matter_{n}")) != bool(cleaned.get(f"people_{n}")):
                self.add_error(f"matter_{n}", _("Say both: which matter, and who decides it."))
        return cleaned

    def kind_fields(self) -> list[Any]:
        """For each kind of deciding beside consent, the field that says for what."""
        return [self[f"for_{value}"] for value, _label in self.fields["allowed"].choices]

    def delegations(self) -> list[tuple[Any, Any]]:
        """(matter, people) fields."""
        return [(self[f"matter_{n}"], self[f"people_{n}"]) for n in self.matters]

    def rights_for_action(self) -> Rights:
        """The rights as they were filled in."""
        filled = self.cleaned_data
        matters = [(filled[f"matter_{n}"].strip(), filled[f"people_{n}"]) for n in self.matters]
        return Rights(
            **{name: filled[name] for name in PLAIN_RIGHTS},
            kinds={kind: filled[f"for_{kind}"].strip() for kind in filled["allowed"]},
            delegates={matter: keys for matter, keys in matters if matter},
        )
