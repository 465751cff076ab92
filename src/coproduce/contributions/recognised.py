"""Whether somebody who gives no name could be told apart by where they speak from.

What is said is only ever *few*, which is fewer than the space's threshold: a number would tell more than the name that
was left out.
"""

from typing import Any, NamedTuple

from django.db.models import Count, Q
from django.utils.translation import gettext as _

from coproduce.contributions.models import Contribution
from coproduce.gatherings.models import Gathering
from coproduce.people.models import Attribution
from coproduce.spaces.models import Membership, MembershipState, Space
from coproduce.ways import BY_LETTER, LETTERS, in_order

NAMELESS = (Attribution.STANDPOINT, Attribution.ANONYMOUS)


class Few(NamedTuple):
    """Where few are: ``everyone``, the whole space or gathering; ``letters``, the ways in which few people know."""

    everyone: bool
    letters: str


def few_here(space: Space, gathering: Gathering | None = None) -> Few:
    """Of whom there are few in a space, or among those who have spoken under a name at a gathering.

    One query, two for a gathering.
    People who only let themselves be counted are counted; who has left is not.
    """
    here = Membership.objects.filter(space=space).exclude(state=MembershipState.LEFT)
    known: dict[str, Any] = {
        letter: Count("pk", filter=Q(standpoints__way=letter), distinct=True) for letter in LETTERS
    }
    counted = here.aggregate(everyone=Count("pk", distinct=True), **known)
    everyone = counted.pop("everyone")
    if gathering is not None:
        # Of words that carry a name: else the sentence that comes and goes would tell whether a card without one is by
        # somebody who has spoken already.
        spoken = Contribution.objects.filter(gathering=gathering).exclude(attribution__in=NAMELESS)
        everyone = spoken.order_by().values("author").distinct().count()
    return Few(everyone < space.threshold, "".join(way for way, n in counted.items() if n < space.threshold))


def warning_of(few: Few, ticked: str, *, own: bool = True) -> str:
    """The sentence to stand beside a choice without a name, "" where there are many. ticked: the ways chosen so far."""
    guess = _("Even without a name, people may guess that it is you.") if own else _(
        "Even without a name, people may guess who it is."
    )  # fmt: skip
    if few.everyone:
        return _("Few people are here.") + " " + guess
    if set(ticked) & set(few.letters):
        return _("Few people here speak from this side.") + " " + guess
    if few.letters:
        ways = ", ".join(f"“{BY_LETTER[letter].says}”" for letter in in_order(few.letters))
        return _("Few people here speak from these sides: %(ways)s.") % {"ways": ways} + " " + guess
    return ""
