"""Accounts that people kept: the numbers of a day, each with all that is needed to work it out again."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from coproduce import clock
from coproduce.history.models import Identified
from coproduce.people.models import Person
from coproduce.spaces.models import Space


class KeptAccount(Identified):
    """The numbers of an account as they were when a member kept them. Never changed afterwards."""

    space = models.ForeignKey(Space, on_delete=models.CASCADE, related_name="+")
    kept_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    kept_at = models.DateTimeField(default=clock.now)
    note = models.CharField(_("what it is for"), max_length=200, blank=True)

    class Meta:
        ordering = ["-kept_at", "-id"]
        indexes = [models.Index(fields=["space", "-kept_at"], name="reports_kept_newest")]

    def __str__(self) -> str:
        return f"{self.space_id} {self.kept_at:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        return reverse("reports:kept", args=[self.space.slug, self.pk])


class Analysis(Identified):
    """What one method made of the record at that moment: as it was published, and how to make it again.

    ``input_hash`` is the digest of what the method was given, which is not kept: it is in the record.
    ``result`` is what the method answers (``docs/methods/``), about groups and never about somebody.
    """

    kept = models.ForeignKey(KeptAccount, on_delete=models.CASCADE, related_name="analyses")
    method = models.CharField(max_length=60)
    version = models.CharField(max_length=20)
    parameters = models.JSONField(default=dict, blank=True)
    seed = models.PositiveBigIntegerField(default=0)
    input_hash = models.CharField(max_length=64)
    result = models.JSONField()

    class Meta:
        ordering = ["method"]
        constraints = [
            models.UniqueConstraint(fields=["kept", "method"], name="reports_analysis_one_of_a_method"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.version}"
