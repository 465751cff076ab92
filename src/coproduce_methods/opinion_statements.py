"""What the groups of a map of opinion said: votes, representative statements, common ground.

Everything here starts from one array of counts, shape (groups, statements, 3): agree, disagree,
seen (agree + disagree + unsure). The formulas are those of Polis (Small and others, 2021) and of
its published mathematics, so that given the same groups the same statements come out.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.opinion_projection import Responses
from coproduce_methods.opinion_table import Table, tallied

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]
Direction = Literal["agree", "disagree"]

AGREE, DISAGREE, SEEN = 0, 1, 2
SIGNIFICANT_90 = 1.2816
"""The one-sided 90 % point of the normal distribution, as Polis rounds it."""


@dataclass(frozen=True)
class Representative:
    """A statement that tells a group from the others, and whether by agreeing or disagreeing.

    ``p_success`` (n_success + 1)/(n_trials + 2); ``p_test`` its z against one half; ``repness``
    the ratio of that share to the share of everybody else; ``repness_test`` its two-proportion z.
    ``stands_out``: both pass the significance asked for. Where nothing of a group does, Polis still
    names one statement, be it answered by a single person: it is here, and not to be shown as theirs.
    """

    group: int
    statement: int
    direction: Direction
    n_success: int
    n_trials: int
    p_success: float
    p_test: float
    repness: float
    repness_test: float
    best_agree: bool
    stands_out: bool


@dataclass(frozen=True)
class CommonGround:
    """A statement on which every group leans the same way.

    ``consensus`` is the group-informed consensus: the product over groups of each one's share.
    """

    statement: int
    direction: Direction
    consensus: float
    shares: tuple[float, ...]
    n_success: int
    n_trials: int
    p_test: float


@dataclass(frozen=True)
class Majority:
    """A statement that most of everybody agrees (or disagrees) with, whatever their groups: Polis' *consensus*.

    ``p_success`` (n_success + 1)/(n_trials + 2); ``p_test`` its z against one half.
    """

    statement: int
    direction: Direction
    n_success: int
    n_trials: int
    p_success: float
    p_test: float


@dataclass(frozen=True)
class Divisive:
    """A statement on which two groups lean apart: where the disagreement is, for talking about.

    ``leaning`` of a group is (agree - disagree)/(seen + 2), in -1..1; ``gap`` the widest
    difference of two; ``test`` the two-proportion z between those two groups.
    """

    statement: int
    gap: float
    test: float
    leanings: tuple[float, ...]
    most_for: int
    most_against: int


@dataclass(frozen=True)
class _Shares:
    """Proportions and tests, each (groups, statements, 2), the last axis agree and disagree."""

    p: Floats
    p_test: Floats
    repness: Floats
    repness_test: Floats


def votes_by_group(group: Ints, given: Responses | Table, k: int) -> Ints:
    """Counts (k, n_statements, 3) of agree, disagree and seen.

    ``group`` has one label for each person; the answers of those with -1 are not counted.
    """
    table = given if isinstance(given, Table) else given.table()
    codes = tallied(table, np.asarray(group, dtype=np.int64), k).reshape(k, table.n_statements, 3)
    return np.stack([codes[:, :, 2], codes[:, :, 0], codes.sum(axis=2)], axis=2)


def proportion_test(successes: NDArray[np.number], trials: NDArray[np.number]) -> Floats:
    """z of a share against one half, one success and one trial added: 2 sqrt(n+1) ((s+1)/(n+1) - 1/2)."""
    n = np.asarray(trials, dtype=np.float64) + 1
    z: Floats = 2 * np.sqrt(n) * ((np.asarray(successes) + 1) / n - 0.5)
    return z


def two_proportion_test(
    successes: NDArray[np.number],
    others: NDArray[np.number],
    trials: NDArray[np.number],
    other_trials: NDArray[np.number],
) -> Floats:
    """z of the difference of two shares, one added to each of the four counts; 0 where all succeed."""
    s1, s2 = np.asarray(successes) + 1.0, np.asarray(others) + 1.0
    n1, n2 = np.asarray(trials) + 1.0, np.asarray(other_trials) + 1.0
    pooled = (s1 + s2) / (n1 + n2)
    error = np.sqrt(np.maximum(pooled * (1 - pooled), 0) * (1 / n1 + 1 / n2))
    z: Floats = np.where(error > 0, (s1 / n1 - s2 / n2) / np.where(error > 0, error, 1.0), 0.0)
    return z


def _shares(counts: Ints) -> _Shares:
    """All proportions and tests of every group against everybody else."""
    said, seen = counts[:, :, :SEEN], counts[:, :, SEEN:]
    said_elsewhere, seen_elsewhere = said.sum(axis=0) - said, seen.sum(axis=0) - seen
    p = (said + 1) / (seen + 2)
    return _Shares(
        p=p,
        p_test=proportion_test(said, seen),
        repness=p / ((said_elsewhere + 1) / (seen_elsewhere + 2)),
        repness_test=two_proportion_test(said, said_elsewhere, seen, seen_elsewhere),
    )


def _best_agree(shares: _Shares, said: Ints, g: int, allowed: Ints, *, z: float, in_order: bool) -> int | None:
    """The statement that best says what a group is *for*, if any is good enough.

    Candidates are agreed to by most, or more than elsewhere; among those agreed to more than
    elsewhere the strongest wins, else the one agreed to most surely.
    """
    p, test = shares.p[g, :, AGREE], shares.p_test[g, :, AGREE]
    ratio = shares.repness[g, :, AGREE]
    sure, strength = p * test, ratio * shares.repness_test[g, :, AGREE] * p * test
    spoken = said[g].sum(axis=1) > 0
    good = spoken & ((test > z) | ((ratio > 1) & (p > 0.5)))
    candidates = allowed[good[allowed]]
    if not len(candidates):
        return None
    if in_order:
        best = int(candidates[0])
        for j in allowed[spoken[allowed] & (allowed > best)].tolist():
            measure = strength if ratio[best] > 1 else sure
            best = j if measure[j] > measure[best] else best
        return best
    more = candidates[ratio[candidates] > 1]
    if len(more):
        return int(more[np.argmax(strength[more])])
    return int(candidates[np.argmax(sure[candidates])])


def representative_statements(
    counts: Ints,
    allowed: Ints,
    *,
    significance: float = SIGNIFICANT_90,
    most: int = 5,
    best_agree: Literal["strongest", "in_order"] = "strongest",
) -> tuple[tuple[Representative, ...], ...]:
    """For each group the statements that tell it apart, agreeing ones first, at most ``most``.

    A statement qualifies where its share of the group is over one half and over the share of the
    others, both with z > ``significance``. The best agreement is always among them. ``allowed``
    are the statements that may be shown, ascending; equal strengths keep that order.

    best_agree: "in_order" goes through the statements as they are numbered, each against the best
    before it, as Polis and red-dwarf do; it may then keep one less agreed to than elsewhere.
    """
    shares, said = _shares(counts), counts[:, :, :SEEN]
    in_order = best_agree == "in_order"
    found = []
    for g in range(len(counts)):
        best = _best_agree(shares, said, g, allowed, z=significance, in_order=in_order)
        found.append(_representing(shares, counts, g, allowed, best, z=significance, most=most))
    return tuple(found)


def _representing(
    shares: _Shares, counts: Ints, g: int, allowed: Ints, best: int | None, *, z: float, most: int
) -> tuple[Representative, ...]:
    """The best agreement, and then whatever qualifies, strongest first."""
    side = np.where(shares.repness_test[g, :, AGREE] > shares.repness_test[g, :, DISAGREE], AGREE, DISAGREE)
    at = (np.arange(counts.shape[1]), side)
    p, test = shares.p[g][at], shares.p_test[g][at]
    ratio, ratio_test = shares.repness[g][at], shares.repness_test[g][at]
    passes = ((shares.repness_test[g] > z) & (shares.p_test[g] > z)).any(axis=1)
    others = allowed[passes[allowed]]
    others = others[np.argsort(-(ratio * ratio_test * p * test)[others], kind="stable")]
    if best is None and not len(others) and len(allowed):
        # Nothing stands out: the one statement on which the group differs most, rather than none.
        others = allowed[[np.argmax(shares.repness_test[g].max(axis=1)[allowed])]]
    chosen = [] if best is None else [best]
    chosen += [j for j in others[: most + 1].tolist() if j != best]
    chosen = sorted(chosen[:most], key=lambda j: int(side[j]))
    return tuple(
        Representative(
            group=g,
            statement=j,
            direction="agree" if side[j] == AGREE else "disagree",
            n_success=int(counts[g, j, side[j]]),
            n_trials=int(counts[g, j, SEEN]),
            p_success=float(p[j]),
            p_test=float(test[j]),
            repness=float(ratio[j]),
            repness_test=float(ratio_test[j]),
            best_agree=j == best,
            stands_out=bool(test[j] > z and ratio_test[j] > z),
        )
        for j in chosen
    )


def group_informed_consensus(counts: Ints, side: int = AGREE) -> Floats:
    """For each statement the product over groups of (said + 1)/(seen + 2).

    High only where every group agrees (or, for ``side`` 1, disagrees): a large group cannot
    outvote a small one. Polis calls it group-aware consensus.
    """
    product: Floats = ((counts[:, :, side] + 1) / (counts[:, :, SEEN] + 2)).prod(axis=0)
    return product


def common_ground(
    counts: Ints, allowed: Ints, *, significance: float = SIGNIFICANT_90, most: int = 10
) -> tuple[CommonGround, ...]:
    """Statements on which every group's share is over one half and everybody's clearly so.

    Strongest group-informed consensus first, agreement and disagreement together.
    """
    shares = (counts[:, :, :SEEN] + 1) / (counts[:, :, SEEN:] + 2)
    together = counts.sum(axis=0)
    test = proportion_test(together[:, :SEEN], together[:, SEEN:])
    consensus = shares.prod(axis=0)
    holds = (shares > 0.5).all(axis=0) & (test > significance)
    rows, sides = np.nonzero(holds[allowed])
    statements = allowed[rows]
    order = np.lexsort((statements, -consensus[statements, sides]))[:most]
    return tuple(
        CommonGround(
            statement=j,
            direction="agree" if side == AGREE else "disagree",
            consensus=float(consensus[j, side]),
            shares=tuple(shares[:, j, side].tolist()),
            n_success=int(together[j, side]),
            n_trials=int(together[j, SEEN]),
            p_test=float(test[j, side]),
        )
        for j, side in zip(statements[order].tolist(), sides[order].tolist(), strict=True)
    )


def majorities(
    together: Ints, allowed: Ints, *, significance: float = SIGNIFICANT_90, most: int = 5
) -> tuple[Majority, ...]:
    """Statements that more than half of everybody clearly agrees (then: disagrees) with, ``most`` of each.

    ``together``: counts (n_statements, 3) of everybody, also of those in no group. Strongest first,
    by share × test. This is what Polis calls consensus; a large group can make it alone.
    """
    said, seen = together[:, :SEEN], together[:, SEEN:]
    p, test = (said + 1) / (seen + 2), proportion_test(said, seen)
    found: list[Majority] = []
    for side in (AGREE, DISAGREE):
        holds = allowed[(p[allowed, side] > 0.5) & (test[allowed, side] > significance)]
        order = np.argsort(-(p * test)[holds, side], kind="stable")[:most]
        found += [
            Majority(
                statement=j,
                direction="agree" if side == AGREE else "disagree",
                n_success=int(together[j, side]),
                n_trials=int(together[j, SEEN]),
                p_success=float(p[j, side]),
                p_test=float(test[j, side]),
            )
            for j in holds[order].tolist()
        ]
    return tuple(found)


def divisive(
    counts: Ints, allowed: Ints, *, significance: float = SIGNIFICANT_90, most: int = 10
) -> tuple[Divisive, ...]:
    """Statements on which one group leans for and another against, widest gap first.

    The difference in agreeing or in disagreeing must have z > ``significance`` between the two.
    """
    if len(counts) < 2 or not len(allowed):
        return ()
    counts = counts[:, allowed]
    said, seen = counts[:, :, :SEEN], counts[:, :, SEEN]
    leaning = (said[:, :, AGREE] - said[:, :, DISAGREE]) / (seen + 2)
    each = np.arange(len(allowed))
    top, bottom = leaning.argmax(axis=0), leaning.argmin(axis=0)
    pro, contra = (top, each), (bottom, each)
    # More agree in the one, or more disagree in the other: whichever is clearer.
    test = two_proportion_test(
        np.stack([said[pro][:, AGREE], said[contra][:, DISAGREE]]),
        np.stack([said[contra][:, AGREE], said[pro][:, DISAGREE]]),
        np.stack([seen[pro], seen[contra]]),
        np.stack([seen[contra], seen[pro]]),
    ).max(axis=0)
    gap = leaning[pro] - leaning[contra]
    holds = np.flatnonzero((leaning[pro] > 0) & (leaning[contra] < 0) & (test > significance))
    order = holds[np.argsort(-gap[holds], kind="stable")][:most]
    return tuple(
        Divisive(
            statement=int(allowed[j]),
            gap=float(gap[j]),
            test=float(test[j]),
            leanings=tuple(leaning[:, j].tolist()),
            most_for=int(top[j]),
            most_against=int(bottom[j]),
        )
        for j in order.tolist()
    )
