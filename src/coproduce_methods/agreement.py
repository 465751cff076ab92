"""How people who speak from different standpoints answered one statement, for few people.

    result = agreement_by([{"carer"}, {"nurse", "carer"}, set(), …], [1, -1, None, …])
    for row in result.rows: row.groups, row.agree, row.unsure, row.disagree

A map of opinion needs many people. This needs only as many as may be shown at all: counts for
each group, with small groups joined so that nobody is picked out (``coproduce_methods.suppression``).
Method and worked numbers: ``docs/methods/agreement.md``.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from coproduce_methods.suppression import join_counted

METHOD_VERSION = "1.0"


@dataclass(frozen=True)
class AgreementRow:
    """Counts of the people in any of ``groups``, each person once."""

    groups: tuple[str, ...]
    agree: int
    unsure: int
    disagree: int

    @property
    def people(self) -> int:
        """How many people the row counts."""
        return self.agree + self.unsure + self.disagree


@dataclass(frozen=True)
class Agreement:
    """What may be shown of the answers to one statement.

    total: everybody who answered, None where they are fewer than the threshold
    rows: by group, empty where only the total may be shown; a person is in every row of theirs,
    so rows can add up to more than the total
    joined: the sets of groups that were put together, for the page to say so
    """

    total: AgreementRow | None
    rows: tuple[AgreementRow, ...]
    joined: tuple[tuple[str, ...], ...]
    threshold: int

    def to_json(self) -> dict[str, Any]:
        """A plain record of it, with the method and its version."""
        return {"method": "agreement", "version": METHOD_VERSION} | asdict(self)


def agreement_by(
    groups: Sequence[Collection[str]],
    answers: Sequence[int | None],
    threshold: int = 8,
    *,
    others: str = "",
    nothing_said: str = "",
) -> Agreement:
    """Counts of agree, unsure and disagree by group, so joined that nothing can be subtracted out.

    ``groups`` and ``answers`` go person by person: all groups a person speaks from, and +1, 0,
    -1, or None for no answer. Only people who answered are counted, and it is their number that
    must reach the threshold. See ``join_small_groups`` for ``others`` and ``nothing_said``.
    ValueError where the two differ in length, an answer is none of these, or threshold < 5.
    """
    if len(groups) != len(answers):
        raise ValueError("groups and answers must be lists of the same people")
    if any(answer not in (1, 0, -1, None) for answer in answers):
        raise ValueError("an answer must be 1, 0, -1 or None")
    given = Counter(
        (frozenset(held) or frozenset([nothing_said]), answer)
        for held, answer in zip(groups, answers, strict=True)
        if answer is not None
    )
    return agreement_of(given, threshold, others=others)


def agreement_of(given: Mapping[tuple[frozenset[str], int], int], threshold: int = 8, *, others: str = "") -> Agreement:
    """As ``agreement_by``, of so many people for each set of groups and answer; no set is empty."""
    held: Counter[frozenset[str]] = Counter()
    for (groups, _answer), people in given.items():
        held[groups] += people
    plan = join_counted(held, threshold, others=others)
    if plan.all_hidden:
        return Agreement(None, (), (), threshold)
    total = _row(tuple(sorted(frozenset[str]().union(*held))), given)
    rows = () if plan.together else tuple(_row(row, given) for row in plan.rows)
    return Agreement(total, rows, plan.joined, threshold)


def _row(groups: tuple[str, ...], given: Mapping[tuple[frozenset[str], int], int]) -> AgreementRow:
    counts = Counter[int]()
    for (held, answer), people in given.items():
        if not held.isdisjoint(groups):
            counts[answer] += people
    return AgreementRow(groups, counts[1], counts[0], counts[-1])
