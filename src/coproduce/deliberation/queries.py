"""Claims, how many see each in which way, and the reasons people gave."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Window
from django.db.models.functions import Coalesce, RowNumber
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coproduce.consent.models import Agreement as ConsentAgreement
from coproduce.consent.models import Use
from coproduce.contributions.models import Contribution, ContributionState
from coproduce.contributions.queries import assisted_members, seen_among
from coproduce.contributions.sentences import sources_gone
from coproduce.deliberation.models import (
    Answer,
    EarlierResponse,
    OpinionMap,
    Response,
    Statement,
    StatementSource,
    Value,
)
from coproduce.errors import NotHere
from coproduce.people.models import Attribution, Person
from coproduce.people.naming import shown_name, shown_recorder
from coproduce.spaces.access import Place
from coproduce.spaces.models import Membership, Space, Standpoint, Visibility
from coproduce.ways import in_order
from coproduce_methods.agreement import Agreement, agreement_by

OFFERED: tuple[Promise, ...] = (
    gettext_lazy("fairness"),
    gettext_lazy("being heard"),
    gettext_lazy("dignity"),
    gettext_lazy("safety"),
    gettext_lazy("honesty"),
    gettext_lazy("kindness"),
    gettext_lazy("living my own life"),
    gettext_lazy("what experience teaches"),
    gettext_lazy("evidence"),
    gettext_lazy("money well spent"),
)
"""Offered in a space that has not said what it offers."""


class Tally(NamedTuple):
    """How many people gave each answer."""

    agree: int = 0
    unsure: int = 0
    disagree: int = 0

    @property
    def answered(self) -> int:
        return self.agree + self.unsure + self.disagree

    @property
    def held(self) -> float:
        """The share that agrees, drawn towards one half where few have answered."""
        return (self.agree + 1) / (self.answered + 2)

    @property
    def divided(self) -> float:
        """The share of the smaller side of agree and disagree, drawn towards none where few have answered."""
        return min(self.agree, self.disagree) / (self.answered + 2)


# ── statements ───────────────────────────────────────────────────────────────────────────────────


def statements_in(space: Space) -> QuerySet[Statement]:
    """The claims of a space that are in sight, in the order they were drawn."""
    return Statement.objects.filter(space=space, hidden_at=None)


def statement_in(place: Place, pk: UUID) -> Statement:
    """One claim in sight, with its space and who drew it. ``NotHere`` if there is none."""
    statement = statements_in(place.space).select_related("drawn_by").filter(pk=pk).first()
    if statement is None:
        raise NotHere
    statement.space = place.space
    return statement


def hidden_statement(place: Place, pk: UUID) -> Statement | None:
    """A claim that was put out of sight, for members, who may read why; its words are for facilitators alone."""
    if not place.is_member:
        return None
    statement = Statement.objects.filter(space=place.space, hidden_at__isnull=False, pk=pk).first()
    if statement is not None:
        statement.space = place.space
        statement.words = statement.words if place.is_facilitator else ""
    return statement


def tallies(space: Space, statements: Collection[UUID] | None = None) -> dict[UUID, Tally]:
    """Answers counted for every claim in sight (or for some), those with none left out. One query."""
    found = Response.objects.filter(statement__in=statements_in(space).order_by().values("pk"))
    if statements is not None:
        found = Response.objects.filter(statement__in=list(statements))
    counted: dict[UUID, dict[int, int]] = {}
    rows = found.order_by().values_list("statement", "answer").annotate(n=Count("*"))
    for statement, answer, n in rows:
        counted.setdefault(statement, {})[answer] = n
    return {
        statement: Tally(by.get(Answer.AGREE, 0), by.get(Answer.UNSURE, 0), by.get(Answer.DISAGREE, 0))
        for statement, by in counted.items()
    }


def people_who_answered(space: Space) -> int:
    """How many members have said how they see at least one claim in sight. One query, a look per member."""
    # Asked of an expression, so that SQLite begins from the person's few answers and not from every claim.
    answers = Response.objects.filter(person=OuterRef("person")).annotate(of=Coalesce("statement", "statement"))
    answers = answers.filter(of__in=statements_in(space).order_by().values("pk"))
    return Membership.objects.filter(Exists(answers), space=space).count()


def next_statement(place: Place, person: Person, skipped: Iterable[str] = ()) -> Statement | None:
    """The claim that ``person`` is asked about next: of those they have neither answered nor skipped, the one that
    fewest people have answered; of equal ones the order differs from person to person. None when all are done.
    """
    answered = Response.objects.filter(person=person, statement=OuterRef("pk"))
    open_ones = statements_in(place.space).exclude(Exists(answered)).exclude(pk__in=list(skipped))
    pks = list(open_ones.order_by().values_list("pk", flat=True))
    if not pks:
        return None
    counts = tallies(place.space, pks if len(pks) < 500 else None)
    first = min(pks, key=lambda pk: (counts.get(pk, Tally()).answered, pk.int ^ person.pk.int))
    return statement_in(place, first)


def left_to_answer(place: Place, person: Person) -> tuple[int, int]:
    """(claims that this person has answered, claims in sight)."""
    total = statements_in(place.space).count()
    done = Response.objects.filter(person=person, statement__space=place.space, statement__hidden_at=None).count()
    return done, total


def speaker(place: Place, named: str) -> Person:
    """Whose answer or position it is: the person signed in, or the assisted member whom a facilitator named.

    named: an identifier, or "" for oneself. ``NotHere`` for anybody else.
    """
    if not named and place.person is not None:
        return place.person
    if place.is_facilitator:
        for person in assisted_members(place.space):
            if str(person.pk) == named:
                return person
    raise NotHere


def values_offered(space: Space) -> list[str]:
    """The names to choose from: what the space offers and what people added; before that, ``OFFERED``."""
    rows = list(Value.objects.filter(space=space).order_by("added_at", "name"))
    offered = [row.name for row in rows if row.added_by_id is None]
    known = {name.casefold() for name in offered}
    if not offered or known <= {str(name).casefold() for name in OFFERED}:
        offered += [str(name) for name in OFFERED if str(name).casefold() not in known]
    have = {name.casefold() for name in offered}
    return offered + [row.name for row in rows if row.name.casefold() not in have]


def response_of(statement: Statement, person: Person) -> Response | None:
    """What this person says to the claim now, with its values and what they said before."""
    return (
        Response.objects.filter(statement=statement, person=person)
        .prefetch_related("values", "earlier")
        .select_related("person", "recorded_by")
        .first()
    )


# ── the words that claims were drawn from ────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class SourceWords:
    """A contribution as the source of something, as far as this person may see it.

    is_gone: it was taken back or put out of sight, or is not for this person; then nothing of it is here but, for
    members, its ``state``.
    note: what to know before reading; then ``line``, which stands in lists and pictures, holds it and not the words.
    speaker: who said it, for those who gave a name with it.
    """

    pk: UUID
    url: str = ""
    name: str = ""
    words: str = ""
    ways: str = ""
    is_gone: bool = False
    state: str = ""
    note: str = ""
    speaker: UUID | None = None

    @property
    def gone_says(self) -> str:
        """Why it cannot be read, in a sentence."""
        return sources_gone([self.state])[0]

    @property
    def line(self) -> str:
        return _("With a note: %(note)s") % {"note": self.note} if self.note else self.words


def as_sources(place: Place, contributions: Sequence[Contribution]) -> list[SourceWords]:
    """What may be shown of contributions (with their authors fetched). One query for visitors, none for members."""
    seen = {each.pk for each in contributions if each.state == ContributionState.VISIBLE}
    if not place.is_member and seen:
        seen = set(seen_among(place, seen).order_by().values_list("pk", flat=True))
    base = reverse("contributions:contributions", args=[place.space.slug])
    return [
        SourceWords(
            each.pk,
            f"{base}{each.pk}/",
            each.shown_name,
            each.words,
            each.ways,
            note=each.content_note,
            speaker=each.author_id if each.attribution in (Attribution.NAME, Attribution.CHOSEN) else None,
        )
        if each.pk in seen
        else SourceWords(each.pk, is_gone=True, state=each.state if place.is_member else "")
        for each in contributions
    ]


def voices(sources: Sequence[SourceWords]) -> list[SourceWords]:
    """Whose words something is from: everyone who gave a name once, and all who gave none."""
    first = {source.speaker or source.pk: source for source in reversed(sources)}
    return [source for source in sources if first[source.speaker or source.pk] is source]


def sources_of(place: Place, statements: Collection[UUID]) -> dict[UUID, list[SourceWords]]:
    """The words that each of these claims was drawn from. One query, two for visitors."""
    rows = list(
        StatementSource.objects.filter(statement__in=statements)
        .select_related("contribution__author")
        .order_by("contribution__said_on", "contribution_id")
    )
    shown = as_sources(place, [row.contribution for row in rows])
    found: dict[UUID, list[SourceWords]] = {}
    for row, source in zip(rows, shown, strict=True):
        found.setdefault(row.statement_id, []).append(source)
    return found


# ── by standpoint ────────────────────────────────────────────────────────────────────────────────


def ways_of_people(
    space: Space, people: Collection[UUID] | None = None, *, shown_only: bool = False
) -> dict[UUID, str]:
    """The ways of knowing that people speak from, by person, in the order of drawing: ``{…: "LC"}``. One query.

    Standpoints that are only counted are in it unless ``shown_only``, which is for anything beside somebody's words.
    """
    found = Standpoint.objects.filter(membership__space=space)
    if people is not None:
        found = found.filter(membership__person__in=people)
    if shown_only:
        found = found.filter(visibility=Visibility.SHOWN)
    letters: dict[UUID, str] = {}
    for person, way in found.order_by().values_list("membership__person", "way").distinct():
        letters[person] = letters.get(person, "") + way
    return {person: in_order(held) for person, held in letters.items()}


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


# ── reasons ──────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Reason:
    """Why somebody answered as they did, with the name they chose for it. ``ways`` is "" for no name at all."""

    answer: int
    words: str
    name: str
    ways: str
    values: list[str] = field(default_factory=list)
    recorded_by: str = ""


def ways_beside(attribution: str, letters: str) -> str:
    """The ways of knowing that may stand beside somebody's words: of those who gave no name only the one that is
    their name there, since several together could tell who it is.
    """
    if attribution == Attribution.ANONYMOUS:
        return ""
    return letters[:1] if attribution == Attribution.STANDPOINT else letters


def may_be_read(place: Place) -> Q:
    """Which reasons (of answers and positions) this person may read: members all, visitors what may be quoted."""
    if place.is_member:
        return Q()

    def agreed(use: str) -> Exists:
        held = ConsentAgreement.objects.filter(
            space=place.space, person=OuterRef("person"), use=use, given=True, ended_at=None
        )
        return Exists(held)

    without_a_name = Q(attribution__in=[Attribution.STANDPOINT, Attribution.ANONYMOUS])
    return Q(agreed(Use.ATTRIBUTED_QUOTE)) | (Q(agreed(Use.QUOTE)) & without_a_name)


def reasons_for(place: Place, statements: Collection[UUID], most: int) -> dict[UUID, list[Reason]]:
    """The newest reasons given for each answer to each claim, ``most`` of each kind. Three queries at most."""
    in_turn = Window(
        RowNumber(), partition_by=[F("statement"), F("answer")], order_by=[F("answered_at").desc(), F("pk").desc()]
    )
    rows = list(
        Response.objects.filter(may_be_read(place), statement__in=statements)
        .exclude(reason="")
        .annotate(turn=in_turn)
        .filter(turn__lte=most)
        .select_related("person", "recorded_by")
        .prefetch_related("values")
        .order_by("turn")
    )
    spoken = ways_of_people(place.space, [row.person_id for row in rows], shown_only=True) if rows else {}
    found: dict[UUID, list[Reason]] = {}
    for row in rows:
        found.setdefault(row.statement_id, []).append(_reason(place, row, spoken.get(row.person_id, "")))
    return found


def _reason(place: Place, row: Response, letters: str) -> Reason:
    return Reason(
        answer=row.answer,
        words=row.reason,
        name=shown_name(row.person, row.attribution, letters),
        ways=ways_beside(row.attribution, letters),
        values=[value.name for value in row.values.all()],
        # Visitors read whose words they are; who wrote them down has not agreed to be named to them.
        recorded_by=shown_recorder(row.recorded_by, row.attribution) if place.is_member else "",
    )


# ── the page of results ──────────────────────────────────────────────────────────────────────────

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


# ── the map ──────────────────────────────────────────────────────────────────────────────────────


def newest_map(space: Space) -> OpinionMap | None:
    """The stored map of opinion that was made last; its result, which is large, is read when it is asked for."""
    return OpinionMap.objects.filter(space=space).defer("result").order_by("-computed_at", "-id").first()


def group_name(letters: Sequence[str]) -> str:
    """The people of one or several ways of knowing, as the name of a row: *Carers*, or *Carers and people who …*."""
    from coproduce.ways import BY_LETTER

    names = [
        str(BY_LETTER[letter].people) if letter else _("People who have not said where they speak from")
        for letter in sorted(letters, key=lambda one: "LCPROM".find(one) if one else 9)
    ]
    if len(names) < 2:
        return names[0] if names else _("Everyone who answered")
    rest = [name[:1].lower() + name[1:] for name in names[1:]]
    return _("%(first)s and %(last)s") % {"first": ", ".join([names[0], *rest[:-1]]), "last": rest[-1]}


def answers_at(space: Space, at: datetime | None = None) -> list[tuple[UUID, UUID, int]]:
    """(person, claim, answer) of every answer to a claim of the space, now or as it was at a moment, in their order."""
    now = Response.objects.filter(statement__space=space).order_by("person", "statement")
    if at is None:
        return list(now.values_list("person", "statement", "answer"))
    then = {(person, claim): answer for person, claim, answer in _changed_since(space, at)}
    given = now.filter(answered_at__lte=at).values_list("person", "statement", "answer")
    then |= {(person, claim): answer for person, claim, answer in given}
    return [(person, claim, then[person, claim]) for person, claim in sorted(then)]


def _changed_since(space: Space, at: datetime) -> Iterable[tuple[UUID, UUID, int]]:
    before = EarlierResponse.objects.filter(response__statement__space=space, answered_at__lte=at, until__gt=at)
    return before.order_by("answered_at").values_list("response__person", "response__statement", "answer")
