"""Taking one's own words back, at three depths; and opening words that few could read.

Out of sight for now, nothing new from them, erased. The first two can be undone by the person whose words they are,
and by nobody else. Each may also be done by a facilitator for an assisted person who asked for it. Done twice, they
are done once.
"""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.actions.attaching import erase_attachments
from coproduce.contributions.actions.changing import held, require_own
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.errors import NotAllowed
from coproduce.history.chain import record
from coproduce.history.models import Event, EventDetail
from coproduce.people.models import Attribution, Person


@transaction.atomic
def put_aside(*, actor: Person, contribution: Contribution) -> Contribution:
    """Out of sight for now: nobody but their author reads these words until they bring them back.

    What was made of them keeps its link and says that a source is out of sight. Words that moderation hid, or that
    were for few, go back to that and no further.
    """
    contribution = held(contribution)
    require_own(actor, contribution)
    if contribution.state == ContributionState.ASIDE:
        return contribution
    contribution.state_before, contribution.state = contribution.state, ContributionState.ASIDE
    contribution.taken_back_at = clock.now()
    return _kept(actor, contribution, "contribution put aside")


@transaction.atomic
def bring_back(*, actor: Person, contribution: Contribution) -> Contribution:
    """Words that were put aside stand again where they stood."""
    contribution = held(contribution)
    require_own(actor, contribution)
    if contribution.state != ContributionState.ASIDE:
        return contribution
    contribution.state, contribution.state_before = contribution.state_before, ""
    contribution.taken_back_at = None
    return _kept(actor, contribution, "contribution brought back")


@transaction.atomic
def end_use(*, actor: Person, contribution: Contribution) -> Contribution:
    """Nothing new from these words: they stay readable where they stand, and nothing more is made of them (``use``)."""
    contribution = held(contribution)
    require_own(actor, contribution)
    if contribution.use_ended_at is not None:
        return contribution
    contribution.use_ended_at = clock.now()
    return _kept(actor, contribution, "contribution use ended")


@transaction.atomic
def allow_use(*, actor: Person, contribution: Contribution) -> Contribution:
    """Something new may be made of these words again."""
    contribution = held(contribution)
    require_own(actor, contribution)
    if contribution.use_ended_at is None:
        return contribution
    contribution.use_ended_at = None
    return _kept(actor, contribution, "contribution use allowed")


@transaction.atomic
def open_to_all(*, actor: Person, contribution: Contribution) -> Contribution:
    """Words that only those who facilitate could read are for everyone here. Nobody but their author opens them."""
    contribution = held(contribution)
    require_own(actor, contribution)
    if contribution.state == ContributionState.VISIBLE:
        return contribution
    if contribution.state != ContributionState.CLOSE:
        raise NotAllowed(_("These words are out of sight. Bring them back first."))
    contribution.state = ContributionState.VISIBLE
    return _kept(actor, contribution, "contribution opened to all")


def _kept(actor: Person, contribution: Contribution, kind: str) -> Contribution:
    contribution.full_clean()
    contribution.save()
    record(kind, actor=actor, space=contribution.space, subject=contribution)
    return contribution


@transaction.atomic
def withdraw_contribution(*, actor: Person, contribution: Contribution) -> Contribution:
    """Erase: the words are destroyed everywhere; a tombstone stays in their place. It cannot be undone.

    Erased: the words, every version, the note about them, where they come from, the name that stood beside them,
    pictures, sound and files that went with them, and the details of the events that held them. What others made
    from them stays, and its pages say that a source was taken back.
    """
    contribution = held(contribution)
    require_own(actor, contribution)
    contribution.words = ""
    contribution.content_note = ""
    contribution.citation = contribution.link = ""
    contribution.state = ContributionState.WITHDRAWN
    contribution.state_why = contribution.state_before = ""
    contribution.attribution = Attribution.ANONYMOUS
    contribution.taken_back_at = clock.now()
    contribution.save()
    contribution.versions.update(words="", citation="", link="")
    erase_attachments(contribution)
    # Two steps: as one statement PostgreSQL may, before it has statistics, compare every detail with every event.
    events = list(Event.objects.filter(subject=contribution.pk).values_list("pk", flat=True))
    EventDetail.objects.filter(event__in=events).delete()
    record("contribution withdrawn", actor=actor, space=contribution.space, subject=contribution)
    return contribution
