"""Pictures, sound and documents that go with words: adding, describing, taking away, erasing."""

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet, Sum
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.actions.changing import held, require_own
from coproduce.contributions.attaching.made import Made
from coproduce.contributions.attaching.storing import Keep, digest_of, remove_when_done
from coproduce.contributions.models import Attachment, Contribution, Draft
from coproduce.errors import NotAllowed, NotHere, TooMany
from coproduce.history.chain import record
from coproduce.people.models import Person

FILES_AT_MOST = 6
"""With one contribution."""
A_DAY_AT_MOST = 150 * 1024 * 1024
"""Bytes that one person may add in 24 hours, as they are kept."""
LONGEST_NAME = 120
LONGEST_WORDS = 20_000


class NewFile(NamedTuple):
    """A file somebody added: what they called it, and what we made of it."""

    name: str
    made: Made


def plain_name(name: str) -> str:
    """A file's name for showing: no folders, nothing that cannot be seen or turns the line round, not too long."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    seen = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C").strip(" .")
    stem, dot, ending = seen.rpartition(".")
    if dot and len(ending) <= 10:
        return f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return seen[:LONGEST_NAME] or _("a file")


def _require_room(actor: Person, there: int, files: Sequence[NewFile]) -> None:
    if there + len(files) > FILES_AT_MOST:
        raise NotAllowed(
            _("At most %(most)d files go with one contribution. Bring the others with another one.")
            % {"most": FILES_AT_MOST}
        )
    since = clock.now() - timedelta(days=1)
    lately = Attachment.objects.filter(added_by=actor, added_at__gte=since).aggregate(all=Sum("size"))["all"] or 0
    if lately + sum(len(each.made.content) for each in files) > A_DAY_AT_MOST:
        raise TooMany(_("You added a great deal today. What you wrote is kept: add the rest tomorrow."))


def _row(actor: Person, file: NewFile, space: UUID, keep: Keep) -> Attachment:
    made = file.made
    return Attachment(
        id=clock.untimed_id(),  # it stands in the address of a file that may go with nameless words
        space_id=space,
        added_by=actor,
        added_at=clock.now(),
        kind=made.kind,
        content_type=made.content_type,
        name=plain_name(file.name),
        path=keep(space, made.content),
        digest=digest_of(made.content),
        size=len(made.content),
        width=made.width,
        height=made.height,
        seconds=made.seconds,
    )


def keep_files(actor: Person, draft: Draft, files: Sequence[NewFile], keep: Keep) -> None:
    """Files of words that were not sent yet: part of ``keep_draft``."""
    if not files:
        return
    _require_room(actor, draft.attachments.count(), files)
    for file in files:
        attachment = _row(actor, file, draft.space_id, keep)
        attachment.draft = draft
        attachment.full_clean()
        attachment.save(force_insert=True)


@transaction.atomic
def add_files(
    *,
    actor: Person,
    contribution: Contribution,
    files: Sequence[NewFile],
    keep: Keep,
    from_draft: Sequence[Attachment] = (),
) -> Contribution:
    """Add files to words: new ones, and those that waited in a draft.

    Only the author may, or a facilitator for an assisted author. Raises ``NotHere``, ``NotAllowed`` or ``TooMany``.
    """
    contribution = held(contribution)
    require_own(actor, contribution)
    _require_room(actor, contribution.attachments.count() + len(from_draft), files)
    added = list(Attachment.objects.select_for_update().filter(pk__in=[each.pk for each in from_draft]))
    if any(each.draft_id is None or each.added_by_id != actor.pk for each in added):
        raise NotHere
    added += [_row(actor, file, contribution.space_id, keep) for file in files]
    for attachment in added:
        attachment.contribution, attachment.draft = contribution, None
        attachment.full_clean()
        attachment.save()
    record(
        "files added",
        actor=actor,
        space=contribution.space,
        subject=contribution,
        files=[{"id": each.pk, "kind": each.kind, "digest": each.digest} for each in added],
    )
    return contribution


@transaction.atomic
def describe_files(
    *, actor: Person, contribution: Contribution, words: Mapping[UUID, str], taken_away: Sequence[UUID] = ()
) -> Contribution:
    """Say what a picture shows or what is said in a recording, and take away what shall not be there any more.

    words: by attachment; what is not named stays as it was. Only the author may, or a facilitator for an assisted
    author. Raises ``NotHere`` or ``NotAllowed``.
    """
    contribution = held(contribution)
    require_own(actor, contribution)
    for attachment in contribution.attachments.filter(erased_at=None, pk__in=words):
        attachment.words = words[attachment.pk].replace("\r\n", "\n").strip()[:LONGEST_WORDS]
        attachment.save(update_fields=["words"])
    gone = contribution.attachments.filter(pk__in=taken_away)
    gone_keys = [each.pk for each in gone]
    let_go(gone)
    record(
        "files described",
        actor=actor,
        space=contribution.space,
        subject=contribution,
        files=list(words),
        taken_away=gone_keys,
    )
    return contribution


def let_go(attachments: QuerySet[Attachment]) -> None:
    """Rows and files that were never part of the record, or are taken out of it by whoever added them."""
    remove_when_done(attachments.values_list("path", flat=True))
    attachments.delete()


# no actor because it is part of an action that has one
@transaction.atomic
def erase_attachments(contribution: Contribution) -> None:
    """Erase the files of words that are erased: part of every action that destroys words for good.

    The bytes go from the disk as soon as the transaction is done. Of each row a tombstone stays: that there was a
    picture, a recording or a document, and when it was added; not its name, its digest, or what was said about it.
    Putting words out of sight needs no call: files are served by the same rule as the words.
    """
    found = Attachment.objects.filter(contribution=contribution, erased_at=None)
    remove_when_done(found.values_list("path", flat=True))
    found.update(name="", words="", path="", digest="", size=0, width=0, height=0, seconds=0, erased_at=clock.now())
