"""Where something came from and what it led to: by following every link, with and without numba."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods import trace
from coproduce_methods.trace import ancestors, ancestors_of_each, descendants, descendants_of_each, record_of

WORKED = ([0, 1, 2, 3, 1, 5], [3, 3, 4, 5, 5, 6])


@pytest.fixture(params=["numba", "without"], autouse=True)
def path(request, monkeypatch):
    if request.param == "without":
        monkeypatch.setattr(trace, "fast", None)
    return request.param


@st.composite
def records(draw):
    nodes = draw(st.integers(1, 40))
    pair = st.lists(st.integers(0, nodes - 1), min_size=2, max_size=2, unique=True).map(sorted)
    links = draw(st.lists(pair, max_size=70)) if nodes > 1 else []
    return nodes, np.array(links, dtype=np.int64).reshape(-1, 2)


def followed(links, one, way):
    found, left = set(), [one]
    while left:
        here = left.pop()
        for link in links.tolist():
            if link[1 - way] == here and link[way] not in found:
                found.add(link[way])
                left.append(link[way])
    return sorted(found)


def test_the_worked_numbers_of_the_documentation():
    record = record_of(8, *WORKED)
    assert ancestors(record, 6).tolist() == [0, 1, 3, 5]
    assert descendants(record, 1).tolist() == [3, 5, 6]
    assert ancestors(record, 7).tolist() == []
    found = ancestors_of_each(record, [6, 4])
    assert [found.of(k).tolist() for k in (0, 1)] == [[0, 1, 3, 5], [2]]


@given(records(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_it_is_what_following_every_link_finds_in_whatever_order_they_are(case, random):
    nodes, links = case
    rows = [*links.tolist(), *links[:3].tolist()]
    random.shuffle(rows)
    record = record_of(nodes, *np.array(rows, dtype=np.int64).reshape(-1, 2).T)
    assert record.links == len({tuple(link) for link in rows})
    for one in range(nodes):
        assert ancestors(record, one).tolist() == followed(links, one, 0)
        assert descendants(record, one).tolist() == followed(links, one, 1)


@given(records(), st.data())
@settings(max_examples=30, deadline=None)
def test_many_questions_at_once_are_each_their_own(case, data):
    nodes, links = case
    record = record_of(nodes, *links.T)
    asked = data.draw(st.lists(st.integers(0, nodes - 1), max_size=130))
    back, on = ancestors_of_each(record, asked), descendants_of_each(record, asked)
    for k, one in enumerate(asked):
        assert back.of(k).tolist() == ancestors(record, one).tolist()
        assert on.of(k).tolist() == descendants(record, one).tolist()
    with pytest.raises(IndexError):
        back.of(len(asked))


def test_a_long_line_is_no_trouble():
    record = record_of(50_000, np.arange(49_999), np.arange(1, 50_000))
    assert ancestors(record, 49_999).tolist() == list(range(49_999))
    assert descendants(record, 0).size == 49_999


@pytest.mark.parametrize(
    ("nodes", "earlier", "later", "why"),
    [
        (3, [1], [1], "link 0 .* says 1 came from 1"),
        (3, [0, 2], [1, 1], "link 1 .* says 1 came from 2"),
        (3, [0], [3], "from 0 to 2"),
        (3, [-1], [2], "from 0 to 2"),
        (3, [0.0], [2.0], "whole numbers"),
        (3, [0, 1], [2], "one number for each link"),
        (-1, [], [], "between 0 and"),
    ],
)
def test_what_is_no_record_is_refused(nodes, earlier, later, why):
    with pytest.raises(ValueError, match=why):
        record_of(nodes, earlier, later)


def test_of_nothing_nothing_can_be_asked():
    record = record_of(0, [], [])
    for ask in (ancestors, descendants):
        with pytest.raises(ValueError, match="no thing 0"):
            ask(record, 0)
    assert ancestors_of_each(record, []).questions == 0
