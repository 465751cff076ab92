"""Real Polis exports come in: comments, votes, people without names, and what was moderated out stays out of sight."""

import json
import os
from pathlib import Path

import pytest
from django.core.management import call_command

from coproduce.contributions.models import Contribution
from coproduce.deliberation.models import OpinionMap, Response, Statement
from coproduce.errors import BadFile
from coproduce.exchange.actions.polis import import_polis
from coproduce.exchange.actions.space import read_space
from coproduce.exchange.actions.target import keeper
from coproduce.exchange.proof import problems
from coproduce.exchange.queries import space_records
from coproduce.history import triggers
from coproduce.spaces.models import Space

DATA = Path(os.environ.get("COPRODUCE_TEST_DATA", "../shared/data")) / "polis"


def write_export(folder, comments=None, votes=None):
    folder.mkdir(exist_ok=True)
    (folder / "comments.csv").write_text(
        "timestamp,datetime,comment-id,author-id,agrees,disagrees,moderated,comment-body\n"
        + (
            comments
            or "1500359783808,x,0,0,2,0,1,We need a lift.\n"
            '1500359783809,x,1,1,0,1,-1,"Buy, my pills"\n'
            "1500359783810,x,2,1,1,0,0,“Ring first”\n"
        )
    )
    (folder / "votes.csv").write_text(
        "timestamp,datetime,comment-id,voter-id,vote\n"
        + (votes or "1500359783900,x,0,0,1\n1500359783901,x,0,1,1\n1500359783902,x,1,0,-1\n1500359783903,x,2,2,1\n")
    )
    return folder


def test_an_export_becomes_contributions_statements_and_responses(db, tmp_path):
    done = import_polis(actor=keeper(), slug="talk", folder=write_export(tmp_path / "e"), question="What helps?")
    assert (done.contributions, done.statements, done.responses, done.people) == (3, 3, 4, 3)
    out_of_sight = Contribution.objects.get(words="Buy, my pills")
    assert out_of_sight.state == "hidden"
    assert out_of_sight.state_why
    assert Statement.objects.get(words="Buy, my pills").hidden_at is not None
    assert Statement.objects.get(words="We need a lift.").sources.get().contribution.words == "We need a lift."
    assert sorted(Response.objects.values_list("answer", flat=True)) == [-1, 1, 1, 1]
    assert Contribution.objects.get(words="We need a lift.").said_on.isoformat() == "2017-07-18"
    assert list(problems()) == []


def test_twice_brings_nothing_twice_and_a_later_export_brings_what_is_new(db, tmp_path):
    folder = write_export(tmp_path / "e")
    import_polis(actor=keeper(), slug="talk", folder=folder)
    import_polis(actor=keeper(), slug="talk", folder=folder)
    assert (Contribution.objects.count(), Response.objects.count()) == (3, 4)
    with (folder / "votes.csv").open("a") as votes:
        votes.write("1500359783999,x,2,1,1\n")
    (folder / "comments.csv").write_text((folder / "comments.csv").read_text().replace(",1,0,0,“", ",2,0,0,“"))
    import_polis(actor=keeper(), slug="talk", folder=folder)
    assert (Contribution.objects.count(), Response.objects.count()) == (3, 5)


@pytest.mark.parametrize(
    "votes",
    ["1500359783900,x,0,0,7\n", "1500359783900,x,99,0,1\n", "1500359783900,x\n"],
)
def test_a_bad_row_is_refused_and_nothing_is_read(db, tmp_path, votes):
    good = "1500359783900,x,0,0,1\n1500359783901,x,0,1,1\n1500359783902,x,1,0,-1\n1500359783903,x,2,2,1\n"
    with pytest.raises(BadFile) as refused:
        import_polis(actor=keeper(), slug="talk", folder=write_export(tmp_path / "e", votes=good + votes))
    assert [row for row, _why in refused.value.problems] == [6]
    assert not Space.objects.exists()


def test_a_folder_that_is_not_there_is_refused(db, tmp_path):
    with pytest.raises(BadFile):
        import_polis(actor=keeper(), slug="talk", folder=tmp_path / "nowhere")


@pytest.mark.data
@pytest.mark.parametrize(
    ("name", "comments", "people", "responses", "hidden"),
    [
        ("15-per-hour-seattle", 54, 339, 2872, 23),
        ("american-assembly.bowling-green", 896, 2031, 225524, 289),
        ("football-concussions", 297, 1487, 14327, 136),
        ("scoop-hivemind.freshwater", 80, 117, 3972, 29),
        ("vtaiwan.uberx", 197, 1921, 49443, 78),
    ],
)
def test_real_exports(db, name, comments, people, responses, hidden):  # noqa: PLR0917
    assert (DATA / name).is_dir(), f"no real data in {DATA}: set COPRODUCE_TEST_DATA"
    done = import_polis(actor=keeper(), slug="real", folder=DATA / name)
    assert (done.contributions, done.people, done.responses) == (comments, people, responses)
    assert Contribution.objects.filter(state="hidden").count() == hidden
    assert OpinionMap.objects.count() == 1


def _records(slug):
    return [json.dumps(record) for record in space_records(Space.objects.get(slug=slug))][1:]


def _comes_back(folder):
    """What was imported goes into a file and comes back into an empty installation, equal record by record."""
    import_polis(actor=keeper(), slug="talk", folder=folder, question="What helps?")
    before = [json.dumps(record) for record in space_records(Space.objects.get(slug="talk"))]
    triggers.remove()
    call_command("flush", interactive=False, verbosity=0)
    read_space(actor=None, lines=before)
    assert _records("talk") == before[1:]
    assert list(problems()) == []


def test_an_import_comes_back_from_its_file(transactional_db, tmp_path):
    _comes_back(write_export(tmp_path / "e"))


@pytest.mark.data
def test_a_real_import_comes_back_from_its_file(transactional_db):
    _comes_back(DATA / "15-per-hour-seattle")
