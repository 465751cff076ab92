"""Drawing claims from people's words."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from coproduce import clock
from coproduce.contributions.models import Contribution
from coproduce.contributions.use import require_usable
from coproduce.deliberation.models import Statement, StatementSource
from coproduce.errors import NotAllowed
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.access import require_facilitator, require_member
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
