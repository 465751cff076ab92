"""What knowledge reached a decision: the words it was made from, and the cloth they became."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.figure import both, cut, figure_svg, linked, text, wrap
from coproduce.ui.pictures.strip import WIDTH as NARROW
from coproduce.ui.pictures.strip import Strip
from coproduce.ui.pictures.thread import crossings, halo, knot, num, path_over, spread, stroke, wefts
from coproduce.ui.pictures.weave_data import Voice
from coproduce.ways import BY_LETTER, in_order

WIDTH = 1080
ROW = 60.0
STEP = 18.0
QUOTE_END, KNOTS, CLOTH, END, NAME = 432.0, 460.0, 735.0, 870.0, 890.0


@dataclass(frozen=True)
class Reached:
    """key: unique on the page; name: the decision; voices: the contributions it was made from, in the order to
    read them; ``Voice.more`` may bundle those of one way that are not drawn one by one."""

    key: str
    name: str
    voices: Sequence[Voice]


def _ways(voice: Voice) -> str:
    return ", ".join(str(BY_LETTER[way].says) for way in in_order(voice.ways))


def _spoken(voice: Voice) -> str:
    if voice.more:
        more = ngettext("%(n)s more contribution", "%(n)s more contributions", voice.more) % {"n": voice.more}
        return f"{more}. {_ways(voice)}"
    return f"“{voice.words}” {voice.who}. {_ways(voice)}"


def _quote(voice: Voice, y: float) -> str:
    if voice.more:
        said = ngettext("and %(n)s more", "and %(n)s more", voice.more) % {"n": voice.more}
        return text(QUOTE_END, y + 6, [said], "f16 q", "end")
    words = cut(voice.words, 17, QUOTE_END - 20)
    return text(QUOTE_END, y - 3, [f"“{words}”"], "f17", "end") + text(
        QUOTE_END, y + 17, [cut(voice.who, 16, QUOTE_END)], "f16 q", "end"
    )


def _wide(data: Reached) -> SafeString:
    strands = [(i, way) for i, voice in enumerate(data.voices) for way in in_order(voice.ways)]
    height = max(ROW * len(data.voices), STEP * len(strands) + 40, 120.0)
    top = height / 2 - STEP * (len(strands) - 1) / 2
    ys = [top + STEP * i for i in range(len(strands))]
    rows = [height / 2 + ROW * (i - (len(data.voices) - 1) / 2) for i in range(len(data.voices))]
    letters = "".join(way for _, way in strands)
    xs = [CLOTH + STEP * i for i in range(7)]
    ends = iter(ys)
    body = []
    for voice, row in zip(data.voices, rows, strict=True):
        drawn = []
        ways = in_order(voice.ways)
        for start, way in zip(spread(len(ways), row, 9), ways, strict=True):
            y = next(ends)
            d = path_over([(KNOTS + 12 + 29 * (len(ways) - 1), start), (CLOTH - 14, y), (END, y)])
            drawn.append(f'<path class="hit" d="{d}"/>' + halo(way, d) + stroke(way, d))
        knots = "".join(knot(way, KNOTS + 29 * i, row) for i, way in enumerate(ways))
        body.append(linked(voice.url, _spoken(voice), "".join(drawn) + knots + _quote(voice, row), "strand"))
    woven = wefts(xs, ys[0] - 14, ys[-1] + 14, "decision") if ys else ""
    name = wrap(data.name, 19, WIDTH - NAME, 5, True)
    label = text(NAME, height / 2 - 25 * (len(name) - 1) / 2 + 6, name, "f19 b", leading=25)
    return _framed(data, WIDTH, height, woven + "".join(body) + crossings(xs, ys, "decision", letters) + label)


def _narrow(data: Reached) -> SafeString:
    order = [(i, way) for i, voice in enumerate(data.voices) for way in in_order(voice.ways)]
    strip = Strip("".join(way for _, way in order))
    for i, voice in enumerate(data.voices):
        mine = [place for place, (j, _) in enumerate(order) if j == i]
        lines = wrap(f"“{voice.words}”", 16, strip.room(), 3)
        if voice.more:
            lines = [ngettext("and %(n)s more", "and %(n)s more", voice.more) % {"n": voice.more}]
        strip.voice(mine, lines, voice.who, voice.url, _spoken(voice))
    name = wrap(data.name, 17, strip.room(), 6, True)
    label = text(strip.text_x, strip.y + 14, name, "f17 b", leading=22)
    top = strip.y
    if order:
        strip.cloth(range(len(order)), "decision", 5, label)
        strip.end(range(len(order)), "reached", strip.y - 12)
    strip.y = max(strip.y, top + 22 * len(name) + 12)
    return _framed(data, NARROW, strip.y, strip.body())


def _framed(data: Reached, width: float, height: float, body: str) -> SafeString:
    title = gettext("What knowledge reached “%(name)s”") % {"name": data.name}
    said = ngettext(
        "%(n)s contribution reached this decision.", "%(n)s contributions reached this decision.", _count(data)
    ) % {"n": _count(data)}
    links = any(voice.url for voice in data.voices)
    return figure_svg(f"{data.key}-{num(width)}", title, said, (width, height), body, links=links)


def _count(data: Reached) -> int:
    return sum(voice.more or 1 for voice in data.voices)


def reached(data: Reached) -> SafeString:
    """From the words at the left to the decision's cloth at the right; on a narrow page they run down."""
    return both(_wide(data), _narrow(data), full=True)
