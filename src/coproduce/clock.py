"""The one clock and the one source of new identifiers.

Actions ask here what time it is, so that the demonstration and tests can tell a story that took
eighteen months in a few seconds, and get the same identifiers each time.
"""

import os
import random
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)
_chance: ContextVar[random.Random | None] = ContextVar("chance", default=None)


def now() -> datetime:
    """The present moment, aware and in UTC, or the moment that is being told."""
    return _told.get() or datetime.now(UTC)


def today() -> date:
    """The present day where the installation is (its time zone)."""
    return timezone.localdate(now())


def new_id() -> uuid.UUID:
    """A new identifier in the layout of UUID version 7: ordered by time, so indexes stay compact."""
    told, chance = _told.get(), _chance.get()
    milliseconds = int(told.timestamp() * 1000) if told else time.time_ns() // 1_000_000
    tail = chance.randbytes(10) if chance else os.urandom(10)
    bits = (milliseconds << 80) | int.from_bytes(tail, "big")
    bits = (bits & ~(0xF << 76)) | (0x7 << 76)
    bits = (bits & ~(0x3 << 62)) | (0x2 << 62)
    return uuid.UUID(int=bits)


def untimed_id() -> uuid.UUID:
    """A new identifier that does not tell when it was made: for what stands in an address and carries no name."""
    return uuid.UUID(bytes=chance(16), version=4)


def chance(count: int) -> bytes:
    """Bytes that nobody can guess; within ``repeatable`` those of its seed."""
    repeated = _chance.get()
    return repeated.randbytes(count) if repeated else os.urandom(count)


@contextmanager
def told(moment: datetime) -> Iterator[None]:
    """Within it, ``now()`` is ``moment``."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)


@contextmanager
def repeatable(seed: int) -> Iterator[None]:
    """Within it, new identifiers come from ``seed``. For the demonstration and for tests only."""
    token = _chance.set(random.Random(seed))  # noqa: S311  (to be repeated, not to be secret)
    try:
        yield
    finally:
        _chance.reset(token)
