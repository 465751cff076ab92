"""The numbers of an account at one moment, each with what is needed to work it out again."""

import hashlib
import json
from dataclasses import asdict
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

from coproduce.history.chain import canonical
from coproduce.reports.queries.account import knowing_of, participation_of
from coproduce.reports.queries.given import (
    claims_answered,
    days_taken,
    standpoints,
    themes_arose,
    ties_given,
    turns_taken,
    ways_told,
)
from coproduce.spaces.models import Space
from coproduce_methods import agreement, knowing, participation, ties

PLACES = 12
"""Decimals that are kept: what lies below differs between machines and means nothing."""


class Made(NamedTuple):
    """What one method made of the record. ``input_hash``: SHA-256 of all it was given."""

    method: str
    version: str
    parameters: dict[str, Any]
    seed: int
    input_hash: str
    result: dict[str, Any]


def numbers_at(space: Space, at: datetime, threshold: int) -> list[Made]:
    """Everything that an account counts, as it was at a moment. At most twenty queries."""
    told, arose, took = ways_told(space, at), themes_arose(space, at), days_taken(space, at, timezone.localdate(at))
    made = [
        _made("knowing", knowing.METHOD_VERSION, {}, told, asdict(knowing_of(told))),
        _made("emergence", knowing.METHOD_VERSION, {}, arose, asdict(knowing.emergence(arose))),
        _made("waiting", knowing.METHOD_VERSION, {}, took, asdict(knowing.waiting(*took))),
        _agreement(space, at, threshold),
    ]
    return [*made, *(each for each in (_ties(space, at, threshold), _participation(space, at, threshold)) if each)]


def _participation(space: Space, at: datetime, threshold: int) -> Made | None:
    given = turns_taken(space, standpoints(space, at), at)
    found = participation_of(given, threshold)
    if found is None:
        return None
    return _made("participation", participation.METHOD_VERSION, {"threshold": threshold}, given, asdict(found))


def _ties(space: Space, at: datetime, threshold: int) -> Made | None:
    given = ties_given(space, at)
    if given is None:
        return None
    seasons = [(name, first.isoformat(), last.isoformat()) for name, first, last in given.seasons]
    found = ties.ties_between(given.ties, given.groups, threshold, periods=[name for name, _from, _to in seasons])
    counts = {"answers": given.answers, "acknowledgements": given.acknowledgements}
    plain = [given.ties, sorted((who, sorted(ways)) for who, ways in given.groups.items()), seasons, counts]
    return _made(
        "ties", ties.METHOD_VERSION, {"threshold": threshold}, plain, asdict(found) | counts | {"seasons": seasons}
    )


def _agreement(space: Space, at: datetime, threshold: int) -> Made:
    given = claims_answered(space, at)
    found = {
        str(claim): asdict(
            agreement.agreement_by([ways for ways, _a in people], [answer for _w, answer in people], threshold)
        )
        for claim, people in given.items()
    }
    plain = [(str(claim), people) for claim, people in given.items()]
    return _made("agreement", agreement.METHOD_VERSION, {"threshold": threshold}, plain, {"claims": found})


def _made(method: str, version: str, parameters: dict[str, Any], given: Any, result: dict[str, Any]) -> Made:
    digest = hashlib.sha256(canonical([method, given])).hexdigest()
    return Made(method, version, parameters, 0, digest, settled(result))


def settled(result: Any) -> Any:
    """As any database gives it back: lists for tuples, and numbers that every machine writes alike."""
    plain: Any = json.loads(json.dumps(result), parse_float=lambda text: round(float(text), PLACES) + 0.0)
    return plain


def digest_of(result: Any) -> str:
    """SHA-256 of a result, for the history."""
    return hashlib.sha256(canonical(result)).hexdigest()
