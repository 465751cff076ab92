"""Somebody may not be safe: writing to whoever the space named for that, and opening it when they are not there."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.care.models import BrokenGlass, Concern, Role
from coproduce.care.queries.people import is_named
from coproduce.care.queries.safety import who_may_be_told
from coproduce.contributions.models import Contribution
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space


def whom_not_to_tell(actor: Person, about: Contribution | None) -> list[UUID]:
    """Who must not be the one to read a worry about safety: its writer, and whose words it is about."""
    return [actor.pk, about.author_id] if about is not None else [actor.pk]


@transaction.atomic
def raise_concern(
    *, actor: Person, space: Space, words: str, to_person: Person | None = None, about: Contribution | None = None
) -> Concern:
    """Write that somebody may not be safe to one person, whom the writer may choose. Nobody else reads it.

    Without a choice it goes to the first whom the space named, or who facilitates. ``NotAllowed``: there is nobody.
    """
    require_member(actor, space)
    if about is not None and about.space_id != space.pk:
        raise NotHere
    possible = who_may_be_told(space, apart=whom_not_to_tell(actor, about))
    if not possible:
        raise NotAllowed(_("There is nobody else here who could read it. Please turn to somebody outside."))
    if to_person is not None and to_person.pk not in {one.pk for one in possible}:
        raise NotHere
    concern = Concern(
        space=space,
        about=about,
        written_by=actor,
        words=words.strip(),
        at=clock.now(),
        to_person=to_person or possible[0],
    )
    concern.full_clean()
    concern.save()
    record("concern raised", actor=actor, space=space, subject=concern)
    return concern


@transaction.atomic
def answer_concern(*, actor: Person, concern: Concern, answer: str) -> Concern:
    """Whoever it was written to, or has opened it, answers the writer."""
    concern = Concern.objects.select_for_update(of=("self",)).select_related("space").get(pk=concern.pk)
    require_member(actor, concern.space)
    opened = BrokenGlass.objects.filter(concern=concern, asked_by=actor, opened_at__isnull=False).exists()
    if actor.pk != concern.to_person_id and not opened:
        raise NotHere
    if concern.answered_at is not None:
        raise NotHere(_("This was answered already. What was answered stands."))
    if not answer.strip():
        raise NotAllowed(_("Write an answer. The person who wrote to you will read it."))
    concern.answer, concern.answered_by, concern.answered_at = answer.strip(), actor, clock.now()
    concern.full_clean()
    concern.save()
    record("concern answered", actor=actor, space=concern.space, subject=concern)
    return concern


def _require_trusted(actor: Person, concern: Concern) -> None:
    """The actor facilitates or is named for safety, and the worry is neither theirs nor about their words."""
    membership = require_member(actor, concern.space)
    about = concern.about.author_id if concern.about is not None else None
    trusted = membership.is_facilitator or is_named(concern.space, actor, Role.SAFEGUARDING)
    if actor.pk in (concern.written_by_id, about) or not trusted:
        raise NotHere


@transaction.atomic
def ask_to_open(
    *, actor: Person, concern: Concern, why: str, tells_writer: bool = True, quiet_why: str = ""
) -> BrokenGlass:
    """Ask to read a worry about safety that was written to somebody else. A second person has to agree.

    The writer is told, unless ``quiet_why`` says how telling them would raise the risk.
    """
    concern = Concern.objects.select_for_update(of=("self",)).select_related("space", "about").get(pk=concern.pk)
    _require_trusted(actor, concern)
    if actor.pk == concern.to_person_id:
        raise NotHere
    if not why.strip():
        raise NotAllowed(_("Say why you need to read it. It stays on record."))
    if not tells_writer and not quiet_why.strip():
        raise NotAllowed(_("Say how telling the writer would raise the risk. Otherwise they are told."))
    asked = BrokenGlass.objects.filter(concern=concern, asked_by=actor).first()
    if asked is not None:
        return asked
    glass = BrokenGlass(
        concern=concern,
        asked_by=actor,
        why=why.strip(),
        asked_at=clock.now(),
        tells_writer=tells_writer,
        quiet_why="" if tells_writer else quiet_why.strip(),
    )
    glass.full_clean()
    glass.save()
    record("concern opening asked", actor=actor, space=concern.space, subject=glass)
    return glass


@transaction.atomic
def agree_to_open(*, actor: Person, opening: BrokenGlass) -> BrokenGlass:
    """A second person agrees that the first may read it. They themselves do not read it by that."""
    found = BrokenGlass.objects.select_for_update(of=("self",)).select_related("concern__space", "concern__about")
    opening = found.get(pk=opening.pk)
    if actor.pk != opening.concern.to_person_id:
        _require_trusted(actor, opening.concern)
    else:
        require_member(actor, opening.concern.space)
    if actor.pk == opening.asked_by_id:
        raise NotAllowed(_("A second person has to agree."))
    if opening.opened_at is not None:
        raise NotHere
    opening.second, opening.opened_at = actor, clock.now()
    opening.full_clean()
    opening.save()
    record("concern opened", actor=actor, space=opening.concern.space, subject=opening)
    return opening
