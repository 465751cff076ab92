"""A PostgreSQL server for the tests alone: on a private socket, without fsync, gone afterwards.

    python tests/postgres.py pytest tests/spaces

runs one command with ``DATABASE_URL`` naming such a server. PostgreSQL refuses to run as root, so for
root it runs as the user ``postgres`` or, where there is none, ``nobody``.
"""

import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "shared_buffers": "128MB",
    "max_connections": "60",
    "log_min_messages": "warning",
}


class NoServer(Exception):
    """There is no PostgreSQL here, or it did not start. Says why."""


def programs() -> Path:
    """The folder with ``initdb`` and ``postgres``, the newest first. Raises NoServer."""
    on_path = shutil.which("initdb")
    folders = [Path(on_path).resolve().parent] if on_path else []
    installed = Path("/usr/lib/postgresql").glob("*/bin")
    folders += sorted(installed, key=lambda folder: -int(folder.parent.name))
    for folder in folders:
        if (folder / "initdb").exists() and (folder / "postgres").exists():
            return folder
    raise NoServer("PostgreSQL is not installed (on Debian: apt install postgresql)")


def owner() -> dict[str, object]:
    """Whom to run as, for ``subprocess``: nobody else, unless we are root."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    entry = known.get("postgres") or known["nobody"]
    return {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}


@contextmanager
def server() -> Iterator[str]:
    """A running server; yields its ``DATABASE_URL``. Raises NoServer."""
    where = programs()
    # Not under TMPDIR: the other user may not enter it, and the path of a socket must be short.
    folder = Path(tempfile.mkdtemp(prefix="coproduce-pg-", dir="/tmp"))
    running: subprocess.Popen[bytes] | None = None
    try:
        whose = owner()
        if whose:
            os.chown(folder, int(str(whose["user"])), int(str(whose["group"])))
        make(where, folder, whose)
        running = start(where, folder, whose)
        yield f"postgres://coproduce@{quote(str(folder), safe='')}/postgres"
    finally:
        if running:
            stop(running)
        shutil.rmtree(folder, ignore_errors=True)


def make(where: Path, folder: Path, whose: dict[str, object]) -> None:
    command = [str(where / "initdb"), "--pgdata", str(folder / "data"), "--username", "coproduce"]
    command += ["--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, **whose)  # type: ignore[call-overload]
    if done.returncode:
        raise NoServer(f"initdb failed: {done.stderr.strip()[-500:]}")


def start(where: Path, folder: Path, whose: dict[str, object]) -> "subprocess.Popen[bytes]":
    command = [str(where / "postgres"), "-D", str(folder / "data"), "-k", str(folder)]
    for name, value in SETTINGS.items():
        command += ["-c", f"{name}={value}"]
    log = folder / "log"
    with log.open("wb") as out:
        # A session of its own, so that Ctrl-C reaches us first and we can stop it in order.
        running = subprocess.Popen(command, cwd=folder, stdout=out, stderr=out, start_new_session=True, **whose)  # type: ignore[call-overload]
    ready = [str(where / "pg_isready"), "-q", "-h", str(folder), "-U", "coproduce", "-d", "postgres"]
    for _ in range(300):
        if running.poll() is not None:
            raise NoServer(f"PostgreSQL did not start: {log.read_text(errors='replace')[-500:]}")
        if subprocess.run(ready, check=False).returncode == 0:
            return running
        time.sleep(0.1)
    stop(running)
    raise NoServer("PostgreSQL did not answer within 30 seconds")


def stop(running: "subprocess.Popen[bytes]") -> None:
    """Stop at once: nothing in it is needed again."""
    running.send_signal(signal.SIGQUIT)
    try:
        running.wait(10)
    except subprocess.TimeoutExpired:
        running.kill()
        running.wait()


def end_in_order(*_: object) -> None:
    """For SIGTERM and SIGHUP: leave through every ``finally``."""
    raise SystemExit(143)


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, end_in_order)
    signal.signal(signal.SIGHUP, end_in_order)
    try:
        with server() as url:
            sys.exit(subprocess.run(sys.argv[1:], env={**os.environ, "DATABASE_URL": url}, check=False).returncode)
    except NoServer as why:
        sys.exit(str(why))
    except KeyboardInterrupt:
        sys.exit(130)
