"""The tokens of the story hold together: whose they are, when, on what, and never more than ten."""

from datetime import date

import pytest

from coproduce.conversation.seasons import season_of
from coproduce.demonstration.story_files import read_story
from coproduce.valuing.models import EACH

STORY = read_story()
PEOPLE = {row["key"]: row for row in STORY["people"]}
NOT_ALL_TEN = {"donna"}


def here_on(key, day):
    """Whether somebody was a member that day, and not having a pause."""
    row = PEOPLE[key]
    away = [(pause["from"], pause.get("until", date.max)) for pause in row.get("pauses", [])]
    return row["joined"] <= day and not any(begins <= day < ends for begins, ends in away)


def names_on(day):
    """What stood on the list that day."""
    names = [*STORY["values"]["offered"], *(row["name"] for row in STORY["values_added"] if row["on"] <= day)]
    names += [row["own"][0] for row in STORY["tokens"] if "own" in row and row["on"] <= day]
    renamed = {row["value"]: row["to"] for row in STORY["renamed"] if row["on"] <= day}
    return {renamed.get(name, name) for name in names}


@pytest.mark.parametrize("row", STORY["tokens"], ids=lambda row: f"{row['person']}-{row['on']}")
def test_everybody_gives_ten_while_they_are_here_and_on_what_is_listed(row):
    total = sum(row["gave"].values()) + row.get("own", ["", 0])[1]
    assert total == EACH or (row["person"] in NOT_ALL_TEN and total < EACH)
    assert here_on(row["person"], row["on"])
    assert set(row["gave"]) <= names_on(row["on"])
    assert row.get("about", "") in {"", *names_on(row["on"])}


def test_each_gives_once_a_season_and_the_same_people_both_times():
    gave = {}
    for row in STORY["tokens"]:
        people = gave.setdefault(season_of(row["on"]).code, [])
        assert row["person"] not in people
        people.append(row["person"])
    winter, summer = (set(people) - NOT_ALL_TEN for people in gave.values())
    assert winter == summer  # else what changed could not be shown without pointing at those who came


def test_whoever_writes_down_looks_after_the_space_by_then():
    for row in [*STORY["tokens"], *STORY["meanings"]]:
        if "recorder" in row:
            assert not PEOPLE[row["person"]]["account"]
            assert PEOPLE[row["recorder"]]["facilitator_from"] <= row["on"]
        else:
            assert PEOPLE[row["person"]]["account"]


def test_the_list_is_explained_and_tensions_are_between_what_is_on_it():
    assert {row["name"] for row in STORY["explained"]} == set(STORY["values"]["offered"])
    brought = {row["key"]: row["said_on"] for row in STORY["contributions"]}
    for row in STORY["tensions"]:
        assert {row["one"], row["other"]} <= names_on(row["on"])
        assert all(brought[key] <= row["on"] for key in row["contributions"])
