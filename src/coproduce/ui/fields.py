"""How a field of a form is drawn: the label is a question, the hint below it, the error tied to it.

Fields are drawn here and not by templates of their own because a page may hold a hundred of them.
A field may carry ``choice_hints``, a dict of value to a few words drawn below that choice.
"""

from typing import Any

from django.forms import BaseForm, BoundField, CheckboxInput, CheckboxSelectMultiple, RadioSelect
from django.forms.utils import flatatt
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from coproduce.ui.pictures.thread import knots
from coproduce.ways import BY_LETTER

_HEADINGS = ("h1", "h2", "h3")


def _helped(bound: BoundField) -> tuple[SafeString, str]:
    """The hint and errors of a field, and the ids that ``aria-describedby`` has to name."""
    name = bound.auto_id or bound.html_name
    parts, ids = [], []
    if bound.help_text:
        ids.append(f"{name}_hint")
        parts.append(format_html('<p class="hint" id="{}">{}</p>', ids[-1], bound.help_text))
    if bound.errors:
        ids.append(f"{name}_error")
        said = format_html_join(SafeString("<br>"), "{}", ((error,) for error in bound.errors))
        parts.append(
            format_html(
                '<p class="error" id="{}"><span class="visually-hidden">{} </span>{}</p>',
                ids[-1],
                gettext("To look at again:"),
                said,
            )
        )
    return SafeString("".join(parts)), " ".join(ids)


def _choice(data: dict[str, Any], hint: Any, end: str) -> SafeString:
    """One row: the box, its words, and the thread at the end of the row where the choice is a way of knowing."""
    attrs = {**data["attrs"], "type": data["type"], "name": data["name"], "value": str(data["value"])}
    if data.get("selected"):
        attrs["checked"] = True
    identity = attrs.get("id", "")
    small = format_html('<span class="hint">{}</span>', hint) if hint else ""
    return format_html(
        '<div class="choice"><input{}><label for="{}">{}{}</label>{}</div>',
        SafeString(flatatt(attrs)),
        identity,
        data["label"],
        small,
        SafeString(end),
    )


def _choices(bound: BoundField) -> SafeString:
    rows = [widget.data for widget in bound.subwidgets]
    hints = getattr(bound.field, "choice_hints", {})
    of_ways = len(rows) > 1 and all(str(row["value"]) in BY_LETTER for row in rows)
    out = []
    for row in rows:
        value = str(row["value"])
        hint = hints.get(row["value"]) or hints.get(value) or (BY_LETTER[value].hint if of_ways else "")
        out.append(_choice(row, hint, knots(value, 44) if of_ways else ""))
    return SafeString("".join(out))


def _question(bound: BoundField, heading: str, tag: str) -> SafeString:
    label = conditional_escape(bound.label)
    title = heading if heading in _HEADINGS else ""
    if tag == "legend":
        inner = format_html("<{0}>{1}</{0}>", SafeString(title), label) if title else label
        return format_html('<legend class="field-label{}">{}</legend>', " as-title" if title else "", inner)
    plain = format_html('<label class="field-label" for="{}">{}</label>', bound.id_for_label, label)
    return format_html("<{0}>{1}</{0}>", SafeString(title), plain) if title else plain


def field(bound: BoundField, heading: str = "", attrs: dict[str, Any] | None = None) -> SafeString:
    """One field as the sheet it is written on. heading: ``h1`` … ``h3`` when the question is a title."""
    if bound.is_hidden:
        return SafeString(str(bound))
    helped, ids = _helped(bound)
    refused = " field-refused" if bound.errors else ""
    described = {"aria-describedby": ids} if ids else {}
    widget = bound.field.widget
    if isinstance(widget, (RadioSelect, CheckboxSelectMultiple)):
        return format_html(
            '<fieldset class="field{}" id="{}"{}>{}{}{}</fieldset>',
            refused,
            bound.auto_id,
            SafeString(flatatt(described)),
            _question(bound, heading, "legend"),
            helped,
            _choices(bound),
        )
    extra = {**(attrs or {}), **described, **({"aria-invalid": "true"} if bound.errors else {})}
    drawn = bound.as_widget(attrs=extra)
    if isinstance(widget, CheckboxInput):
        row = format_html(
            '<div class="choice">{}<label for="{}">{}</label></div>', drawn, bound.id_for_label, bound.label
        )
        return format_html('<div class="field{}">{}{}</div>', refused, row, helped)
    return format_html('<div class="field{}">{}{}{}</div>', refused, _question(bound, heading, "label"), helped, drawn)


def folded(summary: Any, bounds: list[BoundField]) -> SafeString:
    """Fields that few people need, folded away; unfolded where something else is in them than at first. "" for none."""
    if not bounds:
        return SafeString("")
    is_open = any((bound.value() or None) != bound.field.initial or bound.errors for bound in bounds)
    drawn = SafeString("".join(field(bound) for bound in bounds))
    opened = SafeString(" open" if is_open else "")
    return format_html('<details{}><summary>{}</summary><div class="form">{}</div></details>', opened, summary, drawn)


def _target(bound: BoundField) -> str:
    """The id an error links to: the first box of a group, so that the keyboard lands on something to change."""
    if isinstance(bound.field.widget, (RadioSelect, CheckboxSelectMultiple)):
        return next((str(widget.data["attrs"].get("id", "")) for widget in bound.subwidgets), bound.auto_id)
    return bound.id_for_label


def error_summary(form: BaseForm) -> SafeString:
    """The refusals of a form at its head, each a link to its field. "" when there is nothing to say."""
    if not form.errors:
        return SafeString("")
    rows = [format_html("<li>{}</li>", error) for error in form.non_field_errors()]
    for bound in form:
        rows += [
            format_html("<li>{}</li>", error)
            if bound.is_hidden
            else format_html('<li><a href="#{}">{}</a> {}</li>', _target(bound), bound.label, error)
            for error in bound.errors
        ]
    return format_html(
        '<div class="error-summary" role="alert" tabindex="-1" data-focus><h2>{}</h2><ul>{}</ul></div>',
        gettext("Something here needs another look. Your words are kept."),
        SafeString("".join(rows)),
    )
