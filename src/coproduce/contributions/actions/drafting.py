"""Keeping what somebody has begun, and letting go of it."""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.actions.attaching import NewFile, keep_files, let_go
from coproduce.contributions.attaching.storing import Keep
from coproduce.contributions.drafts import KEPT_FOR, MOST_VERSIONS, Version, sealed_versions, versions_in
from coproduce.contributions.models import Attachment, Draft
from coproduce.errors import NotHere, TooLarge, TooMany
from coproduce.people.models import Person
from coproduce.spaces.access import require_member
from coproduce.spaces.models import Space
from coproduce.ui.forms import KEPT_AT_MOST

MOST_DRAFTS = 60
"""That one person may have at a time."""


# no event: what nobody has sent leaves no trace
@transaction.atomic
def keep_draft(
    *,
    actor: Person,
    space: Space,
    sheet: str,
    filled: str,
    key: str = "",
    began: str = "",
    files: Sequence[NewFile] = (),
    keep: Keep | None = None,
    left_out: Sequence[UUID] = (),
) -> Draft:
    """Keep what is filled in on a sheet (encoded as a form is sent), and files that were added to it.

    key: of the form; began: the key of the version that the page showed when it was opened. A version with either key
    is replaced, any other stays beside this one. left_out: files of the draft that are not wanted any more. Drafts
    older than ``KEPT_FOR`` go, whose ever they are. Raises ``NotHere``, ``TooLarge`` or ``TooMany``.
    """
    require_member(actor, space)
    if len(filled) > KEPT_AT_MOST:
        raise TooLarge
    _forget_old()
    now = clock.now()
    draft, is_new = Draft.objects.select_for_update().get_or_create(
        person=actor, sheet=sheet, defaults={"space": space, "sealed": b"", "begun_at": now, "written_at": now}
    )
    if draft.space_id != space.pk:
        raise NotHere
    if is_new and Draft.objects.filter(person=actor).count() > MOST_DRAFTS:
        raise TooMany(_("You have begun very many things. Send or throw away some of them, and go on here."))
    others = [each for each in versions_in(draft) if each.key not in (key, began)]
    if len(others) >= MOST_VERSIONS:
        raise TooMany(_("This sheet is open in many windows. Send or throw away what you began, and go on here."))
    draft.sealed = sealed_versions(draft, [*others, Version(key, filled, now)])
    draft.written_at = now
    draft.full_clean()
    draft.save()
    let_go(Attachment.objects.filter(draft=draft, pk__in=left_out))
    if keep is not None:
        keep_files(actor, draft, files, keep)
    return draft


def _forget_old() -> None:
    old = Draft.objects.filter(written_at__lt=clock.now() - KEPT_FOR)
    let_go(Attachment.objects.filter(draft__in=old))
    old.delete()


# no event, as for keeping it
@transaction.atomic
def discard_draft(*, actor: Person, draft: Draft) -> None:
    """Throw a draft away, with its files. ``NotHere`` for anybody else's."""
    if draft.person_id != actor.pk:
        raise NotHere
    let_go(Attachment.objects.filter(draft=draft))
    draft.delete()


# no event: what was sent has one
@transaction.atomic
def close_draft(*, actor: Person, space: Space, sheet: str, key: str, began: str = "") -> None:
    """Words were sent: their version of the draft goes, and the draft itself if it holds nothing else.

    What another window holds that this one never showed stays.
    """
    draft = Draft.objects.select_for_update().filter(person=actor, space=space, sheet=sheet).first()
    if draft is None:
        return
    others = [each for each in versions_in(draft) if each.key not in (key, began)]
    if not others:
        discard_draft(actor=actor, draft=draft)
        return
    draft.sealed = sealed_versions(draft, others)
    draft.save(update_fields=["sealed"])
