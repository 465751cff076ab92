"""Builders for tests: the shortest way to a person, a space, a contribution. Use actions where those are tested."""

import itertools
from datetime import date

from coproduce.contributions.actions.drafting import keep_draft
from coproduce.contributions.attaching.storing import digest_of, keeping
from coproduce.contributions.models import Attachment, Contribution, ContributionVersion
from coproduce.decisions.models import Eligible
from coproduce.people.models import Account, Person
from coproduce.spaces.models import Charter, CharterNeed, Framing, JoinLink, Membership, Space, Standpoint

_numbers = itertools.count(1)


def person(name="", *, account=True, **fields):
    """Someone, with an account unless told otherwise."""
    number = next(_numbers)
    name = name or f"Person {number}"
    owner = Account.objects.create_user(f"p{number}@example.org") if account else None
    return Person.objects.create(chosen_name=name, full_name=f"{name} Example", account=owner, **fields)


def member(space, name="", *, ways="L", facilitator=False, shown="shown", **fields):
    """Someone who has joined ``space`` and speaks from the standpoints in ``ways``."""
    someone = person(name, **fields)
    join(space, someone, ways=ways, facilitator=facilitator, shown=shown)
    return someone


def join(space, someone, *, ways="L", facilitator=False, shown="shown"):
    """A membership with one standpoint for each letter."""
    membership = Membership.objects.create(space=space, person=someone, is_facilitator=facilitator)
    for way in ways:
        Standpoint.objects.create(membership=membership, words=f"standpoint {way}", way=way, visibility=shown)
    return membership


def space(*, privacy="members", opened_by=None, question="What would help?", needs=(), days=14, **fields):
    """A space with its question, a charter and somebody who opened it (and facilitates)."""
    number = next(_numbers)
    opener = opened_by or person(f"Opener {number}")
    made = Space.objects.create(
        slug=fields.pop("slug", f"space-{number}"),
        name=fields.pop("name", f"Space {number}"),
        privacy=privacy,
        opened_by=opener,
        **fields,
    )
    Framing.objects.create(space=made, number=1, words=question, framed_by=opener)
    charter = Charter.objects.create(space=made, version=1, minimum_reading_days=days, written_by=opener)
    for way, people in needs:
        CharterNeed.objects.create(charter=charter, way=way, people=people)
    join(made, opener, ways="O", facilitator=True)
    return made


def join_link(space, **fields):
    """A way in."""
    return JoinLink.objects.create(
        space=space, made_by=space.opened_by, code=fields.pop("code", f"CODE-{next(_numbers)}"), **fields
    )


def contribution(space, author, words="Some words.", **fields):
    """Something brought, with its first version."""
    fields.setdefault("said_on", date(2026, 3, 14))
    made = Contribution.objects.create(space=space, author=author, words=words, **fields)
    ContributionVersion.objects.create(contribution=made, number=1, words=words, written_by=author)
    return made


def eligible(proposal, *people, ways="L"):
    """Those who may decide a proposal, written down before its first wording as the database asks."""
    return [Eligible.objects.create(proposal=proposal, person=person, ways=ways) for person in people]


DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c63f8ff9fa11e00057f023d7ab24ff50000000049454e44ae426082"
)
"""A picture of one point."""


def attachment(contribution, content=DOT, **fields):
    """A picture that goes with words, its bytes kept where the bytes are kept."""
    with keeping() as keep:
        path = keep(contribution.space_id, content)
    fields = {"kind": "picture", "content_type": "image/png", "name": "a picture.png", **fields}
    return Attachment.objects.create(
        space_id=contribution.space_id,
        contribution=contribution,
        added_by=contribution.author,
        path=path,
        digest=digest_of(content),
        size=len(content),
        **fields,
    )


def draft(space, someone, sheet, words="Begun."):
    """Words begun on a sheet and not sent."""
    return keep_draft(actor=someone, space=space, sheet=sheet, filled=f"words={words}", key="a-key")
