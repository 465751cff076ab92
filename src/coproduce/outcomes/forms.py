"""Sheets for telling what came of it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.forms import CitingForm, SpokenForm, WrittenDownForm, name_choices
from coproduce.contributions.models import Contribution
from coproduce.contributions.queries import assisted_members
from coproduce.deliberation.forms import ChoosesContributions
from coproduce.outcomes.models import Bearing, OutcomeKind, State
from coproduce.outcomes.queries import Choices, possible_sources
from coproduce.people.models import Attribution, Channel, Person
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


def _bearing(label: Any, *, required: bool = True) -> forms.ChoiceField:
    choices = [*Bearing.choices, *([] if required else [("", _("I would rather not say"))])]
    return forms.ChoiceField(label=label, choices=choices, required=required, widget=forms.RadioSelect)


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


class NamesSources(ChoosesContributions):
    """A sheet that says where something comes from: decisions, themes, words. None of them need be known."""

    decisions = forms.MultipleChoiceField(
        label=_("Which decisions led to it?"), required=False, widget=forms.CheckboxSelectMultiple
    )
    themes = forms.MultipleChoiceField(
        label=_("Which themes led to it?"), required=False, widget=forms.CheckboxSelectMultiple
    )

    field_order = ["key", "decisions", "themes", "contributions", "find"]

    def __init__(self, *args: Any, place: Place, **kwargs: Any) -> None:
        super().__init__(*args, place=place, **kwargs)
        self.choices: Choices = possible_sources(place)
        self.fields["decisions"].choices = [(str(one.pk), one.proposal.title) for one in self.choices.decisions]
        self.fields["themes"].choices = [(str(one.pk), one.name) for one in self.choices.themes]
        self.fields["contributions"].label = _("From whose words did it come?")

    def sources(self) -> dict[str, Any]:
        """What was chosen, as ``add_sources`` takes it."""
        decisions, themes = set(self.cleaned_data["decisions"]), set(self.cleaned_data["themes"])
        return {
            "decisions": [one for one in self.choices.decisions if str(one.pk) in decisions],
            "themes": [one for one in self.choices.themes if str(one.pk) in themes],
            "contributions": self.chosen_contributions(),
        }


class SourceForm(NamesSources):
    """Where an outcome comes from, said later by whoever knows."""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or self.cleaned_data
        if not self.errors and not any(said.get(name) for name in ("decisions", "themes", "contributions")):
            raise forms.ValidationError(_("Choose at least one thing that it comes from."))
        return said


class HappenedForm(NamesSources):
    """Something happened: one short sheet. Where it came from can be said later, by anybody."""

    title = forms.CharField(label=_("What happened?"), max_length=160, help_text=_("In one line."))
    bearing = _bearing(_("Is it good or bad?"))
    words = forms.CharField(
        label=_("Tell a little more, if you like"),
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    attribution = forms.ChoiceField(
        label=_("How shall your name appear beside what you add?"),
        help_text=_("Members also read who told it. Without a name is for visitors."),
        required=False,
        widget=forms.RadioSelect,
    )

    field_order = [
        "key", "title", "bearing", "words", "attribution", "decisions", "themes", "contributions", "find",
    ]  # fmt: skip

    def __init__(self, *args: Any, person: Person | None = None, ways: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = ways
        name = self.fields["attribution"]
        choices, name.choice_hints = name_choices(person, ways)
        name.choices = [one for one in choices if ways or one[0] != Attribution.STANDPOINT]
        self.initial.setdefault("attribution", Attribution.CHOSEN)

    def fields_for_action(self) -> dict[str, Any]:
        """What ``tell_outcome`` takes: nobody planned it, and it is there."""
        said = self.cleaned_data
        held = {name: said[name] for name in ("title", "bearing", "words")}
        return {**held, "kind": OutcomeKind.OTHER, "expected": False, "state": State.DONE, **self.sources()}

    def evidence(self) -> dict[str, Any]:
        """What ``bring_evidence`` takes for a picture or a paper that is added: the line stands beside it."""
        said = self.cleaned_data
        return {"words": said["title"], "ways": self.ways, "attribution": said["attribution"] or Attribution.CHOSEN}


class TellForm(SaysState, NamesSources):
    """Something changed, or did not."""

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
    bearing = _bearing(_("Is it good or bad, as you see it?"), required=False)
    state = _state()
    because = _because()
    asked_on = _asked_on()
    keeper = forms.ChoiceField(
        label=_("Who looks after the answer?"),
        help_text=_("Whoever it is can hand it on. If nobody does, that is shown as a gap, and anybody can fill it."),
        choices=[("me", _("I do, for now")), ("nobody", _("Nobody yet"))],
        initial="me",
        required=False,
        widget=forms.RadioSelect,
    )

    field_order = [
        "key", "title", "words", "kind", "expected", "bearing", "state", "because", "asked_on", "keeper", "decisions",
        "themes", "contributions", "find",
    ]  # fmt: skip

    def fields_for_action(self) -> dict[str, Any]:
        """What ``tell_outcome`` takes."""
        said = self.cleaned_data
        names = ("title", "words", "kind", "bearing", "state", "because", "asked_on")
        return {
            **{name: said[name] for name in names},
            "expected": said["expected"] == "yes",
            "has_keeper": said["keeper"] != "nobody",
            **self.sources(),
        }


class StateForm(SaysState, KeyedForm):
    """How far an outcome has come now. is_open_again: somebody said that it is not good enough, and is answered."""

    makes_new = True

    state = _state()
    because = _because()
    asked_on = _asked_on()
    reply = forms.CharField(
        label=_("What do you say to those who said that it is not good enough?"),
        help_text=_("Their no is never passed over. They read this, and are asked again."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": _("Say first what the answer to them is.")},
    )

    field_order = ["key", "reply", "state", "because", "asked_on"]

    def __init__(self, *args: Any, is_open_again: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not is_open_again:
            del self.fields["reply"]

    def fields_for_action(self) -> dict[str, Any]:
        """What ``say_state`` takes."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class EffectForm(SpokenForm):
    """What somebody noticed."""

    bearing = _bearing(_("Is it good or bad?"))
    for_whom = forms.CharField(
        label=_("For whom?"), help_text=_("For example: for people who live alone."), required=False, max_length=160
    )
    noticed_on = forms.DateField(
        label=_("When did you notice it?"),
        help_text=_("About when is enough. It can be years ago."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    field_order = ["key", "words", "bearing", "for_whom", "noticed_on", "ways", "attribution", "content_note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = _("What did you notice?")

    def clean_noticed_on(self) -> Any:
        day = self.cleaned_data["noticed_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("This day is still to come."))
        return day


class EffectOfTheirsForm(EffectForm, WrittenDownForm):
    """What somebody noticed who does not go online, written down by a facilitator."""

    field_order = ["key", "channel", "said_on", *EffectForm.field_order[1:]]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak_of_them()
        self.fields["words"].label = _("What did they notice?")
        self.fields["noticed_on"].label = _("When did they notice it?")
        self.initial.setdefault("channel", Channel.POST)
        self.initial.setdefault("said_on", clock.today())


class EvidenceForm(CitingForm):
    """What shows that it is so: in words, with a picture, a paper or a place where to look."""

    field_order = ["key", "words", "ways", "attribution", "content_note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].label = _("What shows that it is so?")
        self.fields["words"].help_text = _(
            "Say in a line what you add. A picture, a recording or a paper goes with it."
        )


class ChooseEvidenceForm(ChoosesContributions):
    """Words that are there already and show that it is so."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contributions"].label = _("Which words show that it is so?")
        self.fields["contributions"].required = True
        self.fields["contributions"].error_messages["required"] = _("Choose the words that show it.")


class HandOnForm(KeyedForm):
    """Ask somebody to take something on. ``people``: who is here."""

    to = forms.ChoiceField(label=_("Whom do you ask?"), error_messages={"required": _("Choose a person.")})
    words = forms.CharField(
        label=_("What should they know?"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        named = [(pk, person.chosen_name) for pk, person in self.people.items()]
        self.fields["to"].choices = [("", _("Choose a person")), *named]

    def fields_for_action(self) -> dict[str, Any]:
        """What ``hand_on`` takes."""
        return {"to": self.people[self.cleaned_data["to"]], "words": self.cleaned_data["words"]}


class AnswerHandingForm(KeyedForm):
    """Will you take it on?"""

    agreed = forms.ChoiceField(
        label=_("Will you take it on?"),
        choices=[("yes", _("Yes, it is mine from now on")), ("no", _("No"))],
        widget=forms.RadioSelect,
    )
    words = forms.CharField(
        label=_("Is there something you want to say?"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def fields_for_action(self) -> dict[str, Any]:
        """What ``answer_handing`` takes."""
        return {"agreed": self.cleaned_data["agreed"] == "yes", "words": self.cleaned_data["words"]}


class ToldForm(KeyedForm):
    """Somebody was told: how, when, and what they said."""

    how = forms.ChoiceField(
        label=_("How were they told?"),
        choices=[(Channel.POST, _("By post")), (Channel.PHONE, _("By phone")), (Channel.ROOM, _("In the room"))],
        widget=forms.RadioSelect,
    )
    on = forms.DateField(
        label=_("On which day?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("We could not read that date. Write it like 2026-03-14.")},
    )
    words = forms.CharField(
        label=_("What did they say to it?"),
        help_text=_("You can leave this empty. Whether it was good enough is asked on the next page."),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, since: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.since = since
        self.initial.setdefault("on", clock.today())

    def clean_on(self) -> Any:
        day = self.cleaned_data["on"]
        if day > clock.today():
            raise forms.ValidationError(_("This day is still to come."))
        if day < self.since:
            raise forms.ValidationError(_("Nobody knew it yet on that day."))
        return day

    def fields_for_action(self) -> dict[str, Any]:
        """What ``note_told`` takes."""
        return {name: self.cleaned_data[name] for name in ("how", "on", "words")}


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
