"""What changed between two wordings, word by word."""

import re
from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

_WORDS = re.compile(r"\s+|[^\s]+")


def difference(before: str, after: str) -> SafeString:
    """The newer words as paragraphs, with ``<del>`` around what went and ``<ins>`` around what came."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    out = []
    for what, i, j, k, m in SequenceMatcher(None, old, new, autojunk=len(old) > 2000).get_opcodes():
        gone, come = "".join(old[i:j]), "".join(new[k:m])
        if what == "equal":
            out.append(escape(come))
            continue
        # What went keeps no paragraphs of its own: they would read as paragraphs of the newer words.
        out += [f"<del>{escape(' '.join(gone.split()))}</del> " if gone.strip() else ""]
        out += [_inserted(come) if come.strip() else escape(come)]
    paragraphs = re.split(r"\n[ \t]*\n\s*", "".join(out).strip())
    return mark_safe(  # noqa: S308  # every piece of the words went through escape
        "".join(f'<p dir="auto">{paragraph.replace(chr(10), "<br>")}</p>' for paragraph in paragraphs)
    )


def _inserted(words: str) -> str:
    """``<ins>`` around each paragraph's part, so that it never runs over the end of one."""
    parts = re.split(r"(\n[ \t]*\n\s*)", words)
    return "".join(part if not part.strip() else f"<ins>{escape(part)}</ins>" for part in parts)
