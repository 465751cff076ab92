"""The command ``coproduce`` as an administrator meets it: in processes of its own, on real ports."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

pytestmark = pytest.mark.slow

COPRODUCE = str(Path(sys.executable).with_name("coproduce"))
SAFE = {"COPRODUCE_HOSTS": "127.0.0.1,localhost", "COPRODUCE_MAIL": "smtp://localhost:2525"}


def environment(home, **more):
    """What a fresh shell would have, with the home folder and ``more``."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("COPRODUCE_", "DJANGO_"))}
    plain.pop("DATABASE_URL", None)
    return {**plain, "COPRODUCE_HOME": str(home), **more}


def run(home, *arguments, **more):
    return subprocess.run(
        [COPRODUCE, *arguments],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
        cwd=home,
    )


@pytest.fixture(scope="module")
def home(tmp_path_factory, migrated):
    """A home folder with a migrated database."""
    folder = tmp_path_factory.mktemp("home")
    migrated(folder)
    done = run(folder, "migrate", "--verbosity", "0")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.fixture
def port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def serving(home, port):
    """A running ``coproduce serve`` that answers; killed afterwards if it still runs."""
    running = subprocess.Popen(
        [COPRODUCE, "serve", "--port", str(port)],
        env=environment(home, **SAFE),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        assert answers(port), "it did not start"
        yield running
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()


def answers(port, seconds=120):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            with urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                return answer.status == 200
        except (URLError, OSError):
            time.sleep(0.1)
    return False


def is_free(port, seconds=60):
    """Whether nobody holds the port any more, in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                time.sleep(0.1)
            else:
                return True
    return False


def test_it_says_what_it_can_do(tmp_path):
    done = run(tmp_path, "--help")
    assert done.returncode == 0
    for name in (
        "demo",
        "serve",
        "import",
        "export",
        "verify",
        "createfacilitator",
        "COPRODUCE_HOME",
        "DATABASE_URL",
    ):
        assert name in done.stdout
    assert list(tmp_path.iterdir()) == [], "asking for help makes nothing"


def test_the_secret_is_made_once_and_only_its_owner_can_read_it(home):
    secret = home / "secret"
    first = secret.read_text()
    assert len(first) > 50
    assert secret.stat().st_mode & 0o077 == 0
    assert run(home, "check").returncode == 0
    assert secret.read_text() == first


def test_serving_is_refused_while_unsafe_and_says_what_to_set(home):
    done = run(home, "serve")
    assert done.returncode == 1
    assert "COPRODUCE_HOSTS" in done.stderr
    assert "COPRODUCE_MAIL" in done.stderr
    assert "Traceback" not in done.stderr


def test_serving_is_refused_before_the_database_is_migrated(tmp_path, port):
    done = run(tmp_path, "serve", "--port", str(port), **SAFE)
    assert done.returncode == 1
    assert "coproduce migrate" in done.stderr


def test_a_wrong_database_address_is_refused_without_a_traceback(tmp_path, port):
    done = run(tmp_path, "serve", "--port", str(port), DATABASE_URL="mysql://me@host/words", **SAFE)
    assert done.returncode == 1
    assert "postgres://user:password@host" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_in_use_is_refused_with_another_to_try(home, port):
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        done = run(home, "serve", "--port", str(port), **SAFE)
    assert done.returncode == 1
    assert str(port) in done.stderr
    assert f"--port {port + 1}" in done.stderr


def test_a_second_server_on_the_same_port_is_refused(serving, home, port):
    done = run(home, "serve", "--port", str(port), **SAFE)
    assert done.returncode == 1
    assert str(port) in done.stderr


def test_it_serves_says_where_and_stops_when_told(serving, port):
    assert f"http://127.0.0.1:{port}" in serving.stdout.readline()
    serving.send_signal(signal.SIGINT)
    assert serving.wait(60) == 0
    assert is_free(port)


def test_it_says_where_also_when_people_reach_it_by_a_name(home, port):
    named = environment(home, **SAFE | {"COPRODUCE_HOSTS": "together.example.org"})
    command = [COPRODUCE, "serve", "--port", str(port)]
    with subprocess.Popen(command, env=named, stdout=subprocess.PIPE, text=True, start_new_session=True) as server:
        try:
            assert f"is serving at http://127.0.0.1:{port}" in server.stdout.readline()
        finally:
            server.kill()


def test_after_kill_9_no_worker_holds_the_port_and_it_starts_again(serving, home, port):
    serving.kill()
    serving.wait()
    assert is_free(port), "a worker outlived the process that started it"
    again = subprocess.Popen(
        [COPRODUCE, "serve", "--port", str(port)], env=environment(home, **SAFE), start_new_session=True
    )
    try:
        assert answers(port)
    finally:
        again.terminate()
        assert again.wait(60) == 0


def test_a_demonstration_is_not_poured_into_a_real_database(home, port):
    done = run(home, "demo", "--port", str(port))
    assert done.returncode == 1
    assert "not a demonstration" in done.stderr
    assert "--home" in done.stderr


def test_a_demonstration_that_was_cut_off_begins_anew_and_anybody_can_sign_in(tmp_path, port):
    (tmp_path / "demonstration").write_text("filling\n")
    (tmp_path / "coproduce.sqlite3").write_text("half of a database")
    running = subprocess.Popen(
        [COPRODUCE, "demo", "--port", str(port)],
        env=environment(tmp_path),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said = []
        while not said or "Ctrl-C" not in said[-1]:
            said.append(running.stdout.readline())
            assert said[-1], "it ended: " + "".join(said)
        assert "beginning anew" in said[0]
        links = [line.strip() for line in said if line.startswith("    http")]
        assert len(links) >= 6
        for link in links:
            with urlopen(link, timeout=60) as answer:
                assert answer.status == 200
        assert (tmp_path / "demonstration").read_text() == "ready\n"
        running.send_signal(signal.SIGINT)
        assert running.wait(60) == 0
    finally:
        if running.poll() is None:
            os.killpg(running.pid, signal.SIGKILL)
        running.communicate()
