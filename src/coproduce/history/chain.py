"""How an event is written and how a chain is proved."""

import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, NamedTuple, Protocol

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection

from coproduce import clock
from coproduce.history.models import INSTALLATION, Event, EventDetail


class HasKey(Protocol):
    """Anything with a primary key: a person, a space, whatever the event is about."""

    @property
    def pk(self) -> Any: ...


def canonical(payload: Any) -> bytes:
    """The one way to write a payload as bytes: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, cls=DjangoJSONEncoder
    ).encode()


def commitment_of(key: str, payload: Any) -> str:
    """HMAC-SHA-256 of the payload under the event's own key (both as hexadecimal)."""
    return hmac.new(bytes.fromhex(key), canonical(payload), hashlib.sha256).hexdigest()


def genesis(stream: uuid.UUID) -> str:
    """What stands in the place of a previous hash for the first event of a stream."""
    return hashlib.sha256(b"coproduce stream " + stream.bytes).hexdigest()


def hash_of(event: Event) -> str:
    """SHA-256 over every field of the event but its own hash."""
    fields = [
        event.previous_hash,
        str(event.stream),
        event.sequence,
        event.kind,
        event.at.astimezone(UTC).isoformat(timespec="microseconds"),
        str(event.actor) if event.actor else None,
        event.subject_kind,
        str(event.subject) if event.subject else None,
        event.commitment,
    ]
    return hashlib.sha256(canonical(fields)).hexdigest()


def _hold_stream(stream: uuid.UUID) -> None:
    """One writer at a time per stream. SQLite already has one writer; PostgreSQL is asked."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [stream.int % (1 << 63)])


def record(
    kind: str,
    *,
    actor: HasKey | None,
    space: HasKey | None = None,
    subject: HasKey | None = None,
    at: datetime | None = None,
    **detail: Any,
) -> Event:
    """Append one event to the stream of ``space`` (or of the installation) and return it.

    Call it once, last, inside the transaction of an action. ``detail`` must be JSON-able;
    models are not: pass their identifiers.
    """
    stream = space.pk if space is not None else INSTALLATION
    _hold_stream(stream)
    last = Event.objects.filter(stream=stream).order_by("-sequence").values("sequence", "hash").first()
    key = secrets.token_hex(32)
    payload = json.loads(canonical(detail))
    event = Event(
        stream=stream,
        sequence=last["sequence"] + 1 if last else 1,
        kind=kind,
        at=at or clock.now(),
        actor=actor.pk if actor is not None else None,
        subject_kind=type(subject).__name__ if subject is not None else "",
        subject=subject.pk if subject is not None else None,
        commitment=commitment_of(key, payload),
        previous_hash=last["hash"] if last else genesis(stream),
    )
    event.hash = hash_of(event)
    event.save(force_insert=True)
    EventDetail.objects.create(event=event, key=key, payload=payload)
    return event


class Problem(NamedTuple):
    """Something wrong in a chain: where, and what."""

    stream: uuid.UUID
    sequence: int
    what: str


def problems_in_chains(stream: uuid.UUID | None = None) -> Iterator[Problem]:
    """Walk every stream (or one) from its first event; yield what does not hold. Constant memory."""
    expected: tuple[uuid.UUID, int, str] | None = None
    events = Event.objects.select_related("detail").order_by("stream", "sequence")
    if stream is not None:
        events = events.filter(stream=stream)
    for event in events.iterator(chunk_size=2000):
        if expected is None or expected[0] != event.stream:
            expected = (event.stream, 1, genesis(event.stream))
        _stream, sequence, previous = expected
        if event.sequence != sequence:
            yield Problem(event.stream, sequence, "an event is missing from here")
        elif event.previous_hash != previous:
            yield Problem(event.stream, event.sequence, "this event does not follow the one before it")
        if hash_of(event) != event.hash:
            yield Problem(event.stream, event.sequence, "this event was changed after it was written")
        detail = getattr(event, "detail", None)
        if detail is not None and commitment_of(detail.key, detail.payload) != event.commitment:
            yield Problem(event.stream, event.sequence, "the details of this event were changed")
        expected = (event.stream, event.sequence + 1, event.hash)


def heads() -> dict[uuid.UUID, tuple[int, str]]:
    """For each stream the last sequence and its hash: what a receipt holds to show a cut tail."""
    found: dict[uuid.UUID, tuple[int, str]] = {}
    for stream, sequence, digest in (
        Event.objects.order_by("stream", "sequence").values_list("stream", "sequence", "hash").iterator()
    ):
        found[stream] = (sequence, digest)
    return found
