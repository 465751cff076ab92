"""Whole networks: bounds, brute force on tiny ones, what chance gives, and that names and order change nothing."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.relations_measures import (
    assortativity,
    centralisation,
    density,
    e_i_index,
    mixing,
    numeric_assortativity,
    reciprocity,
)
from coproduce_methods.relations_network import network
from coproduce_methods.relations_windows import windows

WORKED = [(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 2), (0, 2)]
GROUPS = ["a", "a", "a", "b", "b"]


def worked(directed=True):
    return network(*np.array(WORKED).T, 5, directed=directed)


@st.composite
def small(draw, most=6):
    people = draw(st.integers(2, most))
    person = st.integers(0, people - 1)
    ties = draw(st.lists(st.tuples(person, person), min_size=1, max_size=14))
    groups = draw(st.lists(st.integers(0, 2), min_size=people, max_size=people))
    return people, np.array(ties), np.array(groups), draw(st.booleans())


def test_the_worked_numbers_of_the_documentation():
    net = worked()
    assert density(net) == pytest.approx(7 / 20)
    assert reciprocity(net) == pytest.approx(2 / 7)
    found = centralisation(net)
    assert (found.degree, found.received, found.given) == pytest.approx((8 / 12, 8 / 16, 3 / 16))
    e_i = e_i_index(net, GROUPS)
    assert (e_i.internal, e_i.external) == (5, 2)
    assert e_i.index == pytest.approx(-3 / 7)
    assert e_i.expected == pytest.approx(0.2)
    assert (e_i.exact, e_i.tried) == (True, 10)
    assert e_i.p == pytest.approx(0.2)
    assert assortativity(net, GROUPS).r == pytest.approx(0.3)
    assert mixing(net, np.array([0, 0, 0, 1, 1])).tolist() == [[4, 1], [1, 1]]


def test_ties_of_oneself_are_counted_and_left_out_and_the_same_tie_twice_is_one():
    net = network([0, 0, 1, 2, 2], [1, 1, 1, 0, 2], 3, weight=[1, 2.5, 9, 1, 1])
    assert (net.loops, net.ties, net.weight.tolist()) == (2, 2, [3.5, 1.0])
    undirected = network([0, 1], [1, 0], 2, directed=False)
    assert (undirected.ties, undirected.weight.tolist()) == (1, [2.0, 2.0])


@pytest.mark.parametrize("people", [0, 1])
def test_nobody_or_one_person_is_a_network_of_which_nothing_can_be_said(people):
    net = network([], [], people)
    assert (density(net), reciprocity(net), centralisation(net).degree) == (None, None, None)
    assert e_i_index(net, ["a"] * people).index is None
    assert assortativity(net, ["a"] * people).r is None


@pytest.mark.parametrize(
    ("source", "target", "weight", "why"),
    [
        ([0], [2], None, "numbered from 0 to 1"),
        ([-1], [1], None, "numbered from 0 to 1"),
        ([0.5], [1], None, "whole numbers"),
        ([0, 1], [1], None, "one value for each tie"),
        ([0], [1], [0], "more than 0"),
        ([0], [1], [float("nan")], "more than 0"),
    ],
)
def test_what_is_no_network_is_refused(source, target, weight, why):
    with pytest.raises(ValueError, match=why):
        network(source, target, 2, weight=weight)


def test_a_group_is_needed_for_everybody():
    with pytest.raises(ValueError, match="one group for each"):
        e_i_index(worked(), ["a", "b"])


@given(small())
@settings(max_examples=40, deadline=None)
def test_the_e_i_index_its_mean_deviation_and_p_are_those_of_all_ways_to_share_out_groups(case):
    people, ties, groups, directed = case
    net = network(*ties.T, people, directed=directed)
    found = e_i_index(net, groups)
    if not net.arcs:
        assert found.index is None
        return
    every = []
    for order in permutations(groups.tolist()):
        apart = np.array(order)[net.source] != np.array(order)[net.target]
        every.append(2 * apart.mean() - 1)
    every = np.array(every)
    assert -1 <= found.index <= 1
    assert found.expected == pytest.approx(every.mean(), abs=1e-12)
    assert found.deviation == pytest.approx(every.std(), abs=1e-7)
    far = np.abs(every - every.mean()) >= abs(found.index - every.mean()) - 1e-9
    assert found.p == pytest.approx(far.mean(), abs=1e-12)


def test_a_sample_of_ways_gives_the_exact_p_within_its_error_and_the_same_for_the_same_seed():
    rng = np.random.default_rng(4)
    net = network(*rng.integers(0, 12, (2, 40)), 12)
    groups = ["a"] * 6 + ["b"] * 6
    exact = e_i_index(net, groups)
    drawn = e_i_index(net, groups, permutations=4000, seed=9, exact_up_to=0)
    assert (exact.exact, drawn.exact) == (True, False)
    assert abs(drawn.p - exact.p) < 4 * drawn.p_error
    assert drawn == e_i_index(net, groups, permutations=4000, seed=9, exact_up_to=0)
    assert e_i_index(net, groups, permutations=0).p is None


@given(small(), st.randoms(use_true_random=False))
@settings(max_examples=40, deadline=None)
def test_order_and_names_change_nothing(case, random):
    people, ties, groups, directed = case
    names = list(range(people))
    random.shuffle(names)
    again = ties.tolist()
    random.shuffle(again)
    names = np.array(names)
    net, other = network(*ties.T, people, directed=directed), network(*names[again].T, people, directed=directed)
    renamed = np.empty(people, dtype=object)
    renamed[names] = [f"group {9 - group}" for group in groups]
    assert density(net) == density(other)
    assert reciprocity(net) == reciprocity(other)
    assert centralisation(net) == centralisation(other)
    one, two = e_i_index(net, groups), e_i_index(other, renamed.astype(str))
    assert (one.internal, one.external, one.p) == (two.internal, two.external, pytest.approx(two.p))
    first, second = assortativity(net, groups), assortativity(other, renamed.astype(str))
    assert (first.r, first.error) == (pytest.approx(second.r), pytest.approx(second.error))


@given(small())
@settings(max_examples=40, deadline=None)
def test_assortativity_is_newmans_and_its_error_leaves_out_one_tie_at_a_time(case):
    people, ties, groups, directed = case
    net = network(*ties.T, people, directed=directed)
    found = assortativity(net, groups)

    def newman(source, target):
        e = np.zeros((3, 3))
        np.add.at(e, (groups[source], groups[target]), 1 / max(len(source), 1))
        chance = e.sum(axis=0) @ e.sum(axis=1)
        return None if chance > 1 - 1e-12 or not len(source) else (np.trace(e) - chance) / (1 - chance)

    assert found.r == (
        None if newman(net.source, net.target) is None else pytest.approx(newman(net.source, net.target))
    )
    if found.error is not None:
        total = 0.0
        for a, b in {(min(t), max(t)) if not directed else t for t in zip(net.source, net.target, strict=True)}:
            same = (net.source == a) & (net.target == b)
            same |= (net.source == b) & (net.target == a) & (not directed)
            total += (newman(net.source[~same], net.target[~same]) - found.r) ** 2
        assert found.error == pytest.approx(total**0.5, abs=1e-9)
        assert -1 <= found.r <= 1


def test_a_star_is_most_central_and_a_ring_is_not_central_at_all():
    star = network([0] * 5, range(1, 6), 6, directed=False)
    ring = network(range(6), [(i + 1) % 6 for i in range(6)], 6)
    assert centralisation(star).degree == 1
    assert centralisation(ring).degree == 0
    assert centralisation(network([0] * 5, range(1, 6), 6)).given == 1


def test_numbers_at_both_ends_are_correlated():
    net = network([0, 1, 2], [1, 2, 3], 4, directed=False)
    assert numeric_assortativity(net, [1, 2, 3, 4]) == pytest.approx(
        np.corrcoef([1, 2, 2, 3, 3, 4], [2, 1, 3, 2, 4, 3])[0, 1]
    )
    assert numeric_assortativity(net, [2, 2, 2, 2]) is None
    with pytest.raises(ValueError, match="one number for each"):
        numeric_assortativity(net, [1, 2, float("nan"), 3])


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 5), st.integers(0, 5)), max_size=40))
@settings(max_examples=40, deadline=None)
def test_windows_are_each_their_own_network(events):
    from coproduce_methods.participation import gini

    events = np.array([event for event in events if event[1] != event[2]], dtype=np.int64).reshape(-1, 3)
    groups = ["a", "a", "b", "b", "c", "c"]
    found = windows(*events.T, groups, people=6, count=3)
    for w in range(3):
        here = events[events[:, 0] == w]
        net = network(here[:, 1], here[:, 2], 6)
        e_i = e_i_index(net, groups, permutations=0)
        expected = (density(net), reciprocity(net), e_i.index, gini(np.bincount(here[:, 1], minlength=6)))
        given_values = (found.density[w], found.reciprocity[w], found.e_i[w], found.gini[w])
        for value, said in zip(given_values, expected, strict=True):
            assert np.isnan(value) if said is None else value == pytest.approx(said)
        assert (found.events[w], found.pairs[w]) == (len(here), net.ties)
        assert found.active[w] == len(set(here[:, 1:].ravel().tolist()))


def test_windows_refuse_what_is_out_of_range():
    with pytest.raises(ValueError, match="window must be between"):
        windows([3], [0], [1], None, people=2, count=3)
    with pytest.raises(ValueError, match="with themselves"):
        windows([0], [1], [1], None, people=2, count=3)
    with pytest.raises(ValueError, match="same length"):
        windows([0], [1, 0], [1], None, people=2, count=3)
