"""Asking people to look after something, and writing down where to turn."""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.care.models import CareNote, CareRole, Role
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator, require_member
from coproduce.spaces.models import Space


@transaction.atomic
def name_for_role(*, actor: Person, space: Space, person: Person, role: str) -> CareRole:
    """A facilitator writes down whom the space asked to look after worries, or after safety.

    Somebody who does not sign in cannot: ``NotAllowed``. Asked twice, it stays as it was.
    """
    require_facilitator(actor, space)
    require_member(person, space)
    Space.objects.select_for_update().get(pk=space.pk)
    if person.account_id is None:
        raise NotAllowed(_("Looking after worries needs signing in, and this person does not go online."))
    there = CareRole.objects.filter(space=space, person=person, role=role, until=None).first()
    if there is not None:
        return there
    named = CareRole(space=space, person=person, role=Role(role), named_by=actor, since=clock.now())
    named.full_clean()
    named.save()
    record("care role given", actor=actor, space=space, subject=named, person=str(person.pk), role=role)
    return named


@transaction.atomic
def end_role(*, actor: Person, role: CareRole) -> CareRole:
    """Somebody does not look after this any more: they say so themselves, or a facilitator does."""
    role = CareRole.objects.select_for_update(of=("self",)).select_related("space").get(pk=role.pk)
    if actor.pk == role.person_id:
        require_member(actor, role.space)
    else:
        require_facilitator(actor, role.space)
    if role.until is not None:
        raise NotHere
    role.until = clock.now()
    role.save(update_fields=["until"])
    record("care role ended", actor=actor, space=role.space, subject=role, person=str(role.person_id), role=role.role)
    return role


@transaction.atomic
def write_note(*, actor: Person, space: Space, words: str, contacts: str) -> CareNote:
    """A facilitator writes where to turn when it is too much: a new version; the ones before stay."""
    require_facilitator(actor, space)
    Space.objects.select_for_update().get(pk=space.pk)
    before = CareNote.objects.filter(space=space).order_by("-version").first()
    note = CareNote(
        space=space,
        version=before.version + 1 if before else 1,
        words=words.strip(),
        contacts=contacts.strip(),
        written_by=actor,
        at=clock.now(),
    )
    note.full_clean()
    note.save()
    record("care note written", actor=actor, space=space, subject=note, version=note.version)
    return note
