"""Who could decide what was put before there was a register."""

from datetime import datetime

from coproduce.decisions.models import Eligible, Position, Proposal
from coproduce.deliberation.queries import ways_of_people
from coproduce.spaces.models import Membership, MembershipState, Space


def reckon_registers(*, space: Space) -> None:  # no actor because it is part of reading the file of a space
    """Write the register of each proposal that has none: who was a member when it was put, or has taken a position.

    Their ways of knowing are those they speak from now. Inside a transaction; no event, since reading in has its own.
    """
    bare = list(Proposal.objects.filter(space=space, is_reckoned=True, register=None))
    if not bare:
        return
    ways = ways_of_people(space)
    here = list(Membership.objects.filter(space=space).values_list("person", "joined_at", "state", "state_since"))
    for proposal in bare:
        people = {row[0] for row in here if _was_here(proposal.opened_at, *row[1:])}
        people |= set(Position.objects.filter(proposal=proposal).values_list("person", flat=True))
        rows = [Eligible(proposal=proposal, person_id=pk, ways=ways.get(pk, "")) for pk in sorted(people)]
        Eligible.objects.bulk_create(rows, batch_size=500)


def _was_here(opened_at: datetime, joined_at: datetime, state: str, since: datetime) -> bool:
    return joined_at <= opened_at and not (state == MembershipState.LEFT and since <= opened_at)
