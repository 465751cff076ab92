"""The sheets of conversation."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.forms import WrittenDownForm
from coproduce.contributions.models import Contribution
from coproduce.conversation.actions.asking import MEANT_FOR_AT_MOST
from coproduce.conversation.models import Ask, NotNow, WhoMayAsk
from coproduce.people.models import Attribution, Channel, Person
from coproduce.themes.models import Theme
from coproduce.ui.forms import KeyedForm


class ButtonForm(KeyedForm):
    """One button."""


class AskForm(KeyedForm):
    """Ask somebody by name. ``people``: those who may be asked."""

    makes_new = True

    person = forms.ModelChoiceField(
        label=_("Whom would you like to ask?"),
        queryset=Person.objects.none(),
        error_messages={
            "required": _("Choose a person."),
            "invalid_choice": _("This person cannot be asked at the moment. Choose another."),
        },
    )
    words = forms.CharField(
        label=_("What might they know?"),
        help_text=_("One question is enough. Say why you thought of them."),
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        error_messages={"required": _("Write what you would like to know.")},
    )

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["person"].queryset = Person.objects.filter(pk__in=[person.pk for person in people])
        self.fields["person"].choices = [("", _("Choose a person")), *((p.pk, p.chosen_name) for p in people)]


class DeclineForm(KeyedForm):
    """Not now, or not mine to say."""

    how = forms.ChoiceField(
        label=_("What shall we tell them?"),
        choices=NotNow.choices,
        initial=NotNow.LATER,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one. You need not say why.")},
    )
    words = forms.CharField(
        label=_("Anything you would like to add? You can leave this empty."),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "short"}),
    )


class AnswerAskForm(WrittenDownForm):
    """Bring what one was asked for. For an assisted person: as a facilitator writes it down."""

    field_order = ["key", "channel", "said_on", "words", "ways", "attribution", "content_note"]

    def __init__(self, *args: Any, ask: Ask, own: bool, **kwargs: Any) -> None:
        super().__init__(*args, person=ask.asked, **kwargs)
        self.fields["words"].help_text = _("As much or as little as you like.")
        if own:
            del self.fields["channel"], self.fields["said_on"]
        else:
            self.speak_of_them()
            self.say_where_few_are(own=False)
            self.initial.setdefault("channel", Channel.ROOM)
            self.initial.setdefault("said_on", clock.today())


class WhoMayAskForm(KeyedForm):
    """Whether others may ask one by name."""

    who = forms.ChoiceField(
        label=_("Who may ask you by name for what you know?"), choices=WhoMayAsk.choices, widget=forms.RadioSelect
    )


WORD, NOTE, AUTHOR = "word", "note", "author"


class FoldForm(KeyedForm):
    """Fold something away for oneself. ``about``: the words it began with, and the themes they are in."""

    what = forms.ChoiceField(
        label=_("What would you rather not see?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what to fold away.")},
    )
    text = forms.CharField(
        label=_("Which word, or which note?"),
        help_text=_("The beginning of a word is enough: “cancer” also folds “cancers”."),
        max_length=80,
        required=False,
    )

    def __init__(
        self, *args: Any, about: Contribution | None = None, themes: list[Theme], reader: Person, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.themes = {str(theme.pk): theme for theme in themes}
        choices: list[tuple[str, Any]] = []
        named = about is not None and about.attribution in (Attribution.NAME, Attribution.CHOSEN)
        if about is not None and named and about.author_id != reader.pk:
            choices.append((AUTHOR, _now("What %(name)s says") % {"name": about.shown_name}))
        choices += [(key, _now("The theme “%(name)s”") % {"name": theme.name}) for key, theme in self.themes.items()]
        choices += [(WORD, _("Words with a certain word in them")), (NOTE, _("Words with a certain note before them"))]
        self.fields["what"].choices = choices
        if about is not None and about.content_note:
            self.initial.setdefault("text", about.content_note[:80])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("what") in (WORD, NOTE) and len("".join(cleaned.get("text", "").split())) < 2:
            self.add_error("text", _("Write the word that you would rather not see: two letters at least."))
        return cleaned

    def fields_for_action(self, about: Contribution | None) -> dict[str, Any]:
        """What ``fold_away`` takes."""
        what, text = self.cleaned_data["what"], self.cleaned_data["text"]
        if what == AUTHOR:
            return {"said_by": about}
        if what in self.themes:
            return {"theme": self.themes[what]}
        return {"phrase": text} if what == WORD else {"note": text}


class MeantForForm(KeyedForm):
    """For whom one's words are meant. ``people``: those for whom they may be."""

    people = forms.ModelMultipleChoiceField(
        label=_("Is this meant for somebody?"),
        help_text=_("Tick five people at most. Everybody here can read it all the same."),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Tick somebody, or go back: it need not be meant for anybody.")},
    )

    def __init__(self, *args: Any, people: list[Person], room: int = MEANT_FOR_AT_MOST, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room
        self.fields["people"].queryset = Person.objects.filter(pk__in=[person.pk for person in people])
        self.fields["people"].choices = [(person.pk, person.chosen_name) for person in people]

    def clean_people(self) -> list[Person]:
        people = list(self.cleaned_data["people"])
        if len(people) > self.room:
            raise forms.ValidationError(_("Words can be meant for five people at most, all told."))
        return people
