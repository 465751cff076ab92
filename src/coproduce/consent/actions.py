"""Answering, changing and taking back what one agreed to."""

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.consent.models import Agreement, AgreementText, Use
from coproduce.consent.queries import agreement_texts, agreements_of
from coproduce.errors import NotReady
from coproduce.history import chain
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_facilitator
from coproduce.spaces.models import Space


class WordingChanged(NotReady):
    """Somebody wrote a new wording while this person was reading the old one."""

    title = _("The wording has changed")
    what_now = _(
        "While you were reading, somebody changed what is being asked. We kept none of your answers, "
        "because they were to other words. Please read the new ones and answer again."
    )


@transaction.atomic
def answer_agreements(
    *,
    actor: Person,
    space: Space,
    answers: Mapping[str, bool],
    person: Person | None = None,
    versions: Mapping[str, int] | None = None,
) -> list[Agreement]:
    """Say yes or no to each use apart. A use that is left out of ``answers`` stays as it was.

    A no after a yes takes the yes back from now on; both stay on the record with their times. versions:
    use to the version of the wording that was shown; ``WordingChanged`` when it is not the one that holds.
    person: an assisted member whose answers a facilitator (the actor) writes down. Returns what holds now.
    """
    whose = person or actor
    recorder = recorder_for(actor, whose, space)
    texts = {text.use: text for text in agreement_texts(space)}
    if any(texts[use].version != version for use, version in (versions or {}).items()):
        raise WordingChanged
    holding = agreements_of(whose, space)
    changed: dict[str, bool] = {}
    for use in Use.values:
        if use not in answers:
            continue
        text = _stored(texts[use])
        earlier = holding.get(use)
        if earlier is not None and earlier.given == answers[use] and earlier.text_id == text.pk:
            continue
        if earlier is not None:
            earlier.ended_at = clock.now()
            earlier.save(update_fields=["ended_at"])
        holding[use] = _answer(space, whose, text, answers[use], recorder)
        changed[use] = answers[use]
    if changed:
        chain.record("agreements answered", actor=actor, space=space, subject=whose, answers=changed, person=whose.pk)
    return list(holding.values())


def _stored(text: AgreementText) -> AgreementText:
    """The wording as a row; a first wording becomes one when it is first answered."""
    if not text._state.adding:
        return text
    stored, _made = AgreementText.objects.get_or_create(
        space=text.space,
        use=text.use,
        version=text.version,
        defaults={"words": text.words, "written_by_id": text.written_by_id},
    )
    return stored


def _answer(space: Space, person: Person, text: AgreementText, given: bool, recorder: Person | None) -> Agreement:
    agreement = Agreement(space=space, person=person, use=text.use, text=text, given=given, recorded_by=recorder)
    agreement.full_clean()
    agreement.save(force_insert=True)
    return agreement


@transaction.atomic
def write_agreement_text(*, actor: Person, space: Space, use: str, words: str) -> AgreementText:
    """Write a new wording for a use. A facilitator does. Who agreed to which wording stays known.

    An earlier yes holds for the wording it was given to; its owner is shown that the words have changed. Where
    nobody has answered the first wording, this one takes its place as version 1.
    """
    require_facilitator(actor, space)
    present = next(text for text in agreement_texts(space) if text.use == use)
    version = 1 if present._state.adding else present.version + 1
    text = AgreementText(space=space, use=use, version=version, words=words, written_by=actor)
    text.full_clean()
    text.save(force_insert=True)
    chain.record("agreement wording written", actor=actor, space=space, subject=text, use=use, version=text.version)
    return text


@transaction.atomic
def note_agreements_of_many(*, actor: Person, space: Space, people: Iterable[Person], uses: Iterable[str]) -> int:
    """Write down that people whose words came from elsewhere had agreed to these uses there: how many are new.

    Only for people known by a number: whoever signs in, or is helped here, answers for themselves. What somebody
    answered here already stays. One event for the lot. Raises ``NotAllowed``.
    """
    require_facilitator(actor, space)
    known = [person for person in people if person.pseudonymous]
    texts = {text.use: text for text in agreement_texts(space)}
    new: list[Agreement] = []
    for use in Use.values:
        if use not in set(uses):
            continue
        answered = set(Agreement.objects.filter(space=space, use=use, ended_at=None).values_list("person", flat=True))
        text = _stored(texts[use])
        new += [
            Agreement(space=space, person=person, use=use, text=text, given=True, recorded_by=actor)
            for person in known
            if person.pk not in answered
        ]
    Agreement.objects.bulk_create(new, batch_size=500)
    if new:
        chain.record("agreements written down together", actor=actor, space=space, subject=space, count=len(new))
    return len(new)
