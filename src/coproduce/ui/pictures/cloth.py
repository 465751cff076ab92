"""A theme as cloth: the threads of people's words, crossed by what holds them together."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.figure import figure_svg
from coproduce.ui.pictures.thread import crossings, num, path_over, stroke, wefts
from coproduce.ways import BY_LETTER, LETTERS

WIDTH = 472
STEP = 17
AT_MOST = 7
_STARTS = (0, 36, 33, 30, 27, 24, 40)
_LOOSE = ((330, -8), (383, 5), (356, -1), (409, -6), (382, 6), (345, 3), (398, 7))


@dataclass(frozen=True)
class Cloth:
    """One theme.

    key: unique on the page; name: the theme's name, for the title; letters: one letter a thread, top to bottom,
    at most seven are drawn; arose: on no agenda; ends: for each thread ``reached`` (it goes on to a decision),
    ``waiting`` or ``frayed`` (its proposal was not agreed); missing ones are waiting.
    """

    key: str
    name: str
    letters: str
    arose: bool = False
    ends: Sequence[str] = ()


def few(counts: Mapping[str, int], limit: int = AT_MOST) -> str:
    """The letters to draw for a theme: one for each way of knowing in it, then shared out by number.

    ``{"L": 12, "P": 3}`` with 5 gives ``"LLLLP"``. Each next thread goes where most people stand behind one.
    """
    present = [letter for letter in LETTERS if counts.get(letter, 0) > 0]
    drawn = dict.fromkeys(present, 1)
    while present and sum(drawn.values()) < limit:
        letter = max(present, key=lambda one: (counts[one] / (drawn[one] + 1), -LETTERS.index(one)))
        if drawn[letter] >= counts[letter]:
            break
        drawn[letter] += 1
    return "".join(letter * drawn[letter] for letter in present)[:limit]


def _described(data: Cloth, letters: str) -> str:
    ways = "; ".join(f"{BY_LETTER[letter].says} ({letters.count(letter)})" for letter in LETTERS if letter in letters)
    reached = sum(1 for end in data.ends[: len(letters)] if end == "reached")
    drawn = ngettext("%(n)s thread is drawn.", "%(n)s threads are drawn.", len(letters)) % {"n": len(letters)}
    went = ngettext("%(n)s goes on to a decision.", "%(n)s go on to a decision.", reached) % {"n": reached}
    origin = gettext("It arose, on no agenda.") if data.arose else gettext("It was on the first agenda.")
    return f"{drawn} {ways}. {went} {origin}"


def fray(x: float, y: float) -> str:
    """The end of a thread whose proposal was not agreed."""
    at, up, down = num(x), num(y - 6.5), num(y + 6.5)
    tip = num(x + 10)
    return f'<path class="fray" d="M{at} {num(y)}h11M{at} {num(y)}L{tip} {up}M{at} {num(y)}L{tip} {down}"/>'


def cloth(data: Cloth) -> SafeString:
    """The drawing, 472 px wide, as high as its threads need. Decided by its input alone."""
    letters = data.letters[:AT_MOST]
    count = max(1, len(letters))
    height = (count - 1) * STEP + 50
    ys = [25.0 + STEP * i for i in range(len(letters))]
    xs = [134.0 + STEP * i for i in range(9)]
    threads = []
    for i, (letter, y) in enumerate(zip(letters, ys, strict=True)):
        lean = (i - (count - 1) / 2) / max(1, (count - 1) / 2) * 14
        end = data.ends[i] if i < len(data.ends) else "waiting"
        far, drop = (WIDTH, 0) if end == "reached" else _LOOSE[i % len(_LOOSE)]
        start = [(_STARTS[i], y + lean), (124.0, y), (280.0, y)]
        threads.append(stroke(letter, path_over([*start, (float(far), y + drop)])))
        if end == "frayed":
            threads.append(fray(far, y + drop))
    kind = "arose" if data.arose else "agenda"
    top, bottom = (ys[0] - 11, ys[-1] + 11) if ys else (14.0, 36.0)
    body = wefts(xs, top, bottom, kind) + "".join(threads) + crossings(xs, ys, kind, letters, 1)
    title = gettext("The threads in “%(name)s”") % {"name": data.name}
    svg = figure_svg(data.key, title, _described(data, letters), (WIDTH, height), body)
    return SafeString(svg.replace('class="figure"', 'class="figure cloth"', 1))
