"""How people see it: what is shared, where people differ and why, each claim, and the rows behind a figure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from coproduce.deliberation.models import Answer, Statement
from coproduce.deliberation.queries.answers import Tally
from coproduce.deliberation.queries.claims import SourceWords, sources_of, statement_in, statements_in, voices
from coproduce.deliberation.queries.reasons import Reason, reasons_for
from coproduce.deliberation.queries.standing import (
    Mattering,
    Standing,
    agreement_on,
    is_shared,
    standing_of,
)
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space
from coproduce_methods.agreement import Agreement, AgreementRow


@dataclass(slots=True)
class Claim:
    """A claim with all that its place on a page shows. ``agreement`` is None in lists."""

    statement: Statement
    tally: Tally
    agreement: Agreement | None = None
    sources: list[SourceWords] = field(default_factory=list)
    reasons: list[Reason] = field(default_factory=list)
    matters: Mattering = field(default_factory=Mattering)

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
    def not_theirs(self) -> list[Reason]:
        return self.reasons_of(Answer.NOT_MINE)

    @property
    def shared_values(self) -> list[str]:
        """What reasons of both sides say they are about."""
        sides = [{value for reason in side for value in reason.values} for side in (self.agreeing, self.disagreeing)]
        return sorted(sides[0] & sides[1])


@dataclass(frozen=True, slots=True)
class HowWeSeeIt:
    """What the results page says: how many claims and people, what is shared, where people differ.

    enough: how many claims can be looked at; hidden: of how many the answers are out of sight while a round is open;
    apart: how many people said only that a claim is not theirs to say; more_shared: how many more claims nearly
    everyone holds.
    """

    claims: int
    people: int
    apart: int
    answers: int
    enough: int
    hidden: int
    shared: list[Claim]
    differing: list[Claim]
    mattering: list[Claim]
    shared_in_all: int

    @property
    def more_shared(self) -> int:
        return self.shared_in_all - len(self.shared)


def how_we_see_it(
    place: Place,
    now: Standing | None = None,
    *,
    shared: int = 3,
    differing: int = 2,
    mattering: int = 2,
    reasons: int = 2,
) -> HowWeSeeIt:
    """The results of a space. At most nine queries, however many claims, people and answers there are, and eight more
    where something was done in the space since they were counted last.

    *Nearly everyone*: of those who answered at least ``NEARLY_EVERYONE`` agree, and at least ``IN_EVERY_GROUP`` of
    every group shown. *Differ*: at least ``BOTH_SIDES`` on each side, or two groups shown of which one mostly
    agrees and one mostly disagrees; those with reasons from either side come first. *Matter*: fewer than half agree,
    and they matter a lot to as many as may be told. Claims that fewer than the threshold answered are in none.
    """
    now = now or standing_of(place.space)
    first = now.shared[:shared]
    second = sorted((pk for pk in now.divided if pk not in first), key=lambda pk: pk not in now.argued)[:differing]
    third = [pk for pk in now.mattering if pk not in second][:mattering]
    with_reasons = now.with_reasons.intersection(second)
    why = reasons_for(place, with_reasons, reasons) if with_reasons else {}
    claims = _claims(place, [*first, *second, *third], now.tallies, now.agreement)
    for pk, claim in claims.items():
        claim.matters = _may_matter(now.matters.get(pk, Mattering()), place.space)
        claim.reasons = why.get(pk, [])
    return HowWeSeeIt(
        claims=now.claims,
        people=now.people,
        apart=now.apart,
        answers=now.answers,
        enough=len(now.enough),
        hidden=now.hidden,
        shared=[claims[pk] for pk in first],
        differing=[claims[pk] for pk in second],
        mattering=[claims[pk] for pk in third],
        shared_in_all=len(now.shared),
    )


def _claims(
    place: Place,
    pks: Sequence[UUID],
    counts: Mapping[UUID, Tally],
    agreement: Mapping[UUID, Agreement],
) -> dict[UUID, Claim]:
    statements = statements_in(place.space).in_bulk(list(pks)) if pks else {}
    for statement in statements.values():
        statement.space = place.space
    sources = sources_of(place, pks) if pks else {}
    # One may have been put out of sight in this very moment.
    there = [pk for pk in pks if pk in statements]
    return {pk: Claim(statements[pk], counts.get(pk, Tally()), agreement.get(pk), sources.get(pk, [])) for pk in there}


def one_claim(place: Place, pk: UUID, *, reasons: int = 60) -> Claim:
    """Everything about one claim: answers by standpoint, sources, reasons of every side."""
    statement, now = statement_in(place, pk), standing_of(place.space)
    tally = now.tallies.get(pk, Tally())
    return Claim(
        statement,
        tally,
        now.agreement.get(pk) or agreement_on(place.space, {pk: tally})[pk],
        sources_of(place, [pk]).get(pk, []),
        reasons_for(place, [pk], reasons).get(pk, []),
        _may_matter(now.matters.get(pk, Mattering()), place.space),
    )


# ── the rows behind a figure ─────────────────────────────────────────────────────────────────────

EVERYONE = "everyone"
UNSAID = "0"
READ_AT_ONCE = 100
"""So many reasons for each answer stand on the page of a figure."""


@dataclass(frozen=True, slots=True)
class CountedRow:
    """One row of a claim's figure, opened. groups: the letters it joins, () for everyone who answered.

    claim.reasons: those that may be read, and that say by themselves that they are from there.
    """

    claim: Claim
    row: AgreementRow
    groups: tuple[str, ...]


def row_name(groups: Sequence[str]) -> str:
    """How a row is called in an address: the letters that it joins, ``0`` for those who have not said."""
    return "".join(sorted(letter or UNSAID for letter in groups)) or EVERYONE


def counted_row(place: Place, pk: UUID, name: str) -> CountedRow | None:
    """The row of a claim's figure that is called so; None where no such row is shown now (any more).

    A reason is with a group only where its ways of knowing stand beside it anyway: to list it with those who are
    counted there would tell where somebody speaks from who gave no name, or only wanted to be counted.
    """
    claim = one_claim(place, pk, reasons=READ_AT_ONCE)
    agreement = claim.agreement
    if agreement is None or agreement.total is None:
        return None
    if name == EVERYONE:
        return CountedRow(claim, agreement.total, ())
    row = next((row for row in agreement.rows if row_name(row.groups) == name), None)
    if row is None:
        return None
    claim.reasons = [reason for reason in claim.reasons if set(reason.ways) & set(row.groups)]
    return CountedRow(claim, row, row.groups)


MOST_HELD = 30


def claims_held(place: Place) -> list[tuple[Claim, bool]]:
    """The claims that most people agree with, most agreed first, by standpoint, and whether nearly everyone holds
    each (``how_we_see_it``): all that were looked at, ``MOST_HELD`` at most. Eight queries.
    """
    now = standing_of(place.space)
    tally = now.tallies
    most = [pk for pk in now.enough if 2 * tally[pk].agree > tally[pk].answered]
    most = sorted(most, key=lambda pk: (-tally[pk].held, pk))[:MOST_HELD]
    agreement = agreement_on(place.space, {pk: tally[pk] for pk in most})
    claims = _claims(place, most, tally, agreement)
    return [(claim, is_shared(claim.tally, agreement[pk])) for pk, claim in claims.items()]


# ── every claim ──────────────────────────────────────────────────────────────────────────────────

ORDERS = ("drawn", "agree", "differ", "matters", "few")
A_PAGE = 20


def claims_in_order(place: Place, order: str, word: str = "") -> list[UUID]:
    """Every claim in sight in the order asked for, or those whose words hold ``word``. Two queries, where nothing was
    done since.

    order: ``drawn`` newest first, ``agree`` most agreed first, ``differ`` most divided first, ``matters`` those first
    that matter a lot to most people, ``few`` least answered first.
    """
    now = standing_of(place.space)
    there = statements_in(place.space).order_by("-drawn_at", "id")
    pks = list((there.filter(words__icontains=word) if word else there).values_list("pk", flat=True))
    told = {pk: now.tallies[pk] for pk in now.enough}
    keys = {
        "agree": lambda pk: -told.get(pk, Tally()).held,
        "differ": lambda pk: -told.get(pk, Tally()).divided,
        "matters": lambda pk: -_may_matter(now.matters.get(pk, Mattering()), place.space).a_lot,
        "few": lambda pk: now.tallies.get(pk, Tally()).answered,
    }
    return sorted(pks, key=keys[order]) if order in keys else pks


def claims_listed(place: Place, pks: Sequence[UUID]) -> list[Claim]:
    """These claims in their order, with how many answered them in which way. Four queries at most."""
    now = standing_of(place.space)
    claims = _claims(place, pks, now.tallies, {})
    for pk, claim in claims.items():
        claim.matters = _may_matter(now.matters.get(pk, Mattering()), place.space)
    return list(claims.values())


def _may_matter(matters: Mattering, space: Space) -> Mattering:
    """What may be told of how much a claim matters: nothing where fewer than the threshold said."""
    return matters if matters.said >= space.threshold else Mattering()
