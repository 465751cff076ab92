"""How a theme grew: thread by thread, each beginning in the season in which its words were said.

The oldest thread is the first; none crosses another. They run to where they are held together, and from there on to
a decision or loose. On a narrow page they run downwards.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.figure import both, figure_svg, text
from coproduce.ui.pictures.thread import HALF_WIDTH, crossings, knot, num, path_over, stroke, wefts
from coproduce.ways import BY_LETTER, LETTERS

AT_MOST = 10
WIDTH, TOP, ROW, STEP = 820, 66, 29, 17
_COLUMNS, _HELD = (2.0, 500.0), 620.0


@dataclass(frozen=True)
class Growth:
    """One theme.

    key: unique on the page; name: for the title; seasons: their names, the earliest first, each as a few short lines;
    threads: (letter, number of its season), the earliest first, ``AT_MOST`` are drawn; named: the number of the season
    in which the theme got its name, or None; end: ``reached``, ``frayed`` or ``waiting``; more: how many are not drawn.
    """

    key: str
    name: str
    seasons: Sequence[Sequence[str]]
    threads: Sequence[tuple[str, int]]
    named: int | None = None
    end: str = "waiting"
    more: int = 0


def _described(data: Growth) -> str:
    letters = [letter for letter, _season in data.threads]
    begun = ngettext("%(n)s thread is drawn.", "%(n)s threads are drawn.", len(letters)) % {"n": len(letters)}
    told = []
    for at, season in enumerate(data.seasons):
        here = [letter for letter, of in data.threads if of == at]
        ways = ", ".join(str(BY_LETTER[letter].says) for letter in LETTERS if letter in here)
        if here:
            told.append(
                ngettext("%(season)s: %(n)s begins (%(ways)s).", "%(season)s: %(n)s begin (%(ways)s).", len(here))
                % {"season": " ".join(season), "n": len(here), "ways": ways}
            )
    return " ".join([begun, *told])


def growth(data: Growth) -> SafeString:
    """The drawing in two layouts, decided by its input alone."""
    title = gettext("How “%(name)s” grew") % {"name": data.name}
    said = _described(data)
    return both(_wide(data, title, said), _narrow(data, title, said))


def _ends(data: Growth, far: float, at: Sequence[float]) -> list[float]:
    """How far each thread goes: all the way, or loose at lengths of their own."""
    if data.end == "reached":
        return [far] * len(at)
    return [far - (18, 46, 0, 60, 30)[i % 5] for i in range(len(at))]


def _wide(data: Growth, title: str, said: str) -> str:
    threads = data.threads[:AT_MOST]
    letters = "".join(letter for letter, _season in threads)
    first, last = _COLUMNS
    step = (last - first) / max(1, len(data.seasons))
    rows = [TOP + ROW * i for i in range(len(threads))]
    middle = (rows[0] + rows[-1]) / 2 if rows else TOP
    held = [middle + STEP * (i - (len(rows) - 1) / 2) for i in range(len(rows))]
    stops = _ends(data, WIDTH - 4, held)
    drawn, knots = [], []
    for (letter, season), y, at, stop in zip(threads, rows, held, stops, strict=True):
        x = first + 13 + step * season
        drift = 0 if data.end == "reached" else (at - middle) * 0.3
        drawn.append(
            stroke(letter, path_over([(x, y), (last + 20, y), (_HELD, at), (_HELD + 120, at), (stop, at + drift)]))
        )
        if data.end == "frayed":
            drawn.append(_fray(stop, at + drift))
        knots.append(knot(letter, x, y))
    xs = [_HELD + 8 + STEP * i for i in range(7)]
    body = [text(first + step * i, 18, lines, "f16 q", leading=19) for i, lines in enumerate(data.seasons)]
    if data.named is not None:
        body.append(text(_HELD, 18, [gettext("named in"), " ".join(data.seasons[data.named])], "f16 arose", leading=19))
    if held:
        body += [
            wefts(xs, held[0] - 12, held[-1] + 12, "arose"),
            *drawn,
            crossings(xs, held, "arose", letters, 1),
            *knots,
        ]
    height = (rows[-1] if rows else TOP) + 26
    if data.more:
        body.append(text(first, height + 8, [_more(data.more)], "f16 q"))
        height += 18
    return figure_svg(data.key, title, said, (WIDTH, height), "".join(body))


def _more(count: int) -> str:
    return ngettext("and %(n)s more", "and %(n)s more", count) % {"n": count}


def _fray(x: float, y: float) -> str:
    at, tip = num(x), num(x + 10)
    return f'<path class="fray" d="M{at} {num(y)}L{tip} {num(y - 6)}M{at} {num(y)}L{tip} {num(y + 6)}"/>'


def _narrow(data: Growth, title: str, said: str) -> str:
    threads = data.threads[:AT_MOST]
    xs = [112 + 20.0 * i for i in range(len(threads))]
    tops = [20 + 58.0 * i for i in range(len(data.seasons))]
    held = (tops[-1] if tops else 20) + 66
    stop = held + 17 * 4 + 46
    body, knots = [], []
    for i, ((letter, season), x) in enumerate(zip(threads, xs, strict=True)):
        # Of those that begin in one season each stands a little lower, so that no knot covers another.
        y = tops[season] + (i % 2) * 24
        end = stop if data.end == "reached" else stop - (0, 14, 6, 20, 10)[i % 5]
        body.append(stroke(letter, f"M{num(x)} {num(y)}V{num(end)}"))
        knots.append(knot(letter, x, y))
    rows = [held + 17 * j for j in range(4)]
    left, right = (xs[0] - 11, xs[-1] + 11) if xs else (100.0, 130.0)
    across = f'<path class="weft w-arose" d="{"".join(f"M{num(left)} {num(y)}H{num(right)}" for y in rows)}"/>'
    over = [(x, y, HALF_WIDTH[threads[i][0]]) for j, y in enumerate(rows) for i, x in enumerate(xs) if (i + j) % 2 == 0]
    again = "".join(f"M{num(x - h - 1)} {num(y)}h{num(2 * h + 2)}" for x, y, h in over)
    woven = f'<path class="clear c-arose" d="{again}"/><path class="weft again w-arose" d="{again}"/>' if over else ""
    labels = [text(0, y + 2, lines, "f16 q", leading=19) for y, lines in zip(tops, data.seasons, strict=True)]
    if data.named is not None:
        labels.append(text(0, held + 4, [gettext("named in"), *data.seasons[data.named]], "f16 arose", leading=19))
    if data.more:
        labels.append(text(0, stop + 16, [_more(data.more)], "f16 q"))
    return figure_svg(f"{data.key}n", title, said, (320, stop + 26), "".join([across, *body, woven, *knots, *labels]))
