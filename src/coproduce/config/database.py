"""Which database: SQLite in the home folder, or the one that ``DATABASE_URL`` names.

``postgres://user:password@host:port/name`` (also ``postgresql://``; a socket folder as host is
percent-encoded: ``postgres://me@%2Fvar%2Frun%2Fpostgresql/coproduce``), or ``sqlite:///folder/file``
(three slashes: from where the command runs; four: from the root of the machine).
"""

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

HOW = (
    "DATABASE_URL must look like postgres://user:password@host:5432/name or sqlite:///folder/file.sqlite3, "
    "with special characters in a part percent-encoded."
)


def database(home: Path) -> dict[str, Any]:
    """Django's entry for the default database, read from ``DATABASE_URL``; without it, a file in ``home``.

    Raises ImproperlyConfigured saying what is wrong; the message never repeats a password.
    """
    url = os.environ.get("DATABASE_URL", "").strip()
    if not url:
        return sqlite(home / "coproduce.sqlite3")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise ImproperlyConfigured(f"{HOW} ({error})") from None
    if parts.scheme in ("postgres", "postgresql"):
        return postgresql(parts, port)
    if parts.scheme == "sqlite":
        return sqlite(file_of(parts))
    raise ImproperlyConfigured(f"{HOW} It begins with “{parts.scheme or url[:8]}”.")


def sqlite(file: Path) -> dict[str, Any]:
    """One file. Its settings for safety are in the backend itself, so that none can be forgotten."""
    return {"ENGINE": "coproduce.config.sqlite", "NAME": str(file), "CONN_MAX_AGE": None}


def file_of(parts: SplitResult) -> Path:
    if parts.netloc or len(parts.path) < 2 or parts.path.endswith("/") or parts.query or parts.fragment:
        raise ImproperlyConfigured(f"{HOW} The file of an SQLite address comes after three slashes.")
    return Path(unquote(parts.path[1:])).expanduser().absolute()


def postgresql(parts: SplitResult, port: int | None) -> dict[str, Any]:
    """A PostgreSQL server; ``?sslmode=require`` and the like are handed on to it."""
    name = unquote(parts.path.lstrip("/"))
    if not name or "/" in name:
        raise ImproperlyConfigured(f"{HOW} The name of the database is missing or has a slash in it.")
    if find_spec("psycopg") is None:
        raise ImproperlyConfigured("DATABASE_URL names PostgreSQL: install its driver with coproduce[postgres].")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host_of(parts),
        "PORT": str(port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def host_of(parts: SplitResult) -> str:
    """The host as written: ``hostname`` of urlsplit would put a socket folder in lower case."""
    host = parts.netloc.rpartition("@")[2]
    if host.startswith("["):
        return host[1:].partition("]")[0]
    return unquote(host.partition(":")[0])
