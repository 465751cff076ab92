"""The ladder of participation: a dated data file with its source, so that a new edition needs no new software."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "data"


@dataclass(frozen=True, slots=True)
class Rung:
    """One rung: its code, the name that the source gives it, and what it means in our own words."""

    code: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class Ladder:
    """A ladder from the lowest rung to the highest, with where it comes from.

    source_url, rungs_url: the page of whoever made it, and where the names of the rungs were read; checked_on: when
    that was last looked at; asked_from: from when on people are asked by it here, which is no date of the ladder.
    """

    code: str
    name: str
    by: str
    source_url: str
    rungs_url: str
    licence: str
    asked_from: date
    checked_on: date
    rungs: tuple[Rung, ...]


@cache
def ladders() -> tuple[Ladder, ...]:
    """Every edition there is, the newest last."""
    found = []
    for path in sorted(FOLDER.glob("ladder-*.toml")):
        with path.open("rb") as file:
            kept = tomllib.load(file)
        found.append(Ladder(**{**kept, "rungs": tuple(Rung(**each) for each in kept["rungs"])}))
    return tuple(sorted(found, key=lambda ladder: ladder.asked_from))


def present_ladder() -> Ladder:
    """The edition that people are asked by now."""
    return ladders()[-1]


def ladder_of(code: str) -> Ladder:
    """The edition that somebody was asked by; the present one where it is not known here."""
    return next((ladder for ladder in ladders() if ladder.code == code), present_ladder())
