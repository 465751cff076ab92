"""Results made ready for a page: rows of marks, their sentences and tables, and the map with its words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from coproduce.deliberation.models import OpinionMap, Statement
from coproduce.deliberation.queries import Claim, group_name, shown_claims, ways_of_people
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.ui.pictures.agreement import Row, agreement_key, agreement_marks, people_a_mark
from coproduce.ui.pictures.opinion import OpinionMap as MapPicture
from coproduce.ui.pictures.opinion import Point, group_mark, opinion_map
from coproduce.ways import BY_LETTER

# ── agreement by standpoint ──────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class AgreementFigure:
    """One claim as it is drawn.

    marks: "" where too few answered; key: what the marks mean, "" where it was just said.
    """

    claim: Claim
    marks: SafeString | str
    key: SafeString | str
    rows: list[Row]
    notes: list[str]


def agreement_figures(claims: Sequence[Claim], threshold: int) -> list[AgreementFigure]:
    """The claims of one section; what the marks mean is said at the first, and again where it changes."""
    figures, said = [], 0
    for claim in claims:
        rows = _rows(claim)
        each = people_a_mark(rows)
        key = agreement_key(each) if rows and each != said else ""
        said = each if rows else said
        figures.append(
            AgreementFigure(claim, agreement_marks(rows) if rows else "", key, rows, _notes(claim, threshold))
        )
    return figures


def _rows(claim: Claim) -> list[Row]:
    agreement = claim.agreement
    if agreement is None or agreement.total is None:
        return []
    shown = sorted(agreement.rows, key=lambda row: min("LCPROM".find(one) if one else 9 for one in row.groups))
    if not shown:
        total = agreement.total
        return [Row(_("Everyone who answered"), total.agree, total.unsure, total.disagree)]
    return [Row(group_name(row.groups), row.agree, row.unsure, row.disagree) for row in shown]


def _notes(claim: Claim, threshold: int) -> list[str]:
    agreement = claim.agreement
    if agreement is None:
        return []
    smallest = {"n": apnumber(threshold)}
    if agreement.total is None:
        return [_("Fewer than %(n)s people have answered this so far, so the answers are not shown yet.") % smallest]
    notes = []
    for groups in agreement.joined:
        if agreement.rows:
            names = {"names": group_name(groups)} | smallest
            notes.append(_("%(names)s are counted together: apart, fewer than %(n)s people could be told.") % names)
    if not agreement.rows and agreement.joined:
        notes.append(_("Too few have answered from each standpoint to show them apart."))
    if sum(row.people for row in agreement.rows) > agreement.total.people:
        notes.append(_("Somebody who speaks from two standpoints is counted in both rows."))
    notes.append(_("No one person can be picked out here."))
    return notes


# ── the map ──────────────────────────────────────────────────────────────────────────────────────

WHY_NOT = {
    "too_few_people": gettext_lazy("Too few people have answered enough claims."),
    "too_few_statements": gettext_lazy("There are too few claims."),
    "no_pattern": gettext_lazy("The answers show no pattern beyond what chance would make."),
    "no_groups": gettext_lazy("The answers do not fall into groups."),
    "small_group": gettext_lazy("One group would be so small that it could point to people."),
    "unsteady_groups": gettext_lazy("The groups would look different if a few other people had answered."),
}
ORDINAL = [
    gettext_lazy("The first group"),
    gettext_lazy("The second group"),
    gettext_lazy("The third group"),
    gettext_lazy("The fourth group"),
    gettext_lazy("The fifth group"),
]
WAYS_OF_SEEING = {
    2: gettext_lazy("Two ways of seeing the whole"),
    3: gettext_lazy("Three ways of seeing the whole"),
    4: gettext_lazy("Four ways of seeing the whole"),
    5: gettext_lazy("Five ways of seeing the whole"),
}


@dataclass(frozen=True, slots=True)
class Stand:
    """What tells a group from the others: a claim they hold or turn down more than the rest.

    counts: *31 of 34*, or "" where fewer than the threshold of the group answered it.
    """

    words: str
    url: str
    agrees: bool
    counts: str


@dataclass(frozen=True, slots=True)
class OpinionGroup:
    """One group of the map in words. ``among`` names the standpoints that enough of them speak from to be told."""

    name: str
    mark: SafeString
    people: int
    stands: list[Stand]
    among: list[str]
    steady: float | None

    @property
    def agreeing(self) -> list[Stand]:
        """Of the two that set the group apart most, those it holds."""
        return [stand for stand in self.stands[:2] if stand.agrees]

    @property
    def disagreeing(self) -> list[Stand]:
        """Of the two that set the group apart most, those it turns down."""
        return [stand for stand in self.stands[:2] if not stand.agrees]


@dataclass(frozen=True, slots=True)
class MapFigure:
    """The map as the page shows it, or plainly why not (``reasons``)."""

    title: str
    picture: SafeString | str
    groups: list[OpinionGroup]
    neither: int
    neither_is_small: bool
    reasons: list[str]
    made_at: datetime
    answers: int
    since: int
    steadiness: float | None
    method: str
    version: str
    parameters: list[tuple[str, str]] = field(default_factory=list)
    seed: int = 0
    input_hash: str = ""


def map_figure(space: Space, stored: OpinionMap | None, reader: Person | None, answers: int) -> MapFigure | None:
    """The stored map for this reader; None before any was made. Three queries at most.

    answers: how many have been given by now.
    """
    if stored is None:
        return None
    result = _to_draw(stored.pk, stored.input_hash)
    shown = result["worth_showing"]
    steady = result["stability"]
    counts = [group["size"] for group in result["groups"]]
    neither = len(result["participants"]) - sum(counts)
    return MapFigure(
        title=str(WAYS_OF_SEEING[result["k"]]) if shown else _("A map of how we see it"),
        picture=_picture(result, reader) if shown else "",
        groups=_groups(space, result) if shown else [],
        neither=neither,
        neither_is_small=0 < neither < space.threshold,
        reasons=[] if shown else [str(WHY_NOT[code]) for code in result["why_not"]],
        made_at=stored.computed_at,
        answers=result["n_responses"],
        since=max(0, answers - result["n_responses"]),
        steadiness=steady["mean"] if steady else None,
        method=stored.method,
        version=stored.version,
        parameters=[(name, str(value)) for name, value in sorted(stored.parameters.items())],
        seed=stored.seed,
        input_hash=stored.input_hash,
    )


@lru_cache(maxsize=8)
def _to_draw(key: UUID, _input_hash: str) -> dict[str, Any]:
    """What a page shows of a stored map. Kept, since a map is made once and never changed, and its file of thousands
    of people and claims takes longer to read than everything else on the page. Nobody may change what is answered.
    """
    whole = OpinionMap.objects.values_list("result", flat=True).get(pk=key)
    result = {name: value for name, value in whole.items() if name not in ("statements", "common_ground", "divisive")}
    result["points"] = tuple(Point(one["x"], one["y"], one["group"]) for one in whole["participants"])
    return result


def _picture(result: dict[str, Any], reader: Person | None) -> SafeString:
    mine = str(reader.pk) if reader else ""
    you = next(((one["x"], one["y"]) for one in result["participants"] if one["id"] == mine), None)
    return _drawn(result["points"], result["k"], you, get_language() or "")


@lru_cache(maxsize=32)
def _drawn(points: tuple[Point, ...], groups: int, you: tuple[float, float] | None, language: str) -> SafeString:
    """The picture of one map, kept: thousands of people take longer to draw than to read. language: of its words."""
    names = [str(ORDINAL[i]) for i in range(groups)]
    return opinion_map(MapPicture(key="map", points=points, groups=names, you=you))


def _groups(space: Space, result: dict[str, Any]) -> list[OpinionGroup]:
    wanted = {row["statement"] for row in result["representative"]}
    statements = shown_claims(space).filter(pk__in=wanted)
    known = {str(each.pk): each for each in statements}
    for each in known.values():
        each.space = space
    among = _among(space, result)
    return [
        OpinionGroup(
            name=str(ORDINAL[group["id"]]),
            mark=group_mark(group["id"]),
            people=group["size"],
            stands=[
                _stand(known[row["statement"]], row, space.threshold)
                for row in result["representative"]
                if row["group"] == group["id"] and row["statement"] in known and row.get("stands_out", True)
            ],
            among=among[group["id"]],
            steady=group["stability"],
        )
        for group in result["groups"]
    ]


def _stand(statement: Statement, row: dict[str, Any], threshold: int) -> Stand:
    enough = row["n_trials"] >= threshold
    counts = _("%(n)s of %(of)s") % {"n": row["n_success"], "of": row["n_trials"]} if enough else ""
    return Stand(statement.words, statement.get_absolute_url(), row["direction"] == "agree", counts)


def _among(space: Space, result: dict[str, Any]) -> list[list[str]]:
    """For each group the standpoints that at least the threshold of its people speak from, in words, without counts."""
    ways = ways_of_people(space)
    spoken = {str(person): letters for person, letters in ways.items()}
    counts: list[dict[str, int]] = [{} for _group in range(result["k"])]
    for one in result["participants"]:
        if one["group"] is not None:
            for letter in spoken.get(one["id"], ""):
                counts[one["group"]][letter] = counts[one["group"]].get(letter, 0) + 1
    return [
        [str(way.people) for letter, way in BY_LETTER.items() if by.get(letter, 0) >= space.threshold] for by in counts
    ]
