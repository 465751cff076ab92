"""Opening a space, asking its question differently, and writing down how it decides."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from coproduce.errors import NotAllowed, NotHere
from coproduce.history import chain
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator, require_member
from coproduce.spaces.actions.ways_in import fresh_link
from coproduce.spaces.charters import PLAIN_RIGHTS, Rights
from coproduce.spaces.models import (
    Charter,
    CharterDelegate,
    CharterKind,
    CharterNeed,
    Framing,
    Membership,
    MembershipState,
    Practice,
    Privacy,
    Space,
)


class OnlyFacilitatorsOpen(NotAllowed):
    """This installation lets only its facilitators open spaces."""

    title = _("Here, a facilitator opens spaces")
    what_now = _(
        "The people who look after this server asked for it to work this way. Tell a facilitator "
        "what you would like to ask, and they can open a space for it with you."
    )


class CharterIsTheMembers(NotAllowed):
    """The members agreed on their charter, so nobody writes it alone."""

    title = _("We change our charter together")
    what_now = _(
        "The members of this space decided on their charter. It changes in the same way: put a change of the charter "
        "to everyone. Nothing was changed."
    )


def may_open(person: Person | None) -> bool:
    """Whether this installation lets the person open a space."""
    return person is not None and (settings.WHO_OPENS == "anyone" or person.is_facilitator)


def _free_slug(name: str) -> str:
    """An address for the space, made of its name: ``living-with-asthma``, then ``living-with-asthma-2``."""
    wanted = slugify(name)[:50].strip("-") or "space"
    taken = set(Space.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
    number, slug = 1, wanted
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _save(instance: Any) -> Any:
    instance.full_clean()
    instance.save(force_insert=True)
    return instance


def _write_needs(charter: Charter, needs: Mapping[str, int]) -> None:
    for way, people in needs.items():
        if people:
            need = CharterNeed(charter=charter, way=way, people=people)
            need.full_clean()
            need.save()


@transaction.atomic
def open_space(  # noqa: PLR0913  # everything a space begins with, each with a default but three
    *,
    actor: Person,
    question: str,
    name: str,
    practices: Iterable[str] = (),
    for_whom: str = "",
    privacy: str = Privacy.MEMBERS,
    why: str = "",
    rhythm: str = "",
    ground_rules: str = "",
    how_we_decide: str = "",
    minimum_reading_days: int = 14,
    objections_that_may_stand: int = 0,
    needs: Mapping[str, int] | None = None,
    threshold: int = 8,
    slug: str = "",
    source: str = "",
) -> Space:
    """Open a space around a question, with its first framing, first charter and first way in.

    The actor becomes its first member and facilitator, and holds no more power than the charter gives.
    practices: codes of ``Practice``; needs: letter of a way of knowing to how many people; slug: made of the
    name when left out. ``OnlyFacilitatorsOpen`` where the installation says so; ``ValidationError``
    for a slug that is taken or words that do not fit.
    """
    if not may_open(actor):
        raise OnlyFacilitatorsOpen
    chosen = set(practices)
    space: Space = _save(
        Space(
            slug=slug or _free_slug(name),
            name=name,
            for_whom=for_whom,
            practices=" ".join(code for code in Practice.values if code in chosen),
            privacy=privacy,
            rhythm=rhythm,
            threshold=threshold,
            opened_by=actor,
            source=source,
        )
    )
    _save(Framing(space=space, number=1, words=question, why=why, framed_by=actor))
    charter: Charter = _save(
        Charter(
            space=space,
            version=1,
            ground_rules=ground_rules,
            how_we_decide=how_we_decide,
            minimum_reading_days=minimum_reading_days,
            objections_that_may_stand=objections_that_may_stand,
            written_by=actor,
        )
    )
    _write_needs(charter, needs or {})
    _save(Membership(space=space, person=actor, is_facilitator=True))
    fresh_link(space, actor)
    chain.record(
        "space opened", actor=actor, space=space, subject=space, question=question, name=name, charter=charter.pk
    )
    return space


@transaction.atomic
def reframe_question(
    *,
    actor: Person,
    space: Space,
    words: str,
    why: str,
    sources_detail: Any = None,
) -> Framing:
    """Ask the question in other words. Any member may; the earlier wordings stay, with who and why.

    sources_detail: what the caller wants kept on the record about where the new words come from
    (JSON-able, such as identifiers of contributions). ``NotHere`` for someone who is not a member.
    """
    require_member(actor, space)
    # Held until the end, so that two people reframing at once get two numbers.
    Space.objects.select_for_update().get(pk=space.pk)
    last = Framing.objects.filter(space=space).aggregate(number=Max("number"))["number"] or 0
    framing: Framing = _save(Framing(space=space, number=last + 1, words=words, why=why, framed_by=actor))
    chain.record(
        "question reframed",
        actor=actor,
        space=space,
        subject=framing,
        number=framing.number,
        words=words,
        why=why,
        sources=sources_detail or [],
    )
    return framing


@transaction.atomic
def write_charter(  # everything that a charter says
    *,
    actor: Person,
    space: Space,
    why: str,
    ground_rules: str,
    how_we_decide: str,
    minimum_reading_days: int,
    objections_that_may_stand: int,
    needs: Mapping[str, int],
    rights: Rights | None = None,
    decision: UUID | None = None,
) -> Charter:
    """Write the next version of the charter, and say why; earlier versions stay.

    Until the members have agreed one, a facilitator writes it. From then on it is written by closing a proposal alone,
    which names its ``decision``. rights: those of the present version when left out. What is already being decided
    goes on under the version that held when it was put.
    ``NotHere`` for strangers, ``NotAllowed`` for others who may not.
    """
    if decision is None:
        require_facilitator(actor, space)
    else:
        require_member(actor, space)
    Space.objects.select_for_update().get(pk=space.pk)
    present = Charter.objects.filter(space=space).order_by("-version").first()
    if decision is None and present is not None and present.is_agreed:
        raise CharterIsTheMembers
    if rights is None:
        rights = Rights.of(present) if present is not None else Rights()
    charter: Charter = _save(
        Charter(
            space=space,
            version=(present.version if present else 0) + 1,
            why=why,
            ground_rules=ground_rules,
            how_we_decide=how_we_decide,
            minimum_reading_days=minimum_reading_days,
            objections_that_may_stand=objections_that_may_stand,
            **{name: getattr(rights, name) for name in PLAIN_RIGHTS},
            is_agreed=decision is not None,
            written_by=actor,
        )
    )
    _write_needs(charter, needs)
    _write_rights(charter, rights)
    chain.record(
        "charter written",
        actor=actor,
        space=space,
        subject=charter,
        version=charter.version,
        why=why,
        minimum_reading_days=minimum_reading_days,
        objections_that_may_stand=objections_that_may_stand,
        needs={way: people for way, people in needs.items() if people},
        rights=asdict(rights),
        decision=decision,
    )
    return charter


def _write_rights(charter: Charter, rights: Rights) -> None:
    for kind, for_what in rights.kinds.items():
        _save(CharterKind(charter=charter, kind=kind, for_what=for_what))
    people = {str(pk): pk for pk in _members_among(charter.space, rights)}
    for matter, keys in rights.delegates.items():
        for key in keys:
            if key not in people:
                raise NotHere(_("Somebody whom the charter should name is not in this space any more."))
            _save(CharterDelegate(charter=charter, matter=matter, person_id=people[key]))


def _members_among(space: Space, rights: Rights) -> list[UUID]:
    named = {UUID(key) for keys in rights.delegates.values() for key in keys}
    here = Membership.objects.filter(space=space, person__in=named).exclude(state=MembershipState.LEFT)
    return list(here.values_list("person", flat=True)) if named else []
