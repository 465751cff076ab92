"""Sheets for asking about claims together, and for closing that."""

from typing import Any

from django import forms
from django.core import validators
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coproduce.deliberation.forms.choosing import ChoosesFromMany
from coproduce.deliberation.queries import statements_in
from coproduce.spaces.models import Space
from coproduce.ui.forms import KeyedForm, own_words

ALL, SOME = "all", "some"


class RoundForm(ChoosesFromMany):
    """Ask about claims of a space together. ``shortest``: for how many days a round stays open at least."""

    choosing = "claims"

    question = forms.CharField(
        label=_("What is this round about?"),
        help_text=_("One line that people will know it by: “Before winter: who gets in?”"),
        max_length=200,
        error_messages={"required": _("Give the round a line that people will know it by.")},
    )
    about = own_words(_("Is there something to know first?"), at_most=2000, rows=3)
    which = forms.ChoiceField(
        label=_("Which claims?"),
        choices=[
            (ALL, _("Every claim here, and those drawn while it is open")),
            (SOME, _("Only the ones ticked below")),
        ],
        widget=forms.RadioSelect,
        initial=SOME,
    )
    claims = forms.MultipleChoiceField(
        label=_("The claims"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("One of these was put out of sight, or is not in this space.")},
    )
    hides = forms.ChoiceField(
        label=_("Can people see what others answer while the round is open?"),
        choices=[
            ("yes", _("No: everyone answers first, and all see the answers when it closes")),
            ("no", _("Yes, as they come")),
        ],
        widget=forms.RadioSelect,
        initial="yes",
    )
    days = forms.IntegerField(label=_("For how many days is it open at least?"), min_value=1, max_value=400)
    send_to = own_words(
        _("Where does paper go back to?"),
        hint=_("An address, a box at a front desk, a telephone number. It is printed on the sheets."),
        at_most=600,
        rows=3,
    )

    field_order = ["key", "question", "about", "which", "find", "claims", "hides", "days", "send_to"]

    def __init__(self, *args: Any, space: Space, shortest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = self.offered(statements_in(space), ("-drawn_at", "-pk"))
        self.fields["claims"].choices = [(pk, claim.words) for pk, claim in self.found.items()]
        self.fields["find"].help_text = _("A word of the claim. The newest stand below.")
        days = self.fields["days"]
        days.initial, days.min_value = shortest, shortest
        days.validators = [validators.MinValueValidator(shortest), validators.MaxValueValidator(400)]
        days.widget.attrs["min"] = shortest
        days.help_text = ngettext(
            "People are given at least one day to read here, so a round stays open as long.",
            "People are given at least %(days)s days to read here, so a round stays open as long.",
            shortest,
        ) % {"days": shortest}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("which") == SOME and not data.get("claims") and "claims" not in self.errors:
            self.add_error("claims", _("Tick at least one claim, or ask about every claim."))
        return data

    def fields_for_action(self) -> dict[str, Any]:
        """What ``open_a_round`` takes."""
        data = self.cleaned_data
        for_all = data["which"] == ALL
        return {
            "question": data["question"],
            "about": data["about"],
            "for_all": for_all,
            "claims": [] if for_all else [self.found[pk] for pk in data["claims"]],
            "hides": data["hides"] == "yes",
            "days": data["days"],
            "send_to": data["send_to"],
        }


class CloseRoundForm(KeyedForm):
    """Close a round."""

    words = own_words(
        _("What would you like to say to everyone who answered?"),
        hint=_("What happens with the answers next. You can leave this empty."),
        at_most=2000,
        rows=4,
    )
