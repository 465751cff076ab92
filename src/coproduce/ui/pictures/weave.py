"""The weave: from what people said, through themes and decisions, to what came of it.

Voices stand in the order of time at the left; themes, decisions and outcomes are placed as near as they
can be to the threads that reach them, in the order that makes threads cross least. Nothing is random.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext

from coproduce.ui.pictures.cloth import fray
from coproduce.ui.pictures.ends import outcome_end
from coproduce.ui.pictures.figure import both, cut, figure_svg, linked, settle, text, wrap
from coproduce.ui.pictures.strip import weave_strips
from coproduce.ui.pictures.thread import crossings, halo, knot, num, path_over, spread, stroke, wefts
from coproduce.ui.pictures.weave_data import Outcome, Route, Voice, Weave, routes
from coproduce.ways import BY_LETTER, in_order

WIDTH = 1080
ROW = 47.0
TOP = 64.0
STEP = 16.0
QUOTE_END, KNOTS, THEMES, DECISIONS, ENDS, SAID = 262.0, 286.0, 470.0, 718.0, 900.0, 928.0
BESIDE = 82.0  # threads run level so far to both sides of a decision, so that none crosses its words
HEADS = ((QUOTE_END, "end"), (THEMES, "middle"), (DECISIONS, "middle"), (ENDS - 10, "start"))

Strand = tuple[str, str, str]  # voice, way, and the key of the block before


class Block(NamedTuple):
    """A place in one column: its key ("" for threads that only pass), and its threads with their heights."""

    key: str
    strands: list[Strand]
    ys: list[float]
    above: float


@dataclass
class Layout:
    """Where everything stands. Each column maps a block's key to the block; ``rows`` a voice to its height."""

    rows: dict[str, float]
    columns: list[dict[str, Block]] = field(default_factory=list)
    height: float = 0

    def at(self, column: int, key: str, strand: Strand) -> float:
        block = self.columns[column][key]
        return block.ys[block.strands.index(strand)]


def _pass(route: Route, column: int) -> str:
    """The block of one column that a thread runs through: a real one, or a lane of its own kind."""
    if column == 0:
        return route.theme or (f"past-{route.decision or route.outcome}" if route.decision or route.outcome else "")
    if column == 1:
        return route.decision or (f"past-{route.outcome}" if route.outcome else "")
    return route.outcome


def _strand(route: Route, column: int) -> Strand:
    before = "" if column == 0 else _pass(route, column - 1)
    return (route.voice, route.way, before)


def _gather(
    all_routes: Sequence[Route], column: int, heights: dict[tuple[Strand, str], float]
) -> dict[str, list[Strand]]:
    """The threads of each block of a column, from the top down as they arrive."""
    found: dict[str, dict[Strand, float]] = {}
    for route in all_routes:
        key = _pass(route, column)
        if key:
            found.setdefault(key, {})[_strand(route, column)] = heights[(_strand(route, column), key)]
    return {key: sorted(arriving, key=lambda strand: arriving[strand]) for key, arriving in found.items()}


def _label_sizes(data: Weave) -> dict[str, tuple[float, float]]:
    """How much room each block's words need, above its threads and in all (outcomes have theirs at the side)."""
    sizes: dict[str, tuple[float, float]] = {}
    for theme in data.themes:
        lines = len(wrap(theme.name, 17, 190, 3, True))
        sizes[theme.key] = (lines * 21 + (20 if theme.note else 0) + 12, 40)
    for decision in data.decisions:
        lines = len(wrap(decision.name, 17, 168, 3, True)) + len(wrap(decision.note, 16, 168, 2))
        sizes[decision.key] = (lines * 21 + 14, 34)
    for outcome in data.outcomes:
        lines = len(wrap(outcome.name, 17, WIDTH - SAID, 4, True)) + len(wrap(outcome.note, 16, WIDTH - SAID, 2))
        sizes[outcome.key] = (0, lines * 21.0 + 8)
    return sizes


def _column(
    gathered: dict[str, list[Strand]], wanted: dict[str, float], sizes: dict[str, tuple[float, float]]
) -> dict[str, Block]:
    """Stacks the blocks of a column, in the order of where their threads come from."""
    order = sorted(gathered, key=lambda key: (wanted[key], key))
    above, heights = [], []
    for key in order:
        label, least = sizes.get(key, (0.0, 8.0))
        above.append(label)
        heights.append(label + max(least, (len(gathered[key]) - 1) * STEP + (24 if label else 8)))
    middles = [wanted[key] - label / 2 for key, label in zip(order, above, strict=True)]
    centres = settle(middles, heights, TOP, 20)
    blocks = {}
    for key, centre, label, height in zip(order, centres, above, heights, strict=True):
        middle = centre - height / 2 + label + (height - label) / 2
        count = len(gathered[key])
        first = middle - STEP * (count - 1) / 2
        blocks[key] = Block(key, gathered[key], [first + STEP * i for i in range(count)], label)
    return blocks


def _empty_blocks(data: Weave, column: int, gathered: dict[str, list[Strand]], below: float) -> dict[str, float]:
    """What no thread reaches stands at the foot of its column: it is named all the same."""
    items = (data.themes, data.decisions, data.outcomes)[column]
    missing = [item.key for item in items if item.key not in gathered]
    for key in missing:
        gathered[key] = []
    return {key: below + i for i, key in enumerate(missing)}


def _layout(data: Weave, all_routes: Sequence[Route]) -> Layout:
    voices = data.all_voices()
    layout = Layout({voice.key: TOP + 14 + ROW * i for i, voice in enumerate(voices)})
    below = TOP + ROW * len(voices)
    heights = {(_strand(r, 0), _pass(r, 0)): layout.rows[r.voice] for r in all_routes}
    sizes = _label_sizes(data)
    for column in range(3):
        gathered = _gather(all_routes, column, heights)
        wanted = {
            key: sum(heights[(strand, key)] for strand in strands) / len(strands) for key, strands in gathered.items()
        }
        wanted |= _empty_blocks(data, column, gathered, below)
        layout.columns.append(_column(gathered, wanted, sizes))
        if column < 2:
            heights = {
                (_strand(r, column + 1), _pass(r, column + 1)): layout.at(column, _pass(r, column), _strand(r, column))
                if _pass(r, column)
                else layout.rows[r.voice]
                for r in all_routes
            }
    lows = [max([*block.ys, 0]) for blocks in layout.columns for block in blocks.values()]
    layout.height = max([below, *(low + 44 for low in lows)])
    return layout


def _weft_places(arose: bool, threads: int) -> list[float]:
    count = min(8, max(4, threads + 2)) if arose else min(5, max(3, threads + 1))
    step = 15.0 if arose else 13.0
    return [THEMES + (i - (count - 1) / 2) * step for i in range(count)]


def _reach(route: Route, layout: Layout, ways: str) -> list[tuple[float, float]]:
    """The points that a thread passes, level at each; it leaves behind the last of its voice's knots."""
    start = spread(len(ways), layout.rows[route.voice], 9)[ways.index(route.way)]
    points = [(KNOTS + 11 + 27 * (len(ways) - 1), start)]
    if _pass(route, 0):
        y = layout.at(0, _pass(route, 0), _strand(route, 0))
        points += [(THEMES - 70, y), (THEMES + 70, y)]
    if _pass(route, 1):
        y = layout.at(1, _pass(route, 1), _strand(route, 1))
        points += [(DECISIONS - BESIDE, y), (DECISIONS + BESIDE, y)]
    if route.outcome:
        points.append((ENDS - 4, layout.at(2, route.outcome, _strand(route, 2))))
    return points


def _ended(
    points: list[tuple[float, float]], route: Route, data: Weave, turn: int
) -> tuple[list[tuple[float, float]], str]:
    """How a thread that reaches no outcome ends: frayed, waiting at its decision, or loose."""
    x, y = points[-1]
    state = next((d.state for d in data.decisions if d.key == route.decision), "")
    if state == "not_agreed":
        points[-1] = (DECISIONS, y)
        return points, fray(DECISIONS, y)
    if state:
        return [*points[:-1], (DECISIONS + 36 + 9 * (turn % 3), y)], ""
    far, drop = (34 + 11 * (turn % 4), (-10, 7, 3, -5)[turn % 4]) if route.theme else (48, 5)
    return [*points, (x + far, y + drop)], ""


def _threads(data: Weave, layout: Layout, voice: Voice, mine: Sequence[Route], turn: int) -> str:
    """All threads of one voice. A thread that divides is drawn once up to where it does."""
    drawn: set[tuple[str, str]] = set()
    paths, hits, ends = [], [], []
    for route in mine:
        points = _reach(route, layout, in_order(voice.ways))
        if not route.outcome:
            points, end = _ended(points, route, data, turn)
            ends.append(end)
        skip = 0
        if route.theme and (route.way, route.theme) in drawn:
            skip = 2
        if route.decision and (route.way, f"{route.theme}/{route.decision}") in drawn:
            skip = 4
        drawn |= {(route.way, route.theme), (route.way, f"{route.theme}/{route.decision}")}
        shown = points[skip:] if skip < len(points) - 1 else points[-2:]
        d = path_over(shown)
        hits.append(d)
        paths.append(halo(route.way, d) + stroke(route.way, d))
    knots = "".join(knot(way, KNOTS + 27 * i, layout.rows[voice.key]) for i, way in enumerate(in_order(voice.ways)))
    if voice.more:
        behind = f'<circle class="k k{voice.ways}" cx="{num(KNOTS - 5)}" cy="{num(layout.rows[voice.key])}" r="12"/>'
        knots = behind + knots
    return f'<path class="hit" d="{"".join(hits)}"/>' + "".join(paths) + "".join(ends) + knots


def _quote(voice: Voice, y: float) -> str:
    words, who = voice.words, voice.who
    first = f"“{cut(words, 16, QUOTE_END - 16)}”"
    if voice.more:
        first = ngettext("and %(n)s more", "and %(n)s more", voice.more) % {"n": voice.more}
    return text(QUOTE_END, y - 3, [first], "f16", "end") + text(
        QUOTE_END, y + 16, [cut(who, 16, QUOTE_END)], "f16 q", "end"
    )


def spoken(data: Weave, voice: Voice, mine: Sequence[Route]) -> str:
    """What a thread says to somebody who hears the picture: whose words, how they know, where they went."""
    names = {item.key: item.name for item in (*data.themes, *data.decisions, *data.outcomes)}
    ways = ", ".join(str(BY_LETTER[way].says) for way in in_order(voice.ways))
    who = ngettext("%(n)s more contribution", "%(n)s more contributions", voice.more) % {"n": voice.more}
    first = who if voice.more else f"“{voice.words}” {voice.who}"
    passed = list(dict.fromkeys(key for route in mine for key in route[2:] if key))
    went = ", ".join(names[key] for key in passed) or gettext("in no theme yet")
    return gettext("%(words)s. %(ways)s. Goes to: %(went)s.") % {"words": first, "ways": ways, "went": went}


def _theme_words(data: Weave, layout: Layout, going: set[str]) -> str:
    out = []
    for theme in data.themes:
        block = layout.columns[0][theme.key]
        lines = wrap(theme.name, 17, 190, 3, True)
        notes = [cut(theme.note, 16, 200)] if theme.note else []
        y = (block.ys[0] if block.ys else TOP) - block.above + 8 if block.ys else layout.height - 24
        label = text(THEMES, y, lines, "f17 b halo-text" + (" arose" if theme.arose else ""), "middle", leading=21)
        label += text(THEMES, y + 21 * len(lines), notes, "f16 q halo-text", "middle")
        out.append(linked(theme.url, f"{theme.name}. {theme.note}", label))
        if block.ys and theme.key not in going:
            out.append(
                text(
                    THEMES + 146, (block.ys[0] + block.ys[-1]) / 2 + 6, [gettext("no decision yet")], "f16 q halo-text"
                )
            )
    return "".join(out)


def _decision_words(data: Weave, layout: Layout) -> str:
    out = []
    for decision in data.decisions:
        block = layout.columns[1][decision.key]
        lines = wrap(decision.name, 17, 168, 3, True)
        notes = wrap(decision.note, 16, 168, 2)
        y = block.ys[0] - block.above + 8 if block.ys else layout.height - 24
        label = text(DECISIONS, y, lines, "f17 b halo-text", "middle", leading=21)
        label += text(DECISIONS, y + 21 * len(lines), notes, "f16 halo-text", "middle", leading=21)
        out.append(linked(decision.url, f"{decision.name}. {decision.note}", label))
    return "".join(out)


def _outcome_words(outcome: Outcome, block: Block, height: float) -> str:
    lines = wrap(outcome.name, 17, WIDTH - SAID, 4, True)
    notes = wrap(outcome.note, 16, WIDTH - SAID, 2)
    ys = block.ys or [height - 30]
    middle = (ys[0] + ys[-1]) / 2
    y = middle - 21 * (len(lines) + len(notes) - 1) / 2 + 6
    label = text(SAID, y, notes, "f16 q", leading=21) + text(SAID, y + 21 * len(notes), lines, "f17 b", leading=21)
    drawn = outcome_end(outcome.state, ENDS, ys[0] - 9, ys[-1] + 9)
    return linked(outcome.url, f"{outcome.note}: {outcome.name}", drawn + label)


def _cloths(data: Weave, layout: Layout) -> tuple[str, str]:
    """The wefts below all threads, and the crossings above them."""
    below, above = [], []
    for theme in data.themes:
        block = layout.columns[0][theme.key]
        if block.ys:
            kind = "arose" if theme.arose else "agenda"
            xs = _weft_places(theme.arose, len(block.ys))
            below.append(wefts(xs, block.ys[0] - 11, block.ys[-1] + 11, kind))
            above.append(crossings(xs, block.ys, kind, "".join(way for _, way, _ in block.strands)))
    for decision in data.decisions:
        block = layout.columns[1][decision.key]
        if block.ys and decision.state == "agreed":
            xs = [DECISIONS - 6.0, DECISIONS + 7.0]
            below.append(wefts(xs, block.ys[0] - 11, block.ys[-1] + 11, "decision"))
            above.append(crossings(xs, block.ys, "decision", "".join(way for _, way, _ in block.strands)))
    return "".join(below), "".join(above)


def _described(data: Weave) -> str:
    kept = gettext("%(v)s contributions, %(t)s themes, %(d)s decisions, %(o)s outcomes. The same is in a table.")
    count = len(data.voices) + sum(m.count for m in data.more)
    return kept % {"v": count, "t": len(data.themes), "d": len(data.decisions), "o": len(data.outcomes)}


def _heads() -> str:
    names = (gettext("What was brought"), gettext("Themes"), gettext("Decisions"), gettext("What came of it"))
    heads = "".join(text(x, 16, [name], "f17", anchor) for (x, anchor), name in zip(HEADS, names, strict=True))
    return heads + f'<path class="rule" d="M0 36H{WIDTH}"/>'


def weave_wide(data: Weave) -> SafeString:
    """The weave from left to right, 1080 wide."""
    all_routes = routes(data)
    layout = _layout(data, all_routes)
    below, above = _cloths(data, layout)
    body = [_heads(), below]
    for turn, voice in enumerate(data.all_voices()):
        mine = [route for route in all_routes if route.voice == voice.key]
        drawn = _threads(data, layout, voice, mine, turn) + _quote(voice, layout.rows[voice.key])
        body.append(linked(voice.url, spoken(data, voice, mine), drawn, "strand"))
    going = {route.theme for route in all_routes if route.decision or route.outcome}
    body += [above, _theme_words(data, layout, going), _decision_words(data, layout)]
    body += [_outcome_words(o, layout.columns[2][o.key], layout.height) for o in data.outcomes]
    title = gettext("From words to change")
    return figure_svg(
        f"{data.key}-wide", title, _described(data), (WIDTH, layout.height + 10), "".join(body), links=True
    )


def weave(data: Weave) -> SafeString:
    """The weave for wide pages, and for narrow ones the same threads running down, one theme at a time."""
    return both(weave_wide(data), weave_strips(data), full=True)
