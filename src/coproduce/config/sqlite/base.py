"""Django's SQLite backend with the settings that keep words safe, and a fair queue of writers.

What is set, and why, is in ``docs/decisions/0002-sqlite-with-a-queue-of-writers.md``. Reads never wait
for the queue. A write waits for its turn, up to the time limit, and is then refused in the words
of SQLite: ``database is locked``.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from django.db.backends.sqlite3 import base
from django.db.utils import OperationalError

from coproduce.config.sqlite.queue import Queue, queue_before

SECONDS_TO_WAIT = 30.0
SETTINGS = (
    "PRAGMA synchronous = FULL",  # NORMAL loses the last acknowledged writes in a power cut
    "PRAGMA recursive_triggers = ON",  # else REPLACE walks past the triggers that keep history append-only
    "PRAGMA secure_delete = ON",  # what is erased is overwritten in the file
)
WRITES = re.compile(
    r"\s*(?:insert|update|delete|replace|create|drop|alter|reindex|analyze|vacuum|begin\s+(?:immediate|exclusive)"
    r"|with\b.*\b(?:insert|update|delete|replace)\b)",
    re.IGNORECASE | re.DOTALL,
)


class QueuedCursor(base.SQLiteCursorWrapper):
    """A cursor that stands in line before a write of its own; a transaction has its turn already."""

    def __init__(self, connection: Any, wrapper: "DatabaseWrapper") -> None:
        super().__init__(connection)
        self._wrapper = wrapper

    def execute(self, query: str, params: Any = None) -> Any:
        return self._in_turn(super().execute, query, params)

    def executemany(self, query: str, param_list: Iterable[Any]) -> Any:
        return self._in_turn(super().executemany, query, param_list)

    def _in_turn(self, run: Callable[[str, Any], Any], query: str, params: Any) -> Any:
        if self.connection.in_transaction:
            return run(query, params)
        if not WRITES.match(query):
            return run(query, params)
        self._wrapper.enter_queue()
        try:
            return run(query, params)
        finally:
            self._wrapper.leave_queue()


class DatabaseWrapper(base.DatabaseWrapper):
    """The backend. ``OPTIONS`` may set ``timeout`` (seconds a writer waits); the rest is not for choosing."""

    def get_connection_params(self) -> dict[str, Any]:
        params = {"timeout": SECONDS_TO_WAIT, **super().get_connection_params()}
        self.transaction_mode = "IMMEDIATE"
        self.seconds_to_wait = float(params["timeout"])
        return params

    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        connection = super().get_new_connection(conn_params)
        for setting in SETTINGS:
            connection.execute(setting)
        if self._is_queued() and connection.execute("PRAGMA journal_mode").fetchone()[0] != "wal":
            self._keep_a_log(connection)
        return connection

    def create_cursor(self, name: str | None = None) -> Any:
        return self.connection.cursor(factory=lambda connection: QueuedCursor(connection, self))

    def enter_queue(self) -> None:
        """Wait for the turn to write. Raises OperationalError after the time limit."""
        if self._is_queued() and not self._queue().enter(self, self.seconds_to_wait):
            raise OperationalError("database is locked")

    def leave_queue(self) -> None:
        """Let the next writer in, unless a transaction of this connection is still open."""
        if self._is_queued() and (self.connection is None or not self.connection.in_transaction):
            self._queue().leave(self)

    def _keep_a_log(self, connection: Any) -> None:
        # Two that switch the same new file to the log at once would be refused without waiting.
        self.enter_queue()
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        finally:
            self._queue().leave(self)

    def _commit(self) -> None:
        try:
            super()._commit()  # type: ignore[misc]
        finally:
            self.leave_queue()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self.leave_queue()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            if self._is_queued():
                self._queue().leave(self)

    def _is_queued(self) -> bool:
        return not self.is_in_memory_db()

    def _queue(self) -> Queue:
        return queue_before(str(self.settings_dict["NAME"]))
