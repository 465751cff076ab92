"""Looking whether a question is answered already."""

from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.citing import tidy_citation, tidy_link
from coproduce.errors import NotAllowed
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.priorities.actions.standing import at_step, require_carrying
from coproduce.priorities.models import EvidenceCheck, Question, Step, Verdict


@transaction.atomic
def check_evidence(
    *,
    actor: Person,
    question: Question,
    verdict: str,
    words: str,
    citation: str = "",
    link: str = "",
    checked_on: date | None = None,
) -> EvidenceCheck:
    """Say whether a question is answered, what was looked for and what was found. The newest check holds.

    verdict: of ``Verdict``; *answered* and *partly* need a citation or a link. checked_on: today if not told.
    """
    held = at_step(question.exercise, Step.MERGING, Step.CHECKING)
    require_carrying(actor, held)
    citation, link = tidy_citation(citation), tidy_link(link)
    if verdict != Verdict.NOT_ANSWERED and not citation and not link:
        raise NotAllowed(_("Say where the answer can be read: what is written about it, or a link."))
    check = EvidenceCheck(
        question=question,
        verdict=verdict,
        words=words.strip(),
        citation=citation,
        link=link,
        checked_on=checked_on or clock.today(),
        checked_by=actor,
        checked_at=clock.now(),
    )
    check.full_clean()
    check.save(force_insert=True)
    record(
        "evidence checked",
        actor=actor,
        space=held.space,
        subject=check,
        question=question.pk,
        verdict=verdict,
        words=check.words,
        citation=citation,
        link=link,
    )
    return check
