"""Clearing the log of the database after a vote, so that no earlier urn lies beside the one that holds.

SQLite writes what changes into a log beside the file and leaves it there until it is written over. Two urns, one from
before and one from after a vote, show that vote to whoever has the installation's secret as well, as a copy of its
home folder does. PostgreSQL keeps its log as long as it is set to: ``docs/decisions/0026-*.md``.
"""

from django.db import connection, transaction


def forget_earlier_urns() -> None:
    """Once what is being done is committed, put the log into the file and empty it."""
    if connection.vendor == "sqlite":
        transaction.on_commit(_empty_the_log, robust=True)


def _empty_the_log() -> None:
    """As far as nobody reads an older state at this moment: the next vote, or the closing, does it then."""
    with connection.cursor() as cursor:
        waits = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute("PRAGMA busy_timeout = 0")
        try:
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {waits:d}")
