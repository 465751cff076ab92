"""The sheets people write on."""

from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.contributions.citing import tidy_citation, tidy_link
from coproduce.contributions.models import Attachment, AttachmentKind, Contribution, Kind, Verb
from coproduce.contributions.noting import NoteInput
from coproduce.contributions.recognised import NAMELESS, Few, warning_of
from coproduce.people.models import Attribution, Channel, Person
from coproduce.ui.forms import KeyedForm
from coproduce.ways import BY_LETTER, WAYS, in_order

WORDS_AT_MOST = 20_000
Choices = list[tuple[str, str | Promise]]
EVERYONE, CLOSE = "everyone", "close"


def name_choices(person: Person | None, ways: str) -> tuple[Choices, dict[str, Any]]:
    """How a name may appear, with the person's own names as the examples, and a hint for each choice."""
    someone = BY_LETTER[ways[0]].someone if ways else BY_LETTER["L"].someone
    hints: dict[str, Any] = {
        Attribution.NAME: _("your full name"),
        Attribution.CHOSEN: _("the name you gave us"),
        Attribution.STANDPOINT: _("no name, but how you know"),
    }
    if person is None:
        hints[Attribution.NAME] = hints[Attribution.CHOSEN] = _("you tell us when you confirm your words")
        return [
            (Attribution.NAME, _("Your full name")),
            (Attribution.CHOSEN, _("What people call you")),
            (Attribution.STANDPOINT, someone),
            (Attribution.ANONYMOUS, _("No name at all")),
        ], hints
    choices: Choices = [
        (Attribution.CHOSEN, person.chosen_name),
        (Attribution.STANDPOINT, someone),
        (Attribution.ANONYMOUS, _("No name at all")),
    ]
    if person.full_name and person.full_name != person.chosen_name:
        choices.insert(0, (Attribution.NAME, person.full_name))
    return choices, hints


class SpokenForm(KeyedForm):
    """What every sheet for words shares. ``person``: whose names are the examples; ``ways``: ticked at first.

    few: of whom there are few here (``recognised.few_here``), so that nobody takes no name for more than it is.
    """

    makes_new = True

    words = forms.CharField(
        label=_("Your words"),
        max_length=WORDS_AT_MOST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("Write something first. A few words are enough."),
            "max_length": _("That is longer than we can keep in one piece. Please bring it in two parts."),
        },
    )
    ways = forms.MultipleChoiceField(
        label=_("How do you know this?"),
        help_text=_("Tick every one that is true for you. They all count the same."),
        choices=[(way.letter, way.says) for way in WAYS],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    attribution = forms.ChoiceField(
        label=_("How shall your name appear this time?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose how your name appears. “No name at all” is fine.")},
    )
    content_note = forms.CharField(
        label=_("Is there something to know before reading it?"),
        help_text=_("For example, that somebody dies in it. Most words need no such note."),
        max_length=200,
        required=False,
        widget=NoteInput,
    )

    def __init__(
        self, *args: Any, person: Person | None = None, ways: str = "", few: Few | None = None, **kwargs: Any
    ) -> None:
        initial = {"ways": list(ways), **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        ticked = "".join(initial["ways"])
        if self.is_bound and hasattr(self.data, "getlist"):
            ticked = in_order("".join(self.data.getlist("ways")))
        names = self.fields["attribution"]
        names.choices, names.choice_hints = name_choices(person, ticked)
        if person is not None and "attribution" not in initial:
            self.initial["attribution"] = Attribution.CHOSEN
        self.few, self.ticked, self.name_hints = few, ticked, names.choice_hints
        self.say_where_few_are()

    def say_where_few_are(self, *, own: bool = True) -> None:
        """Beside the choices without a name: whether people may guess who it is all the same."""
        hints = dict(self.name_hints)
        warning = warning_of(self.few, self.ticked, own=own) if self.few else ""
        for nameless in NAMELESS if warning else ():
            said = hints.get(nameless)
            hints[nameless] = f"{said}. {warning}" if said else warning
        self.fields["attribution"].choice_hints = hints

    of_others = False
    """Whether somebody else's words are written here: pages say *their* where they would say *your*."""

    def speak_of_them(self) -> None:
        """Ask about somebody else's words, where a facilitator writes them down."""
        self.of_others = True
        self.fields["words"].label = _("Their words")
        self.fields["words"].help_text = _("As they said or wrote them, not as you would put it.")
        self.fields["ways"].label = _("How do they know this?")
        self.fields["ways"].help_text = _("Ask them, and tick every one that is true.")
        self.fields["ways"].choices = [(way.letter, way.someone) for way in WAYS]
        names = self.fields["attribution"]
        names.label = _("How shall their name appear?")
        names.help_text = _("Ask them. Your name stands beside it as the one who wrote it down.")
        names.error_messages["required"] = _("Choose how their name appears. “No name at all” is fine.")
        self.nameless = _("Tick how they know this: they chose to appear by that, without a name.")

    nameless: Any = _("Tick how you know this: you chose to appear by that, without a name.")

    def clean_ways(self) -> str:
        return in_order("".join(self.cleaned_data["ways"]))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("attribution") == Attribution.STANDPOINT and not cleaned.get("ways"):
            self.add_error("ways", self.nameless)
        return cleaned

    def fields_for_action(self) -> dict[str, Any]:
        """What the action takes: everything that was filled in but the form's key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class CitingForm(SpokenForm):
    """A sheet that also asks where evidence comes from, in a part that stays folded until somebody needs it."""

    citation = forms.CharField(
        label=_("Where does it come from?"),
        help_text=_("A paper, a report, a leaflet: who wrote it, what it is called, and when."),
        required=False,
    )
    link = forms.CharField(
        label=_("Is there a link or a DOI?"),
        help_text=_("Like https://example.org/page or 10.1000/182. It is kept as text; nothing is fetched from it."),
        required=False,
    )

    folded = [(_("It comes from something written"), ("citation", "link"))]

    def clean_citation(self) -> str:
        return tidy_citation(self.cleaned_data["citation"])

    def clean_link(self) -> str:
        return tidy_link(self.cleaned_data["link"])


class FirstForm(SpokenForm):
    """Bring something before signing up: less than a minute on a phone."""

    kind = forms.ChoiceField(label=_("What is it most like?"), choices=Kind.choices, initial=Kind.STORY)

    field_order = ["key", "words", "ways", "attribution", "kind", "content_note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["words"].help_text = _("What happened, what you wonder, what troubles you. One line is enough.")


class BringForm(FirstForm, CitingForm):
    """Bring something, in a space that one is in."""

    who_reads = forms.ChoiceField(
        label=_("Who may read it?"),
        choices=[
            (EVERYONE, _("Everyone in this space")),
            (CLOSE, _("Only the people who facilitate")),
        ],
        initial=EVERYONE,
        required=False,
        widget=forms.RadioSelect,
    )

    field_order = ["key", "words", "ways", "attribution", "kind", "content_note", "who_reads"]
    folded = [(_("Who may read it: everyone in this space"), ("who_reads",)), *CitingForm.folded]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["who_reads"].choice_hints = {
            CLOSE: _("It is put on record each time one of them reads it. You can open it to everyone later."),
        }

    def fields_for_action(self) -> dict[str, Any]:
        filled = super().fields_for_action()
        filled["close"] = filled.pop("who_reads") == CLOSE
        return filled


class AnswerForm(CitingForm):
    """Answer somebody's words."""

    verb = forms.ChoiceField(
        label=_("What does your answer do?"),
        choices=[
            (Verb.BUILDS_ON, _("It builds on this")),
            (Verb.SUPPORTS, _("It supports this")),
            (Verb.QUESTIONS, _("It asks about this")),
            (Verb.DIFFERS, _("It sees it differently")),
            (Verb.REFRAMES, _("It says that the question is another one")),
            (Verb.ANSWERS, _("It answers a question")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose what your answer does.")},
    )

    field_order = ["key", "verb", "words", "ways", "attribution", "content_note"]


class WrittenDownForm(SpokenForm):
    """A sheet on which somebody may write down what another said: by which way it came, and when."""

    channel = forms.ChoiceField(label=_("How did the words reach you?"), choices=Channel.choices)
    said_on = forms.DateField(
        label=_("When were they said?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("We could not read that date. Write it like 2026-03-14.")},
    )

    def clean_said_on(self) -> Any:
        said_on = self.cleaned_data["said_on"]
        if said_on > clock.today():
            raise forms.ValidationError(_("That day has not come yet."))
        return said_on


class RecordForm(BringForm, WrittenDownForm):
    """Write down what an assisted person said or sent. ``people``: those it may be."""

    person = forms.ModelChoiceField(
        label=_("Whose words are they?"),
        help_text=_("People in this space who do not come online themselves."),
        queryset=Person.objects.none(),
        empty_label=_("Choose a person"),
    )
    field_order = [
        "key", "person", "channel", "said_on", "words", "ways", "attribution", "kind", "content_note", "who_reads",
    ]  # fmt: skip

    def __init__(self, *args: Any, people: list[Person], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.speak_of_them()
        self.fields["attribution"].choices = [
            (Attribution.NAME, _("Their full name")),
            (Attribution.CHOSEN, _("What people call them")),
            (Attribution.STANDPOINT, _("No name, but how they know")),
            (Attribution.ANONYMOUS, _("No name at all")),
        ]
        self.name_hints = {}
        self.say_where_few_are(own=False)
        self.fields["person"].queryset = Person.objects.filter(pk__in=[person.pk for person in people])
        self.fields["person"].choices = [("", _("Choose a person")), *((p.pk, p.chosen_name) for p in people)]
        self.initial.setdefault("channel", Channel.POST)
        self.initial.setdefault("said_on", clock.today())

    def fields_for_action(self) -> dict[str, Any]:
        filled = super().fields_for_action()
        filled["author"] = filled.pop("person")
        return filled


class ReviseForm(CitingForm):
    """Say one's own words better; ``own`` is false for an assisted person's, who asked for it."""

    makes_new = False

    field_order = ["key", "words", "ways", "attribution", "content_note"]

    def __init__(self, *args: Any, contribution: Contribution, own: bool = True, **kwargs: Any) -> None:
        initial = {
            "words": contribution.words,
            "attribution": contribution.attribution,
            "content_note": contribution.content_note,
            "citation": contribution.citation,
            "link": contribution.link,
            **(kwargs.pop("initial", None) or {}),
        }
        super().__init__(*args, person=contribution.author, ways=contribution.ways, initial=initial, **kwargs)
        if not own:
            self.speak_of_them()
            self.say_where_few_are(own=False)


class DescribeForm(KeyedForm):
    """A description or transcript for each file, and a box to take it away."""

    def __init__(self, *args: Any, attachments: list[Attachment], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.attachments = attachments
        for each in attachments:
            label, hint = _ASKED[each.kind]
            self.fields[f"words-{each.pk}"] = forms.CharField(
                label=label,
                help_text=hint,
                initial=each.words,
                required=False,
                max_length=WORDS_AT_MOST,
                widget=forms.Textarea(attrs={"rows": 5 if each.kind == AttachmentKind.SOUND else 3}),
            )
            self.fields[f"away-{each.pk}"] = forms.BooleanField(label=_AWAY[each.kind], required=False)

    def beside(self) -> list[tuple[Attachment, Any, Any]]:
        """Each file with its two fields, for the page."""
        return [(each, self[f"words-{each.pk}"], self[f"away-{each.pk}"]) for each in self.attachments]

    def fields_for_action(self) -> dict[str, Any]:
        filled = self.cleaned_data
        return {
            "words": {each.pk: filled[f"words-{each.pk}"] for each in self.attachments},
            "taken_away": [each.pk for each in self.attachments if filled[f"away-{each.pk}"]],
        }


_ASKED: dict[str, tuple[Any, Any]] = {
    AttachmentKind.PICTURE: (_("What is in the picture?"), _("For those who cannot see it. One sentence is enough.")),
    AttachmentKind.SOUND: (
        _("What is said in it?"),
        _("For those who cannot hear it. As it was said, or the heart of it."),
    ),
    AttachmentKind.DOCUMENT: (_("What is it?"), _("So that people know what they open. One line is enough.")),
}
_AWAY: dict[str, Any] = {
    AttachmentKind.PICTURE: _("Take this picture away"),
    AttachmentKind.SOUND: _("Take this recording away"),
    AttachmentKind.DOCUMENT: _("Take this document away"),
}


class AcknowledgeForm(KeyedForm):
    """*This changed my thinking*, with words if one likes."""

    words = forms.CharField(
        label=_("What changed? You can leave this empty."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )


class ReframeFromForm(KeyedForm):
    """A new wording of the question, because of these words."""

    makes_new = True

    question = forms.CharField(
        label=_("How would you ask our question now?"),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Write the question as you would ask it now.")},
    )
    why = forms.CharField(
        label=_("How did these words change it?"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        error_messages={"required": _("Say how these words changed the question.")},
    )
