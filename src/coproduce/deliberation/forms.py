"""Sheets for drawing a claim and saying how one sees it; and the picker of sources that later steps share."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.core import validators
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coproduce import clock
from coproduce.contributions.forms import name_choices
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import usable
from coproduce.deliberation.models import Answer, Importance, Statement
from coproduce.people.models import Attribution, Channel, Person
from coproduce.spaces.access import Place
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import one_line

OFFERED_AT_ONCE = 8
OFFERED_MORE = 20
OFFERED_AT_MOST = 208


class ChoosesContributions(KeyedForm):
    """A sheet that says from whose words something comes.

    What was chosen stays offered; beside it are the newest contributions, or those that hold the words in ``find``.
    ``wants_to_look`` is true when the button for looking was pressed: the sheet comes back, nothing is done.
    """

    makes_new = True
    more = 0
    """How many the button for more asks for; 0 where there are no more."""

    contributions = forms.MultipleChoiceField(
        label=_("From whose words?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("One of these was taken back, or is not in this space.")},
    )
    find = forms.CharField(
        label=_("Which words do you look for?"),
        help_text=_("A word that somebody used. The newest stand below."),
        required=False,
        max_length=80,
        widget=forms.TextInput(),
    )

    def __init__(self, *args: Any, place: Place, chosen: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.is_bound:
            chosen = self.data.getlist("contributions")
        else:
            self.initial["contributions"] = list(chosen)
        self.found = self._offered(place, [pk for pk in map(_uuid, chosen) if pk])
        self.fields["contributions"].choices = [(str(each.pk), _as_choice(each)) for each in self.found.values()]

    def _offered(self, place: Place, chosen: list[UUID]) -> dict[str, Contribution]:
        offered_here = usable(place)
        kept = list(offered_here.filter(pk__in=chosen).order_by("-said_on", "-id")[:100]) if chosen else []
        others = offered_here.exclude(pk__in=[each.pk for each in kept])
        # Looked for before the form is judged, so that what no database could look for is left out here.
        word = self.data.get("find", "").replace("\0", "").strip()[:80] if self.is_bound else ""
        if word:
            others = others.filter(words__icontains=word)
        offered = self._how_many()
        rows = [*kept, *others.order_by("-said_on", "-id")[: offered + 1]]
        if len(rows) > len(kept) + offered:
            rows.pop()
            self.more = offered + OFFERED_MORE if offered < OFFERED_AT_MOST else 0
        return {str(each.pk): each for each in rows}

    def _how_many(self) -> int:
        """How many are offered beside what was chosen: the button for more says it."""
        typed = self.data.get("look", "") if self.is_bound else ""
        asked = int(typed) if typed.isdecimal() and len(typed) < 5 else 0
        return min(max(asked, OFFERED_AT_ONCE), OFFERED_AT_MOST)

    @property
    def wants_to_look(self) -> bool:
        """The person asked for other words to choose from. Then nothing on the sheet is judged yet."""
        wants = self.is_bound and "look" in self.data
        if wants:
            self._errors = forms.utils.ErrorDict()
            self.cleaned_data = {}
        return wants

    def chosen_contributions(self) -> list[Contribution]:
        """The contributions that were ticked."""
        return [self.found[pk] for pk in self.cleaned_data["contributions"]]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _as_choice(contribution: Contribution) -> str:
    note = contribution.content_note
    said = _("With a note: %(note)s") % {"note": note} if note else contribution.words
    return format_html('{} <span class="hint">{}</span>', one_line(str(said), 110), contribution.shown_name)


class DrawForm(ChoosesContributions):
    """One claim, drawn from words."""

    words = forms.CharField(
        label=_("What is the claim?"),
        help_text=_("One thing, in one sentence, that people can agree or disagree with."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Write the claim. One plain sentence is best.")},
    )

    field_order = ["key", "words", "contributions", "find"]

    def clean_contributions(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["contributions"]
        if not chosen:
            raise forms.ValidationError(_("Tick at least one. A claim is always drawn from somebody’s words."))
        return chosen


def names_for_reasons(person: Person, ways: str) -> tuple[list[tuple[str, str | Promise]], dict[str, Any]]:
    """How a name may appear beside a reason; by standpoint only for someone who shows one."""
    choices, hints = name_choices(person, ways)
    if not ways:
        choices = [choice for choice in choices if choice[0] != Attribution.STANDPOINT]
    return choices, hints


OWN_ANSWERS = [
    (Answer.AGREE, _("I agree")),
    (Answer.DISAGREE, _("I disagree")),
    (Answer.UNSURE, _("I am unsure")),
    (Answer.NOT_MINE, _("Not mine to say")),
]
THEIR_ANSWERS = [
    (Answer.AGREE, _("They agree")),
    (Answer.DISAGREE, _("They disagree")),
    (Answer.UNSURE, _("They are unsure")),
    (Answer.NOT_MINE, _("Not theirs to say")),
]
WHY = ("importance", "reason", "values", "own_value", "attribution")


class SayForm(KeyedForm):
    """How you see one claim. Its answers are buttons (``answers``): one press says it.

    ``ways``: the letters that the person shows; ``values``: the names offered; ``own`` is false for somebody assisted.
    ``present``: the number of the claim's wording now, which has to be the one that they had before them.
    """

    wording = forms.IntegerField(widget=forms.HiddenInput, required=False)
    answer = forms.TypedChoiceField(
        label=_("How do you see it?"),
        choices=OWN_ANSWERS,
        coerce=int,
        error_messages={"required": _("Choose one of the four. “Unsure” is an answer like any other.")},
    )
    importance = forms.TypedChoiceField(
        label=_("How much does it matter to you?"),
        choices=[("", _("I leave that open")), *((one.value, one.label) for one in Importance)],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=_("Would you like to say why?"),
        help_text=_("You need not. Others in this space can read it."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
    )
    values = forms.MultipleChoiceField(
        label=_("What is it about, for you?"),
        help_text=_("Tick all that are true, or none."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    own_value = forms.CharField(label=_("Something else that matters here"), max_length=60, required=False)
    attribution = forms.ChoiceField(label=_("How shall your name appear beside your reason?"), widget=forms.RadioSelect)
    channel = forms.ChoiceField(label=_("How did the words reach you?"), choices=Channel.choices)
    said_on = forms.DateField(
        label=_("When were they said?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("We could not read that date. Write it like 2026-03-14.")},
    )

    def __init__(
        self,
        *args: Any,
        person: Person,
        ways: str,
        values: Sequence[str],
        present: int = 1,
        own: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.present = present
        self.initial["wording"] = present
        self.fields["values"].choices = [(name, name) for name in values]
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        names.initial = Attribution.STANDPOINT if ways else Attribution.CHOSEN
        if self.initial.get("attribution") not in [value for value, _label in names.choices]:
            self.initial.pop("attribution", None)
        self.why_says = _("Say why, or how much it matters to you. You need not")
        if own:
            del self.fields["channel"], self.fields["said_on"]
        else:
            self._speak_of_them()

    def _speak_of_them(self) -> None:
        self.fields["answer"].label = _("How do they see it?")
        self.fields["answer"].choices = THEIR_ANSWERS
        self.fields["importance"].label = _("How much does it matter to them?")
        self.fields["importance"].choices = [
            ("", _("They did not say")),
            *((one.value, one.label) for one in Importance),
        ]
        self.fields["reason"].label = _("Would they like to say why?")
        self.fields["reason"].help_text = _("They need not. Others in this space can read it.")
        self.fields["values"].label = _("What is it about, for them?")
        self.fields["values"].help_text = _("Tick all that are true for them, or none.")
        self.fields["attribution"].label = _("How shall their name appear beside their reason?")
        self.fields["attribution"].choice_hints = {}
        self.why_says = _("Why, or how much it matters to them")
        self.initial.setdefault("channel", Channel.ROOM)
        self.initial.setdefault("said_on", clock.today())

    @property
    def why_is_open(self) -> bool:
        """Whether the part for reasons stands open: where something is in it already."""
        return any((self[name].value() or None) != self.fields[name].initial or self[name].errors for name in WHY)

    @property
    def answers(self) -> list[tuple[Any, Any, bool]]:
        """(value, label, whether it was pressed before) of each button."""
        pressed = str(self["answer"].value())
        return [(value, label, str(value) == pressed) for value, label in self.fields["answer"].choices]

    def clean_said_on(self) -> Any:
        return not_to_come(self.cleaned_data["said_on"])

    def clean_wording(self) -> int:
        if self.cleaned_data["wording"] not in (None, self.present):
            self.data = self.data.copy()
            self.data["wording"] = str(self.present)
            raise forms.ValidationError(
                _("The claim was put in other words while you read it. Read it again; what you wrote is still here.")
            )
        return self.present

    def fields_for_action(self) -> dict[str, Any]:
        """What ``respond`` takes."""
        data = self.cleaned_data
        own = [data["own_value"]] if data["own_value"].strip() else []
        given = {name: data[name] for name in ("channel", "said_on") if name in data}
        return given | {
            "answer": data["answer"],
            "importance": data["importance"],
            "reason": data["reason"],
            "attribution": data["attribution"],
            "values": [*data["values"], *own],
            "wording": data["wording"],
        }


def not_to_come(day: date) -> date:
    """The day, unless it has not come yet."""
    if day > clock.today():
        raise forms.ValidationError(_("That day has not come yet."))
    return day


class WhyForm(KeyedForm):
    """Why a claim is put out of sight."""

    why = forms.CharField(
        label=_("Why is this claim put out of sight?"),
        help_text=_("People who answered it will be able to read why. Their answers are kept."),
        max_length=300,
        error_messages={"required": _("Say why in a few words.")},
    )


class NobodyForm(KeyedForm):
    """A form that is only a button."""


# ── the wording of a claim ───────────────────────────────────────────────────────────────────────


class RewordForm(KeyedForm):
    """Better words for a claim, and why."""

    words = forms.CharField(
        label=_("How would you put it?"),
        help_text=_("The same thing, said better. If it says something else, draw a new claim."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Write the claim. One plain sentence is best.")},
    )
    why = forms.CharField(
        label=_("Why are these words better?"),
        help_text=_("Everyone who answered will read it, and is asked whether their answer still holds."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Say why. People who answered the earlier words will ask.")},
    )


class TalkForm(KeyedForm):
    """Something said about the wording of a claim."""

    makes_new = True

    why = forms.CharField(
        label=_("What about these words?"),
        help_text=_("What is unclear, too strong, or missing. Whoever drew the claim is asked to answer."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Write what you would like to say about the words.")},
    )
    words = forms.CharField(
        label=_("How would you put it?"),
        help_text=_("If you have better words. You need not."),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "short"}),
    )


class AnswerTalkForm(KeyedForm):
    """Why a wording stays as it is."""

    why = forms.CharField(
        label=_("Why do the words stay as they are?"),
        help_text=_("Members can read this beside what was said."),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        error_messages={"required": _("Say why. Somebody took the trouble to think about it.")},
    )


# ── rounds and paper ─────────────────────────────────────────────────────────────────────────────

ALL, SOME = "all", "some"


class RoundForm(KeyedForm):
    """Ask about claims together. ``claims``: those to choose from; ``shortest``: days a round stays open at least."""

    makes_new = True

    question = forms.CharField(
        label=_("What is this round about?"),
        help_text=_("One line that people will know it by: “Before winter: who gets in?”"),
        max_length=200,
        error_messages={"required": _("Give the round a line that people will know it by.")},
    )
    about = forms.CharField(
        label=_("Is there something to know first?"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )
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
    send_to = forms.CharField(
        label=_("Where does paper go back to?"),
        help_text=_("An address, a box at a front desk, a telephone number. It is printed on the sheets."),
        max_length=600,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
    )

    def __init__(self, *args: Any, claims: Sequence[Statement], shortest: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = {str(claim.pk): claim for claim in claims}
        self.fields["claims"].choices = [(pk, claim.words) for pk, claim in self.found.items()]
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

    words = forms.CharField(
        label=_("What would you like to say to everyone who answered?"),
        help_text=_("What happens with the answers next. You can leave this empty."),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
    )


class WhoseForm(forms.Form):
    """Whose sheet came back: by the code on it, or by name."""

    code = forms.CharField(
        label=_("The code on the sheet"),
        max_length=20,
        required=False,
        widget=forms.TextInput(attrs={"autofocus": True}),
    )


@dataclass(frozen=True, slots=True)
class PaperRow:
    """One claim on the sheet for entering paper: its words as they stood on it, and its fields."""

    number: int
    claim: Statement
    words: str
    before: str
    answer: forms.BoundField
    importance: forms.BoundField
    reason: forms.BoundField


class PaperForm(KeyedForm):
    """A sheet that came by post, all claims on one page. What is left empty stays as it is.

    ``claims``: with their words on the sheet; ``before``: by claim, what was written down already, in words.
    """

    channel = SayForm.base_fields["channel"]
    said_on = forms.DateField(
        label=_("Which day is on the sheet, or when did it come?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("We could not read that date. Write it like 2026-03-14.")},
    )
    attribution = forms.ChoiceField(
        label=_("How shall their name appear beside what they wrote?"), widget=forms.RadioSelect
    )

    def __init__(
        self,
        *args: Any,
        claims: Sequence[tuple[Statement, str]],
        before: dict[UUID, str],
        person: Person,
        ways: str,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.claims = claims
        names = self.fields["attribution"]
        names.choices, _hints = names_for_reasons(person, ways)
        names.initial = Attribution.STANDPOINT if ways else Attribution.CHOSEN
        self.initial.setdefault("channel", Channel.POST)
        self.initial.setdefault("said_on", clock.today())
        for claim, _words in claims:
            self._add(claim)
        self.rows = [self._row(number, claim, words, before) for number, (claim, words) in enumerate(claims, start=1)]

    def _add(self, claim: Statement) -> None:
        answers = [(value, label) for value, label in ON_PAPER]
        self.fields[f"answer-{claim.pk}"] = forms.TypedChoiceField(
            label=_("The answer"),
            choices=answers,
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields[f"importance-{claim.pk}"] = forms.TypedChoiceField(
            label=_("How much it matters"),
            choices=[("", _("not said")), *((one.value, one.label) for one in Importance)],
            coerce=int,
            empty_value=None,
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields[f"reason-{claim.pk}"] = forms.CharField(
            label=_("Why, in their words"),
            max_length=4000,
            required=False,
            widget=forms.Textarea(attrs={"rows": 2, "class": "short"}),
        )

    def _row(self, number: int, claim: Statement, words: str, before: dict[UUID, str]) -> PaperRow:
        bound = [self[f"{name}-{claim.pk}"] for name in ("answer", "importance", "reason")]
        return PaperRow(number, claim, words, before.get(claim.pk, ""), *bound)

    def clean_said_on(self) -> Any:
        return not_to_come(self.cleaned_data["said_on"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for claim, _words in self.claims:
            more = data.get(f"importance-{claim.pk}") is not None or (data.get(f"reason-{claim.pk}") or "").strip()
            if more and data.get(f"answer-{claim.pk}") is None:
                self.add_error(f"answer-{claim.pk}", _("Tick how they see it. If they did not, leave the row empty."))
        if not self.errors and not self.filled():
            self.add_error(None, _("There is nothing to enter yet. Tick at least one answer."))
        return data

    def filled(self) -> list[Statement]:
        """The claims that were answered on the sheet."""
        return [claim for claim, _words in self.claims if self.cleaned_data.get(f"answer-{claim.pk}") is not None]


ON_PAPER = [
    ("", _("nothing ticked")),
    (Answer.AGREE, _("agrees")),
    (Answer.DISAGREE, _("disagrees")),
    (Answer.UNSURE, _("is unsure")),
    (Answer.NOT_MINE, _("not theirs to say")),
]
