"""Where the bytes lie: the installation's storage, a folder for each space, a name that nobody chose."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import transaction

from coproduce import clock

Keep = Callable[[UUID, bytes], str]


@contextmanager
def keeping() -> Iterator[Keep]:
    """``keep(space, content)`` within it writes a file and answers its path. An error takes the files away again.

    Wrap it round the transaction that writes the rows: what was rolled back leaves no file behind.
    """
    kept: list[str] = []

    def keep(space: UUID, content: bytes) -> str:
        kept.append(default_storage.save(f"{space.hex}/{clock.new_id().hex}", ContentFile(content)))
        return kept[-1]

    try:
        yield keep
    except BaseException:
        for path in kept:
            default_storage.delete(path)
        raise


def content_of(path: str) -> bytes | None:
    """All of a kept file, or None if it is not there (any more)."""
    if not path:
        return None
    try:
        with default_storage.open(path) as file:
            return bytes(file.read())
    except FileNotFoundError:
        return None


def remove_when_done(paths: Iterable[str]) -> None:
    """Take files away as soon as the transaction that lets go of them is done, and not if it fails."""
    gone = [path for path in paths if path]

    def remove() -> None:
        for path in gone:
            default_storage.delete(path)

    transaction.on_commit(remove)


def digest_of(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
