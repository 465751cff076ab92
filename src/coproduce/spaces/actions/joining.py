"""Coming in, and saying where one speaks from."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction

from coproduce import clock
from coproduce.errors import NotHere
from coproduce.history import chain
from coproduce.people.actions import add_assisted_person
from coproduce.people.models import Channel, Person
from coproduce.people.naming import tidy_name
from coproduce.spaces.access import LinkClosed, may_see_again, recorder_for, require_facilitator
from coproduce.spaces.models import (
    Affiliation,
    JoinLink,
    Membership,
    MembershipState,
    Space,
    Standpoint,
    Understanding,
    Visibility,
)


class Said(NamedTuple):
    """A standpoint as it was said. ``way`` is a letter; visibility ``shown`` or ``counted``."""

    words: str
    way: str
    visibility: str = Visibility.SHOWN


class Belongs(NamedTuple):
    """An organisation or group as it was said."""

    organisation: str
    visibility: str = Visibility.SHOWN


@transaction.atomic
def join_space(
    *,
    actor: Person,
    link: JoinLink,
    chosen_name: str = "",
    standpoints: Iterable[Said | tuple[str, str, str]] = (),
    affiliations: Iterable[Belongs | tuple[str, str]] = (),
    understanding: str = "",
) -> Membership:
    """Join the space that a link leads to, or come back to it after leaving.

    What somebody does not want recorded is not passed to this action at all. Someone who is already a member
    stays as they are. ``LinkClosed`` for a link that has ended.
    """
    membership = Membership.objects.filter(space=link.space, person=actor).first()
    if membership is not None and membership.state != MembershipState.LEFT:
        return membership
    if not link.is_open:
        raise LinkClosed
    again = membership is not None
    if membership is None:
        membership = Membership(space=link.space, person=actor)
    membership.state = MembershipState.ACTIVE
    membership.state_since = clock.now()
    membership.full_clean()
    membership.save()
    _call(actor, chosen_name)
    _describe(membership, standpoints, affiliations, understanding)
    chain.record(
        "member came back" if again else "member joined",
        actor=actor,
        space=link.space,
        subject=membership,
        link=link.pk,
    )
    return membership


@transaction.atomic
def add_assisted_member(
    *,
    actor: Person,
    space: Space,
    chosen_name: str,
    full_name: str = "",
    channel: str = Channel.POST,
    standpoints: Iterable[Said | tuple[str, str, str]] = (),
    affiliations: Iterable[Belongs | tuple[str, str]] = (),
    understanding: str = "",
    person: Person | None = None,
) -> Membership:
    """Bring in somebody who does not go online. A facilitator does, and is named as the one who recorded it.

    channel: how this person is reached. Pass ``person`` for someone who is assisted and already known here
    (only those whom the actor added); their name and channel then stay as they are.
    """
    require_facilitator(actor, space)
    if person is None:
        person = add_assisted_person(actor=actor, chosen_name=chosen_name, full_name=full_name, channel=channel)
    elif not person.is_assisted or person.added_by_id != actor.pk:
        raise NotHere
    membership = Membership(space=space, person=person, recorded_by=actor)
    membership.full_clean()
    membership.save(force_insert=True)
    _describe(membership, standpoints, affiliations, understanding)
    chain.record(
        "assisted member added", actor=actor, space=space, subject=membership, person=person.pk, channel=channel
    )
    return membership


@transaction.atomic
def describe_myself(
    *,
    actor: Person,
    space: Space,
    person: Person | None = None,
    chosen_name: str = "",
    standpoints: Iterable[Said | tuple[str, str, str]] = (),
    affiliations: Iterable[Belongs | tuple[str, str]] = (),
    understanding: str = "",
    forget_counted: bool = False,
) -> Membership:
    """Say anew where one speaks from: what is not in the lists any more is gone, not kept as hidden.

    person: an assisted member for whom a facilitator (the actor) writes it down. What that person let be counted only
    stays where the actor is not who wrote it down and so was not shown it, unless forget_counted. An understanding
    that differs from the last one is added to it, so that the earlier ones can be read beside it.
    """
    whose = person or actor
    recorder_for(actor, whose, space)
    membership = Membership.objects.get(space=space, person=whose)
    _call(whose, chosen_name)
    keeps = not (may_see_again(actor, membership) or forget_counted)
    _describe(membership, standpoints, affiliations, understanding, keeps_counted=keeps)
    chain.record("member described themself", actor=actor, space=space, subject=membership)
    return membership


def _call(person: Person, chosen_name: str) -> None:
    chosen_name = tidy_name(chosen_name)
    if chosen_name and chosen_name != person.chosen_name:
        person.chosen_name = chosen_name
        person.full_clean()
        person.save(update_fields=["chosen_name"])


def _describe(
    membership: Membership,
    standpoints: Iterable[Said | tuple[str, str, str]],
    affiliations: Iterable[Belongs | tuple[str, str]],
    understanding: str,
    *,
    keeps_counted: bool = False,
) -> None:
    """Make the rows say what was said: what stays keeps its date, what is gone is deleted."""
    wanted = list(dict.fromkeys((words, way, visibility) for words, way, visibility in standpoints))
    for earlier in membership.standpoints.all():
        said = (earlier.words, earlier.way, earlier.visibility)
        if said in wanted:
            wanted.remove(said)
        elif not (keeps_counted and earlier.visibility == Visibility.COUNTED):
            earlier.delete()
    for words, way, visibility in wanted:
        standpoint = Standpoint(membership=membership, words=words, way=way, visibility=visibility)
        standpoint.full_clean()
        standpoint.save(force_insert=True)
    _belong(membership, affiliations, keeps_counted=keeps_counted)
    newest = membership.understandings.order_by("-said_at").first()
    if understanding and (newest is None or newest.words != understanding):
        thought = Understanding(membership=membership, words=understanding)
        thought.full_clean()
        thought.save(force_insert=True)


def _belong(membership: Membership, affiliations: Iterable[Belongs | tuple[str, str]], *, keeps_counted: bool) -> None:
    wanted = list(dict.fromkeys((organisation, visibility) for organisation, visibility in affiliations))
    for earlier in membership.affiliations.all():
        said = (earlier.organisation, earlier.visibility)
        if said in wanted:
            wanted.remove(said)
        elif not (keeps_counted and earlier.visibility == Visibility.COUNTED):
            earlier.delete()
    for organisation, visibility in wanted:
        affiliation = Affiliation(membership=membership, organisation=organisation, visibility=visibility)
        affiliation.full_clean()
        affiliation.save(force_insert=True)
