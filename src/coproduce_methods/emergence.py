"""What people say that fits no theme so far, gathered into a few groups that can be named.

    result = emergence(texts, belongs)          # belongs: texts × known themes, or None
    for group in result.groups: group.rows, group.words, group.reason, group.typical

A person reads the typical passages and decides whether there is a theme and what it is called.
Method, worked numbers and measured figures: ``docs/methods/emergence.md``.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.cluster.hierarchy import linkage
from sklearn.cluster import KMeans

from coproduce_methods.emergence_words import reason_for, telling_words
from coproduce_methods.one_thread import one_thread
from coproduce_methods.text_axes import LeaveOneOut, spread_out, text_axes
from coproduce_methods.texts import Floats, TextSpace, even, tidy, words

Bools = NDArray[np.bool_]
Ints = NDArray[np.int64]

MOST_GROUPS = 8
AXES = 300
LEARNT_FROM = 6_000
PARTS = (4, 8, 15, 30, 60)
"""Into how many parts the texts are parted at first: coarse and fine at once."""
TOO_ALIKE = 0.3
"""Of two groups that share more than this part of their texts (Jaccard), only the better is shown."""
FEWEST_TEXTS = 6
NEWER = 0.3
"""Parts are put together only where at least so much of them is new, with some certainty."""
FAINT = 0.02
"""How much cohesion counts where nothing speaks for a group being new, as where no theme was given yet."""
LOOSE = 0.02
"""A group of less cohesion is no group."""


@dataclass(frozen=True)
class EmergentGroup:
    """Texts without a theme that speak alike.

    rows: ascending; words: those that tell it from all others, the most telling first; typical:
    up to three of the rows, the most typical first, no two with the same text; newness: 0..1,
    how much more often such texts have no theme than texts that fit one (None without themes);
    cohesion: 0..1, how surely one of its texts is found by the others; within: the index of a
    group shown that holds nearly all of it, or None
    """

    rows: tuple[int, ...]
    words: tuple[str, ...]
    reason: str
    typical: tuple[int, ...]
    newness: float | None
    cohesion: float
    within: int | None


@dataclass(frozen=True)
class Emergence:
    """Groups, best first. ``looked_at``: texts without a theme and with words; ``too_few``: nothing can be said."""

    groups: tuple[EmergentGroup, ...]
    looked_at: int
    too_few: bool

    def to_json(self) -> list[dict[str, Any]]:
        """The groups with the keys of ``EmergentGroup``, as the command prints them."""
        return [asdict(group) for group in self.groups]


@dataclass(frozen=True, eq=False)
class _Found:
    """Sets of rows as they are considered: ``all_like`` with and ``members`` without those that have a theme."""

    members: Bools
    all_like: Bools


def emergence(
    texts: Sequence[str],
    belongs: NDArray[np.generic] | None = None,
    *,
    vectors: Floats | None = None,
    meaning: bool | None = None,
    language: str = "en",
    most: int = MOST_GROUPS,
) -> Emergence:
    """The groups in what has no theme.

    belongs: texts × themes, true where a person gave the theme; a text with none is looked at.
    vectors: ``meaning_vectors`` of the texts where they were made before; meaning: whether to
    compare meanings (None: where the extra is there). The order of rows does not matter.
    ValueError where the lengths do not fit.
    """
    table = np.zeros((len(texts), 0), bool) if belongs is None else np.asarray(belongs, bool)
    if table.ndim != 2 or len(table) != len(texts):
        raise ValueError("belongs must have a row for each text")
    plain = [even(text) for text in texts]
    order = np.array(
        sorted((at for at in range(len(plain)) if words(plain[at])), key=lambda at: (plain[at], table[at].tobytes())),
        dtype=np.int64,
    )
    some, table = [plain[at] for at in order], table[order]
    known: Bools = np.asarray(table.any(axis=1), dtype=bool)
    new = int((~known).sum())
    if len({tidy(text) for text, has in zip(some, known, strict=True) if not has}) < FEWEST_TEXTS:
        return Emergence((), new, too_few=True)
    with one_thread():
        at = _placed(some, None if vectors is None else np.asarray(vectors)[order], meaning)
        groups = _groups(at, table, known, most)
    some = [tidy(text) for text in some]
    named = [(group, telling_words(some, group.members, language)) for group in groups]
    named = [(group, told) for group, told in named if told]
    shown = [group for group, _ in named]
    return Emergence(
        tuple(_told(group, told, shown, some, order=order, known=known) for group, told in named), new, too_few=False
    )


def _placed(some: list[str], vectors: Floats | None, meaning: bool | None) -> Floats:
    """Texts, sorted, on their axes; equal texts count once in finding these."""
    rows = TextSpace.of(some, meaning).rows(some, vectors)
    first = np.flatnonzero([at == 0 or some[at] != some[at - 1] for at in range(len(some))])
    return text_axes(rows, first if len(first) <= LEARNT_FROM else np.sort(_drawn(first, LEARNT_FROM)), AXES)


def _drawn(rows: Ints, count: int) -> Ints:
    return np.random.default_rng(len(rows)).permutation(rows)[:count]


@dataclass(frozen=True, eq=False)
class _Group:
    members: Bools
    all_like: Bools
    score: Floats
    newness: float | None
    cohesion: float
    usual: float
    directions: Floats


def _groups(at: Floats, table: Bools, known: Bools, most: int) -> list[_Group]:
    around = LeaveOneOut.on(at)
    usual, weight = _novelty(around, table, known)
    length = np.maximum(np.linalg.norm(at, axis=1, keepdims=True), 1e-6)
    directions = at / length
    fewest = 3 if (~known).sum() < 200 else 5
    found = _gathered(_parts(directions, known, weight), around, known, fewest)
    found = _with_unions(found, directions, around, known, usual=usual, fewest=fewest)
    if not len(found.members):
        return []
    scores = around.scores(found.members.T)
    inside = found.members.sum(axis=1)
    by_chance = inside / len(known)
    cohesion = np.array([scores[own, at].mean() for at, own in enumerate(found.members)])
    cohesion = np.clip((cohesion - by_chance) / (1 - by_chance + 1e-9), 0, 1)
    newness = FAINT * cohesion
    if known.any():
        newness = np.maximum((_surely_without(found) - usual) / (1 - usual), newness)
    worth = np.where(cohesion > LOOSE, newness * np.sqrt(inside), 0)
    made = []
    for which in _not_too_alike(found.members, worth, most):
        share = found.members[which].sum() / found.all_like[which].sum()
        new = float(np.clip((share - usual) / (1 - usual), 0, 1)) if known.any() else None
        made.append(
            _Group(
                found.members[which],
                found.all_like[which],
                scores[:, which],
                new,
                float(cohesion[which]),
                usual,
                directions,
            )
        )
    return made


def _novelty(around: LeaveOneOut, table: Bools, known: Bools) -> tuple[float, Floats]:
    """How often texts that fit a known theme have none yet, and how much each text counts in parting them."""
    if not known.any():
        return 1.0, np.ones(len(known), np.float32)
    without = around.scores(~known[:, None])[:, 0]
    fits = np.clip(_fit(around.at, table, known), 0, 1).max(axis=1)
    usual = float((fits * ~known).sum() / max(float(fits.sum()), 1e-9))
    usual = min(usual, 1 - 1 / (len(known) + 1))
    return usual, np.clip((without - usual) / (1 - usual), 0, 1) * (1 - fits) + np.float32(0.01)


def _fit(at: Floats, table: Bools, known: Bools) -> Floats:
    """How well each text fits each known theme, learnt from those that have one only."""
    learnt, answers = at[known], table[known].astype(np.float32)
    middle = answers.mean(axis=0)
    square = (learnt.T @ learnt).astype(np.float64) + np.eye(at.shape[1])
    return np.asarray(at @ np.linalg.solve(square, learnt.T @ (answers - middle)).astype(np.float32) + middle)


def _parts(directions: Floats, known: Bools, weight: Floats) -> Bools:
    """Those without a theme in several numbers of parts at once (k-means on directions)."""
    free = np.flatnonzero(~known)
    some = free if len(free) <= 2 * LEARNT_FROM else np.sort(_drawn(free, 2 * LEARNT_FROM))
    numbers = sorted({min(k, max(2, len(some) // 3)) for k in PARTS})
    made = []
    for k in numbers:
        means = KMeans(k, n_init=1, random_state=0, max_iter=20).fit(directions[some], sample_weight=weight[some])
        nearest = means.predict(directions[free]) if len(some) < len(free) else means.labels_
        parts = np.zeros((k, len(known)), bool)
        parts[nearest, free] = True
        made.append(parts & (weight > 0.01 if known.any() else True))
    return np.vstack(made)


def _gathered(parts: Bools, around: LeaveOneOut, known: Bools, fewest: int, rounds: int = 2) -> _Found:
    """Each part replaced by the texts that are like it, ``rounds`` times; doubles and tiny ones go."""
    members = parts[parts.sum(axis=1) >= min(4, fewest)]
    everything = members
    for _ in range(rounds):
        if not len(members):
            break
        scores = around.scores(members.T)
        spread = [spread_out(own, scores[:, at], grow=3, least=30) for at, own in enumerate(members)]
        everything = np.array(spread)
        members = everything & ~known
        kept = members.sum(axis=1) >= fewest
        members, everything = members[kept], everything[kept]
    _, first = np.unique(np.packbits(members, axis=1), axis=0, return_index=True)
    return _Found(members[np.sort(first)], everything[np.sort(first)])


def _with_unions(
    found: _Found, directions: Floats, around: LeaveOneOut, known: Bools, *, usual: float, fewest: int
) -> _Found:
    """New parts that lie near each other may be one group: all unions along a tree of them are considered too."""
    if not known.any():
        return found
    sure = np.flatnonzero((_surely_without(found) - usual) / (1 - usual) > NEWER)
    if len(sure) < 3:
        return found
    middles = np.array([directions[found.members[at]].mean(axis=0) for at in sure])
    middles /= np.maximum(np.linalg.norm(middles, axis=1, keepdims=True), 1e-9)
    nodes = [found.members[at] for at in sure]
    for one, other, _, _ in linkage(middles.astype(np.float64), "average"):
        nodes.append(nodes[int(one)] | nodes[int(other)])
    unions = _gathered(np.array(nodes[len(sure) :]), around, known, fewest, rounds=1)
    return _Found(np.vstack([found.members, unions.members]), np.vstack([found.all_like, unions.all_like]))


def _surely_without(found: _Found) -> NDArray[np.float64]:
    """The share of the texts like a group that have no theme, less one standard error."""
    count = found.all_like.sum(axis=1)
    share = found.members.sum(axis=1) / np.maximum(count, 1)
    return np.asarray(share - np.sqrt(share * (1 - share) / count + 0.25 / count**2))


def _not_too_alike(members: Bools, worth: NDArray[np.float64], most: int) -> list[int]:
    sizes, chosen = members.sum(axis=1), list[int]()
    for at in np.argsort(-worth, kind="stable"):
        if len(chosen) == most or worth[at] <= 0:
            break
        shared = [int((members[at] & members[other]).sum()) for other in chosen]
        if all(
            both <= TOO_ALIKE * (sizes[at] + sizes[other] - both) for both, other in zip(shared, chosen, strict=True)
        ):
            chosen.append(int(at))
    return chosen


def _typical(group: _Group, own: Ints, texts: list[str]) -> list[int]:
    """The text of the highest score; then, of the upper third, those least like the ones before."""
    best = own[np.lexsort((own, -group.score[own]))]
    different = [int(at) for at in {texts[at]: at for at in best[::-1]}.values()][::-1]
    upper = different[: max(3, -(-len(different) // 3))]
    chosen = upper[:1]
    while len(chosen) < min(3, len(upper)):
        likest = (group.directions[upper] @ group.directions[chosen].T).max(axis=1)
        left = [(round(float(like), 5), at) for at, like in enumerate(likest) if upper[at] not in chosen]
        chosen.append(upper[min(left)[1]])
    return chosen


def _told(
    group: _Group, told: tuple[str, ...], shown: list[_Group], texts: list[str], *, order: Ints, known: Bools
) -> EmergentGroup:
    own = np.flatnonzero(group.members)
    holding = [
        at
        for at, other in enumerate(shown)
        if other.members.sum() > len(own) and (other.members & group.members).sum() >= 0.8 * len(own)
    ]
    expected = None if group.newness is None else (1 - group.usual) * float(group.all_like.sum())
    return EmergentGroup(
        rows=tuple(sorted(int(order[at]) for at in own)),
        words=told,
        reason=reason_for(told, len(own), int((group.all_like & known).sum()), expected),
        typical=tuple(int(order[at]) for at in _typical(group, own, texts)),
        newness=group.newness,
        cohesion=group.cohesion,
        within=holding[0] if holding else None,
    )
