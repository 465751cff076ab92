"""From what the queries found to what the pictures are drawn from."""

from collections.abc import Iterable
from datetime import date
from typing import Any, NamedTuple
from uuid import UUID

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _

from coproduce.contributions.models import Contribution
from coproduce.decisions.models import Proposal, ProposalState
from coproduce.deliberation.models import Statement
from coproduce.deliberation.queries import group_name
from coproduce.outcomes.models import State
from coproduce.outcomes.queries import Standing
from coproduce.reports.models import KeptAccount
from coproduce.reports.queries.account import Knowledge, Relations
from coproduce.reports.queries.did import Step, Trace
from coproduce.reports.queries.weave import Woven, WovenTheme
from coproduce.reports.sentences import (
    equally_says,
    heard_says,
    in_a_hundred,
    season_names,
    times_all,
    took_says,
)
from coproduce.spaces.models import Space
from coproduce.themes.models import Origin
from coproduce.ui.pictures.did import Event, did
from coproduce.ui.pictures.relations import LINES_AT_MOST, Tie, relations
from coproduce.ui.pictures.relations import Relations as RelationsPicture
from coproduce.ui.pictures.warp import Known, Warp, knowledge_warp
from coproduce.ui.pictures.weave_data import Decision, More, Theme, Voice, Weave
from coproduce.ui.pictures.weave_data import Outcome as OutcomeEnd
from coproduce.ui.words import shortened
from coproduce_methods.knowing import Knowing, Share, Uptake, Waiting
from coproduce_methods.participation import GroupShare

OUTCOME_STATES = {State.DONE: "done", State.PARTLY: "partly", State.NOT_BECAUSE: "not", State.NOT_YET: "not_yet"}


def month(day: Any) -> str:
    """A month as people say it: *March 2026*."""
    return formats.date_format(day, "F Y")


def theme_note(origin: str, since: Any) -> str:
    """Where a theme came from, in a few words."""
    if origin == Origin.AGENDA:
        return _("on our first agenda")
    return _("arose in %(month)s") % {"month": month(since)}


def outcome_note(standing: Standing) -> str:
    """The state of an outcome in words, with its month."""
    now = standing.now
    if not standing.outcome.expected:
        return _("Nobody planned it")
    if now.state == State.DONE:
        return _("Done, %(month)s") % {"month": month(now.at)}
    if now.state == State.PARTLY:
        return _("Partly")
    if now.state == State.NOT_BECAUSE:
        return _("Not done, and why")
    first = standing.first_asked or now.asked_on
    return _("Not yet. Asked %(day)s") % {"day": formats.date_format(first, "j F Y") if first else ""}


def _state(standing: Standing) -> str:
    return OUTCOME_STATES[State(standing.now.state)] if standing.outcome.expected else "unplanned"


def _voice(space: Space, one: Contribution) -> Voice:
    url = reverse("contributions:contribution", args=[space.slug, one.pk])
    # Words that carry a note are not put before anybody's eyes without it.
    words = _("With a note: %(note)s") % {"note": one.content_note} if one.content_note else one.words
    return Voice(f"c{one.pk.hex}", shortened(" ".join(words.split()), 60), one.shown_name, one.ways, url)


def _theme(space: Space, woven: WovenTheme) -> Theme:
    theme = woven.theme
    url = reverse("themes:theme", args=[space.slug, theme.pk])
    note = theme_note(theme.origin, woven.since)
    return Theme(f"t{theme.pk.hex}", theme.name, note, theme.origin == Origin.EMERGED, url)


def _decision(space: Space, proposal: Proposal) -> Decision:
    states = {ProposalState.AGREED: "agreed", ProposalState.NOT_AGREED: "not_agreed", ProposalState.OPEN: "open"}
    notes = {
        ProposalState.AGREED: "",
        ProposalState.NOT_AGREED: _("Not agreed. The reasons are kept."),
        ProposalState.OPEN: _("Being read"),
    }
    state = ProposalState(proposal.state)
    url = reverse("decisions:proposal", args=[space.slug, proposal.pk])
    return Decision(f"p{proposal.pk.hex}", proposal.title, notes[state], states[state], url)


def _outcome(space: Space, standing: Standing) -> OutcomeEnd:
    outcome = standing.outcome
    url = reverse("outcomes:outcome", args=[space.slug, outcome.pk])
    return OutcomeEnd(f"o{outcome.pk.hex}", outcome.title, outcome_note(standing), _state(standing), url)


def _more(space: Space, woven: WovenTheme) -> list[More]:
    counts: dict[str, int] = {}
    for ways, n in woven.more.items():
        for letter in ways[:1]:
            counts[letter] = counts.get(letter, 0) + n
    url = reverse("themes:theme", args=[space.slug, woven.theme.pk])
    most = sorted(counts, key=lambda letter: -counts[letter])
    return [More(f"t{woven.theme.pk.hex}", letter, counts[letter], url) for letter in most]


def _keys(letter: str, ids: Iterable[UUID]) -> list[str]:
    return [f"{letter}{pk.hex}" for pk in sorted(ids)]


def weave_picture(space: Space, woven: Woven, *, bundles: int) -> Weave:
    """What the weave is drawn from. bundles: for how many ways of each theme, those most spoken from first, there is
    also a thread for all the words that are not drawn one by one.
    """
    words = {one.pk: one for theme in woven.themes for one in theme.chosen} | {one.pk: one for one in woven.direct}
    oldest_first = sorted(words.values(), key=lambda one: (one.said_on, one.pk))
    links = [(f"c{one.pk.hex}", f"t{theme.theme.pk.hex}") for theme in woven.themes for one in theme.chosen]
    for proposal, themes, contributions in woven.proposals:
        links += [(key, f"p{proposal.pk.hex}") for key in _keys("t", themes) + _keys("c", contributions)]
    for standing, decided, themes, contributions in woven.outcomes:
        sources = _keys("p", decided) + _keys("t", themes) + _keys("c", contributions)
        links += [(key, f"o{standing.outcome.pk.hex}") for key in sources]
    return Weave(
        "weave",
        [_voice(space, one) for one in oldest_first],
        [_theme(space, theme) for theme in woven.themes],
        [_decision(space, proposal) for proposal, _in, _own in woven.proposals],
        [_outcome(space, standing) for standing, _decided, _in, _own in woven.outcomes],
        links,
        [more for theme in woven.themes for more in _more(space, theme)[:bundles]],
    )


def did_events(steps: Iterable[Step]) -> list[Event]:
    """The steps of a trace as the picture has them."""
    return [
        Event(formats.date_format(step.on, "j F Y"), step.what, step.more, step.url, step.link, step.on.isoformat())
        for step in steps
    ]


def did_drawn(trace: Trace) -> Any:
    """The picture of what one contribution did."""
    return did(trace.contribution.ways, did_events(trace.steps), trace.still_open)


def warp_of(space: Space, found: Knowledge) -> Any:
    """The picture of knowledge: threads that reached a decision, and threads that wait."""
    ways = [
        Known(
            uptake.way,
            uptake.mentions,
            uptake.reached.count,
            reverse("reports:rows", args=[space.slug, f"brought-{uptake.way}"]),
        )
        for uptake in found.method.uptakes
    ]
    return knowledge_warp(Warp("knowledge", ways))


def shares_of(rows: Iterable[tuple[Iterable[str], GroupShare]]) -> list[tuple[str, int, int, str]]:
    """Each group with how many people it has, what they brought, and how that is for its size."""
    return [(short_name(tuple(row)), share.people, round(share.turns), times_all(share)) for row, share in rows]


class WayRow(NamedTuple):
    """One line of the table of knowledge. ``hundred``: of every hundred, with the range."""

    way: str
    brought: int
    reached: int
    hundred: str


def way_rows(method: Knowing) -> list[WayRow]:
    """Each way of knowing with what was brought and what reached a decision."""
    return [
        WayRow(uptake.way, uptake.mentions, uptake.reached.count, in_a_hundred(uptake.reached))
        for uptake in method.uptakes
    ]


def kept_numbers(account: KeptAccount) -> dict[str, Any]:
    """What an account that was kept says, in the words of the page."""
    found = {one.method: one.result for one in account.analyses.all()}
    drawn: dict[str, Any] = {"analyses": list(account.analyses.all())}
    if "knowing" in found:
        plain = found["knowing"]
        uptakes = tuple(Uptake(one["way"], one["mentions"], Share(**one["reached"])) for one in plain["uptakes"])
        method = Knowing(**{**plain, "uptakes": uptakes})
        drawn |= {"known": method, "ways": way_rows(method), "heard": heard_says(method)}
    if "emergence" in found:
        share = Share(**found["emergence"])
        drawn |= {"arose": share, "arose_hundred": in_a_hundred(share)}
    if "waiting" in found:
        drawn["took"] = took_says(Waiting(**found["waiting"]))
    if "participation" in found:
        plain = found["participation"]
        shares = [(row, GroupShare(**share)) for row, share in plain["rows"]]
        drawn |= {"equal": plain, "equally": equally_says(plain["gini"]), "shares": shares_of(shares)}
    if "ties" in found:
        drawn |= {"related": found["ties"], "seasons": _seasons_kept(found["ties"])}
        drawn["joined"] = [group_name(row) for row in found["ties"]["joined"]]
    return drawn


def _seasons_kept(plain: dict[str, Any]) -> list[dict[str, Any]]:
    seasons = [(name, date.fromisoformat(first), date.fromisoformat(last)) for name, first, last in plain["seasons"]]
    names = season_names(seasons)
    return [
        {
            "name": names[period["period"]],
            "period": period,
            "between": [
                (short_name(tuple(cell["sources"])), short_name(tuple(cell["targets"])), cell["ties"])
                for cell in period["between"]
            ],
        }
        for period in plain["periods"]
    ]


def kept_claims(claims: Iterable[tuple[Statement, dict[str, Any]]]) -> list[dict[str, Any]]:
    """Claims with how people saw them then: everybody, and each group that may be shown."""
    return [
        {
            "claim": claim,
            "total": then["total"],
            "rows": [(group_name(row["groups"]), row) for row in then["rows"]],
        }
        for claim, then in claims
    ]


def short_name(groups: tuple[str, ...]) -> str:
    """The name of a group in a picture: where more than two were joined, *Carers and others*. A sentence names all."""
    if len(groups) <= 2:
        return group_name(groups)
    return _("%(first)s and others") % {"first": group_name(groups[:1])}


def relations_of(found: Relations, names: dict[str, str]) -> list[Any]:
    """A picture for each season, on one scale."""
    rows = found.ties.rows
    most = max((cell.ties for period in found.ties.periods for cell in period.between), default=0)
    per_line = max(1, -(-most // LINES_AT_MOST))
    drawn = []
    for period in found.ties.periods:
        both: dict[tuple[int, int], int] = {}
        for cell in period.between:
            one, other = sorted((rows.index(cell.sources), rows.index(cell.targets)))
            both[one, other] = both.get((one, other), 0) + cell.ties
        ties = [Tie(one, other, count) for (one, other), count in both.items() if count]
        data = RelationsPicture(
            f"relations-{period.period}", names[period.period], [short_name(row) for row in rows], ties, per_line
        )
        named = [(short_name(cell.sources), short_name(cell.targets), cell.ties) for cell in period.between]
        drawn.append((names[period.period], relations(data), period, named))
    return drawn


def weave_table(space: Space, woven: Woven) -> list[dict[str, Any]]:
    """The weave as rows: each theme with its words, the decisions it reached and what came of them."""
    outcomes_of: dict[UUID, list[Standing]] = {}
    direct: dict[UUID, list[Standing]] = {}
    for standing, decided, themes, _own in woven.outcomes:
        for pk in decided:
            outcomes_of.setdefault(pk, []).append(standing)
        for pk in themes:
            direct.setdefault(pk, []).append(standing)
    rows = []
    for theme in woven.themes:
        proposals = [proposal for proposal, into, _own in woven.proposals if theme.theme.pk in into]
        came = [one for proposal in proposals for one in outcomes_of.get(proposal.pk, [])]
        came = list({one.outcome.pk: one for one in [*came, *direct.get(theme.theme.pk, [])]}.values())
        rows.append(
            {
                "theme": _theme(space, theme),
                "words": [_voice(space, one) for one in theme.chosen],
                "more": theme.total - len(theme.chosen),
                "decisions": [_decision(space, one) for one in proposals],
                "outcomes": [_outcome(space, one) for one in came],
            }
        )
    return rows
