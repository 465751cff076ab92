"""Reading the address of the database from the environment."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from coproduce.config.database import database

HOME = Path("/srv/coproduce")


def read(monkeypatch, url):
    monkeypatch.setenv("DATABASE_URL", url)
    return database(HOME)


def test_without_an_address_it_is_a_file_in_the_home_folder(monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    found = database(HOME)
    assert found["ENGINE"] == "coproduce.config.sqlite"
    assert found["NAME"] == "/srv/coproduce/coproduce.sqlite3"


def test_an_address_of_postgresql_is_read_with_its_encoded_parts(monkeypatch):
    found = read(monkeypatch, "postgres://mary%40home:p%3Ass%2F@db.example.org:5433/our%20words?sslmode=require")
    assert found["ENGINE"] == "django.db.backends.postgresql"
    assert (found["USER"], found["PASSWORD"]) == ("mary@home", "p:ss/")
    assert (found["HOST"], found["PORT"], found["NAME"]) == ("db.example.org", "5433", "our words")
    assert found["OPTIONS"] == {"sslmode": "require"}


@pytest.mark.parametrize(
    ("url", "host", "port"),
    [
        ("postgresql://me@%2FRun%2Fpostgresql/words", "/Run/postgresql", ""),
        ("postgres://me@%2Ftmp%2Fpg:5999/words", "/tmp/pg", "5999"),
        ("postgres://me:secret@[::1]:5432/words", "::1", "5432"),
        ("postgres:///words", "", ""),
    ],
)
def test_a_host_may_be_a_socket_a_number_or_left_out(monkeypatch, url, host, port):
    found = read(monkeypatch, url)
    assert (found["HOST"], found["PORT"], found["NAME"]) == (host, port, "words")


def test_a_file_may_be_named(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert read(monkeypatch, "sqlite:////var/our%20words.db")["NAME"] == "/var/our words.db"
    assert read(monkeypatch, "sqlite:///words.db")["NAME"] == str(tmp_path / "words.db")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://me@host/words", "begins with “mysql”"),
        ("words.sqlite3", "begins with"),
        ("postgres://me:hunter2@host", "name of the database is missing"),
        ("postgres://me:hunter2@host/a/b", "slash"),
        ("postgres://me:hunter2@host:port/words", "Port could not be cast"),
        ("sqlite://words.db", "three slashes"),
        ("sqlite:///folder/", "three slashes"),
    ],
)
def test_a_wrong_address_is_refused_with_the_right_form_and_without_the_password(monkeypatch, url, says):
    with pytest.raises(ImproperlyConfigured) as refused:
        read(monkeypatch, url)
    assert says in str(refused.value)
    assert "postgres://user:password@host" in str(refused.value)
    assert "hunter2" not in str(refused.value)
