"""What the function of a piece of work is given, and what becomes of the piece when it ends.

    @piece_of_work
    def look_for_suggestions(doing: Doing) -> dict[str, Any]:
        doing.says(_("Comparing words"), done=2, total=5)
        …
        return {"suggestions": 12}

``look_for_suggestions`` is then a task for ``actions.begin_piece``. Raising ``Refused`` tells people why it did not
work; anything else is written to the log and people are told that it did not work.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django_tasks import task

from coproduce import clock
from coproduce.errors import Refused
from coproduce.work.models import Piece, PieceState

HEARD_WITHIN = timedelta(seconds=30)
"""Whoever does a piece promises to be heard of again within this; after it the piece counts as lost."""

log = logging.getLogger(__name__)


class Stopped(Exception):
    """Somebody stopped this piece, or it was taken for lost and somebody else does it now: leave it alone."""


class Doing:
    """A piece that is being done. Raises ``Stopped`` at the next word from whoever does it, once it is not wanted."""

    def __init__(self, piece: Piece) -> None:
        self.piece = piece

    def says(self, words: str, *, done: int, total: int) -> None:
        """Tell people what it is at, and how far: ``done`` of ``total`` steps."""
        self._while_wanted(words=words[:300], done=done, total=total)

    def lets_others_ask(self) -> None:
        """From here on another piece of the same key may be asked for, so that what comes while this one is being
        done is not lost. Say it before reading what the piece is made of."""
        self._while_wanted(key="")

    def ends(self, result: dict[str, Any] | None) -> None:
        self._while_wanted(
            state=PieceState.DONE, result=result or {}, ended_at=clock.now(), heard_until=None, words="", error=""
        )

    def fails(self, why: str) -> None:
        self._while_wanted(state=PieceState.FAILED, error=why, ended_at=clock.now(), heard_until=None, words="")

    def _while_wanted(self, **fields: Any) -> None:
        mine = Piece.objects.filter(pk=self.piece.pk, state=PieceState.RUNNING, tries=self.piece.tries)
        if not mine.update(**fields):
            raise Stopped


def piece_of_work(work: Callable[[Doing], dict[str, Any] | None]) -> Any:
    """Make a task of a function at the top of a module. What it returns (JSON) is the piece's result."""

    @task()
    @wraps(work)
    def run(piece: str) -> None:
        doing = _begun(UUID(piece))
        if doing is None:
            return
        try:
            doing.ends(work(doing))
        except Stopped:
            return
        except Refused as refused:
            doing.fails(str(refused.what_now))
        except Exception:
            log.exception("a piece of work did not end well: %s", doing.piece.kind)
            doing.fails(_("Something went wrong on the server. It was written down for whoever looks after it."))
            raise

    return run


def _begun(pk: UUID) -> Doing | None:
    """The piece, taken up; None when it is no longer wanted or somebody else does it."""
    piece = Piece.objects.select_related("space", "asked_by").filter(pk=pk, state=PieceState.WAITING).first()
    if piece is None:
        return None
    now = clock.now()
    begun = {"state": PieceState.RUNNING, "tries": piece.tries + 1, "heard_until": now + HEARD_WITHIN}
    mine = Piece.objects.filter(pk=pk, state=PieceState.WAITING, tries=piece.tries)
    if not mine.update(**begun, begun_at=piece.begun_at or now):
        return None
    piece.state, piece.tries = PieceState.RUNNING, piece.tries + 1
    return Doing(piece)
