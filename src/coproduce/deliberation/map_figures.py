"""The stored map of opinion made ready for a page: its picture, its groups in words, and how sure it is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from coproduce.deliberation.models import OpinionMap, Statement
from coproduce.deliberation.queries import (
    Events,
    GroupsTold,
    Standing,
    group_votes,
    shown_claims,
    ways_of_people,
)
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.ui.pictures.agreement import Row, agreement_key, agreement_marks, people_a_mark
from coproduce.ui.pictures.opinion import OpinionMap as MapPicture
from coproduce.ui.pictures.opinion import Point, group_mark, opinion_map
from coproduce.ways import BY_LETTER

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
VERY_STEADY, STEADY = 0.9, 0.75
"""Of the likeness between a map and the maps made with some people left out, which lies between 0 and 1."""
SAID_OF_EACH = 2
HELD_BY_ALL = 3
OPEN_AT_ONCE = 3


@dataclass(frozen=True, slots=True)
class Stand:
    """A claim that tells a group from the others: they hold it, or turn it down, more than the rest."""

    statement: Statement
    url: str
    agrees: bool

    @property
    def words(self) -> str:
        return self.statement.words


@dataclass(frozen=True, slots=True)
class OpinionGroup:
    """One group of the map in words. ``among`` names the standpoints that enough of them speak from to be told.

    steady: how alike the group came out where some people were left out, 0 to 1.
    """

    number: int
    name: str
    mark: SafeString
    people: int
    url: str
    stands: list[Stand]
    among: list[str]
    steady: float | None

    @property
    def agreeing(self) -> list[Stand]:
        """Of those that set the group apart most, those it holds."""
        return [stand for stand in self.stands[:SAID_OF_EACH] if stand.agrees]

    @property
    def disagreeing(self) -> list[Stand]:
        """Of those that set the group apart most, those it turns down."""
        return [stand for stand in self.stands[:SAID_OF_EACH] if not stand.agrees]


@dataclass(frozen=True, slots=True)
class MapFigure:
    """The map as the page shows it, or plainly why not (``reasons``).

    held_by_all: claims on which every group says the same. neither: how many people are in no group, and whether that
    is so few that it is not said. since: how many answers came after it was made.
    """

    title: str
    picture: SafeString | str
    groups: list[OpinionGroup]
    held_by_all: list[Stand]
    neither: int
    neither_is_small: bool
    reasons: list[str]
    made_at: datetime
    answers: int
    since: int
    being_made: bool
    sure: list[str]
    own: str
    method: str
    version: str
    parameters: list[tuple[str, str]] = field(default_factory=list)
    seed: int = 0
    input_hash: str = ""

    @property
    def has_few_groups(self) -> bool:
        """Whether what they say has room beside the picture."""
        return len(self.groups) < 3


def map_figure(
    space: Space, stored: OpinionMap, reader: Person | None, now: Standing, *, being_made: bool = False
) -> MapFigure:
    """The stored map for this reader. Two queries at most, and none where nothing was done in the space since.

    being_made: whether newer answers are being counted.
    """
    result = to_draw(stored.pk, stored.input_hash)
    shown = result["worth_showing"]
    groups, held = (
        _in_words(space, stored.pk, stored.input_hash, now.events, get_language() or "") if shown else ([], [])
    )
    neither = len(result["participants"]) - sum(group["size"] for group in result["groups"])
    return MapFigure(
        title=str(WAYS_OF_SEEING[result["k"]]) if shown else _("A map of how we see it"),
        picture=_picture(result, reader) if shown else "",
        groups=groups,
        held_by_all=held,
        neither=neither,
        neither_is_small=0 < neither < space.threshold,
        reasons=[] if shown else [str(WHY_NOT[code]) for code in result["why_not"]],
        made_at=stored.computed_at,
        answers=result["n_responses"],
        since=max(0, now.in_map - result["n_responses"]),
        being_made=being_made,
        sure=_how_sure(result, groups) if shown else [],
        own=_own_group(result, reader),
        method=stored.method,
        version=stored.version,
        parameters=[(name, str(value)) for name, value in sorted(stored.parameters.items())],
        seed=stored.seed,
        input_hash=stored.input_hash,
    )


@lru_cache(maxsize=32)
def _in_words(
    space: Space, key: UUID, input_hash: str, _events: Events, _language: str
) -> tuple[list[OpinionGroup], list[Stand]]:
    """The groups of a map, and what all of them say; kept until something is done in the space, as numbers are."""
    result = to_draw(key, input_hash)
    known = _claims(space, result)
    return _groups(space, result, known), _stands(known, result["common_ground"])[:HELD_BY_ALL]


@lru_cache(maxsize=8)
def to_draw(key: UUID, _input_hash: str) -> dict[str, Any]:
    """What a page shows of a stored map. Kept, since a map is made once and never changed, and its file of thousands
    of people and claims takes longer to read than everything else on the page. Nobody may change what is answered.
    """
    whole = OpinionMap.objects.values_list("result", flat=True).get(pk=key)
    result = {name: value for name, value in whole.items() if name != "statements"}
    result["points"] = tuple(Point(one["x"], one["y"], one["group"]) for one in whole["participants"])
    result["place_of"] = {one["id"]: number for number, one in enumerate(whole["participants"])}
    return result


def labels_of(result: Mapping[str, Any]) -> dict[UUID, int]:
    """The group of everybody who is in one, by person."""
    return {UUID(one["id"]): one["group"] for one in result["participants"] if one["group"] is not None}


def _own(result: Mapping[str, Any], reader: Person | None) -> dict[str, Any] | None:
    place = result["place_of"].get(str(reader.pk)) if reader else None
    return None if place is None else result["participants"][place]


def _own_group(result: Mapping[str, Any], reader: Person | None) -> str:
    """The name of the reader's own group, "" for none or where no groups are shown."""
    own = _own(result, reader)
    if own is None or own["group"] is None or not result["worth_showing"]:
        return ""
    return str(ORDINAL[own["group"]])


def _picture(result: dict[str, Any], reader: Person | None) -> SafeString:
    own = _own(result, reader)
    you = (own["x"], own["y"]) if own else None
    return _drawn(result["points"], result["k"], you, get_language() or "")


@lru_cache(maxsize=32)
def _drawn(points: tuple[Point, ...], groups: int, you: tuple[float, float] | None, language: str) -> SafeString:
    """The picture of one map, kept: thousands of people take longer to draw than to read. language: of its words."""
    names = [str(ORDINAL[i]) for i in range(groups)]
    return opinion_map(MapPicture(key="map", points=points, groups=names, you=you))


# ── in words ─────────────────────────────────────────────────────────────────────────────────────


def _how_sure(result: Mapping[str, Any], groups: Sequence[OpinionGroup]) -> list[str]:
    """What ``docs/methods/opinion_map.md`` says of certainty, in plain sentences."""
    steady = result["stability"]
    if not steady:
        return []
    told = {"times": steady["n_resamples"], "part": round(100 * (1 - steady["share"]))}
    said = [
        _("We made the map %(times)s times more, each time leaving out %(part)s of every 100 people.") % told,
        _("The groups came out almost the same.")
        if steady["mean"] >= VERY_STEADY
        else _("Most people stayed together, and some moved to another group: take its edges lightly."),
    ]
    loose = [group.name for group in groups if group.steady is not None and group.steady < STEADY]
    if loose and len(loose) < len(groups):
        said.append(_("Least sure is: %(names)s.") % {"names": ", ".join(loose)})
    said.append(_("Where one group ends and the next begins was drawn by the method, not by people."))
    return said


def _claims(space: Space, result: Mapping[str, Any]) -> dict[str, Statement]:
    named = (*result["representative"], *result["common_ground"], *result["divisive"])
    statements = shown_claims(space).filter(pk__in={row["statement"] for row in named})
    known = {str(each.pk): each for each in statements}
    for each in known.values():
        each.space = space
    return known


def _stands(known: Mapping[str, Statement], rows: Sequence[Mapping[str, Any]]) -> list[Stand]:
    return [
        Stand(known[row["statement"]], known[row["statement"]].get_absolute_url(), row["direction"] == "agree")
        for row in rows
        if row["statement"] in known
    ]


def _groups(space: Space, result: dict[str, Any], known: Mapping[str, Statement]) -> list[OpinionGroup]:
    among = _among(space, result)
    telling = [row for row in result["representative"] if row.get("stands_out", True)]
    return [
        OpinionGroup(
            number=group["id"] + 1,
            name=str(ORDINAL[group["id"]]),
            mark=group_mark(group["id"]),
            people=group["size"],
            url=reverse("deliberation:map_group", args=[space.slug, group["id"] + 1]),
            stands=_stands(known, [row for row in telling if row["group"] == group["id"]]),
            among=among[group["id"]],
            steady=group["stability"],
        )
        for group in result["groups"]
    ]


def _among(space: Space, result: dict[str, Any]) -> list[list[str]]:
    """For each group the standpoints that at least the threshold of its people speak from, in words, without counts."""
    ways = ways_of_people(space)
    spoken = {str(person): letters for person, letters in ways.items()}
    counts: list[dict[str, int]] = [{} for _group in range(result["k"])]
    for one in result["participants"] if spoken else ():
        if one["group"] is not None:
            for letter in spoken.get(one["id"], ""):
                counts[one["group"]][letter] = counts[one["group"]].get(letter, 0) + 1
    return [
        [str(way.people) for letter, way in BY_LETTER.items() if by.get(letter, 0) >= space.threshold] for by in counts
    ]


# ── a group, opened ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One claim as a group and all others answered it, by now.

    direction: "agree" or "disagree" for what sets the group apart or all groups share; "" for where they differ.
    rows, marks: of this group and of the others; none where they cannot be told without pointing at few.
    """

    statement: Statement
    url: str
    direction: str
    rows: list[Row]
    marks: SafeString | str


@dataclass(frozen=True, slots=True)
class GroupPart:
    """Claims of one kind, with what one mark stands for. The first few lie open, the others are folded away."""

    heading: str
    rows: list[GroupRow]
    key: SafeString | str

    @property
    def first(self) -> list[GroupRow]:
        return self.rows[:OPEN_AT_ONCE]

    @property
    def more(self) -> list[GroupRow]:
        return self.rows[OPEN_AT_ONCE:]


def group_parts(space: Space, stored: OpinionMap, now: Standing, number: int) -> list[GroupPart] | None:
    """The claims behind a group of the stored map, in three parts, each claim once; None for no such group.

    The counts are of what the people of each group answer now.
    """
    result = to_draw(stored.pk, stored.input_hash)
    if not result["worth_showing"] or not 1 <= number <= result["k"]:
        return None
    known, here = _claims(space, result), number - 1
    claims = tuple(sorted(each.pk for each in known.values()))
    votes = _votes(space, stored.pk, stored.input_hash, claims, now.events)
    apart = [row for row in result["representative"] if row["group"] == here and row.get("stands_out", True)]
    each = people_a_mark([row for pk in claims for row in _rows_of(votes[pk], here)])
    told: set[str] = set()

    def part(heading: str, found: Sequence[Mapping[str, Any]]) -> GroupPart:
        new = [row for row in found if row["statement"] in known and row["statement"] not in told]
        told.update(row["statement"] for row in new)
        rows = [_group_row(known[row["statement"]], row.get("direction", ""), here, votes, each) for row in new]
        return GroupPart(heading, rows, agreement_key(each) if any(row.rows for row in rows) else "")

    return [
        part(_("What sets this group apart"), apart),
        part(_("What every group says"), result["common_ground"]),
        part(_("Where else the groups differ most"), result["divisive"]),
    ]


@lru_cache(maxsize=16)
def _votes(
    space: Space, key: UUID, input_hash: str, claims: tuple[UUID, ...], _events: Events
) -> dict[UUID, GroupsTold | None]:
    """How the groups of a map answer claims now, kept until something is done in the space (``queries.standing``)."""
    result = to_draw(key, input_hash)
    return group_votes(space, labels_of(result), result["k"], claims)


def _rows_of(told: GroupsTold | None, here: int) -> list[Row]:
    if told is None:
        return []
    own, rest = told.tallies[here], [tally for group, tally in enumerate(told.tallies) if group != here]
    others = (sum(t.agree for t in rest), sum(t.unsure for t in rest), sum(t.disagree for t in rest))
    name, name_of_others = _("In this group"), _("In the others")
    if told.joined == here:
        name = _("In this group, with a few who are in none")
    elif told.joined is not None:
        name_of_others = _("In the others, with a few who are in none")
    return [Row(name, own.agree, own.unsure, own.disagree), Row(name_of_others, *others)]


def _group_row(
    statement: Statement, direction: str, here: int, votes: Mapping[UUID, GroupsTold | None], each: int
) -> GroupRow:
    rows = _rows_of(votes.get(statement.pk), here)
    marks = agreement_marks(rows, each) if rows else ""
    return GroupRow(statement, statement.get_absolute_url(), direction, rows, marks)
