"""Who looks after what in a space, and who therefore reads, answers and decides."""

from collections.abc import Iterable
from uuid import UUID

from coproduce.care.models import CareRole, Role
from coproduce.people.models import Person
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, MembershipState, Space
from coproduce.spaces.queries import facilitators_of


def roles_of(space: Space) -> list[CareRole]:
    """Everybody who is asked to look after something now and is still here, longest first. One query."""
    here = Membership.objects.filter(space=space).exclude(state=MembershipState.LEFT).values("person")
    found = CareRole.objects.filter(space=space, until=None, person__in=here)
    return list(found.select_related("person").order_by("since", "pk"))


def named_for(space: Space, role: Role) -> list[Person]:
    """Whom the space asked to do this."""
    return [one.person for one in roles_of(space) if one.role == role]


def readers_of(space: Space, role: Role, *, apart: Iterable[UUID] = ()) -> list[Person]:
    """Who reads what comes in: whom the space named, or else who facilitates; never anybody of ``apart``.

    Empty when nobody else is there. At most two queries.
    """
    without = set(apart)
    named = [one for one in named_for(space, role) if one.pk not in without]
    return named or [one for one in facilitators_of(space) if one.pk not in without]


def who_may(space: Space, role: Role, *, apart: Iterable[UUID]) -> list[Person]:
    """Everybody who could do this: whom the space named for it, then who facilitates; never anybody of ``apart``."""
    without = set(apart)
    found: dict[UUID, Person] = {}
    for one in [*named_for(space, role), *facilitators_of(space)]:
        if one.pk not in without:
            found.setdefault(one.pk, one)
    return list(found.values())


def looks_after_worries(place: Place) -> bool:
    """Whether this member may put words out of sight: they facilitate, or were named for worries."""
    return _looks_after(place, Role.WORRIES)


def looks_after_safety(place: Place) -> bool:
    """Whether this member sees that worries about safety are there: they facilitate, or were named for it."""
    return _looks_after(place, Role.SAFEGUARDING)


def _looks_after(place: Place, role: Role) -> bool:
    if place.person is None or not place.is_member:
        return False
    return place.is_facilitator or is_named(place.space, place.person, role)


def is_named(space: Space, person: Person, role: Role) -> bool:
    """Whether the space asked this person to do this. Whether they are still here is another question. One query."""
    return CareRole.objects.filter(space=space, person=person, role=role, until=None).exists()


def members_to_ask(space: Space) -> list[Person]:
    """Members who sign in and are not having a pause, by name: whom the space could ask to look after something."""
    memberships = Membership.objects.filter(space=space, state=MembershipState.ACTIVE, person__account__is_active=True)
    return [one.person for one in memberships.select_related("person").order_by("person__chosen_name", "pk")]
