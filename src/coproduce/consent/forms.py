"""Answering each use apart. Nothing is ticked for anybody."""

from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from coproduce.consent.queries import Question
from coproduce.ui.forms import KeyedForm

YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class AgreementsForm(KeyedForm):
    """One yes or no for each use, named ``use_quote`` and so on, with the version of the wording that is shown.

    A question may stay unanswered; that is kept apart from a no, and obeyed like one.
    """

    next = forms.CharField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, questions: list[Question], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.questions = questions
        for question in questions:
            given = question.answered.given if question.answered is not None else None
            self.fields[f"use_{question.use}"] = forms.ChoiceField(
                label=format_html('{} <span class="visually-hidden">{}</span>', _("Do you agree?"), question.label),
                choices=YES_NO,
                widget=forms.RadioSelect,
                required=False,
                initial={True: "yes", False: "no", None: ""}[given],
            )
            self.fields[f"version_{question.use}"] = forms.IntegerField(
                widget=forms.HiddenInput, initial=question.text.version
            )

    def asked(self) -> list[tuple[Question, Any]]:
        """(question, field) in order."""
        return [(question, self[f"use_{question.use}"]) for question in self.questions]

    def fields_for_action(self) -> dict[str, Any]:
        filled = self.cleaned_data
        answered = [question.use for question in self.questions if filled[f"use_{question.use}"]]
        return {
            "answers": {use: filled[f"use_{use}"] == "yes" for use in answered},
            "versions": {use: filled[f"version_{use}"] for use in answered},
        }
