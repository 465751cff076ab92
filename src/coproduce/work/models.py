"""Pieces of work that go on in the background, and how far each is."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.spaces.models import Space


class PieceState(models.TextChoices):
    WAITING = "waiting", _("waiting for its turn")
    RUNNING = "running", _("going on")
    DONE = "done", _("done")
    FAILED = "failed", _("did not work")
    STOPPED = "stopped", _("stopped")


GOING_ON = (PieceState.WAITING, PieceState.RUNNING)


class Piece(Identified):
    """Something the server does while nobody waits for it: for whom, how far it is, and what came of it.

    ``key``: of one key only one piece waits or runs at a time ("" for any number). ``shared``: every member of the
    space may look how far it is, else only who asked. ``task``: its row in the queue. ``words``: what it is at just
    now, for people; ``error`` why it did not work. ``heard_until``: whoever does it promised to be heard of again by
    then; a running piece that is past it was lost with its process, and is taken up again (``tries``).
    """

    space = models.ForeignKey(Space, null=True, blank=True, on_delete=models.CASCADE, related_name="+")
    asked_by = models.ForeignKey(Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=40)
    name = models.CharField(max_length=200)
    shared = models.BooleanField(default=False)
    key = models.CharField(max_length=120, blank=True)
    state = models.CharField(max_length=10, choices=PieceState.choices, default=PieceState.WAITING)
    task = models.UUIDField(null=True, blank=True, unique=True)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    words = models.CharField(max_length=300, blank=True)
    error = models.TextField(blank=True)
    leads_to = models.CharField(max_length=300, blank=True)
    result = models.JSONField(default=dict, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    asked_at = models.DateTimeField(default=clock.now)
    begun_at = models.DateTimeField(null=True, blank=True)
    heard_until = models.DateTimeField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["key"],
                condition=models.Q(state__in=["waiting", "running"]) & ~models.Q(key=""),
                name="work_piece_one_at_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["waiting", "running"], ended_at=None)
                | models.Q(state__in=["done", "failed", "stopped"], ended_at__isnull=False),
                name="work_piece_ended_when_it_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "heard_until"], name="work_piece_heard_of"),
            models.Index(fields=["space", "kind", "-asked_at"], name="work_piece_of_space"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.state}"

    def get_absolute_url(self) -> str:
        return reverse("work:piece", args=[self.pk])

    @property
    def goes_on(self) -> bool:
        """Whether it waits or runs."""
        return self.state in GOING_ON
