"""Ties between groups as a picture that stands alone: groups as discs, what passed between them as bundles of threads.

The more ties, the more threads; what stays within a group is rings at its side. Nothing is random: the same numbers
give the same picture.
"""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

WIDTH, TOP, LEFT = 1140, 110, 40
CENTRE, REACH = (570.0, 400.0), (330.0, 215.0)
MOST_THREADS, MOST_RINGS, MOST_GROUPS = 14, 6, 10
_STYLE = (
    "text{font:400 17px 'Atkinson Hyperlegible Next',system-ui,sans-serif;fill:#231f1a;"
    "font-variant-numeric:lining-nums}.t{font-size:34px;font-weight:340}.h{font-weight:640}.q{fill:#4b443a}"
    ".ground{fill:#f4eddf}path,ellipse{fill:none;stroke-linecap:round}.under{stroke:#f4eddf;stroke-width:6}"
    ".tie{stroke:#4b443a;stroke-width:2}.within{stroke:#5b1d45;stroke-width:2}"
    ".group{fill:#fcf8ef;stroke:#231f1a;stroke-width:2.6}.halo{stroke:#f4eddf;stroke-width:6;paint-order:stroke}"
    "@media(prefers-color-scheme:dark){text{fill:#f3ebdc}.q{fill:#cfc4b2}.ground{fill:#1b1816}"
    ".under,.halo{stroke:#1b1816}.tie{stroke:#cfc4b2}.within{stroke:#e6aecb}"
    ".group{fill:#262220;stroke:#f3ebdc}}"
)


class Disc(NamedTuple):
    """One group: its name and how many people it has."""

    name: str
    people: int


Spot = tuple[float, float]


def clean(words: str) -> str:
    """Words on one line, without what XML cannot hold."""
    said = "".join(c if c.isprintable() or c.isspace() else "\N{REPLACEMENT CHARACTER}" for c in words)
    return " ".join(said.split())


def short(words: str, most: int = 44) -> str:
    """Cut to so many characters, with … where it was cut."""
    words = clean(words)
    return words if len(words) <= most else words[: most - 1].rstrip(" ,;:.") + "…"


def _n(value: float) -> str:
    text = f"{value:.1f}"
    return text[:-2] if text.endswith(".0") else text


def _text(x: float, y: float, words: str, style: str, anchor: str = "start") -> str:
    return f'<text x="{_n(x)}" y="{_n(y)}" class="{style}" text-anchor="{anchor}">{escape(clean(words))}</text>'


def _places(count: int) -> list[Spot]:
    """On an oval from the top left, clockwise; two stand side by side."""
    (x, y), (across, down) = CENTRE, REACH
    turn = math.pi if count <= 2 else -math.pi / 2 - (math.pi / count if count % 2 == 0 else 0)
    angles = [turn + 2 * math.pi * i / max(count, 1) for i in range(count)]
    return [(x + across * math.cos(angle), y + down * math.sin(angle)) for angle in angles]


def _bundle(a: Spot, b: Spot, threads: int) -> str:
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = math.hypot(dx, dy) or 1
    path = []
    for i in range(threads):
        bow = (i - (threads - 1) / 2) * 12
        x, y = (a[0] + b[0]) / 2 - dy / length * bow, (a[1] + b[1]) / 2 + dx / length * bow
        path.append(f"M{_n(a[0])} {_n(a[1])}Q{_n(x)} {_n(y)} {_n(b[0])} {_n(b[1])}")
    return "".join(path)


def _rings(at: Spot, rings: int) -> str:
    side = 1 if at[0] >= CENTRE[0] else -1
    return "".join(
        f'<ellipse class="within" cx="{_n(at[0] + side * (18 + 7 * i))}" cy="{_n(at[1])}" '
        f'rx="{_n(10 + 7 * i)}" ry="{_n(8 + 5 * i)}"/>'
        for i in range(rings)
    )


def _label(disc: Disc, at: Spot) -> str:
    above = at[1] < CENTRE[1] - 1
    y = at[1] - 64 if above else at[1] + 62
    said = f"{disc.people} people" if disc.people != 1 else "1 person"
    return _text(at[0], y, short(disc.name, 34), "h halo", "middle") + _text(at[0], y + 22, said, "q halo", "middle")


def _ties(count: float) -> str:
    return "one tie" if count < 1.5 else f"{count:.0f} ties"


def threads_for(ties: int, each: float, most: int) -> int:
    """Threads that stand for so many ties: at least one where there is a tie at all."""
    return min(most, max(1, round(ties / each))) if ties else 0


def drawn(title: str, discs: Sequence[Disc], between: Sequence[Sequence[int]], below: Sequence[str]) -> str:
    """One SVG file. ``between[a][b]``: ties from a to b. Of more than ten groups the largest ten are drawn."""
    shown = sorted(sorted(range(len(discs)), key=lambda i: (-discs[i].people, discs[i].name))[:MOST_GROUPS])
    places = dict(zip(shown, _places(len(shown)), strict=True))
    pairs = [(a, b) for k, a in enumerate(shown) for b in shown[k + 1 :]]
    passed = {(a, b): between[a][b] + between[b][a] for a, b in pairs}
    each = max(1.0, max([*passed.values(), *(between[a][a] for a in shown)], default=0) / MOST_THREADS)
    parts, said = [], []
    for (a, b), ties in sorted(passed.items(), key=lambda item: item[1]):
        if ties:
            path = _bundle(places[a], places[b], threads_for(ties, each, MOST_THREADS))
            parts.append(f'<path class="under" d="{path}"/><path class="tie" d="{path}"/>')
            said.append(f"{clean(discs[a].name)} and {clean(discs[b].name)}: {ties}.")
    said.reverse()
    for a in shown:
        parts.append(_rings(places[a], threads_for(between[a][a], each * 2, MOST_RINGS)))
        said.append(f"Within {clean(discs[a].name)}: {between[a][a]}.")
    for a in shown:
        x, y = places[a]
        parts.append(f'<circle class="group" cx="{_n(x)}" cy="{_n(y)}" r="14"/>' + _label(discs[a], places[a]))
    notes = [f"A thread is about {_ties(each)} between groups, a ring about {_ties(2 * each)} within.", *below]
    if len(shown) < len(discs):
        notes.append(f"{len(discs) - len(shown)} smaller groups are not drawn.")
    foot = CENTRE[1] + REACH[1] + 130
    parts += [_text(LEFT, foot + 27 * i, line, "q") for i, line in enumerate(notes)]
    height = foot + 27 * len(notes) + 10
    described = escape(" ".join(said) or "There are no ties.")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" viewBox="0 0 {WIDTH} {_n(height)}" width="{WIDTH}" '
        f'height="{_n(height)}" aria-labelledby="t d"><title id="t">{escape(clean(title))}</title>'
        f'<desc id="d">{described}</desc><style>{_STYLE}</style><rect class="ground" width="100%" height="100%"/>'
        f"{_text(LEFT, 64, short(title, 60), 't')}{''.join(parts)}</svg>\n"
    )
