"""What a map of opinion comes to: its parameters, its result, and the result as plain JSON values."""

import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.opinion_certainty import Stability
from coproduce_methods.opinion_statements import (
    AGREE,
    DISAGREE,
    SEEN,
    SIGNIFICANT_90,
    CommonGround,
    Divisive,
    Majority,
    Representative,
)

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

FORMAT = "coproduce.opinion-map"
VERSION = 1
METHOD_VERSION = "1.2"

WHY_NOT = {
    "too_few_people": "Too few people have answered enough statements.",
    "too_few_statements": "There are too few statements.",
    "no_pattern": "The answers show no pattern beyond what chance would make.",
    "no_groups": "The answers do not fall into groups.",
    "small_group": "A group would be so small that it could point to people.",
    "unsteady_groups": "The groups would look different if a few other people had answered.",
}
"""Each reason not to show a map, as a code for programs and a sentence for people."""


@dataclass(frozen=True)
class Parameters:
    """What the method was told, in the words of the Polis literature where it has them.

    min_votes: answers before a person is placed in a group (all, where there are fewer statements)
    min_k, max_k: numbers of groups tried; at most 2 + (places to stand)/``places_per_group``, as in Polis
    places_per_group: 0 for no such limit (red-dwarf has none)
    base_k: with more than ``max_exact`` people placed, they are first gathered into so many places,
    found from ``base_sample`` of them; refine: then all go to the nearest group, not with their place as in Polis
    n_init: starts of k-means, and resample_n_init in each resample; significance: z that a statement must pass
    init: "k-means++", or "lowest" for the first k different places along the first axis, as red-dwarf;
    groups may then change with the arbitrary sign of a component
    max_iterations, tolerance: k-means stops there, or when its centres move less, in squares, as a share
    of the mean variance of the axes (0: when nobody changes group any more; red-dwarf has 0.0001)
    best_agree: see ``opinion_statements.representative_statements``
    max_representative, max_listed: statements kept for each group, and in the other lists
    min_group: smallest group to show; choices of k with smaller ones are passed over if others exist
    min_statements: fewer than this many statements are better read than mapped
    n_resamples, resample_share, min_stability: see ``opinion_certainty.stability``; 0.65 is where
    Steinley (2004) ends poor and begins moderate recovery
    n_null: comparisons with chance; 19 makes the largest of them the 5 % limit
    """

    min_votes: int = 7
    min_k: int = 2
    max_k: int = 5
    places_per_group: int = 12
    base_k: int = 100
    base_sample: int = 10_000
    max_exact: int = 4000
    refine: bool = True
    n_init: int = 10
    init: Literal["k-means++", "lowest"] = "k-means++"
    max_iterations: int = 300
    tolerance: float = 0.0
    significance: float = SIGNIFICANT_90
    best_agree: Literal["strongest", "in_order"] = "strongest"
    max_representative: int = 5
    max_listed: int = 10
    min_group: int = 8
    min_statements: int = 7
    n_resamples: int = 20
    resample_share: float = 0.8
    resample_n_init: int = 5
    min_stability: float = 0.65
    n_null: int = 19

    def __post_init__(self) -> None:
        """Refuse settings that make no sense."""
        if not 2 <= self.min_k <= self.max_k:
            raise ValueError("min_k must be at least 2 and at most max_k")
        if not 0 < self.resample_share <= 1:
            raise ValueError("resample_share must be over 0 and at most 1")
        k_means = (
            self.base_k,
            self.base_sample,
            self.max_exact,
            self.n_init,
            self.resample_n_init,
            self.max_iterations,
        )
        if self.init not in ("k-means++", "lowest") or self.best_agree not in ("strongest", "in_order"):
            raise ValueError("init must be k-means++ or lowest, and best_agree strongest or in_order")
        if (
            min(self.min_votes, self.min_group, *k_means) < 1
            or min(self.n_resamples, self.n_null, self.max_listed, self.places_per_group) < 0
        ):
            raise ValueError("counts among the parameters must not be negative, nor the needed ones 0")


RED_DWARF = Parameters(
    places_per_group=0,
    max_exact=sys.maxsize,
    n_init=1,
    init="lowest",
    tolerance=1e-4,
    significance=1.2815515655446004,
    best_agree="in_order",
    min_group=1,
    min_statements=1,
    n_resamples=0,
    n_null=0,
)
"""The conventions of red-dwarf 0.4: begun from its projections (``coordinates``), the same groups and statements."""


@dataclass(frozen=True, eq=False)
class OpinionMap:
    """The result. Arrays over people and statements use the caller's indices.

    people: indices of those who answered at all; coordinates: (len(people), 2), in their order
    groups: for each of ``people`` a group 0..k-1, or None for those who answered too few
    k, silhouette: number of groups and how well they are apart, -1..1; 0 and None without groups
    silhouettes: the silhouette of every number of groups that was tried
    components, eigenvalues, means: of the projection; pattern_limit: what chance came to
    votes: (k, n_statements, 3) agree, disagree, seen; consensus: (n_statements, 2) group-informed
    majority: what most of everybody said, whatever their groups
    worth_showing, why_not: False with the codes of WHY_NOT that hold
    """

    people: Ints
    coordinates: Floats
    groups: tuple[int | None, ...]
    k: int
    silhouette: float | None
    silhouettes: dict[int, float]
    components: Floats
    eigenvalues: Floats
    pattern_limit: float
    means: Floats
    votes: Ints
    consensus: Floats
    representative: tuple[tuple[Representative, ...], ...]
    common_ground: tuple[CommonGround, ...]
    divisive: tuple[Divisive, ...]
    majority: tuple[Majority, ...]
    stability: Stability | None
    worth_showing: bool
    why_not: tuple[str, ...]
    n_responses: int
    n_statements: int
    moderated_out: tuple[int, ...]
    parameters: Parameters
    seed: int
    computed_at: datetime | None

    def to_json(
        self, person_ids: Sequence[str | int] | None = None, statement_ids: Sequence[str | int] | None = None
    ) -> dict[str, Any]:
        """Plain dicts, lists and numbers with the keys of ``docs/methods/opinion_map.md``.

        ``person_ids`` and ``statement_ids`` name the indices; without them the indices are given.
        """
        return _as_json(self, person_ids, statement_ids)


def _as_json(
    result: OpinionMap,
    person_ids: Sequence[str | int] | None,
    statement_ids: Sequence[str | int] | None,
) -> dict[str, Any]:
    def name(index: int) -> str | int:
        return index if statement_ids is None else statement_ids[index]

    def listed(rows: Sequence[Representative | CommonGround | Divisive | Majority]) -> list[dict[str, Any]]:
        return [asdict(row) | {"statement": name(row.statement)} for row in rows]

    computed_at = result.computed_at
    return {
        "format": FORMAT,
        "version": VERSION,
        "method_version": METHOD_VERSION,
        "computed_at": None if computed_at is None else computed_at.isoformat(),
        "seed": result.seed,
        "parameters": asdict(result.parameters),
        "n_responses": result.n_responses,
        "n_statements": result.n_statements,
        "moderated_out": [name(j) for j in result.moderated_out],
        "worth_showing": result.worth_showing,
        "why_not": list(result.why_not),
        "k": result.k,
        "silhouette": result.silhouette,
        "silhouettes": {str(k): width for k, width in result.silhouettes.items()},
        "eigenvalues": [float(value) for value in result.eigenvalues],
        "pattern_limit": result.pattern_limit,
        "stability": None if result.stability is None else asdict(result.stability),
        "participants": _participants(result, person_ids),
        "groups": _groups(result),
        "representative": listed([row for rows in result.representative for row in rows]),
        "common_ground": listed(result.common_ground),
        "divisive": listed(result.divisive),
        "majority": listed(result.majority),
        "statements": [_statement(result, j) | {"statement": name(j)} for j in range(result.n_statements)],
    }


def _participants(result: OpinionMap, ids: Sequence[str | int] | None) -> list[dict[str, Any]]:
    return [
        {"id": int(p) if ids is None else ids[int(p)], "x": float(x), "y": float(y), "group": group}
        for p, (x, y), group in zip(result.people, result.coordinates, result.groups, strict=True)
    ]


def _groups(result: OpinionMap) -> list[dict[str, Any]]:
    groups = np.array([-1 if g is None else g for g in result.groups], dtype=np.int64)
    rows = []
    for g in range(result.k):
        centre = result.coordinates[groups == g].mean(axis=0)
        rows.append(
            {
                "id": g,
                "size": int((groups == g).sum()),
                "x": float(centre[0]),
                "y": float(centre[1]),
                "stability": None if result.stability is None else result.stability.groups[g],
            }
        )
    return rows


def _statement(result: OpinionMap, j: int) -> dict[str, Any]:
    return {
        "x": float(result.components[0, j]),
        "y": float(result.components[1, j]),
        "mean": float(result.means[j]),
        "consensus_agree": float(result.consensus[j, AGREE]),
        "consensus_disagree": float(result.consensus[j, DISAGREE]),
        "votes": [
            {"agree": int(row[AGREE]), "disagree": int(row[DISAGREE]), "seen": int(row[SEEN])}
            for row in result.votes[:, j]
        ],
    }
