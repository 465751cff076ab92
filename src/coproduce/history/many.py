"""After many rows came at once."""

from django.db import connection

MANY = 5_000
"""Rows. Below this PostgreSQL plans well enough with what it knew of its tables before."""


def counted_anew(rows: int) -> None:
    """Have PostgreSQL count its tables, where so many rows came in one go; within a transaction it counts them too.

    Until it does so by itself, a minute or more later, it plans as if they were not there, and whoever opens a page
    meanwhile waits for half a minute. SQLite plans by its indexes alone.
    """
    if rows >= MANY and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
