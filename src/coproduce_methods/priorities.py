"""What should come first, asked in the way of the James Lind Alliance.

    result = priorities_by(groups, [["Q7", "Q2", …], …, None], questions)      # the interim survey
    result.order[0].question, result.order[0].place, result.order[0].held
    combine_rankings([["Q2", "Q7", …], …])                                     # the small groups of a workshop

Questions are ranked within each group of people and the ranks added up, so that a large group cannot drown a
small one. Ties are said and not broken. Method and worked numbers: ``docs/methods/priorities.md``; ratings from
1 to 9: ``coproduce_methods.ratings``.
"""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass
from itertools import combinations
from typing import Any

import numpy as np
from numpy.typing import NDArray

from coproduce_methods.concordance import Concordance, counts_below, kendall_w, spearman, twice_ranks
from coproduce_methods.suppression import Row, join_small_groups

METHOD_VERSION = "1.0"
RESAMPLES = 1_000
AT_ONCE = 4_000_000

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Ranking = Sequence[str | Collection[str]]
"""Questions, the first first; several in one place are a collection."""


@dataclass(frozen=True)
class Placed:
    """Where one question came out.

    place: 1 for the first; questions with the same rank sum share it. ranks: its rank in each row (or at each
    table), 1 the first, the mean of their ranks for equal ones; points: what it was given there
    held: in how many of the resamples it is among the first ``top``; None where none were drawn
    hinges_on: the rows (or tables, by number) without any one of which it would cross the line of the first ``top``
    hinges_on_people: how many people there are whose answer alone decides on which side of the line it is
    """

    question: str
    place: int
    shares_place: bool
    rank_sum: float
    ranks: tuple[float, ...]
    points: tuple[float, ...]
    held: float | None
    hinges_on: tuple[Row, ...]
    hinges_on_people: int


@dataclass(frozen=True)
class Likeness:
    """Spearman's correlation between the ranks of two rows; None where one has no order."""

    one: Row
    other: Row
    correlation: float | None


@dataclass(frozen=True)
class Priorities:
    """An order of questions, with how sure it is. ``order`` is empty where too few people took part.

    rows, people: the groups that were ranked apart, and how many people in each; joined: which were put together
    agreement: Kendall's W between rows; likeness: of each pair of rows
    at_the_line: questions that share the last place of the first ``top`` with some beyond: somebody must choose
    """

    order: tuple[Placed, ...]
    top: int
    at_the_line: tuple[str, ...]
    rows: tuple[Row, ...]
    people: tuple[int, ...]
    joined: tuple[Row, ...]
    agreement: Concordance | None
    likeness: tuple[Likeness, ...]
    threshold: int
    seed: int

    def placed(self, question: str) -> Placed:
        """One question; KeyError where it was not asked about or nothing may be shown."""
        for one in self.order:
            if one.question == question:
                return one
        raise KeyError(question)

    def to_json(self) -> dict[str, Any]:
        """A plain record of it, with the method and its version."""
        return {"method": "priorities", "version": METHOD_VERSION} | asdict(self)


# ── the interim survey ───────────────────────────────────────────────────────────────────────────


def priorities_by(
    groups: Sequence[Collection[str]],
    choices: Sequence[Sequence[str] | None],
    questions: Sequence[str],
    threshold: int = 8,
    *,
    most: int = 10,
    ranked: bool = True,
    top: int = 10,
    seed: int = 1,
    others: str = "",
    nothing_said: str = "",
) -> Priorities:
    """Rank the questions within each group by what its people chose, and add up the ranks.

    ``groups`` and ``choices`` go person by person: all groups a person speaks from, and up to ``most`` questions
    they chose, the first first (None for no answer). ``ranked``: the first is worth ``most`` points, the next one
    less; else each is worth 1. Small groups are joined as in ``join_small_groups``: nobody can be picked out, and
    no handful has the weight of a whole group. Somebody in several groups counts in each. ValueError for lists of
    different length, a question that was not asked, one chosen twice, more than ``most``, or threshold < 5.
    """
    _check(groups, choices, questions, most)
    answered = sorted(
        (sorted(frozenset(held) or {nothing_said}), list(chosen))
        for held, chosen in zip(groups, choices, strict=True)
        if chosen is not None
    )
    plan = join_small_groups([held for held, _c in answered], threshold, others=others, nothing_said=nothing_said)
    if plan.all_hidden or not questions:
        return Priorities((), top, (), (), (), (), None, (), threshold, seed)
    # By name, so that what is drawn does not depend on the order in which questions were given.
    names = sorted(questions)
    points = _points([chosen for _held, chosen in answered], names, most if ranked else 0)
    inside = np.array([[not set(held).isdisjoint(row) for held, _c in answered] for row in plan.rows], dtype=bool)
    scores = inside.astype(np.int64) @ points
    decided = np.zeros(len(names), dtype=np.int64)
    for _who, without in _without_each(inside, points, scores):
        decided += (_first(without, top) != _first(scores[None], top)).sum(axis=0)
    return _result(
        names,
        scores.astype(np.float64),
        list(plan.rows),
        top,
        held=_held(inside, points, top, seed),
        decided=decided,
        seed=seed,
        people=tuple(int(n) for n in inside.sum(axis=1)),
        joined=plan.joined,
        threshold=threshold,
    )


def _check(
    groups: Sequence[Collection[str]], choices: Sequence[Sequence[str] | None], questions: Sequence[str], most: int
) -> None:
    if len(groups) != len(choices):
        raise ValueError("groups and choices must be lists of the same people")
    asked = set(questions)
    if len(asked) != len(questions):
        raise ValueError("questions must each be named once")
    for chosen in choices:
        if chosen is None:
            continue
        if not set(chosen) <= asked:
            raise ValueError(f"not among the questions: {', '.join(sorted(set(chosen) - asked))}")
        if len(set(chosen)) != len(chosen):
            raise ValueError("a question was chosen twice by one person")
        if len(chosen) > most:
            raise ValueError(f"a person chooses at most {most} questions")


def _points(choices: Sequence[Sequence[str]], questions: Sequence[str], most: int) -> Whole:
    """People by questions. ``most`` 0: 1 for each that was chosen."""
    column = {question: j for j, question in enumerate(questions)}
    points = np.zeros((len(choices), len(questions)), dtype=np.int64)
    for i, chosen in enumerate(choices):
        for place, question in enumerate(chosen):
            points[i, column[question]] = most - place if most else 1
    return points


def _without_each(inside: NDArray[np.bool_], points: Whole, scores: Whole) -> Any:
    """(people, scores without each of them), so many people at a time as memory allows."""
    step = max(1, AT_ONCE // max(scores.size, 1))
    for start in range(0, len(points), step):
        who = np.arange(start, min(start + step, len(points)))
        yield who, scores[None] - inside[:, who].T[:, :, None] * points[who][:, None, :]


def _held(inside: NDArray[np.bool_], points: Whole, top: int, seed: int) -> Floats:
    """In which part of the resamples each question is among the first: people drawn again within each set of groups."""
    rng = np.random.default_rng(seed)
    kinds, kind_of = np.unique(inside, axis=1, return_inverse=True)
    scores = np.zeros((RESAMPLES, *(len(inside), points.shape[1])), dtype=np.int64)
    for kind in range(kinds.shape[1]):
        who = np.flatnonzero(kind_of == kind)
        times = rng.multinomial(len(who), np.full(len(who), 1 / len(who)), size=RESAMPLES)
        scores += kinds[:, kind].astype(np.int64)[None, :, None] * (times @ points[who])[:, None, :]
    share: Floats = _first(scores, top).mean(axis=0)
    return share


# ── the workshop ─────────────────────────────────────────────────────────────────────────────────


def combine_rankings(
    rankings: Sequence[Ranking], *, weights: Sequence[float] | None = None, top: int = 10, partial: bool = False
) -> Priorities:
    """Put together the rankings of the small groups (tables) of a workshop: the sums of ranks, the least first.

    ``rankings``: for each table its questions, the first first, several in one place as a collection. All must
    rank the same questions; with ``partial`` those that a table left out share its last places. ``weights``:
    how much each counts (all alike), such as its number of people. Rows of the result are tables, named ``"1"`` on;
    it draws nothing and suppresses nothing, since tables rank in the open. ValueError for questions named
    twice or left out, weights that are not above 0, or no ranking at all.
    """
    questions = sorted({question for ranking in rankings for step in ranking for question in _of(step)})
    if not questions:
        raise ValueError("there must be a ranking, with a question in it")
    weight = [1.0] * len(rankings) if weights is None else [float(one) for one in weights]
    if len(weight) != len(rankings) or any(not 0 < one < float("inf") for one in weight):
        raise ValueError("there must be one weight above 0 for each ranking")
    scores = np.array([_scores(ranking, questions, partial=partial) for ranking in rankings])
    tables: list[Row] = [(str(number),) for number in range(1, len(rankings) + 1)]
    return _result(questions, scores, tables, top, weights=np.array(weight))


def _of(step: str | Collection[str]) -> tuple[str, ...]:
    return (step,) if isinstance(step, str) else tuple(step)


def _scores(ranking: Ranking, questions: Sequence[str], *, partial: bool) -> list[float]:
    """The greater the earlier: how many steps a question stands above the end."""
    score: dict[str, float] = {}
    for place, step in enumerate(ranking):
        for question in _of(step):
            if question in score:
                raise ValueError(f"{question} is ranked twice in one ranking")
            score[question] = float(len(ranking) - place)
    missing = [question for question in questions if question not in score]
    if missing and not partial:
        raise ValueError(f"a ranking leaves out {', '.join(missing)}")
    return [score.get(question, 0.0) for question in questions]


# ── both ─────────────────────────────────────────────────────────────────────────────────────────


def _ranks(scores: NDArray[Any]) -> Whole:
    """Twice the rank of each question in each row (last axis), 2 for the highest score alone."""
    return twice_ranks(-scores)


def _places(sums: NDArray[Any]) -> Whole:
    """1 + how many have a smaller sum (last axis)."""
    return counts_below(sums)[0] + 1


def _first(scores: NDArray[Any], top: int, weights: Floats | None = None) -> NDArray[np.bool_]:
    """Scores (many, rows, questions) -> which questions are among the first (many, questions)."""
    found: NDArray[np.bool_] = _places(_sums(_ranks(scores), weights)) <= top
    return found


def _sums(ranks: Whole, weights: Floats | None) -> NDArray[Any]:
    """Over the rows; whole numbers, so that ties are ties, unless somebody set weights that are not."""
    if weights is None:
        plain: Whole = ranks.sum(axis=-2)
        return plain
    # Rounded, because sums of the same weighted ranks in another order may differ in their last bit.
    weighted: Floats = np.round((ranks * weights[:, None]).sum(axis=-2), 9)
    return weighted


def _result(
    questions: Sequence[str],
    scores: Floats,
    rows: list[Row],
    top: int,
    *,
    weights: Floats | None = None,
    held: Floats | None = None,
    decided: Whole | None = None,
    seed: int = 1,
    people: tuple[int, ...] = (),
    joined: tuple[Row, ...] = (),
    threshold: int = 0,
) -> Priorities:
    ranks = _ranks(scores)
    sums = _sums(ranks, weights)
    places = _places(sums)
    line = _first(scores[None], top, weights)[0]
    hinges = _hinges(scores, line, top, weights)
    order = sorted(range(len(questions)), key=lambda j: (places[j], questions[j]))
    placed = tuple(
        Placed(
            question=questions[j],
            place=int(places[j]),
            shares_place=int((places == places[j]).sum()) > 1,
            rank_sum=float(sums[j]) / 2,
            ranks=tuple(float(rank) / 2 for rank in ranks[:, j]),
            points=tuple(float(score) for score in scores[:, j]),
            held=None if held is None else float(held[j]),
            hinges_on=tuple(rows[i] for i in range(len(rows)) if hinges[i, j]),
            hinges_on_people=0 if decided is None else int(decided[j]),
        )
        for j in order
    )
    last = [one for one in placed if one.place <= top]
    over = len(last) > top
    return Priorities(
        order=placed,
        top=top,
        at_the_line=tuple(one.question for one in last if one.place == last[-1].place) if over else (),
        rows=tuple(rows),
        people=people,
        joined=joined,
        agreement=kendall_w(ranks, seed=seed),
        likeness=tuple(
            Likeness(rows[a], rows[b], spearman(ranks[a].tolist(), ranks[b].tolist()))
            for a, b in combinations(range(len(rows)), 2)
        ),
        threshold=threshold,
        seed=seed,
    )


def _hinges(scores: Floats, line: NDArray[np.bool_], top: int, weights: Floats | None) -> NDArray[np.bool_]:
    """For each row, which questions cross the line when that row is left out. Nothing hangs on the only row."""
    found = np.zeros(scores.shape, dtype=bool)
    for i in range(len(scores) if len(scores) > 1 else 0):
        rest = np.delete(scores, i, axis=0)
        found[i] = _first(rest[None], top, None if weights is None else np.delete(weights, i))[0] != line
    return found
