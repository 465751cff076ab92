"""What may be made of somebody's words. The one place that says so.

Their author may end their use: the words stay where they stand and may be answered, since that is talk, but nothing
new is made of them. No theme is named from them or given them, no claim drawn from them, no proposal, outcome or
wording of the question; nobody may quote them, and no copy or export holds them. What was made before stays.

Every picker asks ``usable``, every action ``require_usable``, and everything that leaves the space the condition
``in_use``.
"""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.queries import visible_contributions
from coproduce.errors import NotAllowed, NotHere
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space

AT_ONCE = 400


class UseEnded(NotAllowed):
    """Their author wants nothing new to be made from these words."""

    title = _("Nothing new is made from these words")
    what_now = _(
        "Somebody whose words you chose has said: nothing new from them, please. They can still be read and answered "
        "where they stand. Nothing was changed."
    )


def in_use(through: str = "") -> Q:
    """The condition: in sight, and their author has not ended their use. ``through``: the path, as ``may_be_seen``."""
    return Q(**{f"{through}state": ContributionState.VISIBLE, f"{through}use_ended_at": None})


def is_usable(contribution: Contribution) -> bool:
    """Whether something may be made of it, of one that the asker may read. No query."""
    return contribution.state == ContributionState.VISIBLE and contribution.use_ended_at is None


def usable(place: Place) -> QuerySet[Contribution]:
    """Of ``visible_contributions`` those of which something may be made: what a picker offers."""
    return visible_contributions(place).filter(use_ended_at=None)


def require_usable(space: Space, contributions: Iterable[Contribution | UUID]) -> None:
    """For actions that make something of words. ``NotHere`` for what is not in sight here, ``UseEnded``.

    They are looked up as they are now: they may have been taken back since the page was opened. A query for each
    ``AT_ONCE`` of them.
    """
    wanted = list({each.pk if isinstance(each, Contribution) else each for each in contributions})
    ended: list[object] = []
    for begin in range(0, len(wanted), AT_ONCE):
        some = wanted[begin : begin + AT_ONCE]
        found = Contribution.objects.filter(pk__in=some, space=space, state=ContributionState.VISIBLE)
        ended += found.order_by().values_list("use_ended_at", flat=True)
    if len(ended) < len(wanted):
        raise NotHere(_("Some of the words you chose were taken back, are out of sight, or are not from this space."))
    if any(ended):
        raise UseEnded
