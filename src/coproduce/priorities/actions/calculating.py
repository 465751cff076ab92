"""Counting what people and tables said, kept so that it can be counted again."""

import hashlib
from collections.abc import Callable
from typing import Any

from coproduce import clock
from coproduce.deliberation.queries import ways_of_people
from coproduce.history.chain import canonical
from coproduce.people.models import Person
from coproduce.priorities.models import (
    Calculation,
    CalculationKind,
    Choice,
    ChosenQuestion,
    Exercise,
    TableRanking,
)
from coproduce.priorities.queries import open_questions
from coproduce_methods import mixed_tables, priorities

SEED = 1


def calculate_interim(actor: Person, exercise: Exercise) -> Calculation:
    """Count the interim round: groups apart, small ones joined. What went in is kept without names."""
    asked = {each.pk: f"Q{each.number}" for each in open_questions(exercise)}
    rows = ChosenQuestion.objects.filter(choice__exercise=exercise, question__in=asked).order_by("place")
    chosen: dict[Any, list[str]] = {
        person: [] for person in Choice.objects.filter(exercise=exercise).values_list("person", flat=True)
    }
    for person, question in rows.values_list("choice__person", "question"):
        chosen[person].append(asked[question])
    ways = ways_of_people(exercise.space, list(chosen))
    given = {
        "questions": sorted(asked.values(), key=lambda name: int(name[1:])),
        "people": sorted([ways.get(person, ""), names] for person, names in chosen.items()),
    }
    return _kept(
        actor,
        exercise,
        CalculationKind.INTERIM,
        given,
        threshold=exercise.space.threshold,
        most=exercise.most,
        ranked=exercise.ranked,
        top=exercise.shortlist,
    )


def calculate_seats(
    actor: Person, exercise: Exercise, people: list[tuple[str, str]], tables: int, seed: int
) -> Calculation:
    """Seats for both rounds; people by identifier with the ways they speak from."""
    given = {"people": sorted([who, ways] for who, ways in people)}
    return _kept(actor, exercise, CalculationKind.SEATS, given, seed=seed, tables=tables, rounds=2)


def calculate_tables(actor: Person, exercise: Exercise, number: int) -> Calculation:
    """Put together the orders of all tables of one round."""
    rows = TableRanking.objects.filter(exercise=exercise, round=number).prefetch_related("places__question")
    given = {"rankings": [_steps(row) for row in rows.order_by("table")]}
    return _kept(actor, exercise, CalculationKind.TABLES, given, round=number, top=exercise.top)


def _steps(ranking: TableRanking) -> list[list[str]]:
    """Names of questions, those of one place together, the first first."""
    places: dict[int, list[str]] = {}
    for row in ranking.places.all():
        places.setdefault(row.place, []).append(f"Q{row.question.number}")
    return [sorted(names, key=lambda name: int(name[1:])) for _place, names in sorted(places.items())]


def _interim(given: dict[str, Any], parameters: dict[str, Any], seed: int) -> dict[str, Any]:
    people = given["people"]
    return priorities.priorities_by(
        [list(ways) for ways, _chosen in people],
        [chosen for _ways, chosen in people],
        given["questions"],
        parameters["threshold"],
        most=parameters["most"],
        ranked=parameters["ranked"],
        top=parameters["top"],
        seed=seed,
    ).to_json()


def _seats(given: dict[str, Any], parameters: dict[str, Any], seed: int) -> dict[str, Any]:
    people = [(who, ways) for who, ways in given["people"]]
    rounds = mixed_tables.mixed_tables(people, parameters["tables"], rounds=parameters["rounds"], seed=seed)
    return {"method": "mixed_tables", "version": mixed_tables.METHOD_VERSION, "rounds": rounds}


def _tables(given: dict[str, Any], parameters: dict[str, Any], seed: int) -> dict[str, Any]:
    return priorities.combine_rankings(given["rankings"], top=parameters["top"]).to_json()


_METHODS: dict[str, Callable[[dict[str, Any], dict[str, Any], int], dict[str, Any]]] = {
    CalculationKind.INTERIM: _interim,
    CalculationKind.SEATS: _seats,
    CalculationKind.TABLES: _tables,
}


def _kept(
    actor: Person, exercise: Exercise, kind: str, given: dict[str, Any], *, seed: int = SEED, **parameters: Any
) -> Calculation:
    result = _METHODS[kind](given, parameters, seed)
    return Calculation.objects.create(
        exercise=exercise,
        kind=kind,
        method=result["method"],
        version=result["version"],
        parameters=parameters,
        seed=seed,
        input_hash=hashlib.sha256(canonical(given)).hexdigest(),
        given=given,
        result=result,
        made_by=actor,
        made_at=clock.now(),
    )


def calculate_again(stored: Calculation) -> dict[str, Any] | None:
    """The result computed anew from what went in; None where what is kept is not what the fingerprint is of."""
    if hashlib.sha256(canonical(stored.given)).hexdigest() != stored.input_hash:
        return None
    return _METHODS[stored.kind](stored.given, stored.parameters, stored.seed)
