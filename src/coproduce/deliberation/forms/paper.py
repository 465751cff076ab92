"""Sheets for entering what came back on paper."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.deliberation.forms.saying import (
    Label,
    SayForm,
    importance_field,
    names_for_reasons,
    not_to_come,
    values_field,
)
from coproduce.deliberation.models import Answer, Statement
from coproduce.people.models import Attribution, Channel, Person
from coproduce.ui.forms import KeyedForm, own_words

ON_PAPER: list[tuple[int | str, Label]] = [
    ("", _("nothing ticked")),
    (Answer.AGREE, _("agrees")),
    (Answer.DISAGREE, _("disagrees")),
    (Answer.UNSURE, _("is unsure")),
    (Answer.NOT_MINE, _("not theirs to say")),
]
OF_A_CLAIM = ("answer", "importance", "reason", "values", "own_value")


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
    """One claim on the sheet for entering paper: its number and words as they stood on it, and its fields.

    about: what the answer is about, folded away; has_about: something is in there already.
    """

    number: int
    claim: Statement
    words: str
    before: str
    answer: forms.BoundField
    importance: forms.BoundField
    reason: forms.BoundField
    about: tuple[forms.BoundField, ...]

    @property
    def has_about(self) -> bool:
        return any(bound.value() or bound.errors for bound in self.about)


class PaperForm(KeyedForm):
    """A sheet that came by post, its claims on one page. What is left empty stays as it is.

    ``claims``: with their words on the sheet; ``first``: the number of the first; ``before``: by claim, what was
    written down already, in words; ``values``: the names offered for what an answer is about.
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
        values: Sequence[str] = (),
        first: int = 1,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.claims, self.values = claims, values
        names = self.fields["attribution"]
        names.choices, _hints = names_for_reasons(person, ways)
        names.initial = Attribution.STANDPOINT if ways else Attribution.CHOSEN
        self.initial.setdefault("channel", Channel.POST)
        self.initial.setdefault("said_on", clock.today())
        for claim, _words in claims:
            self._add(claim)
        self.rows = [
            self._row(number, claim, words, before) for number, (claim, words) in enumerate(claims, start=first)
        ]

    def _add(self, claim: Statement) -> None:
        about = values_field(_("It is about"))
        about.choices = [(name, name) for name in self.values]
        new = {
            "answer": forms.TypedChoiceField(
                label=_("The answer"),
                choices=ON_PAPER,
                coerce=int,
                empty_value=None,
                required=False,
                widget=forms.RadioSelect,
            ),
            "importance": importance_field(_("How much it matters"), _("not said")),
            "reason": own_words(_("Why, in their words"), at_most=4000, rows=2),
            "values": about,
            "own_value": forms.CharField(label=_("Something else, in their words"), max_length=60, required=False),
        }
        self.fields |= {f"{name}-{claim.pk}": field for name, field in new.items()}

    def _row(self, number: int, claim: Statement, words: str, before: dict[UUID, str]) -> PaperRow:
        answer, importance, reason, *about = (self[f"{name}-{claim.pk}"] for name in OF_A_CLAIM)
        return PaperRow(number, claim, words, before.get(claim.pk, ""), answer, importance, reason, tuple(about))

    def said_of(self, claim: Statement) -> dict[str, Any]:
        """What was entered of one claim: answer, importance, reason, values."""
        said = {name: self.cleaned_data.get(f"{name}-{claim.pk}") for name in OF_A_CLAIM}
        own = (said.pop("own_value") or "").strip()
        return {**said, "reason": said["reason"] or "", "values": [*(said["values"] or ()), *([own] if own else [])]}

    def clean_said_on(self) -> Any:
        return not_to_come(self.cleaned_data["said_on"])

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for claim, _words in self.claims:
            said = self.said_of(claim)
            more = said["importance"] is not None or said["reason"].strip() or said["values"]
            if more and said["answer"] is None:
                self.add_error(f"answer-{claim.pk}", _("Tick how they see it. If they did not, leave the row empty."))
        if not self.errors and not self.filled():
            self.add_error(None, _("There is nothing to enter yet. Tick at least one answer."))
        return data

    def filled(self) -> list[Statement]:
        """The claims that were answered on the sheet."""
        return [claim for claim, _words in self.claims if self.cleaned_data.get(f"answer-{claim.pk}") is not None]
