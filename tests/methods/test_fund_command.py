"""``coproduce fund``: what it prints, draws and refuses."""

import json
import subprocess
import sys
from xml.etree import ElementTree

import pytest

from coproduce_methods.commands import COMMANDS, run
from tests.methods.real_data import data_folder
from tests.methods.test_pabulib_files import APPROVAL, POINTS

KEYS = {
    *("format", "version", "method_version", "rule", "utility", "completion", "tie_break", "ballot", "voters"),
    *("budget", "selected", "spent", "share", "raised", "ties", "payments", "lost", "fairness", "notices"),
}


@pytest.fixture
def fund(tmp_path, capsys):
    """Writes a file, runs the command on it; status, what it printed, what it complained of."""

    def go(text, *arguments):
        path = tmp_path / "small.pb"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        status = run("fund", [str(path), *map(str, arguments)])
        out, err = capsys.readouterr()
        return status, out, err

    return go


def test_it_is_a_command():
    assert "fund" in COMMANDS


@pytest.mark.parametrize("rule", ["equal-shares", "greedy", "phragmen"])
@pytest.mark.parametrize("text", [APPROVAL, POINTS], ids=["approval", "points"])
def test_json_has_the_documented_keys_and_adds_up(fund, rule, text):
    status, out, err = fund(text, "--rule", rule, "--json", "--payments")
    record = json.loads(out)
    assert (status, err, set(record)) == (0, "", KEYS)
    assert (record["format"], record["version"], record["rule"]) == ("coproduce.fund", 1, rule)
    costs = {"1": 300, "x2": 150.01, "33": 9}
    assert record["spent"] == pytest.approx(sum(costs[p] for p in record["selected"]))
    assert [row["project"] for row in record["payments"]] == record["selected"]
    assert sorted(record["selected"] + [row["project"] for row in record["lost"]]) == sorted(costs)
    for row in record["payments"]:
        if row["how"] in ("shares", "loads"):
            assert sum(amount for _, amount in row["by_voter"]) == pytest.approx(row["cost"])
            assert all(voter in ("a", "b", "c") for voter, _ in row["by_voter"])
    assert record["fairness"]["voters"] == 3


def test_payments_by_voter_only_when_asked(fund):
    record = json.loads(fund(APPROVAL, "--json")[1])
    assert all("by_voter" not in row for row in record["payments"])
    assert (
        record["payments"][0]
        == {
            "project": "33",
            "cost": 9,
            "how": "shares",
            "price": 9,
            "supporters": 1,
            "paid_in_full": 1,
            "paid_their_last": 0,
            "had_nothing": 0,
        }
        or record["selected"][0] != "33"
    )


def test_a_summary_for_reading(fund):
    status, out, _ = fund(APPROVAL, "--completion", "utilitarian")
    assert status == 0
    assert "3 people voted on 3 projects and a budget of 1,000." in out
    assert "Every voter had 333.33 to give." in out
    for said in ("1 · Bench", "one person paid 300", 'x2 · Trees; and "more"', "from what was left over", "age others"):
        assert said in out


def test_options(fund):
    for arguments in (
        ["--rule", "greedy", "--completion", "add1"],
        ["--payments"],
        ["--tie-break", "coin"],
        ["--rule", "lottery"],
    ):
        with pytest.raises(SystemExit) as left:
            fund(APPROVAL, *arguments)
        assert left.value.code == 2
    record = json.loads(fund(APPROVAL, "--json", "--tie-break", "order:33,1", "--utility", "cardinality")[1])
    assert (record["tie_break"], record["utility"]) == (["order:33,1"], "cardinality")
    assert json.loads(fund(APPROVAL, "--json", "--tie-break", "app_score,min_cost")[1])["tie_break"] == [
        "app_score",
        "min_cost",
    ]


@pytest.mark.parametrize(
    ("text", "arguments", "said"),
    [
        ("", [], "is empty"),
        (b"\x00\x01\x02", [], "line 1: has a NUL byte"),
        (APPROVAL.replace("1;300", "1;lots"), [], "line 8: cost is 'lots'"),
        (APPROVAL.replace("c;33", "c;44"), [], "line 15: asks for project '44'"),
        (APPROVAL, ["--by", "street"], "no column 'street'"),
        (APPROVAL, ["--tie-break", "order:zz"], "'zz', which is not there"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_one_line(fund, text, arguments, said):
    status, out, err = fund(text, *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert "small.pb" in err
    assert said in err


def test_a_file_that_is_not_there(capsys):
    assert run("fund", ["/nowhere/at/all.pb"]) == 2
    assert "/nowhere/at/all.pb" in capsys.readouterr().err


def test_the_picture_is_safe_whatever_projects_are_called(fund, tmp_path):
    nasty = APPROVAL.replace("Bench", "<script>alert(1)</script> & \x1b[31m" + "long " * 60)
    for rule in ("equal-shares", "greedy", "phragmen"):
        drawing = tmp_path / f"{rule}.svg"
        status, out, _ = fund(nasty, "--rule", rule, "--svg", drawing)
        assert status == 0
        assert "\x1b" not in out
        text = drawing.read_text()
        tree = ElementTree.fromstring(text)
        assert tree.find("{http://www.w3.org/2000/svg}title").text
        assert "1" in tree.find("{http://www.w3.org/2000/svg}desc").text
        assert "<script" not in text
    again = tmp_path / "again.svg"
    fund(nasty, "--rule", "phragmen", "--svg", again)
    assert again.read_text() == (tmp_path / "phragmen.svg").read_text()


@pytest.mark.data
def test_a_real_election_is_decided_as_its_town_did():
    """Świecie 2023 used equal shares with add1: the projects that its file says were funded."""
    path = data_folder() / "pabulib" / "Poland_Swiecie_2023.pb"
    command = [sys.executable, "-m", "coproduce_methods", "fund", str(path), "--completion", "add1", "--json"]
    record = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    rows = [line.split(";") for line in path.read_text().splitlines()]
    official = {row[0] for row in rows if len(row) == 5 and row[4].strip() == "1"}
    assert set(record["selected"]) == official
