"""How people see it: answers by standpoint, what is shared, where people differ and why."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from uuid import UUID

from coproduce.deliberation.models import (
    Answer,
    Response,
    Statement,
)
from coproduce.deliberation.queries.answers import Tally, people_who_answered, tallies
from coproduce.deliberation.queries.claims import SourceWords, sources_of, statement_in, statements_in, voices
from coproduce.deliberation.queries.reasons import Reason, reasons_for
from coproduce.deliberation.queries.standpoints import ways_of_people
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space
from coproduce_methods.agreement import Agreement, agreement_by


def agreement_on(space: Space, counts: dict[UUID, Tally]) -> dict[UUID, Agreement]:
    """For each claim in ``counts`` what may be shown of its answers by standpoint, small groups joined.

    Two queries. Only answers of people who said where they speak from are read one by one.
    """
    ways = ways_of_people(space)
    answers: dict[UUID, list[tuple[str, int]]] = {statement: [] for statement in counts}
    if ways:
        rows = Response.objects.filter(statement__in=list(counts))
        if len(ways) < 500:
            rows = rows.filter(person__in=list(ways))
        for statement, person, answer in rows.order_by().values_list("statement", "person", "answer"):
            if person in ways:
                answers[statement].append((ways[person], answer))
    return {statement: _agreement(tally, answers[statement], space.threshold) for statement, tally in counts.items()}


def _agreement(tally: Tally, known: list[tuple[str, int]], threshold: int) -> Agreement:
    groups: list[str] = [letters for letters, _answer in known]
    answers: list[int | None] = [answer for _letters, answer in known]
    for value, total in ((1, tally.agree), (0, tally.unsure), (-1, tally.disagree)):
        rest = total - answers.count(value)
        groups += [""] * rest
        answers += [value] * rest
    return agreement_by(groups, answers, threshold)


NEARLY_EVERYONE = 0.8
IN_EVERY_GROUP = 0.6
BOTH_SIDES = 0.2
LOOKED_AT = 8
"""So many claims of each kind are looked at by standpoint before the first few are shown."""


@dataclass(slots=True)
class Claim:
    """A claim with all that its place on a page shows. ``agreement`` is None in lists."""

    statement: Statement
    tally: Tally
    agreement: Agreement | None = None
    sources: list[SourceWords] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)

    @property
    def voices(self) -> list[SourceWords]:
        return voices(self.sources)

    def reasons_of(self, answer: int) -> list[Reason]:
        return [reason for reason in self.reasons if reason.answer == answer]

    @property
    def agreeing(self) -> list[Reason]:
        return self.reasons_of(Answer.AGREE)

    @property
    def disagreeing(self) -> list[Reason]:
        return self.reasons_of(Answer.DISAGREE)

    @property
    def unsure_ones(self) -> list[Reason]:
        return self.reasons_of(Answer.UNSURE)

    @property
    def shared_values(self) -> list[str]:
        """What reasons of both sides say they are about."""
        sides = [{value for reason in side for value in reason.values} for side in (self.agreeing, self.disagreeing)]
        return sorted(sides[0] & sides[1])


@dataclass(frozen=True, slots=True)
class HowWeSeeIt:
    """What the results page says: how many claims and people, what is shared, where people differ."""

    claims: int
    people: int
    answers: int
    shared: list[Claim]
    differing: list[Claim]
    enough: int


def how_we_see_it(place: Place, *, shared: int = 3, differing: int = 2, reasons: int = 3) -> HowWeSeeIt:
    """The results of a space. At most ten queries, however many claims, people and answers there are.

    *Nearly everyone*: of those who answered at least ``NEARLY_EVERYONE`` agree, and at least ``IN_EVERY_GROUP`` of
    every group shown. *Differ*: at least ``BOTH_SIDES`` on each side, or two groups shown of which one mostly
    agrees and one mostly disagrees. Claims that fewer than the threshold answered are in neither.
    """
    space = place.space
    counts = tallies(space)
    enough = {pk: tally for pk, tally in counts.items() if tally.answered >= space.threshold}
    held = sorted(enough, key=lambda pk: (-enough[pk].held, pk))[:LOOKED_AT]
    apart = sorted(enough, key=lambda pk: (-enough[pk].divided, pk))[:LOOKED_AT]
    agreement = agreement_on(space, {pk: enough[pk] for pk in dict.fromkeys([*held, *apart])})
    first = [pk for pk in held if _is_shared(enough[pk], agreement[pk])][:shared]
    second = [pk for pk in apart if pk not in first and _is_divided(enough[pk], agreement[pk])][:differing]
    claims = _claims(place, [*first, *second], enough, agreement)
    for pk, found in (reasons_for(place, second, reasons) if second else {}).items():
        claims[pk].reasons = found
    return HowWeSeeIt(
        claims=statements_in(space).count(),
        people=people_who_answered(space),
        answers=sum(tally.answered for tally in counts.values()),
        shared=[claims[pk] for pk in first],
        differing=[claims[pk] for pk in second],
        enough=len(enough),
    )


def _is_shared(tally: Tally, agreement: Agreement) -> bool:
    everywhere = all(row.agree >= IN_EVERY_GROUP * row.people for row in agreement.rows)
    return tally.agree >= NEARLY_EVERYONE * tally.answered and everywhere


def _is_divided(tally: Tally, agreement: Agreement) -> bool:
    both = min(tally.agree, tally.disagree) >= BOTH_SIDES * tally.answered
    leaning = [row.agree - row.disagree for row in agreement.rows]
    return both or (min(leaning, default=0) < 0 < max(leaning, default=0))


def _claims(
    place: Place, pks: Sequence[UUID], counts: dict[UUID, Tally], agreement: dict[UUID, Agreement]
) -> dict[UUID, Claim]:
    statements = statements_in(place.space).in_bulk(list(pks)) if pks else {}
    sources = sources_of(place, pks) if pks else {}
    return {pk: Claim(statements[pk], counts.get(pk, Tally()), agreement.get(pk), sources.get(pk, [])) for pk in pks}


def one_claim(place: Place, pk: UUID, *, reasons: int = 60) -> Claim:
    """Everything about one claim: answers by standpoint, sources, reasons of every side."""
    statement = statement_in(place, pk)
    tally = tallies(place.space, [pk]).get(pk, Tally())
    return Claim(
        statement,
        tally,
        agreement_on(place.space, {pk: tally})[pk],
        sources_of(place, [pk]).get(pk, []),
        reasons_for(place, [pk], reasons).get(pk, []),
    )


ORDERS = ("drawn", "agree", "differ", "few")
A_PAGE = 30


def all_claims(place: Place, order: str, page: int) -> tuple[list[Claim], int]:
    """(``A_PAGE`` claims in the order asked for, how many there are). Four queries.

    order: ``drawn`` newest first, ``agree`` most agreed first, ``differ`` most divided first, ``few`` least
    answered first.
    """
    counts = tallies(place.space)
    pks = list(statements_in(place.space).order_by("-drawn_at", "id").values_list("pk", flat=True))
    keys = {
        "agree": lambda pk: -_ranked(counts, pk, place.space.threshold).held,
        "differ": lambda pk: -_ranked(counts, pk, place.space.threshold).divided,
        "few": lambda pk: counts.get(pk, Tally()).answered,
    }
    if order in keys:
        pks.sort(key=keys[order])
    shown = pks[A_PAGE * page : A_PAGE * (page + 1)]
    return list(_claims(place, shown, counts, {}).values()), len(pks)


def _ranked(counts: dict[UUID, Tally], pk: UUID, threshold: int) -> Tally:
    """What the order may know of a claim: nothing where fewer than the threshold answered."""
    tally = counts.get(pk, Tally())
    return tally if tally.answered >= threshold else Tally()
