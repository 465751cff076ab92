"""What people may want to know before they read: a note in their own words, with common ones to tick beside it."""

from typing import Any

from django import forms
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

COMMON = (
    _("Somebody dies"),
    _("Suicide or self-harm"),
    _("Abuse"),
    _("Racism"),
    _("Losing a pregnancy"),
    _("Medical procedures"),
    _("Eating and weight"),
)
"""Offered because many people have asked for these; anything else can be typed."""


class NoteInput(forms.TextInput):
    """A line to type, and below it, folded, the common notes to tick. What is ticked goes into the line."""

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str:
        typed = (data.get(name) or "").strip()
        ticked = data.getlist(f"{name}_common") if hasattr(data, "getlist") else []
        offered = [str(note) for note in COMMON]
        said = [note for note in ticked if note in offered and note.casefold() not in typed.casefold()]
        return ", ".join([*([typed] if typed else []), *said])

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        line = super().render(name, value, attrs, renderer)
        base = (attrs or {}).get("id") or f"id_{name}"
        rows = format_html_join(
            "",
            '<div class="choice"><input type="checkbox" name="{0}_common" value="{2}" id="{1}_{3}">'
            '<label for="{1}_{3}">{2}</label></div>',
            ((name, base, note, number) for number, note in enumerate(COMMON)),
        )
        return format_html(
            "{}<details><summary>{}</summary>{}</details>", line, gettext("Tick a common note instead"), rows
        )
