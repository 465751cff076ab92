"""The sheets for keeping an account, and for taking words back."""

from typing import Any
from uuid import UUID

from django import forms
from django.db.models import TextChoices
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.models import Contribution, ContributionState
from coproduce.conversation.seasons import Season
from coproduce.errors import NotHere
from coproduce.reports.queries.weave import Narrowed
from coproduce.themes.models import Theme
from coproduce.ui.forms import KeyedForm
from coproduce.ways import WAYS


class KeepForm(KeyedForm):
    """Keep these numbers, as of today."""

    note = forms.CharField(
        label=_("What is it for?"),
        help_text=_(
            "So that you find it again: “for our funder”, “read together in October”. You can leave this empty."
        ),
        max_length=200,
        required=False,
    )


class WeaveForm(forms.Form):
    """What of the weave to see. Asked in the address, so that a part of it can be sent to somebody."""

    way = forms.ChoiceField(label=_("How people know"), required=False)
    theme = forms.ChoiceField(label=_("Theme"), required=False)
    season = forms.ChoiceField(label=_("When it was said"), required=False)

    def __init__(self, *args: Any, seasons: list[Season], themes: list[Theme], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.seasons = {season.code: season for season in seasons}
        self.fields["way"].choices = [("", _now("All ways")), *((way.letter, way.says) for way in WAYS)]
        self.fields["theme"].choices = [("", _now("All themes")), *((str(each.pk), each.name) for each in themes)]
        self.fields["season"].choices = [("", _now("At any time")), *((each.code, each.name) for each in seasons)]

    def narrowed(self) -> Narrowed:
        """What was asked for. Raises ``NotHere`` for a theme, a way or a season that is none of this space."""
        if not self.is_valid():
            raise NotHere
        asked = self.cleaned_data
        theme = UUID(asked["theme"]) if asked["theme"] else None
        return Narrowed(theme, asked["way"], self.seasons.get(asked["season"]))


class Depth(TextChoices):
    """How far somebody takes words back, or gives them back. Every one but ``ERASE`` can be undone."""

    ASIDE = "aside", _("Out of sight for now")
    NO_USE = "no_use", _("Nothing new from them")
    ERASE = "erase", _("Erased")
    BACK = "back", _("Bring them back")
    USE = "use", _("Allow new things to be made from them")
    OPEN = "open", _("Open them to everyone here")


_DOES: dict[str, Any] = {
    Depth.ASIDE: _(
        "Nobody else can read or find them, not even the people who facilitate. What was made from them stays, and "
        "says that a source is out of sight. You bring them back with one button, on any day."
    ),
    Depth.NO_USE: _(
        "They stay where they stand, and people in this space can read and answer them. Nobody puts them with a theme, "
        "draws a claim from them, takes them into a decision, quotes them or copies them out. Visitors no longer see "
        "them. You can allow it again on any day."
    ),
    Depth.ERASE: _(
        "Every wording is destroyed, and a line says that words were taken back. It cannot be undone. First you see "
        "them once more, and who else holds words of yours."
    ),
    Depth.BACK: _("They stand again where they stood, for those who could read them before."),
    Depth.USE: _("They may be quoted, themed and decided on again, as far as you agreed to it."),
    Depth.OPEN: _("Until now only you and the people who facilitate can read them."),
}
_DOES_FOR_THEM: dict[str, Any] = {
    Depth.ASIDE: _(
        "Nobody can read or find them but the people who facilitate, who write down for them. What was made from them "
        "stays, and says that a source is out of sight. It can be undone on any day."
    ),
    Depth.NO_USE: _(
        "They stay where they stand, and people in this space can read and answer them. Nobody puts them with a theme, "
        "draws a claim from them, takes them into a decision, quotes them or copies them out. Visitors no longer see "
        "them. It can be allowed again on any day."
    ),
    Depth.ERASE: _(
        "Every wording is destroyed, and a line says that words were taken back. It cannot be undone. First you see "
        "them once more, and who else holds words of theirs."
    ),
    Depth.USE: _("They may be quoted, themed and decided on again, as far as they agreed to it."),
    Depth.OPEN: _("Until now only they and the people who facilitate can read them."),
}


class TakeBackForm(KeyedForm):
    """How far the words are taken back. ``sure``: erasing was asked about on a page of its own."""

    depth = forms.ChoiceField(
        label=_("What shall become of them?"),
        choices=Depth.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of these. Nothing has happened yet.")},
    )
    sure = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def offer(self, contribution: Contribution, *, own: bool) -> None:
        """Show what can be done with these words as they stand. What was sent is judged by the actions alone."""
        aside, ended = contribution.state == ContributionState.ASIDE, contribution.use_ended_at is not None
        offered = [
            Depth.BACK if aside else Depth.ASIDE,
            *([Depth.OPEN] if contribution.state == ContributionState.CLOSE else []),
            Depth.USE if ended else Depth.NO_USE,
            Depth.ERASE,
        ]
        depth = self.fields["depth"]
        depth.choices = [(each.value, each.label) for each in offered]
        depth.choice_hints = _DOES if own else {**_DOES, **_DOES_FOR_THEM}
