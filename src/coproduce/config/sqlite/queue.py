"""The queue of writers before one SQLite file.

SQLite lets one connection write at a time. Those who come in between sleep, look again, sleep
longer: whoever looks at the right moment is next, and the unlucky wait ten times as long as the
rest. Here writers stand in line instead: threads of one process in the order in which they came,
processes in turn.

Two lock files stand beside the database. Whoever holds ``…-writing`` writes; whoever holds
``…-next`` is next. A process that has just written finds ``…-next`` taken by one that waits, so
it cannot go twice. The kernel frees both when a process ends in whatever way. Losing the lock
files costs fairness only: SQLite's own locks still guard the data.
"""

import fcntl
import os
import threading
import time
import weakref
from collections import deque

LOOK_AGAIN_AFTER = 0.5  # seconds between looks at whether the writer in front still exists


class Queue:
    """The writers before one database file, as seen from one process.

    A holder is any object: once it no longer exists it holds nothing, so a thread that ends
    without closing its connection stops nobody.
    """

    def __init__(self, file: str) -> None:
        self._files = tuple(os.open(file + end, os.O_RDWR | os.O_CREAT, 0o600) for end in ("-next", "-writing"))
        self._guard = threading.Lock()
        self._line: deque[tuple[threading.Lock, weakref.ref[object]]] = deque()
        self._holder: weakref.ref[object] | None = None

    def enter(self, holder: object, timeout: float) -> bool:
        """Wait for the turn to write, ``timeout`` seconds at most. True when ``holder`` may write."""
        if self.holds(holder):
            return True
        deadline = time.monotonic() + timeout
        if not self._wait_for_threads(weakref.ref(holder), deadline):
            return False
        try:
            if self._wait_for_processes(deadline):
                return True
        except BaseException:
            self._hand_on()
            raise
        self._hand_on()
        return False

    def leave(self, holder: object) -> None:
        """Let the next writer in. Nothing happens when ``holder`` does not hold the turn."""
        if not self.holds(holder):
            return
        fcntl.flock(self._files[1], fcntl.LOCK_UN)
        self._hand_on()

    def holds(self, holder: object) -> bool:
        """Whether it is the turn of ``holder``."""
        return self._holder is not None and self._holder() is holder

    def forget(self) -> None:
        """In a forked child: let go of the parent's files without unlocking what the parent holds."""
        for file in self._files:
            os.close(file)

    def _wait_for_threads(self, holder: "weakref.ref[object]", deadline: float) -> bool:
        gate = threading.Lock()
        gate.acquire()
        with self._guard:
            if self._is_free():
                self._holder = holder
                return True
            self._line.append((gate, holder))
        try:
            while not gate.acquire(timeout=max(0.0, min(LOOK_AGAIN_AFTER, deadline - time.monotonic()))):
                if self._step_over_the_gone() or time.monotonic() < deadline:
                    continue
                if self._give_up(gate, holder):
                    return False
        except BaseException:
            if not self._give_up(gate, holder):
                self._hand_on()
            raise
        return True

    def _wait_for_processes(self, deadline: float) -> bool:
        upcoming, writing = self._files
        if not lock(upcoming, deadline):
            return False
        try:
            return lock(writing, deadline)
        finally:
            fcntl.flock(upcoming, fcntl.LOCK_UN)

    def _is_free(self) -> bool:
        return self._holder is None or self._holder() is None

    def _hand_on(self) -> None:
        with self._guard:
            self._holder = None
            self._let_next_in()

    def _let_next_in(self) -> None:
        if self._line:
            gate, self._holder = self._line.popleft()
            gate.release()

    def _step_over_the_gone(self) -> bool:
        """If the holder was dropped without leaving, the first in line goes in its place."""
        with self._guard:
            if not self._is_free():
                return False
            self._let_next_in()
            return True

    def _give_up(self, gate: threading.Lock, holder: "weakref.ref[object]") -> bool:
        """Step out of the line. False when the turn came in just that moment."""
        with self._guard:
            if (gate, holder) not in self._line:
                return False
            self._line.remove((gate, holder))
            return True


def lock(file: int, deadline: float) -> bool:
    """Lock an open file for this process alone, asking again until ``deadline`` (monotonic seconds).

    A waiting ``flock`` knows no time limit, so this asks and sleeps. Of all the writers, one in
    each process is here at any time; the others sleep at their gate.
    """
    pause = 0.0002
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(pause)
            pause = min(pause * 1.2, 0.005)
        else:
            return True


_queues: dict[str, Queue] = {}
_guard = threading.Lock()


def queue_before(file: str) -> Queue:
    """The one queue of this process before the database ``file``."""
    queue = _queues.get(file)
    if queue is None:
        with _guard:
            queue = _queues.setdefault(file, Queue(os.path.realpath(file)))
    return queue


def _start_afresh_in_child() -> None:
    global _guard  # noqa: PLW0603 -- a lock that another thread held at the fork would stay shut for ever
    _guard = threading.Lock()
    for queue in _queues.values():
        queue.forget()
    _queues.clear()


os.register_at_fork(after_in_child=_start_afresh_in_child)
