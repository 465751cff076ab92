"""Append-only, enforced by the database itself.

``APPEND_ONLY`` tables refuse change and deletion; ``NEVER_CHANGED`` tables refuse change but may lose a row
(erasure). Both databases say so with the same sentence. On PostgreSQL a superuser can switch triggers
off: run the software as a role that owns nothing else.
"""

from typing import Any

from django.core.checks import CheckMessage, Error
from django.db import connections

APPEND_ONLY = ("history_event",)
NEVER_CHANGED = ("history_eventdetail",)


def _wanted() -> dict[str, tuple[str, str]]:
    """Trigger name -> (table, operation)."""
    names = {}
    for table in APPEND_ONLY:
        names[f"{table}_no_delete"] = (table, "DELETE")
    for table in APPEND_ONLY + NEVER_CHANGED:
        names[f"{table}_no_update"] = (table, "UPDATE")
    return names


def install(using: str = "default") -> None:
    """Make every trigger anew; safe to repeat."""
    connection = connections[using]
    if connection.vendor not in ("sqlite", "postgresql"):
        raise RuntimeError(f"Coproduce keeps its record on SQLite or PostgreSQL, not on {connection.vendor}.")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION coproduce_append_only() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'the history is append-only: %', TG_TABLE_NAME; END $$"
            )
        for name, (table, operation) in _wanted().items():
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE {operation} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'the history is append-only: {table}'); END"
                )
            else:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
                cursor.execute(
                    f"CREATE TRIGGER {name} BEFORE {operation} ON {table} "
                    "FOR EACH ROW EXECUTE FUNCTION coproduce_append_only()"
                )
        if connection.vendor == "postgresql":
            for table in APPEND_ONLY:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")
                cursor.execute(
                    f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
                    "FOR EACH STATEMENT EXECUTE FUNCTION coproduce_append_only()"
                )


def remove(using: str = "default") -> None:
    """Take the triggers away. Tests need it to empty a database; nothing else may call it."""
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, (table, _operation) in _wanted().items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")
        if connection.vendor == "postgresql":
            for table in APPEND_ONLY:
                cursor.execute(f"DROP TRIGGER IF EXISTS {table}_no_truncate ON {table}")


def missing(using: str = "default") -> list[str]:
    """The names of triggers that should be there and are not (or are switched off)."""
    connection = connections[using]
    wanted = set(_wanted())
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            wanted |= {f"{table}_no_truncate" for table in APPEND_ONLY}
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {row[0] for row in cursor.fetchall()}
    return sorted(wanted - there)


def install_after_migrate(using: str = "default", **_kwargs: Any) -> None:
    """Receiver of ``post_migrate``."""
    install(using)


def check_triggers(databases: list[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """System check ``history.E001``: the server refuses to start on a record that could be rewritten."""
    found: list[CheckMessage] = []
    for using in databases or []:
        if "history_event" not in connections[using].introspection.table_names():
            continue
        found += [
            Error(f"The trigger {name} is missing from the database.", hint="Run: coproduce migrate", id="history.E001")
            for name in missing(using)
        ]
    return found
