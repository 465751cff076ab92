"""The short list, who sits where, the order of a table, and a place that all change together."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce.priorities.forms.exercise import PeopleForm
from coproduce.priorities.forms.fields import OneOf, SomeOf, WhyForm, short
from coproduce.priorities.models import FinalPlace, Question
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import one_line


class ShortlistForm(KeyedForm):
    """Which questions go to the tables."""

    questions = SomeOf(label=_("Which questions are talked over?"), required=False)
    why = forms.CharField(
        label=_("Why these?"),
        help_text=_("Say so if you leave one out that many chose, or take one in that few chose."),
        max_length=2000,
        widget=short(3),
        error_messages={"required": _("Say why these go on. Those whose question does not will ask.")},
    )

    def __init__(self, *args: Any, questions: Sequence[Question], first: Collection[Any] = (), **kwargs: Any) -> None:
        initial = {"questions": [str(pk) for pk in first], **(kwargs.pop("initial", None) or {})}
        super().__init__(*args, initial=initial, **kwargs)
        self.fields["questions"].offer(questions, lambda each: f"{each.number}. {each.words}")


class SeatForm(PeopleForm):
    """Who comes, and at how many tables."""

    people = SomeOf(label=_("Who comes?"), required=False)
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

    question = OneOf(label=_("Which question?"))
    place = forms.IntegerField(label=_("Which place shall it have?"), min_value=1)
    field_order = ["key", "question", "place", "why"]

    def __init__(self, *args: Any, places: Sequence[FinalPlace], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        at = {row.question_id: row.place for row in places}
        self.fields["question"].offer(
            [row.question for row in places], lambda each: f"{at[each.pk]} · {one_line(each.words, 90)}"
        )
        self.fields["place"].max_value = len(places)
        self.fields["place"].validators.append(forms.fields.validators.MaxValueValidator(len(places)))
