"""Changing one's own words, taking them back, and putting words out of sight."""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.actions.bringing import tidy
from coproduce.contributions.models import Contribution, ContributionState, ContributionVersion
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.history.models import Event, EventDetail
from coproduce.people.models import Attribution, Person
from coproduce.spaces.access import recorder_for, require_facilitator


def _held(contribution: Contribution) -> Contribution:
    """The contribution as it is now, held until the transaction ends, so that two changes cannot cross."""
    return (
        Contribution.objects.select_for_update(of=("self",)).select_related("space", "author").get(pk=contribution.pk)
    )


def _require_own(actor: Person, contribution: Contribution) -> None:
    recorder_for(actor, contribution.author, contribution.space)
    if contribution.state == ContributionState.WITHDRAWN:
        raise NotHere(_("These words were taken back. They are not kept, so they cannot be changed."))


@transaction.atomic
def revise_contribution(
    *,
    actor: Person,
    contribution: Contribution,
    words: str,
    attribution: str | None = None,
    ways: str | None = None,
    content_note: str | None = None,
) -> Contribution:
    """The speaker says it better: a new version. Earlier ones stay readable by members.

    Only the author may, or a facilitator for an assisted author. What is None stays as it was; a version is
    added only if the words differ.
    """
    contribution = _held(contribution)
    _require_own(actor, contribution)
    words = tidy(words)
    is_new = words != contribution.words
    contribution.words = words
    contribution.version += is_new
    contribution.attribution = contribution.attribution if attribution is None else attribution
    contribution.ways = contribution.ways if ways is None else ways
    contribution.content_note = contribution.content_note if content_note is None else content_note.strip()
    contribution.full_clean()
    contribution.save()
    if is_new:
        ContributionVersion.objects.create(
            contribution=contribution,
            number=contribution.version,
            words=words,
            written_by=actor,
            written_at=clock.now(),
        )
    record(
        "contribution revised",
        actor=actor,
        space=contribution.space,
        subject=contribution,
        version=contribution.version,
        words=words,
        attribution=contribution.attribution,
        ways=contribution.ways,
    )
    return contribution


@transaction.atomic
def withdraw_contribution(*, actor: Person, contribution: Contribution) -> Contribution:
    """The speaker takes their words back. The words are erased everywhere; a tombstone stays in their place.

    Erased: the words, every version, the note about them, the name that stood beside them, and the
    details of the events that held them. What others made from them stays, and its pages say that
    a source was taken back.
    """
    contribution = _held(contribution)
    _require_own(actor, contribution)
    contribution.words = ""
    contribution.content_note = ""
    contribution.state = ContributionState.WITHDRAWN
    contribution.state_why = ""
    contribution.attribution = Attribution.ANONYMOUS
    contribution.save()
    contribution.versions.update(words="")
    # Two steps: as one statement PostgreSQL may, before it has statistics, compare every detail with every event.
    events = list(Event.objects.filter(subject=contribution.pk).values_list("pk", flat=True))
    EventDetail.objects.filter(event__in=events).delete()
    record("contribution withdrawn", actor=actor, space=contribution.space, subject=contribution)
    return contribution


@transaction.atomic
def hide_contribution(*, actor: Person, contribution: Contribution, why: str) -> Contribution:
    """A facilitator puts words out of sight, with a reason that their author sees. The words are not touched."""
    contribution = _held(contribution)
    require_facilitator(actor, contribution.space)
    if contribution.state != ContributionState.VISIBLE:
        raise NotHere
    if not why.strip():
        raise NotAllowed(_("Say why. The person whose words they are will see it."))
    return _set_state(actor, contribution, ContributionState.HIDDEN, why.strip(), "contribution hidden")


@transaction.atomic
def show_contribution(*, actor: Person, contribution: Contribution) -> Contribution:
    """A facilitator brings words back into sight."""
    contribution = _held(contribution)
    require_facilitator(actor, contribution.space)
    if contribution.state != ContributionState.HIDDEN:
        raise NotHere
    return _set_state(actor, contribution, ContributionState.VISIBLE, "", "contribution shown")


def _set_state(actor: Person, contribution: Contribution, state: str, why: str, kind: str) -> Contribution:
    contribution.state = state
    contribution.state_why = why
    contribution.full_clean()
    contribution.save()
    record(kind, actor=actor, space=contribution.space, subject=contribution, why=why)
    return contribution
