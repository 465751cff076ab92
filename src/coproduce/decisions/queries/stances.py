"""Where people stand, and where they stood before, as far as the reader may know."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count, Prefetch

from coproduce.decisions.models import (
    AdviceAsked,
    Carrying,
    EarlierPosition,
    Eligible,
    Position,
    Proposal,
    TimeAsked,
    Voice,
)
from coproduce.decisions.queries.finding import present_version
from coproduce.deliberation.queries import may_be_read, ways_beside, ways_of_people
from coproduce.people.models import Person
from coproduce.people.naming import shown_name, shown_recorder
from coproduce.spaces.access import Place, membership_of
from coproduce.spaces.models import Membership, MembershipState

POSITIONS_AT_MOST = 400


@dataclass(frozen=True, slots=True)
class Stance:
    """Where one person stands, as far as the reader may know. ``words`` and ``name`` may be "".

    of_earlier_wording: it was taken before the words changed. ``until``: set on a stance that was changed later.
    """

    kind: str
    words: str
    name: str
    ways: str
    recorded_by: str
    brought_by: str
    taken_at: datetime
    of_earlier_wording: bool
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Stances:
    """Everybody's stance. counts: by kind, of all, also those whose words a visitor may not read."""

    counts: dict[str, int]
    now: list[Stance]
    before: list[Stance]

    def of(self, *kinds: str) -> list[Stance]:
        return [stance for kind in kinds for stance in self.now if stance.kind == kind]


def stances_on(place: Place, proposal: Proposal) -> Stances:
    """Positions in the order they were taken, and those that were changed later. Five queries at most."""
    held = Position.objects.filter(proposal=proposal)
    earlier = EarlierPosition.objects.select_related("recorded_by", "brought_by").order_by("taken_at")
    counts = dict(held.order_by().values_list("kind").annotate(n=Count("pk")))
    rows = list(
        held.filter(may_be_read(place))
        .select_related("person", "recorded_by", "brought_by")
        .prefetch_related(Prefetch("earlier", queryset=earlier))
        .order_by("taken_at", "id")[:POSITIONS_AT_MOST]
    )
    spoken = ways_of_people(place.space, [row.person_id for row in rows], shown_only=True) if rows else {}
    newest = present_version(proposal).pk
    now, before = [], []
    for row in rows:
        letters = spoken.get(row.person_id, "")
        now.append(_stance(place, row, row, letters, newest))
        before += [_stance(place, row, earlier, letters, newest) for earlier in row.earlier.all()]
    before.sort(key=lambda stance: stance.taken_at)
    return Stances(counts, now, before if place.is_member else [])


def _stance(place: Place, position: Position, said: Position | EarlierPosition, letters: str, newest: UUID) -> Stance:
    return Stance(
        kind=said.kind,
        words=said.reason,
        name=shown_name(position.person, said.attribution, letters),
        ways=ways_beside(said.attribution, letters),
        # Visitors read whose words they are; who wrote them down has not agreed to be named to them.
        recorded_by=shown_recorder(said.recorded_by, said.attribution) if place.is_member else "",
        brought_by=shown_recorder(said.brought_by, said.attribution) if place.is_member else "",
        taken_at=said.taken_at,
        of_earlier_wording=said.version_id != newest,
        until=said.until if isinstance(said, EarlierPosition) else None,
    )


def position_of(proposal: Proposal, person_id: UUID) -> Position | None:
    """Where this person stands now."""
    return Position.objects.filter(proposal=proposal, person=person_id).select_related("recorded_by").first()


def is_eligible(proposal: Proposal, person_id: UUID) -> bool:
    """Whether this person is in the register of those who decide it."""
    return Eligible.objects.filter(proposal=proposal, person=person_id).exists()


def is_left_behind(proposal: Proposal) -> bool:
    """Whether whoever carries it has left, so that nobody can answer for it. One query."""
    return membership_of(proposal.proposed_by, proposal.space_id) is None


def somebody_decides(proposal: Proposal) -> bool:
    """Whether anybody in the register is still here. One query."""
    here = Membership.objects.filter(space=proposal.space_id).exclude(state=MembershipState.LEFT)
    return Eligible.objects.filter(proposal=proposal, person__in=here.values("person")).exists()


def carrying_of(proposal: Proposal, person_id: UUID) -> Carrying | None:
    """Whom this person asked to bring their position, unless they ended it."""
    return Carrying.objects.filter(proposal=proposal, person=person_id, ended_at=None).select_related("through").first()


def carried_by(proposal: Proposal, person_id: UUID) -> list[Person]:
    """Whose positions this person was asked to bring."""
    open_ones = Carrying.objects.filter(proposal=proposal, through=person_id, ended_at=None)
    return [one.person for one in open_ones.select_related("person").order_by("asked_at")]


@dataclass(frozen=True, slots=True)
class Standing:
    """How one person stands to a proposal: whether they decide, what they said, who brings it, whose they bring."""

    deciding: int
    is_eligible: bool
    position: Position | None
    carrying: Carrying | None
    carried: list[Person]
    asked_time: bool
    asked_advice: bool
    spoke: bool


def standing_in(place: Place, proposal: Proposal) -> Standing:
    """How the reader stands to it, and how many people decide. Eight queries at most, one for visitors."""
    deciding = Eligible.objects.filter(proposal=proposal).count()
    if not place.is_member or place.person is None:
        return Standing(deciding, False, None, None, [], False, False, False)
    me = place.person.pk
    return Standing(
        deciding=deciding,
        is_eligible=is_eligible(proposal, me),
        position=position_of(proposal, me),
        carrying=carrying_of(proposal, me),
        carried=carried_by(proposal, me),
        asked_time=TimeAsked.objects.filter(proposal=proposal, person=me).exists(),
        asked_advice=AdviceAsked.objects.filter(proposal=proposal, person=me).exists(),
        spoke=Voice.objects.filter(proposal=proposal, person=me).exists(),
    )
