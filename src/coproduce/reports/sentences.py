"""Sentences that say what the figures show. Plain, and true of the numbers they are made from."""

from datetime import date
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce.decisions.models import ProposalState
from coproduce.outcomes.models import State
from coproduce.reports.queries.account import Came, Knowledge
from coproduce.reports.queries.weave import Woven
from coproduce.themes.models import Origin
from coproduce.ways import BY_LETTER

FEW = 4


def season_names(seasons: list[tuple[str, date, date]]) -> dict[str, str]:
    """*March to November 2025*, for each season."""
    named = {}
    for name, first, last in seasons:
        begins = formats.date_format(first, "F" if first.year == last.year else "F Y")
        ends = formats.date_format(last, "F Y")
        same = first.year == last.year and first.month == last.month
        named[name] = ends if same else _("%(begins)s to %(ends)s") % {"begins": begins, "ends": ends}
    return named


def weave_says(woven: Woven) -> list[str]:
    """What the weave shows, in sentences: what reached most, what was not agreed, what nobody planned, what waits."""
    reached = _proposals_reached(woven)
    said = [_reached_most(woven, reached)] if reached else []
    for proposal, _into, _own in woven.proposals:
        if proposal.state == ProposalState.NOT_AGREED:
            said.append(_("“%(name)s” was not agreed, and the reasons are kept.") % {"name": proposal.title})
    unplanned = [standing.outcome.title for standing, *_sources in woven.outcomes if not standing.outcome.expected]
    if unplanned:
        said.append(
            ngettext(
                "Nobody planned “%(first)s”.",
                "Nobody planned “%(first)s”, nor %(n)d other things that came of it.",
                len(unplanned),
            )
            % {"first": unplanned[0], "n": len(unplanned) - 1}
        )
    waiting = [one.theme.name for one in woven.themes if one.theme.pk not in reached]
    if waiting:
        said.append(
            ngettext(
                "Nothing has been decided from “%(first)s” so far.",
                "Nothing has been decided so far from “%(first)s”, nor from %(n)d other themes.",
                len(waiting),
            )
            % {"first": waiting[0], "n": len(waiting) - 1}
        )
    return said


def _proposals_reached(woven: Woven) -> dict[UUID, int]:
    counts = {
        one.theme.pk: sum(one.theme.pk in into for _proposal, into, _own in woven.proposals) for one in woven.themes
    }
    return {pk: count for pk, count in counts.items() if count}


def _reached_most(woven: Woven, reached: dict[UUID, int]) -> str:
    most = max(reached, key=lambda pk: reached[pk])
    theme = next(one.theme for one in woven.themes if one.theme.pk == most)
    if theme.origin == Origin.EMERGED:
        return _("No theme went into more proposals than “%(name)s”, and nobody had it on a list.") % {
            "name": theme.name
        }
    return _("No theme went into more proposals than “%(name)s”. It was there from the start.") % {"name": theme.name}


def account_says(known: Knowledge, came: Came) -> list[str]:
    """The sentences of honesty: whose knowledge reached decisions, and whose did not."""
    shares = [
        (uptake.reached.share, uptake)
        for uptake in known.method.uptakes
        if uptake.reached.share is not None and uptake.mentions >= FEW
    ]
    said = []
    if len(shares) > 1 and came.decisions:
        _most_share, most = max(shares, key=lambda pair: pair[0])
        _least_share, least = min(shares, key=lambda pair: pair[0])
        if most.way != least.way and most.reached.share != least.reached.share:
            said.append(
                _(
                    "What “%(most)s” tells reached a decision most often: %(m)d of %(mo)d. "
                    "What “%(least)s” tells did so %(l)d times in %(lo)d."
                )
                % {
                    "most": BY_LETTER[most.way].says,
                    "m": most.reached.count,
                    "mo": most.mentions,
                    "least": BY_LETTER[least.way].says,
                    "l": least.reached.count,
                    "lo": least.mentions,
                }
            )
    silent = [str(BY_LETTER[uptake.way].says) for uptake in known.method.uptakes if not uptake.mentions]
    if silent and known.contributions:
        said.append(_("Nobody has yet spoken from: %(ways)s.") % {"ways": ", ".join(silent)})
    waiting = len(came.outcomes[State.NOT_YET])
    if waiting:
        said.append(
            ngettext(
                "One thing was asked for and has no answer yet.",
                "%(n)d things were asked for and have no answer yet.",
                waiting,
            )
            % {"n": waiting}
        )
    return said
