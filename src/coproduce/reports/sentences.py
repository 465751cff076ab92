"""Sentences that say what the figures show. Plain, and true of the numbers they are made from."""

from datetime import date
from math import ceil, floor
from statistics import NormalDist
from uuid import UUID

from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce.decisions.models import ProposalState
from coproduce.outcomes.models import State
from coproduce.reports.queries.account import Came, Knowledge
from coproduce.reports.queries.weave import Woven
from coproduce.themes.models import Origin
from coproduce.ways import BY_LETTER, WAYS
from coproduce_methods.knowing import Knowing, Share, Waiting
from coproduce_methods.participation import GroupShare

FEW = 4
ANY_OF_15_PAIRS = NormalDist().inv_cdf(1 - 0.025 / 15)
"""Of six ways of knowing the two furthest apart are named: any pair might have been (Bonferroni)."""


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


def in_a_hundred(share: Share) -> str:
    """A share with its range, rounded outwards: *67, from 29 to 91*; nothing of nothing."""
    if share.share is None or share.low is None or share.high is None:
        return ""
    return _("%(share)d, from %(low)d to %(high)d") % {
        "share": round(100 * share.share),
        "low": floor(100 * share.low),
        "high": ceil(100 * share.high),
    }


def heard_says(method: Knowing) -> str:
    """How many ways of knowing were heard, and how equally."""
    heard = sum(bool(uptake.mentions) for uptake in method.uptakes)
    if heard < 2 or method.effective is None:
        return ""
    every = {"heard": heard, "all": len(WAYS)}
    if method.effective >= heard - 0.5:
        return _("People spoke from %(heard)d of the %(all)d ways of knowing, about equally often.") % every
    return _(
        "People spoke from %(heard)d of the %(all)d ways of knowing, some more often than others: "
        "it is as varied as if %(alike)d of them had been heard equally."
    ) % {**every, "alike": round(method.effective)}


def took_says(took: Waiting) -> list[str]:
    """How long it took from words to a decision, and how many wait."""
    said = []
    if took.median is not None and took.reached >= FEW:
        days = formats.number_format(took.median, 0)
        said.append(_("Half of what reached a decision did so within %(days)s days of being said.") % {"days": days})
        if took.low is not None and took.high is not None and took.low < took.high:
            said.append(
                _("By chance alone it could as well be %(low)s to %(high)s days.")
                % {"low": formats.number_format(took.low, 0), "high": formats.number_format(took.high, 0)}
            )
    if took.waiting and took.reached:
        said.append(
            ngettext(
                "One thing has not reached a decision so far.",
                "%(n)d things have not reached a decision so far.",
                took.waiting,
            )
            % {"n": took.waiting}
        )
    return said


def equally_says(gini: float) -> str:
    """How equally people brought things, on a scale that anybody can read."""
    return _("From 0, where everybody brings as much, to 100, where one person brings everything, this is %(n)d.") % {
        "n": round(100 * gini)
    }


def times_all(share: GroupShare) -> str:
    """How much a group brought for its size, beside all people, with the range."""
    if share.ratio is None:
        return ""
    ratio = formats.number_format(share.ratio, 1)
    if share.low is None or share.high is None:
        return _("For each person %(ratio)s times as much as all people on average.") % {"ratio": ratio}
    return _("For each person %(ratio)s times as much as all people on average (from %(low)s to %(high)s).") % {
        "ratio": ratio,
        "low": formats.number_format(share.low, 1),
        "high": formats.number_format(share.high, 1),
    }


def account_says(known: Knowledge, came: Came) -> list[str]:
    """The sentences of honesty: whose knowledge reached decisions, and whose did not."""
    said = _most_and_least(known.method) if came.decisions else []
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


def _most_and_least(method: Knowing) -> list[str]:
    """Which way of knowing reached decisions most often, which least, and whether that is more than chance."""
    shares = [
        (uptake.reached.share, uptake)
        for uptake in method.uptakes
        if uptake.reached.share is not None and uptake.mentions >= FEW
    ]
    if len(shares) < 2:
        return []
    _most_share, most = max(shares, key=lambda pair: pair[0])
    _least_share, least = min(shares, key=lambda pair: pair[0])
    if most.way == least.way or most.reached.share == least.reached.share:
        return []
    said = _(
        "What “%(most)s” tells reached a decision most often: %(m)d of %(mo)d. "
        "What “%(least)s” tells did so %(l)d times in %(lo)d."
    ) % {
        "most": BY_LETTER[most.way].says,
        "m": most.reached.count,
        "mo": most.mentions,
        "least": BY_LETTER[least.way].says,
        "l": least.reached.count,
        "lo": least.mentions,
    }
    sure = method.compare(most.way, least.way, ANY_OF_15_PAIRS).is_sure
    chance = _("That is more than chance makes.") if sure else _("With so few, that may be chance.")
    return [f"{said} {chance}"]
