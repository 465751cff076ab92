"""A count in sentences that a person can follow with a pencil, step by step."""

from collections.abc import Sequence

from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coproduce_methods.votes import APPROVAL, RANKED, SCORE, Chain, Count, Pair

MOST_PAIRS = 45
"""Pairs that are told in words; the table below the picture holds all."""


def sentences_of(count: Count, options: Sequence[str]) -> list[str]:
    """How the count came about, from the papers to what came first."""
    names = [_("“%s”") % words for words in options]
    if not count.papers:
        return [_("Nobody voted, so nothing was counted.")]
    said = [_rule(count.rule)]
    if count.blank:
        said.append(
            ngettext(
                "One paper was blank. It counts as a vote that was given, for none of these.",
                "%(n)s papers were blank. They count as votes that were given, for none of these.",
                count.blank,
            )
            % {"n": count.blank}
        )
    said += _steps(count, names)
    return [*said, _outcome(count, names)]


def _rule(rule: str) -> str:
    return {
        APPROVAL: _(
            "Each person ticked every one that is good enough for them. Each tick counts as one. "
            "The one with most ticks comes first."
        ),
        SCORE: _(
            "Each person gave each one from 0 to 5 points. What was left out counts as 0. All points are added up, "
            "and the one with most points comes first."
        ),
        RANKED: _(
            "Each two were set beside each other: how many people put the one before the other? "
            "What somebody left out stands below all that they put in order."
        ),
    }[rule]


def _steps(count: Count, names: Sequence[str]) -> list[str]:
    if count.rule == APPROVAL:
        return [
            ngettext("%(name)s: one tick.", "%(name)s: %(n)s ticks.", row.figure)
            % {"name": names[row.option], "n": row.figure}
            for row in count.placed
        ]
    if count.rule == SCORE:
        return [_points(row.figure, row.spread, names[row.option]) for row in count.placed]
    return [_beside(pair, names) for pair in count.pairs[:MOST_PAIRS]] + _circle(count, names)


def _points(total: int, spread: Sequence[int], name: str) -> str:
    given = [
        ngettext("%(points)s from one person", "%(points)s from %(n)s people", n) % {"points": points, "n": n}
        for points, n in reversed(list(enumerate(spread)))
        if n
    ]
    said = ngettext("%(name)s: one point in all", "%(name)s: %(n)s points in all", total) % {"name": name, "n": total}
    return _("%(said)s (%(given)s).") % {"said": said, "given": get_text_list(given, _("and"))}


def _beside(pair: Pair, names: Sequence[str]) -> str:
    one, other = (pair.one, pair.other) if pair.margin >= 0 else (pair.other, pair.one)
    more, fewer = max(pair.above, pair.below), min(pair.above, pair.below)
    if more == fewer:
        return _("%(one)s and %(other)s are level: %(n)s each way.") % {
            "one": names[one],
            "other": names[other],
            "n": more,
        }
    return ngettext(
        "%(one)s wins against %(other)s: one person put it before, %(fewer)s after.",
        "%(one)s wins against %(other)s: %(more)s people put it before, %(fewer)s after.",
        more,
    ) % {"one": names[one], "other": names[other], "more": more, "fewer": fewer}


def _circle(count: Count, names: Sequence[str]) -> list[str]:
    if count.beats_all is not None:
        return [_("%(name)s wins against each of the others.") % {"name": names[count.beats_all]}]
    if not count.chains:
        return []
    said = [
        _("No one wins against all the others: the wins go round in a circle."),
        _(
            "So we look at chains of wins, where each wins against the next. A chain is only as strong as its "
            "closest win. The one with the stronger chain to the other comes before it."
        ),
    ]
    return said + [_settled(chain, names) for chain in count.chains if chain.one in count.first]


def _settled(chain: Chain, names: Sequence[str]) -> str:
    return _(
        "From %(one)s to %(other)s there is a chain (%(along)s) whose every win is by at least %(strength)s. "
        "The strongest one back (%(back)s) holds only wins by %(strength_back)s or more. "
        "So %(one)s comes before %(other)s."
    ) % {
        "one": names[chain.one],
        "other": names[chain.other],
        "along": " → ".join(names[i] for i in chain.along),
        "strength": chain.strength,
        "back": " → ".join(names[i] for i in chain.back),
        "strength_back": chain.strength_back,
    }


def _outcome(count: Count, names: Sequence[str]) -> str:
    if not count.first:
        return _("Every paper was blank, so nothing came first.")
    if len(count.first) == 1:
        return _("So %(name)s came first.") % {"name": names[count.first[0]]}
    tied = get_text_list([names[i] for i in count.first], _("and"))
    return _("So %(names)s tie. The count does not choose between them, and neither does chance: people do.") % {
        "names": tied
    }
