"""Drawing claims from people's words, and naming what matters."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.deliberation.models import Statement, StatementSource, Value
from coproduce.errors import NotAllowed
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import recorder_for, require_facilitator, require_member
from coproduce.spaces.models import Space, SpaceState


def require_open(space: Space) -> None:
    """Nothing new is said in a space that has ended."""
    if space.state == SpaceState.ENDED:
        raise NotAllowed(_("This space has ended. It can still be read, and nothing in it is lost."))


@transaction.atomic
def draw_statement(*, actor: Person, space: Space, words: str, contributions: Sequence[Contribution]) -> Statement:
    """Put one claim in words, drawn from what people brought.

    Every contribution must be of this space and of use (``contributions.use``); at least one is needed, so that a
    claim can always be traced to somebody's words. Raises ``NotHere``, ``NotAllowed`` or ``ValidationError``.
    """
    require_member(actor, space)
    require_open(space)
    if not contributions:
        raise NotAllowed(_("Choose at least one thing that somebody brought. A claim is always drawn from words."))
    require_usable(space, contributions)
    statement = Statement(space=space, words=words.strip(), drawn_by=actor, drawn_at=clock.now())
    statement.full_clean()
    statement.save(force_insert=True)
    sources = {each.pk: StatementSource(statement=statement, contribution=each) for each in contributions}
    StatementSource.objects.bulk_create(sources.values())
    record(
        "statement drawn",
        actor=actor,
        space=space,
        subject=statement,
        words=statement.words,
        contributions=list(sources),
    )
    return statement


@transaction.atomic
def hide_statement(*, actor: Person, statement: Statement, why: str) -> Statement:
    """A facilitator puts a claim out of sight, with a reason. It and its answers stay on the record."""
    require_facilitator(actor, statement.space)
    if not why.strip():
        raise NotAllowed(_("Say why. People who answered it will ask."))
    statement.hidden_at, statement.hidden_why = clock.now(), why.strip()
    statement.full_clean()
    statement.save()
    record("statement hidden", actor=actor, space=statement.space, subject=statement, why=statement.hidden_why)
    return statement


@transaction.atomic
def show_statement(*, actor: Person, statement: Statement) -> Statement:
    """A facilitator brings a claim back into sight."""
    require_facilitator(actor, statement.space)
    statement.hidden_at, statement.hidden_why = None, ""
    statement.save()
    record("statement shown", actor=actor, space=statement.space, subject=statement)
    return statement


@transaction.atomic
def offer_values(*, actor: Person, space: Space, names: Iterable[str]) -> list[Value]:
    """Replace the list that everyone is offered before a space has said anything of its own values."""
    require_facilitator(actor, space)
    values = [find_value(space, name, added_by=None) for name in names]
    record("values offered", actor=actor, space=space, subject=space, names=[value.name for value in values])
    return values


@transaction.atomic
def add_value(*, actor: Person, space: Space, name: str, why: str = "", person: Person | None = None) -> Value:
    """Name something that matters here and was not on the list. Naming it twice changes nothing.

    person: an assisted member who named it, written down by a facilitator (the actor).
    """
    person = person or actor
    recorder_for(actor, person, space)
    require_open(space)
    value = find_value(space, name, added_by=person)
    record("value added", actor=actor, space=space, subject=value, person=person.pk, name=value.name, why=why)
    return value


def find_value(space: Space, name: str, *, added_by: Person | None) -> Value:
    """The value of this name whatever its case, made if it is new."""
    name = " ".join(name.split())
    found = Value.objects.filter(space=space, name__iexact=name).first()
    if found is None:
        found = Value(space=space, name=name, added_by=added_by, added_at=clock.now())
        found.full_clean()
        found.save(force_insert=True)
    return found
