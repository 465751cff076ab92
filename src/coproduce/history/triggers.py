"""Append-only, enforced by the database itself.

Three kinds of guard, kept by table:

- ``APPEND_ONLY`` tables refuse change and deletion; ``NEVER_CHANGED`` tables refuse change but may lose a
  row (erasure).
- ``CLOSED_WHEN`` tables refuse any insert, change or deletion of a row for which a condition holds.
- ``REFUSED_WHEN`` triggers refuse one operation on one table while a condition holds.

An app above adds its own tables from its ``AppConfig.ready``: ``append_only(table)``, ``closed_when(table, …)``,
``refused_when(table, …)``.
Both databases refuse with the same sentence. On PostgreSQL a superuser can switch triggers off: run the
software as a role that owns nothing else.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.core import checks
from django.core.checks import CheckMessage
from django.db import connections

APPEND_ONLY: list[str] = ["history_event"]
NEVER_CHANGED: list[str] = ["history_eventdetail"]
CLOSED_WHEN: dict[str, "tuple[str, str]"] = {}
"""Table -> (what the refusal says, SQL condition about ``{row}``)."""

_ROWS_OF = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


class Trigger(NamedTuple):
    """One trigger: on which table and operation, what it says, and when ("" for always)."""

    name: str
    table: str
    operation: str
    says: str
    condition: str = ""


REFUSED_WHEN: dict[str, Trigger] = {}
"""By name, triggers that refuse one operation each."""


def append_only(table: str) -> None:
    """Rows of ``table`` are added and never changed nor deleted."""
    if table not in APPEND_ONLY:
        APPEND_ONLY.append(table)


def closed_when(table: str, condition: str, says: str) -> None:
    """Rows of ``table`` stand still while ``condition`` holds.

    condition: SQL that both databases read, with ``{row}`` where the row's columns are named
    (``EXISTS (SELECT 1 FROM … WHERE … = {row}.proposal_id)``). says: the refusal, plain letters only.
    """
    CLOSED_WHEN[table] = (says, condition)


def refused_when(table: str, operation: str, rule: str, condition: str, says: str) -> None:
    """Refuse ``operation`` (INSERT, UPDATE or DELETE) of a row of ``table`` for which ``condition`` holds.

    rule: a short name of it, letters alone. condition: SQL that both databases read, about ``NEW`` and ``OLD``. says:
    the refusal, plain letters only.
    """
    name = f"{table}_{operation.lower()}_{rule}"
    REFUSED_WHEN[name] = Trigger(name, table, operation, says, condition)


def _triggers(there: set[str]) -> Iterator[Trigger]:
    """Every trigger that belongs on the tables that are ``there``."""
    for table in APPEND_ONLY + NEVER_CHANGED:
        says = f"the history is append-only: {table}"
        if table in there and table in APPEND_ONLY:
            yield Trigger(f"{table}_no_delete", table, "DELETE", says)
        if table in there:
            yield Trigger(f"{table}_no_update", table, "UPDATE", says)
    for table, (says, condition) in CLOSED_WHEN.items():
        for operation, rows in _ROWS_OF.items():
            if table in there:
                when = " OR ".join(condition.format(row=row) for row in rows)
                yield Trigger(f"{table}_closed_{operation.lower()}", table, operation, says, when)
    yield from (trigger for trigger in REFUSED_WHEN.values() if trigger.table in there)


def _tables(using: str) -> set[str]:
    return set(connections[using].introspection.table_names())


def _create_on_sqlite(trigger: Trigger) -> list[str]:
    when = f" WHEN {trigger.condition}" if trigger.condition else ""
    return [
        f"DROP TRIGGER IF EXISTS {trigger.name}",
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.operation} ON {trigger.table}{when} "
        f"BEGIN SELECT RAISE(ABORT, '{trigger.says}'); END",
    ]


def _create_on_postgresql(trigger: Trigger) -> list[str]:
    refusal = f"RAISE EXCEPTION '{trigger.says}';"
    if trigger.condition:
        refusal = f"IF {trigger.condition} THEN {refusal} END IF;"
    row = "OLD" if trigger.operation == "DELETE" else "NEW"
    return [
        f"CREATE OR REPLACE FUNCTION {trigger.name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN {refusal} RETURN {row}; END $$",
        f"DROP TRIGGER IF EXISTS {trigger.name} ON {trigger.table}",
        f"CREATE TRIGGER {trigger.name} BEFORE {trigger.operation} ON {trigger.table} "
        f"FOR EACH ROW EXECUTE FUNCTION {trigger.name}()",
    ]


def _truncations(there: set[str]) -> Iterator[Trigger]:
    """PostgreSQL alone can empty a table in one statement."""
    for table in (*APPEND_ONLY, *CLOSED_WHEN):
        if table in there:
            yield Trigger(f"{table}_no_truncate", table, "TRUNCATE", f"the history is append-only: {table}")


def install(using: str = "default") -> None:
    """Make every trigger anew; safe to repeat. Tables that are not there yet get theirs once they are."""
    connection = connections[using]
    if connection.vendor not in ("sqlite", "postgresql"):
        raise RuntimeError(f"Coproduce keeps its record on SQLite or PostgreSQL, not on {connection.vendor}.")
    there = _tables(using)
    with connection.cursor() as cursor:
        for trigger in _triggers(there):
            create = _create_on_sqlite if connection.vendor == "sqlite" else _create_on_postgresql
            for statement in create(trigger):
                cursor.execute(statement)
        if connection.vendor == "postgresql":
            for trigger in _truncations(there):
                for statement in _create_on_postgresql(trigger):
                    cursor.execute(statement.replace("FOR EACH ROW", "FOR EACH STATEMENT"))


def remove(using: str = "default") -> None:
    """Take the triggers away: before migrating, and in tests to empty a database. Nothing else may call it."""
    connection = connections[using]
    there = _tables(using)
    with connection.cursor() as cursor:
        for trigger in (*_triggers(there), *_truncations(there)):
            on = f" ON {trigger.table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{on}")


def missing(using: str = "default") -> list[str]:
    """The names of triggers that should be there and are not (or are switched off)."""
    connection = connections[using]
    tables = _tables(using)
    wanted = {trigger.name for trigger in _triggers(tables)}
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            wanted |= {trigger.name for trigger in _truncations(tables)}
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        there = {row[0] for row in cursor.fetchall()}
    return sorted(wanted - there)


def remove_before_migrate(using: str = "default", **_kwargs: Any) -> None:
    """Receiver of ``pre_migrate``: SQLite refuses to rebuild a table that a trigger elsewhere reads."""
    remove(using)


def install_after_migrate(using: str = "default", **_kwargs: Any) -> None:
    """Receiver of ``post_migrate``."""
    install(using)


def check_triggers(databases: list[str] | None = None, **_kwargs: Any) -> list[CheckMessage]:
    """System check ``history.W001``: a record that could be rewritten. To serve it is refused; migrating mends it."""
    found: list[CheckMessage] = []
    for using in databases or []:
        found += [
            checks.Warning(
                f"The trigger {name} is missing from the database.", hint="Run: coproduce migrate", id="history.W001"
            )
            for name in missing(using)
        ]
    return found
