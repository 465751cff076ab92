"""The woven edge of the page, and the mark. Decoration: hidden from assistive technology and in print."""

from functools import cache

from coproduce.ui.pictures.thread import _OVER, crossings, wefts
from coproduce.ways import LETTERS


def _line(letter: str, ends: str) -> str:
    return f'<line class="t{letter}" {ends}/>' + (f'<line class="{_OVER[letter]}" {ends}/>' if letter in _OVER else "")


@cache
def selvedge() -> str:
    """Six warp threads down the left edge, and the same as a band along the top for a narrow page."""
    side = "".join(
        _line(letter, f'x1="{12 + 10 * i}" x2="{12 + 10 * i}" y1="0" y2="100%"') for i, letter in enumerate(LETTERS)
    )
    ys = [7 + 8 * i for i in range(6)]
    xs = [24 + 12 * i for i in range(9)]
    band = "".join(_line(letter, f'x1="0" x2="100%" y1="{y}" y2="{y}"') for letter, y in zip(LETTERS, ys, strict=True))
    return (
        f'<svg class="selvedge" aria-hidden="true" focusable="false">{side}</svg>'
        '<svg class="selvedge-top" aria-hidden="true" focusable="false">'
        f"{wefts(xs, 2, 52, 'band')}{band}{crossings(xs, ys, 'band', LETTERS, 1)}</svg>"
    )


@cache
def mark() -> str:
    """The woven mark: two wefts over and under two warps."""
    return (
        '<svg viewBox="0 0 34 34" aria-hidden="true" focusable="false">'
        '<path class="mark-weft" d="M3 9.5h.5M16 9.5h15M3 25h15M30.5 25h.5"/>'
        '<path class="mark-warp" d="M9.5 3v15M9.5 31v.5M25 16v15M25 3v.5"/></svg>'
    )
