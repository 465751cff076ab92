"""Sheets for telling what came of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import assisted_members
from coproduce.deliberation.forms import ChoosesContributions
from coproduce.outcomes.models import OutcomeKind, State
from coproduce.outcomes.queries import Choices, possible_sources
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import shortened

STATES = [
    (State.DONE, _("It is done")),
    (State.PARTLY, _("Part of it is done")),
    (State.NOT_BECAUSE, _("It will not happen, and I can say why")),
    (State.NOT_YET, _("Not yet")),
]


def _because() -> forms.CharField:
    return forms.CharField(
        label=_("Why? What is missing?"),
        help_text=_("If it will not happen, say why. Otherwise you can leave this empty."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def _asked_on() -> forms.DateField:
    return forms.DateField(
        label=_("If not yet: on which day was it asked for?"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _state() -> forms.ChoiceField:
    return forms.ChoiceField(label=_("How far has it come?"), choices=STATES, widget=forms.RadioSelect)


class SaysState(forms.Form):
    """What every sheet with a state must hold to."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("state") == State.NOT_BECAUSE and not (said.get("because") or "").strip():
            self.add_error("because", _("Say why not. People who asked for it will read this first."))
        if said.get("state") == State.NOT_YET and "asked_on" in self.fields and not said.get("asked_on"):
            if "asked_on" not in self.errors:
                self.add_error("asked_on", _("Say on which day it was asked for."))
        elif said.get("asked_on") and said["asked_on"] > clock.today():
            self.add_error("asked_on", _("This day is still to come."))
        return said


class TellForm(SaysState, ChoosesContributions):
    """Something changed, or did not, or simply happened."""

    title = forms.CharField(label=_("What changed, or did not?"), max_length=160, help_text=_("In one line."))
    words = forms.CharField(
        label=_("Tell a little more"), required=False, max_length=10_000, widget=forms.Textarea(attrs={"rows": 5})
    )
    kind = forms.ChoiceField(label=_("Where is the change?"), choices=OutcomeKind.choices, widget=forms.RadioSelect)
    expected = forms.ChoiceField(
        label=_("Did anybody plan it?"),
        choices=[("yes", _("Yes, we set out to do this")), ("no", _("No, it simply happened"))],
        widget=forms.RadioSelect,
    )
    state = _state()
    because = _because()
    asked_on = _asked_on()
    decisions = forms.MultipleChoiceField(
        label=_("Which decisions led to it?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    themes = forms.MultipleChoiceField(
        label=_("Which themes led to it?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    field_order = [
        "key", "title", "words", "kind", "expected", "state", "because", "asked_on", "decisions", "themes",
        "contributions", "find",
    ]  # fmt: skip

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, place=place, **kwargs)
        self.choices: Choices = possible_sources(place)
        self.fields["decisions"].choices = [(str(one.pk), one.proposal.title) for one in self.choices.decisions]
        self.fields["themes"].choices = [(str(one.pk), one.name) for one in self.choices.themes]
        self.fields["contributions"].label = _("From whose words did it come?")

    def fields_for_action(self) -> dict[str, Any]:
        """What ``tell_outcome`` takes."""
        said = self.cleaned_data
        decisions, themes = set(said["decisions"]), set(said["themes"])
        return {
            **{name: said[name] for name in ("title", "words", "kind", "state", "because", "asked_on")},
            "expected": said["expected"] == "yes",
            "decisions": [one for one in self.choices.decisions if str(one.pk) in decisions],
            "themes": [one for one in self.choices.themes if str(one.pk) in themes],
            "contributions": self.chosen_contributions(),
        }


class StateForm(SaysState, KeyedForm):
    """How far an outcome has come now."""

    makes_new = True

    state = _state()
    because = _because()
    asked_on = _asked_on()

    def fields_for_action(self) -> dict[str, Any]:
        """What ``say_state`` takes."""
        return {name: self.cleaned_data[name] for name in ("state", "because", "asked_on")}


class CommitForm(KeyedForm):
    """A promise."""

    makes_new = True

    words = forms.CharField(label=_("What will you do?"), max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    person = forms.ChoiceField(label=_("Who promises it?"), required=False)

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people: dict[str, Person] = {}
        if place.is_facilitator:
            self.people = {str(person.pk): person for person in assisted_members(place.space)}
        if self.people:
            named = [(pk, person.chosen_name) for pk, person in self.people.items()]
            self.fields["person"].choices = [("", _("I do")), *named]
            self.fields["words"].label = _("What will you, or they, do?")
        else:
            del self.fields["person"]

    def fields_for_action(self) -> dict[str, Any]:
        """What ``make_commitment`` takes."""
        return {"words": self.cleaned_data["words"], "person": self.people.get(self.cleaned_data.get("person", ""))}


class KeepForm(SaysState, KeyedForm):
    """What became of a promise."""

    state = _state()
    because = _because()

    def fields_for_action(self) -> dict[str, Any]:
        """What ``update_commitment`` takes."""
        return {name: self.cleaned_data[name] for name in ("state", "because")}


class GoodEnoughForm(KeyedForm):
    """Was this answer good enough?"""

    contribution = forms.ChoiceField(label=_("Which of your words is this about?"), widget=forms.RadioSelect)
    answer = forms.ChoiceField(
        label=_("Is it a good enough answer to them?"),
        choices=[("yes", _("Yes")), ("no", _("No. It should stay open"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Is there something you want to say about it?"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, mine: list[Contribution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.mine = {str(one.pk): one for one in mine}
        self.fields["contribution"].choices = [
            (pk, shortened(one.content_note or one.words, 90)) for pk, one in self.mine.items()
        ]
        if len(mine) == 1:
            self.initial.setdefault("contribution", str(mine[0].pk))

    def fields_for_action(self) -> dict[str, Any]:
        """What ``say_good_enough`` takes."""
        said = self.cleaned_data
        return {
            "contribution": self.mine[said["contribution"]],
            "answer": said["answer"] == "yes",
            "words": said["words"],
        }
