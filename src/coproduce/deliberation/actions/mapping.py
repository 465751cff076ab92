"""Making the map of opinion in the background and keeping it, so that the page only has to read it."""

import hashlib
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

import numpy as np
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from coproduce import clock
from coproduce.deliberation.models import OpinionMap, Statement
from coproduce.deliberation.queries import answers_at, newest_events, newest_map
from coproduce.deliberation.queries.maps import KIND, Columns, answers_now
from coproduce.history.chain import record
from coproduce.history.models import Event
from coproduce.people.models import Person
from coproduce.spaces.models import Space
from coproduce.work.actions import begin_piece
from coproduce.work.models import GOING_ON, Piece
from coproduce.work.running import Doing, piece_of_work
from coproduce_methods.opinion_map import Parameters, opinion_map
from coproduce_methods.opinion_result import METHOD_VERSION

METHOD = "opinion_map"
WAITS = timedelta(seconds=60)
"""Somebody who answers one claim mostly answers the next: the map is made once for all that come within this."""
LOOKS_AGAIN = 3
"""So often the answers are read again because somebody answered while they were read."""
SEED = 1


class Input(NamedTuple):
    """All answers of a space as the method takes them; people and statements are in the order of their identifiers."""

    people: list[UUID]
    statements: list[UUID]
    hidden: list[int]
    person: NDArray[np.int64]
    statement: NDArray[np.int64]
    answer: NDArray[np.int8]

    def digest(self) -> str:
        """SHA-256 of everything the result depends on."""
        whole = hashlib.sha256()
        for identifier in (*self.people, *self.statements):
            whole.update(identifier.bytes)
        for array in (self.person, self.statement, self.answer, np.array(self.hidden, dtype=np.int64)):
            whole.update(array.tobytes())
        return whole.hexdigest()


def read_input(space: Space, at: datetime | None = None) -> Input:
    """Every answer to every claim of the space, now or as it was at a moment; hidden claims too, named as such."""
    statements = list(Statement.objects.filter(space=space).order_by("pk").values_list("pk", "hidden_at", "drawn_at"))
    if at is not None:
        statements = [(pk, hidden if hidden and hidden <= at else None, drawn) for pk, hidden, drawn in statements]
        statements = [each for each in statements if each[2] <= at]
    pks = [pk for pk, _hidden, _drawn in statements]
    columns = answers_now(space, pks) if at is None else _columns_at(space, pks, at)
    out = [j for j, (_pk, hidden, _drawn) in enumerate(statements) if hidden is not None]
    return Input(columns.people, pks, out, columns.person, columns.statement, columns.answer)


def _columns_at(space: Space, statements: list[UUID], at: datetime) -> Columns:
    found = answers_at(space, at)
    people = sorted({person for person, _statement, _answer in found})
    place_of = {pk: i for i, pk in enumerate(people)}
    column_of = {pk: j for j, pk in enumerate(statements)}
    return Columns(
        people,
        np.fromiter((place_of[person] for person, _s, _a in found), dtype=np.int64, count=len(found)),
        np.fromiter((column_of[statement] for _p, statement, _a in found), dtype=np.int64, count=len(found)),
        np.fromiter((answer for _p, _s, answer in found), dtype=np.int8, count=len(found)),
    )


def map_again(stored: OpinionMap) -> tuple[str, dict[str, Any] | None]:
    """The digest of the answers as they were when a map was made, and the map made of them anew.

    None where the answers are not the same any more, or the map was made in a way that this version does not know.
    """
    given = read_input(stored.space, stored.computed_at)
    digest = given.digest()
    settings = {name: value for name, value in stored.parameters.items() if name != "seed"}
    if digest != stored.input_hash or set(settings) != set(Parameters().__dict__):
        return digest, None
    return digest, mapped(given, Parameters(**settings), stored.seed, stored.computed_at)


def mapped(given: Input, parameters: Parameters, seed: int, at: datetime | None) -> dict[str, Any]:
    """What the method answers, as it is stored."""
    result = opinion_map(
        given.person,
        given.statement,
        given.answer,
        n_people=len(given.people),
        n_statements=len(given.statements),
        moderated_out=given.hidden,
        parameters=parameters,
        seed=seed,
        at=at,
    )
    return result.to_json(
        person_ids=[str(pk) for pk in given.people], statement_ids=[str(pk) for pk in given.statements]
    )


def _computed(space: Space) -> OpinionMap | None:
    """An unsaved map, or None where the newest one was made from the same answers in the same way."""
    now, given = _read_at_once(space)
    parameters = Parameters(min_group=space.threshold)
    settings: dict[str, Any] = parameters.__dict__ | {"seed": SEED}
    newest, digest = newest_map(space), given.digest()
    made_with = (METHOD_VERSION, settings, digest)
    if newest is not None and (newest.version, newest.parameters, newest.input_hash) == made_with:
        return None
    return OpinionMap(
        space=space,
        method=METHOD,
        version=METHOD_VERSION,
        parameters=settings,
        seed=SEED,
        input_hash=digest,
        result=mapped(given, parameters, SEED, now),
        computed_at=now,
    )


def _read_at_once(space: Space) -> tuple[datetime, Input]:
    """The answers, and the moment they are of. Read anew where somebody answered meanwhile: who makes the map again
    from the record as it was at that moment would not find the same.
    """
    for _look in range(LOOKS_AGAIN):
        before, now = newest_events(space), clock.now()
        given = read_input(space)
        if newest_events(space) == before:
            break
    return now, given


def compute_opinion_map(*, actor: Person | None, space: Space) -> OpinionMap:
    """Make the map of opinion anew if any answer changed, store it, and answer the newest.

    actor None: the command or the import did it. The calculation is done before anything is locked.
    """
    made = _computed(space)
    if made is None:
        newest = newest_map(space)
        assert newest is not None  # noqa: S101  # _computed found it a moment ago
        return newest
    with transaction.atomic():
        made.save(force_insert=True)
        record("opinion map made", actor=actor, space=space, subject=made, input_hash=made.input_hash)
    return made


# ── in the background ────────────────────────────────────────────────────────────────────────────


def ask_for_map(space: Space) -> None:
    """After an answer, once it is kept: have the map made again in a while, with all that comes until then.

    One query where it has been asked for already. No event: it follows from the answers, which have theirs, and
    anyone can make it again from them.
    """
    key = f"{KIND} {space.pk}"
    if Piece.objects.filter(key=key, state__in=GOING_ON).exists():
        return
    begin_piece(
        actor=None,
        space=space,
        kind=KIND,
        name=_("Making the map of how we see it"),
        task=make_map.using(run_after=clock.now() + WAITS),
        key=key,
        shared=True,
        leads_to=reverse("deliberation:statements", args=[space.slug]),
    )


@piece_of_work
def make_map(doing: Doing) -> dict[str, Any]:
    """Make the map of a space again. Of the maps of one day that were made so, the last is kept."""
    # Before the answers are read: whoever answers from here on asks for another piece.
    doing.lets_others_ask()
    space = doing.piece.space
    made = _computed(space) if space is not None else None
    if made is None:
        return {}
    with transaction.atomic():
        here = OpinionMap.objects.filter(space=made.space, method=METHOD)
        if here.filter(computed_at__gt=made.computed_at).exists():
            # Another process was quicker with newer answers.
            return {}
        earlier = here.filter(computed_at__date=timezone.localdate(made.computed_at))
        earlier.exclude(Exists(Event.objects.filter(subject=OuterRef("pk")))).delete()
        made.save(force_insert=True)
    return {"answers": made.result["n_responses"], "groups": made.result["k"]}
