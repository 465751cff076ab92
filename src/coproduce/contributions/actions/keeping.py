"""Words written before signing up: kept on the server, then attached to whoever confirms."""

import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.actions.bringing import bring_contribution, tidy
from coproduce.contributions.models import Contribution, WaitingWords
from coproduce.contributions.queries import WORDS_WAIT_FOR
from coproduce.errors import NotHere, TooMany
from coproduce.gatherings.models import Gathering
from coproduce.people.models import Channel, Person
from coproduce.spaces.access import LinkClosed, membership_of
from coproduce.spaces.actions import join_space
from coproduce.spaces.models import JoinLink
from coproduce.ways import in_order

AN_HOUR_AT_MOST = 500
"""Through one way in. More than a full hall writes; few enough that nobody can fill the disk."""


# no actor because nobody has said yet who they are
@transaction.atomic
def keep_waiting_words(
    *,
    join_link: JoinLink,
    words: str,
    kind: str,
    ways: str,
    attribution: str,
    content_note: str = "",
    person: Person | None = None,
    gathering: Gathering | None = None,
) -> WaitingWords:
    """Keep words for 30 days under an address that cannot be guessed. Nobody else sees them.

    person: whose they are, if somebody is signed in; who is in the space needs no way in. gathering: where they were
    said, in the room.

    There is no actor yet and nothing has been brought, so no event is recorded: what nobody confirms
    leaves no trace. Raises ``LinkClosed`` when the way in is closed, ``TooMany`` when it is flooded.
    """
    now = clock.now()
    if not join_link.is_open and membership_of(person, join_link.space_id) is None:
        raise LinkClosed
    WaitingWords.objects.filter(written_at__lt=now - WORDS_WAIT_FOR).delete()
    lately = WaitingWords.objects.filter(join_link=join_link, written_at__gte=now - timedelta(hours=1))
    if lately.count() >= AN_HOUR_AT_MOST:
        raise TooMany
    waiting = WaitingWords(
        space_id=join_link.space_id,
        join_link=join_link,
        token=secrets.token_urlsafe(32),
        person=person,
        filled_in={
            "words": tidy(words),
            "kind": kind,
            "ways": in_order(ways),
            "attribution": attribution,
            "content_note": content_note,
            **({"gathering": str(gathering.pk)} if gathering is not None else {}),
        },
        written_at=now,
    )
    waiting.full_clean()
    waiting.save(force_insert=True)
    return waiting


# no event, as for keeping them: they are not in the space yet
@transaction.atomic
def claim_waiting_words(*, actor: Person, token: str) -> WaitingWords:
    """Say that words which wait are one's own: nobody else finds them from then on. ``NotHere`` for another's."""
    waiting = _waiting_for(actor, token)
    waiting.person = actor
    waiting.save(update_fields=["person"])
    return waiting


def _waiting_for(actor: Person, token: str) -> WaitingWords:
    waiting = (
        WaitingWords.objects.select_for_update(of=("self",))
        .select_related("space", "join_link")
        .filter(Q(person=None) | Q(person=actor))
        .filter(token=token, written_at__gte=clock.now() - WORDS_WAIT_FOR)
        .first()
    )
    if waiting is None:
        raise NotHere(_("These words were brought already, or they waited for more than 30 days."))
    return waiting


@transaction.atomic
def bring_kept_words(
    *, actor: Person, token: str, words: str, kind: str, ways: str, attribution: str, content_note: str = ""
) -> Contribution:
    """Attach kept words to whoever confirmed, who joins the space in the same go if they had not.

    The words are those on the page now, which the person may have changed. ``NotHere`` if they were
    brought already or are older than 30 days.
    """
    waiting = _waiting_for(actor, token)
    if membership_of(actor, waiting.space_id) is None:
        join_space(actor=actor, link=waiting.join_link)
    said_at = Gathering.objects.filter(pk=waiting.filled_in.get("gathering"), space=waiting.space).first()
    contribution = bring_contribution(
        actor=actor,
        space=waiting.space,
        gathering=said_at,
        channel=Channel.ROOM if said_at is not None else Channel.WEB,
        words=words,
        kind=kind,
        ways=ways,
        attribution=attribution,
        content_note=content_note,
        said_on=waiting.written_at.date(),
    )
    waiting.delete()
    return contribution
