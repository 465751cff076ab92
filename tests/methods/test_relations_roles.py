"""Brokerage and constraint: by trying every three people, and by the formula written out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods import relations_roles
from coproduce_methods.relations_network import network
from coproduce_methods.relations_roles import ROLES, brokerage, constraint


@st.composite
def cases(draw):
    people = draw(st.integers(1, 8))
    person = st.integers(0, people - 1)
    ties = draw(st.lists(st.tuples(person, person, st.integers(1, 5)), max_size=30))
    table = np.array(ties, dtype=np.int64).reshape(-1, 3)
    groups = draw(st.lists(st.integers(0, 3), min_size=people, max_size=people))
    net = network(table[:, 0], table[:, 1], people, weight=table[:, 2], directed=draw(st.booleans()))
    return net, np.array(groups)


def role(a, b, c):
    if a == b == c:
        return "coordinator"
    if a == c:
        return "itinerant"
    if b == c:
        return "gatekeeper"
    return "representative" if a == b else "liaison"


def tried(net, groups):
    there = set(zip(net.source.tolist(), net.target.tolist(), strict=True))
    counts = {name: [0] * net.people for name in ROLES}
    for a, b in there:
        for c in range(net.people):
            if (b, c) in there and a != c and (a, c) not in there:
                counts[role(groups[a], groups[b], groups[c])][b] += 1
    return counts


@given(cases(), st.sampled_from([1, 7, 4_000_000]))
@settings(max_examples=60, deadline=None)
def test_roles_are_those_of_every_three_people(case, block):
    net, groups = case
    before, relations_roles.BLOCK = relations_roles.BLOCK, block
    try:
        found = brokerage(net, groups)
    finally:
        relations_roles.BLOCK = before
    assert {name: values.tolist() for name, values in found.counts.items()} == tried(net, groups)
    assert found.total.tolist() == np.sum(list(tried(net, groups).values()), axis=0).tolist()


def test_what_is_expected_is_the_mean_over_all_ways_to_share_out_groups():
    from itertools import permutations

    net = network([0, 1, 1, 2, 3, 4], [1, 2, 3, 4, 0, 0], 5)
    groups = [0, 0, 0, 1, 2]
    total = dict.fromkeys(ROLES, 0)
    for order in permutations(groups):
        for name, values in brokerage(net, order).counts.items():
            total[name] += int(values.sum())
    every = sum(total.values())
    expected = brokerage(net, groups).expected
    assert expected == {name: pytest.approx(total[name] / every) for name in ROLES}
    assert brokerage(network([0], [1], 2), [0, 1]).expected is None


def test_the_worked_numbers_of_the_documentation():
    ties = [(0, 1), (1, 0), (1, 2), (2, 3), (3, 4), (4, 2), (0, 2)]
    net = network(*np.array(ties).T, 5)
    found = brokerage(net, ["a", "a", "a", "b", "b"])
    told = {name: values.tolist() for name, values in found.counts.items() if values.any()}
    assert told == {
        "itinerant": [0, 0, 1, 0, 0],
        "gatekeeper": [0, 0, 0, 1, 0],
        "representative": [0, 0, 2, 0, 1],
    }
    assert constraint(net) == pytest.approx([0.871, 0.871, 0.628, 0.953, 0.953], abs=5e-4)
    expected = found.expected
    assert [expected[name] for name in ROLES] == pytest.approx([0.1, 0.3, 0.3, 0.3, 0])


def written_out(net):
    z = np.zeros((net.people, net.people))
    z[net.source, net.target] = net.weight
    z = z + z.T
    with np.errstate(invalid="ignore"):
        p = z / z.sum(axis=1, keepdims=True)
    values = []
    for i in range(net.people):
        total = 0.0
        for j in np.flatnonzero(z[i]):
            through = sum(p[i, q] * p[q, j] for q in np.flatnonzero(z[i]) if q not in (i, j))
            total += (p[i, j] + through) ** 2
        values.append(total if z[i].any() else np.nan)
    return values


@given(cases())
@settings(max_examples=60, deadline=None)
def test_constraint_is_the_formula(case):
    assert constraint(case[0]) == pytest.approx(written_out(case[0]), nan_ok=True)


def test_constraint_of_one_tie_is_one_and_without_ties_cannot_be_said():
    found = constraint(network([0], [1], 3))
    assert found[:2].tolist() == [1, 1]
    assert np.isnan(found[2])
