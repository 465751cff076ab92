"""What doing it together means to somebody, and where they see values pull apart."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.deliberation.actions import begin_list
from coproduce.deliberation.actions.drawing import require_open
from coproduce.deliberation.models import Value
from coproduce.errors import NotAllowed, NotHere
from coproduce.history.chain import record
from coproduce.people.models import Attribution, Person
from coproduce.people.naming import new_id_of_words
from coproduce.spaces.access import membership_of, recorder_for
from coproduce.spaces.models import Space, Understanding, Visibility
from coproduce.valuing.models import TensionSource, ValueTension
from coproduce.valuing.queries.giving import keyed


@transaction.atomic
def say_understanding(
    *, actor: Person, space: Space, words: str, person: Person | None = None, visibility: str = Visibility.SHOWN
) -> Understanding:
    """Say anew what doing this together means to ``person`` (the actor, if not told). Earlier words stay beside it.

    visibility: ``shown`` to members beside others', or ``counted``: kept for themselves. Raises ``NotHere``,
    ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    recorder_for(actor, person, space)
    require_open(space)
    membership = membership_of(person, space.pk)
    if membership is None:
        raise NotHere
    said = Understanding(membership=membership, words=words.strip(), visibility=visibility, said_at=clock.now())
    said.full_clean()
    said.save(force_insert=True)
    record("understanding said", actor=actor, space=space, subject=said, person=person.pk)
    return said


@transaction.atomic
def name_tension(
    *,
    actor: Person,
    space: Space,
    one: str,
    other: str,
    words: str,
    contributions: Sequence[Contribution] = (),
    person: Person | None = None,
    attribution: str = Attribution.CHOSEN,
) -> ValueTension:
    """Say that something asks us to choose between two values. one, other: their keys.

    contributions: the words it is about, of which any proposal or outcome made of them will say so. Raises
    ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    person = person or actor
    recorder = recorder_for(actor, person, space)
    require_open(space)
    require_usable(space, contributions)
    begin_list(space)
    listed = keyed(Value.objects.filter(space=space))
    if one not in listed or other not in listed:
        raise NotHere(_("One of the values is not in this space."))
    if listed[one] == listed[other]:
        raise NotAllowed(_("Choose two different values."))
    said = ValueTension(
        id=new_id_of_words(attribution),
        space=space,
        one=listed[one],
        other=listed[other],
        words=words.strip(),
        attribution=attribution,
        person=person,
        recorded_by=recorder,
        said_at=clock.now(),
    )
    said.full_clean()
    said.save(force_insert=True)
    sources = {each.pk: TensionSource(tension=said, contribution=each) for each in contributions}
    TensionSource.objects.bulk_create(sources.values())
    record(
        "tension named",
        actor=actor,
        space=space,
        subject=said,
        person=person.pk,
        values=[said.one.name, said.other.name],
        words=said.words,
        contributions=list(sources),
    )
    return said


@transaction.atomic
def take_back_tension(*, actor: Person, tension: ValueTension) -> ValueTension:
    """Whoever said it takes it back; that it was said stays on the record."""
    recorder_for(actor, tension.person, tension.space)
    if tension.taken_back_at is None:
        tension.taken_back_at = clock.now()
        tension.save(update_fields=["taken_back_at"])
        record("tension taken back", actor=actor, space=tension.space, subject=tension)
    return tension
