"""After a decision: who asked to look at it again, and on which rung people saw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median_low
from uuid import UUID

from coproduce.decisions.ladder import Rung, ladder_of
from coproduce.decisions.models import Decision, ReopeningAsked, RungSaid
from coproduce.deliberation.queries import group_name, may_be_read, ways_beside, ways_of_people
from coproduce.people.naming import shown_name, shown_recorder
from coproduce.spaces.access import Place
from coproduce.spaces.queries import present_charter
from coproduce_methods.suppression import join_small_groups
from coproduce_methods.valuing import may_follow


@dataclass(frozen=True, slots=True)
class Reopening:
    """Who asked to look at a decision again, and what the charter that holds now asks for.

    is_due: its review day has come. is_met: it is to be put again.
    """

    asked: list[ReopeningAsked]
    needed: int
    evidence_is_enough: bool
    is_due: bool

    @property
    def is_met(self) -> bool:
        if not self.asked:
            return False
        is_new = any(one.contribution_id or one.outcome for one in self.asked)
        return len(self.asked) >= self.needed or self.is_due or (self.evidence_is_enough and is_new)


def reopening_of(decision: Decision) -> Reopening:
    """Where asking to look again stands, by the charter that holds now. Three queries."""
    charter = present_charter(decision.proposal.space)
    asked = ReopeningAsked.objects.filter(decision=decision).select_related("person", "recorded_by", "contribution")
    return Reopening(list(asked), charter.members_to_reopen, charter.evidence_reopens, decision.is_due)


@dataclass(frozen=True, slots=True)
class RungRow:
    """How the people of one group (or of several that were joined, so that nobody can be picked out) saw a decision.

    counts: people by rung, in the order of the ladder; middle: the rung in the middle of theirs (of an even number the
    lower one).
    """

    name: str
    letters: str
    people: int
    counts: list[int]
    middle: Rung


@dataclass(frozen=True, slots=True)
class RungWords:
    """Why somebody saw it so."""

    rung: str
    words: str
    name: str
    ways: str
    recorded_by: str


@dataclass(frozen=True, slots=True)
class RungsSeen:
    """Which rung people said it was: everybody together, and by where they speak from. ``total`` None: too few.

    gap: how many rungs lie between the row that saw it lowest and the one that saw it highest, 0 where they agree.
    """

    people: int
    rungs: list[Rung]
    total: RungRow | None
    rows: list[RungRow]
    words: list[RungWords]
    mine: RungSaid | None

    @property
    def gap(self) -> int:
        order = [self.rungs.index(row.middle) for row in self.rows]
        return max(order) - min(order) if order else 0

    @property
    def lowest(self) -> RungRow | None:
        return min(self.rows, key=lambda row: self.rungs.index(row.middle), default=None)

    @property
    def highest(self) -> RungRow | None:
        return max(self.rows, key=lambda row: self.rungs.index(row.middle), default=None)


def rungs_of(place: Place, decision: Decision) -> RungsSeen:
    """Which rung people said a decision was. Four queries at most.

    Groups smaller than the space's threshold are joined so that no sum or difference of the rows tells of fewer people
    (``coproduce_methods.suppression``). Whoever says it is counted with the others who came with them, so that nobody
    is followed by looking before and after. Each row has its own middle; there is none of all rows.
    """
    said = list(RungSaid.objects.filter(decision=decision).order_by("pk"))  # in the order in which each first said it
    rungs = list(ladder_of(max(said, key=lambda one: one.said_at).ladder if said else "").rungs)
    order = {rung.code: n for n, rung in enumerate(rungs)}
    everybody = [one for one in said if one.rung in order]
    ways = ways_of_people(place.space, [one.person_id for one in everybody]) if everybody else {}
    spoken = [frozenset(ways.get(one.person_id, "")) for one in everybody]
    many = _counted_together(spoken, place.space.threshold)
    counted, held = everybody[:many], spoken[:many]
    heights = [order[one.rung] for one in counted]
    joined = join_small_groups(held, threshold=place.space.threshold)
    rows = [_row(rungs, group, held, heights) for group in joined.rows] if len(joined.rows) > 1 else []
    total = _row(rungs, None, held, heights) if len(counted) >= place.space.threshold else None
    own = place.person.pk if place.person is not None and place.is_member else None
    return RungsSeen(
        people=len(everybody),
        rungs=rungs,
        total=total,
        rows=rows,
        words=_words(place, decision, {rung.code: rung.name for rung in rungs}),
        mine=next((one for one in said if one.person_id == own), None),
    )


def _counted_together(held: list[frozenset[str]], threshold: int) -> int:
    """How many of these people, in the order in which they came, are in the table: as many as the threshold at a time,
    and only where nothing between a table and the one that takes its place tells of fewer.

    The first waits until groups can be shown apart, or three times as many have come: a table of everybody together
    says little, and every later one would have to stand beside it.
    """
    shown = 0
    for many in range(threshold, len(held) + 1, threshold):
        now = held[:many]
        if not shown:
            is_worth_it = len(join_small_groups(now, threshold).rows) > 1 or many >= 3 * threshold
            shown = many if is_worth_it else 0
            continue
        before = [own if number < shown else None for number, own in enumerate(now)]
        if may_follow(before, now, [False] * many, threshold):
            shown = many
    return shown


def _row(rungs: list[Rung], group: Sequence[str] | None, held: list[frozenset[str]], heights: list[int]) -> RungRow:
    inside = [
        height
        for groups, height in zip(held, heights, strict=True)
        if group is None or groups & set(group) or (not groups and "" in group)
    ]
    return RungRow(
        name=group_name([] if group is None else list(group)),
        letters="" if group is None else "".join(sorted(group)),
        people=len(inside),
        counts=[inside.count(n) for n in range(len(rungs))],
        middle=rungs[median_low(inside)],
    )


def _words(place: Place, decision: Decision, names: dict[str, str]) -> list[RungWords]:
    said = RungSaid.objects.filter(may_be_read(place), decision=decision).exclude(words="")
    rows = list(said.select_related("person", "recorded_by").order_by("said_at", "pk")[:100])
    spoken = ways_of_people(place.space, [row.person_id for row in rows], shown_only=True) if rows else {}
    return [
        RungWords(
            rung=names.get(row.rung, row.rung),
            words=row.words,
            name=shown_name(row.person, row.attribution, spoken.get(row.person_id, "")),
            ways=ways_beside(row.attribution, spoken.get(row.person_id, "")),
            recorded_by=shown_recorder(row.recorded_by, row.attribution) if place.is_member else "",
        )
        for row in rows
    ]


def rung_of(decision: Decision, person_id: UUID) -> RungSaid | None:
    """Which rung this person said."""
    return RungSaid.objects.filter(decision=decision, person=person_id).first()
