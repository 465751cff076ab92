"""A map of opinion: who answers alike, what each group stands for, what all share.

    result = opinion_map(person, statement, response, seed=1)
    result.worth_showing, result.why_not
    result.to_json(person_ids=names, statement_ids=numbers)

Responses are three arrays of one length: index of the person, index of the statement, and -1
(disagree), 0 (unsure) or +1 (agree). The table of everybody by everything is never filled in.
The result depends on the answers, the parameters and the seed; not on the order of the rows, the
numbers of the people, nor the arbitrary sign of a component.

Method and worked numbers: ``docs/methods/opinion_map.md``.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coproduce_methods.opinion_certainty import Stability, pattern_limit, stability
from coproduce_methods.opinion_groups import k_means, ordered_labels
from coproduce_methods.opinion_projection import Projection, Responses, in_canonical_order, project
from coproduce_methods.opinion_result import WHY_NOT, OpinionMap, Parameters
from coproduce_methods.opinion_silhouette import silhouettes
from coproduce_methods.opinion_statements import (
    AGREE,
    DISAGREE,
    common_ground,
    divisive,
    group_informed_consensus,
    representative_statements,
    votes_by_group,
)

__all__ = ["WHY_NOT", "OpinionMap", "Parameters", "opinion_map"]

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


def opinion_map(
    person: ArrayLike,
    statement: ArrayLike,
    response: ArrayLike,
    *,
    n_people: int | None = None,
    n_statements: int | None = None,
    moderated_out: Collection[int] = (),
    parameters: Parameters | None = None,
    seed: int = 0,
    at: datetime | None = None,
) -> OpinionMap:
    """Make the map. ``moderated_out`` are statements kept out of it; ``at`` is only recorded.

    ValueError, naming the first row at fault, where arrays differ in length, a response is not
    -1, 0 or +1, an index is negative or too large, or a person answers a statement twice.
    """
    given = _checked(
        person,
        statement,
        response,
        n_people=n_people,
        n_statements=n_statements,
        moderated_out=moderated_out,
    )
    return _mapped(given, parameters or Parameters(), seed, at)


def _mapped(given: Responses, settings: Parameters, seed: int, at: datetime | None) -> OpinionMap:
    """Places, groups and certainty in canonical order; then back in the caller's."""
    responses, people, statements = in_canonical_order(given)
    rng = np.random.default_rng(seed)
    projection = project(responses)
    placed = _placed(responses, settings)
    found = _grouped(projection.coordinates, placed, settings, rng)
    labels = np.full(responses.n_people, -1)
    if found.labels is not None:
        labels[placed] = found.labels

    back_people, back_statements = _inverse(people), _inverse(statements)
    certainty = _certainty(responses, projection, labels, settings, rng)
    return _assembled(
        given,
        _Geometry(
            projection.coordinates[back_people],
            labels[back_people],
            projection.components[:, back_statements],
            projection.eigenvalues,
            projection.means[back_statements],
        ),
        found,
        certainty,
        settings,
        seed=seed,
        at=at,
    )


@dataclass(frozen=True)
class _Grouping:
    labels: Ints | None
    k: int
    silhouettes: dict[int, float]


@dataclass(frozen=True)
class _Certainty:
    pattern_limit: float
    pattern: bool
    stability: Stability | None


@dataclass(frozen=True)
class _Geometry:
    coordinates: Floats
    labels: Ints
    components: Floats
    eigenvalues: Floats
    means: Floats


def _inverse(order: Ints) -> Ints:
    inverse = np.empty_like(order)
    inverse[order] = np.arange(len(order))
    return inverse


def _checked(
    person: ArrayLike,
    statement: ArrayLike,
    response: ArrayLike,
    *,
    n_people: int | None,
    n_statements: int | None,
    moderated_out: Collection[int],
) -> Responses:
    """The answers as arrays, or a ValueError that says which row is wrong and how."""
    who, what, value = np.asarray(person), np.asarray(statement), np.asarray(response, dtype=np.float64)
    if not who.shape == what.shape == value.shape or who.ndim != 1:
        raise ValueError("person, statement and response must be three lists of the same length")
    if len(who) and not (np.issubdtype(who.dtype, np.integer) and np.issubdtype(what.dtype, np.integer)):
        raise ValueError("person and statement must be whole numbers")
    who, what = who.astype(np.int64), what.astype(np.int64)
    _refuse("a response that is not -1, 0 or +1", ~np.isin(value, (-1.0, 0.0, 1.0)))
    people = int(who.max(initial=-1)) + 1 if n_people is None else n_people
    statements = int(what.max(initial=-1)) + 1 if n_statements is None else n_statements
    _refuse("a person index outside 0..n_people-1", (who < 0) | (who >= people))
    _refuse("a statement index outside 0..n_statements-1", (what < 0) | (what >= statements))
    cell = who * max(statements, 1) + what
    order = np.argsort(cell, kind="stable")
    twice = np.zeros(len(cell), dtype=np.bool_)
    twice[order[1:]] = np.diff(cell[order]) == 0
    _refuse("a second answer of one person to one statement", twice)
    out = np.zeros(statements, dtype=np.bool_)
    for index in moderated_out:
        if not 0 <= index < statements:
            raise ValueError(f"moderated_out names statement {index}, which is not there")
        out[index] = True
    return Responses(who, what, value, people, statements, out)


def _refuse(what: str, wrong: NDArray[np.bool_]) -> None:
    if wrong.any():
        raise ValueError(f"row {int(np.argmax(wrong))} (counted from 0) has {what}")


def _placed(responses: Responses, settings: Parameters) -> NDArray[np.bool_]:
    """Who answered enough: ``min_votes`` statements, or all of them where there are fewer."""
    answered = np.bincount(responses.person, minlength=responses.n_people)
    enough: NDArray[np.bool_] = answered >= max(1, min(settings.min_votes, responses.n_statements))
    return enough


def _places(points: Floats, settings: Parameters, rng: np.random.Generator) -> tuple[Floats, Floats, Ints]:
    """Where to stand, how many stand there, and each person's place: exact while people are few."""
    everyone = np.arange(len(points))
    if len(points) <= settings.max_exact:
        return points, np.ones(len(points)), everyone
    base = k_means(points, settings.base_k, rng=rng, n_init=1, max_iterations=50)
    if base is None:
        distinct, base = np.unique(points, axis=0, return_inverse=True)
        return distinct, np.bincount(base).astype(np.float64), base
    weights = np.bincount(base).astype(np.float64)
    centres = np.stack([np.bincount(base, weights=axis) / weights for axis in points.T], axis=1)
    return centres, weights, base


def _grouped(
    coordinates: Floats, placed: NDArray[np.bool_], settings: Parameters, rng: np.random.Generator
) -> _Grouping:
    """Try every number of groups; keep the best silhouette, the fewer groups where equal."""
    points = coordinates[placed]
    places, weights, at = _places(points, settings, rng)
    largest = min(settings.max_k, 2 + min(len(places), settings.base_k) // 12)
    tried = {}
    for k in range(settings.min_k, largest + 1):
        labels = k_means(places, k, rng=rng, weights=weights, n_init=settings.n_init) if len(places) > k else None
        if labels is not None:
            tried[k] = labels
    if not tried:
        return _Grouping(None, 0, {})
    widths = dict(zip(tried, silhouettes(places, list(tried.values()), weights), strict=True))
    smallest = {k: np.bincount(labels, weights=weights).min() for k, labels in tried.items()}
    showable = [k for k in tried if smallest[k] >= settings.min_group] or list(tried)
    best = max(showable, key=lambda k: (widths[k], -k))
    return _Grouping(tried[best][at], best, widths)


def _certainty(
    responses: Responses, projection: Projection, labels: Ints, settings: Parameters, rng: np.random.Generator
) -> _Certainty:
    """Pattern and stability, where there are groups to ask about."""
    k = int(labels.max(initial=-1)) + 1
    if k == 0:
        return _Certainty(0.0, pattern=False, stability=None)
    limit = pattern_limit(responses, settings.n_null, rng)

    def again(part: Responses, who: NDArray[np.bool_], generator: np.random.Generator) -> Ints | None:
        points = project(part, tolerance=1e-3).coordinates[who]
        if len(points) <= k:
            return None
        places, weights, at = _places(points, settings, generator)
        found = k_means(places, k, rng=generator, weights=weights, n_init=settings.resample_n_init)
        return None if found is None else ordered_labels(points, found[at], np.ones(len(points)))

    steady = stability(
        responses,
        labels,
        again,
        n_resamples=settings.n_resamples,
        share=settings.resample_share,
        rng=rng,
    )
    return _Certainty(limit, bool(projection.eigenvalues[0] > limit), steady)


def _why_not(given: Responses, labels: Ints, k: int, certainty: _Certainty, settings: Parameters) -> tuple[str, ...]:
    """Every reason against showing this map, as codes of WHY_NOT."""
    sizes = np.bincount(labels[labels >= 0], minlength=1)
    n_placed = int(_placed(given, settings).sum())
    steady = certainty.stability
    reasons = {
        "too_few_people": n_placed < 2 * settings.min_group,
        "too_few_statements": int((~given.moderated_out).sum()) < settings.min_statements,
        "no_groups": k == 0,
        "no_pattern": k > 0 and not certainty.pattern,
        "small_group": k > 0 and int(sizes.min()) < settings.min_group,
        "unsteady_groups": steady is not None and steady.mean < settings.min_stability,
    }
    return tuple(code for code, holds in reasons.items() if holds)


def _assembled(
    given: Responses,
    geometry: _Geometry,
    found: _Grouping,
    certainty: _Certainty,
    settings: Parameters,
    *,
    seed: int,
    at: datetime | None,
) -> OpinionMap:
    """Counts and lists of statements from the groups, and everything put together."""
    labels, k = geometry.labels, found.k
    votes = votes_by_group(labels, given, k)
    allowed = np.flatnonzero(~given.moderated_out)
    people = np.unique(given.person)
    z, listed = settings.significance, settings.max_listed
    why_not = _why_not(given, labels, k, certainty, settings)
    # Longer than most of our functions: it does nothing but name the parts.
    return OpinionMap(
        people=people,
        coordinates=geometry.coordinates[people],
        groups=tuple(int(g) if g >= 0 else None for g in labels[people]),
        k=k,
        silhouette=found.silhouettes.get(k),
        silhouettes=found.silhouettes,
        components=geometry.components,
        eigenvalues=geometry.eigenvalues,
        pattern_limit=certainty.pattern_limit,
        means=geometry.means,
        votes=votes,
        consensus=np.stack([group_informed_consensus(votes, side) for side in (AGREE, DISAGREE)], axis=1),
        representative=representative_statements(votes, allowed, significance=z, most=settings.max_representative),
        common_ground=common_ground(votes, allowed, significance=z, most=listed) if k else (),
        divisive=divisive(votes, allowed, significance=z, most=listed),
        stability=certainty.stability,
        worth_showing=not why_not,
        why_not=why_not,
        n_responses=len(given.value),
        n_statements=given.n_statements,
        moderated_out=tuple(int(j) for j in np.flatnonzero(given.moderated_out)),
        parameters=settings,
        seed=seed,
        computed_at=at,
    )
