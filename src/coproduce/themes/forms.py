"""The sheets for naming, linking and changing themes."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.models import Contribution
from coproduce.themes.models import COLOURS, Origin, Theme
from coproduce.themes.passages import Stretch, places_of, sentences_of, trimmed
from coproduce.themes.tree import choices_of
from coproduce.ui.forms import KeyedForm
from coproduce.ui.words import shortened

SHORT = {"rows": 3, "class": "short"}
ORIGINS = [
    (Origin.EMERGED, _("It arose as we went")),
    (Origin.AGENDA, _("It was on our first agenda")),
]


def _name_field(label: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=120, error_messages={"required": _("Give the theme a name. A few words are best.")}
    )


def _why_field(label: Any, *, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        max_length=4000,
        required=required,
        widget=forms.Textarea(attrs=SHORT),
        error_messages={"required": _("Say why, so that others can follow it later.")},
    )


def _gathers_field() -> forms.CharField:
    return forms.CharField(
        label=_("What does it gather?"),
        help_text=_("One sentence. You can leave this empty."),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs=SHORT),
    )


class NamedForm(KeyedForm):
    """What all sheets with a theme's name share."""

    def fields_for_action(self) -> dict[str, Any]:
        """What the action takes: everything that was filled in but the form's key."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"}


class AsItWasForm(KeyedForm):
    """A sheet that changes a theme: it carries what the theme was when the sheet was opened."""

    as_it_was = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)

    def show_as_it_is(self, now: str) -> None:
        """After somebody else's change: what is sent next is sent knowing of it."""
        self.data = self.data.copy()
        self.data["as_it_was"] = now


class NameThemeForm(NamedForm):
    """A name for what several contributions share."""

    makes_new = True

    name = _name_field(_("What would you call it?"))
    words = _gathers_field()
    origin = forms.ChoiceField(
        label=_("Where did it come from?"), choices=ORIGINS, widget=forms.RadioSelect, initial=Origin.EMERGED
    )
    why = _why_field(_("Why do these words belong together? You can leave this empty."), required=False)


class PassageForm(KeyedForm):
    """What the sheets share that take a passage: ``passage`` as text; ``start`` and ``end``, as the page counted."""

    contribution: Contribution

    def stretch(self, cleaned: dict[str, Any]) -> Stretch | None:
        """Where the passage stands: where the page counted it, if that is it, else where it is found, once."""
        passage, words = cleaned.get("passage", "").strip(), self.contribution.words
        if not passage:
            return None
        start, end = cleaned.get("start"), cleaned.get("end")
        if start is not None and end is not None and words[start:end].split() == passage.split():
            return trimmed(words, Stretch(start, end))
        found = places_of(passage, words)
        if len(found) == 1:
            return found[0]
        if found:
            self.add_error(
                "passage",
                _now("This stands %(n)s times in the words. Copy a little more, so that we know which one you mean.")
                % {"n": len(found)},
            )
        else:
            self.add_error("passage", _now("We cannot find this in the words. Copy it just as it stands there."))
        return None


class LinkForm(PassageForm):
    """These words, or a passage of them, belong to a theme: one that is there, or a new one."""

    makes_new = True

    passage = forms.CharField(
        label=_("Which passage?"),
        help_text=_("Copy it from the words above, just as it stands there. Leave this empty for all of them."),
        required=False,
        max_length=20_000,
        widget=forms.Textarea(attrs={**SHORT, "data-passage": ""}),
    )
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput(attrs={"data-passage-start": ""}))
    end = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput(attrs={"data-passage-end": ""}))
    theme = forms.ModelChoiceField(
        label=_("Which theme?"), queryset=Theme.objects.none(), required=False, empty_label=_("A new one")
    )
    new_name = forms.CharField(label=_("Or what would you call a new one?"), max_length=120, required=False)
    origin = forms.ChoiceField(
        label=_("If it is new: where did it come from?"),
        choices=ORIGINS,
        widget=forms.RadioSelect,
        initial=Origin.EMERGED,
        required=False,
    )
    why = _why_field(_("Why do they belong there? You can leave this empty."), required=False)

    def __init__(self, *args: Any, contribution: Contribution, themes: list[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contribution = contribution
        self.fields["theme"].queryset = Theme.objects.filter(pk__in=[theme.pk for theme in themes])
        self.fields["theme"].choices = [("", _("A new one")), *choices_of(themes)]
        if not themes:
            del self.fields["theme"]
            self.fields["new_name"].label = _("What would you call the theme?")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        new_name = cleaned.get("new_name", "").strip()
        if bool(cleaned.get("theme")) == bool(new_name):
            field = "theme" if cleaned.get("theme") else "new_name"
            self.add_error(field, _("Choose a theme that is there, or write the name of a new one: one of the two."))
        cleaned["stretch"] = self.stretch(cleaned)
        return cleaned


class MarkForm(PassageForm):
    """Put a passage with a theme while reading: chosen on the page, or sentence by sentence, or all of the words.

    The theme is one of the buttons (``theme``), one of all (``other``), or a new one by its name; a name that is there
    already means that theme. ``onward``: go on to words that nobody has read.
    """

    ALL, NEW = "", "new"

    passage = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput(attrs={"data-passage": ""}))
    start = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput(attrs={"data-start-of": ""}))
    end = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput(attrs={"data-end-of": ""}))
    first = forms.ChoiceField(label=_("From which sentence?"), required=False)
    last = forms.ChoiceField(label=_("To which sentence?"), required=False)
    other = forms.ChoiceField(label=_("Which theme?"), required=False)
    new_name = forms.CharField(label=_("What would you call a new one?"), max_length=120, required=False)
    why = _why_field(_("Why? You can leave this empty."), required=False)
    onward = forms.BooleanField(label=_("Then go on to words nobody has read"), required=False)

    def __init__(self, *args: Any, contribution: Contribution, themes: list[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.contribution = contribution
        self.themes = {str(theme.pk): theme for theme in themes}
        self.sentences = sentences_of(contribution.words)
        # Of words with a note to read first a list holds the numbers alone.
        begins = "" if contribution.content_note else contribution.words
        told = [
            (str(n), f"{n + 1}: {shortened(begins[one.start : one.end], 60)}".rstrip(": "))
            for n, one in enumerate(self.sentences)
        ]
        self.fields["first"].choices = [(self.ALL, _("All of the words")), *told]
        self.fields["last"].choices = [(self.ALL, _("Only that one")), *told]
        self.fields["other"].choices = [("", _("Choose a theme")), *choices_of(themes), (self.NEW, _("A new theme…"))]
        self.fields["why"].widget.attrs["rows"] = 2

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["stretch"] = self.stretch(cleaned) or self._sentences(cleaned)
        cleaned["theme"] = self.themes.get(self.data.get("theme", "")) or self._named(cleaned)
        return cleaned

    def _named(self, cleaned: dict[str, Any]) -> Theme | None:
        other, name = cleaned.get("other", ""), cleaned.get("new_name", "").strip()
        chosen = self.themes.get(other)
        if name and chosen is None:
            return next((theme for theme in self.themes.values() if theme.name.casefold() == name.casefold()), None)
        if name or chosen is None:
            field = "other" if name else "new_name" if other == self.NEW else "other"
            self.add_error(field, _now("Choose a theme that is there, or write the name of a new one: one of the two."))
        return chosen

    def _sentences(self, cleaned: dict[str, Any]) -> Stretch | None:
        if not cleaned.get("first"):
            return None
        one, other = int(cleaned["first"]), int(cleaned.get("last") or cleaned["first"])
        return Stretch(self.sentences[min(one, other)].start, self.sentences[max(one, other)].end)


class RenameForm(AsItWasForm, NamedForm):
    """Call a theme something else."""

    name = _name_field(_("What shall it be called?"))
    words = _gathers_field()
    why = _why_field(_("Why?"))


class MergeForm(AsItWasForm):
    """A theme becomes a part of another."""

    into = forms.ModelChoiceField(
        label=_("Which theme does it belong to?"),
        queryset=Theme.objects.none(),
        empty_label=_("Choose a theme"),
        error_messages={"required": _("Choose the theme that it becomes a part of.")},
    )
    why = _why_field(_("Why?"))

    def __init__(self, *args: Any, themes: list[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = Theme.objects.filter(pk__in=[theme.pk for theme in themes])
        self.fields["into"].choices = [("", _("Choose a theme")), *choices_of(themes)]


class SplitForm(AsItWasForm, NamedForm):
    """A new theme begins out of one."""

    makes_new = True

    name = _name_field(_("What shall the new theme be called?"))
    words = _gathers_field()
    why = _why_field(_("Why?"))


class PlaceForm(AsItWasForm):
    """A theme stands under another, or on its own."""

    under = forms.ModelChoiceField(
        label=_("Under which theme does it belong?"),
        queryset=Theme.objects.none(),
        required=False,
        empty_label=_("It stands on its own"),
    )
    why = _why_field(_("Why? You can leave this empty."), required=False)

    def __init__(self, *args: Any, themes: list[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["under"].queryset = Theme.objects.filter(pk__in=[theme.pk for theme in themes])
        self.fields["under"].choices = [("", _("It stands on its own")), *choices_of(themes)]


class ColourForm(AsItWasForm):
    """A small mark of colour beside a theme's name, for those whom it helps."""

    colour = forms.ChoiceField(
        label=_("Which colour stands beside its name?"),
        help_text=_("The name always stands with it. Nothing is told by a colour alone."),
        choices=[("", _("None")), *COLOURS.items()],
        required=False,
        widget=forms.RadioSelect,
    )


class UndoForm(KeyedForm):
    """Undo what was done to a theme."""

    why = _why_field(_("Why? You can leave this empty."), required=False)


class MoveForm(KeyedForm):
    """Move what was ticked on the board to a theme, or out of all of them."""

    OUT = "none"

    to = forms.ChoiceField(
        label=_("Where to?"),
        error_messages={"required": _("Choose the theme to move them to.")},
    )
    why = forms.CharField(label=_("Why? You can leave this empty."), max_length=4000, required=False)

    def __init__(self, *args: Any, themes: list[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.themes = {str(theme.pk): theme for theme in themes}
        self.fields["to"].choices = [("", _("Choose a theme")), *choices_of(themes), (self.OUT, _("In no theme"))]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        cleaned["theme"] = self.themes.get(cleaned.get("to", ""))
        if not self.data.getlist("card"):
            self.add_error(None, _now("Tick the words that you want to move."))
        return cleaned


class MoveBackForm(KeyedForm):
    """Put back what was moved then."""

    at = forms.CharField(widget=forms.HiddenInput)

    def clean_at(self) -> Any:
        try:
            return datetime.fromisoformat(self.cleaned_data["at"])
        except ValueError:
            raise forms.ValidationError(_now("That is no time.")) from None


class TalkForm(KeyedForm):
    """Say something about whether words belong to a theme."""

    makes_new = True

    words = forms.CharField(
        label=_("What would you like to say about it?"),
        max_length=4000,
        widget=forms.Textarea(attrs=SHORT),
        error_messages={"required": _("Write something first.")},
    )


class TheirWayForm(KeyedForm):
    """One button: see it as another does."""

    person = forms.UUIDField(widget=forms.HiddenInput)


class EndLinkForm(KeyedForm):
    """One button: take words out of a theme."""
