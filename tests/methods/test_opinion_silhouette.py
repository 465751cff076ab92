"""Silhouettes without all pairs against the plain definition, and the remainder against what it bounds."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import silhouette_score

from coproduce_methods import opinion_silhouette
from coproduce_methods.opinion_silhouette import TOLERANCE, remainder, silhouettes

SHAPES = ("spread", "clumps", "line", "few places", "far away", "tiny and huge")


def plain_silhouette(points, labels):
    widths = []
    for i, own in enumerate(labels):
        reach = np.linalg.norm(points - points[i], axis=1)
        mates = (labels == own) & (np.arange(len(points)) != i)
        if not mates.any():
            widths.append(0.0)
            continue
        within = reach[mates].mean()
        nearest = min(reach[labels == g].mean() for g in set(labels.tolist()) - {own})
        widths.append((nearest - within) / max(within, nearest) if max(within, nearest) else 0.0)
    return np.mean(widths)


def points_of(shape, n, rng):
    spread = rng.normal(size=(n, 2))
    return {
        "spread": spread,
        "clumps": spread * 1e-3 + rng.normal(size=(5, 2))[rng.integers(0, 5, n)],
        "line": spread[:, :1] * np.array([[1.0, 2.0]]),
        "few places": np.round(spread, 1),
        "far away": spread + np.array([1e3, -1e3]),
        "tiny and huge": spread * 10.0 ** rng.integers(-6, 4, size=(n, 1)),
    }[shape]


def labellings_of(points, rng, near=True):
    """2, 3 and 4 groups: by the nearest of some points, or anyhow; none empty."""
    found = []
    for k in (2, 3, 4):
        centres = points[rng.choice(len(points), k, replace=False)]
        labels = ((points[:, None] - centres) ** 2).sum(axis=2).argmin(axis=1)
        labels = labels if near else rng.integers(0, k, len(points))
        labels[:k] = np.arange(k)
        found.append(labels)
    return found


@pytest.fixture(params=["compiled", "plain"])
def either(request, monkeypatch):
    """With numba and without."""
    if request.param == "plain":
        monkeypatch.setattr(opinion_silhouette, "fast", None)
    else:
        assert opinion_silhouette.fast is not None


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("near", [True, False])
def test_silhouettes_are_those_of_the_definition(either, seed, near):
    rng = np.random.default_rng(seed)
    points = points_of(SHAPES[seed], int(rng.integers(5, 60)), rng)
    labellings = labellings_of(points, rng, near)
    expected = [plain_silhouette(points, labels) for labels in labellings]
    assert silhouettes(points, labellings) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("near", [True, False])
def test_the_tree_gives_what_all_pairs_give(monkeypatch, shape, near):
    rng = np.random.default_rng(3)
    n = 900 if near else 300
    points, weights = points_of(shape, n, rng), rng.integers(1, 4, n).astype(float)
    labellings = labellings_of(points, rng, near)
    pairwise = silhouettes(points, labellings, weights)
    monkeypatch.setattr(opinion_silhouette, "ALL_PAIRS_UP_TO", 0)
    monkeypatch.setattr(opinion_silhouette, "LEAF", 8)
    assert silhouettes(points, labellings, weights) == pytest.approx(pairwise, abs=4 * TOLERANCE)


@pytest.mark.slow
def test_the_tree_gives_what_sklearn_gives_for_many(monkeypatch):
    monkeypatch.setattr(opinion_silhouette, "ALL_PAIRS_UP_TO", 0)
    rng = np.random.default_rng(1)
    points = points_of("clumps", 8500, rng) + rng.normal(size=(8500, 2)) * 0.3
    labellings = labellings_of(points, rng)
    expected = [silhouette_score(points, labels) for labels in labellings]
    assert silhouettes(points, labellings) == pytest.approx(expected, abs=1e-10)


@given(st.integers(0, 10_000))
@settings(max_examples=30, deadline=None)
def test_a_place_of_weight_w_counts_as_w_people_there(seed):
    rng = np.random.default_rng(seed)
    places, weights = rng.normal(size=(12, 2)), rng.integers(1, 5, 12)
    labels = rng.permutation(np.arange(12) % 3)
    every = silhouettes(np.repeat(places, weights, axis=0), [np.repeat(labels, weights)])
    assert silhouettes(places, [labels], weights.astype(float)) == pytest.approx(every)


@given(st.integers(0, 10_000), st.floats(1e-3, 1e3), st.floats(0, 6.28))
@settings(max_examples=20, deadline=None)
def test_order_names_size_and_turning_do_not_matter(seed, scale, angle):
    rng = np.random.default_rng(seed)
    points = points_of("spread", 40, rng)
    labels = labellings_of(points, rng)[1]
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) * scale
    rows, names = rng.permutation(40), rng.permutation(3)
    moved = silhouettes((points @ turn)[rows], [names[labels][rows]])
    assert moved == pytest.approx(silhouettes(points, [labels]), abs=1e-9)


@given(st.integers(0, 10_000), st.integers(1, 32), st.floats(0.01, 0.6))
@settings(max_examples=60, deadline=None)
def test_cutting_the_series_costs_no_more_than_the_remainder(seed, order, ratio):
    """The worst places: on the rim of both discs, on the line between them and anywhere else."""
    rng = np.random.default_rng(seed)
    distance = np.exp(1j * rng.uniform(0, 6.28)) * 10 ** rng.uniform(-3, 3)
    of = ratio * abs(distance) * rng.uniform()
    to = ratio * abs(distance) - of
    rim = np.exp(1j * np.append(rng.uniform(0, 6.28, 30), np.angle([distance, -distance])))
    e, d = of * rim[:, None], to * rim[None, :]
    h = opinion_silhouette._translation(order, np.array([distance]), np.array([to]), np.array([of]))[0]
    n = np.arange(order)
    g = (rim[:, None] ** n) @ h @ (rim[:, None] ** n).T
    exact = np.abs(distance + e - d)
    wrong = np.abs(np.abs(distance) * (g * g.conj()).real.T - exact) / exact
    assert wrong.max() <= remainder(order, np.array([ratio]))[0] + 1e-14


def test_nobody_alone_or_with_everybody_has_a_silhouette():
    assert silhouettes(np.zeros((4, 2)), [np.array([0, 0, 1, 1])]) == [0.0]
    assert silhouettes(np.array([[0.0, 0.0], [1.0, 0.0]]), [np.array([0, 1])]) == [0.0]
    assert silhouettes(np.arange(6.0).reshape(3, 2), [np.zeros(3, dtype=int)]) == [0.0]
    assert silhouettes(np.zeros((0, 2)), []) == []


def test_other_dimensions_are_exact_too():
    rng = np.random.default_rng(0)
    points, labels = rng.normal(size=(80, 5)), np.arange(80) % 3
    assert silhouettes(points, [labels]) == pytest.approx([silhouette_score(points, labels)], abs=1e-12)


@pytest.mark.slow
@pytest.mark.parametrize("all_pairs_up_to", [0, 40_000])
def test_twenty_thousand_people_take_megabytes_not_gigabytes(monkeypatch, all_pairs_up_to):
    monkeypatch.setattr(opinion_silhouette, "ALL_PAIRS_UP_TO", all_pairs_up_to)
    rng = np.random.default_rng(0)
    points = points_of("spread", 20_000, rng)
    labellings = labellings_of(points, rng)
    tracemalloc.start()
    silhouettes(points, labellings)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 250e6  # all pairs would be 3,200 MB
