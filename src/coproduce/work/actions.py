"""Asking for a piece of work, and stopping one."""

from typing import Any

from django.db import IntegrityError, transaction

from coproduce import clock
from coproduce.errors import NotHere
from coproduce.history.chain import record
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.work.models import GOING_ON, Piece, PieceState


@transaction.atomic
def begin_piece(
    *,
    actor: Person | None,
    space: Space | None,
    kind: str,
    name: str,
    task: Any,
    key: str = "",
    shared: bool = False,
    leads_to: str = "",
) -> tuple[Piece, bool]:
    """Put a piece of work in the queue: (the piece, whether it is new).

    task: what ``running.piece_of_work`` made. With a ``key`` of which one waits or runs already that one is answered
    and nothing is written. For actions, which check who may ask and record what was asked for.
    """
    if key and (there := Piece.objects.filter(key=key, state__in=GOING_ON).first()):
        return there, False
    piece = Piece(
        space=space,
        asked_by=actor,
        kind=kind,
        name=name,
        shared=shared,
        key=key,
        leads_to=leads_to,
        asked_at=clock.now(),
    )
    piece.full_clean(validate_constraints=False)
    try:
        with transaction.atomic():
            piece.save(force_insert=True)
    except IntegrityError:
        # Somebody else asked in the same moment: theirs is the one.
        return Piece.objects.get(key=key, state__in=GOING_ON), False
    piece.task = task.enqueue(str(piece.pk)).id
    Piece.objects.filter(pk=piece.pk).update(task=piece.task)
    return piece, True


@transaction.atomic
def stop_piece(*, actor: Person, piece: Piece) -> Piece:
    """Stop what waits or goes on; what has ended stays as it is. Whoever may see it may stop it (``piece_for``)."""
    if piece.asked_by_id != actor.pk and not piece.shared:
        raise NotHere
    now = clock.now()
    stopped = Piece.objects.filter(pk=piece.pk, state__in=GOING_ON)
    if stopped.update(state=PieceState.STOPPED, ended_at=now, heard_until=None):
        record("work stopped", actor=actor, space=piece.space, subject=piece, work=piece.kind)
    piece.refresh_from_db()
    return piece
