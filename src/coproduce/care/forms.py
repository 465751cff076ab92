"""The sheets of care."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.care.models import HouseRule, Reason, Role
from coproduce.contributions.models import Contribution
from coproduce.people.models import Person
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import shortened

START_WORDINGS = [
    _("We let each other finish."),
    _("What is told here stays here, unless the person who told it says otherwise."),
    _("We speak of what we know ourselves, and ask about the rest."),
    _("We can see it differently without making anybody small."),
    _("Nobody has to say why they need a break."),
]
"""Offered to a space as beginnings: to take, to change or to leave."""


def _text(label: Any, at_most: int, *, rows: int = 3, required: bool = True, **more: Any) -> forms.CharField:
    area = forms.Textarea(attrs={"rows": rows, "class": "short"})
    return forms.CharField(label=label, max_length=at_most, required=required, widget=area, **more)


class ForSomebody(KeyedForm):
    """A sheet that a facilitator may fill in for somebody who does not go online."""

    person = forms.ChoiceField(label=_("Who says this?"), required=False)

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(one.pk): one for one in people}
        if self.people:
            self.fields["person"].choices = [("", _("I do")), *((pk, p.chosen_name) for pk, p in self.people.items())]
        else:
            del self.fields["person"]

    def speaker(self) -> Person | None:
        """The assisted person who says it, or None for whoever is signed in."""
        return self.people.get(self.cleaned_data.get("person", ""))


class SuggestRuleForm(ForSomebody):
    """Suggest a house rule, or another wording of one."""

    makes_new = True

    words = _text(
        _("What should we ask of each other?"),
        300,
        help_text=_("One rule, in your own words."),
        error_messages={"required": _("Write the rule as you would say it.")},
    )
    why = _text(_("Why? You can leave this empty."), 1000, required=False)

    def fields_for_action(self) -> dict[str, Any]:
        """What ``suggest_rule`` takes."""
        return {"words": self.cleaned_data["words"], "why": self.cleaned_data["why"], "person": self.speaker()}


class VoiceForm(ForSomebody):
    """What somebody says to a suggested rule."""

    answer = forms.ChoiceField(
        label=_("What do you say to it?"),
        choices=[("live", _("I can live with it")), ("differently", _("I would word it differently"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    words = _text(_("How would you word it? Or is there something to say?"), 1000, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("answer") == "differently" and not (said.get("words") or "").strip():
            self.add_error("words", _("Say how you would word it. Your words will stand beside the suggestion."))
        return said

    def fields_for_action(self) -> dict[str, Any]:
        """What ``say_to_rule`` takes."""
        said = self.cleaned_data
        return {"lives_with_it": said["answer"] == "live", "words": said["words"], "person": self.speaker()}


class EndRuleForm(KeyedForm):
    """Let a rule go."""

    why = _text(
        _("Why?"), 300, help_text=_("Everybody here can read this."), error_messages={"required": _("Say why.")}
    )


class ChoosesRule(forms.Form):
    """A sheet on which one of the rules that hold can be chosen."""

    def __init__(self, *args: Any, rules: list[HouseRule], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = {str(rule.pk): rule for rule in rules}
        if self.rules:
            named = [(pk, shortened(rule.words, 80)) for pk, rule in self.rules.items()]
            self.fields["rule"].choices = [("", _("None of them")), *named]
        else:
            del self.fields["rule"]

    def chosen_rule(self) -> HouseRule | None:
        """The rule that was chosen, if any."""
        return self.rules.get(self.cleaned_data.get("rule", ""))


class FlagForm(ChoosesRule, ForSomebody):
    """Something is wrong here."""

    reason = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=Reason.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what comes nearest. “Something else” is fine.")},
    )
    rule = forms.ChoiceField(label=_("If it breaks a house rule: which?"), required=False)
    words = _text(_("Is there something to say about it? You can leave this empty."), 1000, required=False)

    field_order = ["key", "person", "reason", "rule", "words"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].choice_hints = {
            Reason.UNSAFE: _("this goes to whoever looks after safety, and to nobody else"),
        }
        if not self.rules:
            self.fields["reason"].choices = [one for one in Reason.choices if one[0] != Reason.RULE]

    def is_unsafe(self) -> bool:
        """Whether this is a worry about somebody's safety, which goes another way."""
        return self.cleaned_data["reason"] == Reason.UNSAFE

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("reason") == Reason.UNSAFE and not (said.get("words") or "").strip():
            self.add_error("words", _("Write what makes you think so. A few words are enough."))
        return said

    def fields_for_action(self) -> dict[str, Any]:
        """What ``raise_flag`` takes."""
        said = self.cleaned_data
        return {"reason": said["reason"], "words": said["words"], "rule": self.chosen_rule(), "person": self.speaker()}


def _reason(hint: Any) -> forms.CharField:
    return _text(_("Why?"), 300, help_text=hint, error_messages={"required": hint})


class HideForm(ChoosesRule, KeyedForm):
    """Put words out of sight, saying why."""

    why = _reason(_("Say why. The person whose words they are will see it."))
    rule = forms.ChoiceField(label=_("Is it about one of our house rules?"), required=False)


class LeaveForm(KeyedForm):
    """Leave words as they are."""

    why = _reason(_("Say why. Whoever had this worry will read it. Nobody else does."))


class TalkForm(KeyedForm):
    """Write to the author of words."""

    makes_new = True

    words = _text(
        _("What would you like to say to them?"),
        1000,
        help_text=_("They read your name and your words. They are not told that somebody had a worry."),
        error_messages={"required": _("Write what you would like to say to them.")},
    )


class BringBackForm(KeyedForm):
    """Bring words back into sight. Its field has another name than the reason for putting them out of sight:

    two people who both meant to hide must not undo each other.
    """

    because = _text(
        _("Why? You can leave this empty."),
        300,
        required=False,
        help_text=_("The person whose words they are will see it."),
    )


class SeveralForm(HideForm):
    """Put several words of one person out of sight."""

    tick = forms.MultipleChoiceField(
        label=_("Which of their words?"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick the words that should be out of sight.")},
    )
    field_order = ["key", "tick", "why", "rule"]

    def __init__(self, *args: Any, words: list[Contribution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.words = {str(one.pk): one for one in words}
        self.fields["tick"].choices = [
            (pk, one.content_note or shortened(one.words, 120)) for pk, one in self.words.items()
        ]

    def chosen(self) -> list[Contribution]:
        """The words that were ticked."""
        return [self.words[pk] for pk in self.cleaned_data["tick"]]


class AppealForm(KeyedForm):
    """Ask somebody else to look again."""

    to_person = forms.ChoiceField(label=_("Who shall look again?"), widget=forms.RadioSelect)
    wishes_for = forms.ChoiceField(
        label=_("Whom would you like to be asked?"),
        required=False,
        help_text=_("We ask them whether they want to look after worries here. You can leave this open."),
    )
    words = _text(
        _("What should they know?"),
        2000,
        rows=5,
        error_messages={"required": _("Say in a few words why you see it differently.")},
    )

    def __init__(self, *args: Any, others: list[Person], members: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.others = {str(one.pk): one for one in others}
        self.members = {str(one.pk): one for one in members}
        if self.others:
            self.fields["to_person"].choices = [(pk, one.chosen_name) for pk, one in self.others.items()]
            self.initial.setdefault("to_person", next(iter(self.others)))
            del self.fields["wishes_for"]
        else:
            named = [(pk, one.chosen_name) for pk, one in self.members.items()]
            self.fields["wishes_for"].choices = [("", _("I leave it open")), *named]
            del self.fields["to_person"]

    def fields_for_action(self) -> dict[str, Any]:
        """What ``appeal_moderation`` takes."""
        said = self.cleaned_data
        return {
            "words": said["words"],
            "to_person": self.others.get(said.get("to_person", "")),
            "wishes_for": self.members.get(said.get("wishes_for", "")),
        }


class DecideForm(KeyedForm):
    """Decide an appeal."""

    answer = forms.ChoiceField(
        label=_("What do you decide?"),
        choices=[("back", _("Bring the words back into sight")), ("stay", _("Leave them out of sight"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    why = _reason(_("Say why. The person whose words they are will read it."))


class RoleForm(KeyedForm):
    """Whom the space asks to look after something."""

    person = forms.ChoiceField(label=_("Who is it?"))
    role = forms.ChoiceField(label=_("What do they do?"), choices=Role.choices, widget=forms.RadioSelect)

    def __init__(self, *args: Any, members: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(one.pk): one for one in members}
        named = [(pk, one.chosen_name) for pk, one in self.members.items()]
        self.fields["person"].choices = [("", _("Choose a person")), *named]

    def fields_for_action(self) -> dict[str, Any]:
        """What ``name_for_role`` takes."""
        return {"person": self.members[self.cleaned_data["person"]], "role": self.cleaned_data["role"]}


class NoteForm(KeyedForm):
    """Where to turn when it is too much."""

    words = _text(_("What would you say to somebody for whom it is too much?"), 3000, rows=6)
    contacts = _text(
        _("Whom can they turn to?"),
        2000,
        rows=7,
        help_text=_("One on each line, with the number. Check each number: somebody may call it on a bad night."),
    )


class ConcernForm(KeyedForm):
    """Somebody may not be safe."""

    makes_new = True

    to_person = forms.ChoiceField(
        label=_("Who shall read it?"),
        widget=forms.RadioSelect,
        help_text=_("Choose somebody else if it is about one of them."),
    )
    words = _text(
        _("What makes you think that somebody is not safe?"),
        5000,
        rows=6,
        error_messages={"required": _("Write what makes you think so. A few words are enough.")},
    )

    def __init__(self, *args: Any, possible: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.possible = {str(one.pk): one for one in possible}
        self.fields["to_person"].choices = [(pk, one.chosen_name) for pk, one in self.possible.items()]
        if possible:
            self.initial.setdefault("to_person", str(possible[0].pk))

    def fields_for_action(self) -> dict[str, Any]:
        """What ``raise_concern`` takes."""
        said = self.cleaned_data
        return {"words": said["words"], "to_person": self.possible[said["to_person"]]}


class AnswerConcernForm(KeyedForm):
    """Answer somebody who wrote that somebody may not be safe."""

    answer = _text(
        _("Your answer"),
        2000,
        rows=5,
        help_text=_("Only the person who wrote to you reads it."),
        error_messages={"required": _("Write an answer. The person who wrote to you will read it.")},
    )


class OpenForm(KeyedForm):
    """Ask to read what was written to somebody else."""

    why = _text(
        _("Why do you need to read it?"),
        1000,
        help_text=_("It stays on record, with your name."),
        error_messages={"required": _("Say why you need to read it. It stays on record.")},
    )
    telling = forms.ChoiceField(
        label=_("Shall we tell the person who wrote it?"),
        choices=[("tell", _("Yes, tell them")), ("quiet", _("No, telling them would raise the risk"))],
        widget=forms.RadioSelect,
        initial="tell",
    )
    quiet_why = _text(_("If not: how would it raise the risk?"), 300, required=False)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("telling") == "quiet" and not (said.get("quiet_why") or "").strip():
            self.add_error("quiet_why", _("Say how telling the writer would raise the risk. Otherwise they are told."))
        return said

    def fields_for_action(self) -> dict[str, Any]:
        """What ``ask_to_open`` takes."""
        said = self.cleaned_data
        return {"why": said["why"], "tells_writer": said["telling"] == "tell", "quiet_why": said["quiet_why"]}


class ButtonForm(KeyedForm):
    """A page, or a place on one, with one button."""
