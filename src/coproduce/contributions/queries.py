"""What was brought, as far as the person who asks may see it."""

from django.db.models import Exists, OuterRef, Q, QuerySet

from coproduce.consent.models import Agreement, Use
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.spaces.access import Place


def visible_contributions(place: Place) -> QuerySet[Contribution]:
    """Every contribution and answer that may be shown to this person, with its author fetched.

    Members see what is visible. Visitors of a public space see only the words of people who agreed that
    they may be quoted; with a name only where they agreed to that too, or chose to give none.
    """
    found = Contribution.objects.filter(space=place.space, state=ContributionState.VISIBLE).select_related(
        "author", "space"
    )
    return found if place.is_member else found.filter(_may_be_quoted())


def _holds(use: str) -> Exists:
    return Exists(
        Agreement.objects.filter(
            space=OuterRef("space"), person=OuterRef("author"), use=use, given=True, ended_at=None
        )
    )


def _may_be_quoted() -> Q:
    without_a_name = Q(attribution__in=["standpoint", "anonymous"])
    return Q(_holds(Use.ATTRIBUTED_QUOTE)) | (Q(_holds(Use.QUOTE)) & without_a_name)
