"""Sheets for putting something to decide, changing its words, moving it on, handing it on and closing it."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.ballots.models import Rule
from coproduce.decisions.actions import Vote
from coproduce.decisions.forms.pieces import SAY_WHY, ChoosesPerson, reason_for
from coproduce.decisions.models import Stage
from coproduce.deliberation.forms import ChoosesContributions
from coproduce.people.models import Person
from coproduce.priorities.models import Question
from coproduce.spaces.forms import CharterFields, RightsFields
from coproduce.spaces.models import Deciding
from coproduce.themes.models import Theme
from coproduce.ui.forms import KeyedForm, own_words


class WordingForm(KeyedForm):
    """The title and words of a proposal."""

    makes_new = True

    title = forms.CharField(
        label=_("What should happen, in one line?"),
        max_length=160,
        error_messages={"required": _("Write one line that says what should happen.")},
    )
    words = forms.CharField(
        label=_("And in full?"),
        help_text=_("Who does what, from when. Plain words: everyone has to be able to say yes or no to them."),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={"required": _("Write what exactly is put to everyone.")},
    )


class ProposeForm(WordingForm, ChoosesContributions):
    """Put something to decide, and say what it comes from."""

    themes = forms.MultipleChoiceField(
        label=_("Which themes does it come from?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("One of these themes was merged or is not in this space.")},
    )
    questions = forms.MultipleChoiceField(
        label=_("Which questions of our list does it take up?"),
        help_text=_("What people said to them comes with them."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("One of these questions is not on our list.")},
    )

    field_order = ["key", "title", "words", "questions", "themes", "contributions", "find"]

    def __init__(self, *args: Any, themes: Sequence[Theme], questions: Sequence[Question] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes_offered = {str(theme.pk): theme for theme in themes}
        self.questions_offered = {str(question.pk): question for question in questions}
        self._offer("themes", [(pk, theme.name) for pk, theme in self.themes_offered.items()])
        self._offer("questions", [(pk, question.words) for pk, question in self.questions_offered.items()])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        if choices:
            self.fields[name].choices = choices
        else:
            del self.fields[name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        sources = {"themes", "questions", "contributions"}
        if not self.errors.keys() & sources and not any(cleaned.get(name) for name in sources):
            self.add_error("contributions", _("Tick at least one theme or one thing that was brought."))
        return cleaned

    def more_for_action(self) -> dict[str, Any]:
        """What the action is told beside the title, the words and what it comes from."""
        return {}

    def chosen_themes(self) -> list[Theme]:
        """The themes that were ticked."""
        return [self.themes_offered[pk] for pk in self.cleaned_data.get("themes", [])]

    def chosen_questions(self) -> list[Question]:
        """The questions that were ticked."""
        return [self.questions_offered[pk] for pk in self.cleaned_data.get("questions", [])]


class VoteForm(ProposeForm):
    """Put a choice to a vote."""

    options = own_words(
        _("Between what do people choose?"),
        needed=_("Write at least two things to choose from."),
        hint=_("One on each line, two at least. “Leave it as it is” is often worth a line."),
        at_most=3000,
    )
    rule = forms.ChoiceField(label=_("How do people vote?"), choices=Rule.choices, widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label=_("By name, or in secret?"),
        choices=[
            ("secret", _("In secret: nobody can ever join a vote to a name")),
            ("names", _("By name: members see who voted how")),
        ],
        widget=forms.RadioSelect,
        initial="secret",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].label = _("What is the question, in one line?")
        self.fields["words"].label = _("What should everyone know before they vote?")
        self.fields["words"].help_text = _("Who asks, why, and what happens with each answer. In plain words.")

    field_order = ["key", "title", "words", "options", "rule", "how", "questions", "themes", "contributions", "find"]

    def clean_options(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["options"].splitlines() if line.strip()]
        if len(lines) < 2:
            raise forms.ValidationError(_("Write at least two things to choose from, each on its own line."))
        if len(set(lines)) < len(lines):
            raise forms.ValidationError(_("One of these is there twice."))
        return lines

    def more_for_action(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {"vote": Vote(data["rule"], data["how"] == "secret", data["options"])}


class DelegatedForm(ProposeForm):
    """Put something to the people whom the charter names for it."""

    for_what = forms.ChoiceField(
        label=_("Which matter is it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose the matter that our charter gives to somebody.")},
    )

    field_order = ["key", "for_what", "title", "words", "questions", "themes", "contributions", "find"]

    def __init__(self, *args: Any, matters: Mapping[str, Sequence[Person]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["for_what"].choices = [(matter, matter) for matter in matters]
        self.fields["for_what"].choice_hints = {
            matter: ", ".join(person.chosen_name for person in people) for matter, people in matters.items()
        }

    def more_for_action(self) -> dict[str, Any]:
        return {"for_what": self.cleaned_data["for_what"]}


class CharterChangeForm(RightsFields, CharterFields, KeyedForm):
    """Put a change of the charter to everybody."""

    makes_new = True

    title = forms.CharField(
        label=_("What should change in our charter, in one line?"),
        max_length=160,
        error_messages={"required": _("Write one line that says what should change.")},
    )
    words = own_words(
        _("Why?"),
        needed=SAY_WHY,
        hint=_("Everyone reads this before they say where they stand. It stays beside the new charter."),
    )
    kind = forms.ChoiceField(
        label=_("How do we talk about it?"),
        choices=[(Deciding.CONSENT, _("All at once")), (Deciding.ROUNDS, _("In rounds, one step after another"))],
        widget=forms.RadioSelect,
        initial=Deciding.CONSENT,
    )


class AmendForm(WordingForm):
    """Other words for a proposal, and why."""

    why = reason_for(_("Why do the words change?"), _("Whose point it answers, and what it answers."))


class CharterAmendForm(RightsFields, CharterFields, KeyedForm):
    """Other rules in a change of the charter, and why."""

    why = reason_for(_("Why does the proposal change?"), _("Whose point it answers, and what it answers."))


class MoveForm(KeyedForm):
    """Move a round on, or back."""

    to = forms.ChoiceField(label=_("Where to?"), widget=forms.RadioSelect)
    note = own_words(_("Is there something to say with it?"), rows=3, at_most=2000)

    def __init__(self, *args: Any, stages: Sequence[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(stage.value, stage.label) for stage in stages]
        if stages:
            self.initial.setdefault("to", stages[0].value)


class HandOnForm(ChoosesPerson, KeyedForm):
    """Who carries the proposal on."""

    of_whom = "to"

    to = forms.ChoiceField(
        label=_("Who carries it on?"),
        help_text=_("Ask them first. They can change its words from then on; you no longer can."),
        error_messages={"required": _("Choose somebody.")},
    )


class AgreedForm(KeyedForm):
    """Close as agreed."""

    why = own_words(_("Is there something to say as it closes?"), rows=3)
    review_on = forms.DateField(
        label=_("When do we look at it again?"),
        help_text=_("A day to see what came of it. You can leave this empty."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def clean_review_on(self) -> Any:
        day = self.cleaned_data["review_on"]
        if day is not None and day <= clock.today():
            raise forms.ValidationError(_("Choose a day that is still to come."))
        return day


class NotAgreedForm(AgreedForm):
    """Close without agreement, saying why."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        why = self.fields["why"]
        why.label = _("Why is it not agreed?")
        why.help_text = _("So that somebody who was not here understands it in five years.")
        why.required = True
        why.error_messages["required"] = _("Say why. Those who wanted it are owed that.")
