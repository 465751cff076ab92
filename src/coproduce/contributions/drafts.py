"""Drafts: what somebody has begun on a sheet, as they may read it again.

A draft and the words that ``ui.forms.keep_words`` keeps are for different moments. *Kept words* are what was just sent
and could not be taken (nobody was signed in any more): they lie in the session, for twelve hours, and come back by
themselves once. A *draft* is what somebody chose to leave for later, or what the page kept while they wrote: it lies
in the database, sealed, until it is sent or thrown away, for ``KEPT_FOR`` at most. Where there are both, the kept
words are the newer and stand on the page; the draft is not touched by it.

Two windows may write on the same sheet. Each page writes under its own form key; a page that began from what was kept
carries it on, any other stands beside it as another version. All are offered; nothing is written over unseen.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Draft
from coproduce.contributions.sealing import seal, unseal
from coproduce.errors import NotHere
from coproduce.people.models import Person
from coproduce.spaces.models import Space

KEPT_FOR = timedelta(days=90)
MOST_VERSIONS = 8
SHEETS = (
    "contributions:bring",
    "contributions:answer",
    "contributions:revise",
    "contributions:write_down",
    "outcomes:bring_evidence",
    "outcomes:happened",
)
"""The pages that keep drafts, by the names of their addresses."""


@dataclass(frozen=True, slots=True)
class Version:
    """What one window holds: the key of its form, what is filled in (encoded as a form is sent), and since when."""

    key: str
    filled: str
    at: datetime

    @property
    def filled_in(self) -> QueryDict:
        return QueryDict(self.filled)

    @property
    def words(self) -> str:
        return self.filled_in.get("words", "") or self.filled_in.get("title", "")


@dataclass(frozen=True, slots=True)
class Begun:
    """A draft that its writer goes through: what it belongs to, its address, and how it begins."""

    draft: Draft
    sheet: str
    name: str
    words: str


def versions_in(draft: Draft | None) -> list[Version]:
    """The versions of a draft, oldest first; none where it cannot be opened any more."""
    opened = unseal(draft.person_id, draft.pk, bytes(draft.sealed)) if draft is not None else None
    if opened is None:
        return []
    return [Version(each["key"], each["filled"], datetime.fromisoformat(each["at"])) for each in json.loads(opened)]


def sealed_versions(draft: Draft, versions: list[Version]) -> bytes:
    """What ``versions_in`` reads again."""
    rows = [{"key": each.key, "filled": each.filled, "at": each.at.isoformat()} for each in versions]
    return seal(draft.person_id, draft.pk, json.dumps(rows))


def draft_for(person: Person, space: Space, sheet: str) -> Draft | None:
    """This person's draft for one sheet of a space, with its files fetched, or None. Two queries at most."""
    return _mine(person, space).filter(sheet=sheet).prefetch_related("attachments").first()


def draft_in(person: Person, space: Space, pk: object) -> Draft:
    """One of this person's own drafts. ``NotHere`` for anybody else's."""
    draft = _mine(person, space).filter(pk=pk).first()
    if draft is None:
        raise NotHere
    return draft


def begun_by(person: Person, space: Space, limit: int = 20) -> list[Begun]:
    """All that this person has begun in a space and not sent, newest first. One query."""
    found = []
    for draft in _mine(person, space).order_by("-written_at")[:limit]:
        versions = versions_in(draft)
        found.append(Begun(draft, draft.sheet, _name_of(draft.sheet), versions[-1].words if versions else ""))
    return found


def _mine(person: Person, space: Space) -> QuerySet[Draft]:
    return Draft.objects.filter(person=person, space=space, written_at__gte=clock.now() - KEPT_FOR)


def sheet_in(space: Space, address: str) -> str:
    """The address of a sheet of this space that keeps drafts. ``NotHere`` for any other address."""
    parts = urlsplit(address)
    try:
        found = resolve(parts.path)
    except Resolver404:
        raise NotHere from None
    if found.view_name not in SHEETS or found.kwargs.get("slug") != space.slug:
        raise NotHere
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _name_of(sheet: str) -> str:
    try:
        name = resolve(urlsplit(sheet).path).url_name
    except Resolver404:
        name = ""
    return {
        "answer": _("An answer"),
        "revise": _("A change to your words"),
        "write_down": _("What somebody said to you"),
        "bring_evidence": _("What shows that it is so"),
        "happened": _("Something happened"),
    }.get(name or "", _("Something to bring"))
