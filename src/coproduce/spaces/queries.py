"""Spaces, their questions, charters, people and ways in."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Prefetch, Q, QuerySet, Subquery

from coproduce import clock
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.models import (
    CODE_LETTERS,
    Affiliation,
    Charter,
    CharterNeed,
    Framing,
    JoinLink,
    Membership,
    MembershipState,
    Privacy,
    Space,
    SpaceState,
    Standpoint,
    Understanding,
    Visibility,
)
from coproduce.ways import WAYS, Way


def _with_question(spaces: QuerySet[Space]) -> QuerySet[Space]:
    newest = Framing.objects.filter(space=OuterRef("pk")).order_by("-number").values("words")[:1]
    return spaces.annotate(question=Subquery(newest))


def spaces_of(person: Person) -> list[Membership]:
    """The memberships of someone in spaces they have not left, newest visit first; ``space.question`` is filled."""
    memberships = (
        Membership.objects.filter(person=person)
        .exclude(state=MembershipState.LEFT)
        .prefetch_related(Prefetch("space", queryset=_with_question(Space.objects.all())))
        .order_by(F("last_here_at").desc(nulls_last=True), "-joined_at")
    )
    return list(memberships)


def has_left(person: Person, slug: str) -> bool:
    """Whether someone was in the space and has left it."""
    return Membership.objects.filter(person=person, space__slug=slug, state=MembershipState.LEFT).exists()


def findable_spaces(at_most: int = 100) -> list[Space]:
    """Listed and public spaces that have not ended, newest first, each with its ``question``."""
    found = Space.objects.filter(privacy__in=[Privacy.LISTED, Privacy.PUBLIC]).exclude(state=SpaceState.ENDED)
    return list(_with_question(found).order_by("-opened_at")[:at_most])


def framings_of(space: Space) -> list[Framing]:
    """Every wording of the question with who asked it so, the present one first."""
    return list(Framing.objects.filter(space=space).select_related("framed_by").order_by("-number"))


def charters_of(space: Space) -> list[Charter]:
    """Every version of the charter with its needs and who wrote it, the present one first."""
    charters = Charter.objects.filter(space=space).select_related("written_by").order_by("-version")
    needs = Prefetch("needs", queryset=CharterNeed.objects.order_by("pk"))
    return list(charters.prefetch_related(needs, "kinds", "delegates__person"))


def present_charter(space: Space) -> Charter:
    """The charter that holds now, with its needs."""
    return Charter.objects.filter(space=space).prefetch_related("needs").order_by("-version")[0]


def charter_with_rights(space: Space) -> Charter:
    """The charter that holds now, with its needs, the kinds it allows, and whom it names. Five queries."""
    charters = Charter.objects.filter(space=space).prefetch_related("needs", "kinds", "delegates__person")
    return charters.order_by("-version")[0]


def people_named(charter: Charter) -> dict[str, list[Person]]:
    """Whom the charter names for each matter. Reads ``charter.delegates``, which the query fetched."""
    named: dict[str, list[Person]] = {}
    for one in charter.delegates.all():
        named.setdefault(one.matter, []).append(one.person)
    return named


def needs_in_order(charter: Charter) -> list[tuple[Way, int]]:
    """How many people of each way of knowing the charter wants heard, in the order of drawing. No query."""
    people = {need.way: need.people for need in charter.needs.all()}
    return [(way, people[way.letter]) for way in WAYS if way.letter in people]


def facilitators_of(space: Space) -> list[Person]:
    """Who looks after the space."""
    memberships = (
        Membership.objects.filter(space=space, is_facilitator=True)
        .exclude(state=MembershipState.LEFT)
        .select_related("person")
        .order_by("joined_at", "pk")
    )
    return [membership.person for membership in memberships]


def who_could_facilitate(space: Space, person: Person) -> list[Person]:
    """Active members beside ``person`` who sign in, by name: those who look after the space, and those who could."""
    memberships = Membership.objects.filter(
        space=space, state=MembershipState.ACTIVE, person__account__is_active=True
    ).exclude(person=person)
    return [one.person for one in memberships.select_related("person").order_by("person__chosen_name", "pk")]


def plain_code(typed: str) -> str:
    """A code as it is stored, from how someone typed it: case, spaces and dashes do not matter."""
    letters = "".join(letter for letter in typed.upper() if letter.isalnum())
    return f"{letters[:4]}-{letters[4:]}" if len(letters) == 8 and set(letters) <= set(CODE_LETTERS) else ""


def join_link(typed: str) -> JoinLink | None:
    """The link with this code, open or not, with its space (and ``space.question``). None for a code nobody has."""
    if "\0" in typed:  # which PostgreSQL would not even look for
        return None
    return (
        JoinLink.objects.filter(code=plain_code(typed) or typed.strip().upper())
        .prefetch_related(Prefetch("space", queryset=_with_question(Space.objects.all())))
        .first()
    )


def join_links_of(space: Space) -> list[JoinLink]:
    """Every way in of a space with who made it, the newest first."""
    links = JoinLink.objects.filter(space=space).select_related("made_by", "space")
    return list(links.order_by(F("closed_at").asc(nulls_first=True), "-made_at", "pk"))


def way_in_for_anyone(space: Space) -> JoinLink | None:
    """The open way in that a facilitator chose to show to strangers."""
    unended = Q(ends_at=None) | Q(ends_at__gt=clock.now())
    shown = JoinLink.objects.filter(unended, space=space, for_anyone=True, closed_at=None)
    return shown.order_by("-made_at").first()


def member_in(space: Space, pk: UUID) -> Membership:
    """A membership of this space with its person and what they said of themself. ``NotHere`` if there is none."""
    membership = (
        Membership.objects.filter(space=space, pk=pk)
        .exclude(state=MembershipState.LEFT)
        .select_related("person", "space")
        .prefetch_related("standpoints", "affiliations")
        .first()
    )
    if membership is None:
        raise NotHere
    return membership


def own_membership(membership: Membership) -> Membership:
    """The same membership with everything its owner said of themself, whatever its visibility."""
    thoughts = Understanding.objects.order_by("-said_at")
    return (
        Membership.objects.select_related("person", "space", "recorded_by")
        .prefetch_related("standpoints", "affiliations", Prefetch("understandings", queryset=thoughts))
        .get(pk=membership.pk)
    )


def has_described(membership: Membership) -> bool:
    """Whether its owner has said where they speak from."""
    return Standpoint.objects.filter(membership=membership).exists()


@dataclass(frozen=True, slots=True)
class HowMany:
    """How many people speak from one way of knowing: only ever made for groups that may be told."""

    way: Way
    people: int


@dataclass(frozen=True, slots=True)
class PeopleHere:
    """Who is in a space, as far as they chose to show.

    counts: groups at or over the threshold; some_unsaid: whether smaller or hidden groups were left out.
    """

    memberships: list[Membership]
    counts: list[HowMany]
    some_unsaid: bool
    more: int


def people_here(space: Space, at_most: int = 200) -> PeopleHere:
    """The members with the standpoints and affiliations they show, and counts of groups big enough to tell.

    Four queries. People who only want to be counted enter a count when at least ``space.threshold`` of them
    do; fewer could be found by subtracting those whose standpoint is shown.
    """
    here = Membership.objects.filter(space=space).exclude(state=MembershipState.LEFT)
    shown = (
        here.select_related("person", "recorded_by")
        .prefetch_related(
            Prefetch("standpoints", queryset=Standpoint.objects.filter(visibility=Visibility.SHOWN)),
            Prefetch("affiliations", queryset=Affiliation.objects.filter(visibility=Visibility.SHOWN)),
        )
        .order_by("-is_facilitator", "joined_at", "pk")
    )
    memberships = list(shown[: at_most + 1])
    more = max(0, here.count() - at_most) if len(memberships) > at_most else 0
    counts, some_unsaid = _tellable_counts(space, here)
    return PeopleHere(memberships[:at_most], counts, some_unsaid, more)


def _tellable_counts(space: Space, here: QuerySet[Membership]) -> tuple[list[HowMany], bool]:
    rows = Standpoint.objects.filter(membership__in=here).values_list("membership_id", "way", "visibility").distinct()
    shown: dict[str, set[UUID]] = {}
    counted: dict[str, set[UUID]] = {}
    for membership, letter, visibility in rows:
        (shown if visibility == Visibility.SHOWN else counted).setdefault(letter, set()).add(membership)
    counts, some_unsaid = [], False
    for way in WAYS:
        told, unsaid = _tellable(shown.get(way.letter, set()), counted.get(way.letter, set()), space.threshold)
        some_unsaid = some_unsaid or unsaid
        if told:
            counts.append(HowMany(way, told))
    return counts, some_unsaid


def _tellable(shown: Iterable[UUID], counted: Iterable[UUID], threshold: int) -> tuple[int, bool]:
    """(how many may be told, 0 for none; whether anybody was left out)."""
    seen = set(shown)
    hidden = set(counted) - seen
    people = len(seen) + (len(hidden) if len(hidden) >= threshold else 0)
    left_out = len(seen) + len(hidden) - people
    return (people, left_out > 0) if people >= threshold else (0, bool(seen or hidden))


def is_looked_after(space: Space) -> bool:
    """Whether anybody who has not left looks after the space."""
    facilitating = Membership.objects.filter(space=OuterRef("pk"), is_facilitator=True)
    return Space.objects.filter(Exists(facilitating.exclude(state=MembershipState.LEFT)), pk=space.pk).exists()
