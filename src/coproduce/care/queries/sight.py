"""Words that are out of sight: why, who asked for another look, and who has read them."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import Q

from coproduce.care.models import Appeal, Flag, Moderation, Reading, Role, carries_a_name
from coproduce.care.queries.people import looks_after_worries, who_may
from coproduce.care.queries.worries import talks_about
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.errors import NotHere
from coproduce.people.models import Attribution, Person
from coproduce.spaces.access import Place

SHOWN = 100
A_FLOOD = timedelta(days=1)


def present_moderation(contribution: Contribution) -> Moderation | None:
    """Why these words are out of sight, by whom, with the appeal if there is one. One query."""
    found = Moderation.objects.filter(contribution=contribution, ended_at=None)
    return found.select_related(
        "hidden_by", "rule", "appeal__to_person", "appeal__decided_by", "contribution__space", "contribution__author"
    ).first()


def out_of_sight(place: Place) -> list[tuple[Contribution, Moderation | None]]:
    """Words that moderation has put out of sight, newest brought first, each with who did it and why, if known.

    For those who look after worries: the page shows no words, only reasons. Two queries.
    """
    hidden = Contribution.objects.filter(space=place.space, state=ContributionState.HIDDEN)
    found = list(hidden.select_related("author").order_by("-brought_at", "pk")[:SHOWN])
    why = {
        one.contribution_id: one
        for one in Moderation.objects.filter(contribution__in=[one.pk for one in found], ended_at=None).select_related(
            "hidden_by", "rule"
        )
    }
    return [(one, why.get(one.pk)) for one in found]


def words_by_the_same_hand(words: Contribution, *, also_hidden: bool = False, limit: int = 50) -> list[Contribution]:
    """The newest words in sight of whoever brought these, newest first.

    With a name beside these: what else carries it. Without: what else came without one within a day, so that nameless
    words are not tied together for longer than a flood lasts, and never to a name.
    """
    states = [ContributionState.VISIBLE, *([ContributionState.HIDDEN] if also_hidden else [])]
    theirs = Contribution.objects.filter(space=words.space_id, author=words.author_id, state__in=states)
    if carries_a_name(words):
        theirs = theirs.filter(attribution=words.attribution)
    else:
        day = words.brought_at - A_FLOOD, words.brought_at + A_FLOOD
        theirs = theirs.filter(brought_at__range=day).exclude(attribution__in=[Attribution.NAME, Attribution.CHOSEN])
    return list(theirs.select_related("author", "space").order_by("-brought_at", "pk")[:limit])


# ── appeals ──────────────────────────────────────────────────────────────────────────────────────


def moderation_of_mine(place: Place, pk: UUID) -> Moderation:
    """Why own words were put out of sight, or those of an assisted person one helps. ``NotHere`` for others."""
    found = Moderation.objects.select_related(
        "contribution__author", "contribution__space", "hidden_by", "rule", "appeal"
    )
    moderation = found.filter(contribution__space=place.space, pk=pk, ended_at=None).first()
    if moderation is None or moderation.contribution.state == ContributionState.WITHDRAWN:
        raise NotHere
    own = place.person is not None and moderation.contribution.author_id == place.person.pk
    helped = place.is_facilitator and moderation.contribution.author.is_assisted
    if not (own or helped):
        raise NotHere
    return moderation


def may_look_again(moderation: Moderation) -> list[Person]:
    """Whom the author can ask to look again: never who put the words out of sight, nor the author."""
    author, hider = moderation.contribution.author_id, moderation.hidden_by_id
    return who_may(moderation.contribution.space, Role.WORRIES, apart=[author, hider])


_OPEN = Q(decided_at=None, moderation__ended_at=None) & ~Q(moderation__contribution__state=ContributionState.WITHDRAWN)


def appeals_for(place: Place) -> list[Appeal]:
    """Appeals that this person may decide, the one that has waited longest first; never of what they hid or wrote."""
    if not looks_after_worries(place):
        return []
    found = Appeal.objects.filter(_OPEN, moderation__contribution__space=place.space)
    found = found.exclude(hidden_by=place.person).exclude(moderation__contribution__author=place.person)
    return list(
        found.select_related("moderation__contribution__author", "to_person", "made_by").order_by("at", "pk")[:SHOWN]
    )


def appeals_without_anybody(place: Place) -> list[Appeal]:
    """Appeals against what this person hid, for which the space has nobody else yet."""
    if not looks_after_worries(place):
        return []
    found = Appeal.objects.filter(
        _OPEN, moderation__contribution__space=place.space, hidden_by=place.person, to_person=None
    )
    return list(found.select_related("wishes_for", "moderation__contribution").order_by("at", "pk")[:SHOWN])


def appeal_for(place: Place, pk: UUID) -> Appeal:
    """One appeal that this person may decide, or see decided. ``NotHere`` for everybody else, who hid it among them."""
    if not looks_after_worries(place):
        raise NotHere
    found = Appeal.objects.filter(moderation__contribution__space=place.space, pk=pk)
    found = found.exclude(hidden_by=place.person).exclude(moderation__contribution__author=place.person)
    appeal = found.select_related(
        "moderation__contribution__author", "moderation__contribution__space", "moderation__rule",
        "moderation__hidden_by", "hidden_by",
        "made_by", "to_person", "decided_by",
    ).first()  # fmt: skip
    if appeal is None or appeal.moderation.contribution.state == ContributionState.WITHDRAWN:
        raise NotHere
    return appeal


# ── what an author is told ───────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Mine:
    """What happened to somebody's words: put out of sight (also earlier), and where somebody wrote to them."""

    moderations: list[Moderation]
    talks: list[Flag]


def what_happened_to_mine(place: Place) -> Mine:
    """What this person is told about their own words in the space, newest first. Two queries."""
    own = Moderation.objects.filter(contribution__space=place.space, contribution__author=place.person)
    own = own.exclude(contribution__state=ContributionState.WITHDRAWN)
    moderations = own.select_related(
        "contribution", "hidden_by", "ended_by", "rule", "appeal__to_person", "appeal__decided_by"
    )
    mine = Contribution.objects.filter(space=place.space, author=place.person).exclude(
        state=ContributionState.WITHDRAWN
    )
    return Mine(list(moderations.order_by("-at", "pk")[:SHOWN]), talks_about(mine))


def readings_of_mine(place: Place) -> list[Reading]:
    """Who read this person's words while only few could, newest first."""
    found = Reading.objects.filter(contribution__space=place.space, contribution__author=place.person)
    found = found.exclude(contribution__state=ContributionState.WITHDRAWN)
    return list(found.select_related("reader", "contribution").order_by("-at", "pk")[:SHOWN])


def readings_of(contribution: Contribution, *, limit: int = 5) -> list[Reading]:
    """The last readings of these words by those who look after the space, newest first. One query."""
    found = Reading.objects.filter(contribution=contribution)
    return list(found.select_related("reader").order_by("-at", "pk")[:limit])
