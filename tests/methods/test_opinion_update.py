"""A map that keeps up with single answers against maps made anew, and the bound on how far it is out of date."""

import time

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.opinion_map import Parameters, opinion_map
from coproduce_methods.opinion_update import STALE, OpinionState
from tests.methods.real_data import PROJECT, polis

QUICK = Parameters(n_resamples=0, n_null=0)
ANSWERS = st.lists(
    st.tuples(st.integers(0, 42), st.integers(0, 13), st.sampled_from([-1, 0, 1, 1, -1, None])), max_size=15
)


def planted(seed, n=40, m=12, density=0.7):
    """Two groups of made-up people."""
    rng = np.random.default_rng(seed)
    lean = rng.normal(size=(2, m))[np.arange(n) % 2] * 1.5 + rng.normal(size=(n, m))
    person, statement = np.nonzero(rng.random((n, m)) < density)
    return person, statement, np.sign(lean.round()).astype(int)[person, statement]


def centred(state):
    """The whole centred table, the plain way, and the means."""
    now = state.responses()
    table = np.full((now.n_people, now.n_statements), np.nan)
    table[now.person, now.statement] = now.value
    seen = ~np.isnan(table)
    means = np.where(seen, table, 0).sum(axis=0) / np.maximum(seen.sum(axis=0), 1)
    means[now.moderated_out] = 0
    return np.where(seen & ~now.moderated_out, table - means, 0), means, seen


def places_in_held_components(state):
    """Where all would stand by a full projection with the components that the state holds."""
    table, _, seen = centred(state)
    out = state.responses().moderated_out
    votes = np.maximum(seen[:, ~out].sum(axis=1) + out.sum(), 1)
    return (table @ state.now().components.T) * np.sqrt(len(out) / votes)[:, None]


def votes_by_group(state):
    now, groups = state.responses(), state.groups
    return [
        [
            [sum(now.value[(groups[now.person] == g) & (now.statement == j)] == v) for v in (1, -1)]
            + [sum((groups[now.person] == g) & (now.statement == j))]
            for j in range(now.n_statements)
        ]
        for g in range(state.now().k)
    ]


def assert_equal_maps(one, other):
    first, second = one.to_json(), other.to_json()
    assert first == second


def assert_exact(state):
    table, means, _ = centred(state)
    assert state.votes.tolist() == votes_by_group(state)
    np.testing.assert_array_equal(state.means, means)
    np.testing.assert_allclose(state.coordinates, places_in_held_components(state), atol=1e-10)
    np.testing.assert_allclose(state.gram(), table.T @ table, atol=1e-9)
    assert_told_as_of_these_groups(state)


def assert_told_as_of_these_groups(state):
    """Statements are told of as by a full map that is given the groups; a group may have lost everybody."""
    answers, now, labels = state.responses(), state.now(), state.groups
    if set(labels.tolist()) < set(range(now.k)):
        return
    made = opinion_map(
        answers.person,
        answers.statement,
        answers.value,
        n_people=answers.n_people,
        n_statements=answers.n_statements,
        moderated_out=now.moderated_out,
        parameters=QUICK,
        keep_labels=labels,
    )
    np.testing.assert_array_equal(now.consensus, made.consensus)
    for told in ("representative", "common_ground", "divisive", "majority"):
        assert getattr(now, told) == getattr(made, told)


@pytest.mark.slow
@given(st.integers(0, 1000), ANSWERS, st.sampled_from([(), (3,), (0, 5)]))
@settings(max_examples=15, deadline=None)
def test_after_any_answers_counts_are_exact_places_are_those_held_and_full_is_full(seed, answers, moderated_out):
    state = OpinionState(*planted(seed), moderated_out=moderated_out, parameters=QUICK, seed=2)
    for person, statement, response in answers:
        told = state.answer(person, statement, response)
        assert (told.x, told.y) == pytest.approx(tuple(state.coordinates[person]), abs=1e-10)
        assert (-1 if told.group is None else told.group) == state.groups[person]
        assert_exact(state)
    now = state.responses()
    expected = opinion_map(
        now.person,
        now.statement,
        now.value,
        n_people=now.n_people,
        n_statements=now.n_statements,
        moderated_out=moderated_out,
        parameters=QUICK,
        seed=2,
    )
    assert_equal_maps(state.full(), expected)
    assert_equal_maps(state.now(), expected)
    assert not state.needs_full()
    assert_exact(state)


def test_answers_given_taken_back_and_given_again_leave_no_trace():
    person, statement, response = planted(1)
    state, before = (OpinionState(person, statement, response, parameters=QUICK) for _ in range(2))
    for row in (0, 5, 17):
        state.answer(int(person[row]), int(statement[row]), None)
        state.answer(int(person[row]), int(statement[row]), -1)
        state.answer(int(person[row]), int(statement[row]), int(response[row]))
    np.testing.assert_array_equal(state.votes, before.votes)
    np.testing.assert_array_equal(state.gram(), before.gram())
    np.testing.assert_allclose(state.coordinates, before.coordinates, atol=1e-12)
    assert_equal_maps(state.full(), before.full())


def test_somebody_new_joins_a_group_once_they_answered_enough_and_leaves_it_with_their_answers():
    person, statement, response = planted(2)
    state = OpinionState(person, statement, response, parameters=QUICK)
    like = [(int(s), int(r)) for p, s, r in zip(person, statement, response, strict=True) if p == 0]
    told = [state.answer(40, s, r) for s, r in like]
    enough = [answered.group is not None for answered in told]
    assert enough == [i + 1 >= 7 for i in range(len(like))]
    assert told[-1].group == state.groups[0]
    for s, _ in like:
        state.answer(40, s, None)
    assert state.groups[40] == -1
    assert 40 not in state.now().people


def test_what_the_groups_stand_for_is_of_todays_votes():
    state = OpinionState(*planted(3), parameters=QUICK)
    changed = 4
    for person in range(40):
        state.answer(person, changed, 1 if state.groups[person] == 0 else -1)
    now = state.now()
    assert changed in {row.statement for row in now.divisive}
    assert changed in {row.statement for row in now.representative[0]}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_the_plane_never_turns_further_than_the_bound(seed):
    rng = np.random.default_rng(seed)
    state = OpinionState(*planted(seed, n=120), parameters=QUICK)
    held = state.now().components
    told = False
    for _ in range(15):
        for _ in range(10):
            state.answer(int(rng.integers(0, 125)), int(rng.integers(0, 12)), int(rng.integers(-1, 2)))
        found = np.linalg.svd(centred(state)[0])[2][:2]
        sine = np.linalg.norm(held - held @ found.T @ found)
        assert sine <= state.turn() + 1e-9
        told |= "components" in state.stale()
    assert told
    assert state.turn() > 0
    state.full()
    assert state.turn() < 1e-6


def test_it_says_what_is_stale():
    state = OpinionState(*planted(4, n=60), parameters=QUICK)
    assert state.stale() == ()
    state.answer(0, 12, 1)
    assert state.stale() == ("statements",)
    state.full()
    for person in range(10):
        state.answer(person, 0, 0)
    assert "groups" in state.stale()
    smallest = int(np.bincount(state.groups[state.groups >= 0]).argmin())
    for person in np.flatnonzero(state.groups == smallest)[7:]:
        for statement in range(12):
            state.answer(int(person), statement, None)
    assert "small_group" in state.stale()
    assert "small_group" in state.now().why_not
    assert not state.now().worth_showing
    assert set(state.stale()) <= set(STALE)


def test_a_conversation_can_begin_empty():
    state = OpinionState([], [], [], n_people=0, n_statements=0, parameters=QUICK)
    for person, statement, response in zip(*planted(5), strict=True):
        state.answer(int(person), int(statement), int(response))
    assert state.needs_full()
    assert state.full().k >= 2


@pytest.mark.parametrize("wrong", [(0, 0, 2), (0, 0, 0.5), (-1, 0, 1), (0, -1, 1)])
def test_answers_that_make_no_sense_change_nothing(wrong):
    state = OpinionState(*planted(0), parameters=QUICK)
    with pytest.raises(ValueError, match=r"response|counted"):
        state.answer(*wrong)
    assert state.stale() == ()


def test_one_answer_among_fifty_thousand_takes_milliseconds():
    person, statement, response = planted(6, n=1250, m=50, density=0.8)
    state = OpinionState(person, statement, response, parameters=QUICK)
    seconds = []
    for i in range(40):
        start = time.process_time()
        state.answer(i, 3, 1 - i % 3)
        state.needs_full()
        seconds.append(time.process_time() - start)
    assert np.median(seconds) < 0.005


@pytest.mark.data
def test_a_real_conversation_answer_by_answer():
    export = polis("15-per-hour-seattle")
    size = {"n_people": len(export.people), "n_statements": len(export.comments)}
    rows = np.arange(len(export.person)) < len(export.person) - 200
    arrays = (export.person, export.statement, export.response)
    kwargs = {"moderated_out": export.moderated_out, "parameters": QUICK, **size}
    state = OpinionState(*(array[rows] for array in arrays), **kwargs)
    for person, statement, response in zip(*(array[~rows] for array in arrays), strict=True):
        state.answer(int(person), int(statement), int(response))
    assert_exact(state)
    assert_equal_maps(state.full(), opinion_map(*arrays, **kwargs))


def test_every_reason_is_in_the_documentation():
    text = (PROJECT / "docs" / "methods" / "opinion_at_scale.md").read_text(encoding="utf-8")
    assert [code for code in STALE if f"`{code}`" not in text] == []
