"""Starting to serve: make ready, then run granian with worker processes of several threads.

``serve`` refuses to start while something would be unsafe or unfinished. ``demo`` makes a database
of its own, fills it and says how to sign in.
"""

import argparse
import io
import multiprocessing
import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.error import URLError
from urllib.request import Request, urlopen

import django
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command
from django.db import Error as DatabaseError
from django.db import OperationalError, connection, connections
from django.utils.translation import gettext as _

from coproduce.config.environment import hosts, why_unsafe, workers
from coproduce.config.working import Workers
from coproduce.finding import index
from coproduce.history import triggers

if TYPE_CHECKING:
    from django.core.handlers.wsgi import WSGIHandler


class CannotStart(Exception):
    """Serving would be unsafe or impossible. Says what to do."""


def start(name: str, options: argparse.Namespace) -> None:
    """Make ready and serve until stopped. Raises CannotStart."""
    try:
        django.setup()
        beside = workers()
    except (ImproperlyConfigured, OSError, ValueError) as error:
        raise CannotStart(str(error)) from error
    require_free(options.host, options.port)
    try:
        (prepare_demonstration if name == "demo" else require_ready)()
        call_command("collectstatic", interactive=False, verbosity=0)
    except (CommandError, DatabaseError, OSError) as error:
        raise CannotStart(str(error)) from error
    address = f"http://{options.host}:{options.port}"
    announce = announce_demonstration if name == "demo" else announce_server
    threading.Thread(target=once_it_answers, args=(address, announce), daemon=True).start()
    serve(options, beside)


def require_free(host: str, port: int) -> None:
    """Granian shares its port with others who also would: two servers would answer in turn, unnoticed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                _("Port %(port)s cannot be used (%(reason)s). Stop what uses it, or try --port %(other)s.")
                % {"port": port, "reason": error.strerror, "other": port + 1 if port < 65535 else 8000}
            ) from error


def require_ready() -> None:
    """Refuse to serve from an unsafe or unfinished installation."""
    if reasons := why_unsafe():
        raise CannotStart(_("This installation is not ready to serve people.") + "\n- " + "\n- ".join(reasons))
    # A wrong DATABASE_URL would lead to an empty database: people would find a new, empty installation.
    require_database(make=False)
    call_command("check", databases=["default"], fail_level="ERROR", stdout=io.StringIO())


def require_database(*, make: bool = True) -> None:
    """Make an empty database what it must be (if told to); refuse one that is behind: that wants a copy first."""
    try:
        if make and "django_migrations" not in connection.introspection.table_names():
            say(_("Making the database…"))
            call_command("migrate", interactive=False, verbosity=0)
            return
        call_command("migrate", check_unapplied=True, verbosity=0)
    except OperationalError as error:
        raise CannotStart(_("The database cannot be reached: %(reason)s") % {"reason": error}) from None
    except SystemExit:
        raise CannotStart(_("The database is not up to date. Take a copy of it, then run: coproduce migrate")) from None
    if not make and (gone := [*triggers.missing(), *index.missing()]):
        raise CannotStart(
            _("The database lacks what guards its record and its index (%(names)s). Run: coproduce migrate")
            % {"names": ", ".join(gone[:5])}
        )


def prepare_demonstration() -> None:
    """Migrate and fill the database of the demonstration, unless that was done before.

    A file in the home folder says how far it came, so that one that was cut off is begun anew,
    and a home with a real database in it is left alone.
    """
    from django.conf import settings

    state = Path(settings.HOME) / "demonstration"
    said = state.read_text().strip() if state.exists() else ""
    database = Path(settings.DATABASES["default"]["NAME"])
    on_file = settings.DATABASES["default"]["ENGINE"] == "coproduce.config.sqlite"
    if not said and on_file and database.exists():
        raise CannotStart(
            _("%(home)s holds a database that is not a demonstration. Name another folder with --home.")
            % {"home": settings.HOME}
        )
    if said == "filling" and on_file:
        say(_("The last start was cut off; beginning anew."))
        for ending in ("", "-wal", "-shm"):
            database.with_name(database.name + ending).unlink(missing_ok=True)
    if said != "ready":
        state.write_text("filling\n")
    began = time.monotonic()
    say(_("Preparing the database…"))
    call_command("migrate", interactive=False, verbosity=0)
    if said != "ready":
        say(_("Filling the demonstration…"))
        call_command("demonstration", stdout=io.StringIO())
        state.write_text("ready\n")
    say(_("Ready after %(seconds).1f seconds.") % {"seconds": time.monotonic() - began})


def announce_demonstration(address: str) -> None:
    """Print where it is and how to sign in as each of the cast."""
    from coproduce.demonstration.cast import sign_in_links

    lines = ["", _("Coproduce is running at %(address)s") % {"address": address}, ""]
    lines.append(_("Sign in as one of the people in the demonstration:"))
    lines += [f"  {who}\n    {address}{path}" for who, path in sign_in_links()]
    lines += ["", _("Stop it with Ctrl-C.")]
    say("\n".join(lines))


def announce_server(address: str) -> None:
    say(_("Coproduce is serving at %(address)s") % {"address": address})


def once_it_answers(address: str, announce: Callable[[str], None]) -> None:
    """Say nothing until a worker really answers, to a name under which people reach it."""
    health = Request(f"{address}/health", headers={"Host": hosts()[0].lstrip(".")})  # noqa: S310 -- our own address
    for _try in range(600):
        try:
            with urlopen(health, timeout=5):  # noqa: S310 -- as above
                break
        except (URLError, OSError):
            time.sleep(0.1)
    else:
        say(_("The server does not answer at %(address)s.") % {"address": address})
        return
    announce(address)


def serve(options: argparse.Namespace, workers_beside: int) -> None:
    """Run the server, and beside it what goes on in the background, until told to stop."""
    # Forked workers would share this process's database connections and the locks of its threads.
    multiprocessing.set_start_method("spawn", force=True)
    connections.close_all()
    beside = Workers(workers_beside)
    beside.start()
    try:
        _serve(options)
    finally:
        beside.stop()


def _serve(options: argparse.Namespace) -> None:
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    Granian(
        "coproduce.config.wsgi:application",
        address=options.host,
        port=options.port,
        interface=Interfaces.WSGI,
        workers=options.workers,
        blocking_threads=options.threads,
        respawn_failed_workers=True,
        workers_kill_timeout=30,
        log_level=LogLevels.warning,
    ).serve(target_loader=load_in_worker, wrap_loader=False)


def load_in_worker() -> "WSGIHandler":
    """Runs in each worker: load the application, and see to it that no worker outlives who started it."""
    from coproduce.config.wsgi import application

    threading.Thread(target=end_with, args=(os.getppid(),), daemon=True).start()
    return application


def end_with(parent: int) -> None:
    """A killed parent cannot stop its workers, and they would keep the port."""
    while os.getppid() == parent:
        time.sleep(0.5)
    os.kill(os.getpid(), signal.SIGKILL)


def say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()
