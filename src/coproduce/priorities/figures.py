"""What pages say of counts: rows, ranks and notes in words. Nothing here asks for more than a query's answer."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from coproduce.deliberation.queries import group_name, ways_of_people
from coproduce.priorities.models import (
    ROUNDS,
    Calculation,
    CalculationKind,
    Exercise,
    FinalPlace,
    PlaceChange,
    Question,
    Seat,
    TableRanking,
)
from coproduce.priorities.queries import (
    Asked,
    Table,
    interim_of,
    newest_calculation,
    places_of,
    questions_of,
    tables_in,
)
from coproduce.spaces.access import Place
from coproduce.spaces.models import Space
from coproduce.ways import in_order

FIRM, FAIRLY_FIRM = 0.9, 0.7


def half(rank: float) -> str:
    """A rank as people write it: 4, or 4½ where places are shared."""
    whole = int(rank)
    return f"{whole}½" if rank - whole else f"{whole}"


# ── the interim round ────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Group:
    """People who are counted together. ``ways``: the letters of how they know, by which pages name them in short; ""
    where some of them have not said.
    """

    name: str
    people: int
    ways: str


@dataclass(frozen=True, slots=True)
class InterimRow:
    """A question in the order of the interim round. ``ranks``: in each group, in the order of ``InterimFigure``."""

    asked: Asked
    place: int
    goes_on: bool
    ranks: list[tuple[Group, str]]
    held: int | None
    notes: list[str]


@dataclass(frozen=True, slots=True)
class InterimFigure:
    """What everyone chose. ``is_hidden``: too few chose to show anything; ``is_together``: no group could be counted
    apart.
    """

    rows: list[InterimRow]
    groups: list[Group]
    top: int
    notes: list[str]
    is_hidden: bool
    is_together: bool
    threshold: int

    @property
    def below(self) -> int:
        """How many questions stand below the line."""
        return sum(not row.goes_on for row in self.rows)


def interim_figure(counted: Calculation, asked: Sequence[Asked], space: Space) -> InterimFigure:
    """A stored count of the interim round in words. No query."""
    result: dict[str, Any] = counted.result
    together = len(result["rows"]) == 1
    groups = [
        Group(_("Everyone who chose"), people, "")
        if together
        else Group(group_name(row), people, in_order("".join(row)) if all(row) else "")
        for row, people in zip(result["rows"], result["people"], strict=True)
    ]
    by_name = {f"Q{each.question.number}": each for each in asked}
    rows = [
        _interim_row(placed, by_name, groups, result) for placed in result["order"] if placed["question"] in by_name
    ]
    return InterimFigure(
        rows, groups, result["top"], _of_the_groups(result), not result["order"], together, space.threshold
    )


def _interim_row(placed: dict[str, Any], by_name: dict[str, Asked], groups: list[Group], result: Any) -> InterimRow:
    top = result["top"]
    held = None if placed["held"] is None else round(100 * placed["held"])
    return InterimRow(
        by_name[placed["question"]],
        placed["place"],
        placed["place"] <= top,
        [(group, half(rank)) for group, rank in zip(groups, placed["ranks"], strict=True)],
        held,
        _of_the_place(placed, top, result),
    )


def _of_the_place(placed: dict[str, Any], top: int, result: dict[str, Any]) -> list[str]:
    """How sure the place is, in sentences."""
    notes = []
    if placed["question"] in result["at_the_line"]:
        notes.append(_("It shares the last place with others, and there was not room for all."))
    elif placed["shares_place"]:
        notes.append(_("It shares its place."))
    for row in placed["hinges_on"]:
        names = {"group": group_name(row), "top": top}
        if placed["place"] <= top:
            notes.append(_("It is among the first %(top)s because of one group: %(group)s.") % names)
        else:
            notes.append(_("It is not among the first %(top)s because of one group: %(group)s.") % names)
    if placed["hinges_on_people"]:
        notes.append(_("It was close: the choice of one single person could have moved it across the line."))
    return notes


def _of_the_groups(result: dict[str, Any]) -> list[str]:
    """How groups were counted, and how far they agree."""
    notes = []
    if len(result["rows"]) == 1:
        notes.append(
            _("So few people of each group chose that nobody can be shown apart. Everyone is counted together.")
        )
    elif result["joined"]:
        notes.append(_("Groups of few people are counted together with others, so that nobody can be picked out."))
    agreement = result["agreement"]
    if agreement and agreement["w"] is not None and len(result["rows"]) > 1:
        w = agreement["w"]
        if w >= 0.75:
            notes.append(_("The groups want much the same."))
        elif w >= 0.5:
            notes.append(_("The groups agree in part."))
        else:
            notes.append(_("The groups want different things. Look at each column, and not only at the order."))
    return notes


def suggested_shortlist(counted: Calculation | None, questions: Sequence[Question]) -> list[UUID]:
    """The questions that the count puts among the first, with all that share the last place; else all."""
    if counted is None or not counted.result["order"]:
        return [each.pk for each in questions]
    first = {one["question"] for one in counted.result["order"] if one["place"] <= counted.result["top"]}
    return [each.pk for each in questions if f"Q{each.number}" in first]


# ── the tables ───────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class TablesRow:
    """A question with its place at each table of each round, as text; ``together``: of the second round."""

    question: Question
    places: list[str]
    together: str


@dataclass(frozen=True, slots=True)
class TablesFigure:
    """What the tables said: columns are tables of the first round and then of the second."""

    columns: list[tuple[int, int]]
    rows: list[TablesRow]
    first: list[Any] = field(default_factory=list)


def _places_at(ranking: TableRanking | None) -> dict[UUID, int]:
    return {row.question_id: row.place for row in ranking.places.all()} if ranking else {}


def tables_figure(exercise: Exercise, tables: Sequence[Table]) -> TablesFigure | None:
    """The orders of all tables side by side, None before any was entered. Two queries."""
    entered = [table for table in tables if table.ranking]
    if not entered:
        return None
    questions = {row.question.pk: row for row in places_of(exercise)}
    at = [_places_at(table.ranking) for table in entered]
    ranked = {pk for places in at for pk in places}
    named = Question.objects.filter(pk__in=ranked).order_by("number")
    rows = [
        TablesRow(
            question,
            [str(places.get(question.pk, "–")) for places in at],
            str(questions[question.pk].counted) if question.pk in questions else "",
        )
        for question in named
    ]
    rows.sort(key=lambda row: (int(row.together or 0), row.question.number))
    return TablesFigure([(table.round, table.number) for table in entered], rows)


@dataclass(frozen=True, slots=True)
class Sits:
    """Somebody at a table, with the ways in which they let it be shown that they know."""

    seat: Seat
    ways: str


@dataclass(frozen=True, slots=True)
class Seating:
    """Who sits where. ``rounds``: (number, [(table, who sits there), …]); ``by_name``: everybody with their seat in
    each round, None where they have none; ``mine``: the reader's; ``moved``: seats that a person changed by hand.
    """

    rounds: list[tuple[int, list[tuple[Table, list[Sits]]]]]
    by_name: list[tuple[Sits, list[Seat | None]]]
    mine: list[Seat]
    moved: list[Seat]


def seating_of(place: Place, tables: Sequence[Table]) -> Seating:
    """The tables as they stand in the room, and by name as people look for themselves. One query."""
    seats = sorted((seat for table in tables for seat in table.seats), key=lambda seat: seat.person.chosen_name)
    ways = ways_of_people(place.space, list({seat.person_id for seat in seats}), shown_only=True)
    by_person: dict[UUID, dict[int, Seat]] = {}
    for seat in seats:
        by_person.setdefault(seat.person_id, {})[seat.round] = seat
    rounds = [
        (number, [(table, [Sits(seat, ways.get(seat.person_id, "")) for seat in table.seats]) for table in sitting])
        for number in ROUNDS
        if (sitting := [table for table in tables if table.round == number])
    ]
    me = place.person.pk if place.person is not None else None
    return Seating(
        rounds,
        [
            (Sits(next(iter(own.values())), ways.get(who, "")), [own.get(number) for number in ROUNDS])
            for who, own in by_person.items()
        ],
        [seat for _number, seat in sorted(by_person.get(me, {}).items())] if me else [],
        [seat for seat in seats if seat.moved_at],
    )


# ── the whole path ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Path:
    """A question of the final list with everything that led there.

    tables: for each round (number, [(table, place), …], the place that all tables gave together)
    """

    final: FinalPlace
    asked: Asked
    interim: InterimRow | None
    tables: list[tuple[int, list[tuple[int, int]], str]]
    changes: list[PlaceChange]
    in_top: bool


@dataclass(frozen=True, slots=True)
class Paths:
    """The final list. ``top``: the questions it names; ``others``: those talked over that it does not name."""

    top: list[Path]
    others: list[Path]
    left: list[Asked]
    figure: InterimFigure | None


def paths_of(place: Place, exercise: Exercise) -> Paths | None:
    """Every question of the short list with its path, the first first; None before the tables were counted.

    At most thirteen queries, however many questions and words there are. ``left``: questions found answered.
    """
    finals = places_of(exercise)
    if not finals:
        return None
    every = questions_of(place, exercise)
    asked = {each.question.pk: each for each in every}
    counted = interim_of(exercise)
    figure = interim_figure(counted, every, place.space) if counted else None
    interim = {row.asked.question.pk: row for row in figure.rows} if figure else {}
    tables = tables_in(exercise)
    together = {number: _together(exercise, number) for number in (1, 2)}
    paths = [
        Path(
            final,
            asked[final.question_id],
            interim.get(final.question_id),
            _at_tables(final.question, tables, together),
            list(final.question.place_changes.all()),
            final.place <= exercise.top,
        )
        for final in finals
    ]
    return Paths(
        [path for path in paths if path.in_top],
        [path for path in paths if not path.in_top],
        [each for each in every if each.is_answered and not each.is_empty],
        figure,
    )


def _together(exercise: Exercise, number: int) -> dict[str, str]:
    counted = newest_calculation(exercise, CalculationKind.TABLES, round=number)
    return {one["question"]: str(one["place"]) for one in counted.result["order"]} if counted else {}


def _at_tables(
    question: Question, tables: Sequence[Table], together: dict[int, dict[str, str]]
) -> list[tuple[int, list[tuple[int, int]], str]]:
    found = []
    for number, places in together.items():
        at = [
            (table.number, here[question.pk])
            for table in tables
            if table.round == number and question.pk in (here := _places_at(table.ranking))
        ]
        found.append((number, at, places.get(f"Q{question.number}", "")))
    return found
