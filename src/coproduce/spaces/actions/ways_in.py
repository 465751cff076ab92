"""Links and printed codes that let people join."""

from datetime import datetime

from django.db import IntegrityError, transaction

from coproduce import clock
from coproduce.history import chain
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator
from coproduce.spaces.models import JoinLink, Space, new_code


def fresh_link(space: Space, actor: Person, ends_at: datetime | None = None, for_anyone: bool = False) -> JoinLink:
    """A link with a code that nobody has: for use inside an action, which records it."""
    for _try in range(20):
        link = JoinLink(
            space=space,
            code=new_code(),
            made_by=actor,
            ends_at=ends_at,
            for_anyone=for_anyone,
        )
        try:
            with transaction.atomic():
                link.full_clean(validate_unique=False)
                link.save(force_insert=True)
            return link
        except IntegrityError:
            continue
    raise RuntimeError("no free join code was found in twenty tries")


@transaction.atomic
def make_join_link(
    *, actor: Person, space: Space, ends_at: datetime | None = None, for_anyone: bool = False
) -> JoinLink:
    """Make another way in. A facilitator does.

    ends_at: from when it lets nobody in any more; for_anyone: also shown to strangers who find the space.
    """
    require_facilitator(actor, space)
    link = fresh_link(space, actor, ends_at, for_anyone)
    chain.record("way in made", actor=actor, space=space, subject=link, for_anyone=for_anyone)
    return link


@transaction.atomic
def close_join_link(*, actor: Person, link: JoinLink) -> JoinLink:
    """Close a way in, for good. A facilitator does. Those who came by it stay."""
    require_facilitator(actor, link.space)
    if link.closed_at is None:
        link.closed_at = clock.now()
        link.save(update_fields=["closed_at"])
        chain.record("way in closed", actor=actor, space=link.space, subject=link)
    return link
