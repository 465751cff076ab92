"""Sheets for drawing a claim and saying how one sees it; and the picker of sources that later steps share."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.forms import name_choices
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import usable
from coproduce.deliberation.models import Answer
from coproduce.people.models import Attribution, Person
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


class SayForm(KeyedForm):
    """How you see one claim.

    ``ways``: the letters that the person shows; ``values``: the names offered; ``own`` is false for somebody assisted.
    """

    answer = forms.TypedChoiceField(
        label=_("How do you see it?"),
        choices=[(Answer.AGREE, _("I agree")), (Answer.UNSURE, _("I am unsure")), (Answer.DISAGREE, _("I disagree"))],
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three. “Unsure” is an answer like any other.")},
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

    def __init__(
        self, *args: Any, person: Person, ways: str, values: Sequence[str], own: bool = True, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        if not own:
            self._speak_of_them()
        self.fields["values"].choices = [(name, name) for name in values]
        names = self.fields["attribution"]
        names.choices, names.choice_hints = names_for_reasons(person, ways)
        first = Attribution.STANDPOINT if ways else Attribution.CHOSEN
        allowed = [value for value, _label in names.choices]
        if self.initial.get("attribution") not in allowed:
            self.initial["attribution"] = first

    def _speak_of_them(self) -> None:
        answers = [(Answer.AGREE, _("They agree")), (Answer.UNSURE, _("They are unsure"))]
        self.fields["answer"].label = _("How do they see it?")
        self.fields["answer"].choices = [*answers, (Answer.DISAGREE, _("They disagree"))]
        self.fields["reason"].label = _("Would they like to say why?")
        self.fields["reason"].help_text = _("They need not. Others in this space can read it.")
        self.fields["values"].label = _("What is it about, for them?")
        self.fields["values"].help_text = _("Tick all that are true for them, or none.")
        self.fields["attribution"].label = _("How shall their name appear beside their reason?")

    def fields_for_action(self) -> dict[str, Any]:
        """What ``respond`` takes."""
        data = self.cleaned_data
        own = [data["own_value"]] if data["own_value"].strip() else []
        return {
            "answer": data["answer"],
            "reason": data["reason"],
            "attribution": data["attribution"],
            "values": [*data["values"], *own],
        }


class WhyForm(KeyedForm):
    """Why a claim is put out of sight."""

    why = forms.CharField(
        label=_("Why is this claim put out of sight?"),
        help_text=_("People who answered it will be able to read why. Their answers are kept."),
        max_length=300,
        error_messages={"required": _("Say why in a few words.")},
    )
