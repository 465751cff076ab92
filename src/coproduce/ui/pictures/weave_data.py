"""What the weave is drawn from, and which thread goes where.

The caller hands over what is linked to what. ``routes`` works out every thread: from somebody's words
through a theme and a decision to what came of it, or to where it ends.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

from coproduce.ways import in_order


class Voice(NamedTuple):
    """Somebody's words. key: unique among all keys ("c12"); ways: letters; who: as they asked to be shown.

    more: 0, or how many contributions this one thread stands for (made by ``Weave.all_voices`` from ``More``,
    ``who`` is the theme's name then).
    """

    key: str
    words: str
    who: str
    ways: str
    url: str = ""
    more: int = 0


class Theme(NamedTuple):
    """note: "on our first agenda", "arose in June"; arose: on no agenda."""

    key: str
    name: str
    note: str = ""
    arose: bool = False
    url: str = ""


class Decision(NamedTuple):
    """state: ``agreed``, ``not_agreed`` or ``open`` (people are still reading); note: a few words below the name."""

    key: str
    name: str
    note: str = ""
    state: str = "agreed"
    url: str = ""


class Outcome(NamedTuple):
    """state: ``done``, ``partly``, ``not_because``, ``not_yet`` or ``unplanned``; note: "Done, in July"."""

    key: str
    name: str
    note: str = ""
    state: str = "done"
    url: str = ""


class More(NamedTuple):
    """``count`` contributions of one way of knowing in one theme that are not drawn one by one."""

    theme: str
    way: str
    count: int
    url: str = ""


@dataclass(frozen=True)
class Weave:
    """The whole picture. voices: oldest first; links: (source key, target key) for every link that is drawn,
    contribution → theme, contribution or theme → decision, and any of the three → outcome.

    Where a decision (or outcome) names contributions of a theme, only their threads go on to it; where it
    names the theme alone, all of the theme's threads do.
    """

    key: str
    voices: Sequence[Voice]
    themes: Sequence[Theme]
    decisions: Sequence[Decision]
    outcomes: Sequence[Outcome]
    links: Sequence[tuple[str, str]]
    more: Sequence[More] = ()

    def all_voices(self) -> list[Voice]:
        """The voices, then one for each bundle."""
        names = {theme.key: theme.name for theme in self.themes}
        bundles = [
            Voice(f"more-{m.theme}-{m.way}", "", names.get(m.theme, ""), m.way, m.url, m.count)
            for m in self.more
            if m.count > 0
        ]
        return [*self.voices, *bundles]


class Route(NamedTuple):
    """One thread: whose, in which way of knowing, and the keys it passes. "" where it passes none."""

    voice: str
    way: str
    theme: str
    decision: str
    outcome: str


class _Sources:
    """For each target: which keys it names as its sources."""

    def __init__(self, links: Iterable[tuple[str, str]]) -> None:
        self.of: dict[str, list[str]] = {}
        for source, target in links:
            self.of.setdefault(target, []).append(source)

    def takes(self, target: str, voice: str, theme: str, theme_voices: set[str]) -> bool:
        named = self.of.get(target, [])
        if voice in named:
            return True
        return bool(theme) and theme in named and not theme_voices.intersection(named)


def routes(data: Weave) -> list[Route]:
    """Every thread of the picture, in the order of the voices, then of their ways, themes, decisions, outcomes."""
    sources = _Sources([*data.links, *((f"more-{m.theme}-{m.way}", m.theme) for m in data.more)])
    voices = data.all_voices()
    drawn = {voice.key for voice in voices}
    members = {theme.key: drawn.intersection(sources.of.get(theme.key, [])) for theme in data.themes}
    out: list[Route] = []
    for voice in voices:
        themes = [theme.key for theme in data.themes if voice.key in members[theme.key]]
        for way in in_order(voice.ways):
            for theme in themes or [""]:
                takes = partial(sources.takes, voice=voice.key, theme=theme, theme_voices=members.get(theme, set()))
                out += _onward(data, sources, Route(voice.key, way, theme, "", ""), takes)
    return out


def _onward(data: Weave, sources: _Sources, start: Route, takes: Callable[[str], bool]) -> list[Route]:
    """Where a thread goes from its theme. takes: whether a decision or outcome is made from it."""
    out = []
    told: set[str] = set()
    for decision in data.decisions:
        if not takes(decision.key):
            continue
        after = [o.key for o in data.outcomes if decision.key in sources.of.get(o.key, [])]
        told.update(after)
        out += [start._replace(decision=decision.key, outcome=outcome) for outcome in after or [""]]
    for outcome in data.outcomes:
        direct = takes(outcome.key)
        if direct and outcome.key not in told and not _through_a_decision(data, sources, outcome.key, start):
            out.append(start._replace(outcome=outcome.key))
    return out or [start]


def _through_a_decision(data: Weave, sources: _Sources, outcome: str, start: Route) -> bool:
    """An outcome that names a theme *and* a decision of that theme is drawn through the decision only."""
    named = sources.of.get(outcome, [])
    if start.voice in named:
        return False
    decisions = {decision.key for decision in data.decisions}.intersection(named)
    return any(start.theme in sources.of.get(decision, []) for decision in decisions)
