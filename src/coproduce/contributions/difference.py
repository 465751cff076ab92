"""What changed between two wordings, word by word."""

import re
from collections.abc import Iterator
from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext

_SENTENCES = re.compile(r"[^.!?\n]*[.!?\n]*\s*")
_WORDS = re.compile(r"\s+|[^\s]+")
EASY = 250_000
"""So many pairs are compared at most. Comparing takes time by the square, and anybody may write what is slowest."""

LITTLE_STAYED = 3
"""Where fewer than one word in so many stayed, old and new words stand whole."""


def _apart(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """(what went, what came) from the beginning to the end: the same twice where nothing changed."""
    if len(old) * len(new) > EASY:
        yield "".join(old), "".join(new)
        return
    for _what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "".join(old[i:j]), "".join(new[k:m])


def _changes(before: str, after: str) -> Iterator[tuple[str, str]]:
    """As ``_apart``, by sentences first, and by words in those that changed."""
    for gone, come in _apart(_SENTENCES.findall(before), _SENTENCES.findall(after)):
        if gone == come:
            yield gone, come
        else:
            yield from _together(list(_apart(_WORDS.findall(gone), _WORDS.findall(come))))


def _together(parts: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    """The same with changes that only a space parts as one, and as one in all where hardly a word stayed: words that
    go and come in turns can be read by nobody.
    """
    gone, come = ("".join(side) for side in zip(*parts, strict=True))
    if LITTLE_STAYED * sum(len(old.split()) for old, new in parts if old == new) < len(come.split()):
        yield gone, come
        return
    held = "", ""
    for number, (old, new) in enumerate(parts):
        is_last = number + 1 == len(parts)
        if old != new or (any(held) and old.isspace() and "\n" not in old and not is_last):
            held = held[0] + old, held[1] + new
            continue
        if any(held):
            yield held
        held = "", ""
        yield old, new
    if any(held):
        yield held


def difference(before: str, after: str) -> SafeString:
    """The newer words as paragraphs, with ``<del>`` around what went and ``<ins>`` around what came.

    Each also says so in words, for those who hear the page and for where neither line nor colour is shown.
    """
    out = []
    for gone, come in _changes(before, after):
        if gone == come:
            out.append(escape(come))
            continue
        # What went keeps no paragraphs of its own: they would read as paragraphs of the newer words.
        out += [_marked("del", gettext("went:"), " ".join(gone.split())) + " " if gone.strip() else ""]
        out += [_inserted(come) if come.strip() else escape(come)]
    paragraphs = re.split(r"\n[ \t]*\n\s*", "".join(out).strip())
    return mark_safe(  # noqa: S308  # every piece of the words went through escape
        "".join(f'<p dir="auto">{paragraph.replace(chr(10), "<br>")}</p>' for paragraph in paragraphs)
    )


def _marked(tag: str, says: str, words: str) -> str:
    before, after = f"[{escape(says)} ", "]"
    hidden = '<span class="visually-hidden">{}</span>'
    return f"<{tag}>{hidden.format(before)}{escape(words)}{hidden.format(after)}</{tag}>"


def _inserted(words: str) -> str:
    """``<ins>`` around each paragraph's part, so that it never runs over the end of one."""
    parts = re.split(r"(\n[ \t]*\n\s*)", words)
    return "".join(part if not part.strip() else _marked("ins", gettext("came:"), part) for part in parts)
