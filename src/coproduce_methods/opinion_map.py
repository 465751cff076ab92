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
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from coproduce_methods.one_thread import one_thread
from coproduce_methods.opinion_certainty import Stability, asked_of, pattern_limit, stability
from coproduce_methods.opinion_groups import k_means, lowest_places, nearest, ordered_labels
from coproduce_methods.opinion_projection import Projection, canonical_order, project, sparsity_scaling
from coproduce_methods.opinion_result import RED_DWARF, WHY_NOT, OpinionMap, Parameters
from coproduce_methods.opinion_silhouette import silhouettes
from coproduce_methods.opinion_statements import (
    AGREE,
    DISAGREE,
    common_ground,
    divisive,
    group_informed_consensus,
    majorities,
    representative_statements,
    votes_by_group,
)
from coproduce_methods.opinion_table import Table, table_of

__all__ = ["RED_DWARF", "WHY_NOT", "OpinionMap", "Parameters", "opinion_map"]

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
    coordinates: ArrayLike | None = None,
    init_centres: ArrayLike | None = None,
    keep_labels: ArrayLike | None = None,
) -> OpinionMap:
    """Make the map. ``moderated_out`` are statements kept out of it; ``at`` is only recorded.

    For comparing with other tools, and for carrying on from an earlier map:
    coordinates: (n_people, 2), where everybody stands; groups are found there, not at our projection
    init_centres: (any, 2), the first k of which k-means begins from, for every k that has so many
    keep_labels: a group 0..k-1 for everybody, or -1; kept as they are

    ValueError, naming the first row at fault, where arrays differ in length, a response is not
    -1, 0 or +1, an index is negative or too large, or a person answers a statement twice.
    """
    settings = parameters or Parameters()
    table = table_of(person, statement, response, n_people=n_people, n_statements=n_statements)
    _keep_out(table, moderated_out)
    return mapped(
        table,
        settings,
        seed=seed,
        at=at,
        coordinates=coordinates,
        init_centres=init_centres,
        keep_labels=keep_labels,
    )


def mapped(
    table: Table,
    settings: Parameters,
    *,
    seed: int = 0,
    at: datetime | None = None,
    coordinates: ArrayLike | None = None,
    init_centres: ArrayLike | None = None,
    keep_labels: ArrayLike | None = None,
) -> OpinionMap:
    """As ``opinion_map``, of a table: wherever its answers are held."""
    people, statements = canonical_order(table)
    rng = np.random.default_rng(seed)
    projection = project(table, order=statements)
    if coordinates is not None:
        projection = replace(projection, coordinates=_for_everybody(coordinates, table, 2))
    placed = people[_placed(table, settings)[people]]
    with one_thread():
        if keep_labels is not None:
            found = _kept(projection.coordinates, people, _for_everybody(keep_labels, table, 0))
        else:
            found = _grouped(projection.coordinates[placed], placed, settings, rng, init_centres)
    labels = np.full(table.n_people, -1)
    labels[found.people] = found.labels
    certainty = _certainty(table, (people, statements), projection, labels, settings=settings, rng=rng)
    return _assembled(table, projection, labels, found, certainty, settings=settings, seed=seed, at=at)


@dataclass(frozen=True)
class _Grouping:
    """Labels of ``people``; none of both where there are no groups."""

    people: Ints
    labels: Ints
    k: int
    silhouettes: dict[int, float]


@dataclass(frozen=True)
class _Certainty:
    pattern_limit: float
    pattern: bool
    stability: Stability | None


def _keep_out(table: Table, moderated_out: Collection[int]) -> None:
    """Mark the statements that are kept out."""
    for index in moderated_out:
        if not 0 <= index < table.n_statements:
            raise ValueError(f"moderated_out names statement {index}, which is not there")
        table.moderated_out[index] = True


def _for_everybody(values: ArrayLike, table: Table, columns: int) -> Any:
    """An array with a row for everybody: of so many numbers, or of a label."""
    array = np.asarray(values, dtype=np.float64 if columns else np.int64)
    if array.shape != (table.n_people, columns)[: 1 + (columns > 0)] or not np.isfinite(array).all():
        raise ValueError("coordinates and labels must be finite numbers, one row for each of n_people")
    return array


def _placed(table: Table, settings: Parameters) -> NDArray[np.bool_]:
    """Who answered enough: ``min_votes`` statements, or all of them where there are fewer."""
    enough: NDArray[np.bool_] = table.answered >= max(1, min(settings.min_votes, table.n_statements))
    return enough


def _places(points: Floats, settings: Parameters, rng: np.random.Generator) -> tuple[Floats, Floats, Ints]:
    """Where to stand, how many stand there, and each person's place: exact while people are few.

    ``points`` come in canonical order, which has nothing to do with where they are: the first of
    them are a fair sample.
    """
    if len(points) <= settings.max_exact:
        return points, np.ones(len(points)), np.arange(len(points))
    sample = points[: settings.base_sample]
    base = k_means(sample, settings.base_k, rng=rng, n_init=1, max_iterations=50)
    if base is None:
        distinct, base = np.unique(points, axis=0, return_inverse=True)
        return distinct, np.bincount(base).astype(np.float64), base
    base = nearest(points, _centres(sample, base))
    weights = np.bincount(base, minlength=settings.base_k).astype(np.float64)
    return _centres(points, base), weights[weights > 0], (np.cumsum(weights > 0) - 1)[base]


def _centres(points: Floats, labels: Ints) -> Floats:
    """The middle of each group that has anybody."""
    sizes = np.bincount(labels)
    sums = np.stack([np.bincount(labels, weights=axis) for axis in points.T], axis=1)
    return sums[sizes > 0] / sizes[sizes > 0, None]


def _kept(coordinates: Floats, people: Ints, labels: Ints) -> _Grouping:
    """Groups as they were given."""
    in_one = people[labels[people] >= 0]
    k = int(labels.max(initial=-1)) + 1
    if np.bincount(labels[in_one], minlength=k).min(initial=1) == 0:
        raise ValueError("keep_labels must leave none of the groups 0..k-1 empty")
    widths = {k: silhouettes(coordinates[in_one], [labels[in_one]])[0]} if k > 1 else {}
    return _Grouping(in_one, labels[in_one], k, widths)


def _grouped(
    points: Floats, people: Ints, settings: Parameters, rng: np.random.Generator, init_centres: ArrayLike | None
) -> _Grouping:
    """Try every number of groups; keep the best silhouette, the fewer groups where equal."""
    places, weights, at = _places(points, settings, rng)
    largest = settings.max_k
    if settings.places_per_group:
        largest = min(largest, 2 + min(len(places), settings.base_k) // settings.places_per_group)
    given = None if init_centres is None else np.asarray(init_centres, dtype=np.float64).reshape(-1, 2)
    if given is None and settings.init == "lowest" and len(places):
        given = lowest_places(places, largest)
    tolerance = settings.tolerance * float(np.mean(np.var(places, axis=0))) if len(places) else 0.0
    tried = {}
    for k in range(settings.min_k, largest + 1):
        if len(places) > k:
            labels = k_means(
                places,
                k,
                rng=rng,
                weights=weights,
                n_init=settings.n_init,
                max_iterations=settings.max_iterations,
                init_centres=given,
                tolerance=tolerance,
                keep_order=True,
            )
            if labels is not None:
                tried[k] = labels
    if not tried:
        nobody = np.empty(0, dtype=np.int64)
        return _Grouping(nobody, nobody, 0, {})
    widths = dict(zip(tried, silhouettes(places, list(tried.values()), weights), strict=True))
    smallest = {k: np.bincount(labels, weights=weights).min() for k, labels in tried.items()}
    showable = [k for k in tried if smallest[k] >= settings.min_group] or list(tried)
    best = max(showable, key=lambda k: (widths[k], -k))
    labels = ordered_labels(places, tried[best], weights)[at]
    if len(places) < len(points) and settings.refine:
        # Everybody to the group they stand nearest to, instead of where their place went.
        whole = k_means(points, best, rng=rng, init_centres=_centres(points, labels), max_iterations=20)
        labels = labels if whole is None else whole
    return _Grouping(people, labels, best, widths)


def _certainty(
    table: Table,
    canonical: tuple[Ints, Ints],
    projection: Projection,
    labels: Ints,
    *,
    settings: Parameters,
    rng: np.random.Generator,
) -> _Certainty:
    """Pattern and stability, where there are groups to ask about; everything in canonical order."""
    k = int(labels.max(initial=-1)) + 1
    if k == 0 or not (settings.n_null or settings.n_resamples):
        return _Certainty(0.0, pattern=k > 0, stability=None)
    asked = asked_of(table, *canonical)
    first, limit = pattern_limit(asked, settings.n_null, rng) if settings.n_null else (1.0, 0.0)

    def gather(points: Floats, generator: np.random.Generator) -> Ints | None:
        if len(points) <= k:
            return None
        places, weights, at = _places(points, settings, generator)
        found = k_means(places, k, rng=generator, weights=weights, n_init=settings.resample_n_init)
        return None if found is None else ordered_labels(points, found[at], np.ones(len(points)))

    steady = stability(
        asked,
        labels[asked.people],
        sparsity_scaling(table)[asked.people],
        gather,
        n_resamples=settings.n_resamples,
        share=settings.resample_share,
        rng=rng,
    )
    # Of people who were drawn, chance is told in proportion to what their own answers came to.
    eigenvalue = float(projection.eigenvalues[0])
    return _Certainty(limit / max(first, 1e-300) * eigenvalue, first > limit, steady)


def _why_not(table: Table, votes_in: Ints, k: int, certainty: _Certainty, settings: Parameters) -> tuple[str, ...]:
    """Every reason against showing this map, as codes of WHY_NOT; ``votes_in``: sizes of the groups."""
    n_placed = int(np.count_nonzero(_placed(table, settings)))
    steady = certainty.stability
    reasons = {
        "too_few_people": n_placed < 2 * settings.min_group,
        "too_few_statements": int(np.count_nonzero(~table.moderated_out)) < settings.min_statements,
        "no_groups": k == 0,
        "no_pattern": k > 0 and not certainty.pattern,
        "small_group": k > 0 and int(votes_in.min()) < settings.min_group,
        "unsteady_groups": steady is not None and steady.mean < settings.min_stability,
    }
    return tuple(code for code, holds in reasons.items() if holds)


def _assembled(
    table: Table,
    projection: Projection,
    labels: Ints,
    found: _Grouping,
    certainty: _Certainty,
    *,
    settings: Parameters,
    seed: int,
    at: datetime | None,
) -> OpinionMap:
    """Counts and lists of statements from the groups, and everything put together."""
    k = found.k
    # Those in no group are counted last: with them it is everybody.
    counts = votes_by_group(np.where(labels < 0, k, labels), table, k + 1)
    votes, together = counts[:k], counts.sum(axis=0)
    allowed = np.flatnonzero(~table.moderated_out)
    people = np.flatnonzero(table.answered)
    why_not = _why_not(table, np.bincount(found.labels, minlength=k), k, certainty, settings)
    # Longer than most of our functions: it does nothing but name the parts.
    return OpinionMap(
        people=people,
        coordinates=projection.coordinates[people],
        groups=tuple([g if g >= 0 else None for g in labels[people].tolist()]),
        k=k,
        silhouette=found.silhouettes.get(k),
        silhouettes=found.silhouettes,
        components=projection.components,
        eigenvalues=projection.eigenvalues,
        pattern_limit=certainty.pattern_limit,
        means=projection.means,
        votes=votes,
        **from_votes(votes, together, allowed, settings),
        stability=certainty.stability,
        worth_showing=not why_not,
        why_not=why_not,
        n_responses=int(table.answered.sum()),
        n_statements=table.n_statements,
        moderated_out=tuple(np.flatnonzero(table.moderated_out).tolist()),
        parameters=settings,
        seed=seed,
        computed_at=at,
    )


def from_votes(votes: Ints, together: Ints, allowed: Ints, settings: Parameters) -> dict[str, Any]:
    """What an ``OpinionMap`` tells of statements, by its names, from counts by group and of everybody."""
    z, listed = settings.significance, settings.max_listed
    return {
        "consensus": np.stack([group_informed_consensus(votes, side) for side in (AGREE, DISAGREE)], axis=1),
        "representative": representative_statements(
            votes, allowed, significance=z, most=settings.max_representative, best_agree=settings.best_agree
        ),
        "common_ground": common_ground(votes, allowed, significance=z, most=listed) if len(votes) else (),
        "divisive": divisive(votes, allowed, significance=z, most=listed),
        "majority": majorities(together, allowed, significance=z, most=settings.max_representative),
    }
