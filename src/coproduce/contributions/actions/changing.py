"""Changing one's own words, and putting words out of sight. Taking one's own back is in ``taking_back``."""

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.actions.bringing import tidy
from coproduce.contributions.citing import tidy_citation, tidy_link
from coproduce.contributions.models import Contribution, ContributionState, ContributionVersion
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_facilitator, require_member


def held(contribution: Contribution) -> Contribution:
    """The contribution as it is now, held until the transaction ends, so that two changes cannot cross."""
    return (
        Contribution.objects.select_for_update(of=("self",)).select_related("space", "author").get(pk=contribution.pk)
    )


def require_own(actor: Person, contribution: Contribution) -> None:
    """The actor may change these words: their own, or an assisted person's whom they help. Erased words are gone."""
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
    citation: str | None = None,
    link: str | None = None,
) -> Contribution:
    """The speaker says it better: a new version. Earlier ones stay readable by members.

    Only the author may, or a facilitator for an assisted author. What is None stays as it was; a version is
    added only if the words, or where they come from, differ.
    """
    contribution = held(contribution)
    require_own(actor, contribution)
    words = tidy(words)
    before = contribution.words, contribution.citation, contribution.link
    contribution.words = words
    contribution.citation = contribution.citation if citation is None else tidy_citation(citation)
    contribution.link = contribution.link if link is None else tidy_link(link)
    is_new = before != (contribution.words, contribution.citation, contribution.link)
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
            citation=contribution.citation,
            link=contribution.link,
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
        citation=contribution.citation,
        link=contribution.link,
    )
    return contribution


@transaction.atomic
def hide_contribution(*, actor: Person, contribution: Contribution, why: str, entrusted: bool = False) -> Contribution:
    """A facilitator puts words out of sight, with a reason that their author sees. The words are not touched.

    ``entrusted``: the caller has seen to it that the space asked this member to do so. Pages go through ``care``.
    """
    contribution = held(contribution)
    (require_member if entrusted else require_facilitator)(actor, contribution.space)
    if contribution.state != ContributionState.VISIBLE:
        raise NotHere
    if not why.strip():
        raise NotAllowed(_("Say why. The person whose words they are will see it."))
    return _set_state(actor, contribution, ContributionState.HIDDEN, why.strip(), "contribution hidden")


@transaction.atomic
def show_contribution(*, actor: Person, contribution: Contribution, entrusted: bool = False) -> Contribution:
    """A facilitator brings words back into sight. ``entrusted`` as for ``hide_contribution``."""
    contribution = held(contribution)
    (require_member if entrusted else require_facilitator)(actor, contribution.space)
    if ContributionState.HIDDEN not in (contribution.state, contribution.state_before):
        raise NotHere
    state = ContributionState.VISIBLE
    if contribution.state == ContributionState.ASIDE:
        # Its author has put it aside since: when they bring it back, it is in sight.
        state, contribution.state_before = ContributionState.ASIDE, ContributionState.VISIBLE
    return _set_state(actor, contribution, state, "", "contribution shown")


def _set_state(actor: Person, contribution: Contribution, state: str, why: str, kind: str) -> Contribution:
    contribution.state = state
    contribution.state_why = why
    contribution.full_clean()
    contribution.save()
    record(kind, actor=actor, space=contribution.space, subject=contribution, why=why)
    return contribution
