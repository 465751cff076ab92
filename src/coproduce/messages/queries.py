"""What somebody chose about being written to, and what is read of the demonstration's mail."""

from datetime import datetime
from uuid import UUID

from django.core import signing

from coproduce.errors import NotHere
from coproduce.messages.models import LetterChoice, Mail
from coproduce.outcomes.models import Ending
from coproduce.people.models import Person
from coproduce.spaces.models import Membership, MembershipState, Space, SpaceState

SHOWN = 200
STOP = "coproduce.letters.stop"


def choice_of(person: Person) -> LetterChoice:
    """What somebody chose about being written to; an unsaved choice of nothing where they have not."""
    return LetterChoice.objects.filter(person=person).first() or LetterChoice(person=person)


def places_to_tell_of(person: Person) -> list[Membership]:
    """Where somebody may be written to about: spaces that have not ended, in which they are and have no pause."""
    here = Membership.objects.filter(person=person, state=MembershipState.ACTIVE).exclude(space__state=SpaceState.ENDED)
    return list(here.select_related("space").order_by("joined_at", "pk"))


def ended_since(person: Person, since: datetime) -> list[Space]:
    """Spaces somebody was in to the end, and that ended or began to rest since then. One query."""
    here = Membership.objects.filter(person=person, state=MembershipState.ACTIVE)
    done = Ending.objects.filter(done_at__gt=since, space__in=here.values("space")).exclude(done_by=person)
    return [one.space for one in done.select_related("space").order_by("done_at")]


def stop_token(choice: LetterChoice) -> str:
    """What stands in the link that stops our mail. It works for ever: a mail may be old when somebody has enough."""
    return signing.dumps(str(choice.pk), salt=STOP)


def choice_to_stop(token: str) -> LetterChoice:
    """The choice of a link. ``NotHere`` for a link that we did not make, or of somebody who is gone."""
    try:
        pk = signing.loads(token, salt=STOP)
    except signing.BadSignature:
        raise NotHere from None
    choice = LetterChoice.objects.filter(pk=pk).first()
    if choice is None:
        raise NotHere
    return choice


def newest_mails() -> list[Mail]:
    """The newest mails, at most ``SHOWN``, the newest first, without their bodies."""
    return list(Mail.objects.defer("body").order_by("-sent_at", "-id")[:SHOWN])


def mail_with(pk: UUID) -> Mail | None:
    """One mail, or None."""
    return Mail.objects.filter(pk=pk).first()
