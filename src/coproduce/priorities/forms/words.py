"""Gathered words, the questions drawn from them, and what is known already."""

from collections.abc import Collection, Sequence
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.deliberation.forms import ChoosesContributions
from coproduce.priorities.forms.fields import DayField, SomeOf, short, without_key
from coproduce.priorities.models import Verdict
from coproduce.priorities.queries import Gathered
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import one_line


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


class WordsBehindForm(KeyedForm):
    """Which of the gathered words stand behind a question."""

    uncertainties = SomeOf(
        label=_("Whose words ask this?"),
        help_text=_("Tick all that ask the same thing. What people said stays as they said it."),
        error_messages={"required": _("Tick at least one. A question is always drawn from somebody’s words.")},
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
        by_pk = {row.uncertainty.pk: row for row in usable}
        self.fields["uncertainties"].offer(
            [row.uncertainty for row in usable], lambda uncertainty: _as_choice(by_pk[uncertainty.pk])
        )


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
        widget=short(3),
        error_messages={"required": _("Write the question.")},
    )
    field_order = ["key", "words", "uncertainties", "also"]


class RewordForm(KeyedForm):
    """Say a question better."""

    words = forms.CharField(
        label=_("How should it be asked?"),
        max_length=300,
        widget=short(3),
        error_messages={"required": _("Write the question.")},
    )
    why = forms.CharField(
        label=_("Why does it change?"),
        help_text=_("The earlier wording stays, with this."),
        max_length=2000,
        widget=short(2),
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
        widget=short(5),
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
    checked_on = DayField(label=_("When did you look?"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("checked_on", clock.today())

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        found = cleaned.get("verdict") in (Verdict.ANSWERED, Verdict.PARTLY)
        if found and not cleaned.get("citation", "").strip() and not cleaned.get("link", "").strip():
            self.add_error("citation", _("Say where the answer can be read: what is written about it, or a link."))
        return cleaned

    def fields_for_action(self) -> dict[str, Any]:
        return without_key(self)
