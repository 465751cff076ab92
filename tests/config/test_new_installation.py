"""Commands make the database of a new installation; they refuse one that is behind."""

import os
import sqlite3
import subprocess
import sys

import pytest


def coproduce(home, *arguments):
    kept = os.environ.items()
    environment = {name: value for name, value in kept if not name.startswith(("COPRODUCE_", "DATABASE_URL"))}
    return subprocess.run(
        [sys.executable, "-m", "coproduce.config.command", *arguments],
        env={**environment, "COPRODUCE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )


@pytest.mark.slow
def test_a_table_comes_into_a_new_installation_and_goes_on_to_another(tmp_path, migrated):
    table = tmp_path / "t.csv"
    table.write_text("words,stairs\nI stop half way.,1\n")
    said = coproduce(
        tmp_path / "one", "import", "csv", str(table), "--into", "new", "--text", "words", "--label", "stairs"
    )
    assert said.returncode == 0, said.stderr
    assert "Texts: 1;" in said.stdout
    out = tmp_path / "space.jsonl"
    assert coproduce(tmp_path / "one", "export", "space", "new", "--out", str(out)).returncode == 0
    migrated(tmp_path / "two")  # the first was made by the command itself, which takes a while
    assert coproduce(tmp_path / "two", "import", "space", str(out)).returncode == 0
    again = tmp_path / "again.jsonl"
    assert coproduce(tmp_path / "two", "export", "space", "new", "--out", str(again)).returncode == 0
    assert again.read_text().splitlines()[1:] == out.read_text().splitlines()[1:]
    assert coproduce(tmp_path / "two", "verify").returncode == 0


@pytest.mark.slow
def test_a_record_that_was_touched_is_told_and_ends_with_one(tmp_path, migrated):
    file = migrated(tmp_path)
    assert coproduce(tmp_path, "createfacilitator", "ada@example.org", "Ada").returncode == 0
    with sqlite3.connect(file) as database:
        database.execute("DROP TRIGGER history_event_no_update")
        database.execute("UPDATE history_event SET kind = 'something else'")
    said = coproduce(tmp_path, "verify")
    assert said.returncode == 1
    assert "changed after it was written" in said.stderr
    assert "history_event_no_update" in said.stderr


@pytest.mark.slow
def test_a_database_that_is_behind_is_left_alone(tmp_path, migrated):
    migrated(tmp_path)
    assert coproduce(tmp_path, "migrate", "outcomes", "zero").returncode == 0
    said = coproduce(tmp_path, "verify")
    assert said.returncode == 1
    assert "coproduce migrate" in said.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    "arguments", [("import", "space", "nowhere.jsonl"), ("export", "space", "nobody", "--out", "-")]
)
def test_what_is_not_there_is_said_plainly(tmp_path, migrated, arguments):
    migrated(tmp_path)
    said = coproduce(tmp_path, *arguments)
    assert said.returncode == 1
    assert "Traceback" not in said.stderr
    assert "nowhere.jsonl" in said.stderr or "nobody" in said.stderr
