"""The sheets of a priority exercise."""

# long because each step of an exercise has its own sheet
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coproduce import clock
from coproduce.deliberation.forms import ChoosesContributions
from coproduce.gatherings.models import Gathering
from coproduce.people.models import Channel, Person
from coproduce.priorities.models import MOST_CHOSEN, Exercise, Question, Verdict
from coproduce.priorities.queries import Gathered
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import one_line


def _short(rows: int, **attrs: Any) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "class": "short", **attrs})


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
        widget=_short(2),
        error_messages={"required": _("Write the question in one sentence.")},
    )
    scope = forms.CharField(
        label=_("What belongs to it, and what does not?"),
        help_text=_("So that later nobody has to guess why something was left out."),
        max_length=4000,
        widget=_short(5),
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
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


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

    gathering = forms.ChoiceField(label=_("At which gathering do the tables meet?"), required=False)

    def __init__(self, *args: Any, exercise: Exercise, gatherings: Sequence[Gathering], **kwargs: Any) -> None:
        said = {name: getattr(exercise, name) for name in self.base_fields if name not in ("key", "ranked")}
        said |= {"ranked": "yes" if exercise.ranked else "no", "gathering": str(exercise.gathering_id or "")}
        super().__init__(*args, initial={**said, **(kwargs.pop("initial", None) or {})}, **kwargs)
        self.by_pk = {str(each.pk): each for each in gatherings}
        named = [(pk, each.title) for pk, each in self.by_pk.items()]
        self.fields["gathering"].choices = [("", _("Not settled yet")), *named]

    def clean_gathering(self) -> Gathering | None:
        return self.by_pk.get(self.cleaned_data["gathering"])


class PeopleForm(KeyedForm):
    """Choose among the people of the space."""

    people = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)

    def __init__(
        self, *args: Any, members: Sequence[Person], ticked: Iterable[Any] = (), label: Any = "", **kwargs: Any
    ) -> None:
        initial = {"people": [str(pk) for pk in ticked], **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.members = {str(person.pk): person for person in members}
        self.fields["people"].choices = [(pk, person.chosen_name) for pk, person in self.members.items()]
        if label:
            self.fields["people"].label = label

    def chosen_people(self) -> list[Person]:
        return [self.members[pk] for pk in self.cleaned_data["people"]]


class MoveForm(KeyedForm):
    """Why an exercise goes on, or back."""

    to = forms.CharField(widget=forms.HiddenInput)
    why = forms.CharField(
        label=_("Why now?"),
        help_text=_("Everyone can read it, so name nobody who would not want that. A sentence is enough."),
        max_length=2000,
        widget=_short(3),
        error_messages={"required": _("Say why, in a few words.")},
    )


class GatherForm(ChoosesContributions):
    """Take words up as something we do not know."""

    def __init__(self, *args: Any, gathered: Collection[Any], **kwargs: Any) -> None:
        self.gathered = set(gathered)
        super().__init__(*args, **kwargs)
        self.fields["contributions"].label = _("Which of these say something we do not know?")
        marked = []
        for pk, label in self.fields["contributions"].choices:
            here = self.found[pk].pk in self.gathered
            marked.append((pk, format_html("{} · {}", label, _("gathered already")) if here else label))
        self.fields["contributions"].choices = marked

    def clean_contributions(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["contributions"]
        if not chosen:
            raise forms.ValidationError(_("Tick at least one."))
        return chosen


class WhyForm(KeyedForm):
    """A reason, and nothing else."""

    why = forms.CharField(label=_("Why?"), max_length=300, error_messages={"required": _("Say why, in a few words.")})

    def __init__(self, *args: Any, label: Any = "", help_text: Any = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["why"].label = label or self.fields["why"].label
        self.fields["why"].help_text = help_text


class WordsBehindForm(KeyedForm):
    """Which of the gathered words stand behind a question."""

    uncertainties = forms.MultipleChoiceField(
        label=_("Whose words ask this?"),
        help_text=_("Tick all that ask the same thing. What people said stays as they said it."),
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    also = forms.BooleanField(
        label=_("Words that stand behind another question stay there as well"),
        help_text=_("When somebody said two things at once. Else they move here."),
        required=False,
    )

    def __init__(self, *args: Any, gathered: Sequence[Gathered], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        usable = [row for row in gathered if row.uncertainty.out_at is None and not row.source.is_gone]
        usable.sort(key=lambda row: bool(row.questions))
        self.rows = {str(row.uncertainty.pk): row for row in usable}
        self.fields["uncertainties"].choices = [(pk, _as_choice(row)) for pk, row in self.rows.items()]

    def clean_uncertainties(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["uncertainties"]
        if not chosen:
            raise forms.ValidationError(_("Tick at least one. A question is always drawn from somebody’s words."))
        return chosen

    def chosen(self) -> list[Any]:
        return [self.rows[pk].uncertainty for pk in self.cleaned_data["uncertainties"]]


def _as_choice(row: Gathered) -> str:
    placed = ", ".join(_("question %(n)s") % {"n": question.number} for question in row.questions)
    hint = f"{row.source.name} · {placed}" if placed else row.source.name
    return format_html('{} <span class="hint">{}</span>', one_line(row.source.line, 160), hint)


class DrawQuestionForm(WordsBehindForm):
    """One question, drawn from words."""

    makes_new = True
    words = forms.CharField(
        label=_("What is the question?"),
        help_text=_("One question that somebody could go and find out, in plain words."),
        max_length=300,
        widget=_short(3),
        error_messages={"required": _("Write the question.")},
    )
    field_order = ["key", "words", "uncertainties", "also"]


class RewordForm(KeyedForm):
    """Say a question better."""

    words = forms.CharField(
        label=_("How should it be asked?"),
        max_length=300,
        widget=_short(3),
        error_messages={"required": _("Write the question.")},
    )
    why = forms.CharField(
        label=_("Why does it change?"),
        help_text=_("The earlier wording stays, with this."),
        max_length=2000,
        widget=_short(2),
        error_messages={"required": _("Say why. People whose words stand behind it will ask.")},
    )


class CheckForm(KeyedForm):
    """Whether a question is answered already, and where that can be read."""

    makes_new = True
    verdict = forms.ChoiceField(
        label=_("What did you find?"),
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the three.")},
    )
    words = forms.CharField(
        label=_("Say it in plain words"),
        help_text=_("Where you looked, and what is known. Everyone can read it, so name nobody."),
        max_length=4000,
        widget=_short(5),
        error_messages={"required": _("Say where you looked and what you found.")},
    )
    citation = forms.CharField(
        label=_("Where can it be read?"),
        help_text=_("Who wrote it, what it is called, when. Leave it empty if you found nothing."),
        max_length=600,
        required=False,
    )
    link = forms.CharField(
        label=_("Is there a link or a DOI?"),
        help_text=_("It is kept as text; nothing is fetched from it."),
        max_length=600,
        required=False,
    )
    checked_on = forms.DateField(
        label=_("When did you look?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _("We could not read that date. Write it like 2026-03-14.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("checked_on", clock.today())

    def clean_checked_on(self) -> Any:
        day = self.cleaned_data["checked_on"]
        if day > clock.today():
            raise forms.ValidationError(_("That day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        found = cleaned.get("verdict") in (Verdict.ANSWERED, Verdict.PARTLY)
        if found and not cleaned.get("citation", "").strip() and not cleaned.get("link", "").strip():
            self.add_error("citation", _("Say where the answer can be read: what is written about it, or a link."))
        return cleaned

    def fields_for_action(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class ChooseForm(KeyedForm):
    """The ballot: a place for each question one chooses, or a tick. ``written_down``: for somebody by post or phone."""

    channel = forms.ChoiceField(label=_("How did it reach you?"), choices=Channel.choices, required=False)
    said_on = forms.DateField(
        label=_("When did they choose?"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        required=False,
        error_messages={"invalid": _("We could not read that date. Write it like 2026-03-14.")},
    )

    def __init__(
        self,
        *args: Any,
        exercise: Exercise,
        questions: Sequence[Question],
        before: Sequence[Any] = (),
        written_down: bool = False,
        **kwargs: Any,
    ) -> None:
        initial = {f"q-{pk}": str(place) for place, pk in enumerate(before, start=1)}
        super().__init__(*args, initial={**initial, **(kwargs.pop("initial", None) or {})}, **kwargs)
        self.exercise, self.written_down = exercise, written_down
        self.questions = {f"q-{question.pk}": question for question in questions}
        for name, question in self.questions.items():
            self.fields[name] = self._field(question)
        if written_down:
            self.initial.setdefault("channel", Channel.POST)
            self.initial.setdefault("said_on", clock.today())
        else:
            del self.fields["channel"], self.fields["said_on"]

    def _field(self, question: Question) -> forms.Field:
        if not self.exercise.ranked:
            return forms.BooleanField(label=question.words, required=False)
        places = [("", _("not chosen"))] + [(str(n), _place_name(n)) for n in range(1, self.exercise.most + 1)]
        return forms.ChoiceField(label=question.words, choices=places, required=False)

    def rows(self) -> list[Any]:
        """The fields of the questions, for the page."""
        return [self[name] for name in self.questions]

    def clean_said_on(self) -> Any:
        day = self.cleaned_data["said_on"]
        if day is not None and day > clock.today():
            raise forms.ValidationError(_("That day has not come yet."))
        return day

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        chosen = [(name, cleaned.get(name)) for name in self.questions if cleaned.get(name)]
        if not chosen and not self.errors:
            raise forms.ValidationError(_("Choose at least one question."))
        if len(chosen) > self.exercise.most:
            said = ngettext("Choose one question at most.", "Choose %(n)s questions at most.", self.exercise.most)
            raise forms.ValidationError(said % {"n": self.exercise.most})
        if self.exercise.ranked:
            self._each_place_once(chosen)
        return cleaned

    def _each_place_once(self, chosen: list[tuple[str, Any]]) -> None:
        taken: dict[str, str] = {}
        for name, place in chosen:
            if place in taken:
                self.add_error(name, _("Two questions stand at %(place)s.") % {"place": _place_name(int(place))})
            taken[place] = name

    @cached_property
    def chosen_questions(self) -> list[Question]:
        """What was chosen, the first first."""
        given = [(name, self.cleaned_data[name]) for name in self.questions if self.cleaned_data.get(name)]
        if self.exercise.ranked:
            given.sort(key=lambda one: int(one[1]))
        return [self.questions[name] for name, _place in given]

    def fields_for_action(self) -> dict[str, Any]:
        data = self.cleaned_data
        how = {"channel": data["channel"], "said_on": data["said_on"]} if self.written_down else {}
        return {"questions": self.chosen_questions, **how}


def _place_name(number: int) -> str:
    return str(_("place %(n)s") % {"n": number})


class ShortlistForm(KeyedForm):
    """Which questions go to the tables."""

    questions = forms.MultipleChoiceField(
        label=_("Which questions are talked over?"), widget=forms.CheckboxSelectMultiple, required=False
    )
    why = forms.CharField(
        label=_("Why these?"),
        help_text=_("Say so if you leave one out that many chose, or take one in that few chose."),
        max_length=2000,
        widget=_short(3),
        error_messages={"required": _("Say why these go on. Those whose question does not will ask.")},
    )

    def __init__(self, *args: Any, questions: Sequence[Question], first: Collection[Any] = (), **kwargs: Any) -> None:
        initial = {"questions": [str(pk) for pk in first], **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.by_pk = {str(each.pk): each for each in questions}
        self.fields["questions"].choices = [(pk, f"{each.number}. {each.words}") for pk, each in self.by_pk.items()]

    def chosen(self) -> list[Question]:
        return [self.by_pk[pk] for pk in self.cleaned_data["questions"]]


class SeatForm(PeopleForm):
    """Who comes, and at how many tables."""

    tables = forms.IntegerField(
        label=_("How many tables?"), help_text=_("Six to nine people at each is good."), min_value=1, max_value=30
    )
    seed = forms.IntegerField(
        label=_("The number the draw begins from"),
        help_text=_("The same people and the same number give the same tables. Another number gives others."),
        min_value=1,
        max_value=999_999,
        initial=1,
    )
    field_order = ["key", "people", "tables", "seed"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        people, tables = cleaned.get("people") or [], cleaned.get("tables")
        if len(people) < 2:
            self.add_error("people", _("Tick at least two people who come."))
        elif tables and tables > len(people) // 2:
            self.add_error("tables", _("At least two people at each table."))
        return cleaned


class MoveSeatForm(WhyForm):
    """Somebody sits at another table."""

    table = forms.TypedChoiceField(label=_("At which table?"), coerce=int)
    field_order = ["key", "table", "why"]

    def __init__(self, *args: Any, tables: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["table"].choices = [(n, _("Table %(n)s") % {"n": n}) for n in range(1, tables + 1)]


class RankForm(KeyedForm):
    """The order of a table: a number for each question, ties allowed, and buttons that move one up or down.

    ``moved``: a button was pressed; then the sheet comes back in the new order and nothing is kept yet.
    """

    def __init__(self, *args: Any, questions: Sequence[Question], before: dict[Any, int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = {f"q-{each.pk}": each for each in questions}
        for number, (name, question) in enumerate(self.questions.items(), start=1):
            self.fields[name] = forms.IntegerField(
                label=question.words,
                min_value=1,
                max_value=len(questions),
                initial=before.get(question.pk, number),
                error_messages={"required": _("Every question needs a place. Questions may share one.")},
            )
        self.moved = False
        if self.is_bound:
            self._move()

    def _typed(self, name: str) -> int:
        typed = str(self.data.get(name, "")) if self.is_bound else str(self.fields[name].initial)
        return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 4 else len(self.questions)

    def _order(self) -> list[str]:
        return sorted(self.questions, key=lambda name: (self._typed(name), self.questions[name].number))

    def _move(self) -> None:
        up, down = self.data.get("up", ""), self.data.get("down", "")
        name = up or down
        if name not in self.questions:
            return
        order = self._order()
        at = order.index(name)
        to = at - 1 if up else at + 1
        if 0 <= to < len(order):
            order[at], order[to] = order[to], order[at]
        self.data = self.data.copy()
        for place, each in enumerate(order, start=1):
            self.data[each] = str(place)
        self.moved = True
        self._errors = forms.utils.ErrorDict()

    def rows(self) -> list[Any]:
        """The fields in the order of their places, for the page."""
        return [self[name] for name in self._order()]

    def places(self) -> dict[Question, int]:
        """Each question with its place."""
        return {question: self.cleaned_data[name] for name, question in self.questions.items()}


class ChangePlaceForm(WhyForm):
    """All together ask for another place."""

    question = forms.ChoiceField(label=_("Which question?"))
    place = forms.IntegerField(label=_("Which place shall it have?"), min_value=1)
    field_order = ["key", "question", "place", "why"]

    def __init__(self, *args: Any, questions: Sequence[tuple[Question, int]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by_pk = {str(question.pk): question for question, _place in questions}
        self.fields["question"].choices = [
            (str(question.pk), f"{place} · {one_line(question.words, 90)}") for question, place in questions
        ]
        self.fields["place"].max_value = len(questions)
        self.fields["place"].validators.append(forms.fields.validators.MaxValueValidator(len(questions)))

    def chosen(self) -> Question:
        return self.by_pk[self.cleaned_data["question"]]
