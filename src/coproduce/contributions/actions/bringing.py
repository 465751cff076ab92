"""Bringing words, and answering words."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.consent.models import Agreement, Use
from coproduce.contributions.citing import tidy_citation, tidy_link
from coproduce.contributions.models import (
    Contribution,
    ContributionState,
    ContributionVersion,
    Kind,
    Purpose,
)
from coproduce.errors import ConsentMissing, NotAllowed, NotHere
from coproduce.gatherings.models import Gathering
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Channel, Person
from coproduce.people.naming import new_id_of_words
from coproduce.spaces.access import recorder_for
from coproduce.spaces.models import Space, SpaceState
from coproduce.ways import in_order


def tidy(words: str) -> str:
    """The words with one kind of line end and no empty space around them; nothing else is touched."""
    return words.replace("\r\n", "\n").replace("\r", "\n").strip()


def require_open(space: Space) -> None:
    """Nothing new is brought to a space that has ended."""
    if space.state == SpaceState.ENDED:
        raise NotAllowed(_("This space has ended. It can still be read, and nothing in it is lost."))


def _require_purpose(author: Person, space: Space, purpose: str) -> None:
    if purpose != Purpose.RESEARCH_DATA:
        return
    agreed = Agreement.objects.filter(space=space, person=author, use=Use.RESEARCH_DATA, given=True, ended_at=None)
    if not agreed.exists():
        raise ConsentMissing(_("These words can be brought, but not as research data: that needs an agreement first."))


# long because all that can be said about words is an argument
@transaction.atomic
def bring_contribution(  # noqa: PLR0913  # all that can be said about words is said when they are brought
    *,
    actor: Person,
    space: Space,
    words: str,
    author: Person | None = None,
    kind: str = Kind.STORY,
    ways: str = "",
    attribution: str = Attribution.CHOSEN,
    content_note: str = "",
    channel: str = Channel.WEB,
    said_on: date | None = None,
    gathering: Gathering | None = None,
    purpose: str = Purpose.INVOLVEMENT,
    answers: Contribution | None = None,
    verb: str = "",
    source: str = "",
    citation: str = "",
    link: str = "",
    close: bool = False,
) -> Contribution:
    """Bring something, or (with ``answers`` and ``verb``) answer something.

    author: whose words they are, if not the actor's: an assisted person's, written down by a facilitator, who
    is then named as the recorder. ``ways``: letters in any order. ``said_on``: the day it was said, today if
    not told. ``citation`` and ``link``: where it comes from, as text (``citing``). ``close``: only for those who
    facilitate, until its author opens it. Raises ``NotHere``, ``NotAllowed``, ``ConsentMissing`` or Django's
    ``ValidationError``.
    """
    author = author or actor
    recorder = recorder_for(actor, author, space)
    require_open(space)
    _require_purpose(author, space, purpose)
    if gathering is not None and gathering.space_id != space.pk:
        raise NotHere
    if close and answers is not None:
        raise NotAllowed(_("An answer stands beside what it answers, so everybody there can read it."))
    contribution = Contribution(
        id=new_id_of_words(attribution),
        space=space,
        author=author,
        recorder=recorder,
        words=tidy(words),
        kind=kind,
        ways=in_order(ways),
        attribution=attribution,
        content_note=content_note.strip(),
        channel=channel,
        said_on=said_on or clock.today(),
        brought_at=clock.now(),
        gathering=gathering,
        purpose=purpose,
        answers=answers,
        verb=verb,
        source=source,
        citation=tidy_citation(citation),
        link=tidy_link(link),
        state=ContributionState.CLOSE if close else ContributionState.VISIBLE,
    )
    contribution.full_clean()
    contribution.save(force_insert=True)
    _keep_first_wording(actor, contribution)
    return contribution


def _keep_first_wording(actor: Person, contribution: Contribution) -> None:
    """The first version, and the event: the words are in its details, which are erased if they are taken back."""
    ContributionVersion.objects.create(
        contribution=contribution,
        number=1,
        words=contribution.words,
        citation=contribution.citation,
        link=contribution.link,
        written_by=actor,
        written_at=contribution.brought_at,
    )
    record(
        "contribution answered" if contribution.answers_id else "contribution brought",
        actor=actor,
        space=contribution.space,
        subject=contribution,
        author=contribution.author_id,
        words=contribution.words,
        brought_as=contribution.kind,
        ways=contribution.ways,
        attribution=contribution.attribution,
        channel=contribution.channel,
        said_on=contribution.said_on,
        answers=contribution.answers_id,
        verb=contribution.verb,
        citation=contribution.citation,
        link=contribution.link,
        state=contribution.state,
    )


def answer_contribution(
    *, actor: Person, answers: Contribution, verb: str, words: str, **fields: object
) -> Contribution:
    """Answer words that can be seen; ``NotHere`` for others. ``fields`` are those of ``bring_contribution``."""
    if answers.state != ContributionState.VISIBLE:
        raise NotHere(_("These words were taken back or put out of sight, so they cannot be answered."))
    return bring_contribution(
        actor=actor,
        space=answers.space,
        words=words,
        answers=answers,
        verb=verb,
        **fields,  # type: ignore[arg-type]
    )
