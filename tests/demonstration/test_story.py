"""The demonstration's story, checked by itself: it must hold together before anything loads it.

Nothing here touches the database. A failure names the file's own keys, so that a writer can mend it.
"""

import re
import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

import coproduce

Row = dict[str, Any]
Rows = dict[str, Row]
STORY = Path(coproduce.__file__).parent / "demonstration" / "story"
KINDS = {"story", "observation", "question", "idea", "evidence", "concern", "offer"}
CHANNELS = {"web", "email", "post", "phone", "room"}
NAMES = {"name", "chosen", "standpoint", "anonymous"}
VERBS = {"builds_on", "supports", "questions", "differs", "reframes", "answers"}
ANSWERS = {"agree", "disagree", "unsure"}
POSITIONS = {"consent", "reservations", "aside", "object"}
STATES = {"done", "partly", "not_because", "not_yet"}
OUTCOMES = {"service", "research", "practice", "community", "knowledge"}
USES = {"quote", "attributed_quote", "research_data", "reuse", "archive", "later_contact"}
CAST = {"member", "facilitator", "clinician", "assisted", "finance", "visitor"}
# Names in the drawings that the look was first tried with. The story has its own people.
NOT_OURS = re.compile(r"\b(Delroy|Siobhan|Graham|Maureen|Anika|Ines|Bilal|Samira|Ruth|Amina|Willesden|Harlesden)\b")


def read(name: str) -> Row:
    with (STORY / name).open("rb") as file:
        return tomllib.load(file)


@pytest.fixture(scope="module")
def files() -> Rows:
    return {path.name: read(path.name) for path in sorted(STORY.glob("*.toml"))}


@pytest.fixture(scope="module")
def people(files: Rows) -> Rows:
    return {row["key"]: row for row in files["people.toml"]["people"]}


@pytest.fixture(scope="module")
def brought(files: Rows) -> Rows:
    rows = [row for n in range(1, 6) for row in files[f"contributions-{n}.toml"]["contributions"]]
    assert len({row["key"] for row in rows}) == len(rows), "two contributions share a key"
    return {row["key"]: row for row in rows}


@pytest.fixture(scope="module")
def themes(files: Rows) -> Rows:
    return {row["key"]: row for row in files["themes.toml"]["themes"]}


@pytest.fixture(scope="module")
def proposals(files: Rows) -> Rows:
    return {row["key"]: row for row in files["decisions.toml"]["proposals"]}


@pytest.fixture(scope="module")
def outcomes(files: Rows) -> Rows:
    return {row["key"]: row for row in files["outcomes.toml"]["outcomes"]}


def newest_words(row: Row) -> str:
    later = row.get("later", [])
    return str(later[-1]["words"] if later else row["words"])


def is_here(person: Row, day: date) -> bool:
    """A member that day, and not having a pause. The day a pause begins still counts: people say they go."""
    if "joined" not in person or person["joined"] > day:
        return False
    return not any(p["from"] < day < p.get("until", date.max) for p in person.get("pauses", []))


def looks_after(person: Row, day: date) -> bool:
    return "facilitator_from" in person and person["facilitator_from"] <= day


def all_acts(files: Rows) -> list[tuple[str, str, date]]:
    """Everything that somebody did on a day: (what, person, day)."""
    acts: list[tuple[str, str, date]] = []
    space, themes = files["space.toml"], files["themes.toml"]
    for name in ("framings", "values_added", "agreement_texts", "accounts"):
        acts += [(name, row["by"], row["on"]) for row in space[name]]
    acts += [("charter", row["proposed_by"], row["on"]) for row in space["charters"]]
    acts += [("charter agreed", row["proposed_by"], row["agreed_on"]) for row in space["charters"]]
    for n in range(1, 6):
        for row in files[f"contributions-{n}.toml"]["contributions"]:
            acts.append((row["key"], row["by"], row["said_on"]))
            acts += [(row["key"], row["by"], later["on"]) for later in row.get("later", [])]
    for row in themes["themes"]:
        acts.append((row["key"], row["proposed_by"], row["on"]))
        acts += [(f"{row['key']} {link['contribution']}", link["by"], link["on"]) for link in row["links"]]
    acts += [(f"{row['kind']} {row['theme']}", row["by"], row["on"]) for row in themes["history"]]
    for row in files["views.toml"]["statements"]:
        acts.append((row["key"], row["drawn_by"], row["on"]))
        acts += [(row["key"], answer["person"], answer["on"]) for answer in row["responses"]]
    acts += acts_asked(files["asked.toml"])
    for row in files["decisions.toml"]["proposals"]:
        acts.append((row["key"], row["by"], row["on"]))
        acts += [(row["key"], v["by"], v["on"]) for v in row.get("versions", [])]
        acts += [(row["key"], p["person"], p["on"]) for p in row["positions"]]
        acts += [(row["key"], c["by"], c["on"]) for c in [row.get("closed")] if c]
    acts += acts_deciding(files["deciding.toml"])
    for row in files["outcomes.toml"]["outcomes"]:
        acts.append((row["key"], row["by"], row["on"]))
        acts += [(row["key"], s["by"], s["on"]) for s in row["states"]]
        acts += [(row["key"], c["who"], c["made_on"]) for c in row["commitments"]]
        acts += [(row["key"], a["person"], a["on"]) for a in row["answers"]]
    acts += acts_together(files["together.toml"])
    acts += acts_that_mattered(files["priorities.toml"])
    rows = files["acknowledgements.toml"]["acknowledgements"]
    return acts + [(f"thanks {row['contribution']}", row["person"], row["on"]) for row in rows]


def acts_deciding(told: Rows) -> list[tuple[str, str, date]]:
    """What people did to decide in other ways than consent at once, and after it was decided."""
    acts = [(row["key"], row["by"], row["on"]) for row in told["deciding"]]
    for row in [*told["deciding"], {"key": "again", "steps": told["again_steps"]}]:
        acts += [
            (row["key"], step[who], step["on"])
            for step in row["steps"]
            for who in ("by", "for", "whom", "through")
            if who in step
        ]
    return acts + [(row["decision"], row["person"], row["on"]) for row in [*told["rungs"], *told["again"]]]


def acts_asked(asked: Rows) -> list[tuple[str, str, date]]:
    """What people did about claims that were asked in rounds or put in better words."""
    acts: list[tuple[str, str, date]] = []
    for row in asked["asked_claims"]:
        acts.append((row["key"], row["drawn_by"], row["on"]))
        acts += [
            (row["key"], each["person"], each["on"])
            for name in ("talks", "responses", "left")
            for each in row.get(name, [])
        ]
        acts += [(row["key"], each["by"], each["on"]) for each in row.get("reworded", [])]
    for row in asked["rounds"]:
        acts += [(row["key"], row[name]["by"], row[name]["on"]) for name in ("opened", "closed") if name in row]
        acts += [(row["key"], sheet[who], sheet["on"]) for sheet in row["sheets"] for who in ("person", "recorder")]
    return acts


def acts_that_mattered(mattered: Rows) -> list[tuple[str, str, date]]:
    """What people did to find out what matters most."""
    acts = [("exercise", mattered["exercise"]["proposed_by"], mattered["exercise"]["on"])]
    acts += [(row["key"], row["by"], row["said_on"]) for row in mattered["words_first"]]
    for name in ("steps", "gathered", "out_of_scope", "questions"):
        acts += [(name, row["by"], row["on"]) for row in mattered[name]]
    for row in mattered["questions"]:
        acts += [(row["key"], done["by"], done["on"]) for done in [*row.get("versions", []), *row["checks"]]]
    acts += [("chosen", row["person"], row["on"]) for row in mattered["choices"]]
    acts += [("seated", key, mattered["tables"]["held_on"]) for key in mattered["tables"]["people"]]
    return acts


def acts_together(together: Rows) -> list[tuple[str, str, date]]:
    """What people did for one another: rules, roles, worries, questions by name, files, talk about passages."""
    acts = [("note", together["note"]["by"], together["note"]["on"])]
    acts += [(name, row["by"], row["on"]) for name in ("roles", "files", "coding_notes") for row in together[name]]
    for row in together["house_rules"]:
        acts.append((row["words"], row["by"], row["on"]))
        acts += [(row["words"], voice["person"], voice["on"]) for voice in row["voices"]]
    for row in together["worries"]:
        acts += [(row["about"], row["by"], row["on"]), (row["about"], row["appeal"]["to"], row["looked_again"]["on"])]
    for row in together["asks"]:
        acts += [(row["words"], row["by"], row["on"]), (row["words"], row["asked"], row["on"])]
        acts += [(row["words"], row["asked"], row["answer"]["on"])] if "answer" in row else []
    return acts


def all_recorded(files: Rows) -> list[tuple[str, str | None, date]]:
    """Every row that may have been written down by somebody else: (person, recorder, day)."""
    rows: list[tuple[str, str | None, date]] = []
    for n in range(1, 6):
        brought = files[f"contributions-{n}.toml"]["contributions"]
        rows += [(row["by"], row.get("recorder"), row["said_on"]) for row in brought]
    mattered = files["priorities.toml"]
    rows += [(row["by"], row.get("recorder"), row["said_on"]) for row in mattered["words_first"]]
    rows += [(row["person"], row.get("recorder"), row["on"]) for row in mattered["choices"]]
    answers = [r for s in files["views.toml"]["statements"] for r in s["responses"]]
    answers += [r for p in files["decisions.toml"]["proposals"] for r in p["positions"]]
    answers += [r for o in files["outcomes.toml"]["outcomes"] for r in o["answers"]]
    answers += files["acknowledgements.toml"]["acknowledgements"]
    told = files["deciding.toml"]
    answers += [*told["rungs"], *told["again"]]
    rows += [(s["by"], s.get("recorder"), s["on"]) for row in told["deciding"] for s in row["steps"]]
    answers += [r for s in files["asked.toml"]["asked_claims"] for r in s["responses"]]
    answers += [sheet for asked in files["asked.toml"]["rounds"] for sheet in asked["sheets"]]
    return rows + [(r["person"], r.get("recorder"), r["on"]) for r in answers]


def test_people_speak_only_after_joining_and_not_in_a_pause(files: Rows, people: Rows) -> None:
    wrong = [act for act in all_acts(files) if not is_here(people[act[1]], act[2])]
    assert not wrong, f"said before joining or in a pause: {wrong}"


def test_everything_lies_inside_the_eighteen_months(files: Rows) -> None:
    wrong = [act for act in all_acts(files) if not date(2025, 3, 1) <= act[2] <= date(2026, 9, 30)]
    assert not wrong


def test_whoever_has_no_account_has_a_recorder_who_looks_after_the_space(files: Rows, people: Rows) -> None:
    rows = all_recorded(files)
    missing = [row for row in rows if not people[row[0]]["account"] and row[1] is None]
    assert not missing, f"nobody wrote these down: {missing}"
    wrong = [row for row in rows if row[1] and not looks_after(people[row[1]], row[2])]
    assert not wrong, f"written down by somebody who does not look after the space: {wrong}"
    assert not [row for row in rows if row[0] == row[1]]


def test_people_are_complete(files: Rows, people: Rows) -> None:
    organisations = {row["key"] for row in files["people.toml"]["organisations"]}
    assert len(organisations) == 5
    members = [row for row in people.values() if "joined" in row]
    assert len(members) >= 24
    for row in people.values():
        assert set(row["affiliations"]) <= organisations, row["key"]
        assert set(row["agreed"]) <= USES, row["key"]
        assert row["channel"] in CHANNELS, row["key"]
        assert row["account"] or "helped_by" in row, row["key"]
        assert {s["way"] for s in row["standpoints"]} <= set("LCPROM"), row["key"]
        assert {s["visibility"] for s in row["standpoints"]} <= {"shown", "counted"}, row["key"]
        assert all(len(s["words"]) <= 160 for s in row["standpoints"])
        assert all(w["use"] in row["agreed"] for w in row.get("withdrawn", [])), row["key"]
    assert sum(len({s["way"] for s in row["standpoints"]}) > 1 for row in members) >= 8
    assert sum(not row["account"] for row in members) == 3
    assert sum("understanding" in row for row in members) >= 20
    assert any(row.get("withdrawn") for row in members)
    assert any(len(row["agreed"]) <= 2 for row in members), "nobody refuses anything"


def test_the_cast_is_whole(people: Rows) -> None:
    cast = [row["cast"] for row in people.values() if "cast" in row]
    assert sorted(cast) == sorted(CAST)
    visitor = next(row for row in people.values() if row.get("cast") == "visitor")
    assert visitor["account"]
    assert "joined" not in visitor


def test_contributions_use_every_kind_way_verb_channel_and_name(brought: Rows) -> None:
    rows = list(brought.values())
    replies = [row for row in rows if "to" in row]
    assert len(rows) >= 150
    assert len(replies) >= 70
    assert len(rows) - len(replies) >= 70
    assert {row["kind"] for row in rows} == KINDS
    assert {row["channel"] for row in rows} == CHANNELS
    assert {row["attribution"] for row in rows} == NAMES
    assert {row["verb"] for row in replies} == VERBS
    assert set("".join(row["ways"] for row in rows)) == set("LCPROM")
    assert all(row["ways"] for row in rows)
    assert all(row["ways"] == "".join(w for w in "LCPROM" if w in row["ways"]) for row in rows)
    assert all(("to" in row) == ("verb" in row) for row in rows)
    assert any(row.get("content_note") for row in rows)
    assert any(row.get("withdrawn") for row in rows)


def test_contributions_are_in_the_order_they_were_said(files: Rows, brought: Rows) -> None:
    days = [row["said_on"] for row in brought.values()]
    assert days == sorted(days)
    gatherings = {row["key"]: row for row in files["space.toml"]["gatherings"]}
    for row in brought.values():
        if "gathering" in row:
            gathering = gatherings[row["gathering"]]
            assert gathering["starts_at"].date() == row["said_on"], row["key"]
            assert row["by"] in gathering["came"], row["key"]
            assert row["channel"] == gathering["how"], row["key"]


def test_replies_come_after_what_they_answer(brought: Rows) -> None:
    for row in brought.values():
        if "to" in row:
            assert row["to"] in brought, f"{row['key']} answers nothing"
            assert brought[row["to"]]["said_on"] <= row["said_on"], row["key"]
            assert row["by"] != brought[row["to"]]["by"], row["key"]


def test_people_speak_from_the_ways_of_knowing_they_hold(brought: Rows, people: Rows) -> None:
    for row in brought.values():
        held = {s["way"] for s in people[row["by"]]["standpoints"]}
        assert set(row["ways"]) <= held, f"{row['key']}: {row['ways']} of {held}"


def test_no_two_contributions_are_alike_and_lengths_differ(brought: Rows) -> None:
    lengths = sorted(len(row["words"].split()) for row in brought.values())
    assert len({row["words"] for row in brought.values()}) == len(brought)
    assert lengths[0] <= 2
    assert lengths[-1] >= 120
    assert lengths[-1] <= 250
    assert len(set(lengths)) >= 60


def test_passages_are_exact_and_links_resolve(themes: Rows, brought: Rows) -> None:
    for theme in themes.values():
        seen = set()
        for link in theme["links"]:
            where = f"{theme['key']} {link['contribution']}"
            row = brought[link["contribution"]]
            if "passage" in link:
                assert link["passage"] in newest_words(row), f"{where}: the passage is not in the words"
            assert link["on"] >= max(row["said_on"], theme["on"]), f"{where}: linked too early"
            assert "withdrawn" not in row, f"{where}: those words were taken back"
            assert link["contribution"] not in seen, f"{where}: linked twice"
            seen.add(link["contribution"])


def test_theme_history_resolves_and_has_every_kind(files: Rows, themes: Rows) -> None:
    history = files["themes.toml"]["history"]
    assert {row["kind"] for row in history} == {"rename", "merge", "split"}
    assert [row["on"] for row in history] == sorted(row["on"] for row in history)
    for row in history:
        assert row["why"]
        assert row["on"] >= themes[row["theme"]]["on"]
        if row["kind"] == "merge":
            assert row["into"] in themes
            assert all(link["on"] <= row["on"] for link in themes[row["theme"]]["links"])
        if row["kind"] == "split":
            assert themes[row["new"]]["on"] == row["on"]
            had = {link["contribution"] for link in themes[row["theme"]]["links"] if link["on"] <= row["on"]}
            assert set(row["moved"]) <= had
            assert not set(row["moved"]) & {link["contribution"] for link in themes[row["new"]]["links"]}
    assert {theme["origin"] for theme in themes.values()} == {"agenda", "emerged"}
    assert all(len(theme["name"]) <= 120 for theme in themes.values())


def test_some_words_fit_no_theme_yet(themes: Rows, brought: Rows) -> None:
    linked = {link["contribution"] for theme in themes.values() for link in theme["links"]}
    openers = {key for key, row in brought.items() if "to" not in row and "withdrawn" not in row}
    assert 5 <= len(openers - linked) <= 25


def test_the_question_was_reframed_twice_from_named_words(files: Rows, brought: Rows) -> None:
    framings = files["space.toml"]["framings"]
    assert len(framings) == 3
    assert [row["on"] for row in framings] == sorted(row["on"] for row in framings)
    for row in framings[1:]:
        assert row["why"]
        assert row["sources"]
        assert all(brought[key]["said_on"] <= row["on"] for key in row["sources"])
    assert all(len(row["question"]) <= 300 for row in framings)


def test_gatherings(files: Rows, people: Rows) -> None:
    rows = files["space.toml"]["gatherings"]
    assert len(rows) == 9
    for row in rows:
        day = row["starts_at"].date()
        assert row["ends_at"] > row["starts_at"]
        assert row["access"]
        assert row["arranged_by"] in people
        assert all(is_here(people[key], day) for key in row["came"]), row["key"]
        assert bool(row["came"]) == (day <= date(2026, 9, 30)), row["key"]
    assert sum(row["starts_at"].date() >= date(2026, 11, 28) for row in rows) == 2


def test_statements_and_what_people_said_to_them(files: Rows, brought: Rows, people: Rows) -> None:
    space = files["space.toml"]
    added = {row["name"]: row["on"] for row in space["values_added"]}
    assert added
    rows = files["views.toml"]["statements"]
    assert len(rows) >= 14
    used = set()
    for row in rows:
        assert row["sources"], row["key"]
        assert all(brought[key]["said_on"] <= row["on"] for key in row["sources"]), row["key"]
        days = [answer["on"] for answer in row["responses"]]
        assert days == sorted(days), row["key"]
        assert days[0] >= row["on"], row["key"]
        assert len({answer["person"] for answer in row["responses"]}) >= 20, row["key"]
        for answer in row["responses"]:
            assert answer["answer"] in ANSWERS
            assert answer["person"] in people
            for value in answer.get("values", []):
                known = value in space["values"]["offered"] or added[value] <= answer["on"]
                assert known, f"{row['key']}: {value}"
                used.add(value)
    assert set(added) <= used
    changed = [r for r in rows if len(r["responses"]) > len({a["person"] for a in r["responses"]})]
    assert changed, "nobody changed their mind"


def last_positions(proposal: Row) -> Rows:
    return {row["person"]: row for row in proposal["positions"]}


def test_agreed_decisions_meet_the_charter(files: Rows, proposals: Rows, people: Rows) -> None:
    charters = files["space.toml"]["charters"]
    closed = [row for row in proposals.values() if "closed" in row]
    assert sum(row["closed"]["agreed"] for row in closed) == 3
    assert len(closed) == 4
    assert len(proposals) == 5
    for row in closed:
        charter = [c for c in charters if c["agreed_on"] <= row["on"]][-1]
        worded = max([row["on"], *[v["on"] for v in row.get("versions", [])]])
        assert row["closed"]["on"] - worded >= timedelta(days=charter["reading_days"]), row["key"]
        last = last_positions(row)
        objections = sum(p["position"] == "object" for p in last.values())
        assert (objections <= charter["objections_that_may_stand"]) == row["closed"]["agreed"], row["key"]
        for way, needed in charter["needs"].items():
            present = [
                key
                for key in last
                if any(s["way"] == way and s["visibility"] == "shown" for s in people[key]["standpoints"])
            ]
            assert len(present) >= needed, f"{row['key']}: {len(present)} of {needed} who know it by {way}"


def test_proposals_resolve_and_their_days_are_in_order(proposals: Rows, themes: Rows, brought: Rows) -> None:
    used = set()
    for row in proposals.values():
        assert all(themes[key]["on"] <= row["on"] for key in row["themes"]), row["key"]
        last_worded = max([row["on"], *[v["on"] for v in row.get("versions", [])]])
        late = [key for key in row["contributions"] if brought[key]["said_on"] > last_worded]
        assert not late, f"{row['key']} comes from words that were not yet said: {late}"
        assert len(row["title"]) <= 160
        end = row["closed"]["on"] if "closed" in row else date(2026, 9, 30)
        days = [p["on"] for p in row["positions"]]
        assert days == sorted(days), row["key"]
        assert row["on"] <= days[0] <= days[-1] <= end, row["key"]
        used |= {p["position"] for p in row["positions"]}
    assert used == POSITIONS
    assert any(len(last_positions(row)) < len(row["positions"]) for row in proposals.values())


def test_outcomes_resolve_and_every_state_is_used(outcomes: Rows, proposals: Rows, themes: Rows, brought: Rows) -> None:
    states, kinds, expected = set(), set(), set()
    for row in outcomes.values():
        for key in row["decisions"]:
            assert proposals[key]["closed"]["on"] <= row["on"], (row["key"], key)
        assert set(row["themes"]) <= set(themes), row["key"]
        assert set(row["contributions"]) <= set(brought), row["key"]
        days = [state["on"] for state in row["states"]]
        assert days == sorted(days), row["key"]
        assert days[0] >= row["on"], row["key"]
        for state in row["states"]:
            assert state["state"] != "not_because" or state["because"], row["key"]
            assert state["state"] != "not_yet" or state["asked_on"] <= state["on"], row["key"]
        assert all(c["state"] in STATES and c["made_on"] <= c["on"] for c in row["commitments"]), row["key"]
        states |= {state["state"] for state in row["states"]}
        kinds.add(row["kind"])
        expected.add(row["expected"])
        assert len(row["title"]) <= 160
    assert states == STATES
    assert kinds == OUTCOMES
    assert expected == {True, False}


def test_only_whoever_said_it_answers_whether_it_was_good_enough(
    outcomes: Rows, proposals: Rows, brought: Rows
) -> None:
    said = set()
    for row in outcomes.values():
        reached = set(row["contributions"])
        reached |= {words for key in row["decisions"] for words in proposals[key]["contributions"]}
        for answer in row["answers"]:
            where = (row["key"], answer["contribution"])
            assert brought[answer["contribution"]]["by"] == answer["person"], where
            assert answer["contribution"] in reached, where
            assert answer["on"] >= row["on"], where
            assert brought[answer["contribution"]]["attribution"] != "anonymous", where
            said.add(answer["answer"])
        pairs = [(answer["contribution"], answer["on"]) for answer in row["answers"]]
        assert len(pairs) == len(set(pairs)), row["key"]
    assert said == {"yes", "no"}


def test_acknowledgements_are_of_somebody_else_and_later(files: Rows, brought: Rows) -> None:
    rows = files["acknowledgements.toml"]["acknowledgements"]
    assert len({(row["person"], row["contribution"]) for row in rows}) == len(rows) >= 20
    for row in rows:
        words = brought[row["contribution"]]
        assert words["by"] != row["person"], row
        assert words["said_on"] <= row["on"], row
    assert [row["on"] for row in rows] == sorted(row["on"] for row in rows)


def test_words_that_were_taken_back_are_used_nowhere(files: Rows, brought: Rows) -> None:
    gone = [key for key, row in brought.items() if "withdrawn" in row]
    for name, file in files.items():
        if not name.startswith("contributions"):
            text = repr(file)
            assert not [key for key in gone if f"'{key}'" in text], name


def test_the_people_are_our_own(files: Rows) -> None:
    for name in files:
        text = (STORY / name).read_text(encoding="utf-8")
        found = NOT_OURS.findall(text)
        assert not found, f"{name}: {found}"
        assert "\u2014" not in text, f"{name}: people here do not type long dashes"


def test_rounds_and_wordings_hold_together(files: Rows, brought: Rows) -> None:
    claims = {row["key"]: row for row in files["asked.toml"]["asked_claims"]}
    for row in claims.values():
        assert set(row["sources"]) <= set(brought), row["key"]
        assert all(brought[key]["said_on"] <= row["on"] for key in row["sources"]), row["key"]
        assert {each["answer"] for each in row["responses"]} <= ANSWERS | {"not_mine"}
        assert [each["on"] for each in row["responses"]] == sorted(each["on"] for each in row["responses"])
    rounds = files["asked.toml"]["rounds"]
    assert sum("closed" not in row for row in rounds) == 1, "one round is open"
    for row in rounds:
        opened, closed = row["opened"]["on"], row.get("closed", {"on": date(2026, 9, 30)})["on"]
        assert set(row["claims"]) <= set(claims)
        assert "closed" not in row or closed - opened >= timedelta(days=row["days"])
        for sheet in row["sheets"]:
            assert opened <= sheet["said_on"] <= sheet["on"] <= closed
            assert {each["claim"] for each in sheet["answers"]} <= set(row["claims"])
        for key in row["claims"]:
            assert all(opened <= each["on"] <= closed for each in claims[key]["responses"]), key


def test_what_came_later_holds_together(files: Rows, people: Rows, outcomes: Rows, brought: Rows) -> None:
    came = files["came.toml"]
    said = {**brought, **{row["key"]: row for row in came["came_words"]}}
    told = {key: row["on"] for key, row in outcomes.items()}
    acts = [(name, row) for name in ("effects", "evidence", "found_sources", "handings", "let_go", "told")
            for row in came[name]]  # fmt: skip
    for name, row in acts:
        assert row["on"] >= told[row["outcome"]], (name, row["outcome"])
        assert is_here(people[row["by"]], row["on"]), (name, row["outcome"])
    for row in came["effects"]:
        assert said[row["words"]]["by"] == row["by"]
        assert said[row["words"]]["said_on"] <= row["on"]
    for row in came["told"]:
        assert not people[row["person"]]["account"]
        assert looks_after(people[row["by"]], row["on"])
    assert {row["bearing"] for row in came["effects"]} >= {"good", "bad", "both"}
    assert {row["agreed"] for row in came["handings"]} == {True, False}
    assert any(state.get("reply") for row in outcomes.values() for state in row["states"])


def test_ballots_say_who_voted_and_what_was_voted_apart(files: Rows, people: Rows) -> None:
    for row in files["ballots.toml"]["ballots"]:
        came = [*row["voted"], *row.get("by_post", [])]
        assert len({vote["person"] for vote in came}) == len(came) == len(row["papers"])
        assert all(set(vote) <= {"person", "on", "recorder"} for vote in came)
        assert all(is_here(people[vote["person"]], row["on"]) and row["on"] <= vote["on"] for vote in came)
        assert all(people[vote["person"]]["account"] or "recorder" in vote for vote in row["voted"])
        assert not any(people[vote["person"]]["account"] for vote in row.get("by_post", []))
        assert set().union(*row["papers"]) == set(range(1, len(row["options"]) + 1))
        if "closed" in row:
            assert row["noted_by"] != row["opened_by"]
            assert row["closed"]["on"] >= max(row["on"] + timedelta(days=row["days"]), *(vote["on"] for vote in came))


def test_what_visitors_read_of_what_matters_names_only_those_who_agreed(files: Rows, people: Rows) -> None:
    mattered = files["priorities.toml"]
    said = [row["why"] for name in ("steps", "out_of_scope") for row in mattered[name]]
    said += [mattered["exercise"]["scope"], mattered["short_list"]["why"]]
    said += [change["why"] for change in mattered["tables"]["changes"]]
    for row in mattered["questions"]:
        said += [row["words"], *(done["words"] for done in [*row.get("versions", []), *row["checks"]])]
        said += [version["why"] for version in row.get("versions", [])]
    silent = {row["chosen_name"] for row in people.values() if "attributed_quote" not in row["agreed"]}
    named = {name for name in silent for words in said if re.search(rf"\b{re.escape(name)}\b", words)}
    assert not named
