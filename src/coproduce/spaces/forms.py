"""What people write when they open a space, come in, and say where they speak from."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.forms.utils import ErrorDict
from django.http import HttpRequest, QueryDict
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from coproduce.people.models import Channel, Person
from coproduce.spaces.actions.joining import Belongs, Said
from coproduce.spaces.charters import CharterRules
from coproduce.spaces.models import Framing, Membership, Practice, Privacy, Visibility
from coproduce.spaces.rights_form import RightsFields
from coproduce.ui.forms import KeyedForm
from coproduce.ui.pictures.thread import knots
from coproduce.ways import WAYS

NOT_RECORDED = "none"
FIRST_GROUND_RULES = _(
    "We listen to the end. A pause is not an invitation to jump in.\n"
    "What someone has lived through is knowledge, and so is what someone has studied. Neither outranks the other.\n"
    "We may disagree, and we stay kind. Reasons are kept, also those that did not win.\n"
    "What is said here about a person stays here, unless that person says otherwise.\n"
    "Anyone may stop, rest and come back, and need not say why."
)
FIRST_HOW_WE_DECIDE = _(
    "Anyone here may put a proposal. Everyone is asked whether they can live with it. Someone who objects "
    "says why, and we try to change the proposal until it works."
)


class CharterFields(forms.Form):
    """How a group will decide, in plain words with defaults that a new group can live with."""

    minimum_reading_days = forms.IntegerField(
        label=_("How many days must everyone have to read a proposal?"),
        help_text=_("Nothing can be decided sooner, whoever asks. Changing the wording starts the days again."),
        min_value=0,
        max_value=365,
        initial=14,
    )
    objections_that_may_stand = forms.IntegerField(
        label=_("How many people may still object when something is agreed?"),
        help_text=_("With 0, one objection is enough to stop it. Reasons are kept for good, either way."),
        min_value=0,
        max_value=100,
        initial=0,
    )
    ground_rules = forms.CharField(
        label=_("What do you ask of each other?"),
        help_text=_("One on each line. Change these as you like."),
        widget=forms.Textarea(attrs={"rows": 7}),
        max_length=5000,
        required=False,
        initial=FIRST_GROUND_RULES,
    )
    how_we_decide = forms.CharField(
        label=_("In your own words, how will you decide?"),
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        max_length=5000,
        required=False,
        initial=FIRST_HOW_WE_DECIDE,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for way in WAYS:
            self.fields[f"need_{way.letter}"] = forms.IntegerField(
                label=format_html("{} {}", mark_safe(knots(way.letter)), way.people),  # noqa: S308  # our own drawing
                min_value=0,
                max_value=500,
                required=False,
                initial=2 if way.letter == "L" else 0,
                widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
            )

    def need_fields(self) -> list[Any]:
        """The field for each way of knowing, in the order of drawing."""
        return [self[f"need_{way.letter}"] for way in WAYS]

    def charter_for_action(self) -> dict[str, Any]:
        """The charter's part of what was filled in, as actions take it."""
        filled = self.cleaned_data
        return {
            "minimum_reading_days": filled["minimum_reading_days"],
            "objections_that_may_stand": filled["objections_that_may_stand"],
            "ground_rules": filled["ground_rules"],
            "how_we_decide": filled["how_we_decide"],
            "needs": {way.letter: filled[f"need_{way.letter}"] or 0 for way in WAYS},
        }


class OpenForm(CharterFields, KeyedForm):
    """Open a space. No agenda is asked for."""

    makes_new = True

    question = forms.CharField(
        label=_("What do you want to ask together?"),
        help_text=_("In your own words. It need not be finished: anyone who joins may ask it differently later."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        max_length=Framing._meta.get_field("words").max_length,
    )
    name = forms.CharField(
        label=_("What shall we call the space for short?"),
        help_text=_("A few words, such as the place, the people or the matter."),
        max_length=80,
    )
    for_whom = forms.CharField(
        label=_("Who is it for?"),
        help_text=_("So that someone who reads it knows that they are meant."),
        widget=forms.Textarea(attrs={"rows": 2, "class": "short"}),
        max_length=2000,
        required=False,
    )
    practices = forms.MultipleChoiceField(
        label=_("What do you hope to make?"),
        help_text=_("Tick what fits, also several."),
        choices=Practice.choices,
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    privacy = forms.ChoiceField(
        label=_("Who can read it?"),
        choices=Privacy.choices,
        widget=forms.RadioSelect,
        initial=Privacy.MEMBERS,
    )

    def fields_for_action(self) -> dict[str, Any]:
        filled = self.cleaned_data
        own = {field: filled[field] for field in ("question", "name", "for_whom", "practices", "privacy")}
        return {**own, **self.charter_for_action()}


class CharterForm(RightsFields, CharterFields, KeyedForm):
    """Write the next version of a charter."""

    why = forms.CharField(
        label=_("Why does the charter change?"),
        help_text=_("Everyone will read this beside the new charter. Say how it was talked about, and with whom."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        max_length=2000,
    )

    def fields_for_action(self) -> dict[str, Any]:
        return {
            "why": self.cleaned_data["why"],
            **self.charter_for_action(),
            "rights": self.rights_for_action(),
        }


def rules_as_initial(rules: CharterRules) -> dict[str, Any]:
    """The rules of a charter as the first values of ``CharterFields``."""
    return {
        "minimum_reading_days": rules.minimum_reading_days,
        "objections_that_may_stand": rules.objections_that_may_stand,
        "ground_rules": rules.ground_rules,
        "how_we_decide": rules.how_we_decide,
        **{f"need_{way.letter}": rules.needs.get(way.letter, 0) for way in WAYS},
    }


class ReframeForm(KeyedForm):
    """Ask the question in other words."""

    makes_new = True

    words = forms.CharField(
        label=_("How would you ask it?"),
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        max_length=Framing._meta.get_field("words").max_length,
    )
    why = forms.CharField(
        label=_("What made you see it differently?"),
        help_text=_(
            "Someone’s words, something that happened, a word that was in the way. It stays beside the question."
        ),
        widget=forms.Textarea(attrs={"rows": 4, "class": "short"}),
        max_length=2000,
    )


class CodeForm(forms.Form):
    """A code from a card or a letter."""

    code = forms.CharField(
        label=_("What is the code on your card or letter?"),
        help_text=_("Eight letters and numbers. Capitals, spaces and dashes do not matter."),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )


_SAID = [("", _("Choose")), *Visibility.choices, (NOT_RECORDED, _("Not recorded"))]
_KNOWN = [("", _("Choose")), *((way.letter, way.says) for way in WAYS)]


# The same where a facilitator writes down what somebody else said.
_SAID_OF_THEM = [(value, _("Shown with their words") if value == Visibility.SHOWN else label) for value, label in _SAID]
_THEY_KNOW = [("", _("Choose")), *((way.letter, way.someone) for way in WAYS)]


class DescribeForm(KeyedForm):
    """Where someone speaks from: as many rows as they like, each with what may become of it.

    Rows are fields named ``words_0 way_0 visibility_0 …`` and ``organisation_0 belongs_0 …``; the hidden ``rows``
    says how many there are. ``own`` is false where a facilitator asks somebody else; ``sees_all`` where that is not
    who wrote it down before: then what is only counted is not on the sheet, and stays unless they say it is to go.
    What is *not recorded* is left out of ``standpoints()`` and ``affiliations()``.
    """

    MOST_ROWS = 12

    called = forms.CharField(
        label=_("What shall we call you?"),
        help_text=_("Any name. You choose each time whether it stands beside your words."),
        max_length=80,
        widget=forms.TextInput(attrs={"autocomplete": "nickname"}),
    )
    understanding = forms.CharField(
        label=_("What does doing this together mean to you?"),
        help_text=_("There is no right answer, and you may leave it empty. We ask again now and then."),
        widget=forms.Textarea(attrs={"rows": 3, "class": "short"}),
        max_length=4000,
        required=False,
    )
    forget_counted = forms.BooleanField(label=_("What was only counted until now is to go"), required=False)
    rows = forms.IntegerField(widget=forms.HiddenInput, required=False)
    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(
        self,
        *args: Any,
        membership: Membership | None = None,
        name: str = "",
        own: bool = True,
        sees_all: bool = True,
        **kwargs: Any,
    ) -> None:
        self.own, self.sees_all = own, sees_all
        if membership is not None:
            before = _as_initial(membership, sees_all=sees_all, own=own)
            kwargs["initial"] = {**before, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)
        if sees_all:
            del self.fields["forget_counted"]
        if name:
            self.fields["called"].initial = name
        asked = self.data.get("rows") if self.is_bound else self.initial.get("rows")
        self.number = min(max(_rows_asked(asked), 3), self.MOST_ROWS)
        self.fields["rows"].initial = self.number
        if not own:
            self._ask_about_them()
        for i in range(self.number):
            self._add_row(i)

    def _ask_about_them(self) -> None:
        self.fields["called"].label = _("What do they want to be called?")
        self.fields["called"].help_text = ""
        self.fields["understanding"].label = _("What does doing this together mean to them?")
        self.fields["understanding"].help_text = _("In their words, if they said so.")

    def _add_row(self, i: int) -> None:
        said = _SAID if self.own else _SAID_OF_THEM
        self.fields[f"words_{i}"] = forms.CharField(
            label=format_lazy("{}. {}", i + 1, _("In your own words") if self.own else _("In their own words")),
            max_length=160,
            required=False,
        )
        self.fields[f"way_{i}"] = forms.ChoiceField(
            label=_("How do you know it?") if self.own else _("How do they know it?"),
            choices=_KNOWN if self.own else _THEY_KNOW,
            required=False,
        )
        self.fields[f"visibility_{i}"] = forms.ChoiceField(
            label=_("What may become of it?"), choices=said, required=False
        )
        if i < 2 or i < self.number - 1:
            self.fields[f"organisation_{i}"] = forms.CharField(
                label=format_lazy("{}. {}", i + 1, _("A group, charity or place of work")),
                max_length=160,
                required=False,
            )
            self.fields[f"belongs_{i}"] = forms.ChoiceField(
                label=_("What may become of it?"), choices=said, required=False
            )

    def standpoint_rows(self) -> list[tuple[int, Any, Any, Any]]:
        """(number from 1, words, way, visibility) as drawn."""
        return [(i + 1, self[f"words_{i}"], self[f"way_{i}"], self[f"visibility_{i}"]) for i in range(self.number)]

    def affiliation_rows(self) -> list[tuple[int, Any, Any]]:
        """(number from 1, organisation, visibility) as drawn."""
        return [
            (i + 1, self[f"organisation_{i}"], self[f"belongs_{i}"])
            for i in range(self.number)
            if f"organisation_{i}" in self.fields
        ]

    def clean(self) -> dict[str, Any]:
        filled: dict[str, Any] = super().clean() or {}
        for i in range(self.number):
            words = filled.get(f"words_{i}")
            recorded = filled.get(f"visibility_{i}") != NOT_RECORDED
            if words and recorded and not filled.get(f"way_{i}") and f"way_{i}" not in self.errors:
                self.add_error(f"way_{i}", self._which_way())
            if words and not filled.get(f"visibility_{i}") and f"visibility_{i}" not in self.errors:
                self.add_error(f"visibility_{i}", _("Choose what may become of this."))
            if filled.get(f"organisation_{i}") and not filled.get(f"belongs_{i}"):
                self.add_error(f"belongs_{i}", _("Choose what may become of this."))
        return filled

    def _which_way(self) -> Any:
        if self.own:
            return _("Choose how you know this: the one that comes nearest.")
        return _("Choose how they know this: the one that comes nearest.")

    def fields_for_action(self) -> dict[str, Any]:
        filled = self.cleaned_data
        forget = {} if self.sees_all else {"forget_counted": filled["forget_counted"]}
        return forget | {
            "chosen_name": filled["called"],
            "understanding": filled["understanding"],
            "standpoints": [
                Said(filled[f"words_{i}"], filled[f"way_{i}"], filled[f"visibility_{i}"])
                for i in range(self.number)
                if filled[f"words_{i}"] and filled[f"visibility_{i}"] != NOT_RECORDED
            ],
            "affiliations": [
                Belongs(filled[f"organisation_{i}"], filled[f"belongs_{i}"])
                for i in range(self.number)
                if filled.get(f"organisation_{i}") and filled[f"belongs_{i}"] != NOT_RECORDED
            ],
        }


class AssistedForm(DescribeForm):
    """Bring in somebody who does not go online."""

    makes_new = True

    full_name = forms.CharField(
        label=_("What is their full name?"),
        help_text=_("For the envelope. It is shown only where they choose it."),
        max_length=120,
        required=False,
    )
    channel = forms.ChoiceField(
        label=_("How do we reach them?"),
        choices=[choice for choice in Channel.choices if choice[0] not in (Channel.WEB, Channel.EMAIL)],
        widget=forms.RadioSelect,
    )
    field_order = ("called", "full_name", "channel")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, own=False, **kwargs)

    def fields_for_action(self) -> dict[str, Any]:
        own = {field: self.cleaned_data[field] for field in ("full_name", "channel")}
        return {**super().fields_for_action(), **own}


def _as_initial(membership: Membership, *, sees_all: bool, own: bool) -> dict[str, Any]:
    """What was said before, as far as it is for whoever writes. Reads the prefetched rows of
    ``queries.own_membership``. What it means to somebody is for themselves to change, or to say anew.
    """

    def seen(rows: Iterable[Any]) -> list[Any]:
        return [row for row in rows if sees_all or row.visibility == Visibility.SHOWN]

    standpoints, affiliations = seen(membership.standpoints.all()), seen(membership.affiliations.all())
    initial: dict[str, Any] = {
        "called": membership.person.chosen_name,
        "rows": max(3, len(standpoints), len(affiliations) + 1 if len(affiliations) > 2 else 0),
    }
    for i, said in enumerate(standpoints):
        initial |= {f"words_{i}": said.words, f"way_{i}": said.way, f"visibility_{i}": said.visibility}
    for i, place in enumerate(affiliations):
        initial |= {f"organisation_{i}": place.organisation, f"belongs_{i}": place.visibility}
    thoughts = list(membership.understandings.all())
    if thoughts and own:
        initial["understanding"] = thoughts[0].words
    return initial


def _rows_asked(typed: object) -> int:
    """How many rows the form says it has, a hundred at most; 3 where it says no number."""
    text = str(typed)
    if not text.isdecimal():
        return 3
    return int(text) if len(text) < 3 else 100


def with_another_row(request: HttpRequest, form_class: type[DescribeForm], **kwargs: Any) -> DescribeForm:
    """The form as it was filled in, with one more row and no complaints: *add another*, without a script."""
    data = request.POST.copy()
    data["rows"] = str(_rows_asked(data.get("rows", "")) + 1)
    form = form_class(data, **kwargs)
    form._errors = ErrorDict()
    return form


def leave_out_unrecorded(sent: QueryDict) -> QueryDict:
    """What was sent without the words that are not to be recorded, before anything can keep it."""
    kept = sent.copy()
    for name in sent:
        stem, _underscore, number = name.rpartition("_")
        if sent.get(name) != NOT_RECORDED or stem not in ("visibility", "belongs"):
            continue
        kept.pop(f"words_{number}" if stem == "visibility" else f"organisation_{number}", None)
    return kept


class WayInForm(KeyedForm):
    """Make another link with a code."""

    makes_new = True

    days = forms.ChoiceField(
        label=_("How long should it work?"),
        choices=[("7", _("A week")), ("30", _("A month")), ("", _("Until somebody closes it"))],
        widget=forms.RadioSelect,
        required=False,
        initial="30",
    )
    for_anyone = forms.BooleanField(
        label=_("Also show it to anyone who finds the space on this server"), required=False
    )


class StopForm(KeyedForm):
    """Look after the space no longer. ``members``: who could; ``is_last``: nobody else does so now."""

    successor = forms.ChoiceField(
        label=_("Who shall look after it instead?"),
        required=False,
        error_messages={"required": _("You are the only one who looks after this space. Name somebody who will.")},
    )

    def __init__(self, *args: Any, members: list[Person], is_last: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.members = {str(person.pk): person for person in members}
        nobody = _("Choose a person") if is_last else _("Nobody new: others look after it too")
        field = self.fields["successor"]
        field.choices = [("", nobody), *((pk, person.chosen_name) for pk, person in self.members.items())]
        field.required = is_last
        if is_last:
            field.help_text = _("Ask them first. They can do all that you can do here now, and stop as well.")

    def successor_chosen(self) -> Person | None:
        """Whom the sheet names, or None."""
        return self.members.get(self.cleaned_data["successor"])


class NobodyForm(KeyedForm):
    """A button and nothing to fill in."""
