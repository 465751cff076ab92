"""What words do to those who read them: they change someone's thinking, or the question itself."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.known import is_known_to
from coproduce.contributions.models import Acknowledgement, Contribution, ContributionState, FramingSource
from coproduce.contributions.use import require_usable
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_member
from coproduce.spaces.actions import reframe_question
from coproduce.spaces.models import Framing, Space


@transaction.atomic
def acknowledge_contribution(
    *, actor: Person, contribution: Contribution, words: str = "", person: Person | None = None
) -> Acknowledgement:
    """*This changed my thinking.* Said once by each person; saying it again changes the words beside it.

    person: an assisted member who said so to a facilitator (the actor), who writes it down. Nobody says it of their own
    words; but whoever writes down for others is not told by a refusal whose nameless words these are.
    """
    person = person or actor
    recorder_for(actor, person, contribution.space)
    if contribution.state != ContributionState.VISIBLE:
        raise NotHere
    if contribution.author_id == person.pk and is_known_to(actor, contribution):
        raise NotAllowed(_("These are your own words. Others can say that they changed their thinking."))
    thanks, is_new = Acknowledgement.objects.get_or_create(
        contribution=contribution, person=person, defaults={"words": words.strip(), "at": clock.now()}
    )
    if not is_new:
        thanks.words = words.strip()
        thanks.save(update_fields=["words"])
    record(
        "contribution acknowledged",
        actor=actor,
        space=contribution.space,
        subject=contribution,
        acknowledgement=thanks.pk,
        person=person.pk,
    )
    return thanks


@transaction.atomic
def take_back_acknowledgement(
    *, actor: Person, contribution: Contribution, person: Person | None = None
) -> Contribution:
    """Take *this changed my thinking* back, with the words beside it. ``NotHere`` if it was not said."""
    person = person or actor
    recorder_for(actor, person, contribution.space)
    gone, _kinds = Acknowledgement.objects.filter(contribution=contribution, person=person).delete()
    if not gone:
        raise NotHere
    record("acknowledgement taken back", actor=actor, space=contribution.space, subject=contribution)
    return contribution


@transaction.atomic
def reframe_from_contributions(
    *, actor: Person, space: Space, words: str, why: str, contributions: Sequence[Contribution]
) -> Framing:
    """Change the question because of what was said, and say which words did it.

    The event is the one of ``spaces``: the question was reframed, and from which words.
    """
    require_member(actor, space)
    if not contributions:
        raise NotAllowed(_("Say which words change the question."))
    require_usable(space, contributions)
    framing = reframe_question(
        actor=actor,
        space=space,
        words=words,
        why=why,
        sources_detail=[contribution.pk for contribution in contributions],
    )
    for contribution in contributions:
        FramingSource.objects.create(framing=framing, contribution=contribution)
    return framing
