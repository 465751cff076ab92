"""What every figure shares: the frame with its title and description, text that fits, and safe attributes.

Text is measured with the widths of our own font, so a label is wrapped on the server and never
runs into a thread. Sizes are in CSS pixels at the figure's own width.
"""

from collections.abc import Sequence
from itertools import accumulate, takewhile

from django.utils.html import escape
from django.utils.safestring import SafeString

from coproduce.ui.pictures.thread import num

# Advance widths of Hyperlegible Next at weight 400, in hundredths of the size, as groups of characters.
_GROUPS = {
    16: "'", 20: ".,:;", 24: "`j|‘’·", 26: "il", 28: " !", 30: '"()', 32: "[ft", 34: "]r{}", 36: "-", 38: "/\\_",
    40: "1I“”", 44: "y", 46: "vz", 48: "*?csx", 50: "k–", 52: "7Ja", 54: "2Leou", 56: "<>EFT^bdghnp~", 58: "35Yq",
    60: "$+69PSVZ£", 62: "48=ABRX", 64: "0CK", 66: "#D€", 68: "Uw…", 70: "GHN", 72: "OQ", 74: "&", 78: "@",
    82: "M—", 84: "m", 86: "W", 92: "%",
}  # fmt: skip
_UNKNOWN = 0.58
_WIDE = 1.0
_BOLD = 1.075


class _Widths(dict[str, float]):
    """The width of a character, of any: a page of pictures asks for tens of thousands."""

    def __missing__(self, char: str) -> float:
        return _WIDE if ord(char) >= 0x2E80 else _UNKNOWN


_WIDTHS = _Widths({char: width / 100 for width, chars in _GROUPS.items() for char in chars})


def width_of(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is drawn, in px. Ideographs count as square, other unknown characters as average."""
    return sum(map(_WIDTHS.__getitem__, text)) * size * (_BOLD if bold else 1)


def cut(text: str, size: float, limit: float, bold: bool = False) -> str:
    """``text`` on one line no wider than ``limit``, with … where it was cut."""
    text = " ".join(text.split())
    if width_of(text, size, bold) <= limit:
        return text
    room = limit / (size * (_BOLD if bold else 1)) - _WIDTHS["…"]
    fits = sum(1 for _ in takewhile(lambda width: width <= room, accumulate(map(_WIDTHS.__getitem__, text))))
    return text[:fits].rstrip(" ,;:.") + "…"


def wrap(text: str, size: float, limit: float, most: int, bold: bool = False) -> list[str]:
    """``text`` in at most ``most`` lines of at most ``limit`` px, balanced where it needs only two."""
    words = text.split()
    lines: list[str] = []
    while words and len(lines) < most - 1:
        line = words.pop(0)
        while words and width_of(f"{line} {words[0]}", size, bold) <= limit:
            line = f"{line} {words.pop(0)}"
        lines.append(cut(line, size, limit, bold))
    if words:
        lines.append(cut(" ".join(words), size, limit, bold))
    return _balanced(lines, size, bold) if len(lines) == 2 and not lines[-1].endswith("…") else lines


def _balanced(lines: Sequence[str], size: float, bold: bool) -> list[str]:
    words = " ".join(lines).split()
    options = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    best = min(options, key=lambda pair: max(width_of(line, size, bold) for line in pair))
    return list(best)


def text(
    x: float, y: float, lines: Sequence[str], kind: str = "", anchor: str = "start", *, leading: float = 22
) -> str:
    """Lines of text below one another, escaped. ``y`` is the first baseline; kind: classes of the stylesheet."""
    at = f' text-anchor="{anchor}"' if anchor != "start" else ""
    named = f' class="{kind}"' if kind else ""
    return "".join(
        f'<text{named} x="{num(x)}" y="{num(y + i * leading)}"{at}>{escape(line)}</text>'
        for i, line in enumerate(lines)
    )


def linked(url: str, name: str, body: str, kind: str = "") -> str:
    """``body`` as a link that can be focused and says ``name``; a plain group when there is no address."""
    named = f' class="{kind}"' if kind else ""
    if not url:
        return f"<g{named}>{body}</g>"
    return f'<a{named} href="{escape(url)}" aria-label="{escape(name)}">{body}</a>'


def figure_svg(
    key: str, title: str, said: str, size: tuple[float, float], body: str, *, links: bool = False
) -> SafeString:
    """The whole ``<svg>``. key: makes ids unique on the page; said: the description, in sentences.

    links: the figure holds links, so it is a group to walk through and not one picture.
    """
    width, height = size
    name = escape(key)
    role = "group" if links else "img"
    return SafeString(
        f'<svg class="figure" role="{role}" viewBox="0 0 {num(width)} {num(height)}" '
        f'width="{num(width)}" height="{num(height)}" aria-labelledby="{name}-t" aria-describedby="{name}-d">'
        f'<title id="{name}-t">{escape(title)}</title><desc id="{name}-d">{escape(said)}</desc>{body}</svg>'
    )


def both(wide: str, narrow: str, full: bool = False) -> SafeString:
    """A figure in two layouts; the stylesheet shows the one that fits where it stands, and hides the other from all.

    full: the wide one needs the whole page, so the narrow one is shown below 860 px and not only below 460.
    """
    kind = "fits full" if full else "fits"
    return SafeString(
        f'<div class="{kind}"><div class="fits-wide">{wide}</div><div class="fits-narrow">{narrow}</div></div>'
    )


def settle(wanted: Sequence[float], sizes: Sequence[float], top: float, gap: float) -> list[float]:
    """Centres for blocks in order, as near ``wanted`` as they may be without touching; the first begins below ``top``.

    Blocks that push each other share the distance: a cluster sits around the mean of what its blocks wanted.
    """
    clusters: list[list[float]] = []  # each: sum of (wanted - offset), count, height
    for want, size in zip(wanted, sizes, strict=True):
        clusters.append([want - size / 2, 1, size + gap])
        while True:
            start = max(top, clusters[-1][0] / clusters[-1][1])
            if len(clusters) < 2:
                break
            above = clusters[-2]
            if max(top, above[0] / above[1]) + above[2] <= start:
                break
            total, count, height = clusters.pop()
            above[0] += total - above[2] * count
            above[1] += count
            above[2] += height
    return _centres(clusters, sizes, top, gap)


def _centres(clusters: Sequence[Sequence[float]], sizes: Sequence[float], top: float, gap: float) -> list[float]:
    centres: list[float] = []
    left = iter(sizes)
    for total, count, _ in clusters:
        y = max(top, total / count)
        for _ in range(int(count)):
            size = next(left)
            centres.append(y + size / 2)
            y += size + gap
    return centres
