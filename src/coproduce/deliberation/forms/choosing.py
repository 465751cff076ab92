"""Choosing a few of many: the newest are offered, a word finds others, a button shows more, nothing ticked is lost."""

from collections.abc import Sequence
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.db.models import Model, QuerySet
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.models import Contribution
from coproduce.contributions.use import usable
from coproduce.spaces.access import Place
from coproduce.ui.forms import KeyedForm, own_words
from coproduce.ui.words import one_line

OFFERED_AT_ONCE = 8
OFFERED_MORE = 20
OFFERED_AT_MOST = 208

M = TypeVar("M", bound=Model)


class ChoosesFromMany(KeyedForm):
    """A sheet on which some of many are ticked, in the field called ``choosing``.

    What was chosen stays offered; beside it are the newest, or those whose words hold what is in ``find``.
    ``wants_to_look`` is true when the button for looking was pressed: the sheet comes back, nothing is done.
    """

    makes_new = True
    choosing = ""
    more = 0
    """How many the button for more asks for; 0 where there are no more."""

    find = forms.CharField(
        label=_("Which words do you look for?"),
        help_text=_("A word that somebody used. The newest stand below."),
        required=False,
        max_length=80,
        widget=forms.TextInput(),
    )

    def offered(self, there: QuerySet[M], order: Sequence[str], chosen: Sequence[str] = ()) -> dict[str, M]:
        """What can be ticked, by identifier: what was ``chosen`` first, and of what is ``there`` the next in order."""
        if self.is_bound:
            chosen = self.data.getlist(self.choosing)
        else:
            self.initial[self.choosing] = list(chosen)
        asked = [pk for pk in map(_uuid, chosen) if pk]
        kept = list(there.filter(pk__in=asked).order_by(*order)[:100]) if asked else []
        others = there.exclude(pk__in=[each.pk for each in kept])
        # Looked for before the form is judged, so that what no database could look for is left out here.
        word = self.data.get("find", "").replace("\0", "").strip()[:80] if self.is_bound else ""
        if word:
            others = others.filter(words__icontains=word)
        at_once = self._how_many()
        rows = [*kept, *others.order_by(*order)[: at_once + 1]]
        if len(rows) > len(kept) + at_once:
            rows.pop()
            self.more = at_once + OFFERED_MORE if at_once < OFFERED_AT_MOST else 0
        return {str(each.pk): each for each in rows}

    def _how_many(self) -> int:
        """How many are offered beside what was chosen: the button for more says it."""
        typed = self.data.get("look", "") if self.is_bound else ""
        asked = int(typed) if typed.isdecimal() and len(typed) < 5 else 0
        return min(max(asked, OFFERED_AT_ONCE), OFFERED_AT_MOST)

    @property
    def boxes(self) -> forms.BoundField:
        """The field whose boxes are ticked."""
        return self[self.choosing]

    @property
    def wants_to_look(self) -> bool:
        """The person asked for other words to choose from. Then nothing on the sheet is judged yet."""
        wants = self.is_bound and "look" in self.data
        if wants:
            self._errors = forms.utils.ErrorDict()
            self.cleaned_data = {}
        return wants


class ChoosesContributions(ChoosesFromMany):
    """A sheet that says from whose words something comes."""

    choosing = "contributions"

    contributions = forms.MultipleChoiceField(
        label=_("From whose words?"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        error_messages={"invalid_choice": _("One of these was taken back, or is not in this space.")},
    )

    def __init__(self, *args: Any, place: Place, chosen: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.found = self.offered(usable(place), ("-said_on", "-id"), chosen)
        self.fields["contributions"].choices = [(str(each.pk), _as_choice(each)) for each in self.found.values()]

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

    words = own_words(
        _("What is the claim?"),
        hint=_("One thing, in one sentence, that people can agree or disagree with."),
        at_most=300,
        needed=_("Write the claim. One plain sentence is best."),
        rows=3,
    )

    field_order = ["key", "words", "contributions", "find"]

    def clean_contributions(self) -> list[str]:
        chosen: list[str] = self.cleaned_data["contributions"]
        if not chosen:
            raise forms.ValidationError(_("Tick at least one. A claim is always drawn from somebody’s words."))
        return chosen
