"""The SQLite backend: its settings, its fair queue of writers, and what a killed writer leaves behind.

These use real threads, real processes and real files. Each test has a database of its own beside
the one of the suite, so they say the same when the suite is on PostgreSQL.
"""

import gc
import multiprocessing
import os
import random
import signal
import sqlite3
import threading
import time
from itertools import pairwise

import pytest
from django.db import IntegrityError, OperationalError, connections, transaction

from coproduce.config.sqlite.base import WRITES, DatabaseWrapper
from coproduce.config.sqlite.queue import queue_before

ALIAS = "words"
SETTINGS = {
    "ENGINE": "coproduce.config.sqlite",
    "AUTOCOMMIT": True,
    "ATOMIC_REQUESTS": False,
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": False,
    "TIME_ZONE": None,
}
processes = multiprocessing.get_context("fork")

pytestmark = pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")


@pytest.fixture(autouse=True)
def _may_reach_databases(django_db_blocker):
    with django_db_blocker.unblock():
        yield
        disconnect()


@pytest.fixture
def file(tmp_path):
    """A database with a table of words, where a word may answer another. This thread is connected to it."""
    path = str(tmp_path / "words.sqlite3")
    with connect(path).cursor() as cursor:
        cursor.execute(
            "CREATE TABLE word (id INTEGER PRIMARY KEY, said TEXT UNIQUE, writer TEXT,"
            " answers INTEGER REFERENCES word DEFERRABLE INITIALLY DEFERRED)"
        )
    return path


def connect(path, timeout=20):
    """Connect this thread, under the alias by which ``transaction.atomic`` finds the connection."""
    connections[ALIAS] = DatabaseWrapper({**SETTINGS, "NAME": path, "OPTIONS": {"timeout": timeout}}, ALIAS)
    return connections[ALIAS]


def disconnect():
    try:
        connections[ALIAS].close()
        del connections[ALIAS]
    except Exception as error:
        if type(error).__name__ not in ("ConnectionDoesNotExist", "AttributeError"):
            raise


def atomic():
    return transaction.atomic(using=ALIAS)


def say(said, writer="", answers=None):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("INSERT INTO word (said, writer, answers) VALUES (%s, %s, %s)", [said, writer, answers])


def words(path, column="said"):
    """What is in the file, as any other program sees it."""
    found = sqlite3.connect(path)
    try:
        return [row[0] for row in found.execute(f"SELECT {column} FROM word ORDER BY id")]
    finally:
        found.close()


def someone_else_can_write(path, timeout=1.0):
    """Whether another thread, with a connection of its own, gets its turn in time."""
    outcome = []

    def other():
        connect(path, timeout)
        try:
            with atomic():
                say(f"someone else {time.monotonic_ns()}")
            outcome.append(True)
        except OperationalError as error:
            outcome.append("locked" not in str(error) and error)
        finally:
            disconnect()

    thread = threading.Thread(target=other)
    thread.start()
    thread.join()
    return outcome[0]


# ── settings ─────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("recursive_triggers", 1),
        ("secure_delete", 1),
        ("foreign_keys", 1),
        ("busy_timeout", 30_000),
    ],
)
def test_the_settings_are_in_force_without_being_asked_for(tmp_path, pragma, value):
    connections[ALIAS] = DatabaseWrapper({**SETTINGS, "NAME": str(tmp_path / "new.sqlite3"), "OPTIONS": {}}, ALIAS)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(f"PRAGMA {pragma}")
        assert cursor.fetchone()[0] == value


def test_what_is_erased_is_not_left_in_the_file(file):
    say("zebra " * 400)
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("DELETE FROM word")
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    with open(file, "rb") as raw:
        assert b"zebra" not in raw.read()


def test_a_database_in_memory_has_no_queue_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    connect(":memory:")
    with connections[ALIAS].cursor() as cursor:
        cursor.execute("CREATE TABLE word (id INTEGER PRIMARY KEY, said TEXT, writer TEXT, answers INTEGER)")
    with atomic():
        say("hello")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("statement", "writes"),
    [
        ("SELECT 'insert into'", False),
        ("  \n update word set said = ''", True),
        ("WITH w AS (SELECT 1) SELECT * FROM w", False),
        ("WITH w AS (SELECT 1) INSERT INTO word SELECT * FROM w", True),
        ("EXPLAIN QUERY PLAN DELETE FROM word", False),
        ("PRAGMA journal_mode", False),
        ("BEGIN", False),
        ("begin immediate", True),
        ("REPLACE INTO word VALUES (1)", True),
    ],
)
def test_which_statements_stand_in_line(statement, writes):
    assert bool(WRITES.match(statement)) is writes


# ── taking a turn and giving it back ─────────────────────────────────────────────────────────────


def test_a_reader_never_waits_for_a_writer(file):
    say("before")
    seen = []

    def read():
        with connect(file, timeout=5).cursor() as cursor:
            began = time.monotonic()
            cursor.execute("SELECT said FROM word")
            seen.append((cursor.fetchall(), time.monotonic() - began))
        disconnect()

    with atomic():
        say("while writing")
        reader = threading.Thread(target=read)
        reader.start()
        reader.join()
    assert seen[0][0] == [("before",)]
    assert seen[0][1] < 1


def test_inside_a_transaction_nobody_else_writes_and_afterwards_anyone_may(file):
    with atomic():
        with atomic():
            say("inner")
        assert not someone_else_can_write(file, timeout=0.2)
    assert someone_else_can_write(file)


def test_the_turn_lasts_as_long_as_the_transaction(file):
    queue = queue_before(file)
    with atomic():
        assert queue.holds(connections[ALIAS])
        say("a word")
        assert queue.holds(connections[ALIAS])
    assert not queue.holds(connections[ALIAS])


def test_going_back_to_a_savepoint_keeps_the_turn(file):
    with atomic():
        say("kept")
        with pytest.raises(IntegrityError), atomic():
            say("kept")
        assert not someone_else_can_write(file, timeout=0.2)
        say("also kept")
    assert words(file) == ["kept", "also kept"]
    assert someone_else_can_write(file)


def test_a_single_write_takes_its_turn_and_gives_it_back(file):
    say("one")
    assert someone_else_can_write(file)
    with pytest.raises(IntegrityError):
        say("one")
    assert someone_else_can_write(file)
    with connections[ALIAS].cursor() as cursor:
        cursor.executemany("INSERT INTO word (said) VALUES (%s)", [["two"], ["three"]])
    assert someone_else_can_write(file)


def test_a_single_write_waits_while_another_writes(file):
    with atomic():
        say("first")
        waiting = threading.Thread(target=lambda: (connect(file), say("second"), disconnect()))
        waiting.start()
        time.sleep(0.2)
        say("still first")
    waiting.join()
    assert words(file) == ["first", "still first", "second"]


def test_an_error_inside_gives_the_turn_back(file):
    def give_up():
        with atomic():
            say("never said")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        give_up()
    assert someone_else_can_write(file)
    assert "never said" not in words(file)


def test_a_commit_that_is_refused_gives_the_turn_back(file):
    with pytest.raises(IntegrityError), atomic():
        say("an answer to nothing", answers=999)
    assert someone_else_can_write(file)


def test_closing_the_connection_gives_the_turn_back(file):
    connections[ALIAS].set_autocommit(False)
    say("never committed")
    assert not someone_else_can_write(file, timeout=0.2)
    connections[ALIAS].close()
    assert someone_else_can_write(file)
    assert "never committed" not in words(file)


def test_without_autocommit_the_turn_lasts_until_commit_or_rollback(file):
    for end in ("commit", "rollback"):
        connections[ALIAS].set_autocommit(False)
        say(end)
        assert not someone_else_can_write(file, timeout=0.2)
        getattr(connections[ALIAS], end)()
        assert someone_else_can_write(file)
        connections[ALIAS].set_autocommit(True)
    assert "commit" in words(file)
    assert "rollback" not in words(file)


def test_a_trigger_that_ends_the_transaction_does_not_make_a_writer_wait_for_itself(file):
    with connections[ALIAS].cursor() as cursor:
        cursor.execute(
            "CREATE TRIGGER no_zebras BEFORE INSERT ON word WHEN NEW.said = 'zebra'"
            " BEGIN SELECT RAISE(ROLLBACK, 'no zebras'); END"
        )
    connections[ALIAS].close()
    connect(file, timeout=1)
    with atomic():
        with pytest.raises(IntegrityError):
            say("zebra")
        say("after the end of the transaction")
    assert someone_else_can_write(file)
    assert "after the end of the transaction" in words(file)


def test_who_waits_too_long_is_refused_in_the_words_of_sqlite_and_harms_nobody(file):
    with atomic():
        say("long")
        began = time.monotonic()
        assert not someone_else_can_write(file, timeout=0.7)
        assert 0.6 < time.monotonic() - began < 3
    assert someone_else_can_write(file)


def test_a_thread_that_ends_without_a_word_stops_nobody(file):
    def leave_open():
        connect(file).set_autocommit(False)
        say("left open")

    thread = threading.Thread(target=leave_open)
    thread.start()
    thread.join()
    gc.collect()
    assert someone_else_can_write(file, timeout=3)


def test_those_already_waiting_step_over_one_who_is_gone(file):
    left_open = threading.Event()
    end = threading.Event()

    def leave_open():
        connect(file).set_autocommit(False)
        say("left open")
        left_open.set()
        end.wait()

    thread = threading.Thread(target=leave_open)
    thread.start()
    left_open.wait()
    outcome = []
    waiting = threading.Thread(target=lambda: outcome.append(someone_else_can_write(file, timeout=10)))
    waiting.start()
    time.sleep(0.2)
    end.set()
    thread.join()
    gc.collect()
    waiting.join()
    assert outcome == [True]


# ── fairness ─────────────────────────────────────────────────────────────────────────────────────


def test_threads_write_in_the_order_in_which_they_came(file):
    def one(name):
        connect(file)
        with atomic():
            say(name)
        disconnect()

    names = [f"writer {number}" for number in range(12)]
    threads = [threading.Thread(target=one, args=(name,)) for name in names]
    with atomic():
        say("holder")
        for thread in threads:
            thread.start()
            time.sleep(0.03)
    for thread in threads:
        thread.join()
    assert words(file) == ["holder", *names]


def write_many(path, start, number):
    def one(index):
        connect(path)
        start.wait()
        for turn in range(15):
            with atomic():
                say(f"{number} {index} {turn}", writer=str(number))
        disconnect()

    threads = [threading.Thread(target=one, args=(index,)) for index in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_processes_write_in_turn_and_nobody_is_refused(file):
    disconnect()
    start = processes.Barrier(8)
    both = [processes.Process(target=write_many, args=(file, start, number)) for number in range(2)]
    for each in both:
        each.start()
    for each in both:
        each.join()
    assert [each.exitcode for each in both] == [0, 0]
    writers = words(file, "writer")
    assert len(writers) == 2 * 4 * 15
    changes = sum(one != other for one, other in pairwise(writers))
    # Strictly in turn would be 119; without a queue it is a handful. A busy machine may miss some turns.
    assert changes > 40


# ── forks and kills ──────────────────────────────────────────────────────────────────────────────


def exits_with(action):
    """Run ``action`` in a forked child that inherits all we have open; its exit code."""
    child = os.fork()
    if child == 0:
        code = 99
        try:
            code = int(action())
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_a_forked_child_stands_in_line_and_its_end_does_not_give_our_turn_away(file):
    with atomic():
        say("parent")
        assert exits_with(lambda: someone_else_can_write(file, timeout=0.3)) == 0
        assert not someone_else_can_write(file, timeout=0.3)
    assert exits_with(lambda: someone_else_can_write(file)) == 1
    assert someone_else_can_write(file)


def write_until_killed(path, number, acknowledge):
    connect(path)
    turn = 0
    while True:
        said = f"{os.getpid()} {number} {turn}"
        with atomic():
            say(said, writer=str(number))
            say(said + " b", writer=str(number))
        os.write(acknowledge, f"{said}\n".encode())
        turn += 1


@pytest.mark.slow
def test_kill_9_loses_no_acknowledged_write_leaves_no_half_and_stops_nobody(file):
    disconnect()
    chance = random.Random(9)
    acknowledged = []
    for trial in range(30):
        hear, tell = os.pipe()
        both = [processes.Process(target=write_until_killed, args=(file, n, tell), daemon=True) for n in range(2)]
        for each in both:
            each.start()
        os.close(tell)
        time.sleep(0.03 + chance.random() * 0.05)
        for each in both:
            os.kill(each.pid, signal.SIGKILL)
            each.join()
            assert someone_else_can_write(file, timeout=5), f"trial {trial}: the queue is stuck"
        with os.fdopen(hear) as heard:
            acknowledged += heard.read().splitlines()
    there = set(words(file))
    assert len(acknowledged) > 100, "the trials were too short to show anything"
    assert [said for said in acknowledged if said not in there] == []
    halves = {said for said in there if not said.startswith("someone else")}
    assert all((said + " b" in there) or said.endswith(" b") for said in halves)
    found = sqlite3.connect(file)
    assert found.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    found.close()
