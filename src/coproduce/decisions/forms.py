"""Sheets for proposing, amending, taking a position and closing."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.ballots.models import Rule
from coproduce.contributions.models import Contribution
from coproduce.decisions.actions import SAYS_WHY, Vote
from coproduce.decisions.ladder import Rung
from coproduce.decisions.models import AskedBecause, PositionKind, Stage, VoiceKind
from coproduce.deliberation.forms import ChoosesContributions, names_for_reasons
from coproduce.people.models import Attribution, Person
from coproduce.spaces.forms import CharterFields, RightsFields
from coproduce.spaces.models import Deciding
from coproduce.themes.models import Theme
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import one_line


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

    field_order = ["key", "title", "words", "themes", "contributions", "find"]

    def __init__(self, *args: Any, themes: Sequence[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes_offered = {str(theme.pk): theme for theme in themes}
        if themes:
            self.fields["themes"].choices = [(pk, theme.name) for pk, theme in self.themes_offered.items()]
        else:
            del self.fields["themes"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        untouched = not self.errors.keys() & {"themes", "contributions"}
        if untouched and not cleaned.get("themes") and not cleaned.get("contributions"):
            self.add_error("contributions", _("Tick at least one theme or one thing that was brought."))
        return cleaned

    def more_for_action(self) -> dict[str, Any]:
        """What the action is told beside the title, the words and what it comes from."""
        return {}

    def chosen_themes(self) -> list[Theme]:
        """The themes that were ticked."""
        return [self.themes_offered[pk] for pk in self.cleaned_data.get("themes", [])]


class AmendForm(WordingForm):
    """Other words for a proposal, and why."""

    why = forms.CharField(
        label=_("Why do the words change?"),
        help_text=_("Whose point it answers, and what it answers."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Say why, so that people need not guess.")},
    )


class PositionForm(KeyedForm):
    """Where you stand. ``ways``: the letters that the person shows; ``own`` is false for somebody assisted."""

    kind = forms.ChoiceField(
        label=_("Where do you stand?"),
        choices=PositionKind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the four.")},
    )
    reason = forms.CharField(
        label=_("Why?"),
        help_text=_("Needed for reservations and objections. It stays beside the decision, whatever is decided."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
    )
    attribution = forms.ChoiceField(label=_("How shall your name appear?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, person: Person, ways: str, own: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            self.fields["kind"].label = _("Where do they stand?")
            self.fields["attribution"].label = _("How shall their name appear?")
        self.fields["kind"].choice_hints = {
            PositionKind.CONSENT: _("I can live with it, and I think it is good enough to try."),
            PositionKind.RESERVATIONS: _("It can go ahead. I want my worry written beside it."),
            PositionKind.ASIDE: _("It is not for me to say yes or no. I do not stand in the way."),
            PositionKind.OBJECT: _("It should not go ahead like this, because of something we would come to regret."),
        }
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        if self.initial.get("attribution") not in [value for value, _label in names.choices]:
            self.initial["attribution"] = Attribution.CHOSEN

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("kind") in SAYS_WHY and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Say why: it is your reason that stays with the decision."))
        return cleaned


class VoteForm(ProposeForm):
    """Put a choice to a vote."""

    options = forms.CharField(
        label=_("Between what do people choose?"),
        help_text=_("One on each line, two at least. “Leave it as it is” is often worth a line."),
        max_length=3000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        error_messages={"required": _("Write at least two things to choose from.")},
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

    field_order = ["key", "title", "words", "options", "rule", "how", "themes", "contributions", "find"]

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

    field_order = ["key", "for_what", "title", "words", "themes", "contributions", "find"]

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
    words = forms.CharField(
        label=_("Why?"),
        help_text=_("Everyone reads this before they say where they stand. It stays beside the new charter."),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        error_messages={"required": _("Say why, so that people need not guess.")},
    )
    kind = forms.ChoiceField(
        label=_("How do we talk about it?"),
        choices=[(Deciding.CONSENT, _("All at once")), (Deciding.ROUNDS, _("In rounds, one step after another"))],
        widget=forms.RadioSelect,
        initial=Deciding.CONSENT,
    )


class CharterAmendForm(RightsFields, CharterFields, KeyedForm):
    """Other rules in a change of the charter, and why."""

    why = forms.CharField(
        label=_("Why does the proposal change?"),
        help_text=_("Whose point it answers, and what it answers."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Say why, so that people need not guess.")},
    )


class SpeakForm(KeyedForm):
    """Ask a question, say what one thinks, or give advice. ``kinds``: those that are open now, the usual one first."""

    makes_new = True

    kind = forms.ChoiceField(label=_("What is it?"), widget=forms.RadioSelect)
    words = forms.CharField(
        label=_("In your words"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 5, "class": "short"}),
        error_messages={"required": _("Write what you want to say.")},
    )
    attribution = forms.ChoiceField(label=_("How shall your name appear?"), widget=forms.RadioSelect)

    def __init__(
        self, *args: Any, person: Person, ways: str, kinds: Sequence[str], own: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            self.fields["words"].label = _("In their words")
            self.fields["attribution"].label = _("How shall their name appear?")
        said = {VoiceKind.QUESTION: _("whoever put it answers"), VoiceKind.ADVICE: _("they say what they do with it")}
        self.fields["kind"].choices = [(kind, VoiceKind(kind).label) for kind in kinds]
        self.fields["kind"].choice_hints = said
        self.initial.setdefault("kind", kinds[0])
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        self.initial.setdefault("attribution", Attribution.CHOSEN)


class AnswerForm(KeyedForm):
    """Answer a question, or say what was done with advice."""

    words = forms.CharField(
        label=_("Your answer"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        error_messages={"required": _("Write the answer, or why there is none.")},
    )
    is_noted = forms.BooleanField(
        label=_("This cannot be answered now. It stands, and everybody sees it."), required=False
    )


class SuggestForm(KeyedForm):
    """Other words for somebody else's proposal."""

    makes_new = True

    words = forms.CharField(
        label=_("How should it read?"),
        help_text=_("The words as they are now stand here. Change what you would have different."),
        max_length=8000,
        widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={"required": _("Write how it should read.")},
    )
    why = forms.CharField(
        label=_("Why?"),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Say why, so that people need not guess.")},
    )


class AnswerSuggestionForm(KeyedForm):
    """Take suggested words up, or say why not."""

    take_up = forms.ChoiceField(
        label=_("What do you do with it?"),
        choices=[("yes", _("Take these words up")), ("no", _("Leave the words as they are"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )
    answer = forms.CharField(
        label=_("Why?"),
        help_text=_("Needed when you leave the words as they are."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("take_up") == "no" and not cleaned.get("answer", "").strip():
            self.add_error("answer", _("Say why not. Somebody thought about these words."))
        return cleaned


class MoveForm(KeyedForm):
    """Move a round on, or back."""

    to = forms.ChoiceField(label=_("Where to?"), widget=forms.RadioSelect)
    note = forms.CharField(
        label=_("Is there something to say with it?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )

    def __init__(self, *args: Any, stages: Sequence[Stage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["to"].choices = [(stage.value, stage.label) for stage in stages]
        if stages:
            self.initial.setdefault("to", stages[0].value)


class PressForm(KeyedForm):
    """Nothing but a button."""


class ThroughForm(KeyedForm):
    """Who brings one's position."""

    through = forms.ChoiceField(
        label=_("Who brings it?"),
        help_text=_("Ask them first, and tell them where you stand. Both names stand with it."),
        error_messages={"required": _("Choose somebody.")},
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["through"].choices = [
            ("", _("Choose")),
            *((pk, each.chosen_name) for pk, each in self.people.items()),
        ]


class AskForm(KeyedForm):
    """Whom the proposer asks for advice."""

    makes_new = True

    person = forms.ChoiceField(label=_("Somebody here"), required=False)
    outside = forms.CharField(
        label=_("Or somebody from outside"),
        help_text=_("Their name, or what they are. You write down what they say."),
        max_length=160,
        required=False,
    )
    because = forms.ChoiceField(
        label=_("Why them?"),
        choices=AskedBecause.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two.")},
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["person"].choices = [
            ("", _("Choose")),
            *((pk, each.chosen_name) for pk, each in self.people.items()),
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned["person"]) == bool(cleaned["outside"].strip()):
            self.add_error("person", _("Choose somebody here, or name somebody from outside: one of the two."))
        return cleaned


class HeardForm(KeyedForm):
    """What somebody from outside said."""

    words = forms.CharField(
        label=_("What did they say?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        error_messages={"required": _("Write down what they said.")},
    )


def _line_of(words: Contribution) -> str:
    """What stands in a list: the words, or the note that is to be read before them."""
    return gettext("With a note: %(note)s") % {"note": words.content_note} if words.content_note else words.words


class AgainForm(KeyedForm):
    """Ask to look at a decision again. ``new``: what was brought since it was made."""

    makes_new = True

    reason = forms.CharField(
        label=_("Why should we look at it again?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        error_messages={"required": _("Say why, so that others can join you.")},
    )
    contribution = forms.ChoiceField(label=_("Is it because of something brought since then?"), required=False)

    def __init__(self, *args: Any, new: Sequence[Contribution], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.new = {str(each.pk): each for each in new}
        if new:
            lines = [(pk, one_line(_line_of(each), 90)) for pk, each in self.new.items()]
            self.fields["contribution"].choices = [("", _("No, nothing brought here")), *lines]
        else:
            del self.fields["contribution"]


class RungForm(KeyedForm):
    """Which rung of participation it was."""

    rung = forms.ChoiceField(
        label=_("How was it made, as you saw it?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the rungs.")},
    )
    words = forms.CharField(
        label=_("What makes you say so?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )
    attribution = forms.ChoiceField(label=_("How shall your name appear beside these words?"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, person: Person, ways: str, rungs: Sequence[Rung], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = list(reversed(rungs))
        self.fields["rung"].choices = [(rung.code, rung.name) for rung in rows]
        self.fields["rung"].choice_hints = {rung.code: rung.words for rung in rows}
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        self.initial.setdefault("attribution", Attribution.CHOSEN)


class AgreedForm(KeyedForm):
    """Close as agreed."""

    why = forms.CharField(
        label=_("Is there something to say as it closes?"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )
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


class HandOnForm(KeyedForm):
    """Who carries the proposal on."""

    to = forms.ChoiceField(
        label=_("Who carries it on?"),
        help_text=_("Ask them first. They can change its words from then on; you no longer can."),
        error_messages={"required": _("Choose somebody.")},
    )

    def __init__(self, *args: Any, people: Sequence[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {str(person.pk): person for person in people}
        self.fields["to"].choices = [("", _("Choose")), *((pk, each.chosen_name) for pk, each in self.people.items())]
