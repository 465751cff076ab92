"""The process that does what waits in the queue: quiet while nothing waits, and heard of while something goes on.

The worker of django-tasks-db takes the one turn to write each time it looks whether there is work, and leaves a task
whose process was killed "running" for ever. This one looks with a read, and promises for each piece by when it will
be heard of again; a promise that is not kept puts the piece back in the queue, and after ``TRIES`` the page says
honestly that it did not work.
"""

import logging
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from django.db import DatabaseError, close_old_connections, connections, transaction
from django.db.models import QuerySet
from django.utils.crypto import get_random_string
from django.utils.translation import gettext as _
from django_tasks import TaskResultStatus
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from coproduce import clock
from coproduce.work.models import Piece, PieceState

LOOKS_EVERY = 1.0
BEATS_EVERY = 5.0
BEATS_IN_A_PROMISE = 6
TRIES = 2
TIDIES_EVERY = 600.0
KEPT_FOR = timedelta(days=30)

log = logging.getLogger(__name__)


class QuietWorker(Worker):
    """Does pieces one after the other until told to end. ``beat`` 0: without signs of life, for what takes a moment."""

    def __init__(self, *, interval: float = LOOKS_EVERY, beat: float = BEATS_EVERY, batch: bool = False) -> None:
        super().__init__(
            queue_names=["*"],
            interval=interval,
            batch=batch,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=get_random_string(32),
            excluded_queue_names=[],
        )
        self.beat, self.tidies_at = beat, 0.0

    def shutdown(self, signum: int, frame: Any) -> None:
        """End now. What goes on is interrupted and given back to the queue."""
        self.running = False
        sys.exit(0)

    def run(self) -> None:
        """Until told to end; with ``batch`` until nothing waits."""
        if self.batch:
            self.look()
            return
        while self.running:
            close_old_connections()
            try:
                self.look()
            except DatabaseError:
                log.exception("the database did not answer; looking again")
                connections.close_all()
                time.sleep(5 * self.interval)
            if self.running:
                time.sleep(self.interval)

    def look(self) -> None:
        """Do all that waits, one after the other."""
        take_up_what_was_lost()
        if time.monotonic() >= self.tidies_at:
            tidy_up()
            self.tidies_at = time.monotonic() + TIDIES_EVERY
        while self.running and (row := self._next()) is not None:
            self.run_task(row)

    def _next(self) -> DBTaskResult | None:
        """The next task, claimed so that no other worker does it. Looks with a read before it asks to write."""
        ready = DBTaskResult.objects.ready().filter(backend_name=self.backend_name)
        if not ready.exists():
            return None
        with transaction.atomic():
            row: DBTaskResult | None = ready.get_locked()
            if row is not None:
                row.claim(self.worker_id)
            return row

    def run_task(self, db_task_result: DBTaskResult) -> None:
        """Do one task, and see to it that its piece is left neither open nor lost, whatever happened."""
        pieces = Piece.objects.filter(task=db_task_result.pk)
        before = pieces.values_list("tries", flat=True).first() or 0
        mine = pieces.filter(state=PieceState.RUNNING, tries=before + 1)
        with self._heard_of(mine):
            super().run_task(db_task_result)
        if self.running:
            _close(mine)
            _close(pieces.filter(state=PieceState.WAITING, tries=before))
        elif mine.exists():
            give_back(mine)
        # Taken for lost while it was being done: the task has just been noted as ended, and is not.
        waiting = pieces.filter(state=PieceState.WAITING)
        if waiting.exists():
            give_back(waiting)

    @contextmanager
    def _heard_of(self, pieces: QuerySet[Piece]) -> Iterator[None]:
        """Say again and again, from a thread of its own, that what these are is being done."""
        ended = threading.Event()

        def say() -> None:
            while not ended.wait(self.beat):
                until = clock.now() + timedelta(seconds=self.beat * BEATS_IN_A_PROMISE)
                try:
                    pieces.update(heard_until=until)
                except DatabaseError:
                    log.exception("could not say that a piece is being done")
            connections.close_all()

        if self.beat:
            threading.Thread(target=say, daemon=True).start()
        try:
            yield
        finally:
            ended.set()


def work_off() -> None:
    """Do what waits, here and now, and return, also what was to wait a while. A worker process does it by itself;
    this is for tests."""
    DBTaskResult.objects.filter(status=TaskResultStatus.READY).update(run_after=clock.now() - timedelta(days=1))
    QuietWorker(beat=0, batch=True).run()


def take_up_what_was_lost() -> None:
    """Put pieces whose process was lost back in the queue, or say that they did not work. Mostly one read."""
    lost = list(Piece.objects.filter(state=PieceState.RUNNING, heard_until__lt=clock.now()))
    if not lost:
        return
    again = [piece.pk for piece in lost if piece.tries < TRIES]
    over = [piece.pk for piece in lost if piece.tries >= TRIES]
    still_lost = Piece.objects.filter(state=PieceState.RUNNING, heard_until__lt=clock.now())
    give_back(still_lost.filter(pk__in=again))
    still_lost.filter(pk__in=over).update(
        state=PieceState.FAILED,
        ended_at=clock.now(),
        heard_until=None,
        words="",
        error=_("The server was interrupted twice while it was at this. You can ask for it again."),
    )


@transaction.atomic
def give_back(pieces: Any) -> None:
    """Put these pieces in the queue again, to be done from the start."""
    tasks = list(pieces.select_for_update().values_list("task", flat=True))
    pieces.update(state=PieceState.WAITING, heard_until=None, words="", done=0)
    waiting = {"status": TaskResultStatus.READY, "started_at": None, "finished_at": None}
    DBTaskResult.objects.filter(pk__in=tasks).update(**waiting, exception_class_path="", traceback="")


def _close(left: QuerySet[Piece]) -> None:
    """Pieces that their task left open, because it could not be loaded, say, did not work."""
    if left.exists():
        why = _("Something went wrong on the server. It was written down for whoever looks after it.")
        left.update(state=PieceState.FAILED, ended_at=clock.now(), heard_until=None, error=why)


def tidy_up() -> None:
    """Forget what ended long ago; take up tasks that were lost before their piece had begun. Reads first."""
    old = clock.now() - KEPT_FOR
    pieces = Piece.objects.filter(ended_at__lt=old)
    if pieces.exists():
        pieces.delete()
    rows = DBTaskResult.objects.finished().filter(finished_at__lt=old)
    if rows.exists():
        rows.delete()
    stale = clock.now() - timedelta(minutes=2)
    lost = DBTaskResult.objects.running().filter(started_at__lt=stale).values("pk")
    never_begun = Piece.objects.filter(state=PieceState.WAITING, task__in=lost)
    if never_begun.exists():
        give_back(never_begun)
