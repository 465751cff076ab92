"""Finding proposals and decisions."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, Q, QuerySet

from coproduce import clock
from coproduce.decisions.models import Decision, Proposal, ProposalState, ProposalVersion
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState, SpaceState

A_PAGE = 40


@dataclass(frozen=True, slots=True)
class ProposalRow:
    """A proposal in the list, with the decision where there is one."""

    proposal: Proposal
    decision: Decision | None


def proposals_in(place: Place, *, page: int = 0) -> tuple[list[ProposalRow], bool]:
    """(proposals, open ones first and then the newest; whether there are more). One query."""
    found = (
        Proposal.objects.filter(space=place.space)
        .select_related("decision")
        .annotate(is_decided=Q(state__in=[ProposalState.AGREED, ProposalState.NOT_AGREED]))
        .order_by("is_decided", "-decision__decided_at", "-opened_at", "id")
    )
    rows = list(found[A_PAGE * page : A_PAGE * (page + 1) + 1])
    return [ProposalRow(row, getattr(row, "decision", None)) for row in rows[:A_PAGE]], len(rows) > A_PAGE


def proposal_in(place: Place, pk: UUID) -> Proposal:
    """One proposal with its charter (and needs), wordings and decision. ``NotHere`` if it is not in this space."""
    versions = ProposalVersion.objects.select_related("written_by").order_by("number")
    proposal = (
        Proposal.objects.filter(space=place.space, pk=pk)
        .select_related(
            "charter",
            "proposed_by",
            "decision__closed_by",
            "decision__version",
            "decision__charter",
            "reopens__proposal",
        )
        .prefetch_related(Prefetch("versions", queryset=versions), "charter__needs")
        .first()
    )
    if proposal is None:
        raise NotHere
    proposal.space = place.space
    return proposal


def present_version(proposal: Proposal) -> ProposalVersion:
    """The wording that is read now: the newest."""
    return sorted(proposal.versions.all(), key=lambda version: version.number)[-1]


def decision_of(proposal: Proposal) -> Decision | None:
    """The decision, where there is one."""
    decision: Decision | None = getattr(proposal, "decision", None)
    return decision


def decision_in(place: Place, pk: UUID) -> Decision:
    """One decision with its proposal and wording. ``NotHere`` if it is not in this space."""
    found = Decision.objects.filter(proposal__space=place.space, pk=pk)
    decision = found.select_related("proposal__charter", "proposal__space", "version", "closed_by").first()
    if decision is None:
        raise NotHere
    return decision


def _due() -> QuerySet[Decision]:
    return Decision.objects.filter(review_on__lte=clock.today(), looked_at_again=None)


def reviews_due(place: Place, *, at_most: int = 20) -> list[Decision]:
    """Decisions whose day to be looked at again has come, and that nobody has put again; the longest due first."""
    due = _due().filter(proposal__space=place.space)
    return list(due.select_related("proposal__space").order_by("review_on", "pk")[:at_most])


def spaces_with_reviews(person: Person) -> set[UUID]:
    """The spaces in which somebody could have a decision looked at again whose day has come. One query."""
    here = Membership.objects.filter(person=person).exclude(state=MembershipState.LEFT)
    open_to_it = here.exclude(space__state=SpaceState.ENDED).values("space")
    return set(_due().filter(proposal__space__in=open_to_it).values_list("proposal__space", flat=True))


def looked_at_again(decision: Decision) -> Proposal | None:
    """The proposal by which a decision is, or was, looked at again: the newest."""
    return Proposal.objects.filter(reopens=decision).select_related("decision", "space").order_by("-opened_at").first()
