"""Communities: known ones are found, and neither names nor order nor numba change who is with whom."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csgraph

from coproduce_methods import relations_communities
from coproduce_methods.relations_communities import communities, modularity
from coproduce_methods.relations_network import network


def together(member):
    """Who is with whom, whatever the communities are called."""
    return {frozenset(np.flatnonzero(np.asarray(member) == label).tolist()) for label in set(member)}


def two_cliques():
    ties = [(a, b) for first in (0, 5) for a in range(first, first + 5) for b in range(a) if b >= first]
    return network(*np.array([*ties, (4, 5)]).T, 11, directed=False)


def test_the_worked_numbers_of_the_documentation():
    found = communities(two_cliques())
    assert together(found.member) == {frozenset(range(5)), frozenset(range(5, 10)), frozenset([10])}
    assert found.sizes == (5, 5, 1)
    assert found.modularity == pytest.approx(20 / 21 - 0.5)


def by_hand(net, member):
    weights = np.zeros((net.people, net.people))
    weights[net.source, net.target] = net.weight
    weights = weights + weights.T if net.directed else weights
    strength, total = weights.sum(axis=1), weights.sum()
    same = np.asarray(member)[:, None] == np.asarray(member)[None, :]
    return ((weights - np.outer(strength, strength) / total) * same).sum() / total


@st.composite
def cases(draw):
    people = draw(st.integers(1, 9))
    person = st.integers(0, people - 1)
    ties = draw(st.lists(st.tuples(person, person, st.integers(1, 3)), max_size=24))
    return people, np.array(ties, dtype=np.int64).reshape(-1, 3), draw(st.permutations(range(people)))


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_names_and_order_do_not_change_how_well_it_divides(case, random):
    people, ties, names = case
    again = ties.tolist()
    random.shuffle(again)
    again = np.array(again, dtype=np.int64).reshape(-1, 3)
    names = np.array(names)
    one = communities(network(ties[:, 0], ties[:, 1], people, weight=ties[:, 2]))
    other = communities(network(names[again[:, 0]], names[again[:, 1]], people, weight=again[:, 2]))
    assert one.modularity == other.modularity or one.modularity == pytest.approx(other.modularity, abs=1e-12)
    assert one.sizes == other.sizes


@given(cases())
@settings(max_examples=60, deadline=None)
def test_the_quality_is_that_of_the_formula_and_each_community_holds_together(case):
    people, ties, _ = case
    net = network(ties[:, 0], ties[:, 1], people, weight=ties[:, 2])
    found = communities(net)
    assert sum(found.sizes) == people
    assert found.sizes == tuple(np.bincount(found.member, minlength=len(found.sizes)).tolist())
    if not net.arcs:
        assert found.modularity is None
        return
    assert found.modularity == pytest.approx(by_hand(net, found.member), abs=1e-12)
    assert found.modularity == pytest.approx(modularity(net, found.member), abs=1e-12)
    assert found.modularity >= -1e-12
    dense = net.undirected().pattern.toarray()
    for label in range(len(found.sizes)):
        own = np.flatnonzero(found.member == label)
        assert csgraph.connected_components(dense[np.ix_(own, own)])[0] == 1


def partitions(items):
    if not items:
        yield []
        return
    for rest in partitions(items[1:]):
        for k in range(len(rest)):
            yield [*rest[:k], [items[0], *rest[k]], *rest[k + 1 :]]
        yield [[items[0]], *rest]


def test_on_tiny_networks_it_finds_nearly_the_best_there_is():
    rng = np.random.default_rng(1)
    found, best = [], []
    for _ in range(12):
        net = network(*rng.integers(0, 7, (2, 10)), 7)
        label = np.empty(7, dtype=np.int64)
        quality = []
        for parts in partitions(list(range(7))):
            for k, part in enumerate(parts):
                label[part] = k
            quality.append(by_hand(net, label))
        best.append(max(quality))
        found.append(communities(net).modularity)
    assert max(np.array(best) - np.array(found)) < 0.03
    assert sum(abs(a - b) < 1e-9 for a, b in zip(best, found, strict=True)) >= 10


def test_with_and_without_numba_it_is_the_same(monkeypatch):
    rng = np.random.default_rng(3)
    source, block = rng.integers(0, 300, 9000), rng.integers(0, 6, 300)
    target = rng.integers(0, 300, 9000)
    kept = (block[source] == block[target]) | (rng.random(9000) < 0.05)
    net = network(source[kept], target[kept], 300)
    found = []
    for worth in (0, 10**9):
        monkeypatch.setattr(relations_communities, "WORTH_COMPILING", worth)
        found.append(communities(net))
    assert found[0].member.tolist() == found[1].member.tolist()
    assert found[0].modularity == found[1].modularity
    most = [np.bincount(block[found[0].member == label]).max() for label in range(6)]
    assert sum(most) > 270


def test_an_order_of_people_is_found_from_the_shape_alone():
    rng = np.random.default_rng(7)
    net = network(*rng.integers(0, 40, (2, 90)), 40)
    names = rng.permutation(40)
    other = network(names[net.source], names[net.target], 40, weight=net.weight)
    one, two = (relations_communities.order_by_shape(each) for each in (net, other))
    assert (net.matrix[one][:, one] != other.matrix[two][:, two]).nnz == 0


def test_odd_requests_are_refused():
    with pytest.raises(ValueError, match="resolution"):
        communities(two_cliques(), resolution=0)
    with pytest.raises(ValueError, match="runs"):
        communities(two_cliques(), runs=0)
    assert len(communities(two_cliques(), resolution=50).sizes) == 11
