"""Where the fund went and why, as a picture that stands alone: one bar for each project, as long as its cost.

The dark part is what supporters paid each alike, the striped part what those gave who had less than that
left, the pale part what nobody paid one by one. A project that is not funded is an outline, filled as far
as its supporters could have paid. Nothing is random: the same result gives the same picture.
"""

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

LEFT, WIDTH, RIGHT = 40, 1140, 40
BAR = WIDTH - LEFT - RIGHT
ROW, THICK = 88, 16
_STYLE = (
    "text{font:400 17px 'Atkinson Hyperlegible Next',system-ui,sans-serif;fill:#231f1a;"
    "font-variant-numeric:lining-nums}.t{font-size:34px;font-weight:340}.h{font-weight:640}.q{fill:#4b443a}"
    ".ground{fill:#f4eddf}.full{fill:#5b1d45}.last{fill:url(#s)}.pale{fill:#fcf8ef;stroke:#5b1d45;stroke-width:2}"
    ".short{fill:none;stroke:#867a67;stroke-width:2}.had{fill:#867a67}.rule{stroke:#867a67;stroke-width:1.5}"
    "@media(prefers-color-scheme:dark){text{fill:#f3ebdc}.q{fill:#cfc4b2}.ground{fill:#1b1816}.full{fill:#e6aecb}"
    ".pale{fill:#262220;stroke:#e6aecb}.short{stroke:#8e8372}.had{fill:#8e8372}.rule{stroke:#8e8372}"
    "#s path{stroke:#e6aecb}}"
)
_STRIPES = (
    '<defs><pattern id="s" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<path d="M3 0V7" stroke="#5b1d45" stroke-width="3.4"/></pattern></defs>'
)


class Bar(NamedTuple):
    """One project: what it is called, its cost, what supporters paid alike and with their last, and a sentence.

    ``had`` is for a project that is not funded: what its supporters had left, at most its cost is drawn.
    """

    name: str
    cost: float
    full: float
    last: float
    said: str
    had: float | None = None


def clean(words: str) -> str:
    """Words on one line, without what XML cannot hold."""
    said = ("".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in words)).split()
    return " ".join(said)


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1].rstrip(" ,;:.") + "…"


def _n(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def _text(y: float, words: str, style: str, x: float = LEFT) -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" class="{style}">{escape(clean(words))}</text>'


def _rect(style: str, x: float, y: float, width: float) -> str:
    return f'<rect class="{style}" x="{_n(x)}" y="{_n(y)}" width="{_n(max(width, 0))}" height="{THICK}"/>'


def _bar(bar: Bar, y: float, scale: float) -> str:
    title = _text(y + 14, _short(clean(bar.name), 96), "h")
    said = _text(y + 62, bar.said, "q")
    top, length = y + 24, max(bar.cost * scale, 3)
    if bar.had is not None:
        had = min(bar.had, bar.cost) * scale
        return title + said + _rect("had", LEFT, top, had) + _rect("short", LEFT, top, length)
    full, last = bar.full * scale, bar.last * scale
    drawn = _rect("pale", LEFT, top, length) + _rect("full", LEFT, top, full) + _rect("last", LEFT + full, top, last)
    return title + said + drawn


def drawn(
    title: str, lead: Sequence[str], funded: Sequence[Bar], lost: Sequence[Bar], *, below: Sequence[str], more: int = 0
) -> str:
    """One SVG file: title and sentences, what is funded, what is not, and sentences below.

    ``more``: projects that are not funded and not drawn.
    """
    longest = max((bar.cost for bar in [*funded, *lost]), default=0)
    scale = BAR / longest if longest else 0
    y = 104.0
    parts = []
    for line in lead:
        parts.append(_text(y, line, ""))
        y += 27
    y += 32
    for heading, bars in (("Funded", funded), ("Not funded", lost)):
        if bars:
            parts.append(_text(y, heading, "q") + f'<path class="rule" d="M{LEFT} {_n(y + 10)}H{WIDTH - RIGHT}"/>')
            y += 26
        for bar in bars:
            parts.append(_bar(bar, y, scale))
            y += ROW
        y += 24 if bars else 0
    if more:
        below = [f"{more} more are not drawn; the file of results has all.", *below]
    for line in below:
        parts.append(_text(y + 10, line, "q"))
        y += 27
    height = y + 24
    described = " ".join(
        [
            *lead,
            *(f"{clean(bar.name)}: {clean(bar.said)}." for bar in funded),
            f"{len(lost) + more} are not funded.",
            *below,
        ]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {_n(height)}" width="{WIDTH}" '
        f'height="{_n(height)}" aria-labelledby="t d"><title id="t">{escape(clean(title))}</title>'
        f'<desc id="d">{escape(described)}</desc><style>{_STYLE}</style>{_STRIPES}'
        f'<rect class="ground" width="100%" height="100%"/>{_text(64, title, "t")}{"".join(parts)}</svg>\n'
    )
