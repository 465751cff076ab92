"""Sheets for ending a space, and for going on with what another left."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.outcomes.models import EndsAs, LeftKind
from coproduce.outcomes.queries.ending import SHOWN, OpenThing
from coproduce.spaces.models import Space
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import shortened

HANDED, LEFT = "handed", "left"


class SayEndingForm(KeyedForm):
    """The space means to end, or to rest."""

    ends_as = forms.ChoiceField(label=_("What becomes of the space?"), choices=EndsAs.choices, widget=forms.RadioSelect)
    why = forms.CharField(
        label=_("Why?"),
        help_text=_("Everybody here reads it."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say why. Everybody here reads it.")},
    )
    stays = forms.CharField(
        label=_("What stays, and who keeps it?"),
        help_text=_("What can still be read, where, for how long, and whom to ask."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def fields_for_action(self) -> dict[str, Any]:
        """What ``say_ending`` takes."""
        return {name: self.cleaned_data[name] for name in ("ends_as", "why", "stays")}


class LeaveForm(KeyedForm):
    """What of one kind is handed on, or left, and why. ``may_hand_on``: a space agreed to go on with it."""

    which = forms.MultipleChoiceField(
        label=_("Which?"), widget=forms.CheckboxSelectMultiple, required=False,
        error_messages={"invalid_choice": _("One of these is not open any more.")},
    )  # fmt: skip
    everything = forms.BooleanField(label=_("All of them"), required=False)
    what = forms.ChoiceField(
        label=_("What becomes of it?"),
        choices=[(HANDED, _("The other space goes on with it")), (LEFT, _("It is left open"))],
        initial=LEFT,
        widget=forms.RadioSelect,
    )
    because = forms.CharField(
        label=_("Why is it left open?"),
        help_text=_("It is shown to those who asked."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, kind: str, things: list[OpenThing], may_hand_on: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind = kind
        named = _("Words of %(day)s") if kind == LeftKind.WORDS else _("Somebody who is told since %(day)s")
        self.fields["which"].choices = [
            (str(one.subject), shortened(one.title, 110) if one.title else named % {"day": one.since})
            for one in things[:SHOWN]
        ]
        if not may_hand_on or kind in (LeftKind.WORDS, LeftKind.PERSON):
            del self.fields["what"]

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not said.get("which") and not said.get("everything"):
            self.add_error("which", _("Choose at least one, or all of them."))
        if said.get("what", LEFT) == LEFT and not (said.get("because") or "").strip():
            self.add_error("because", _("Say why it is left open. It is shown to those who asked."))
        return said

    def fields_for_action(self) -> dict[str, Any]:
        """What ``leave_open`` takes."""
        said = self.cleaned_data
        return {
            "kind": self.kind,
            "subjects": [UUID(pk) for pk in said["which"]],
            "everything": said["everything"],
            "handed_on": said.get("what", LEFT) == HANDED,
            "because": said["because"],
        }


class AskSuccessorForm(KeyedForm):
    """Which space shall go on?"""

    to_space = forms.ChoiceField(
        label=_("Which space shall go on with it?"), error_messages={"required": _("Choose a space.")}
    )
    words = forms.CharField(
        label=_("What should they know?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, spaces: list[Space], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spaces = {str(one.pk): one for one in spaces}
        named = [(pk, one.name) for pk, one in self.spaces.items()]
        self.fields["to_space"].choices = [("", _("Choose a space")), *named]

    def fields_for_action(self) -> dict[str, Any]:
        """What ``ask_successor`` takes."""
        return {"to_space": self.spaces[self.cleaned_data["to_space"]], "words": self.cleaned_data["words"]}


class AnswerSuccessionForm(KeyedForm):
    """Will your space go on with what another leaves?"""

    agreed = forms.ChoiceField(
        label=_("Will this space go on with it?"),
        choices=[("yes", _("Yes, we go on with it")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("What do you say to them?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 2})
    )

    def fields_for_action(self) -> dict[str, Any]:
        """What ``answer_succession`` takes."""
        return {"agreed": self.cleaned_data["agreed"] == "yes", "words": self.cleaned_data["words"]}


class FinishForm(KeyedForm):
    """The last word."""

    last_words = forms.CharField(
        label=_("What is the last word?"),
        help_text=_("Everybody who was here reads it: what was made, what was not, and thanks."),
        max_length=20_000,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={"required": _("Say a last word. Everybody who was here reads it.")},
    )
