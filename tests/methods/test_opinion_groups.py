"""k-means and likeness of groupings against the plain definitions."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coproduce_methods.opinion_groups import adjusted_rand, best_matches, k_means
from coproduce_methods.opinion_statements import proportion_test, two_proportion_test

LABELS = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=40)


def test_k_means_finds_what_is_there_largest_first_and_refuses_what_is_not():
    rng = np.random.default_rng(0)
    points = np.concatenate([rng.normal(at, 0.1, size=(n, 2)) for at, n in ((0, 5), (3, 9), (-4, 7))])
    labels = k_means(points, 3, rng=np.random.default_rng(1))
    assert labels.tolist() == [2] * 5 + [0] * 9 + [1] * 7
    assert k_means(np.zeros((9, 2)), 2, rng=rng) is None


@given(st.integers(0, 10_000))
@settings(max_examples=20, deadline=None)
def test_k_means_of_weighted_places_is_k_means_of_the_people(seed):
    rng = np.random.default_rng(seed)
    centres = np.array([(0, 0), (8, 0), (0, 8)])
    places = np.concatenate([centre + rng.normal(size=(6, 2)) * 0.3 for centre in centres])
    weights = rng.integers(1, 6, len(places))
    few = k_means(places, 3, rng=np.random.default_rng(1), weights=weights.astype(float))
    many = k_means(np.repeat(places, weights, axis=0), 3, rng=np.random.default_rng(1))
    assert adjusted_rand(np.repeat(few, weights), many) == 1.0


@given(LABELS)
def test_the_adjusted_rand_index_is_that_of_counting_pairs(pairs):
    first, second = np.array(pairs).T
    same_1, same_2 = (np.equal.outer(x, x)[np.triu_indices(len(x), 1)] for x in (first, second))
    chance = same_1.sum() * same_2.sum() / len(same_1)
    most = (same_1.sum() + same_2.sum()) / 2
    expected = 1.0 if most == chance else ((same_1 & same_2).sum() - chance) / (most - chance)
    assert adjusted_rand(first, second) == pytest.approx(expected)
    assert adjusted_rand(second, first) == pytest.approx(expected)
    assert adjusted_rand(first, (second + 2) % 4) == pytest.approx(expected)


def test_the_best_match_of_a_group_is_its_largest_jaccard_likeness():
    first, second = np.array([0, 0, 0, 1, 1]), np.array([1, 1, 0, 0, 0])
    assert best_matches(first, second, 3) == pytest.approx([2 / 3, 2 / 3, np.nan], nan_ok=True)


@given(st.tuples(*[st.integers(0, 50)] * 4))
def test_the_tests_of_proportions_are_antisymmetric_and_finite(numbers):
    s1, f1, s2, f2 = (np.array([n]) for n in numbers)
    one, two = (two_proportion_test(*x) for x in ((s1, s2, s1 + f1, s2 + f2), (s2, s1, s2 + f2, s1 + f1)))
    assert np.isfinite(one).all()
    assert one == pytest.approx(-two)
    assert np.isfinite(proportion_test(s1, s1 + f1)).all()
    assert (proportion_test(s1 + 1, s1 + f1 + 1) > proportion_test(s1, s1 + f1 + 1)).all()
