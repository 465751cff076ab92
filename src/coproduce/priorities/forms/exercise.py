"""What an exercise asks, who carries it, and moving it on."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.gatherings.models import Gathering
from coproduce.people.models import Person
from coproduce.priorities.forms.fields import OneOf, SomeOf, short, without_key
from coproduce.priorities.models import MOST_CHOSEN, Exercise
from coproduce.ui.forms import KeyedForm


class AboutForm(KeyedForm):
    """What an exercise asks and how it goes. ``begun``: people have chosen by it, so some of it stays as it is."""

    title = forms.CharField(
        label=_("What shall we call it?"),
        max_length=160,
        error_messages={"required": _("Give it a name of a few words.")},
    )
    asks = forms.CharField(
        label=_("What do we not know?"),
        help_text=_("One question, such as: “What do we not know about being out of breath at night?”"),
        max_length=300,
        widget=short(2),
        error_messages={"required": _("Write the question in one sentence.")},
    )
    scope = forms.CharField(
        label=_("What belongs to it, and what does not?"),
        help_text=_("So that later nobody has to guess why something was left out."),
        max_length=4000,
        widget=short(5),
        error_messages={"required": _("Say what belongs to it, in a sentence or two.")},
    )
    top = forms.IntegerField(label=_("How many questions shall the list name in the end?"), min_value=1, max_value=50)
    shortlist = forms.IntegerField(
        label=_("How many shall be talked over at tables?"),
        help_text=_("About twice as many as the list names."),
        min_value=2,
        max_value=100,
    )
    most = forms.IntegerField(
        label=_("How many may each person choose before that?"), min_value=1, max_value=MOST_CHOSEN
    )
    ranked = forms.TypedChoiceField(
        label=_("Do people say which comes first?"),
        choices=[("yes", _("Yes: the first counts for most")), ("no", _("No: each one chosen counts the same"))],
        coerce=lambda value: value == "yes",
        widget=forms.RadioSelect,
    )
    minimum_days = forms.IntegerField(
        label=_("How many days does everyone have to choose, at the least?"),
        help_text=_("Letters take time. Somebody closes it after that; nothing closes by itself."),
        min_value=1,
        max_value=365,
    )
    field_order = ["key", "title", "asks", "scope", "top", "shortlist", "most", "ranked", "minimum_days"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("top") and cleaned.get("shortlist") and cleaned["shortlist"] < cleaned["top"]:
            self.add_error("shortlist", _("The tables need at least as many questions as the list names."))
        return cleaned

    def fields_for_action(self) -> dict[str, Any]:
        return without_key(self)


class ProposeForm(AboutForm):
    """Propose an exercise."""

    makes_new = True
    folded = [
        (_("How it goes: a list of ten, chosen in two rounds"), ("top", "shortlist", "most", "ranked", "minimum_days"))
    ]

    def __init__(self, *args: Any, reading_days: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        first = {"top": 10, "shortlist": 20, "most": 10, "ranked": "yes", "minimum_days": max(reading_days, 1)}
        for name, value in first.items():
            self.fields[name].initial = value


class ChangeForm(AboutForm):
    """Change what an exercise says of itself, and where its tables meet."""

    gathering = OneOf(label=_("At which gathering do the tables meet?"), required=False)

    def __init__(self, *args: Any, exercise: Exercise, gatherings: Sequence[Gathering], **kwargs: Any) -> None:
        said = {name: getattr(exercise, name) for name in self.base_fields if name not in ("key", "ranked")}
        said |= {"ranked": "yes" if exercise.ranked else "no", "gathering": str(exercise.gathering_id or "")}
        super().__init__(*args, initial={**said, **(kwargs.pop("initial", None) or {})}, **kwargs)
        self.fields["gathering"].offer(gatherings, lambda each: each.title, first=_("Not settled yet"))


class PeopleForm(KeyedForm):
    """Choose among the people of the space."""

    people = SomeOf(label=_("Who carries it?"), required=False)

    def __init__(self, *args: Any, members: Sequence[Person], ticked: Iterable[Any] = (), **kwargs: Any) -> None:
        initial = {"people": [str(pk) for pk in ticked], **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["people"].offer(members, lambda person: person.chosen_name)


class MoveForm(KeyedForm):
    """Why an exercise goes on, or back."""

    to = forms.CharField(widget=forms.HiddenInput)
    why = forms.CharField(
        label=_("Why now?"),
        help_text=_("Everyone can read it, so name nobody who would not want that. A sentence is enough."),
        max_length=2000,
        widget=short(3),
        error_messages={"required": _("Say why, in a few words.")},
    )
