"""What the installation is told from outside, and whether that is safe to serve.

``COPRODUCE_HOME``       folder for the database, files and the generated secret (default ``var``)
``DATABASE_URL``         ``postgres://…`` for PostgreSQL; otherwise SQLite in the home folder
``COPRODUCE_SECRET``     the secret (default: generated once, kept in the home folder)
``COPRODUCE_HOSTS``      names under which people reach it, with commas: ``together.example.org``
``COPRODUCE_MAIL``       ``smtp://user:password@host:587`` (``smtps://`` for TLS from the start)
``COPRODUCE_MAIL_FROM``  the address that mail comes from
``COPRODUCE_PROXIES``    how many proxies stand in front (default 1), so that one person's tries stop nobody else's
``COPRODUCE_KEEPER``     who looks after this server and how to reach them, as people should read it
``COPRODUCE_WORKERS``    processes for what goes on in the background, beside the server (default 1; 0 where
                         ``coproduce work`` is started apart)
``COPRODUCE_WHO_OPENS``  ``anyone`` (default) or ``facilitators``: who may open a space
``COPRODUCE_TIME_ZONE``  default ``Europe/London``
``COPRODUCE_DEMONSTRATION``  ``1``: this machine only, mail readable on a page. Set by ``coproduce demo``.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit


def home() -> Path:
    """The installation's folder, made if it is not there (readable by its owner only)."""
    project = Path(__file__).resolve().parents[3]
    beside = project if (project / "pyproject.toml").exists() else Path.cwd()
    folder = Path(os.environ.get("COPRODUCE_HOME") or beside / "var").expanduser().resolve()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def secret(folder: Path) -> str:
    """The secret from the environment, or the one in the home folder, made on first use."""
    given = os.environ.get("COPRODUCE_SECRET", "")
    if given:
        return given
    file = folder / "secret"
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as fresh:
        made = secrets.token_urlsafe(64)
        fresh.write(made)
    return made


def mail(address: str) -> dict[str, object]:
    """Django's mail settings for an ``smtp://`` or ``smtps://`` address."""
    parts = urlsplit(address)
    if parts.scheme not in ("smtp", "smtps") or not parts.hostname:
        raise ValueError("COPRODUCE_MAIL must look like smtp://user:password@host:587")
    return {
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if parts.scheme == "smtps" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": parts.scheme == "smtps",
        "EMAIL_USE_TLS": parts.scheme == "smtp" and parts.hostname not in ("localhost", "127.0.0.1", "::1"),
    }


def keeper() -> str:
    """Who looks after this server and how to reach them; empty when nobody has said."""
    return os.environ.get("COPRODUCE_KEEPER", "").strip()


def is_demonstration() -> bool:
    return os.environ.get("COPRODUCE_DEMONSTRATION") == "1"


def hosts() -> list[str]:
    """The names from ``COPRODUCE_HOSTS``; only this machine's own when none are given."""
    given = [host.strip() for host in os.environ.get("COPRODUCE_HOSTS", "").split(",") if host.strip()]
    return given or ["127.0.0.1", "localhost", "[::1]"]


def workers() -> int:
    """How many processes do what goes on in the background, beside the server. ValueError for what is no number."""
    given = os.environ.get("COPRODUCE_WORKERS", "1").strip()
    if not given.isdecimal():
        raise ValueError("COPRODUCE_WORKERS must be a number, such as 1, or 0 for none beside the server.")
    return int(given)


def why_unsafe() -> list[str]:
    """Reasons not to serve people from this installation, each saying what to set. Empty when it is safe."""
    if is_demonstration():
        return []
    reasons = []
    if not os.environ.get("COPRODUCE_HOSTS"):
        reasons.append("Set COPRODUCE_HOSTS to the name under which people reach this server.")
    if "*" in hosts():
        reasons.append("COPRODUCE_HOSTS may not be *: name the hosts, so that sign-in links cannot be forged.")
    if not os.environ.get("COPRODUCE_MAIL"):
        reasons.append("Set COPRODUCE_MAIL (smtp://user:password@host:587), or nobody can sign in.")
    given = os.environ.get("COPRODUCE_SECRET")
    if given is not None and (len(given) < 50 or len(set(given)) < 16):
        reasons.append("COPRODUCE_SECRET is too short or too plain. Leave it unset and one is made for you.")
    return reasons
