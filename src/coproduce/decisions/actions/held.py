"""What the other actions begin with: a proposal held open, and its next wording."""

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coproduce import clock
from coproduce.decisions.models import Proposal, ProposalState, ProposalVersion
from coproduce.errors import NotAllowed
from coproduce.people.models import Person
from coproduce.spaces.models import Space, SpaceState


def require_open_space(space: Space) -> None:
    """Refuse what would be decided in a space that has ended."""
    if space.state == SpaceState.ENDED:
        raise NotAllowed(_("This space has ended. It can still be read, and nothing in it is lost."))


class DecidedAlready(NotAllowed):
    """A decided proposal does not change."""

    title = gettext_lazy("This has been decided")
    what_now = gettext_lazy("What was said stays as it is; you can put a new proposal. Nothing was changed.")


class DecidedMeanwhile(DecidedAlready):
    """Two people close it at the same moment: the later one is told."""

    status = 409
    title = gettext_lazy("Somebody closed this just before you")
    what_now = gettext_lazy(
        "It is closed once, and stands as it was closed then. What you wrote beside it was not kept: go back if you "
        "want to copy it. Open the proposal to read how it was closed; you can ask to look at it again."
    )


def held_open(proposal: Proposal, otherwise: type[DecidedAlready] = DecidedAlready) -> Proposal:
    """The proposal as it is now, held until the transaction ends, or a refusal (``otherwise``) when it is decided."""
    held = (
        Proposal.objects.select_for_update(of=("self",))
        .select_related("space", "charter", "ballot", "proposed_by")
        .get(pk=proposal.pk)
    )
    require_open_space(held.space)
    if held.state != ProposalState.OPEN:
        raise otherwise
    return held


def require_proposer(actor: Person, proposal: Proposal, otherwise: str) -> None:
    """Refuse, in the words of ``otherwise``, anybody but who carries the proposal now."""
    if actor.pk != proposal.proposed_by_id:
        raise NotAllowed(otherwise)


def add_version(
    proposal: Proposal, actor: Person, *, number: int, words: str, why: str, charter: dict[str, Any] | None = None
) -> ProposalVersion:
    """Write the next wording down."""
    version = ProposalVersion(
        proposal=proposal,
        number=number,
        title=proposal.title,
        words=words.strip(),
        why=why.strip(),
        charter=charter,
        written_by=actor,
        written_at=clock.now(),
    )
    version.full_clean()
    version.save(force_insert=True)
    return version
