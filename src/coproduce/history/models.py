"""The record underneath: an append-only chain of events for each space.

Every stream (a space, or the installation) has its own chain. An event says what kind of thing
happened, when, who did it (an identifier, never a name) and to what; the words are not in it.
It holds a commitment: an HMAC of the details under a random key of its own. The details and the key lie in
``EventDetail``, which can be erased; what is left then proves that something was there
and tells nothing of what it was.
"""

import uuid

from django.db import models

from coproduce import clock

INSTALLATION = uuid.UUID("00000000-0000-7000-8000-000000000001")
"""The stream of events that belong to no space: accounts, spaces opened, imports."""


class Identified(models.Model):
    """A row with an identifier that may stand in an address."""

    id = models.UUIDField(primary_key=True, default=clock.new_id, editable=False)

    class Meta:
        abstract = True


class Event(models.Model):
    """One thing that happened. Never changed, never deleted: the database refuses both."""

    id = models.BigAutoField(primary_key=True)
    stream = models.UUIDField()
    sequence = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=60)
    at = models.DateTimeField()
    actor = models.UUIDField(null=True)
    subject_kind = models.CharField(max_length=60)
    subject = models.UUIDField(null=True)
    commitment = models.CharField(max_length=64)
    previous_hash = models.CharField(max_length=64, unique=True)
    hash = models.CharField(max_length=64, unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["stream", "sequence"], name="history_event_one_per_place"),
        ]
        indexes = [models.Index(fields=["subject"], name="history_event_subject")]

    def __str__(self) -> str:
        return f"{self.sequence} {self.kind}"


class EventDetail(models.Model):
    """What an event was about, with the key of its commitment. Erasing the row leaves the event."""

    event = models.OneToOneField(Event, on_delete=models.PROTECT, primary_key=True, related_name="detail")
    key = models.CharField(max_length=64)
    payload = models.JSONField()

    def __str__(self) -> str:
        return f"of {self.event_id}"


class Submission(models.Model):
    """A form that was sent, so that sending it twice does what sending it once does.

    ``sender`` is a person or a browser session; ``key`` was made with the form; ``digest`` is an HMAC of what was
    typed, so the words themselves are not kept here; ``location`` is where the first one led.
    """

    id = models.BigAutoField(primary_key=True)
    sender = models.CharField(max_length=80)
    key = models.UUIDField()
    digest = models.CharField(max_length=64)
    location = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sender", "key"], name="history_submission_once")]

    def __str__(self) -> str:
        return str(self.key)
