"""What fits no theme so far, as a picture that stands alone: its groups with their words, marks and passages.

The marks are filled with the colour of what *arose*, as in the weave. Nothing here is random.
"""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

_STYLE = (
    "svg{--paper:#f4eddf;--ink:#231f1a;--ink2:#4b443a;--accent:#5b1d45;--line:#867a67}"
    "@media(prefers-color-scheme:dark){svg{--paper:#1b1816;--ink:#f3ebdc;--ink2:#cfc4b2;--accent:#e6aecb;--line:#8e8372}}"
    ".ground{fill:var(--paper)}text{fill:var(--ink);font-family:'Atkinson Hyperlegible Next','Atkinson Hyperlegible',"
    "system-ui,sans-serif;font-size:17px}.t{font-size:33px;font-weight:380;letter-spacing:-.012em}"
    ".n{font-size:25px;font-weight:480;letter-spacing:-.012em}.w{font-size:20px}.q{fill:var(--ink2)}"
    ".m{fill:var(--accent)}.r{stroke:var(--line);stroke-width:1.5}"
)
LEFT, RIGHT, WIDTH = 44, 600, 1140
MARKS_IN_ROW, MOST_MARKS = 40, 160
DEEP = 24


class Shown(NamedTuple):
    """One group: its telling words, how many texts, why it is shown, typical passages, and a wider group it is in."""

    words: Sequence[str]
    texts: int
    reason: str
    passages: Sequence[str]
    part_of: str = ""


def clean(words: str) -> str:
    """Words on one line, without what XML cannot hold."""
    return " ".join(
        "".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in words).split()
    )


def wrapped(words: str, columns: int, most: int) -> list[str]:
    """At most ``most`` lines of at most ``columns`` letters; what does not fit is left out with an ellipsis."""
    lines, line = list[str](), ""
    for word in clean(words).split(" "):
        rest = word
        while len(rest) > columns:
            lines, line, rest = [*lines, *([line] if line else []), rest[:columns]], "", rest[columns:]
        if line and len(line) + 1 + len(rest) > columns:
            lines, line = [*lines, line], rest
        else:
            line = f"{line} {rest}".strip()
    lines = [*lines, line] if line else lines
    if len(lines) > most:
        lines = [*lines[: most - 1], lines[most - 1].rstrip(" ,;:.")[: columns - 1] + "…"]
    return lines


def _lines(x: float, y: float, lines: Sequence[str], kind: str, deep: int = DEEP) -> str:
    return "".join(
        f'<text class="{kind}" x="{x:g}" y="{y + i * deep:g}">{escape(line)}</text>' for i, line in enumerate(lines)
    )


def _marks(texts: int, each: int, y: float) -> tuple[str, float]:
    """A dot for each ``each`` texts, and where they end."""
    count = math.ceil(texts / each)
    dots = "".join(
        f'<circle class="m" cx="{LEFT + 5 + (i % MARKS_IN_ROW) * 12.5:g}" '
        f'cy="{y + (i // MARKS_IN_ROW) * 13:g}" r="4.6"/>'
        for i in range(count)
    )
    return dots, y + math.ceil(count / MARKS_IN_ROW) * 13


def _group(shown: Shown, each: int, top: float) -> tuple[str, float]:
    named = wrapped(" · ".join(shown.words[:4]) or "alike, without a word that tells them", 42, 2)
    parts = [_lines(LEFT, top + 24, named, "n", 30)]
    y = top + 24 + 30 * len(named)
    dots, y = _marks(shown.texts, each, y)
    within = f" All but a few are also in “{shown.part_of}”." if shown.part_of else ""
    reason = wrapped(shown.reason + within, 60, 5)
    parts += [dots, _lines(LEFT, y + 18, reason, "q")]
    left = y + 18 + DEEP * len(reason)
    right = top + 22
    for passage in shown.passages[:2]:
        said = wrapped(f"“{clean(passage)}”", 46, 4)
        parts.append(_lines(RIGHT, right, said, "w", 28))
        right += 28 * len(said) + 12
    return "".join(parts), max(left, right) + 22


def drawn(groups: Sequence[Shown], below: Sequence[str]) -> str:
    """One SVG file: every group in the order given, and ``below``, sentences that say what it does not show."""
    largest = max((group.texts for group in groups), default=1)
    each = math.ceil(largest / MOST_MARKS)
    title = "What fits no theme yet" if groups else "Nothing that asks for a theme of its own"
    body, y = [_lines(LEFT, 64, [title], "t")], 100.0
    for at, group in enumerate(groups):
        if at:
            body.append(f'<path class="r" d="M{LEFT} {y:g}H{WIDTH - LEFT}"/>')
        made, y = _group(group, each, y + 20)
        body.append(made)
    notes = [f"One dot is {each} texts." if each > 1 else "One dot is one text."] if groups else []
    for note in [*notes, *below]:
        lines = wrapped(note, 112, 4)
        body.append(_lines(LEFT, y + 26, lines, "q"))
        y += 8 + DEEP * len(lines)
    height = y + 44
    said = " ".join(f"{', '.join(group.words[:3])}: {group.texts} texts." for group in groups) or title
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" '
        f'height="{height:g}" aria-labelledby="t d"><title id="t">{escape(title)}</title>'
        f'<desc id="d">{escape(clean(said))}</desc><style>{_STYLE}</style>'
        f'<rect class="ground" width="100%" height="100%"/>{"".join(body)}</svg>\n'
    )
