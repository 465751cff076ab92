"""Threads running downwards, for narrow pages: words first, then the theme, the decision, what came of it.

Each strip holds the threads of one theme. Every thread has its own place from left to right and begins at
its knot, so none has to cross another; the words stand to the right of them all.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.ends import outcome_end_flat
from coproduce.ui.pictures.figure import figure_svg, linked, text, wrap
from coproduce.ui.pictures.thread import HALF_WIDTH, knot, num, stroke
from coproduce.ui.pictures.weave_data import Route, Theme, Voice, Weave, routes
from coproduce.ways import BY_LETTER, in_order

WIDTH = 320
LEADING = 21
_STEP = {"arose": 18.0, "agenda": 13.0, "decision": 13.0}


@dataclass
class Strip:
    """A strip while it is drawn: ``y`` is how far down it has come."""

    letters: str
    y: float = 16
    starts: dict[int, float] = field(default_factory=dict)
    stops: dict[int, tuple[float, str]] = field(default_factory=dict)
    wefts: list[str] = field(default_factory=list)
    crossings: list[str] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    knots: list[str] = field(default_factory=list)

    @property
    def step(self) -> float:
        return min(17.0, 130 / max(1, len(self.letters) - 1))

    def x(self, place: int) -> float:
        return 14 + self.step * place

    @property
    def text_x(self) -> float:
        return self.x(len(self.letters) - 1) + 26

    def room(self) -> float:
        return WIDTH - self.text_x

    def voice(self, places: Sequence[int], lines: Sequence[str], who: str, url: str = "", name: str = "") -> None:
        """Somebody's words, and the knots where their threads begin."""
        body = []
        for i, place in enumerate(places):
            at = self.y + 4 + 27 * i
            self.starts[place] = at
            body.append(knot(self.letters[place], self.x(place), at))
        small = wrap(who, 16, self.room(), 2) if who else []
        body.append(text(self.text_x, self.y + 9, lines, "f16", leading=LEADING))
        body.append(text(self.text_x, self.y + 9 + LEADING * len(lines), small, "f16 q", leading=LEADING))
        self.knots.append(linked(url, name, "".join(body), "strand"))
        self.y += max(27 * len(places), LEADING * (len(lines) + len(small))) + 16

    def cloth(self, places: Sequence[int], kind: str, count: int, label: str) -> None:
        """Wefts across ``places``, with a label beside them; other threads pass over untouched."""
        rows = [self.y + 8 + _STEP[kind] * i for i in range(count)]
        xs = [self.x(place) for place in places]
        left, right = min(xs) - 10, max(xs) + 10
        self.wefts.append(
            f'<path class="weft w-{kind}" d="{"".join(f"M{num(left)} {num(y)}H{num(right)}" for y in rows)}"/>'
        )
        over = [
            (self.x(place), y, HALF_WIDTH[self.letters[place]])
            for j, y in enumerate(rows)
            for i, place in enumerate(places)
            if (i + j) % 2 == 0
        ]
        clear = "".join(f"M{num(x - h - 1)} {num(y)}h{num(2 * h + 2)}" for x, y, h in over)
        again = "".join(f"M{num(x - h - 3)} {num(y)}h{num(2 * h + 6)}" for x, y, h in over)
        self.crossings.append(
            f'<path class="clear c-{kind}" d="{clear}"/><path class="weft again w-{kind}" d="{again}"/>'
        )
        self.words.append(label)
        self.y = rows[-1] + 30

    def end(self, places: Sequence[int], how: str, y: float) -> None:
        for place in places:
            self.stops[place] = (y, how)

    def _thread(self, place: int) -> str:
        x, letter = self.x(place), self.letters[place]
        start = self.starts[place]
        stop, how = self.stops.get(place, (self.y, "loose"))
        if how == "loose":
            lean = 5 if place % 2 else -4
            d = f"M{num(x)} {num(start)}V{num(stop - 16)}q0 14 {lean} 20"
        else:
            d = f"M{num(x)} {num(start)}V{num(stop)}"
        frayed = (
            f'<path class="fray" d="M{num(x)} {num(stop)}v11M{num(x)} {num(stop)}l-6 10M{num(x)} {num(stop)}l6 10"/>'
        )
        return stroke(letter, d) + (frayed if how == "frayed" else "")

    def body(self) -> str:
        threads = "".join(self._thread(place) for place in sorted(self.starts))
        return "".join([*self.wefts, threads, *self.crossings, *self.knots, *self.words])


def _label(strip: Strip, name: str, note: str, url: str, kind: str) -> tuple[str, float]:
    """A name and its note to the right of the threads, and how high they are."""
    lines = wrap(name, 17, strip.room(), 4, True)
    notes = wrap(note, 16, strip.room(), 2) if note else []
    body = text(strip.text_x, strip.y + 12, lines, f"f17 b {kind}", leading=LEADING)
    body += text(strip.text_x, strip.y + 12 + LEADING * len(lines), notes, "f16 q", leading=LEADING)
    return linked(url, f"{name}. {note}", body), LEADING * (len(lines) + len(notes)) + 12


def _voices(strip: Strip, data: Weave, voices: Sequence[Voice], places: dict[tuple[str, str], int]) -> None:
    for voice in voices:
        mine = [places[(voice.key, way)] for way in in_order(voice.ways)]
        ways = ", ".join(str(BY_LETTER[way].says) for way in in_order(voice.ways))
        if voice.more:
            said = ngettext("and %(n)s more", "and %(n)s more", voice.more) % {"n": voice.more}
            strip.voice(mine, [said], "", voice.url, f"{said}. {ways}")
        else:
            lines = wrap(f"“{voice.words}”", 16, strip.room(), 3)
            strip.voice(mine, lines, voice.who, voice.url, f"“{voice.words}” {voice.who}. {ways}")


def _onwards(strip: Strip, data: Weave, mine: Sequence[Route], places: dict[tuple[str, str], int]) -> None:
    """The decisions and outcomes below a theme, each with the threads that reach it."""
    for decision in data.decisions:
        reached = sorted({places[(r.voice, r.way)] for r in mine if r.decision == decision.key})
        if not reached:
            continue
        label, tall = _label(strip, decision.name, decision.note, decision.url, "")
        top = strip.y
        if decision.state == "agreed":
            strip.cloth(reached, "decision", 2, label)
        else:
            strip.words.append(label)
        strip.y = max(strip.y, top + tall + 14)
        if decision.state == "not_agreed":
            staying = {
                places[(r.voice, r.way)] for r in mine if r.decision != decision.key and (r.decision or r.outcome)
            }
            strip.end([place for place in reached if place not in staying], "frayed", top + 22)
    for outcome in data.outcomes:
        reached = sorted({places[(r.voice, r.way)] for r in mine if r.outcome == outcome.key})
        if not reached:
            continue
        label, tall = _label(strip, outcome.name, outcome.note, outcome.url, "")
        strip.words.append(label)
        at = strip.y + 12
        strip.wefts.append(outcome_end_flat(outcome.state, at, strip.x(reached[0]) - 8, strip.x(reached[-1]) + 8))
        strip.end(reached, "reached", at - 4)
        strip.y += tall + 18


def _one(data: Weave, all_routes: Sequence[Route], theme: Theme) -> SafeString:
    """The strip of one theme, or of what is in none (a theme without a key)."""
    key, name, arose = theme.key, theme.name, theme.arose
    mine = [route for route in all_routes if route.theme == key]
    keys = {route.voice for route in mine}
    voices = [voice for voice in data.all_voices() if voice.key in keys]
    order = [(voice.key, way) for voice in voices for way in in_order(voice.ways)]
    places = {strand: i for i, strand in enumerate(order)}
    strip = Strip("".join(way for _, way in order))
    _voices(strip, data, voices, places)
    if key:
        label, tall = _label(strip, name, theme.note, theme.url, "arose" if arose else "")
        top = strip.y
        kind = "arose" if arose else "agenda"
        strip.cloth(range(len(order)), kind, 5 if arose else 4, label)
        strip.y = max(strip.y, top + tall + 12)
    _onwards(strip, data, mine, places)
    went = {places[(r.voice, r.way)] for r in mine if r.decision or r.outcome}
    waiting = [place for place in range(len(order)) if place not in went]
    if waiting:
        strip.end(waiting, "loose", strip.y)
        strip.words.append(
            text(strip.text_x, strip.y, [gettext("no decision yet") if key else gettext("in no theme yet")], "f16 q")
        )
    strip.y += 12
    title = gettext("The threads in “%(name)s”") % {"name": name}
    said = ngettext("%(n)s thread, running down.", "%(n)s threads, running down.", len(order)) % {"n": len(order)}
    return figure_svg(f"{data.key}-{key or 'none'}", title, said, (WIDTH, strip.y), strip.body(), links=True)


def weave_strips(data: Weave) -> SafeString:
    """One strip for each theme, then one for what is in no theme. 320 wide each. Above several: a link to each."""
    all_routes = routes(data)
    shown = [theme for theme in data.themes if any(route.theme == theme.key for route in all_routes)]
    if any(not route.theme for route in all_routes):
        shown.append(Theme("", gettext("No theme yet")))
    names = [(f"{data.key}-strip-{theme.key or 'none'}", theme.name) for theme in shown]
    links = format_html_join("", '<li><a href="#{}"><bdi>{}</bdi></a></li>', names)
    jumps = format_html('<nav aria-label="{}"><ul>{}</ul></nav>', gettext("Themes in this picture"), links)
    strips = "".join(
        f'<div class="strip" id="{escape(key)}">{_one(data, all_routes, theme)}</div>'
        for (key, _name), theme in zip(names, shown, strict=True)
    )
    return SafeString((jumps if len(shown) > 2 else "") + strips)
