"""The components every page is made of. Builtin: templates need no ``{% load %}`` for them."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from django import template
from django.forms import BaseForm, BoundField
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from coproduce.ui import fields
from coproduce.ui import words as person_words
from coproduce.ui.pictures import agreement, balance, opinion
from coproduce.ui.pictures import ends as endings
from coproduce.ui.pictures import selvedge as woven
from coproduce.ui.pictures import thread as drawn
from coproduce.ways import BY_LETTER, WAYS, in_order

register = template.Library()

PLACES = (
    ("question", "spaces:space"),
    ("brought", "contributions:contributions"),
    ("themes", "themes:themes"),
    ("weave", "reports:weave"),
    ("views", "deliberation:statements"),
    ("decisions", "decisions:decisions"),
    ("outcomes", "outcomes:outcomes"),
    ("account", "reports:account"),
)


def _place_name(code: str) -> str:
    return {
        "question": gettext("The question"),
        "brought": gettext("What was brought"),
        "themes": gettext("Themes"),
        "weave": gettext("The weave"),
        "views": gettext("How we see it"),
        "decisions": gettext("Decisions"),
        "outcomes": gettext("What came of it"),
        "account": gettext("Account"),
    }[code]


def _address(name: str, *args: Any, **kwargs: Any) -> str:
    return _reversed(get_urlconf(), get_script_prefix(), name, args, tuple(kwargs.items()))


@lru_cache(maxsize=4096)
def _reversed(urlconf: Any, prefix: str, name: str, args: tuple[Any, ...], kwargs: tuple[tuple[str, Any], ...]) -> str:
    """Kept because the same twenty links stand on every page; urlconf and prefix are what else an address rests on."""
    try:
        return reverse(name, args=args, kwargs=dict(kwargs))
    except NoReverseMatch:
        return ""


@register.simple_tag
def place_url(name: str, *args: Any, **kwargs: Any) -> str:
    """The address called ``name``, or "" when this installation has no such page: leave the link out then."""
    return _address(name, *args, **kwargs)


@register.simple_tag
def places(slug: str, current: str = "") -> SafeString:
    """The eight places of a space as list items, the present one marked; a place without a page is left out."""
    items = []
    for code, name in PLACES:
        url = _address(name, slug=slug)
        if url:
            here = SafeString(' aria-current="page"') if code == current else ""
            items.append((url, here, _place_name(code)))
    return format_html_join("", '<li><a href="{}"{}>{}</a></li>', items)


@register.simple_tag
def selvedge() -> SafeString:
    """The woven edge of the page."""
    return SafeString(woven.selvedge())


@register.simple_tag
def woven_mark() -> SafeString:
    """The mark beside the name."""
    return SafeString(woven.mark())


@register.simple_tag
def thread(letters: str) -> SafeString:
    """Threads for the side of someone's words, the first child of ``.words``. "" for no letters."""
    return SafeString(drawn.side_threads(letters or ""))


@register.simple_tag
def knot(letters: str, tail: int = 0) -> SafeString:
    """Knots side by side, with ``tail`` px of thread; read aloud as the words for those ways of knowing."""
    ways = in_order(letters or "")
    if not ways:
        return SafeString("")
    said = ", ".join(str(BY_LETTER[letter].says) for letter in ways)
    return format_html('{}<span class="visually-hidden">{}</span>', SafeString(drawn.knots(ways, tail)), said)


@register.simple_tag
def swatch(letter: str, people: bool = False) -> SafeString:
    """A knot, 26 px of thread and the words: as the speaker says it, or the group with ``people=True``."""
    way = BY_LETTER[letter]
    said = way.people if people else way.says
    return format_html('<span class="swatch">{}{}</span>', SafeString(drawn.knots(letter, 26)), said)


@register.simple_tag
def swatches(letters: str) -> SafeString:
    """A swatch for each letter, in the order of drawing: how somebody knows, below their words."""
    ways = in_order(letters or "")
    if not ways:
        return SafeString("")
    return format_html('<p class="swatches">{}</p>', SafeString("".join(swatch(letter) for letter in ways)))


@register.simple_tag
def legend() -> SafeString:
    """All six ways of knowing, once on every page where threads are drawn."""
    return format_html(
        '<ul class="legend" aria-label="{}">{}</ul>',
        gettext("What each thread says: how the person knows"),
        format_html_join("", "<li>{}</li>", ((swatch(way.letter),) for way in WAYS)),
    )


@register.simple_tag
def ends() -> SafeString:
    """What crossings and ends mean, beside the weave."""
    return endings.ends()


@register.simple_tag
def group_mark(group: int | None = None) -> SafeString:
    """The mark of a group on the map of views; without a group, the mark of those in none."""
    return opinion.group_mark(group)


@register.simple_tag
def position_mark(position: str) -> SafeString:
    """The mark of a position: consent, reservations, aside or object."""
    return balance.position_mark(position)


@register.simple_tag
def question_thread(letters: str) -> SafeString:
    """The thread that leads from the question above to the words below it, which must be ``.words.large``."""
    return SafeString(drawn.question_thread(letters or ""))


@register.simple_tag
def agreement_key(each: int = 1) -> SafeString:
    """What a dot, a broken ring and a cross mean."""
    return agreement.agreement_key(each)


@register.simple_tag
def verb_mark(verb: str) -> SafeString:
    """One of the six drawn verbs; the words beside it say the same."""
    return SafeString(drawn.verb_mark(verb))


@register.filter
def words(text: str, passages: Iterable[str] = ()) -> SafeString:
    """A person's plain text as paragraphs, nothing interpreted; ``passages`` found in it are marked."""
    return person_words.paragraphs(text, passages)


@register.filter
def one_line(text: str, length: int = 140) -> SafeString:
    """The beginning of a person's words on one line, set apart so that no script can turn the rest of it."""
    return person_words.one_line(text, length)


@register.simple_tag
def field(bound: BoundField, heading: str = "", **attrs: Any) -> SafeString:
    """A field with its question, hint and error. ``heading="h1"`` when the question is the page's title."""
    return fields.field(bound, heading, attrs)


@register.simple_tag
def fields_of(form: BaseForm, until: str = "", after: str = "") -> SafeString:
    """Every field of a form, in order, the hidden ones first. A form may say which are ``folded``: pairs of
    a summary and names, each pair a part that opens.

    With ``until="words"`` as far as that field, with ``after="words"`` the rest: for what stands between the two.
    """
    parts = getattr(form, "folded", ())
    away = {name for _summary, names in parts for name in names}
    shown = [bound for bound in form.visible_fields() if bound.name not in away]
    order = [bound.name for bound in shown]
    if until:
        shown, parts = shown[: order.index(until) + 1], ()
    shown = shown[order.index(after) + 1 :] if after else shown
    hidden = "" if after else "".join(str(bound) for bound in form.hidden_fields())
    drawn = "".join(fields.field(bound) for bound in shown)
    for summary, names in parts:
        drawn += fields.folded(summary, [form[name] for name in names if name in form.fields])
    return SafeString(hidden + drawn)


@register.simple_tag
def hidden_fields(form: BaseForm) -> SafeString:
    """The hidden fields of a form: its key, above all. For forms laid out by hand."""
    return SafeString("".join(str(bound) for bound in form.hidden_fields()))


@register.simple_tag
def error_summary(form: BaseForm) -> SafeString:
    """What has to be looked at again, with a link to each field. "" when there is nothing."""
    return fields.error_summary(form)


@register.simple_tag
def link(url: str, text: Any) -> SafeString:
    """A link when there is an address, otherwise the words alone."""
    return format_html('<a href="{}">{}</a>', url, text) if url else conditional_escape(text)


@register.simple_tag
def outcome_mark(state: str, expected: bool = True) -> SafeString:
    """``{% outcome_mark "partly" %}``: the end that is drawn for an outcome; the words stand beside it."""
    return endings.end_mark(state if expected else "unplanned")
