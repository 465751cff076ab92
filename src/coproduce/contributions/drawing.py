"""Rows of words as HTML, drawn here and not by templates because one page holds up to two hundred of them.

Every piece that a person wrote goes through ``escape`` (or through ``words``, which escapes); the rest is ours.
"""

from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils.dateformat import format as date_in
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext

from coproduce.contributions.folding import asked_not_to_see
from coproduce.contributions.models import AttachmentKind, ContributionState, Kind
from coproduce.contributions.queries import SAID, AnswerRow, Row
from coproduce.contributions.sentences import said_of
from coproduce.spaces.models import Space
from coproduce.ui.pictures.thread import side_threads, verb_mark
from coproduce.ui.words import one_line, paragraphs
from coproduce.ways import WAYS


def folded(note: str, inner: str) -> str:
    """``inner`` folded away below what people should know before they read it; unfolded where there is no note."""
    if not note:
        return inner
    before = gettext("Before you read: %(note)s") % {"note": escape(note)}
    return f"<details><summary>{before}</summary>{inner}</details>"


@lru_cache(maxsize=4096)
def _day(_language: str, day: date, *, year: bool) -> str:
    written = date_in(day, "j F Y" if year else "j F")
    return f'<time datetime="{day.isoformat()}">{written}</time>'


def _link(url: str, says: str, words: str, note: str) -> str:
    """A link whose name ends in which words it opens, without reading out what is folded away."""
    which = escape(note) if note else one_line(words[:240], 60)
    return f'<a href="{url}">{says}<span class="visually-hidden">: {which}</span></a>'


# ── the list ─────────────────────────────────────────────────────────────────────────────────────


def rows_drawn(rows: Iterable[Row], quiet: Collection[UUID] = ()) -> SafeString:
    """A list item for each opener: threads, words, and a line with who, what, when and how many answered.

    quiet: those that the reader asked not to see.
    """
    language = get_language() or ""
    whole, opened = gettext("Read all of it"), gettext("Open")
    drawn = "".join(_row(language, row, whole if row.is_cut else opened, quiet=row.pk in quiet) for row in rows)
    return mark_safe(drawn)  # noqa: S308  # see above


def _row(language: str, row: Row, says: str, *, quiet: bool) -> str:
    known = f", <bdi>{escape(row.known)}</bdi>" if row.known else ""
    answered = ""
    if row.answered:
        answered = " " + ngettext("One answer.", "%(n)s answers.", row.answered) % {"n": row.answered}
    along = f", {_along(language)[row.attached]}" if row.attached else ""
    said = folded(row.content_note, paragraphs(row.opening))
    link = _link(row.url, says, row.opening, gettext("words you asked not to see") if quiet else row.content_note)
    return (
        f'<li><article class="words">{side_threads(row.ways)}<div>'
        f"{asked_not_to_see(said) if quiet else said}"
        f'<p class="by"><b><bdi>{escape(row.name)}</bdi></b>{known}. {escape(row.kind)}{along}, '
        f"{_day(language, row.said_on, year=False)}. {link}{answered}</p>"
        "</div></article></li>"
    )


@lru_cache(maxsize=64)
def _along(_language: str) -> dict[str, str]:
    """What goes with words, said quietly."""
    return {
        AttachmentKind.PICTURE: gettext("with a picture"),
        AttachmentKind.SOUND: gettext("with a recording"),
        AttachmentKind.DOCUMENT: gettext("with a document"),
    }


def choosing_drawn(way: str, kind: str, order: str) -> SafeString:
    """The boxes that choose what the list shows and in which order, with what is chosen now."""
    return _choosing(get_language() or "", way, kind, order)


@lru_cache(maxsize=512)
def _choosing(_language: str, way: str, kind: str, order: str) -> SafeString:
    ways = [("", gettext("Every way of knowing")), *((each.letter, str(each.says)) for each in WAYS)]
    kinds = [("", gettext("Everything")), *((str(value), str(label)) for value, label in Kind.choices)]
    orders = [("", gettext("What was said last first")), (SAID, gettext("In the order it was said"))]
    drawn = _select("way", gettext("How people know"), ways, way) + _select("kind", gettext("What it is"), kinds, kind)
    drawn += _select("order", gettext("In which order"), orders, order)
    return mark_safe(drawn)  # noqa: S308  # only our own words


def _select(name: str, label: str, choices: list[tuple[str, str]], chosen: str) -> str:
    options = "".join(
        f'<option value="{value}"{" selected" if value == chosen else ""}>{escape(words)}</option>'
        for value, words in choices
    )
    return (
        f'<div><label class="small" for="id_{name}">{escape(label)}</label>'
        f'<select name="{name}" id="id_{name}">{options}</select></div>'
    )


# ── what others said ─────────────────────────────────────────────────────────────────────────────


class _Drawn(NamedTuple):
    """What all answers on a page share, looked up once. quiet: those that the reader asked not to see."""

    language: str
    base: str
    opened: str
    changed: str
    quiet: Collection[UUID]


def answers_drawn(space: Space, answers: Iterable[AnswerRow], quiet: Collection[UUID] = ()) -> SafeString:
    """What others said to some words, each with what was said to it below."""
    shared = _Drawn(
        get_language() or "",
        reverse("contributions:contributions", args=[space.slug]),
        gettext("Open"),
        ", " + gettext("changed since"),
        quiet,
    )
    return mark_safe("".join(_answer(shared, answer, "h3", "reply") for answer in answers))  # noqa: S308  # see above


def _answer(shared: _Drawn, answer: AnswerRow, heading: str, kind: str) -> str:
    under = "".join(_answer(shared, below, "h4", "reply under") for below in answer.under)
    return (
        f'<article class="{kind}" id="{answer.anchor}">'
        f'<{heading} class="said">{verb_mark(answer.verb)}<span>{said_of(answer)}</span></{heading}>'
        f"{_answer_words(shared, answer)}{under}</article>"
    )


def _answer_words(shared: _Drawn, answer: AnswerRow) -> str:
    if answer.state != ContributionState.VISIBLE:
        return f'<div class="words"><div><p class="gone">{escape(gone(answer.state))}</p></div></div>'
    known = f"<bdi>{escape(answer.known)}</bdi>. " if answer.known else ""
    changed = shared.changed if answer.version > 1 else ""
    along = f", {_along(shared.language)[answer.attached]}" if answer.attached else ""
    quiet = answer.pk in shared.quiet
    said = folded(answer.content_note, paragraphs(answer.words))
    which = gettext("words you asked not to see") if quiet else answer.content_note
    link = _link(f"{shared.base}{answer.pk}/", shared.opened, answer.words, which)
    return (
        f'<div class="words">{side_threads(answer.ways)}<div>'
        f"{asked_not_to_see(said) if quiet else said}"
        f'<p class="by">{known}{_day(shared.language, answer.said_on, year=True)}{along}{changed}. {link}</p>'
        "</div></div>"
    )


def gone(state: str) -> str:
    """What stands in the place of words that cannot be read."""
    if state == ContributionState.HIDDEN:
        return gettext("These words were put out of sight by someone who facilitates this space.")
    if state == ContributionState.ASIDE:
        return gettext("The person who brought these words has put them out of sight for now.")
    return gettext("These words were taken back by the person who brought them.")
