"""The ballot of the interim round."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from coproduce import clock
from coproduce.people.models import Channel
from coproduce.priorities.forms.fields import DayField
from coproduce.priorities.models import Exercise, Question
from coproduce.ui.forms import KeyedForm


class ChooseForm(KeyedForm):
    """The ballot: a place for each question one chooses, or a tick. ``written_down``: for somebody by post or phone."""

    channel = forms.ChoiceField(label=_("How did it reach you?"), choices=Channel.choices, required=False)
    said_on = DayField(label=_("When did they choose?"), required=False)

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
