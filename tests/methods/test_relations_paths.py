"""Betweenness: by listing all shortest ways, with and without numba, and from a sample."""

from collections import deque

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.relations_network import network
from coproduce_methods.relations_paths import betweenness


def all_shortest(net, source):
    """Every shortest way from a person, as lists of people."""
    after = {person: net.target[net.source == person].tolist() for person in range(net.people)}
    distance, ways, queue = {source: 0}, {source: [[source]]}, deque([source])
    while queue:
        person = queue.popleft()
        for other in after[person]:
            if other not in distance:
                distance[other], ways[other] = distance[person] + 1, []
                queue.append(other)
            if distance[other] == distance[person] + 1:
                ways[other] += [[*way, other] for way in ways[person]]
    return ways


def listed(net):
    values = np.zeros(net.people)
    for source in range(net.people):
        for ways in all_shortest(net, source).values():
            for way in ways:
                for person in way[1:-1]:
                    values[person] += 1 / len(ways)
    return values if net.directed else values / 2


@st.composite
def networks(draw):
    people = draw(st.integers(0, 9))
    if not people:
        return network([], [], 0)
    person = st.integers(0, people - 1)
    ties = draw(st.lists(st.tuples(person, person), max_size=24))
    return network(*np.array(ties, dtype=np.int64).reshape(-1, 2).T, people, directed=draw(st.booleans()))


@given(networks(), st.booleans())
@settings(max_examples=60, deadline=None)
def test_it_is_the_part_of_all_shortest_ways(net, compiled):
    found = betweenness(net, compiled=compiled)
    assert found.values == pytest.approx(listed(net), abs=1e-12)
    assert found.exact
    assert found.bound == 0
    assert not found.error.any()


def test_the_worked_numbers_of_the_documentation():
    ties = [(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 2), (0, 2)]
    found = betweenness(network(*np.array(ties).T, 5))
    assert found.values.tolist() == [0, 0, 5, 3, 1]
    assert found.pairs == 12


@pytest.mark.parametrize("directed", [True, False])
def test_with_and_without_numba_it_is_the_same(directed):
    rng = np.random.default_rng(2)
    net = network(*rng.integers(0, 700, (2, 4000)), 700, directed=directed)
    one, other = betweenness(net, compiled=True), betweenness(net, compiled=False)
    assert np.allclose(one.values, other.values, rtol=1e-12, atol=1e-9)
    one, other = betweenness(net, sample=60, seed=3, compiled=True), betweenness(net, sample=60, seed=3, compiled=False)
    assert np.allclose(one.values, other.values, rtol=1e-12, atol=1e-9)
    assert np.allclose(one.error, other.error, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("compiled", [True, False])
def test_a_long_line_and_parts_that_do_not_meet(compiled):
    net = network(np.arange(299), np.arange(1, 300), 640, directed=False)
    place = np.arange(300)
    found = betweenness(net, compiled=compiled).values
    assert found[:300].tolist() == (place * (299 - place)).tolist()
    assert not found[300:].any()


def test_a_sample_is_right_on_average_and_knows_how_unsure_it_is():
    rng = np.random.default_rng(5)
    net = network(*rng.integers(0, 60, (2, 240)), 60)
    exact = betweenness(net).values
    found = [betweenness(net, sample=20, seed=seed) for seed in range(150)]
    mean = np.mean([each.values for each in found], axis=0)
    spread = np.std([each.values for each in found], axis=0)
    assert np.abs(mean - exact).max() < 5 * spread.max() / np.sqrt(150)
    errors = np.sqrt(np.mean([each.error**2 for each in found], axis=0))
    busy = exact > np.median(exact)
    assert np.median(errors[busy] / spread[busy]) == pytest.approx(1, abs=0.1)
    assert all(np.abs(each.values - exact).max() <= each.bound for each in found)
    assert all((each.sources, each.exact) == (20, False) for each in found)


def test_a_sample_of_everybody_is_exact_and_of_one_is_refused():
    net = network([0, 1], [1, 2], 3)
    assert betweenness(net, sample=3).exact
    assert betweenness(net, sample=3).values.tolist() == [0, 1, 0]
    with pytest.raises(ValueError, match="at least two"):
        betweenness(net, sample=1)


@pytest.mark.parametrize("compiled", [True, False])
def test_more_shortest_ways_than_can_be_counted_are_refused(compiled):
    steps = 1100  # each doubles the number of ways
    first = np.arange(steps) * 3
    source = np.concatenate([first, first, first + 1, first + 2])
    target = np.concatenate([first + 1, first + 2, first + 3, first + 3])
    with pytest.raises(ValueError, match="more shortest ways"), np.errstate(all="ignore"):
        betweenness(network(source, target, 3 * steps + 1), sample=33, compiled=compiled)
