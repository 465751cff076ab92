"""Gatherings: in the room, online or by phone."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.spaces.models import Space


class Gathering(Identified):
    """A meeting or workshop, with what was arranged so that people can be there. It needs no agenda."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    title = models.CharField(_("what it is about"), max_length=160)
    words = models.TextField(blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)
    place = models.CharField(max_length=200, blank=True)
    access = models.TextField(blank=True)
    arranged_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    arranged_at = models.DateTimeField(default=clock.now)

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at=None) | models.Q(ends_at__gt=models.F("starts_at")),
                name="gatherings_gathering_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("gatherings:gathering", args=[self.space.slug, self.pk])
