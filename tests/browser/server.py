"""The demonstration as people meet it: the command ``coproduce demo``, running in a home folder of its own."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

from tests import quicker

COMMAND = Path(sys.executable).parent / "coproduce"
SECONDS_TO_START = 420  # two slow cores, busy with other tests
SLUG = "living-with-breathlessness"


class Site(NamedTuple):
    """A running demonstration: its address, and its first space."""

    url: str
    slug: str = SLUG


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    try:
        with urlopen(f"{url}/health", timeout=5):
            return True
    except (URLError, OSError):
        return False


def filled(folder: Path, empty: Callable[[Path], object]) -> Path:
    """A home with the demonstration in it, in ``folder``; the first who asks fills it, and the others wait for that.

    empty: gives a home a database with nothing in it, which takes the command half a minute.
    """
    home = folder / "demonstration"
    state = home / "demonstration"
    with quicker.alone(folder / "demonstration.lock"):
        if not state.exists() or state.read_text() != "ready\n":
            shutil.rmtree(home, ignore_errors=True)
            empty(home)
            state.write_text("empty\n")  # for the command: a demonstration of ours, and nothing told yet
            with serving(home):
                pass
    return home


@contextmanager
def demonstration(home: Path, folder: Path, empty: Callable[[Path], object]) -> Iterator[Site]:
    """Serve a demonstration of one's own from the new folder ``home`` until the end; told once for all of a run."""
    shutil.copytree(filled(folder, empty), home, dirs_exist_ok=True)
    with serving(home) as site:
        yield site


@contextmanager
def serving(home: Path) -> Iterator[Site]:
    """The command itself in the folder ``home``, until the end."""
    port, said = free_port(), home / "said.txt"
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("COPRODUCE_", "DATABASE_URL"))}
    command = [str(COMMAND), "demo", "--port", str(port), "--home", str(home)]
    home.mkdir(parents=True, exist_ok=True)
    with said.open("w") as out:
        server = subprocess.Popen(command, env=environment, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
    site = Site(f"http://127.0.0.1:{port}")
    try:
        deadline = time.monotonic() + SECONDS_TO_START
        while not _answers(site.url):
            assert server.poll() is None, f"the server stopped:\n{said.read_text()}"
            assert time.monotonic() < deadline, f"the server does not answer:\n{said.read_text()}"
            time.sleep(0.2)
        yield site
    finally:
        server.send_signal(signal.SIGINT)
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
